"""From the command line to compiled pipelines: what `logsmith` and `logsmith compile` share."""

from __future__ import annotations

import hashlib
import json
import socket
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from logsmith import log
from logsmith.cli.options import Chosen, UsageError, help_lines, parse_options
from logsmith.config.diagnostics import Diagnostic, as_json, render_plain
from logsmith.config.files import read_path, read_string
from logsmith.config.pipelines_file import FILE_NAME as PIPELINES_FILE
from logsmith.config.pipelines_file import PipelineEntry, read_pipelines
from logsmith.config.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from logsmith.compiler import Compilation, CompiledPipeline
    from logsmith.config.source import Source, Span
    from logsmith.plugins import Plugin
    from logsmith.plugins.addresses import Addresses

logger = log.Logger("logstash.runner")

NO_PIPELINE = (
    "no pipeline was given: name its file with -f, its text with -e, or list several in pipelines.yml"
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """One pipeline as it was asked for: its settings, its texts, and what came of compiling them."""

    settings: Settings
    sources: Sequence[Source]
    diagnostics: Sequence[Diagnostic]
    compilation: Compilation | None

    @property
    def id(self) -> str:
        name: str = self.settings["pipeline.id"]
        return name

    @property
    def pipeline(self) -> CompiledPipeline | None:
        """The pipeline, if it could be compiled."""
        return self.compilation.pipeline if self.compilation else None

    def span_of(self, plugin: Plugin) -> Span:
        """Return where a plugin of this pipeline stands."""
        assert self.compilation is not None  # noqa: S101  or it would have no plugin
        return self.compilation.spans[id(plugin)]

    @property
    def is_usable(self) -> bool:
        return self.compilation is not None and not any(one.is_error for one in self.diagnostics)

    @property
    def hash(self) -> str:
        """What names this text: another hash is another pipeline."""
        return hashlib.sha256("\n".join(source.text for source in self.sources).encode()).hexdigest()


def read_command_line(words: Sequence[str], usage: Iterable[str] | None = None) -> Chosen | int:
    """Return what the words choose; or the exit status, if a message, the help or the version said it all."""
    try:
        chosen = parse_options(words)
    except UsageError as error:
        print(f"ERROR: {error}\nSee: logsmith --help", file=sys.stderr)
        return 1
    if chosen.has("help"):
        print("\n".join(help_lines() if usage is None else usage))
        return 0
    if chosen.has("version"):
        from logsmith import __version__

        print(f"logsmith {__version__}")
        return 0
    return chosen


def read_settings(chosen: Chosen) -> Settings | int:
    """Return the settings, with the log set up as they say; or the exit status, if they are wrong."""
    loaded = load_settings(chosen.settings)
    settings = loaded.settings
    log.configure(level=settings["log.level"], format=settings["log.format"])
    for warning in chosen.warnings:
        logger.warning(warning)
    report(loaded.diagnostics, settings, sys.stderr)
    return 1 if any(one.is_error for one in loaded.diagnostics) else settings


def prepare(settings: Settings) -> list[Prepared] | int:
    """Return every pipeline that the settings, or else `pipelines.yml`, name, compiled.

    Or the exit status, if there is none or the list of them is wrong; a message said so.
    """
    from logsmith.event.fieldref import use_escape_style
    from logsmith.plugins.addresses import Addresses

    use_escape_style(settings["config.field_reference.escape_style"])
    entries = _entries(settings)
    if isinstance(entries, int):
        return entries
    addresses = Addresses()
    prepared = [_prepare_one(one.settings, one.diagnostics, addresses) for one in entries]
    return check_addresses(prepared)


def _entries(settings: Settings) -> Sequence[PipelineEntry] | int:
    if settings["config.string"] is not None or settings["path.config"]:
        if (Path(settings["path.settings"]) / PIPELINES_FILE).is_file():
            logger.warning("Ignoring the 'pipelines.yml' file because command line options are specified")
        return [PipelineEntry(settings, ())]
    found = read_pipelines(settings)
    if found is None:
        print(f"ERROR: {NO_PIPELINE}\nSee: logsmith --help", file=sys.stderr)
        return 1
    report(found.diagnostics, settings, sys.stderr)
    return 1 if any(one.is_error for one in found.diagnostics) else found.entries


def _prepare_one(settings: Settings, found: Sequence[Diagnostic], addresses: Addresses) -> Prepared:
    if settings["config.string"] is not None:
        files = read_string(settings["config.string"])
    else:
        files = read_path(settings["path.config"])
    return _compile(settings, files.sources, [*found, *files.diagnostics], addresses)


def check_addresses(prepared: Sequence[Prepared]) -> list[Prepared]:
    """Return the pipelines with what is wrong between them: an address that two receive at, or that nobody does."""
    receivers: dict[str, tuple[str, Plugin]] = {}
    found: dict[str, list[Diagnostic]] = {one.id: [*one.diagnostics] for one in prepared}
    for one in prepared:
        for plugin in one.pipeline.inputs if one.pipeline else ():
            address = plugin.receives_at()
            if address is not None and receivers.setdefault(address, (one.id, plugin))[1] is not plugin:
                message = f"the address {address!r} is taken, by an input of pipeline {receivers[address][0]}"
                hint = "each pipeline input needs an address of its own"
                problem = Diagnostic("conflicting-settings", message, one.span_of(plugin), hint)
                found[one.id].append(problem)
    if all(one.pipeline for one in prepared):
        for one in prepared:
            found[one.id] += _unknown_addresses(one, receivers)
    return [replace(one, diagnostics=found[one.id]) for one in prepared]


def _unknown_addresses(one: Prepared, receivers: Container[str]) -> Iterator[Diagnostic]:
    for output in one.pipeline.outputs if one.pipeline else ():
        for address in output.sends_to():
            if address not in receivers:
                message = f"no pipeline here receives at the address {address!r}"
                hint = f'one that does has input {{ pipeline {{ address => "{address}" }} }}'
                yield Diagnostic("unknown-address", message, one.span_of(output), hint, severity="warning")


def report(diagnostics: Iterable[Diagnostic], settings: Settings, stream: TextIO) -> None:
    """Write diagnostics as people or, with `log.format: json`, as programs read them."""
    for one in diagnostics:
        if settings["log.format"] == "json":
            print(json.dumps(as_json(one), ensure_ascii=False), file=stream)
        else:
            print(render_plain(one), file=stream)


def _compile(
    settings: Settings, sources: Sequence[Source], found: Sequence[Diagnostic], addresses: Addresses
) -> Prepared:
    from logsmith.compiler import compile_pipeline
    from logsmith.plugins import Context

    if any(one.is_error for one in found):
        return Prepared(settings, sources, found, None)
    context = Context(
        pipeline_id=settings["pipeline.id"],
        ecs=settings["pipeline.ecs_compatibility"],
        path_data=Path(settings["path.data"]).absolute(),
        path_settings=Path(settings["path.settings"]).absolute(),
        hostname=socket.gethostname(),
        addresses=addresses,
    )
    compilation = compile_pipeline(sources, context, support_escapes=settings["config.support_escapes"])
    return Prepared(settings, sources, [*found, *compilation.diagnostics], compilation)
