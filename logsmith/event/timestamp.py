"""A point in time, to the nanosecond."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from logsmith.errors import LogsmithError

NANOS = 1_000_000_000


class TimestampError(LogsmithError):
    """A text is no ISO 8601 timestamp."""


class DateFormatError(LogsmithError):
    """A date format has letters that mean nothing."""


_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?(?::?\d\d)?|\[?[A-Za-z_]+/[A-Za-z_]+\]?)?",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def _second_text(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))


class Timestamp:
    """Nanoseconds since the epoch."""

    __slots__ = ("nanos",)

    def __init__(self, nanos: int) -> None:
        self.nanos = nanos

    @classmethod
    def now(cls) -> Timestamp:
        return cls(time.time_ns())

    @classmethod
    def parse(cls, text: str) -> Timestamp:
        found = _ISO.fullmatch(text)
        if not found:
            raise TimestampError(f"not a timestamp: {text!r}")
        y, mo, d, h, mi, s, f, zone = found.groups()
        try:
            hour = int(h or 0)
            base = datetime(int(y), int(mo), min(int(d), 28), 0 if hour == 24 else hour, int(mi or 0), int(s or 0), tzinfo=timezone.utc)
            base += timedelta(days=int(d) - min(int(d), 28) + (hour == 24))
        except ValueError as error:
            raise TimestampError(str(error)) from None
        offset = 0
        if zone is None:
            offset = int(base.replace(tzinfo=None).astimezone().utcoffset().total_seconds())
        elif zone[0] in "+-":
            digits = zone[1:].replace(":", "") + "0000"
            offset = (int(digits[:2]) * 3600 + int(digits[2:4]) * 60) * (1 if zone[0] == "+" else -1)
        elif zone.upper() != "Z":
            offset = int(base.replace(tzinfo=ZoneInfo(zone.strip("[]"))).utcoffset().total_seconds())
        seconds = int(base.timestamp()) - offset
        return cls(seconds * NANOS + int((f or "0").ljust(9, "0")))

    def isoformat(self) -> str:
        second, rest = divmod(self.nanos, NANOS)
        digits = f"{rest:09d}"
        while len(digits) > 3 and digits.endswith("000"):
            digits = digits[:-3]
        return f"{_second_text(second)}.{digits}Z"

    __str__ = isoformat

    def __repr__(self) -> str:
        return f"Timestamp({self.isoformat()})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Timestamp) and self.nanos == other.nanos

    def __hash__(self) -> int:
        return hash(self.nanos)
