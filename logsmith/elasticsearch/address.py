"""Where Elasticsearch is: host URLs as Logstash takes them, and cloud ids."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

from logsmith.elasticsearch.errors import ElasticsearchError

DEFAULT_PORT = 9200  # Logstash: for https as well
SCHEMES = ("http", "https")

_SEPARATOR = re.compile(r"[\s,]+")
_USERINFO = re.compile(r"//.*@")  # a password may hold what no address can


@dataclass(frozen=True, slots=True)
class Host:
    """One address of a cluster, with what its URL says besides."""

    scheme: str
    name: str
    port: int
    path: str = ""
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def is_secure(self) -> bool:
        return self.scheme == "https"

    def __str__(self) -> str:
        name = f"[{self.name}]" if ":" in self.name else self.name
        return f"{self.scheme}://{name}:{self.port}"


def read_hosts(texts: Iterable[str], *, ssl_enabled: bool | None = None) -> list[Host]:
    """Return the hosts that `texts` name, each once; without a scheme one is https if TLS is switched on.

    Raises ElasticsearchError for a text that is no address, or that contradicts `ssl_enabled`.
    """
    found: dict[tuple[str, str, int], Host] = {}
    for text in (part for whole in texts for part in _SEPARATOR.split(whole.strip()) if part):
        host = _read_host(text, "https" if ssl_enabled else "http")
        if ssl_enabled is not None and host.is_secure != ssl_enabled:
            raise ElasticsearchError(f"host {host} contradicts ssl_enabled => {str(ssl_enabled).lower()}")
        found.setdefault((host.scheme, host.name, host.port), host)
    if not found:
        raise ElasticsearchError("expected at least one host")
    return list(found.values())


def _read_host(text: str, default_scheme: str) -> Host:
    shown = _USERINFO.sub("//***@", text)
    try:
        parts = urlsplit(text if "//" in text else "//" + text)
        scheme, name, port = parts.scheme or default_scheme, parts.hostname, parts.port
    except ValueError as error:
        reason = str(error).partition(" as ")[0]  # what is taken for a port may be half of a password
        raise ElasticsearchError(f"{shown!r} is no address of a host: {reason}") from None
    if not name or scheme not in SCHEMES:
        raise ElasticsearchError(
            f'{shown!r} is no address of a host; expected one such as "https://es1:9200"'
        )
    return Host(
        scheme,
        name,
        DEFAULT_PORT if port is None else port,
        parts.path.rstrip("/"),
        None if parts.username is None else unquote(parts.username),
        None if parts.password is None else unquote(parts.password),
        tuple(parse_qsl(parts.query)),
    )


def read_cloud_id(text: str) -> Host:
    """Return the host that a cloud id names; raises ElasticsearchError if the text is none."""
    from logsmith.elasticsearch.transport import parse_cloud_id  # noqa: PLC0415  a library, for those who have one

    try:
        address = parse_cloud_id(text).es_address
    except ValueError:
        address = None
    if address is None:
        raise ElasticsearchError(
            "cloud_id is not one; copy it whole from the deployment's page, with its label"
        )
    return Host("https", *address)


def shared_path(hosts: Sequence[Host], path: str | None) -> str:
    """Return the path before every request's own, from the setting or the hosts' URLs, which must agree."""
    wanted = {host.path for host in hosts if host.path}
    if path is not None and path.strip("/"):
        wanted.add("/" + path.strip("/"))
    if len(wanted) > 1:
        raise ElasticsearchError(f"expected one path for all hosts, got {' and '.join(sorted(wanted))}")
    return wanted.pop() if wanted else ""
