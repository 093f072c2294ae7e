"""Methods of single objects: `def o.name`, `class << o`, `define_singleton_method`, `extend`.

An object that has such gets a class of its own below its class; what asks for its class passes that one over. Strings,
numbers and collections are Python's values, which have no class of their own.
"""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import RubyClass, class_of
from logsmith.ruby.dispatch import Method, Table, forget_user_classes
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import Proc
from logsmith.ruby.show import to_s
from logsmith.ruby.user_classes import NOWHERE, UserClass, UserObject, add_method


class ProcEntry(Method):
    """A method that is a Proc: it gets the arguments, and its code's object stays the one where it stands."""

    __slots__ = ("proc",)

    def __init__(self, name: str, proc: Proc) -> None:
        super().__init__(name, proc)
        self.proc, self.takes_block = proc, True

    def __call__(
        self, receiver: Any, args: tuple[Any, ...], block: Proc | None, keywords: dict[str, Any] | None
    ) -> Any:
        del receiver, block
        from logsmith.ruby.dispatch import call  # noqa: PLC0415  it makes tables

        return call(self.proc, "call", args, None, keywords)


def singleton_of(value: Any, outer: Any = NOWHERE) -> UserClass:
    """Return the class that an object alone has; of a class of the program's, that class."""
    if isinstance(value, UserClass):
        return value
    if not isinstance(value, UserObject):
        raise fault("TypeError", "can't define singleton")
    kind = value.ruby_class
    if not isinstance(kind, UserClass) or not kind.is_singleton:
        made = UserClass(kind.name, kind, kind.outer if isinstance(kind, UserClass) else outer)
        made.is_singleton = True
        value.ruby_class = made
    return value.ruby_class  # type: ignore[return-value]  # it was made above


def add_singleton_method(value: Any, name: str, method: Any) -> None:  # Any: a UserMethod
    """Put a method onto one object."""
    add_method(singleton_of(value), name, method, of_class=isinstance(value, UserClass), is_public=True)


def add_proc(table: Table, name: Any, body: Any) -> None:
    """Put what `define_method(:name, proc)` says into a table."""
    if not isinstance(body, Proc):
        raise fault(
            "TypeError", f"wrong argument type {class_of(body).name} (expected Proc/Method/UnboundMethod)"
        )
    table[to_s(name)] = ProcEntry(to_s(name), body)
    forget_user_classes()


def visible_class(value: Any) -> RubyClass:
    """Return Ruby's `value.class`."""
    kind = class_of(value)
    return kind.parent or kind if isinstance(kind, UserClass) and kind.is_singleton else kind


def singleton_names(value: Any) -> list[str]:
    """Return the names of the methods that one object alone has."""
    if isinstance(value, UserClass):
        return [name for name in value.own[1] if name != "new"]
    kind = class_of(value)
    return list(kind.own[0]) if isinstance(kind, UserClass) and kind.is_singleton else []


def extend(value: Any, *modules: Any) -> Any:
    """Give one object the methods of modules."""
    if isinstance(value, UserClass):
        for module in modules:
            value.own[1].update(_table(module))
    else:
        own = singleton_of(value)
        added = tuple(one for module in modules for one in module.lineage)
        own.lineage = (own, *added, *(one for one in own.lineage[1:] if one not in added))
    forget_user_classes()
    return value


def _table(module: RubyClass) -> dict[str, Method]:
    from logsmith.ruby.dispatch import methods_of  # noqa: PLC0415  it makes tables

    return module.own[0] if module.own is not None else methods_of(module.name)
