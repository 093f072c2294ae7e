"""Operations on one field: what each does to any event, and its common case as inline code.

The code looks at the class of the value. What it does not know is left to the operation, so that both do the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from logsmith.event import Event, FieldRef, Sprintf, copied
from logsmith.event.ruby import RUBY_BLANKS
from logsmith.event.strict import loose_boolean
from logsmith.plugins.paths import emit_set, emit_set_any, fixed, holding, is_reserved, member, text_of
from logsmith.regex import Regex, match_watch
from logsmith.regex.shapes import literal_of
from logsmith.regex.tree import least_width

if TYPE_CHECKING:
    from logsmith.plugins.contract import Code

Emit = Callable[["Code", str], None]

DIGITS_OF_ANY_INTEGER = 18  # texts up to here are converted inline


@dataclass(frozen=True, slots=True)
class Operation:
    """What changes an event; `emit` writes its code, given the statement that calls `apply`."""

    apply: Callable[[Event], None]
    emit: Emit | None = None

    def write(self, code: Code) -> None:
        """Write the operation."""
        general = f"{code.bind(self.apply, 'operation')}(event)"
        if self.emit is None:
            code.line(general)
        else:
            self.emit(code, general)


class Case(NamedTuple):
    """A test of `value`, and the expression of what the field becomes; None leaves it."""

    test: str
    result: str | None


class Change(NamedTuple):
    """The cases of a change, when else to call the operation, and the value that cases may name as `{known}`."""

    cases: Sequence[Case]
    otherwise: str | None
    known: object


A_TEXT, A_LIST, ANYTHING = "value.__class__ is str", "value.__class__ is list", "value is not None"

UPPER, LOWER, CAPITAL, STRIPPED = (
    Case(A_TEXT, result)
    for result in (
        "value.upper()",
        "value.lower() if value.isascii() else {known}(value)",
        "value.capitalize() if value.isascii() else {known}(value)",
        f"value.strip({RUBY_BLANKS!r})",
    )
)
SPLIT, JOINED = (Case(kind, "{known}(value)") for kind in (A_TEXT, A_LIST))

_BOOLEANS = {
    text: loose_boolean(text) for text in ("true", "false", "yes", "no", "1", "0", "t", "f", "y", "n")
}
_IS_INTEGER = f"value.isdecimal() and value.isascii() and len(value) <= {DIGITS_OF_ANY_INTEGER}"
_is_float = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?").fullmatch

# By type: a value that the expressions may name as `known`, and the cases
_CONVERSIONS: Mapping[str, tuple[object, Sequence[Case]]] = {
    "string": (None, (Case(A_TEXT, None), Case("value.__class__ is int", "str(value)"))),
    "integer": (
        None,
        (Case(f"{A_TEXT} and {_IS_INTEGER}", "int(value)"), Case("value.__class__ is int", None)),
    ),
    "float": (_is_float, (Case(f"{A_TEXT} and {{known}}(value)", "float(value)"),)),
    "boolean": (
        _BOOLEANS,
        (Case(f"{A_TEXT} and value in {{known}}", "{known}[value]"), Case("value.__class__ is bool", None)),
    ),
}


def changed(ref: FieldRef, *cases: Case, otherwise: str | None = A_LIST, known: object = None) -> Emit | None:
    """Return what writes a change of a field's value in its place."""
    return None if is_reserved(ref) else partial(_emit_change, ref, Change(cases, otherwise, known))


def converted(ref: FieldRef, wanted: str) -> Emit | None:
    """Return what writes a conversion, of the types that are written inline."""
    if wanted not in _CONVERSIONS:
        return None
    known, cases = _CONVERSIONS[wanted]
    return changed(ref, *cases, otherwise=ANYTHING, known=known)


def replaced(ref: FieldRef, text: Sprintf | None, *, only_if_there: bool) -> Emit | None:
    """Return what writes a new text for a field."""
    if is_reserved(ref) or text is None:
        return None
    return partial(_emit_update if only_if_there else _emit_replace, ref, text)


def moved(old: str, new: str) -> Emit | None:
    """Return what writes a field's new name, if both names are the same for all events."""
    source, target = fixed(old), fixed(new)
    if source is None or target is None or is_reserved(source) or is_reserved(target):
        return None
    return partial(_emit_rename, source, target)


def duplicated(source: FieldRef, target: FieldRef) -> Emit | None:
    """Return what writes a copy of a field."""
    return None if is_reserved(target) else partial(_emit_copy, source, target)


def substituted(ref: FieldRef, regex: Regex | None, replacement: Sprintf | None) -> Emit | None:
    """Return what writes the replacement of all that a pattern matches, where Python's is Ruby's."""
    if is_reserved(ref) or regex is None or replacement is None or replacement.static is None:
        return None
    text, literal = replacement.static, literal_of(regex.tree.root)
    if "\\" in text:
        return None
    if literal is not None:
        return changed(ref, Case(A_TEXT, f"value.replace({literal!r}, {text!r})"))
    # An empty match beside another one is not the same to both
    if regex.re is None or not least_width(regex.tree.root):
        return None
    return partial(_emit_substitution, ref, regex.re.sub, text)


def _emit_change(ref: FieldRef, change: Change, code: Code, general: str) -> None:
    cases = change.cases
    if change.known is not None:
        name = code.bind(change.known, "known")
        cases = [Case(test.format(known=name), new and new.format(known=name)) for test, new in cases]
    word = "if"
    with holding(code, ref, general) as place:
        code.line(f"value = {member(code, ref)}")
        for case in cases:
            with code.block(f"{word} {case.test}"):
                if case.result is not None:
                    code.line(f"{place}[{ref.path[-1]!r}] = {case.result}")
            word = "elif"
        if change.otherwise is not None:
            with code.block(f"{word} {change.otherwise}"):
                code.line(general)


def _emit_replace(ref: FieldRef, text: Sprintf, code: Code, _general: str) -> None:
    emit_set(code, ref, text_of(code, text))


def _emit_update(ref: FieldRef, text: Sprintf, code: Code, general: str) -> None:
    name = repr(ref.path[-1])
    with holding(code, ref, general) as place, code.block(f"if {name} in {place}"):
        code.line(f"{place}[{name}] = {text_of(code, text)}")


def _emit_rename(source: FieldRef, target: FieldRef, code: Code, general: str) -> None:
    name = repr(source.path[-1])
    with holding(code, source, general) as place, code.block(f"if {name} in {place}"):
        if source.top is not None and target.top is None:
            code.line(code.read(source))  # inside of an object nothing is left unread
        code.line(f"new = {place}.pop({name})")
        emit_set_any(code, target)


def _emit_copy(source: FieldRef, target: FieldRef, code: Code, _general: str) -> None:
    code.line(f"new = {code.read(source)}")
    with code.block("if new is not None"):
        with code.block("if new.__class__ is dict or new.__class__ is list"):
            code.line(f"new = {code.bind(copied, 'copied')}(new)")
        emit_set_any(code, target)


def _emit_substitution(
    ref: FieldRef, substitute: Callable[[str, str], str], text: str, code: Code, general: str
) -> None:
    watch, sub = code.bind(match_watch, "watch"), code.bind(substitute, "sub")
    with holding(code, ref, general) as place:
        code.line(f"value = {member(code, ref)}")
        with code.block(f"if {A_TEXT}"):
            code.line(f"{watch}.text = value")
            with code.block("try"):
                code.line(f"{place}[{ref.path[-1]!r}] = {sub}({text!r}, value)")
            with code.block("finally"):
                code.line(f"{watch}.text = None")
        with code.block(f"elif {A_LIST}"):
            code.line(general)
