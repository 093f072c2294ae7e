"""`logsmith audit`: what became of every event that was accepted, and whether the sums add up."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from logsmith.cli.queue import find_queues
from logsmith.spool.queue import PersistedQueue

DESCRIPTION = """\
Show the fates of events as they stand with the persisted queues in path.data, whether the server runs or not:

  of a pipeline  accepted + made by filters = dropped by filters + matched no output + routed
  of an output   routed to it = delivered + dead-lettered + damaged + waiting in the queue

The exit status is 1 if a sum does not add up. A pipeline whose queue is in memory counts since its start: see
/_node/stats of the running server."""

PIPELINE_LINE = (
    "  accepted {accepted} + made {made} = dropped {dropped} + matched no output {unrouted} + routed {routed}"
)
OUTPUT_LINE = "  {name}: routed {routed} = delivered {delivered} + dead-lettered {dead} + damaged {damaged} + waiting {waiting}"


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
            one["routed"] == one["delivered"] + one["dead-lettered"] + one["damaged"] + one["waiting"]
            for one in self.outputs.values()
        )


def main(argv: Sequence[str]) -> int:
    """Run `logsmith audit` and return its exit status."""
    options = _parser().parse_args(argv)
    counts: dict[str, Counter[str]] = {}
    waiting: dict[str, Counter[str]] = {}
    for found in find_queues(options):
        with closing(PersistedQueue(found.path)) as queue:
            counts.setdefault(found.pipeline, Counter()).update(queue.fates())
            waits = {name: one.events for name, one in queue.backlogs().items()}
            waiting.setdefault(found.pipeline, Counter()).update(waits)
    sums = [_sums(name, counts[name], waiting[name]) for name in counts]
    for one in sums:
        print(_as_json(one) if options.format == "json" else _as_text(one))
    if not sums:
        print("there is no persisted queue")
    return 0 if all(one.adds_up for one in sums) else 1


def _sums(pipeline: str, counts: Counter[str], waiting: Counter[str]) -> Sums:
    outputs = {
        name: {
            "routed": counts[f"routed {name}"],
            "delivered": counts[f"delivered {name}"],
            "dead-lettered": counts[f"dead-lettered {name}"],
            "damaged": counts[f"damaged {name}"] + counts[f"dropped {name}"],
            "waiting": waiting[name],
        }
        for name in sorted(waiting)
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
