"""Hash: methods that change it in place."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import class_of
from logsmith.ruby.coerce import to_hash
from logsmith.ruby.compare import from_key, to_key
from logsmith.ruby.dispatch import methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.hashes import RubyHash
from logsmith.ruby.iteration import Block, pairs, truthy
from logsmith.ruby.methods import hash as plain
from logsmith.ruby.methods.hash import Table
from logsmith.ruby.objects import Proc

HASH = methods_of("Hash")


@HASH.method("[]=", "store")
def set_(table: Table, key: Any, value: Any) -> Any:
    table[to_key(key)] = value
    return value


@HASH.method("default=")
def set_default(table: Table, value: Any) -> Any:
    if not isinstance(table, RubyHash):
        raise fault("NotImplementedError", "a default is given to Hash.new, not to a literal")
    table.default, table.maker = value, None
    return value


@HASH.method("default_proc=")
def set_maker(table: Table, block: Any) -> Any:
    if not isinstance(table, RubyHash):
        raise fault("NotImplementedError", "a default is given to Hash.new, not to a literal")
    if block is not None and not isinstance(block, Proc):
        raise fault("TypeError", f"wrong default_proc type {class_of(block).name} (expected Proc)")
    table.default, table.maker = None, block
    return block


@HASH.method("delete")
def delete(table: Table, key: Any, *, block: Block | None = None) -> Any:
    found = to_key(key)
    if found in table:
        return table.pop(found)
    return None if block is None else block(key)


def _keep(table: Table, block: Block, *, wanted: bool) -> bool:
    dropped = [key for key, value in pairs(table) if truthy(block(key, value)) is not wanted]
    for key in dropped:
        table.pop(to_key(key), None)
    return bool(dropped)


@HASH.method("delete_if", enumerates=True)
def delete_if(table: Table, *, block: Block) -> Table:
    _keep(table, block, wanted=False)
    return table


@HASH.method("keep_if", enumerates=True)
def keep_if(table: Table, *, block: Block) -> Table:
    _keep(table, block, wanted=True)
    return table


@HASH.method("reject!", enumerates=True)
def reject_bang(table: Table, *, block: Block) -> Any:
    return table if _keep(table, block, wanted=False) else None


@HASH.method("select!", "filter!", enumerates=True)
def select_bang(table: Table, *, block: Block) -> Any:
    return table if _keep(table, block, wanted=True) else None


@HASH.method("compact!")
def compact_bang(table: Table) -> Any:
    dropped = [key for key, value in table.items() if value is None]
    for key in dropped:
        del table[key]
    return table if dropped else None


@HASH.method("merge!", "update")
def merge_bang(table: Table, *others: Any, block: Block | None = None) -> Table:
    for other in others:
        plain.merge_into(table, to_hash(other), block)
    return table


@HASH.method("transform_values!", enumerates=True)
def transform_values_bang(table: Table, *, block: Block) -> Table:
    for key, value in list(table.items()):
        table[key] = block(value)
    return table


@HASH.method("transform_keys!")
def transform_keys_bang(table: Table, names: Any = None, *, block: Block | None = None) -> Table:
    return replace(table, plain.transform_keys(table, names, block=block))


@HASH.method("replace", "initialize_copy")
def replace(table: Table, other: Any) -> Table:
    members = dict(to_hash(other))
    table.clear()
    table.update(members)
    return table


@HASH.method("clear")
def clear(table: Table) -> Table:
    table.clear()
    return table


@HASH.method("shift")
def shift(table: Table) -> Any:
    for key in table:
        return [from_key(key), table.pop(key)]
    return None


@HASH.method("rehash")
def rehash(table: Table) -> Table:
    return replace(table, {to_key(from_key(key)): value for key, value in table.items()})
