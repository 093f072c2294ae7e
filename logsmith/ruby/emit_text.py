"""Where emitted code goes: lines with the line of Ruby they stand for, functions around them, names that are taken."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from logsmith.ruby.tree import Parameters, Scope, Variable

FunctionKind = Literal["program", "method", "lambda", "block"]

_STABLE = re.compile(r"(?:t\d+|k_\w+|None|True|False|-?[0-9][0-9.e+-]*)\Z")
_NOT_A_NAME = re.compile(r"\W+")


@dataclass(slots=True)
class Line:
    indent: int
    text: str
    number: int  # of the line of Ruby


@dataclass(slots=True)
class Loop:
    """A `while` or `for` that is being written; a `break` with a value puts it into `result`."""

    result: str | None
    is_retry: bool = False  # the loop that `retry` needs: a `break` or `next` has to cross it
    leave: str = ""  # the variable that says which
    crossed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Function:
    """A Python function that is being written."""

    kind: FunctionKind
    own: set[Variable]
    outer: Function | None = None
    assigned_outside: set[str] = field(default_factory=set)
    loops: list[Loop] = field(default_factory=list)
    break_tag: str = ""  # of a block: what its `break` carries
    breaks: bool = False
    frame: str = ""  # of a method, lambda or program: what a `return` in its blocks carries
    block: str = ""  # of a method: the variable with its block
    name: str = ""  # of a method
    owner: str = ""  # of what a class of the program's has: the variable with the class
    takes_self: bool = False  # the object is its first argument
    parameters: Parameters | None = None
    errors: list[str] = field(default_factory=list)  # the exceptions being rescued, for a bare `raise`
    lines_before: int = 0

    def method(self) -> Function:
        """Return the method, lambda or program that this function is part of: what a `return` leaves."""
        found = self
        while found.kind == "block" and found.outer is not None:
            found = found.outer
        return found


class TextWriter:
    """Collects lines; gives out names; binds values that the code names."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[Line] = []
        self.indent = 0
        self.effects = 0  # lines written that do more than define a function
        self.number = 1
        self.names: dict[str, Any] = {}  # Any: whatever the code needs
        self._count = 0
        self._taken = {"block", "keywords", "self", "variables", "jump", "code"}
        self._bound: dict[tuple[str, int], str] = {}

    def line(self, text: str) -> None:
        """Write one statement."""
        self.lines.append(Line(self.indent, text, self.number))
        self.effects += 1

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """Write `header:` and indent what is written inside of the `with`."""
        self.line(f"{header}:")
        self.indent += 1
        start = len(self.lines)
        yield
        if len(self.lines) == start:
            self.line("pass")
        self.indent -= 1

    @contextmanager
    def captured(self, indent: int = 1) -> Iterator[list[Line]]:
        """Keep what is written inside of the `with`, more indented, in a list of its own."""
        outer, self.lines = self.lines, []
        self.indent += indent
        yield self.lines
        self.indent -= indent
        self.lines = outer

    def temporary(self) -> str:
        """Return a name for a value in between."""
        self._count += 1
        return f"t{self._count}"

    def fresh(self, name: str) -> str:
        """Return a name that nothing else has."""
        plain = unicodedata.normalize("NFKC", _NOT_A_NAME.sub("_", name).strip("_") or "value")
        plain = f"{plain}_" if keyword.iskeyword(plain) else plain
        chosen, number = plain, 1
        while chosen in self._taken:
            number += 1
            chosen = f"{plain}_{number}"
        self._taken.add(chosen)
        return chosen

    def bind(self, value: Any, name: str) -> str:
        """Make a value reachable from the code; returns the name it got."""
        key = (name, id(value))
        if key not in self._bound:
            self._bound[key] = self.fresh(f"k_{name}")
            self.names[self._bound[key]] = value
        return self._bound[key]

    def use(self, function: Any) -> str:
        """Make a function of the runtime reachable under its own name."""
        self.names[function.__name__] = function
        return str(function.__name__)

    def spill(self, texts: list[str], mark: int) -> None:
        """Put expressions that stand before a line into variables there, so that they are evaluated first."""
        made = []
        for at, text in enumerate(texts):
            starred = text.startswith("*")
            plain = text.lstrip("*")
            if _STABLE.match(plain):
                continue
            name = self.temporary()
            made.append(Line(self.indent, f"{name} = {plain}", self.number))
            texts[at] = f"{text[: len(text) - len(plain)]}{name}" if starred else name
        self.lines[mark:mark] = made


def own_variables(scope: Scope) -> set[Variable]:
    """Return the variables of one scope."""
    return set(scope.names.values())
