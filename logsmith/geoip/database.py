"""One database file: opened with geoip2 on maxminddb's C reader, looked at again when it is replaced on disk."""

from __future__ import annotations

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import geoip2.database
import maxminddb
from geoip2.errors import AddressNotFoundError

from logsmith.errors import LogsmithError
from logsmith.geoip.fields import FIELDS, TYPES, DatabaseType, Record

LOOK_AGAIN_S = 5.0  # how often the file is asked whether it is still the same


class DatabaseError(LogsmithError):
    """A file is no database that the filter can use."""


class Database:
    """Looks addresses up; what it found is kept, the latest `cache_size` addresses of it."""

    def __init__(
        self, path: Path, *, ecs: bool, cache_size: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Open the file; raises DatabaseError."""
        self.path, self._ecs, self._cache_size, self._clock = path, ecs, cache_size, clock
        self._cache: OrderedDict[str, dict[str, Any] | None] = OrderedDict()
        self._fields: Sequence[str] = ()
        self._look_at = 0.0
        self._open()

    def choose(self, names: Sequence[str]) -> None:
        """Write those of these fields that the database has, or its own choice if none are named."""
        known = [*self.type.defaults, *self.type.extra]
        if names:
            self._fields = [name for name in names if name in known]
        else:
            region = ["REGION_ISO_CODE" if self._ecs else "REGION_CODE"] if self.type.mark == "City" else []
            self._fields = [*self.type.defaults, *region]

    def find(self, address: str) -> dict[str, Any] | None:
        """Return what is known of an address as nested maps, the same object each time; None if nothing is."""
        if self._clock() >= self._look_at:
            self._look()
        cache = self._cache
        if address in cache:
            cache.move_to_end(address)
            return cache[address]
        found = cache[address] = self._read(address)
        if len(cache) > self._cache_size:
            cache.popitem(last=False)
        return found

    def _read(self, address: str) -> dict[str, Any] | None:
        try:
            record = self._lookup(expanded(address))
        except (ValueError, AddressNotFoundError):
            return None
        if (
            self.type.mark == "City"
            and record.location.latitude is None
            and record.location.longitude is None
        ):
            return None  # Logstash: such a record counts as empty
        found: dict[str, Any] = {}
        for name in self._fields:
            self._put(found, name, record, address)
        return found

    def _put(self, found: dict[str, Any], name: str, record: Record, address: str) -> None:
        one = FIELDS[name]
        path = one.ecs if self._ecs else one.legacy
        value = expanded(address) if name == "IP" else one.find(record)
        if path is None or (value is None and name != "DOMAIN"):
            return
        for key in path[:-1]:
            found = found.setdefault(key, {})
        known = found.get(path[-1])
        found[path[-1]] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value

    def _open(self) -> None:
        try:
            self._stamp = _stamp(self.path)
            reader = geoip2.database.Reader(self.path, locales=["en"], mode=maxminddb.MODE_MMAP_EXT)
        except (OSError, maxminddb.InvalidDatabaseError, ValueError) as error:
            raise DatabaseError(f"cannot open the database {str(self.path)!r}: {error}") from None
        name = reader.metadata().database_type
        found = next((one for one in TYPES if one.mark in name), None)
        if found is None:
            raise DatabaseError(
                f"{str(self.path)!r} is a database of type {name!r}, which has no fields for events"
            )
        self.type: DatabaseType = found
        self._lookup: Callable[[str], Record] = getattr(reader, found.lookup)

    def _look(self) -> None:
        """Open the file again if it was replaced; one that cannot be opened leaves the old one in use."""
        self._look_at = self._clock() + LOOK_AGAIN_S
        try:
            if _stamp(self.path) != self._stamp:
                self._open()
                self._cache.clear()
        except (OSError, DatabaseError):
            pass  # half a copy, perhaps; the next look will tell


def _stamp(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


def expanded(address: str) -> str:
    """Return an address as Java writes it: of IPv6 all eight groups, without leading zeros; a mapped IPv4 as that."""
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return ":".join(f"{int(group, 16):x}" for group in parsed.exploded.split(":"))


def find_database(folders: Sequence[Path], kind: str) -> Path | None:
    """Return the first database file whose name tells its kind (`City` or `ASN`)."""
    found = (
        path
        for folder in folders
        for path in sorted(folder.glob("*.mmdb"))
        if kind.lower() in path.name.lower()
    )
    return next(found, None)
