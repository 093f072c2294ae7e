"""Classes and modules of a program as Python.

The body of a class is a function that is called at once with the class; a method of it is a function whose first argument
is the object. So `self` is in each the right one, and `variables` are the object's own.
"""

from __future__ import annotations

from logsmith.ruby import singletons, tree, user_classes
from logsmith.ruby.classes import CONSTANTS, RubyClass
from logsmith.ruby.dispatch import call_function, is_function
from logsmith.ruby.emit_matching import MatchingEmitter
from logsmith.ruby.emit_text import Function, own_variables
from logsmith.ruby.modules.erb import Binding
from logsmith.ruby.show import to_s
from logsmith.ruby.tree import Block, Call, Node, Parameters
from logsmith.ruby.tree_classes import Alias, ClassBody, OwnBody, SingletonBody, Super
from logsmith.ruby.visibility import call_near, call_own

_DIRECTIVES = frozenset(
    (
        "attr_reader",
        "attr_writer",
        "attr_accessor",
        "include",
        "prepend",
        "extend",
        "module_function",
        "alias_method",
        "define_method",
        "undef_method",
        "remove_method",
    )
)
_VISIBILITIES = frozenset(
    ("private", "public", "protected", "private_constant", "private_class_method", "public_class_method")
)
_AS_ALWAYS = frozenset(("lambda", "proc", "raise", "require", "block_given?", "__method__", "binding"))
_SENDS = frozenset(("send", "__send__", "public_send"))
_RUNNING_AS = frozenset(("instance_eval", "instance_exec"))
_MAKERS = frozenset(("Struct", "Class", "Data"))


class ClassEmitter(MatchingEmitter):
    """Writes classes."""

    def __init__(self, text: str, methods: frozenset[str] | set[str], constants: frozenset[str]) -> None:
        super().__init__(text, methods, constants)
        self.shapes |= {
            ClassBody: self._class_body,
            Super: self._super,
            Alias: self._alias,
            OwnBody: self._own_body,
            SingletonBody: self._singleton_body,
        }
        self._is_own_body = False
        self.specials["binding"] = self._binding

    def _class_body(self, node: ClassBody) -> str:
        self.at(node)
        if node.is_top:
            return self._reopened(node)
        if node.name in CONSTANTS:
            raise self.refuse(f"{node.name}, which is Ruby's own, cannot be changed here", node)
        if isinstance(node.parent, tree.Const) and node.parent.name in user_classes.NOT_BELOW:
            raise self.refuse(f"a class below {node.parent.name} cannot be defined here", node)
        parent = "None" if node.parent is None else self.value(node.parent)
        made = self.temporary()
        opened = f"{self.use(user_classes.open_class)}({self.owner or 'self'}, {node.name!r}, {parent}"
        self.line(f"{made} = {opened}, is_module={node.is_module})")
        function = Function("method", own_variables(node.scope), self.function)
        return self._with_body(made, function, Parameters(), node.body)

    def _reopened(self, node: ClassBody) -> str:
        """Write `class ::Hash`, which adds methods to one of Ruby's own for all."""
        if not isinstance(CONSTANTS.get(node.name), RubyClass) or node.parent is not None:
            raise self.refuse(f"there is no class ::{node.name} that could get methods here", node)
        kind, made = self.bind(CONSTANTS[node.name], node.name), self.temporary()
        self.line(f"{made} = {self.use(user_classes.reopened)}({kind}, {self.owner or 'self'})")
        return self._with_body(
            made, Function("method", own_variables(node.scope), self.function), Parameters(), node.body
        )

    def _with_body(self, made: str, function: Function, parameters: Parameters, body: Node) -> str:
        """Write what stands in a class, and call it with the class; return the class."""
        outer, self.owner = self.owner, self.fresh("owner")
        function.owner, function.takes_self = self.owner, True
        name, _ = self._function(function, "class_body", parameters, body)
        self.owner = outer
        self.line(f"{name}({made})")
        return made

    def _own_body(self, node: OwnBody) -> str:
        self._is_own_body = True
        self.into(node.body, "")
        self._is_own_body = False
        return "None"

    def _singleton_body(self, node: SingletonBody) -> str:
        made = self.temporary()
        value = self.value(node.value)
        self.line(f"{made} = {self.use(singletons.singleton_of)}({value}, {self.owner or 'self'})")
        function = Function("method", own_variables(node.scope), self.function)
        return self._with_body(made, function, Parameters(), node.body)

    def calling(self, node: Call) -> str:
        """Return how a call of another object begins: in a class, its protected methods are there."""
        if self.owner and node.name in self.methods:
            return f"{self.use(call_near)}(self, "
        return super().calling(node)

    def _defined_by_block(self, owner: str, add: str, name: Node, block: Block) -> str:
        """Write a method whose body is a block, in which `self` is the object that it is called on."""
        text = self._kept(self.value(name))
        function = Function("method", own_variables(block.scope), self.function)
        function.takes_self, function.parameters = True, block.parameters
        if block.parameters.block is not None:
            function.block = "block"
        outer, self.owner = self.owner, owner
        made, counts = self._function(function, "defined", block.parameters, block.body)
        self.owner = outer
        method = self.made_method(function, made, counts)
        self.line(add.format(f"{self.use(to_s)}({text})", method))
        return text

    def _method_by_block(self, node: Call) -> str:
        """Return what `define_method(:name) { … }` and `define_singleton_method` are; empty for other calls."""
        if len(node.arguments) != 1 or not isinstance(node.block, Block):
            return ""
        if node.name == "define_method" and self.owner and node.receiver is None:
            add = f"{self.use(user_classes.add_method)}({self.owner}, {{}}, {{}})"
            return self._defined_by_block(self.owner, add, node.arguments[0], node.block)
        if node.name != "define_singleton_method" or (node.receiver is None and not self.owner):
            return ""
        value = "self" if node.receiver is None else self._kept(self.value(node.receiver))
        own = self.temporary()
        self.line(f"{own} = {self.use(singletons.singleton_of)}({value}, {self.owner or 'self'})")
        add = f"{self.use(singletons.add_singleton_method)}({value}, {{}}, {{}})"
        return self._defined_by_block(own, add, node.arguments[0], node.block)

    def _binding(self, node: Call) -> str:
        if self.function.takes_self or self.function.method().takes_self:
            raise self.refuse("'binding' is not supported in a class", node)
        seen: dict[str, str] = {}
        function: Function | None = self.function
        while function is not None:
            for variable in sorted(function.own, key=lambda one: one.name):
                seen.setdefault(variable.name, self.python_name(variable))
            function = function.outer if function.kind in ("block", "lambda") else None
        pairs = ", ".join(f"{name!r}: {python}" for name, python in seen.items())
        return f"{self.use(Binding)}(self, {{{pairs}}})"

    def _run_as(self, node: Call) -> str:
        """Write `value.instance_eval { … }`: a block in which `self` is the value."""
        if not isinstance(node.block, Block):
            raise self.refuse(
                f"{node.name} takes a block that is written there: code in texts is not run", node
            )
        value = "self" if node.receiver is None else self._kept(self.value(node.receiver))
        args = "".join(f", {one}" for one in self.items(node.arguments))
        function = Function("block", own_variables(node.block.scope), self.function)
        function.takes_self, function.errors = True, self.function.errors
        function.break_tag, self.next_break_tag = self.next_break_tag, ""
        outer = self.owner
        if not outer:  # where constants are looked for
            self.owner = self.fresh("owner")
            self.line(f"{self.owner} = self")
        name, counts = self._function(function, "block", node.block.parameters, node.block.body)
        self.owner = outer
        given = args if node.name == "instance_exec" else f", {value}"
        return f"{self.use(user_classes.run_as)}({value}, {name}, {counts!r}{given})"

    def _plain_call(self, node: Call) -> str:
        if node.name in _RUNNING_AS:
            return self._run_as(node)
        if made := self._method_by_block(node):
            return made
        if not (isinstance(node.block, Block) and isinstance(node.receiver, tree.Const)):
            return super()._plain_call(node)
        if node.receiver.name not in _MAKERS or node.name not in ("new", "define"):
            return super()._plain_call(node)
        made = self.temporary()
        self.line(f"{made} = {super()._plain_call(Call(node.at, node.receiver, node.name, node.arguments))}")
        self.line(f"{made}.outer = {self.owner or 'self'}")
        function = Function("block", own_variables(node.block.scope), self.function)
        return self._with_body(made, function, Parameters(), node.block.body)

    def _own_call(self, node: Call) -> str:
        name = node.name
        if name in _RUNNING_AS and name not in self.methods:
            return self._run_as(node)
        if made := self._method_by_block(node):
            return made
        if not self.owner or name in _AS_ALWAYS or (name in _SENDS and name not in self.methods):
            return super()._own_call(node)
        if node.receiver is None and name in _DIRECTIVES | _VISIBILITIES:
            arguments = ", ".join([self.owner, repr(name), *self.items(node.arguments)])
            more = ", of_class=True" if self._is_own_body else ""
            return f"{self.use(user_classes.direct)}({arguments}{more})"
        _, rest = self._operands("self", node)
        if node.receiver is None and name not in self.methods and is_function(name):
            return f"{self.use(call_function)}({name!r}{rest})"
        return f"{self.use(call_own)}(self, {name!r}{rest})"

    def _send_later(self, name: str, node: Call) -> str:
        if not self.owner:
            return super()._send_later(name, node)
        kept = self._kept(name)
        _, rest = self._operands("self", node)
        return f"{self.use(call_own)}(self, {self.use(to_s)}({kept}){rest})"

    def _super(self, node: Super) -> str:
        method = self.function.method()
        if not self.owner or not method.name or method.parameters is None:
            raise self.refuse("'super' outside of a class's method", node)
        method.block = "block"
        if node.arguments is None:
            args, keywords = self._own_arguments(method.parameters)
            rest = f"({args}), block, {{{keywords}}}"
        else:
            _, rest = self._operands("self", Call(node.at, None, method.name, node.arguments))
            rest = rest.removeprefix(", ") or "()"
            rest = rest if "None" in rest or "{" in rest else f"{rest}, block"
        return f"{self.use(user_classes.call_super)}({self.owner}, self, {method.name!r}, {rest})"

    def _own_arguments(self, parameters: Parameters) -> tuple[str, str]:
        """Return the arguments of a method as it got them."""
        plain = [*parameters.required, *(variable for variable, _ in parameters.optional)]
        names = [self.python_name(one) for one in plain if isinstance(one, tree.Variable)]
        names += [f"*{self.python_name(parameters.rest)}"] if parameters.rest else []
        names += [self.python_name(one) for one in parameters.after if isinstance(one, tree.Variable)]
        keywords = [f"{one.name!r}: {self.python_name(one)}" for one, _ in parameters.keywords]
        return "".join(f"{name}, " for name in names), ", ".join(keywords)

    def _alias(self, node: Alias) -> str:
        if self.owner:
            self.line(
                f"{self.use(user_classes.direct)}({self.owner}, 'alias_method', {node.name!r}, {node.of!r})"
            )
        else:
            self.line(f"self.alias({node.name!r}, {node.of!r})")
        return "None"
