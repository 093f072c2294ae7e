"""The sockets that inputs listen on: bound once in the supervisor, inherited by workers, kept over reloads.

A reload makes new inputs. One that listens on an address that an input of a reloaded pipeline had gets the very socket, so
that no client is ever turned away; new addresses are bound before anything is stopped, and those that nobody wants any more
are closed once their pipelines have ended. A port that gets another host may overlap with itself until then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from logsmith.log import Logger
from logsmith.net.counts import SharedCounts
from logsmith.net.errors import ListenError
from logsmith.net.listen import bind_listener
from logsmith.runtime import StartError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Collection, Iterable, Sequence

    from logsmith.plugins import Input
    from logsmith.runtime.deal import Part

# Input, host, port, number; the first and the last only tell apart those with port 0
Address = tuple[str, str, int, int]
Claims = dict[Address, str]

log = Logger("logstash.runner")


class Listeners:
    """All sockets of all inputs, and which pipeline has which."""

    def __init__(
        self,
        *,
        bind: Callable[..., socket.socket] = bind_listener,
        make_counts: Callable[[int, int], Any] = SharedCounts,  # Any: SharedCounts, or a test's
    ) -> None:
        self._bind, self._make_counts = bind, make_counts
        self._sockets: dict[Address, socket.socket] = {}
        self._owners: dict[Address, str] = {}  # the pipeline that has a socket; one without was reserved only
        self._counts: dict[str, list[Any]] = {}
        self._new: set[Address] = set()  # bound, and not announced
        self._beside: dict[
            Address, set[Address]
        ] = {}  # what may overlap, and has to go if the first is wanted

    def claims(self, leaving: Collection[str]) -> Claims:
        """Return which address is whose, of the pipelines that are not `leaving`."""
        return {address: owner for address, owner in self._owners.items() if owner not in leaving}

    def reserve(self, pipeline_id: str, inputs: Iterable[Input], claims: Claims) -> None:
        """Bind what the inputs of a pipeline listen on and is not bound, and add it to the claims; raises StartError."""
        for place, one in enumerate(inputs):
            for address in _addresses(pipeline_id, place, one):
                owner = self._owner(address, claims)
                if owner is not None:
                    reason = f"address already in use: {address[1]}:{address[2]}, by pipeline {owner}"
                    raise StartError(f"input {one.name} of pipeline {pipeline_id}: {reason}")
                if address not in self._sockets:
                    self._sockets[address] = self._bound(pipeline_id, one, address, claims)
                    self._new.add(address)
                claims[address] = pipeline_id

    def seat(self, hands: Sequence[Sequence[Part]]) -> None:
        """Give the inputs of all parts their sockets, reserved before, and counts of connections of their own."""
        seen: set[int] = set()
        for part in (part for hand in hands for part in hand):
            for one in part.inputs:
                if id(one) not in seen:
                    seen.add(id(one))
                    self._seat_input(part, one)

    def release(self, pipeline_ids: Collection[str]) -> None:
        """Note that pipelines have ended; their sockets stay open until `close_unused`."""
        self._owners = {
            address: owner for address, owner in self._owners.items() if owner not in pipeline_ids
        }
        for name in pipeline_ids:
            self._counts.pop(name, None)

    def close_unused(self, claims: Collection[Address] = ()) -> None:
        """Close every socket that no pipeline has or claims."""
        used = {*self._owners, *claims}
        for address in [address for address in self._sockets if address not in used]:
            self._sockets.pop(address).close()
            self._new.discard(address)
            self._beside.pop(address, None)
            for going in self._beside.values():
                going.discard(address)

    def keep_only(self, inputs: Iterable[Input]) -> None:
        """Close, in a worker, every socket that is not one of these inputs'."""
        mine = {sock.fileno() for one in inputs for sock in one.place.sockets}
        for sock in self._sockets.values():
            if sock.fileno() not in mine:
                sock.close()

    def count(self, pipeline_id: str) -> int:
        """Return how many connections a pipeline has."""
        counts = self._counts.get(pipeline_id, ())
        return sum(one.total(listener) for one in counts for listener in range(one.listeners))

    def _owner(self, address: Address, claims: Claims) -> str | None:
        """Return the pipeline that claims an address, or another one that was bound beside it."""
        if address in claims:
            return claims[address]
        overlapping = (new for new, going in self._beside.items() if address in going and new in claims)
        return next((claims[new] for new in overlapping), None)

    def _bound(self, pipeline_id: str, one: Input, address: Address, claims: Claims) -> socket.socket:
        _, host, port, _ = address
        going = {had for had in self._sockets if port and had[2] == port and had not in claims}
        try:
            try:
                return self._bind(host, port)
            except ListenError:
                if not going:
                    raise
            bound = self._bind(host, port, [self._sockets[had] for had in going])
        except ListenError as error:
            raise StartError(f"input {one.name} of pipeline {pipeline_id}: {error}") from None
        self._beside[address] = going
        return bound

    def _seat_input(self, part: Part, one: Input) -> None:
        name = part.pipeline.id
        addresses = _addresses(name, part.pipeline.inputs.index(one), one)
        one.place.sockets = [self._sockets[address] for address in addresses]
        self._owners |= dict.fromkeys(addresses, name)
        if not addresses:
            return
        one.place.connections = self._make_counts(len(addresses), part.count if one.is_shared else 1)
        self._counts.setdefault(name, []).append(one.place.connections)
        places = [
            "{}:{}".format(*self._sockets[new].getsockname()[:2]) for new in addresses if new in self._new
        ]
        if places:
            one.log.info("Starting input listener", address=", ".join(places))
        self._new -= set(addresses)


def _addresses(pipeline_id: str, place: int, one: Input) -> list[Address]:
    """Return the addresses of an input; `place` is its number among the inputs of the pipeline."""
    return [
        ("", host, port, 0) if port else (f"{pipeline_id}/{place}", host, 0, number)
        for number, (host, port) in enumerate(one.listens())
    ]
