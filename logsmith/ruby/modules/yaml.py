"""YAML: `load` and `safe_load`, as Psych reads plain values; dates and times are refused as there."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import yaml

from logsmith.event import Timestamp
from logsmith.event.yaml_text import SymbolName, read_yaml
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
define("Psych::BadAlias", "Psych::Exception")
define("Psych::AliasesNotEnabled", "Psych::BadAlias")
_NO_ALIASES = "Alias parsing was not enabled. To enable it, pass `aliases: true` to `Psych::load` or `Psych::safe_load`."
_OF_CLASS = re.compile(r"tag '!ruby/(?:object|struct|class|module|regexp|exception|hash|array):?(\w[\w:]*)?'")
YAML = class_methods_of("Psych")


@YAML.method("safe_load")
def safe_load(_module: Any, text: Any, *, permitted_classes: Any = (), **options: Any) -> Any:
    """Return what a text holds; raises Psych::SyntaxError, and Psych::DisallowedClass of dates that are not permitted."""
    return _loaded(text, {to_s(one) for one in permitted_classes}, options)


@YAML.method("load")
def load(_module: Any, text: Any, *, permitted_classes: Any = (), **options: Any) -> Any:
    """Return what a text holds, with its symbols."""
    return _loaded(text, {"Symbol", *map(to_s, permitted_classes)}, options)


@YAML.method("unsafe_load")
def unsafe_load(_module: Any, text: Any, **options: Any) -> Any:
    """Return what a text holds, dates and times too."""
    return _loaded(text, {"Symbol", "Date", "Time"}, {"aliases": True, **options})


def _loaded(text: Any, permitted: set[str], options: dict[str, Any]) -> Any:
    source = to_text(text)
    try:
        if not truthy(options.get("aliases")) and "*" in source and _has_aliases(source):
            raise fault("Psych::AliasesNotEnabled", _NO_ALIASES)
        found = read_yaml(source, keeps_symbols=True)
    except (yaml.YAMLError, RecursionError) as error:
        refused = _OF_CLASS.search(str(error))
        if refused is not None:
            name = refused[1] or "Object"
            raise fault("Psych::DisallowedClass", f"Tried to load unspecified class: {name}") from None
        raise fault("Psych::SyntaxError", f"(<unknown>): {' '.join(str(error).split())}") from None
    return _given(found, Symbol if truthy(options.get("symbolize_names")) else _name, permitted)


def _has_aliases(source: str) -> bool:
    return any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(source, yaml.CSafeLoader))


def _symbol(name: SymbolName, permitted: set[str]) -> Symbol:
    if "Symbol" not in permitted:
        raise fault("Psych::DisallowedClass", "Tried to load unspecified class: Symbol")
    return Symbol(str(name))


def _moment(value: Any) -> Any:
    if isinstance(value, Timestamp):
        return call(value, "time")
    return call(find_class("Date"), "new", (value.year, value.month, value.day))


def _name(text: str) -> String:
    return String(text, is_frozen=True)


def _given(value: Any, names: Any, permitted: set[str]) -> Any:
    if isinstance(value, SymbolName):
        return _symbol(value, permitted)
    if isinstance(value, str):
        return String(value)
    if isinstance(value, list):
        return [_given(member, names, permitted) for member in value]
    if isinstance(value, dict):
        return {
            to_key(names(key) if type(key) is str else _given(key, names, permitted)): _given(
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
