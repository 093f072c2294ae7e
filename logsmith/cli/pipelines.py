"""From the command line to compiled pipelines: what `logsmith` and `logsmith compile` share."""

from __future__ import annotations

import hashlib
import json
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from logsmith import log
from logsmith.cli.options import Chosen, UsageError, help_lines, parse_options
from logsmith.config.diagnostics import Diagnostic, as_json, render_plain
from logsmith.config.files import read_path, read_string
from logsmith.config.settings import Settings, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from logsmith.compiler import Compilation
    from logsmith.config.source import Source

logger = log.Logger("logstash.runner")

NO_PIPELINE = "no pipeline was given: name its file with -f, or its text with -e"


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


def prepare(settings: Settings) -> list[Prepared]:
    """Return every pipeline that the settings name, compiled."""
    from logsmith.event.fieldref import use_escape_style

    use_escape_style(settings["config.field_reference.escape_style"])
    if settings["config.string"] is not None:
        files = read_string(settings["config.string"])
    elif settings["path.config"]:
        files = read_path(settings["path.config"])
    else:
        return []
    return [_compile(settings, files.sources, files.diagnostics)]


def report(diagnostics: Iterable[Diagnostic], settings: Settings, stream: TextIO) -> None:
    """Write diagnostics as people or, with `log.format: json`, as programs read them."""
    for one in diagnostics:
        if settings["log.format"] == "json":
            print(json.dumps(as_json(one), ensure_ascii=False), file=stream)
        else:
            print(render_plain(one), file=stream)


def _compile(settings: Settings, sources: Sequence[Source], found: Sequence[Diagnostic]) -> Prepared:
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
    )
    compilation = compile_pipeline(sources, context, support_escapes=settings["config.support_escapes"])
    return Prepared(settings, sources, [*found, *compilation.diagnostics], compilation)
