"""Integer and Float together: arithmetic, comparisons, conversions, rounding."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from logsmith.ruby.arithmetic import (
    add,
    div,
    divide,
    divmod_,
    fdiv,
    floor_of,
    modulo,
    multiply,
    power,
    remainder,
    round_float,
    round_integer,
    subtract,
    zero_division,
)
from logsmith.ruby.coerce import check_number, is_number, to_int
from logsmith.ruby.compare import comparison_fault, eql, order, ruby_eq
from logsmith.ruby.convert import as_float, to_float
from logsmith.ruby.dispatch import methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import Enumerator, Proc, String, Symbol
from logsmith.ruby.show import inspect, to_s

NUMERIC = methods_of("Numeric")
FLOAT = methods_of("Float")
_NOTHING: Any = object()  # an argument that was not given

for _names, _operator in (
    ("+", add), ("-", subtract), ("*", multiply), ("/", divide), ("% modulo", modulo), ("**", power),
    ("fdiv", fdiv), ("div", div), ("divmod", divmod_), ("remainder", remainder),
):  # fmt: skip
    NUMERIC.add(_names, _operator)


def _compared(is_so: Callable[[int], bool]) -> Callable[[Any, Any], bool]:
    def compared(number: Any, other: Any) -> bool:
        if not is_number(other):
            raise comparison_fault(number, other)
        found = order(number, other)
        return found is not None and is_so(found)  # nothing is before or after NaN

    return compared


NUMERIC.add("<", _compared(lambda found: found < 0))
NUMERIC.add("<=", _compared(lambda found: found <= 0))
NUMERIC.add(">", _compared(lambda found: found > 0))
NUMERIC.add(">=", _compared(lambda found: found >= 0))
NUMERIC.add("<=>", order)
NUMERIC.add("== ===", ruby_eq)
NUMERIC.add("eql?", eql)
NUMERIC.add("-@", lambda number: -number)
NUMERIC.add("+@", lambda number: number)
NUMERIC.add("abs magnitude", abs)
NUMERIC.add("zero?", lambda number: number == 0)
NUMERIC.add("nonzero?", lambda number: None if number == 0 else number)
NUMERIC.add("positive?", lambda number: number > 0)
NUMERIC.add("negative?", lambda number: number < 0)
NUMERIC.add("abs2", lambda number: number * number)
NUMERIC.add("integer?", lambda number: number.__class__ is int)
NUMERIC.add("real?", lambda _number: True)
NUMERIC.add("finite?", math.isfinite)
NUMERIC.add("infinite?", lambda number: (1 if number > 0 else -1) if math.isinf(number) else None)
NUMERIC.add("to_i to_int", to_int)
NUMERIC.add("to_f", as_float)
NUMERIC.add("hash", lambda number: hash((number.__class__, number)))
NUMERIC.add("inspect", lambda number: String(inspect(number)))
NUMERIC.add("dup clone", lambda number: number)
FLOAT.add("to_s", lambda number: String(to_s(number)))
FLOAT.add("nan?", math.isnan)
FLOAT.add("quo", divide)
FLOAT.add("next_float", lambda number: math.nextafter(number, math.inf))
FLOAT.add("prev_float", lambda number: math.nextafter(number, -math.inf))


@NUMERIC.method("coerce")
def coerce(number: Any, other: Any) -> list[Any]:
    """Return both numbers as the same kind."""
    if number.__class__ is int and other.__class__ is int:
        return [other, number]
    if other is None or isinstance(other, bool):
        raise fault("TypeError", f"can't convert {inspect(other)} into Float")
    return [to_float(other), as_float(number)]


def _mode(half: Any) -> str:
    if half is None:
        return "up"
    name = half.name if isinstance(half, Symbol) else half.text if isinstance(half, String) else ""
    if name not in {"up", "even", "down"}:
        raise fault("ArgumentError", f"invalid rounding mode: {name or inspect(half)}")
    return name


def rounded(number: Any, digits: Any, mode: str) -> Any:
    """Return a number rounded to places after the point, or before it if there are fewer than none."""
    places = to_int(digits)
    if isinstance(number, float):
        return round_float(number, places, mode)
    if isinstance(number, Decimal):
        return _round_decimal(number, places, mode)
    return round_integer(number, places, mode)


_DECIMAL_MODES = {
    "up": "ROUND_HALF_UP", "even": "ROUND_HALF_EVEN", "down": "ROUND_HALF_DOWN", "floor": "ROUND_FLOOR",
    "ceil": "ROUND_CEILING", "truncate": "ROUND_DOWN",
}  # fmt: skip


def _round_decimal(number: Decimal, places: int, mode: str) -> Any:
    if not number.is_finite():
        return floor_of(number)
    found = number.quantize(Decimal(1).scaleb(-places), _DECIMAL_MODES[mode])
    return found if places > 0 else int(found)


@NUMERIC.method("round")
def round_(number: Any, digits: Any = 0, *, half: Any = None) -> Any:
    """Return the nearest number with so many places; a half goes up, or as `half` says."""
    return rounded(number, digits, _mode(half))


NUMERIC.add("floor", lambda number, digits=0: rounded(number, digits, "floor"))
NUMERIC.add("ceil", lambda number, digits=0: rounded(number, digits, "ceil"))
NUMERIC.add("truncate", lambda number, digits=0: rounded(number, digits, "truncate"))


@NUMERIC.method("step")
def step(
    number: Any, limit: Any = None, by: Any = _NOTHING, *, block: Proc | None = None, **keywords: Any
) -> Any:
    """Call the block with this number and those after it in steps, up to a limit."""
    unknown = [name for name in keywords if name not in {"by", "to"}]
    if unknown:
        raise fault("ArgumentError", f"unknown keyword: :{unknown[0]}")
    limit = keywords.get("to", limit)
    by = keywords.get("by", 1 if by is _NOTHING else by)
    if block is None:
        return Enumerator(number, "step", (limit, by))
    if check_number(by, number) == 0:
        raise fault("ArgumentError", "step can't be 0")
    if isinstance(number, float) or isinstance(limit, float) or isinstance(by, float):
        for value in float_steps(as_float(number), limit, as_float(by)):
            block(value)
        return number
    value = number
    while limit is None or (value <= check_number(limit, number) if by > 0 else value >= limit):
        block(value)
        value += by
    return number


def float_steps(first: float, limit: Any, by: float, *, is_exclusive: bool = False) -> Any:
    """Yield Floats in steps: each by one multiplication, so that errors do not add up."""
    if limit is None:
        place = 0
        while True:
            yield first + place * by
            place += 1
    last = as_float(limit)
    steps = (last - first) / by
    error = (abs(first) + abs(last) + abs(last - first)) / abs(by) * 2.220446049250313e-16
    count = math.floor(steps + min(error, 0.5)) + 1
    if is_exclusive and first + (count - 1) * by >= last:
        count -= 1
    for place in range(max(count, 0)):
        value = first + place * by
        yield last if (value > last if by > 0 else value < last) else value


@NUMERIC.method("quo")
def quo(number: Any, other: Any) -> Any:
    """Return the quotient; a Float, where Ruby has a Rational."""
    if check_number(other, number) == 0 and number.__class__ is int and other.__class__ is int:
        raise zero_division()
    return fdiv(number, other)
