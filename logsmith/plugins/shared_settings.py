"""Checks of what all plugins share: names and texts of the common settings, and which way a codec is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from logsmith.event import EventError, FieldRef, Sprintf
from logsmith.event.joda import DateFormatError
from logsmith.plugins.contract import Codec, Filter, Input, Output, Plugin, Problem


def check_shared(plugin: Plugin) -> Iterator[Problem]:
    """Yield what is wrong with a plugin's common settings and codecs."""
    if isinstance(plugin, (Filter, Input)):
        yield from _check_added_fields(plugin)
    if isinstance(plugin, Filter):
        for name in plugin.remove_field:
            yield from _check("remove_field", name, _check_reference)
        for setting in ("add_tag", "remove_tag"):
            for text in getattr(plugin, setting):
                yield from _check(setting, text, Sprintf.parse)
    for name, codec in vars(plugin).items():
        if isinstance(codec, Codec):
            yield from _check_direction(plugin, name, codec)


def _check_added_fields(plugin: Filter | Input) -> Iterator[Problem]:
    for name, value in plugin.add_field.items():
        yield from _check("add_field", name, _check_reference)
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str):
                yield from _check("add_field", text, Sprintf.parse)


def _check_reference(text: str) -> Any:  # Any: whatever it is read as
    return Sprintf.parse(text) if "%{" in text else FieldRef.parse(text)


def _check(setting: str, text: str, read: Callable[[str], Any]) -> Iterator[Problem]:
    try:
        read(text)
    except (EventError, DateFormatError) as error:
        yield Problem(f"{setting}: {error}", setting)


def _check_direction(plugin: Plugin, name: str, codec: Codec) -> Iterator[Problem]:
    wanted = "decode" if isinstance(plugin, Input) else "encode"
    if isinstance(plugin, (Input, Output)) and getattr(type(codec), wanted) is getattr(Codec, wanted):
        way = (
            "writes events, it does not read them"
            if wanted == "decode"
            else "reads events, it does not write them"
        )
        yield Problem(f"the codec {codec.name} {way}", name, 'write codec => "json_lines", for example')
