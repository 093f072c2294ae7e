"""From the bytes of a file to its text, or to what is wrong with them: nothing but UTF-8 is taken."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

from logsmith.config.diagnostics import Diagnostic
from logsmith.config.source import Source, Span, nowhere

WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
AS_UTF8 = "save the file as UTF-8"
AS_USER = "the user logsmith runs as must be able to read it"


def folder_trouble(folder: Path) -> Diagnostic | None:
    """Return why nobody can look for files in a folder; None if one can, or if it is not there."""
    try:
        os.stat(f"{folder}/.")  # noqa: PTH116  a Path forgets the dot, which asks for what is in the folder
    except PermissionError as error:
        return Diagnostic(
            "missing-file", f"cannot be looked into: {error.strerror}", nowhere(str(folder)), AS_USER
        )
    except OSError:
        pass
    return None


def read_source(name: str) -> Source | Diagnostic:
    """Return the text of a file, or why it cannot be had."""
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        hint = AS_USER if isinstance(error, PermissionError) else ""
        return Diagnostic("missing-file", f"cannot be read: {error.strerror}", nowhere(name), hint)
    return decode_source(name, content)


def decode_source(name: str, content: bytes) -> Source | Diagnostic:
    """Return bytes as text, or where they are none."""
    if _is_wide(content[:64]):
        return Diagnostic("not-utf8", "is UTF-16, not UTF-8", nowhere(name), AS_UTF8)
    try:
        return Source(name, content.decode())
    except UnicodeDecodeError as error:
        at = len(content[: error.start].decode())
        text = Source(name, content.decode(errors="replace"))
        message = f"not UTF-8: byte {content[error.start]:#04x}"
        return Diagnostic("not-utf8", message, Span(text, at, at + 1), AS_UTF8)


def _is_wide(beginning: bytes) -> bool:
    """Return whether each character has two bytes, as some editors write it: every other byte is zero."""
    if beginning.startswith(WIDE_MARKS):
        return True
    pairs = len(beginning) // 2
    zeros = {beginning[::2].count(0), beginning[1::2].count(0)}
    return pairs > 1 and zeros == {0, pairs}
