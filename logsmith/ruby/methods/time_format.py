"""strftime of Time, Date and DateTime: every directive, with flags (`-` `0` `_` `^` `#` `:`) and a width."""

from __future__ import annotations

import re
from collections.abc import Callable

from logsmith.event.civil import days_of
from logsmith.ruby.coerce import check_length
from logsmith.ruby.exceptions import fault
from logsmith.ruby.times import Date, Moment

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ENDS = tuple("%-0^#_:123456789")
WEEKDAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_DIRECTIVE = re.compile(r"%([-0^#_:]*)([0-9]*)(:*)(?:E(?=[cCxXyY])|O(?=[deHkIlmMSuUVwWy]))?([a-zA-Z%+])")
_UNFINISHED = re.compile(r"(?:[^%]|%[-0^#_:0-9EO]*[^-0^#_:0-9EO])*+%[-0^#_:0-9]*", re.DOTALL)

# What each directive of digits reads, how wide it is and what fills it
_NUMBERS: dict[str, tuple[Callable[[Moment], int], int, str]] = {
    "C": (lambda moment: moment.year // 100, 2, "0"),
    "y": (lambda moment: moment.year % 100, 2, "0"),
    "m": (lambda moment: moment.month, 2, "0"),
    "d": (lambda moment: moment.day, 2, "0"),
    "e": (lambda moment: moment.day, 2, " "),
    "j": (lambda moment: moment.yearday, 3, "0"),
    "H": (lambda moment: moment.hour, 2, "0"),
    "k": (lambda moment: moment.hour, 2, " "),
    "I": (lambda moment: (moment.hour - 1) % 12 + 1, 2, "0"),
    "l": (lambda moment: (moment.hour - 1) % 12 + 1, 2, " "),
    "M": (lambda moment: moment.minute, 2, "0"),
    "S": (lambda moment: moment.second, 2, "0"),
    "s": (lambda moment: moment.epoch_nanos // 1_000_000_000, 1, "0"),
    "g": (lambda moment: moment.week[0] % 100, 2, "0"),
    "V": (lambda moment: moment.week[1], 2, "0"),
    "u": (lambda moment: moment.weekday or 7, 1, "0"),
    "w": (lambda moment: moment.weekday, 1, "0"),
    "U": (lambda moment: _week_from(moment, moment.weekday), 2, "0"),
    "W": (lambda moment: _week_from(moment, (moment.weekday - 1) % 7), 2, "0"),
    "Y": (lambda moment: moment.year, 4, "0"),
    "G": (lambda moment: moment.week[0], 4, "0"),
}
_NAMES: dict[str, Callable[[Moment], str]] = {
    "A": lambda moment: WEEKDAYS[moment.weekday],
    "a": lambda moment: WEEKDAYS[moment.weekday][:3],
    "B": lambda moment: MONTHS[moment.month - 1],
    "b": lambda moment: MONTHS[moment.month - 1][:3],
    "h": lambda moment: MONTHS[moment.month - 1][:3],
    "p": lambda moment: "AM" if moment.hour < 12 else "PM",
    "P": lambda moment: "am" if moment.hour < 12 else "pm",
    "Z": lambda moment: moment.zone_name,
    "n": lambda _moment: "\n",
    "t": lambda _moment: "\t",
    "%": lambda _moment: "%",
}
_FORMATS = {
    "c": "%a %b %e %H:%M:%S %Y",
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "R": "%H:%M",
    "r": "%I:%M:%S %p",
    "T": "%H:%M:%S",
    "v": "%e-%^b-%4Y",
    "X": "%H:%M:%S",
    "x": "%m/%d/%y",
}


def strftime(moment: Moment, pattern: str) -> str:
    """Return a time as a pattern says; what is no directive stays as it is. Raises ArgumentError if it ends in one."""
    if pattern.endswith(_ENDS) and _UNFINISHED.fullmatch(pattern):
        raise fault("ArgumentError", f"invalid format: {pattern}")
    return _DIRECTIVE.sub(lambda found: _written(moment, found), pattern)


def _week_from(moment: Moment, days_after_first: int) -> int:
    return (moment.days - days_of(moment.year) + 7 - days_after_first) // 7


def _written(moment: Moment, found: re.Match[str]) -> str:
    flags, letter = found[1] + found[3], found[4]
    width = int(found[2] or 0)
    if width > 65535:
        raise fault("ArgumentError", f"invalid format: {found.string}")
    check_length(width)
    if letter in _NUMBERS:
        return _number(moment, flags, width, letter)
    if letter in "NL":
        digits = width or (9 if letter == "N" else 3)
        return f"{moment.nano:09d}".ljust(digits, "0")[:digits]
    if letter == "z":
        return _offset(moment.offset, flags, width)
    if letter == "Q" and isinstance(moment, Date):
        return str(moment.epoch_nanos // 1_000_000)
    if letter == "+" and isinstance(moment, Date):
        return strftime(moment, "%a %b %e %H:%M:%S %Z %Y")
    return _text(moment, flags, width, found)


def _text(moment: Moment, flags: str, width: int, found: re.Match[str]) -> str:
    letter = found[4]
    if letter in _FORMATS:
        text = strftime(moment, _FORMATS[letter])
    elif letter in _NAMES and ":" not in flags:
        text = _NAMES[letter](moment)
    else:
        return found[0]
    if "#" in flags:
        text = text.lower() if letter in "pZ" else text.upper()
    elif "^" in flags:
        text = text.upper()
    return text if "-" in flags else text.rjust(width, "0" if _fill(flags) == "0" else " ")


def _fill(flags: str) -> str:
    """Return which of the two flags for filling comes last."""
    chosen = [flag for flag in flags if flag in "0_"]
    return chosen[-1] if chosen else ""


def _number(moment: Moment, flags: str, width: int, letter: str) -> str:
    read, usual, fill = _NUMBERS[letter]
    number = read(moment)
    fill = {"0": "0", "_": " ", "": fill}[_fill(flags)]
    if "-" in flags:
        return str(number)
    if letter in "YG" and number < 0 and not width:
        usual = 5
    size = width or usual
    return f"{number:0{size}d}" if fill == "0" else str(number).rjust(size)


def _offset(offset: int, flags: str, width: int) -> str:
    hours, rest = divmod(abs(offset), 3600)
    minutes, seconds = divmod(rest, 60)
    tails = {0: f"{minutes:02d}", 1: f":{minutes:02d}", 2: f":{minutes:02d}:{seconds:02d}"}
    colons = flags.count(":")
    tail = tails.get(colons) if colons < 3 else _shortest(minutes, seconds)
    sign = "-" if offset < 0 else "+"
    size = max((width or len(tail or "") + 3) - len(tail or ""), 2)
    if _fill(flags) == "_":
        return f"{sign}{hours}".rjust(size) + (tail or "")
    return f"{sign}{hours:0{size - 1}d}{tail or ''}"


def _shortest(minutes: int, seconds: int) -> str:
    if seconds:
        return f":{minutes:02d}:{seconds:02d}"
    return f":{minutes:02d}" if minutes else ""
