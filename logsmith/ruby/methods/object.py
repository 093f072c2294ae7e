"""Object: what every value answers."""

from __future__ import annotations

import copy
from typing import Any

from logsmith.ruby.classes import CONSTANTS, RubyClass, class_of
from logsmith.ruby.coerce import to_name
from logsmith.ruby.compare import case_eq, eql, ruby_eq, ruby_hash
from logsmith.ruby.dispatch import call, call_function, is_function, method_names, methods_of, responds
from logsmith.ruby.exceptions import RubyException, described, fault
from logsmith.ruby.freezing import FrozenArray, FrozenHash
from logsmith.ruby.freezing import freeze as frozen
from logsmith.ruby.objects import Proc, Range, Regexp, RubyObject, String, Symbol
from logsmith.ruby.show import inspect, to_s

OBJECT = methods_of("Object")
_IMMUTABLE = (int, float, Symbol, bool, type(None), Range, Regexp)


def _is_true(value: Any) -> bool:
    return value is not None and value is not False


OBJECT.add("!", lambda value: not _is_true(value))
OBJECT.add("==", ruby_eq)
OBJECT.add("!=", lambda value, other: not _is_true(call(value, "==", (other,))))
OBJECT.add("===", lambda value, other: value is other or _is_true(call(value, "==", (other,))))
OBJECT.add("!~", lambda value, other: not _is_true(call(value, "=~", (other,))))
OBJECT.add("eql?", eql)
OBJECT.add("<=>", lambda value, other: 0 if value is other or ruby_eq(value, other) else None)
OBJECT.add("nil?", lambda value: value is None)
OBJECT.add("class singleton_class", class_of)
OBJECT.add("to_s", lambda value: String(_text(value, to_s)))
OBJECT.add("inspect", lambda value: String(_text(value, inspect)))
OBJECT.add("hash", ruby_hash)
OBJECT.add("itself", lambda value: value)
OBJECT.add("freeze", lambda value: value)
OBJECT.add("frozen?", lambda value: isinstance(value, _IMMUTABLE))
OBJECT.add("singleton_methods", lambda _value: [])
OBJECT.add("instance_of?", lambda value, kind: class_of(value) is _kind(kind))
OBJECT.add("is_a? kind_of?", lambda value, kind: class_of(value).is_a(_kind(kind)))
OBJECT.add("methods public_methods", lambda value: list(map(Symbol, method_names(value))))


def _text(value: Any, show: Any) -> str:
    """Return what a value without a text of its own looks like."""
    from logsmith.ruby.show import plain_text  # noqa: PLC0415  it would ask this method again

    is_plain = isinstance(value, RubyObject) or class_of(value).name == "Object"
    return plain_text(value) if is_plain else _shown(value, show)


def _shown(value: Any, show: Any) -> str:
    from logsmith.ruby.show import has_text, plain_text  # noqa: PLC0415  the same

    return show(value) if has_text(value) else plain_text(value)


def _is_identical(value: Any, other: Any) -> bool:
    if isinstance(value, (int, float)) and value.__class__ is other.__class__:
        return bool(value == other)
    return value is other


def _identity(value: Any) -> int:
    if value.__class__ is int:
        return 2 * value + 1
    return {None: 8, True: 20, False: 0}[value] if value is None or isinstance(value, bool) else id(value)


OBJECT.add("object_id __id__", _identity)
OBJECT.add("equal?", _is_identical)


def _kind(value: Any) -> RubyClass:
    if isinstance(value, RubyClass):
        return value
    raise fault("TypeError", "class or module required")


@OBJECT.method("respond_to?")
def responds_to(value: Any, name: Any, include_all: Any = False) -> bool:
    """Return whether a value has a method of that name."""
    del include_all  # private methods are functions here
    return responds(value, to_name(name))


@OBJECT.method("send", "__send__", "public_send")
def send(value: Any, *args: Any, block: Proc | None = None, **keywords: Any) -> Any:
    """Call a method by its name."""
    if not args:
        raise fault("ArgumentError", "no method name given")
    name = to_name(args[0])
    if is_function(name) and not responds(value, name):
        return call_function(name, args[1:], block, keywords)
    return call(value, name, args[1:], block, keywords)


@OBJECT.method("method")
def method(value: Any, name: Any) -> Proc:
    """Return a method of the value as something to call."""
    text = to_name(name)
    if is_function(text) and not responds(value, text):
        return Proc(lambda *args: call_function(text, args), 0, None, is_lambda=True)
    if not responds(value, text):
        raise fault(
            "NameError",
            f"undefined method '{text}' for {described(value)}",
            name=Symbol(text),
            receiver=value,
        )
    return Proc(lambda *args: call(value, text, args), 0, None, is_lambda=True)


@OBJECT.method("tap")
def tap(value: Any, *, block: Proc) -> Any:
    """Call the block with the value; return the value."""
    block(value)
    return value


@OBJECT.method("then", "yield_self", enumerates=True)
def then(value: Any, *, block: Proc) -> Any:
    """Return what the block makes of the value."""
    return block(value)


@OBJECT.method("dup")
def dup(value: Any) -> Any:
    """Return a copy of the value, without copies of what is in it."""
    if isinstance(value, (*_IMMUTABLE, RubyClass)):
        return value
    if value.__class__ in {list, dict, FrozenArray}:
        return value.copy()
    if isinstance(value, RubyException):
        made = RubyException(value.ruby_class, value.message)
        made.facts, made.cause = dict(value.facts), value.cause
        return made
    return copy.copy(value)


@OBJECT.method("clone")
def clone(value: Any, *, freeze: Any = None) -> Any:
    """Return a copy that is frozen if the value is, unless `freeze` says otherwise."""
    made = call(value, "dup")
    if isinstance(made, String) and isinstance(value, String):
        made.is_frozen = freeze is True or (freeze is None and value.is_frozen)
    is_frozen = isinstance(value, FrozenArray | FrozenHash) and freeze is not False
    return frozen(made) if is_frozen or (freeze is True and isinstance(made, list | dict)) else made


STRING = methods_of("String")


@STRING.method("freeze")
def freeze_string(box: String) -> String:
    """Make the String one that does not change."""
    box.is_frozen = True
    return box


STRING.add("frozen?", lambda box: box.is_frozen)

MODULE = methods_of("Module")


def _full_name(kind: RubyClass, name: str) -> str:
    return name if kind.name == "Object" else f"{kind.name}::{name}"


def _constant(kind: RubyClass, name: Any) -> Any:
    full_name = _full_name(kind, to_name(name))
    if full_name not in CONSTANTS:
        raise fault("NameError", f"uninitialized constant {full_name}", name=Symbol(to_name(name)))
    return CONSTANTS[full_name]


MODULE.add("name", lambda kind: String(kind.name))
MODULE.add("to_s inspect", lambda kind: String(kind.name))
MODULE.add("==", lambda kind, other: kind is other)
MODULE.add("===", case_eq)
MODULE.add(
    "<", lambda kind, other: None if not _related(kind, other) else kind is not other and kind.is_a(other)
)
MODULE.add("<=", lambda kind, other: None if not _related(kind, other) else kind.is_a(other))
MODULE.add(
    ">", lambda kind, other: None if not _related(kind, other) else kind is not other and other.is_a(kind)
)
MODULE.add(">=", lambda kind, other: None if not _related(kind, other) else other.is_a(kind))
MODULE.add("ancestors", lambda kind: list(kind.lineage))
MODULE.add("include?", lambda kind, other: kind is not other and _kind(other).is_module and kind.is_a(other))
MODULE.add("const_get", _constant)
MODULE.add("const_defined?", lambda kind, name: _full_name(kind, to_name(name)) in CONSTANTS)
MODULE.add("hash", hash)
MODULE.add("instance_methods", lambda kind: list(map(Symbol, method_names(kind, of_instances=True))))
MODULE.add(
    "method_defined? instance_method? public_method_defined?",
    lambda kind, name: to_name(name) in method_names(kind, of_instances=True),
)
CLASS = methods_of("Class")
CLASS.add("superclass", lambda kind: kind.parent)
CLASS.add("allocate", lambda kind: call(kind, "new"))


@MODULE.method("<=>")
def order_classes(kind: RubyClass, other: Any) -> int | None:
    """Return -1 for a class below the other, 1 for one above it."""
    if kind is other:
        return 0
    if not isinstance(other, RubyClass) or not _related(kind, other):
        return None
    return -1 if kind.is_a(other) else 1


def _related(kind: RubyClass, other: Any) -> bool:
    if not isinstance(other, RubyClass):
        raise fault("TypeError", "compared with non class/module")
    return kind.is_a(other) or other.is_a(kind)
