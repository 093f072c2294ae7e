"""Where java_line and java_plain are not like line and plain, and es_bulk, whose state outlives a chunk."""

from itertools import pairwise

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.build import BuildError, make_plugin


def codec(name, ecs="disabled", **values):
    made, _ = make_plugin("codec", name, values, Context(ecs=ecs))
    return made.fresh()


def messages(made, *chunks):
    events = [event for chunk in chunks for event in made.decode(chunk)]
    return [event.top("message") for event in [*events, *made.flush()]]


READ = {
    "java_line: lines over chunks": ("java_line", {}, [b"a", b"b\nc", b"\n"], ["ab", "c"]),
    "java_line: no blank lines at a chunk's end": ("java_line", {}, [b"\na\n\nb\n\n", b"\n"], ["", "a", "", "b"]),
    "java_line: bytes that are no UTF-8": ("java_line", {}, [b"a\xffb\n"], ["ab"]),
    "java_line: a character over chunks": ("java_line", {}, [b"\xc3", b"\xa9\n"], ["é"]),
    "java_line: half a character at the end": ("java_line", {}, [b"a\xc3"], ["a"]),
    "java_line: a character with a newline's byte": (
        "java_line", {"charset": "UTF-16LE"}, ["Ċa\n".encode("utf-16-le")], ["Ċa"],
    ),
    "java_plain: the whole chunk": ("java_plain", {}, [b"a\nb", b"c"], ["a\nb", "c"]),
    "java_plain: nothing of nothing": ("java_plain", {}, [b""], []),
    "java_plain: bytes that are no UTF-8": ("java_plain", {}, [b"a\xffb"], ["ab"]),
    "java_plain: a charset": ("java_plain", {"charset": "CP1252"}, [b"\x92"], ["’"]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "values", "chunks", "expected"), READ.values(), ids=READ)
def test_reads(name, values, chunks, expected):
    assert messages(codec(name, **values), *chunks) == expected


WRITTEN = {
    "java_line": ({"format": "%{message}"}, "é\n".encode()),
    "java_line in a charset": ({"format": "%{message}", "charset": "UTF-16LE"}, "é\n".encode("utf-16-le")),
    "java_line with a delimiter": ({"delimiter": "|"}, "2020-01-01T00:00:00.000Z h é|".encode()),
    "java_plain": ({}, "2020-01-01T00:00:00.000Z h é".encode()),
    "java_plain in a charset": ({"format": "%{message}", "charset": "ISO-8859-1"}, b"\xe9"),
    "java_plain in a charset without the character": ({"format": "%{message}", "charset": "US-ASCII"}, b"?"),
}


@pytest.mark.parametrize(("name", "values_and_bytes"), WRITTEN.items(), ids=WRITTEN)
def test_writes_in_the_charset(name, values_and_bytes):
    values, expected = values_and_bytes
    event = Event.from_map({"message": "é", "host": "h", "@timestamp": "2020-01-01T00:00:00.000Z"})
    assert codec(name.split()[0], **values).encode(event) == expected


def test_the_text_as_it_came_is_not_kept_in_ecs_mode():
    for name in ("java_line", "java_plain"):
        (event,) = codec(name, "v8").decode(b"a\n")
        assert event.top("event") is None


def test_an_empty_delimiter_is_refused():
    with pytest.raises(BuildError, match="empty"):
        codec("java_line", delimiter="")


BULK = b'{"index":{"_id":"1"}}\n{"a":1}\n{"delete":{"_id":"2"}}\n\n{"update":{}}\n{"doc":{"b":2}}'
ACTIONS = [{"_id": "1", "action": "index"}, {"_id": "2", "action": "delete"}, {"action": "update"}]


def bulk(made, *chunks):
    return [*(event for chunk in chunks for event in made.decode(chunk)), *made.flush()]


def test_bulk_requests_may_be_cut_anywhere():
    for cut in range(len(BULK)):
        events = bulk(codec("es_bulk"), *(BULK[start:end] for start, end in pairwise([0, cut, len(BULK)])))
        assert [event.metadata for event in events] == ACTIONS
        assert [(event.top("a"), event.top("doc")) for event in events] == [
            (1, None),
            (None, None),
            (None, {"b": 2}),
        ]


def test_the_action_has_a_place_of_its_own_in_ecs_mode():
    assert [event.metadata for event in bulk(codec("es_bulk", "v8"), BULK)] == [
        {"codec": {"es_bulk": one}} for one in ACTIONS
    ]


BROKEN = {
    "an action that is no JSON": b"oops\n",
    "an action without details": b'{"index":1}\n',
    "an action that is no object": b"[1]\n",
    "no action": b"{}\n",
    "a document that is no JSON": b'{"index":{}}\noops\n',
    "a document that is no object": b'{"index":{}}\n[1]\n',
}


@pytest.mark.parametrize("chunk", BROKEN.values(), ids=BROKEN)
def test_what_is_no_bulk_request_makes_no_event_and_harms_no_other(chunk):
    events = bulk(codec("es_bulk"), chunk + BULK)
    assert [event.metadata for event in events] == ACTIONS


WAITING = {
    "for the document after one that is no JSON": (b'{"index":{}}\noops\n{"a":1}\n', [({"action": "index"}, 1)]),
    "for the document after several": (b'{"index":{}}\noops\n{\n{"a":1}\n', [({"action": "index"}, 1)]),
    "not if another action follows": (b'{"index":{}}\noops\n{"create":{}}\n{"a":1}\n', [({"action": "create"}, 1)]),
    "for a document that looks like an action": (b'{"index":{}}\n{"create":{}}\n', [({"action": "index"}, None)]),
    "and then no more": (b'{"index":{}}\noops\n{"a":1}\n{"index":{}}\n{"index":{}}\n', [({"action": "index"}, 1), ({"action": "index"}, None)]),
}  # fmt: skip


@pytest.mark.parametrize(("chunk", "expected"), WAITING.values(), ids=WAITING)
def test_an_action_waits(chunk, expected):
    assert [(event.metadata, event.top("a")) for event in bulk(codec("es_bulk"), chunk)] == expected


def test_metadata_of_a_document_does_not_mix_with_the_action():
    (event,) = bulk(codec("es_bulk"), b'{"index":{}}\n{"@metadata":{"x":1},"a":1}\n')
    assert event.metadata == {"action": "index"}


def test_the_target_of_a_deletion_is_empty():
    events = bulk(codec("es_bulk", target="[doc]"), BULK)
    assert [event.top("doc") for event in events] == [{"a": 1}, {}, {"doc": {"b": 2}}]
