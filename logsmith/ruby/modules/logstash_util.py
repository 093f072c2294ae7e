"""LogStash::Util and LogStash's exceptions: what scripts borrow from Logstash's own code."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.compare import from_key, ruby_eq, to_key
from logsmith.ruby.dispatch import call, class_methods_of
from logsmith.ruby.objects import String, Symbol

define("LogStash::Util", is_module=True)
define("LogStash::Error", "StandardError")
for _name in (
    "ConfigurationError",
    "EnvironmentError",
    "PluginLoadingError",
    "InvalidSourceLoaderSettingError",
):
    define(f"LogStash::{_name}", "LogStash::Error")
UTIL = class_methods_of("LogStash::Util")


@UTIL.method("deep_clone")
def deep_clone(module: Any, value: Any) -> Any:
    """Return a copy of a value and of all that it holds."""
    if isinstance(value, dict):
        return {
            to_key(deep_clone(module, from_key(key))): deep_clone(module, one) for key, one in value.items()
        }
    if isinstance(value, list):
        return [deep_clone(module, one) for one in value]
    return call(value, "clone")


@UTIL.method("stringify_symbols", "stringify_keys")
def stringify_symbols(module: Any, value: Any) -> Any:
    """Return a copy in which texts stand for symbols, as keys too."""
    if isinstance(value, dict):
        return {
            to_key(stringify_symbols(module, from_key(key))): stringify_symbols(module, one)
            for key, one in value.items()
        }
    if isinstance(value, list):
        return [stringify_symbols(module, one) for one in value]
    return String(value.name) if isinstance(value, Symbol) else value


@UTIL.method("normalize")
def normalize(_module: Any, value: Any) -> Any:
    """Return the value: there are no collections of Java's to turn into Ruby's."""
    return value


@UTIL.method("hash_merge")
def hash_merge(module: Any, into: dict[Any, Any], other: dict[Any, Any]) -> dict[Any, Any]:
    """Put a Hash into another one: what both have becomes an array of both."""
    for key, value in other.items():
        into[key] = _joined(module, into[key], value) if key in into else value
    return into


def _joined(module: Any, one: Any, other: Any) -> Any:
    if isinstance(one, dict) and isinstance(other, dict):
        return hash_merge(module, one, other)
    if isinstance(one, list) or isinstance(other, list):
        first, second = (part if isinstance(part, list) else [part] for part in (one, other))
        return call(first, "|", (second,))
    return one if ruby_eq(one, other) else [one, other]
