r"""Sets of characters as `tr`, `delete`, `squeeze` and `count` take them: `a-z`, `^a-z`, with backslashes before `^ - \`."""

from __future__ import annotations

from functools import lru_cache

from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import check_valid


@lru_cache(maxsize=500)
def _expanded(text: str) -> str:
    """Return the characters that a set names, in order; raises ArgumentError for a range that runs backwards."""
    items = _items(text)
    chars: list[str] = []
    at = 0
    while at < len(items):
        char, _ = items[at]
        if at + 2 < len(items) and items[at + 1] == ("-", False):
            last = items[at + 2][0]
            if last < char:
                raise fault("ArgumentError", f'invalid range "{char}-{last}" in string transliteration')
            chars += map(chr, range(ord(char), ord(last) + 1))
            at += 3
        else:
            chars.append(char)
            at += 1
    return "".join(chars)


def _items(text: str) -> list[tuple[str, bool]]:
    """Return each character, and whether a backslash made it an ordinary one."""
    items: list[tuple[str, bool]] = []
    at = 0
    while at < len(text):
        is_escaped = text[at] == "\\" and at + 1 < len(text)
        at += is_escaped
        items.append((text[at], is_escaped))
        at += 1
    return items


def _is_negated(text: str) -> bool:
    return len(text) > 1 and text[0] == "^"


def translate(text: str, source: str, target: str, *, is_squeezing: bool = False) -> str:
    """Return Ruby's `tr`, or `tr_s`: runs that become the same character become one."""
    if not target:
        return delete(text, [source])
    check_valid(text)
    new = _expanded(target)
    if _is_negated(source):
        kept, last = frozenset(_expanded(source[1:])), new[-1]
        replaced = [None if char in kept else last for char in text]
    elif not is_squeezing:
        return text.translate(_table(source, target))
    else:
        table = _table(source, target)
        replaced = [table.get(ord(char)) for char in text]
    return _squeezed(text, replaced) if is_squeezing else "".join(map(_either, replaced, text))


def _either(new: str | None, old: str) -> str:
    return old if new is None else new


@lru_cache(maxsize=500)
def _table(source: str, target: str) -> dict[int, str]:
    """Return what becomes what; of a character named twice, the last one counts."""
    new = _expanded(target)
    return {ord(char): new[min(place, len(new) - 1)] for place, char in enumerate(_expanded(source))}


def _squeezed(text: str, replaced: list[str | None]) -> str:
    parts: list[str] = []
    before: str | None = None
    for old, new in zip(text, replaced, strict=True):
        if new is None or new != before:
            parts.append(old if new is None else new)
        before = new
    return "".join(parts)


def _members(sets: list[str], text: str) -> frozenset[str]:
    """Return the characters of the text that are in all of the sets."""
    check_valid(text)
    found = frozenset(text)
    for one in sets:
        if _is_negated(one):
            found -= frozenset(_expanded(one[1:]))
        else:
            found &= frozenset(_expanded(one))
    return found


def delete(text: str, sets: list[str]) -> str:
    """Return the text without the characters that are in all of the sets."""
    gone = _members(sets, text)
    return "".join(char for char in text if char not in gone) if gone else text


def count(text: str, sets: list[str]) -> int:
    """Return how many characters are in all of the sets."""
    return sum(map(text.count, _members(sets, text)))


def squeeze(text: str, sets: list[str]) -> str:
    """Return the text with runs of one character made one, of those in all of the sets, or of all."""
    members = _members(sets, text)
    parts: list[str] = []
    for char in text:
        if not (parts and parts[-1] == char and char in members):
            parts.append(char)
    return "".join(parts)
