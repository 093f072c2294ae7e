"""Change fields that hold a certain text, and fill a field with the first value that exists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from logsmith.event import Event, EventError, FieldRef, Sprintf
from logsmith.event.joda import DateFormatError
from logsmith.plugins import Example, Filter, Problem, setting


class Alter(Filter):
    condrewrite: list[str] = setting(
        [],
        "Threes of a field, the text it must hold, and the new one; of an array, each item that is that text. "
        "Both texts may use sprintf.",
    )
    condrewriteother: list[str] = setting(
        [],
        "Fours of a field, the text it must hold or have an item of, another field, and the text that one gets. "
        "Both texts may use sprintf.",
    )
    coalesce: list[str] = setting(
        [],
        "A field, and the texts of which it gets the first that can be filled from the event; one with a percent sign "
        "left in it, and `nil`, are passed over.",
    )

    examples = (
        Example(
            "rewrites a field, and the items of an array, that hold a text",
            config='condrewrite => ["level", "W", "warning", "codes", "%{old}", "0"]',
            given={"level": "W", "codes": ["7", "8"], "old": "7"},
            expect=[{"level": "warning", "codes": ["0", "8"], "old": "7"}],
        ),
        Example(
            "sets another field",
            config='condrewriteother => ["status", "404", "result", "not found"]',
            given={"status": "404"},
            expect=[{"status": "404", "result": "not found"}],
        ),
        Example(
            "takes the first name that is there",
            config='coalesce => ["who", "%{user}", "%{login}", "nobody"]',
            given={"login": "ann"},
            expect=[{"login": "ann", "who": "ann"}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._rewrites: list[tuple[FieldRef, Sprintf, FieldRef | None, Sprintf]] = []
        self._wanted: FieldRef | None = None
        for name, count in (("condrewrite", 3), ("condrewriteother", 4)):
            written = getattr(self, name)
            if len(written) % count:
                message = (
                    f"Invalid {name} configuration. {name} has to define {count} elements per config entry"
                )
                yield Problem(message, name)
                continue
            for at in range(0, len(written), count):
                try:
                    self._rewrites.append(_rewrite(written[at : at + count]))
                except (EventError, DateFormatError) as error:
                    yield Problem(str(error), name, inside=(at,))
        if "coalesce" in self.given:
            yield from self._prepare_coalesce()

    def _prepare_coalesce(self) -> Iterator[Problem]:
        if len(self.coalesce) < 2:
            message = (
                "Invalid coalesce configuration. coalesce has to define one Array of at least 2 elements"
            )
            yield Problem(message, "coalesce")
            return
        try:
            self._choices = [Sprintf.parse(text) for text in self.coalesce[1:]]
            self._wanted = FieldRef.parse(self.coalesce[0])
        except (EventError, DateFormatError) as error:
            yield Problem(str(error), "coalesce")

    def filter(self, event: Event) -> None:
        for ref, expected, other, new in self._rewrites:
            if other is None:
                _rewrite_field(event, ref, expected, new)
            elif _holds(event, ref, expected.format(event)):
                event.set(other, new.format(event))
        if self._wanted is not None:
            texts = (choice.format(event) for choice in self._choices)
            found = next((text for text in texts if text != "nil" and "%" not in text), None)
            if found is not None:
                event.set(self._wanted, found)


def _rewrite(written: Sequence[str]) -> tuple[FieldRef, Sprintf, FieldRef | None, Sprintf]:
    field, expected, *other, new = written
    refs = [FieldRef.parse(name) for name in (field, *other)]
    return refs[0], Sprintf.parse(expected), refs[1] if other else None, Sprintf.parse(new)


def _rewrite_field(event: Event, ref: FieldRef, expected: Sprintf, new: Sprintf) -> None:
    value, text = event.get(ref), expected.format(event)
    if isinstance(value, list):
        if text in value:
            event.set(ref, [new.format(event) if item == text else item for item in value])
    elif value == text:
        event.set(ref, new.format(event))


def _holds(event: Event, ref: FieldRef, text: str) -> bool:
    value = event.get(ref)
    return text in value if isinstance(value, list) else value == text
