"""Codecs of text and JSON: streams cut anywhere, charsets, event.original, and what is written."""

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.event import Event, FieldRef
from logsmith.plugins import Context
from logsmith.plugins.build import BuildError, make_plugin

STAMP = "2026-01-02T03:04:05.000Z"


def codec(name, ecs="disabled", **values):
    made, _ = make_plugin("codec", name, values, Context(ecs=ecs))
    return made.fresh()


def messages(made, *chunks):
    return [event.top("message") for chunk in chunks for event in made.decode(chunk)] + [
        event.top("message") for event in made.flush()
    ]


DECODED = {
    "line: one at a time": ("line", {}, [b"a\nb\n"], ["a", "b"]),
    "line: over chunks": ("line", {}, [b"a", b"b\nc", b"\n"], ["ab", "c"]),
    "line: the rest at the end": ("line", {}, [b"a\nb"], ["a", "b"]),
    "line: a delimiter of two over chunks": ("line", {"delimiter": "\r\n"}, [b"a\r", b"\nb\r\n"], ["a", "b"]),
    "line: bytes that are no UTF-8": ("line", {}, [b"a\xffb\n"], ["a\\xFFb"]),
    "line: what is escaped where bytes are no UTF-8": ("line", {}, [b'"a\\b" #{c}\t\xc3\xbc\x00\xff\n"a\\b"\n'], [r'\"a\\b\" \#{c}\tü\u0000\xFF', '"a\\b"']),
    "plain: lines of which one is no UTF-8": ("plain", {}, [b"a\n\xe2\x82"], [r"a\n\xE2\x82"]),
    "multiline: such a chunk is one line": (
        "multiline", {"pattern": "^\\s", "what": "previous"}, [b"a\n\xff\n", b"b"], [r"a\n\xFF\n", "b"],
    ),
    "json: what is no UTF-8 is no JSON either": ("json", {}, [b'{"message":"\xff"}'], [r'{\"message\":\"\xFF\"}']),
    "json: a byte order mark is no JSON": ("json", {}, ['\ufeff{"message":1}'.encode()], ['\ufeff{"message":1}']),
    "json: nothing but what Java takes for blanks": ("json", {}, [b" \x00\t\x1f"], []),
    "json: other blanks are no JSON": ("json", {}, ["\xa0".encode()], ["\xa0"]),
    "json_lines: no more are its lines": ("json_lines", {}, [b'{"message":"\xff"}\n'], [r'{\"message\":\"\xFF\"}']),
    "line: Thai": ("line", {"charset": "Windows-874"}, [b"\xa1\n"], ["ก"]),
    "line: Latin-1": ("line", {"charset": "ISO-8859-1"}, [b"\xe9\n"], ["é"]),
    "plain: the whole chunk": ("plain", {}, [b"a\nb"], ["a\nb"]),
    "plain: binary": ("plain", {"charset": "ASCII-8BIT"}, [b"a\xe9"], ["a\ufffd"]),
    "json: no object is kept": ("json", {}, [b"123"], ["123"]),
    "json_lines: a bad line among good ones": ("json_lines", {}, [b'{"message":1}\n{\n{"message":2}\n'], [1, "{", 2]),
    "multiline: what follows belongs to it": (
        "multiline", {"pattern": "^\\s", "what": "previous"}, [b"a\n b\nc\n"], ["a\n b", "c"],
    ),
    "multiline: what goes before belongs to it": ("multiline", {"pattern": ",$", "what": "next"}, [b"a,\nb\nc\n"], ["a,\nb", "c"]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "values", "chunks", "expected"), DECODED.values(), ids=DECODED)
def test_decodes(name, values, chunks, expected):
    assert messages(codec(name, **values), *chunks) == expected


TAGS = {"json": (b"{oops", ["_jsonparsefailure"]), "json_lines": (b"{oops\n", ["_jsonparsefailure"])}


@pytest.mark.parametrize(("name", "given_and_tags"), TAGS.items(), ids=TAGS)
def test_tags_what_is_no_json(name, given_and_tags):
    chunk, tags = given_and_tags
    (event,) = codec(name).decode(chunk)
    assert event.top("tags") == tags


@pytest.mark.parametrize("name", ["plain", "line"])
def test_keeps_the_text_as_it_came_in_ecs_mode_only(name):
    for ecs, expected in (("v8", {"original": "a"}), ("disabled", None)):
        (event,) = codec(name, ecs).decode(b"a" if name == "plain" else b"a\n")
        assert event.top("event") == expected


def test_json_keeps_the_text_of_single_objects_only():
    made = codec("json", "v8")
    assert [event.top("event") for event in made.decode(b'{"a":1}')] == [{"original": '{"a":1}'}]
    assert [event.top("event") for event in made.decode(b'[{"a":1},{"a":2}]')] == [None, None]


@pytest.mark.parametrize("name", ["json", "json_lines"])
def test_puts_objects_under_a_target(name):
    (event,) = codec(name, target="[doc]").decode(b'{"a":1}\n')
    assert (event.top("doc"), event.top("a")) == ({"a": 1}, None)


TARGETS = {
    "an object": (b'{"a":1}', [{"a": 1}]),
    "an array": (b'[{"a":1},{"a":2}]', [{"a": 1}, {"a": 2}]),
    "a number": (b"5", [None]),
    "an array of numbers": (b"[5]", [None]),
    "blanks": (b"  ", []),
}


@pytest.mark.parametrize("name", ["json", "json_lines"])
@pytest.mark.parametrize(("text", "expected"), TARGETS.values(), ids=TARGETS)
def test_a_target_holds_objects_only(name, text, expected):
    events = list(codec(name, target="[doc]").decode(text + b"\n"))
    assert [event.top("doc") for event in events] == expected
    assert ["_jsonparsefailure" in (event.top("tags") or ()) for event in events] == [
        one is None for one in expected
    ]


def test_json_takes_an_object_whose_event_holds_no_fields_for_a_failure():
    (event,) = codec("json", "v8").decode(b'{"event":"x"}')
    assert (event.top("message"), event.top("tags")) == ('{"event":"x"}', ["_jsonparsefailure"])
    (event,) = codec("json").decode(b'{"event":"x"}')
    assert event.top("event") == "x"


WRITTEN = {
    "plain": ({}, f"{STAMP} h m"),
    "plain with a format": ({"format": "%{message}|%{gone}"}, "m|%{gone}"),
    "line": ({}, f"{STAMP} h m\n"),
    "line with a format and a delimiter": ({"format": "%{message}", "delimiter": "|"}, "m|"),
    "json": ({}, '{"message":"m","host":"h","@timestamp":"' + STAMP + '","@version":"1"}'),
    "json_lines": ({}, '{"message":"m","host":"h","@timestamp":"' + STAMP + '","@version":"1"}\n'),
    "dots": ({}, "."),
    "rubydebug": (
        {},
        f'{{\n       "message" => "m",\n          "host" => "h",\n    "@timestamp" => {STAMP},\n      "@version" => "1"\n}}\n',
    ),
}


@pytest.mark.parametrize(("name", "settings_and_text"), WRITTEN.items(), ids=WRITTEN)
def test_encodes(name, settings_and_text):
    values, text = settings_and_text
    event = Event.from_map({"message": "m", "host": "h", "@timestamp": STAMP})
    assert codec(name.split()[0], **values).encode(event).decode() == text


DECIMALS = {
    "1.50": "1.5",
    "1E+3": "1000.0",
    "-0.00012": "-0.00012",
    "12345678901234567890.5": "12345678901234567890.5",
    "1E+20000": "0.1e20001",
}


@pytest.mark.parametrize(("number", "text"), DECIMALS.items(), ids=DECIMALS)
def test_rubydebug_writes_decimals_in_full(number, text):
    event = Event.from_map({})
    event.set(FieldRef.parse("n"), Decimal(number))
    assert f'"n" => {text}\n' in codec("rubydebug").encode(event).decode()


@pytest.mark.parametrize("name", ["plain", "line", "json", "json_lines"])
def test_an_unknown_charset_is_refused(name):
    with pytest.raises(BuildError, match="unknown charset"):
        codec(name, charset="EBCDIC-7")


def test_streams_share_nothing():
    made, _ = make_plugin("codec", "line", {}, Context())
    first, second = made.fresh(), made.fresh()
    assert list(first.decode(b"half")) == []
    assert messages(second, b"whole\n") == ["whole"]


@pytest.mark.parametrize("values", [{}, {"delimiter": "ab"}], ids=["newline", "two characters"])
@given(
    stream=st.binary(max_size=30).map(lambda one: one + b"ab\n"),
    cuts=st.lists(st.integers(0, 33), max_size=4),
)
def test_lines_do_not_depend_on_how_the_stream_is_cut(values, stream, cuts):
    places = [0, *sorted(cuts), len(stream)]
    chunks = [stream[start:end] for start, end in pairwise(places)]
    assert messages(codec("line", **values), *chunks) == messages(codec("line", **values), stream)
