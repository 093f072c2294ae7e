"""Making a plugin from what the file says about it: every check, every problem, one place.

Used for `-t` as for a start, for codecs inside of plugins and for the examples of the reference: to check a plugin is to
make it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from logsmith.plugins.contract import Codec, Context, Kind, Plugin, PluginError, Problem
from logsmith.plugins.elsewhere import instead_of
from logsmith.plugins.registry import UnknownPluginError, find, names
from logsmith.plugins.setting import (
    BadValueError,
    CodecSetting,
    Setting,
    convert,
    old_spellings,
    settings_of,
)
from logsmith.plugins.shared_settings import check_shared

SETTINGS_LISTED = 25  # in a hint


class BuildError(PluginError):
    """A plugin cannot be made; `problems` says all that is wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(problem.message for problem in self.problems))


def make_plugin(
    kind: Kind,
    name: str,
    values: Mapping[str, Any],  # Any: plain values, as the file has them
    context: Context,
) -> tuple[Plugin, list[Problem]]:
    """Return the plugin and the warnings it gave; raises BuildError with all that is wrong."""
    cls = find_plugin(kind, name)
    checked, problems = _check_settings(cls, values)
    plugin: Plugin | None = None
    if not _has_errors(problems):
        try:
            plugin = cls(replace(context, make_codec=_codec_maker(problems)), checked)
        except BuildError as error:
            problems.extend(error.problems)
        else:
            problems.extend(check_shared(plugin))
            problems.extend(plugin.prepare())
    if plugin is None or _has_errors(problems):
        raise BuildError(problems)
    return plugin, problems


def find_plugin(kind: Kind, name: str) -> type[Plugin]:
    """Return a plugin class; raises BuildError with the nearest name as the hint."""
    try:
        return find(kind, name)
    except UnknownPluginError:
        instead = instead_of(kind, name)
        hint = (
            (f"instead: {instead}" if instead else None)
            or _did_you_mean(name, names(kind))
            or f"logsmith has these {kind} plugins: {', '.join(names(kind))}"
        )
        raise BuildError(
            [Problem(f"there is no {kind} plugin {name!r}", hint=hint, code="unknown-plugin")]
        ) from None


def _codec_maker(problems: list[Problem]) -> Any:  # Any: a function of the type that Context names
    def make_codec(chosen: CodecSetting, context: Context) -> Codec:
        codec, warnings = make_plugin("codec", chosen.name, chosen.values, context)
        problems.extend(replace(warning, setting="codec") for warning in warnings)
        assert isinstance(codec, Codec)  # noqa: S101  the registry finds by kind
        return codec

    def make_or_blame(chosen: CodecSetting, context: Context) -> Codec:
        try:
            return make_codec(chosen, context)
        except BuildError as error:
            raise BuildError(replace(problem, setting="codec") for problem in error.problems) from None

    return make_or_blame


def _has_errors(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


def _check_settings(cls: type[Plugin], values: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    declared = settings_of(cls)
    problems: list[Problem] = []
    wanted = dict(_translate_old(cls, values, problems))
    checked: dict[str, Any] = {}
    for name, value in wanted.items():
        one = declared.get(name)
        if one is None:
            hint = _did_you_mean(name, declared) or _what_there_is(cls.name, declared)
            problems.append(
                Problem(f"unknown setting {name!r} for {cls.name}", name, hint, "unknown-setting")
            )
        elif one.obsolete:
            message = f"the setting {name!r} of {cls.name} is obsolete and no longer available"
            problems.append(Problem(message, name, one.obsolete, "obsolete-setting"))
        else:
            _convert_one(one, value, checked, problems)
    problems.extend(_missing(cls, wanted))
    return checked, problems


def _translate_old(
    cls: type[Plugin], values: Mapping[str, Any], problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    former = dict(old_spellings(cls))
    for name, value in values.items():
        if name not in former or name in settings_of(cls):
            yield name, value
            continue
        one = former[name]
        message = f"the setting {name!r} of {cls.name} is now called {one.name!r}"
        problems.append(Problem(message, name, f"write {one.name}", "deprecated-setting", "warning"))
        translate = one.old[name]
        try:
            yield one.name, value if translate is None else translate(value)
        except BadValueError as error:
            problems.append(Problem(f"{name}: {error}", name))


def _convert_one(one: Setting, value: Any, checked: dict[str, Any], problems: list[Problem]) -> None:
    try:
        checked[one.name] = convert(value, one.type)
    except BadValueError as error:
        problems.append(Problem(f"{one.name}: {error}", one.name))


def _missing(cls: type[Plugin], values: Mapping[str, Any]) -> Iterator[Problem]:
    for one in settings_of(cls).values():
        if one.is_required and values.get(one.name) is None:
            hint = f"add {one.name} => …: {one.sentence}"
            yield Problem(f"{cls.name} needs the setting {one.name!r}", None, hint, "missing-setting")


def _what_there_is(name: str, declared: Iterable[str]) -> str:
    listed = sorted(declared)
    if len(listed) > SETTINGS_LISTED:
        return f"`logsmith docs` writes a page with all {len(listed)} settings of {name}"
    return f"{name} has: {', '.join(listed)}"


def _did_you_mean(name: str, known: Iterable[str]) -> str | None:
    near = difflib.get_close_matches(name, list(known), 1, 0.7)
    return f"did you mean {near[0]}?" if near else None
