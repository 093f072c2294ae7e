"""One run of a mode: clients send while faults strike, then all is drained and counted."""

import json
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import trio

from bench.chaos.clients import Beat, client_context
from bench.chaos.events import OUTPUTS, Fleet
from bench.chaos.faults import Scene, run_faults
from bench.chaos.front import Front
from bench.chaos.ledger import Ledger
from bench.chaos.search import InMemory, Real, Search
from bench.chaos.server import Place, Server
from bench.chaos.store import Bucket
from logsmith.spool.dead_letters import DeadLetters

CLIENTS = 4
SETTLE_S = 120.0  # for clients to get their last acknowledgements, and for each stop
MOST_STOPS = 5
ADOPTING_S = 2.0  # in which outputs find what a start before them left
MISTAKES = ("lost", "altered", "invented", "buried alive", "buried twice")
BAD_SIGNS = ("Traceback", "worker failed", "do not add up", "set aside", "input failed")


class Readable(Protocol):
    def read_all(self) -> None: ...


@dataclass(frozen=True)
class Plan:
    """What a run shall be."""

    queue: str
    seed: int
    kills: int
    limit_s: float
    faults: frozenset[str]
    folder: Path
    search_port: int | None = None  # of a real Elasticsearch


@dataclass
class Result:
    """What a run was."""

    plan: Plan
    outputs: dict[str, dict[str, int]]
    done: Counter[str]
    longest_wait_s: float
    seconds: float
    starts: int
    audit: str = ""
    complaints: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether nothing acknowledged is lost, altered, invented or buried wrongly, and the sums add up."""
        wrong = sum(one.get(kind, 0) for one in self.outputs.values() for kind in MISTAKES)
        return not wrong and not self.complaints


async def run(plan: Plan) -> Result:
    """Run a mode to its end."""
    began = time.monotonic()
    place = Place(plan.folder)
    ledger = Ledger(Fleet(plan.seed, CLIENTS), CLIENTS)
    documents = InMemory(ledger) if plan.search_port is None else Real(ledger, plan.search_port)
    bucket = Bucket(ledger)
    seed = f"{plan.seed}/{plan.queue}"
    scene = Scene(place, Server(place, plan.queue), {}, seed, plan.faults)
    search = Search(documents, scene.dice("partial"))
    scene.fronts["search"] = Front(place.search, search.answer, scene.dice("search front"))
    scene.fronts["store"] = Front(place.store, bucket.answer, scene.dice("store front"))
    try:
        await _run_clients(scene, plan, ledger)
        await _drain(scene)
    except trio.TooSlowError:
        scene.complaints.append(f"the server did not settle or end within {SETTLE_S:.0f} s")
    finally:
        with suppress(OSError, AttributeError):
            scene.server.kill_all()
        for front in scene.fronts.values():
            front.close()
    _read_outputs(place, ledger, [documents, bucket])
    audit = _audit(scene, plan)
    scene.complaints += _bad_signs(place)
    for name, front in scene.fronts.items():
        scene.done.update({f"{name} {mood}": count for mood, count in front.played.items()})
    return Result(
        plan=plan,
        outputs={name: ledger.settle(name) for name in OUTPUTS},
        done=scene.done,
        longest_wait_s=ledger.longest_wait_s,
        seconds=time.monotonic() - began,
        starts=scene.server.starts,
        audit=audit,
        complaints=scene.complaints,
        notes=ledger.notes,
    )


async def _run_clients(scene: Scene, plan: Plan, ledger: Ledger) -> None:
    """Send while faults strike, and then until all is acknowledged."""
    hangs_up = "hangups" in plan.faults
    beats = [Beat(one, ledger, scene.dice(f"client {one}"), hangs_up=hangs_up) for one in range(CLIENTS)]
    context = client_context(scene.place.certificates)
    ledger.start_waiting()
    with trio.CancelScope() as scope:
        async with trio.open_nursery() as nursery:
            for beat in beats:
                nursery.start_soon(beat.run, scene.place.port, context)
            await run_faults(scene, plan.kills, plan.limit_s)
            for beat in beats:
                beat.stop()
            scope.deadline = trio.current_time() + SETTLE_S
    if scope.cancelled_caught:
        raise trio.TooSlowError


async def _drain(scene: Scene) -> None:
    """Stop and start until neither the queue nor S3's folder holds anything back."""
    server = scene.server
    await server.wait_working()
    _expect(scene, await server.stop(SETTLE_S))
    words = ("-S", "queue.drain=true", "-S", f"pipeline.stop_limit={SETTLE_S:.0f}s")
    for _ in range(MOST_STOPS):
        if not _holds_back(scene.place):
            return
        server.start(words=words)
        await server.wait_working()
        await trio.sleep(ADOPTING_S)
        _expect(scene, await server.stop(SETTLE_S))
    scene.complaints.append(f"after {MOST_STOPS} stops there is still something in {scene.place.data}")


def _expect(scene: Scene, status: int) -> None:
    if status:
        scene.complaints.append(f"an untroubled stop ended with status {status}")


def _holds_back(place: Place) -> bool:
    objects = [one for one in (place.data / "s3").rglob("*") if one.is_file() and one.stat().st_size]
    return bool(objects) or any(one["waiting"] for one in _audited(place)[1].get("outputs", {}).values())


def _audited(place: Place) -> tuple[subprocess.CompletedProcess[str], dict]:
    """Return what `logsmith audit` says, and the sums of the pipeline; empty if there are none."""
    command = [sys.executable, "-m", "logsmith", "audit", "--path.data", str(place.data)]
    command += ["--path.settings", str(place.folder), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    return done, rows[0] if rows else {}


def _audit(scene: Scene, plan: Plan) -> str:
    """Return what `logsmith audit` says; it must add up if there is a queue."""
    done, sums = _audited(scene.place)
    outputs = sums.get("outputs", {})
    if done.returncode or bool(outputs) != (plan.queue == "persisted"):
        wrong = f"status {done.returncode}: {done.stdout}{done.stderr}"
        scene.complaints.append(f"the audit does not add up, {wrong}")
    elif outputs and outputs["file"]["routed"] < sums["fates"]["routed"]:  # which gets all that there is
        scene.complaints.append("the audit counts events as routed that no output was given")
    return done.stdout


def _read_outputs(place: Place, ledger: Ledger, readables: list[Readable]) -> None:
    for one in readables:
        one.read_all()
    for path in place.out.parent.glob(f"{place.out.name}*"):
        with path.open("rb") as lines:
            for line in lines:
                if line.strip():
                    ledger.note_found("file", line)
    with closing(DeadLetters(place.data / "dead_letter_queue", "main")) as letters:
        for letter in letters.read() if letters.path.exists() else ():
            ledger.note_buried(letter.plugin_id, letter.fields)


def _bad_signs(place: Place) -> list[str]:
    lines = place.log.read_text(errors="replace").splitlines()
    return [line for line in lines if any(sign in line for sign in BAD_SIGNS)][:20]
