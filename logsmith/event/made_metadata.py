"""Metadata as it came, and what is still to be changed of it: made once for all events that have the same of both.

A few connections and what few filters add make all the metadata that there is, so that its text is kept. Who asks for an event's
metadata gets a map of its own, read from that text; that is several times as fast as making it anew.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import MsgspecError
from msgspec.json import Decoder, Encoder

if TYPE_CHECKING:
    from logsmith.event.values import Value

Change = Callable[[dict[str, "Value"]], None]
Ingredients = tuple[bytes, Change | None]  # JSON, and what changes the map that it is

TEXTS_KEPT, LONGEST_KEPT = 2048, 1000  # how many, and bytes of each: peers choose what is in them

_texts: dict[Ingredients, bytes] = {}
_decode, _encode = Decoder().decode, Encoder().encode


def made_of(ingredients: Ingredients) -> dict[str, Value]:
    """Return metadata as a map that nobody else has."""
    text = _texts.get(ingredients)
    if text is not None:
        return _decode(text)  # type: ignore[no-any-return]
    made = _made(ingredients)
    _keep(ingredients, made)
    return made


def text_of(ingredients: Ingredients) -> bytes | None:
    """Return metadata as JSON that says all there is to it; None if there is no such text, or it is too long to be kept."""
    if len(ingredients[0]) > LONGEST_KEPT:
        return None
    if ingredients not in _texts:
        _keep(ingredients, _made(ingredients))
    return _texts.get(ingredients)


def _made(ingredients: Ingredients) -> dict[str, Value]:
    written, change = ingredients
    try:
        made = _decode(written)
    except (MsgspecError, RecursionError):
        made = {}  # valid JSON all the same, such as a lone surrogate; nothing is routed by that
    if not isinstance(made, dict):
        made = {}
    if change is not None:
        change(made)
    return made


def _keep(ingredients: Ingredients, made: dict[str, Value]) -> None:
    if len(ingredients[0]) > LONGEST_KEPT:
        return
    try:
        text = _encode(made)
        is_whole = _decode(text) == made
    except (MsgspecError, TypeError, ValueError, ArithmeticError, RecursionError):
        return
    if is_whole and len(text) <= LONGEST_KEPT:
        if len(_texts) >= TEXTS_KEPT:
            _texts.clear()
        _texts[ingredients] = text
