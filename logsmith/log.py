"""The log: a constant phrase and facts beside it, one line each, in Logstash's two formats.

log = Logger("logstash.outputs.s3", pipeline="main")
log.warning("object not uploaded", key=key, reason=str(error))
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, TextIO

LEAST_HIDDEN = 4  # characters: to hide shorter secrets would hide half the log
LEVELS = {"trace": 0, "debug": 1, "info": 2, "warn": 3, "error": 4, "fatal": 5}


class _Sink:
    """Where lines go and which pass; one for the process, set by the command line."""

    __slots__ = ("facts", "format", "hidden", "level", "stream")

    def __init__(self) -> None:
        self.level = LEVELS["info"]
        self.format = "plain"
        self.stream: TextIO | None = None
        self.hidden: list[tuple[str, str]] = []
        self.facts: dict[str, object] = {}


_sink = _Sink()


def configure(*, level: str = "info", format: str = "plain", stream: TextIO | None = None) -> None:  # noqa: A002  the setting's name
    """Set the lowest level that is written, `plain` or `json`, and the stream (standard error if None)."""
    _sink.level, _sink.format, _sink.stream = LEVELS[level], format, stream


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
        if LEVELS[level] < _sink.level:
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
