"""From a plain value, as the pipeline's file has it, to a value of a setting's annotation.

The types and what they accept are Logstash's (`config/mixin.rb`): a number may be a text that reads as one, a list may be
a single value, a hash may be a list of an even length.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from logsmith.event import EventError, FieldRef, Sprintf, Timestamp
from logsmith.event.java_order import DEFAULT_BUCKETS, java_order
from logsmith.event.joda import DateFormatError
from logsmith.password import Password
from logsmith.plugins.setting import BadValueError, ByteSize, CodecSetting, Duration
from logsmith.regex import Regex, RegexError, compile_ruby

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([kmgtp]?)(i?)b?\s*", re.IGNORECASE)
_DURATION = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(ms|micros|nanos|s|m|h|d|)\s*")
_UNITS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_SECONDS = {
    "nanos": 1e-9,
    "micros": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "": 1.0,
    "m": 60.0,
    "h": 3600.0,
    "d": 86400.0,
}

CHARS_SHOWN = 80  # of a bad value in a message


def convert(value: Any, wanted: Any) -> Any:  # Any: a plain value in, a value of the annotation out
    """Return `value`, as the file has it, as the annotation `wanted`; raises BadValueError."""
    if Timestamp in get_args(wanted):
        return value  # `Value`, resolved to a union of its own each time: what a field can hold, as it is written
    origin = get_origin(wanted)
    if origin is list:
        return _convert_list(value, get_args(wanted)[0])
    if origin is dict:
        return _convert_dict(value, get_args(wanted)[1])
    if origin is Literal:
        return _convert_choice(value, get_args(wanted))
    if origin is types.UnionType or origin is typing.Union:
        return _convert_union(value, get_args(wanted))
    if wanted in CONVERTERS:
        return CONVERTERS[wanted](_single(value, wanted))
    return value


def _single(value: Any, wanted: Any) -> Any:
    if isinstance(value, list) and len(value) == 1 and wanted is not CodecSetting:
        return value[0]
    return value


def _convert_union(value: Any, members: tuple[Any, ...]) -> Any:
    wanted = [member for member in members if member is not type(None)]
    if value is None and len(wanted) < len(members):
        return None
    problems = []
    for member in wanted:
        try:
            return convert(value, member)
        except BadValueError as problem:
            problems.append(str(problem))
    raise BadValueError(problems[-1] if len(problems) == 1 else "; or ".join(problems))


def _convert_list(value: Any, member: Any) -> list[Any]:
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    try:
        return [item for _, item in _convert_members(enumerate(items), member)]
    except BadValueError:
        if not isinstance(value, dict):
            raise
        raise BadValueError(f'expected an array such as ["a", "b"], got {shown(value)}') from None


def _convert_dict(value: Any, member: Any) -> dict[str, Any]:
    if isinstance(value, list):
        if len(value) % 2:
            raise BadValueError(f"expected a hash or an even number of items, got {len(value)} items")
        value = _collect_pairs(value)
    if not isinstance(value, dict):
        raise BadValueError(f'expected a hash such as {{ "key" => "value" }}, got {shown(value)}')
    return dict(_convert_members(in_java_order(value).items(), member))


def _convert_members(members: Iterable[tuple[Any, Any]], wanted: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the members of a list or a hash converted, each with its number or key."""
    for at, one in members:
        try:
            yield at, convert(one, wanted)
        except BadValueError as problem:
            raise BadValueError(str(problem), (at, *problem.inside)) from None


def in_java_order(entries: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a hash's entries in the order in which Logstash walks through them: that of a java.util.HashMap.

    A plugin that applies its entries one after another depends on it.
    """
    named = {str(key): one for key, one in entries.items()}
    return {key: named[key] for key in java_order(named, DEFAULT_BUCKETS)}


def _collect_pairs(items: list[Any]) -> dict[str, Any]:
    pairs: dict[str, Any] = {}
    for key, one in zip(items[::2], items[1::2], strict=True):
        if key in pairs:
            known = pairs[key]
            pairs[key] = [*(known if isinstance(known, list) else [known]), one]
        else:
            pairs[key] = one
    return pairs


def _convert_choice(value: Any, choices: tuple[Any, ...]) -> Any:
    value = _single(value, Literal)
    for choice in choices:
        if value == choice or (isinstance(choice, str) and str(value) == choice):
            return choice
    raise BadValueError(
        f"expected one of {', '.join(repr(choice) for choice in choices)}, got {shown(value)}"
    )


def _to_bool(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    raise BadValueError(f"expected true or false, got {shown(value)}")


def _to_number(value: Any) -> int | float:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        number = float(value) if "." in value else int(value)
        if str(number) == value:
            return number
    raise BadValueError(f"expected a number, got {shown(value)}")


def _to_int(value: Any) -> int:
    return int(_to_number(value))  # Logstash: a number setting takes decimals, what counts cuts them


def _to_str(value: Any) -> str:
    if isinstance(value, Password):
        return value.value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float, Decimal)):
        return str(value)
    raise BadValueError(f"expected a text, got {shown(value)}")


def _to_password(value: Any) -> Password:
    if isinstance(value, (str, Password)):
        return Password(_to_str(value))
    raise BadValueError("expected a text in quotes")  # the value stays unsaid; Logstash refuses numbers too


def _to_size(value: Any) -> ByteSize:
    found = _SIZE.fullmatch(str(value))
    if not found or isinstance(value, (list, dict)):
        raise BadValueError(f'expected a size in bytes such as 1048576 or "10 MiB", got {shown(value)}')
    number, unit, binary = found.groups()
    return ByteSize(float(number) * (1024 if binary else 1000) ** _UNITS[unit.lower()])


def _to_duration(value: Any) -> Duration:
    found = _DURATION.fullmatch(str(value))
    if not found:
        raise BadValueError(f'expected a time in seconds such as 10 or "10s", got {shown(value)}')
    return Duration(float(found[1]) * _SECONDS[found[2]])


def _to_path(value: Any) -> Path:
    path = Path(_to_str(value))
    try:
        path.stat()
    except PermissionError:
        raise BadValueError(f"cannot read {str(path)!r}: permission denied") from None
    except OSError:
        raise BadValueError(f"file does not exist: {str(path)!r}") from None
    return path


def _to_reference(value: Any) -> FieldRef:
    try:
        return FieldRef.parse(_to_str(value))
    except EventError as error:
        raise BadValueError(str(error)) from None


def _to_sprintf(value: Any) -> Sprintf:
    try:
        return Sprintf.parse(_to_str(value))
    except (EventError, DateFormatError) as error:
        raise BadValueError(str(error)) from None


def _to_regex(value: Any) -> Regex:
    try:
        return compile_ruby(_to_str(value))
    except RegexError as error:
        raise BadValueError(f"bad regular expression: {error}") from None


def _to_codec(value: Any) -> CodecSetting:
    if isinstance(value, CodecSetting):
        return value
    if isinstance(value, str) and value:
        return CodecSetting(value)
    raise BadValueError(f'expected a codec such as json or line {{ format => "…" }}, got {shown(value)}')


CONVERTERS: dict[Any, Callable[[Any], Any]] = {
    bool: _to_bool,
    int: _to_int,
    float: _to_number,
    str: _to_str,
    Password: _to_password,
    ByteSize: _to_size,
    Duration: _to_duration,
    Path: _to_path,
    FieldRef: _to_reference,
    Sprintf: _to_sprintf,
    Regex: _to_regex,
    CodecSetting: _to_codec,
}


def shown(value: Any) -> str:  # Any: whatever the file has
    """Return a value as a message quotes it, cut where it is long."""
    text = repr(value)
    return text if len(text) <= CHARS_SHOWN else text[:CHARS_SHOWN] + "…"


def type_words(wanted: Any) -> str:  # Any: an annotation
    """Return an annotation in the words of Logstash's reference: `string`, `array of field references`."""
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is list:
        return f"array of {type_words(arguments[0])}"
    if origin is dict:
        return "hash" if arguments[1] not in WORDS else f"hash of {type_words(arguments[1])}"
    if origin is Literal:
        return "one of " + ", ".join(f"`{choice}`" for choice in arguments)
    if origin is types.UnionType or origin is typing.Union:
        return " or ".join(type_words(member) for member in arguments if member is not type(None))
    return WORDS.get(wanted, "value")


WORDS: dict[Any, str] = {
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    Password: "password",
    ByteSize: "bytes",
    Duration: "seconds",
    Path: "path",
    FieldRef: "field reference",
    Sprintf: "string, sprintf",
    Regex: "regular expression",
    CodecSetting: "codec",
}
