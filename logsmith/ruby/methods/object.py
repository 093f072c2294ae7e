"""Object: what every value answers."""

from __future__ import annotations

import copy
from typing import Any

from logsmith.ruby.classes import CONSTANTS, RubyClass, class_of, find_class
from logsmith.ruby.coerce import to_name
from logsmith.ruby.compare import case_eq, eql, ruby_eq, ruby_hash
from logsmith.ruby.dispatch import (
    call,
    call_function,
    instance_methods,
    is_function,
    method_names,
    methods_of,
    responds,
    table_of,
)
from logsmith.ruby.exceptions import RubyException, described, fault
from logsmith.ruby.freezing import FrozenArray, FrozenHash
from logsmith.ruby.freezing import freeze as frozen
from logsmith.ruby.objects import BoundMethod, Proc, Range, Regexp, RubyObject, String, Symbol, UnboundMethod
from logsmith.ruby.show import inspect, inspect_object, to_s
from logsmith.ruby.singletons import add_proc, extend, singleton_names, singleton_of, visible_class
from logsmith.ruby.user_classes import FrozenVariables, UserClass, UserObject
from logsmith.ruby.visibility import Hidden, call_own

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
OBJECT.add("class", visible_class)
OBJECT.add("singleton_class", singleton_of)
OBJECT.add("extend", extend)
OBJECT.add("to_s", lambda value: String(_text(value, to_s)))
OBJECT.add(
    "inspect",
    lambda value: String(inspect_object(value) if isinstance(value, UserObject) else _text(value, inspect)),
)
OBJECT.add("hash", ruby_hash)
OBJECT.add("itself", lambda value: value)
OBJECT.add(
    "frozen?",
    lambda value: (
        isinstance(value, _IMMUTABLE) or isinstance(getattr(value, "variables", None), FrozenVariables)
    ),
)
OBJECT.add("singleton_methods", lambda value, _all=True: list(map(Symbol, singleton_names(value))))
OBJECT.add("instance_of?", lambda value, kind: visible_class(value) is _kind(kind))
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


@OBJECT.method("freeze")
def freeze_object(value: Any) -> Any:
    """Make an object of the program's one whose instance variables stay."""
    if isinstance(value, UserObject):
        value.variables = FrozenVariables(value, value.variables)
    return value


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
    text = to_name(name)
    found = table_of(value).get(text)
    if found is not None:
        return not isinstance(found, Hidden) or _is_true(include_all)
    asked = value.entry("respond_to_missing?") if isinstance(value, UserObject) else None
    return asked is not None and _is_true(asked(value, (Symbol(text), _is_true(include_all)), None, None))


@OBJECT.method("define_singleton_method")
def define_singleton_method(value: Any, name: Any, body: Any = None, *, block: Proc | None = None) -> Symbol:
    """Put a method onto one object."""
    kind = singleton_of(value)
    add_proc(kind.own[isinstance(value, UserClass)], name, block if body is None else body)
    return Symbol(to_name(name))


@OBJECT.method("public_send")
def send_outside(value: Any, *args: Any, block: Proc | None = None, **keywords: Any) -> Any:
    """Call a method by its name, unless it is private."""
    if not args:
        raise fault("ArgumentError", "no method name given")
    return call(value, to_name(args[0]), args[1:], block, keywords)


@OBJECT.method("send", "__send__")
def send(value: Any, *args: Any, block: Proc | None = None, **keywords: Any) -> Any:
    """Call a method by its name."""
    if not args:
        raise fault("ArgumentError", "no method name given")
    name = to_name(args[0])
    if is_function(name) and not responds(value, name):
        return call_function(name, args[1:], block, keywords)
    return call_own(value, name, args[1:], block, keywords)


@OBJECT.method("method")
def method(value: Any, name: Any) -> Proc:
    """Return a method of the value as something to call."""
    text = to_name(name)
    if is_function(text) and not responds(value, text):

        def made(*args: Any) -> Any:
            return call_function(text, args)

        return BoundMethod(made, text, value, find_class("Kernel"), None)
    if not responds(value, text):
        raise fault(
            "NameError",
            f"undefined method '{text}' for {described(value)}",
            name=Symbol(text),
            receiver=value,
        )
    entry = table_of(value).get(text)
    owner = owner_of(class_of(value), text)
    return BoundMethod(lambda *args: call_own(value, text, args), text, value, owner, entry)


def owner_of(kind: RubyClass, name: str) -> RubyClass:
    """Return the class or module that has a method of a name."""
    for one in kind.lineage:
        if name in (one.own[0] if one.own is not None else methods_of(one.name)):
            return one
    return kind


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
    made = copy.copy(value)
    if isinstance(made, UserObject):
        made.ruby_class, made.variables, made.members = (
            visible_class(value),
            dict(value.variables),
            dict(value.members),
        )
        copier = made.entry("initialize_copy") or made.entry("initialize_dup")
        if copier is not None:
            copier(made, (value,), None, None)
    return made


@OBJECT.method("clone")
def clone(value: Any, *, freeze: Any = None) -> Any:
    """Return a copy that is frozen if the value is, unless `freeze` says otherwise."""
    made = call(value, "dup")
    if isinstance(made, UserObject):
        made.ruby_class = value.ruby_class
        is_kept = freeze is True or (freeze is None and isinstance(value.variables, FrozenVariables))
        return freeze_object(made) if is_kept else made
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


def _visible(kind: RubyClass, visibilities: tuple[str, ...], *, inherited: bool = True) -> list[str]:
    """Return the names of the methods of a class's instances that are to be seen so."""
    found = instance_methods(kind)
    if not inherited:
        own = kind.own[0] if kind.own is not None else methods_of(kind.name)
        found = {name: method for name, method in found.items() if name in own}
    return [name for name, one in found.items() if getattr(one, "visibility", "public") in visibilities]


def _listed(*visibilities: str) -> Any:
    return lambda kind, inherited=True: [
        Symbol(name) for name in _visible(kind, visibilities, inherited=_is_true(inherited))
    ]


def _asked(*visibilities: str) -> Any:
    return lambda kind, name: to_name(name) in _visible(kind, visibilities)


@MODULE.method("instance_method")
def instance_method(kind: RubyClass, name: Any) -> UnboundMethod:
    """Return a method of the class's instances."""
    text = to_name(name)
    entry = instance_methods(kind).get(text)
    if entry is None:
        raise fault("NameError", f"undefined method '{text}' for class '{kind.name}'", name=Symbol(text))
    return UnboundMethod(text, owner_of(kind, text), entry)


MODULE.add("instance_methods", _listed("public", "protected"))
MODULE.add("public_instance_methods", _listed("public"))
MODULE.add("private_instance_methods", _listed("private"))
MODULE.add("protected_instance_methods", _listed("protected"))
MODULE.add("method_defined? instance_method?", _asked("public", "protected"))
MODULE.add("public_method_defined?", _asked("public"))
MODULE.add("private_method_defined?", _asked("private"))
MODULE.add("protected_method_defined?", _asked("protected"))
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
