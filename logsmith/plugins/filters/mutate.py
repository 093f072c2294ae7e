"""Change fields: rename, remove, replace, convert, split, join, merge and more, always in one fixed order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Literal

from logsmith.event import Event, EventError, FieldRef, Sprintf, Value, copied, sprintf, to_s
from logsmith.event.ruby import RUBY_BLANKS, capitalize, downcase
from logsmith.event.strict import european, loose_boolean, plain_string, strict_float, strict_integer
from logsmith.plugins import Code, Example, Filter, Problem, setting
from logsmith.plugins.operations import (
    CAPITAL,
    JOINED,
    LOWER,
    SPLIT,
    STRIPPED,
    UPPER,
    Operation,
    changed,
    converted,
    duplicated,
    moved,
    replaced,
    substituted,
)
from logsmith.plugins.paths import template
from logsmith.regex import LONGEST_MATCH_S, Regex, RegexError, compile_ruby, match_watch
from logsmith.regex.runaway import complaints

Change = Callable[[Event], None]
Template = Callable[[Event], str]
Type = Literal["string", "integer", "float", "boolean", "integer_eu", "float_eu"]

_between_blanks = re.compile(r"[^\t-\r ]+").findall

CONVERSIONS: Mapping[str, Callable[[Any], Value]] = {
    "string": plain_string,
    "integer": strict_integer,
    "float": strict_float,
    "boolean": loose_boolean,
    "integer_eu": lambda value: strict_integer(european(value)),
    "float_eu": lambda value: strict_float(european(value)),
}


class Mutate(Filter):
    coerce: dict[str, Value] = setting({}, "The value a field gets if it is there and null.")
    rename: dict[str, str | dict[str, Value]] = setting(
        {}, "The new name of each field; both may use sprintf."
    )
    update: dict[str, Value] = setting({}, "A new value for each field that is there; it may use sprintf.")
    replace: dict[str, Value] = setting({}, "A new value for each field, there or not; it may use sprintf.")
    convert: dict[str, Type] = setting({}, "The type that each field is converted to.")
    gsub: list[str] = setting([], "Triples of field, regular expression and replacement.")
    uppercase: list[FieldRef] = setting([], "Fields to write in upper case.")
    capitalize: list[FieldRef] = setting(
        [], "Fields to write with a first letter in upper case, the rest in lower case."
    )
    lowercase: list[FieldRef] = setting([], "Fields to write in lower case.")
    strip: list[FieldRef] = setting([], "Fields to strip of white space at both ends.")
    split: dict[str, str] = setting({}, "The separator at which each field is cut into an array.")
    join: dict[str, str] = setting({}, "The separator that joins each array into a text.")
    merge: dict[str, list[str]] = setting(
        {}, "The fields that are merged into each field, as arrays or as objects."
    )
    copy: dict[str, str] = setting({}, "The field that gets a copy of each field.")
    tag_on_failure: str = setting("_mutate_error", "The tag of an event for which an operation failed.")

    examples = (
        Example(
            "converts a text to an integer and removes a field",
            config='convert => { "bytes" => "integer" } remove_field => ["ident"]',
            given={"bytes": "1,024", "ident": "-"},
            expect=[{"bytes": 1024}],
        ),
        Example(
            "tags the event, and stops there, where a text is no number",
            config='convert => { "bytes" => "integer" } uppercase => ["verb"]',
            given={"bytes": "-", "verb": "get"},
            expect=[{"bytes": "-", "verb": "get", "tags": ["_mutate_error"]}],
        ),
        Example(
            "renames into a nested field before it replaces, whatever the order in the file",
            config='replace => { "message" => "%{[host][name]}: hi" } rename => { "server" => "[host][name]" }',
            given={"server": "web-1"},
            expect=[{"host": {"name": "web-1"}, "message": "web-1: hi"}],
        ),
        Example(
            "replaces what a regular expression finds, with Ruby's back-references",
            config=r"""gsub => ["path", "/(\d+)/", "/{\1}/"]""",
            given={"path": "/user/42/edit"},
            expect=[{"path": "/user/{42}/edit"}],
        ),
        Example(
            "merges the items of one field into another",
            config='merge => { "all" => "more" }',
            given={"all": "a", "more": ["b", "a"]},
            expect=[{"all": ["a", "b", "a"], "more": ["b", "a"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        moved = f"{self.rename}{self.copy}{self.merge}"
        self.makes_plain_values = not any(
            sign in moved for sign in ("@timestamp", "%", "&")
        )  # as it may be spelled
        self.operations: list[Operation] = []
        for name, new in self.rename.items():
            if isinstance(new, dict):  # Logstash takes the text of the hash for the new name
                hint = "a setting of mutate stands in front of rename's }"
                yield Problem(
                    "rename: a name cannot be a hash", "rename", hint, severity="warning", inside=(name,)
                )
        for name, values in self._in_order():
            before = len(self.operations)
            try:
                for operation in getattr(self, f"_compile_{name}")(values):
                    self.operations.append(operation)  # their number says which entry fails
            except (EventError, RegexError, ValueError) as error:
                place = _place(values, len(self.operations) - before, error)
                yield Problem(f"{name}: {error}", name, inside=place)
                continue
            if name == "gsub":
                self.longest_match_s = LONGEST_MATCH_S
                yield from _runaways(values)

    def _in_order(self) -> Iterator[tuple[str, Any]]:
        order = "coerce rename update replace convert gsub uppercase capitalize lowercase strip split join merge copy"
        for name in order.split():
            if getattr(self, name):
                yield name, getattr(self, name)

    def emit(self, code: Code) -> None:
        """Write the operations; the first that fails ends them, and the common settings are not applied."""
        if not self.operations:
            return
        with code.block("try"):
            for operation in self.operations:
                operation.write(code)
        errors = f"({code.bind(EventError, 'EventError')}, {code.bind(RegexError, 'RegexError')})"
        with code.block(f"except {errors} as error"):
            code.line(f"{code.bind(self._fail, 'mutate_failed')}(event, error)")
            code.line("matched = False")

    @property
    def fault_tag(self) -> str:
        """The tag that a failed operation gives."""
        return self.tag_on_failure

    def _fail(self, event: Event, error: EventError | RegexError) -> None:
        self.metrics.count("failures")
        self.log.debug("event not mutated", reason=str(error))
        event.tag(self.tag_on_failure)

    def _compile_coerce(self, values: dict[str, Value]) -> Iterator[Operation]:
        for name, value in values.items():
            ref = FieldRef.parse(name)
            yield Operation(
                _setter(ref, value, lambda event, ref: event.include(ref) and event.get(ref) is None)
            )

    def _compile_update(self, values: dict[str, Value]) -> Iterator[Operation]:
        for name, value in values.items():
            ref = FieldRef.parse(name)
            inline = replaced(ref, template(_text(value)), only_if_there=True)
            yield Operation(_setter(ref, value, lambda event, ref: event.include(ref)), inline)

    def _compile_replace(self, values: dict[str, Value]) -> Iterator[Operation]:
        for name, value in values.items():
            ref = FieldRef.parse(name)
            inline = replaced(ref, template(_text(value)), only_if_there=False)
            yield Operation(_setter(ref, value, lambda _event, _ref: True), inline)

    def _compile_rename(self, names: dict[str, Value]) -> Iterator[Operation]:
        for old, value in names.items():
            new = _text(value)
            source, target = _template(old), _template(new)

            def rename(event: Event, source: Template = source, target: Template = target) -> None:
                ref = FieldRef.parse(source(event))
                if event.include(ref):
                    event.set(FieldRef.parse(target(event)), event.remove(ref))

            yield Operation(rename, moved(old, new))

    def _compile_convert(self, types: dict[str, Type]) -> Iterator[Operation]:
        for name, wanted in types.items():
            ref = FieldRef.parse(name)
            yield Operation(_converter(ref, CONVERSIONS[wanted]), converted(ref, wanted))

    def _compile_gsub(self, triples: list[str]) -> Iterator[Operation]:
        if len(triples) % 3:
            raise ValueError(f"expected triples of field, pattern and replacement, got {len(triples)} items")
        for name, pattern, replacement in zip(triples[::3], triples[1::3], triples[2::3], strict=True):
            ref, find = FieldRef.parse(name), _pattern_of(pattern)
            known = None if "%{" in pattern else compile_ruby(pattern)
            general = _text_operation(ref, _substitution(find, _template(replacement)))
            yield Operation(general, substituted(ref, known, template(replacement)))

    def _compile_uppercase(self, refs: list[FieldRef]) -> Iterator[Operation]:
        for ref in refs:
            yield Operation(_text_operation(ref, lambda text, _event: text.upper()), changed(ref, UPPER))

    def _compile_capitalize(self, refs: list[FieldRef]) -> Iterator[Operation]:
        for ref in refs:
            general = _text_operation(ref, lambda text, _event: capitalize(text))
            yield Operation(general, changed(ref, CAPITAL, known=capitalize))

    def _compile_lowercase(self, refs: list[FieldRef]) -> Iterator[Operation]:
        for ref in refs:
            general = _text_operation(ref, lambda text, _event: downcase(text))
            yield Operation(general, changed(ref, LOWER, known=downcase))

    def _compile_strip(self, refs: list[FieldRef]) -> Iterator[Operation]:
        for ref in refs:
            general = _text_operation(ref, lambda text, _event: text.strip(RUBY_BLANKS), strict=True)
            yield Operation(general, changed(ref, STRIPPED))

    def _compile_split(self, separators: dict[str, str]) -> Iterator[Operation]:
        for name, separator in separators.items():
            ref, split = FieldRef.parse(name), partial(_ruby_split, separator)
            general = _value_operation(ref, str, split)
            yield Operation(general, changed(ref, SPLIT, known=split, otherwise=None))

    def _compile_join(self, separators: dict[str, str]) -> Iterator[Operation]:
        for name, separator in separators.items():
            ref, join = FieldRef.parse(name), partial(_joined, separator)
            yield Operation(
                _value_operation(ref, list, join), changed(ref, JOINED, known=join, otherwise=None)
            )

    def _compile_merge(self, sources: dict[str, list[str]]) -> Iterator[Operation]:
        for name, added in sources.items():
            yield Operation(self._merger(FieldRef.parse(name), [FieldRef.parse(one) for one in added]))

    def _merger(self, target: FieldRef, sources: list[FieldRef]) -> Change:
        def merge(event: Event) -> None:
            known = event.get(target)
            for source in sources:
                merged = _merged(known, event.get(source))
                if merged is None:
                    self.log.debug("an object and a value that is none cannot be merged", field=target.text)
                    continue
                event.set(target, merged)
                if isinstance(known, (list, dict)):
                    known = merged  # Logstash reads a target once; arrays and objects grow in place

        return merge

    def _compile_copy(self, names: dict[str, str]) -> Iterator[Operation]:
        for old, new in names.items():
            source, target = FieldRef.parse(old), FieldRef.parse(new)

            def duplicate(event: Event, source: FieldRef = source, target: FieldRef = target) -> None:
                value = event.get(source)
                if value is not None:
                    event.set(target, copied(value))

            yield Operation(duplicate, duplicated(source, target))


def _template(text: str) -> Template:
    """Return what fills a text from an event; a reference in it that is none fails for each event, as in Logstash."""
    try:
        return Sprintf.parse(text).format
    except EventError as error:
        reason = str(error)

    def fail(_event: Event) -> str:
        raise EventError(reason)

    return fail


def _text(value: Value) -> str:
    return value if isinstance(value, str) else to_s(value)


def _setter(ref: FieldRef, value: Value, wanted: Callable[[Event, FieldRef], bool]) -> Change:
    fill = _template(_text(value))

    def put(event: Event) -> None:
        if wanted(event, ref):
            event.set(ref, fill(event))

    return put


def _converter(ref: FieldRef, convert: Callable[[Any], Value]) -> Change:
    def apply(event: Event) -> None:
        value = event.get(ref)
        if value is None or isinstance(value, dict):
            return
        if isinstance(value, list):
            event.set(ref, [None if item is None else convert(item) for item in value])
        else:
            event.set(ref, convert(value))

    return apply


def _text_operation(ref: FieldRef, change: Callable[[str, Event], str], *, strict: bool = False) -> Change:
    def apply(event: Event) -> None:
        value = event.get(ref)
        if isinstance(value, str):
            event.set(ref, change(value, event))
        elif isinstance(value, list):
            if strict and not all(isinstance(item, str) for item in value):
                raise EventError(f"an item of {ref.text} is no text")
            event.set(ref, [change(item, event) if isinstance(item, str) else item for item in value])

    return apply


def _value_operation(ref: FieldRef, kind: type, change: Callable[[Any], Value]) -> Change:
    def apply(event: Event) -> None:
        value = event.get(ref)
        if isinstance(value, kind):
            event.set(ref, change(value))

    return apply


def _pattern_of(pattern: str) -> Callable[[Event], Regex]:
    if "%{" in pattern:  # it is compiled anew for each event, as it reads from it
        return lambda event: compile_ruby(sprintf(pattern, event))
    regex = compile_ruby(pattern)
    return lambda _event: regex


def _place(
    values: Any, entry: int, error: Exception
) -> tuple[str | int, ...]:  # Any: the value of any operation
    """Return what leads to an entry of an operation's setting; of gsub, whose entries are three items, to the item."""
    if isinstance(values, dict):
        return (list(values)[entry],)
    if len(values) % 3:
        return ()
    return (entry * 3 + isinstance(error, RegexError),)


def _runaways(triples: list[str]) -> Iterator[Problem]:
    """Warn of patterns that can run away; those with fields in them are not known yet."""
    for at, pattern in enumerate(triples):
        if at % 3 == 1 and "%{" not in pattern:
            for message, hint in complaints(pattern):
                yield Problem(message, "gsub", hint, "runaway-regex", "warning", inside=(at,))


def _substitution(find: Callable[[Event], Regex], replacement: Template) -> Callable[[str, Event], str]:
    def substitute(text: str, event: Event) -> str:
        match_watch.text = text
        try:
            return find(event).sub_ruby(replacement(event), text)
        except RegexError as error:
            raise EventError(str(error)) from None
        finally:
            match_watch.text = None

    return substitute


def _ruby_split(separator: str, text: str) -> list[Value]:
    if separator == " ":
        # Ruby's blanks are those of ASCII, without its separators
        is_quick = text.isascii() and text.isprintable()
        return text.split() if is_quick else _between_blanks(text)  # type: ignore[return-value]  # texts are values
    parts: list[Any] = (
        text.split(separator) if separator else list(text)
    )  # Any: a list of texts is none of values
    while parts and parts[-1] == "":
        parts.pop()
    return parts


def _joined(separator: str, items: list[Value]) -> str:
    return separator.join(
        _joined(separator, item) if isinstance(item, list) else to_s(item) for item in items
    )


def _merged(known: Value, added: Value) -> Value:
    if isinstance(known, dict) and isinstance(added, dict):
        return {**known, **copied(added)}  # type: ignore[dict-item]  # a copy of a dict is a dict
    if isinstance(known, dict) or isinstance(added, dict):
        return None
    return [*_as_list(known), *_as_list(copied(added))]


def _as_list(value: Value) -> list[Value]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]
