"""JSON: parse, generate and their kin, and `to_json` of every value."""

from __future__ import annotations

import re
from math import isfinite
from typing import Any

from logsmith.event.ruby import float_text
from logsmith.ruby.classes import define
from logsmith.ruby.coerce import to_int, to_text
from logsmith.ruby.compare import from_key
from logsmith.ruby.dispatch import call, class_methods_of, methods_of, responds
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.iteration import truthy
from logsmith.ruby.modules.json_reader import MAX_NESTING, Options, read_json
from logsmith.ruby.objects import String, Symbol
from logsmith.ruby.show import inspect_text, to_s

define("JSON", is_module=True)
define("JSON::JSONError", "StandardError")
define("JSON::ParserError", "JSON::JSONError")
define("JSON::NestingError", "JSON::ParserError")
define("JSON::GeneratorError", "JSON::JSONError")
define("LogStash::Json", is_module=True)
define("LogStash::Json::ParserError", "StandardError")
define("LogStash::Json::GeneratorError", "StandardError")
JSON = class_methods_of("JSON")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\f": "\\f", "\b": "\\b"}
_ESCAPED = re.compile(r'["\\\x00-\x1f]')
_SCRIPT = re.compile(r'["\\\x00-\x1f/\u2028\u2029]')
_NOT_ASCII = re.compile(r'["\\\x00-\x1f]|[^\x00-\x7f]')
_SURROGATE = re.compile("[\ud800-\udfff]")


class Layout:
    """How a value is written: what stands between its parts, and what is allowed."""

    __slots__ = (
        "allows_nan",
        "array_nl",
        "escaped",
        "indent",
        "max_nesting",
        "object_nl",
        "space",
        "space_before",
    )

    def __init__(self, options: dict[str, Any]) -> None:
        self.indent, self.space, self.space_before, self.object_nl, self.array_nl = (
            options[name].text if isinstance(options.get(name), String) else ""
            for name in ("indent", "space", "space_before", "object_nl", "array_nl")
        )
        self.allows_nan = truthy(options.get("allow_nan"))
        nesting = options.get("max_nesting", MAX_NESTING)
        self.max_nesting = to_int(nesting) if truthy(nesting) else 0
        is_for_scripts = truthy(options.get("script_safe")) or truthy(options.get("escape_slash"))
        self.escaped = (
            _NOT_ASCII if truthy(options.get("ascii_only")) else _SCRIPT if is_for_scripts else _ESCAPED
        )


_COMPACT = Layout({})
_PRETTY = {"indent": String("  "), "space": String(" "), "object_nl": String("\n"), "array_nl": String("\n")}


def write_json(value: Any, layout: Layout = _COMPACT, depth: int = 0) -> str:
    """Return a value as JSON; raises JSON::GeneratorError or JSON::NestingError."""
    if isinstance(value, String):
        return _string(value, layout)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _float(value, layout)
    if isinstance(value, (dict, list)):
        if layout.max_nesting and depth >= layout.max_nesting:
            raise fault("JSON::NestingError", f"nesting of {depth + 1} is too deep")
        return _object(value, layout, depth) if isinstance(value, dict) else _array(value, layout, depth)
    if responds(value, "to_h") and responds(value, "sprintf"):  # an event
        return to_s(call(value, "to_json"))
    return _string(String(to_s(value)), layout)


def _float(value: float, layout: Layout) -> str:
    if not isfinite(value) and not layout.allows_nan:
        raise fault("JSON::GeneratorError", f"{to_s(value)} not allowed in JSON")
    return float_text(value)


def _string(box: String, layout: Layout) -> str:
    text = box.text
    if box.is_binary and not text.isascii():
        char = next(char for char in text if ord(char) > 127)
        raise fault(
            "JSON::GeneratorError", f"{inspect_text(String(char, is_binary=True))} from ASCII-8BIT to UTF-8"
        )
    if not text.isascii() and _SURROGATE.search(text):
        raise fault("JSON::GeneratorError", "source sequence is illegal/malformed utf-8")
    return '"' + layout.escaped.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    char = found[0]
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char == "/":
        return "\\/"
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[place] << 8 | units[place + 1]:04x}" for place in range(0, len(units), 2))


def _array(items: list[Any], layout: Layout, depth: int) -> str:
    if not items:
        return "[]"
    inner = layout.array_nl + layout.indent * (depth + 1)
    between = f",{inner}"
    written = between.join([write_json(item, layout, depth + 1) for item in items])
    return f"[{inner}{written}{layout.array_nl}{layout.indent * depth if layout.array_nl else ''}]"


def _object(members: dict[Any, Any], layout: Layout, depth: int) -> str:
    if not members:
        return "{}"
    inner = layout.object_nl + layout.indent * (depth + 1)
    colon = f"{layout.space_before}:{layout.space}"
    written = f",{inner}".join(
        [
            f"{_string(_name(key), layout)}{colon}{write_json(member, layout, depth + 1)}"
            for key, member in members.items()
        ]
    )
    return f"{{{inner}{written}{layout.object_nl}{layout.indent * depth if layout.object_nl else ''}}}"


def _name(key: Any) -> String:
    return key if isinstance(key, String) else String(to_s(from_key(key)))


def _options(given: dict[str, Any] | None, keywords: dict[str, Any]) -> dict[str, Any]:
    return {**{to_s(from_key(key)): value for key, value in (given or {}).items()}, **keywords}


@JSON.method("parse", "parse!")
def parse(_module: Any, text: Any, options: Any = None, **keywords: Any) -> Any:
    chosen = _options(options, keywords)
    nesting = chosen.get("max_nesting", MAX_NESTING)
    return read_json(
        to_text(text),
        Options(
            is_symbolizing=truthy(chosen.get("symbolize_names")),
            allows_nan=truthy(chosen.get("allow_nan")),
            max_nesting=to_int(nesting) if truthy(nesting) else 0,
        ),
    )


@JSON.method("load", "restore", "unsafe_load")
def load(_module: Any, text: Any, _each: Any = None, _options: Any = None, **_keywords: Any) -> Any:
    if text is None or (isinstance(text, String) and not text.text.strip()):
        return None
    return read_json(to_text(text), Options(allows_nan=True, max_nesting=0))


def _taken(values: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Any, Any, dict[str, Any]]:
    """Return what is written, and the options: keywords that stand alone are an object's members."""
    if keywords and not values:
        return {Symbol(name): member for name, member in keywords.items()}, None, {}
    if not 0 < len(values) <= 2:
        raise fault("ArgumentError", f"wrong number of arguments (given {len(values)}, expected 1..2)")
    return values[0], values[1] if len(values) > 1 else None, keywords


@JSON.method("generate", "fast_generate", "unparse")
def generate(_module: Any, *values: Any, **given: Any) -> String:
    value, options, keywords = _taken(values, given)
    return String(write_json(value, Layout(_options(options, keywords))))


@JSON.method("pretty_generate", "pretty_unparse")
def pretty_generate(_module: Any, *values: Any, **given: Any) -> String:
    value, options, keywords = _taken(values, given)
    return String(write_json(value, Layout({**_PRETTY, **_options(options, keywords)})))


@JSON.method("dump")
def dump(_module: Any, value: Any, *_rest: Any) -> String:
    return String(write_json(value, Layout({"allow_nan": True, "max_nesting": False})))


@JSON.method("[]")
def either(_module: Any, *values: Any, **given: Any) -> Any:
    value, options, keywords = _taken(values, given)
    made = parse if isinstance(value, String) else generate
    return made(None, value, options, **keywords)


LOGSTASH_JSON = class_methods_of("LogStash::Json")


@LOGSTASH_JSON.method("load")
def logstash_load(_module: Any, text: Any, _options: Any = None) -> Any:
    if not to_text(text).strip():
        return None
    try:
        return read_json(text.text, Options(max_nesting=0))
    except RubyException as error:
        raise fault("LogStash::Json::ParserError", error.message) from None


@LOGSTASH_JSON.method("dump")
def logstash_dump(_module: Any, value: Any, _options: Any = None) -> String:
    return String(write_json(value, Layout({"allow_nan": True, "max_nesting": False})))


@methods_of("Object").method("to_json")
def to_json(
    value: Any, options: Any = None, *_rest: Any, **keywords: Any
) -> String:  # it is passed on and ignored in Ruby
    return String(
        write_json(value, Layout(_options(options if isinstance(options, dict) else None, keywords)))
    )
