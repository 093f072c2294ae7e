"""Binding what inputs listen on, once, before workers are forked that inherit it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from logsmith.log import Logger
from logsmith.net.counts import SharedCounts
from logsmith.net.errors import ListenError
from logsmith.net.listen import bind_listener
from logsmith.runtime import StartError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Sequence

    from logsmith.runtime.deal import Part

log = Logger("logstash.runner")


def bind_inputs(
    hands: Sequence[Sequence[Part]],
    *,
    bind: Callable[[str, int], socket.socket] = bind_listener,
    make_counts: Callable[[int, int], Any] = SharedCounts,  # Any: SharedCounts, or a test's
) -> Callable[[str], int]:
    """Bind the sockets of all inputs and put them in their places; raises StartError.

    Returns a function that tells how many connections a pipeline has.
    """
    counts: dict[str, list[Any]] = {}
    seen: set[int] = set()
    for part in (part for hand in hands for part in hand):
        for one in part.inputs:
            if id(one) in seen:
                continue
            seen.add(id(one))
            try:
                one.place.sockets = [bind(host, port) for host, port in one.listens()]
            except ListenError as error:
                raise StartError(f"input {one.name} of pipeline {part.pipeline.id}: {error}") from None
            if one.place.sockets:
                one.place.connections = make_counts(
                    len(one.place.sockets), part.count if one.is_shared else 1
                )
                counts.setdefault(part.pipeline.id, []).append(one.place.connections)
                addresses = ["{}:{}".format(*sock.getsockname()[:2]) for sock in one.place.sockets]
                one.log.info("Starting input listener", address=", ".join(addresses))
    return lambda pipeline_id: sum(
        one.total(listener) for one in counts.get(pipeline_id, ()) for listener in range(one.listeners)
    )
