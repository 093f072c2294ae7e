"""`logsmith queue`: look at persisted queues, check them, take events out, deliver them, or drop them."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from logsmith.cli.places import check_name, check_pipeline_id, listed_pipelines, read_place
from logsmith.errors import LogsmithError
from logsmith.event.exact import freeze
from logsmith.runtime.batches import read_row, unpack
from logsmith.runtime.queue_files import queue_files
from logsmith.spool import SpoolError
from logsmith.spool.queue import Damage, PersistedQueue

if TYPE_CHECKING:
    from logsmith.config.settings import Settings
    from logsmith.event import Event

DESCRIPTION = """\
Work with the persisted queues (queue.type: persisted) in path.data, and in path.queue where a pipeline has one, whether the
server runs or not. Only `drain` and `drop` change anything; a damaged batch is set aside by the server, when it reads it.

  logsmith queue status                            what waits, for which output, and since when
  logsmith queue check                             read every batch; status 1 if one is damaged
  logsmith queue export > events.json              the events that wait, a line of JSON each
  logsmith queue export --damaged > batches.bin    what was set aside because it could not be read
  logsmith queue drain -f pipeline.conf            deliver what waits, with the inputs left out
  logsmith queue drop OUTPUT --yes                 forget what waits for an output that is gone

An output is named by its id, or by its plugin and a hash of its settings, as `status` shows it."""

DRAIN_DESCRIPTION = """\
Deliver what waits in persisted queues: pipelines run without their inputs until their queues are empty. The server that uses
the same path.data must be stopped before. There is no API meanwhile, so a server with other data is not in the way.

  logsmith queue drain -f pipeline.conf                   the queue of the pipeline `main`
  logsmith queue drain -f web.conf --pipeline.id web      that of another one
  logsmith queue drain --path.settings /etc/logsmith      those of all pipelines in pipelines.yml
  logsmith queue drain -f pipeline.conf --path.data DIR -S path.queue=DIR
                                                          where the queue is, if the settings file does not say so

An output that is not reached is tried again until it is, or until ctrl-c. An output is known by its id, or by its plugin
and a hash of its settings: one that is written anew without an id is another one, and what waits for the former stays.

It takes the flags of logsmith itself, see logsmith --help. The exit status is 0 if nothing waits any more; 1 if something does,
and then it says how many events wait for which output, and what to do."""

NOTHING = "there is no persisted queue"
BATCHES_AT_A_TIME = 16
UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


class Found(NamedTuple):
    """One file: a worker's part of a pipeline's queue."""

    pipeline: str
    worker: int
    path: Path


class Readable(NamedTuple):
    """What one output gets of a batch."""

    sequence: int
    events: Sequence[Event]


def main(argv: Sequence[str]) -> int:
    """Run `logsmith queue` and return its exit status."""
    if argv and argv[0] == "drain" and not {"-h", "--help"} & set(argv):
        from logsmith.cli.queue_drain import drain

        return drain(argv[1:])
    options = _parser().parse_args(argv)
    try:
        return COMMANDS[options.command](options)
    except LogsmithError as error:
        print(f"ERROR: {explain(error)}", file=sys.stderr)
        return 1


def explain(error: LogsmithError) -> str:
    """Return an error with what to do, where a file cannot be read."""
    if not isinstance(error, SpoolError):
        return str(error)
    return (
        f"{error}\nhint: run this as the user that the server runs as; a file that is no queue, or ruined, can be moved "
        "out of the folder while no server runs, together with its -wal and -shm, and the others are read"
    )


def find_queues(options: argparse.Namespace) -> list[Found]:
    """Return the files of all queues that the options mean; raises PlaceError if what they name is not there."""
    settings = read_place(options.path_data, options.path_settings)
    found = queues_of([settings, *listed_pipelines(settings)])
    check_pipeline_id(options.pipeline_id, {one.pipeline for one in found}, settings)
    return [one for one in found if options.pipeline_id in (None, one.pipeline)]


def queues_of(settings: Iterable[Settings]) -> list[Found]:
    """Return the files of the queues in the folders that settings name: path.queue, or that in path.data."""
    folders = {Path(one["path.queue"] or Path(one["path.data"]) / "queue") for one in settings}
    return [
        Found(pipeline.name, worker, path)
        for pipeline in sorted(one for folder in folders for one in folder.glob("*"))
        for worker, path in queue_files(pipeline).items()
    ]


def _status(options: argparse.Namespace) -> int:
    rows = []
    for found, queue in _opened(options):
        damaged = queue.damages()
        for output, waits in queue.backlogs().items():
            rows.append(
                {
                    "pipeline": found.pipeline,
                    "worker": found.worker,
                    "output": output,
                    "batches": waits.batches,
                    "events": waits.events,
                    "oldest_s": waits.oldest_ns and round((time.time_ns() - waits.oldest_ns) / 1e9, 1),
                    "damaged_batches": len(damaged),
                    "file_bytes": queue.size_bytes(),
                }
            )
    if options.format == "json":
        _print_lines(rows)
    elif not rows:
        print(NOTHING)
    else:
        _print_table(rows)
    return 0


def _check(options: argparse.Namespace) -> int:
    bad = looked = 0
    for found, queue in _opened(options):
        looked += 1
        seen: set[int] = set()  # batches
        events = 0
        damages = {one.sequence: one for one in queue.damages()}
        for output in queue.backlogs():
            for one in _read(queue, output):
                if isinstance(one, Damage):
                    damages[one.sequence] = one
                else:
                    seen.add(one.sequence)
                    events += len(one.events)
        for damage in damages.values():
            bad += 1
            place = (
                f"{found.path}: batch {damage.sequence}, {damage.events} events, {damage.size_bytes} bytes"
            )
            print(f"{place}: {damage.reason}")
        print(f"{found.path}: {len(seen)} batches with {events} events can be read")
    if not looked:
        print(NOTHING)
    return 1 if bad else 0


def _export(options: argparse.Namespace) -> int:
    found = find_queues(options)
    outputs = {name for _, queue in _opened(options) for name in queue.backlogs()}
    if found:
        check_name("output", options.output, outputs)
    else:
        print(NOTHING, file=sys.stderr)
    bad = 0
    for _, queue in _opened(options):
        if options.damaged:
            for payload in queue.damaged_payloads():
                sys.stdout.buffer.write(payload)
            continue
        for output in queue.backlogs():
            if options.output in (None, output):
                bad += _export_one(queue, output)
    sys.stdout.flush()
    return 1 if bad else 0


def _export_one(queue: PersistedQueue, output: str) -> int:
    """Print what waits for one output; returns how many batches cannot be read."""
    bad = 0
    for one in _read(queue, output):
        if isinstance(one, Damage):
            bad += 1
            print(f"batch {one.sequence} is left out, {one.events} events: {one.reason}", file=sys.stderr)
            continue
        for event in one.events:
            _print_event(event, output, one.sequence)
    return bad


def _print_event(event: Event, output: str, sequence: int) -> None:
    frozen = freeze(event)
    place = json.dumps({"output": output, "sequence": sequence})[1:-1].encode()
    sys.stdout.buffer.write(
        b'{"event":' + frozen.fields + b',"@metadata":' + frozen.metadata + b"," + place + b"}\n"
    )


def _drop(options: argparse.Namespace) -> int:
    dropped = 0
    names: set[str] = set()
    for _, queue in _opened(options, to_change=options.yes):
        waiting = queue.backlogs()
        names |= set(waiting)
        if options.output not in waiting:
            continue
        if options.yes:
            queue.drop(options.output)
        dropped += waiting[options.output].events
    check_name("output", options.output, names)
    if not options.yes:
        print(f"{dropped} events wait for {options.output}; say --yes to forget them", file=sys.stderr)
        return 1
    print(f"forgot {dropped} events")
    return 0


def _read(queue: PersistedQueue, output: str) -> Iterator[Readable | Damage]:
    """Yield the batches of an output, and what of them cannot be read; nothing is set aside."""
    after = 0
    while True:
        batches, damages = queue.look(output, after=after, limit=BATCHES_AT_A_TIME)
        yield from damages
        for batch in batches:
            try:
                events = unpack(read_row(batch.payload), [output])[output]
            except SpoolError as error:
                yield Damage(batch.sequence, batch.events, len(batch.payload), str(error))
            else:
                yield Readable(batch.sequence, events)
        if not batches and not damages:
            return
        after = max([one.sequence for one in batches] + [one.sequence for one in damages])


def _opened(
    options: argparse.Namespace, *, to_change: bool = False
) -> Iterator[tuple[Found, PersistedQueue]]:
    for found in find_queues(options):
        with closing(PersistedQueue(found.path, is_read_only=not to_change)) as queue:
            yield found, queue


def _print_lines(rows: Sequence[dict[str, Any]]) -> None:
    for row in rows:
        print(json.dumps(row))


def _print_table(rows: Sequence[dict[str, Any]]) -> None:
    shown = [{**row, "oldest_s": _age(row["oldest_s"])} for row in rows]
    heads = {name: name.removesuffix("_s").replace("_", " ") for name in rows[0]}
    widths = {name: max(len(head), *(len(str(row[name])) for row in shown)) for name, head in heads.items()}
    for row in (heads, *shown):
        print("  ".join(f"{row[name]!s:<{width}}" for name, width in widths.items()).rstrip())


def _age(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    unit, letter = next(((size, name) for size, name in UNITS if seconds >= size), UNITS[-1])
    return f"{seconds / unit:.0f}{letter}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="logsmith queue", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--path.data", dest="path_data", metavar="DIR", help="default: as the settings say, ./data"
    )
    common.add_argument("--path.settings", dest="path_settings", metavar="DIR", help="default: ./config")
    common.add_argument("--pipeline.id", dest="pipeline_id", metavar="ID", help="only this pipeline's queue")
    status = commands.add_parser("status", parents=[common], help="what waits, for which output, since when")
    status.add_argument("--format", choices=("text", "json"), default="text")
    commands.add_parser("check", parents=[common], help="read every batch")
    export = commands.add_parser("export", parents=[common], help="print the events that wait")
    export.add_argument("--output", metavar="NAME", help="only what waits for this output")
    export.add_argument("--damaged", action="store_true", help="the bytes of what was set aside")
    commands.add_parser(
        "drain",
        help="deliver what waits, with the inputs left out; takes logsmith's own flags",
        usage="logsmith queue drain [-f FILE | -e TEXT] [--pipeline.id ID] [--path.data DIR] [any flag of logsmith]",
        description=DRAIN_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    drop = commands.add_parser("drop", parents=[common], help="forget what waits for an output")
    drop.add_argument("output", metavar="OUTPUT")
    drop.add_argument("--yes", action="store_true", help="do it")
    return parser


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "status": _status,
    "check": _check,
    "export": _export,
    "drop": _drop,
}
