"""Set: methods of RubySet."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.compare import from_key, to_key
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.hashes import RubySet
from logsmith.ruby.iteration import Block, is_collection, iterate, truthy
from logsmith.ruby.methods.array import join as join_array
from logsmith.ruby.objects import String
from logsmith.ruby.show import inspect

SET = methods_of("Set")
SET_CLASS = class_methods_of("Set")


@SET_CLASS.method("new")
def new(_class: Any, values: Any = None, *, block: Block | None = None) -> RubySet:
    members = () if values is None else _members(values)
    return RubySet(members if block is None else map(block, members))


@SET_CLASS.method("[]")
def of(_class: Any, *values: Any) -> RubySet:
    return RubySet(values)


@methods_of("Enumerable").method("to_set")
def to_set(values: Any, *, block: Block | None = None) -> RubySet:
    return RubySet(iterate(values) if block is None else map(block, iterate(values)))


def _members(values: Any) -> Any:
    if not is_collection(values):
        raise fault("ArgumentError", "value must be enumerable")
    return iterate(values)


def _as_set(value: Any) -> RubySet:
    if not isinstance(value, RubySet):
        raise fault("ArgumentError", "value must be a set")
    return value


@SET.method("to_set")
def to_set_itself(values: RubySet) -> RubySet:
    return values


@SET.method("each", enumerates=True)
def each(values: RubySet, *, block: Block) -> RubySet:
    for value in values:
        block(value)
    return values


@SET.method("size", "length")
def size(values: RubySet) -> int:
    return len(values)


@SET.method("empty?")
def is_empty(values: RubySet) -> bool:
    return not values.keys


@SET.method("include?", "member?", "===", "contain?")
def is_included(values: RubySet, value: Any) -> bool:
    return value in values


@SET.method("add", "<<")
def add(values: RubySet, value: Any) -> RubySet:
    values.keys.setdefault(to_key(value))
    return values


@SET.method("add?")
def add_new(values: RubySet, value: Any) -> RubySet | None:
    return None if value in values else add(values, value)


@SET.method("delete")
def delete(values: RubySet, value: Any) -> RubySet:
    values.keys.pop(to_key(value), None)
    return values


@SET.method("delete?")
def delete_known(values: RubySet, value: Any) -> RubySet | None:
    return delete(values, value) if value in values else None


@SET.method("merge")
def merge(values: RubySet, *others: Any) -> RubySet:
    for other in others:
        for value in _members(other):
            add(values, value)
    return values


@SET.method("subtract")
def subtract(values: RubySet, other: Any) -> RubySet:
    for value in list(_members(other)):
        delete(values, value)
    return values


@SET.method("|", "+", "union")
def union(values: RubySet, other: Any) -> RubySet:
    return merge(RubySet(values), other)


@SET.method("&", "intersection")
def intersection(values: RubySet, other: Any) -> RubySet:
    return RubySet([value for value in _members(other) if value in values])


@SET.method("-", "difference")
def difference(values: RubySet, other: Any) -> RubySet:
    return subtract(RubySet(values), other)


@SET.method("^")
def symmetric_difference(values: RubySet, other: Any) -> RubySet:
    others = RubySet(_members(other))
    return merge(difference(others, values), difference(values, others))


@SET.method("==")
def equals(values: RubySet, other: Any) -> bool:
    return bool(values == other)


@SET.method("eql?")
def is_eql(values: RubySet, other: Any) -> bool:
    return bool(values == other)


@SET.method("hash")
def hash_(values: RubySet) -> int:
    return hash(values)


@SET.method("subset?", "<=")
def is_subset(values: RubySet, other: Any) -> bool:
    return values.keys.keys() <= _as_set(other).keys.keys()


@SET.method("superset?", ">=")
def is_superset(values: RubySet, other: Any) -> bool:
    return values.keys.keys() >= _as_set(other).keys.keys()


@SET.method("proper_subset?", "<")
def is_proper_subset(values: RubySet, other: Any) -> bool:
    return values.keys.keys() < _as_set(other).keys.keys()


@SET.method("proper_superset?", ">")
def is_proper_superset(values: RubySet, other: Any) -> bool:
    return values.keys.keys() > _as_set(other).keys.keys()


@SET.method("<=>")
def ordered(values: RubySet, other: Any) -> int | None:
    if not isinstance(other, RubySet):
        return None
    if values == other:
        return 0
    if is_subset(values, other):
        return -1
    return 1 if is_superset(values, other) else None


@SET.method("intersect?")
def is_intersecting(values: RubySet, other: Any) -> bool:
    return any(value in values for value in _as_set(other))


@SET.method("disjoint?")
def is_disjoint(values: RubySet, other: Any) -> bool:
    return not is_intersecting(values, other)


def _keep(values: RubySet, block: Block, *, wanted: bool) -> bool:
    kept = {key: None for key in values.keys if truthy(block(from_key(key))) is wanted}
    is_changed = len(kept) != len(values.keys)
    values.keys = kept
    return is_changed


@SET.method("select!", "filter!", enumerates=True)
def select_bang(values: RubySet, *, block: Block) -> RubySet | None:
    return values if _keep(values, block, wanted=True) else None


@SET.method("reject!", enumerates=True)
def reject_bang(values: RubySet, *, block: Block) -> RubySet | None:
    return values if _keep(values, block, wanted=False) else None


@SET.method("keep_if", enumerates=True)
def keep_if(values: RubySet, *, block: Block) -> RubySet:
    _keep(values, block, wanted=True)
    return values


@SET.method("delete_if", enumerates=True)
def delete_if(values: RubySet, *, block: Block) -> RubySet:
    _keep(values, block, wanted=False)
    return values


@SET.method("map!", "collect!", enumerates=True)
def map_bang(values: RubySet, *, block: Block) -> RubySet:
    values.keys = RubySet(map(block, values)).keys
    return values


@SET.method("classify", enumerates=True)
def classify(values: RubySet, *, block: Block) -> dict[Any, Any]:
    classes: dict[Any, Any] = {}
    for value in values:
        add(classes.setdefault(to_key(block(value)), RubySet()), value)
    return classes


@SET.method("flatten")
def flatten(values: RubySet) -> RubySet:
    flat = RubySet()
    for value in values:
        merge(flat, flatten(value)) if isinstance(value, RubySet) else add(flat, value)
    return flat


@SET.method("clear")
def clear(values: RubySet) -> RubySet:
    values.keys.clear()
    return values


@SET.method("replace")
def replace(values: RubySet, other: Any) -> RubySet:
    values.keys = RubySet(_members(other)).keys
    return values


@SET.method("dup", "clone")
def dup(values: RubySet) -> RubySet:
    return RubySet(values)


@SET.method("freeze")
def freeze(values: RubySet) -> RubySet:
    return values


@SET.method("join")
def join(values: RubySet, separator: Any = None) -> String:
    return join_array(list(values), separator)


@SET.method("inspect", "to_s")
def inspect_(values: RubySet) -> String:
    return String(f"#<Set: {{{', '.join(map(inspect, values))}}}>")
