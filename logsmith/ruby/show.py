"""Ruby's `to_s` and `inspect`, as Python texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from unicodedata import category

from logsmith.event import Timestamp
from logsmith.event.ruby import ruby_number
from logsmith.ruby.classes import RubyClass, class_of
from logsmith.ruby.compare import from_key
from logsmith.ruby.exceptions import RubyException
from logsmith.ruby.numerals import integer_text
from logsmith.ruby.objects import Enumerator, MatchData, Proc, Range, Regexp, String, Symbol

_ESCAPES = {
    '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\f": "\\f",
    "\v": "\\v", "\b": "\\b", "\a": "\\a", "\x1b": "\\e",
}  # fmt: skip
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]|#(?=[{$@])|[^\x20-\x7e]')
_PLAIN = re.compile(r"[^\"\\#\x00-\x1f\x7f-\U0010ffff]*\Z")
_SYMBOL = re.compile(
    r"(?:[^\W\d]\w*[?!=]?|\$(?:[^\W\d]\w*|\d+|[~*$?!@/\\;,.=:_<>\"&`'+0-9])|@@?[^\W\d]\w*"
    r"|\[\]=?|\*\*|[!=]~|!=?|===?|<=>|<=?|>=?|<<|>>|[-+]@?|[*/%~^&|`])\Z"
)
_UNPRINTABLE = frozenset(("Cc", "Cn", "Cs", "Zl", "Zp"))
_KEY = re.compile(r"[^\W\d]\w*[?!]?\Z")


def to_s(value: Any) -> str:
    """Return the text of a value, as `"#{value}"` has it."""
    shown = _TEXTS.get(value.__class__)
    if shown is not None:
        return shown(value)
    if isinstance(value, (RubyClass, RubyException, Enumerator)):
        return _plain(value)
    if isinstance(value, (list, dict)):
        return inspect(value)
    return _asked(value, "to_s")


def inspect(value: Any) -> str:
    """Return the text of a value as Ruby 3.4 shows it: `{"a" => 1, b: [nil, :c]}`."""
    shown = _INSPECTED.get(value.__class__) or _TEXTS.get(value.__class__)
    if shown is not None:
        return shown(value)
    if isinstance(value, list):
        return _inspect_list(value)
    if isinstance(value, dict):
        return _inspect_dict(value)
    if isinstance(value, RubyException):
        return _inspect_exception(value)
    if isinstance(value, (RubyClass, Enumerator)):
        return _plain(value)
    return _asked(value, "inspect")


def _asked(value: Any, name: str) -> str:
    from logsmith.ruby.dispatch import call  # noqa: PLC0415  the tables import this module

    answer = call(value, name)
    return answer.text if isinstance(answer, String) else _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, RubyClass):
        return value.name
    if isinstance(value, RubyException):
        return value.message
    if isinstance(value, Enumerator):
        args = f"({', '.join(map(inspect, value.args))})" if value.args else ""
        return f"#<Enumerator: {inspect(value.receiver)}:{value.name}{args}>"
    return _object_text(value)


def _object_text(value: Any, shown: str = "") -> str:
    """Return the class of an object, with an address if the program made the class."""
    address = f":0x{id(value) & 0xFFFFFFFF:x}" if hasattr(value, "members") else ""
    return f"#<{class_of(value).name}{address}{shown}>"


_shown_now: list[Any] = []  # objects that are being shown, which may hold each other


def inspect_object(value: Any) -> str:
    """Return what Object's own `inspect` shows: the class and the instance variables."""
    variables = getattr(value, "variables", None)
    if not variables or not hasattr(value, "members"):
        return _plain(value)
    if any(one is value for one in _shown_now):
        return _object_text(value, " ...")
    _shown_now.append(value)
    try:
        listed = ", ".join(f"@{name}={inspect(member)}" for name, member in variables.items())
    finally:
        _shown_now.pop()
    return _object_text(value, f" {listed}")


def has_text(value: Any) -> bool:
    """Return whether this module knows how to show a value, without asking its methods."""
    return value.__class__ in _TEXTS or isinstance(value, (list, dict, RubyClass, RubyException, Enumerator))


def plain_text(value: Any) -> str:
    """Return what Object's own `to_s` and `inspect` show of a value of which nothing more is known."""
    return _plain(value)


def inspect_text(value: String) -> str:
    """Return a String in quotes, with escapes."""
    text = value.text
    if _PLAIN.match(text):
        return f'"{text}"'
    if value.is_binary:
        return '"' + _ESCAPED.sub(lambda found: _escape(found[0], is_binary=True), text) + '"'
    if not value.encoding.startswith("UTF"):
        return '"' + _ESCAPED.sub(lambda found: _escape_coded(found[0], value), text) + '"'
    return '"' + _ESCAPED.sub(lambda found: _escape(found[0]), text) + '"'


def _escape(char: str, *, is_binary: bool = False) -> str:
    if char == "#":
        return "\\#"
    code = ord(char)
    if char in _ESCAPES:
        return _ESCAPES[char]
    if is_binary:
        return f"\\x{code:02X}"
    if 0xDC80 <= code <= 0xDCFF:  # an invalid byte
        return f"\\x{code - 0xDC00:02X}"
    if category(char) not in _UNPRINTABLE:
        return char
    return f"\\u{code:04X}" if code < 0x10000 else f"\\u{{{code:X}}}"


def _escape_coded(char: str, value: String) -> str:
    if char.isascii():
        return _escape(char, is_binary=True)
    from logsmith.ruby.encodings import to_bytes  # noqa: PLC0415  few texts are in another encoding

    octets = to_bytes(value.like(char)).hex().upper()
    return f"\\x{octets}" if len(octets) == 2 else f"\\x{{{octets}}}"


def inspect_symbol(symbol: Symbol) -> str:
    """Return `:name`, or `:"a name"` where it is not a word."""
    name = symbol.name
    return f":{name}" if _SYMBOL.match(name) else f":{inspect_text(String(name))}"


def _inspect_list(values: list[Any]) -> str:
    return "[" + ", ".join(["[...]" if value is values else inspect(value) for value in values]) + "]"


def _inspect_dict(pairs: dict[Any, Any]) -> str:
    if not pairs:
        return "{}"
    return (
        "{"
        + ", ".join(
            [_pair(key, "{...}" if value is pairs else inspect(value)) for key, value in pairs.items()]
        )
        + "}"
    )


def _pair(key: Any, shown: str) -> str:
    key = from_key(key)
    if isinstance(key, Symbol):
        return f"{key.name if _KEY.match(key.name) else inspect_text(String(key.name))}: {shown}"
    return f"{inspect(key)} => {shown}"


def _inspect_exception(exception: RubyException) -> str:
    name, message = exception.ruby_class.name, exception.message
    if not message:
        return name
    if "\n" in message:
        return f"#<{name}:{inspect_text(String(message))}>"
    return f"#<{name}: {message}>"


def _range(value: Range, show: Callable[[Any], str]) -> str:
    first = "" if value.first is None and show is inspect and value.last is not None else show(value.first)
    last = "" if value.last is None and show is inspect and value.first is not None else show(value.last)
    return f"{first}{'...' if value.is_exclusive else '..'}{last}"


def _regexp(value: Regexp) -> str:
    off = "".join(letter for letter in "mix" if letter not in value.options)
    return f"(?{value.options}{'-' + off if off else ''}:{_slashed(value.source)})"


def _slashed(source: str) -> str:
    return re.sub(r"(\\.)|/", lambda found: found[1] or "\\/", source, flags=re.DOTALL)


def _inspect_match(value: MatchData) -> str:
    names = {number: name for name, numbers in value.regexp.regex.names for number in numbers}
    groups = "".join(
        f" {names.get(number, number)}:{inspect(value.group(number))}"
        for number in range(1, len(value.match.groups()) + 1)
    )
    return f"#<MatchData {inspect(value.group(0))}{groups}>"


_TEXTS: dict[type, Callable[[Any], str]] = {
    String: lambda value: value.text,
    int: integer_text,
    float: ruby_number,
    Decimal: ruby_number,
    bool: lambda value: "true" if value else "false",
    type(None): lambda _value: "",
    Symbol: lambda value: value.name,
    Timestamp: str,
    Range: lambda value: _range(value, to_s),
    Regexp: _regexp,
    MatchData: lambda value: value.match.group(0),
    Proc: lambda value: "#<Proc (lambda)>" if value.is_lambda else "#<Proc>",
}
_INSPECTED: dict[type, Callable[[Any], str]] = {
    String: inspect_text,
    type(None): lambda _value: "nil",
    Symbol: inspect_symbol,
    Timestamp: str,
    Range: lambda value: _range(value, inspect),
    Regexp: lambda value: f"/{_slashed(value.source)}/{value.options}",
    MatchData: _inspect_match,
}
