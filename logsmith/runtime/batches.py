"""Events on their way to outputs, and as rows of the persisted queue: packed, with the outputs that each goes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from typing import TYPE_CHECKING

import msgspec

from logsmith.event.errors import JsonError
from logsmith.event.json import encode_all
from logsmith.event.origin import settle
from logsmith.event.packed import PackedEvents, pack
from logsmith.runtime.first_rows import is_first_form, read_first_form
from logsmith.spool import SpoolError
from logsmith.spool.queue import Batch as Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from logsmith.event import Event
    from logsmith.plugins import Batch, Output

MOST_WEIGHT = 64 << 20  # of a row of several events: filters may make much of a small window
EVENT_BYTES = 3072  # what an event takes in memory besides its text: its fields as they were read, its lines of a request


class Stored(msgspec.Struct, array_like=True, gc=False):
    """Some events as they are stored, and for each output the numbers of those it gets; none: all."""

    outputs: list[str]
    routes: list[list[int] | None]
    events: PackedEvents

    @property
    def weight(self) -> int:
        """About how many bytes of memory the events take once they are made again."""
        return self.events.text.size + EVENT_BYTES * self.events.count

    def amounts(self) -> Iterator[tuple[str, int]]:
        """Yield each output with how many events it gets."""
        for name, numbers in zip(self.outputs, self.routes, strict=True):
            yield name, self.events.count if numbers is None else len(numbers)


@dataclass(frozen=True, slots=True)
class Slice:
    """What outputs get of the events that filters had together: for each output a batch, None if it gets none."""

    batches: Sequence[Batch | None]
    stored: Sequence[Stored] = ()
    weights: Sequence[int] = field(default=())  # bytes of memory, for each output


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Stored]).decode


def encoded_for(outputs: Sequence[Output], routed: Sequence[list[Event]]) -> list[Batch | None]:
    """Return what each output gets, encoded by those that do so at once, while the events are in the processor's caches."""
    return [
        ((output.encode(events) if output.encodes else None) or events) if events else None
        for output, events in zip(outputs, routed, strict=True)
    ]


def slices_of(
    outputs: Sequence[Output], names: Sequence[str], routed: Sequence[list[Event]], *, are_plain: bool = False
) -> list[Slice]:
    """Return events as slices to be stored, nearly always one; `names` are the outputs'.

    `are_plain`: nothing made fields of types that JSON loses (`event.exact`).
    """
    events = _distinct(outputs, routed)
    settle(events)
    overlaps = len(events) < sum(map(len, routed))
    if overlaps:
        encode_all(events)
    batches = encoded_for(outputs, routed)
    lines = [
        None if one is None or isinstance(one, list) else one.pack(are_plain=are_plain) for one in batches
    ]
    there = [(name, some, text) for name, some, text in zip(names, routed, lines, strict=True) if some]
    stored = (
        _store_together(there, are_plain=are_plain) if overlaps else _store_apart(there, are_plain=are_plain)
    )
    if sum(one.weight for one in stored) > MOST_WEIGHT and len(set(map(id, events))) > 1:
        known = list(dict.fromkeys(map(id, events)))
        first = set(known[: len(known) // 2])
        halves = (
            [[one for one in some if (id(one) in first) is is_first] for some in routed]
            for is_first in (True, False)
        )
        return [made for half in halves for made in slices_of(outputs, names, half, are_plain=are_plain)]
    return [Slice(batches, stored, _weights(batches, stored))]


def batches_for(number: int, slices: Sequence[Slice]) -> list[Batch]:
    """Return what one output gets of slices; what it gets as events is one batch."""
    there = [batch for one in slices if (batch := one.batches[number]) is not None]
    found: list[Batch] = []
    for are_events, group in groupby(there, key=lambda batch: isinstance(batch, list)):
        some = list(group)
        found += [list(chain.from_iterable(some))] if are_events else some  # type: ignore[arg-type]  # lists, all
    return found


def rows_of(slices: Sequence[Slice]) -> Iterator[tuple[Row, Sequence[Slice]]]:
    """Yield slices as rows of the queue, mostly one, each with what it is made of."""
    together: list[Slice] = []
    weight = 0
    for one in slices:
        heavier = weight + sum(part.weight for part in one.stored)
        if heavier > MOST_WEIGHT and together:
            yield _row(together), together
            together, heavier = [], heavier - weight
        together.append(one)
        weight = heavier
    yield _row(together), together


def pack_row(routed: Sequence[tuple[str, Sequence[Event]]]) -> Row:
    """Return events as a row to be stored; `routed` has the name of each output and what it shall get."""
    there = [(name, events, None) for name, events in routed if events]
    settle([event for _, events, _ in there for event in events])
    return _row([Slice((), _store_together(there) if there else ())])


def unpack(stored: Sequence[Stored], outputs: Iterable[str]) -> dict[str, list[Event]]:
    """Return the events of a row for each of these outputs; raises SpoolError if it is damaged."""
    found: dict[str, list[Event]] = {name: [] for name in outputs}
    for one in stored:
        wanted = [place for place in zip(one.outputs, one.routes, strict=True) if place[0] in found]
        try:
            events = one.events.events() if wanted else []
            for name, numbers in wanted:
                found[name] += events if numbers is None else [events[number] for number in numbers]
        except (JsonError, IndexError) as error:
            raise SpoolError(f"it cannot be read: {error}") from None
    return found


def read_row(payload: bytes) -> list[Stored]:
    """Return what a row is made of; raises SpoolError if it is damaged."""
    try:
        if is_first_form(payload):
            return [Stored(*read_first_form(payload))]
        stored = _decode(payload)
    except (msgspec.MsgspecError, ValueError) as error:
        raise SpoolError(f"it cannot be read: {error}") from None
    if any(len(one.outputs) != len(one.routes) for one in stored):
        raise SpoolError("it cannot be read: outputs are missing")
    return stored


def routes_of(payload: bytes) -> dict[str, int]:
    """Return how many events each output gets of a row; raises SpoolError if it is damaged."""
    routes: dict[str, int] = {}
    for name, events in (amount for part in read_row(payload) for amount in part.amounts()):
        routes[name] = routes.get(name, 0) + events
    return routes


def _row(slices: Sequence[Slice]) -> Row:
    stored = [part for one in slices for part in one.stored]
    routes: dict[str, int] = {}
    for name, events in (amount for part in stored for amount in part.amounts()):
        routes[name] = routes.get(name, 0) + events
    events = sum(part.events.count for part in stored)
    weight = sum(sum(one.weights) for one in slices)
    return Row(_encode(stored), events, routes, weight)


_Routed = Sequence[
    tuple[str, Sequence["Event"], PackedEvents | None]
]  # by output, with what it has made of them


def _store_apart(routed: _Routed, *, are_plain: bool) -> list[Stored]:
    """Store events of which no two outputs get the same."""
    return [
        Stored([name], [None], text or pack(events, are_plain=are_plain)) for name, events, text in routed
    ]


def _store_together(routed: _Routed, *, are_plain: bool = False) -> list[Stored]:
    """Store events of which some go to several outputs: as one of them has made them, if that one gets all."""
    most = max(len(events) for _, events, _ in routed)
    first = sorted(routed, key=lambda one: one[2] is None or len(one[1]) < most)
    events, routes = _gathered([events for _, events, _ in first])
    text = first[0][2] if len(first[0][1]) == len(events) else None
    return [Stored([name for name, _, _ in first], routes, text or pack(events, are_plain=are_plain))]


def _weights(batches: Sequence[Batch | None], stored: Sequence[Stored]) -> list[int]:
    """Return how much memory each output's batch takes; what several hold is counted in parts."""
    own = [None if one is None or isinstance(one, list) else one.weight for one in batches]
    shared = [one for one, weight in zip(batches, own, strict=True) if one is not None and weight is None]
    share = sum(one.weight for one in stored) // max(1, len(shared))
    return [
        0 if one is None else share if weight is None else weight
        for one, weight in zip(batches, own, strict=True)
    ]


def _distinct(outputs: Sequence[Output], routed: Sequence[list[Event]]) -> Sequence[Event]:
    """Return all events, each once."""
    there = [(output, events) for output, events in zip(outputs, routed, strict=True) if events]
    if all(output.is_alone for output, _ in there):  # then none gets what another gets
        return [event for _, events in there for event in events]
    return _gathered([events for _, events in there])[0]


def _gathered(lists: Sequence[Sequence[Event]]) -> tuple[Sequence[Event], list[list[int] | None]]:
    """Return all events, each once, and for each list the numbers of its events; None if it has them all in order."""
    if len(lists) == 1:
        return lists[0], [None]
    numbers: dict[int, int] = {}
    events: list[Event] = []
    for one in (event for events_ in lists for event in events_):
        if numbers.setdefault(id(one), len(events)) == len(events):
            events.append(one)
    everything = list(range(len(events)))
    routes = [[numbers[id(event)] for event in events_] for events_ in lists]
    return events, [None if one == everything else one for one in routes]
