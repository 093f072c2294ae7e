"""The monitoring API as settings say: where, with which password, over TLS or not."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from logsmith.api import ApiError
from logsmith.api.monitor import Monitor
from logsmith.api.server import ApiServer
from logsmith.log import Logger

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from logsmith.config.settings import Settings
    from logsmith.net.stores import Store
    from logsmith.runtime.stats import Node

LOOPBACK, EVERYWHERE = "127.0.0.1", "0.0.0.0"

log = Logger("logstash.agent")


def open_api(settings: Settings, node: Node) -> ApiServer:
    """Return the server of the API, listening; raises ApiError."""
    credentials = None
    if settings["api.auth.type"] == "basic":
        credentials = settings["api.auth.basic.username"], settings["api.auth.basic.password"].value
    has_tls = settings["api.ssl.enabled"]
    first, _, last = settings["api.http.port"].partition("-")
    server = ApiServer(
        settings["api.http.host"] or (EVERYWHERE if has_tls and credentials else LOOPBACK),
        range(int(first), int(last or first) + 1),
        Monitor(node),
        credentials=credentials,
        tls=_following(settings) if has_tls else None,
    )
    log.info("Successfully started Logstash API endpoint", port=server.port, ssl_enabled=has_tls)
    return server


def keystore_of(settings: Settings) -> Store:
    """Return the keystore of the API's certificate."""
    from logsmith.net.stores import Store

    return Store(Path(settings["api.ssl.keystore.path"]), settings["api.ssl.keystore.password"].value)


def make_context(settings: Settings) -> ssl.SSLContext:
    """Return the API's TLS context; raises TlsError."""
    from logsmith.net.tls import keystore_context

    return keystore_context(keystore_of(settings), settings["api.ssl.supported_protocols"] or ())


def _following(settings: Settings) -> Callable[[], ssl.SSLContext]:
    """Return what gives the context of the keystore as it is then: a renewed one needs no restart."""
    from logsmith.net.errors import TlsError
    from logsmith.net.rotation import FollowingContext

    try:
        following = FollowingContext(partial(make_context, settings), [settings["api.ssl.keystore.path"]])
    except TlsError as error:  # it was right when it was checked a moment ago
        raise ApiError(str(error)) from None

    def current() -> ssl.SSLContext:
        following.look(log)
        return following.current

    return current
