"""Parse conditions, as Logstash does; the grammar is at the head of `parser.py`.

Logstash's grammar takes more than its compiler: what is well written but cannot be evaluated is a
`bad-condition`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from logsmith.config.ast import (
    Array,
    Compare,
    Condition,
    In,
    Match,
    Not,
    Regex,
    Rvalue,
    Selector,
    String,
    Truthy,
)
from logsmith.config.cursor import BAREWORD, NUMBER, SyntaxStopError
from logsmith.config.operands import check_constants, comparable, join, matchable
from logsmith.config.parse_plugin import parse_array
from logsmith.config.parse_scalar import parse_number, parse_string

if TYPE_CHECKING:
    from logsmith.config.cursor import Cursor

WHERE = "in a condition"
AN_OPERAND = ("a field reference", "a string", "a number", "an array")
AN_OPERATOR = ('"=="', '"!="', '"<"', '"<="', '">"', '">="', '"=~"', '"!~"', '"in"', '"not in"')
A_BOOLEAN = ('"and"', '"or"', '"xor"', '"nand"')

SELECTOR = re.compile(r"(?:\[[^\[\],]++\])++")
BOOLEAN = re.compile(r"and|or|xor|nand")
COMPARISON = re.compile(r"==|!=|<=|>=|<|>")
MATCHING = re.compile(r"=~|!~")

_WRONG_BOOLEAN = {"&&": "and", "||": "or", "&": "and", "|": "or", "AND": "and", "OR": "or", "XOR": "xor"}
_WRONG_COMPARISON = {
    "=": "==",
    "===": "==",
    "<>": "!=",
    "=>": ">=",
    "=<": "<=",
    "!==": "!=",
    "eq": "==",
    "~": "=~",
}
_HINTS = {
    "contains": 'write "…" in [field]',
    "matches": "write [field] =~ /…/",
    "like": "write [field] =~ /…/",
    "is": 'write "=="',
    "then": "a block follows in braces: if … { … }",
}
_WORD = r"[A-Za-z_@$][A-Za-z0-9_.@]*"
_SYMBOL = r"[=!<>~&|]+"
_FIELD = r"\[[A-Za-z_@][A-Za-z0-9_@.-]*"


def parse_condition(cursor: Cursor) -> Condition:
    """Read a condition, up to what cannot be part of it."""
    operands = [_parse_expression(cursor)]
    operators: list[tuple[str, int]] = []
    while True:
        cursor.blank()
        at = cursor.at
        operator = cursor.take(BOOLEAN) or _read_wrong_boolean(cursor)
        if operator is None:
            break
        operators.append((operator, at))
        cursor.blank()
        operands.append(_parse_expression(cursor))
    return operands[0] if not operators else join(cursor, operands, operators)


def _read_wrong_boolean(cursor: Cursor) -> str | None:
    found = re.compile(_SYMBOL).match(cursor.text, cursor.at) or re.compile(_WORD).match(
        cursor.text, cursor.at
    )
    meant = _WRONG_BOOLEAN.get(found[0]) if found is not None else None
    if found is None or meant is None:
        return None
    cursor.unexpected(WHERE, A_BOOLEAN, f'write "{meant}"', end=found.end())
    cursor.at = found.end()
    return meant


def _parse_expression(cursor: Cursor) -> Condition:
    start = cursor.at
    char = cursor.text[start : start + 1]
    if char == "(":
        return _parse_parenthesis(cursor)
    if char == "!":
        return _parse_negation(cursor)
    if _is_prefix_not(cursor):
        cursor.unexpected(WHERE, AN_OPERAND, "a negation is written ! [field] or !( … )", end=start + 3)
        cursor.at += 3
        cursor.blank()
        return Not(_parse_expression(cursor), cursor.span(start))
    left = _parse_rvalue(cursor, is_right=False)
    end = cursor.at
    cursor.blank()
    return _parse_operation(cursor, left, end)


def _is_prefix_not(cursor: Cursor) -> bool:
    word = re.compile(_WORD).match(cursor.text, cursor.at)
    return (
        word is not None and word[0].lower() == "not" and cursor.next_char(word.end()) in ("[", "(", '"', "!")
    )


def _parse_parenthesis(cursor: Cursor) -> Condition:
    opener = cursor.open(1, '"("')
    cursor.blank()
    condition = parse_condition(cursor)
    if cursor.blank() == ")":
        cursor.close(opener)
    elif cursor.has("{") or not cursor.text[cursor.at :]:
        cursor.unclosed(opener, (*A_BOOLEAN, '")"'), WHERE)
    else:
        raise SyntaxStopError(cursor.at, (*A_BOOLEAN, '")"'), WHERE, hint_after(cursor))
    return condition


def _parse_negation(cursor: Cursor) -> Condition:
    start = cursor.at
    cursor.at += 1
    if cursor.blank() == "(":
        return Not(_parse_parenthesis(cursor), cursor.span(start))
    at = cursor.at
    selector = cursor.take(SELECTOR)
    if selector is None:
        expected = ("a field reference", '"("')
        raise SyntaxStopError(at, expected, "after !", "! stands before [field] or ( … ) only")
    operand = Selector(selector, cursor.span(at))
    negation = Not(Truthy(operand, operand.span), cursor.span(start))
    end = cursor.at
    cursor.blank()
    if not _has_operator(cursor):
        cursor.at = end
        return negation
    cursor.unexpected(WHERE, (*A_BOOLEAN, '"{"'), f"! binds to {selector} alone; write !( {selector} … )")
    return Not(_parse_operation(cursor, operand, end), cursor.span(start))


def _has_operator(cursor: Cursor) -> bool:
    if cursor.has("in") or _is_not_in(cursor):
        return True
    return any(pattern.match(cursor.text, cursor.at) for pattern in (COMPARISON, MATCHING))


def _is_not_in(cursor: Cursor) -> bool:
    """Logstash's token is `not`, one blank, any white space, `in`."""
    return cursor.has("not ") and cursor.text.startswith("in", cursor.after_blank(cursor.at + 4))


def _parse_operation(cursor: Cursor, left: Rvalue, end: int) -> Condition:
    """Read what follows a first operand that ended at `end`."""
    start = left.span.start
    if cursor.has("in"):
        cursor.at += 2
        return _parse_in(cursor, left)
    if _is_not_in(cursor):
        cursor.at = cursor.after_blank(cursor.at + 4) + 2
        inside = _parse_in(cursor, left)
        return Not(inside, inside.span)
    operator = cursor.take(COMPARISON)
    is_comparison = operator is not None and not re.compile(_SYMBOL).match(cursor.text, cursor.at)
    if operator is None or not is_comparison:
        cursor.at -= len(operator or "")
        operator = cursor.take(MATCHING) or _read_wrong_comparison(cursor)
    if operator is None:
        cursor.at = end
        check_constants(cursor, left)
        return Truthy(left, left.span)
    cursor.blank()
    if operator in ("=~", "!~"):
        pattern = _parse_pattern(cursor)
        return Match(operator, matchable(cursor, left), pattern, cursor.span(start))
    right = _parse_rvalue(cursor, is_right=True)
    left, right = comparable(cursor, operator, left, right)
    return Compare(operator, left, right, cursor.span(start))


def _read_wrong_comparison(cursor: Cursor) -> str | None:
    found = re.compile(_SYMBOL).match(cursor.text, cursor.at) or re.compile(_WORD).match(
        cursor.text, cursor.at
    )
    if found is None or found[0] in _WRONG_BOOLEAN:
        return None
    if found[0] == "not":
        _read_wrong_not_in(cursor)
    meant = _WRONG_COMPARISON.get(found[0])
    if meant is None:
        return None
    cursor.unexpected(WHERE, AN_OPERATOR, f'write "{meant}"', end=found.end())
    cursor.at = found.end()
    return meant


def _read_wrong_not_in(cursor: Cursor) -> None:
    hint = '"not in" is written with one blank after "not"' if cursor.next_char(cursor.at + 3) == "i" else ""
    raise SyntaxStopError(cursor.at, AN_OPERATOR, WHERE, hint)


def _parse_in(cursor: Cursor, left: Rvalue) -> Condition:
    cursor.blank()
    right = _parse_rvalue(cursor, is_right=True)
    span = cursor.span(left.span.start)
    if isinstance(left, Array | Regex):
        hint = "only a field, a string or a number can be looked for"
        cursor.report("bad-condition", left.span, 'this cannot stand left of "in"', hint=hint)
    if isinstance(right, Selector) and re.match(r"\[(?:\s*[\"']|-?[0-9.]+\]\Z)", right.text):
        item = right.text[1:-1].strip()
        message = f"{right.text} is read as a field reference, not as an array of one element"
        hint = f"write == {item}, or name the element twice: [{item}, {item}]"
        cursor.report("one-element-array", right.span, message, hint=hint, severity="warning")
    return In(left, right, span)


def _parse_pattern(cursor: Cursor) -> Regex | String:
    start = cursor.at
    if cursor.has("/"):
        pattern = cursor.take_regex()
        if pattern is not None:
            return Regex(pattern[1:-1], cursor.span(start))
        raise SyntaxStopError(start, ('a closing "/"',), WHERE, "the regular expression is never closed")
    if cursor.has('"') or cursor.has("'"):
        return parse_string(cursor, WHERE)
    hint = "a field cannot be a pattern" if cursor.has("[") else ""
    raise SyntaxStopError(start, ("a regular expression /…/", "a string"), WHERE, hint)


def _parse_rvalue(cursor: Cursor, *, is_right: bool) -> Rvalue:
    start = cursor.at
    char = cursor.text[start : start + 1]
    if char in ('"', "'"):
        return parse_string(cursor, WHERE)
    if NUMBER.match(cursor.text, start):
        return parse_number(cursor)
    if char == "[":
        return _parse_bracket(cursor)
    if char == "/":
        return _parse_pattern(cursor)
    word = BAREWORD.match(cursor.text, start)
    if word is not None and cursor.next_char(word.end()) == "(":
        return _parse_call(cursor, word)
    return _read_loose_operand(cursor, is_right=is_right)


def _parse_bracket(cursor: Cursor) -> Rvalue:
    """Read a field reference, or an array; an array of one element is always a field reference."""
    start = cursor.at
    selector = cursor.take(SELECTOR)
    if selector is not None:
        return Selector(selector, cursor.span(start))
    field = re.compile(_FIELD).match(cursor.text, start)
    if field is None or cursor.next_char(field.end()) in (",", "]") or cursor.begins_plugin(start + 1):
        return parse_array(cursor)
    cursor.unexpected(
        WHERE,
        ('"]"',),
        f"a field reference is closed with ]: {field[0]}]",
        at=cursor.after_blank(field.end()),
    )
    cursor.at = field.end()
    return Selector(f"{field[0]}]", cursor.span(start))


def _parse_call(cursor: Cursor, name: re.Match[str]) -> Rvalue:
    """Read `name(…)`: the grammar has calls, Logstash has no functions."""
    start = cursor.at
    cursor.at = name.end()
    cursor.blank()
    opener = cursor.open(1, '"("')
    is_more = cursor.blank() != ")"
    while is_more:
        _parse_rvalue(cursor, is_right=True)
        is_more = cursor.blank() == ","
        if is_more:
            cursor.at += 1
            cursor.blank()
    if not cursor.has(")"):
        raise SyntaxStopError(cursor.at, ('","', '")"'), WHERE)
    cursor.close(opener)
    span = cursor.span(start)
    cursor.report("bad-condition", span, f"there is no function {name[0]!r}")
    return Selector("[?]", span)


def _read_loose_operand(cursor: Cursor, *, is_right: bool) -> Rvalue:
    """Report what cannot be an operand; read a word as the field or string it was probably meant to be."""
    start = cursor.at
    word = re.compile(_WORD).match(cursor.text, start)
    if word is None or BOOLEAN.fullmatch(word[0]):
        hint = "a condition is missing" if cursor.has("{") else ""
        raise SyntaxStopError(start, AN_OPERAND, WHERE, hint)
    hint = f"a field is written [{word[0]}]"
    if is_right:
        hint = f'put it in quotes: "{word[0]}", or in brackets if it is a field: [{word[0]}]'
    if is_right and word[0].lower() in ("true", "false", "null", "nil", "none"):
        hint = "there are no booleans or null in conditions; test the field alone: if [field], if ![field]"
    cursor.unexpected(WHERE, AN_OPERAND, hint, end=word.end())
    cursor.at = word.end()
    span = cursor.span(start)
    return String(word[0], '"', span) if is_right else Selector(f"[{word[0]}]", span)


def hint_after(cursor: Cursor) -> str:
    """Guess what was meant behind a condition that does not go on."""
    text, at = cursor.text, cursor.at
    if text[at - 1 : at] == "/" and text[at : at + 1].isalpha():
        return "a pattern has no flags behind it; write (?i) inside"
    if text[at : at + 1] == "[" and text[at - 1 : at] in (" ", "]"):
        return "there are no blanks inside a field reference, and an operator between two"
    if text[at : at + 1] == ")":
        return "no ( was opened for it"
    word = re.compile(_WORD).match(text, at)
    return _HINTS.get(word[0].lower(), "") if word is not None else ""
