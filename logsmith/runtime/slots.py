"""The place of one worker process: what it shall run, what of that has ended, and when it is tried again."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from logsmith.runtime.deal import Part
    from logsmith.runtime.links import Link
    from logsmith.runtime.stats import Counters, State

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 30.0
QUICK_DEATH_S = 10.0  # a worker that lived shorter is not replaced at once


@dataclass(slots=True)
class Slot:
    """The process of a worker, or when there will be one; neither once it has finished."""

    index: int
    parts: Sequence[Part]
    pid: int | None = None
    link: Link | None = None
    started: float = 0.0
    restart_at: float | None = None
    pause_s: float = 0.0
    is_finished: bool = False
    stopping: set[str] = field(default_factory=set)  # pipelines that were told to end here, and have not yet
    left: set[str] = field(default_factory=set)  # those that did
    finished: set[str] = field(default_factory=set)  # pipelines that ended of their own accord

    def has(self, pipeline_id: str) -> bool:
        """Return whether this worker runs a pipeline, will again, or has finished it."""
        return any(part.pipeline.id == pipeline_id for part in self.parts)

    @property
    def unfinished(self) -> list[Part]:
        """What a process in this place has to run."""
        return [part for part in self.parts if part.pipeline.id not in self.finished]

    def signal(self, number: int) -> None:
        """Send a signal to the process, if there is one."""
        if self.pid is not None:  # not reaped, so the number is still its own
            os.kill(self.pid, number)

    def stop_pipelines(self, names: Collection[str], drained: Collection[str] = ()) -> None:
        """Have these pipelines end here, some of them drained; without a process they are gone at once."""
        mine = {name for name in names if self.has(name)}
        if self.link is None:
            self._drop(mine)
        elif mine:
            self.stopping |= mine
            self.link.tell({"stop": sorted(mine), "drain": sorted(mine & {*drained})})

    def note(self, report: Mapping[str, Any], counters: Counters) -> None:  # Any: JSON
        """Take the worker's report: its counters, and which pipelines have ended."""
        pipelines = dict(report["pipelines"])
        for name in report.get("ended", ()):
            if name in self.stopping:
                counters.retire_pipeline(name, pipelines[name])
                self._drop({name})
            elif name not in self.left:
                self.finished.add(name)
        for name in self.left:
            pipelines.pop(name, None)
        counters.note(self.index, {"process": report["process"], "pipelines": pipelines})

    def end(self) -> None:
        """Note that the process has ended: what was to stop has."""
        self.pid = self.link = None
        self._drop(set(self.stopping))
        self.left.clear()

    def plan_restart(self, now: float) -> None:
        """Choose when the worker is started again: after a death soon after its start later each time."""
        quick = now - self.started < QUICK_DEATH_S
        self.pause_s = min(LONGEST_PAUSE_S, max(FIRST_PAUSE_S, self.pause_s * 2)) if quick else 0.0
        self.restart_at = now + self.pause_s

    def _drop(self, names: set[str]) -> None:
        self.parts = [part for part in self.parts if part.pipeline.id not in names]
        self.stopping -= names
        self.finished -= names
        self.left |= names
        if not self.parts:
            self.restart_at = None


def state_of(slots: Sequence[Slot], live: set[int], pipeline_id: str = "") -> State:
    """Return the state of a pipeline from the slots of its workers and the workers that have reported."""
    if slots and all(slot.is_finished or pipeline_id in slot.finished for slot in slots):
        return "finished"
    if any(slot.index in live for slot in slots):
        return "running"
    if any(slot.pid is not None and not slot.pause_s for slot in slots):
        return "loading"
    return "terminated"
