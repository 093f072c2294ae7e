"""The tree to Python: a module of source text whose function `code(self, …)` is the program.

Ruby's statements are values, Python's are not. So `value(node)` returns an expression and writes the statements it needs
before it; `into(node, sink)` writes statements that end in `sink` and the value (`"t1 = "`, `"return "`, or nothing, which
drops it). When a later operand had to write statements, the operands before it are put into variables first (`values`), so
that all is evaluated in Ruby's order. A block is a Python function of its own, with `nonlocal` for what it assigns
outside. The classes build on each other as those of the parser do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from logsmith.ruby import tree
from logsmith.ruby.emit_control import ControlEmitter
from logsmith.ruby.emit_text import Function, own_variables
from logsmith.ruby.errors import RubyError
from logsmith.ruby.tree import Program
from logsmith.ruby.tree_classes import declared_constants


@dataclass(frozen=True, slots=True)
class Emitted:
    """Source, the line of Ruby of each of its lines, the values it names, and what was noticed on the way."""

    source: str
    lines: list[int]
    names: dict[str, Any]  # Any: constants and functions of the runtime
    keeps_state: bool
    defers_state: bool
    warnings: list[tuple[str, int]]
    assigned_constants: frozenset[str]
    parameters: tuple[str, ...]


class Emitter(ControlEmitter):
    """Writes a program."""

    def program(self, program: Program) -> Emitted:
        """Return the whole program as source."""
        function = Function("program", own_variables(program.scope))
        parameters = []
        for variable in program.parameters:
            variable.python = self.fresh(f"v_{variable.name}")
            parameters.append(variable.python)
        self.function = function
        self.assigned_constants |= set(declared_constants(program.body))
        assigned = set(tree.assigned_variables(program.body))
        self.event_variables = {
            one for one in program.parameters if one.name == "event" and one not in assigned
        }
        for variable in function.own:
            variable.python = variable.python or self.fresh(f"v_{variable.name}")
        with self.captured() as body:
            self.into(program.body, "return ")
        self.line(f"def code({', '.join(['self', *parameters])}):")
        self.indent += 1
        self.line("variables = self.variables")
        self._finish(function, body, set(parameters))
        source = "\n".join("    " * one.indent + one.text for one in self.lines) + "\n"
        numbers = [one.number for one in self.lines for _ in range(one.text.count("\n") + 1)]
        return Emitted(
            source,
            lines=numbers,
            names=self.names,
            keeps_state=self.keeps_state,
            defers_state=self.defers_state,
            warnings=self.warnings,
            assigned_constants=frozenset(self.assigned_constants),
            parameters=tuple(variable.name for variable in program.parameters),
        )

    def _finish(self, function: Function, body: list[Any], parameters: set[str]) -> None:
        self.begin_function(function, parameters)
        if not function.frame:
            self.lines += body
            return
        with self.block("try"):
            for one in body:
                one.indent += 1
            self.lines += body
        self.catch_return(function.frame)


def emit_program(program: Program, text: str, known: frozenset[str], constants: frozenset[str]) -> Emitted:
    """Return a program as Python; raises RubyError where it says what cannot be run here."""
    emitter = Emitter(text, known | set(program.methods), constants)
    try:
        return emitter.program(program)
    except RecursionError:
        raise RubyError("the code is nested too deeply", text, 0) from None
