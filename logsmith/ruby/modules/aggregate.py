"""What the aggregate filter knows of one task: its map, and what its code sees as `map_meta`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from logsmith.durable import PRIVATE, replace_file
from logsmith.event import Timestamp
from logsmith.ruby.classes import define
from logsmith.ruby.dispatch import methods_of
from logsmith.ruby.exceptions import conversion_fault
from logsmith.ruby.objects import String
from logsmith.ruby.stored import from_json, to_json
from logsmith.ruby.times import Time

ELEMENT = methods_of("LogStash::Filters::Aggregate::Element")


class Task:
    """One task. `created` and `latest` are the times of its first and latest event.

    `delay_s` is how many seconds the clock was ahead of the first event when it came. The code may set limits of its own, in
    seconds; a limit of 0 ends the task.
    """

    __slots__ = ("created", "delay_s", "id", "inactivity_timeout", "latest", "map", "timeout")

    def __init__(self, task_id: str, created: Timestamp, delay_s: int = 0) -> None:
        self.id, self.created, self.latest, self.delay_s = task_id, created, created, delay_s
        self.timeout: float | None = None
        self.inactivity_timeout: float | None = None
        self.map: dict[Any, Any] = {}  # Any: Ruby's values

    @property
    def has_limits(self) -> bool:
        """Whether the code set a limit."""
        return self.timeout is not None or self.inactivity_timeout is not None

    @property
    def is_ended(self) -> bool:
        """Whether the code set a limit of 0."""
        return self.timeout == 0 or self.inactivity_timeout == 0

    def is_over(self, now: Timestamp, timeout_s: float, inactivity_s: float) -> bool:
        """Return whether a limit is passed; those given count where the code set none."""
        timeout_s = timeout_s if self.timeout is None else self.timeout
        inactivity_s = inactivity_s if self.inactivity_timeout is None else self.inactivity_timeout
        return seconds_between(self.created, now) > timeout_s or (
            seconds_between(self.latest, now) > inactivity_s
        )

    def to_json(self) -> dict[str, Any]:
        """Return what JSON keeps of the task; raises TypeError for a map with values that cannot be kept."""
        times = {"created": self.created.nanos, "latest": self.latest.nanos, "delay_s": self.delay_s}
        limits = {"timeout": self.timeout, "inactivity_timeout": self.inactivity_timeout}
        return {"id": self.id, **times, **limits, "map": to_json(self.map)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Task:
        """Return the task of which `to_json` made this; raises KeyError, TypeError or ValueError."""
        task = cls(str(stored["id"]), Timestamp(int(stored["created"])), int(stored["delay_s"]))
        task.latest = Timestamp(int(stored["latest"]))
        task.timeout, task.inactivity_timeout = (
            _limit(stored["timeout"]),
            _limit(stored["inactivity_timeout"]),
        )
        found = from_json(stored["map"])
        if not isinstance(found, dict):
            raise TypeError("a task without a map")
        task.map = found
        return task


def seconds_between(start: Timestamp, end: Timestamp) -> float:
    """Return the seconds from one time to another."""
    return (end.nanos - start.nanos) / 1_000_000_000


def read_tasks(path: Path) -> dict[str, list[Task]]:
    """Return the tasks that a file keeps, by their pattern: none if there is no file; raises OSError or ValueError."""
    try:
        stored = json.loads(path.read_text())["patterns"]
        return {name: [Task.from_json(one) for one in tasks] for name, tasks in stored.items()}
    except FileNotFoundError:
        return {}
    except (AttributeError, KeyError, RecursionError, TypeError, ValueError) as error:
        raise ValueError(f"{path} holds no maps that logsmith wrote: {error!r}") from None


def write_tasks(path: Path, patterns: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Write the JSON of tasks by their pattern, all or nothing; raises OSError."""
    stored = {"patterns": {name: list(tasks) for name, tasks in patterns.items()}}
    replace_file(path, json.dumps(stored).encode(), mode=PRIVATE)


def _limit(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, type(None))):
        raise TypeError("a limit that is no number")
    return float(value) if isinstance(value, Decimal) else value


def _given_limit(value: object) -> float | None:
    try:
        return _limit(value)
    except TypeError:
        raise conversion_fault(value, "Float") from None


@ELEMENT.method("timeout=")
def _set_timeout(task: Task, value: object) -> object:
    task.timeout = _given_limit(value)
    return value


@ELEMENT.method("inactivity_timeout=")
def _set_inactivity_timeout(task: Task, value: object) -> object:
    task.inactivity_timeout = _given_limit(value)
    return value


@ELEMENT.method("map=")
def _set_map(task: Task, value: object) -> object:
    if not isinstance(value, dict):
        raise conversion_fault(value, "Hash")
    task.map = value
    return value


define("LogStash::Filters::Aggregate::Element", python=Task)
ELEMENT.add("timeout", lambda task: task.timeout)
ELEMENT.add("inactivity_timeout", lambda task: task.inactivity_timeout)
ELEMENT.add("map", lambda task: task.map)
ELEMENT.add("task_id", lambda task: String(task.id))
ELEMENT.add("creation_timestamp", lambda task: Time(task.created.nanos))
ELEMENT.add("lastevent_timestamp", lambda task: Time(task.latest.nanos))
ELEMENT.add("difference_from_creation_to_now", lambda task: task.delay_s)
