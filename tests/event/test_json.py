"""Events from JSON and to JSON: members that stay bytes, texts that are hardly JSON, numbers and limits."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from logsmith.event import Event, FieldRef, JsonError, Timestamp, encode
from logsmith.event.depth import MAX_DEPTH, check_depth
from logsmith.event.json import (
    decode_documents,
    decode_plainly,
    encode_exact,
    encode_value,
    event_from_json,
    parse_json,
    parse_json_exact,
)

STAMP = "2026-01-02T03:04:05.678Z"

VALUES = {
    '{"a": [1, 1.5, null, true, "x"]}': {"a": [1, 1.5, None, True, "x"]},
    "12345678901234567890123": 12345678901234567890123,
    "1e3": 1000.0,
    '"\\ud800"': "\ufffd",
    '"\\ud83d\\ude00"': "😀",
    "\ufeff 5": 5,
    '{"a":1} trailing': {"a": 1},
    '{"a":1,"a":2}': {"a": 2},
}
NO_JSON = ("", "{", "[1,]", "{'a':1}", "nul", "NaN", "Infinity", '{"a":NaN}', "/* c */1", '"\\x"')


@pytest.mark.parametrize(("text", "value"), VALUES.items(), ids=repr)
def test_parses(text, value):
    assert parse_json(text) == value


@pytest.mark.parametrize("text", NO_JSON, ids=repr)
@pytest.mark.parametrize("parse", [parse_json, parse_json_exact])
def test_is_no_json(parse, text):
    with pytest.raises(JsonError):
        parse(text)


EXACT = {"1.50": Decimal("1.50"), "1e3": Decimal("1E+3"), "5": 5, '{"a":1}{"b":2}': {"b": 2}, "1 2 3": 3}


@pytest.mark.parametrize(("text", "value"), EXACT.items(), ids=repr)
def test_parses_exactly(text, value):
    parsed = parse_json_exact(text)
    assert (parsed, str(parsed)) == (value, str(value))


@pytest.mark.parametrize("text", ['{"a":1} // end', '{"a":1}}', "1 x"])
def test_exact_json_has_nothing_but_values(text):
    with pytest.raises(JsonError):
        parse_json_exact(text)


@pytest.mark.parametrize("text", ['{"a":2.50}{"a":1.50}', '\ufeff{"a":1.50}', '{"a":1.50,"\\ud800":1}'])
def test_decimals_are_exact_in_texts_that_are_hardly_json(text):
    assert repr(parse_json_exact(text)["a"]) == "Decimal('1.50')"
    assert repr(parse_json(text)["a"]) in ("1.5", "2.5")


NESTED = {
    "arrays": ("[", "1", "]"),
    "objects": ('{"a":', "1", "}"),
    "hardly JSON": ("[", '"\\ud800"', "]"),
    "with brackets in texts": ('["]}\\"",', "1", "]"),
}


@pytest.mark.parametrize(("opening", "inside", "closing"), NESTED.values(), ids=NESTED)
@pytest.mark.parametrize("parse", [parse_json, parse_json_exact])
def test_nests_only_so_deep(parse, opening, inside, closing):
    assert parse(opening * 200 + inside + closing * 200)
    with pytest.raises(JsonError, match="nested"):
        parse(opening * (MAX_DEPTH + 1) + inside + closing * (MAX_DEPTH + 1))


def test_many_brackets_are_not_deep():
    many = [[["[{"]]] * (MAX_DEPTH + 1)
    assert parse_json(json.dumps(many)) == many
    check_depth('["' + "[" * (MAX_DEPTH + 1))  # in a text that does not end
    with pytest.raises(JsonError, match="nested deeper than 1000 levels"):
        check_depth("[" * (MAX_DEPTH + 1))


@pytest.mark.parametrize("depth", [100, MAX_DEPTH + 1])
def test_a_deep_document_is_no_event(depth):
    deep = f'{{"@timestamp":"{STAMP}","a":{"[" * depth}1{"]" * depth}}}'
    (made,) = decode_documents([deep.encode()])
    assert isinstance(made, JsonError) == (depth > MAX_DEPTH)
    assert (decode_plainly([memoryview(deep.encode())], 1 << 20) is None) == (depth > MAX_DEPTH)


WRITTEN = {
    "a timestamp": (Timestamp.parse(STAMP), f'"{STAMP}"'),
    "a decimal as it came": (Decimal("1E+3"), "1E+3"),
    "a float": (1e7, "10000000.0"),
    "a lone surrogate": ("\ud800", '"\ufffd"'),
    "a surrogate in a key": ({"\udfff": Timestamp.parse(STAMP)}, f'{{"\ufffd":"{STAMP}"}}'),
    "letters beyond ASCII": ("é<&>'", '"é<&>\'"'),
    "a big integer": (2**70, str(2**70)),
}


@pytest.mark.parametrize(("value", "text"), WRITTEN.values(), ids=WRITTEN)
def test_writes(value, text):
    assert encode_value(value).decode() == text


@pytest.mark.parametrize(
    "number",
    [float("inf"), float("nan"), Decimal("Infinity"), Decimal("-Infinity"), Decimal("NaN")],
    ids=repr,
)
def test_a_number_that_is_not_finite_is_written_as_a_text(number):
    event = Event.from_map({})
    event.set(FieldRef.parse("n"), number)
    assert isinstance(json.loads(encode(event))["n"], str)


def test_java_writes_exact_numbers():
    assert encode_exact({"a": [1e20, float("nan"), Decimal("1E+3"), "x"]}) == b'{"a":[1.0E20,"NaN",1E+3,"x"]}'


def test_members_that_nobody_reads_go_out_as_they_came():
    document = b'{"@timestamp":"%b","a":{"x" : 1.50, "y":1e2},"@version":"1"}' % STAMP.encode()
    (event,) = decode_documents([document])
    assert b'"a":{"x" : 1.50, "y":1e2}' in encode(event)


def test_a_raw_newline_in_a_document_makes_every_member_read():
    (event,) = decode_documents([b'{"a":\n{"b":1}}'])
    assert not any(isinstance(value, Raw) for value in event.fields.values())
    assert b"\n" not in encode(event)


def test_metadata_is_split_off_and_never_written():
    (event,) = decode_documents([b'{"@metadata":{"m":1},"a":2}'])
    assert event.metadata == {"m": 1}
    assert b"metadata" not in encode(event)


def test_each_document_that_is_no_object_is_an_error_in_its_place():
    first, second, third, fourth = decode_documents([b'{"a":1}', b"[1]", b"{", b'{"a":2}'])
    assert [first.top("a"), fourth.top("a")] == [1, 2]
    assert isinstance(second, JsonError)
    assert isinstance(third, JsonError)


FROM_JSON = {'{"a":1}': [1], '[{"a":1},{"a":2}]': [1, 2], "[]": [], " ": [], "": [], "\0\x1f": []}


@pytest.mark.parametrize(("text", "expected"), FROM_JSON.items(), ids=repr)
def test_events_of_a_text(text, expected):
    assert [event.top("a") for event in event_from_json(text)] == expected


@pytest.mark.parametrize("text", ["5", '"x"', "null", "[1]", '[{"a":1},2]', "\xa0", '\ufeff{"a":1}'])
def test_a_text_without_objects_holds_no_events(text):
    with pytest.raises(JsonError):
        event_from_json(text)


texts = st.text(max_size=5)
leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_what_was_written_reads_back(value):
    assert parse_json(encode_value(value)) == value


@given(
    st.dictionaries(st.text(min_size=1, max_size=3).filter(lambda name: name != "tags"), values, max_size=3)
)
def test_a_document_is_the_same_event_whether_members_are_read_or_not(members):
    document = json.dumps({**members, "@timestamp": STAMP}).encode()
    (unread,) = decode_documents([document])
    (read,) = decode_documents([document])
    read.to_map()
    assert parse_json(encode(unread)) == parse_json(encode(read))


@given(st.binary(max_size=30))
def test_no_bytes_bring_the_reader_down(document):
    (event,) = decode_documents([document])
    assert isinstance(event, (Event, JsonError))


DAYS = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]


def test_the_times_of_every_day_stay_as_they_came():
    documents = [b'{"@timestamp":"%bT23:59:59.999Z"}' % day.isoformat().encode() for day in DAYS]
    assert decode_plainly(documents, 1000) is not None
    assert all(decode_plainly([document], 1000) is not None for document in documents)


ODD_TIMES = [
    f"2026-{month:02}-{day:02}T00:00:00.000Z"
    for month in range(15)
    for day in range(40)
    if f"2026-{month:02}-{day:02}" not in {day.isoformat() for day in DAYS}
] + [
    "2026-01-01T24:00:00.000Z",
    "2026-01-01T00:60:00.000Z",
    "2026-01-01T00:00:60.000Z",
    "2026-01-01T00:00:00.00Z",
    "2026-01-01 00:00:00.000Z",
    "2026-01-01T00:00:00.000z",
]


@pytest.mark.parametrize("time", ODD_TIMES)
def test_a_time_that_is_none_or_not_as_beats_write_it_gets_a_closer_look_among_others_too(time):
    odd, plain = b'{"@timestamp":"%b"}' % time.encode(), b'{"@timestamp":"2026-01-01T00:00:00.000Z"}'
    assert decode_plainly([odd], 1000) is None
    assert decode_plainly([plain, odd, plain], 1000) is None
