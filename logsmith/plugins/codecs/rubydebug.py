"""Events as Ruby prints them for people: keys aligned, one member a line."""

from __future__ import annotations

from decimal import Decimal

from logsmith.event import Event, Value, inspect
from logsmith.plugins import Codec, setting

STEP = 4  # spaces
MOST_PLACES = 10_000  # of a number that is written without an exponent


class Rubydebug(Codec):
    metadata: bool = setting(False, "Print `@metadata` too.")

    def encode(self, event: Event) -> bytes:
        members = dict(event.to_map())
        if self.metadata and event.metadata:
            members["@metadata"] = event.metadata
        return (_printed(members, 0) + "\n").encode("utf-8", "replace")


def _printed(value: Value, indent: int) -> str:
    if isinstance(value, dict) and value:
        return _object(value, indent + STEP)
    if isinstance(value, list) and value:
        return _array(value, indent + STEP)
    if isinstance(value, Decimal) and abs(value.adjusted()) < MOST_PLACES:
        return _plain_decimal(value)
    return inspect(value)


def _plain_decimal(value: Decimal) -> str:
    """Return BigDecimal's `to_s("F")`: 1000.0, not 0.1e4."""
    whole, _, fraction = f"{value:f}".partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}"


def _object(members: dict[str, Value], indent: int) -> str:
    names = {name: inspect(name) for name in members}
    width = max(map(len, names.values())) + indent
    rows = [f"{names[name]:>{width}} => {_printed(member, indent)}" for name, member in members.items()]
    return "{\n" + ",\n".join(rows) + "\n" + " " * (indent - STEP) + "}"


def _array(items: list[Value], indent: int) -> str:
    width = len(str(len(items) - 1))
    rows = [
        f"{' ' * indent}[{number:>{width}}] {_printed(item, indent)}" for number, item in enumerate(items)
    ]
    return "[\n" + ",\n".join(rows) + "\n" + " " * (indent - STEP) + "]"
