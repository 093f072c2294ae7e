"""Which events are known again, and that no two others are ever taken for one."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logsmith.event import Event, Timestamp
from logsmith.event.json import decode_documents
from logsmith.event.origin import Branch, line_origin, part_ways, random_origins, settle

LINE = {
    "@timestamp": "2026-01-02T03:04:05.678Z",
    "message": 'GET "/" 200',
    "log": {"offset": 1200, "file": {"path": "/var/log/a.log", "device_id": "64769", "inode": "918273"}},
    "agent": {"ephemeral_id": "0d5ac0c5-6c2f", "id": "4f6f2b0e", "name": "web-07", "type": "filebeat"},
    "n": 1,
}


def read(*documents):
    """Return events as the beats input sees them, their origins taken."""
    events = decode_documents([json.dumps(one).encode() for one in documents])
    for event in events:
        event.origin = line_origin(event.fields)
    return events


def origins_of(events):
    settle(events)
    return [event.origin for event in events]


def origin_of(document):
    return origins_of(read(document))[0]


def turned(value):
    """Return a value with the members of its objects in the opposite order."""
    if not isinstance(value, dict):
        return value
    return {name: turned(member) for name, member in reversed(value.items())}


def without(document, path):
    first, *rest = path
    return {
        name: without(member, rest) if name == first else member
        for name, member in document.items()
        if rest or name != first
    }


def changed(document, path, value):
    first, *rest = path
    return {**document, first: changed(document[first], rest, value) if rest else value}


SAME = [
    ("sent again as it was", LINE),
    ("members in another order", turned(LINE)),
    ("other fields changed", {**LINE, "n": 2, "host": {"name": "web-08"}}),
    ("another name of the Beat, the same run", changed(LINE, ["agent", "name"], "renamed")),
]


@pytest.mark.parametrize("again", [case[1] for case in SAME], ids=[case[0] for case in SAME])
def test_a_line_that_is_sent_again_has_the_same_origin(again):
    assert origin_of(again) == origin_of(LINE)


OTHER = [
    ("an inode used again for a new line", ["message"], "another line"),
    ("the same line read later", ["@timestamp"], "2026-01-02T03:04:05.679Z"),
    ("the same line of a new run of the Beat", ["agent", "ephemeral_id"], "5e0e"),
    ("another inode", ["log", "file", "inode"], "918274"),
    ("another device", ["log", "file", "device_id"], "64770"),
    ("another path", ["log", "file", "path"], "/var/log/b.log"),
    ("another offset", ["log", "offset"], 1201),
    ("a time of finer parts", ["@timestamp"], "2026-01-02T03:04:05.678001Z"),
    ("a line of digits that could be the offset's", ["message"], "1"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), [case[1:] for case in OTHER], ids=[case[0] for case in OTHER])
def test_what_differs_in_anything_that_identifies_has_another_origin(path, value):
    assert origin_of(changed(LINE, path, value)) != origin_of(LINE)
    assert origin_of(changed(LINE, path, value)) == origin_of(changed(LINE, path, value))


LACKING = [
    ("no offset, as of Metricbeat", ["log", "offset"]),
    ("no path", ["log", "file", "path"]),
    ("no file", ["log", "file"]),
    ("no log", ["log"]),
    ("no run of a Beat", ["agent", "ephemeral_id"]),
    ("no agent", ["agent"]),
]


@pytest.mark.parametrize("path", [case[1] for case in LACKING], ids=[case[0] for case in LACKING])
def test_events_that_lack_what_identifies_them_stay_as_many_as_they_are(path):
    event = without(LINE, path)
    assert len({*origins_of(read(event, event)), origin_of(event)}) == 3


ODD = [
    ("offset", ["log", "offset"], "1200"),
    ("log", ["log"], "text"),
    ("file", ["log", "file"], 7),
    ("agent", ["agent"], [1]),
    ("ephemeral_id", ["agent", "ephemeral_id"], 7),
]


@pytest.mark.parametrize(("path", "value"), [case[1:] for case in ODD], ids=[case[0] for case in ODD])
def test_what_no_beat_sends_has_a_random_origin_and_harms_no_other(path, value):
    odd = changed(LINE, path, value)
    first, second, third = origins_of(read(odd, LINE, odd))
    assert second == origin_of(LINE)
    assert len({first, second, third}) == 3


def test_a_window_with_and_one_without_odd_neighbours_give_a_line_the_same_origin():
    document = json.dumps(LINE).encode()
    lazily, whole = decode_documents([document])[0], decode_documents([document, b'{"a":"\xff"}'])[0]
    for event in (lazily, whole):
        event.origin = line_origin(event.fields)
    assert origins_of([lazily]) == origins_of([whole])


NO_LINE = without(LINE, ["message"])


def test_without_a_line_all_fields_identify_whatever_their_order():
    assert origin_of(NO_LINE) == origin_of(turned(NO_LINE))
    assert origin_of(NO_LINE) != origin_of({**NO_LINE, "n": 2})
    assert origin_of(NO_LINE) != origin_of({**NO_LINE, "n": "1"})
    assert origin_of({**NO_LINE, "message": {"a": 1}}) != origin_of({**NO_LINE, "message": {"a": 2}})


def test_filters_do_not_change_what_identifies():
    (event,) = read(LINE)
    event.top("log")["offset"] = 0
    event.fields.clear()
    assert origins_of([event]) == [origin_of(LINE)]


def test_an_origin_is_base64url_and_begins_with_the_second():
    stamps = ["1969-12-31T23:59:59.000Z", "1999-01-01T00:00:00.000Z", "2026-01-02T03:04:05.678Z", "9999-01-01T00:00:00.000Z"]  # fmt: skip
    origins = [origin_of({**LINE, "@timestamp": stamp}) for stamp in stamps] + random_origins(3)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{28}", one) for one in origins)
    begins = [origin_of({**LINE, "@timestamp": f"2026-01-02T03:04:0{n}.999Z"})[:5] for n in (5, 5, 6)]
    assert begins[0] == begins[1]
    assert len(set(origins)) == len(origins)


def test_a_settled_origin_stays():
    event = Event({})
    settle([event])
    known = event.origin
    settle([event, Event({})])
    assert event.origin == known


def test_a_mixed_batch_is_settled_each_in_its_way():
    line, none, stored = *read(LINE), Event({}), Event({})
    stored.origin = "kept"
    child = line.clone()
    child.origin = Branch(line.origin, "1")
    settle([none, line, stored, child])
    assert (line.origin, stored.origin) == (origin_of(LINE), "kept")
    assert len({none.origin, line.origin, stored.origin, child.origin}) == 4


# What is made of one event


def test_copies_get_origins_of_their_own_and_the_same_ones_again():
    def origins():
        (event,) = read(LINE)
        made = [event, event.clone(), event.clone()]
        part_ways(event, made, keeps_state=False)
        again = [made[1], made[1].clone()]
        part_ways(made[1], again, keeps_state=False)
        twice = [event, event.clone()]
        part_ways(event, twice, keeps_state=False)
        return origins_of([*made, *again[1:], *twice[1:]])

    assert len(set(origins())) == 5
    assert origins() == origins()


def test_what_is_made_is_known_again_only_of_a_filter_that_keeps_no_state():
    def made(*, keeps_state):
        (event,) = read(LINE)
        events = [event, event.clone(), Event({"n": 1})]
        part_ways(event, events, keeps_state=keeps_state)
        return origins_of(events)

    assert made(keeps_state=False) == made(keeps_state=False)
    first, again = made(keeps_state=True), made(keeps_state=True)
    assert first[0] == again[0] == origin_of(LINE)
    assert len({*first, *again}) == 5


def test_an_event_kept_from_before_does_not_take_its_old_origin_along():
    first, second = read(LINE, changed(LINE, ["log", "offset"], 1300))
    kept = first.clone()
    made = [second, kept, kept]
    part_ways(second, made, keeps_state=True)
    assert len(set(origins_of([first, *made]))) == 4


def test_one_event_that_stays_one_keeps_its_origin():
    (event,) = read(LINE)
    part_ways(event, [event], keeps_state=False)
    assert origins_of([event]) == [origin_of(LINE)]


def test_copies_of_what_nothing_identifies_have_random_origins():
    event = Event({})
    made = [event, event.clone()]
    part_ways(event, made, keeps_state=False)
    assert len(set(origins_of(made))) == 2


TEXTS = st.text(max_size=12)
LINES = st.fixed_dictionaries(
    {
        "@timestamp": st.integers(0, 5).map(lambda ms: Timestamp(1_700_000_000_000_000_000 + ms * 1_000_000).isoformat()),
        "message": TEXTS,
        "log": st.fixed_dictionaries(
            {
                "offset": st.integers(0, 30),
                "file": st.fixed_dictionaries(
                    {"path": st.text(min_size=1, max_size=4), "inode": st.sampled_from(["1", "11"]), "device_id": st.sampled_from(["1", "11"])}
                ),
            }
        ),
        "agent": st.fixed_dictionaries({"ephemeral_id": st.text(min_size=1, max_size=4)}),
    }
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(LINES, min_size=2, max_size=6))
def test_distinct_lines_have_distinct_origins_and_equal_ones_the_same(lines):
    by_content = {json.dumps(line, sort_keys=True): origin for line, origin in zip(lines, origins_of(read(*lines)), strict=True)}  # fmt: skip
    assert len(set(by_content.values())) == len(by_content)
    again = origins_of(read(*map(turned, lines)))
    assert [by_content[json.dumps(line, sort_keys=True)] for line in lines] == again
