"""Warnings about hashes whose entries depend on each other: Logstash does not apply them as written."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.config import ast
from logsmith.config.diagnostics import Diagnostic
from logsmith.plugins.conversion import in_java_order

# Settings whose entries are applied one after another, each to an event that the ones before have changed
APPLIED_IN_TURN = ("add_field", "copy", "mapping", "merge", "rename", "replace", "update")


def check_entries(plugin: ast.Plugin) -> Iterator[Diagnostic]:
    """Find entries that mention the key of another one, where the order of the two is not the written one."""
    for setting in APPLIED_IN_TURN:
        entries = {
            entry.key.text: entry
            for attribute in plugin.attributes
            if attribute.name == setting and isinstance(attribute.value, ast.Hash)
            for entry in attribute.value.entries
            if isinstance(entry.key, ast.String)
        }
        yield from _check_order(setting, entries)


def _check_order(setting: str, entries: dict[str, ast.Entry]) -> Iterator[Diagnostic]:
    applied, written = list(in_java_order(entries)), list(entries)
    if applied == written:
        return
    for name, entry in entries.items():
        for other in written:
            if other == name or not any(_mentions(text, other) for text in _texts(entry.value)):
                continue
            if (applied.index(name) < applied.index(other)) != (written.index(name) < written.index(other)):
                first, second = sorted((name, other), key=applied.index)
                message = f"entries of {setting} depend on each other: {first!r} is applied before {second!r}"
                hint = (
                    "Logstash has an order of its own within a hash; write two plugins, one after the other"
                )
                yield Diagnostic("dependent-entries", message, entry.span, hint, severity="warning")


def _texts(value: ast.Value) -> Iterator[str]:
    return (one.text for one in ast.walk_values(value) if isinstance(one, ast.String))


def _mentions(text: str, name: str) -> bool:
    bare = name.removeprefix("[").removesuffix("]")
    return text in (bare, f"[{bare}]") or f"%{{{bare}}}" in text or f"%{{[{bare}]" in text
