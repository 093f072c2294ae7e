"""Ruby's `format`: `%05.1f`, `%-10s`, `%+x`, `%<name>d`, `%{name}`, `%1$s`, `%*d`, with its errors.

A directive is read from left to right: flags, width, precision and a name in any order, then the letter of the conversion.
`%{name}` has no letter. Numbers below zero are two's complements in `%x`, `%o` and `%b`: `..f01` is -255.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from math import copysign, floor, isinf, isnan
from typing import Any

from logsmith.event.ruby import float_digits, round_digits
from logsmith.ruby.coerce import check_length, to_int
from logsmith.ruby.convert import as_float, to_float, to_integer
from logsmith.ruby.dispatch import call
from logsmith.ruby.exceptions import fault
from logsmith.ruby.numerals import integer_text
from logsmith.ruby.objects import String, Symbol
from logsmith.ruby.show import inspect, to_s

_BASES = {"x": (16, 4), "X": (16, 4), "o": (8, 3), "b": (2, 1), "B": (2, 1)}
_PREFIXES = {"x": "0x", "X": "0X", "b": "0b", "B": "0B", "o": "0"}
_DIGITS = re.compile(r"[0-9]+")


@dataclass(slots=True)
class Directive:
    """What stands between a percent sign and its letter."""

    flags: set[str] = field(default_factory=set)
    width: int | None = None
    precision: int | None = None
    is_given: bool = False  # the value is there already, by number or name
    value: Any = None  # any Ruby value

    def padded(self, text: str) -> str:
        """Return a text as wide as is wanted, filled with blanks."""
        if self.width is None:
            return text
        return text.ljust(self.width) if "-" in self.flags else text.rjust(self.width)

    def sign(self, is_negative: bool) -> str:
        """Return what stands before a number's digits."""
        if is_negative:
            return "-"
        return "+" if "+" in self.flags else " " * (" " in self.flags)

    @property
    def is_zero_filled(self) -> bool:
        """Return whether zeros fill the width."""
        return "0" in self.flags and "-" not in self.flags and self.precision is None


class _Arguments:
    """The values, taken one by one, by number, or by name: one of the three ways in one format."""

    def __init__(self, values: list[Any]) -> None:
        self._values, self._position = values, 0
        self._way = ""

    def following(self) -> Any:
        if self._way == "numbered":
            raise fault("ArgumentError", f"unnumbered({self._position + 1}) mixed with numbered")
        if self._way == "named":
            raise fault("ArgumentError", f"unnumbered({self._position + 1}) mixed with named")
        self._way = "unnumbered"
        self._position += 1
        return self._at(self._position)

    def numbered(self, number: int) -> Any:
        if self._way == "unnumbered":
            raise fault("ArgumentError", f"numbered({number}) after unnumbered({self._position})")
        if self._way == "named":
            raise fault("ArgumentError", f"numbered({number}) after named")
        self._way = "numbered"
        return self._at(number)

    def _at(self, number: int) -> Any:
        if number > len(self._values):
            raise fault("ArgumentError", "too few arguments")
        return self._values[number - 1]

    def named(self, name: str, shown: str) -> Any:
        if self._way in {"unnumbered", "numbered"}:
            after = f"unnumbered({self._position})" if self._way == "unnumbered" else "numbered"
            raise fault("ArgumentError", f"named{shown} after {after}")
        self._way = "named"
        if len(self._values) != 1 or not isinstance(self._values[0], dict):
            raise fault("ArgumentError", "one hash required")
        values, key = self._values[0], Symbol(name)
        if key in values:
            return values[key]
        found = None if values.__class__ is dict else call(values, "[]", (key,))  # one with a default
        if found is None:
            raise fault("KeyError", f"key{shown} not found", key=key, receiver=values)
        return found


def format_text(pattern: str, values: list[Any]) -> str:
    """Return `format(pattern, *values)`."""
    arguments = _Arguments(values)
    parts: list[str] = []
    at = 0
    while (percent := pattern.find("%", at)) >= 0:
        parts.append(pattern[at:percent])
        text, at = _formatted(pattern, percent + 1, arguments)
        parts.append(text)
    return "".join(parts) + pattern[at:]


def _formatted(pattern: str, at: int, arguments: _Arguments) -> tuple[str, int]:
    directive = Directive()
    start = at
    while at < len(pattern):
        char = pattern[at]
        if char in " #+-0":
            directive.flags.add(char)
            at += 1
        elif char in "123456789":
            at = _read_number(pattern, at, directive, arguments)
        elif char == "*":
            _take_width(directive, to_int(arguments.following()))
            at += 1
        elif char == ".":
            at = _read_precision(pattern, at + 1, directive, arguments)
        elif char in "<{":
            at = _read_name(pattern, at, directive, arguments)
            if char == "{":
                return _string(directive, "s"), at
        else:
            return _converted(directive, char, arguments, is_plain=at == start), at + 1
    raise fault("ArgumentError", "incomplete format specifier; use %% (double %) instead")


def _read_number(pattern: str, at: int, directive: Directive, arguments: _Arguments) -> int:
    digits = _DIGITS.match(pattern, at)
    number, at = int(digits[0]) if digits else 0, digits.end() if digits else at
    if at >= len(pattern):
        raise fault("ArgumentError", "malformed format string - %[0-9]")
    if pattern[at] == "$":
        if directive.is_given:
            raise fault("ArgumentError", f"value given twice - {number}$")
        directive.value, directive.is_given = arguments.numbered(number), True
        return at + 1
    if directive.width is not None:
        raise fault("ArgumentError", "width given twice")
    directive.width = check_length(number)
    return at


def _take_width(directive: Directive, width: int) -> None:
    if width < 0:
        directive.flags.add("-")
    directive.width = check_length(abs(width))


def _read_precision(pattern: str, at: int, directive: Directive, arguments: _Arguments) -> int:
    if pattern[at : at + 1] == "*":
        precision = to_int(arguments.following())
        directive.precision = None if precision < 0 else check_length(precision)
        return at + 1
    digits = _DIGITS.match(pattern, at)
    directive.precision = check_length(int(digits[0])) if digits else 0
    return digits.end() if digits else at


def _read_name(pattern: str, at: int, directive: Directive, arguments: _Arguments) -> int:
    end = pattern.find(">" if pattern[at] == "<" else "}", at)
    if end < 0:
        raise fault("ArgumentError", "malformed name - unmatched parenthesis")
    shown = pattern[at : end + 1]
    if directive.is_given:
        raise fault("ArgumentError", f"named{shown} after <{directive.value}>")
    directive.value, directive.is_given = arguments.named(shown[1:-1], shown), True
    return end + 1


def _converted(directive: Directive, letter: str, arguments: _Arguments, *, is_plain: bool) -> str:
    if letter in "%\n\0":
        if not is_plain:
            raise fault("ArgumentError", f"illegal format character - {letter}")
        return "%" if letter == "%" else f"%{letter}"
    convert = _CONVERSIONS.get(letter)
    if convert is None:
        raise fault("ArgumentError", f"malformed format string - %{letter}")
    if not directive.is_given:
        directive.value = arguments.following()
    return convert(directive, letter)


def _string(directive: Directive, letter: str) -> str:
    text = inspect(directive.value) if letter == "p" else to_s(directive.value)
    return directive.padded(text if directive.precision is None else text[: directive.precision])


def _character(directive: Directive, _letter: str) -> str:
    value = directive.value
    if isinstance(value, String):
        return directive.padded(value.text[:1])
    code = to_int(value)
    if not 0 <= code < 0x110000:
        raise fault("ArgumentError", "invalid character")
    return directive.padded(chr(code))


def _integer(directive: Directive, _letter: str) -> str:
    number = to_integer(directive.value)
    return _filled(directive, directive.sign(number < 0), integer_text(abs(number)))


def _filled(directive: Directive, before: str, digits: str) -> str:
    if directive.precision is not None:
        digits = digits.rjust(directive.precision, "0")
    if directive.is_zero_filled and directive.width is not None:
        digits = digits.rjust(directive.width - len(before), "0")
    return directive.padded(before + digits)


def _based(directive: Directive, letter: str) -> str:
    number = to_integer(directive.value)
    base, _bits = _BASES[letter]
    prefix = _PREFIXES[letter] if "#" in directive.flags else ""
    if number < 0 and not directive.flags & {"+", " "}:
        return _complement(directive, letter, number, "" if letter == "o" else prefix)
    digits = _digits(abs(number), base)
    prefix = "" if number == 0 else prefix
    return _filled(
        directive, directive.sign(number < 0) + prefix, digits.upper() if letter == "X" else digits
    )


def _digits(number: int, base: int) -> str:
    return format(number, {16: "x", 8: "o", 2: "b"}[base])


def _complement(directive: Directive, letter: str, number: int, prefix: str) -> str:
    base, bits = _BASES[letter]
    highest = _digits(base - 1, base)
    places = (-number).bit_length() // bits + 1
    digits = highest + _digits(number % base**places, base).rjust(places, "0").lstrip(highest)
    width = directive.precision if directive.precision is not None else directive.width
    if directive.precision is not None or directive.is_zero_filled:
        digits = digits.rjust((width or 0) - len(prefix) - 2, highest)
    shown = f"{prefix}..{digits}"
    return directive.padded(shown.upper() if letter == "X" else shown)


def _float(directive: Directive, letter: str) -> str:
    value = directive.value
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool) and letter == "f":
        return _exact(directive, value)
    number = as_float(value) if isinstance(value, Fraction) else to_float(value)  # type: ignore[arg-type]  # any real number will do
    if isnan(number) or isinf(number):
        text = directive.sign(number < 0) + ("NaN" if isnan(number) else "Inf")
        return directive.padded(text)
    is_negative = copysign(1, number) < 0
    if letter in "aA":
        text = directive.sign(is_negative) + _hexadecimal(abs(number), directive.precision)
        return directive.padded(text.upper() if letter == "A" else text)
    precision = 6 if directive.precision is None else directive.precision
    text = _NOTATIONS[letter.lower()](*float_digits(abs(number)), precision, is_full="#" in directive.flags)
    return _with_sign(directive, is_negative, text.upper() if letter in "EG" else text)


def _with_sign(directive: Directive, is_negative: bool, digits: str) -> str:
    before = directive.sign(is_negative)
    if "0" in directive.flags and "-" not in directive.flags and directive.width is not None:
        digits = digits.rjust(directive.width - len(before), "0")
    return directive.padded(before + digits)


def _exact(directive: Directive, number: int | Fraction) -> str:
    precision = 6 if directive.precision is None else directive.precision
    if isinstance(number, Fraction):
        whole = floor(abs(number) * 10**precision + Fraction(1, 2))  # half goes up
        digits = integer_text(whole).rjust(precision + 1, "0")
    else:
        digits = integer_text(abs(number)) + "0" * precision
    point = len(digits) - precision
    return _with_sign(directive, number < 0, digits[:point] + ("." + digits[point:] if precision else ""))


def _fixed(digits: str, place: int, precision: int, *, is_full: bool) -> str:
    """Return a number without an exponent, with so many digits behind the point."""
    return _placed(*round_digits(digits, place, precision + place, half="even"), precision, is_full=is_full)


def _placed(digits: str, place: int, precision: int, *, is_full: bool) -> str:
    whole = digits[: max(place, 0)].ljust(place, "0") or "0"
    fraction = ("0" * -place + digits[max(place, 0) :])[:precision].ljust(precision, "0")
    return f"{whole}.{fraction}" if fraction or is_full else whole


def _scientific(digits: str, place: int, precision: int, *, is_full: bool) -> str:
    """Return a number with an exponent, and with so many digits behind the point."""
    digits, place = round_digits(digits, place, precision + 1, half="down" if precision else "even")
    exponent = place - 1 if digits != "0" else 0
    return f"{_placed(digits, 1, precision, is_full=is_full)}e{exponent:+03d}"


def _general(digits: str, place: int, precision: int, *, is_full: bool) -> str:
    """Return a number with so many digits, with an exponent where it is tiny or has more before the point."""
    if precision == 0 and -4 < place <= 0:  # JRuby rounds to no place after the point then
        return _fixed(digits, place, 0, is_full=is_full)
    precision = max(precision, 1)
    if not -4 < place <= precision:
        mantissa, _, exponent = _scientific(digits, place, precision - 1, is_full=is_full).partition("e")
        return f"{mantissa if is_full else _short(mantissa)}e{exponent}"
    if len(digits) <= precision:
        most = precision - max(place, 0) if is_full else 0
        return _placed(digits, place, max(most, len(digits) - place), is_full=is_full)
    places = precision - place
    rounded, point = round_digits(digits, place, precision, half="down" if places else "even")
    if point > place:  # it went up to 10, 1, 0.1, ...: such a number has fewer digits
        places = max(places - (1 if place >= 0 else 2), 0)
    return _placed(rounded, point, places, is_full=is_full)


def _short(text: str) -> str:
    return text.rstrip("0").removesuffix(".") if "." in text else text


def _hexadecimal(number: float, precision: int | None) -> str:
    mantissa, _, exponent = number.hex().partition("p")
    whole, _, fraction = mantissa.partition(".")
    fraction = fraction.rstrip("0") if precision is None else fraction[:precision].ljust(precision, "0")
    return f"{whole}{'.' + fraction if fraction else ''}p{exponent}"


_NOTATIONS = {"f": _fixed, "e": _scientific, "g": _general}
_CONVERSIONS = {
    **dict.fromkeys("sp", _string),
    **dict.fromkeys("diu", _integer),
    **dict.fromkeys("xXobB", _based),
    **dict.fromkeys("feEgGaA", _float),
    "c": _character,
}
