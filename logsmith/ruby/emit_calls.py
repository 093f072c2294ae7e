"""Calls, blocks and methods as Python."""

from __future__ import annotations

from logsmith.event import Event, FieldRef, FieldReferenceError
from logsmith.ruby import running, tree
from logsmith.ruby.classes import CONSTANTS
from logsmith.ruby.compare import case_eq, ruby_eq
from logsmith.ruby.dispatch import call, call_function, is_function, is_known, responds
from logsmith.ruby.emit_blocks import BlockEmitter
from logsmith.ruby.event_object import EventObject
from logsmith.ruby.exceptions import BreakBlock
from logsmith.ruby.libraries import ELSEWHERE, LIBRARIES, REFUSED_METHODS, no_library
from logsmith.ruby.objects import Proc, Symbol
from logsmith.ruby.ruby_names import KERNEL, RUBY_METHODS
from logsmith.ruby.show import to_s
from logsmith.ruby.tree import Block, BlockPass, Call, Node

_OPERATORS = {
    "+": running.add, "-": running.subtract, "*": running.multiply, "/": running.divide, "%": running.modulo,
    "<": running.less, "<=": running.less_equal, ">": running.greater, ">=": running.greater_equal,
    "==": ruby_eq, "===": case_eq, "[]": running.get_index,
}  # fmt: skip
_AN_EVENT = EventObject(Event({}))
_BOOLEANS = frozenset(("==", "===", "nil?", "!"))
_EVENT_FIELDS = frozenset(("get", "set", "remove", "include?"))


class CallEmitter(BlockEmitter):
    """Writes calls."""

    def __init__(self, text: str, methods: frozenset[str] | set[str], constants: frozenset[str]) -> None:
        super().__init__(text, methods, constants)
        self.answers_any = any(word in text for word in _MAKERS_OF_METHODS)
        self.shapes[Call] = self._call
        self.specials = {
            "lambda": self._lambda, "proc": self._lambda, "raise": self._raise, "require": self._require,
            "block_given?": self._block_given, "method": self._method_object,
            "send": self._send, "__send__": self._send, "public_send": self._send,
            "binding": self._refused, "require_relative": self._refused, "load": self._refused,
            "private": self._visibility, "public": self._visibility, "attr_accessor": self._refused,
            "__method__": self._method_name, "include": self._refused, "extend": self._refused,
        }  # fmt: skip

    def is_boolean(self, node: Node) -> bool:
        if isinstance(node, Call):
            return node.name in _BOOLEANS and not node.is_safe and node.block is None
        return super().is_boolean(node)

    def _call(self, node: Call) -> str:
        self.at(node)
        if isinstance(node.block, Block) and self._has_break(node.block):
            return self._call_with_break(node)
        if node.is_safe:
            return self._safe_call(node)
        if node.receiver is None or isinstance(node.receiver, tree.Self):
            return self._own_call(node)
        if node.name == "freeze" and isinstance(node.receiver, tree.Local) and not node.arguments:
            frozen = Call(node.at, node.receiver, "freeze", (), None, is_bare=True)
            if not node.is_bare:  # an Array that is frozen is a copy, which the variable holds from now on
                return self.value(tree.Assign(node.at, node.receiver, frozen))
        if node.name in CHANGES or node.name.endswith("!"):
            self.note_change(node.receiver)
        return self._plain_call(node)

    def _plain_call(self, node: Call) -> str:
        assert node.receiver is not None  # noqa: S101  the caller looked
        if self._is_event(node.receiver):
            self._check_event_method(node)
        if isinstance(node.receiver, tree.Const) and node.receiver.name == "Thread" and node.name in _STARTS:
            raise self.refuse(_NO_THREADS, node.receiver)
        short = self._without_dispatch(node)
        if short:
            return short
        if node.name == "new" and isinstance(node.receiver, tree.Const) and node.receiver.name == "Proc":
            return self._lambda(node)
        if (
            isinstance(node.receiver, tree.Const)
            and node.receiver.name == "File"
            and node.name in FILE_METHODS
        ):
            receiver, rest = self._operands(self.bind(CONSTANTS["File"], "File"), node)
        else:
            receiver, rest = self._operands(node.receiver, node)
        self._check_name(node.name, node)
        return f"{self.calling(node)}{receiver}, {node.name!r}{rest})"

    def calling(self, _node: Call) -> str:
        """Return how a call of a method of another object begins."""
        return f"{self.use(call)}("

    def _operands(self, receiver: Node | str, node: Call) -> tuple[str, str]:
        """Return the receiver and the rest of the arguments of `call(receiver, name, …)`."""
        arguments, keywords = _split_keywords(node.arguments)
        nodes: list[Node] = [] if isinstance(receiver, str) else [receiver]
        passed = [node.block.value] if isinstance(node.block, BlockPass) else []
        keyword_values = [value for _, value in keywords]
        texts = self.items([*nodes, *arguments, *keyword_values, *passed])
        first = receiver if isinstance(receiver, str) else texts.pop(0)
        block = self.block_text(node.block, texts.pop() if passed else "")
        split = len(texts) - len(keyword_values)
        args = ", ".join(texts[:split])
        rest = f", ({args}{',' * (split == 1)})" if split else ""
        if block or keywords:
            rest = rest or ", ()"
            rest += f", {block or 'None'}"
        if keywords:
            pairs = [
                f"**{self.use(running.keywords_of)}({text})" if key is None else f"{key!r}: {text}"
                for (key, _), text in zip(keywords, texts[split:], strict=True)
            ]
            rest += f", {{{', '.join(pairs)}}}"
        return first, rest

    def block_text(self, block: Block | BlockPass | None, passed: str) -> str:
        """Return an expression for the block of a call, empty without one."""
        if isinstance(block, Block):
            return self.block_value(block)
        if not isinstance(block, BlockPass):
            return ""
        if (
            isinstance(block.value, tree.Sym)
            and len(block.value.parts) == 1
            and isinstance(block.value.parts[0], str)
        ):
            name = block.value.parts[0]
            self._check_name(name, block)
            return self.bind(Proc.of_method(name), f"to_{name}")
        return f"{self.use(running.to_block)}({passed})"

    def _without_dispatch(self, node: Call) -> str:
        """Return an expression for a call that needs no look-up, empty if this one does."""
        if node.block is not None or node.receiver is None:
            return ""
        name, arguments = node.name, node.arguments
        if name == "nil?" and not arguments:
            return self._is_nil(node.receiver)
        if name == "!" and not arguments:
            return f"(not {self.condition(node.receiver)})"
        if name in _EVENT_FIELDS and self._is_event(node.receiver):
            return self._event_call(node)
        function = _OPERATORS.get(name)
        if function is None or len(arguments) != 1 or isinstance(arguments[0], tree.Splat | tree.Hash):
            return ""
        if name == "==" and isinstance(arguments[0], tree.Literal) and arguments[0].value is None:
            return self._is_nil(node.receiver)
        if name == "==" and (text := _ascii_text(arguments[0])) is not None:
            return f"{self.use(running.is_text)}({self.value(node.receiver)}, {text!r})"
        left, right = self.values([node.receiver, arguments[0]])
        return f"{self.use(function)}({left}, {right})"

    def _is_nil(self, node: Node) -> str:
        if isinstance(node, tree.Literal):  # Python warns of `5 is None`
            return repr(node.value is None)
        return f"({self.value(node)} is None)"

    def _is_event(self, node: Node) -> bool:
        return isinstance(node, tree.Local) and node.variable in self.event_variables

    def _event_call(self, node: Call) -> str:
        """Return a call of the event's own with a field reference that is read once."""
        assert isinstance(node.receiver, tree.Local)  # noqa: S101  the caller looked
        wanted = 2 if node.name == "set" else 1
        name = node.arguments[0] if node.arguments else None
        text = _static_text(name) if isinstance(name, tree.Str) else None
        if (
            len(node.arguments) != wanted
            or text is None
            or any(isinstance(one, tree.Splat) for one in node.arguments)
        ):
            return ""
        try:
            ref = self.bind(self._reference(text), f"field_{text}")
        except FieldReferenceError:
            return ""
        method = {"include?": "include"}.get(node.name, node.name)
        rest = "".join(f", {self.value(one)}" for one in node.arguments[1:])
        return f"{self.python_name(node.receiver.variable)}.{method}_at({ref}{rest})"

    def _reference(self, text: str) -> FieldRef:
        return FieldRef.parse(text)

    def _safe_call(self, node: Call) -> str:
        assert node.receiver is not None  # noqa: S101  the parser made it after a dot
        receiver, name = self.value(node.receiver), self.temporary()
        with self.captured() as lines:
            _, rest = self._operands(name, node)
        self._check_name(node.name, node)
        asked = f"{self.calling(node)}{name}, {node.name!r}{rest})"
        if not lines:
            return f"(None if ({name} := {receiver}) is None else {asked})"
        self.line(f"{name} = {receiver}")
        with self.block(f"if {name} is not None"):
            self.lines += lines
            self.line(f"{name} = {asked}")
        return name

    def _own_call(self, node: Call) -> str:
        """Return a call without receiver, or of `self`."""
        special = self.specials.get(node.name)
        if special is not None and node.name not in self.methods:
            return special(node)
        if node.name in self.methods:
            _, rest = self._operands("self", node)
            return f"self.call({node.name!r}{rest})"
        if is_function(node.name) and node.receiver is None:
            _, rest = self._operands("self", node)
            return f"{self.use(call_function)}({node.name!r}{rest})"
        if node.name in OWN_METHODS:
            if node.name == "instance_variable_set":
                self.note_state()
            _, rest = self._operands("self", node)
            return f"{self.use(call)}(self, {node.name!r}{rest})"
        if node.name in KERNEL or node.name in REFUSED_METHODS:
            self._refuse_missing(node.name, node)
        kind = "variable or method" if node.is_bare else "method"
        self.warnings.append((f"there is no {kind} {node.name!r}", node.at))
        if node.is_bare:
            return f"self.undefined({node.name!r})"
        _, rest = self._operands("self", node)
        return f"self.call({node.name!r}{rest})"

    def _refuse_missing(self, name: str, node: Node) -> None:
        """Refuse a method that Ruby has and this room has not."""
        if name in REFUSED_METHODS:
            raise self.refuse(f"{name!r} is not available: {REFUSED_METHODS[name]}", node)
        if name in RUBY_METHODS and not self.answers_any:
            raise self.refuse(f"Ruby's method {name!r} is not available", node)

    def _check_name(self, name: str, node: Node) -> None:
        """Refuse what will not work here though it would in Ruby; note what will fail in both."""
        if not is_known(name) and name not in self.methods:
            self._refuse_missing(name, node)
            if not self.answers_any:
                self.warnings.append((f"there is no method {name!r}", node.at))

    def _check_event_method(self, node: Call) -> None:
        if not responds(_AN_EVENT, node.name):
            hint = "; write event.get and event.set" if node.name in ("[]", "[]=") else ""
            self.warnings.append((f"events have no method {node.name!r}{hint}", node.at))

    def _lambda(self, node: Call) -> str:
        if isinstance(node.block, Block):
            return self.block_value(node.block)
        if isinstance(node.block, BlockPass):
            return f"{self.use(running.to_block)}({self.value(node.block.value)})"
        raise self.refuse(f"{node.name} needs a block", node)

    def _raise(self, node: Call) -> str:
        errors = self.function.errors
        if not node.arguments and errors:
            self.line(f"raise {errors[-1]}")
            return "None"
        _, rest = self._operands("self", node)
        return f"{self.use(call_function)}('raise'{rest})"

    def _require(self, node: Call) -> str:
        text = _static_text(node.arguments[0]) if len(node.arguments) == 1 else None
        if text is None:
            raise self.refuse("require takes the name of a library as a text here", node)
        if text in LIBRARIES:
            return "True"
        if text.split("/")[0] in ELSEWHERE | LIBRARIES or text.startswith("."):
            raise self.refuse(f"the library {text!r} is not available", node)
        self.warnings.append((f"there is no library {text!r}", node.at))
        return f"{self.use(no_library)}({text!r})"

    def _refused(self, node: Call) -> str:
        raise self.refuse(f"{node.name!r} is not supported", node)

    def _visibility(self, node: Call) -> str:
        return self.value(node.arguments[0]) if node.arguments else "None"

    def _block_given(self, _node: Call) -> str:
        method = self.function.method()
        if method.kind != "method":
            return "False"
        method.block = "block"
        return "(block is not None)"

    def _method_name(self, _node: Call) -> str:
        name = self.function.method().name
        return self.bind(Symbol(name), name) if name else "None"

    def _method_object(self, node: Call) -> str:
        return f"self.method({', '.join(self.items(node.arguments))})"

    def _send(self, node: Call) -> str:
        if not node.arguments or isinstance(node.arguments[0], tree.Splat | tree.Hash):
            raise self.refuse("send without a receiver takes a name first", node)
        text = _static_text(node.arguments[0])
        if text is not None:
            return self._own_call(Call(node.at, None, text, node.arguments[1:], node.block))
        name = Call(node.at, node.arguments[0], "to_s", (), None)
        return self._send_later(self.value(name), Call(node.at, None, "send", node.arguments[1:], node.block))

    def _send_later(self, name: str, node: Call) -> str:
        """Return a call whose name is known when it is reached."""
        kept = self._kept(name)
        _, rest = self._operands("self", node)
        return f"self.call({self.use(to_s)}({kept}){rest})"

    # Blocks and methods

    def _has_break(self, block: Block) -> bool:
        return not block.is_lambda and breaks(block.body)

    def _call_with_break(self, node: Call) -> str:
        tag, name, jump = self.temporary(), self.temporary(), self.temporary()
        self.line(f"{tag} = object()")
        self.next_break_tag = tag
        with self.captured() as lines:
            text = self._safe_call(node) if node.is_safe else self._call_without_break(node)
            self.line(f"{name} = {text}")
        with self.block("try"):
            self.lines += lines
        with self.block(f"except {self.use(BreakBlock)} as {jump}"):
            with self.block(f"if {jump}.tag is not {tag}"):
                self.line("raise")
            self.line(f"{name} = {jump}.value")
        return name

    def _call_without_break(self, node: Call) -> str:
        if node.receiver is None or isinstance(node.receiver, tree.Self):
            return self._own_call(node)
        return self._plain_call(node)


_NO_THREADS = "Thread is not available: there are no threads for a filter's code"
_STARTS = frozenset(("new", "start", "fork"))
_MAKERS_OF_METHODS = (
    "OpenStruct",
    "Forwardable",
    "method_missing",
    "define_method",
    "define_singleton_method",
)
_CHANGES = "<< push append concat store delete clear update add shift pop unshift prepend insert replace delete_if keep_if"
CHANGES = frozenset(_CHANGES.split())
FILE_METHODS = frozenset(("basename", "dirname", "extname", "join", "split"))  # which look at names only
OWN_METHODS = frozenset(
    [
        "logger",
        "id",
        "plugin_id",
        "config",
        "nil?",
        "class",
        "to_s",
        "inspect",
        "instance_variable_get",
        "instance_variable_set",
        "instance_variable_defined?",
        "instance_variables",
    ]
)


def breaks(node: Node) -> bool:
    """Return whether a `break` in a block's body leaves the block: not one of a loop or a block inside of it."""
    if isinstance(node, tree.Jump) and node.kind == "break":
        return True
    if isinstance(node, Block | tree.Method):
        return False
    if isinstance(node, tree.While):
        return breaks(node.condition)
    if isinstance(node, tree.For):
        return breaks(node.iterable)
    return any(map(breaks, tree.children(node)))


def _split_keywords(arguments: tuple[Node, ...]) -> tuple[list[Node], list[tuple[str | None, Node]]]:
    """Return positional arguments, and keywords if the last argument is pairs whose keys are all plain symbols."""
    *most, last = arguments or (None,)
    if not isinstance(last, tree.Hash) or not last.is_bare:
        return list(arguments), []
    keywords: list[tuple[str | None, Node]] = []
    for key, value in last.pairs:
        name = _symbol_text(key)
        if name is None and key is not None:
            return list(arguments), []
        keywords.append((name, value))
    return [one for one in most if one is not None], keywords


def _symbol_text(node: Node | None) -> str | None:
    if isinstance(node, tree.Sym) and all(isinstance(part, str) for part in node.parts):
        return "".join(map(str, node.parts))
    return None


def _static_text(node: Node) -> str | None:
    if isinstance(node, tree.Str | tree.Sym) and all(isinstance(part, str) for part in node.parts):
        return "".join(map(str, node.parts))
    return None


def _ascii_text(node: Node) -> str | None:
    text = _static_text(node) if isinstance(node, tree.Str) else None
    return text if text is not None and text.isascii() else None
