"""From the command line to compiled pipelines: what `logsmith` and `logsmith compile` share."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TextIO

from logsmith import log
from logsmith.cli.checks import check_node, check_pipeline
from logsmith.cli.options import Chosen, UsageError, help_lines, parse_options
from logsmith.config.diagnostics import Diagnostic, as_json, render_plain
from logsmith.config.files import read_path, read_string
from logsmith.config.pipelines_file import FILE_NAME as PIPELINES_FILE
from logsmith.config.pipelines_file import PipelineEntry, read_pipelines
from logsmith.config.settings import Settings, load_settings
from logsmith.config.source import nowhere
from logsmith.config.variables import Variables
from logsmith.net.stamps import Stamp, stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from logsmith.compiler import Compilation, CompiledPipeline
    from logsmith.config.source import Source, Span
    from logsmith.plugins import Input, Plugin
    from logsmith.plugins.addresses import Addresses

logger = log.Logger("logstash.runner")

NO_PIPELINE = (
    "no pipeline was given: name its file with -f, its text with -e, or list several in pipelines.yml"
)


@dataclass(frozen=True, slots=True)
class Prepared:
    """One pipeline as it was asked for: its settings, its texts, and what came of compiling them.

    `stamps` are those of other files that its plugins read, as they were then.
    """

    settings: Settings
    sources: Sequence[Source]
    diagnostics: Sequence[Diagnostic]
    compilation: Compilation | None
    stamps: Mapping[str, Stamp | None] = field(default_factory=dict)

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

    def is_still(self, asked: Prepared) -> bool:
        """Return whether what is asked for now would compile to the same as this."""
        keystore = asked.settings.keystore
        if self.settings.with_keystore(keystore) != asked.settings or _texts(self) != _texts(asked):
            return False
        return _secrets(self) == _secrets(asked) and self.stamps == self.stamps_now()

    def stamps_now(self) -> dict[str, Stamp | None]:
        """Return the stamps of the files that the plugins read, as they are now."""
        return _stamps(self.pipeline)

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


def read_settings(words: Sequence[str], usage: Iterable[str] | None = None) -> Settings | int:
    """Return the settings that the words of the command line lead to, with the log set up as they say.

    Or the exit status, if they are wrong, or a message, the help or the version said it all.
    """
    chosen = read_command_line(words, usage)
    if isinstance(chosen, int):
        return chosen
    loaded = load_settings(chosen.settings)
    settings = loaded.settings
    log.configure(level=settings["log.level"], format=settings["log.format"])
    log.hide(settings.keystore)
    for warning in chosen.warnings:
        logger.warning(warning)
    report(loaded.diagnostics, settings, sys.stderr)
    return 1 if any(one.is_error for one in loaded.diagnostics) else settings


def prepare(settings: Settings, addresses: Addresses | None = None) -> list[Prepared] | int:
    """Return every pipeline that the settings, or else `pipelines.yml`, name, compiled.

    Or the exit status, if there is none or the list of them is wrong; a message said so. `addresses` are where they
    send to each other.
    """
    from logsmith.event.fieldref import use_escape_style
    from logsmith.plugins.addresses import Addresses

    use_escape_style(settings["config.field_reference.escape_style"])
    if is_alone(settings) and (Path(settings["path.settings"]) / PIPELINES_FILE).is_file():
        logger.warning("Ignoring the 'pipelines.yml' file because command line options are specified")
    asked = read_texts(settings)
    if asked is None:
        report(check_node(settings, ()), settings, sys.stderr)
        print(f"ERROR: {NO_PIPELINE}\nSee: logsmith --help", file=sys.stderr)
        return 1
    found = [*asked.diagnostics, *check_node(settings, [one.settings for one in asked.pipelines])]
    report(found, settings, sys.stderr)
    if any(one.is_error for one in found):
        return 1
    book = Addresses() if addresses is None else addresses
    return check_addresses([compile_one(one, book) for one in asked.pipelines])


class Asked(NamedTuple):
    """The pipelines that are asked for, not compiled, and what is wrong with the list of them as a whole."""

    pipelines: list[Prepared]
    diagnostics: Sequence[Diagnostic]


def read_texts(settings: Settings) -> Asked | None:
    """Read the texts of all pipelines that the settings, or else `pipelines.yml`, name; None if neither does."""
    if is_alone(settings):
        return Asked([_read_one(PipelineEntry(settings, ()))], ())
    found = read_pipelines(settings)
    if found is None:
        return None
    is_wrong = any(one.is_error for one in found.diagnostics)  # then an entry may lack what names its text
    return Asked([] if is_wrong else [_read_one(one) for one in found.entries], found.diagnostics)


def is_alone(settings: Settings) -> bool:
    """Return whether the settings name one pipeline, so that pipelines.yml does not count."""
    return settings["config.string"] is not None or bool(settings["path.config"])


def _read_one(entry: PipelineEntry) -> Prepared:
    text = entry.settings["config.string"]
    files = read_path(entry.settings["path.config"]) if text is None else read_string(text)
    return Prepared(entry.settings, files.sources, [*entry.diagnostics, *files.diagnostics], None)


def check_addresses(prepared: Sequence[Prepared]) -> list[Prepared]:
    """Return the pipelines with what is wrong between them: an address that two want, or that nobody receives at."""
    receivers: dict[str, tuple[str, Plugin]] = {}
    listeners: dict[tuple[str, int], str] = {}
    found = {one.id: [*one.diagnostics] for one in prepared}
    for one in prepared:
        for plugin in one.pipeline.inputs if one.pipeline else ():
            address = plugin.receives_at()
            if address is not None and receivers.setdefault(address, (one.id, plugin))[1] is not plugin:
                message = f"the address {address!r} is taken, by an input of pipeline {receivers[address][0]}"
                hint = "each pipeline input needs an address of its own"
                problem = Diagnostic("conflicting-settings", message, one.span_of(plugin), hint)
                found[one.id].append(problem)
            found[one.id] += _taken_ports(one, plugin, listeners)
    if all(one.pipeline for one in prepared):
        for one in prepared:
            found[one.id] += _unknown_addresses(one, receivers)
    return [replace(one, diagnostics=found[one.id]) for one in prepared]


def _taken_ports(one: Prepared, plugin: Input, owners: dict[tuple[str, int], str]) -> Iterator[Diagnostic]:
    """Note what an input listens on; yield what another pipeline has. Port 0 is any that is free."""
    for host, port in plugin.listens():
        owner = owners.setdefault((host, port), one.id) if port else one.id
        if owner != one.id:
            message = f"address already in use: {host}:{port}, by pipeline {owner}"
            yield Diagnostic("conflicting-settings", message, one.span_of(plugin))


def _unknown_addresses(one: Prepared, receivers: Container[str]) -> Iterator[Diagnostic]:
    for output in one.pipeline.outputs if one.pipeline else ():
        for address in output.sends_to():
            if address not in receivers:
                message = f"no pipeline here receives at the address {address!r}"
                hint = f'one that does has input {{ pipeline {{ address => "{address}" }} }}'
                yield Diagnostic("unknown-address", message, one.span_of(output), hint, severity="warning")


def missing_inputs(one: Prepared) -> Iterator[Diagnostic]:
    """Yield a warning for a pipeline that is right and has nothing to take events from."""
    if one.is_usable and one.pipeline is not None and not one.pipeline.inputs:
        place = nowhere(one.settings["path.config"] or "config.string")
        is_empty = not any((one.pipeline.filters, one.pipeline.outputs))
        hint = "nothing but comments or blanks is in it" if is_empty else ""
        yield Diagnostic("no-input", "the pipeline has no input, so it ends at once", place, hint, "warning")


def report(diagnostics: Iterable[Diagnostic], settings: Settings, stream: TextIO) -> None:
    """Write diagnostics as people or, with `log.format: json`, as programs read them."""
    for one in diagnostics:
        if settings["log.format"] == "json":
            print(log.conceal(json.dumps(as_json(one), ensure_ascii=False)), file=stream)
        else:
            print(log.conceal(render_plain(one)), file=stream)


def compile_one(
    asked: Prepared, addresses: Addresses, meanwhile: Callable[[], None] = lambda: None
) -> Prepared:
    """Return a pipeline compiled, if its texts could be read; `meanwhile` is called now and then."""
    from logsmith.compiler import compile_pipeline
    from logsmith.plugins import Context

    settings, sources = asked.settings, asked.sources
    if any(one.is_error for one in asked.diagnostics):
        return asked
    context = Context(
        pipeline_id=settings["pipeline.id"],
        ecs=settings["pipeline.ecs_compatibility"],
        path_data=Path(settings["path.data"]).absolute(),
        path_settings=Path(settings["path.settings"]).absolute(),
        hostname=socket.gethostname(),
        addresses=addresses,
    )
    compilation = compile_pipeline(
        sources,
        context,
        support_escapes=settings["config.support_escapes"],
        keystore=settings.keystore,
        meanwhile=meanwhile,
    )
    if settings["config.debug"]:
        logger.debug(
            "compiled pipeline", pipeline_id=settings["pipeline.id"], code=log.conceal(compilation.code)
        )
    diagnostics = [*asked.diagnostics, *check_pipeline(settings), *compilation.diagnostics]
    return Prepared(settings, sources, diagnostics, compilation, _stamps(compilation.pipeline))


def _texts(one: Prepared) -> list[tuple[str, str]]:
    return [(source.name, source.text) for source in one.sources]


def _secrets(one: Prepared) -> dict[str, str | None]:
    variables = Variables(os.environ, one.settings.keystore)
    return variables.secrets_in(source.text for source in one.sources)


def _stamps(pipeline: CompiledPipeline | None) -> dict[str, Stamp | None]:
    """Return the stamps of the files that plugins read and nobody looks at again; None of one that is not there."""
    if pipeline is None:
        return {}
    plugins = (*pipeline.inputs, *pipeline.filters, *pipeline.outputs)
    read = {
        path
        for plugin in plugins
        for one in (plugin, getattr(plugin, "codec", plugin))
        for path in one.reads()
    }
    return {str(path): stamp_of(path) for path in sorted(read)}
