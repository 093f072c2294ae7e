"""Strings as bytes and bytes as Strings, for what works on bytes: digests, Base64, compression, packing, escapes of URLs."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.coerce import to_text
from logsmith.ruby.encodings import from_bytes, to_bytes
from logsmith.ruby.objects import String


def bytes_of(value: Any) -> bytes:
    """Return the bytes of a String; raises TypeError for anything else."""
    to_text(value)
    return to_bytes(value)


def binary(content: bytes) -> String:
    """Return a binary String of bytes."""
    return String(content.decode("latin-1"), is_binary=True)


def utf8(content: bytes) -> String:
    """Return a String of bytes in UTF-8; those that are invalid stay what they are."""
    return from_bytes(content)
