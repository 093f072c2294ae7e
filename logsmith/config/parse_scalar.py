"""Parse strings and numbers, and read what is neither but was meant to be; the grammar is in `parser.py`."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NoReturn

from logsmith.config.ast import Number, String, Value
from logsmith.config.cursor import BAREWORD, NAME, NUMBER, SyntaxStopError
from logsmith.config.hints import hint_for_value

if TYPE_CHECKING:
    from logsmith.config.cursor import Cursor

A_VALUE = ("a string", "a number", "a bareword", "an array", "a hash")

# Needed after a mistake only, and compiled then.
WRONG_ARROW = r"[=~—–-]+>{1,2}|:{0,2}=|:|=+|→|>=?"
_LOOSE_VALUE = r"(?:[$%]\{[^}\n]*\}|[^\s,\]}#{[])(?:[$%]\{[^}\n]*\}|[^\s,\]}#])*"
_ENDS_VALUE = frozenset(" \t\r\n#,;]}")


def parse_scalar(cursor: Cursor, where: str) -> Value:
    """Read a bareword, a string or a number."""
    start = cursor.at
    if cursor.text[start : start + 1] in ('"', "'"):
        return parse_string(cursor, where)
    word = cursor.take(BAREWORD)
    if word is not None:
        return String(word, "", cursor.span(start))
    if NUMBER.match(cursor.text, start):
        return parse_number(cursor)
    return _read_loose_value(cursor, where)


def parse_string(cursor: Cursor, where: str) -> String:
    """Read a string that begins here."""
    start = cursor.at
    quoted = cursor.take_string()
    if quoted is None:
        leave_unclosed_string(cursor, where)
    return String(quoted[1:-1], quoted[0], cursor.span(start))


def parse_number(cursor: Cursor) -> Number:
    """Read a number that begins here, as Ruby does: a leading zero means octal, a dot makes a float."""
    start = cursor.at
    written = cursor.take(NUMBER) or ""
    span = cursor.span(start)
    value, hint = _number(written)
    if hint:
        cursor.report("bad-value", span, f"{written} is not a number", hint=hint)
    return Number(value, span)


def _number(written: str) -> tuple[int | float, str]:
    if "." in written:
        value = float(written)
        if written.endswith("."):
            return 0.0, f"write {written}0"
        return (value, "") if math.isfinite(value) else (0.0, "it is too large")
    digits = written.lstrip("-")
    is_octal = len(digits) > 1 and digits[0] == "0"
    try:
        return int(written, 8 if is_octal else 10), ""
    except ValueError:
        return 0, "a number with a leading zero is octal" if is_octal else "it has too many digits"


def _read_loose_value(cursor: Cursor, where: str) -> Value:
    """Report what cannot be a value, and read it as the string it was probably meant to be."""
    start = cursor.at
    loose = re.compile(_LOOSE_VALUE).match(cursor.text, start)
    if loose is None:
        raise SyntaxStopError(start, A_VALUE, where)
    cursor.unexpected(where, A_VALUE, hint_for_value(loose[0]), end=loose.end())
    cursor.at = loose.end()
    return String(loose[0], '"', cursor.span(start))


def leave_unclosed_string(cursor: Cursor, where: str) -> NoReturn:
    """Report a string that goes on to the end of the text; nothing can be read behind it."""
    quote, line = cursor.text[cursor.at], cursor.line_of(cursor.at)
    hint = f"the string opened at line {line} is never closed"
    cursor.unexpected(where, (f"a closing {quote}",), hint)
    stop = SyntaxStopError(cursor.at, (), where)
    cursor.give_up()
    raise stop


def read_junk(cursor: Cursor, value: Value, where: str) -> None:
    """Report what touches the end of a value, such as the `-bar` of `foo-bar`."""
    text, at = cursor.text, cursor.at
    if text[at : at + 1] in _ENDS_VALUE or at == len(text) or is_name(cursor, at, text[at]):
        return
    if isinstance(value, String) and value.quote:
        other = "'" if value.quote == '"' else '"'
        hint = f"the string ends before this; put {other} around a string that holds {value.quote}"
        if value.text.rstrip(" \t").endswith((f"\\{value.quote},", f"\\{value.quote}")):
            hint = f"\\{value.quote} does not end a string; leave the backslash away, or write / in a path"
        raise SyntaxStopError(at, ("a blank",), where, hint)
    if not isinstance(value, String | Number):
        return  # what is missing between this and the next is reported there
    loose = re.compile(_LOOSE_VALUE).match(text, at)
    end = loose.end() if loose is not None else at + 1
    cursor.unexpected(where, ("a blank",), hint_for_value(text[value.span.start : end]), end=end)
    cursor.at = end


def is_name(cursor: Cursor, at: int, lexeme: str) -> bool:
    """Tell whether a setting or an entry begins at an offset, or a bracket ends there."""
    if lexeme == "}":
        return True
    found = NAME.match(cursor.text, at)
    if found is None:
        return False
    follows = cursor.after_blank(found.end())
    if cursor.text.startswith("=>", follows):
        return True
    if not cursor.is_first_on_line(at):
        return False
    return (
        cursor.text.startswith("{", follows)
        or re.compile(WRONG_ARROW).match(cursor.text, follows) is not None
    )
