r"""Sets of code points, as sorted ranges, and the named ones of Ruby: `\d`, `[:alpha:]`, `\p{Greek}`.

The members of Unicode properties are asked of Oniguruma, whose tables Ruby's engine shares: once, when first named.
"""

from __future__ import annotations

from functools import lru_cache

from logsmith.regex import oniguruma

Ranges = tuple[tuple[int, int], ...]

LAST = 0x10FFFF
ALL: Ranges = ((0, LAST),)
ASCII: Ranges = ((0, 0x7F),)
DIGIT: Ranges = ((0x30, 0x39),)
WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
SPACE: Ranges = ((0x09, 0x0D), (0x20, 0x20))
SYMBOLS: Ranges = tuple((ord(char), ord(char)) for char in "$+<=>^`|~")
HEX: Ranges = ((0x30, 0x39), (0x41, 0x46), (0x61, 0x66))
NEWLINES: Ranges = ((0x0A, 0x0D), (0x85, 0x85), (0x2028, 0x2029))

POSIX = frozenset(
    [
        "alnum",
        "alpha",
        "ascii",
        "blank",
        "cntrl",
        "digit",
        "graph",
        "lower",
        "print",
        "punct",
        "space",
        "upper",
        "word",
        "xdigit",
    ]
)


def union(*sets: Ranges) -> Ranges:
    """Return what is in any of the sets."""
    merged: list[tuple[int, int]] = []
    for low, high in sorted(pair for one in sets for pair in one):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def complement(ranges: Ranges) -> Ranges:
    """Return what is not in the set."""
    outside: list[tuple[int, int]] = []
    start = 0
    for low, high in ranges:
        if low > start:
            outside.append((start, low - 1))
        start = high + 1
    if start <= LAST:
        outside.append((start, LAST))
    return tuple(outside)


def intersection(one: Ranges, other: Ranges) -> Ranges:
    """Return what is in both sets."""
    return complement(union(complement(one), complement(other)))


def single(char: str) -> Ranges:
    """Return the set of one character."""
    return ((ord(char), ord(char)),)


def contains(ranges: Ranges, code: int) -> bool:
    """Say whether a code point is in the set."""
    return any(low <= code <= high for low, high in ranges)


@lru_cache(maxsize=64)
def property_ranges(name: str) -> Ranges | None:
    r"""Return the members of `\p{name}`, or None if there is no such property."""
    spans = oniguruma.spans_of_property(name)
    return None if spans is None else union(tuple(spans))
