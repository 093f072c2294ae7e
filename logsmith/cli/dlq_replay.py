"""`logsmith dlq replay`: dead letters to the outputs of a pipeline again, with progress and a sum."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import trio

from logsmith import log
from logsmith.cli.dlq_tables import DlqError, Table, letters, order_of, settings_of
from logsmith.cli.pipelines import Prepared, prepare, report
from logsmith.runtime.replay import Order, Progress, Replay, alone

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from logsmith.compiler import CompiledPipeline

SAY_EVERY_S = 2.0


def replay(options: argparse.Namespace, found: Sequence[Table]) -> int:
    """Send the letters of tables again as the options say; returns 1 if one of them stays. Raises LogsmithError."""
    config = getattr(options, "path.config")
    if config and options.through:
        raise DlqError(
            "-f (the output that refused them) and --through (filters and outputs) exclude each other"
        )
    log.configure(level="warn")
    tables = [table for table in found if table.letters.count(table.choice)]
    if not tables:
        print("no dead letters to replay", file=sys.stderr)
        return 0
    if config and len(tables) > 1:
        raise DlqError(
            f"{config} is one pipeline; say with --pipeline.id which letters are meant: {_names(tables)}"
        )
    pipeline_of = _compiled(options, tables[0])
    order = replace(
        order_of(options), runs_filters=bool(options.through), is_trial=options.dry_run, keeps=options.keep
    )
    left = 0
    for table in tables:
        with alone(table.letters):
            progress = _run(table, pipeline_of(table), order)
        left += progress.left
        if order.limit:
            order = replace(order, limit=order.limit - progress.seen)
            if not order.limit:
                break
    return 1 if left else 0


def _names(tables: list[Table]) -> str:
    return ", ".join(table.pipeline_id for table in tables)


def _compiled(options: argparse.Namespace, first: Table) -> Callable[[Table], CompiledPipeline]:
    """Return what gives the pipeline for the letters of a table; raises DlqError, as that does, if there is none."""
    file = options.through or getattr(options, "path.config")
    prepared = _prepare(options, {} if not file else {"path.config": file, "pipeline.id": first.pipeline_id})

    def pipeline_of(table: Table) -> CompiledPipeline:
        here = prepared
        if file and table is not first:  # plugins are opened once
            here = _prepare(options, {"path.config": file, "pipeline.id": table.pipeline_id})
        pipeline = next((one.pipeline for one in here if one.id == table.pipeline_id and one.is_usable), None)
        if pipeline is None:
            why = f"{file} has mistakes, see above" if file else "no usable pipeline has that id; say -f FILE"
            raise DlqError(f"the letters of {table.pipeline_id} cannot be sent: {why}")
        links = sorted({address for output in pipeline.outputs for address in output.sends_to()})
        if options.through and links:
            raise DlqError(f"{file} sends to other pipelines ({', '.join(links)}), which do not run here")
        return pipeline

    return pipeline_of


def _prepare(options: argparse.Namespace, more: dict[str, str]) -> list[Prepared]:
    settings = settings_of(options, **more)
    prepared = prepare(settings)
    if isinstance(prepared, int):
        raise DlqError("say which pipeline the letters go to: -f FILE, or --through FILE")
    for one in prepared:
        report((each for each in one.diagnostics if each.is_error), settings, sys.stderr)
    return prepared


def _run(table: Table, pipeline: CompiledPipeline, order: Order) -> Progress:
    choice = table.choice
    total = table.letters.count(choice)
    if order.limit:
        total = min(total, order.limit)
    replaying = Replay(pipeline, table.letters, replace(order, choice=choice))
    said = time.monotonic()

    def note(progress: Progress) -> None:
        nonlocal said
        if time.monotonic() - said >= SAY_EVERY_S:
            said = time.monotonic()
            print(f"{table.pipeline_id}: {progress.seen} of {total}, {_counts(progress)}", file=sys.stderr)

    try:
        trio.run(replaying.run, note)
    except BaseExceptionGroup as group:
        if group.split(KeyboardInterrupt)[0] is not None:
            print(f"{table.pipeline_id}: interrupted, {_counts(replaying.progress)}", file=sys.stderr)
            raise KeyboardInterrupt from None
        raise
    finally:
        if not order.is_trial and not order.keeps:
            table.letters.compact()
    _print_sum(table, replaying.progress, order)
    return replaying.progress


def _counts(progress: Progress) -> str:
    counts = {
        "delivered": progress.delivered,
        "refused again": progress.refused,
        "wanted by no output": progress.unrouted,
        "dropped by filters": progress.dropped,
        "damaged": progress.damaged,
    }
    return ", ".join(f"{number} {what}" for what, number in counts.items() if number or what == "delivered")


def _print_sum(table: Table, progress: Progress, order: Order) -> None:
    if not order.is_trial:
        print(f"{table.pipeline_id}: {letters(progress.seen)}: {_counts(progress)}")
    else:
        print(f"{table.pipeline_id}: {letters(progress.seen)}; nothing was sent")
        for name, events in progress.by_output.items():
            print(f"    {events} events would go to {name}")
        if progress.damaged:
            print(f"    {progress.damaged} are damaged and would stay")
    if progress.dropped:
        print(
            f"    {progress.dropped} stay: filters of the file drop them; `logsmith dlq rm` removes letters"
        )
    if progress.unrouted:
        why = (
            "no output of the file wants them"
            if order.runs_filters
            else "the pipeline has not the output that refused them, or several that may have; "
            "an id tells outputs apart, and --through FILE sends events where you want"
        )
        print(f"    {progress.unrouted} stay: {why}")
