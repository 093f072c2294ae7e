"""Statements as Python: conditions, loops, case, begin and rescue, jumps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from logsmith.ruby import running, tree
from logsmith.ruby.compare import case_eq, ruby_eq
from logsmith.ruby.dispatch import is_function, responds
from logsmith.ruby.emit_classes import ClassEmitter
from logsmith.ruby.emit_text import Line, Loop
from logsmith.ruby.errors import RubyError
from logsmith.ruby.exceptions import BreakBlock
from logsmith.ruby.iteration import iterate
from logsmith.ruby.objects import String
from logsmith.ruby.tree import Node
from logsmith.ruby.tree_matching import Matching

_Branch = tuple[Node, Callable[[], str], Node]  # where it is, what writes its condition, what is done then

_DEFINED = {
    tree.Literal: "expression", tree.Str: "expression", tree.Sym: "expression", tree.Self: "self",
    tree.Local: "local-variable", tree.Assign: "assignment", tree.OpAssign: "assignment",
    tree.Array: "expression", tree.Hash: "expression", tree.Logic: "expression", tree.Not: "expression",
    tree.Yield: "yield",
}  # fmt: skip


class ControlEmitter(ClassEmitter):
    """Writes statements."""

    def __init__(self, text: str, methods: frozenset[str] | set[str], constants: frozenset[str]) -> None:
        super().__init__(text, methods, constants)
        self.shapes |= {tree.If: self._if_value, tree.Defined: self._defined, tree.Begin: self._begin_value}
        self._statements: dict[type, Callable[[Any, str], None]] = {  # Any: the node of the key's type
            tree.Sequence: self._sequence,
            tree.If: self._if,
            tree.While: self._while,
            tree.For: self._for,
            tree.Case: self._case,
            Matching: self.matching,
            tree.Begin: self._begin,
            tree.Jump: self._jump,
        }

    def into(self, node: Node, sink: str) -> None:
        statement = self._statements.get(type(node))
        if statement is not None:
            self.at(node)
            statement(node, sink)
            return
        text = self.value(node)
        if sink:
            self.line(f"{sink}{text}")
        elif not text.isidentifier() and not isinstance(node, tree.Literal | tree.Str | tree.Sym):
            self.line(_as_statement(text))

    def _sequence(self, node: tree.Sequence, sink: str) -> None:
        for statement in node.statements[:-1]:
            self.at(statement)
            self.into(statement, "")
        self.at(node.statements[-1])
        self.into(node.statements[-1], sink)

    def _if_value(self, node: tree.If) -> str:
        """Return `then if condition else otherwise`, or, if a branch needs statements, write an `if`."""
        condition = self.condition(node.condition)
        with self.captured() as then_lines:
            then = self.value(node.then)
        with self.captured() as else_lines:
            otherwise = "None" if node.otherwise is None else self.value(node.otherwise)
        if not then_lines and not else_lines:
            return f"({then} if {condition} else {otherwise})"
        name = self.temporary()
        for header, lines, text in (
            (f"if {condition}", then_lines, then),
            ("else", else_lines, otherwise),
        ):
            with self.block(header):
                self.lines += lines
                self.line(f"{name} = {text}")
        return name

    def _if(self, node: tree.If, sink: str) -> None:
        branches: list[_Branch] = []
        one: Node | None = node
        while isinstance(one, tree.If):
            branches.append((one, partial(self.condition, one.condition), one.then))
            one = one.otherwise
        self._branches(branches, one, sink)

    def _branches(self, branches: Sequence[_Branch], otherwise: Node | None, sink: str) -> None:
        header, nested = "if", 0
        for at, write_condition, body in branches:
            self.at(at)
            with self.captured(0) as lines:
                condition = write_condition()
            if lines and header == "elif":  # the condition needs statements of its own
                self.line("else:")
                self.indent += 1
                nested += 1
                for line in lines:
                    line.indent += 1
                header = "if"
            self.lines += lines
            with self.block(f"{header} {condition}"):
                self.into(body, sink)
            header = "elif"
        if otherwise is not None or sink:
            with self.block("else"):
                self.into(otherwise or tree.Literal(branches[0][0].at, None), sink)
        self.indent -= nested

    def _while(self, node: tree.While, sink: str) -> None:
        result = self.temporary() if sink else None
        if result:
            self.line(f"{result} = None")
        first = self.temporary() if node.runs_first else ""
        if first:
            self.line(f"{first} = True")
        with self.captured() as lines:
            condition = self.condition(node.condition)
            condition = f"not {condition}" if node.is_until else condition
            condition = f"{first} or {condition}" if first and not lines else condition
        self.function.loops.append(Loop(result))
        with self.block(f"while {'True' if lines else condition}"):
            self._test(first, lines, condition)
            if first:
                self.line(f"{first} = False")
            self.into(node.body, "")
        self.function.loops.pop()
        if result:
            self.line(f"{sink}{result}")

    def _test(self, first: str, lines: list[Line], condition: str) -> None:
        """Write the test of a loop's condition that needs statements."""
        if not lines:
            return
        if first:
            with self.block(f"if not {first}"):
                for one in lines:
                    one.indent += 1
                self.lines += lines
                with self.block(f"if not ({condition})"):
                    self.line("break")
            return
        self.lines += lines
        with self.block(f"if not ({condition})"):
            self.line("break")

    def _for(self, node: tree.For, sink: str) -> None:
        values, item = self.temporary(), self.temporary()
        self.line(f"{values} = {self.value(node.iterable)}")
        result = self.temporary() if sink else None
        if result:
            self.line(f"{result} = {values}")
        self.function.loops.append(Loop(result))
        with self.block(f"for {item} in {self.use(iterate)}({values})"):
            self.store(node.target, item)
            self.into(node.body, "")
        self.function.loops.pop()
        if result:
            self.line(f"{sink}{result}")

    def _case(self, node: tree.Case, sink: str) -> None:
        subject = ""
        if node.subject is not None:
            subject = self.temporary()
            self.line(f"{subject} = {self.value(node.subject)}")
        branches = [(one, partial(self._any_test, one.tests, subject), one.body) for one in node.whens]
        self._branches(branches, node.otherwise, sink)

    def _any_test(self, tests: Sequence[Node], subject: str) -> str:
        return " or ".join(self._test_of(test, subject) for test in tests)

    def _test_of(self, test: Node, subject: str) -> str:
        if isinstance(test, tree.Splat):
            value = self.value(test.value)
            if subject:
                return f"{self.use(running.any_case)}({value}, {subject})"
            return f"{self.use(running.any_true)}({value})"
        if not subject:
            return self.condition(test)
        if isinstance(test, tree.Literal):
            return f"{self.use(ruby_eq)}({self.value(test)}, {subject})"
        if isinstance(test, tree.Str) and all(isinstance(part, str) for part in test.parts):
            text = "".join(map(str, test.parts))
            if text.isascii():
                return f"{self.use(running.is_text)}({subject}, {text!r})"
        return f"{self.use(case_eq)}({self.value(test)}, {subject})"

    def _begin_value(self, node: tree.Begin) -> str:
        if not (node.rescues or node.ensure or node.otherwise):
            return self.value(node.body)
        name = self.temporary()
        self._begin(node, f"{name} = ")
        return name

    def _begin(self, node: tree.Begin, sink: str) -> None:
        if not (node.rescues or node.ensure or node.otherwise):
            self.into(node.body, sink)
            return
        if any(_retries(rescue.body) for rescue in node.rescues):
            self._begin_to_retry(node, sink)
            return
        self._try(node, sink)

    def _begin_to_retry(self, node: tree.Begin, sink: str) -> None:
        """Write what may begin anew; its `ensure` comes once, after the last attempt."""
        if node.ensure is None:
            self._begin_with_retry(node, sink)
            return
        with self.block("try"):
            self._begin_with_retry(replace(node, ensure=None), sink)
        with self.block("finally"):
            self.into(node.ensure, "")

    def _try(self, node: tree.Begin, sink: str) -> None:
        with self.block("try"):
            self.into(node.body, "" if node.otherwise is not None else sink)
        if node.rescues:
            self._rescues(node, sink)
        if node.otherwise is not None:
            with self.block("else" if node.rescues else "finally"):
                self.into(node.otherwise, sink)
        if node.ensure is not None:
            with self.block("finally"):
                self.into(node.ensure, "")

    def _rescues(self, node: tree.Begin, sink: str) -> None:
        caught, error = self.temporary(), self.temporary()
        with self.block(f"except Exception as {caught}"):
            self.line(f"{error} = {self.use(running.as_ruby)}({caught})")
            self.function.errors.append(error)
            header = "if"
            for rescue in node.rescues:
                self.at(rescue)
                classes = self._rescued_classes(rescue)
                with self.block(f"{header} {self.use(running.is_rescued)}({error}, [{classes}])"):
                    if rescue.target is not None:
                        self.store(rescue.target, error)
                    self.into(rescue.body, sink)
                header = "elif"
            with self.block("else"):
                self.line("raise")
            self.function.errors.pop()

    def _rescued_classes(self, rescue: tree.Rescue) -> str:
        if not rescue.classes:
            return self.value(tree.Const(rescue.at, None, "StandardError"))
        return ", ".join(self.items(rescue.classes))

    def _begin_with_retry(self, node: tree.Begin, sink: str) -> None:
        again, leave = self.temporary(), self.temporary()
        loop = Loop(again, is_retry=True, leave=leave)
        self.line(f"{again} = True")
        self.line(f"{leave} = ''")
        self.function.loops.append(loop)
        with self.block(f"while {again}"):
            self.line(f"{again} = False")
            self._try(node, sink)
        self.function.loops.pop()
        for kind in sorted(loop.crossed):
            with self.block(f"if {leave} == {kind!r}"):
                self._leave_loop(kind)

    def _jump(self, node: tree.Jump, _sink: str) -> None:
        value = "None" if node.value is None else self.value(node.value)
        if node.kind == "retry":
            self._retry(node)
        elif node.kind == "return":
            self._return(value)
        elif self._is_in_loop():
            result = self._loop_result()
            if node.kind == "break" and result and value != "None":
                self.line(f"{result} = {value}")
            elif node.value is not None and not value.isidentifier():
                self.line(value)
            self._leave_loop(node.kind)
        elif node.kind == "break" and self.function.kind == "block" and self.function.break_tag:
            self.line(f"raise {self.use(BreakBlock)}({self.function.break_tag}, {value})")
        else:
            self.line(f"return {value}")

    def _return(self, value: str) -> None:
        method = self.function.method()
        if method is self.function:
            self.line(f"return {value}")
            return
        method.frame = method.frame or self.temporary()
        self.line(f"raise {self.use(running.ReturnJump)}({method.frame}, {value})")

    def _is_in_loop(self) -> bool:
        return any(not one.is_retry for one in self.function.loops)

    def _loop_result(self) -> str | None:
        return next(one.result for one in reversed(self.function.loops) if not one.is_retry)

    def _leave_loop(self, kind: str) -> None:
        """Write `break` or `continue` of the nearest loop of the program's, across one that only `retry` needs."""
        inner = self.function.loops[-1] if self.function.loops else None
        if inner is not None and inner.is_retry:
            inner.crossed.add(kind)
            self.line(f"{inner.leave} = {kind!r}")
            self.line("break")
        else:
            self.line("break" if kind == "break" else "continue")

    def _retry(self, node: tree.Jump) -> None:
        inner = next((one for one in reversed(self.function.loops) if one.is_retry), None)
        if inner is None or self.function.loops[-1] is not inner:
            raise self.refuse("'retry' stands in a rescue clause, outside of loops and blocks in it", node)
        self.line(f"{inner.result} = True")
        self.line("continue")

    def _defined(self, node: tree.Defined) -> str:
        kind = type(node.value)
        made = f"{self.use(String)}"
        if kind in _DEFINED:
            return f"{made}({_DEFINED[kind]!r})"
        if isinstance(node.value, tree.Instance):
            return f"({made}('instance-variable') if {node.value.name!r} in variables else None)"
        if isinstance(node.value, tree.Global):
            known = self.bind(running.GLOBALS, "globals")
            return f"({made}('global-variable') if {node.value.name!r} in {known} else None)"
        if isinstance(node.value, tree.Const):
            return self._defined_constant(node.value)
        if isinstance(node.value, tree.Call):
            return self._defined_call(node.value)
        return f"{made}('expression')"

    def _defined_constant(self, node: tree.Const) -> str:
        made = f"{self.use(String)}('constant')"
        if node.scope is None and node.name in self.assigned_constants:
            asked = f"{self.use(running.has_constant)}({self.owner or 'self'}, {node.name!r})"
            return f"({made} if {asked} else None)"
        return made if self._has_constant(node) else "None"

    def _has_constant(self, node: tree.Const) -> bool:
        noted = len(self.warnings)
        try:
            self.value(node)
        except RubyError:
            return False
        is_known = len(self.warnings) == noted
        del self.warnings[noted:]
        return is_known

    def _defined_call(self, node: tree.Call) -> str:
        made = f"{self.use(String)}('method')"
        if node.receiver is None:
            is_there = node.name in self.methods or is_function(node.name)
            return made if is_there else "None"
        receiver = self.value(node.receiver)
        return f"({made} if {self.use(responds)}({receiver}, {node.name!r}) else None)"


def _as_statement(text: str) -> str:
    """Return an expression as a statement: an assignment without the parentheses it had as a value."""
    if text.startswith("(") and " := " in text and text.endswith(")"):
        name, _, value = text[1:-1].partition(" := ")
        if name.isidentifier():
            return f"{name} = {value}"
    return text


def _retries(node: Node) -> bool:
    """Return whether there is a `retry` in a rescue clause that means it."""
    if isinstance(node, tree.Jump) and node.kind == "retry":
        return True
    if isinstance(node, tree.Block | tree.Method):
        return False
    if isinstance(node, tree.Begin):
        return any(_retries(one) for one in (node.body, node.otherwise, node.ensure) if one is not None)
    return any(map(_retries, tree.children(node)))
