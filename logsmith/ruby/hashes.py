"""A Hash with a default, and a Set: what Python's dict alone does not say.

`{}` is a plain dict. Only `Hash.new(0)`, `Hash.new { |hash, key| ... }` and `hash.default = 1` need more. A plain dict cannot
become another, so that literals of a program that writes `.default =` are made as `RubyHash`; what its methods return is not:
where a variable holds such a one, `variable.default = 1` puts a copy into the variable first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.compare import from_key, to_key


class RubyHash(dict[Any, Any]):
    """A Hash that answers something else than nil for a key that it has not; `maker` is the block of `Hash.new`."""

    __slots__ = ("default", "maker")

    def __init__(self, default: Any = None, maker: Callable[..., Any] | None = None) -> None:
        super().__init__()
        self.default, self.maker = default, maker

    def missing(self, key: Any) -> Any:
        """Return what the Hash answers for a key that it has not."""
        return self.default if self.maker is None else self.maker(self, key)


def open_hash(members: dict[Any, Any]) -> RubyHash:
    """Return a Hash of these members that takes a default later."""
    made = RubyHash()
    made.update(members)
    return made


def opened(value: Any) -> Any:
    """Return a Hash that takes a default, for one that does not; anything else as it is."""
    return open_hash(value) if value.__class__ is dict else value


class RubySet:
    """A Set: an unordered collection without duplicates, which keeps the order of insertion."""

    __slots__ = ("keys",)

    def __init__(self, values: Iterable[Any] = ()) -> None:
        self.keys: dict[Any, None] = {to_key(value): None for value in values}

    def __iter__(self) -> Iterator[Any]:
        return iter([from_key(key) for key in self.keys])

    def __len__(self) -> int:
        return len(self.keys)

    def __contains__(self, value: Any) -> bool:
        return to_key(value) in self.keys

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RubySet) and self.keys.keys() == other.keys.keys()

    def __hash__(self) -> int:
        return hash(frozenset(self.keys))


def looked_up(table: dict[Any, Any], key: Any) -> Any:
    """Return `table[key]`, or what the Hash answers for a key that it has not."""
    found = to_key(key)
    if found in table:
        return table[found]
    return table.missing(key) if isinstance(table, RubyHash) else None


define("Set", "Object", mixins=("Enumerable",), python=RubySet)
