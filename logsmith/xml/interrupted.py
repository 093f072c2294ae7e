"""Where the JVM's parser gives up on a malformed document: an XPath expression sees what is before that place only.

Text before the first tag is one such place, the first end tag that does not match its start tag is another. Other mistakes
are mended, and reading goes on.
"""

from __future__ import annotations

import re

_SKIPPED = {"<!--": "-->", "<![CDATA[": "]]>", "<?": "?>"}
_BLANKS = " \t\r\n"

_skipped_start = re.compile(r"<!--|<!\[CDATA\[|<\?").match
_end_tag = re.compile(r"</([^\s<>]*)[ \t\r\n]*(>?)").match
_name = re.compile(r"[^\s/<>\"'=]*").match
_quote_or_end = re.compile(r"[\"'>]").search


def start_of(text: str) -> int | None:
    """Return the place of the first tag, None where text stands before it."""
    blanks = len(text) - len(text.lstrip("\ufeff" + _BLANKS))
    return blanks if text.startswith("<", blanks) else None


def before_mismatch(text: str) -> str:
    """Return a document as far as the first end tag that is not the one of the innermost open element."""
    opened: list[str] = []
    at = text.find("<")
    while at >= 0:
        if text.startswith("</", at):
            found = _end_tag(text, at)
            if found is None or not found[2] or not opened or opened.pop() != found[1]:
                return text[:at]
            end: int | None = found.end()
        elif (skipped := _skipped_start(text, at)) is not None:
            end = _after(text, _SKIPPED[skipped[0]], skipped.end())
        elif text.startswith("<!", at):
            end = _end_of_document_type(text, at)
        else:
            end = _end_of_start_tag(text, at, opened)
        if end is None:
            return text
        at = text.find("<", end)
    return text


def _after(text: str, closing: str, at: int) -> int | None:
    place = text.find(closing, at)
    return place + len(closing) if place >= 0 else None


def _end_of_document_type(text: str, at: int) -> int | None:
    end = _after(text, ">", at)
    bracket = text.find("[", at, end)
    if end is None or bracket < 0:
        return end
    inside = _after(text, "]", bracket)
    return None if inside is None else _after(text, ">", inside)


def _end_of_start_tag(text: str, at: int, opened: list[str]) -> int | None:
    """Return the place after a start tag, None if it has no end; an element that stays open is added."""
    name = _name(text, at + 1)
    place = at + 1 if name is None else name.end()
    while (found := _quote_or_end(text, place)) is not None:
        if found[0] == ">":
            if text[found.start() - 1] != "/":
                opened.append("" if name is None else name[0])
            return found.end()
        closed = _after(text, found[0], found.end())
        if closed is None:
            return None
        place = closed
    return None
