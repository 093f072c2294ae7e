"""Write events to Elasticsearch 7, 8, 9 or OpenSearch, into indices or data streams."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import trio

from logsmith.deflated import FASTEST_LEVELS
from logsmith.elasticsearch.access import Access, AccessSettings
from logsmith.elasticsearch.actions import Actions, ActionSettings
from logsmith.elasticsearch.bulk import MAX_BYTES, BulkSender, Outcome, Part
from logsmith.elasticsearch.checks import check_codes
from logsmith.elasticsearch.cluster import Cluster, Ready
from logsmith.elasticsearch.destination import StreamSettings
from logsmith.elasticsearch.errors import ElasticsearchError
from logsmith.elasticsearch.fates import ALWAYS_REFUSED, FateSettings
from logsmith.elasticsearch.ids import OwnIds
from logsmith.elasticsearch.plan import Plan, PlanSettings
from logsmith.elasticsearch.reach import ConnectionSettings
from logsmith.elasticsearch.setup import DEFAULT_POLICY
from logsmith.elasticsearch.sniffing import run_sniffing
from logsmith.elasticsearch.update import EMPTY, UpdateSettings
from logsmith.event import Event, FieldRef, Sprintf
from logsmith.log import Logger, RateLimited
from logsmith.plugins import (
    NOT_NEGATIVE,
    POSITIVE,
    Batch,
    Duration,
    EcsMode,
    Output,
    Password,
    Problem,
    UndeliveredError,
    setting,
)

if TYPE_CHECKING:
    from logsmith.elasticsearch.connection import Connection

FILTER_PATH = "errors,items.*.error,items.*.status"  # the answer without what nobody reads
EVENTS_AT_ONCE = 500  # made into lines before other tasks get their turn
SAME_NEWS_EVERY_S = 60.0
REFUSALS = (401, 403)
GONE = "Obsolete."
REASON_KEY = 60  # characters by which reasons are told apart in the log

Picked = TypeVar("Picked")


def _is_true(value: Any) -> bool:  # Any: as the file has it
    return value in (True, "true")


class Elasticsearch(Output):
    hosts: list[str] = setting(
        ["//127.0.0.1"], "Addresses of the cluster; the port is 9200 unless it is written."
    )
    cloud_id: str | None = setting(None, "The deployment in Elastic Cloud, in the place of hosts.")
    user: str | None = setting(None, "The user to authenticate as.")
    password: Password | None = setting(None, "The user's password.")
    cloud_auth: Password | None = setting(None, "User and password as `user:password`.")
    api_key: Password | None = setting(None, "An API key as `id:key` or in base64; sent over TLS only.")
    path: str | None = setting(None, "A path before the path of every request, for clusters behind a proxy.")
    bulk_path: str | None = setting(None, "The path of bulk requests, if it is not `_bulk` below path.")
    sniffing_path: str | None = setting(
        None, "The path that tells the hosts, if it is not `_nodes/http` below path."
    )
    healthcheck_path: str | None = setting(
        None, "Ignored: a host that rested is tried with a request of its own."
    )
    parameters: dict[str, str] = setting({}, "A query string for every request.")
    custom_headers: dict[str, str] = setting({}, "Headers for every request.")
    proxy: str | None = setting(None, "The URL of a proxy; it may hold a user and a password.")
    timeout: Duration = setting(Duration(60), "How long an answer may take.")
    resurrect_delay: Duration = setting(Duration(5), "How long a host rests that gave no answer.")
    sniffing: bool = setting(False, "Ask the cluster for its hosts, and use those too.")
    sniffing_delay: Duration = setting(Duration(5), "How often to ask for hosts.")
    pool_max: int = setting(1000, "How many connections to keep at most.", within=POSITIVE)
    pool_max_per_route: int = setting(
        100, "How many connections to keep to one host at most.", within=POSITIVE
    )
    validate_after_inactivity: int = setting(
        10000, "Ignored: every connection is looked at before it is used again.", within=NOT_NEGATIVE
    )
    compression_level: int = setting(
        1,
        "How hard bulk requests are compressed with gzip, 0 to 9; 0 leaves them as they are.",
        old={"http_compression": lambda value: 1 if _is_true(value) else 0},
    )
    retry_initial_interval: Duration = setting(
        Duration(2), "The first pause before what failed is sent again."
    )
    retry_max_interval: Duration = setting(Duration(64), "The longest pause; each is twice the one before.")

    ssl_enabled: bool | None = setting(
        None, "Whether hosts without a scheme are https; true refuses http.", old={"ssl": None}
    )
    ssl_verification_mode: Literal["full", "certificate", "none"] = setting(
        "full",
        "What is verified of the server's certificate: all, all but the host's name, or nothing.",
        old={"ssl_certificate_verification": lambda value: "full" if _is_true(value) else "none"},
    )
    ssl_certificate_authorities: list[Path] = setting(
        [], "Files of certificates that are trusted, in PEM.", old={"cacert": None}
    )
    ssl_certificate: Path | None = setting(None, "Our certificate, in PEM.")
    ssl_key: Path | None = setting(None, "The key of our certificate, in PEM.")
    ssl_truststore_path: Path | None = setting(
        None, "A PKCS#12 file of certificates that are trusted.", old={"truststore": None}
    )
    ssl_truststore_password: Password | None = setting(
        None, "The password of the truststore.", old={"truststore_password": None}
    )
    ssl_truststore_type: Literal["pkcs12", "jks"] | None = setting(
        None, "The format; jks must be converted first."
    )
    ssl_keystore_path: Path | None = setting(
        None, "A PKCS#12 file with our certificate and its key.", old={"keystore": None}
    )
    ssl_keystore_password: Password | None = setting(
        None, "The password of the keystore.", old={"keystore_password": None}
    )
    ssl_keystore_type: Literal["pkcs12", "jks"] | None = setting(
        None, "The format; jks must be converted first."
    )
    ssl_supported_protocols: list[Literal["TLSv1.1", "TLSv1.2", "TLSv1.3"]] = setting(
        [], "TLS versions to offer."
    )
    ssl_cipher_suites: list[str] = setting([], "Cipher suites to offer, by their IANA names.")
    ca_trusted_fingerprint: list[str] = setting([], "SHA-256 of certificate authorities that are trusted.")

    ecs_compatibility: EcsMode | None = setting(
        None, "Whether fields have ECS names; the pipeline's, if not set."
    )
    action: Sprintf | None = setting(
        None,
        "What to do with each event: index, create, update or delete; data streams only create. By default create, or "
        "index if document_id is set or idempotent is not.",
    )
    index: Sprintf | None = setting(
        None, "The index; `ecs-logstash-%{+yyyy.MM.dd}`, or `logstash-%{+yyyy.MM.dd}` without ECS."
    )
    document_id: Sprintf | None = setting(
        None,
        "The id of the document; if it is not set, see idempotent. An event that fills none of its fields is a dead letter.",
    )
    idempotent: bool = setting(
        True,
        "Give documents ids of their events' own, so that an event that is sent again is no second document; false "
        "leaves ids to the server.",
    )
    document_type: Sprintf | None = setting(
        None, "Deprecated: the type of the document, sent to Elasticsearch 7 only."
    )
    routing: Sprintf | None = setting(None, "The text that decides on the shard.")
    pipeline: Sprintf | None = setting(None, "The ingest pipeline; none where it comes out empty.")
    version: Sprintf | None = setting(None, "The version of the document, for external versioning.")
    version_type: Literal["internal", "external", "external_gt", "external_gte", "force"] | None = setting(
        None, "How versions are compared."
    )
    parent: Sprintf | None = setting(
        None, "The id of the parent document, for join_field; it is the routing too."
    )
    join_field: FieldRef | None = setting(
        None, "The field that the index maps as a join; it gets name and parent."
    )
    upsert: Sprintf = setting(EMPTY, "The document, as JSON, that an update inserts where there is none.")
    doc_as_upsert: bool = setting(False, "Insert the event where an update finds no document.")
    script: Sprintf = setting(EMPTY, "The script of an update, or the id of a stored one.")
    script_type: Literal["inline", "indexed", "file"] = setting(
        "inline", "Whether the script is a text or an id."
    )
    script_lang: str = setting("painless", "The language of the script; not sent if empty.")
    script_var_name: str = setting("event", "The name of the script's parameter that holds the event.")
    scripted_upsert: bool = setting(False, "Run the script where an update finds no document, too.")
    retry_on_conflict: int = setting(
        1, "How often the server repeats an update that conflicts with another.", within=NOT_NEGATIVE
    )

    data_stream: bool | Literal["auto"] = setting(
        "auto", "Write to data streams; auto does so with ECS, unless some setting is for indices only."
    )
    data_stream_type: Literal["logs", "metrics", "synthetics", "traces"] = setting(
        "logs", "The data stream's type."
    )
    data_stream_dataset: str = setting("generic", "The data stream's dataset.")
    data_stream_namespace: str = setting("default", "The data stream's namespace.")
    data_stream_auto_routing: bool = setting(
        True, "Let the event's field data_stream choose the data stream."
    )
    data_stream_sync_fields: bool = setting(
        True, "Write the data stream's name into the event's field data_stream."
    )
    ilm_enabled: bool | Literal["auto"] = setting(
        "auto",
        "Write the default index through a rollover alias; auto does so if the server has the feature.",
    )
    ilm_rollover_alias: str | None = setting(None, "The alias; `ecs-logstash`, or `logstash` without ECS.")
    ilm_pattern: str = setting("{now/d}-000001", "The end of the name of the first index behind the alias.")
    ilm_policy: str = setting(
        DEFAULT_POLICY, "The lifecycle policy; only the default one is made if it is missing."
    )
    manage_template: bool | None = setting(
        None, "Install an index template if it is missing; true for indices."
    )
    template: Path | None = setting(None, "A template of your own, as JSON.")
    template_name: str | None = setting(
        None, "The template's name; `ecs-logstash`, or `logstash` without ECS."
    )
    template_overwrite: bool = setting(False, "Install the template even if there is one of its name.")
    template_api: Literal["auto", "legacy", "composable"] = setting(
        "auto", "The kind of template to install."
    )

    dlq_custom_codes: list[int] = setting([], "Further statuses of a document that make it a dead letter.")
    dlq_on_failed_indexname_interpolation: bool = setting(
        True, "Make an event a dead letter if its index name has `%{…}` left in it; false sends it as it is."
    )
    drop_error_types: list[str] = setting([], "Types of errors for which a document is dropped.")
    silence_errors_in_log: list[str] = setting(
        [],
        "Types of errors that are not logged by this output.",
        old={"failure_type_logging_whitelist": None},
    )

    cluster: Any = setting(None, GONE, obsolete="name nodes of the cluster in hosts")
    protocol: Any = setting(None, GONE, obsolete="leave it out; for TLS write https:// in hosts")
    flush_size: Any = setting(None, GONE, obsolete="leave it out; what waits is sent together")
    idle_flush_time: Any = setting(None, GONE, obsolete="leave it out; no event waits for others")
    index_type: Any = setting(None, GONE, obsolete="leave it out; documents have no types any more")

    encodes = True
    concurrency = 4
    linger_s = 0.01

    # A wrong password does not end the pipeline, as it does in Logstash: every send says why it fails,
    # nothing is acknowledged meanwhile, and when the credentials are mended, delivery goes on.

    def prepare(self) -> Iterator[Problem]:
        self._siblings: list[Elasticsearch] = self.context.shared.setdefault(self.name, [])
        self._siblings.append(self)
        self._access = Access(self._picked(AccessSettings))
        update = self._picked(UpdateSettings)
        actions = self._picked(ActionSettings, update=update)
        self._plan = Plan(self._picked(PlanSettings), actions, self._picked(StreamSettings))
        codes = check_codes(self.dlq_custom_codes)
        for one in (*self._access.complaints, *self._plan.complaints, *codes):
            yield Problem(one.message, one.setting, one.hint, severity=one.severity)

    def preload(self) -> None:
        import logsmith.elasticsearch.connection  # noqa: F401, PLC0415  with a large library behind it

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        self._news = RateLimited(SAME_NEWS_EVERY_S)
        self._failing_since: float | None = None
        self._actions: tuple[Ready, Actions] | None = None
        connection = _connect(self._access.connection_settings(), self.log, concurrency=self.concurrency + 2)
        self._cluster = Cluster(connection, self._plan.cluster_settings(), self.log)
        request = partial(connection.bulk, self._bulk_target(connection))
        refused = ALWAYS_REFUSED | frozenset(self.dlq_custom_codes)
        fates = FateSettings(refused_codes=refused, dropped_types=frozenset(self.drop_error_types))
        self._ids = OwnIds(self.cursor_name if len(self._siblings) > 1 else None)
        self._bulk = BulkSender(request, fates, self.metrics.count, self._ids)
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._cluster.run)
                nursery.start_soon(self._access.follow_files, self.log, connection.use_context)
                if self.sniffing:
                    target = self.sniffing_path or connection.below("/_nodes/http")
                    nursery.start_soon(run_sniffing, connection, target, self.sniffing_delay, self.log)
                yield
                nursery.cancel_scope.cancel()
        finally:
            connection.close()

    async def send(self, events: list[Event]) -> None:
        await self.send_encoded([events])

    def encode(self, events: list[Event]) -> Part | None:
        ready = self._cluster.ready
        if ready is None or not 0 < self.compression_level <= FASTEST_LEVELS:
            return None
        part, refused = self._actions_for(ready).write(events)
        if refused or part.size > MAX_BYTES:  # such are made in smaller parts when they are sent
            return None
        part.deflate(self.compression_level)
        part.made_for = ready
        return part

    async def send_encoded(self, batches: Sequence[Batch]) -> None:
        try:
            ready = await self._cluster.wait_ready()
        except ElasticsearchError as error:
            raise _all_undelivered(batches, str(error), self._pause_s()) from None
        parts: list[Part] = []
        refused: list[tuple[Event, str]] = []
        for batch in batches:
            if isinstance(batch, Part) and batch.made_for is ready:
                parts.append(batch)
                continue
            events = _events_of(batch)
            for at in range(0, len(events), EVENTS_AT_ONCE):
                await trio.lowlevel.checkpoint()
                part, wrong = self._actions_for(ready).write(events[at : at + EVENTS_AT_ONCE])
                parts.append(part)
                refused += wrong
        outcome = await self._bulk.send(parts)
        outcome.refused.extend(refused)
        self.metrics.count("documents.non_retryable_failures", len(refused))
        self._finish(outcome)

    def _finish(self, outcome: Outcome) -> None:
        """Raise UndeliveredError unless all is delivered."""
        if outcome.status in REFUSALS:
            self._cluster.doubt()
        for one in outcome.dropped:
            if one.error_type not in self.silence_errors_in_log:
                self._warn("documents dropped", one.reason)
        comes_again = bool(outcome.retry or outcome.again)
        if not comes_again:
            self._failing_since = None
        if comes_again or outcome.refused:
            reason = outcome.reason or f"{len(outcome.refused)} events refused"
            after_s = (outcome.after_s or self._pause_s()) if comes_again else None
            raise UndeliveredError(
                reason, retry=outcome.retry, again=outcome.again, refused=outcome.refused, after_s=after_s
            )

    def _actions_for(self, ready: Ready) -> Actions:
        if self._actions is None or self._actions[0] is not ready:
            self._actions = (
                ready,
                self._plan.make_actions(
                    ready,
                    partial(self._warn, "events do not fit the settings"),
                    self._ids,
                    is_alone=self.is_alone,
                ),
            )
        return self._actions[1]

    def _warn(self, message: str, reason: str) -> None:
        if self._news.passes((message, reason[:REASON_KEY])) is not None:
            self.log.warning(message, reason=reason)

    def _pause_s(self) -> float:
        """Return a pause as long as it has been failing, which doubles it each time, within the limits."""
        now = trio.current_time()
        if self._failing_since is None:
            self._failing_since = now
        return min(max(self.retry_initial_interval, now - self._failing_since), self.retry_max_interval)

    def _bulk_target(self, connection: Connection) -> str:
        target = self.bulk_path or connection.below("/_bulk")
        if "filter_path=" in target:
            return target
        return f"{target}{'&' if '?' in target else '?'}filter_path={FILTER_PATH}"

    def _picked(self, kind: type[Picked], **made: object) -> Picked:
        """Return a value whose fields are named as settings are."""
        names = {one.name for one in fields(kind) if hasattr(self, one.name)}  # type: ignore[arg-type]
        return kind(**{**{name: getattr(self, name) for name in names}, **made})


def _events_of(batch: Batch) -> Sequence[Event]:
    return batch if isinstance(batch, list) else batch.events


def _all_undelivered(batches: Sequence[Batch], reason: str, after_s: float) -> UndeliveredError:
    again = [batch for batch in batches if isinstance(batch, Part) and batch.is_packed]
    others = [batch for batch in batches if not (isinstance(batch, Part) and batch.is_packed)]
    retry = [event for one in others for event in _events_of(one)]
    return UndeliveredError(reason, retry=retry, again=again, after_s=after_s)


def _connect(settings: ConnectionSettings, log: Logger, *, concurrency: int) -> Connection:
    from logsmith.elasticsearch.connection import Connection  # noqa: PLC0415  see preload

    return Connection(settings, log, concurrency=concurrency)
