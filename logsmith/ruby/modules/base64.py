"""Base64."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.dispatch import class_methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import truthy
from logsmith.ruby.objects import String
from logsmith.ruby.texts import binary, bytes_of

define("Base64", is_module=True)
BASE64 = class_methods_of("Base64")
_NOT_IN_ALPHABET = re.compile(rb"[^A-Za-z0-9+/]")
_LINE = 45  # bytes, which make sixty characters


def decode_leniently(content: bytes) -> bytes:
    """Return what Ruby's `unpack("m")` reads: up to the first `=`, without what is not in the alphabet."""
    kept = _NOT_IN_ALPHABET.sub(b"", content.partition(b"=")[0])
    if len(kept) % 4 == 1:
        kept = kept[:-1]
    return base64.b64decode(kept + b"=" * (-len(kept) % 4))


@BASE64.method("encode64")
def encode64(_module: Any, text: Any) -> String:
    content = bytes_of(text)
    lines = (content[start : start + _LINE] for start in range(0, len(content), _LINE))
    return String("".join(base64.b64encode(line).decode() + "\n" for line in lines))


@BASE64.method("strict_encode64")
def strict_encode64(_module: Any, text: Any) -> String:
    return String(base64.b64encode(bytes_of(text)).decode())


@BASE64.method("urlsafe_encode64")
def urlsafe_encode64(_module: Any, text: Any, *, padding: Any = True) -> String:
    encoded = base64.urlsafe_b64encode(bytes_of(text)).decode()
    return String(encoded if truthy(padding) else encoded.rstrip("="))


@BASE64.method("decode64")
def decode64(_module: Any, text: Any) -> String:
    if not isinstance(text, String):
        kind = "nil" if text is None else f"an instance of {text.__class__.__name__}"
        raise fault("NoMethodError", f"undefined method 'unpack1' for {kind}")
    return binary(decode_leniently(bytes_of(text)))


@BASE64.method("strict_decode64")
def strict_decode64(_module: Any, text: Any) -> String:
    return binary(_strict(bytes_of(text)))


def _strict(content: bytes) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise fault("ArgumentError", "invalid base64") from None


@BASE64.method("urlsafe_decode64")
def urlsafe_decode64(_module: Any, text: Any) -> String:
    content = bytes_of(text).translate(bytes.maketrans(b"-_", b"+/"))
    return binary(_strict(content if content.endswith(b"=") else content + b"=" * (-len(content) % 4)))
