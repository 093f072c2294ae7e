"""The order in which a java.util.HashMap with texts as keys gives its entries, on which what Logstash does may depend.

String.hashCode is s[0]*31^(n-1) + …; HashMap spreads it by h ^ (h >>> 16) over a power of two of buckets, three quarters
full at most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logsmith.event.values import Value

DEFAULT_BUCKETS = 16  # of a map that was not told how many entries there will be


def java_order(keys: Iterable[str], least_buckets: int) -> list[str]:
    """Return the keys of a map in the order of its buckets, of which it has `least_buckets` while they are enough."""
    known = list(keys)
    buckets = least_buckets
    while len(known) > buckets * 3 // 4:
        buckets *= 2
    return sorted(known, key=lambda key: _spread_hash(key) & (buckets - 1))


def in_java_order(value: Value) -> Value:
    """Return a copy of a value in which all objects have the order of maps that were made as large as they are."""
    if isinstance(value, dict):
        return {key: in_java_order(value[key]) for key in java_order(value, 1)}
    return [in_java_order(item) for item in value] if isinstance(value, list) else value


def _spread_hash(key: str) -> int:
    code = 0
    for unit in memoryview(key.encode("utf-16-le", "surrogatepass")).cast("H"):
        code = (code * 31 + unit) & 0xFFFFFFFF
    return code ^ (code >> 16)
