"""Whether a change made events dearer: these sources against those of a commit, in turns A B A B.

    python -m bench.gate [WORKLOAD ...] [--base REV] [--rounds N] [--events N] [--json FILE]

The status is 1 if, on any workload, CPU per event is more than 5 % worse (mean of the ratios' logarithms) and a sign-flip
permutation test of the pairs says with p < 0.05 that it is worse at all. The commit's sources are unpacked into a temporary
folder, nothing in the repository changes, and both run the pipelines that are here, in the same Python.
"""

import argparse
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from bench import ROOT
from bench.budgets import Figure, report
from bench.machine import this_machine
from bench.measurement import Feed, Round, measure
from bench.processes import ServerError
from bench.servers import Logsmith, Place, open_place
from bench.significance import ALPHA, LEAST_PAIRS, is_worse
from bench.table import heading, ratios, row
from bench.workload import UnknownWorkloadError, Workload, find

MOST = 1.05
USUAL = ("access", "miss", "json", "through", "file")


def parse(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench.gate", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workloads", nargs="*", metavar="WORKLOAD", help=f"usually {', '.join(USUAL)}")
    parser.add_argument(
        "--base", default="HEAD", metavar="REV", help="the commit to compare with; HEAD if unset"
    )
    parser.add_argument("--rounds", type=int, default=8, help=f"at least {LEAST_PAIRS}")
    parser.add_argument("--events", type=int, default=100_000, help="of a round, after a warm-up")
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args(words)
    if chosen.rounds < LEAST_PAIRS:
        parser.error(f"fewer than {LEAST_PAIRS} rounds can prove nothing")
    return chosen


def unpack(revision: str, folder: Path, repository: Path = ROOT) -> Path:
    """Write a commit's package into a folder, and return the folder."""
    packed = subprocess.run(
        ["git", "archive", "--format=tar", revision, "logsmith"],
        cwd=repository,
        check=False,
        capture_output=True,
    )
    if packed.returncode:
        raise ServerError(f"git has no {revision!r}: {packed.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def compare(workload: Workload, base: Path, place: Place, chosen: argparse.Namespace) -> tuple[Figure, bool]:
    """Measure a workload in turns; returns the ratio, and whether it is too large."""
    now, before = Logsmith(name="now"), Logsmith(name="base", sources=base)
    rounds: dict[str, list[Round]] = {now.name: [], before.name: []}
    for number in range(chosen.rounds):
        for server in (now, before):
            rounds[server.name].append(measure(workload, server, place, Feed(chosen.events)))
        print(f"{workload.name}: round {number + 1} of {chosen.rounds}", file=sys.stderr)
    for name, measured in rounds.items():
        print(row(workload, name, measured))
    cpu, rate = ratios(rounds[now.name], rounds[before.name])
    is_too_much, p_value = is_worse(cpu.rounds, MOST)
    print(f"   {cpu}\n   {rate}")
    print(f"   worse by chance: p = {p_value:.3f}{'; WORSE' if is_too_much else ''}", flush=True)
    return Figure(
        what=f"{workload.name}: CPU per event, now by base", value=cpu.median, budget=MOST
    ), is_too_much


def main(words: list[str] | None = None) -> int:
    chosen = parse(words)
    machine = this_machine()
    try:
        workloads = [find(name) for name in chosen.workloads or USUAL]
        with tempfile.TemporaryDirectory(prefix="base-") as folder, open_place() as place:
            base = unpack(chosen.base, Path(folder))
            print(heading())
            compared = [compare(one, base, place, chosen) for one in workloads]
    except (ServerError, UnknownWorkloadError) as error:
        print(error, file=sys.stderr)
        return 2
    report(machine, [figure for figure, _ in compared], chosen.json)
    worse = sum(is_too_much for _, is_too_much in compared)
    print(
        f"{worse} of {len(compared)} workloads are more than 5 % worse with p < {ALPHA}, against {chosen.base}"
    )
    return 1 if worse else 0


if __name__ == "__main__":
    sys.exit(main())
