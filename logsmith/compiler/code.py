"""Writing Python that points back at the pipeline's file.

A `CodeWriter` takes statements and notes the configuration line each stands for. `load` parses the text, sets every
node's line to the configuration's and compiles it under the configuration's file name, so that tracebacks, profilers and
coverage speak of the user's own file. Values are bound by name, never pasted into the source.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from msgspec import Raw

from logsmith.plugins.paths import reading
from logsmith.regex import settled

if TYPE_CHECKING:
    from logsmith.event import FieldRef

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NOT_A_NAME = re.compile(r"\W+")


class CodeWriter:
    """Collects the statements of one file's section and the values they name."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, str, int]] = []  # indent, text, line of the configuration
        self._indent = 0
        self._line = 1
        self._taken: dict[str, int] = {}
        self._bound: dict[
            tuple[str, int], str
        ] = {}  # names by what they stand for, which `names` keeps alive
        self.names: dict[str, Any] = {"Raw": Raw}  # Any: whatever the code needs at run time

    def line(self, text: str) -> None:
        """Write one statement."""
        self._lines.append((self._indent, text, self._line))

    @property
    def statements(self) -> int:
        """How many statements there are."""
        return len(self._lines)

    def take_back(self) -> None:
        """Forget the last statement."""
        del self._lines[-1]

    @contextmanager
    def block(self, header: str) -> Iterator[None]:
        """Write `header:` and indent what is written inside of the `with`."""
        self.line(f"{header}:")
        self._indent += 1
        start = len(self._lines)
        yield
        if len(self._lines) == start:
            self.line("pass")
        self._indent -= 1

    @contextmanager
    def at(self, line: int) -> Iterator[None]:
        """Note that what is written inside of the `with` stands for this line of the configuration."""
        before, self._line = self._line, line
        yield
        self._line = before

    def bind(self, value: object, name: str) -> str:
        """Make a value reachable from the code; the same value under the same name is bound once."""
        plain = plain_name(name)
        bound = self._bound.get((plain, id(value)))
        if bound is None:
            bound = self._bound[plain, id(value)] = self.local(plain)
            self.names[bound] = value
        return bound

    def local(self, name: str) -> str:
        """Return a name that nothing else in this code has."""
        number = self._taken.get(name, 0) + 1
        self._taken[name] = number
        self.names.setdefault(f"{name}_{number}", None)
        return f"{name}_{number}"

    def read(self, ref: FieldRef) -> str:
        """Return an expression that reads a field, null if it is missing."""
        is_nested = len(ref.path) > 1
        return reading(ref, self.bind(ref, "field") if is_nested else "")

    @property
    def line_now(self) -> int:
        """The line of the configuration that is being written about."""
        return self._line

    @property
    def text(self) -> str:
        """The source, each statement with the configuration line it stands for."""
        rows = [("    " * indent + text, line) for indent, text, line in self._lines]
        width = min(max((len(row) for row, _ in rows), default=0), 88)
        return "\n".join(f"{row:<{width}}  # line {line}" for row, line in rows) + "\n"

    def load(self, file: str) -> Mapping[str, Callable[..., Any]]:  # Any: the emitted functions' own types
        """Compile the source under the configuration's file name and return its functions by name."""
        source = "\n".join("    " * indent + text for indent, text, _ in self._lines) + "\n"
        tree = ast.parse(source)
        lines = [line for _, text, line in self._lines for _ in range(text.count("\n") + 1)]
        for node in ast.walk(tree):
            if isinstance(node, (ast.stmt, ast.expr, ast.excepthandler)):
                line = lines[node.lineno - 1]
                node.lineno = node.end_lineno = line
        names = {name: settled(value) for name, value in self.names.items()}
        exec(compile(tree, file, "exec"), names)  # noqa: S102  the text is our own: values are bound by name
        return {node.name: names[node.name] for node in tree.body if isinstance(node, _FUNCTIONS)}


def plain_name(name: str) -> str:
    """Return a name that Python takes for one, as much like this as it can be."""
    plain = _NOT_A_NAME.sub("_", name).strip("_")
    return plain if plain.isidentifier() and plain.isascii() else "value"
