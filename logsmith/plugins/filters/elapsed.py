"""Measure the time between an event that starts something and the one that ends it."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from logsmith.event import Event, FieldRef, Timestamp, Value
from logsmith.plugins import NOT_NEGATIVE, REQUIRED, Example, Filter, Problem, setting

FLUSH_EVERY_S = 5  # starts age by this at each flush, and by nothing else

HOST = FieldRef.parse("host")
ELAPSED_TIME = FieldRef.parse("elapsed_time")
TIMESTAMP_START = FieldRef.parse("elapsed_timestamp_start")


@dataclass(frozen=True, slots=True)
class _Start:
    unique_id: Value
    timestamp: Value
    flushes: int  # that had been when it came


class Elapsed(Filter):
    start_tag: str = setting(REQUIRED, "The tag of events that start something.")
    end_tag: str = setting(REQUIRED, "The tag of events that end something.")
    unique_id_field: FieldRef = setting(REQUIRED, "The field that says what is started or ended.")
    timeout: float = setting(
        1800, "After so many seconds without an end, an event tells of it.", within=NOT_NEGATIVE
    )
    new_event_on_match: bool = setting(
        False, "Tell the time in a new event; else it is added to the event that ends."
    )
    keep_start_event: Literal["first", "last"] = setting(
        "first", "Which of several starts counts, where no end is between them."
    )

    is_stateful = True

    examples = (
        Example(
            "keeps the time of a start, and applies the common settings to it",
            config='start_tag => "started" end_tag => "ended" unique_id_field => "job" add_field => { "seen" => "yes" }',
            given={"job": 7, "tags": ["started"]},
            expect=[{"job": 7, "tags": ["started"], "seen": "yes"}],
        ),
        Example(
            "tags an end without a start; an end with one gets `elapsed_time` and `elapsed_timestamp_start`, "
            "and the tags `elapsed` and `elapsed_match`",
            config='start_tag => "started" end_tag => "ended" unique_id_field => "job"',
            given={"job": 7, "tags": ["ended"]},
            expect=[{"job": 7, "tags": ["ended", "elapsed_end_without_start"]}],
        ),
        Example(
            "leaves events without an id alone",
            config='start_tag => "started" end_tag => "ended" unique_id_field => "job" add_tag => ["timed"]',
            given={"tags": ["ended"]},
            expect=[{"tags": ["ended"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self.periodic_flush = True  # as in Logstash, whatever the pipeline says
        self._starts: dict[Hashable, _Start] = {}
        self._flushes = 0
        return iter(())

    def expand(self, event: Event) -> Sequence[Event]:
        unique_id = event.get(self.unique_id_field)
        if unique_id is None:
            return (event,)
        tags, key = event.top("tags"), _key(unique_id)
        if _holds(tags, self.start_tag):
            self.decorate(event)
            if self.keep_start_event == "last" or key not in self._starts:
                self._starts[key] = _Start(unique_id, event.top("@timestamp"), self._flushes)
        elif _holds(tags, self.end_tag):
            self.decorate(event)  # Logstash: before there is anything to tell
            return self._end(event, self._starts.pop(key, None))
        return (event,)

    def _end(self, event: Event, start: _Start | None) -> Sequence[Event]:
        if start is None:
            event.tag("elapsed_end_without_start")
            return (event,)
        elapsed_s = _seconds_between(start.timestamp, event.top("@timestamp"))
        if not self.new_event_on_match:
            self._tell(event, start, elapsed_s, "elapsed_match")
            return (event,)
        match = self._new_event()
        self._tell(match, start, elapsed_s, "elapsed_match")
        self.decorate(match)
        return (event, match)

    def flush(self, *, final: bool) -> list[Event]:  # noqa: ARG002  the contract
        """Return an event for each start that waited too long for its end."""
        self._flushes += 1
        expired = []
        for key, start in list(self._starts.items()):
            age_s = (self._flushes - start.flushes) * FLUSH_EVERY_S
            if age_s >= self.timeout:
                del self._starts[key]
                event = self._new_event()
                self._tell(event, start, age_s, "elapsed_expired_error")
                self.decorate(event)
                expired.append(event)
        return expired

    def _new_event(self) -> Event:
        event = Event.from_map({"@timestamp": self.context.clock()})
        event.set(HOST, self.context.hostname)
        return event

    def _tell(self, event: Event, start: _Start, elapsed_s: float, tag: str) -> None:
        event.tag("elapsed")
        event.tag(tag)
        event.set(ELAPSED_TIME, elapsed_s)
        event.set(self.unique_id_field, start.unique_id)
        event.set(TIMESTAMP_START, start.timestamp)


def _key(unique_id: Value) -> Hashable:
    """Return what tells ids apart as Ruby's hashes do: 1 is neither "1" nor 1.0."""
    return unique_id if isinstance(unique_id, str) else (type(unique_id), repr(unique_id))


def _holds(tags: Value, tag: str) -> bool:
    """Return Ruby's `tags.include?(tag)`: of a text, whether it is a part of it."""
    return isinstance(tags, (str, list)) and tag in tags


def _seconds_between(start: Value, end: Value) -> float:
    """Return the difference of two timestamps, rounded as JRuby does: milliseconds apart from what is beneath them."""
    if not (isinstance(start, Timestamp) and isinstance(end, Timestamp)):
        raise TypeError("an event has no @timestamp to measure by")
    beneath = end.nanos % 1_000_000 - start.nanos % 1_000_000
    return (end.millis - start.millis) / 1000 + beneath / 1_000_000_000
