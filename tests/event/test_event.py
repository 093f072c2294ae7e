"""The event: reading, writing and removing by reference, tags, metadata, and what a new event is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from logsmith.event import Event, EventError, FieldRef, Timestamp
from logsmith.event.event import MAX_PADDING
from logsmith.event.json import decode_documents, encode, encode_value, normalise_members

STAMP = "2026-01-02T03:04:05.000Z"


def event_of(**members):
    return Event.from_map({"@timestamp": STAMP, **members})


def fields(event):
    return {name: value for name, value in event.to_map().items() if not name.startswith("@")}


READ = {
    "a top-level field": ({"a": 1}, "a", 1),
    "the same in brackets": ({"a": 1}, "[a]", 1),
    "a member": ({"a": {"b": 1}}, "[a][b]", 1),
    "an item": ({"a": [1, 2]}, "[a][1]", 2),
    "an item from the end": ({"a": [1, 2]}, "[a][-1]", 2),
    "an item past the end": ({"a": [1]}, "[a][1]", None),
    "an item by a name": ({"a": [1]}, "[a][b]", None),
    "below a text": ({"a": "x"}, "[a][b]", None),
    "a missing field": ({}, "[a]", None),
    "metadata": ({"@metadata": {"m": 1}}, "[@metadata][m]", 1),
    "all metadata": ({"@metadata": {"m": 1}}, "[@metadata]", {"m": 1}),
    "a name with a dot": ({"a.b": 1}, "a.b", 1),
}


@pytest.mark.parametrize(("members", "name", "expected"), READ.values(), ids=READ)
def test_reads(members, name, expected):
    assert event_of(**members).get(FieldRef.parse(name)) == expected


INCLUDED = {
    "a field that holds null": ({"a": None}, "a", True),
    "a member that holds null": ({"a": {"b": None}}, "[a][b]", True),
    "an item that is null": ({"a": [None]}, "[a][0]", True),
    "an item past the end": ({"a": [1]}, "[a][1]", False),
    "a missing field": ({}, "a", False),
    "below a text": ({"a": "x"}, "[a][b]", False),
    "metadata, always": ({}, "[@metadata]", True),
}


@pytest.mark.parametrize(("members", "name", "expected"), INCLUDED.values(), ids=INCLUDED)
def test_includes(members, name, expected):
    assert event_of(**members).include(FieldRef.parse(name)) is expected


WRITTEN = {
    "a new field": ({}, "a", 1, {"a": 1}),
    "over a field": ({"a": {"b": 1}}, "a", 1, {"a": 1}),
    "maps on the way": ({}, "[a][b][c]", 1, {"a": {"b": {"c": 1}}}),
    "an item": ({"a": [1, 2]}, "[a][0]", 3, {"a": [3, 2]}),
    "an item from the end": ({"a": [1, 2]}, "[a][-1]", 3, {"a": [1, 3]}),
    "past the end, padded with nulls": ({"a": [1]}, "[a][3]", 2, {"a": [1, None, None, 2]}),
    "an index of nothing, which makes a map": ({}, "[a][0]", 1, {"a": {"0": 1}}),
    "a map in an item": ({"a": [{"b": 1}]}, "[a][0][c]", 2, {"a": [{"b": 1, "c": 2}]}),
    "a name below a list, which is lost": ({"a": [1]}, "[a][b]", 2, {"a": [1]}),
    "a number with a sign and zeros": ({"a": [1, 2]}, "[a][+01]", 3, {"a": [1, 3]}),
    "a number with a blank, which is a name": ({"a": [1]}, "[a][ 0]", 2, {"a": [1]}),
    "a number with an underscore, which is a name": ({"a": [1]}, "[a][1_0]", 2, {"a": [1]}),
    "a number that is too large, which is a name": ({"a": [1]}, f"[a][{2**31}]", 2, {"a": [1]}),
    "a map past the end of a list": ({"a": [1]}, "[a][1][b]", 2, {"a": [1, {"b": 2}]}),
    "a number that is not finite, as a text": ({}, "a", float("-inf"), {"a": "-Infinity"}),
}


@pytest.mark.parametrize(("members", "name", "value", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_writes(members, name, value, expected):
    event = event_of(**members)
    event.set(FieldRef.parse(name), value)
    assert fields(event) == expected


REFUSED = {
    "below a text": ({"a": "x"}, "[a][b]", 1),
    "below a number": ({"a": 1}, "[a][b]", 1),
    "below a null": ({"a": None}, "[a][b]", 1),
    "below a null in a list": ({"a": [None, 1]}, "[a][0][b]", 1),
    "deep below a null in a list": ({"a": [None, 1]}, "[a][-2][b][c]", 1),
    "below tags in the metadata": ({}, "[@metadata][tags][x]", 1),
    "too far before the start": ({"a": [1]}, "[a][-2]", 1),
    "too far past the end": ({"a": []}, f"[a][{MAX_PADDING}]", 1),
    "a text as the timestamp": ({}, "@timestamp", STAMP),
    "below tags": ({}, "[tags][x]", 1),
    "a number as tags": ({}, "tags", 1),
    "texts and numbers as tags": ({}, "tags", ["a", 1]),
    "a text as metadata": ({}, "[@metadata]", "x"),
}


def test_tags_in_the_metadata_may_be_anything():
    event = event_of()
    event.set(FieldRef.parse("[@metadata][tags]"), 1)
    assert event.metadata == {"tags": 1}


@pytest.mark.parametrize(("members", "name", "value"), REFUSED.values(), ids=REFUSED)
def test_refuses_to_write(members, name, value):
    event = event_of(**members)
    with pytest.raises(EventError):
        event.set(FieldRef.parse(name), value)
    assert fields(event) == members


def test_pads_up_to_the_limit():
    event = event_of(a=[])
    event.set(FieldRef.parse(f"[a][{MAX_PADDING - 1}]"), 1)
    assert len(event.top("a")) == MAX_PADDING


REMOVED = {
    "a field": ({"a": 1, "b": 2}, "a", 1, {"b": 2}),
    "a member": ({"a": {"b": 1, "c": 2}}, "[a][b]", 1, {"a": {"c": 2}}),
    "the last member, the map stays": ({"a": {"b": 1}}, "[a][b]", 1, {"a": {}}),
    "an item, those behind move up": ({"a": [1, 2, 3]}, "[a][1]", 2, {"a": [1, 3]}),
    "what is not there": ({"a": [1]}, "[a][5]", None, {"a": [1]}),
    "below a text": ({"a": "x"}, "[a][b]", None, {"a": "x"}),
}


@pytest.mark.parametrize(("members", "name", "returned", "expected"), REMOVED.values(), ids=REMOVED)
def test_removes(members, name, returned, expected):
    event = event_of(**members)
    assert event.remove(FieldRef.parse(name)) == returned
    assert fields(event) == expected


def test_removing_metadata_empties_the_same_map():
    event = event_of(**{"@metadata": {"a": 1}})
    metadata = event.metadata
    assert event.remove(FieldRef.parse("[@metadata]")) == {"a": 1}
    assert event.metadata is metadata == {}


TAGGED = {
    "without tags": ({}, ["t"]),
    "with a text": ({"tags": "a"}, ["a", "t"]),
    "with a list": ({"tags": ["a"]}, ["a", "t"]),
    "that has it already": ({"tags": ["t"]}, ["t"]),
}


@pytest.mark.parametrize(("members", "expected"), TAGGED.values(), ids=TAGGED)
def test_tags_an_event(members, expected):
    event = event_of(**members)
    event.tag("t")
    assert event.top("tags") == expected


NEW = {
    "tags that are a number": ({"tags": 5}, {"tags": ["_tagsparsefailure"], "_tags": [5]}),
    "tags of two kinds": ({"tags": ["a", 1]}, {"tags": ["_tagsparsefailure"], "_tags": [["a", 1]]}),
    "tags that are null": ({"tags": None}, {"tags": ["_tagsparsefailure"], "_tags": [None]}),
    "a text as tags": ({"tags": "a"}, {"tags": "a"}),
    "a timestamp that is none": ({"@timestamp": "x"}, {"_@timestamp": "x", "tags": ["_timestampparsefailure"]}),
    "a number as timestamp, beside tags": (
        {"@timestamp": 5, "tags": "a"}, {"_@timestamp": 5, "tags": ["a", "_timestampparsefailure"]},
    ),
    "a timestamp that is none, beside its tag": (
        {"@timestamp": "x", "tags": ["_timestampparsefailure", "a"]},
        {"_@timestamp": "x", "tags": ["_timestampparsefailure", "a"]},
    ),
    "neither timestamp nor tags": (
        {"@timestamp": [], "tags": {"x": 1}},
        {"_@timestamp": [], "_tags": [{"x": 1}], "tags": ["_tagsparsefailure", "_timestampparsefailure"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("members", "expected"), NEW.values(), ids=NEW)
def test_a_new_event_puts_right(members, expected):
    assert fields(Event.from_map(members)) == expected


@pytest.mark.parametrize(("members", "expected"), NEW.values(), ids=NEW)
def test_a_document_is_put_right_as_a_map_is(members, expected):
    (event,) = decode_documents([encode(Event(dict(members)))])
    assert fields(event) == expected


def test_a_new_event_has_a_time_and_a_version():
    event = Event.from_map({})
    assert isinstance(event.top("@timestamp"), Timestamp)
    assert event.top("@version") == "1"


@pytest.mark.parametrize("version", [None, "2", 3], ids=repr)
def test_a_version_that_is_there_stays(version):
    document = encode(Event({"@version": version}))
    events = [Event.from_map({"@version": version}), *decode_documents([document])]
    assert [event.top("@version") for event in events] == [version, version]
    members = {"@version": Raw(encode_value(version))}
    normalise_members(members)
    assert members == {"@version": version}


def test_a_clone_shares_nothing_and_is_not_cancelled():
    event = event_of(a={"b": [1]}, **{"@metadata": {"m": [1]}})
    event.cancel()
    twin = event.clone()
    twin.set(FieldRef.parse("[a][b][0]"), 2)
    twin.set(FieldRef.parse("[@metadata][m][0]"), 2)
    assert (event.top("a"), event.metadata, twin.cancelled) == ({"b": [1]}, {"m": [1]}, False)


keys = st.sampled_from(["a", "b", "0", "1"])
leaves = st.one_of(st.none(), st.integers(-5, 5), st.text(max_size=3))
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3), max_leaves=6
)
references = st.lists(keys, min_size=1, max_size=3).map(
    lambda path: FieldRef.parse("".join(f"[{key}]" for key in path))
)


maps = st.recursive(leaves, lambda inner: st.dictionaries(keys, inner, max_size=3), max_leaves=6)


@given(members=st.dictionaries(keys, maps, max_size=3), ref=references, value=leaves)
def test_what_was_written_is_read_and_what_was_removed_is_gone(members, ref, value):
    event = event_of(**members)
    try:
        event.set(ref, value)
    except EventError:
        return
    assert event.get(ref) == value
    assert event.include(ref)
    assert event.remove(ref) == value
    assert not event.include(ref)


@given(members=st.dictionaries(keys, values, max_size=3), ref=references)
def test_members_that_are_still_bytes_read_as_a_map_does(members, ref):
    event = event_of(**members)
    (lazy,) = decode_documents([encode(event)])
    assert lazy.include(ref) == event.include(ref)
    assert lazy.get(ref) == event.get(ref)


def with_metadata(*known):
    """Events with metadata: bytes are what nobody has read, None is none."""
    made = []
    for one in known:
        read = one if isinstance(one, dict) else None
        made.append(Event({}, Raw(one) if isinstance(one, bytes) else read))
    return made


@pytest.mark.parametrize(
    ("known", "is_mentioned"),
    [
        ([{"a": 1}, {"_ingest_x": 2}], True),
        ([{"a": "ingest"}, {"ing": 1, "est": 2}], False),
        ([b'{"a":1}', b'{"a":1}'], False),
        ([b'{"ingest":1}', b'{"ingest":1}'], True),
        ([b'{"a":1}', b'{"ingest":1}'], True),
        ([b'{"a":1}', b'{"\\u0069ngest":1}'], True),
        ([b'{"a":1}', {"ingest": 1}], True),
        ([None, {"a": 1}, b'{"a":1}'], False),
        ([None, None, b'{"ingest":1}'], True),
    ],
)
def test_tells_whether_metadata_may_have_a_name_without_reading_it(known, is_mentioned):
    events = with_metadata(*known)
    assert Event.any_metadata_mentions(events, "ingest") is is_mentioned
    assert any(event.metadata_mentions("ingest") for event in events) is is_mentioned
    assert [event.unread_metadata is not None for event in events] == [
        isinstance(one, bytes) for one in known
    ]
