"""JSON with numbers that no type here holds: they stay texts."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

from msgspec import MsgspecError, Raw
from msgspec.json import Decoder

if TYPE_CHECKING:
    from logsmith.event.values import Value

MAX_DIGITS = 4_000  # of an integer; beyond it Python takes long, and refuses soon


_decode = Decoder().decode


def decode_any(raw: Raw) -> Value:
    """Return the value of a member, whatever it holds."""
    try:
        return _decode(raw)  # type: ignore[no-any-return]
    except (MsgspecError, RecursionError):
        return decode_slowly(bytes(raw))


def decode_slowly(raw: bytes) -> Value:
    """Return the value of a member that msgspec refuses; what no type here holds stays text, as what is nested too deeply."""
    text = raw.decode("utf-8", "replace")
    try:
        return json.loads(text, parse_float=_float_or_text, parse_int=_int_or_text)  # type: ignore[no-any-return]
    except (ValueError, RecursionError):
        return text


def _float_or_text(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


def _int_or_text(digits: str) -> int | str:
    return int(digits) if len(digits) <= MAX_DIGITS else digits
