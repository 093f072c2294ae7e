"""What Time, Date and DateTime have in common: the parts of the date and of the time of day, and the days of the week."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from logsmith.ruby.dispatch import methods_of
from logsmith.ruby.methods.time_format import WEEKDAYS
from logsmith.ruby.times import Moment

DATE_PARTS: dict[str, Callable[[Moment], Any]] = {
    "year": lambda moment: moment.year,
    "month mon": lambda moment: moment.month,
    "day mday": lambda moment: moment.day,
    "wday": lambda moment: moment.weekday,
    "yday": lambda moment: moment.yearday,
}
CLOCK_PARTS: dict[str, Callable[[Moment], Any]] = {
    "hour": lambda moment: moment.hour,
    "min": lambda moment: moment.minute,
    "sec": lambda moment: moment.second,
}


def _weekday_test(number: int) -> Callable[[Moment], bool]:
    return lambda moment: moment.weekday == number


for _table, _parts in (
    (methods_of("Time"), {**DATE_PARTS, **CLOCK_PARTS}),
    (methods_of("Date"), DATE_PARTS),
    (methods_of("DateTime"), CLOCK_PARTS),
):
    for _names, _read in _parts.items():
        _table.add(_names, _read)
for _table in (methods_of("Time"), methods_of("Date")):
    for _number, _name in enumerate(WEEKDAYS):
        _table.add(f"{_name.lower()}?", _weekday_test(_number))
