"""Pattern matching as Python."""

from __future__ import annotations

from logsmith.ruby import matching, tree
from logsmith.ruby import tree_matching as shapes
from logsmith.ruby.emit_calls import CallEmitter
from logsmith.ruby.tree import Capture, Node


class MatchingEmitter(CallEmitter):
    """Writes pattern matching."""

    def __init__(self, text: str, methods: frozenset[str] | set[str], constants: frozenset[str]) -> None:
        super().__init__(text, methods, constants)
        self.shapes[shapes.MatchTest] = self._match_test

    def is_boolean(self, node: Node) -> bool:
        return isinstance(node, shapes.MatchTest) or super().is_boolean(node)

    def matching(self, node: shapes.Matching, sink: str) -> None:
        """Write `case … in`: each branch stands in the `else` of the one before."""
        subject = self.temporary()
        self.line(f"{subject} = {self.value(node.subject)}")
        for arm in node.arms:
            self.at(arm)
            captured = self._captured(arm.pattern, subject)
            holds = f"{captured} is not None"
            if arm.guard is not None:
                holds = self.temporary()
                self.line(f"{holds} = False")
                with self.block(f"if {captured} is not None"):
                    self.line(f"{holds} = {self.condition(arm.guard)}")
            with self.block(f"if {holds}"):
                self.into(arm.body, sink)
            self.line("else:")
            self.indent += 1
        if node.otherwise is None:
            self.line(f"{self.use(matching.no_match)}({subject})")
        else:
            self.into(node.otherwise, sink)
        self.indent -= len(node.arms)

    def _match_test(self, node: shapes.MatchTest) -> str:
        value = self.temporary()
        self.line(f"{value} = {self.value(node.value)}")
        captured = self._captured(node.pattern, value)
        if not node.raises:
            return f"({captured} is not None)"
        with self.block(f"if {captured} is None"):
            wanted = node.pattern.pairs if isinstance(node.pattern, shapes.Members) else ()
            names = "".join(f", {name!r}" for name, _ in wanted)
            self.line(f"{self.use(matching.no_match)}({value}{names})")
        return "None"

    def _captured(self, pattern: Node, subject: str) -> str:
        """Write the comparison, and the assignments it makes; return the variable that is None without a match."""
        captured = self.temporary()
        self.line(f"{captured} = {self.use(matching.match_pattern)}({self._pattern(pattern)}, {subject})")
        names = {self.assigned(variable) for variable in tree.assigned_variables(pattern)}
        if names:
            with self.block(f"if {captured} is not None"):
                for name in sorted(names):
                    self.line(f"{name} = {captured}.get({name!r})")
        return captured

    def _pattern(self, node: Node | None) -> str:
        """Return an expression for a matcher."""
        match node:
            case Capture():
                inner = "" if node.inner is None else f", {self._pattern(node.inner)}"
                return f"{self.use(matching.capture)}({self.python_name(node.variable)!r}{inner})"
            case shapes.Same():
                return f"{self.use(matching.same)}({self.value(node.value)})"
            case shapes.Either():
                return f"{self.use(matching.either)}({self._several(node.choices)})"
            case shapes.Items():
                rest = self._pattern(node.rest) if node.has_rest else "None"
                parts = f"({self._several(node.before)}), {rest}, ({self._several(node.after)})"
                return f"{self.use(matching.items)}({self._kind(node.kind)}, {parts})"
            case shapes.Found():
                first, last = self._pattern(node.first), self._pattern(node.last)
                parts = f"{first}, ({self._several(node.middle)}), {last}"
                return f"{self.use(matching.found_items)}({self._kind(node.kind)}, {parts})"
            case shapes.Members():
                pairs = "".join(f"({name!r}, {self._pattern(one)}), " for name, one in node.pairs)
                rest = "None" if node.rest is None else self._pattern(node.rest)
                parts = f"({pairs}), {rest}, is_all={node.is_all}"
                return f"{self.use(matching.members)}({self._kind(node.kind)}, {parts})"
        return self.use(matching.anything)

    def _several(self, nodes: tuple[Node, ...]) -> str:
        return "".join(f"{self._pattern(one)}, " for one in nodes)

    def _kind(self, node: Node | None) -> str:
        return "None" if node is None else self.value(node)
