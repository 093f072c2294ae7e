"""The persisted queue keeps what tells an event from all others, so that what is sent again from it is known."""

from logsmith.event import Event
from logsmith.event.origin import Branch
from logsmith.runtime.batches import pack_row, read_row, unpack


def test_an_event_that_nothing_identifies_gets_an_origin_when_it_is_stored_and_keeps_it():
    first, second = Event({"n": 1}), Event({"n": 1})
    row = read_row(pack_row([("x", [first, second]), ("y", [second])]).payload)
    stored, again = unpack(row, ["x", "y"]), unpack(row, ["x"])
    origins = [event.origin for event in stored["x"]]
    assert len(set(origins)) == 2
    assert [event.origin for event in again["x"]] == origins == [first.origin, second.origin]
    assert stored["y"][0].origin == origins[1]


def test_the_origin_of_what_was_made_of_an_event_is_stored_as_its_text():
    event = Event({})
    event.origin = branch = Branch("parent", "1")
    (stored,) = unpack(read_row(pack_row([("x", [event])]).payload), ["x"])["x"]
    assert stored.origin == branch.settled()
