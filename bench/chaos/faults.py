"""Faults at random moments: kills of several kinds, outputs in bad moods, a disk that is full, files that move."""

import importlib
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import trio

from bench.chaos.front import FINE, MOODS, Front
from bench.chaos.server import Place, Server
from logsmith.net.authority import Request

KILLS = {"all": 5, "worker": 4, "supervisor": 1, "stop": 2, "stop+kill": 2}
"""SIGKILL of the tree, of a worker, of the supervisor alone; SIGTERM; SIGTERM and SIGKILL soon after. By frequency."""

OTHERS = ("search", "store", "disk", "rotate", "freeze", "workers", "hangups", "reload", "certificates")
WORKERS = (1, 2, 2, 3)
SOON_S = 0.5
LATE_S = 1.0
EARLY = 0.35  # of the kills: perhaps before it works


@dataclass
class Scene:
    """All that faults strike, what they have done, and what the server did that it should not."""

    place: Place
    server: Server
    fronts: dict[str, Front]
    seed: str
    chosen: frozenset[str]
    done: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)

    def dice(self, name: str) -> random.Random:
        """Return the chance of one kind of faults, which does not depend on the others."""
        return random.Random(f"{self.seed}/{name}")


def available() -> dict[str, str]:
    """Return every fault with the reason why this logsmith cannot be put to it, empty if it can."""
    reasons = dict.fromkeys((*KILLS, *OTHERS), "")
    not_yet = getattr(importlib.import_module("logsmith.cli.start"), "NOT_YET", {})
    reasons["reload"] = not_yet.get("config.reload.automatic", "")
    reasons["certificates"] = not_yet.get("ssl.reload.automatic", "")
    return reasons


class Killer:
    """Kills and starts again, until there were enough."""

    def __init__(self, scene: Scene, kills: int) -> None:
        self._scene, self._kills = scene, kills
        self._dice = scene.dice("kills")
        self._kinds = {kind: weight for kind, weight in KILLS.items() if kind in scene.chosen}

    async def run(self) -> None:
        """Kill at random moments: while it starts, and a while after."""
        for _ in range(self._kills if self._kinds else 0):
            await self._wait_for_moment()
            await self.restart_if_ended()
            kind = self._dice.choices([*self._kinds], [*self._kinds.values()])[0]
            if kind == "worker" and not self._scene.server.workers:
                kind = "all"  # they are being waited for, or it is just starting
            self._scene.done[f"kill {kind}"] += 1
            await self._kill(kind)

    async def _wait_for_moment(self) -> None:
        """Wait a while, counted from the start or from when it works, however slow the machine is."""
        if self._dice.random() < EARLY:
            await trio.sleep(self._dice.uniform(0, SOON_S))
            return
        moment_s = self._dice.uniform(0, LATE_S)
        with suppress(trio.TooSlowError):
            await self._scene.server.wait_working()
        await trio.sleep(moment_s)

    async def restart_if_ended(self) -> None:
        """Start it again, which it must not need, unless the disk was full when it started."""
        server = self._scene.server
        if server.status is None:
            return
        if server.had_full_disk:
            self._scene.done["ends on a full disk"] += 1
        else:
            self._scene.complaints.append(f"the server ended by itself with status {server.status}")
        self.start()

    def start(self) -> None:
        """Start it, perhaps with another number of workers."""
        self._scene.server.start(workers=self._dice.choice(WORKERS) if "workers" in self._scene.chosen else 2)

    async def _kill(self, kind: str) -> None:
        server = self._scene.server
        if kind == "worker":
            with suppress(ProcessLookupError), server.hold(self._dice.choice(server.workers)) as process:
                signal.pidfd_send_signal(process, signal.SIGKILL)
            return
        if kind == "supervisor":
            server.send_signal(signal.SIGKILL)
            await server.wait_ended()
        if kind.startswith("stop"):
            server.send_signal(signal.SIGTERM)
        if kind == "stop":
            self._note_end(await server.wait_ended())
        if kind == "stop+kill":
            await trio.sleep(self._dice.uniform(0, SOON_S))
        if kind in ("all", "stop+kill"):
            server.kill_all()
        await trio.sleep(self._dice.choice((0, self._dice.uniform(0, SOON_S))))
        self.start()

    def _note_end(self, status: int) -> None:
        if status not in (0, -signal.SIGTERM):  # the second: it had not begun to look after signals
            self._scene.done[f"stop with status {status}"] += 1


async def trouble_front(scene: Scene, name: str) -> None:
    """Give an output bad moods, until cancelled."""
    dice, front = scene.dice(name), scene.fronts[name]
    try:
        while True:
            await trio.sleep(dice.expovariate(1 / 0.8))
            await trio.to_thread.run_sync(front.set_mood, dice.choice(MOODS))
            await trio.sleep(dice.uniform(0.05, 1.5))
            await trio.to_thread.run_sync(front.set_mood, FINE)
    finally:
        front.set_mood(FINE)


async def fill_disk(scene: Scene) -> None:
    """Let files grow no more for a while, now and then, until cancelled."""
    dice = scene.dice("disk")
    while True:
        await trio.sleep(dice.expovariate(1 / 6))
        largest = max(map(_size, scene.place.files()), default=0)
        try:
            scene.done["disk"] += 1
            scene.server.limit_files(dice.randrange(largest + 1))
            await trio.sleep(dice.uniform(0.1, 2))
        finally:
            scene.server.limit_files(None)


async def rotate_file(scene: Scene) -> None:
    """Move the file of the output away, as logrotate does, until cancelled."""
    dice = scene.dice("rotate")
    while True:
        await trio.sleep(dice.expovariate(1 / 4))
        if scene.place.out.exists():
            scene.done["rotate"] += 1
            scene.place.out.rename(
                scene.place.out.with_name(f"{scene.place.out.name}.{scene.done['rotate']}")
            )


async def freeze_worker(scene: Scene) -> None:
    """Stop a worker and let it go on, as a machine that swaps, until cancelled."""
    dice = scene.dice("freeze")
    while True:
        await trio.sleep(dice.expovariate(1 / 5))
        workers = scene.server.workers
        if not workers:
            continue
        with suppress(ProcessLookupError), scene.server.hold(dice.choice(workers)) as process:
            scene.done["freeze"] += 1
            signal.pidfd_send_signal(process, signal.SIGSTOP)
            try:
                await trio.sleep(dice.uniform(0.05, 0.8))
            finally:
                signal.pidfd_send_signal(process, signal.SIGCONT)  # though its supervisor may be gone


async def reload_pipeline(scene: Scene) -> None:
    """Change the pipeline's text and have it reloaded, until cancelled."""
    dice = scene.dice("reload")
    while True:
        await trio.sleep(dice.expovariate(1 / 4))
        scene.done["reload"] += 1
        scene.place.write_pipeline(scene.done["reload"])
        if scene.server.workers:  # before, the signal would end it
            scene.server.send_signal(signal.SIGHUP)


async def renew_certificate(scene: Scene) -> None:
    """Replace the server's certificate, and say so, until cancelled."""
    dice = scene.dice("certificates")
    while True:
        await trio.sleep(dice.expovariate(1 / 6))
        scene.done["certificates"] += 1
        scene.place.write_pair("server", Request(name="server", role="server", hosts=("localhost",)))
        if scene.server.workers:
            scene.server.send_signal(signal.SIGHUP)


Trouble = Callable[[Scene], Awaitable[None]]
TROUBLES: dict[str, Trouble] = {
    "search": partial(trouble_front, name="search"),
    "store": partial(trouble_front, name="store"),
    "disk": fill_disk,
    "rotate": rotate_file,
    "freeze": freeze_worker,
    "reload": reload_pipeline,
    "certificates": renew_certificate,
}


async def run_faults(scene: Scene, kills: int, limit_s: float) -> None:
    """Run all chosen faults until there were enough kills, or the time is over; then the server runs untroubled."""
    killer = Killer(scene, kills)
    killer.start()
    with trio.move_on_after(limit_s):
        async with trio.open_nursery() as nursery:
            for name, trouble in TROUBLES.items():
                if name in scene.chosen:
                    nursery.start_soon(trouble, scene)
            await killer.run()
            nursery.cancel_scope.cancel()
    await killer.restart_if_ended()


def _size(path: Path) -> int:
    with suppress(FileNotFoundError):  # it was removed meanwhile
        return path.stat().st_size
    return 0
