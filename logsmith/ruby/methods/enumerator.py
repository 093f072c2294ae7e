"""Enumerator: what `each`, `map`, `each_with_index`... answer without a block; `Enumerator.new` and lazy ones.

What a method does with the answers of its block is kept: `select.with_index { }` selects, `map.with_index(1) { }` maps. `next`
reads ahead in the values that the method gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import dropwhile, islice, takewhile
from typing import Any

from logsmith.ruby.classes import bind, define, find_class
from logsmith.ruby.coerce import to_int
from logsmith.ruby.compare import to_key
from logsmith.ruby.dispatch import call, class_methods_of, methods_of, responds
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.iteration import Block, iterate, truthy
from logsmith.ruby.objects import Enumerator, String
from logsmith.ruby.show import inspect

ENUMERATOR = methods_of("Enumerator")
LAZY = methods_of("Enumerator::Lazy")
YIELDER = methods_of("Enumerator::Yielder")
GENERATOR = methods_of("Enumerator::Generator")


class Yielder:
    """What the block of `Enumerator.new` gives its values to."""

    __slots__ = ("block",)

    def __init__(self, block: Block) -> None:
        self.block = block


class Generator:
    """The block of `Enumerator.new`; `each` runs it."""

    __slots__ = ("maker",)

    def __init__(self, maker: Block) -> None:
        self.maker = maker


class Lazy:
    """An Enumerator that works out a value when it is asked for; `source` begins anew."""

    __slots__ = ("name", "source")

    def __init__(self, source: Callable[[], Iterator[Any]], name: str) -> None:
        self.source, self.name = source, name

    def __iter__(self) -> Iterator[Any]:
        return self.source()


bind(Lazy, "Enumerator::Lazy")
define("Enumerator::Yielder", python=Yielder)
define("Enumerator::Generator", python=Generator)


@class_methods_of("Enumerator").method("new")
def new(_class: Any, _size: Any = None, *, block: Block) -> Enumerator:
    return Enumerator(Generator(block), "each")


@class_methods_of("Enumerator").method("produce")
def produce(_class: Any, *first: Any, block: Block) -> Enumerator:
    """Return what gives a value, what the block makes of it, what it makes of that, until it raises StopIteration."""

    def made(yielder: Yielder) -> None:
        try:
            value = first[0] if first else block()
            while True:
                yielder.block(value)
                value = block(value)
        except RubyException as stopped:
            if not stopped.ruby_class.is_a(find_class("StopIteration")):
                raise

    return Enumerator(Generator(made), "each")


@GENERATOR.method("each")
def generate(generator: Generator, *, block: Block) -> Any:
    return generator.maker(Yielder(block))


@YIELDER.method("<<")
def append(yielder: Yielder, value: Any) -> Yielder:
    yielder.block(value)
    return yielder


@YIELDER.method("yield", "call")
def give(yielder: Yielder, *values: Any) -> Any:
    return yielder.block(*values)


def _packed(values: tuple[Any, ...]) -> Any:
    return values[0] if len(values) == 1 else list(values)


@ENUMERATOR.method("each")
def each(enumerator: Enumerator, *, block: Block | None = None) -> Any:
    return enumerator if block is None else enumerator.each(block)


@ENUMERATOR.method("with_index", enumerates=True)
def with_index(enumerator: Enumerator, offset: Any = None, *, block: Block) -> Any:
    index = (0 if offset is None else to_int(offset)) - 1

    def numbered(*values: Any) -> Any:
        nonlocal index
        index += 1
        return block(_packed(values), index)

    return enumerator.each(numbered)


@ENUMERATOR.method("each_with_index", enumerates=True)
def each_with_index(enumerator: Enumerator, *, block: Block) -> Any:
    return with_index(enumerator, block=block)


@ENUMERATOR.method("with_object", "each_with_object", enumerates=True)
def with_object(enumerator: Enumerator, memo: Any, *, block: Block) -> Any:
    enumerator.each(lambda *values: block(_packed(values), memo))
    return memo


@ENUMERATOR.method("next")
def next_(enumerator: Enumerator) -> Any:
    value = peek(enumerator)
    enumerator.position = next(enumerator.position[1], None), enumerator.position[1]
    return value


@ENUMERATOR.method("peek")
def peek(enumerator: Enumerator) -> Any:
    if enumerator.position is None:
        boxed = ([value] for value in iterate(enumerator))
        enumerator.position = next(boxed, None), boxed
    found = enumerator.position[0]
    if found is None:
        raise fault("StopIteration", "iteration reached an end", result=enumerator.receiver)
    return found[0]


@ENUMERATOR.method("rewind")
def rewind(enumerator: Enumerator) -> Enumerator:
    enumerator.position = None
    return enumerator


@ENUMERATOR.method("size")
def size(enumerator: Enumerator) -> Any:
    if isinstance(enumerator.receiver, Generator):
        return None
    if enumerator.name == "loop" or (enumerator.name == "cycle" and not enumerator.args):
        return float("inf")
    if enumerator.name in {"each", "map", "select", "each_with_index"} and responds(
        enumerator.receiver, "size"
    ):
        return call(enumerator.receiver, "size")
    return sum(1 for _ in iterate(enumerator))


@ENUMERATOR.method("+")
def plus(enumerator: Enumerator, other: Any) -> Enumerator:
    return Enumerator([*iterate(enumerator), *iterate(other)], "each")


@methods_of("Enumerable").method("lazy")
def lazy(values: Any) -> Lazy:
    return Lazy(lambda: iterate(values), f"#<Enumerator::Lazy: {inspect(values)}>")


def _then(values: Lazy, name: str, change: Callable[[Iterator[Any]], Iterator[Any]]) -> Lazy:
    return Lazy(lambda: change(iter(values)), f"#<Enumerator::Lazy: {values.name}:{name}>")


@LAZY.method("lazy")
def lazy_itself(values: Lazy) -> Lazy:
    return values


@LAZY.method("map", "collect")
def lazy_map(values: Lazy, *, block: Block) -> Lazy:
    return _then(values, "map", lambda members: map(block, members))


@LAZY.method("select", "filter", "find_all")
def lazy_select(values: Lazy, *, block: Block) -> Lazy:
    return _then(values, "select", lambda members: (one for one in members if truthy(block(one))))


@LAZY.method("reject")
def lazy_reject(values: Lazy, *, block: Block) -> Lazy:
    return _then(values, "reject", lambda members: (one for one in members if not truthy(block(one))))


@LAZY.method("filter_map")
def lazy_filter_map(values: Lazy, *, block: Block) -> Lazy:
    return _then(values, "filter_map", lambda members: (one for one in map(block, members) if truthy(one)))


@LAZY.method("flat_map", "collect_concat")
def lazy_flat_map(values: Lazy, *, block: Block) -> Lazy:
    def flat(members: Iterator[Any]) -> Iterator[Any]:
        for answer in map(block, members):
            yield from answer if isinstance(answer, list) else [answer]

    return _then(values, "flat_map", flat)


@LAZY.method("take")
def lazy_take(values: Lazy, most: Any) -> Lazy:
    return _then(values, f"take({inspect(most)})", lambda members: islice(members, to_int(most)))


@LAZY.method("drop")
def lazy_drop(values: Lazy, most: Any) -> Lazy:
    return _then(values, f"drop({inspect(most)})", lambda members: islice(members, to_int(most), None))


@LAZY.method("take_while")
def lazy_take_while(values: Lazy, *, block: Block) -> Lazy:
    return _then(values, "take_while", lambda members: takewhile(lambda one: truthy(block(one)), members))


@LAZY.method("drop_while")
def lazy_drop_while(values: Lazy, *, block: Block) -> Lazy:
    return _then(values, "drop_while", lambda members: dropwhile(lambda one: truthy(block(one)), members))


@LAZY.method("compact")
def lazy_compact(values: Lazy) -> Lazy:
    return _then(values, "compact", lambda members: (one for one in members if one is not None))


@LAZY.method("uniq")
def lazy_uniq(values: Lazy, *, block: Block | None = None) -> Lazy:
    def unique(members: Iterator[Any]) -> Iterator[Any]:
        seen = set()
        for one in members:
            key = to_key(one if block is None else block(one))
            if key not in seen:
                seen.add(key)
                yield one

    return _then(values, "uniq", unique)


@LAZY.method("zip")
def lazy_zip(values: Lazy, *others: Any) -> Lazy:
    def zipped(members: Iterator[Any]) -> Iterator[Any]:
        columns = [iterate(other) for other in others]
        return ([one, *(next(column, None) for column in columns)] for one in members)

    return _then(values, "zip", zipped)


@LAZY.method("with_index", "each_with_index")
def lazy_with_index(values: Lazy, offset: Any = 0, *, block: Block | None = None) -> Lazy:
    def numbered(members: Iterator[Any]) -> Iterator[Any]:
        for index, one in enumerate(members, to_int(offset or 0)):
            if block is None:
                yield [one, index]
            else:
                block(one, index)
                yield one

    return _then(values, "with_index", numbered)


@LAZY.method("each")
def lazy_each(values: Lazy, *, block: Block) -> Lazy:
    for one in values:
        block(one)
    return values


@LAZY.method("eager")
def eager(values: Lazy) -> Enumerator:
    return Enumerator(values, "each")


@LAZY.method("inspect", "to_s")
def lazy_inspect(values: Lazy) -> String:
    return String(values.name)


@methods_of("Object").method("to_enum", "enum_for")
def to_enum(receiver: Any, name: Any = None, *args: Any) -> Enumerator:
    return Enumerator(receiver, "each" if name is None else name.name, args)
