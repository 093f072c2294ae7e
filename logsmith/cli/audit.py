"""`logsmith audit`: what became of every event that was accepted, and whether the sums add up."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from logsmith.cli.queue import NOTHING, explain, find_queues
from logsmith.errors import LogsmithError
from logsmith.runtime.adoption import ADOPTED, NAMED
from logsmith.spool.queue import PersistedQueue

DESCRIPTION = """\
Show the fates of events as they stand with the persisted queues in path.data or path.queue, whether the server
runs or not:

  of a pipeline  accepted + made by filters = dropped by filters + matched no output + routed
  of an output   routed to it = delivered + dead-lettered + damaged + dropped by `logsmith queue drop` + waiting

The exit status is 1 if a sum does not add up. A pipeline whose queue is in memory counts since its start: see
/_node/stats of the running server."""

PIPELINE_LINE = (
    "  accepted {accepted} + made {made} = dropped {dropped} + matched no output {unrouted} + routed {routed}"
)
OUTPUT_LINE = (
    "  {name}: routed {routed} = delivered {delivered} + dead-lettered {dead} + damaged {damaged} + dropped {dropped} "
    "+ waiting {waiting}"
)


class Sums(NamedTuple):
    """The fates of one pipeline's events, and of those of each of its outputs."""

    pipeline: str
    fates: Mapping[str, int]
    outputs: Mapping[str, Mapping[str, int]]

    @property
    def adds_up(self) -> bool:
        """Whether every event that came in is found on the other side."""
        fates = self.fates
        kept = fates["accepted"] + fates["made"] - fates["dropped"]
        return kept == fates["unrouted"] + fates["routed"] and all(
            one["routed"] == sum(amount for fate, amount in one.items() if fate != "routed")
            for one in self.outputs.values()
        )


def main(argv: Sequence[str]) -> int:
    """Run `logsmith audit` and return its exit status."""
    options = _parser().parse_args(argv)
    try:
        sums = _all_sums(options)
    except LogsmithError as error:
        print(f"ERROR: {explain(error)}", file=sys.stderr)
        return 1
    for one in sums:
        print(_as_json(one) if options.format == "json" else _as_text(one))
    if not sums:
        print(NOTHING)
    return 0 if all(one.adds_up for one in sums) else 1


def _all_sums(options: argparse.Namespace) -> list[Sums]:
    """Return the sums of each pipeline over its workers' files; raises LogsmithError."""
    files: dict[str, list[tuple[dict[str, int], dict[str, int]]]] = {}
    for found in find_queues(options):
        with closing(PersistedQueue(found.path, is_read_only=True)) as queue, queue.snapshot():
            waits = {name: one.events for name, one in queue.backlogs().items()}
            files.setdefault(found.pipeline, []).append((queue.fates(), waits))
    return [_sums_of(pipeline, there) for pipeline, there in files.items()]


def _sums_of(pipeline: str, files: Sequence[tuple[dict[str, int], dict[str, int]]]) -> Sums:
    counts: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    adopted = {name.removeprefix(ADOPTED) for fates, _ in files for name in fates if name.startswith(ADOPTED)}
    for fates, waits in files:
        names = {name.removeprefix(NAMED) for name in fates if name.startswith(NAMED)}
        counts.update({} if names & adopted else fates)  # a kill came before the file was removed
        waiting.update(waits)
    return _sums(pipeline, counts, waiting)


def _sums(pipeline: str, counts: Counter[str], waiting: Counter[str]) -> Sums:
    gone = {
        name.removeprefix("routed ")
        for name, events in counts.items()
        if name.startswith("routed ") and events
    }
    outputs = {
        name: {
            "routed": counts[f"routed {name}"],
            "delivered": counts[f"delivered {name}"],
            "dead-lettered": counts[f"dead-lettered {name}"],
            "damaged": counts[f"damaged {name}"],
            "dropped": counts[f"dropped {name}"],
            "waiting": waiting[name],
        }
        for name in sorted({*waiting, *gone})  # one that was dropped has no cursor any more
    }
    fates = {name: counts[name] for name in ("accepted", "made", "dropped", "unrouted")}
    return Sums(pipeline, fates | {"routed": counts["kept"] - counts["unrouted"]}, outputs)


def _as_json(one: Sums) -> str:
    return json.dumps({**one._asdict(), "adds_up": one.adds_up})


def _as_text(one: Sums) -> str:
    fates = one.fates
    lines = [
        f"pipeline {one.pipeline}: {'adds up' if one.adds_up else 'DOES NOT ADD UP'}",
        PIPELINE_LINE.format_map(fates),
    ]
    lines += [
        OUTPUT_LINE.format_map({"name": name, "dead": output["dead-lettered"], **output})
        for name, output in one.outputs.items()
    ]
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="logsmith audit", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--path.data", dest="path_data", metavar="DIR", help="default: as the settings say, ./data"
    )
    parser.add_argument("--path.settings", dest="path_settings", metavar="DIR", help="default: ./config")
    parser.add_argument("--pipeline.id", dest="pipeline_id", metavar="ID", help="only this pipeline")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return parser
