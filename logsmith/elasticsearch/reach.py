"""How a cluster is reached, as plain values; the client's library is imported by `connection.py`, when it is needed."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from logsmith.elasticsearch.address import Host

NDJSON = "application/x-ndjson"
JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """How a cluster is reached."""

    hosts: tuple[Host, ...]
    path: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    timeout_s: float = 60.0
    rest_s: float = 5.0
    connections: int = 100
    compression_level: int = 1
    proxy: str | None = field(default=None, repr=False)
    tls: ssl.SSLContext | None = None
    checks_name: bool = True
