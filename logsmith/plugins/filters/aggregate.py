"""Gather what several events say about one task, in a map that Ruby code reads and writes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

from logsmith.errors import LogsmithError
from logsmith.event import Event, FieldRef, Sprintf, Timestamp
from logsmith.plugins import NOT_NEGATIVE, REQUIRED, Example, Filter, PluginError, Problem, setting
from logsmith.plugins.decoration import add_tags
from logsmith.ruby.border import take_members
from logsmith.ruby.errors import RubyError
from logsmith.ruby.event_object import EventObject
from logsmith.ruby.exceptions import RubyException, conversion_fault
from logsmith.ruby.logger_object import LoggerObject
from logsmith.ruby.modules.aggregate import Task, read_tasks, seconds_between, write_tasks
from logsmith.ruby.objects import Proc
from logsmith.ruby.program import BUDGET_S, Program, Self, compile_ruby

DEFAULT_TIMEOUT_S = 1800  # where no filter of the pipeline says another
WARN_PARTS = 5  # a warning again at each fifth of map_count_warning_threshold beyond it
CONFLICT = "conflicting-settings"  # the code of such a problem
FAILURE = "_aggregateexception"
TIMEOUT_SETTINGS = (
    "timeout",
    "inactivity_timeout",
    "timeout_code",
    "timeout_tags",
    "timeout_task_id_field",
    "timeout_timestamp_field",
    "push_map_as_event_on_timeout",
    "push_previous_map_as_event",
)

_has_placeholder = re.compile(r"%\{.+\}").search


class Aggregate(Filter):
    task_id: Sprintf = setting(
        REQUIRED, "What tells tasks apart; an event that fills none of its places is left alone."
    )
    code: str = setting(
        REQUIRED, "Ruby that is run with `event`, `map` (the task's), `map_meta` and `new_event_block`."
    )
    map_action: Literal["create", "update", "create_or_update"] = setting(
        "create_or_update",
        "Run the code only where the task is new (`create`), only where it is known (`update`), or always.",
    )
    end_of_task: bool = setting(False, "Forget the task once the code has run.")
    timeout: float | None = setting(
        None, "End a task so many seconds after its first event; by default 1800.", within=NOT_NEGATIVE
    )
    inactivity_timeout: float | None = setting(
        None,
        "End a task so many seconds after its latest event; by default as `timeout`.",
        within=NOT_NEGATIVE,
    )
    push_map_as_event_on_timeout: bool = setting(
        False, "Make an event of a task's map when its time is over."
    )
    push_previous_map_as_event: bool = setting(
        False, "Make an event of the map of the task before when a new task begins, and at the end."
    )
    timeout_code: str | None = setting(None, "Ruby that is run with each `event` that was made of a map.")
    timeout_tags: list[str] = setting([], "Tags of each event that is made of a map; they may use sprintf.")
    timeout_task_id_field: FieldRef | None = setting(
        None, "The field that gets the task's id, in each event that is made of a map."
    )
    timeout_timestamp_field: FieldRef | None = setting(
        None, "The field with the time by which tasks end; without it, the clock's counts."
    )
    aggregate_maps_path: str | None = setting(
        None, "The file that keeps the maps of all tasks of the pipeline while logsmith is stopped."
    )
    map_count_warning_threshold: int = setting(
        5000, "Warn when there are so many tasks, and at each fifth more; 0 never warns.", within=NOT_NEGATIVE
    )

    is_stateful = True

    examples = (
        Example(
            "keeps a map for each task, which the code reads and writes",
            config='''task_id => "%{session}" code => "map['clicks'] ||= 0
                map['clicks'] += 1
                event.set('clicks', map['clicks'])"''',
            given={"session": "a1"},
            expect=[{"session": "a1", "clicks": 1}],
        ),
        Example(
            "makes an event of the map once the code sets a limit of 0; after a `timeout`, it does so by itself",
            config='''task_id => "%{order}" push_map_as_event_on_timeout => true timeout_task_id_field => "order"
                timeout_tags => ["complete"] timeout_code => "event.set('rows', event.get('row').size)"
                code => "(map['row'] ||= []) << event.get('row'); map_meta.timeout = 0 if event.get('last'); event.cancel"''',
            given={"order": 7, "row": "apples", "last": True},
            expect=[{"order": "7", "row": ["apples"], "rows": 1, "tags": ["complete"]}],
        ),
        Example(
            "leaves the event alone where the task is not known and `map_action` is `update`",
            config="""task_id => "%{session}" map_action => "update" add_tag => ["ended"]
                code => "event.set('clicks', map['clicks'])" end_of_task => true""",
            given={"session": "a1"},
            expect=[{"session": "a1"}],
        ),
        Example(
            "tags an event whose code fails, and applies no common settings",
            config="""task_id => "%{session}" code => "map['sum'] += 1" add_tag => ["summed"]""",
            given={"session": "a1"},
            expect=[{"session": "a1", "tags": ["_aggregateexception"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self.periodic_flush = True  # as in Logstash, whatever the pipeline says
        if not _has_placeholder(self.task_id.text):
            hint = "name a field in it, such as %{id}"
            yield Problem("the task_id is the same for all events", "task_id", hint)
        self._programs: dict[str, Program] = {}
        names = ("event", "map", "map_meta", "new_event_block")
        yield from self._compile("code", self.code, names)
        yield from self._compile("timeout_code", self.timeout_code or "", ("event",))
        self.longest_run_s = BUDGET_S  # of a run of the code, in which matches are counted too
        self._self = Self(logger=LoggerObject(self.log))
        self._pipeline: _Pipeline = self.context.shared.setdefault(self.name, _Pipeline())
        yield from self._pipeline.join(self)
        self._pattern = self._pipeline.patterns[self.task_id.text]

    def _compile(self, name: str, text: str, parameters: Sequence[str]) -> Iterator[Problem]:
        try:
            program = compile_ruby(text, name=name, parameters=parameters)
        except RubyError as error:
            yield Problem(f"{name}: {error}", name, offset=error.offset)
            return
        self._programs[name] = program
        for notice in program.warnings:
            yield Problem(f"{name}: {notice.message}", name, severity="warning", offset=notice.offset)

    def expand(self, event: Event) -> Sequence[Event]:
        task_id = self.task_id.format(event)
        if task_id == self.task_id.text:
            return (event,)
        self._pipeline.begin(self)
        made: list[EventObject] = []
        pushed: list[Event] = []
        moment = self._time_of(event)
        if self.timeout_timestamp_field is not None:
            pushed += self._end_by_event(task_id, moment)
        tasks = self._pattern.tasks
        task = tasks.get(task_id)
        if self.map_action == ("update" if task is None else "create"):
            return (event, *pushed)
        if task is None:
            pushed += self._push_oldest() if self.push_previous_map_as_event else ()
            task = tasks[task_id] = self._new_task(task_id, moment)
        task.latest = moment
        self._run(event, task, made)
        if self.end_of_task or task.is_ended:
            tasks.pop(task_id, None)
        owner = self._pattern.owner
        if task.is_ended and owner.push_map_as_event_on_timeout:
            pushed.append(owner.push(task))
        others = [one.settle() for one in made if one.event is not event]
        return [one for one in (event, *others, *pushed) if not one.cancelled]

    def _time_of(self, event: Event) -> Timestamp:
        if self.timeout_timestamp_field is None:
            return self.context.clock()
        moment = event.get(self.timeout_timestamp_field)
        if isinstance(moment, Timestamp):
            return moment
        raise PluginError(f"there is no time in {self.timeout_timestamp_field.text}")

    def _new_task(self, task_id: str, moment: Timestamp) -> Task:
        count, threshold = len(self._pattern.tasks), self.map_count_warning_threshold
        if 0 < threshold <= count and (count - threshold) % max(threshold // WARN_PARTS, 1) == 0:
            self.log.warning("many tasks are open", tasks=count, task_id=self.task_id.text)
        return Task(task_id, moment, int(seconds_between(moment, self.context.clock())))

    def _run(self, event: Event, task: Task, made: list[EventObject]) -> None:
        """Run the code; where it comes to its end, the common settings follow."""
        seen = EventObject(event)
        emit = Proc(partial(_add_event, made), 1)
        try:
            self._programs["code"].run(
                self._self, event=seen, map=task.map, map_meta=task, new_event_block=emit
            )
            seen.settle()
            self.decorate(event)
        except (RubyException, LogsmithError) as error:
            seen.settle()
            self._fail("code", event, task, error)

    def _fail(self, name: str, event: Event, task: Task, error: Exception) -> None:
        self.metrics.count(f"{name}_errors")
        self.log.error("code failed", setting=name, reason=str(error), task=task.id)
        event.tag(FAILURE)

    def flush(self, *, final: bool) -> list[Event]:
        """Return the events of tasks whose time is over; at the end also that of the task before."""
        self._pipeline.begin(self)
        pattern, events = self._pattern, list[Event]()
        now = self.context.clock()
        if pattern.owner is self and (final or pattern.is_due(now, self.limits()[1])):
            pattern.flushed = now
            for task in list(pattern.tasks.values()):
                if task.is_over(Timestamp(now.nanos - task.delay_s * 1_000_000_000), *self.limits()):
                    events += self._end(task)
            if final and self.push_previous_map_as_event:
                events += self._push_oldest()
        self.metrics.gauges["aggregate_maps"] = len(pattern.tasks)
        if final:
            for event in events:
                event.tag("_aggregatefinalflush")
            self._pipeline.end(self)
        return [event for event in events if not event.cancelled]

    def limits(self) -> tuple[float, float]:
        """Return the seconds after a task's first and after its latest event when it ends."""
        timeout_s = self._pipeline.shortest_s if self.timeout is None else self.timeout
        timeout_s = DEFAULT_TIMEOUT_S if timeout_s is None else timeout_s
        return timeout_s, timeout_s if self.inactivity_timeout is None else self.inactivity_timeout

    def _end_by_event(self, task_id: str, moment: Timestamp) -> list[Event]:
        task = self._pattern.tasks.get(task_id)
        return [] if task is None or not task.is_over(moment, *self.limits()) else self._end(task)

    def _end(self, task: Task) -> list[Event]:
        del self._pattern.tasks[task.id]
        self.metrics.count("task_timeouts")
        is_pushed = self.push_map_as_event_on_timeout or self.push_previous_map_as_event
        return [self.push(task)] if is_pushed else []

    def _push_oldest(self) -> list[Event]:
        tasks = self._pattern.tasks
        return [self.push(tasks.pop(next(iter(tasks))))] if tasks else []

    def push(self, task: Task) -> Event:
        """Return the event that a task's map makes."""
        self.metrics.count("pushed_events")
        event = Event.from_map({"@timestamp": self.context.clock()})
        seen = EventObject(event)
        try:
            event = self._event_of(task)
            seen = EventObject(event)
            if self.timeout_code is not None:
                self._programs["timeout_code"].run(self._self, event=seen)
        except (RubyException, LogsmithError) as error:
            self._fail("timeout_code", event, task, error)
        return seen.settle()

    def _event_of(self, task: Task) -> Event:
        event = Event.from_map({"@timestamp": self.context.clock(), **take_members(task.map)})
        if self.timeout_task_id_field is not None:
            event.set(self.timeout_task_id_field, task.id)
        if self.timeout_tags:
            add_tags(event, self.timeout_tags)
        return event


def _add_event(made: list[EventObject], given: object) -> None:
    if not isinstance(given, EventObject):
        raise conversion_fault(given, "LogStash::Event")
    made.append(given)


def _is_given(value: object) -> bool:
    return value is not None and value is not False and value != []


class _Pattern:
    """What the filters of one task_id have in common: the tasks, and the filter that says when they end."""

    __slots__ = ("flushed", "has_limits", "owner", "tasks")

    def __init__(self, owner: Aggregate) -> None:
        self.owner, self.has_limits = owner, False
        self.tasks: dict[str, Task] = {}
        self.flushed: Timestamp | None = None

    def is_due(self, now: Timestamp, inactivity_s: float) -> bool:
        """Return whether to look for tasks that are over: not each time, unless a task has limits of its own."""
        if self.flushed is None or seconds_between(self.flushed, now) > inactivity_s // 2:
            return True
        return any(task.has_limits for task in self.tasks.values())


class _Pipeline:
    """What the aggregate filters of one pipeline have in common."""

    def __init__(self) -> None:
        self.patterns: dict[str, _Pattern] = {}
        self.shortest_s: float | None = None  # of all timeouts: the default of the other filters
        self._keeper: Aggregate | None = None  # the filter that names the file of the maps
        self._stored: dict[str, list[Task]] = {}  # read from it
        self._running = 0  # filters that may still get events

    def join(self, plugin: Aggregate) -> Iterator[Problem]:
        """Add a filter; yields what is wrong with it beside those that are there already."""
        self._running += 1
        pattern = self.patterns.setdefault(plugin.task_id.text, _Pattern(plugin))
        given = [name for name in TIMEOUT_SETTINGS if _is_given(getattr(plugin, name))]
        if given and pattern.has_limits:
            hint = "all of them belong into one filter: " + ", ".join(TIMEOUT_SETTINGS)
            yield Problem("another filter of this task_id says when tasks end", given[0], hint, CONFLICT)
        elif given:
            pattern.owner, pattern.has_limits = plugin, True
        yield from self._limit(plugin)
        if plugin.aggregate_maps_path is not None:
            yield from self._keep(plugin, Path(plugin.aggregate_maps_path))

    def _limit(self, plugin: Aggregate) -> Iterator[Problem]:
        if plugin.timeout is not None:
            known_s = plugin.timeout if self.shortest_s is None else self.shortest_s
            self.shortest_s = min(plugin.timeout, known_s)
        timeout_s = self.shortest_s if plugin.timeout is None else plugin.timeout
        inactivity_s = plugin.inactivity_timeout
        if timeout_s is not None and inactivity_s is not None and inactivity_s > timeout_s:
            yield Problem(f"inactivity_timeout is longer than timeout, {timeout_s}", "inactivity_timeout")

    def _keep(self, plugin: Aggregate, path: Path) -> Iterator[Problem]:
        if self._keeper is not None:
            message = "another filter of the pipeline names the file of all maps"
            yield Problem(message, "aggregate_maps_path", code=CONFLICT)
            return
        self._keeper = plugin
        try:
            self._stored = read_tasks(path)
        except (OSError, ValueError) as error:
            yield Problem(
                str(error), "aggregate_maps_path", "remove the file; that of Logstash cannot be read"
            )

    def begin(self, plugin: Aggregate) -> None:
        """Take what was stored, the first time; the first worker does."""
        if not self._stored:
            return
        stored, self._stored = self._stored, {}
        if plugin.place.index > 0:
            return
        for name, tasks in stored.items():
            pattern = self.patterns.setdefault(name, _Pattern(plugin))
            pattern.tasks.update((task.id, task) for task in tasks)
        keeper = self._keeper
        if keeper is None or keeper.aggregate_maps_path is None:
            return
        try:
            Path(keeper.aggregate_maps_path).unlink(missing_ok=True)
        except OSError as error:
            keeper.log.error(
                "maps taken, their file stays", path=keeper.aggregate_maps_path, reason=str(error)
            )

    def end(self, plugin: Aggregate) -> None:
        """Store the maps once no filter can change them any more; the first worker does."""
        self._running -= 1
        keeper = self._keeper
        if self._running or keeper is None or keeper.aggregate_maps_path is None or plugin.place.index > 0:
            return
        patterns = {name: list(self._kept(one, keeper)) for name, one in self.patterns.items() if one.tasks}
        if not patterns:
            return
        try:
            write_tasks(Path(keeper.aggregate_maps_path), patterns)
        except OSError as error:
            keeper.log.error("maps not stored", path=keeper.aggregate_maps_path, reason=str(error))

    def _kept(self, pattern: _Pattern, keeper: Aggregate) -> Iterator[dict[str, Any]]:
        for task in pattern.tasks.values():
            try:
                yield task.to_json()
            except TypeError as error:
                keeper.log.error("a map cannot be stored", task=task.id, reason=str(error))
