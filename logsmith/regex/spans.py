"""Where in a pattern the nodes of its tree were written."""

from __future__ import annotations

from logsmith.regex.tree import Node, Sequence


class Spans:
    """From nodes to places, filled by the parser: a node is known by what it is, not by what it equals."""

    __slots__ = ("_places",)

    def __init__(self) -> None:
        # The node is kept, too: while it lives, no other has its id
        self._places: dict[int, tuple[Node, int, int]] = {}

    def note(self, node: Node, start: int, end: int) -> None:
        """Remember where a node stands; of a sequence, the items that have no place yet get this one."""
        self._places[id(node)] = node, start, end
        if isinstance(node, Sequence):
            for item in node.items:
                self._places.setdefault(id(item), (item, start, end))

    def get(self, node: Node) -> tuple[int, int] | None:
        """Return where a node begins and ends, None if it was made up by the parser."""
        place = self._places.get(id(node))
        return None if place is None else place[1:]
