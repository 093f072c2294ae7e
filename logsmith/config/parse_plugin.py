"""Parse plugins, their settings and values; the grammar is at the head of `parser.py`.

A mistake that is common and unmistakable (`->` for `=>`, a comma between settings, a word that wants quotes)
is reported and read as it was meant. Any other ends in SyntaxStopError, which the nearest bracket catches.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from logsmith.config.ast import Array, Attribute, Entry, Hash, Number, Plugin, PluginKind, String, Value
from logsmith.config.cursor import BAREWORD, NAME, NUMBER, STRING, WORD, SyntaxStopError
from logsmith.config.diagnostics import quoted
from logsmith.config.hints import hint_for_arrow, hint_for_statement, hint_for_value
from logsmith.config.parse_scalar import (
    A_VALUE,
    WRONG_ARROW,
    is_name,
    leave_unclosed_string,
    parse_number,
    parse_scalar,
    parse_string,
    read_junk,
)

if TYPE_CHECKING:
    from logsmith.config.cursor import Cursor, Opener

A_SETTING = ("a setting", '"}"')
AN_ENTRY = ("an entry", '"}"')

# Needed after a mistake only, and compiled then.
_LOOSE_KEY = r"(?:[$%]\{[^}\n]*\}|\[[^\]\n]*\]|[^\s,\[\]{}#\"'=:])+"


def parse_plugin(cursor: Cursor, kind: PluginKind, where: str) -> Plugin:
    """Read a plugin: `name { settings }`."""
    start = cursor.at
    name = cursor.take_string() or cursor.take(WORD)
    if name is None:
        expected = ("a plugin", '"if"', '"}"')
        raise SyntaxStopError(start, expected, where, hint_for_statement(cursor.text, start))
    name_span = cursor.span(start)
    found = len(cursor.diagnostics)
    attributes: tuple[Attribute, ...] = ()
    if cursor.blank() == "{":
        attributes = _parse_settings(cursor, name)
    else:
        _read_without_braces(cursor, name, name_span.end)
    is_broken = len(cursor.diagnostics) > found
    return Plugin(name, kind, attributes, cursor.span(start), name_span, is_broken)


def _read_without_braces(cursor: Cursor, name: str, end: int) -> None:
    where = f'after "{name}"'
    if re.compile(WRONG_ARROW).match(cursor.text, cursor.at):
        hint = f"settings stand inside the braces of a plugin: mutate {{ {name} => … }}"
        raise SyntaxStopError(cursor.at, ('"{"',), where, hint)
    if not cursor.has("}") and cursor.line_of(cursor.at) == cursor.line_of(end):
        raise SyntaxStopError(cursor.at, ('"{"',), where, hint_for_arrow(cursor.text, cursor.at, name))
    cursor.unexpected(where, ('"{"',), f"a plugin has braces, even without settings: {name} {{ }}")
    cursor.at = end


def _parse_settings(cursor: Cursor, owner: str) -> tuple[Attribute, ...]:
    opener = cursor.open(1, f'"{{" of {owner}')
    where = f"in the settings of {owner}"
    attributes: list[Attribute] = []
    is_gap_due = False
    while True:
        before = cursor.at
        char = cursor.blank()
        if char == "}":
            cursor.close(opener)
            break
        if not char or _begins_statement(cursor, opener):
            cursor.unclosed(opener, A_SETTING, where)
            break
        if char in ",;":
            _read_separator(cursor, opener, A_SETTING, where)
            is_gap_due = False
            continue
        if is_gap_due:
            _check_gap(cursor, before, where)
        try:
            attribute = _parse_attribute(cursor, where)
        except SyntaxStopError as stop:
            cursor.go_on(stop, is_name)
            attribute = None
        is_gap_due = attribute is not None
        if attribute is not None:
            attributes.append(attribute)
    return tuple(attributes)


def _read_separator(cursor: Cursor, opener: Opener, expected: tuple[str, ...], where: str) -> None:
    """Report the first comma or semicolon between settings or entries; who writes one writes them all."""
    char = cursor.text[cursor.at]
    if opener.at not in cursor.separated:
        kind = "entries of a hash" if expected is AN_ENTRY else "settings"
        cursor.unexpected(where, expected, f'{kind} are parted by blanks, not by "{char}"', end=cursor.at + 1)
    cursor.separated.add(opener.at)
    cursor.at += 1


def _check_gap(cursor: Cursor, before: int, where: str) -> None:
    """Settings are parted by white space; a comment alone does not do."""
    if before == cursor.at:
        cursor.unexpected(where, ("a blank", '"}"'), "a blank is needed between settings")
    elif cursor.text[before] == "#":
        cursor.unexpected(where, ("a blank", '"}"'), "a blank is needed before this comment", at=before)


def _parse_attribute(cursor: Cursor, where: str) -> Attribute | None:
    start = cursor.at
    name = cursor.take_string() or cursor.take(WORD)
    if name is None:
        if cursor.has('"') or cursor.has("'"):
            leave_unclosed_string(cursor, where)
        raise SyntaxStopError(start, A_SETTING, where, hint_for_statement(cursor.text, start))
    name_span = cursor.span(start)
    name = name[1:-1] if name[0] in "\"'" else name
    cursor.blank()
    if cursor.has("=>"):
        cursor.at += 2
    elif not _read_wrong_arrow(cursor, name_span.end, name, where):
        return None
    cursor.blank()
    value = parse_value(cursor, f'as the value of "{name}"')
    read_junk(cursor, value, where)
    return Attribute(name, value, cursor.span(start), name_span)


def _read_wrong_arrow(cursor: Cursor, name_end: int, name: str, where: str) -> bool:
    """Report what stands where `=>` should; tell whether a value follows."""
    text, at = cursor.text, cursor.at
    if name == "if" and text[name_end - 1] == "f":
        _skip_branch(cursor, name_end, where)
        return False
    where = f"after {quoted(name)}" if name[:1] not in ("'", '"') else f"after {name}"
    wrong = re.compile(WRONG_ARROW).match(text, at)
    if wrong is not None:
        cursor.unexpected(where, ('"=>"',), f"write {name} => …", end=wrong.end())
        cursor.at = wrong.end()
        return True
    following = NAME.match(text, at)
    if following is not None and text.startswith("=>", cursor.after_blank(following.end())):
        cursor.unexpected(where, ('"=>"',), f"{name} has no value")
        cursor.at = name_end
        return False
    if text[at : at + 1] in ("[", "{", '"', "'") or (following is not None and at > name_end):
        cursor.unexpected(where, ('"=>"',), f"write {name} => …")
        return True
    raise SyntaxStopError(at, ('"=>"',), where, hint_for_arrow(text, at, name))


def _skip_branch(cursor: Cursor, name_end: int, where: str) -> None:
    hint = "a condition stands around a plugin: if … { mutate { … } }"
    cursor.unexpected(where, A_SETTING, hint, at=name_end - 2)
    cursor.skip_to(lambda _cursor, _at, lexeme: lexeme in "{}")
    if cursor.has("{"):
        cursor.at += 1
        cursor.skip_to(lambda _cursor, _at, lexeme: lexeme == "}")
        cursor.at += 1


def parse_value(cursor: Cursor, where: str) -> Value:
    """Read a value: a plugin, bareword, string, number, array or hash."""
    if cursor.has("["):
        return parse_array(cursor)
    if cursor.has("{"):
        return _parse_hash(cursor)
    name = NAME.match(cursor.text, cursor.at)
    if name is not None and cursor.next_char(name.end()) == "{":
        return parse_plugin(cursor, "codec", where)
    return parse_scalar(cursor, where)


def parse_array(cursor: Cursor) -> Array:
    """Read an array: values parted by commas."""
    start = cursor.at
    opener = cursor.open(1, '"["')
    where = "in an array"
    items: list[Value] = []
    follows = "]" if cursor.blank() == "]" else ","
    while follows == ",":
        if _ends_array(cursor):
            follows = ""
            break
        try:
            items.append(parse_value(cursor, where))
            read_junk(cursor, items[-1], where)
        except SyntaxStopError as stop:
            cursor.go_on(stop, _is_item)
        follows = _read_comma(cursor, where)
    if follows:
        cursor.close(opener)
    else:
        cursor.unclosed(opener, ('","', '"]"'), where)
    return Array(tuple(items), cursor.span(start))


def _read_comma(cursor: Cursor, where: str) -> str:
    """Read what parts two items: `,` before another, `]` at the end, nothing where that is missing."""
    char = cursor.blank()
    if char == "]":
        return "]"
    if char == ",":
        cursor.at += 1
        if cursor.blank() != "]":
            return ","
        cursor.unexpected(where, A_VALUE, "an array has no comma behind its last item")
        return "]"
    if not char or is_name(cursor, cursor.at, char):
        return ""
    cursor.unexpected(where, ('","', '"]"'), "the items of an array are parted by commas")
    cursor.at += char == ";"
    cursor.blank()
    return ","


def _ends_array(cursor: Cursor) -> bool:
    """Tell whether what stands here belongs to what is around the array."""
    char = cursor.text[cursor.at : cursor.at + 1]
    if char in ("", "}"):
        return True
    return cursor.begins_settings(cursor.at)


def _parse_hash(cursor: Cursor) -> Hash:
    start = cursor.at
    opener = cursor.open(1, '"{"')
    where = "in a hash"
    entries: list[Entry] = []
    while True:
        char = cursor.blank()
        if char == "}":
            cursor.close(opener)
            break
        if char in ("", "]") or _begins_statement(cursor, opener):
            cursor.unclosed(opener, AN_ENTRY, where)
            break
        if char in ",;":
            _read_separator(cursor, opener, AN_ENTRY, where)
            continue
        try:
            entry = _parse_entry(cursor, where)
        except SyntaxStopError as stop:
            cursor.go_on(stop, is_name)
            continue
        if entry is not None:
            entries.append(entry)
    return Hash(tuple(entries), cursor.span(start))


def _parse_entry(cursor: Cursor, where: str) -> Entry | None:
    start = cursor.at
    key = _parse_key(cursor, where)
    end, written = cursor.at, cursor.text[start : cursor.at]
    cursor.blank()
    if cursor.has("=>"):
        cursor.at += 2
    elif not _read_wrong_arrow(cursor, end, written, where):
        return None
    cursor.blank()
    value = parse_value(cursor, f"as the value of {written}")
    if not _is_key(cursor):
        read_junk(cursor, value, where)
    return Entry(key, value, cursor.span(start))


def _parse_key(cursor: Cursor, where: str) -> String | Number:
    start = cursor.at
    if cursor.text[start] in "\"'":
        return parse_string(cursor, where)
    number, word = NUMBER.match(cursor.text, start), BAREWORD.match(cursor.text, start)
    proper, loose = number or word, re.compile(_LOOSE_KEY).match(cursor.text, start)
    if loose is not None and (proper is None or proper.end() < loose.end()):
        cursor.unexpected(where, AN_ENTRY, hint_for_value(loose[0]), end=loose.end())
        cursor.at = loose.end()
        return String(loose[0], '"', cursor.span(start))
    if number is not None:
        return parse_number(cursor)
    if word is None:
        raise SyntaxStopError(start, AN_ENTRY, where)
    cursor.at = word.end()
    return String(word[0], "", cursor.span(start))


def _is_key(cursor: Cursor) -> bool:
    """Tell whether an entry begins here; entries may touch."""
    for pattern in (NUMBER, BAREWORD, STRING):
        found = pattern.match(cursor.text, cursor.at)
        if found is not None:
            return cursor.text.startswith("=>", cursor.after_blank(found.end()))
    return False


def _is_item(cursor: Cursor, at: int, lexeme: str) -> bool:
    return lexeme in ",]" or is_name(cursor, at, lexeme)


def _begins_statement(cursor: Cursor, opener: Opener) -> bool:
    """Tell whether a plugin or branch begins here, so that the bracket before it must have been left open."""
    word = WORD.match(cursor.text, cursor.at)
    if word is None or not cursor.is_dedented(cursor.at, opener):
        return False
    follows = cursor.after_blank(word.end())
    if cursor.text.startswith("{", follows):
        return True
    return word[0] in ("if", "else") and not cursor.text.startswith("=>", follows)
