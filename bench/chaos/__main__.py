"""Kill a real server at random moments while its outputs fail, and count what became of every event.

    python -m bench.chaos [--seed N] [--kills N] [--minutes M] [--queue memory|persisted|both] [--faults LIST]
                          [--elasticsearch scripted|real]

The exit status is 1 if an event that was acknowledged is lost, or one is altered, was never sent or has two dead letters, or
if the sums of `logsmith audit` do not add up.
"""

import argparse
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import trio

from bench.chaos.events import OUTPUTS
from bench.chaos.faults import available
from bench.chaos.run import Plan, Result, run

MODES = ("memory", "persisted")
COLUMNS = (
    "sent",
    "acked",
    "delivered",
    "buried",
    "lost",
    "duplicated",
    "buried twice",
    "buried alive",
    "altered",
    "invented",
    "torn",
)
INTEROP = Path(__file__).parents[2] / "tests" / "interop"


def main(words: Sequence[str] | None = None) -> int:
    """Run the modes in turn, print a table of each, and return the exit status."""
    options = _parser().parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # so that no server is left
    seed = random.randrange(10**6) if options.seed is None else options.seed
    modes = MODES if options.queue == "both" else (options.queue,)
    faults = _chosen(options.faults)
    print(f"seed {seed}, {options.kills} kills, faults: {', '.join(sorted(faults))}", flush=True)
    is_good = True
    with _search_port(options.elasticsearch) as search_port:
        for at, mode in enumerate(modes):
            plan = Plan(
                queue=mode,
                seed=seed,
                kills=options.kills * (at + 1) // len(modes) - options.kills * at // len(modes),
                limit_s=options.minutes * 60 / len(modes),
                faults=faults,
                folder=Path(tempfile.mkdtemp(prefix=f"chaos-{mode}-")),
                search_port=search_port,
            )
            result = trio.run(run, plan)
            _print(result)
            is_good = is_good and result.is_good
            if result.is_good and not options.keep:
                shutil.rmtree(plan.folder, ignore_errors=True)
            else:
                print(f"kept: {plan.folder}")
    return 0 if is_good else 1


def _chosen(listed: str | None) -> frozenset[str]:
    reasons = available()
    for name, reason in reasons.items():
        if reason:
            print(f"LEFT OUT, fault {name!r}: {reason}")
    possible = frozenset(name for name, reason in reasons.items() if not reason)
    if listed is None:
        return possible
    wanted = frozenset(filter(None, listed.split(",")))
    if wanted - reasons.keys():
        sys.exit(f"no such fault: {', '.join(sorted(wanted - reasons.keys()))}; known: {', '.join(reasons)}")
    return wanted & possible


@contextmanager
def _search_port(which: str) -> Iterator[int | None]:
    """Start a real Elasticsearch if wanted, and give its port."""
    if which == "scripted":
        yield None
        return
    sys.path.insert(0, str(INTEROP))
    from real_servers import RunningServer, start_search  # noqa: PLC0415  of the tests, with what they need

    running = RunningServer("elasticsearch7")
    try:
        start_search("elasticsearch7", running)
        yield running.port
    finally:
        running.stop()


def _print(result: Result) -> None:
    print(f"\n{result.plan.queue:<10}" + "".join(f"{name:>13}" for name in COLUMNS))
    for name in OUTPUTS:
        print(f"  {name:<8}" + "".join(f"{result.outputs[name].get(column, 0):>13}" for column in COLUMNS))
    kills = {
        name.removeprefix("kill "): count for name, count in result.done.items() if name.startswith("kill ")
    }
    rest = {name: count for name, count in sorted(result.done.items()) if not name.startswith("kill ")}
    print(f"  kills: {sum(kills.values())} ({_listed(kills)}); starts: {result.starts}")
    print(f"  other faults: {_listed(rest)}")
    print(
        f"  longest time without an acknowledgement {result.longest_wait_s:.1f} s, wall time {result.seconds:.1f} s"
    )
    for line in (*result.audit.splitlines(), *result.notes, *(f"WRONG: {one}" for one in result.complaints)):
        print(f"  {line}")
    print(f"  {'good' if result.is_good else 'NOT GOOD'}", flush=True)


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench.chaos",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seed", type=int, help="of events and faults; default: another one each time")
    parser.add_argument("--kills", type=int, default=100, help="in all modes together; default %(default)s")
    parser.add_argument(
        "--minutes", type=float, default=5, help="at most, without draining; default %(default)s"
    )
    parser.add_argument("--queue", choices=(*MODES, "both"), default="both")
    parser.add_argument("--elasticsearch", choices=("scripted", "real"), default="scripted")
    parser.add_argument("--faults", metavar="LIST", help=f"of {','.join(available())}; default: all")
    parser.add_argument("--keep", action="store_true", help="keep the folders of good runs too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
