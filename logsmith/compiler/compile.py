"""From the texts of a pipeline to the functions and plugins that run: every check on the way, every problem reported.

To check a pipeline is to compile it: `-t` does the same as a start, up to the point where inputs would begin.
"""

from __future__ import annotations

import hashlib
import itertools
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from logsmith.compiler.arms import Arms, are_exclusive, walk_arms
from logsmith.compiler.code import CodeWriter
from logsmith.compiler.entries import check_entries
from logsmith.compiler.faults import tagging_faults
from logsmith.compiler.places import place
from logsmith.compiler.section import SectionWriter
from logsmith.config import ast
from logsmith.config.diagnostics import Diagnostic
from logsmith.config.errors import UndefinedVariableError
from logsmith.config.fold import FoldError
from logsmith.config.parser import parse
from logsmith.config.source import Source, Span
from logsmith.config.values import Codec as CodecValue
from logsmith.config.values import plugin_settings, string_text
from logsmith.config.variables import Variables, check_variables
from logsmith.event import Event
from logsmith.log import Logger
from logsmith.metrics import PipelineMetrics, Tally
from logsmith.plugins import Codec, CodecSetting, Context, Filter, Input, Output, Plugin, Problem
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.regex import LONGEST_MATCH_S

FilterSection = Callable[[list[Event], Tally], list[Event] | Awaitable[list[Event]]]
OutputSection = Callable[[list[Event], list[list[Event]]], None]


@dataclass(frozen=True, slots=True)
class Loadable:
    """The code of one section; `load` makes its functions, `after` names those for what a filter flushes."""

    kind: str
    load: Callable[[], Mapping[str, Callable[..., Any]]]  # Any: a FilterSection or an OutputSection
    after: Mapping[str, Filter]


@dataclass(slots=True)
class Functions:
    """What runs: the filter and output sections, and for each filter that flushes the way from it to the end."""

    filters: list[FilterSection] = field(default_factory=list)
    outputs: list[OutputSection] = field(default_factory=list)
    flushes: list[tuple[Filter, FilterSection, int]] = field(
        default_factory=list
    )  # … and its section's number


@dataclass(slots=True)
class CompiledPipeline:
    """A pipeline ready to run: its plugins, its functions, its counters."""

    id: str
    inputs: list[Input] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    metrics: PipelineMetrics = field(default_factory=lambda: PipelineMetrics("main"))
    sections: list[Loadable] = field(default_factory=list)
    has_long_matches: bool = False  # in conditions
    _functions: Functions | None = None

    @property
    def makes_plain_values(self) -> bool:
        """Whether JSON tells all values apart that events may have here, so that nobody need look."""
        inputs = all(one.makes_plain_values and one.codec.makes_plain_values for one in self.inputs)
        return inputs and all(one.makes_plain_values for one in self.filters)

    def filter(self, events: list[Event], tally: Tally | None = None) -> list[Event]:
        """Return what the filters make of the events, without those they dropped; not if one of them `awaits`."""
        tally = Tally() if tally is None else tally
        for section in self.functions.filters:
            events = section(events, tally)  # type: ignore[assignment]  # coroutines are made only for filters that await
        return events

    async def filter_async(
        self, events: list[Event], tally: Tally | None = None, *, first: int = 0
    ) -> list[Event]:
        """Return what the filters make of the events, from one section on; a filter may wait for something."""
        tally = Tally() if tally is None else tally
        for section in self.functions.filters[first:]:
            events = await _result(section(events, tally))
        return events

    async def flush(self, tally: Tally | None = None, *, final: bool) -> list[Event]:
        """Return what filters give of their own accord, after it passed what follows them."""
        tally = Tally() if tally is None else tally
        flushed = []
        for plugin, after, section in self.functions.flushes:
            if not final and not plugin.periodic_flush:
                continue
            events = _flushed(plugin, final=final)
            plugin.metrics.events_out += len(events)
            tally.made += len(events)
            if events:
                rest = await _result(after(events, tally))
                flushed += await self.filter_async(rest, tally, first=section + 1)
        return flushed

    def route(self, events: list[Event], routed: list[list[Event]]) -> None:
        """Add each event to the list of every output whose conditions it meets."""
        for section in self.functions.outputs:
            section(events, routed)

    @property
    def functions(self) -> Functions:
        """The functions of the sections, made when they are first asked for: a check needs none."""
        if self._functions is None:
            self._functions = made = Functions()
            for section in self.sections:
                loaded = section.load()
                if section.kind == "output":
                    made.outputs.append(loaded["outputs"])
                    continue
                for name, plugin in section.after.items():
                    made.flushes.append((plugin, loaded[name], len(made.filters)))
                made.filters.append(loaded["filters"])
        return self._functions

    @property
    def longest_match_s(self) -> float:
        """After how many seconds the first match in filters and conditions is interrupted; 0 is never."""
        limits = [one.longest_match_s for one in self.filters if one.longest_match_s > 0]
        return min([*limits, LONGEST_MATCH_S] if self.has_long_matches else limits, default=0.0)

    @property
    def longest_run_s(self) -> float:
        """After how many seconds the first program in filters is interrupted; 0 is never."""
        return min((one.longest_run_s for one in self.filters if one.longest_run_s > 0), default=0.0)

    @property
    def awaits(self) -> bool:
        """Whether a filter waits for something, so that only `filter_async` can run the filters."""
        return any(one.awaits for one in self.filters)

    @property
    def flushes(self) -> bool:
        """Whether a filter may give events of its own accord."""
        return any(one.flushes for one in self.filters)

    @property
    def is_stateful(self) -> bool:
        """Whether a filter keeps state over events, so that all must pass one worker."""
        return any(one.is_stateful for one in self.filters)


async def _result(events: list[Event] | Awaitable[list[Event]]) -> list[Event]:
    return events if isinstance(events, list) else await events


def _flushed(plugin: Filter, *, final: bool) -> list[Event]:
    """Return what a filter gives; if it fails, what it gave until then: its state and the other filters live on."""
    events = []
    try:
        for event in plugin.flush(final=final):
            events.append(event)  # noqa: PERF402  what came before an error counts
    except Exception as error:  # noqa: BLE001  around a plugin's call: its mistake must lose nothing
        plugin.metrics.count("errors")
        plugin.log.error(
            "filter failed to flush", line=plugin.line, reason=f"{type(error).__name__}: {error}"
        )
    return events


@dataclass(frozen=True, slots=True)
class Compilation:
    """What came of compiling: the pipeline, unless something is wrong with it, and all that was found."""

    diagnostics: list[Diagnostic]
    pipeline: CompiledPipeline | None
    codes: Sequence[tuple[str, CodeWriter]]  # of sections, each with the name of its source
    spans: Mapping[int, Span] = field(default_factory=dict)  # of plugins, by their identity

    @property
    def code(self) -> str:
        """The Python that the sections became, for people."""
        return "\n".join(f"# {name}\n{written.text}" for name, written in self.codes)


def compile_pipeline(  # noqa: PLR0913  of what, in which place, and by name how
    sources: Sequence[Source],
    context: Context,
    *,
    support_escapes: bool = False,
    environment: Mapping[str, str] = os.environ,
    keystore: Mapping[str, str] | None = None,
    meanwhile: Callable[[], None] = lambda: None,
) -> Compilation:
    """Compile the sources of one pipeline, in order; `meanwhile` is called before each plugin is made."""
    compiler = _Compiler(context, Variables(environment, keystore), support_escapes=support_escapes)
    compiler.meanwhile = meanwhile
    for source in sources:
        compiler.add(source)
    return compiler.finish()


class _Compiler:
    def __init__(self, context: Context, variables: Variables, *, support_escapes: bool) -> None:
        self._context = replace(context, shared={})  # each compilation is a pipeline of its own
        self._variables, self._escapes = variables, support_escapes
        self._log = Logger("logstash.pipeline", pipeline=context.pipeline_id)
        self.pipeline = CompiledPipeline(context.pipeline_id, metrics=PipelineMetrics(context.pipeline_id))
        self.diagnostics: list[Diagnostic] = []
        self._faults = tagging_faults(self.pipeline.metrics, self._log)
        self._codes: list[tuple[str, CodeWriter]] = []
        self._ids: dict[str, Span] = {}
        self._spans: dict[int, Span] = {}  # of plugins, by their identity
        self._arms: list[Arms] = []  # of each output
        self._branches = itertools.count()  # numbers, of all files
        self.meanwhile: Callable[[], None] = lambda: None

    def add(self, source: Source) -> None:
        """Compile one source."""
        tree, diagnostics = parse(source)
        self.diagnostics.extend(diagnostics)
        for section in tree.sections:
            if section.kind == "input":
                self._inputs(section)
            else:
                self._compile(source, section)

    def finish(self) -> Compilation:
        """Return the result."""
        self._check_addresses()
        self._look_who_is_alone()
        wrong = any(one.is_error for one in self.diagnostics)
        pipeline = None if wrong else self.pipeline
        # What follows a filter that flushes is written twice, and so is what is wrong with it
        diagnostics = list(dict.fromkeys(self.diagnostics))
        return Compilation(diagnostics, pipeline, self._codes, self._spans)

    def _look_who_is_alone(self) -> None:
        places = list(zip(self.pipeline.outputs, self._arms, strict=True))
        for output, arms in places:
            output.is_alone = all(
                are_exclusive(arms, others) for other, others in places if other is not output
            )

    def _check_addresses(self) -> None:
        """Report two inputs that would listen on one port."""
        taken: dict[tuple[str, int], Input] = {}
        for one in self.pipeline.inputs:
            for address in one.listens():
                other = taken.setdefault(address, one)
                if other is not one and address[1]:
                    message = (
                        f"two inputs listen on {address[0]}:{address[1]}, the other is at line {other.line}"
                    )
                    self.diagnostics.append(Diagnostic("conflicting-settings", message, self._spans[id(one)]))

    def _inputs(self, section: ast.Section) -> None:
        for statement in ast.walk_statements(section.body):
            if isinstance(statement, ast.Branch):
                continue  # it has no effect, as the parser says
            plugin = self._make(statement)
            if isinstance(plugin, Input):
                self.pipeline.inputs.append(plugin)

    def _compile(self, source: Source, section: ast.Section) -> None:
        plugins: dict[int, Any] = {}
        complete = True
        for statement, arms in walk_arms(section.body, self._branches):
            plugin = self._make(statement)
            complete = complete and plugin is not None
            plugins[id(statement)] = self._placed(plugin)
            if isinstance(plugin, Output):
                self._arms.append(arms)
        writer = SectionWriter(plugins, self._constant, self.diagnostics, self._faults)
        if not complete:
            self._check_conditions(section, writer)
            return
        after: Mapping[str, Filter] = {}
        if section.kind == "filter":
            after = writer.filters(section)
        else:
            writer.outputs(section)
        self.pipeline.has_long_matches |= writer.has_long_matches
        self._codes.append((source.name, writer.code))
        if any(one.is_error for one in self.diagnostics):
            return
        load = partial(writer.code.load, source.name)
        self.pipeline.sections.append(Loadable(section.kind, load, after))

    def _placed(self, plugin: Plugin | None) -> Any:  # Any: a filter, the number of an output, or nothing
        if isinstance(plugin, Filter):
            self.pipeline.filters.append(plugin)
            return plugin
        if isinstance(plugin, Output):
            self.pipeline.outputs.append(plugin)
            return len(self.pipeline.outputs) - 1
        return None

    def _check_conditions(self, section: ast.Section, writer: SectionWriter) -> None:
        for condition in ast.walk_conditions(ast.Pipeline((section,))):
            writer.check_condition(condition)

    def _make(self, node: ast.Plugin) -> Plugin | None:
        """Return the plugin of a node; None, and diagnostics, if it cannot be made."""
        self.meanwhile()
        try:
            values = self._values(plugin_settings(node, escapes=self._escapes))
        except UndefinedVariableError as error:
            # None of them is here if it is the value of another one
            unnamed = [Diagnostic("undefined-variable", str(error), node.name_span)]
            self.diagnostics.extend(check_variables(node, self._variables) or unnamed)
            return None
        except FoldError as error:
            if not node.is_broken:
                self.diagnostics.append(Diagnostic("bad-value", str(error), node.name_span))
            return None
        identity = self._identity(node, values)
        metrics = self.pipeline.metrics.plugin(node.kind, node.name, identity)
        log = Logger(
            f"logstash.{node.kind}s.{node.name}", pipeline=self._context.pipeline_id, plugin=identity
        )
        context = replace(self._context, metrics=metrics, log=log)
        try:
            plugin, warnings = make_plugin(node.kind, node.name, values, context)
        except BuildError as error:
            self._report(node, error.problems)
            return None
        self._report(node, warnings)
        self.diagnostics.extend(check_entries(node))
        plugin.line, self._spans[id(plugin)] = node.name_span.line, node.name_span
        for codec in [one for one in vars(plugin).values() if isinstance(one, Codec)]:
            name = codec.id or f"{codec.name}_{identity}"
            codec.metrics = self.pipeline.metrics.plugin("codec", codec.name, name)
        return plugin

    def _values(self, settings: dict[str, Any]) -> dict[str, Any]:  # Any: plain values, as the file has them
        """Return settings with their variables replaced, names of hashes excepted."""
        chosen = settings.get("id")
        values = {name: _with_codecs(self._variables.expand_value(value)) for name, value in settings.items()}
        if isinstance(chosen, str):
            values["id"] = self._variables.expand_id(chosen)
        return values

    def _identity(self, node: ast.Plugin, values: Mapping[str, Any]) -> str:
        chosen = values.get("id")
        if not isinstance(chosen, str):
            place = f"{node.span.source.name}:{node.span.start}:{node.name}"
            return hashlib.sha256((place + node.span.source.text).encode()).hexdigest()
        if chosen in self._ids:
            message = f"two plugins have the id {chosen!r}, the other is at line {self._ids[chosen].line}"
            self.diagnostics.append(Diagnostic("duplicate-id", message, node.name_span))
        self._ids.setdefault(chosen, node.name_span)
        return chosen

    def _report(self, node: ast.Plugin, problems: Iterable[Problem]) -> None:
        if node.is_broken:  # what is wrong with it was reported as it was read
            problems = [one for one in problems if one.code == "unknown-plugin"]
        if [one.name for one in node.attributes].count("codec") > 1:  # so was that
            problems = [one for one in problems if one.setting != "codec"]
        for problem in problems:
            span = place(node, problem, escapes=self._escapes)
            self.diagnostics.append(
                Diagnostic(problem.code, problem.message, span, problem.hint or "", severity=problem.severity)
            )

    def _constant(self, node: ast.String, *, expands: bool = True) -> str:
        text = string_text(node, escapes=self._escapes)
        try:
            return self._variables.expand_constant(text) if expands else text
        except UndefinedVariableError as error:
            self.diagnostics.append(Diagnostic("undefined-variable", str(error), node.span))
            return text


def _with_codecs(value: Any) -> Any:  # Any: a plain value, codecs in it as the tree has them
    if isinstance(value, list):
        return [_with_codecs(item) for item in value]
    if isinstance(value, dict):
        return {name: _with_codecs(member) for name, member in value.items()}
    return CodecSetting(value.name, _with_codecs(value.settings)) if isinstance(value, CodecValue) else value
