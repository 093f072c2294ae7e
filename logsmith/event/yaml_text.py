"""YAML as Ruby reads it: what a plain scalar stands for is decided as Psych does, or as a reader of streams does.

A date is a `datetime.date`, which no field can hold, a time a Timestamp, a symbol its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import yaml

from logsmith.event.errors import EventError
from logsmith.event.timestamp import Timestamp

Resolve = Callable[[str], Any]  # Any: what a plain scalar stands for

LONGEST_WORD = 5
WORDS = {
    **dict.fromkeys(("yes", "true", "on"), True),
    **dict.fromkeys(("no", "false", "off"), False),
    **dict.fromkeys(("null", "~", ""), None),
}
STREAM_WORDS = {"null": None, "~": None, "": None, "true": True, "false": False}

_starts_as_text = re.compile(r"(?m)^[^\d.:-]?[^\W\d]|^[^\d.:-]?[\s!@#$%\^&*(){}<>|/~;=]").search
_TIME = re.compile(
    r"(-?\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt]|\s+)(\d{1,2}):(\d\d):(\d\d)(?:\.(\d*))?"
    r"(?:\s*(?:Z|([-+])(\d{1,2}):?(\d\d)?))?",
    re.ASCII,
)
_DATE = re.compile(r"(\d{4})-(1[012]|0\d|\d)-([12]\d|3[01]|0\d|\d)", re.ASCII)
_INTEGERS = (
    (re.compile(r"[-+]?0b[01_,]+"), 2),
    (re.compile(r"[-+]?0[0-7_,]+"), 8),
    (re.compile(r"[-+]?(?:0|[1-9](?:[0-9]|,[0-9]|_[0-9])*)"), 10),
    (re.compile(r"[-+]?0[xX][0-9a-fA-F_,]+"), 16),
)
_FLOAT = re.compile(r"[-+]?(?:[0-9][0-9_,]*)?\.[0-9]*(?:[eE][+-][0-9]+)?")
_SIXTIES = re.compile(r"[-+]?[0-9][0-9_]*(?::[0-5]?[0-9]){1,2}(\.[0-9_]*)?")


class SymbolName(str):
    """A symbol's name, where a reader wants to tell symbols from texts."""

    __slots__ = ()


def read_yaml(
    text: str, *, as_stream: bool = False, keeps_symbols: bool = False
) -> Any:  # Any: what it holds
    """Return the first document of a text; raises yaml.YAMLError, and EventError for what a stream cannot hold."""
    if as_stream and any(isinstance(one, yaml.AliasEvent) for one in yaml.parse(text, yaml.CSafeLoader)):
        raise EventError("an alias cannot be read from a stream")
    psych = _SymbolLoader if keeps_symbols else _PsychLoader
    loader = _StreamLoader(text) if as_stream else psych(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def psych_scalar(text: str) -> Any:  # Any: as in Resolve
    """Return what a plain scalar stands for in Psych."""
    if not text or "\n" in text or _starts_as_text(text):
        return WORDS.get(text.lower(), text) if len(text) <= LONGEST_WORD else text
    for read in (_time, _day, _endless, _symbol, _sixties, _float, _integer):
        found = read(text)
        if found is not None:
            return found
    return text


def psych_scalar_or_symbol(text: str) -> Any:  # Any: as in Resolve
    """Return what a plain scalar stands for in Psych, a symbol as its name."""
    found = psych_scalar(text)
    is_symbol = text.startswith(":") and isinstance(found, str) and found is not text
    return SymbolName(found) if is_symbol else found


def stream_scalar(text: str) -> Any:  # Any: as in Resolve
    """Return what a plain scalar stands for where a YAML file is read as a stream."""
    if text in STREAM_WORDS:
        return STREAM_WORDS[text]
    if re.fullmatch(r"-?[0-9]+", text):
        return int(text)
    return float(text) if re.fullmatch(r"-?[0-9]+\.[0-9]+", text) else text


def _time(text: str) -> Timestamp | None:
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, sign, hours, minutes = found.groups()
    offset = f"{sign}{int(hours):02}:{int(minutes or 0):02}" if sign else "Z"
    clock = f"{int(hour):02}:{minute}:{second}" + (f".{fraction[:9]}" if fraction else "")
    try:
        return Timestamp.parse(f"{year}-{int(month):02}-{int(day):02}T{clock}{offset}")
    except EventError:
        return None


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def _endless(text: str) -> float | None:
    if text.lower() in (".inf", "+.inf", "-.inf"):
        return float(text.replace(".", ""))
    return float("nan") if text.lower() == ".nan" else None


def _symbol(text: str) -> str | None:
    return text[1:].strip("\"'") if text.startswith(":") and len(text) > 1 else None


def _sixties(text: str) -> int | float | None:
    found = _SIXTIES.fullmatch(text)
    if found is None:
        return None
    parts = text.replace("_", "").split(":")  # two parts are hours and minutes
    if found[1] is None:
        return sum(int(part) * weight for part, weight in zip(parts, (3600, 60, 1), strict=False))
    return sum(float(part) * weight for part, weight in zip(parts, (3600, 60, 1), strict=False))


def _float(text: str) -> float | None:
    if not _FLOAT.fullmatch(text) or text.lstrip("+-") == ".":
        return None
    return float(re.sub(r"\.(?=[eE]|$)", "", text.replace(",", "").replace("_", "")))


def _integer(text: str) -> int | None:
    for pattern, radix in _INTEGERS:
        if pattern.fullmatch(text):
            digits = text.replace(",", "").replace("_", "")
            return int(re.sub(r"0[bB]|0[xX]", "", digits, count=1) if radix in (2, 16) else digits, radix)
    return None


class _RubyLoader(yaml.CSafeLoader):
    """Takes plain scalars for what `meaning` makes of them."""

    meaning: Resolve
    yaml_implicit_resolvers = {"<": [("tag:yaml.org,2002:merge", re.compile("<<"))]}  # noqa: RUF012  as in its class

    def construct_text(self, node: yaml.ScalarNode) -> Any:  # Any: as in Resolve
        """Return what a scalar stands for; a quoted one is a text."""
        return type(self).meaning(node.value) if not node.style else node.value


_RubyLoader.add_constructor("tag:yaml.org,2002:str", _RubyLoader.construct_text)


class _PsychLoader(_RubyLoader):
    meaning = staticmethod(psych_scalar)


class _SymbolLoader(_RubyLoader):
    meaning = staticmethod(psych_scalar_or_symbol)

    def construct_symbol(self, node: yaml.ScalarNode) -> SymbolName:
        """Return what is tagged as a symbol."""
        return SymbolName(self.construct_scalar(node))


for _tag in ("!ruby/symbol", "!ruby/sym"):
    _SymbolLoader.add_constructor(_tag, _SymbolLoader.construct_symbol)


class _StreamLoader(_RubyLoader):
    meaning = staticmethod(stream_scalar)
