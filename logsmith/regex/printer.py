r"""Write a tree for an engine: Python's `re`, or Oniguruma for what `re` has no words for.

Both printers write the same tree, so what they share is here. A non-capturing group is written only where the text would else
mean something different; `re` and Oniguruma number the capturing ones as the tree does.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import ClassVar

from logsmith.regex import charset
from logsmith.regex.charset import Ranges
from logsmith.regex.errors import BeyondReError
from logsmith.regex.tree import (
    Absent,
    Alternation,
    Anchor,
    Atomic,
    Backref,
    Call,
    Capture,
    CharSet,
    Conditional,
    Dot,
    Grapheme,
    Literal,
    Look,
    Node,
    Repeat,
    Sequence,
    Tree,
    fixed_width,
    least_width,
    walk,
)

METACHARACTERS = frozenset(r"\.[](){}^$|*+?#&-~ ")
SIGNS = {(0, 1): "?", (0, None): "*", (1, None): "+"}
EMPTY_GROUP = "(?:)"
MODES = {"greedy": "", "lazy": "?", "possessive": "+"}


class Printer:
    """What the engines have in common."""

    never = r"(?!)"

    def text(self, node: Node) -> str:
        """Return a node as it may stand for itself, as a branch of an alternation or in a group."""
        match node:
            case Sequence(items):
                return self._sequence(items)
            case Alternation(branches):
                return "|".join(map(self.text, branches))
            case Repeat():
                return self._repeat(node)
            case _:
                return self._single(node)

    def _sequence(self, items: tuple[Node, ...]) -> str:
        pieces = []
        place = 0
        for ignores_case, run in groupby(items, _ignores_case):
            texts = []
            for item in run:
                place += 1
                texts.append(self._item(item, items[place:]))
            pieces.append(f"(?i:{''.join(texts)})" if ignores_case else "".join(texts))
        return "".join(pieces)

    def _item(self, node: Node, rest: tuple[Node, ...]) -> str:
        if isinstance(node, Anchor):
            return self.anchor(node.kind, is_before_text=any(least_width(item) for item in rest))
        if isinstance(node, Literal):
            return self.char(node.char, ignore_case=node.ignore_case)  # the run's option stands around it
        return f"(?:{self.text(node)})" if isinstance(node, Alternation) else self.text(node)

    def _single(self, node: Node) -> str:  # noqa: PLR0911 - a table of kinds, one line each
        match node:
            case Literal(char, ignore_case):
                return f"(?i:{self.char(char, ignore_case=True)})" if ignore_case else self.char(char)
            case CharSet(ranges, negated, ignore_case):
                return (
                    f"(?i:{self.char_set(ranges, negated)})"
                    if ignore_case
                    else self.char_set(ranges, negated)
                )
            case Dot(newline):
                return self.dot(newline)
            case Anchor(kind):
                return self.anchor(kind, is_before_text=False)
            case Capture(index, body):
                return f"{self.opener(index)}{self.text(body)})"
            case Atomic(body):
                return f"(?>{self.text(body)})"
            case Look():
                return self.look(node)
            case Backref():
                return self.backref(node)
            case Conditional():
                return self.conditional(node)
            case _:
                return self.special(node)

    def _repeat(self, node: Repeat) -> str:
        sign = SIGNS.get((node.least, node.most))
        if sign is None:
            most = "" if node.most is None else str(node.most)
            sign = f"{{{most}}}" if node.least == node.most else f"{{{node.least},{most}}}"
        is_fixed = node.least == node.most
        return self._target(node.body) + sign + ("" if is_fixed else MODES[node.mode])

    def _target(self, node: Node) -> str:
        if isinstance(node, Sequence | Alternation | Repeat | Anchor | Look):
            return f"(?:{self.text(node)})"
        return self._single(node)

    def char_set(self, ranges: Ranges, negated: bool) -> str:
        """Return a set as a class."""
        if not ranges or ranges == charset.ALL:
            return self.never if negated == bool(ranges) else self.dot(newline=True)
        members = "".join(
            self.escaped(low) if low == high else f"{self.escaped(low)}-{self.escaped(high)}"
            for low, high in ranges
        )
        return f"[{'^' if negated else ''}{members}]"

    def _range(self, ends: tuple[int, int]) -> str:
        low, high = map(self.escaped, ends)
        return low if low == high else low + ("-" if ends[1] - ends[0] > 1 else "") + high

    def char(self, char: str, *, ignore_case: bool = False) -> str:  # noqa: ARG002 - one engine cares
        """Return a character that stands for itself."""
        return self.escaped(ord(char))

    def escaped(self, code: int) -> str:
        """Return a code point as it is written in a class or outside."""
        char = chr(code)
        if char in METACHARACTERS:
            return "\\" + char if char != " " else char
        return char if char.isprintable() else self.code(code)

    def look(self, node: Look) -> str:
        """Return a look-around."""
        opener = "(?" + ("<" if node.behind else "") + ("!" if node.negative else "=")
        return f"{opener}{self.text(node.body)})"

    def code(self, code: int) -> str:
        """Return a code point by its number."""
        raise NotImplementedError

    def dot(self, newline: bool) -> str:
        """Return a dot that matches a line break or does not."""
        raise NotImplementedError

    def anchor(self, kind: str, *, is_before_text: bool) -> str:
        """Return a place; `is_before_text` if at least a character must follow."""
        raise NotImplementedError

    def opener(self, index: int) -> str:
        """Return how a capturing group begins."""
        raise NotImplementedError

    def backref(self, node: Backref) -> str:
        """Return a back-reference."""
        raise NotImplementedError

    def conditional(self, node: Conditional) -> str:
        """Return a condition on a group."""
        raise NotImplementedError

    def special(self, node: Node) -> str:
        """Return what is left: calls, absent parts, graphemes."""
        raise NotImplementedError


class RePrinter(Printer):
    """Writes for `re`, to be compiled with MULTILINE, and with DOTALL if `dot_is_all`; raises BeyondReError."""

    anchors: ClassVar = {"$": "$", "A": r"\A", "z": r"\Z", "Z": r"(?=\n?\Z)", "b": r"\b", "B": r"(?!\b)"}

    def __init__(self, tree: Tree, *, dot_is_all: bool) -> None:
        self._dot_is_all = dot_is_all
        self._referred = {index for node in walk(tree.root) for index in _referred(node)}

    def code(self, code: int) -> str:
        return f"\\x{code:02x}" if code <= 0xFF else f"\\U{code:08x}"

    def char(self, char: str, *, ignore_case: bool = False) -> str:
        if ignore_case and len(char.casefold()) > 1:
            raise BeyondReError(f"{char!r} matches more than one character where case is ignored")
        return super().char(char)

    def dot(self, newline: bool) -> str:
        if newline == self._dot_is_all:
            return "."
        return "(?s:.)" if newline else r"[^\n]"

    def anchor(self, kind: str, *, is_before_text: bool) -> str:
        if kind == "^":  # Ruby sees no line behind the last line break; `re` does
            return "^" if is_before_text else r"^(?<!\n\Z)"
        if kind not in self.anchors:
            raise BeyondReError(f"\\{kind}")
        return self.anchors[kind]

    def opener(self, index: int) -> str:
        return f"(?P<g{index}>" if index in self._referred else "("

    def look(self, node: Look) -> str:
        """Write a look-behind of branches that differ in length as several."""
        if not node.behind or fixed_width(node.body) is not None or not isinstance(node.body, Alternation):
            return super().look(node)
        looks = [
            super(RePrinter, self).look(Look(branch, behind=True, negative=node.negative))
            for branch in node.body.branches
        ]
        return "".join(looks) if node.negative else f"(?:{'|'.join(looks)})"

    def backref(self, node: Backref) -> str:
        if node.level:
            raise BeyondReError("a back-reference with a level")
        names = [f"(?P=g{index})" for index in reversed(node.indices)]
        text = names[0] if len(names) == 1 else f"(?>{'|'.join(names)})"
        return f"(?i:{text})" if node.ignore_case else text

    def conditional(self, node: Conditional) -> str:
        no = "" if node.no is None else f"|{self.text(node.no)}"
        return f"(?(g{node.index}){self.text(node.yes)}{no})"

    def special(self, node: Node) -> str:
        raise BeyondReError(type(node).__name__)


class OnigPrinter(Printer):
    """Writes for Oniguruma, in its own syntax, in which a dot matches no line break."""

    def code(self, code: int) -> str:
        return f"\\x{{{code:x}}}"

    def dot(self, newline: bool) -> str:
        return "(?m:.)" if newline else "."

    def anchor(self, kind: str, *, is_before_text: bool) -> str:  # noqa: ARG002 - it needs no care here
        return kind if kind in "^$" else f"\\{kind}"

    def opener(self, index: int) -> str:  # noqa: ARG002 - groups are numbered in order
        return "("

    def _target(self, node: Node) -> str:
        if not isinstance(node, Alternation | Anchor | Look):
            return super()._target(node)
        # Oniguruma does not repeat what may be nothing but a place
        texts = (self.text(one) + EMPTY_GROUP * isinstance(one, Anchor | Look) for one in _branches(node))
        return f"(?:{'|'.join(texts)})"

    def backref(self, node: Backref) -> str:
        names = [f"\\k<{index}{node.level}>" for index in reversed(node.indices)]
        text = names[0] if len(names) == 1 else f"(?>{'|'.join(names)})"
        return f"(?i:{text})" if node.ignore_case else text

    def conditional(self, node: Conditional) -> str:
        no = "" if node.no is None else f"|{self.text(node.no)}"
        return f"(?({node.index}){self.text(node.yes)}{no})"

    def special(self, node: Node) -> str:
        match node:
            case Call(index):
                return f"\\g<{index}>"
            case Absent(body):
                return f"(?~{self.text(body)})"
            case Grapheme():
                return r"\X"
        raise NotImplementedError(type(node).__name__)


def _branches(node: Node) -> Iterator[Node]:
    if not isinstance(node, Alternation):
        yield node
        return
    for branch in node.branches:
        yield from _branches(branch)


def _ignores_case(node: Node) -> bool:
    return isinstance(node, Literal) and node.ignore_case


def _referred(node: Node) -> tuple[int, ...]:
    match node:
        case Backref(indices):
            return indices
        case Conditional(index):
            return (index,)
    return ()
