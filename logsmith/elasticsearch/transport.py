"""The transport of Elastic's clients, imported without the HTTP libraries that we do not use.

It imports aiohttp, httpx and requests if it finds them, for kinds of nodes that are not ours; they come with other
libraries and cost each process 9 MiB and a tenth of a second. To the transport they are optional, so it is made not to
find them. Everything of the transport is imported from here.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

UNUSED = ("aiohttp", "httpx", "requests")


@contextmanager
def absent(names: tuple[str, ...]) -> Iterator[None]:
    """Have `import` not find libraries, unless they are loaded already."""
    hidden = dict.fromkeys(name for name in names if name not in sys.modules)
    sys.modules.update(hidden)  # type: ignore[arg-type]  # documented: None there means that there is no such module
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with absent(UNUSED):
    from elastic_transport import (
        ApiResponseMeta,
        BaseNode,
        ConnectionError,  # noqa: A004  the library's name
        ConnectionTimeout,
        HttpHeaders,
        NodeConfig,
        NodePool,
        Serializer,
        Transport,
        TransportError,
        Urllib3HttpNode,
    )
    from elastic_transport.client_utils import parse_cloud_id

__all__ = [
    "ApiResponseMeta",
    "BaseNode",
    "ConnectionError",
    "ConnectionTimeout",
    "HttpHeaders",
    "NodeConfig",
    "NodePool",
    "Serializer",
    "Transport",
    "TransportError",
    "Urllib3HttpNode",
    "parse_cloud_id",
]
