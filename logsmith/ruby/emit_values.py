"""Values as Python expressions: literals, variables, constants, strings, collections, logic."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from logsmith.ruby import tree
from logsmith.ruby.classes import CONSTANTS
from logsmith.ruby.dispatch import load
from logsmith.ruby.emit_text import Function, TextWriter
from logsmith.ruby.encodings import joined
from logsmith.ruby.errors import RubyError
from logsmith.ruby.exceptions import RubyException
from logsmith.ruby.hashes import open_hash
from logsmith.ruby.objects import Range, Regexp, String, Symbol
from logsmith.ruby.ruby_names import RUBY_CONSTANTS
from logsmith.ruby.running import GLOBALS, make_hash, merged, splat
from logsmith.ruby.show import to_s
from logsmith.ruby.state import state
from logsmith.ruby.tree import Node, Variable

MOST_PARENTHESES = 40  # in one expression; beyond it, a variable takes the value
LONG_NAME = 30
_GIVES_DEFAULT = re.compile(r"\.default(_proc)?\s*=[^=~]")
_GLOBAL_TEXTS = {"$/": "\n", "$0": "logstash"}
_NOT_HERE = {
    "File": "files cannot be read or written by a filter's code",
    "IO": "files cannot be read or written by a filter's code",
    "Dir": "files cannot be read or written by a filter's code",
    "FileUtils": "files cannot be read or written by a filter's code",
    "Pathname": "files cannot be read or written by a filter's code",
    "Net": "there is no network for a filter's code; use the http filter",
    "HTTP": "there is no network for a filter's code; use the http filter",
    "Faraday": "there is no network for a filter's code; use the http filter",
    "TCPSocket": "there is no network for a filter's code",
    "UDPSocket": "there is no network for a filter's code",
    "Resolv": "there is no network for a filter's code; use the dns filter",
    "Java": "there is no Java here",
}


# What makes Strings of bytes; texts of a program without any are put together without a look at their encodings
_MAKES_BYTES = re.compile(
    r"\.(?:b|chr|pack|byteslice)\b|decode64|encod|digest|flate|zip|random|hton|getbyte|\.hash"
)


class ValueEmitter(TextWriter):
    """Writes values."""

    def __init__(self, text: str, methods: frozenset[str] | set[str], constants: frozenset[str]) -> None:
        super().__init__(text)
        load()
        self.methods = methods
        self._makes_bytes = _MAKES_BYTES.search(text) is not None
        self.owner = ""  # the variable with the class whose body or methods are being written
        self.assigned_constants = set(constants)
        self.function = Function("program", set())
        self.gives_defaults = _GIVES_DEFAULT.search(text) is not None
        self.keeps_state = self.defers_state = False  # at all; in a method or lambda
        self.warnings: list[tuple[str, int]] = []  # what was noticed, and where
        self.shapes: dict[type, Callable[[Any], str]] = {  # Any: the node of the key's type
            tree.Literal: self._literal,
            tree.Self: lambda _node: "self",
            tree.Str: self._string,
            tree.Sym: self._symbol,
            tree.Regex: self._regex,
            tree.Array: lambda node: f"[{', '.join(self.items(node.items))}]",
            tree.Hash: self._hash,
            tree.Range: self._range,
            tree.Local: lambda node: self.python_name(node.variable),
            tree.Instance: lambda node: f"variables.get({node.name!r})",
            tree.Global: self._global,
            tree.LastMatch: self._last_match,
            tree.Const: self._constant,
            tree.Logic: self._logic,
            tree.Not: lambda node: f"(not {self.condition(node.value)})",
        }

    def refuse(self, message: str, node: Node) -> RubyError:
        """Return the error that says what stands at a node."""
        return RubyError(message, self.text, node.at)

    def at(self, node: Node) -> None:
        """Note that what is written from now on stands for a node's line."""
        self.number = self.text.count("\n", 0, node.at) + 1

    def into(self, node: Node, sink: str) -> None:
        """Write statements that end in a sink and the value of the node."""
        raise NotImplementedError

    def is_statement(self, node: Node) -> bool:
        """Return whether a node is written as statements."""
        raise NotImplementedError

    def value(self, node: Node) -> str:
        """Return an expression for a node; the statements that it needs are written before."""
        shape = self.shapes.get(type(node))
        if shape is None:
            name = self.temporary()
            self.into(node, f"{name} = ")
            return name
        text = shape(node)
        if text.count("(") > MOST_PARENTHESES:
            name = self.temporary()
            self.line(f"{name} = {text}")
            return name
        return text

    def values(self, nodes: Sequence[Node]) -> list[str]:
        """Return expressions for nodes that are evaluated one after the other."""
        found: list[str] = []
        for node in nodes:
            mark, effects = len(self.lines), self.effects
            text = self.value(node)
            if self.effects > effects:
                self.spill(found, mark)
            found.append(text)
        return found

    def items(self, nodes: Sequence[Node]) -> list[str]:
        """Return expressions for elements or arguments, with `*` before what a splat spreads."""
        found: list[str] = []
        for node in nodes:
            mark, effects = len(self.lines), self.effects
            text = self.value(node.value if isinstance(node, tree.Splat) else node)
            if isinstance(node, tree.Splat):
                text = f"*{self.use(splat)}({text})"
            if self.effects > effects:
                self.spill(found, mark)
            found.append(text)
        return found

    def python_name(self, variable: Variable) -> str:
        """Return the name that a variable has in the code."""
        if not variable.python:
            variable.python = self.fresh(f"v_{variable.name}")
        return variable.python

    def assigned(self, variable: Variable) -> str:
        """Return the name of a variable that is assigned here, noting when it belongs to a function around this one."""
        name = self.python_name(variable)
        if variable not in self.function.own:
            self.function.assigned_outside.add(name)
        return name

    def condition(self, node: Node) -> str:
        """Return an expression that is Python's true or false."""
        if isinstance(node, tree.Literal):
            return repr(node.value is not None and node.value is not False)
        if isinstance(node, tree.Not):
            return f"(not {self.condition(node.value)})"
        if isinstance(node, tree.Logic):
            mark = len(self.lines)
            left = self.condition(node.left)
            with self.captured() as lines:
                right = self.condition(node.right)
            if not lines:
                return f"({left} {node.operator} {right})"
            return self._long_condition(node, left, (lines, right), mark)
        if isinstance(node, tree.Begin) and not (node.rescues or node.ensure or node.otherwise):
            return self.condition(node.body)
        if isinstance(node, tree.Range) and not isinstance(node.first, tree.Literal):
            raise self.refuse(
                "a range as a condition, which is true from one test to another, is not supported", node
            )
        text = self.value(node)
        return text if self.is_boolean(node) else self.truth(text)

    def is_boolean(self, node: Node) -> bool:
        """Return whether the expression for a node is Python's true or false already."""
        return isinstance(node, tree.Not)

    def truth(self, text: str) -> str:
        """Return an expression that tells whether a value is true: neither nil nor false."""
        if text.isidentifier():
            return f"({text} is not None and {text} is not False)"
        name = self.temporary()
        return f"(({name} := {text}) is not None and {name} is not False)"

    def _long_condition(self, node: tree.Logic, left: str, right: tuple[list[Any], str], _mark: int) -> str:
        name = self.temporary()
        self.line(f"{name} = {left}")
        with self.block(f"if {name}" if node.operator == "and" else f"if not {name}"):
            self.lines += right[0]
            self.line(f"{name} = {right[1]}")
        return name

    def _logic(self, node: tree.Logic) -> str:
        left = self.value(node.left)
        with self.captured() as lines:
            right = self.value(node.right)
        name = self.temporary()
        is_and = node.operator == "and"
        if not lines:
            test = f"({name} := {left}) is None or {name} is False"
            kept, other = (name, right) if is_and else (right, name)
            return f"({kept} if {test} else {other})"
        self.line(f"{name} = {left}")
        test = f"{name} is None or {name} is False"
        with self.block(f"if not ({test})" if is_and else f"if {test}"):
            self.lines += lines
            self.line(f"{name} = {right}")
        return name

    def _literal(self, node: tree.Literal) -> str:
        is_odd = isinstance(node.value, float) and not math.isfinite(node.value)
        if is_odd or isinstance(node.value, Fraction):
            return self.bind(node.value, "number")
        text = repr(node.value)
        return f"({text})" if text.startswith("-") else text

    def text_of(self, parts: Sequence[str | Node]) -> str:
        """Return an expression for the Python text of an interpolated literal."""
        nodes = [part for part in parts if not isinstance(part, str)]
        shown = iter(self.values(nodes))
        pieces = [
            repr(part) if isinstance(part, str) else f"{self.use(to_s)}({next(shown)})" for part in parts
        ]
        if len(pieces) > MOST_PARENTHESES // 4:
            return f"''.join([{', '.join(pieces)}])"
        return " + ".join(pieces) if pieces else "''"

    def _string(self, node: tree.Str) -> str:
        if self._makes_bytes and any(not isinstance(part, str) for part in node.parts):
            values = self.values([part for part in node.parts if not isinstance(part, str)])
            shown = iter(values)
            pieces = [repr(part) if isinstance(part, str) else next(shown) for part in node.parts]
            return f"{self.use(joined)}({', '.join(pieces)})"
        return f"{self.use(String)}({self.text_of(node.parts)})"

    def _symbol(self, node: tree.Sym) -> str:
        if all(isinstance(part, str) for part in node.parts):
            name = "".join(map(str, node.parts))
            return self.bind(Symbol(name), name)
        return f"{self.use(Symbol)}({self.text_of(node.parts)})"

    def _regex(self, node: tree.Regex) -> str:
        if all(isinstance(part, str) for part in node.parts):
            try:
                pattern = Regexp("".join(map(str, node.parts)), node.flags)
            except RubyException as error:
                raise self.refuse(error.message, node) from None
            return self.bind(pattern, "pattern")
        return f"{self.use(Regexp)}({self.text_of(node.parts)}, {node.flags!r})"

    def _hash(self, node: tree.Hash) -> str:
        plain = self._plain_hash(node)
        return f"{self.use(open_hash)}({plain})" if self.gives_defaults else plain

    def _plain_hash(self, node: tree.Hash) -> str:
        keys = [self._static_key(key) for key, _ in node.pairs]
        if all(keys):
            values = self.values([member for _, member in node.pairs])
            return f"{{{', '.join(f'{key}: {value}' for key, value in zip(keys, values, strict=True))}}}"
        flat = [one for pair in node.pairs for one in pair if one is not None]
        texts = iter(self.values(flat))
        groups: list[str] = []
        row: list[str] = []
        for key, _ in (*node.pairs, (None, node)):
            if key is not None:
                row += [next(texts), next(texts)]
                continue
            groups += [f"**{self.use(make_hash)}({', '.join(row)})"] if row else []
            row = []
            groups += [f"**{self.use(merged)}({text})" for text in [next(texts, "")] if text]
        return f"{{{', '.join(groups)}}}"

    def _static_key(self, key: Node | None) -> str:
        """Return the name of a key that is known beforehand, empty if it is not."""
        if isinstance(key, tree.Str | tree.Sym) and all(isinstance(part, str) for part in key.parts):
            text = "".join(map(str, key.parts))
            made = String(text, is_frozen=True) if isinstance(key, tree.Str) else Symbol(text)
            return self.bind(made, text if len(text) < LONG_NAME else "key")
        return ""

    def _range(self, node: tree.Range) -> str:
        bounds = [tree.Literal(node.at, None) if one is None else one for one in (node.first, node.last)]
        first, last = self.values(bounds)
        if all(isinstance(one, tree.Literal) for one in bounds):
            values = [one.value for one in bounds if isinstance(one, tree.Literal)]
            return self.bind(Range(values[0], values[1], is_exclusive=node.is_exclusive), "range")
        return f"{self.use(Range)}({first}, {last}, is_exclusive={node.is_exclusive})"

    def _global(self, node: tree.Global) -> str:
        if node.name in _GLOBAL_TEXTS:
            return f"{self.use(String)}({_GLOBAL_TEXTS[node.name]!r})"
        if node.name == "$!":
            return f"{self.bind(state, 'state')}.last_error"
        if node.name in ("$stdout", "$stderr"):
            return self.bind(CONSTANTS[node.name[1:].upper()], node.name[1:])
        if node.name in ("$stdin", "$PROGRAM_NAME", "$LOAD_PATH", "$PROGRAM"):
            raise self.refuse(f"{node.name} is not available here; use logger", node)
        return f"{self.bind(GLOBALS, 'globals')}.get({node.name!r})"

    def _last_match(self, node: tree.LastMatch) -> str:
        return f"{self.use(last_match)}({node.part!r})"

    def _constant(self, node: tree.Const) -> str:
        name = self.full_name(node)
        if name in self.assigned_constants:
            return f"{self.owner or 'self'}.constant({name!r})"
        if isinstance(node.scope, tree.Const) and name.split("::")[0] in self.assigned_constants:
            return f"{self.value(node.scope)}.constant({node.name!r})"
        if name in _NOT_HERE or name.split("::")[0] in _NOT_HERE:
            raise self.refuse(f"{name} is not available: {_NOT_HERE[name.split('::')[0]]}", node)
        if name in CONSTANTS:
            return self.bind(CONSTANTS[name], name.replace("::", "_"))
        first = name.split("::")[0]
        if first in RUBY_CONSTANTS or first in CONSTANTS:
            raise self.refuse(f"the constant {name} is not known here", node)
        self.warnings.append((f"there is no constant {first!r}", node.at))
        return f"{self.owner or 'self'}.constant({first!r})"

    def full_name(self, node: tree.Const) -> str:
        """Return a constant's name with what stands before it."""
        if node.scope is None:
            return node.name
        if not isinstance(node.scope, tree.Const):
            raise self.refuse("a constant of a value is not supported", node)
        return f"{self.full_name(node.scope)}::{node.name}"


def last_match(part: int | str) -> Any:
    """Return `$~`, `$1`, `$&` and their kin."""
    found: Any = state.last_match
    if part == "~" or found is None:
        return found
    if isinstance(part, int):
        return found.group(part)
    match, text = found.match, found.text
    if part == "+":
        taken = [number for number in range(1, len(match.groups()) + 1) if match.group(number) is not None]
        return found.group(taken[-1]) if taken else None
    return String({"&": match.group(0), "`": text[: match.start()], "'": text[match.end() :]}[part])
