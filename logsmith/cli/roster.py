"""The pipelines that run, and what each has outside of its text: sockets, dead letters, a queue, a line in the API."""

from __future__ import annotations

import os
import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from logsmith.log import Logger
from logsmith.runtime import StartError
from logsmith.runtime.deal import Part, Wish, count_workers, deal
from logsmith.runtime.letters import LetterBox, LetterKeeper
from logsmith.runtime.queue_files import part_of_queue, queue_files
from logsmith.runtime.queue_writer import QueueSettings
from logsmith.runtime.stats import PipelineState
from logsmith.spool.dead_letters import Bounds, DeadLetters

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from logsmith.cli.pipelines import Prepared
    from logsmith.runtime.listeners import Listeners
    from logsmith.runtime.stats import Node

log = Logger("logstash.runner")


class Roster:
    """Who runs. Pipelines come and go together with all that is theirs."""

    def __init__(self, node: Node, path_data: Path, listeners: Listeners) -> None:
        self.node, self._path_data = node, path_data
        self.running: dict[str, Prepared] = {}
        self.listeners = listeners
        self._letters: dict[str, DeadLetters] = {}
        self._boxes: dict[str, LetterBox] = {}
        self._queues: dict[str, QueueSettings | None] = {}
        self.keeper = LetterKeeper(self._letters)

    def enter(self, entering: Sequence[Prepared], changed: Collection[str]) -> list[list[Part]]:
        """Take pipelines in, their sockets bound before; returns the hands of their workers.

        What is not `changed` keeps its counters: it only gets other workers.
        """
        wishes = [wish_of(one) for one in entering]
        hands = deal(wishes)
        for one in entering:
            self.running[one.id] = one
            self._letters[one.id] = letters = _dead_letters(one, self._path_data)
            self._boxes[one.id] = LetterBox(letters)
            self._queues[one.id] = _queue(one, self._path_data)
        self.keeper.bring_up_to_date()
        self.listeners.seat(hands)
        for one, workers in zip(entering, count_workers(wishes), strict=True):
            if one.id in changed or one.id not in self.node.pipelines:
                self.node.counters.forget(one.id)
                self.node.pipelines[one.id] = self._described(one, workers)
            self.node.pipelines[one.id].workers = workers
            _announce(one, workers)
        self._warn_of_queues()
        return hands

    def leave(self, names: Collection[str], *, for_good: Collection[str]) -> None:
        """Let go of pipelines that have ended; of those that are gone `for_good` nothing stays."""
        self.listeners.release(names)
        for name in for_good:
            for place in (self.running, self._letters, self._boxes, self._queues, self.node.pipelines):
                place.pop(name, None)
            self.node.counters.forget(name)

    def box_of(self, pipeline_id: str) -> LetterBox:
        """Return where the dead letters of a pipeline go."""
        return self._boxes[pipeline_id]

    def queue_of(self, part: Part) -> QueueSettings | None:
        """Return where the persisted queue of a part is, if it has one."""
        whole = self._queues[part.pipeline.id]
        return whole and part_of_queue(whole.path, part.index, part.count, whole)

    def _described(self, one: Prepared, workers: int) -> PipelineState:
        state = PipelineState(
            id=one.id,
            workers=workers,
            batch_size=one.settings["pipeline.batch.size"],
            batch_delay_ms=one.settings["pipeline.batch.delay"],
            ephemeral_id=str(uuid.uuid4()),
            hash=one.hash,
        )
        state.dead_letters_path = str(self._letters[one.id].path.parent)
        state.dead_letters = partial(self.keeper.describe, one.id)
        state.connections = partial(self.listeners.count, one.id)
        if one.id in self.node.pipelines:
            state.reloads = self.node.pipelines[one.id].reloads
        return state

    def _warn_of_queues(self) -> None:
        """Say which queues on disk nobody reads."""
        for folder in (self._path_data / "queue").glob("*"):
            if self._queues.get(folder.name) is None and queue_files(folder):
                hint = "set queue.type: persisted for the pipeline of this name, or look with `logsmith queue status`"
                log.warning("a persisted queue is not read", queue=str(folder), hint=hint)


def wish_of(one: Prepared) -> Wish:
    """Return how many workers a pipeline shall have; an ordered one has one."""
    assert one.pipeline is not None  # noqa: S101  only usable pipelines get here
    pipeline, wanted = one.pipeline, one.settings["pipeline.workers"]
    is_ordered = one.settings["pipeline.ordered"] == "true"
    default = 1 if is_ordered else len(os.sched_getaffinity(0))
    return Wish(pipeline, wanted or default, is_explicit=wanted is not None)


def preload(one: Prepared) -> None:
    """Have the plugins import what they need, once, before workers are forked that share it."""
    if one.pipeline is not None:
        _ = one.pipeline.functions  # made here, for all workers
        for plugin in (*one.pipeline.inputs, *one.pipeline.filters, *one.pipeline.outputs):
            plugin.preload()


def _dead_letters(one: Prepared, path_data: Path) -> DeadLetters:
    chosen = one.settings["path.dead_letter_queue"]
    bounds = Bounds(
        max_bytes=max(0, one.settings["dead_letter_queue.max_bytes"]),
        policy=one.settings["dead_letter_queue.storage_policy"],
        retain_s=one.settings["dead_letter_queue.retain.age"],
    )
    return DeadLetters(Path(chosen) if chosen else path_data / "dead_letter_queue", one.id, bounds)


def check_folders(one: Prepared, path_data: Path) -> None:
    """Raise StartError if a pipeline's queue or dead letters could not be kept where the settings say."""
    queue = _queue(one, path_data)
    if queue is not None:
        _check_folder("path.queue", queue.path)
    chosen = one.settings["path.dead_letter_queue"]
    _check_folder(
        "path.dead_letter_queue", (Path(chosen) if chosen else path_data / "dead_letter_queue") / one.id
    )


def _check_folder(setting: str, folder: Path) -> None:
    try:
        there = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        reason = "Not a directory" if not there.is_dir() else ""
    except OSError as error:
        there, reason = folder, error.strerror or str(error)
    if reason or not os.access(there, os.R_OK | os.W_OK | os.X_OK):
        reason = reason or "the user logsmith runs as may not write there"
        raise StartError(f"{setting}: {str(there)!r} cannot be used: {reason}")


def _queue(one: Prepared, path_data: Path) -> QueueSettings | None:
    """Return the settings of a pipeline's whole queue, its folder for its path; None if it is in memory."""
    if one.settings["queue.type"] != "persisted":
        return None
    chosen = one.settings["path.queue"]
    return QueueSettings(
        path=(Path(chosen) if chosen else path_data / "queue") / one.id,
        max_bytes=one.settings["queue.max_bytes"],
        max_events=one.settings["queue.max_events"],
        drain=one.settings["queue.drain"],
    )


def _announce(one: Prepared, workers: int) -> None:
    facts: Mapping[str, object] = {
        "pipeline_id": one.id,
        "pipeline.workers": workers,
        "pipeline.batch.size": one.settings["pipeline.batch.size"],
        "pipeline.batch.delay": one.settings["pipeline.batch.delay"],
        "pipeline.sources": [source.name for source in one.sources],
    }
    log.info("Starting pipeline", **facts)
    wanted = one.settings["pipeline.workers"]
    if one.pipeline is not None and one.pipeline.is_stateful and wanted is None:
        log.info("one worker: filters keep state over events; pipeline.workers overrides", pipeline_id=one.id)
    elif one.pipeline is not None and one.pipeline.is_stateful and wanted > 1:
        log.warning("several workers: each has its own state of filters that keep one", pipeline_id=one.id)
