"""Reading dates by Joda's patterns, compiled: one regular expression, and a function written for the pattern.

Joda reads a text from left to right, each part as long as it can, and never goes back; so every part of the
expression is possessive. What a text of a part means is in tables that fill themselves. Most patterns have a
year, a month, a day and a time, once each: their function adds up table entries. All others go through
`settle`, which follows Joda to the letter.

    yyyy-MM-dd HH:mm:ss      utc = zone.to_utc(dates[g0, g1, g2, None] + t3[g3] + t4[g4] + t5[g5])
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

from logsmith.event.civil import days_of, month_length, weekday_of
from logsmith.event.date_names import ENGLISH, DateNames, names_of
from logsmith.event.date_table import DateTable
from logsmith.event.guess_year import YearGuess
from logsmith.event.joda_fields import (
    DAY_MS,
    HALF_MS,
    HOUR_MS,
    MAX_YEAR,
    MIN_YEAR,
    MINUTE_MS,
    SECOND_MS,
    checked,
    settle,
)
from logsmith.event.joda_pattern import Token, parse_pattern
from logsmith.event.timestamp import DateFormatError, Timestamp
from logsmith.event.zones import OFFSET, SHORT_NAMES, Zone, find_zone, offset_of, system_zone, zone_ids

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import CodeType

Parser = Callable[[str, Zone], Timestamp | None]

DEFAULT_YEAR = 2000  # Joda's, for a pattern whose only y is quoted
CACHED_SOURCES = 200  # patterns of one shape have the same
OFFSET_OR_Z = f"[Zz]|{OFFSET}"

_YEARS_BEFORE = 80  # two digits mean a year from so many before now to 19 after
_MAX_FRACTION = 18
_YEAR_DIGITS = 9
_OFFSET, _ZONE = "offset", "zone"
_SLASH_SOON = len("Antarctica/")  # of all ids the longest first part
_YEARS = {"year", "year_of_era"}

# Field to what one of it is worth in a plain pattern, its first and its last value
_UNITS = {
    "hour": (HOUR_MS, 0, 23),
    "clock_hour": (HOUR_MS, 1, 24),
    "hour_of_half": (HOUR_MS, 0, 11),
    "clock_hour_of_half": (HOUR_MS, 1, 12),
    "half": (HALF_MS, 0, 1),
    "minute": (MINUTE_MS, 0, 59),
    "second": (SECOND_MS, 0, 59),
    "milli": (1, 0, 999),
}
_HOURS = {"hour", "clock_hour", "hour_of_half", "clock_hour_of_half"}
_OF_DAY = {"hour", "clock_hour"}
_WRAPS = {"clock_hour": 24, "clock_hour_of_half": 12}  # the clock's last hour is its zeroth
_DATE = {"month", "day"}
_PLAIN = _YEARS | _DATE | {"weekday"} | set(_UNITS)

# Letter to its field and how many digits it takes at most, unless there are more letters
_NUMBERS = {
    "M": ("month", 2), "d": ("day", 2), "D": ("day_of_year", 3), "w": ("week", 2), "e": ("weekday", 1),
    "H": ("hour", 2), "k": ("clock_hour", 2), "K": ("hour_of_half", 2), "h": ("clock_hour_of_half", 2),
    "m": ("minute", 2), "s": ("second", 2),
}  # fmt: skip
_YEAR_FIELDS = {"y": "year", "Y": "year_of_era", "x": "week_year"}
_NAMES = {
    "era": DateNames.era_numbers,
    "weekday": DateNames.day_numbers,
    "month": DateNames.month_numbers,
    "half": DateNames.half_numbers,
}
_TEXTS = {"G": "era", "E": "weekday", "M": "month", "a": "half"}


@dataclass(frozen=True, slots=True)
class _Part:
    """What one token reads: an expression with one group, its field, and what a text of it means."""

    regex: str
    field: str
    read: Callable[[str], Any]  # Any: a number, or for zones a Zone
    cut: str = ""  # of a text, before it is looked up: fractions have more digits than count


def compile_parser(
    pattern: str,
    *,
    locale: str = ENGLISH,
    now: Callable[[], Timestamp] = Timestamp.now,
    home: Zone | None = None,
) -> Parser:
    """Return what reads dates of a pattern, local times in the zone it is called with; others give None.

    A pattern without a year gets one from `now`, as `home` (the system's zone, if not given) sees it. Raises
    DateFormatError.
    """
    year_now, _ = YearGuess(now, home or system_zone()).year_and_month()
    tokens = parse_pattern(pattern)
    regex, parts = "", []
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        if not token.letter:
            regex += _literal(token.text)
            continue
        part = _part(token, following, names_of(locale), year_now)
        regex += f"({part.regex})"
        parts.append(part)
    match = re.compile(regex).fullmatch
    has_year = "y" in pattern or "Y" in pattern  # Logstash: in quotes too
    guess = None if has_year else YearGuess(now, home or system_zone(), reads_zone="Z" in pattern).instant
    return _write(match, parts, DEFAULT_YEAR if has_year else year_now, guess)


def _literal(text: str) -> str:
    escaped = re.escape(text)
    return f"(?i:{escaped})" if text.lower() != text.upper() else escaped


def _part(token: Token, following: Token | None, names: DateNames, year_now: int) -> _Part:
    letter, count = token.letter, token.count
    if letter in _YEAR_FIELDS:
        return _year_part(token, following is not None and following.is_number, year_now)
    if token.is_number and letter in _NUMBERS:
        field, digits = _NUMBERS[letter]
        return _Part(f"[0-9]{{1,{max(digits, count)}}}+", field, int)
    if letter == "C":
        return _Part(f"[-+]?[0-9]{{1,{count}}}+", "century", int)
    if letter == "S":
        digits = min(count, _MAX_FRACTION)
        return _Part(f"[0-9]{{1,{digits}}}+", "milli", lambda text: int(text.ljust(3, "0")), "[:3]")
    if letter in "zZ":
        return _zone_part(letter, count)
    field = _TEXTS[letter]
    numbers = _NAMES[field](names)
    return _Part(_one_of(numbers), field, numbers.__getitem__)


def _year_part(token: Token, before_number: bool, year_now: int) -> _Part:
    field, count = _YEAR_FIELDS[token.letter], token.count
    if count != 2:
        digits = count if before_number else max(count, _YEAR_DIGITS)
        sign = "[-+]?" if token.letter != "Y" and digits > 1 else ""
        return _Part(f"{sign}[0-9]{{1,{digits}}}+", field, int)
    if field == "year_of_era":
        field = "year"  # Joda: YY is yy
    first = year_now - _YEARS_BEFORE
    near = partial(_year_near, first)
    return _Part("[0-9]{2}" if before_number else "[-+]?[0-9]++", field, near)


def _year_near(first: int, text: str) -> int:
    if len(text) != 2 or not text.isdigit():  # the digits are ASCII: the expression says so
        return checked(int(text), MIN_YEAR, MAX_YEAR)
    return first + (int(text) - first) % 100


def _zone_part(letter: str, count: int) -> _Part:
    if letter == "Z" and count <= 2:
        return _Part(f"(?>{OFFSET_OR_Z})", _OFFSET, lambda text: 0 if text in "Zz" else offset_of(text))
    if (
        letter == "Z"
    ):  # Joda: where a slash comes soon, in the id or behind it, only an id with a slash is looked for
        regions = frozenset(one for one in zone_ids() if "/" in one)
        ids = rf"(?>{_one_of(regions)}|(?=[^/]{{{_SLASH_SOON}}}|[^/]*+\Z){_one_of(zone_ids() - regions)})"
        return _Part(ids, _ZONE, find_zone)
    if count >= 4:
        raise DateFormatError("zzzz, the full name of a time zone, can be printed but not read")
    return _Part(_one_of(SHORT_NAMES), _ZONE, lambda text: find_zone(SHORT_NAMES[text]))


def _one_of(texts: Mapping[str, object] | frozenset[str]) -> str:
    longest_first = sorted(texts, key=lambda text: (-len(text), text))
    return f"(?>{'|'.join(map(re.escape, longest_first))})"


def _write(
    match: Callable[[str], re.Match[str] | None],
    parts: Sequence[_Part],
    default_year: int,
    guess: Callable[..., int | None] | None,  # of instant or local time, zone
) -> Parser:
    names: dict[str, object] = {"match": match, "stamp": Timestamp, "guess": guess, "settle": settle}
    fields = {part.field: f"g{number}" for number, part in enumerate(parts)}
    is_plain = _is_plain([part.field for part in parts])
    for number, part in enumerate(parts):
        names[f"t{number}"] = DateTable(partial(_worth, part) if is_plain else part.read)
    if is_plain:
        names["dates"] = DateTable(partial(_date, {part.field: part for part in parts}, default_year))
        local = _sum(parts, fields)
    else:
        pairs = "".join(
            f"({part.field!r}, t{number}[g{number}{part.cut}]), "
            for number, part in enumerate(parts)
            if part.field not in (_OFFSET, _ZONE)
        )
        local = f"settle(({pairs}), {default_year})"
    source = "\n".join(_lines(parts, local, guesses=guess is not None))
    exec(_compiled(source), names)  # noqa: S102  our own lines: names and numbers, nothing of the pattern
    return names["parse"]  # type: ignore[return-value]  # what the lines define


@lru_cache(maxsize=CACHED_SOURCES)
def _compiled(source: str) -> CodeType:
    return compile(source, "<date format>", "exec")


def _lines(parts: Sequence[_Part], local: str, *, guesses: bool) -> Sequence[str]:
    groups = "".join(f"g{number}, " for number in range(len(parts)))
    tables = {part.field: f"t{number}[g{number}]" for number, part in enumerate(parts)}
    offset, zone = tables.get(_OFFSET), tables.get(_ZONE, "zone")  # of several the last
    if guesses:
        utc = f"guess({local}, {offset}, {zone}, zone)"
    elif offset:
        utc = f"{local} - {offset}"
    else:
        utc = f"{zone}.to_utc({local})"
    return (
        "def parse(text, zone):",
        "    found = match(text)",
        "    if found is None:",
        "        return None",
        *([f"    {groups}= found.groups()"] if parts else []),
        "    try:",
        f"        utc = {utc}",
        "    except (KeyError, ValueError):",
        "        return None",
        "    return None if utc is None else stamp(utc * 1000000)",
    )


def _is_plain(fields: Sequence[str]) -> bool:
    read = [field for field in fields if field not in (_OFFSET, _ZONE)]
    found = set(read)
    if len(found) < len(read) or not found <= _PLAIN or ("weekday" in found and not found >= _DATE):
        return False
    return len(found & _YEARS) <= 1 and len(found & _HOURS) <= 1


def _sum(parts: Sequence[_Part], groups: Mapping[str, str]) -> str:
    year = groups.get("year") or groups.get("year_of_era")
    dates = [year, groups.get("month"), groups.get("day"), groups.get("weekday")]
    terms = [f"dates[{', '.join(str(one) for one in dates)}]"]
    of_day = bool(_OF_DAY & groups.keys())
    for number, part in enumerate(parts):
        if part.field in _UNITS and not (part.field == "half" and of_day):  # an hour of 24 beats AM and PM
            terms.append(f"t{number}[g{number}{part.cut}]")
    return " + ".join(terms)


def _worth(part: _Part, text: str) -> Any:  # Any: as `read` of the part
    if part.field not in _UNITS:
        return part.read(text)
    unit, first, last = _UNITS[part.field]
    value = checked(part.read(text), first, last)
    return value % _WRAPS.get(part.field, last + 1) * unit


def _date(parts: Mapping[str, _Part], default_year: int, texts: tuple[str | None, ...]) -> int:
    year_text, month_text, day_text, weekday_text = texts
    if texts == (None, None, None, None):
        return 0
    year_part = parts.get("year") or parts.get("year_of_era")
    year = default_year if year_part is None or year_text is None else year_part.read(year_text)
    checked(year, 1 if "year_of_era" in parts else MIN_YEAR, MAX_YEAR)
    month = 1 if month_text is None else checked(parts["month"].read(month_text), 1, 12)
    day = 1 if day_text is None else checked(parts["day"].read(day_text), 1, month_length(year, month))
    days = days_of(year, month, day)
    if weekday_text is not None:  # Joda: it moves the date within its week
        days += checked(parts["weekday"].read(weekday_text), 1, 7) - weekday_of(days)
    return days * DAY_MS
