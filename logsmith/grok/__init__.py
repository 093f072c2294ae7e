"""Grok: a library of named patterns, and expressions over it compiled to matchers."""

from logsmith.grok.compile import Capture, Grok, compile_grok
from logsmith.grok.errors import GrokError, MissingFileError, UnknownPatternError
from logsmith.grok.library import Library

__all__ = [
    "Capture",
    "Grok",
    "GrokError",
    "Library",
    "MissingFileError",
    "UnknownPatternError",
    "compile_grok",
]
