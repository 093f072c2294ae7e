"""The log: a constant phrase and facts beside it, one line each, in Logstash's two formats.

log = Logger("logstash.outputs.s3", pipeline="main")
log.warning("object not uploaded", key=key, reason=str(error))
"""

from __future__ import annotations

import json
import mmap
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, TextIO

LEAST_HIDDEN = 4  # characters: to hide shorter secrets would hide half the log
LEVELS = {"trace": 0, "debug": 1, "info": 2, "warn": 3, "error": 4, "fatal": 5}

MAX_LEVELS_BYTES = 32 * 1024  # of the levels of single loggers, as JSON
COUNT_BYTES = 8

_names: set[str] = set()  # of the loggers that there are


class _Levels:
    """The least level that passes, of all loggers and of single ones.

    Once shared, one process sets them and those that it forks follow: the memory begins with a number that grows before
    and after each change, and who has seen another one reads the text behind it. While it is odd, or when it has grown
    meanwhile, the text may be half of one and half of another: then the change is seen with the next line.
    """

    __slots__ = ("_chosen", "_count", "_seen", "_text", "all")

    def __init__(self) -> None:
        self.all = LEVELS["info"]
        self._chosen: dict[str, str] = {}
        self._count = memoryview(bytearray(COUNT_BYTES)).cast("Q")
        self._text = memoryview(b"")  # until it is shared
        self._seen = 0

    def share(self) -> None:
        if not self._text:
            memory = memoryview(mmap.mmap(-1, COUNT_BYTES + MAX_LEVELS_BYTES))
            self._count, self._text = memory[:COUNT_BYTES].cast("Q"), memory[COUNT_BYTES:]
            self.choose(self._chosen)

    def choose(self, chosen: Mapping[str, str]) -> None:
        text = json.dumps(chosen).encode() + b"\n"
        if len(text) > MAX_LEVELS_BYTES:
            raise ValueError("too many loggers have a level of their own")
        self._chosen = dict(chosen)
        if self._text:
            self._count[0] += 1
            self._text[: len(text)] = text
            self._count[0] += 1
            self._seen = self._count[0]

    def chosen(self) -> dict[str, str]:
        if self._count[0] != self._seen:
            self._follow()
        return self._chosen

    def _follow(self) -> None:
        count = self._count[0]
        text = bytes(self._text)
        if count % 2 == 0 and self._count[0] == count:
            self._chosen, self._seen = json.loads(text.partition(b"\n")[0]), count

    def least(self, name: str) -> int:
        """Return the level of a logger, or else that of the nearest above it: `a.b` is above `a.b.c`."""
        if self._count[0] != self._seen:  # not by `chosen`: this is for every line, written or not
            self._follow()
        while name and self._chosen:
            if name in self._chosen:
                return LEVELS[self._chosen[name]]
            name = name.rpartition(".")[0]
        return self.all


class _Sink:
    """Where lines go and which pass; one for the process, set by the command line."""

    __slots__ = ("facts", "format", "hidden", "levels", "stream")

    def __init__(self) -> None:
        self.levels = _Levels()
        self.format = "plain"
        self.stream: TextIO | None = None
        self.hidden: list[tuple[str, str]] = []
        self.facts: dict[str, object] = {}


_sink = _Sink()


def configure(*, level: str = "info", format: str = "plain", stream: TextIO | None = None) -> None:  # noqa: A002  the setting's name
    """Set the lowest level that is written, `plain` or `json`, and the stream (standard error if None)."""
    _sink.levels.all, _sink.format, _sink.stream = LEVELS[level], format, stream
    _sink.levels.choose({})


def share_levels() -> None:
    """Let processes that are forked from now on follow `set_levels` of this one."""
    _sink.levels.share()


def set_levels(levels: Mapping[str, str]) -> None:
    """Give single loggers, and all below them, a level of their own; raises ValueError if they are too many."""
    _sink.levels.choose({**_sink.levels.chosen(), **levels})


def reset_levels() -> None:
    """Give all loggers the level of `configure` again."""
    _sink.levels.choose({})


def levels() -> dict[str, str]:
    """Return the level of each logger that there is, or that has one of its own."""
    words = {number: word for word, number in LEVELS.items()}
    return {name: words[_sink.levels.least(name)] for name in sorted({*_names, *_sink.levels.chosen()})}


def bind(**facts: object) -> None:
    """Put facts on every line that this process writes from now on, such as which worker it is."""
    _sink.facts = facts


def hide(*secrets: Mapping[str, str]) -> None:
    """Never write these values: `${NAME}` stands wherever one would, if it has four characters or more."""
    found: dict[str, str] = {}
    for name, value in (one for keystore in secrets for one in keystore.items()):
        written = (
            value,
            json.dumps(value, ensure_ascii=False)[1:-1],
            json.dumps(value)[1:-1],
            repr(value)[1:-1],
        )
        found.update({text: f"${{{name}}}" for text in written if len(text) >= LEAST_HIDDEN})
    _sink.hidden = sorted(found.items(), key=lambda one: -len(one[0]))


def conceal(text: str) -> str:
    """Return a text without the values that are hidden."""
    for secret, name in _sink.hidden:
        text = text.replace(secret, name)
    return text


class Logger:
    """Writes lines under one name; `bound` facts are on every line."""

    __slots__ = ("bound", "name")

    def __init__(self, name: str, **bound: object) -> None:
        self.name = name
        self.bound = bound
        _names.add(name)

    def bind(self, **facts: object) -> Logger:
        """Return a logger with more facts on every line."""
        return Logger(self.name, **{**self.bound, **facts})

    def debug(self, message: str, **facts: object) -> None:
        self._write("debug", message, facts)

    def info(self, message: str, **facts: object) -> None:
        self._write("info", message, facts)

    def warning(self, message: str, **facts: object) -> None:
        self._write("warn", message, facts)

    def error(self, message: str, **facts: object) -> None:
        self._write("error", message, facts)

    def fatal(self, message: str, **facts: object) -> None:
        self._write("fatal", message, facts)

    def _write(self, level: str, message: str, facts: dict[str, object]) -> None:
        if LEVELS[level] < _sink.levels.least(self.name):
            return
        write_line = _json_line if _sink.format == "json" else _plain_line
        stream = _sink.stream or sys.stderr
        try:
            stream.write(conceal(write_line(self, level, message, facts)) + "\n")
            stream.flush()
        except (OSError, ValueError):
            pass  # a log that cannot be written must not stop the events


def _plain_line(logger: Logger, level: str, message: str, facts: dict[str, object]) -> str:
    now = time.time()
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(now)) + f",{int(now * 1000) % 1000:03d}"
    bound = dict(logger.bound)
    places = "".join(f"[{bound.pop(key)}]" for key in ("pipeline", "plugin") if key in bound)
    all_facts = {**bound, **facts, **_sink.facts}
    tail = " " + json.dumps(all_facts, default=str, ensure_ascii=False) if all_facts else ""
    return f"[{stamp}][{level.upper():5}][{logger.name:25}]{places} {message}{tail}"


def _json_line(logger: Logger, level: str, message: str, facts: dict[str, object]) -> str:
    bound = dict(logger.bound)
    line: dict[str, Any] = {
        "level": level.upper(),
        "loggerName": logger.name,
        "timeMillis": int(time.time() * 1000),
    }  # Any: JSON
    if "pipeline" in bound:
        line["pipeline.id"] = bound.pop("pipeline")
    if "plugin" in bound:
        line["plugin.id"] = bound.pop("plugin")
    event: dict[str, object] = {"message": message}
    for key, value in {**bound, **facts, **_sink.facts}.items():
        event["message_1" if key == "message" else key] = value
    return json.dumps({**line, "logEvent": event}, default=str, ensure_ascii=False)


class RateLimited:
    """Lets a line through at most once in `every_s` seconds for each key, and tells how many were held back."""

    __slots__ = ("_clock", "_every_s", "_held", "_last")

    MAX_KEYS = 1000

    def __init__(self, every_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_s, self._clock = every_s, clock
        self._last: dict[object, float] = {}
        self._held: dict[object, int] = {}

    def passes(self, key: object) -> int | None:
        """Return how many lines of this key were held back since the last one, or None if this one is held back too."""
        now = self._clock()
        last = self._last.get(key)
        if last is not None and now - last < self._every_s:
            self._held[key] = self._held.get(key, 0) + 1
            return None
        if len(self._last) >= self.MAX_KEYS:
            self._last.clear()
            self._held.clear()  # keys may come from outside, and be new each time
        self._last[key] = now
        return self._held.pop(key, 0)
