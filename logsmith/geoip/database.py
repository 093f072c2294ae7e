"""One database file: geoip2 says what it is; the C reader beneath it, maxminddb, looks addresses up without a model for each.

The file is looked at again when it is replaced on disk.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import geoip2.database
import maxminddb

from logsmith.errors import LogsmithError
from logsmith.geoip.fields import FIELDS, OBJECTS, TYPES, DatabaseType, Find, Record, has_no_place

LOOK_AGAIN_S = 5.0  # how often the file is asked whether it is still the same

LONGEST_IPV4 = 15  # characters
BYTE = 256
_is_numbers = re.compile(r"[0-9]+(?:\.[0-9]+){0,3}").fullmatch

Trail = tuple[str, ...]


class DatabaseError(LogsmithError):
    """A file is no database that the filter can use."""


class Database:
    """Looks addresses up. While `clock()` is before `look_at` the file counts as the same; then `look` is due."""

    def __init__(self, path: Path, *, ecs: bool, clock: Callable[[], float] = time.monotonic) -> None:
        """Open the file; raises DatabaseError."""
        self.path, self.clock = path, clock
        self.look_at = 0.0
        self.objects: Sequence[Trail] = ()  # where there can be objects in what is found, outer ones first
        self._ecs = ecs
        self._fields: Sequence[tuple[str, Trail, Find]] = ()
        self._stamp: tuple[int, int, int] | None = None  # of the file that is in use, if it is still there
        self.type: DatabaseType
        self._open()

    def choose(self, names: Sequence[str]) -> None:
        """Write those of these fields that the database has, or its own choice if none are named."""
        known = [*self.type.defaults, *self.type.extra]
        if names:
            chosen = [name for name in names if name in known]
        else:
            region = ["REGION_ISO_CODE" if self._ecs else "REGION_CODE"] if self.type.mark == "City" else []
            chosen = [*self.type.defaults, *region]
        trails = [(name, FIELDS[name].ecs if self._ecs else FIELDS[name].legacy) for name in chosen]
        self._fields = [(name, trail, FIELDS[name].find) for name, trail in trails if trail is not None]
        self.objects = sorted({one for name, trail, _ in self._fields for one in _objects(name, trail)})

    def look(self) -> bool:
        """Open the file again if it was replaced, and tell that; DatabaseError says why the old one stays in use."""
        self.look_at = self.clock() + LOOK_AGAIN_S
        if _stamp(self.path) == self._stamp is not None:
            return False
        self._stamp = None  # one that cannot be opened, half a copy perhaps, is tried again at the next look
        self._open()
        return True

    def find(self, address: str) -> dict[str, Any] | None:
        """Return what is known of an address as nested maps, None if nothing is."""
        try:
            own = expanded(address)
            record, bits = self._lookup(own)
        except ValueError:
            return None
        if record is None or (self.type.mark == "City" and has_no_place(record)):
            return None  # Logstash: a record of a city without coordinates counts as empty
        found: dict[str, Any] = {}
        for name, trail, find in self._fields:
            value = _OF_ADDRESS[name](own, bits) if name in _OF_ADDRESS else find(record)
            if value is not None or name == "DOMAIN":
                _put(found, trail, value)
        return found

    def _open(self) -> None:
        stamp = _stamp(self.path)
        try:
            with geoip2.database.Reader(self.path) as described:
                name = described.metadata().database_type
            reader = maxminddb.open_database(self.path, maxminddb.MODE_MMAP_EXT)
        except (OSError, maxminddb.InvalidDatabaseError, ValueError) as error:
            raise DatabaseError(f"cannot open the database {str(self.path)!r}: {error}") from None
        found = next((one for one in TYPES if one.mark in name), None)
        if found is None:
            raise DatabaseError(
                f"{str(self.path)!r} is a database of type {name!r}, which has no fields for events"
            )
        self._stamp, self.type = stamp, found
        self._lookup: Callable[[str], tuple[Record | None, int]] = reader.get_with_prefix_len  # type: ignore[assignment]  # records are objects


def _objects(name: str, trail: Trail) -> Iterator[Trail]:
    for length in range(1, len(trail) + (name in OBJECTS)):
        yield trail[:length]


def _put(found: dict[str, Any], trail: Trail, value: Any) -> None:  # Any: what a record holds
    *parents, last = trail
    for name in parents:
        found = found.setdefault(name, {})
    known = found.get(last)
    found[last] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size


def expanded(address: str) -> str:
    """Return an address as Java writes it: of IPv6 all eight groups, without leading zeros; a mapped IPv4 as that."""
    if _is_plain_ipv4(address):
        return address
    parsed = _parsed(address)
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return ":".join(f"{int(group, 16):x}" for group in parsed.exploded.split(":"))


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return an address that Java takes: IPv6 may stand in brackets, and of IPv4 the last number stands for all that is left."""
    if _is_numbers(address) and len(address) <= LONGEST_IPV4:
        *first, last = map(int, address.split("."))
        rest = 4 - len(first)
        if max(first, default=0) < BYTE and last < BYTE**rest:
            return ipaddress.IPv4Address(bytes(first) + last.to_bytes(rest, "big"))
    if address[:1] == "[" and address[-1:] == "]":
        return ipaddress.IPv6Address(address[1:-1])
    return ipaddress.ip_address(address)


def _is_plain_ipv4(address: str) -> bool:
    try:
        return socket.inet_ntop(socket.AF_INET, socket.inet_pton(socket.AF_INET, address)) == address
    except (OSError, ValueError):
        return False


def _network(address: str, bits: int) -> str:
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))


_OF_ADDRESS: dict[str, Callable[[str, int], str]] = {
    "IP": lambda address, _bits: address,
    "NETWORK": _network,
}


def find_database(folders: Sequence[Path], kind: str) -> Path | None:
    """Return the first database file whose name tells its kind (`City` or `ASN`)."""
    found = (
        path
        for folder in folders
        for path in sorted(folder.glob("*.mmdb"))
        if kind.lower() in path.name.lower()
    )
    return next(found, None)
