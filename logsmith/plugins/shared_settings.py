"""What plugins share: settings that several codecs have, and checks of common settings and of the way a codec is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from logsmith.event import EventError, FieldRef, Sprintf
from logsmith.event.charset import UTF_8, find_charset
from logsmith.event.joda import DateFormatError
from logsmith.plugins.contract import Codec, Filter, Input, Output, Plugin, Problem
from logsmith.plugins.conversion import CONVERTERS, WORDS
from logsmith.plugins.setting import BadValueError, setting


class Charset(str):
    """A character encoding, under the name that Python knows it by."""

    __slots__ = ()


def _to_charset(value: Any) -> Charset:  # Any: what the file has
    name = CONVERTERS[str](value)
    try:
        return Charset(find_charset(name))
    except LookupError:
        raise BadValueError(f"unknown charset {name!r}, write a name such as UTF-8 or ISO-8859-1") from None


CONVERTERS[Charset], WORDS[Charset] = _to_charset, WORDS[str]

# Any: in a codec's class each stands for the type that is written there
CHARSET: Any = setting(Charset(UTF_8), "The character encoding of the text.")
DELIMITER: Any = setting("\n", "What ends a line.")
FORMAT: Any = setting(None, "The text of an event that is written; by default its time, host and message.")


def check_delimiter(delimiter: str) -> Iterator[Problem]:
    """Yield what is wrong with what ends a line."""
    if not delimiter:
        hint = "leave it out for lines that end with a newline"
        yield Problem("the delimiter is empty", "delimiter", hint)


def check_shared(plugin: Plugin) -> Iterator[Problem]:
    """Yield what is wrong with a plugin's common settings and codecs."""
    if isinstance(plugin, Input):
        yield from _check_added_fields(plugin)
    if isinstance(plugin, Filter):
        for problem in _check_decorations(plugin):
            # Logstash starts all the same, and each event fails
            yield replace(problem, severity="warning", hint="each event that gets here fails and is tagged")
    for name, codec in vars(plugin).items():
        if isinstance(codec, Codec):
            yield from _check_direction(plugin, name, codec)


def _check_decorations(plugin: Filter) -> Iterator[Problem]:
    yield from _check_added_fields(plugin)
    for at, name in enumerate(plugin.remove_field):
        yield from _check("remove_field", name, _check_reference, at)
    for which in ("add_tag", "remove_tag"):
        for at, text in enumerate(getattr(plugin, which)):
            yield from _check(which, text, Sprintf.parse, at)


def _check_added_fields(plugin: Filter | Input) -> Iterator[Problem]:
    for name, value in plugin.add_field.items():
        yield from _check("add_field", name, _check_reference, name)
        for at, text in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(text, str):
                yield from _check("add_field", text, Sprintf.parse, name, at)


def _check_reference(text: str) -> Any:  # Any: whatever it is read as
    return Sprintf.parse(text) if "%{" in text else FieldRef.parse(text)


def _check(setting: str, text: str, read: Callable[[str], Any], *inside: str | int) -> Iterator[Problem]:
    try:
        read(text)
    except (EventError, DateFormatError) as error:
        yield Problem(f"{setting}: {error}", setting, inside=inside)


def _check_direction(plugin: Plugin, name: str, codec: Codec) -> Iterator[Problem]:
    wanted = "decode" if isinstance(plugin, Input) else "encode"
    if isinstance(plugin, (Input, Output)) and getattr(type(codec), wanted) is getattr(Codec, wanted):
        way = (
            "writes events, it does not read them"
            if wanted == "decode"
            else "reads events, it does not write them"
        )
        yield Problem(f"the codec {codec.name} {way}", name, 'write codec => "json_lines", for example')
