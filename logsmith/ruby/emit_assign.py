"""Assignments as Python: to variables, indexes and attributes, of several at once, with an operator."""

from __future__ import annotations

from contextlib import AbstractContextManager

from logsmith.ruby import running, tree, user_classes
from logsmith.ruby.dispatch import call
from logsmith.ruby.emit_values import ValueEmitter
from logsmith.ruby.hashes import opened
from logsmith.ruby.state import state
from logsmith.ruby.tree import Call, Node, Pattern, Variable

_ARITHMETIC = {
    "+": running.add, "-": running.subtract, "*": running.multiply, "/": running.divide, "%": running.modulo,
}  # fmt: skip
_DEFAULTS = frozenset(("default", "default_proc"))


class AssignEmitter(ValueEmitter):
    """Writes assignments."""

    def __init__(self, text: str, methods: frozenset[str] | set[str], constants: frozenset[str]) -> None:
        super().__init__(text, methods, constants)
        self.event_variables: set[Variable] = set()  # those that certainly hold an event
        self.next_break_tag = ""
        self.shapes |= {
            tree.Assign: self._assign,
            tree.OpAssign: self._op_assign,
            tree.MatchAssign: self._match_assign,
        }

    def _assign(self, node: tree.Assign) -> str:
        self.at(node)
        target = node.target
        if isinstance(target, Pattern):
            return self._assign_pattern(target, node.value)
        if isinstance(target, tree.Local):
            value = self.value(node.value)
            return f"({self.assigned(target.variable)} := {value})"
        if isinstance(target, Call) and target.is_safe:
            return self._assign_safely(target, node.value)
        if isinstance(target, Call):
            self.note_change(target.receiver)
            if target.name in _DEFAULTS and isinstance(target.receiver, tree.Local | tree.Instance):
                held = self.value(target.receiver)
                self.line(f"{self._place(target.receiver)} = {self.use(opened)}({held})")
            receiver, *rest = self.items([self._receiver(target), *target.arguments, node.value])
            return self._store_call(target, receiver, rest)
        name = self._kept(self.value(node.value))
        value = name
        if isinstance(target, tree.Const):
            value = f"{self.use(user_classes.named)}({target.name!r}, {name}, {self.owner or 'self'})"
        self.line(f"{self._place(target)} = {value}")
        return name

    def _assign_safely(self, target: Call, value: Node) -> str:
        """Write `receiver&.name = value`, which does nothing where the receiver is nil."""
        self.note_change(target.receiver)
        receiver, name = self._kept(self.value(self._receiver(target))), self.temporary()
        self.line(f"{name} = None")
        with self.block(f"if {receiver} is not None"):
            self.line(f"{name} = {self._store_call(target, receiver, [self.value(value)])}")
        return name

    def note_state(self) -> None:
        """Note that something outlives the event: at once, or when what is defined here is called."""
        self.keeps_state = True
        self.defers_state = self.defers_state or self.function.method().kind != "program"

    def note_change(self, node: Node | None) -> None:
        """Note that state is kept if what is changed hangs on an instance variable or a global."""
        while isinstance(node, Call) and node.name == "[]":
            node = node.receiver
        if isinstance(node, tree.Instance | tree.Global):
            self.note_state()

    def _kept(self, text: str) -> str:
        """Return a name for a value that is used twice."""
        if text.isidentifier():
            return text
        name = self.temporary()
        self.line(f"{name} = {text}")
        return name

    def _receiver(self, target: Call) -> Node:
        return tree.Self(target.at) if target.receiver is None else target.receiver

    def _store_call(self, target: Call, receiver: str, rest: list[str]) -> str:
        if target.name == "[]" and len(rest) == 2 and not rest[0].startswith("*"):
            return f"{self.use(running.set_index)}({receiver}, {rest[0]}, {rest[1]})"
        if target.name != "[]":
            return f"{self.use(running.set_attribute)}({receiver}, '{target.name}=', {rest[-1]})"
        value = self._kept(rest[-1])
        self.line(f"{self.use(call)}({receiver}, '[]=', ({', '.join([*rest[:-1], value])},))")
        return value

    def _place(self, target: Node) -> str:
        """Return the Python target of a variable or constant."""
        if isinstance(target, tree.Local):
            return self.assigned(target.variable)
        if isinstance(target, tree.Instance):
            self.note_state()
            return f"variables[{target.name!r}]"
        if isinstance(target, tree.Global):
            self.note_state()
            return f"{self.bind(running.GLOBALS, 'globals')}[{target.name!r}]"
        if isinstance(target, tree.Const) and target.scope is None:
            self.assigned_constants.add(target.name)
            return f"{self.owner or 'self'}.constants[{target.name!r}]"
        if isinstance(target, tree.LastMatch):
            return f"{self.bind(state, 'state')}.last_match"
        raise self.refuse("this cannot be assigned to", target)

    def store(self, target: Node, value: str) -> None:
        """Write the assignment of a value, which is a name, to a target."""
        if isinstance(target, Pattern):
            self.unpack(target, value)
        elif isinstance(target, Call):
            receiver, *rest = self.items([self._receiver(target), *target.arguments])
            self.line(self._store_call(target, receiver, [*rest, value]))
        else:
            self.line(f"{self._place(target)} = {value}")

    def unpack(self, pattern: Pattern, value: str) -> None:
        """Write the assignment of a list's members to the targets of a pattern."""
        targets = [*pattern.before, *([pattern.rest] if pattern.has_rest else []), *pattern.after]
        names = [self.temporary() for _ in targets]
        after = len(pattern.after) if pattern.has_rest else -1
        rest = f", {after}" if after >= 0 else ""
        unpacked = f"{self.use(running.unpack)}({value}, {len(pattern.before)}{rest})"
        direct = [
            self._place(one) if isinstance(one, tree.Local) else name
            for one, name in zip(targets, names, strict=True)
        ]
        self.line(f"{', '.join(direct)}{',' if len(direct) == 1 else ''} = {unpacked}")
        for target, name in zip(targets, names, strict=True):
            if target is not None and not isinstance(target, tree.Local):
                self.store(target, name)

    def _assign_pattern(self, pattern: Pattern, value: Node) -> str:
        made = self.value(value)
        name = self.temporary()
        self.line(f"{name} = {made}")
        self.unpack(pattern, name)
        return name

    def _op_assign(self, node: tree.OpAssign) -> str:
        self.at(node)
        target = node.target
        if isinstance(target, Call):
            return self._op_assign_call(node, target)
        if isinstance(target, tree.Const):
            place = f"{self.owner or 'self'}.constants.get({target.name!r})"
            self.assigned_constants.add(target.name)
        else:
            place = self.value(target)
        if node.operator not in ("||", "&&"):
            name = self._kept(self._operated(node, place))
            self.line(f"{self._place(target)} = {name}")
            return name
        name = self.temporary()
        self.line(f"{name} = {place}")
        with self._when_assigned(node, name):
            self.line(f"{name} = {self.value(node.value)}")
            self.line(f"{self._place(target)} = {name}")
        return name

    def _when_assigned(self, node: tree.OpAssign, name: str) -> AbstractContextManager[None]:
        test = f"{name} is None or {name} is False"
        return self.block(f"if {test}" if node.operator == "||" else f"if not ({test})")

    def _operated(self, node: tree.OpAssign, place: str) -> str:
        mark, effects = len(self.lines), self.effects
        value = self.value(node.value)
        if self.effects > effects:
            texts = [place]
            self.spill(texts, mark)
            place = texts[0]
        function = _ARITHMETIC.get(node.operator)
        if function is not None:
            return f"{self.use(function)}({place}, {value})"
        return f"{self.use(call)}({place}, {node.operator!r}, ({value},))"

    def _op_assign_call(self, node: tree.OpAssign, target: Call) -> str:
        self.note_change(target.receiver)
        texts = self.items([self._receiver(target), *target.arguments])
        names = [
            self._kept(text) if not text.startswith("*") else f"*{self._kept(text[1:])}" for text in texts
        ]
        if target.is_safe:
            name = self.temporary()
            self.line(f"{name} = None")
            with self.block(f"if {names[0]} is not None"):
                self.line(f"{name} = {self._op_stored(node, target, names)}")
            return name
        return self._op_stored(node, target, names)

    def _op_stored(self, node: tree.OpAssign, target: Call, names: list[str]) -> str:
        receiver, *keys = names
        if target.name == "[]" and len(keys) == 1 and not keys[0].startswith("*"):
            read = f"{self.use(running.get_index)}({receiver}, {keys[0]})"
        else:
            args = f", ({', '.join(keys)},)" if keys else ""
            read = f"{self.use(call)}({receiver}, {target.name!r}{args})"
        if node.operator not in ("||", "&&"):
            value = self._kept(self._operated(node, read))
            return self._store_call(target, receiver, [*keys, value])
        name = self.temporary()
        self.line(f"{name} = {read}")
        with self._when_assigned(node, name):
            self.line(f"{name} = {self.value(node.value)}")
            self.line(self._store_call(target, receiver, [*keys, name]))
        return name

    def _match_assign(self, node: tree.MatchAssign) -> str:
        pattern, value = self.values([node.pattern, node.value])
        name = self.temporary()
        self.line(f"{name} = {self.use(call)}({pattern}, '=~', ({value},))")
        for variable in node.variables:
            self.line(f"{self.assigned(variable)} = {self.use(running.match_group)}({variable.name!r})")
        return name
