"""What a cluster says about itself: which product, which version, what it can do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from logsmith.elasticsearch.answer import Answer
from logsmith.elasticsearch.errors import AnswerError

if TYPE_CHECKING:
    from logsmith.elasticsearch.connection import Connection

OLDEST_MAJOR = 7
FIRST_WITH_DATA_STREAMS = (7, 9)
FIRST_WITH_COMPOSABLE_TEMPLATES = (
    8  # of Elasticsearch; 7.8 has them too, but its users' templates are the older ones
)

Distribution = Literal["elasticsearch", "opensearch"]


@dataclass(frozen=True, slots=True)
class Server:
    """A product and its version. `is_assumed`: it would not tell us, so we take it for a current one."""

    distribution: Distribution = "elasticsearch"
    version: tuple[int, int] = (8, 0)
    flavor: str = "default"
    is_assumed: bool = False

    @property
    def takes_types(self) -> bool:
        """Whether an action may name a `_type`."""
        return self.distribution == "elasticsearch" and self.version[0] == OLDEST_MAJOR

    @property
    def is_serverless(self) -> bool:
        return self.flavor == "serverless"

    @property
    def has_composable_templates(self) -> bool:
        return self.distribution == "opensearch" or self.version[0] >= FIRST_WITH_COMPOSABLE_TEMPLATES

    @property
    def has_data_streams(self) -> bool:
        if self.distribution == "opensearch":
            return True
        return self.version >= FIRST_WITH_DATA_STREAMS and self.flavor != "oss"

    def __str__(self) -> str:
        name = "OpenSearch" if self.distribution == "opensearch" else "Elasticsearch"
        return f"{name} {self.version[0]}.{self.version[1]}"


async def read_server(connection: Connection) -> Server:
    """Ask what the server is; one that will not say (401, 403) is assumed. Raises ElasticsearchError."""
    answer = await connection.request("GET", connection.below("/"))
    if answer.status in (401, 403):
        return Server(is_assumed=True)
    return parse_server(answer.checked())


def parse_server(answer: Answer) -> Server:
    """Return the server that an answer to `GET /` describes; raises AnswerError if it is of no use to us."""
    version: Any = answer.json().get("version")
    try:
        major, minor = (int(part) for part in str(version["number"]).split(".")[:2])
    except (TypeError, KeyError, ValueError):
        raise AnswerError(f"this is no Elasticsearch: {answer.excerpt()!r}", answer.status) from None
    if version.get("distribution") == "opensearch":
        return Server("opensearch", (major, minor))
    if major < OLDEST_MAJOR:
        raise AnswerError(f"Elasticsearch {version['number']} is too old, expected 7 or newer", answer.status)
    return Server("elasticsearch", (major, minor), str(version.get("build_flavor", "default")))


async def has_lifecycles(connection: Connection, server: Server) -> bool:
    """Return whether the server has index lifecycle management, and lets us use it."""
    if server.distribution == "opensearch" or server.flavor in ("oss", "serverless"):
        return False
    answer = await connection.request("GET", connection.below("/_ilm/status"))
    if answer.status == 429 or answer.status >= 500:
        answer.checked()  # it may come to itself; deciding on this would fix the index names wrongly
    return answer.is_success
