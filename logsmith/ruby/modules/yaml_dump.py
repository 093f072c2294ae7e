"""`to_yaml` and `YAML.dump`, in the style in which JRuby writes values that events hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from math import isfinite
from typing import Any

from logsmith.event import Timestamp
from logsmith.event.yaml_text import psych_scalar
from logsmith.ruby.classes import class_of
from logsmith.ruby.compare import from_key
from logsmith.ruby.dispatch import call, class_methods_of, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import String, Symbol
from logsmith.ruby.show import inspect_text, to_s
from logsmith.ruby.times import Time

_WIDTH = 80
_DEEPEST = 100
_ODD_START = re.compile(r'\W[^"\n]*\Z')
_LINES_WITHIN = re.compile(r"\n(?!\n?\Z)")
_NOT_IN_LINES = re.compile(r" \n| \Z|[^\n\x20-\x7e\xa1-\ud7ff\ue000-\ufffd]")
_NOT_PRINTED = re.compile(r"[^\n\x20-\x7e\xa1-\ud7ff\ue000-\ufffd]")
_NOT_PLAIN = re.compile(r"\A\Z|\A[\s\"'&*!|>%@`#{}\[\],?:-]|\s\Z|: |:\Z| #|\n")
_OCTAL = re.compile(r"0\d+\Z")
_LETTERS = frozenset("yYnN")


def dumped(value: Any) -> str:
    """Return a document."""
    if isinstance(value, list | dict) and value:
        return "---\n" + "".join(f"{line}\n" for line in _block(value, 0))
    text = _scalar(value, 2)
    return f"---{' ' * bool(text)}{text}\n"


def _block(value: list[Any] | dict[Any, Any], depth: int) -> Iterator[str]:
    """Yield the lines of a collection that has members, not indented."""
    if depth > _DEEPEST:
        raise fault("SystemStackError", "stack level too deep")
    if isinstance(value, list):
        for member in value:
            yield from _under("-", member, depth, at_once=True)
        return
    for key, member in value.items():
        name = from_key(key)
        text = _scalar(name, 2) if not (isinstance(name, list | dict) and name) else None
        if text and "\n" not in text and text != "''":
            yield from _under(f"{text}:", member, depth, at_once=False)
        else:
            yield from _under("?", name, depth, at_once=True)
            yield from _under(":", member, depth, at_once=True)


def _under(sign: str, member: Any, depth: int, *, at_once: bool) -> Iterator[str]:
    if not (isinstance(member, list | dict) and member):
        text = _scalar(member, 2, column=len(sign) + 1 + 2 * depth)
        yield f"{sign} {text}" if text else sign
        return
    lines = _block(member, depth + 1)
    if at_once:
        yield f"{sign} {next(lines)}"
    else:
        yield sign
    indent = "" if isinstance(member, list) and not at_once else "  "
    for line in lines:
        yield indent + line if line else line


def _scalar(value: Any, indent: int, column: int = 0) -> str:
    if value.__class__ is String:
        return _text(value, " " * indent, column)
    if isinstance(value, Symbol):
        name = f":{value.name}"
        return (
            f"'{name}'"
            if _NOT_PLAIN.search(value.name) and not value.name.replace(" ", "").isalnum()
            else name
        )
    if value is None:
        return ""
    if isinstance(value, float) and not isfinite(value):
        return ".nan" if value != value else ".inf" if value > 0 else "-.inf"  # noqa: PLR0124  NaN
    if isinstance(value, bool | int | float):
        return to_s(value)
    if isinstance(value, list | dict):
        return "[]" if isinstance(value, list) else "{}"
    return _moment(value)


def _moment(value: Any) -> str:
    kind = class_of(value).name
    if isinstance(value, Timestamp):
        return _moment(call(value, "time"))
    if isinstance(value, Time):
        is_utc = call(value, "utc?")
        return to_s(call(value, "strftime", (String(f"%Y-%m-%d %H:%M:%S.%N {'Z' if is_utc else '%:z'}"),)))
    if isinstance(value, date) or kind == "Date":
        return to_s(value)
    raise fault("TypeError", f"can't dump {kind}")


def _text(box: String, indent: str, column: int) -> str:
    text = box.text
    if box.is_binary and not text.isascii():
        return f"!binary |-\n{indent}{to_s(call([box], 'pack', (String('m0'),)))}"
    if _LINES_WITHIN.search(text):
        return _quoted(text) if _NOT_IN_LINES.search(text) else _literal(text, indent)
    if (
        text in _LETTERS
        or (_ODD_START.match(text) and not text.startswith("\n"))
        or _NOT_PRINTED.search(text)
    ):
        return _quoted(text)
    if psych_scalar(text) != text or _OCTAL.match(text) or _NOT_PLAIN.search(text):
        lines = text.replace("'", "''").replace("\n", f"\n\n{indent}")
        return _folded(f"'{lines}'", indent, column) if not text.endswith("\n\n") else _quoted(text)
    return _folded(text, indent, column)


def _literal(text: str, indent: str) -> str:
    hint = "2" if text[0] in " \n" else ""
    chomp = "" if text.endswith("\n") and not text.endswith("\n\n") else "+" if text.endswith("\n") else "-"
    lines = text.removesuffix("\n").split("\n")
    return f"|{hint}{chomp}\n" + "\n".join(f"{indent}{line}" if line else "" for line in lines)


def _quoted(text: str) -> str:
    shown = inspect_text(String(text)).replace("\\#", "#")
    shown = re.sub(r"\\u00([0-9A-F]{2})", r"\\x\1", shown).replace("\u00a0", "\\_")
    return shown.replace("\\x00", "\\0").replace("\\x85", "\\N")


def _folded(text: str, indent: str, column: int) -> str:
    """Return a text whose lines are broken at the first blank beyond the width."""
    if column + len(text) <= _WIDTH:
        return text
    made: list[str] = []
    for at, char in enumerate(text):
        is_inside = char == " " and text[at - 1] != " " and text[at + 1 : at + 2] not in ("", " ")
        if is_inside and column > _WIDTH and text[at + 1 :] != "'":
            made.append(f"\n{indent}")
            column = len(indent)
        else:
            made.append(char)
            column += 1
    return "".join(made)


methods_of("Object").add("to_yaml", lambda value, **_options: String(dumped(value)))
class_methods_of("Psych").add("dump", lambda _module, value, **_options: String(dumped(value)))
