"""Comparable: what follows from `<=>`."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.compare import compare
from logsmith.ruby.dispatch import methods_of
from logsmith.ruby.exceptions import fault, named
from logsmith.ruby.objects import Range

COMPARABLE = methods_of("Comparable")
_NOTHING: Any = object()  # an argument that was not given

COMPARABLE.add("<", lambda value, other: compare(value, other) < 0)
COMPARABLE.add("<=", lambda value, other: compare(value, other) <= 0)
COMPARABLE.add(">", lambda value, other: compare(value, other) > 0)
COMPARABLE.add(">=", lambda value, other: compare(value, other) >= 0)
COMPARABLE.add("between?", lambda value, low, high: compare(value, low) >= 0 and compare(value, high) <= 0)


@COMPARABLE.method("clamp")
def clamp(value: Any, low: Any, high: Any = _NOTHING) -> Any:
    """Return the value, or the bound that it is beyond."""
    if high is _NOTHING:
        if not isinstance(low, Range):
            raise fault("TypeError", f"wrong argument type {named(low)} (expected Range)")
        if low.is_exclusive and low.last is not None:
            raise fault("ArgumentError", "cannot clamp with an exclusive range")
        low, high = low.first, low.last
    if low is not None and high is not None and compare(low, high) > 0:
        raise fault("ArgumentError", "min argument must be less than or equal to max argument")
    if low is not None and compare(value, low) < 0:
        return low
    return high if high is not None and compare(value, high) > 0 else value
