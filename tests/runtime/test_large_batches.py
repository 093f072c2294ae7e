"""What filters make of a window may be too large for one row: it is cut, and every output still gets what it should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.event import Event
from logsmith.runtime import batches
from logsmith.runtime.batches import batches_of, deflated, unpack


def numbers(events):
    return [event.top("n") for event in events]


def stored(routed):
    """What comes back for each output, and the number of events in each batch."""
    made = list(batches_of(routed))
    for batch, parts in made:
        names = [name for name, _ in routed]
        if not batch.events:
            continue
        assert {name: numbers(found) for name, found in unpack(deflated(batch).payload, names).items()} == {
            name: numbers(part) for name, part in zip(names, parts, strict=True)
        }
        assert batch.routes == {name: len(part) for name, part in zip(names, parts, strict=True) if part}
    found = {
        name: [n for _, parts in made for n in numbers(parts[at])] for at, (name, _) in enumerate(routed)
    }
    return found, [batch.events for batch, _ in made]


@pytest.mark.parametrize(
    ("most_events", "sizes"),
    [(100, [9]), (9, [9]), (5, [4, 5]), (4, [4, 2, 3]), (2, [2, 2, 2, 1, 2]), (0, [1] * 9)],
)
def test_a_batch_that_is_too_large_is_halved_until_it_fits(monkeypatch, most_events, sizes):
    monkeypatch.setattr(batches, "EVENT_BYTES", 1 << 20)
    monkeypatch.setattr(batches, "MOST_WEIGHT", (most_events << 20) + (1 << 19))
    events = [Event.from_map({"n": n}) for n in range(9)]
    assert stored([("x", events)]) == ({"x": list(range(9))}, sizes)


@given(of_x=st.sets(st.integers(0, 9)), of_y=st.sets(st.integers(0, 9)))
def test_each_output_gets_its_own_events(of_x, of_y):
    events = [Event.from_map({"n": n}) for n in range(10)]
    routed = [("x", [events[n] for n in sorted(of_x)]), ("y", [events[n] for n in sorted(of_y)])]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "MOST_WEIGHT", 3 * batches.EVENT_BYTES)
        found, sizes = stored(routed)
    assert {name: sorted(got) for name, got in found.items()} == {"x": sorted(of_x), "y": sorted(of_y)}
    assert sum(sizes) == len(of_x | of_y)
