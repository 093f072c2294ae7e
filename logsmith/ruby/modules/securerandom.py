"""SecureRandom."""

from __future__ import annotations

import base64
import secrets
import string
import time
import uuid
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.coerce import check_length, to_int
from logsmith.ruby.dispatch import class_methods_of
from logsmith.ruby.iteration import truthy
from logsmith.ruby.objects import Range, String
from logsmith.ruby.texts import binary

define("SecureRandom", is_module=True)
RANDOM = class_methods_of("SecureRandom")
_LETTERS_AND_DIGITS = string.ascii_uppercase + string.ascii_lowercase + string.digits


def _bytes(size: Any) -> bytes:
    return secrets.token_bytes(check_length(16 if size is None else to_int(size)))


@RANDOM.method("hex")
def hex_(_module: Any, size: Any = None) -> String:
    return String(_bytes(size).hex())


@RANDOM.method("uuid")
def uuid_(_module: Any) -> String:
    return String(str(uuid.uuid4()))


@RANDOM.method("random_bytes", "bytes")
def random_bytes(_module: Any, size: Any = None) -> String:
    return binary(_bytes(size))


@RANDOM.method("base64")
def base64_(_module: Any, size: Any = None) -> String:
    return String(base64.b64encode(_bytes(size)).decode())


@RANDOM.method("uuid_v7")
def uuid_v7(_module: Any) -> String:
    """Return a UUID that begins with the time in milliseconds."""
    number = (time.time_ns() // 1_000_000) << 80 | 7 << 76 | secrets.randbits(12) << 64
    return String(str(uuid.UUID(int=number | 0b10 << 62 | secrets.randbits(62))))


@RANDOM.method("urlsafe_base64")
def urlsafe_base64(_module: Any, size: Any = None, padding: Any = False) -> String:
    text = base64.urlsafe_b64encode(_bytes(size)).decode()
    return String(text if truthy(padding) else text.rstrip("="))


@RANDOM.method("alphanumeric")
def alphanumeric(_module: Any, size: Any = None) -> String:
    count = check_length(16 if size is None else to_int(size))
    return String("".join(secrets.choice(_LETTERS_AND_DIGITS) for _ in range(count)))


@RANDOM.method("random_number", "rand")
def random_number(_module: Any, limit: Any = 0) -> Any:
    if isinstance(limit, Range):
        return _within(limit)
    if isinstance(limit, int) and limit > 0:
        return secrets.randbelow(limit)
    fraction = secrets.randbits(53) / (1 << 53)
    return fraction * limit if isinstance(limit, float) and limit > 0 else fraction


def _within(span: Range) -> Any:
    if isinstance(span.first, int) and isinstance(span.last, int):
        return span.first + secrets.randbelow(span.last - span.first + (not span.is_exclusive))
    return span.first + secrets.randbits(53) / (1 << 53) * (span.last - span.first)
