"""Classes, modules and objects that a program defines, while it runs."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import RubyClass, class_of, find_class
from logsmith.ruby.dispatch import Method, Table, call, forget_user_classes, table_of
from logsmith.ruby.exceptions import described, fault
from logsmith.ruby.objects import Proc, Symbol
from logsmith.ruby.show import to_s

NOT_BELOW = frozenset(
    ("Integer", "Float", "String", "Symbol", "Array", "Hash", "Range", "Proc", "Regexp", "Time", "Set")
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
        if not is_module:
            self.own[1]["new"] = Method("new", make)

    def constant(self, name: str) -> Any:
        """Return a constant as code in the class finds it."""
        for one in self.lineage:
            if isinstance(one, UserClass) and name in one.constants:
                return one.constants[name]
        return self.outer.constant(name)


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
        method = table_of(self).get("==")
        if isinstance(method, UserEntry):
            return method(self, (other,), None, None) not in (None, False)
        is_record = isinstance(other, UserObject) and self.members and self.ruby_class is other.ruby_class
        return bool(is_record) and self.members == other.members  # type: ignore[attr-defined]  # looked above

    def __hash__(self) -> int:
        method = table_of(self).get("hash")
        if isinstance(method, UserEntry):
            return hash(method(self, (), None, None))
        return hash((id(self.ruby_class), *map(str, self.members.values()))) if self.members else id(self)

    def answers(self, name: str) -> bool:
        """Return whether `method_missing` is there for a method that is not."""
        return name != "method_missing" and isinstance(table_of(self).get("method_missing"), UserEntry)

    def answer(self, name: str, args: tuple[Any, ...]) -> Any:
        """Return what `method_missing` answers."""
        return call(self, "method_missing", (Symbol(name), *args))


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
    table_of(made)["initialize"](made, args, block, keywords or None)
    return made


def open_class(outer: Any, name: str, parent: Any = None, *, is_module: bool = False) -> UserClass:
    """Return the class or module of a name, made if there is none."""
    known = outer.constants.get(name)
    if isinstance(known, UserClass):
        return known
    if parent is not None and not isinstance(parent, RubyClass):
        raise fault("TypeError", "superclass must be an instance of Class")
    above = None if is_module else parent or find_class("Object")
    if above is not None and any(one.name in NOT_BELOW and one.own is None for one in above.lineage):
        raise fault("NotImplementedError", f"a class below {above.name} cannot be defined here")
    made = outer.constants[name] = UserClass(name, above, outer, is_module=is_module)
    return made


def add_method(
    owner: UserClass, name: str, method: Any, *, of_class: bool = False
) -> None:  # Any: a UserMethod
    """Put a method into a class, or, `of_class`, onto the class itself."""
    entry = UserEntry(name, method)
    owner.own[of_class][name] = entry
    if owner.adds_both:
        owner.own[True][name] = entry
    forget_user_classes()


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


def named(name: str, value: Any) -> Any:
    """Return what a constant gets; a class without a name takes that of the constant."""
    if isinstance(value, UserClass) and value.name.startswith("#<Class"):
        value.name = name
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
            return table[name](receiver, args, block, keywords or None)
    if name == "method_missing":
        raise fault("NoMethodError", f"undefined method '{to_s(args[0])}' for {described(receiver)}")
    raise fault("NoMethodError", f"super: no superclass method '{name}' for {described(receiver)}")


def _table(kind: RubyClass, *, of_class: bool) -> dict[str, Method]:
    from logsmith.ruby.dispatch import class_methods_of, methods_of  # noqa: PLC0415  they make tables

    return class_methods_of(kind.name) if of_class else methods_of(kind.name)


def direct(owner: UserClass, name: str, *args: Any, of_class: bool = False) -> Any:
    """Do what `attr_reader`, `include`, `private` and their kin say in a class's body."""
    if name in ("attr_reader", "attr_accessor", "attr_writer"):
        for one in args:
            _add_accessors(owner.own[of_class], to_s(one), name)
    elif name == "include":
        owner.lineage = (owner, *args, *(one for one in owner.lineage[1:] if one not in args))
    elif name == "extend":
        for module in args:
            owner.own[1].update(owner.own[0] if module is owner else _own_methods(module))
    elif name == "module_function" and not args:
        owner.adds_both = True
    elif name == "module_function":
        owner.own[1].update({to_s(one): owner.own[0][to_s(one)] for one in args})
    elif name == "alias_method":
        new, old = (one if isinstance(one, str) else to_s(one) for one in args)
        owner.own[0][new] = _found(owner, old)
    forget_user_classes()
    return args[0] if args else None


def _found(owner: UserClass, name: str) -> Method:
    for one in owner.lineage:
        table = one.own[0] if one.own is not None else _table(one, of_class=False)
        if name in table:
            return table[name]
    raise fault("NameError", f"undefined method '{name}' for class '{owner.name}'")


def _own_methods(module: RubyClass) -> dict[str, Method]:
    return module.own[0] if module.own is not None else _table(module, of_class=False)


def _add_accessors(table: Table, name: str, kind: str) -> None:
    if kind != "attr_writer":
        table[name] = Method(name, lambda one: variables_of(one).get(name))
    if kind != "attr_reader":
        table[f"{name}="] = Method(f"{name}=", lambda one, value: _put(one, name, value))


def _put(one: Any, name: str, value: Any) -> Any:
    variables_of(one)[name] = value
    return value
