"""Events that are let go come back as they were, from lines that were made for something else."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.deflated import Deflated, deflate
from logsmith.event import Event, JsonError, Timestamp, encode
from logsmith.event.origin import settle
from logsmith.event.packed import Lines, pack, pack_around

ORIGIN = "A" * 28


def event_of(n, metadata=None, origin=ORIGIN, **fields):
    event = Event({"@timestamp": Timestamp(n), "n": n, **fields}, metadata)
    event.origin = origin
    return event


def facts(events):
    return [(repr(one.to_map()), repr(one.metadata), one.origin) for one in events]


def below(action, events):
    """Each event below a line of an output's."""
    return deflate(b"".join(action(one) + b"\n" + encode(one) + b"\n" for one in events))


def with_origin(event):
    return b'{"_id":"%b"}' % event.origin.encode()


MANY = {
    "one": [event_of(1)],
    "several": [event_of(n, text="é\n") for n in range(5)],
    "the same metadata": [event_of(n, {"a": 1}) for n in range(3)],
    "other metadata": [event_of(n, {"a": n % 2}) for n in range(5)],
    "metadata that JSON loses": [event_of(1, {"a": Timestamp(5)}), event_of(2)],
    "fields that JSON loses": [event_of(1), event_of(2, price=Decimal("1.50")), event_of(3, at=Timestamp(7))],
    "origins of their own": [event_of(n, origin=f"{n:028}") for n in range(3)],
}


@pytest.mark.parametrize("events", MANY.values(), ids=MANY)
def test_they_come_back_as_they_were(events):
    assert facts(pack(events).events()) == facts(events)
    around = pack_around(below(with_origin, events), events, Lines(tail=len('"}')))
    assert around.origins == 2
    assert facts(around.events()) == facts(events)


def test_without_an_origin_in_the_line_it_is_kept_beside():
    events = [event_of(n, origin=f"{n:028}") for n in range(3)]
    around = pack_around(below(lambda _: b'{"index":{}}', events), events, Lines())
    assert facts(around.events()) == facts(events)


def test_a_member_that_the_output_has_added_is_taken_away():
    events = [event_of(n) for n in range(3)]
    text = below(lambda _: b"{}", [event_of(n, stream={"type": "logs"}) for n in range(3)])
    assert facts(pack_around(text, events, Lines(added="stream")).events()) == facts(events)
    with pytest.raises(JsonError):
        pack_around(text, events, Lines(added="other")).events()


def test_what_nothing_made_of_a_special_type_is_not_looked_at():
    events = [event_of(1, price=Decimal("1.50"))]
    assert pack(events, are_plain=True).types == {}
    assert pack(events).types != {}


@given(sizes=st.lists(st.integers(0, 50), min_size=1, max_size=20))
def test_any_number_of_any_size_comes_back(sizes):
    events = [event_of(n, origin=None, text="x" * size) for n, size in enumerate(sizes)]
    settle(events)
    assert facts(pack(events).events()) == facts(events)


@pytest.mark.parametrize(
    "change",
    {
        "lines": {"count": 4},
        "an absurd number": {"count": 2**62},
        "no step": {"step": 0},
        "metadata": {"which": [0, 0, 7]},
        "too few of something": {"which": [0]},
        "origins": {"origins": []},
        "another text": {"text": deflate(b"[]\n[]\n[]")},
        "a cut text": {"text": Deflated(b"", 5, 5)},
    }.values(),
)
def test_what_does_not_fit_together_is_an_error(change):
    packed = pack([event_of(n) for n in range(3)])
    for name, value in change.items():
        setattr(packed, name, value)
    with pytest.raises(JsonError):
        packed.events()
