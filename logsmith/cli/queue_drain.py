"""`logsmith queue drain`: pipelines without their inputs, until nothing waits in their persisted queues.

Inputs that take what other pipelines send stay: they end with those.
"""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from logsmith.cli.pipelines import Prepared, is_alone, prepare, read_settings
from logsmith.cli.places import PlaceError, check_data_folder
from logsmith.cli.queue import NOTHING, Found, explain, queues_of
from logsmith.cli.run import start_usable
from logsmith.errors import LogsmithError
from logsmith.runtime.cursors import name_outputs
from logsmith.spool.queue import PersistedQueue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from logsmith.config.settings import Settings

UNREACHED = "the log says why it could not be delivered; drain again when the output takes events"
NO_OUTPUT = (
    "no output of the pipeline has this name: give the output that shall get them this as its id and drain again, "
    "or take them out with `logsmith queue export`, or forget them with `logsmith queue drop`"
)
NO_PIPELINE = "no pipeline of this name was drained: name it with --pipeline.id, and its file with -f"


class Waiting(NamedTuple):
    """Whose events wait."""

    pipeline: str
    output: str


def drain(argv: Sequence[str]) -> int:
    """Run pipelines without their inputs until nothing waits in their queues; return 1 if something does."""
    settings = read_settings(argv)
    if isinstance(settings, int):
        return settings
    settings = settings.with_values({"api.enabled": False})  # a server may have the port
    try:
        check_data_folder(settings)
    except PlaceError as error:
        return _refused(error)
    prepared = prepare(settings)
    if isinstance(prepared, int):
        return prepared
    try:
        return _drain(prepared, settings)
    except LogsmithError as error:
        return _refused(error)


def _drain(prepared: Sequence[Prepared], settings: Settings) -> int:
    ids = {one.id for one in prepared}
    found = queues_of([settings, *(one.settings for one in prepared)])
    with_queue = {one.pipeline for one in found}
    if not with_queue:
        print(NOTHING)
        return 0
    if not ids & with_queue:
        there = ", ".join(sorted(with_queue))
        raise PlaceError(f"no queue is one of {', '.join(sorted(ids))}; there are: {there} (--pipeline.id)")
    names = {one.id: _output_names(one) for one in prepared}
    before = waiting_in(found)
    drained = [
        _emptied(one, has_queue=one.id in with_queue)
        for one in prepared
        if one.id in with_queue or _receives(one)
    ]
    status = start_usable(drained, settings)
    # Beside one pipeline that was named others may have their own; a list of them is all there are
    meant = ids if is_alone(settings) else with_queue
    after = waiting_in(
        one for one in queues_of([settings, *(one.settings for one in prepared)]) if one.pipeline in meant
    )
    return _report(before, after, names) or status


def waiting_in(found: Iterable[Found]) -> Counter[Waiting]:
    """Return how many events wait for each output; raises SpoolError."""
    waiting: Counter[Waiting] = Counter()
    for one in found:
        with closing(PersistedQueue(one.path, is_read_only=True)) as queue:
            for output, backlog in queue.backlogs().items():
                waiting[Waiting(one.pipeline, output)] += backlog.events
    return +waiting


def _output_names(one: Prepared) -> list[str]:
    return name_outputs(one.pipeline.outputs) if one.pipeline is not None else []


def _emptied(one: Prepared, *, has_queue: bool) -> Prepared:
    """Return a pipeline that takes nothing from outside, and that ends when its queue is empty if it has one."""
    if one.pipeline is not None:
        one.pipeline.inputs[:] = [each for each in one.pipeline.inputs if each.receives_at() is not None]
    chosen = {"queue.type": "persisted"} if has_queue else {}
    return replace(one, settings=one.settings.with_values({**chosen, "queue.drain": True}))


def _receives(one: Prepared) -> bool:
    """Return whether other pipelines may send to this one what waits for them."""
    return one.pipeline is not None and any(each.receives_at() is not None for each in one.pipeline.inputs)


def _report(before: Counter[Waiting], after: Counter[Waiting], names: Mapping[str, Sequence[str]]) -> int:
    """Say what waits still, for whom, and what to do; return 1 if something does."""
    if not after:
        print(f"{before.total()} events waited, none is left")
        return 0
    print(f"ERROR: {after.total()} events still wait", file=sys.stderr)
    for one, events in sorted(after.items()):
        known = names.get(one.pipeline)
        hint = NO_PIPELINE if known is None else UNREACHED if one.output in known else NO_OUTPUT
        print(f"    {events} of pipeline {one.pipeline} for {one.output}: {hint}", file=sys.stderr)
    return 1


def _refused(error: LogsmithError) -> int:
    print(f"ERROR: {explain(error)}", file=sys.stderr)
    return 1
