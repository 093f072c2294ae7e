"""Sniffing: the hosts of a cluster as it names them itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import trio

from logsmith.elasticsearch.errors import ElasticsearchError
from logsmith.log import Logger, RateLimited

if TYPE_CHECKING:
    from logsmith.elasticsearch.connection import Connection

SAME_COMPLAINT_EVERY_S = 60.0


async def run_sniffing(connection: Connection, target: str, every_s: float, log: Logger) -> None:
    """Ask for the cluster's hosts every `every_s` seconds and use those, until cancelled."""
    complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
    while True:
        await trio.sleep(every_s)
        try:
            answer = await connection.request("GET", target)
            found = read_nodes(answer.checked().json())
        except ElasticsearchError as error:
            if complaints.passes(str(error)) is not None:
                log.warning("hosts of the cluster not read", reason=str(error))
            continue
        use_hosts(connection, found)


def read_nodes(body: dict[str, Any]) -> list[tuple[str, int]]:  # Any: JSON
    """Return the addresses of the nodes that take requests: all but those that only are masters."""
    found = []
    for node in body.get("nodes", {}).values():
        address = node.get("http", {}).get("publish_address")
        if not address or node.get("roles") == ["master"]:
            continue
        name, _, rest = address.rpartition("/")  # `es1.example.com/10.0.0.1:9200` where a name is published
        bare, _, port = rest.rpartition(":")
        if port.isdigit():
            found.append((name or bare.strip("[]"), int(port)))
    return found


def use_hosts(connection: Connection, found: list[tuple[str, int]]) -> None:
    """Add hosts that are new, and leave out those that are gone; the ones that the user named always stay."""
    if not found:
        return
    scheme = connection.hosts[0].scheme
    wanted = {
        config: config for config in (connection.node_config(scheme, name, port) for name, port in found)
    }
    pool = connection.transport.node_pool
    for node in pool.all():
        if node.config not in wanted:
            pool.remove(node.config)
    for config in wanted:
        pool.add(config)
