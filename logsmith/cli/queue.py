"""`logsmith queue`: look at persisted queues, check them, take events out, deliver them, or drop them."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from logsmith.config.settings import load_settings
from logsmith.event.exact import freeze
from logsmith.runtime.batches import read_row, unpack
from logsmith.runtime.queue_files import queue_files
from logsmith.spool import SpoolError
from logsmith.spool.queue import PersistedQueue

if TYPE_CHECKING:
    from logsmith.event import Event

DESCRIPTION = """\
Work with the persisted queues (queue.type: persisted) in path.data, whether the server runs or not.

  logsmith queue status                            what waits, for which output, and since when
  logsmith queue check                             read every batch; status 1 if one is damaged
  logsmith queue export > events.json              the events that wait, a line of JSON each
  logsmith queue export --damaged > batches.bin    what was set aside because it could not be read
  logsmith queue drain -f pipeline.conf            deliver what waits, with the inputs left out
  logsmith queue drop OUTPUT --yes                 forget what waits for an output that is gone

An output is named by its id, or by its plugin and a hash of its settings, as `status` shows it."""

BATCHES_AT_A_TIME = 16
UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


class Found(NamedTuple):
    """One file: a worker's part of a pipeline's queue."""

    pipeline: str
    worker: int
    path: Path


def main(argv: Sequence[str]) -> int:
    """Run `logsmith queue` and return its exit status."""
    if argv and argv[0] == "drain" and not {"-h", "--help"} & set(argv):
        from logsmith.cli.run import drain

        return drain(argv[1:])
    options = _parser().parse_args(argv)
    try:
        return COMMANDS[options.command](options)
    except SpoolError as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 1


def find_queues(options: argparse.Namespace) -> list[Found]:
    """Return the files of the queues below path.data, or path.queue; those of one pipeline if it is named."""
    chosen = {"path.settings": options.path_settings, "path.data": options.path_data}
    settings = load_settings({name: value for name, value in chosen.items() if value}).settings
    folder = Path(settings["path.queue"] or Path(settings["path.data"]) / "queue")
    wanted = options.pipeline_id
    return [
        Found(pipeline.name, worker, path)
        for pipeline in sorted(folder.glob("*"))
        if wanted in (None, pipeline.name)
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
        print("there is no persisted queue")
    else:
        _print_table(rows)
    return 0


def _check(options: argparse.Namespace) -> int:
    bad = 0
    for found, queue in _opened(options):
        batches = events = 0
        for output in queue.backlogs():
            for payload, _ in _payloads(queue, output):
                batches += 1
                events += sum(map(len, unpack(read_row(payload), [output]).values()))
        for damage in queue.damages():
            bad += 1
            place = (
                f"{found.path}: batch {damage.sequence}, {damage.events} events, {damage.size_bytes} bytes"
            )
            print(f"{place}: {damage.reason}")
        print(f"{found.path}: {batches} batches with {events} events can be read")
    return 1 if bad else 0


def _export(options: argparse.Namespace) -> int:
    for _, queue in _opened(options):
        if options.damaged:
            for payload in queue.damaged_payloads():
                sys.stdout.buffer.write(payload)
            continue
        for output in queue.backlogs():
            if options.output not in (None, output):
                continue
            for payload, sequence in _payloads(queue, output):
                for event in unpack(read_row(payload), [output])[output]:
                    _print_event(event, output, sequence)
    sys.stdout.flush()
    return 0


def _print_event(event: Event, output: str, sequence: int) -> None:
    frozen = freeze(event)
    place = json.dumps({"output": output, "sequence": sequence})[1:-1].encode()
    sys.stdout.buffer.write(
        b'{"event":' + frozen.fields + b',"@metadata":' + frozen.metadata + b"," + place + b"}\n"
    )


def _drop(options: argparse.Namespace) -> int:
    dropped = 0
    names: set[str] = set()
    for _, queue in _opened(options):
        waiting = queue.backlogs()
        names |= set(waiting)
        if options.output not in waiting:
            continue
        if options.yes:
            queue.drop(options.output)
        dropped += waiting[options.output].events
    if options.output not in names:
        print(
            f"ERROR: no output is named {options.output!r}; there are: {', '.join(sorted(names))}",
            file=sys.stderr,
        )
        return 1
    if not options.yes:
        print(f"{dropped} events wait for {options.output}; say --yes to forget them", file=sys.stderr)
        return 1
    print(f"forgot {dropped} events")
    return 0


def _payloads(queue: PersistedQueue, output: str) -> Iterator[tuple[bytes, int]]:
    """Read the batches of an output; those that are damaged are set aside on the way."""
    after = 0
    while True:
        batches, damages = queue.read(output, after=after, limit=BATCHES_AT_A_TIME)
        for batch in batches:
            try:
                read_row(batch.payload)
            except SpoolError as error:
                queue.set_aside(batch.sequence, str(error))
                continue
            yield batch.payload, batch.sequence
        if not batches and not damages:
            return
        after = max([one.sequence for one in batches] + [one.sequence for one in damages])


def _opened(options: argparse.Namespace) -> Iterator[tuple[Found, PersistedQueue]]:
    for found in find_queues(options):
        with closing(PersistedQueue(found.path)) as queue:
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
        "drain", help="deliver what waits, with the inputs left out; takes logsmith's own flags"
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
