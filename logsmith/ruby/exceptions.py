"""Ruby's exceptions: one Python class for all of them, since what `rescue` looks at is the Ruby class.

A method raises `fault("ArgumentError", "negative argument")`. The jumps of `break` and `throw` are no exceptions of
Ruby's: no `rescue` sees them.
"""

from __future__ import annotations

from logsmith.ruby.classes import RubyClass, bind, class_of, find_class


class RubyException(Exception):  # noqa: N818  Ruby's word: it is a value of the program before it is an error
    """An exception as the program sees it; `facts` are what single classes add (`key`, `receiver`, `name`, `result`)."""

    def __init__(self, ruby_class: RubyClass, message: str | None = None) -> None:
        super().__init__(ruby_class.name if message is None else message)
        self.ruby_class = ruby_class
        self.facts: dict[str, object] = {}
        self.cause: RubyException | None = None

    @property
    def message(self) -> str:
        """Return what `exception.message` is, without a box."""
        return str(self.args[0])


bind(RubyException, "Exception")


class BreakBlock(BaseException):  # no `except Exception` on its way stops it
    """`break value` in a block; the call that got the block, whose `tag` it carries, returns the value."""

    def __init__(self, tag: object, value: object) -> None:
        super().__init__()
        self.tag, self.value = tag, value


class ThrowTag(BaseException):  # the same
    """`throw tag, value` on its way to its `catch`."""

    def __init__(self, tag: object, value: object) -> None:
        super().__init__()
        self.tag, self.value = tag, value


def fault(kind: str, message: str | None = None, **facts: object) -> RubyException:
    """Return an exception of a class, to be raised."""
    made = RubyException(find_class(kind), message)
    made.facts.update(facts)
    return made


def named(value: object) -> str:
    """Return how Ruby's messages name a value's kind: `nil`, `true`, `Integer`."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return "true" if value else "false"
    return class_of(value).name


def described(value: object) -> str:
    """Return how a NoMethodError names its receiver: `nil`, `an instance of Foo`, `class Foo`."""
    if value is None or isinstance(value, bool):
        return named(value)
    if isinstance(value, RubyClass):
        return f"{'module' if value.is_module else 'class'} {value.name}"
    return getattr(value, "description", None) or f"an instance of {class_of(value).name}"


def conversion_fault(value: object, wanted: str) -> RubyException:
    """Return the TypeError of a value that is not converted by itself: "no implicit conversion of nil into String"."""
    if wanted == "Integer" and value is None:
        return fault("TypeError", "no implicit conversion from nil to integer")
    return fault("TypeError", f"no implicit conversion of {named(value)} into {wanted}")


def arguments_fault(given: int, fewest: int, most: int | None) -> RubyException:
    """Return the ArgumentError of a wrong number of arguments."""
    upper = "+" if most is None else f"..{most}"
    expected = str(fewest) if fewest == most else f"{fewest}{upper}"
    return fault("ArgumentError", f"wrong number of arguments (given {given}, expected {expected})")


def frozen_fault(value: object, inspected: str) -> RubyException:
    """Return the FrozenError of a change to what is frozen."""
    return fault("FrozenError", f"can't modify frozen {class_of(value).name}: {inspected}", receiver=value)
