"""The common settings of filters, compiled: add_field, remove_field, add_tag, remove_tag, in that order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith.event import EventError, FieldRef, Sprintf, Value, sprintf
from logsmith.plugins.decoration import add_field, add_tags, remove_tags

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
        code.line(f"{code.bind(add_tags, 'add_tags')}(event, {code.bind(plugin.add_tag, 'tags')})")
    if plugin.remove_tag:
        code.line(f"{code.bind(remove_tags, 'remove_tags')}(event, {code.bind(plugin.remove_tag, 'tags')})")


def _emit_add_field(code: Code, name: str, value: Value) -> None:
    bound = code.bind(value, "value")
    slow = f"{code.bind(add_field, 'add_field')}(event, {name!r}, {bound})"
    top, template = _fixed_top(name), _template(value)
    if top is None or template is None or top in ("tags", "@timestamp"):
        code.line(slow)
        return
    text = repr(template.static)
    if template.static is None:
        text = f"{code.bind(template, 'sprintf')}.format(event)"
    with code.block(f"if {top!r} not in fields"):
        code.line(f"fields[{top!r}] = {text}")
    with code.block("else"):
        code.line(slow)


def _emit_remove_field(code: Code, name: str) -> None:
    top = _fixed_top(name)
    if top is not None:
        code.line(f"fields.pop({top!r}, None)")
        return
    fixed = _fixed(name)
    if fixed is not None:
        code.line(f"event.remove({code.bind(fixed, 'field')})")
        return
    reference = code.bind(FieldRef.parse, "reference")
    code.line(f"event.remove({reference}({code.bind(sprintf, 'sprintf')}({name!r}, event)))")


def _fixed(name: str) -> FieldRef | None:
    """Return the reference if a name is the same for every event."""
    try:
        return FieldRef.parse(name) if "%{" not in name else None
    except EventError:
        return None  # Logstash: found out by the first event


def _fixed_top(name: str) -> str | None:
    fixed = _fixed(name)
    return None if fixed is None else fixed.top


def _template(value: Value) -> Sprintf | None:
    try:
        return Sprintf.parse(value) if isinstance(value, str) else None
    except EventError:
        return None
