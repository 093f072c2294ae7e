"""YAML: `load` and `safe_load`, as Psych reads plain values; dates and times are refused as there."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from logsmith.event import Timestamp
from logsmith.event.yaml_text import read_yaml
from logsmith.ruby.classes import CONSTANTS, define, find_class
from logsmith.ruby.coerce import to_text
from logsmith.ruby.compare import to_key
from logsmith.ruby.dispatch import call, class_methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import truthy
from logsmith.ruby.objects import String, Symbol
from logsmith.ruby.show import to_s

CONSTANTS["YAML"] = define("Psych", is_module=True)
define("Psych::Exception", "RuntimeError")
define("Psych::SyntaxError", "Psych::Exception")
define("Psych::DisallowedClass", "Psych::Exception")
YAML = class_methods_of("Psych")


@YAML.method("safe_load")
def safe_load(_module: Any, text: Any, *, permitted_classes: Any = (), **options: Any) -> Any:
    """Return what a text holds; raises Psych::SyntaxError, and Psych::DisallowedClass of dates that are not permitted."""
    return _loaded(text, {to_s(one) for one in permitted_classes}, options.get("symbolize_names"))


@YAML.method("load")
def load(_module: Any, text: Any, *, permitted_classes: Any = (), **options: Any) -> Any:
    """Return what a text holds, with its symbols."""
    return _loaded(text, {"Symbol", *map(to_s, permitted_classes)}, options.get("symbolize_names"))


@YAML.method("unsafe_load")
def unsafe_load(_module: Any, text: Any, **options: Any) -> Any:
    """Return what a text holds, dates and times too."""
    return _loaded(text, {"Symbol", "Date", "Time"}, options.get("symbolize_names"))


def _loaded(text: Any, permitted: set[str], symbolize_names: Any) -> Any:
    try:
        found = read_yaml(to_text(text))
    except (yaml.YAMLError, RecursionError) as error:
        raise fault("Psych::SyntaxError", f"(<unknown>): {' '.join(str(error).split())}") from None
    return _given(found, Symbol if truthy(symbolize_names) else _name, permitted)


def _moment(value: Any) -> Any:
    if isinstance(value, Timestamp):
        return call(value, "time")
    return call(find_class("Date"), "new", (value.year, value.month, value.day))


def _name(text: str) -> String:
    return String(text, is_frozen=True)


def _given(value: Any, names: Any, permitted: set[str]) -> Any:
    if isinstance(value, str):
        return String(value)
    if isinstance(value, list):
        return [_given(member, names, permitted) for member in value]
    if isinstance(value, dict):
        return {
            to_key(names(key) if isinstance(key, str) else _given(key, names, permitted)): _given(
                member, names, permitted
            )
            for key, member in value.items()
        }
    if isinstance(value, (date, Timestamp)):
        kind = "Date" if isinstance(value, date) else "Time"
        if kind in permitted:
            return _moment(value)
        raise fault("Psych::DisallowedClass", f"Tried to load unspecified class: {kind}")
    return value
