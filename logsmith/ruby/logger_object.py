"""`logger`, as a program sees it: what it writes is in logsmith's log, under the filter's name."""

from __future__ import annotations

from typing import Any

from logsmith.log import Logger
from logsmith.ruby.classes import define
from logsmith.ruby.compare import from_key
from logsmith.ruby.dispatch import methods_of
from logsmith.ruby.objects import String
from logsmith.ruby.show import inspect, to_s

_MISSING: Any = object()
_TAKEN = frozenset(("self", "message"))  # what a line of the log has already
_QUIET = Logger("logsmith.ruby")
LOGGER = methods_of("LogStash::Logging::Logger")


class LoggerObject:
    """A logger; levels that Logstash has and logsmith has not are the next ones."""

    __slots__ = ("log",)

    def __init__(self, log: Logger = _QUIET) -> None:
        self.log = log


def _fact(value: Any) -> Any:  # Any: a Ruby value in, what a log line holds out
    if value is None or isinstance(value, bool | int | float):
        return value
    return to_s(value) if isinstance(value, str | String) else inspect(value)


def _writer(level: str) -> Any:  # Any: a method of the table
    def write(logger: LoggerObject, message: Any = _MISSING, facts: Any = None, *, block: Any = None) -> bool:
        if message is _MISSING:
            message = block() if block is not None else None
        named = (
            {to_s(from_key(key)): _fact(value) for key, value in facts.items()}
            if isinstance(facts, dict)
            else {}
        )
        getattr(logger.log, level)(
            to_s(message), **{key: value for key, value in named.items() if key not in _TAKEN}
        )
        return True

    return write


define("LogStash::Logging", is_module=True)
define("LogStash::Logging::Logger", python=LoggerObject)
for _name, _level in (
    ("trace", "debug"), ("debug", "debug"), ("info", "info"), ("warn", "warning"), ("error", "error"), ("fatal", "fatal"),
):  # fmt: skip
    LOGGER.method(_name)(_writer(_level))
    LOGGER.add(f"{_name}?", lambda _logger, answer=_level != "debug": answer)
