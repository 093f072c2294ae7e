"""What is known of parts of patterns that were read before: grok's expand to the same groups, over and over.

A group in parentheses that neither captures nor refers to anything, inside of it included, means the same wherever it
stands: where its text stands again, its node does, too. So nodes are known by what they are, and what is found out about one
is found out once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable

    from logsmith.regex.tree import Node

Found = TypeVar("Found")

LEAST_TEXT, MOST_TEXT = 24, 4_000  # characters of a group that is kept
MOST_ALIKE = 40  # groups, which are looked through one by one
MOST_KEPT = 2_000


class Group(NamedTuple):
    """A group that was read: how it is written, what it is, and whether there are plain groups in it."""

    text: str
    node: Node
    has_plain_groups: bool


class Groups:
    """The groups that were read, by how they begin and in which surroundings."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Hashable], list[Group]] = {}
        self._count = 0

    def get(self, pattern: str, at: int, around: Hashable) -> Group | None:
        """Return the group at a place, None if it is not known."""
        candidates = self._kept.get((pattern[at : at + LEAST_TEXT], around), ())
        return next((one for one in candidates if pattern.startswith(one.text, at)), None)

    def keep(self, group: Group, around: Hashable) -> None:
        """Keep a group, if it is worth it and not too many begin alike."""
        if not LEAST_TEXT <= len(group.text) <= MOST_TEXT:
            return
        if self._count >= MOST_KEPT:
            self._kept.clear()
            self._count = 0
        alike = self._kept.setdefault((group.text[:LEAST_TEXT], around), [])
        if len(alike) < MOST_ALIKE:
            alike.append(group)
            self._count += 1


class Facts(Generic[Found]):
    """What was found out about nodes, each known by what it is and not by what it equals; it is kept with that."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, Hashable], tuple[Node, Found]] = {}

    def get(self, node: Node, question: Hashable = None) -> Found | None:
        """Return what is known of a node, None if nothing is."""
        known = self._kept.get((id(node), question))
        return None if known is None else known[1]

    def keep(self, node: Node, found: Found, question: Hashable = None) -> Found:
        """Keep what was found out, and return it."""
        if len(self._kept) >= MOST_KEPT:
            self._kept.clear()
        self._kept[id(node), question] = node, found
        return found
