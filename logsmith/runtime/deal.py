"""Who runs what: pipelines and their inputs dealt out to worker processes. Pure.

Every worker of a pipeline has all of its filters and outputs, and the inputs that are shared (they listen on
sockets that all inherit). An input that cannot be shared goes to one worker. A worker of a pipeline that
would have no input is not made.

Pipelines that send to each other share their processes: where one sends, the other is. The one that wants the fewest
workers (since its filters keep state, say) then decides for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logsmith.compiler import CompiledPipeline
    from logsmith.plugins import Input


@dataclass(frozen=True, slots=True)
class Wish:
    """A pipeline, and how many workers the settings want for it; `is_explicit` if they say so themselves."""

    pipeline: CompiledPipeline
    workers: int
    is_explicit: bool = False

    @property
    def most(self) -> int:
        """How many workers the pipeline may have."""
        return 1 if self.pipeline.is_stateful and not self.is_explicit else self.workers

    @property
    def receives(self) -> bool:
        """Whether other pipelines can send to it."""
        return any(one.receives_at() is not None for one in self.pipeline.inputs)

    @property
    def driven(self) -> int:
        """How many workers its inputs keep busy, those aside that take from other pipelines."""
        own = [one for one in self.pipeline.inputs if one.receives_at() is None]
        return self.most if any(one.is_shared for one in own) else min(self.most, len(own))


@dataclass(frozen=True, slots=True)
class Part:
    """What one worker process runs of one pipeline: `index` of `count` workers, and the inputs it got."""

    pipeline: CompiledPipeline
    index: int
    count: int
    inputs: tuple[Input, ...]


def count_workers(wishes: Sequence[Wish]) -> list[int]:
    """Return how many workers each pipeline gets."""
    counts = [0] * len(wishes)
    for group in _linked(wishes):
        most = min(wishes[number].most for number in group)
        together = max(1, min(most, max(wishes[number].driven for number in group)))
        for number in group:
            wish = wishes[number]
            counts[number] = together if wish.receives else max(1, min(together, wish.driven))
    return counts


def deal(wishes: Sequence[Wish]) -> list[list[Part]]:
    """Return the parts of each worker process, as many as the pipeline with the most workers has."""
    counts = count_workers(wishes)
    hands: list[list[Part]] = [[] for _ in range(max(counts, default=0))]
    for group in _linked(wishes):
        # The emptiest processes first, so that two pipelines of one worker each do not share a core
        together = max(counts[number] for number in group)
        places = sorted(sorted(range(len(hands)), key=lambda place: (len(hands[place]), place))[:together])
        for number in group:
            wish, count = wishes[number], counts[number]
            for index, place in enumerate(places[:count]):
                hands[place].append(Part(wish.pipeline, index, count, _inputs_of(wish, index, count)))
    return hands


def _linked(wishes: Sequence[Wish]) -> list[list[int]]:
    """Return the pipelines in groups, by their numbers: those that send to each other are in one."""
    group_of = list(range(len(wishes)))
    at = {
        one.receives_at(): number
        for number, wish in enumerate(wishes)
        for one in wish.pipeline.inputs
        if one.receives_at() is not None
    }
    for number, wish in enumerate(wishes):
        for address in (address for one in wish.pipeline.outputs for address in one.sends_to()):
            if address in at:
                old, new = sorted((group_of[number], group_of[at[address]]), reverse=True)
                group_of = [new if one == old else one for one in group_of]
    groups: dict[int, list[int]] = {}
    for number, group in enumerate(group_of):
        groups.setdefault(group, []).append(number)
    return list(groups.values())


def _inputs_of(wish: Wish, index: int, count: int) -> tuple[Input, ...]:
    alone = [one for one in wish.pipeline.inputs if not one.is_shared]
    mine = {id(one) for position, one in enumerate(alone) if position % count == index}
    return tuple(one for one in wish.pipeline.inputs if one.is_shared or id(one) in mine)
