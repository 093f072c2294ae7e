"""Requests to a cluster: the transport of the `elasticsearch` client, used from Trio.

Only the transport is imported: it picks a host, rests those that do not answer and tries the next. Neither the
client's product check nor its compatibility headers are involved, so Elasticsearch 7, 8, 9 and OpenSearch
are all the same to it. It blocks, so each request runs in a thread, under a limiter of its own. A request
that is cancelled is left to end by itself: it may still be delivered, though only what a server confirms
counts as such.
"""

import logging
import ssl
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

import trio

import logsmith
from logsmith.elasticsearch.address import Host
from logsmith.elasticsearch.answer import Answer
from logsmith.elasticsearch.bulk import BulkRequest
from logsmith.elasticsearch.errors import UnreachableError
from logsmith.elasticsearch.node import CHECKS_NAME, PROXY, HostNode, HostPool
from logsmith.elasticsearch.reach import JSON, NDJSON, ConnectionSettings
from logsmith.elasticsearch.transport import NodeConfig, Serializer, Transport, TransportError
from logsmith.log import Logger
from logsmith.net.tlsfailure import describe_tls_failure

USER_AGENT = f"logsmith/{logsmith.__version__}"

logging.getLogger("elastic_transport").addHandler(
    logging.NullHandler()
)  # what matters is said in our own log


class _AsIs(Serializer):
    """Bodies are bytes already, and answers are read by whoever asked."""

    def loads(self, data: bytes) -> bytes:
        return data

    def dumps(self, data: Any) -> bytes:  # Any: the library's signature; always bytes here
        return bytes(data)


class Connection:
    """A cluster that can be asked: `await connection.request("GET", "/")`."""

    def __init__(self, settings: ConnectionSettings, log: Logger, *, concurrency: int) -> None:
        self._settings = settings
        self._limiter = trio.CapacityLimiter(concurrency)
        self._query = urlencode(settings.parameters)
        self._headers = {"user-agent": USER_AGENT, "accept": JSON, **settings.headers}
        as_is = _AsIs()
        self.transport = Transport(
            [self.node_config(host.scheme, host.name, host.port) for host in settings.hosts],
            node_class=HostNode,
            node_pool_class=partial(HostPool, log=log),  # type: ignore[arg-type]  # it is called, nothing else
            dead_node_backoff_factor=settings.rest_s,
            max_dead_node_backoff=settings.rest_s,
            serializers={JSON: as_is, NDJSON: as_is, "application/*": as_is, "text/*": as_is},
            meta_header=False,
        )

    def below(self, path: str) -> str:
        """Return a target below the path that the user puts before all requests."""
        return self._settings.path + path

    @property
    def hosts(self) -> tuple[Host, ...]:
        return self._settings.hosts

    def node_config(self, scheme: str, name: str, port: int) -> NodeConfig:
        """Return a host as the transport takes it."""
        return NodeConfig(
            scheme,
            name,
            port,
            connections_per_node=self._settings.connections,
            request_timeout=self._settings.timeout_s,
            ssl_context=self._settings.tls if scheme == "https" else None,
            _extras={PROXY: self._settings.proxy, CHECKS_NAME: self._settings.checks_name},
        )

    def use_context(self, context: ssl.SSLContext) -> None:
        """Make new connections with another TLS context; those that are there go on while they last."""
        self._settings = replace(self._settings, tls=context)
        for node in self.transport.node_pool.all():
            if isinstance(node, HostNode) and node.scheme == "https":
                node.use_context(context)

    async def request(
        self, method: str, target: str, body: bytes | None = None, *, content_type: str = JSON
    ) -> Answer:
        """Return the answer to a request, whatever its status; raises UnreachableError if there is none."""
        headers = {} if body is None else {"content-type": content_type}
        return await self._ask(partial(self._perform, method, target, body, headers))

    async def bulk(self, target: str, request: BulkRequest) -> Answer:
        """Return the answer to a bulk request; raises UnreachableError if there is none."""
        return await self._ask(partial(self._perform_bulk, target, request))

    async def _ask(self, call: Callable[[], Answer]) -> Answer:
        try:
            return await trio.to_thread.run_sync(call, abandon_on_cancel=True, limiter=self._limiter)
        except TransportError as error:
            raise UnreachableError(self._describe(error)) from None

    def _perform_bulk(self, target: str, request: BulkRequest) -> Answer:
        headers, level = {"content-type": NDJSON}, self._settings.compression_level
        if not level:
            return self._perform("POST", target, request.text(), headers)
        return self._perform("POST", target, request.gzip(level), headers | {"content-encoding": "gzip"})

    def _perform(self, method: str, target: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        if self._query:
            target += ("&" if "?" in target else "?") + self._query
        meta, content = self.transport.perform_request(
            method,
            target,
            body=body,
            headers=self._headers | headers,
            max_retries=len(self.transport.node_pool) - 1,
            retry_on_status=(),
            retry_on_timeout=False,
        )
        return Answer(meta.status, content or b"", meta.headers.get("retry-after"))

    def _describe(self, error: TransportError) -> str:
        names = ", ".join(str(host) for host in self._settings.hosts)
        return f"no answer from {names}: {_describe_failure(error)}"

    def close(self) -> None:
        """Close the connections."""
        self.transport.close()


def _describe_failure(error: TransportError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return describe_tls_failure(cause)
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
        inner = getattr(cause, "errors", ())
        cause = cause.__cause__ or cause.__context__ or (inner[0] if inner else None)
    return str(error.message)
