"""The tree of a program. Every node knows where it stands: `at` counts characters of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction


class Scope:
    """The local variables of the program, a method or a block; a block sees those of what it stands in."""

    __slots__ = ("names", "parent")

    def __init__(self, parent: Scope | None = None) -> None:
        self.parent = parent
        self.names: dict[str, Variable] = {}

    def get(self, name: str) -> Variable | None:
        """Return the variable that a name means here."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.parent
        return None

    def declare(self, name: str) -> Variable:
        """Return the variable of a name that is assigned here, made if there is none."""
        return self.get(name) or self.own(name)

    def own(self, name: str) -> Variable:
        """Return a new variable of this very scope, which hides one of the same name outside."""
        made = self.names[name] = Variable(name)
        return made


@dataclass(slots=True, eq=False)
class Variable:
    """A local variable; `python` is its name in the emitted code, given by the emitter."""

    name: str
    python: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    at: int


@dataclass(frozen=True, slots=True, eq=False)
class Literal(Node):
    """nil, true, false, an integer, a float or a rational number."""

    value: bool | int | float | Fraction | None


@dataclass(frozen=True, slots=True, eq=False)
class Self(Node):
    pass


@dataclass(frozen=True, slots=True, eq=False)
class Str(Node):
    """A string; parts are texts and interpolated nodes."""

    parts: tuple[str | Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Sym(Node):
    parts: tuple[str | Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Regex(Node):
    parts: tuple[str | Node, ...]
    flags: str


@dataclass(frozen=True, slots=True, eq=False)
class Array(Node):
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Hash(Node):
    """Pairs of key and value; a key of None stands for `**value`. `is_bare`: written as arguments, without braces."""

    pairs: tuple[tuple[Node | None, Node], ...]
    is_bare: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Range(Node):
    first: Node | None
    last: Node | None
    is_exclusive: bool


@dataclass(frozen=True, slots=True, eq=False)
class Local(Node):
    variable: Variable


@dataclass(frozen=True, slots=True, eq=False)
class Instance(Node):
    """`@name`; the name without its sign."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Global(Node):
    """`$name` or `@@name`; the name with its signs."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class LastMatch(Node):
    """`$~`, `$1`...: `part` is a number, or one of & ` ' ~ +."""

    part: int | str


@dataclass(frozen=True, slots=True, eq=False)
class Const(Node):
    scope: Node | None
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Splat(Node):
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class BlockPass(Node):
    """`&value` as the last argument."""

    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class Call(Node):
    """A call. `at` is where the name stands; a name without receiver, arguments and parentheses `is_bare`."""

    receiver: Node | None
    name: str
    arguments: tuple[Node, ...] = ()
    block: Block | BlockPass | None = None
    is_safe: bool = False
    is_bare: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Yield(Node):
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """What a block or method takes. A required one is a variable, or a pattern `(a, b)`."""

    required: tuple[Variable | Pattern, ...] = ()
    optional: tuple[tuple[Variable, Node], ...] = ()
    rest: Variable | None = None
    has_rest: bool = False
    after: tuple[Variable | Pattern, ...] = ()
    keywords: tuple[tuple[Variable, Node | None], ...] = ()
    keyword_rest: Variable | None = None
    has_keyword_rest: bool = False
    block: Variable | None = None
    has_comma: bool = False  # `|a,|` spreads an array as `|a, b|` would
    is_implicit: bool = False  # `it`, `_1`

    def listed(self, *, is_strict: bool) -> list[tuple[str, ...]]:
        """Return what Ruby's `parameters` names: the kind and the name of each."""
        plain = "req" if is_strict else "opt"
        found = [_listed(plain, one) for one in self.required]
        found += [("opt", variable.name) for variable, _ in self.optional]
        found += [("rest", self.rest.name)] if self.rest else []
        found += [_listed(plain, one) for one in self.after]
        found += [("keyreq" if value is None else "key", one.name) for one, value in self.keywords]
        found += [("keyrest", self.keyword_rest.name)] if self.keyword_rest else []
        return [*found, ("block", self.block.name)] if self.block else found


def _listed(kind: str, one: Variable | Pattern) -> tuple[str, ...]:
    return (kind, one.name) if isinstance(one, Variable) else ("req",)


@dataclass(frozen=True, slots=True, eq=False)
class Block(Node):
    parameters: Parameters
    body: Node
    scope: Scope
    is_lambda: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Method(Node):
    """`def name`."""

    name: str
    parameters: Parameters
    body: Node
    scope: Scope
    is_singleton: bool = False  # `def self.name`, or in `class << self`
    names_self: bool = False  # `def self.name`
    receiver: Node | None = None  # `def object.name`


@dataclass(frozen=True, slots=True, eq=False)
class Sequence(Node):
    statements: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Pattern(Node):
    """The left side of a multiple assignment: targets before the splat, the splat, targets after it."""

    before: tuple[Node, ...]
    rest: Node | None = None
    has_rest: bool = False
    after: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Assign(Node):
    """`target = value`; the target is a Local, Instance, Global, Const, Call without arguments, Call of [] or Pattern."""

    target: Node
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class MatchAssign(Node):
    """`/(?<name>…)/ =~ value`, which assigns to local variables."""

    pattern: Regex
    value: Node
    variables: tuple[Variable, ...]


@dataclass(frozen=True, slots=True, eq=False)
class OpAssign(Node):
    target: Node
    operator: str
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class Logic(Node):
    """`left && right`, `left || right`: the operator is "and" or "or"."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True, eq=False)
class Not(Node):
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class Defined(Node):
    value: Node


@dataclass(frozen=True, slots=True, eq=False)
class If(Node):
    condition: Node
    then: Node
    otherwise: Node | None


@dataclass(frozen=True, slots=True, eq=False)
class While(Node):
    """A loop; `is_until` turns the condition round, `runs_first` is `begin … end while`."""

    condition: Node
    body: Node
    is_until: bool = False
    runs_first: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class For(Node):
    target: Node
    iterable: Node
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class When(Node):
    tests: tuple[Node, ...]
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class Case(Node):
    subject: Node | None
    whens: tuple[When, ...]
    otherwise: Node | None


@dataclass(frozen=True, slots=True, eq=False)
class Rescue(Node):
    classes: tuple[Node, ...]
    target: Node | None
    body: Node


@dataclass(frozen=True, slots=True, eq=False)
class Begin(Node):
    body: Node
    rescues: tuple[Rescue, ...] = ()
    otherwise: Node | None = None
    ensure: Node | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Jump(Node):
    """`return`, `break`, `next` or `retry`."""

    kind: str
    value: Node | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Capture(Node):
    """Of what `in` compares: a name that gets the value, if `inner` matches."""

    variable: Variable
    inner: Node | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Program(Node):
    body: Node
    scope: Scope
    parameters: tuple[Variable, ...] = ()
    methods: tuple[str, ...] = field(default=())


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes right below a node, those among its parameters too."""
    for one in type(node).__mro__:
        for name in getattr(one, "__slots__", ()):
            yield from _nodes(getattr(node, name))


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for member in value:
            yield from _nodes(member)
    elif isinstance(value, Parameters):
        yield from _nodes((value.required, value.optional, value.after, value.keywords))


def assigned_variables(node: Node) -> Iterator[Variable]:
    """Yield the local variables that something in a tree assigns to."""
    below = [node]
    while below:
        one = below.pop()
        if isinstance(one, Assign | OpAssign | For | Rescue) and isinstance(one.target, Local):
            yield one.target.variable
        if isinstance(one, MatchAssign):
            yield from one.variables
        if isinstance(one, Capture):
            yield one.variable
        if isinstance(one, Pattern):
            yield from (
                target.variable
                for target in _nodes((one.before, one.rest, one.after))
                if isinstance(target, Local)
            )
        below += children(one)
