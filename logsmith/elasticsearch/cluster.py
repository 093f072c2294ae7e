"""A cluster made ready for events: what it is, which names its indices have, its template and its lifecycle.

Getting ready is tried by whoever needs it; those that come while a try is under way wait for its outcome. A
cluster that will not say what it is (401, 403) counts as ready, since a user may be allowed to write and
nothing else: then the bulk request has the last word, and if that is refused as well, the next try begins
anew.
"""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

import trio

from logsmith.elasticsearch.errors import ElasticsearchError
from logsmith.elasticsearch.server import Server, has_lifecycles, read_server
from logsmith.elasticsearch.setup import (
    Lifecycle,
    TemplateSettings,
    ensure_lifecycle,
    ensure_stream_template,
    install_template,
    is_worth_retrying,
)
from logsmith.log import Logger, RateLimited

if TYPE_CHECKING:
    from logsmith.elasticsearch.connection import Connection

SAME_COMPLAINT_EVERY_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSettings:
    """What the cluster shall have. `lifecycle` is None where the index has a name of its own."""

    wants_streams: bool | Literal["auto"] = False  # auto: if the server has them
    stream_type: str = "logs"
    wants_lifecycle: bool | Literal["auto"] = "auto"
    lifecycle: Lifecycle | None = None
    manages_template: bool = True
    template: TemplateSettings
    daily_index: str = ""  # the name without a lifecycle, for the log
    first_pause_s: float = 2.0
    longest_pause_s: float = 64.0


@dataclass(frozen=True, slots=True)
class Ready:
    """What is known of a ready cluster; `lifecycle` is set if events are written through its alias."""

    server: Server
    lifecycle: Lifecycle | None
    is_stream: bool


class Cluster:
    """Gets a cluster ready, and keeps what it learnt."""

    def __init__(self, connection: Connection, settings: ClusterSettings, log: Logger) -> None:
        self._connection, self._settings, self._log = connection, settings, log
        self._complaints, self._once = RateLimited(SAME_COMPLAINT_EVERY_S), RateLimited(math.inf)
        self._ready: Ready | None = None
        self._is_doubted = False
        self._attempt: trio.Event | None = None
        self._failure = "not tried yet"

    @property
    def ready(self) -> Ready | None:
        """What the cluster is; None as long as that is not known, or is in doubt."""
        return None if self._is_doubted else self._ready

    async def wait_ready(self) -> Ready:
        """Return what the cluster is once it is ready; raises ElasticsearchError if that fails."""
        if self.ready is not None:
            return self.ready
        if self._attempt is not None:
            await self._attempt.wait()
        else:
            await self._try()
        if self._ready is None:
            raise ElasticsearchError(self._failure)
        return self._ready

    def doubt(self) -> None:
        """Begin anew with an assumed server: it has refused us."""
        self._is_doubted = self._ready is not None and self._ready.server.is_assumed

    async def run(self) -> None:
        """Try until the cluster is ready and known for what it is, with pauses that grow."""
        pause_s = self._settings.first_pause_s
        while self._ready is None or self._ready.server.is_assumed:
            self.doubt()
            try:
                await self.wait_ready()
            except ElasticsearchError as error:
                if self._complaints.passes(str(error)) is not None:
                    self._log.warning("cluster is not ready, trying again", reason=str(error))
            await trio.sleep(pause_s)
            pause_s = min(pause_s * 2, self._settings.longest_pause_s)

    async def _try(self) -> None:
        self._attempt = trio.Event()
        try:
            self._ready = await self._get_ready()
            self._is_doubted = False
        except ElasticsearchError as error:
            self._failure = str(error)
            self._ready = None
        finally:
            self._attempt.set()
            self._attempt = None

    async def _get_ready(self) -> Ready:
        settings = self._settings
        server = await read_server(self._connection)
        if server.is_assumed:
            if self._once.passes("assumed") is not None:
                reason = "it refuses GET /; without more the newest version is assumed, and nothing is set up"
                self._log.warning("cluster does not say what it is", reason=reason)
            is_stream = settings.wants_streams is not False
            lifecycle = None if is_stream or settings.wants_lifecycle is not True else settings.lifecycle
            return Ready(server, lifecycle, is_stream)
        is_stream = self._chooses_streams(server)
        if is_stream:
            lifecycle = None
            await self._install(partial(ensure_stream_template, self._connection, settings.stream_type))
        else:
            lifecycle = await self._choose_lifecycle(server)
            template = settings.template
            await self._install(partial(install_template, self._connection, server, template, lifecycle))
        if lifecycle is not None:
            await ensure_lifecycle(self._connection, lifecycle)
        self._log.info("connected to the cluster", server=str(server))
        return Ready(server, lifecycle, is_stream)

    def _chooses_streams(self, server: Server) -> bool:
        wanted = self._settings.wants_streams
        if wanted and not server.has_data_streams:
            if wanted is True:
                raise ElasticsearchError(
                    f"{server} has no data streams; set data_stream => false, or an index"
                )
            if self._once.passes("streams") is not None:
                self._log.info("the server has no data streams, so events go to indices", server=str(server))
            return False
        return wanted is not False

    async def _choose_lifecycle(self, server: Server) -> Lifecycle | None:
        settings = self._settings
        if settings.lifecycle is None or settings.wants_lifecycle is False:
            return None
        if await has_lifecycles(self._connection, server):
            return settings.lifecycle
        if settings.wants_lifecycle is True:
            raise ElasticsearchError(f"ilm_enabled is true, but {server} has no lifecycle management for us")
        if settings.daily_index and self._once.passes("daily") is not None:
            facts = {"server": str(server), "index": settings.daily_index}
            self._log.info("the server has no lifecycle management, so indices are named by day", **facts)
        return None

    async def _install(self, install: Callable[[], Awaitable[str | None]]) -> None:
        """Install a template; what is worth another try is raised, lest mappings be guessed for ever."""
        if not self._settings.manages_template:
            return
        try:
            name = await install()
        except ElasticsearchError as error:
            if is_worth_retrying(error):
                raise
            self._log.error("index template not installed, so field types are guessed", reason=str(error))
        else:
            if name is not None:
                self._log.info("index template installed", name=name)
