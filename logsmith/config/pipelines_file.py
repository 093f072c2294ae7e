"""`pipelines.yml`: several pipelines, each with settings of its own over those of the settings file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from logsmith.config.decoding import read_source
from logsmith.config.diagnostics import Diagnostic, quoted
from logsmith.config.settings import read_values
from logsmith.config.settings_file import FoundSettings, read_settings_list
from logsmith.config.source import Source, Span
from logsmith.config.variables import Variables

if TYPE_CHECKING:
    from logsmith.config.settings import Settings

FILE_NAME = "pipelines.yml"


class PipelineEntry(NamedTuple):
    """One pipeline as the file lists it: its settings, and what is wrong with them."""

    settings: Settings
    diagnostics: tuple[Diagnostic, ...]


class PipelinesFile(NamedTuple):
    """The pipelines in their order, and what is wrong with the file as a whole: then nothing shall start."""

    entries: tuple[PipelineEntry, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_pipelines(settings: Settings, variables: Variables | None = None) -> PipelinesFile | None:
    """Read `pipelines.yml` in `path.settings`; None if it is not there."""
    path = Path(settings["path.settings"]) / FILE_NAME
    if not path.is_file():
        return None
    source = read_source(str(path))
    if isinstance(source, Diagnostic):
        return PipelinesFile((), (source,))
    asked = Variables(os.environ, settings.keystore) if variables is None else variables
    return read_pipelines_text(source, settings, asked)


def read_pipelines_text(source: Source, settings: Settings, variables: Variables) -> PipelinesFile:
    """Read the text of `pipelines.yml`; what an entry does not set is as in `settings`."""
    found, diagnostics = read_settings_list(source, variables)
    entries = [_entry(one, settings) for one in found]
    taken: dict[str, Span] = {}
    for one, entry in zip(found, entries, strict=True):
        name = entry.settings["pipeline.id"]
        if name in taken:
            message = f"two pipelines have the id {quoted(name)}, the other is at line {taken[name].line}"
            diagnostics.append(
                Diagnostic("duplicate-id", message, one.span, "each needs a pipeline.id of its own")
            )
        taken.setdefault(name, one.span)
        diagnostics += (problem for problem in entry.diagnostics if problem.is_error)
    warnings = [
        entry._replace(diagnostics=tuple(one for one in entry.diagnostics if not one.is_error))
        for entry in entries
    ]
    return PipelinesFile(tuple(warnings), tuple(diagnostics))


def _entry(found: FoundSettings, settings: Settings) -> PipelineEntry:
    values, diagnostics = read_values(found.given, only_pipeline=True)
    if values.get("config.string") is not None:
        values["path.config"] = None  # Logstash: the string wins silently
    elif values.get("path.config") is None and not any(
        one.is_error for one in (*found.diagnostics, *diagnostics)
    ):
        message = "the pipeline has neither path.config nor config.string"
        diagnostics.append(Diagnostic("bad-value", message, found.span, "add path.config: /path/to/*.conf"))
    return PipelineEntry(settings.with_values(values), (*found.diagnostics, *diagnostics))
