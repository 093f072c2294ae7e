"""Compile Ruby once, run it often.

    program = compile_ruby(text, name="main.conf", line=12)
    self_object = Self()                       # instance variables, methods; init and code share one
    program.run(self_object, event=EventObject(event), new_event_block=proc)

`parameters` are the names that the code finds as local variables, and that `run` takes as keyword arguments. The aggregate
filter compiles with `parameters=("event", "map", "map_meta", "new_event_block")`. Values are Ruby's as this room has them
(`String`, list, dict, `EventObject`...; `border.give` and `border.take` convert). `before` are programs that have run with the
same object, whose methods and constants this one may use: `code` comes after `init`.

`run` returns the value of the last expression, and raises `RubyException` for what the code raises, as for what fails in
Python below it, and `RubyTimeoutError` where the time budget (`logsmith.regex.budget`, armed by the runtime) is up.
`program.keeps_state` tells whether the code writes instance variables, globals or class variables, `defers_state` whether
methods and lambdas of its do, which other programs may call.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Any

from logsmith.errors import LogsmithError
from logsmith.regex import TimeUp, budget
from logsmith.ruby.emit import Emitted, emit_program
from logsmith.ruby.errors import RubyError
from logsmith.ruby.exceptions import BreakBlock, RubyException, ThrowTag, fault
from logsmith.ruby.parser import parse_ruby
from logsmith.ruby.running import ReturnJump, Self, as_ruby
from logsmith.ruby.show import inspect
from logsmith.ruby.state import state

BUDGET_S = 1.0  # of one run; Logstash has no such limit, and waits


class RubyTimeoutError(LogsmithError):
    """A program took longer than its budget."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that will fail if it is reached: `offset` counts characters of the text."""

    message: str
    offset: int


class Program:
    """Compiled code. `source` is the Python that runs, `methods` what it defines."""

    def __init__(self, emitted: Emitted, methods: tuple[str, ...], name: str, line: int) -> None:
        self.source = emitted.source
        self.keeps_state, self.defers_state = emitted.keeps_state, emitted.defers_state
        self.methods, self.constants = frozenset(methods), emitted.assigned_constants
        self.warnings = [Notice(message, offset) for message, offset in emitted.warnings]
        self.name, self._parameters = name, emitted.parameters
        names: dict[str, Any] = {**emitted.names, "__name__": "ruby"}  # Any: what the code uses
        exec(_compiled(emitted, name, line), names)  # noqa: S102  our own text: values are bound by name
        self._code = names["code"]

    def run(self, self_object: Self, **values: Any) -> Any:
        """Run the program; return its value."""
        return self.guarded(self._code, self_object, *[values.get(name) for name in self._parameters])

    def within(self, self_object: Self, values: dict[str, Any]) -> Any:
        """Run the program as a part of one that runs already, with what is left of its time."""
        return self._code(self_object, *[values.get(name) for name in self._parameters])

    def guarded(self, work: Any, *args: Any) -> Any:  # Any: a function, and what it takes and returns
        """Return what a function of the program's returns, within the time budget; raises RubyException."""
        outer, budget.program = budget.program, TimeUp()
        saved = state.last_match, state.last_error
        state.last_match = state.last_error = None
        try:
            return work(*args)
        except RubyException:
            raise
        except ThrowTag as jump:
            raise fault("UncaughtThrowError", f"uncaught throw {inspect(jump.tag)}") from None
        except BreakBlock:  # the call that got the block is over
            raise fault("LocalJumpError", "break from proc-closure") from None
        except ReturnJump:
            raise fault("LocalJumpError", "unexpected return") from None
        except TimeUp:
            raise RubyTimeoutError(f"the code took longer than {BUDGET_S:g} s") from None
        except Exception as error:  # whatever fails below is the program's exception
            raise as_ruby(error) from error
        finally:
            budget.program = outer
            state.last_match, state.last_error = saved


def _compiled(emitted: Emitted, name: str, line: int) -> CodeType:
    """Return code whose lines are those of the file that the Ruby stands in."""
    try:
        module = ast.parse(emitted.source)
        for node in ast.walk(module):
            if isinstance(node, (ast.stmt, ast.expr, ast.excepthandler)):
                node.lineno = node.end_lineno = line - 1 + emitted.lines[node.lineno - 1]
        return compile(module, name, "exec")
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise RubyError(f"the code is too deeply nested or too large: {error}", "", 0) from None


def compile_ruby(  # noqa: PLR0913  what a program is made of, by name
    text: str,
    *,
    name: str = "(ruby filter code)",
    line: int = 1,
    parameters: Sequence[str] = ("event", "new_event_block"),
    before: Sequence[Program] = (),
    known: Sequence[str] = (),
) -> Program:
    """Return a program; raises RubyError where it is no Ruby, or none that runs here.

    `known` are names of methods that the object will have by other means.
    """
    tree = parse_ruby(text, tuple(parameters))
    methods = frozenset((*known, *(one for program in before for one in program.methods)))
    constants = frozenset(one for program in before for one in program.constants)
    emitted = emit_program(tree, text, methods, constants)
    return Program(emitted, (*methods, *tree.methods), name, line)


__all__ = ["Program", "RubyTimeoutError", "Self", "compile_ruby"]
