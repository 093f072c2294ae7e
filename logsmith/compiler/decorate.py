"""The common settings of filters, compiled: add_field, remove_field, add_tag, remove_tag, in that order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from logsmith.event import FieldRef, Value, sprintf
from logsmith.plugins.decoration import add_field, add_tags, remove_tags
from logsmith.plugins.paths import emit_add, emit_remove, fixed, template, text_of

if TYPE_CHECKING:
    from logsmith.plugins import Code, Filter


def has_decorations(plugin: Filter) -> bool:
    """Return whether a filter sets any of the common settings."""
    return bool(plugin.add_field or plugin.remove_field or plugin.add_tag or plugin.remove_tag)


def emit_decorations(code: Code, plugin: Filter) -> None:
    """Write the statements that apply a filter's common settings to the event."""
    for name, value in plugin.add_field.items():
        _emit_add_field(code, name, value)
    for name in plugin.remove_field:
        _emit_remove_field(code, name)
    if plugin.add_tag:
        _emit_add_tags(code, plugin.add_tag)
    if plugin.remove_tag:
        _emit_remove_tags(code, plugin.remove_tag)


def _emit_add_field(code: Code, name: str, value: Value) -> None:
    slow = f"{code.bind(add_field, 'add_field')}(event, {name!r}, {code.bind(value, 'value')})"
    ref, text = fixed(name), template(value)
    if ref is None or text is None:
        code.line(slow)
    else:
        emit_add(code, ref, text_of(code, text), slow)


def _emit_remove_field(code: Code, name: str) -> None:
    ref = fixed(name)
    if ref is not None:
        emit_remove(code, ref)
        return
    reference = code.bind(FieldRef.parse, "reference")
    code.line(f"event.remove({reference}({code.bind(sprintf, 'sprintf')}({name!r}, event)))")


def _emit_add_tags(code: Code, tags: Sequence[str]) -> None:
    slow = f"{code.bind(add_tags, 'add_tags')}(event, {code.bind(tags, 'tags')})"
    if not _are_fixed(tags):
        code.line(slow)
        return
    code.line("tags = fields.get('tags')")
    with code.block("if tags.__class__ is list"):
        code.line(f"fields['tags'] = [*tags, {', '.join(map(repr, tags))}]")
    with code.block("elif tags is None"):
        code.line(f"fields['tags'] = {list(tags)!r}")
    with code.block("else"):
        code.line(slow)


def _emit_remove_tags(code: Code, tags: Sequence[str]) -> None:
    slow = f"{code.bind(remove_tags, 'remove_tags')}(event, {code.bind(tags, 'tags')})"
    if not _are_fixed(tags):
        code.line(slow)
        return
    code.line("tags = fields.get('tags')")
    with code.block("if tags.__class__ is list"):
        unwanted = f"tag == {tags[0]!r}" if len(tags) == 1 else f"tag in {tuple(tags)!r}"
        with code.block(f"if {' or '.join(f'{tag!r} in tags' for tag in tags)}"):
            code.line(f"fields['tags'] = [tag for tag in tags if not {unwanted}]")
    with code.block("elif tags is not None"):
        code.line(slow)


def _are_fixed(texts: Sequence[str]) -> bool:
    return not any("%{" in text for text in texts)
