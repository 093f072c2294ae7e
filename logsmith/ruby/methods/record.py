"""Struct, Data and OpenStruct; what every object has of its own: `initialize`, its instance variables."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import RubyClass, define, find_class
from logsmith.ruby.compare import eql, ruby_eq, to_key
from logsmith.ruby.dispatch import Method, call, class_methods_of, methods_of
from logsmith.ruby.exceptions import RubyException, arguments_fault, fault
from logsmith.ruby.objects import Proc, String, Symbol
from logsmith.ruby.show import inspect, to_s
from logsmith.ruby.user_classes import NOWHERE, FrozenVariables, UserClass, UserObject, make, variables_of

define("Struct", "Object", mixins=("Enumerable",))
define("Data", "Object")
OBJECT, EXCEPTION = methods_of("Object"), methods_of("Exception")
STRUCT, DATA, OPEN = methods_of("Struct"), methods_of("Data"), methods_of("OpenStruct")

OBJECT.add("initialize", lambda _one: None)
OBJECT.add("instance_variable_get", lambda one, name: variables_of(one).get(_variable(name)))
OBJECT.add("instance_variable_defined?", lambda one, name: _variable(name) in variables_of(one))

OBJECT.add("instance_variables", lambda one: [Symbol(f"@{name}") for name in variables_of(one)])


@OBJECT.method("instance_variable_set")
def set_variable(one: Any, name: Any, value: Any) -> Any:
    """Put an instance variable."""
    variables_of(one)[_variable(name)] = value
    return value


def _variable(name: Any) -> str:
    return to_s(name).removeprefix("@")


@EXCEPTION.method("initialize")
def begin_exception(error: RubyException, message: Any = None) -> None:
    """Note the message of an exception."""
    if message is not None:
        error.args = (to_s(message),)


@class_methods_of("Struct").method("new")
def new_struct(kind: RubyClass, *fields: Any, **options: Any) -> Any:
    """Make a class with these members; the constant that it is assigned to is not its name here."""
    names = [to_s(one) for one in fields if isinstance(one, Symbol)]
    if not names:
        raise arguments_fault(0, 1, None)
    return _record_class(kind, names, by_keywords=options.get("keyword_init"))


@class_methods_of("Data").method("define")
def define_data(kind: RubyClass, *fields: Any) -> Any:
    """Make a class whose objects have these members for good."""
    return _record_class(kind, [to_s(one) for one in fields], by_keywords=None)


def _record_class(parent: RubyClass, names: list[str], by_keywords: Any) -> UserClass:
    made = UserClass("#<Class>", parent, NOWHERE)
    made.variables |= {"members": names, "by keywords": by_keywords}
    made.own[1]["[]"] = Method("[]", make)
    made.own[1]["members"] = Method("members", lambda kind: _names(kind, as_symbols=True))
    for name in names:
        made.own[0][name] = Method(name, lambda one, name=name: one.members[name], like=lambda _one: None)
        if parent.name == "Struct":
            made.own[0][f"{name}="] = Method(
                f"{name}=",
                lambda one, value, name=name: _put(one, name, value),
                like=lambda _one, _value: None,
            )
    return made


def _names(kind: Any, *, as_symbols: bool = False) -> list[Any]:
    names = next(
        one.variables["members"] for one in kind.lineage if "members" in getattr(one, "variables", ())
    )
    return [Symbol(name) for name in names] if as_symbols else names


def _by_keywords(kind: Any) -> Any:
    return next(
        one.variables["by keywords"] for one in kind.lineage if "members" in getattr(one, "variables", ())
    )


def _put(one: UserObject, name: str, value: Any) -> Any:
    one.members[name] = value
    return value


@STRUCT.method("initialize")
def begin_struct(one: UserObject, *args: Any, **keywords: Any) -> None:
    """Fill the members; those left out are nil."""
    names, by_keywords = _names(one.ruby_class), _by_keywords(one.ruby_class)
    if keywords and by_keywords is not False and not args:
        unknown = [name for name in keywords if name not in names]
        if unknown:
            raise fault("ArgumentError", f"unknown keywords: {', '.join(unknown)}")
        one.members = {name: keywords.get(name) for name in names}
        return
    values = [*args, *([{Symbol(name): value for name, value in keywords.items()}] if keywords else [])]
    if by_keywords and values:
        raise arguments_fault(len(values), 0, 0)
    if len(values) > len(names):
        raise fault("ArgumentError", f"struct size differs ({len(values)} for {len(names)})")
    one.members = dict(zip(names, [*values, *[None] * (len(names) - len(values))], strict=True))


@DATA.method("initialize")
def begin_data(one: UserObject, *args: Any, **keywords: Any) -> None:
    """Fill the members, all of them."""
    names = _names(one.ruby_class)
    if len(args) > len(names):
        raise arguments_fault(len(args), 0, len(names))
    found = {**dict(zip(names, args, strict=False)), **keywords}
    unknown = [f":{name}" for name in found if name not in names]
    if unknown:
        raise fault("ArgumentError", f"unknown keyword{'s' * (len(unknown) > 1)}: {', '.join(unknown)}")
    missing = [f":{name}" for name in names if name not in found]
    if missing:
        raise fault("ArgumentError", f"missing keyword{'s' * (len(missing) > 1)}: {', '.join(missing)}")
    one.members = {name: found[name] for name in names}
    one.variables = FrozenVariables(one, one.variables)


def _member(one: UserObject, key: Any) -> str:
    names = list(one.members)
    if isinstance(key, int):
        if not -len(names) <= key < len(names):
            side = "large" if key > 0 else "small"
            raise fault("IndexError", f"offset {key} too {side} for struct(size:{len(names)})")
        return names[key]
    name = to_s(key)
    if name not in one.members:
        raise fault("NameError", f"no member '{name}' in struct")
    return name


def _hash(one: UserObject) -> dict[Any, Any]:
    return {to_key(Symbol(name)): value for name, value in one.members.items()}


def _shown(one: UserObject, word: str) -> String:
    name = "" if one.ruby_class.name.startswith("#") else f"{one.ruby_class.name} "
    shown = ", ".join(f"{name}={inspect(value)}" for name, value in one.members.items())
    return String(f"#<{word} {name}{shown}>")


STRUCT.add("[]", lambda one, key: one.members[_member(one, key)])
STRUCT.add("[]=", lambda one, key, value: _put(one, _member(one, key), value))
STRUCT.add("to_a deconstruct values", lambda one: list(one.members.values()))
STRUCT.add("size length", lambda one: len(one.members))
STRUCT.add("inspect to_s", lambda one: _shown(one, "struct"))
DATA.add("inspect to_s", lambda one: _shown(one, "data"))


def _is_same(one: UserObject, other: Any) -> bool:
    if not isinstance(other, UserObject) or other.ruby_class is not one.ruby_class:
        return False
    return all(eql(value, other.members[name]) for name, value in one.members.items())


for _table in (STRUCT, DATA):
    _table.add("members", lambda one: _names(one.ruby_class, as_symbols=True))
    _table.add("deconstruct_keys", lambda one, _keys: _hash(one))
    _table.add("==", ruby_eq)
    _table.add("eql?", _is_same)


@STRUCT.method("to_h")
def struct_hash(one: UserObject, *, block: Proc | None = None) -> Any:
    """Return the members as a Hash with symbols."""
    return _hash(one) if block is None else call(_hash(one), "to_h", (), block)


DATA.add("to_h", _hash)


@DATA.method("with")
def changed(one: UserObject, **keywords: Any) -> Any:
    """Return an object with other members."""
    return make(one.ruby_class, **{**one.members, **keywords})


@STRUCT.method("each", enumerates=True)
def each(one: UserObject, *, block: Proc) -> UserObject:
    """Call the block with each member's value."""
    for value in list(one.members.values()):
        block(value)
    return one


@OPEN.method("each_pair", enumerates=True)
@STRUCT.method("each_pair", enumerates=True)
def each_pair(one: UserObject, *, block: Proc) -> UserObject:
    """Call the block with each member's name and value."""
    for name, value in list(one.members.items()):
        block(Symbol(name), value)
    return one


@OPEN.method("dig")
@STRUCT.method("dig")
def dig(one: UserObject, key: Any, *more: Any) -> Any:
    """Return a member, or what is further below."""
    value = one.members.get(to_s(key))
    return value if value is None or not more else call(value, "dig", more)


@STRUCT.method("values_at")
def values_at(one: UserObject, *keys: Any) -> list[Any]:
    """Return the values of some members."""
    return [one.members[_member(one, key)] for key in keys]


class OpenStruct(UserObject):
    """An object that has each member that it is asked for."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OpenStruct) and self.members == other.members

    __hash__ = UserObject.__hash__

    def answers(self, name: str) -> bool:
        """Return whether a name is one of a member."""
        return name[-1:].isalnum() or name[-1:] in ("_", "=")

    def answer(self, name: str, args: tuple[Any, ...]) -> Any:
        """Return a member, or put it."""
        if name.endswith("=") and len(args) == 1:
            return _put(self, name[:-1], args[0])
        return self.members.get(name)


define("OpenStruct", "Object", python=OpenStruct)


@class_methods_of("OpenStruct").method("new")
def new_open(_kind: RubyClass, given: Any = None, **keywords: Any) -> OpenStruct:
    """Make an OpenStruct of a Hash's members."""
    made = OpenStruct(find_class("OpenStruct"))
    made.members = {to_s(key): value for key, value in (given or {}).items()} | keywords
    return made


OPEN.add("[]", lambda one, name: one.members.get(to_s(name)))
OPEN.add("[]=", lambda one, name, value: _put(one, to_s(name), value))
OPEN.add("respond_to?", lambda one, name: to_s(name) in one.members or to_s(name) in OPEN)
OPEN.add("delete_field", lambda one, name: one.members.pop(to_s(name), None))
OPEN.add("==", ruby_eq)
OPEN.add("to_h", _hash)


def _open_shown(one: OpenStruct) -> String:
    shown = ", ".join(f"{name}={inspect(value)}" for name, value in one.members.items())
    return String(f"#<OpenStruct {shown}>" if shown else "#<OpenStruct>")


OPEN.add("inspect to_s", _open_shown)
