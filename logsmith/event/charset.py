"""Bytes to text, in the charset that a codec was told."""

from __future__ import annotations

import codecs

UTF_8 = "UTF-8"


def _escape_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(f"\\x{byte:02X}" for byte in bad), error.end


codecs.register_error("logsmith-escape", _escape_bytes)


def decode_text(chunk: bytes | memoryview, charset: str = UTF_8) -> str:
    r"""Return the text of `chunk`; bytes that are no UTF-8 are written as `\xC5`, in other charsets as U+FFFD."""
    if charset == UTF_8:
        return str(chunk, "utf-8", "logsmith-escape")
    return str(chunk, charset, "replace")


def find_charset(name: str) -> str:
    """Return the charset under the name Python knows it by; raises LookupError."""
    return UTF_8 if codecs.lookup(name).name == "utf-8" else codecs.lookup(name).name
