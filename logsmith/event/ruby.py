"""Where Ruby and Java differ from Python: conversions, texts and comparisons as Logstash makes them."""

import re
from decimal import Decimal
from math import isfinite, isinf, isnan

from logsmith.event.errors import ConditionError, EventError
from logsmith.event.timestamp import Timestamp
from logsmith.event.values import Value, type_names

_INTEGER = re.compile(r"\s*([+-]?[0-9]+(?:_[0-9]+)*)")
_DIGITS = r"[0-9]+(?:_[0-9]+)*"
_FLOAT = re.compile(rf"\s*([+-]?(?:{_DIGITS}(?:\.{_DIGITS})?|\.{_DIGITS})(?:[eE][+-]?[0-9]+)?)")
_ESCAPES = {
    '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\f": "\\f",
    "\v": "\\v", "\b": "\\b", "\a": "\\a", "\x1b": "\\e",
}  # fmt: skip
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]|#(?=[{$@])')

MAX_DIGITS = 4_000  # of an integer; beyond it Python takes long, and refuses soon
JAVA_PLAIN_FLOATS = (1e-3, 1e7)  # Double.toString writes an exponent outside of this range
RUBY_BLANKS = "\0\t\n\v\f\r "  # what String#strip takes away
RUBY_PLAIN_FLOATS = (1e-4, 1e17)  # Float#to_s the same outside of this one


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
        return float(found[1].replace("_", "")) if found else 0.0
    if isinstance(value, Timestamp):
        return value.nanos / 1_000_000_000
    if value is None:
        return 0.0
    if isinstance(value, (int, float, Decimal)):
        return float(value)
    raise TypeError(f"expected a text or a number, got {type_names.get(type(value), type(value))}")


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
    low, high = RUBY_PLAIN_FLOATS
    text = repr(number)
    if number == 0 or low <= abs(number) < high:
        return text if "e" not in text else format(Decimal(text), ".1f")
    mantissa, _, exponent = text.partition("e")
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}e{exponent}"


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
    """Return Java's `toString` of a value, as maps inside lists are written: `{a=1, b=[x]}`."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={java_text(member)}" for key, member in value.items()) + "}"
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
        return '"' + _ESCAPED.sub(_escape, value) + '"'
    return "nil" if value is None else to_s(value)


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    if char == "#":
        return "\\#"
    return _ESCAPES.get(char) or f"\\x{ord(char):02X}"


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
