"""Blocks, lambdas and methods as Python functions."""

from __future__ import annotations

from logsmith.ruby import running, singletons, tree, user_classes, user_methods
from logsmith.ruby.emit_assign import AssignEmitter
from logsmith.ruby.emit_text import Function, FunctionKind, Line, own_variables
from logsmith.ruby.objects import Proc, Symbol
from logsmith.ruby.tree import Block, Node, Parameters, Pattern, Variable


class BlockEmitter(AssignEmitter):
    """Writes functions."""

    def __init__(self, text: str, methods: frozenset[str] | set[str], constants: frozenset[str]) -> None:
        super().__init__(text, methods, constants)
        self.shapes |= {Block: self.block_value, tree.Method: self._method, tree.Yield: self._yield}

    def _yield(self, node: tree.Yield) -> str:
        self.function.method().block = "block"
        return f"{self.use(running.yield_to)}({', '.join(['block', *self.items(node.arguments)])})"

    def block_value(self, block: Block) -> str:
        """Return an expression for a block, whose function is written before."""
        kind: FunctionKind = "lambda" if block.is_lambda else "block"
        function = Function(kind, own_variables(block.scope), self.function)
        if kind == "block":
            function.break_tag, self.next_break_tag = self.next_break_tag, ""
            function.errors = self.function.errors
        name, counts = self._function(function, "block", block.parameters, block.body)
        if block.parameters.keywords or block.parameters.has_keyword_rest:
            more = _keywords_text(block.parameters)
            return (
                f"{self.use(user_methods.KeywordProc)}({name}, {counts!r}{more}, is_lambda={block.is_lambda})"
            )
        more = ", is_lambda=True" if block.is_lambda else ""
        if block.parameters.has_comma:
            more += ", spreads=True"
        elif block.parameters.optional and not block.is_lambda:
            more += f", spreads={_spreads(block.parameters)}"
        most = "" if counts[0] == counts[1] else f", {counts[1]}"
        return f"{self.use(Proc)}({name}, {counts[0]}{most}{more})"

    def _function(
        self, function: Function, name: str, parameters: Parameters, body: Node
    ) -> tuple[str, tuple[int, int | None]]:
        """Write a function before the statement that needs it; return its name and how many arguments it takes."""
        outer, effects, number = self.function, self.effects, self.number
        name = self.fresh(name)
        self.function = function
        with self.captured() as lines:
            signature, known = self.parameters(parameters, function)
            self.into(body, "return ")
        if function.kind == "method" and function.block:
            signature = [
                *signature,
                *(["*"] if not any(one.startswith("*") for one in signature) else []),
                "block",
            ]
        if function.takes_self:
            signature = ["self", *signature]
        self.number = number
        self.line(f"def {name}({', '.join(_ordered(signature))}):")
        self.indent += 1
        self.begin_function(function, known)
        if function.takes_self:
            self.line(f"variables = {self.use(user_classes.variables_of)}(self)")
        if function.owner:
            self.line(f"{function.owner} = self")
        self.lines += self._caught(function, lines)
        if function.frame:
            self.catch_return(function.frame)
        self.indent -= 1
        if ".parameters" in self.text:  # a program that asks
            listed = parameters.listed(is_strict=function.kind != "block")
            self.line(f"{name}.parameters = {listed!r}")
        self.function, self.effects, self.number = outer, effects, number
        fewest = len(parameters.required) + len(parameters.after)
        most = None if parameters.has_rest else fewest + len(parameters.optional)
        return name, (fewest, most)

    def _caught(self, function: Function, lines: list[Line]) -> list[Line]:
        if not function.frame:
            return lines
        self.line("try:")
        for one in lines:
            one.indent += 1
        return lines

    def begin_function(self, function: Function, known: set[str]) -> None:
        """Write what a function begins with: the variables of its own, and those around it that it assigns."""
        if function.assigned_outside:
            self.line(f"nonlocal {', '.join(sorted(function.assigned_outside))}")
        names = {variable.python for variable in function.own if variable.python}
        unset = sorted(names - known)
        if unset:
            self.line(f"{' = '.join(unset)} = None")
        if function.frame:
            self.line(f"{function.frame} = object()")

    def catch_return(self, frame: str) -> None:
        """Write the end of a function that blocks inside of it return from."""
        with self.block(f"except {self.use(running.ReturnJump)} as jump"):
            with self.block(f"if jump.frame is not {frame}"):
                self.line("raise")
            self.line("return jump.value")

    def _method(self, node: tree.Method) -> str:
        function = Function("method", own_variables(node.scope), self.function, name=node.name)
        function.takes_self, function.parameters = bool(self.owner), node.parameters
        if node.parameters.block is not None:
            function.block = "block"
        kept = self.keeps_state, self.defers_state
        if node.receiver is not None:
            return self._method_of_object(node, node.receiver, function)
        name, counts = self._function(function, f"def_{node.name}", node.parameters, node.body)
        if node.name == "register" or (self.owner and node.name == "initialize"):  # it runs once
            self.keeps_state, self.defers_state = kept
        made = self.made_method(function, name, counts)
        if self.owner:
            add = self.use(user_classes.add_method)
            more = f", of_class={node.is_singleton}, is_public={node.names_self}"
            self.line(f"{add}({self.owner}, {node.name!r}, {made}{more})")
        else:
            self.line(f"self.methods[{node.name!r}] = {made}")
        return self.bind(Symbol(node.name), node.name)

    def made_method(self, function: Function, name: str, counts: tuple[int, int | None]) -> str:
        """Return an expression for the method that a function is."""
        assert function.parameters is not None  # noqa: S101  who makes a method says them
        more = _keywords_text(function.parameters)
        more += ", takes_block=True" if function.block else ""
        return f"{self.use(user_methods.UserMethod)}({name}, {counts!r}{more})"

    def _method_of_object(self, node: tree.Method, receiver: Node, function: Function) -> str:
        """Write `def object.name`, whose `self` is the object."""
        value, own = self.value(receiver), self.temporary()
        self.line(f"{own} = {self.use(singletons.singleton_of)}({value}, {self.owner or 'self'})")
        outer, self.owner = self.owner, own
        function.takes_self = True
        name, counts = self._function(function, f"def_{node.name}", node.parameters, node.body)
        self.owner = outer
        made = self.made_method(function, name, counts)
        self.line(f"{self.use(singletons.add_singleton_method)}({value}, {node.name!r}, {made})")
        return self.bind(Symbol(node.name), node.name)

    def parameters(self, parameters: Parameters, function: Function) -> tuple[list[str], set[str]]:
        """Return the signature of a function and the variables it sets; writes what unpacks the arguments."""
        for variable in function.own:
            self.python_name(variable)
        required = [self._taken_by(one) for one in parameters.required]
        after = [self._taken_by(one) for one in parameters.after]
        rest = self.python_name(parameters.rest) if parameters.rest else self.temporary()
        optional = [self.python_name(variable) for variable, _ in parameters.optional]
        if after:
            signature = ["*args"]
            counts = f"{len(required)}, {len(optional)}, {len(after)}"
            targets = ", ".join([*required, *optional, rest, *after])
            self.line(f"{targets} = {self.use(running.unpack_arguments)}(args, {counts})")
        else:
            missing = self.bind(running.MISSING, "missing") if optional else ""
            signature = [*required, *(f"{name}={missing}" for name in optional)]
            signature += [f"*{rest}"] if parameters.has_rest else []
            if parameters.rest:
                self.line(f"{rest} = list({rest})")
        self._unpack_patterns(
            (*zip(required, parameters.required, strict=True), *zip(after, parameters.after, strict=True))
        )
        for variable, default in parameters.optional:
            self._default(self.python_name(variable), default)
        known = {*required, *after, rest, *optional}
        return self._keyword_parameters(parameters, signature, known), known

    def _taken_by(self, one: Variable | Pattern) -> str:
        return self.python_name(one) if isinstance(one, Variable) else self.temporary()

    def _unpack_patterns(self, taken: tuple[tuple[str, Variable | Pattern], ...]) -> None:
        for name, one in taken:
            if isinstance(one, Pattern):
                self.unpack(one, name)

    def _default(self, name: str, default: Node) -> None:
        with self.block(f"if {name} is {self.bind(running.MISSING, 'missing')}"):
            self.into(default, f"{name} = ")

    def _keyword_parameters(self, parameters: Parameters, signature: list[str], known: set[str]) -> list[str]:
        if parameters.keywords:
            missing = self.bind(running.MISSING, "missing")
            signature = [*signature, *([] if any(one.startswith("*") for one in signature) else ["*"])]
            signature += [f"kw_{variable.name}={missing}" for variable, _ in parameters.keywords]
        for variable, default in parameters.keywords:
            name = self.python_name(variable)
            known.add(name)
            self.line(f"{name} = kw_{variable.name}")
            if default is not None:
                self._default(name, default)
        if parameters.has_keyword_rest:
            signature = [
                *signature,
                *([] if any(one.startswith("*") for one in signature) else ["*"]),
                "keywords=None",
            ]
            if parameters.keyword_rest:
                name = self.python_name(parameters.keyword_rest)
                known.add(name)
                self.line(f"{name} = {{}} if keywords is None else keywords")
        if parameters.block is not None:
            name = self.python_name(parameters.block)
            known.add(name)
            self.line(f"{name} = block")
        return signature


def _keywords_text(parameters: Parameters) -> str:
    """Return the arguments of what is made of a function with keywords: which it takes, and whether all are required."""
    keywords = {variable.name: default is None for variable, default in parameters.keywords}
    more = f", {keywords!r}" if keywords else ""
    return more + (", takes_rest=True" if parameters.has_keyword_rest else "")


def _spreads(parameters: Parameters) -> bool:
    return (
        len(parameters.required) + len(parameters.optional) + len(parameters.after) > 1 or parameters.has_rest
    )


def _ordered(signature: list[str]) -> list[str]:
    """Return a signature as Python wants it: what has `**` at the end."""
    return sorted(signature, key=lambda one: one.startswith("**"))
