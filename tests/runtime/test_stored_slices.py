"""What filters make of a window, stored: cut where it is too large, each event once, and every output gets what it should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.elasticsearch.bulk import Part
from logsmith.event import Event, encode
from logsmith.event.packed import Lines
from logsmith.plugins import Output
from logsmith.runtime import batches
from logsmith.runtime.batches import batches_for, read_row, rows_of, slices_of, unpack


def numbers(events):
    return [event.top("n") for event in events]


class Encoding:
    """An output that encodes at once; it needs the events still unless it lets go of them."""

    encodes, is_alone = True, False

    def __init__(self, *, lets_go=True):
        self._lets_go = lets_go

    def encode(self, events):
        lines = [b"{}\n%b\n" % encode(event) for event in events]
        part = Part(events, None, b"".join(lines), held=Lines() if self._lets_go else None)
        part.deflate(1)
        return part


def stored(routed, outputs=None):
    """What comes back for each output, and the number of events in each row."""
    names = [name for name, _ in routed]
    outputs = outputs or [Output] * len(names)
    made = list(rows_of(slices_of(outputs, names, [events for _, events in routed])))
    found = {name: [] for name in names}
    for row, parts in made:
        held = [
            [n for batch in batches_for(at, parts) for n in numbers(getattr(batch, "events", batch))]
            for at in range(len(names))
        ]
        again = unpack(read_row(row.payload), names)
        assert [numbers(again[name]) for name in names] == held
        assert row.routes == {name: len(some) for name, some in zip(names, held, strict=True) if some}
        for name, some in zip(names, held, strict=True):
            found[name] += some
    return found, [row.events for row, _ in made]


@pytest.mark.parametrize(
    ("most_events", "sizes"),
    [(100, [9]), (9, [9]), (5, [4, 5]), (4, [4, 2, 3]), (2, [2, 2, 2, 1, 2]), (0, [1] * 9)],
)
def test_a_batch_that_is_too_large_is_halved_until_it_fits(monkeypatch, most_events, sizes):
    monkeypatch.setattr(batches, "EVENT_BYTES", 1 << 20)
    monkeypatch.setattr(batches, "MOST_WEIGHT", (most_events << 20) + (1 << 19))
    events = [Event.from_map({"n": n}) for n in range(9)]
    assert stored([("x", events)]) == ({"x": list(range(9))}, sizes)


OUTPUTS = st.sampled_from([Output, Encoding(), Encoding(lets_go=False)])
NUMBERS = st.sets(st.integers(0, 9))


@given(of_x=NUMBERS, of_y=NUMBERS, of_z=NUMBERS, outputs=st.tuples(OUTPUTS, OUTPUTS, OUTPUTS))
def test_each_output_gets_its_own_events(of_x, of_y, of_z, outputs):
    wanted = {"x": sorted(of_x), "y": sorted(of_y), "z": sorted(of_z)}
    events = [Event.from_map({"n": n}) for n in range(10)]
    routed = [(name, [events[n] for n in some]) for name, some in wanted.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "MOST_WEIGHT", 3 * batches.EVENT_BYTES)
        found, sizes = stored(routed, outputs)
    assert {name: sorted(got) for name, got in found.items()} == wanted
    assert sum(sizes) == len(of_x | of_y | of_z)


@pytest.mark.parametrize(
    ("of_x", "of_y", "texts"),
    [("abc", "", 1), ("abc", "abc", 1), ("abc", "b", 1), ("b", "abc", 1), ("ab", "c", 2), ("ab", "bc", 1)],
)
def test_what_goes_to_several_outputs_is_stored_once(of_x, of_y, texts):
    events = {name: Event.from_map({"n": name}) for name in "abc"}
    routed = [[events[name] for name in some] for some in (of_x, of_y)]
    (one,) = slices_of([Encoding(), Output], ["x", "y"], routed)
    assert len(one.stored) == texts
    assert sum(part.events.count for part in one.stored) == len({*of_x, *of_y})


def test_what_is_stored_is_what_the_output_sends():
    events = [Event.from_map({"n": n}) for n in range(3)]
    (one,) = slices_of([Encoding(), Output], ["x", "y"], [events, events[:1]])
    (batch, _) = one.batches
    assert one.stored[0].events.text is batch.deflated(1)


def test_an_output_that_has_let_go_of_its_events_weighs_little():
    events = [Event.from_map({"n": n}) for n in range(100)]
    (light,) = slices_of([Encoding()], ["x"], [events])
    (heavy,) = slices_of([Output], ["x"], [events])
    assert light.weights[0] < 2000
    assert heavy.weights[0] > 100 * batches.EVENT_BYTES
