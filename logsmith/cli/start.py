"""From compiled pipelines to a supervisor that runs them: processes, folders and the API as settings say."""

from __future__ import annotations

import os
import resource
import socket
import sys
import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from logsmith import __version__
from logsmith.api import ApiError
from logsmith.api.monitor import Monitor
from logsmith.api.server import ApiServer
from logsmith.config.settings import TABLE
from logsmith.log import Logger
from logsmith.runtime import StartError
from logsmith.runtime.deal import Wish, count_workers, deal
from logsmith.runtime.directory import open_directory
from logsmith.runtime.letters import LetterBox
from logsmith.runtime.listeners import bind_inputs
from logsmith.runtime.queue_files import part_of_queue, queue_files
from logsmith.runtime.queue_writer import QueueSettings
from logsmith.runtime.stats import Node, PipelineState
from logsmith.runtime.supervisor import Supervisor
from logsmith.runtime.worker import pipeline_runner
from logsmith.spool.dead_letters import DeadLetters

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from logsmith.cli.pipelines import Prepared
    from logsmith.config.settings import Settings
    from logsmith.runtime.deal import Part

log = Logger("logstash.runner")

NOT_YET = {
    "config.reload.automatic": "pipelines are not reloaded yet; restart to take up changes",
    "ssl.reload.automatic": "certificates are not reloaded yet; restart to take up new ones",
    "path.logs": "the log goes to standard error, not to files",
    "path.plugins": "plugins are found as installed packages (entry points logsmith.filters and so on)",
    "pipeline.separate_logs": "there is one log, on standard error",
    "pipeline.unsafe_shutdown": "a stop has a time limit anyhow",
    "interactive": "there is no Ruby shell here",
    "slowlog.threshold.warn": "there is no slow log yet",
    "slowlog.threshold.info": "there is no slow log yet",
    "slowlog.threshold.debug": "there is no slow log yet",
    "slowlog.threshold.trace": "there is no slow log yet",
}


def start(prepared: Sequence[Prepared], settings: Settings) -> int:
    """Run the pipelines until they end; return the exit status. Raises StartError or ApiError."""
    log.info(
        "Starting Logstash", **{"logsmith.version": __version__, "python.version": sys.version.split()[0]}
    )
    _warn(settings, prepared)
    wishes = [_wish(one) for one in prepared]
    hands = deal(wishes)
    _raise_file_limit()
    directory = open_directory(Path(settings["path.data"]).absolute())
    try:
        letters = {one.id: _dead_letters(one, directory.path) for one in prepared}
        node = _describe(settings, directory.node_id)
        count_connections = bind_inputs(hands)
        for one, workers in zip(prepared, count_workers(wishes), strict=True):
            state = _describe_pipeline(one, workers)
            state.dead_letters_path = str(letters[one.id].path.parent)
            state.dead_letters_bytes = letters[one.id].size_bytes
            state.connections = partial(count_connections, one.id)
            node.pipelines[one.id] = state
            _announce(one, state.workers)
        _preload(prepared)
        services = [_open_api(settings, node)] if settings["api.enabled"] else []
        boxes = {name: LetterBox(one) for name, one in letters.items()}
        queues = {one.id: _queue(one, directory.path) for one in prepared}
        _warn_of_queues(queues, directory.path)

        def queue_of(part: Part) -> QueueSettings | None:
            whole = queues[part.pipeline.id]
            return whole and part_of_queue(whole.path, part.index, part.count, whole)

        run_part, limit_s = pipeline_runner(boxes.__getitem__, queue_of), settings["pipeline.stop_limit"]
        return Supervisor(hands, node, run_part, services=services, stop_limit_s=limit_s).run()
    finally:
        directory.close()


def _preload(prepared: Sequence[Prepared]) -> None:
    """Have the plugins import what they need, once, before workers are forked that share it."""
    for one in prepared:
        pipeline = one.compilation.pipeline if one.compilation else None
        if pipeline is None:
            continue
        _ = pipeline.functions  # made here, for all workers
        for plugin in (*pipeline.inputs, *pipeline.filters, *pipeline.outputs):
            plugin.preload()


def _warn(settings: Settings, prepared: Sequence[Prepared]) -> None:
    """Say which settings that were chosen have no effect, each once."""
    everywhere = [settings, *(one.settings for one in prepared)]
    for name, reason in NOT_YET.items():
        if any(one[name] != TABLE[name].default for one in everywhere):
            log.warning("setting has no effect", setting=name, reason=reason)


def _wish(one: Prepared) -> Wish:
    """Return how many workers a pipeline shall have; an ordered one has one."""
    assert one.compilation is not None  # noqa: S101  only usable pipelines get here
    assert one.compilation.pipeline is not None  # noqa: S101  as above
    pipeline, wanted = one.compilation.pipeline, one.settings["pipeline.workers"]
    is_ordered = one.settings["pipeline.ordered"] == "true"
    if is_ordered and wanted is not None and wanted > 1:
        raise StartError(
            "enabling the 'pipeline.ordered' setting requires the use of a single pipeline worker"
        )
    if pipeline.is_stateful and wanted is None:
        log.info("one worker: filters keep state over events; pipeline.workers overrides", pipeline_id=one.id)
    if pipeline.is_stateful and wanted is not None and wanted > 1:
        log.warning("several workers: each has its own state of filters that keep one", pipeline_id=one.id)
    default = 1 if is_ordered else len(os.sched_getaffinity(0))
    return Wish(pipeline, wanted or default, is_explicit=wanted is not None)


def _dead_letters(one: Prepared, path_data: Path) -> DeadLetters:
    if Path(one.id).name != one.id:
        raise StartError(f"pipeline.id {one.id!r} cannot be the name of a folder")
    chosen = one.settings["path.dead_letter_queue"]
    return DeadLetters(Path(chosen) if chosen else path_data / "dead_letter_queue", one.id)


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


def _warn_of_queues(queues: Mapping[str, QueueSettings | None], path_data: Path) -> None:
    """Say which queues on disk nobody reads."""
    for folder in (path_data / "queue").glob("*"):
        if queues.get(folder.name) is None and queue_files(folder):
            hint = "set queue.type: persisted for the pipeline of this name, or look with `logsmith queue status`"
            log.warning("a persisted queue is not read", queue=str(folder), hint=hint)


def _describe(settings: Settings, node_id: str) -> Node:
    host = socket.gethostname()
    return Node(
        name=settings["node.name"] or host,
        id=node_id,
        ephemeral_id=str(uuid.uuid4()),
        version=__version__,
        host=host,
        workers=settings["pipeline.workers"] or len(os.sched_getaffinity(0)),
        batch_size=settings["pipeline.batch.size"],
        batch_delay_ms=settings["pipeline.batch.delay"],
    )


def _describe_pipeline(one: Prepared, workers: int) -> PipelineState:
    return PipelineState(
        id=one.id,
        workers=workers,
        batch_size=one.settings["pipeline.batch.size"],
        batch_delay_ms=one.settings["pipeline.batch.delay"],
        ephemeral_id=str(uuid.uuid4()),
        hash=one.hash,
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


def _open_api(settings: Settings, node: Node) -> ApiServer:
    if settings["api.ssl.enabled"]:
        raise ApiError("api.ssl.enabled is not possible yet; switch it off, and use a proxy that speaks TLS")
    credentials = None
    if settings["api.auth.type"] == "basic":
        credentials = settings["api.auth.basic.username"], settings["api.auth.basic.password"]
        if not all(credentials):
            raise ApiError("api.auth.type basic wants api.auth.basic.username and api.auth.basic.password")
    first, _, last = settings["api.http.port"].partition("-")
    ports = range(int(first), int(last or first) + 1)
    server = ApiServer(
        settings["api.http.host"] or "127.0.0.1", ports, Monitor(node), credentials=credentials
    )
    log.info("Successfully started Logstash API endpoint", port=server.port, ssl_enabled=False)
    return server


def _raise_file_limit() -> None:
    """Allow as many open files as the system lets us: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    except (OSError, ValueError):
        pass  # then it stays as it is
