"""YAML: `load` and `safe_load`, as Psych reads plain values; dates and times are refused as there."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from logsmith.event import Timestamp
from logsmith.event.yaml_text import read_yaml
from logsmith.ruby.classes import CONSTANTS, define
from logsmith.ruby.coerce import to_text
from logsmith.ruby.compare import to_key
from logsmith.ruby.dispatch import class_methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import truthy
from logsmith.ruby.objects import String, Symbol

CONSTANTS["YAML"] = define("Psych", is_module=True)
define("Psych::Exception", "RuntimeError")
define("Psych::SyntaxError", "Psych::Exception")
define("Psych::DisallowedClass", "Psych::Exception")
YAML = class_methods_of("Psych")


@YAML.method("load", "safe_load")
def load(_module: Any, text: Any, *, symbolize_names: Any = False, **_allowed: Any) -> Any:
    """Return what a text holds; raises Psych::SyntaxError."""
    try:
        found = read_yaml(to_text(text))
    except (yaml.YAMLError, RecursionError) as error:
        raise fault("Psych::SyntaxError", f"(<unknown>): {' '.join(str(error).split())}") from None
    return _given(found, names=Symbol if truthy(symbolize_names) else _name)


def _name(text: str) -> String:
    return String(text, is_frozen=True)


def _given(value: Any, names: Any) -> Any:
    if isinstance(value, str):
        return String(value)
    if isinstance(value, list):
        return [_given(member, names) for member in value]
    if isinstance(value, dict):
        return {
            to_key(names(key) if isinstance(key, str) else _given(key, names)): _given(member, names)
            for key, member in value.items()
        }
    if isinstance(value, (date, Timestamp)):
        kind = "Date" if isinstance(value, date) else "Time"
        raise fault("Psych::DisallowedClass", f"Tried to load unspecified class: {kind}")
    return value
