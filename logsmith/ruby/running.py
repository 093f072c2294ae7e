"""What emitted code calls: operators with their fast cases, arguments, patterns, exceptions, the filter's own object."""

from __future__ import annotations

from typing import Any, NoReturn

from logsmith.errors import LogsmithError
from logsmith.ruby.classes import RubyClass, class_of, define, find_class
from logsmith.ruby.compare import case_eq, from_key, ruby_eq, to_key
from logsmith.ruby.dispatch import call, call_function, is_function, methods_of, responds
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.freezing import FrozenHash
from logsmith.ruby.logger_object import LoggerObject
from logsmith.ruby.objects import BoundMethod, Proc, String, Symbol
from logsmith.ruby.show import to_s
from logsmith.ruby.state import state
from logsmith.ruby.user_methods import UserMethod

MISSING: Any = object()  # what an optional parameter holds that got no argument
GLOBALS: dict[str, Any] = {}  # `$name`, of the process as in Ruby
_NUMBERS = (int, float)
_NEVER_TEXTS = frozenset((type(None), int, float, bool, list, dict, Symbol))
_SMALL = 1 << 64  # beyond it, a method looks at the size of what would be made


class ReturnJump(BaseException):
    """`return` in a block: the method it stands in, whose `frame` it carries, returns the value."""

    def __init__(self, frame: object, value: object) -> None:
        super().__init__()
        self.frame, self.value = frame, value


class Self:
    """The object that `init` and `code` share: instance variables, methods, constants."""

    description = "an instance of LogStash::Filters::Ruby"

    def __init__(self, logger: LoggerObject | None = None, scope: str = "") -> None:
        self.scope = scope  # what the names of its classes begin with
        self.variables: dict[str, Any] = {"logger": logger or LoggerObject()}
        self.methods: dict[str, UserMethod] = {}
        self.constants: dict[str, Any] = {}

    def call(
        self,
        name: str,
        args: tuple[Any, ...] = (),
        block: Proc | None = None,
        keywords: dict[str, Any] | None = None,
    ) -> Any:
        """Call a method of the program's, or a function of Kernel's."""
        method = self.methods.get(name)
        if method is not None:
            return method(args, block, keywords)
        if is_function(name):
            return call_function(name, args, block, keywords)
        return call(self, name, args, block, keywords)

    def method(self, name: Any) -> Proc:
        """Return `method(:name)`."""
        text = to_s(name)
        if text not in self.methods and not is_function(text) and not responds(self, text):
            kind = class_of(self).name
            raise fault("NameError", f"undefined method '{text}' for {self.description or kind}")
        entry = self.methods.get(text)
        owner = class_of(self) if text in self.methods else find_class("Kernel")
        return BoundMethod(lambda *args: self.call(text, args), text, self, owner, entry)

    def alias(self, name: str, of: str) -> None:
        """Give a method of the program's a second name."""
        method = self.methods.get(of)
        if method is None:
            raise fault("NameError", f"undefined method '{of}' for {self.description}")
        self.methods[name] = method

    def undefined(self, name: str) -> NoReturn:
        """Raise what Ruby raises for a name that is neither a variable nor a method; some are defined at last."""
        text = f"undefined local variable or method '{name}' for {self.description}"
        raise fault("NameError", text, name=Symbol(name), receiver=self)

    def constant(self, name: str) -> Any:
        """Return a constant that the program has assigned."""
        if name not in self.constants:
            raise fault("NameError", f"uninitialized constant {self.scope}{name}", name=Symbol(name))
        return self.constants[name]


define("LogStash::Filters", is_module=True)
define("LogStash::Filters::Ruby", python=Self)
methods_of("LogStash::Filters::Ruby").add("logger", lambda own: own.variables["logger"])


def add(left: Any, right: Any) -> Any:
    """Return `left + right`."""
    if left.__class__ in _NUMBERS and right.__class__ in _NUMBERS:
        return left + right
    return call(left, "+", (right,))


def subtract(left: Any, right: Any) -> Any:
    """Return `left - right`."""
    if left.__class__ in _NUMBERS and right.__class__ in _NUMBERS:
        return left - right
    return call(left, "-", (right,))


def multiply(left: Any, right: Any) -> Any:
    """Return `left * right`."""
    if left.__class__ in _NUMBERS and right.__class__ in _NUMBERS and -_SMALL < left < _SMALL:
        return left * right
    return call(left, "*", (right,))


def divide(left: Any, right: Any) -> Any:
    """Return `left / right`: of integers, rounded down."""
    if right.__class__ is int and right != 0:
        if left.__class__ is int:
            return left // right
        if left.__class__ is float and -_SMALL < right < _SMALL:
            return left / right
    return call(left, "/", (right,))


def modulo(left: Any, right: Any) -> Any:
    """Return `left % right`."""
    if left.__class__ is int and right.__class__ is int and right != 0:
        return left % right
    return call(left, "%", (right,))


def less(left: Any, right: Any) -> Any:
    """Return `left < right`."""
    if left.__class__ in _NUMBERS and right.__class__ in _NUMBERS:
        return left < right
    return call(left, "<", (right,))


def less_equal(left: Any, right: Any) -> Any:
    """Return `left <= right`."""
    if left.__class__ in _NUMBERS and right.__class__ in _NUMBERS:
        return left <= right
    return call(left, "<=", (right,))


def greater(left: Any, right: Any) -> Any:
    """Return `left > right`."""
    if left.__class__ in _NUMBERS and right.__class__ in _NUMBERS:
        return left > right
    return call(left, ">", (right,))


def greater_equal(left: Any, right: Any) -> Any:
    """Return `left >= right`."""
    if left.__class__ in _NUMBERS and right.__class__ in _NUMBERS:
        return left >= right
    return call(left, ">=", (right,))


def get_index(container: Any, key: Any) -> Any:
    """Return `container[key]`."""
    if container.__class__ is list and key.__class__ is int:
        return container[key] if -len(container) <= key < len(container) else None
    if container.__class__ is dict and (key.__class__ is String or key.__class__ is Symbol):
        return container.get(key)
    if container.__class__ is FrozenHash and key.__class__ in (String, Symbol) and key in container:
        return container[key]
    return call(container, "[]", (key,))


def set_index(container: Any, key: Any, value: Any) -> Any:
    """Put `container[key] = value`; return the value."""
    if container.__class__ is dict:
        container[to_key(key)] = value
    else:
        call(container, "[]=", (key, value))
    return value


def set_attribute(receiver: Any, name: str, value: Any) -> Any:
    """Put `receiver.name = value`; return the value."""
    call(receiver, name, (value,))
    return value


def is_text(value: Any, text: str) -> bool:
    """Return whether a value is a String of an ASCII text."""
    if value.__class__ is String or value.__class__ in _NEVER_TEXTS:
        return value.__class__ is String and value.text == text
    return ruby_eq(value, String(text))


def make_hash(*pairs: Any) -> dict[Any, Any]:
    """Return a Hash of keys and values in turn."""
    return {to_key(pairs[at]): pairs[at + 1] for at in range(0, len(pairs), 2)}


def keywords_of(value: Any) -> dict[str, Any]:
    """Return what `**value` passes on as keywords."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise fault("TypeError", f"no implicit conversion of {class_of(value).name} into Hash")
    return {to_s(from_key(key)): member for key, member in value.items()}


def merged(value: Any) -> dict[Any, Any]:
    """Return what `**value` puts into a Hash."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise fault("TypeError", f"no implicit conversion of {class_of(value).name} into Hash")
    return value


def splat(value: Any) -> list[Any]:
    """Return what `*value` stands for."""
    if isinstance(value, list):
        return value
    if value is None:
        return []
    if isinstance(value, (String, int, float, Symbol)) or not responds(value, "to_a"):
        return [value]
    found = call(value, "to_a")
    return found if isinstance(found, list) else [value]


def unpack(value: Any, before: int, after: int = -1) -> list[Any]:
    """Return the values of a pattern's targets; with `after` not negative, the rest as a list in the middle."""
    items = value if isinstance(value, list) else [value]
    if len(items) < before + max(after, 0):
        items = items + [None] * (before + max(after, 0) - len(items))
    if after < 0:
        return items[:before]
    end = len(items) - after
    return [*items[:before], items[before:end], *items[end:]]


def unpack_arguments(args: tuple[Any, ...], required: int, optional: int, after: int) -> list[Any]:
    """Return a call's arguments for required, optional, rest and last parameters; MISSING where there is none."""
    items = list(args)
    spare = max(0, len(items) - required - after)
    taken = min(spare, optional)
    end = len(items) - after
    return [
        *items[:required],
        *items[required : required + taken],
        *[MISSING] * (optional - taken),
        items[required + taken : end],
        *items[end:],
    ]


def to_block(value: Any) -> Proc | None:
    """Return what `&value` passes: a Proc, of a Symbol what calls that method."""
    if value is None or isinstance(value, Proc):
        return value
    if isinstance(value, Symbol):
        return Proc.of_method(value.name)
    if responds(value, "to_proc"):
        return call(value, "to_proc")  # type: ignore[no-any-return]  # a Proc, says its name
    raise fault("TypeError", f"wrong argument type {class_of(value).name} (expected Proc)")


def yield_to(block: Proc | None, *args: Any) -> Any:
    """Return what the block of the method answers."""
    if block is None:
        raise fault("LocalJumpError", "no block given")
    return block(*args)


def any_case(patterns: Any, value: Any) -> bool:
    """Return whether one of the patterns of `when *patterns` matches."""
    return any(case_eq(one, value) for one in splat(patterns))


def any_true(values: Any) -> bool:
    """Return whether one of the values of `when *values`, without a subject, is true."""
    return any(one is not None and one is not False for one in splat(values))


def has_constant(holder: Any, name: str) -> bool:
    """Return whether a constant of the program's is assigned."""
    try:
        holder.constant(name)
    except RubyException:
        return False
    return True


def match_group(name: str) -> Any:
    """Return what a named group of the last match holds, nil without a match."""
    return None if state.last_match is None else state.last_match.named(name)  # type: ignore[attr-defined]  # a match


def as_ruby(error: Exception) -> RubyException:
    """Return an error of Python's, or of another room, as the exception that the program sees."""
    if isinstance(error, RubyException):
        found = error
    elif isinstance(error, RecursionError):
        found = fault("SystemStackError", "stack level too deep")
    elif isinstance(error, ZeroDivisionError):
        found = fault("ZeroDivisionError", "divided by 0")
    elif isinstance(error, OverflowError):
        found = fault("FloatDomainError", str(error))
    elif isinstance(error, MemoryError):
        found = fault("NoMemoryError", "failed to allocate memory")
    elif isinstance(error, LogsmithError):
        found = fault("RuntimeError", str(error))
    else:
        found = fault("StandardError", f"{type(error).__name__}: {error}")
    if found is not error:
        found.__cause__ = error
    state.last_error = found
    return found


def is_rescued(error: RubyException, classes: list[Any]) -> bool:
    """Return whether one of the classes of a `rescue` is that of the exception."""
    for one in classes:
        if not isinstance(one, RubyClass):
            raise fault("TypeError", "class or module required for rescue clause")
        if error.ruby_class.is_a(one):
            return True
    return False
