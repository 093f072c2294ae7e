"""Parse what stands in a section: plugins and branches; the grammar is at the head of `parser.py`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from logsmith.config.ast import Arm, Branch, Condition, SectionKind, Statement, String, Truthy
from logsmith.config.cursor import WORD, SyntaxStopError
from logsmith.config.parse_condition import WHERE, hint_after, parse_condition
from logsmith.config.parse_plugin import parse_plugin

if TYPE_CHECKING:
    from logsmith.config.cursor import Cursor

SECTION_AHEAD = re.compile(r"(?<![\w\"'-])(?:input|filter|output)[ \t\r\n]*\{")
A_STATEMENT = ("a plugin", '"if"', '"}"')

# "if" and a condition of bare numbers in one word: before "{" a branch, though a plugin might be called so.
_NUMBER_CONDITION = r"if-?[0-9]+(?:in-?[0-9]+)?(?:(?:and|or|xor|nand)-?[0-9]+(?:in-?[0-9]+)?)*"
_WRONG_ELSE_IF = ("elsif", "elif")


def parse_body(cursor: Cursor, kind: SectionKind, name: str, *, brace: int = 1) -> tuple[Statement, ...]:
    """Read a body, from its opening brace (unless that is missing: `brace` is 0) to its closing one."""
    opener = cursor.open(brace, f'"{{" of {name}')
    where = f"in the {kind} section"
    statements: list[Statement] = []
    while True:
        char = cursor.blank()
        if char == "}":
            cursor.close(opener)
            break
        if not char or _begins_section(cursor):
            cursor.unclosed(opener, A_STATEMENT, where)
            break
        if name in ("if", "else if") and _begins_else(cursor):
            cursor.unclosed(opener, A_STATEMENT, where)
            cursor.guess_brace()
            break
        try:
            statements.append(_parse_statement(cursor, kind, where))
        except SyntaxStopError as stop:
            cursor.go_on(stop, _is_statement)
    return tuple(statements)


def _begins_section(cursor: Cursor) -> bool:
    """Tell whether a section begins where a plugin may: the grammar takes `output { }` for a plugin."""
    found = SECTION_AHEAD.match(cursor.text, cursor.at)
    return found is not None and not cursor.begins_plugin(cursor.at)


def _begins_else(cursor: Cursor) -> bool:
    word = WORD.match(cursor.text, cursor.at)
    return word is not None and word[0] == "else" and not cursor.begins_plugin(cursor.at)


def _is_statement(cursor: Cursor, at: int, lexeme: str) -> bool:
    if lexeme == "}":
        return True
    word = WORD.match(cursor.text, at)
    if word is None or word[0] != lexeme:
        return False
    return lexeme in ("if", "else") or cursor.next_char(word.end()) == "{"


def _parse_statement(cursor: Cursor, kind: SectionKind, where: str) -> Statement:
    word = WORD.match(cursor.text, cursor.at)
    if word is None:
        return parse_plugin(cursor, kind, where)
    if _is_if(cursor, cursor.at):
        return _parse_branch(cursor, kind)
    if cursor.begins_plugin(cursor.at):
        return parse_plugin(cursor, kind, where)
    if word[0] == "if":
        return _parse_branch(cursor, kind)
    if word[0] == "else" or word[0] in _WRONG_ELSE_IF:
        return _read_stray_else(cursor, kind, where, word.end())
    return parse_plugin(cursor, kind, where)


def _is_if(cursor: Cursor, at: int) -> bool:
    """Tell whether a branch begins at an offset, rather than a plugin whose name begins with "if"."""
    word = WORD.match(cursor.text, at)
    if word is None or not word[0].startswith("if"):
        return False
    follows = cursor.after_blank(word.end())
    if cursor.text.startswith("{", follows):
        return re.fullmatch(_NUMBER_CONDITION, word[0]) is not None and not cursor.begins_settings(
            follows + 1
        )
    return word[0] == "if" or not word[0][2].isalpha() or cursor.text.startswith("(", follows)


def _parse_branch(cursor: Cursor, kind: SectionKind) -> Branch:
    start = cursor.at
    arms = [_parse_arm(cursor, kind, start, "if")]
    otherwise: tuple[Statement, ...] | None = None
    while otherwise is None:
        end = cursor.at
        cursor.blank()
        else_at = cursor.at
        follows = _after_else(cursor)
        if follows is None:
            cursor.at = end
            break
        cursor.at = follows
        if cursor.has("{"):
            otherwise = parse_body(cursor, kind, "else")
        else:
            arms.append(_parse_arm(cursor, kind, else_at, "else if"))
    return Branch(tuple(arms), otherwise, cursor.span(start))


def _after_else(cursor: Cursor) -> int | None:
    """The offset of the "if" or "{" of an else that continues a branch, or None."""
    word = WORD.match(cursor.text, cursor.at)
    if word is None:
        return None
    follows = cursor.after_blank(word.end())
    is_block = cursor.text.startswith("{", follows)
    if word[0] in _WRONG_ELSE_IF and not is_block:
        cursor.unexpected("after a branch", ('"else if"', '"else"', *A_STATEMENT), 'write "else if"')
        return word.end() - 2
    if word[0] == "else":
        if is_block:
            return None if cursor.begins_settings(follows + 1) else follows
        return follows if cursor.text.startswith("if", follows) else None
    if word[0].startswith("elseif") and _is_if(cursor, word.start() + 4):
        return word.start() + 4
    return None


def _read_stray_else(cursor: Cursor, kind: SectionKind, where: str, end: int) -> Statement:
    """Report an else that continues no branch, and read its body."""
    start = cursor.at
    cursor.unexpected(where, A_STATEMENT, 'an else follows the "}" of an if, and nothing follows an else')
    cursor.at = cursor.after_blank(end)
    if cursor.has("if"):
        return _parse_branch(cursor, kind)
    if not cursor.has("{"):
        raise SyntaxStopError(start, A_STATEMENT, where)
    body = parse_body(cursor, kind, "else")
    span = cursor.span(start)
    return Branch((Arm(_placeholder(cursor, start), body, span),), None, span)


def _parse_arm(cursor: Cursor, kind: SectionKind, start: int, name: str) -> Arm:
    """Read an arm of a branch, from the word "if", where the cursor is."""
    cursor.at += 2
    condition = _read_condition(cursor)
    body: tuple[Statement, ...] = ()
    if cursor.blank() == "{":
        body = parse_body(cursor, kind, name)
    elif _is_brace_missing(cursor):
        cursor.guess_brace()
        body = parse_body(cursor, kind, name, brace=0)
    elif cursor.at == len(cursor.text):
        cursor.give_up()
    return Arm(condition, body, cursor.span(start))


def _read_condition(cursor: Cursor) -> Condition:
    start = cursor.at
    cursor.blank()
    try:
        condition = parse_condition(cursor)
        if cursor.blank() == "{":
            return condition
        raise SyntaxStopError(cursor.at, ("an operator", '"and"', '"or"', '"{"'), WHERE, hint_after(cursor))  # noqa: TRY301  caught with those from inside
    except SyntaxStopError as stop:
        cursor.unexpected(stop.where, stop.expected, stop.hint, at=stop.at)
        cursor.at = max(cursor.at, stop.at)
        if not _is_brace_missing(cursor):
            cursor.skip_to(lambda _cursor, _at, lexeme: lexeme in "{}")
        return _placeholder(cursor, start)


def _is_brace_missing(cursor: Cursor) -> bool:
    """Tell whether a plugin follows where a body should open."""
    return cursor.begins_plugin(cursor.at)


def _placeholder(cursor: Cursor, start: int) -> Condition:
    span = cursor.span(start)
    return Truthy(String("", '"', span), span)
