"""Logger, of Ruby's own library: it writes lines to what it is given; what names a file goes to logsmith's log instead."""

from __future__ import annotations

import os
from typing import Any

from logsmith.log import Logger as Log
from logsmith.ruby.classes import CONSTANTS, define, find_class
from logsmith.ruby.dispatch import call, class_methods_of, methods_of
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.iteration import Block
from logsmith.ruby.objects import String
from logsmith.ruby.show import inspect, to_s

_LEVELS = ("DEBUG", "INFO", "WARN", "ERROR", "FATAL", "UNKNOWN")
_NAMES = dict(enumerate(_LEVELS[:-1]))
_LOGGED_AS = ("debug", "info", "warning", "error", "fatal", "error")
_TIME = String("%Y-%m-%dT%H:%M:%S.%6N")
_LOG = Log("logsmith.ruby")
LOGGER = methods_of("Logger")


class RubyLogger:
    """A logger and what it writes to: None writes nothing, a String is the name of a file."""

    __slots__ = ("device", "formatter", "level", "progname", "time_format")

    def __init__(self, device: Any) -> None:
        self.device, self.level = device, 0
        self.progname: Any = None
        self.formatter: Any = None
        self.time_format: Any = None

    def write(self, level: int, text: Any) -> None:
        """Write a line as it is."""
        if isinstance(self.device, String):
            getattr(_LOG, _LOGGED_AS[max(0, min(level, 5))])(to_s(text).rstrip("\n"), file=self.device.text)
        elif self.device is not None:
            call(self.device, "write", (text,))

    def line(self, level: int, progname: Any, message: Any) -> Any:
        """Return what is written of a message."""
        now, name = call(find_class("Time"), "now"), _NAMES.get(level, "ANY")
        if self.formatter is not None:
            return call(self.formatter, "call", (String(name), now, progname, message))
        return String(formatted(name, call(now, "strftime", (self.time_format or _TIME,)), progname, message))


class Formatter:
    """Logger::Formatter: what writes a line unless the program has its own."""

    __slots__ = ("time_format",)

    def __init__(self) -> None:
        self.time_format: Any = None


def formatted(name: str, moment: Any, progname: Any, message: Any) -> str:
    """Return a line as Logger writes it."""
    text = to_s(message) if isinstance(message, String) else _described(message)
    return f"{name[0]}, [{to_s(moment)} #{os.getpid()}] {name:>5} -- {to_s(progname)}: {text}\n"


def _described(message: Any) -> str:
    if not isinstance(message, RubyException):
        return inspect(message)
    trace = call(message, "backtrace") or []
    return f"{message.message} ({message.ruby_class.name})\n{chr(10).join(map(to_s, trace))}"


define("Logger", "Object", python=RubyLogger)
define("Logger::Severity", is_module=True)
define("Logger::Formatter", "Object", python=Formatter)
define("Logger::Error", "RuntimeError")
for _number, _name in enumerate(_LEVELS):
    CONSTANTS[f"Logger::{_name}"] = CONSTANTS[f"Logger::Severity::{_name}"] = _number


def _level(value: Any) -> int:
    if isinstance(value, int):
        return value
    name = to_s(value).upper()
    if name not in _LEVELS:
        raise fault("ArgumentError", f"invalid log level: {to_s(value).lower()}")
    return _LEVELS.index(name)


@class_methods_of("Logger").method("new")
def new(_class: Any, device: Any = None, *_rotation: Any, **options: Any) -> RubyLogger:
    """Make a logger; how files are rotated is nobody's matter here."""
    made = RubyLogger(device)
    made.level = _level(options.get("level", 0))
    made.progname, made.formatter = options.get("progname"), options.get("formatter")
    made.time_format = options.get("datetime_format")
    return made


def _add(logger: RubyLogger, level: int, message: Any, progname: Any, block: Block | None) -> bool:
    if level < logger.level or logger.device is None:
        return True
    if message is None:
        message, progname = (progname, None) if block is None else (block(), progname)
    logger.write(level, logger.line(level, logger.progname if progname is None else progname, message))
    return True


@LOGGER.method("add", "log")
def add(
    logger: RubyLogger, level: Any, message: Any = None, progname: Any = None, *, block: Block | None = None
) -> bool:
    return _add(logger, 5 if level is None else _level(level), message, progname, block)


def _writer(level: int) -> Any:  # Any: a method of the table
    def write(logger: RubyLogger, progname: Any = None, *, block: Block | None = None) -> bool:
        return _add(logger, level, None, progname, block)

    return write


for _number, _name in enumerate(_LEVELS):
    LOGGER.method(_name.lower())(_writer(_number))
    LOGGER.add(f"{_name.lower()}?", lambda logger, number=_number: logger.level <= number)
    LOGGER.add(f"{_name.lower()}!", lambda logger, number=_number: _put(logger, "level", number))
LOGGER.add("level sev_threshold", lambda logger: logger.level)
LOGGER.add("level= sev_threshold=", lambda logger, value: _put(logger, "level", _level(value)))
LOGGER.add("close", lambda _logger: None)
LOGGER.add("reopen", lambda logger, *_device: logger)
for _name, _slot in (("progname",) * 2, ("formatter",) * 2, ("datetime_format", "time_format")):
    LOGGER.add(_name, lambda logger, slot=_slot: getattr(logger, slot))
    LOGGER.add(f"{_name}=", lambda logger, value, slot=_slot: _put(logger, slot, value))


def _put(logger: RubyLogger, slot: str, value: Any) -> Any:
    setattr(logger, slot, value)
    return value


@LOGGER.method("<<")
def append(logger: RubyLogger, text: Any) -> Any:
    """Write a text without anything around it; return its length."""
    logger.write(1, text)
    return None if logger.device is None else len(to_s(text).encode("utf-8", "surrogateescape"))


class_methods_of("Logger::Formatter").add("new", lambda _class: Formatter())


@methods_of("Logger::Formatter").method("call")
def call_formatter(formatter: Formatter, name: Any, moment: Any, progname: Any, message: Any) -> String:
    shown = call(moment, "strftime", (formatter.time_format or _TIME,))
    return String(formatted(to_s(name), shown, progname, message))
