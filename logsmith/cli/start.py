"""From compiled pipelines to a supervisor that runs them: processes, folders and the API as settings say."""

from __future__ import annotations

import os
import resource
import socket
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from logsmith import __version__
from logsmith.log import Logger, share_levels
from logsmith.runtime.directory import DataDirectory, open_directory
from logsmith.runtime.listeners import Listeners

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from logsmith.cli.pipelines import Prepared
    from logsmith.config.settings import Settings
    from logsmith.plugins.addresses import Addresses
    from logsmith.runtime.stats import Node
    from logsmith.runtime.supervisor import Service, Supervisor

log = Logger("logstash.runner")


def start(
    prepared: Sequence[Prepared],
    settings: Settings,
    addresses: Addresses | None = None,
    failed: Sequence[Prepared] = (),
) -> int:
    """Run the pipelines until they end; return the exit status. Raises StartError or ApiError.

    With the `addresses` at which they send to each other they can be reloaded; those that `failed` to compile, too.
    """
    log.info(
        "Starting Logstash", **{"logsmith.version": __version__, "python.version": sys.version.split()[0]}
    )
    _raise_file_limit()
    directory = open_directory(Path(settings["path.data"]).absolute())
    try:
        # From here on clients may come, and wait in the backlog; all else, imports too, has time until then
        listeners = _listen(prepared)
        node, supervisor = _supervisor(prepared, settings, directory, listeners, (addresses, failed))
        return supervisor.run() or int(_has_lost_events(node))
    finally:
        directory.close()


def _has_lost_events(node: Node) -> bool:
    """Return whether a stop gave up events that nobody sends again."""
    from logsmith.runtime.pipeline import LOST_EVENTS

    pipelines = node.counters.totals().get("pipelines", {})
    return any(one["extra"].get(LOST_EVENTS) for one in pipelines.values())


def _listen(prepared: Sequence[Prepared]) -> Listeners:
    listeners = Listeners()
    claims = listeners.claims(())
    for one in prepared:
        listeners.reserve(one.id, one.pipeline.inputs if one.pipeline else (), claims)
    return listeners


def _supervisor(
    prepared: Sequence[Prepared],
    settings: Settings,
    directory: DataDirectory,
    listeners: Listeners,
    reloaded: tuple[Addresses | None, Sequence[Prepared]],
) -> tuple[Node, Supervisor]:
    from logsmith.cli.roster import Roster, check_folders, preload
    from logsmith.runtime.supervisor import Supervisor
    from logsmith.runtime.worker import pipeline_runner

    node = _describe(settings, directory.node_id)
    roster = Roster(node, directory.path, listeners)
    for one in prepared:
        check_folders(one, directory.path)
        preload(one)
    hands = roster.enter(prepared, {one.id for one in prepared})
    services: list[Service] = [roster.keeper]
    if settings["api.enabled"]:
        from logsmith.cli.api import open_api

        node.list_plugins = _list_plugins
        share_levels()
        services.append(open_api(settings, node))
    run_part, limit_s = pipeline_runner(roster.box_of, roster.queue_of), settings["pipeline.stop_limit"]
    supervisor = Supervisor(hands, node, run_part, services=services, stop_limit_s=limit_s)
    addresses, failed = reloaded
    if addresses is not None:
        from logsmith.cli.reload import Reloader

        supervisor.reloads = reloader = Reloader(settings, roster, addresses, supervisor.serve_meanwhile)
        reloader.note_failed(failed)
        node.request_reload = reloader.request
    return node, supervisor


def _list_plugins() -> Iterator[tuple[str, str]]:
    from logsmith.cli.versions import plugin_versions  # only who asks for it needs what it imports

    return plugin_versions()


def _describe(settings: Settings, node_id: str) -> Node:
    from logsmith.runtime.stats import Node

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


def _raise_file_limit() -> None:
    """Allow as many open files as the system lets us: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    except (OSError, ValueError):
        pass  # then it stays as it is
