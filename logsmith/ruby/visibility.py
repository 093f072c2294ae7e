"""Methods of a program's classes that not everybody may call: `private`, `protected`."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import RubyClass, class_of
from logsmith.ruby.dispatch import Method, call, table_of
from logsmith.ruby.exceptions import described, fault
from logsmith.ruby.objects import Proc, Symbol

KINDS = frozenset(("private", "protected", "public"))


class Hidden(Method):
    """What stands in a table for a method that refuses calls from outside."""

    __slots__ = ("entry", "owner", "visibility")

    def __init__(self, entry: Method, visibility: str, owner: RubyClass) -> None:
        super().__init__(entry.name, entry.function)
        self.entry, self.visibility, self.owner = revealed(entry), visibility, owner
        self.takes_block = True  # so that no call goes past this one

    def __call__(
        self, receiver: Any, args: tuple[Any, ...], block: Proc | None, keywords: dict[str, Any] | None
    ) -> Any:
        del args, block, keywords
        text = f"{self.visibility} method '{self.name}' called for {described(receiver)}"
        raise fault("NoMethodError", text, name=Symbol(self.name), receiver=receiver)


def revealed(method: Method) -> Method:
    """Return the method itself where it is hidden."""
    return method.entry if isinstance(method, Hidden) else method


def shown_as(method: Method, visibility: str, owner: RubyClass) -> Method:
    """Return a method as everybody, or only code of its class, may call it."""
    return revealed(method) if visibility == "public" else Hidden(method, visibility, owner)


def call_own(
    receiver: Any,
    name: str,
    args: tuple[Any, ...] = (),
    block: Proc | None = None,
    keywords: dict[str, Any] | None = None,
) -> Any:
    """Call a method of the object whose code calls, be it hidden or not."""
    method = table_of(receiver).get(name)
    if isinstance(method, Hidden):
        return method.entry(receiver, args, block, keywords)
    return call(receiver, name, args, block, keywords)


def call_near(  # noqa: PLR0913, PLR0917  what a call is made of, and who calls
    own: Any,
    receiver: Any,
    name: str,
    args: tuple[Any, ...] = (),
    block: Proc | None = None,
    keywords: dict[str, Any] | None = None,
) -> Any:
    """Call a method from code of a class: that of another object of the class may be protected."""
    method = table_of(receiver).get(name)
    if isinstance(method, Hidden) and method.visibility == "protected" and class_of(own).is_a(method.owner):
        return method.entry(receiver, args, block, keywords)
    return call(receiver, name, args, block, keywords)
