"""Names and offsets of zones as Ruby's date parser reads them, and what `Time` takes for an offset."""

from __future__ import annotations

import re
from typing import Any

from logsmith.event.zones import UTC, Zone
from logsmith.ruby.classes import class_of
from logsmith.ruby.coerce import is_number
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import String
from logsmith.ruby.times import offset_zone

HOUR = 3600
_LETTERS = {  # military zones
    **{letter: hours for hours, letter in enumerate("abcdefghi", 1)},
    **{letter: hours for hours, letter in enumerate("klm", 10)},
    **{letter: -hours for hours, letter in enumerate("nopqrstuvwxy", 1)},
    "z": 0,
}
_NAMED = {  # hours east of UTC
    "utc": 0, "ut": 0, "gmt": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
    "wet": 0, "west": 1, "cet": 1, "cest": 2, "met": 1, "mest": 2, "mewt": 1, "mesz": 2, "mez": 1, "bst": 1, "ist": 5.5,
    "eet": 2, "eest": 3, "msk": 3, "msd": 4, "jst": 9, "kst": 9, "sgt": 8, "hkt": 8, "hst": -10, "akst": -9, "akdt": -8,
    "ast": -4, "adt": -3, "nst": -3.5, "ndt": -2.5, "brt": -3, "brst": -2, "art": -3, "clt": -4, "clst": -3, "eat": 3,
    "cat": 2, "sast": 2, "wat": 1, "aest": 10, "aedt": 11, "acst": 9.5, "acdt": 10.5, "awst": 8, "nzst": 12, "nzdt": 13,
}  # fmt: skip
_TIME_NAMES = {"utc": 0, "z": 0, "ut": 0, "gmt": 0} | {
    name: _NAMED[name] for name in ["est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt"]
}
_EXACT = re.compile(r"([-+])(\d\d)(?:(:?)(\d\d)(?:\3(\d\d))?)?")
_LOOSE = re.compile(r"(?:gmt|utc?)?([-+])(\d+)(?:([,.:])(\d+)(?::(\d+))?)?", re.IGNORECASE)
_UTC_NAME = re.compile(r"-00:00|-0000|-00|UTC|Z|UT", re.IGNORECASE)
_ARGUMENT = re.compile(r"([-+])(\d\d)(?:(:?)(\d\d)(?:\3(\d\d))?)?")


def is_utc_name(name: str) -> bool:
    """Return whether a zone's name means UTC itself rather than an offset of nothing."""
    return _UTC_NAME.fullmatch(name) is not None


def time_offset(name: str) -> int | None:
    """Return the seconds that Time.parse takes a zone's name for; None if it knows none."""
    found = _EXACT.fullmatch(name)
    if found is not None:
        return _signed(found[1], int(found[2]), int(found[4] or 0), int(found[5] or 0))
    lower = name.lower()
    if lower in _TIME_NAMES:
        return int(_TIME_NAMES[lower] * HOUR)
    return _LETTERS[lower] * HOUR if lower in _LETTERS else None


def date_offset(name: str) -> int | None:
    """Return the seconds that Date.parse takes a zone's name for; None if it knows none."""
    lower = " ".join(name.lower().split())
    is_summer = lower.endswith((" daylight time", " dst"))
    lower = lower.removesuffix(" daylight time").removesuffix(" standard time").removesuffix(" dst")
    if lower in _NAMED:
        return int(_NAMED[lower] * HOUR) + HOUR * is_summer
    if lower in _LETTERS:
        return _LETTERS[lower] * HOUR
    found = _LOOSE.fullmatch(lower)
    return None if found is None else _loose_offset(found)


def _loose_offset(found: re.Match[str]) -> int:
    sign, digits, between, rest, seconds = found.groups()
    if between == ":":
        return _signed(sign, int(digits), int(rest), int(seconds or 0))
    if between is not None:  # a fraction of an hour
        return _signed(sign, int(digits), 0, int(float(f"0.{rest}") * HOUR))
    if len(digits) <= 2:
        return _signed(sign, int(digits), 0, 0)
    digits = digits.zfill(len(digits) + len(digits) % 2)
    return _signed(sign, int(digits[:2]), int(digits[2:4] or 0), int(digits[4:6] or 0))


def _signed(sign: str, hours: int, minutes: int, seconds: int) -> int:
    offset = hours * HOUR + minutes * 60 + seconds
    return -offset if sign == "-" else offset


def zone_argument(value: Any) -> Zone:
    """Return the zone of an argument such as "+09:00", "UTC", "Z" or 3600; raises ArgumentError."""
    if is_number(value):
        if abs(value) >= 24 * HOUR:
            raise fault("ArgumentError", "utc_offset out of range")
        return offset_zone(int(value))
    if not isinstance(value, String):
        raise fault(
            "TypeError",
            f"can't convert {'nil' if value is None else class_of(value).name} into an exact number",
        )
    text = value.text
    if text in {"UTC", "Z", "-00:00"}:
        return UTC
    if len(text) == 1 and text.isupper() and text.lower() in _LETTERS:
        return offset_zone(_LETTERS[text.lower()] * HOUR)
    found = _ARGUMENT.fullmatch(text)
    if found is None or int(found[4] or 0) > 59:
        expected = '"+HH:MM", "-HH:MM", "UTC" or "A".."I","K".."Z" expected for utc_offset: '
        raise fault("ArgumentError", expected + text)
    if int(found[2]) > 23:
        raise fault("ArgumentError", "utc_offset out of range")
    return offset_zone(_signed(found[1], int(found[2]), int(found[4] or 0), int(found[5] or 0)))
