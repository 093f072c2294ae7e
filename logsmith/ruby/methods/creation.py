"""What classes make: `Object.new`, `Class.new(StandardError)`, `ArgumentError.new("…")`; and what exceptions answer."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import RubyClass, define, find_class
from logsmith.ruby.compare import ruby_eq
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.objects import Proc, String, Symbol
from logsmith.ruby.show import inspect, to_s
from logsmith.ruby.user_classes import NOWHERE, UserClass, UserObject

EXCEPTION = methods_of("Exception")
_FACTS = ("matchee", "key", "receiver", "name", "result", "tag", "value", "reason", "args")

define("Math::DomainError", "ArgumentError")


@class_methods_of("Object").method("new")
def new_object(kind: RubyClass, *_args: Any) -> UserObject:
    """Make an Object; other classes that can make something have a `new` of their own."""
    if kind.name != "Object":
        raise fault(
            "NoMethodError",
            f"undefined method 'new' for class {kind.name}",
            name=Symbol("new"),
            receiver=kind,
        )
    return UserObject(kind)


@class_methods_of("Class").method("new")
def new_class(_class: RubyClass, parent: Any = None, *, block: Proc | None = None) -> RubyClass:
    """Make a class without a name below another one."""
    del block  # what stands in it is written as the body of a class
    above = find_class("Object") if parent is None else parent
    if not isinstance(above, RubyClass):
        raise fault(
            "TypeError",
            "superclass must be an instance of Class (given an instance of " + inspect(above) + ")",
        )
    return UserClass("#<Class>", above, NOWHERE)


@class_methods_of("Exception").method("new", "exception")
def new_exception(kind: RubyClass, message: Any = None, *_more: Any, **facts: Any) -> RubyException:
    """Make an exception; without a message, the class's name is the message."""
    made = RubyException(kind, None if message is None else to_s(message))
    made.facts.update(facts)
    return made


EXCEPTION.add("message to_s", lambda error: String(error.message))
EXCEPTION.add(
    "detailed_message", lambda error, **_options: String(f"{error.message} ({error.ruby_class.name})")
)
EXCEPTION.add("full_message", lambda error, **_options: String(f"{error.message} ({error.ruby_class.name})"))
EXCEPTION.add("inspect", lambda error: String(inspect(error)))
EXCEPTION.add("cause", lambda error: error.cause)
EXCEPTION.add("backtrace", lambda error: error.facts.get("backtrace", []))
EXCEPTION.add("backtrace_locations", lambda _error: [])
EXCEPTION.add("==", ruby_eq)


@EXCEPTION.method("set_backtrace")
def set_backtrace(error: RubyException, lines: Any) -> Any:
    """Keep what the program says where the exception comes from."""
    error.facts["backtrace"] = lines
    return lines


@EXCEPTION.method("exception")
def exception(error: RubyException, message: Any = None) -> RubyException:
    """Return the exception, or one like it with another message."""
    return error if message is None else RubyException(error.ruby_class, to_s(message))


def _add_fact(name: str) -> None:
    def fact(error: RubyException) -> Any:
        if name not in error.facts:
            kind = error.ruby_class.name
            raise fault(
                "NoMethodError", f"undefined method '{name}' for an instance of {kind}", name=Symbol(name)
            )
        return error.facts[name]

    EXCEPTION.add(name, fact)


for _name in _FACTS:
    _add_fact(_name)
