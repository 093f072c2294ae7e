"""Tag events, add fields to them or drop them by the size of a number or the length of a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from logsmith.event import Event, EventError, FieldRef, Sprintf, Value, to_f, to_i, to_s
from logsmith.event.joda import DateFormatError
from logsmith.event.ruby import ruby_number
from logsmith.plugins import Example, Filter, PluginError, Problem, setting

Action = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do with an event whose field is between two numbers, these included."""

    low: float | Decimal
    high: float | Decimal
    act: Action

    def holds(self, value: Value) -> bool:
        """Return whether a number, or the length of a text, is between the two; anything else never is."""
        if isinstance(value, str):
            return self.low <= len(value) <= self.high
        return type(value) in (int, float) and self.low <= value <= self.high  # type: ignore[operator]  # a number


class Range(Filter):
    ranges: list[Value] = setting(
        [],
        "Fours of a field, the least and the greatest number, and what to do: `tag:NAME`, `field:NAME:VALUE` or `drop`; "
        "names and values may use sprintf.",
    )
    negate: bool = setting(False, "Act where the field is not in the range.")

    can_cancel = True

    examples = (
        Example(
            "tells numbers apart",
            config='ranges => ["took", 0, 99, "tag:fast", "took", 100, 1000, "field:speed:slow"]',
            given={"took": 250},
            expect=[{"took": 250, "speed": "slow"}],
        ),
        Example(
            "measures texts, and drops what is too long",
            config='ranges => ["message", 6, 1000, "drop"]',
            given={"message": "a long text"},
            expect=[],
        ),
        Example(
            "fills names and values from the event, and adds to a field that is there",
            config='ranges => ["n", 1, 1, "field:%{name}:n is %{n}"]',
            given={"n": 1, "name": "note", "note": "old"},
            expect=[{"n": 1, "name": "note", "note": ["old", "n is 1"]}],
        ),
        Example(
            "acts outside of the range",
            config='ranges => ["n", 1, 5, "tag:odd"] negate => true',
            given={"n": 7},
            expect=[{"n": 7, "tags": ["odd"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._rules: dict[FieldRef, list[Rule]] = {}  # Logstash goes through them field by field
        if len(self.ranges) % 4:
            hint = "write fours: field, least, greatest, action"
            yield Problem(f"ranges has {len(self.ranges)} items, which are no fours", "ranges", hint)
            return
        for at in range(0, len(self.ranges), 4):
            try:
                ref, rule = _rule(*self.ranges[at : at + 4])
            except (EventError, DateFormatError, PluginError) as error:
                yield Problem(str(error), "ranges", inside=(at,))
            else:
                self._rules.setdefault(ref, []).append(rule)

    def filter(self, event: Event) -> bool:
        for ref, rules in self._rules.items():
            if not event.include(ref):
                continue
            for rule in rules:
                if rule.holds(event.get(ref)) is not self.negate:
                    rule.act(event)
                    if event.cancelled:
                        return False
        return True


def _rule(name: Value, low: Value, high: Value, action: Value) -> tuple[FieldRef, Rule]:
    if not isinstance(name, str):
        raise PluginError(f"expected the name of a field, got {name!r}")
    least, most = _number(low), _number(high)
    if not isinstance(action, str):
        raise PluginError(f"expected an action, got {action!r}")
    return FieldRef.parse(name), Rule(least, most, _action(action))


def _number(value: Value) -> float | Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise PluginError(f"expected a number, got {value!r}")
    return value


def _action(written: str) -> Action:
    match written.rstrip(":").split(":"):
        case ["drop"]:
            return Event.cancel
        case ["tag", name]:
            tag = Sprintf.parse(name)
            return lambda event: event.tag(tag.format(event))
        case ["field", name, text]:
            return _add_field(Sprintf.parse(name), _value(text))
    raise PluginError(f"expected tag:NAME, field:NAME:VALUE or drop, got {written!r}")


def _value(text: str) -> Any:  # Any: a number, or a Sprintf
    if text == str(to_i(text)):
        return to_i(text)
    return to_f(text) if text == ruby_number(to_f(text)) else Sprintf.parse(text)


def _add_field(name: Sprintf, value: Any) -> Action:
    def add(event: Event) -> None:
        ref = FieldRef.parse(name.format(event))
        new = value.format(event) if isinstance(value, Sprintf) else value
        known = event.get(ref)
        if known is None or known is False:
            event.set(ref, new)
        else:  # Logstash: here numbers are added as texts
            event.set(ref, [*(known if isinstance(known, list) else [known]), to_s(new)])

    return add
