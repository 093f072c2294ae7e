"""One host as the transport sees it: its connections, TLS, a proxy on the way, and when it is put to rest.

The transport's own node cannot be used as it is: it loads public certificate authorities into the TLS
context it is given and overrides its verification, knows no proxies, and its pool rests hosts for answers
such as 429.
"""

import ssl
from dataclasses import replace
from typing import Any

import urllib3
from urllib3.exceptions import ConnectTimeoutError, InsecureRequestWarning

from logsmith.elasticsearch.transport import (
    ApiResponseMeta,
    BaseNode,
    ConnectionError,  # noqa: A004  the library's name
    ConnectionTimeout,
    HttpHeaders,
    NodeConfig,
    NodePool,
    Urllib3HttpNode,
)
from logsmith.log import Logger, RateLimited

MAX_CONNECT_S = 10.0  # a host that drops packets must not use up the time of a whole request
SAME_NEWS_EVERY_S = 60.0
PROXY = "_proxy"  # keys of a NodeConfig's extras
CHECKS_NAME = "_checks_name"


class HostNode(Urllib3HttpNode):
    """A host, reached with exactly the TLS context of its configuration, through a proxy if there is one."""

    def __init__(self, config: NodeConfig) -> None:
        BaseNode.__init__(self, config)
        self.is_reachable = True
        self.pool: Any = _open_pool(config)

    def use_context(self, context: ssl.SSLContext) -> None:
        """Make new connections with another TLS context; a request under way goes on with its own."""
        self.pool = _open_pool(replace(self.config, ssl_context=context))

    def perform_request(self, *arguments: Any, **named: Any) -> Any:  # Any: as the transport calls it
        """Make a request; the pool is told whether it was the host that failed."""
        self.is_reachable = False
        try:
            answer = super().perform_request(*arguments, **named)
        except ConnectionTimeout as error:
            if isinstance(error.__cause__, ConnectTimeoutError):  # nothing was sent: another host may take it
                raise ConnectionError(str(error.__cause__), errors=(error.__cause__,)) from error.__cause__
            raise
        self.is_reachable = True
        return answer


class HostPool(NodePool):
    """The hosts of a cluster; one that cannot be reached rests, one that answers never does."""

    def __init__(self, *arguments: Any, log: Logger, **named: Any) -> None:  # Any: as the transport calls it
        super().__init__(*arguments, **named)
        self._log, self._news = log, RateLimited(SAME_NEWS_EVERY_S)

    def mark_dead(self, node: BaseNode, _now: float | None = None) -> None:
        """Rest a host that gave no answer; one that answered 413, 429 or 503 is as good as the others."""
        if getattr(node, "is_reachable", False):
            return
        super().mark_dead(node, _now)
        if self._news.passes((node.base_url, "rests")) is not None:
            self._log.warning("host does not answer and rests", host=node.base_url)

    def mark_live(self, node: BaseNode) -> None:
        """Note that a host answers again."""
        rested = node.config in self._dead_consecutive_failures
        super().mark_live(node)
        if rested and self._news.passes((node.base_url, "answers")) is not None:
            self._log.info("host answers again", host=node.base_url)


class _ThroughProxy:
    """Takes the place of a node's connection pool where requests go through a proxy."""

    def __init__(self, config: NodeConfig, proxy: str) -> None:
        where = urllib3.util.parse_url(proxy)
        headers = urllib3.make_headers(proxy_basic_auth=where.auth) if where.auth else None
        self._manager = urllib3.ProxyManager(
            where._replace(auth=None).url,
            proxy_headers=headers,
            **_pool_settings(config),
            **_tls_settings(config),
        )
        name = f"[{config.host}]" if ":" in config.host else config.host
        self._origin = f"{config.scheme}://{name}:{config.port}"

    def urlopen(self, method: str, target: str, **named: Any) -> urllib3.BaseHTTPResponse:
        return self._manager.urlopen(method, self._origin + target, redirect=False, **named)

    def close(self) -> None:
        self._manager.clear()


def _open_pool(config: NodeConfig) -> urllib3.HTTPConnectionPool | _ThroughProxy:
    proxy = config._extras.get(PROXY)  # noqa: SLF001  the documented place for what is a third party's
    if proxy is not None:
        return _ThroughProxy(config, proxy)
    settings = _pool_settings(config)
    if config.scheme == "http":
        return urllib3.HTTPConnectionPool(config.host, config.port, **settings)
    return urllib3.HTTPSConnectionPool(config.host, config.port, **settings, **_tls_settings(config))


def _pool_settings(config: NodeConfig) -> dict[str, Any]:
    longest = config.request_timeout or MAX_CONNECT_S
    return {
        "timeout": urllib3.Timeout(connect=min(MAX_CONNECT_S, longest), read=longest),
        "maxsize": config.connections_per_node,
        "block": True,
    }


def _tls_settings(config: NodeConfig) -> dict[str, Any]:
    context = config.ssl_context
    if context is None:
        return {}
    if context.verify_mode == ssl.CERT_NONE:
        # Verification is off because the user said so, or done by the context itself by fingerprint
        urllib3.disable_warnings(InsecureRequestWarning)
    checks_name = config._extras.get(CHECKS_NAME, True)  # noqa: SLF001  the documented place, as above
    return {"ssl_context": context, "assert_hostname": None if checks_name else False}


__all__ = ["CHECKS_NAME", "PROXY", "ApiResponseMeta", "HostNode", "HostPool", "HttpHeaders"]
