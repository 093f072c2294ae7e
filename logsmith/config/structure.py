"""Check what Logstash refuses in any plugin, whatever its settings mean."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith.config.ast import Array, Branch, Hash, Number, Pipeline, Plugin, Section, Value, walk_plugins
from logsmith.config.diagnostics import Diagnostic
from logsmith.config.fold import FoldError, fold_one
from logsmith.config.values import attribute_value

if TYPE_CHECKING:
    from collections.abc import Iterator


def check_structure(pipeline: Pipeline) -> list[Diagnostic]:
    """Find duplicate keys, values that do not fold, several codecs, and conditions that have no effect."""
    found: list[Diagnostic] = []
    for section in pipeline.sections:
        found.extend(_check_section(section))
    for plugin in walk_plugins(pipeline):
        for attribute in plugin.attributes:
            found.extend(_check_value(attribute.value))
        found.extend(_check_repetition(plugin))
    return found


def _check_section(section: Section) -> Iterator[Diagnostic]:
    if section.kind != "input":
        return
    for statement in section.body:
        if isinstance(statement, Branch):
            condition = statement.arms[0].condition
            message = "a condition around inputs has no effect: every input in it is started"
            yield Diagnostic("ignored-condition", message, condition.span, severity="warning")


def _check_value(value: Value) -> Iterator[Diagnostic]:
    if isinstance(value, Array):
        for item in value.items:
            yield from _check_value(item)
    elif isinstance(value, Hash):
        yield from _check_keys(value)
        for entry in value.entries:
            if isinstance(entry.value, Plugin):
                yield Diagnostic("bad-value", "a plugin cannot be a value in a hash", entry.value.span)
            else:
                yield from _check_value(entry.value)


def _check_keys(value: Hash) -> Iterator[Diagnostic]:
    # Logstash compares keys as written: name and "name" are not the same to it.
    first: dict[str, int] = {}
    for entry in value.entries:
        written = entry.key.span.text
        if isinstance(entry.key, Number):
            hint = f'put it in quotes: "{written}"'
            yield Diagnostic("bad-value", f"the key {written} is a number", entry.key.span, hint)
        if written in first:
            message = f"the key {written} is here twice"
            hint = f"it is already on line {first[written]}; give one key an array of both values"
            yield Diagnostic("duplicate-key", message, entry.key.span, hint)
        first.setdefault(written, entry.key.span.line)


def _check_repetition(plugin: Plugin) -> Iterator[Diagnostic]:
    names = [attribute.name for attribute in plugin.attributes]
    if len(set(names)) == len(names):
        return
    settings: dict[str, object] = {}
    codecs = 0
    for attribute in plugin.attributes:
        try:
            value = attribute_value(attribute)
            if attribute.name in settings:
                value = fold_one(settings[attribute.name], value)
        except FoldError as error:
            message = f'"{attribute.name}" is here again, and {error}'
            yield Diagnostic("bad-value", message, attribute.name_span)
            continue
        settings[attribute.name] = value
        if attribute.name == "codec" and isinstance(value, list) and plugin.kind in ("input", "output"):
            codecs += 1
            if codecs == 1:
                message = f"the {plugin.kind} {plugin.name} has more than one codec"
                yield Diagnostic("several-codecs", message, attribute.span, "only one codec is possible")
