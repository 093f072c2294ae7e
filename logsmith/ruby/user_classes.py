"""Classes, modules and objects that a program defines, while it runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from logsmith.ruby.classes import RubyClass, class_of, find_class
from logsmith.ruby.dispatch import Method, Table, call, forget_user_classes, table_of
from logsmith.ruby.exceptions import RubyException, described, fault, frozen_fault
from logsmith.ruby.objects import Proc, Symbol
from logsmith.ruby.show import inspect, to_s
from logsmith.ruby.visibility import KINDS, Hidden, revealed, shown_as

NOT_BELOW = frozenset(
    ("Integer", "Float", "String", "Symbol", "Array", "Hash", "Range", "Proc", "Regexp", "Time", "Set")
)

_ALWAYS_PRIVATE = frozenset(
    ("initialize", "initialize_copy", "initialize_dup", "initialize_clone", "respond_to_missing?")
)


class UserClass(RubyClass):
    """A class or module of a program's; constants that it has not are looked for where it stands."""

    __slots__ = ("__dict__",)

    def __init__(self, name: str, parent: RubyClass | None, outer: Any, *, is_module: bool = False) -> None:
        super().__init__(name, parent, is_module=is_module)
        self.own = (Table(), Table())
        self.outer, self.constants = outer, dict[str, Any]()
        self.variables: dict[str, Any] = {}
        self.adds_both = False  # after `module_function`
        self.visibility = ["public", "public"]  # of what is defined next, in the class and in `class << self`
        self.is_singleton = self.is_reopened = False
        if not is_module:
            self.own[1]["new"] = Method("new", make)

    def constant(self, name: str) -> Any:
        """Return a constant as code in the class finds it."""
        for one in self.lineage:
            if isinstance(one, UserClass) and name in one.constants:
                return one.constants[name]
        try:
            return self.outer.constant(name)
        except RubyException as error:
            text = f"uninitialized constant {self.name}::{name}"
            raise fault("NameError", text, name=Symbol(name)) from error


class _Nowhere:
    """Where a class that stands nowhere looks for constants that it has not."""

    def constant(self, name: str) -> Any:
        raise fault("NameError", f"uninitialized constant {name}")


NOWHERE = _Nowhere()


class UserObject:
    """An object of a program's class; `members` are those of a Struct."""

    __slots__ = ("members", "ruby_class", "variables")

    def __init__(self, ruby_class: RubyClass) -> None:
        self.ruby_class = ruby_class
        self.variables: dict[str, Any] = {}
        self.members: dict[str, Any] = {}

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        method = self.entry("==")
        if method is not None:
            return method(self, (other,), None, None) not in (None, False)
        method = self.entry("<=>")
        if method is not None and self.ruby_class.is_a(find_class("Comparable")):
            return bool(method(self, (other,), None, None) == 0)
        is_record = isinstance(other, UserObject) and self.members and self.ruby_class is other.ruby_class
        return bool(is_record) and self.members == other.members  # type: ignore[attr-defined]  # looked above

    def __hash__(self) -> int:
        method = self.entry("hash")
        if method is not None:
            return hash(method(self, (), None, None))
        return hash((id(self.ruby_class), *map(str, self.members.values()))) if self.members else id(self)

    def entry(self, name: str) -> UserEntry | None:
        """Return the program's own method of a name."""
        method = table_of(self).get(name)
        method = method.entry if isinstance(method, Hidden) else method
        return method if isinstance(method, UserEntry) else None

    def eql(self, other: object) -> bool:
        """Return whether the other one is the same as a key of a Hash."""
        method = self.entry("eql?")
        if method is not None:
            return method(self, (other,), None, None) not in (None, False)
        return self is other or (bool(self.members) and self == other)

    def answers(self, name: str) -> bool:
        """Return whether `method_missing` is there for a method that is not."""
        return name != "method_missing" and self.entry("method_missing") is not None

    def answer(self, name: str, args: tuple[Any, ...]) -> Any:
        """Return what `method_missing` answers."""
        method = self.entry("method_missing")
        return None if method is None else method(self, (Symbol(name), *args), None, None)


class FrozenVariables(dict[str, Any]):
    """The instance variables of a frozen object, which stay what they are."""

    def __init__(self, owner: Any, variables: dict[str, Any]) -> None:
        super().__init__(variables)
        self.owner = owner

    def __setitem__(self, name: str, value: Any) -> None:
        raise frozen_fault(self.owner, inspect(self.owner))


class UserEntry(Method):
    """A method of a program's class, in a table."""

    def __init__(self, name: str, method: Any) -> None:  # Any: a UserMethod
        super().__init__(name, method)
        self.method, self.takes_block, self.fewest, self.most = method, True, 0, None

    def __call__(
        self, receiver: Any, args: tuple[Any, ...], block: Proc | None, keywords: dict[str, Any] | None
    ) -> Any:
        return self.method(args, block, keywords, (receiver,))


def make(kind: Any, *args: Any, block: Proc | None = None, **keywords: Any) -> Any:
    """Return a new object of a program's class."""
    if kind.is_a(find_class("Exception")):
        made: Any = call(find_class("Exception"), "new")
        made.ruby_class, made.args = kind, (kind.name,)
    else:
        made = UserObject(kind)
    revealed(table_of(made)["initialize"])(made, args, block, keywords or None)
    return made


def open_class(outer: Any, name: str, parent: Any = None, *, is_module: bool = False) -> UserClass:
    """Return the class or module of a name, made if there is none."""
    known = outer.constants.get(name)
    if isinstance(known, UserClass):
        known.visibility = ["public", "public"]
        return known
    if parent is not None and not isinstance(parent, RubyClass):
        raise fault("TypeError", "superclass must be an instance of Class")
    above = None if is_module else parent or find_class("Object")
    if above is not None and any(one.name in NOT_BELOW and one.own is None for one in above.lineage):
        raise fault("NotImplementedError", f"a class below {above.name} cannot be defined here")
    made = outer.constants[name] = UserClass(full_name(outer, name), above, outer, is_module=is_module)
    return made


def reopened(kind: RubyClass, outer: Any) -> UserClass:
    """Return one of Ruby's own classes as what gets methods: they are there for every program, as in Ruby."""
    from logsmith.ruby.dispatch import class_methods_of, methods_of  # noqa: PLC0415  they make tables

    made = UserClass(kind.name, kind, outer, is_module=kind.is_module)
    made.own = (methods_of(kind.name), class_methods_of(kind.name))
    made.is_reopened = True
    return made


def full_name(outer: Any, name: str) -> str:
    """Return the name of a class with that of what it stands in."""
    return f"{outer.name}::{name}" if isinstance(outer, RubyClass) else f"{outer.scope}{name}"


def run_as(value: Any, function: Callable[..., Any], counts: tuple[int, int | None], *args: Any) -> Any:
    """Call a block in which `self` is a value."""
    return Proc(lambda *given: function(value, *given), *counts)(*args)


def add_method(
    owner: UserClass, name: str, method: Any, *, of_class: bool = False, is_public: bool = False
) -> None:  # Any: a UserMethod
    """Put a method into a class, or, `of_class`, onto the class itself; `private` counts unless it is `is_public`."""
    entry = UserEntry(name, method)
    visibility = "public" if is_public else owner.visibility[of_class]
    visibility = "private" if name in _ALWAYS_PRIVATE and not of_class else visibility
    owner.own[of_class][name] = shown_as(entry, visibility, owner)
    if owner.adds_both:
        owner.own[True][name] = entry
    forget_user_classes(of_ruby=owner.is_reopened)


def variables_of(receiver: Any) -> dict[str, Any]:
    """Return the instance variables of an object or a class."""
    found: dict[str, Any] | None = getattr(receiver, "variables", None)
    if found is not None:
        return found
    try:
        found = receiver.variables = {}
    except AttributeError:  # a value of Ruby's own, which keeps none here
        found = {}
    return found


def named(name: str, value: Any, outer: Any) -> Any:
    """Return what a constant gets; a class without a name takes that of the constant."""
    if isinstance(value, UserClass) and value.name.startswith("#<Class"):
        value.name = full_name(outer, name)
    return value


def call_super(  # noqa: PLR0913, PLR0917  what a call is made of
    owner: UserClass,
    receiver: Any,
    name: str,
    args: tuple[Any, ...] = (),
    block: Proc | None = None,
    keywords: dict[str, Any] | None = None,
) -> Any:
    """Call the method that a class's method of this name hides."""
    kind = receiver if isinstance(receiver, RubyClass) else class_of(receiver)
    level = int(isinstance(receiver, RubyClass))
    lineage = list(kind.lineage)
    for one in lineage[lineage.index(owner) + 1 :]:
        table = one.own[level] if one.own is not None else _table(one, of_class=bool(level))
        if name in table:
            return revealed(table[name])(receiver, args, block, keywords or None)
    if name == "respond_to_missing?":
        return False
    if name == "method_missing":
        raise fault("NoMethodError", f"undefined method '{to_s(args[0])}' for {described(receiver)}")
    raise fault("NoMethodError", f"super: no superclass method '{name}' for {described(receiver)}")


def _table(kind: RubyClass, *, of_class: bool) -> dict[str, Method]:
    from logsmith.ruby.dispatch import class_methods_of, methods_of  # noqa: PLC0415  they make tables

    return class_methods_of(kind.name) if of_class else methods_of(kind.name)


def direct(owner: UserClass, name: str, *args: Any, of_class: bool = False) -> Any:
    """Do what `attr_reader`, `include`, `private` and their kin say in a class's body."""
    found = None
    if name.startswith("attr_"):
        found = [one for field in args for one in _add_accessors(owner, to_s(field), name, of_class=of_class)]
    elif name in KINDS:
        _show(owner, name, args, of_class=of_class)
    elif name.endswith("_class_method"):
        _show(owner, name.partition("_")[0], args or ((),), of_class=True)
    else:
        say: Callable[..., None] = _OTHERS.get(name, _ignore)
        say(owner, *args)
    forget_user_classes(of_ruby=owner.is_reopened)
    return found or (args[0] if args else None)


def _ignore(_owner: UserClass, *_args: Any) -> None:
    """Do nothing, as of `private_constant`."""


def _extend(owner: UserClass, *modules: Any) -> None:
    for module in modules:
        owner.own[1].update(owner.own[0] if module is owner else _own_methods(module))


def _module_function(owner: UserClass, *names: Any) -> None:
    if not names:
        owner.adds_both = True
    owner.own[1].update({to_s(one): owner.own[0][to_s(one)] for one in names})


def _define(owner: UserClass, name: Any, body: Any) -> None:
    from logsmith.ruby.singletons import add_proc  # noqa: PLC0415  it imports this module

    add_proc(owner.own[0], name, body)


def _undefine(owner: UserClass, *names: Any) -> None:
    for one in names:
        owner.own[0].pop(to_s(one), None)


def _rename(owner: UserClass, *names: Any) -> None:
    new, old = (one if isinstance(one, str) else to_s(one) for one in names)
    owner.own[0][new] = _found(owner, old)


def _found(owner: UserClass, name: str) -> Method:
    for one in owner.lineage:
        table = one.own[0] if one.own is not None else _table(one, of_class=False)
        if name in table:
            return table[name]
    raise fault("NameError", f"undefined method '{name}' for class '{owner.name}'")


def _show(owner: UserClass, visibility: str, args: tuple[Any, ...], *, of_class: bool) -> None:
    """Do what `private` says: of the methods it names, or, without any, of those that follow."""
    if not args:
        owner.visibility[of_class] = visibility
    names = [to_s(one) for given in args for one in (given if isinstance(given, list | tuple) else [given])]
    for name in names:
        method = table_of(owner).get(name) if of_class else _found(owner, name)
        if method is not None:
            owner.own[of_class][name] = shown_as(method, visibility, owner)


def _mix_in(owner: UserClass, modules: tuple[Any, ...], *, is_first: bool) -> None:
    """Put modules, with those that they have, after the class, or before it."""
    added = tuple(one for module in modules for one in module.lineage)
    rest = [one for one in owner.lineage if one not in added]
    at = rest.index(owner) + (not is_first)
    owner.lineage = (*rest[:at], *added, *rest[at:])
    for module in modules:
        hook = "prepended" if is_first else "included"
        if module.own is not None and hook in module.own[1]:
            forget_user_classes()
            call(module, hook, (owner,))


def _own_methods(module: RubyClass) -> dict[str, Method]:
    return module.own[0] if module.own is not None else _table(module, of_class=False)


def _add_accessors(owner: UserClass, name: str, kind: str, *, of_class: bool) -> list[Symbol]:
    table, visibility, made = owner.own[of_class], owner.visibility[of_class], []
    if kind != "attr_writer":
        made.append(Method(name, lambda one: variables_of(one).get(name)))
    if kind != "attr_reader":
        made.append(Method(f"{name}=", lambda one, value: _put(one, name, value)))
    table.update({one.name: shown_as(one, visibility, owner) for one in made})
    return [Symbol(one.name) for one in made]


def _put(one: Any, name: str, value: Any) -> Any:
    variables_of(one)[name] = value
    return value


_OTHERS: dict[str, Callable[..., None]] = {
    "include": lambda owner, *modules: _mix_in(owner, modules, is_first=False),
    "prepend": lambda owner, *modules: _mix_in(owner, modules, is_first=True),
    "extend": _extend, "module_function": _module_function, "define_method": _define, "undef_method": _undefine,
    "remove_method": _undefine, "alias_method": _rename,
}  # fmt: skip
