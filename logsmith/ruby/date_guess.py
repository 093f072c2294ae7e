"""Date._parse: guess the fields of a date and a time in any of the forms that people write.

The weekday is taken out first, then the time of day with its zone, then the first form of a date that fits:
"4 Mar 2021", "Mar 4 2021", ISO 8601, Japanese eras, "4-Mar-2021", "2021/3/4", "3.4.2021", ISO weeks, a year, a month,
a day, and at last digits alone ("20210304T050607"), whose number says what they are. What is left over counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from logsmith.ruby.date_fields import Fields
from logsmith.ruby.exceptions import fault
from logsmith.ruby.time_zones import date_offset

MAX_CHARS = 128  # Ruby's own limit
MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
DAY_NAMES = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_FLAGS = re.IGNORECASE | re.ASCII
_MONTH = "(" + "|".join(MONTH_NAMES) + ")"
_ERA = r"(c(?:e|\.e\.)|b(?:ce|\.c\.e\.)|a(?:d|\.d\.)|b(?:c|\.c\.))?"
_NOISE = re.compile(r"[^-+',./:@A-Za-z0-9\[\]]+")
_DAY = re.compile(r"\b(" + "|".join(DAY_NAMES) + r")[^-/\d\s]*", _FLAGS)
_CLOCK = re.compile(
    r"(\d+\s*(?:(?::\s*\d+(?:\s*:\s*\d+(?:[,.]\d*)?)?|h(?:\s*\d+m?(?:\s*\d+s?)?)?)(?:\s*[ap](?:m\b|\.m\.))?"
    r"|[ap](?:m\b|\.m\.)))"
    r"(?:\s*((?:gmt|utc?)?[-+]\d+(?:[,.:]\d+(?::\d+)?)?|[a-z.\s]+(?:standard|daylight)\stime\b|[a-z]+(?:\sdst)?\b))?",
    _FLAGS,
)
_CLOCK_PARTS = re.compile(
    r"(\d+)\s*(?:h\s*)?(?::?\s*(\d+)m?(?:\s*:?\s*(\d+)(?:[,.](\d*))?s?)?)?(?:\s*([ap])(?:m\b|\.m\.))?", _FLAGS
)
_DIGITS = re.compile(
    r"([-+]?)(\d{2,14})(?:\s*t?\s*(\d{2,6})?(?:[,.](\d*))?)?(z\b|[-+]\d{1,4}\b|\[[-+]?\d[^\]]*\])?", _FLAGS
)
_ERAS = {"m": 1867, "t": 1911, "s": 1925, "h": 1988, "r": 2018}
_BEFORE_CHRIST = re.compile(r"\b(bc\b|bce\b|b\.c\.|b\.c\.e\.)", _FLAGS)
_FRAGMENT = re.compile(r"\s*(\d{1,2})\s*", _FLAGS)


class Guess:
    """The text that is not read yet, and the fields so far."""

    __slots__ = ("fields", "is_before_christ", "is_short_year", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.fields: Fields = {}
        self.is_short_year = True
        self.is_before_christ = False

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Return what a pattern finds, and take it out of the text."""
        found = pattern.search(self.text)
        if found is not None:
            self.text = f"{self.text[: found.start()]} {self.text[found.end() :]}"
        return found


def guess_fields(text: str) -> Fields:
    """Return the fields of a text, none if nothing in it looks like a date or time; raises ArgumentError if it is too long."""
    if len(text) > MAX_CHARS:
        raise fault("ArgumentError", f"string length ({len(text)}) exceeds the limit {MAX_CHARS}")
    guess = Guess(_NOISE.sub(" ", text))
    day = guess.take(_DAY)
    if day is not None:
        guess.fields["wday"] = DAY_NAMES.index(day[1].lower())
    _read_clock(guess)
    for pattern, read in _FORMS:
        found = guess.take(pattern)
        if found is not None:
            read(guess, found)
            break
    _finish(guess)
    return guess.fields


def _read_clock(guess: Guess) -> None:
    found = guess.take(_CLOCK)
    if found is None:
        return
    fields = guess.fields
    if found[2] is not None:
        fields["zone"] = found[2]
    parts = _CLOCK_PARTS.match(found[1])
    if parts is None:
        return
    hour = int(parts[1])
    if parts[5] is not None:
        hour = hour % 12 + 12 * (parts[5].lower() == "p")
    fields["hour"] = hour
    if parts[2] is not None:
        fields["min"] = int(parts[2])
    if parts[3] is not None:
        fields["sec"] = int(parts[3])
    if parts[4]:
        fields["sec_fraction"] = Fraction(int(parts[4]), 10 ** len(parts[4]))


def _finish(guess: Guess) -> None:
    fields = guess.fields
    if guess.take(_BEFORE_CHRIST) is not None or guess.is_before_christ:
        for name in ("year", "cwyear"):
            if name in fields:
                fields[name] = 1 - fields[name]
    rest = _FRAGMENT.fullmatch(guess.text)
    if rest is not None:
        number = int(rest[1])
        if "hour" in fields and "mday" not in fields and 1 <= number <= 31:
            fields["mday"] = number
        elif "mday" in fields and "hour" not in fields and number <= 24:
            fields["hour"] = number
    for name in ("cwyear", "year") if guess.is_short_year else ():
        if 0 <= fields.get(name, -1) <= 99:
            fields[name] += 1900 if fields[name] >= 69 else 2000
    if "zone" in fields:
        fields["offset"] = date_offset(fields["zone"])


def _three(guess: Guess, year: str | None, month: str | None, day: str | None) -> None:
    """Tell year, month and day apart: an apostrophe or more than two digits make a year."""
    if year is not None and month is not None and day is None:
        year, month, day = day, year, month
    if year is None and day is not None and (len(day) > 2 or day.startswith("'")):
        year, day = day, None
    if year is not None:
        found = re.search(r"[-+]?(\d+)(.?)", year)
        if found is not None and found[2]:  # "4th" is a day
            year, day = day, found[1]
    if month is not None and (month.startswith("'") or len(month) > 2):
        year, month, day = month, day, year
    if day is not None and (day.startswith("'") or len(day) > 2):
        year, day = day, year
    _put_year(guess, year)
    for name, part in (("mon", month), ("mday", day)):
        found = re.search(r"\d+", part or "")
        if found is not None:
            guess.fields[name] = int(found[0])


def _put_year(guess: Guess, year: str | None) -> None:
    found = re.search(r"([-+])?(\d+)", year or "")
    if found is None:
        return
    if found[1] or len(found[2]) > 2:
        guess.is_short_year = False
    if (year or "").startswith("'"):
        guess.is_short_year = True
    guess.fields["year"] = int(found[0])


def _month(name: str) -> str:
    return str(MONTH_NAMES.index(name.lower()) + 1)


def _is_before(era: str | None) -> bool:
    return era is not None and era.lower().startswith("b")


def _european(guess: Guess, found: re.Match[str]) -> None:
    guess.is_before_christ = _is_before(found[3])
    _three(guess, found[4], _month(found[2]), found[1])


def _american(guess: Guess, found: re.Match[str]) -> None:
    guess.is_before_christ = _is_before(found[3])
    _three(guess, found[4], _month(found[1]), found[2])


def _japanese(guess: Guess, found: re.Match[str]) -> None:
    year = int(found[2]) + _ERAS[found[1].lower()]
    guess.fields.update(year=year, mon=int(found[3]), mday=int(found[4]))


def _put(guess: Guess, **parts: str | None) -> None:
    guess.fields.update({name: int(part) for name, part in parts.items() if part is not None})


def _compact(guess: Guess, found: re.Match[str]) -> None:
    sign, digits, clock, fraction, zone = found.groups()
    if clock is None and fraction is not None:
        _put(guess, **_from_right(digits))
    else:
        _put(guess, **_from_left(digits, sign))
        if len(digits) not in {2, 3, 4, 5, 6}:
            guess.is_short_year = False
    if clock is not None:
        names: tuple[str, ...] = ("hour", "min", "sec")
        parts = [clock[start : start + 2] for start in range(0, len(clock), 2)]
        names = names[3 - len(parts) :] if fraction is not None else names
        _put(guess, **dict(zip(names, parts, strict=False)))
    if fraction:
        guess.fields["sec_fraction"] = Fraction(int(fraction), 10 ** len(fraction))
    if zone is not None:
        _put_bracketed_zone(guess, zone)


def _put_bracketed_zone(guess: Guess, zone: str) -> None:
    if zone.startswith("["):
        offset, _, name = zone[1:-1].partition(":")
        zone = name or offset
        zone = f"+{zone}" if zone[:1].isdigit() else zone
    guess.fields["zone"] = zone


def _from_right(digits: str) -> dict[str, str]:
    if len(digits) in {3, 5, 7}:
        digits = digits.zfill(len(digits) + 1)
    names = ("sec", "min", "hour", "mday", "mon", "year")
    parts = [digits[max(end - 2, 0) : end] for end in range(len(digits), 0, -2)]
    return dict(zip(names, parts, strict=False))


_PLACES: dict[int, tuple[tuple[str, int], ...]] = {  # how many digits each part has
    2: (("mday", 2),),
    3: (("yday", 3),),
    4: (("mon", 2), ("mday", 2)),
    5: (("year", 2), ("yday", 3)),
    6: (("year", 2), ("mon", 2), ("mday", 2)),
    7: (("year", 4), ("yday", 3)),
}
_LONG = (("year", 4), ("mon", 2), ("mday", 2), ("hour", 2), ("min", 2), ("sec", 2))


def _from_left(digits: str, sign: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    place = 0
    for name, size in _PLACES.get(len(digits), _LONG):
        if place < len(digits):
            parts[name] = (sign if name == "year" else "") + digits[place : place + size]
        place += size
    return parts


Reader = Callable[[Guess, "re.Match[str]"], None]
_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern, _FLAGS), read)
    for pattern, read in (
        (
            rf"('?\d+)[^-\d\s]*\s*{_MONTH}[^-\d\s']*(?:\s*{_ERA}\s*('?-?\d+(?:(?:st|nd|rd|th)\b)?))?",
            _european,
        ),
        (rf"\b{_MONTH}[^-\d\s']*\s*('?\d+)[^-\d\s']*(?:\s*,?\s*{_ERA}\s*('?-?\d+))?", _american),
        (r"('?[-+]?\d+)-(\d+)-('?-?\d+)", lambda guess, found: _three(guess, found[1], found[2], found[3])),
        (r"\b([mtshr])(\d+)\.(\d+)\.(\d+)", _japanese),
        (
            rf"('?-?\d+)-{_MONTH}[^-/.]*-('?-?\d+)",
            lambda guess, found: _three(guess, found[3], _month(found[2]), found[1]),
        ),
        (
            rf"\b{_MONTH}[^-/.]*-('?-?\d+)(?:-('?-?\d+))?",
            lambda guess, found: _three(guess, found[3], _month(found[1]), found[2]),
        ),
        (r"('?-?\d+)/\s*('?\d+)(?:\D\s*('?-?\d+))?", lambda guess, found: _three(guess, *found.groups())),
        (r"('?-?\d+)\.\s*('?\d+)\.\s*('?-?\d+)", lambda guess, found: _three(guess, *found.groups())),
        (
            r"\b(\d{2}|\d{4})?-?w(\d{2})(?:-?(\d))?\b",
            lambda guess, found: _put(guess, cwyear=found[1], cweek=found[2], cwday=found[3]),
        ),
        (r"-w-(\d)\b", lambda guess, found: _put(guess, cwday=found[1])),
        (r"--(\d{2})?-(\d{2})\b", lambda guess, found: _put(guess, mon=found[1], mday=found[2])),
        (r"--(\d{2})(\d{2})?\b", lambda guess, found: _put(guess, mon=found[1], mday=found[2])),
        (
            r"[,.]?(\d{2}|\d{4})-(\d{3})(?!\d)\b",
            lambda guess, found: _put(guess, year=found[1], yday=found[2]),
        ),
        (r"'(\d+)\b", lambda guess, found: _put(guess, year=found[1])),
        (rf"\b{_MONTH}\S*", lambda guess, found: _put(guess, mon=_month(found[1]))),
        (r"(\d+)(?:st|nd|rd|th)\b", lambda guess, found: _put(guess, mday=found[1])),
        (_DIGITS.pattern, _compact),
    )
)
