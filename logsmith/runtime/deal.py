"""Who runs what: pipelines and their inputs dealt out to worker processes. Pure.

Every worker of a pipeline has all of its filters and outputs, and the inputs that are shared (they listen on
sockets that all inherit). An input that cannot be shared goes to one worker. A worker of a pipeline that
would have no input is not made.
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


@dataclass(frozen=True, slots=True)
class Part:
    """What one worker process runs of one pipeline: `index` of `count` workers, and the inputs it got."""

    pipeline: CompiledPipeline
    index: int
    count: int
    inputs: tuple[Input, ...]


def count_workers(wish: Wish) -> int:
    """Return how many workers a pipeline gets."""
    pipeline = wish.pipeline
    wanted = 1 if pipeline.is_stateful and not wish.is_explicit else wish.workers
    if any(one.is_shared for one in pipeline.inputs):
        return max(1, wanted)
    return max(1, min(wanted, len(pipeline.inputs)))


def deal(wishes: Sequence[Wish]) -> list[list[Part]]:
    """Return the parts of each worker process, as many as the pipeline with the most workers has."""
    counts = [count_workers(wish) for wish in wishes]
    hands: list[list[Part]] = [[] for _ in range(max(counts, default=0))]
    for wish, count in zip(wishes, counts, strict=True):
        # The emptiest processes first, so that two pipelines of one worker each do not share a core
        places = sorted(range(len(hands)), key=lambda place: (len(hands[place]), place))[:count]
        for index, place in enumerate(sorted(places)):
            hands[place].append(Part(wish.pipeline, index, count, _inputs_of(wish, index, count)))
    return hands


def _inputs_of(wish: Wish, index: int, count: int) -> tuple[Input, ...]:
    alone = [one for one in wish.pipeline.inputs if not one.is_shared]
    mine = {id(one) for position, one in enumerate(alone) if position % count == index}
    return tuple(one for one in wish.pipeline.inputs if one.is_shared or id(one) in mine)
