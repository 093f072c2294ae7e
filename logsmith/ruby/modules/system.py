"""What the machine and the process say of themselves: ENV, Process, Socket.gethostname, Etc."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from typing import Any

from logsmith.regex import TimeUp, budget
from logsmith.ruby.classes import CONSTANTS, define, find_class
from logsmith.ruby.coerce import to_text
from logsmith.ruby.dispatch import call, call_function, class_methods_of, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import MISSING, Block
from logsmith.ruby.objects import String, Symbol
from logsmith.ruby.show import inspect

_UNITS: dict[str, tuple[type, int]] = {  # how many nanoseconds
    "float_second": (float, 1_000_000_000),
    "float_millisecond": (float, 1_000_000),
    "float_microsecond": (float, 1000),
    "second": (int, 1_000_000_000),
    "millisecond": (int, 1_000_000),
    "microsecond": (int, 1000),
    "nanosecond": (int, 1),
}
_CLOCKS = {
    "CLOCK_REALTIME": time.CLOCK_REALTIME,
    "CLOCK_MONOTONIC": time.CLOCK_MONOTONIC,
    "CLOCK_PROCESS_CPUTIME_ID": time.CLOCK_PROCESS_CPUTIME_ID,
    "CLOCK_THREAD_CPUTIME_ID": time.CLOCK_THREAD_CPUTIME_ID,
}


class Environment:
    """ENV: the variables of the process, to read."""

    __slots__ = ("entries",)  # not `variables`, which are those of instances

    description = "main"

    def __init__(self, entries: Any) -> None:
        self.entries = entries


define("ENV::Environment", "Object", mixins=("Enumerable",), python=Environment)
CONSTANTS["ENV"] = Environment(os.environ)
define("Socket", "Object")
define("Timeout", is_module=True)
define("Benchmark", is_module=True)
define("Etc", is_module=True)
CONSTANTS.update({f"Process::{name}": clock for name, clock in _CLOCKS.items()})
ENV = methods_of("ENV::Environment")
PROCESS = class_methods_of("Process")


def _get(env: Environment, name: Any) -> String | None:
    value = env.entries.get(to_text(name))
    return None if value is None else String(value, is_frozen=True)


ENV.add("[]", _get)
ENV.add("key? has_key? include? member?", lambda env, name: to_text(name) in env.entries)


@ENV.method("fetch")
def fetch(env: Environment, name: Any, default: Any = MISSING, *, block: Block | None = None) -> Any:
    found = _get(env, name)
    if found is not None:
        return found
    if block is not None:
        return block(name)
    if default is not MISSING:
        return default
    raise fault("KeyError", f"key not found: {inspect(name)}", key=name, receiver=env)


@ENV.method("to_h", "to_hash")
def to_h(env: Environment) -> dict[Any, Any]:
    return {String(name, is_frozen=True): String(value) for name, value in env.entries.items()}


@ENV.method("each", "each_pair", enumerates=True)
def each(env: Environment, *, block: Block) -> Environment:
    for name, value in env.entries.items():
        block([String(name), String(value)])
    return env


@PROCESS.method("clock_gettime")
def clock_gettime(_module: Any, clock: Any, unit: Any = Symbol("float_second")) -> Any:
    found = _UNITS.get(unit.name if isinstance(unit, Symbol) else "")
    if found is None:
        raise fault("ArgumentError", f"unexpected unit: {inspect(unit)}")
    kind, size = found
    nanos = time.clock_gettime_ns(clock)
    return nanos / size if kind is float else nanos // size


@PROCESS.method("pid")
def pid(_module: Any) -> int:
    return os.getpid()


@class_methods_of("Socket").method("gethostname")
def gethostname(_class: Any) -> String:
    return String(socket.gethostname())


@class_methods_of("Etc").method("nprocessors")
def nprocessors(_module: Any) -> int:
    return os.cpu_count() or 1


class _Expired(TimeUp):
    """A block has had its time: raised where it is, past every `rescue` inside of it."""


@class_methods_of("Timeout").method("timeout")
def timeout(
    _module: Any, seconds: Any, kind: Any = None, message: Any = None, *, block: Callable[..., Any]
) -> Any:
    """Call the block; raise Timeout::Error, or what is wanted instead, if it takes longer."""
    if seconds is None or call(seconds, "zero?"):
        return block(seconds)
    limit_s = float(call(seconds, "to_f"))
    if limit_s < 0:
        raise fault("ArgumentError", "Timeout sec must be a non-negative number")
    expired = _Expired()
    try:
        with budget.within(limit_s, expired):
            return block(seconds)
    except _Expired as error:
        budget.end_part(expired)
        if error is not expired:
            raise
    text = String("execution expired") if message is None else message
    return call_function("raise", (find_class("Timeout::Error") if kind is None else kind, text))


@class_methods_of("Benchmark").method("realtime")
def realtime(_module: Any, *, block: Block) -> float:
    """Return how many seconds the block took."""
    start = time.perf_counter()
    block()
    return time.perf_counter() - start
