"""What is called without a receiver: conversions, `format`, `raise`, `loop`, `catch`, `rand`."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from logsmith.ruby.classes import RubyClass, find_class
from logsmith.ruby.coerce import is_number, to_int, to_text
from logsmith.ruby.convert import to_float, to_integer
from logsmith.ruby.dispatch import call, class_methods_of, functions, responds
from logsmith.ruby.exceptions import RubyException, ThrowTag, fault, named
from logsmith.ruby.format import format_text
from logsmith.ruby.methods.random import Default, start_anew
from logsmith.ruby.objects import Enumerator, Proc, Range, RubyObject, String
from logsmith.ruby.show import inspect, to_s
from logsmith.ruby.state import state

FUNCTIONS = functions()
KERNEL = class_methods_of("Kernel")
_NOTHING: Any = object()  # an argument that was not given
_LIBRARIES = frozenset(
    [
        "json",
        "time",
        "date",
        "digest",
        "digest/md5",
        "digest/sha1",
        "digest/sha2",
        "base64",
        "uri",
        "cgi",
        "securerandom",
        "bigdecimal",
        "bigdecimal/util",
        "ipaddr",
        "zlib",
        "socket",
        "set",
        "openssl",
        "stringio",
        "ostruct",
        "logger",
        "yaml",
        "csv",
        "net/http",
        "erb",
        "benchmark",
        "forwardable",
        "singleton",
        "tempfile",
        "fileutils",
        "pathname",
        "open3",
        "timeout",
        "monitor",
        "thread",
        "java",
        "logstash/namespace",
        "logstash/event",
        "logstash/timestamp",
    ]
)
_tags: list[Any] = []  # of the `catch`es that run


@FUNCTIONS.method("format", "sprintf")
def format_(_self: object, *args: Any) -> String:
    """Return a formatted text."""
    if not args:
        raise fault("ArgumentError", "too few arguments")
    return String(format_text(to_text(args[0]), list(args[1:])))


@FUNCTIONS.method("Integer")
def integer(_self: object, value: Any, base: Any = None, *, exception: Any = True) -> int | None:
    """Return the Integer that a value is; nil instead of an exception, if that is wished."""
    if exception is not False:
        return to_integer(value, base)
    with suppress(RubyException):
        return to_integer(value, base)
    return None


@FUNCTIONS.method("Float")
def float_(_self: object, value: Any, *, exception: Any = True) -> float | None:
    """Return the Float that a value is; nil instead of an exception, if that is wished."""
    if exception is not False:
        return to_float(value)
    with suppress(RubyException):
        return to_float(value)
    return None


@FUNCTIONS.method("String")
def string(_self: object, value: Any) -> String:
    """Return the text of a value."""
    return value if isinstance(value, String) else String(to_s(value))


@FUNCTIONS.method("Array")
def array(_self: object, value: Any) -> list[Any]:
    """Return an Array of what is one or can be one, or with the value in it; nil makes an empty one."""
    if isinstance(value, list):
        return value
    if value is None:
        return []
    if not isinstance(value, String) and responds(value, "to_a"):
        return call(value, "to_a")  # type: ignore[no-any-return]  # to_a answers a list
    return [value]


@FUNCTIONS.method("Hash")
def hash_(_self: object, value: Any) -> dict[Any, Any]:
    """Return a Hash; of nil and of an empty Array an empty one."""
    if isinstance(value, dict):
        return value
    if value is None or value == []:
        return {}
    raise fault("TypeError", f"can't convert {named(value)} into Hash")


@FUNCTIONS.method("raise", "fail")
def raise_(_self: object, *args: Any, **keywords: Any) -> None:
    """Raise an exception: of a text, a class, or one that there is."""
    if not args and isinstance(state.last_error, RubyException):
        raise state.last_error
    made = _raised(args)
    cause = keywords.get("cause", state.last_error)
    if isinstance(cause, RubyException) and cause is not made and made.cause is None:
        made.cause = cause
    raise made


def _raised(args: tuple[Any, ...]) -> RubyException:
    if not args:
        return fault("RuntimeError", "unhandled exception")
    first = args[0]
    if isinstance(first, String) and len(args) == 1:
        return fault("RuntimeError", first.text)
    if isinstance(first, RubyException) and len(args) == 1:
        return first
    is_class = isinstance(first, RubyClass) and first.is_a(find_class("Exception"))
    if not is_class and not isinstance(first, RubyException):
        raise fault("TypeError", "exception class/object expected")
    made = call(first, "new" if is_class else "exception", args[1:2])
    if not isinstance(made, RubyException):
        raise fault("TypeError", "exception object expected")
    return made


@FUNCTIONS.method("loop")
def loop(_self: object, *, block: Proc | None = None) -> Any:
    """Call the block until it breaks, or raises StopIteration."""
    if block is None:
        return Enumerator(find_class("Kernel"), "loop")
    try:
        while True:
            block()
    except RubyException as stopped:
        if not stopped.ruby_class.is_a(find_class("StopIteration")):
            raise
        return stopped.facts.get("result")


@KERNEL.method("loop", enumerates=True)
def kernel_loop(_class: object, *, block: Proc) -> Any:
    """Call the block with nil, as what enumerates `loop` does."""
    return loop(None, block=Proc(lambda: block(None), 0))


@FUNCTIONS.method("catch")
def catch(_self: object, tag: Any = _NOTHING, *, block: Proc) -> Any:
    """Call the block; return its value, or what is thrown to the tag."""
    own = RubyObject() if tag is _NOTHING else tag
    _tags.append(own)
    try:
        return block(own)
    except ThrowTag as thrown:
        if not _is_same(thrown.tag, own):
            raise
        return thrown.value
    finally:
        _tags.pop()


@FUNCTIONS.method("throw")
def throw(_self: object, tag: Any, value: Any = None) -> None:
    """Leave all blocks up to the `catch` of that tag."""
    if not any(_is_same(tag, one) for one in _tags):
        raise fault("UncaughtThrowError", f"uncaught throw {inspect(tag)}", tag=tag, value=value)
    raise ThrowTag(tag, value)


def _is_same(left: Any, right: Any) -> bool:
    return left is right or (isinstance(left, int) and left.__class__ is right.__class__ and left == right)


@FUNCTIONS.method("rand")
def rand(_self: object, limit: Any = None) -> Any:
    """Return a random Float below 1, an Integer below a limit, or a number of a range."""
    generator = Default.generator
    if isinstance(limit, Range):
        return generator.between(limit)
    number = 0 if limit is None or limit is False else abs(to_int(limit))
    return generator.below(number) if number else generator.fraction()


@FUNCTIONS.method("sleep")
def sleep(_self: object, seconds: Any = 0) -> int:
    """Wait; the program's time budget goes on."""
    if not is_number(seconds):
        raise fault("TypeError", f"can't convert {named(seconds)} into time interval")
    if seconds < 0:
        raise fault("ArgumentError", "time interval must not be negative")
    time.sleep(float(seconds))
    return to_int(seconds)


@FUNCTIONS.method("srand")
def srand(_self: object, *seed: Any) -> int:
    """Start the random numbers anew; return the old seed."""
    return start_anew(None, *seed)


@FUNCTIONS.method("require", "require_relative", "load")
def require(_self: object, name: Any) -> bool:
    """Say that a library is there already; raises LoadError for one that is not."""
    text = to_text(name)
    if text not in _LIBRARIES:
        raise fault("LoadError", f"cannot load such file -- {text}")
    return False


@FUNCTIONS.method("Complex")
def refuse_complex(_self: object, *values: Any) -> Any:
    """Refuse what this subset of Ruby has no numbers for."""
    raise fault(
        "NotImplementedError",
        f"complex numbers are not supported: {', '.join(map(inspect, values))}",
    )


for _name in (
    "format",
    "sprintf",
    "Integer",
    "Float",
    "String",
    "Array",
    "rand",
    "raise",
    "catch",
    "throw",
):
    KERNEL[_name] = FUNCTIONS[_name]
