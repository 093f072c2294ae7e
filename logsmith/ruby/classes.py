"""Ruby's classes as values: `String`, `Time.now`'s receiver, what `rescue`, `is_a?` and `case`/`when` name.

A class is an entry of `CONSTANTS` under its full name. The tree of the classes that every program has is here; a room's
own is added where its methods are, by `define`:

    SET = define("Set", "Object", mixins=("Enumerable",), python=RubySet)

`python` is the Python type of the instances; by it, `class_of(value)` and `dispatch` find a value's class.
"""

from __future__ import annotations

import math
import sys
from decimal import Decimal
from typing import Any

from logsmith.event import Timestamp


class RubyClass:
    """A class or a module; `lineage` is itself and its ancestors, in the order in which methods are looked up."""

    __slots__ = ("__weakref__", "is_module", "lineage", "name", "own", "parent")

    def __init__(
        self,
        name: str,
        parent: RubyClass | None = None,
        mixins: tuple[RubyClass, ...] = (),
        *,
        is_module: bool = False,
    ) -> None:
        self.name, self.parent, self.is_module = name, parent, is_module
        self.own: Any = None  # of a program's own class: the tables of its instances and of itself
        self.lineage: tuple[RubyClass, ...] = (self, *mixins, *(parent.lineage if parent else ()))

    def __repr__(self) -> str:
        return self.name

    def is_a(self, other: RubyClass) -> bool:
        """Return whether instances of this class are instances of the other one too."""
        return other in self.lineage


CONSTANTS: dict[str, object] = {}  # by full name, as in `Float::NAN`
_classes: dict[type, RubyClass] = {}  # by the Python type of the instances


def define(
    name: str,
    parent: str | None = "Object",
    *,
    mixins: tuple[str, ...] = (),
    python: type | None = None,
    is_module: bool = False,
) -> RubyClass:
    """Make a class or module and its constant."""
    found = CONSTANTS.get(name)
    if isinstance(found, RubyClass):
        if python is not None:
            _classes[python] = found
        return found
    ancestor = None if parent is None or is_module else find_class(parent)
    made = RubyClass(name, ancestor, tuple(map(find_class, mixins)), is_module=is_module)
    CONSTANTS[name] = made
    if python is not None:
        _classes[python] = made
    return made


def find_class(name: str) -> RubyClass:
    """Return the class of a full name; raises KeyError."""
    found = CONSTANTS[name]
    if not isinstance(found, RubyClass):
        raise KeyError(name)
    return found


def bind(python: type, name: str) -> None:
    """Say which class the values of a Python type have."""
    _classes[python] = find_class(name)


def class_of(value: object) -> RubyClass:
    """Return Ruby's `value.class`."""
    own = getattr(value, "ruby_class", None)  # exceptions, and objects whose class is not that of their type
    if own is not None:
        return own  # type: ignore[no-any-return]  # the attribute is declared so wherever it is
    if isinstance(value, bool):
        return find_class("TrueClass" if value else "FalseClass")
    if isinstance(value, RubyClass):
        return find_class("Module" if value.is_module else "Class")
    return _classes.get(type(value)) or _inherited(type(value))


def _inherited(kind: type) -> RubyClass:
    found = next((_classes[parent] for parent in kind.__mro__ if parent in _classes), None)
    found = found or find_class("Object")
    _classes[kind] = found
    return found


_MODULES = ("Kernel", "Comparable", "Enumerable", "Math", "Process", "GC", "ObjectSpace", "LogStash")
_CLASSES = """
    Module: Object; Class: Module; NilClass: Object; TrueClass: Object; FalseClass: Object
    Numeric: Object Comparable; Integer: Numeric; Float: Numeric; BigDecimal: Numeric
    String: Object Comparable; Symbol: Object Comparable; Array: Object Enumerable; Hash: Object Enumerable
    Range: Object Enumerable; Proc: Object; Regexp: Object; MatchData: Object; Encoding: Object
    Enumerator: Object Enumerable; Enumerator::Lazy: Enumerator; Method: Object; UnboundMethod: Object
    LogStash::Timestamp: Object Comparable; Random: Object; IO: Object; File: IO; Exception: Object
"""
_EXCEPTIONS = """
    Exception: NoMemoryError ScriptError SecurityError SignalException StandardError SystemExit SystemStackError
    ScriptError: LoadError NotImplementedError SyntaxError
    SignalException: Interrupt
    StandardError: ArgumentError EncodingError FiberError IOError IndexError LocalJumpError NameError RangeError \
        NoMatchingPatternError RegexpError RuntimeError SystemCallError ThreadError TypeError ZeroDivisionError
    ArgumentError: UncaughtThrowError Date::Error IPAddr::Error
    IPAddr::Error: IPAddr::InvalidAddressError IPAddr::AddressFamilyError
    EncodingError: Encoding::CompatibilityError Encoding::UndefinedConversionError \
        Encoding::InvalidByteSequenceError Encoding::ConverterNotFoundError
    IOError: EOFError
    IndexError: KeyError StopIteration
    StopIteration: ClosedQueueError
    NameError: NoMethodError
    RangeError: FloatDomainError
    RegexpError: Regexp::TimeoutError
    RuntimeError: FrozenError Timeout::Error
    NoMatchingPatternError: NoMatchingPatternKeyError
"""
_NUMBERS = {
    "Float::NAN": math.nan, "Float::INFINITY": math.inf, "Float::MAX": sys.float_info.max,
    "Float::MIN": sys.float_info.min, "Float::EPSILON": sys.float_info.epsilon, "Float::DIG": sys.float_info.dig,
    "Float::MANT_DIG": sys.float_info.mant_dig, "Math::PI": math.pi, "Math::E": math.e,
}  # fmt: skip


def _plant() -> None:
    define("BasicObject", None)
    define("Kernel", None, is_module=True)
    define("Object", "BasicObject", mixins=("Kernel",))
    for name in _MODULES:
        define(name, is_module=True)
    for line in _CLASSES.replace("\n", ";").split(";"):
        name, _, ancestors = line.strip().partition(": ")
        if name:
            parent, *mixins = ancestors.split()
            define(name, parent, mixins=tuple(mixins))
    for line in _EXCEPTIONS.strip().splitlines():
        parent, _, names = line.strip().partition(": ")
        for name in names.split():
            define(name, parent)
    CONSTANTS.update(_NUMBERS)


_plant()
for _python, _name in (
    (type(None), "NilClass"), (int, "Integer"), (float, "Float"), (Decimal, "BigDecimal"), (list, "Array"),
    (dict, "Hash"), (Timestamp, "LogStash::Timestamp"),
):  # fmt: skip
    bind(_python, _name)
