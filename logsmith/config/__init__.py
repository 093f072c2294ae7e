"""The configuration: from text to a tree, with every mistake found, and the settings of Logstash."""

from logsmith.config.ast import Pipeline, Plugin
from logsmith.config.diagnostics import Diagnostic, as_json, render_plain
from logsmith.config.errors import ConfigError, UndefinedVariableError
from logsmith.config.parser import Parsed, parse, parse_sources
from logsmith.config.source import Source, Span

__all__ = [
    "ConfigError",
    "Diagnostic",
    "Parsed",
    "Pipeline",
    "Plugin",
    "Source",
    "Span",
    "UndefinedVariableError",
    "as_json",
    "parse",
    "parse_sources",
    "render_plain",
]
