"""Filter and output sections to functions.

A filter section becomes `filters(events, tally) -> events`: one loop, each plugin's statements and each condition inline. As long
as one event stays one event its way is straight-line code. From the first plugin that makes several of one (split,
clone), the rest of that block works on a list: statement after statement over all events of it, and a branch sorts
them into its arms, whose events come out in the order of the arms, as Logstash's do.

An output section becomes `outputs(events, routed)`, which adds each event to the list of every output it meets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from logsmith.compiler.code import CodeWriter
from logsmith.compiler.conditions import ConditionWriter, Written
from logsmith.compiler.counting import Counters, is_expanding
from logsmith.compiler.decorate import emit_decorations, has_decorations
from logsmith.config import ast
from logsmith.event import ConditionError, Event
from logsmith.event.origin import part_ways
from logsmith.plugins import Filter
from logsmith.regex import RegexTimeoutError, match_watch

if TYPE_CHECKING:
    from logsmith.config.diagnostics import Diagnostic

Body = Sequence[ast.Statement]


@dataclass(frozen=True, slots=True)
class Faults:
    """What compiled code calls when something goes wrong with one event: both tag it, count and log."""

    in_condition: Callable[
        [Event, int, ConditionError | RegexTimeoutError], None
    ]  # with the line of the configuration
    in_filter: Callable[[Event, Filter, Exception], None]


class SectionWriter:
    """Writes the functions of one section of one file."""

    def __init__(
        self,
        plugins: Mapping[int, Any],
        constant: Callable[..., str],
        diagnostics: list[Diagnostic],
        faults: Faults,
    ) -> None:
        """`plugins` maps the identity of each plugin's node to the plugin (of an output: to its number)."""
        self.code = CodeWriter()
        self._plugins, self._faults = plugins, faults
        self._conditions = ConditionWriter(self.code, constant, diagnostics)
        self.has_long_matches = False  # in its conditions
        self._counters = Counters(plugins, ())  # of the function that is being written

    def filters(self, section: ast.Section) -> dict[str, Filter]:
        """Write `filters(events, tally)`, and for each filter that flushes a function of what follows it.

        Returns the names of those functions with their filters; each takes and returns events, as `filters` does.
        """
        self._function("filters", section.body, section.span.line)
        after: dict[str, Filter] = {}
        for plugin, rest in self._followers(section.body, ()):
            name = f"after_{len(after) + 1}"
            self._function(name, rest, plugin.line)
            after[name] = plugin
        return after

    def _function(self, name: str, body: Body, line: int) -> None:
        code = self.code
        is_async = any(plugin.awaits for plugin in self._filters_of(body))
        with code.at(line), code.block(f"{'async ' if is_async else ''}def {name}(events, tally)"):
            counters = self._counters = Counters(self._plugins, body)
            counters.emit_start(code)
            if counters.changes_number:
                code.line("kept = []")
            if body:
                with code.block("for event in events"):
                    code.line("fields = event.fields")
                    self._single(body, outermost=counters.changes_number)
            counters.emit_end(code)
            code.line("return kept" if counters.changes_number else "return events")

    def _followers(self, body: Body, outer: Body) -> Iterator[tuple[Filter, Body]]:
        """Find the filters that flush, each with the statements that an event passes after it."""
        for number, statement in enumerate(body):
            rest = (*body[number + 1 :], *outer)
            if isinstance(statement, ast.Branch):
                for inner in (*(arm.body for arm in statement.arms), statement.otherwise or ()):
                    yield from self._followers(inner, rest)
            elif self._plugins[id(statement)].flushes:
                yield self._plugins[id(statement)], rest

    def outputs(self, section: ast.Section) -> None:
        """Write `outputs(events, routed)`."""
        code = self.code
        with code.at(section.span.line), code.block("def outputs(events, routed)"):
            numbers = [
                self._plugins[id(one)]
                for one in ast.walk_statements(section.body)
                if isinstance(one, ast.Plugin)
            ]
            always = {self._plugins[id(one)] for one in section.body if isinstance(one, ast.Plugin)}
            if not numbers:
                code.line("return")
                return
            for number in numbers:
                if number in always:
                    code.line(f"routed[{number}].extend(events)")
                else:
                    code.line(f"to_{number} = routed[{number}].append")
            if len(always) == len(numbers):
                return
            with code.block("for event in events"):
                code.line("fields = event.fields")
                self._routes([one for one in section.body if isinstance(one, ast.Branch)])

    def check_condition(self, condition: ast.Condition) -> None:
        """Report what is wrong with a condition of a section that cannot be written."""
        self._conditions.write(condition)

    def _routes(self, body: Body) -> None:
        for statement in body:
            if isinstance(statement, ast.Plugin):
                with self.code.at(statement.span.line):
                    self.code.line(f"to_{self._plugins[id(statement)]}(event)")
            else:
                self._branch(statement, self._routes)

    def _single(self, body: Body, *, outermost: bool = False) -> None:
        """Write a block for one event, up to the first statement that makes several of it."""
        for number, statement in enumerate(body):
            if self._multiplies(statement):
                batch = self.code.local("batch")
                self.code.line(f"{batch} = [event]")
                batch = self._many(body[number:], batch)
                self.code.line(f"alive = [one for one in {batch} if not one.cancelled]")
                self.code.line(f"died += len({batch}) - len(alive)")
                self.code.line("kept.extend(alive)")
                return
            if isinstance(statement, ast.Branch):
                self._branch(statement, self._single)
            else:
                self._filter(statement)
        if outermost:
            self.code.line("kept.append(event)")

    def _many(self, body: Body, batch: str) -> str:
        """Write a block for a list of events; returns the name of the list that comes out."""
        for statement in body:
            if isinstance(statement, ast.Branch):
                batch = self._sorted_branch(statement, batch)
                continue
            plugin = self._plugins[id(statement)]
            after = self.code.local("batch")
            self.code.line(f"{after} = []")
            with self.code.at(statement.span.line), self._each(batch):
                if is_expanding(plugin):
                    self._expand(plugin, after)
                else:
                    self._filter(statement)
                    self.code.line(f"{after}.append(event)")
            batch = after
        return batch

    @contextmanager
    def _each(self, batch: str) -> Iterator[None]:
        with self.code.block(f"for event in {batch}"):
            with self.code.block("if event.cancelled"):
                self.code.line("died += 1")
                self.code.line("continue")
            self.code.line("fields = event.fields")
            yield

    def _sorted_branch(self, branch: ast.Branch, batch: str) -> str:
        code = self.code
        arms = [(arm.condition, arm.body) for arm in branch.arms]
        groups = [code.local("group") for _ in range(len(arms) + 1)]
        for group in groups:
            code.line(f"{group} = []")
        with self._each(batch):
            self._choose(branch, [partial(code.line, f"{group}.append(event)") for group in groups])
        bodies = [body for _, body in arms] + [branch.otherwise or ()]
        results = [self._many(body, group) for body, group in zip(bodies, groups, strict=True)]
        after = code.local("batch")
        code.line(f"{after} = {' + '.join(results)}")
        return after

    def _branch(self, branch: ast.Branch, write: Callable[[Body], None]) -> None:
        bodies = [arm.body for arm in branch.arms] + [branch.otherwise or ()]
        writers = [partial(write, body) for body in bodies]
        self._choose(branch, writers if branch.otherwise else writers[:-1])

    def _choose(self, branch: ast.Branch, writers: Sequence[Callable[[], None]]) -> None:
        """Write `if … elif … else`; arms whose condition can fail or last are decided one by one beforehand."""
        code = self.code
        written: list[Written] = []
        with self._conditions.reading_once([arm.condition for arm in branch.arms]):
            for arm in branch.arms:
                with code.at(arm.span.line):
                    written.append(self._conditions.write(arm.condition))
        headers = [one.text for one in written]
        if any(one.may_fail or one.may_last for one in written):
            chosen = code.local("arm")
            code.line(f"{chosen} = 0")
            for number, (arm, one) in enumerate(zip(branch.arms, written, strict=True), 1):
                with code.at(arm.span.line):
                    text = f"not {chosen} and {one.text}" if number > 1 else one.text
                    self._decide(one._replace(text=text), f"{chosen} = {number}")
            headers = [f"{chosen} == {number}" for number in range(1, len(written) + 1)]
        for number, (arm, header, write) in enumerate(zip(branch.arms, headers, writers, strict=False)):
            with code.at(arm.span.line), code.block(f"{'elif' if number else 'if'} {header}"):
                write()
        if len(writers) > len(headers):
            with code.block("else"):
                writers[-1]()

    def _decide(self, condition: Written, then: str) -> None:
        code = self.code
        if not condition.may_fail and not condition.may_last:
            with code.block(f"if {condition.text}"):
                code.line(then)
            return
        watch = code.bind(match_watch, "watch") if condition.may_last else None
        with code.block("try"):
            if watch is not None:
                self.has_long_matches = True
                code.line(f"{watch}.text = event")
            with code.block(f"if {condition.text}"):
                code.line(then)
        errors = code.bind(ConditionError, "ConditionError")
        if watch is not None:
            errors = f"({errors}, {code.bind(RegexTimeoutError, 'RegexTimeoutError')})"
        with code.block(f"except {errors} as error"):
            code.line(
                f"{code.bind(self._faults.in_condition, 'condition_failed')}(event, {code.line_now}, error)"
            )
        if watch is not None:
            with code.block("finally"):
                code.line(f"{watch}.text = None")

    def _filter(self, statement: ast.Plugin) -> None:
        plugin: Filter = self._plugins[id(statement)]
        code = self.code
        with code.at(statement.span.line):
            self._count(plugin)
            with code.block("try"):
                self._emit(plugin)
            with code.block("except Exception as error"):
                failed = code.bind(self._faults.in_filter, "filter_failed")
                code.line(f"{failed}(event, {code.bind(plugin, plugin.name)}, error)")
            if plugin.can_cancel:
                with code.block("if event.cancelled"):
                    code.line(f"{self._counters.change(plugin)} -= 1")
                    code.line("died += 1")
                    code.line("continue")

    def _emit(self, plugin: Filter) -> None:
        """Write the statements of a filter and of its common settings."""
        code = self.code
        if not has_decorations(plugin):
            plugin.emit(code)
            return
        code.line("matched = True")
        written = code.statements
        plugin.emit(code)
        if code.statements > written:
            with code.block("if matched is not False"):
                emit_decorations(code, plugin)
        else:
            code.take_back()
            emit_decorations(code, plugin)

    def _expand(self, plugin: Filter, after: str) -> None:
        code = self.code
        self._count(plugin)
        made = code.local("events")
        with code.block("try"):
            code.line(f"{made} = list({code.bind(plugin.expand, plugin.name)}(event))")
        with code.block("except Exception as error"):
            code.line(
                f"{code.bind(self._faults.in_filter, 'filter_failed')}(event, {code.bind(plugin, plugin.name)}, error)"
            )
            code.line(f"{made} = [event]")
        code.line(f"{code.bind(part_ways, 'part_ways')}(event, {made}, keeps_state={plugin.is_stateful})")
        code.line(f"{after}.extend({made})")
        code.line(f"grown = len({made}) - 1")
        code.line(f"{self._counters.change(plugin)} += grown")
        with code.block("if grown < 0"):
            code.line("died += 1")
        with code.block("else"):
            code.line("born += grown")

    def _multiplies(self, statement: ast.Statement) -> bool:
        return any(is_expanding(plugin) for plugin in self._filters_of((statement,)))

    def _filters_of(self, body: Body) -> list[Filter]:
        return [
            self._plugins[id(one)] for one in ast.walk_statements(tuple(body)) if isinstance(one, ast.Plugin)
        ]

    def _count(self, plugin: Filter) -> None:
        counter = self._counters.started(plugin)
        if counter is not None:
            self.code.line(f"{counter} += 1")
