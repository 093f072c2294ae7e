"""An event as texts, and back: nothing is lost."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.event import Event, JsonError, Timestamp, encode, made_metadata
from logsmith.event.exact import ExactEvent, freeze, freeze_all, thaw
from logsmith.event.json import decode_documents

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.builds(Timestamp, st.integers(-(10**18), 4 * 10**18))
)
VALUES = st.recursive(
    SCALARS, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4)
)
FIELDS = st.dictionaries(
    st.text().filter(lambda name: name not in ("@timestamp", "tags", "@metadata")), VALUES, max_size=5
)


def known(value: object) -> object:
    """A value with its type, so that 1, 1.0, True and Decimal(1) are four things."""
    if isinstance(value, dict):
        return {key: known(member) for key, member in value.items()}
    if isinstance(value, list):
        return [known(item) for item in value]
    return type(value).__name__, str(value.nanos) if isinstance(value, Timestamp) else repr(value)


def same(event: Event, other: Event) -> bool:
    return known(event.to_map()) == known(other.to_map()) and known(event.metadata) == known(other.metadata)


@pytest.mark.slow
@given(FIELDS, FIELDS)
def test_an_event_comes_back_exactly(fields, metadata):
    event = Event({"@timestamp": Timestamp(1_700_000_000_123_456_789), **fields}, metadata)
    assert same(thaw(freeze(event)), event)


@pytest.mark.slow
@given(FIELDS)
def test_the_first_two_texts_are_json_on_one_line(fields):
    frozen = freeze(Event(fields, dict(fields)))
    for text in frozen:
        json.loads(text)
        assert b"\n" not in text


def test_members_that_nobody_read_stay_as_they_came():
    (event,) = decode_documents([b'{"@timestamp":"2024-01-02T03:04:05.678Z","n":1.50,"deep":{"x":[1e3]}}'])
    line = encode(event.clone())
    thawed = thaw(freeze(event))
    assert encode(thawed) == line
    assert b"1.50" in line
    assert isinstance(thawed.top("@timestamp"), Timestamp)
    assert same(thawed, event)


def test_keeps_text_that_is_not_valid_unicode():
    event = Event({"a": ["\ud800x", "ä"]}, {"b": {"c": "\udfff"}})
    assert same(thaw(freeze(event)), event)


def test_a_stored_text_with_newlines_makes_no_raw_member():
    thawed = thaw(ExactEvent(b'{"a":\n{"b":\n1}}', b"{}", b"[]"))
    assert b"\n" not in encode(thawed)


DAMAGED = [
    (b"{", b"{}", b"[]"),
    (b"[]", b"{}", b"[]"),
    (b"{}", b"{}", b"x"),
    (b"{}", b"{}", b'[[["fields","a","b"],"decimal","1"]]'),
    (b'{"a":1}', b"{}", b'[[["fields","a"],"strange","1"]]'),
    (b'{"a":1}', b"{}", b'[[["fields","a"],"timestamp","soon"]]'),
    (b'{"a":1}', b"{}", b'[[["fields","a"],"decimal","soon"]]'),
    (b'{"a":[1]}', b"{}", b'[[["fields","a",7],"decimal","1"]]'),
]


@pytest.mark.parametrize("texts", DAMAGED)
def test_texts_that_are_damaged_are_refused(texts):
    with pytest.raises(JsonError, match="not a stored event"):
        thaw(ExactEvent(*texts))


def test_types_name_only_what_json_loses():
    event = Event({"a": 1, "b": Decimal("1.50"), "c": [float("nan"), Timestamp(5)], "d": "x"})
    assert json.loads(freeze(event).types) == [
        [["fields", "b"], "decimal", "1.50"],
        [["fields", "c", 0], "float", "nan"],
        [["fields", "c", 1], "timestamp", "5"],
    ]


class Change:
    """Adds a member to metadata, and counts how often it had to."""

    def __init__(self, name):
        self.name, self.made = name, 0

    def __call__(self, metadata):
        self.made += 1
        metadata[self.name] = True


def unread(written, change):
    (event,) = decode_documents([b'{"@metadata":%s}' % written])
    event.change_metadata_later(change)
    return event


def test_metadata_that_is_made_of_the_same_is_made_once_though_events_come_apart():
    change = Change("a")
    texts = {freeze(unread(b'{"beat":"x"}', change)).metadata for _ in range(3)}
    assert (texts, change.made) == ({b'{"beat":"x","a":true}'}, 1)


def test_metadata_that_is_made_of_something_else_is_not_mixed_up():
    first, second = Change("a"), Change("b")
    sent = [(b'{"beat":"x"}', first), (b'{"beat":"y"}', first), (b'{"beat":"x"}', second)]
    frozen = freeze_all([unread(*one) for one in sent])
    again = freeze_all([unread(*one) for one in reversed(sent)])
    made = [frozen.metadata[place] for place in frozen.which]
    assert made == [b'{"beat":"x","a":true}', b'{"beat":"y","a":true}', b'{"beat":"x","b":true}']
    assert [again.metadata[place] for place in again.which] == made[::-1]


def test_what_was_made_of_metadata_is_forgotten_before_it_fills_the_memory(monkeypatch):
    monkeypatch.setattr(made_metadata, "TEXTS_KEPT", 2)
    change = Change("a")
    for number in (1, 2, 3, 3, 1):
        freeze(unread(b'{"beat":%d}' % number, change))
    assert change.made == 4


@pytest.mark.parametrize(("size", "made"), [(900, 1), (1_100, 2)])
def test_only_short_metadata_is_kept_for_other_events(size, made):
    change = Change("a")
    for _ in range(2):
        freeze(unread(b'{"beat":"%s"}' % (b"x" * size), change))
    assert change.made == made


def test_events_whose_metadata_was_read_come_back_whatever_their_neighbours_have():
    made = [
        {"i": 1},
        {"n": Decimal("1.50")},
        {},
        {"deep": {"when": [Timestamp(5)]}},
        {"t": "\ud800"},
        {"i": 1},
    ]
    frozen = freeze_all([Event({"n": number}, one) for number, one in enumerate(made)])
    again = [
        thaw(ExactEvent(line, frozen.metadata[place], frozen.types.get(number, b"[]")))
        for number, (line, place) in enumerate(zip(frozen.fields.split(b"\n"), frozen.which, strict=True))
    ]
    assert [(one.top("n"), one.metadata) for one in again] == list(enumerate(made))


def test_who_asks_for_metadata_gets_a_map_of_his_own():
    change = Change("a")
    first, second = unread(b'{"deep":{"n":[1]}}', change), unread(b'{"deep":{"n":[1]}}', change)
    first.metadata["deep"]["n"].append(2)
    first.metadata["more"] = True
    assert second.metadata == {"deep": {"n": [1]}, "a": True}
    assert unread(b'{"deep":{"n":[1]}}', change).metadata == {"deep": {"n": [1]}, "a": True}


@pytest.mark.parametrize(
    "value", [Decimal("1.50"), Timestamp(7), float("inf"), 1 << 70, "\ud800", {"x": Decimal(2)}]
)
def test_metadata_of_types_that_json_loses_is_made_anew_for_each(value):
    def change(metadata):
        metadata["odd"] = value

    for _ in range(2):
        event = unread(b'{"a":1}', change)
        assert event.metadata == {"a": 1, "odd": value}
        assert type(event.metadata["odd"]) is type(value)
        assert thaw(freeze(unread(b'{"a":1}', change))).metadata == {"a": 1, "odd": value}
