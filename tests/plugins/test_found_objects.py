"""What is known of texts: how much of it, and that events get copies of it."""

import pytest
from msgspec import Raw

from logsmith.compiler.code import CodeWriter
from logsmith.event import Event, FieldRef
from logsmith.plugins.found_objects import LOOK_AGAIN_S, FoundObjects, is_emitted

TRAILS = [("a",), ("a", "b"), ("c",)]
TEXT = "text \u00e9"


def fresh():
    return {"x": 1, "a": {"y": "\u00e9", "b": {"z": 2.5}}, "c": {"w": None}}


def knowing(target, found, source="s", **values):
    """Return what is known, and the emitted code; of an event that is left to the filter it returns False."""
    known = FoundObjects(
        FieldRef(source), None if target is None else FieldRef(target), TRAILS, **{"most": 1, **values}
    )
    known.keep(TEXT, found)
    code = CodeWriter()
    with code.block("def run(event, fields)"):
        known.emit(code, lambda: code.line("matched = False"))
        code.line("return matched")
    run = code.load("t.conf")["run"]
    return known, lambda event: run(event, event.fields)


STORES = {
    "at the root": (None, {"k": 1}, {"k": 1, **fresh()}),
    "at a name": ("t", {}, {"t": fresh()}),
    "below objects that are not there": ("[t][u][v]", {}, {"t": {"u": {"v": fresh()}}}),
    "beside what is there": ("t", {"t": {"k": 1, "x": 0}}, {"t": {"k": 1, **fresh()}}),
    "beside what is there, below": ("[t][u]", {"t": {"u": {"k": 1}}}, {"t": {"u": {"k": 1, **fresh()}}}),
    "in an object that is there": ("[t][u]", {"t": {"k": 1}}, {"t": {"k": 1, "u": fresh()}}),
    "in JSON that nobody read": ("[t][u]", {"t": Raw(b'{"k":1}')}, {"t": {"k": 1, "u": fresh()}}),
}


@pytest.mark.parametrize(("target", "members", "expected"), STORES.values(), ids=STORES)
def test_an_event_gets_a_copy(target, members, expected):
    _, run = knowing(target, fresh())
    event = Event({"s": TEXT, **members})
    assert run(event)
    assert event.to_map() == {"s": TEXT, **expected}


IN_THE_WAY = [
    (None, {"a": {}}),
    ("t", {"t": None}),
    ("t", {"t": "text"}),
    ("t", {"t": [{}]}),
    ("t", {"t": {"a": {}}}),
    ("t", {"t": {"c": 1}}),
    ("[t][u]", {"t": {"u": "text"}}),
    ("[t][u]", {"t": {"u": {"a": 1}}}),
    ("[t][u]", {"t": []}),
    ("[t][u][v]", {"t": {}}),
]


@pytest.mark.parametrize(("target", "members"), IN_THE_WAY)
def test_what_is_in_the_way_is_left_to_the_filter(target, members):
    _, run = knowing(target, fresh())
    event = Event({"s": TEXT, **members})
    assert not run(event)
    assert event.to_map() == {"s": TEXT, **members}


@pytest.mark.parametrize("text", [None, "other", [TEXT], {"s": TEXT}, 5])
def test_what_is_not_known_is_left_to_the_filter(text):
    _, run = knowing("t", fresh())
    event = Event({"s": text})
    assert not run(event)
    assert event.to_map() == {"s": text}


def test_an_object_that_was_not_found_is_not_made():
    found = {"x": 1, "c": {"w": 1}}
    _, run = knowing("t", dict(found))
    event = Event({"s": TEXT, "t": {}})
    assert run(event)
    assert event.top("t") == found


@pytest.mark.parametrize("members", [{}, {"t": {"k": 1}}, {"t": {"u": {}}}])
@pytest.mark.parametrize(("target", "place"), [(None, ""), ("t", "[t]"), ("[t][u]", "[t][u]")])
def test_two_events_share_nothing_that_can_be_changed(target, place, members):
    known, run = knowing(target, fresh())
    first, second, third = (Event({"s": TEXT}) for _ in range(3))
    for event in (first, second, third):
        event.fields.update({name: {**value} for name, value in members.items()})
        for inner in event.fields.values():
            if isinstance(inner, dict) and "u" in inner:
                inner["u"] = {}
    assert run(first)
    assert run(second)
    for ref in ("[x]", "[a][y]", "[a][b][z]", "[c][w]", "[a][new]"):
        first.set(FieldRef(place + ref), "changed")
    assert run(third)
    assert first.to_map() != second.to_map() == third.to_map()
    assert known.entries[TEXT][1] == fresh()


def test_half_is_forgotten_where_too_much_is_known():
    known = FoundObjects(FieldRef("s"), None, [], most=4)
    entries = known.entries
    for text in "abcde":
        known.keep(text, None if text == "d" else {"x": text})
    assert list(entries) == ["c", "d", "e"]
    assert entries["d"] is None
    assert entries is known.entries


@pytest.mark.parametrize("most", [0, 1])
def test_as_few_as_that_are_known(most):
    known = FoundObjects(FieldRef("s"), None, [], most=most)
    for text in "ab":
        known.keep(text, {"x": text})
    assert list(known.entries) == ["b"][:most]


ODD = {
    "an array": {"x": [1]},
    "an object that nobody named": {"x": {}},
    "an object in an object": {"a": {"b": {"z": {}}}},
    "half a character": {"x": "\ud800"},
}


@pytest.mark.parametrize("found", ODD.values(), ids=ODD)
def test_what_has_another_shape_is_not_kept(found):
    known, _ = knowing("t", found)
    assert known.entries == {}


@pytest.mark.parametrize("target", ["tags", "[tags][a]", "@timestamp", "[@metadata][a]", "[@metadata]"])
def test_a_target_that_is_not_like_others_is_left_to_the_filter(target):
    assert not is_emitted(FieldRef(target))


class Looking:
    """A filter whose source is in its target, at a time that is set."""

    def __init__(self):
        self.now = 0.0
        self.known = FoundObjects(FieldRef("[t][s]"), FieldRef("t"), TRAILS, most=1)
        self.known.clock = lambda: self.now
        self.known.keep(TEXT, fresh())
        code = CodeWriter()
        with code.block("def run(event, fields)"):
            self.known.emit(code, lambda: code.line("matched = None"))
            code.line("return matched")
        self._run = code.load("t.conf")["run"]

    def run(self, **others):
        """Return an event that has passed the filter, and whether compiled code did it."""
        event = Event({"t": {"s": TEXT, **others}})
        is_compiled = self._run(event, event.fields) is True
        if not is_compiled:
            self.known.put_json(event, TEXT)
        return event, is_compiled

    def is_json(self):
        event, is_compiled = self.run()
        assert is_compiled
        is_json = event.fields["t"].__class__ is Raw
        assert event.top("t") == {"s": TEXT, **fresh()}
        return is_json


def test_one_event_is_left_to_the_filter_now_and_then():
    looking = Looking()
    assert [looking.run()[1] for _ in range(3)] == [False, True, True]
    looking.now = LOOK_AGAIN_S
    assert [looking.run()[1] for _ in range(3)] == [False, True, True]


def test_what_nobody_reads_is_stored_as_json_and_what_somebody_reads_is_not():
    looking = Looking()
    watched, _ = looking.run()
    for is_read in (False, True, True, False):
        if is_read:
            watched.top("t")
        looking.now += LOOK_AGAIN_S
        watched, is_compiled = looking.run()
        assert not is_compiled
        assert looking.is_json() is not is_read


def test_an_object_that_holds_more_than_the_text_is_never_json():
    looking = Looking()
    looking.run()
    looking.now = LOOK_AGAIN_S
    looking.run(k=1)
    assert looking.is_json()
    event, is_compiled = looking.run(k=1)
    assert is_compiled
    assert event.fields["t"] == {"s": TEXT, "k": 1, **fresh()}


def test_what_somebody_reads_is_stored_as_json_only_to_be_watched():
    looking = Looking()
    looking.run()
    event = Event({"t": {"s": TEXT}})
    assert not looking.known.put_json(event, TEXT)
    assert event.fields["t"] == {"s": TEXT}


def test_what_ages_is_left_to_the_filter_now_and_then():
    known, run = knowing("t", fresh(), ages=True)
    assert not run(Event({"s": TEXT}))
    assert not known.put_json(Event({"s": TEXT}), TEXT)
    assert run(Event({"s": TEXT}))
