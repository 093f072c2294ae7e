"""Hash: reading, and what makes another Hash or an Array of one."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import class_of
from logsmith.ruby.coerce import to_hash as as_hash
from logsmith.ruby.coerce import to_int
from logsmith.ruby.compare import eql, from_key, ruby_eq, ruby_hash, to_key
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import arguments_fault, fault
from logsmith.ruby.freezing import FrozenHash
from logsmith.ruby.hashes import RubyHash, looked_up
from logsmith.ruby.iteration import MISSING, Block, iterate, pairs, truthy
from logsmith.ruby.methods import enumerable
from logsmith.ruby.methods.array import dig_on
from logsmith.ruby.methods.array import flatten as flatten_array
from logsmith.ruby.objects import Proc, String
from logsmith.ruby.show import inspect

HASH = methods_of("Hash")
HASH_CLASS = class_methods_of("Hash")
Table = dict[Any, Any]  # a Hash: what it holds, only the program knows


@HASH_CLASS.method("new")
def new(_class: Any, default: Any = MISSING, *, block: Block | None = None, capacity: Any = None) -> RubyHash:  # noqa: ARG001  Ruby's keyword
    if block is not None and default is not MISSING:
        raise arguments_fault(1, 0, 0)
    return RubyHash(None if default is MISSING else default, block)


@HASH_CLASS.method("[]")
def of(_class: Any, *given: Any) -> Table:
    if len(given) == 1 and isinstance(given[0], dict):
        return dict(given[0])
    if len(given) == 1 and isinstance(given[0], list):
        return enumerable.to_h(given[0])
    if len(given) % 2:
        raise fault("ArgumentError", "odd number of arguments for Hash")
    return {to_key(key): value for key, value in zip(given[::2], given[1::2], strict=True)}


HASH.add("[]", looked_up)


@HASH.method("to_h")
def to_h(table: Table, *, block: Block | None = None) -> Table:
    if block is None:
        return table if table.__class__ in {dict, FrozenHash} else dict(table)
    made: Table = {}
    for key, value in pairs(table):
        pair = block(key, value)
        if not isinstance(pair, list):
            raise fault("TypeError", f"wrong element type {class_of(pair).name} (expected array)")
        if len(pair) != 2:
            raise fault("ArgumentError", f"element has wrong array length (expected 2, was {len(pair)})")
        made[to_key(pair[0])] = pair[1]
    return made


@HASH.method("to_hash", "deconstruct_keys")
def to_hash(table: Table, *_keys: Any) -> Table:
    return table


@HASH.method("length", "size")
def length(table: Table) -> int:
    return len(table)


@HASH.method("empty?")
def is_empty(table: Table) -> bool:
    return not table


@HASH.method("count")
def count(table: Table, wanted: Any = MISSING, *, block: Block | None = None) -> int:
    if wanted is MISSING and block is None:
        return len(table)
    return enumerable.count(table, wanted, block=block)


@HASH.method("keys")
def keys(table: Table) -> list[Any]:
    return [from_key(key) for key in table]


@HASH.method("values")
def values(table: Table) -> list[Any]:
    return list(table.values())


@HASH.method("key?", "has_key?", "include?", "member?")
def has_key(table: Table, key: Any) -> bool:
    return to_key(key) in table


@HASH.method("value?", "has_value?")
def has_value(table: Table, wanted: Any) -> bool:
    return any(ruby_eq(value, wanted) for value in table.values())


@HASH.method("key")
def key_of(table: Table, wanted: Any) -> Any:
    return next((from_key(key) for key, value in table.items() if ruby_eq(value, wanted)), None)


@HASH.method("fetch")
def fetch(table: Table, key: Any, default: Any = MISSING, *, block: Block | None = None) -> Any:
    found = to_key(key)
    if found in table:
        return table[found]
    if block is not None:
        return block(key)
    if default is not MISSING:
        return default
    raise fault("KeyError", f"key not found: {inspect(key)}", key=key, receiver=table)


@HASH.method("fetch_values")
def fetch_values(table: Table, *wanted: Any, block: Block | None = None) -> list[Any]:
    return [fetch(table, key, block=block) for key in wanted]


@HASH.method("values_at")
def values_at(table: Table, *wanted: Any) -> list[Any]:
    return [looked_up(table, key) for key in wanted]


@HASH.method("dig")
def dig(table: Table, key: Any, *deeper: Any) -> Any:
    return dig_on(looked_up(table, key), deeper)


@HASH.method("slice")
def slice_(table: Table, *wanted: Any) -> Table:
    return {key: table[key] for key in map(to_key, wanted) if key in table}


@HASH.method("except")
def except_(table: Table, *unwanted: Any) -> Table:
    dropped = set(map(to_key, unwanted))
    return {key: value for key, value in table.items() if key not in dropped}


@HASH.method("each", "each_pair", enumerates=True)
def each(table: Table, *, block: Block) -> Table:
    for pair in pairs(table):
        block(pair)
    return table


@HASH.method("each_key", enumerates=True)
def each_key(table: Table, *, block: Block) -> Table:
    for key, _ in pairs(table):
        block(key)
    return table


@HASH.method("each_value", enumerates=True)
def each_value(table: Table, *, block: Block) -> Table:
    for _, value in pairs(table):
        block(value)
    return table


@HASH.method("map", "collect", enumerates=True)
def map_(table: Table, *, block: Block) -> list[Any]:
    if isinstance(block, Proc) and block.is_lambda and block.fewest == 2:
        return [block(key, value) for key, value in pairs(table)]  # Ruby's one exception for lambdas
    return [block(pair) for pair in pairs(table)]


def _chosen(table: Table, block: Block, *, wanted: bool) -> Table:
    return {to_key(key): value for key, value in pairs(table) if truthy(block(key, value)) is wanted}


@HASH.method("select", "filter", enumerates=True)
def select(table: Table, *, block: Block) -> Table:
    return _chosen(table, block, wanted=True)


@HASH.method("reject", enumerates=True)
def reject(table: Table, *, block: Block) -> Table:
    return _chosen(table, block, wanted=False)


@HASH.method("compact")
def compact(table: Table) -> Table:
    return {key: value for key, value in table.items() if value is not None}


@HASH.method("invert")
def invert(table: Table) -> Table:
    return {to_key(value): from_key(key) for key, value in table.items()}


@HASH.method("merge")
def merge(table: Table, *others: Any, block: Block | None = None) -> Table:
    made = copied(table)
    for other in others:
        merge_into(made, as_hash(other), block)
    return made


def copied(table: Table) -> Table:
    """Return a Hash of the same pairs, with the same default."""
    if not isinstance(table, RubyHash):
        return dict(table)
    made = RubyHash(table.default, table.maker)
    made.update(table)
    return made


def merge_into(table: Table, other: Table, block: Block | None) -> None:
    """Put the pairs of another Hash in one; the block decides about keys that both have."""
    for key, value in list(other.items()):
        is_shared = block is not None and key in table
        table[key] = block(from_key(key), table[key], value) if is_shared and block else value


@HASH.method("transform_values", enumerates=True)
def transform_values(table: Table, *, block: Block) -> Table:
    return {to_key(key): block(value) for key, value in pairs(table)}


@HASH.method("transform_keys")
def transform_keys(table: Table, names: Any = None, *, block: Block | None = None) -> Table:
    mapped = {} if names is None else as_hash(names)
    made: Table = {}
    for key, value in table.items():
        if key in mapped:
            made[to_key(mapped[key])] = value
        else:
            made[key if block is None else to_key(block(from_key(key)))] = value
    return made


@HASH.method("flatten")
def flatten(table: Table, depth: Any = 1) -> list[Any]:
    return flatten_array(list(pairs(table)), to_int(depth))


@HASH.method("assoc")
def assoc(table: Table, key: Any) -> Any:
    found = to_key(key)
    return [key, table[found]] if found in table else None


@HASH.method("rassoc")
def rassoc(table: Table, wanted: Any) -> Any:
    return next((pair for pair in pairs(table) if ruby_eq(pair[1], wanted)), None)


@HASH.method("==", "===")
def equals(table: Table, other: Any) -> bool:
    return ruby_eq(table, other)


@HASH.method("eql?")
def is_eql(table: Table, other: Any) -> bool:
    return isinstance(other, dict) and len(table) == len(other) and _is_within(table, other, eql)


def _is_within(table: Table, other: Any, same: Block = ruby_eq) -> bool:
    whole = as_hash(other)
    return all(key in whole and same(value, whole[key]) for key, value in table.items())


HASH.add("<=", lambda table, other: _is_within(table, other))  # noqa: PLW0108  `<=` takes no third argument
HASH.add(">=", lambda table, other: _is_within(as_hash(other), table))
HASH.add("<", lambda table, other: _is_within(table, other) and len(table) < len(other))
HASH.add(">", lambda table, other: _is_within(as_hash(other), table) and len(other) < len(table))


@HASH.method("hash")
def hash_(table: Table) -> int:
    return ruby_hash(table)


@HASH.method("inspect", "to_s")
def inspect_(table: Table) -> String:
    return String(inspect(table))


@HASH.method("to_proc")
def to_proc(table: Table) -> Proc:
    return Proc(lambda key: looked_up(table, key), is_lambda=True)


@HASH.method("default")
def default(table: Table, *_key: Any) -> Any:
    return table.default if isinstance(table, RubyHash) else None


@HASH.method("default_proc")
def default_proc(table: Table) -> Any:
    return table.maker if isinstance(table, RubyHash) else None


@HASH.method("dup")
def dup(table: Table) -> Table:
    return copied(table)


@HASH.method("entries", "to_a")
def to_a(table: Table) -> list[Any]:
    return list(iterate(table))
