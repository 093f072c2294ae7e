"""Ruby values as JSON and back: what a program keeps from one run of logsmith to the next.

nil, booleans, Integers, finite Floats, Arrays and UTF-8 Strings are JSON's own. All else is an object of one member, whose
name says what it is: `{"hash": [[key, value], …]}`, `{"symbol": "name"}`, `{"timestamp": nanoseconds}`. Nothing in such a
text can run when it is read, as things can in what Marshal writes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from logsmith.event import Timestamp
from logsmith.event.zones import UTC
from logsmith.ruby.classes import class_of
from logsmith.ruby.compare import from_key, to_key
from logsmith.ruby.freezing import FrozenHash
from logsmith.ruby.hashes import RubyHash, RubySet
from logsmith.ruby.objects import String, Symbol
from logsmith.ruby.times import Date, DateTime, OffsetZone, Time, offset_zone

Json = Any  # what the json module reads and writes
Kind = tuple[str, Callable[[Any], Json], Callable[[Json], object]]  # a name, to JSON, and back


def to_json(value: object) -> Json:
    """Return what JSON keeps of a value; raises TypeError for one that cannot be kept, such as a Proc."""
    if value is None or isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, list):
        return [to_json(item) for item in value]
    if isinstance(value, String) and value.encoding == "UTF-8":
        return value.text
    if value.__class__ not in _KINDS or (isinstance(value, RubyHash) and value.maker is not None):
        raise TypeError(f"no {class_of(value).name} can be stored")
    name, write, _ = _KINDS[value.__class__]
    return {name: write(value)}


def from_json(stored: Json) -> object:
    """Return the value of which `to_json` made this; raises ValueError for anything else."""
    if isinstance(stored, list):
        return [from_json(item) for item in stored]
    if isinstance(stored, str):
        return String(stored)
    if not isinstance(stored, dict):
        return stored
    try:
        ((name, inner),) = stored.items()
        return _READERS[name](inner)
    except (ArithmeticError, KeyError, TypeError, ValueError):
        raise ValueError(f"not what was stored: {str(stored)[:80]}") from None


def _pairs(value: Mapping[Any, object]) -> Json:
    return [[to_json(from_key(key)), to_json(member)] for key, member in value.items()]


def _hash(pairs: Json) -> dict[Any, object]:
    return {to_key(from_json(key)): from_json(member) for key, member in pairs}


def _hash_with_default(stored: Json) -> RubyHash:
    default, pairs = stored
    made = RubyHash(from_json(default))
    made.update(_hash(pairs))
    return made


def _string(stored: Json) -> String:
    encoding, text = stored
    made = String(text)
    made.encoding = encoding
    return made


def _time_as_json(value: Time) -> Json:
    """Write the zone as `true` for UTC, seconds for an offset, null for the process's own."""
    is_fixed = value.zone.__class__ is OffsetZone
    return [value.nanos, True if value.zone is UTC else value.offset if is_fixed else None]


def _time(stored: Json) -> Time:
    nanos, zone = stored
    return Time(int(nanos), zone if zone is None else UTC if zone is True else offset_zone(int(zone)))


_KINDS: dict[type, Kind] = {
    dict: ("hash", _pairs, _hash),
    RubyHash: (
        "hash with default",
        lambda value: [to_json(value.default), _pairs(value)],
        _hash_with_default,
    ),
    FrozenHash: (
        "hash with default",
        lambda value: [to_json(value.default), _pairs(value)],
        _hash_with_default,
    ),
    RubySet: (
        "set",
        lambda value: [to_json(item) for item in value],
        lambda items: RubySet(map(from_json, items)),
    ),
    float: ("float", repr, float),
    Decimal: ("decimal", str, Decimal),
    String: ("string", lambda value: [value.encoding, value.text], _string),
    Symbol: ("symbol", lambda value: value.name, Symbol),
    Timestamp: ("timestamp", lambda value: value.nanos, Timestamp),
    Time: ("time", _time_as_json, _time),
    Date: ("date", lambda value: value.days, Date),
    DateTime: (
        "datetime",
        lambda value: [value.days, value.nanos_of_day, value.offset],
        lambda parts: DateTime(*parts),
    ),
}
_READERS = {name: read for name, _, read in _KINDS.values()}
