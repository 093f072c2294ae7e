"""Mistakes that spoil the text behind them, and the text as it was probably meant.

A no-break space or a typographic quote is a character that looks like another; a string that ends in a
backslash, or has lost its closing quote, swallows everything up to the next quote. Each is reported once,
mended in a copy of the text that keeps all offsets, and the copy is parsed again: what is found then are
other mistakes. The patterns are compiled when they are first needed, which is seldom.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from logsmith.config.diagnostics import Diagnostic
from logsmith.config.source import Span

if TYPE_CHECKING:
    from logsmith.config.source import Source

_BLANKS = "[\x0b\x0c\x85\u00a0\u1680\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff]"
_QUOTES = {**dict.fromkeys("“”„‟″", '"'), **dict.fromkeys("‘’‚‛′`´", "'")}
_NAMES = {"\u00a0": "no-break space", "\u200b": "zero-width space", "\u3000": "ideographic space"}
_BACKSLASH_END = r"\\[\"'](?=[ \t,\]})]*\r?\Z)"
_CLOSED = {quote: rf"{quote}(?:\\{quote}|[^{quote}\n])*+{quote}" for quote in "\"'/"}
_SETTINGS_FOLLOW = (
    r"\s*(?:\Z|[}\]#,)]|[A-Za-z0-9_-]+\s*(?:=>|\{)|(?:if|else)\b|(\"|')(?:(?!\1).)*\1\s*(?:=>|[,\]}\n]))"
)
_MATCHES = r"[=!]~\s*\Z"  # only a match has a pattern behind it
_OPENING = {"}": "{", "]": "[", ")": "("}

NEARBY = 40  # characters behind a long string in which a mistake is still blamed on its end


class Repair(Exception):  # noqa: N818  not an error: a way to go on
    """A mistake and the text without it."""

    def __init__(self, diagnostic: Diagnostic, text: str) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic
        self.text = text


def find_repair(source: Source, text: str, at: int, long_string: tuple[int, int] | None) -> Repair | None:
    """Find what may be mended where parsing stops; `long_string` is the last one over several lines."""
    char = text[at : at + 1]
    if re.match(_BLANKS, char):
        return _blank_repair(source, text, at)
    if char in _QUOTES and char:
        return _quote_repair(source, text, at)
    if long_string is not None and long_string[1] <= at <= long_string[1] + NEARBY:
        between = text[long_string[1] : at]
        if "\n" not in between:
            return _string_repair(source, text, long_string[0], touching=long_string[1] == at)
    if char in _CLOSED and (char != "/" or re.search(_MATCHES, text[max(at - NEARBY, 0) : at])):
        return _string_repair(source, text, at, touching=True)
    return None


def _blank_repair(source: Source, text: str, at: int) -> Repair:
    char = text[at]
    if char == "\ufeff" and at == 0:
        found, hint = "byte order mark", "save the file as UTF-8 without a byte order mark"
    else:
        name = _NAMES.get(char, "an invisible character")
        found, hint = f"U+{ord(char):04X} ({name})", "white space is blank, tab and line end only"
    end = _line_end(text, at)
    mended = text[:at] + re.sub(_BLANKS, " ", text[at:end]) + text[end:]
    return _syntax(Span(source, at, at + 1), f"unexpected {found}", hint, mended)


def _quote_repair(source: Source, text: str, at: int) -> Repair:
    char, quote = text[at], _QUOTES[text[at]]
    end = _line_end(text, at)
    closing = next((i for i in range(at + 1, end) if _QUOTES.get(text[i], text[i]) == quote), None)
    mended = _with(text, at, quote)
    if closing is not None:
        mended = _with(mended, closing, quote)
    hint = f"write a string with straight quotes: {quote}"
    return _syntax(Span(source, at, at + 1), f'unexpected typographic quote "{char}"', hint, mended)


def _string_repair(source: Source, text: str, start: int, *, touching: bool) -> Repair | None:
    quote, end = text[start], _line_end(text, start)
    if re.match(_CLOSED[quote], text[start:end]):
        return None
    for found in re.compile(_BACKSLASH_END).finditer(text, start + 1, end):
        if found[0][1] == quote:
            message = "a string cannot end in a backslash"
            hint = rf"\{quote} is a quote inside the string; leave the backslash away, or write / in a path"
            mended = _with(text, found.start(), "/")
            return _syntax(Span(source, *found.span()), message, hint, mended)
    if not touching or not text[start + 1 : end].strip() or not re.compile(_SETTINGS_FOLLOW).match(text, end):
        return None
    content = text[start + 1 : end]
    if quote == "/":
        content = content.rstrip(" \t\r{")
    close = start + 1 + len(_content(content))
    # The quote takes the place of the line end, so that all offsets behind it stay.
    mended = text[:close] + quote + text[close:end] + text[end + 1 :]
    kind = "pattern" if quote == "/" else "string"
    hint = f"close the {kind} with {quote}"
    return _syntax(Span(source, start, close), f"this {kind} is not closed on its line", hint, mended)


def _content(line: str) -> str:
    """What of the rest of a line was probably meant to be in the string that lost its closing quote."""
    while True:
        line = line.rstrip(" \t\r,")
        opening = _OPENING.get(line[-1:])
        if opening is None or line.count(line[-1]) <= line.count(opening):
            return line
        line = line[:-1]


def _syntax(span: Span, message: str, hint: str, mended: str) -> Repair:
    return Repair(Diagnostic("syntax-error", message, span, hint), mended)


def _with(text: str, at: int, char: str) -> str:
    return text[:at] + char + text[at + 1 :]


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end
