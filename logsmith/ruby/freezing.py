"""Arrays and Hashes that `freeze` made: copies of kinds of their own, whose changing methods raise FrozenError.

A list cannot be told to stay as it is, and a look at every change would slow all of them; so `freeze` returns a copy of
another Python type, for which the look-up of methods finds other ones. `LIST = %w[a b].freeze` is what programs write: there
nobody else has the list that was copied. `x.freeze` of a local variable assigns the copy to it (see `emit_calls`).
"""

from __future__ import annotations

from typing import Any, NoReturn

from logsmith.ruby.dispatch import methods_of, methods_of_type
from logsmith.ruby.exceptions import frozen_fault
from logsmith.ruby.hashes import RubyHash
from logsmith.ruby.show import inspect


class FrozenArray(list[Any]):
    """A frozen Array."""

    __slots__ = ()


class FrozenHash(RubyHash):
    """A frozen Hash, with the default that it had."""

    __slots__ = ()


ARRAY_CHANGES = """
    []= << push append unshift prepend pop shift insert concat replace initialize_copy clear delete delete_at slice! select!
    filter! reject! keep_if delete_if map! collect! compact! flatten! uniq! sort! sort_by! reverse! rotate! shuffle! fill
"""
HASH_CHANGES = """
    []= store default= default_proc= delete delete_if keep_if reject! select! filter! compact! merge! update
    transform_values! transform_keys! replace initialize_copy clear shift rehash
"""


def _refuse(value: Any, *_args: Any, **_keywords: Any) -> NoReturn:
    raise frozen_fault(value, inspect(value))


methods_of_type(FrozenArray).add(ARRAY_CHANGES, _refuse)
methods_of_type(FrozenHash).add(HASH_CHANGES, _refuse)


def freeze(value: Any) -> Any:
    """Return a frozen Array or Hash of another."""
    if isinstance(value, FrozenArray | FrozenHash):
        return value
    if isinstance(value, list):
        return FrozenArray(value)
    is_plain = not isinstance(value, RubyHash)
    made = FrozenHash() if is_plain else FrozenHash(value.default, value.maker)
    made.update(value)
    return made


for _name in ("Array", "Hash"):
    methods_of(_name).add("freeze", freeze)
    methods_of(_name).add("frozen?", lambda value: isinstance(value, FrozenArray | FrozenHash))
