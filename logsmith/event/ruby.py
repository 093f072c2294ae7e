"""Where Ruby and Java differ from Python: conversions, texts and comparisons as Logstash makes them."""

import re
from decimal import Decimal
from math import floor, frexp, isfinite, isinf, isnan
from unicodedata import category

from logsmith.event.errors import ConditionError, EventError
from logsmith.event.java_order import java_order
from logsmith.event.timestamp import Timestamp
from logsmith.event.values import Value, type_names

_INTEGER = re.compile(r"\s*([+-]?[0-9]+(?:_[0-9]+)*)")
_DIGITS = "[0-9][0-9_]*"
_FLOAT = re.compile(
    rf"[\t\n\f\r ]*([+-]?(?:{_DIGITS}(?:\._*{_DIGITS})?|\._*{_DIGITS})(?:[eE]_*[+-]?_*{_DIGITS})?)"
)
_EXPONENT = re.compile(r"[eE]_*\+?_*([0-9][0-9_]*)")
_ESCAPES = {
    '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\f": "\\f",
    "\v": "\\v", "\b": "\\b", "\a": "\\a", "\x1b": "\\e",
}  # fmt: skip
_ESCAPED = re.compile(r'["\\]|#(?=[{$@])')
_PERHAPS_ESCAPED = re.compile(r'["\\]|#(?=[{$@])|[^\x20-\x7e]')
_NOT_SHOWN = frozenset(("Cc", "Cn", "Zl", "Zp"))  # the categories of what `inspect` does not show as it is
_FOUR_DIGITS = 0xFFFF
_NEXT_LINE = "\x85"  # a control character that JRuby takes for a blank

MAX_DIGITS = 4_000  # of an integer; beyond it Python takes long, and refuses soon
JAVA_PLAIN_FLOATS = (1e-3, 1e7)  # Double.toString writes an exponent outside of this range
MAX_EXACT_BITS = 63  # of an integer whose digits Java takes as they are
SIGMA = "\u03a3"
RUBY_BLANKS = "\0\t\n\v\f\r "  # what String#strip takes away
SHORT_FLOATS = (1e-3, 1e15)  # between these Ruby writes the fewest digits, as `repr` does
RUBY_PLAIN_PLACES = range(-3, 20)  # Float#to_s writes an exponent where the point stands outside of these
INVALID_BYTES = range(0xDC80, 0xDD00)  # what Python's "surrogateescape" makes of bytes that are no UTF-8
LARGEST_EXPONENT = 999  # of a number that more text follows
ROUNDED_FLOATS = (1e19, 1e20)  # and 15 digits at most between these


def downcase(text: str) -> str:
    """Return Ruby's `text.downcase`, where a sigma that ends a word is as any other."""
    return text.lower() if SIGMA not in text else "".join(map(str.lower, text))


def capitalize(text: str) -> str:
    """Return Ruby's `text.capitalize`."""
    return text.capitalize() if SIGMA not in text else text[:1].title() + downcase(text[1:])


def truthy(value: Value) -> bool:
    """Return what `if [field]` makes of a value: the texts "" and "false" are false too."""
    if value is None or value is False:
        return False
    return not (value.__class__ is str and value in ("", "false"))


def to_i(value: Value) -> int:
    """Return Ruby's `value.to_i`: `"12abc".to_i` is 12, `"abc".to_i` is 0, `"1_000".to_i` is 1000."""
    if isinstance(value, str):
        found = _INTEGER.match(value)
        return _integer(found[1].replace("_", "")) if found else 0
    if isinstance(value, Timestamp):
        return value.nanos // 1_000_000_000
    if value is None:
        return 0
    if isinstance(value, Decimal):
        return _integer(value)
    if isinstance(value, (int, float)):
        return int(value)
    raise TypeError(f"expected a text or a number, got {type_names.get(type(value), type(value))}")


def _integer(number: str | Decimal) -> int:
    digits = len(number) if isinstance(number, str) else number.adjusted()
    if digits > MAX_DIGITS:
        raise EventError(f"an integer of {digits} digits is too large")
    return int(number)


def to_f(value: Value) -> float:
    """Return Ruby's `value.to_f`: `"1.5x".to_f` is 1.5, `"abc".to_f` is 0.0, `"1e3".to_f` is 1000.0."""
    if isinstance(value, str):
        found = _FLOAT.match(value)
        if found is None:
            return 0.0
        number = float(found[1].replace("_", ""))
        return 0.0 if isinf(number) and _is_lost(found) else number
    if isinstance(value, Timestamp):
        return value.nanos / 1_000_000_000
    if value is None:
        return 0.0
    if isinstance(value, (int, float, Decimal)):
        return float(value)
    raise TypeError(f"expected a text or a number, got {type_names.get(type(value), type(value))}")


def _is_lost(found: re.Match[str]) -> bool:
    """Return whether JRuby makes 0.0 of a huge number: more follows it, and its exponent is beyond three digits."""
    exponent = _EXPONENT.search(found[1])
    if exponent is None or found.end() == len(found.string):
        return False
    return int(exponent[1].replace("_", "")) > LARGEST_EXPONENT


def float_text(number: float) -> str:
    """Return Java's Double.toString: `1.0`, `1.0E7`, `1.0E-4`."""
    if isnan(number):
        return "NaN"
    if isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    low, high = JAVA_PLAIN_FLOATS
    if number == 0 or low <= abs(number) < high:
        text = repr(number)
        return text if "e" not in text else format(Decimal(text), "f")
    sign, digits, exponent = Decimal(repr(number)).normalize().as_tuple()
    first, *rest = digits
    fraction = "".join(map(str, rest)) or "0"
    return f"{'-' if sign else ''}{first}.{fraction}E{len(rest) + int(exponent)}"


def ruby_number(number: float | Decimal) -> str:
    """Return Ruby's `number.to_s`: `1.0`, `10000000.0`, `1.0e+20`, `1.5e-07`; of a decimal `0.15e1`."""
    if isinstance(number, Decimal):
        return _ruby_decimal(number)
    if not isfinite(number):
        return float_text(number)
    low, high = SHORT_FLOATS
    size = abs(number)
    if size == 0 or low <= size < high:
        return repr(number)
    digits, place = float_digits(size)
    low, high = ROUNDED_FLOATS
    if low <= size < high:
        digits, place = round_digits(digits, place, 15, half="down")
    sign = "-" if number < 0 else ""
    if place not in RUBY_PLAIN_PLACES:
        return f"{sign}{digits[0]}.{digits[1:] or '0'}e{place - 1:+03d}"
    if place <= 0:
        return f"{sign}0.{'0' * -place}{digits}"
    return f"{sign}{digits[:place].ljust(place, '0')}.{digits[place:] or '0'}"


def float_digits(number: float) -> tuple[str, int]:
    """Return the digits of a number from zero on, and where its point stands: `("15", 1)` is 1.5, `("1", -1)` 0.01.

    They are those of Java's DecimalFormat, which JRuby writes: mostly the fewest that tell the number from all others,
    but 2e23 is 1.9999999999999998e+23, and integers beyond 2**53 have more of them.
    """
    low, high = SHORT_FLOATS
    if number == 0:
        return "0", 1
    if low <= number < high:
        before, _, after = repr(number).partition(".")
        digits = (before + after).lstrip("0")
        return digits.rstrip("0"), len(digits) - len(after)
    fraction, exponent = frexp(number)
    bits, top = int(fraction * (1 << 53)), exponent - 1
    bits //= bits & -bits
    if bits.bit_length() <= top + 1 <= MAX_EXACT_BITS:
        return _integer_digits(int(number), top - 54)
    return _nearest_digits(bits, top)


def _integer_digits(number: int, surplus: int) -> tuple[str, int]:
    dropped = len(str(1 << surplus)) - 1 if surplus > 1 else 0
    text = str((number + 10**dropped // 2) // 10**dropped)
    return text.rstrip("0"), len(text) + dropped


def _nearest_digits(bits: int, top: int) -> tuple[str, int]:
    """Return the digits of a number whose bits begin with 2**top, as many as tell it from its neighbours."""
    rest, unit, near, place, is_large = _scaled(bits, top)
    digits, is_low, is_high, is_first = "", False, False, True
    while is_first or not (is_low or is_high):
        digit, rest = divmod(rest, unit)
        rest, near = rest * 10, near * 10
        over = rest + near - unit * 10
        is_low, is_high = rest < near, over > 0 or (is_large and over == 0)
        if is_first and digit == 0 and not is_high:
            place -= 1
        else:
            digits += str(digit)
        if is_first and not -3 <= place < 8:  # such a number has two digits at least
            is_low = is_high = False
        is_first = False
    twice, tens = 2 * rest, 10 * unit
    is_up = is_high and (not is_low or twice > tens or (twice == tens and int(digits[-1]) % 2 == 1))
    text = str(int(digits) + is_up).rjust(len(digits), "0")
    return text.rstrip("0"), place + 1 + len(text) - len(digits)


def _scaled(bits: int, top: int) -> tuple[int, int, int, int, bool]:
    """Return a number, the unit of its first digit, half of its last bit, that digit's place, and how large they are.

    What is large is beyond 64 bits; Java takes a neighbour's exact border for near there, and elsewhere not.
    """
    length = bits.bit_length()
    leading = bits / (1 << (length - 1))
    place = floor((leading - 1.5) * 0.289529654 + 0.176091259 + top * 0.301029995663981)  # or one less
    fives, tens = max(0, -place), max(0, place)
    behind = max(0, length - top - 1)
    twos, unit_twos = fives + behind + top, tens + behind
    near_twos = twos - min(53, top + 1075) - (length == 1)  # tiny numbers have fewer bits than 53
    twos -= length - 1
    shift = min(twos, unit_twos, near_twos)
    twos, unit_twos, near_twos = twos - shift, unit_twos - shift, near_twos - shift
    is_large = length + twos + _five_bits(fives) >= 64 or unit_twos + 1 + _five_bits(tens + 1) >= 64
    return bits * 5**fives << twos, 5**tens << unit_twos, 5**fives << near_twos, place, is_large


def _five_bits(power: int) -> int:
    if power >= 27:
        return 3 * power
    return (5**power).bit_length() if power else 0


def round_digits(digits: str, place: int, kept: int, *, half: str) -> tuple[str, int]:
    """Return the first digits of a number; half of the last one goes `down`, or to an `even` one, half of none up."""
    if kept >= len(digits) or kept < 0:
        return digits if kept >= 0 else "", place
    first, rest = digits[:kept], digits[kept:]
    is_up = rest[0] >= "5"
    if rest == "5" and first:
        is_up = half == "even" and int(first[-1]) % 2 == 1
    if not first:
        return ("1", place + 1) if is_up else ("", place)
    text = str(int(first) + is_up)
    return text.rstrip("0"), place + len(text) - kept


def _ruby_decimal(number: Decimal) -> str:
    if not number.is_finite():
        return str(number)
    sign, digits, exponent = number.as_tuple()  # `normalize` would round, and raise on huge exponents
    if not number:
        return "-0.0" if sign else "0.0"
    text = "".join(map(str, digits))
    return f"{'-' if sign else ''}0.{text.rstrip('0')}e{len(text) + int(exponent)}"


def finite(number: float | Decimal) -> float | Decimal | str:
    """Return a number as a field may hold it: JSON has no other than finite ones, Logstash writes those as texts."""
    is_finite = number.is_finite() if isinstance(number, Decimal) else isfinite(number)
    return number if is_finite else float_text(float(number))


def java_text(value: Value) -> str:
    """Return Java's `toString` of a value, as maps inside lists are written: `{a=1, b=[x]}`, in the order of a HashMap."""
    if isinstance(value, dict):
        keys = java_order(value, 1)
        return "{" + ", ".join(f"{key}={java_text(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(java_text(member) for member in value) + "]"
    if value is None:
        return "null"
    return scalar_text(value)


def scalar_text(value: Value) -> str:
    """Return the text of anything but an array or an object; null is empty."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_text(value)
    return "" if value is None else str(value)


def to_s(value: Value) -> str:
    """Return Ruby's `value.to_s`: null is "", arrays and objects are inspected."""
    if isinstance(value, (dict, list)):
        return inspect(value)
    return ruby_number(value) if isinstance(value, (float, Decimal)) else scalar_text(value)


def inspect(value: Value) -> str:
    """Return Ruby's `value.inspect`: `{"a" => 1, "b" => [nil, "x"]}`."""
    if isinstance(value, dict):
        if not value:
            return "{}"
        return "{" + ", ".join(f"{inspect(key)} => {inspect(member)}" for key, member in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inspect(member) for member in value) + "]"
    if isinstance(value, str):
        return f'"{escaped(value)}"'
    return "nil" if value is None else to_s(value)


def escaped(text: str) -> str:
    r"""Return a text as `inspect` shows it between quotes; bytes that are no UTF-8, here surrogates, as `\xC5`."""
    return (_ESCAPED if text.isprintable() else _PERHAPS_ESCAPED).sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    if char == "#":
        return "\\#"
    if char in _ESCAPES:
        return _ESCAPES[char]
    code = ord(char)
    if code in INVALID_BYTES:
        return f"\\x{code & 0xFF:02X}"
    if char == _NEXT_LINE or category(char) not in _NOT_SHOWN:
        return char
    return f"\\u{code:04X}" if code <= _FOUR_DIGITS else f"\\u{{{code:X}}}"


def compare(left: Value, right: Value) -> int:
    """Return -1, 0 or 1 as `<` and its kin order two values in a condition.

    Null, booleans and timestamps against anything else count as equal, as in Logstash (a quirk its users rely on).
    Raises ConditionError where Logstash cannot evaluate: a missing field, an array or an object, a text against a
    number. A missing field is passed as null and told apart by the caller.
    """
    if isinstance(left, str) and isinstance(right, str):
        first, second = left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass")
        return (first > second) - (first < second)
    if isinstance(left, Timestamp) and isinstance(right, Timestamp):
        return (left.nanos > right.nanos) - (left.nanos < right.nanos)
    if _is_number(left) and _is_number(right):
        try:
            return (left > right) - (left < right)  # type: ignore[operator]  # both are numbers
        except ArithmeticError:
            return 0  # a decimal that is none is neither, as a double that is none
    if isinstance(left, (list, dict)) or isinstance(right, (list, dict)):
        raise ConditionError(f"cannot order {_named(left)} against {_named(right)}")
    if left is None or isinstance(left, (bool, Timestamp)):
        return 0
    raise ConditionError(f"cannot order {_named(left)} against {_named(right)}")


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _named(value: Value) -> str:
    return f"{type_names.get(type(value), 'unknown')} {to_s(value)[:40]!r}"
