"""Making a plugin from what the file says about it: every check, every problem, one place.

Used for `-t` as for a start, for codecs inside of plugins and for the examples of the reference: to check a plugin is to
make it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from logsmith.event import Sprintf
from logsmith.plugins.batch import PluginError
from logsmith.plugins.contract import Codec, Context, Kind, Plugin, Problem
from logsmith.plugins.conversion import convert
from logsmith.plugins.elsewhere import instead_of
from logsmith.plugins.registry import UnknownPluginError, find, names
from logsmith.plugins.setting import BadValueError, CodecSetting, Setting, old_spellings, settings_of
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
    unread = _unread(cls, checked, problems)
    plugin = cls(replace(context, make_codec=_codec_maker(problems, unread)), checked)
    if _has_errors(problems):
        _forget(plugin, unread, {*checked, *values})
    with suppress(_UnreadError):
        _gather(problems, check_shared(plugin))
    with suppress(_UnreadError):
        _gather(problems, plugin.prepare())
    if _has_errors(problems):
        raise BuildError(problems)
    return plugin, problems


class _UnreadError(Exception):
    """A plugin asks for a setting whose value is wrong: what it would say from here on is not certain."""


class _Unread:
    """Stands for a setting whose value is wrong."""

    def __get__(self, plugin: object, owner: type | None = None) -> Any:  # Any: never returns
        raise _UnreadError

    def __set__(self, plugin: object, value: object) -> None:
        """Keep nothing, so that this, and not an attribute of the plugin, is what is read."""


def _unread(cls: type[Plugin], checked: Mapping[str, Any], problems: Iterable[Problem]) -> set[str]:
    """Return the names of the settings that have no value because what was written, or is missing, is wrong."""
    former = {name: one.name for name, one in old_spellings(cls)}
    named = [one.setting for one in problems if one.severity == "error" and one.setting]
    wrong = {former.get(name, name) for name in named}
    declared = settings_of(cls).items()
    return {name for name, one in declared if name in wrong or (one.is_required and name not in checked)}


def _forget(plugin: Plugin, unread: set[str], given: Iterable[str]) -> None:
    """Make a plugin stop at a setting of which nothing is known, to hear what it says of the others until then."""
    names = unread | ({"ecs"} if "ecs_compatibility" in unread else set())
    marks = {name: _Unread() for name in names}
    for name in names:
        vars(plugin).pop(name, None)
    cls = type(plugin)
    plugin.__class__ = type(cls.__name__, (cls,), {"__module__": cls.__module__, **marks})
    plugin.given = frozenset(given)


def _gather(problems: list[Problem], found: Iterable[Problem]) -> None:
    for one in found:  # one by one: what comes before an _UnreadError counts
        problems.append(one)  # noqa: PERF402  list.extend may lose them


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


def _codec_maker(
    problems: list[Problem], unread: set[str]
) -> Any:  # Any: a function of the type Context names
    def make_codec(chosen: CodecSetting, context: Context) -> Codec:
        try:
            codec, found = make_plugin("codec", chosen.name, chosen.values, context)
        except BuildError as error:
            codec, found = Codec(context), error.problems
            unread.add("codec")
        problems.extend(_of_codec(problem) for problem in found)
        assert isinstance(codec, Codec)  # noqa: S101  the registry finds by kind
        return codec

    return make_codec


def _of_codec(problem: Problem) -> Problem:
    """Return a problem of a codec as one of the plugin that has it."""
    inside = () if problem.setting is None else (problem.setting, *problem.inside)
    return replace(problem, setting="codec", inside=inside)


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
    problem: BadValueError | None
    try:
        checked[one.name] = convert(value, one.type)
        problem = _out_of_range(one, checked[one.name])
        problems.extend(_unfinished(one.name, checked[one.name]))
    except BadValueError as error:
        problem = error
    if problem is not None:
        checked.pop(one.name, None)
        problems.append(Problem(f"{one.name}: {problem}", one.name, inside=problem.inside))


def _unfinished(name: str, value: Any, *inside: str | int) -> Iterator[Problem]:  # Any: a converted value
    """Yield the sprintf places of a setting that have no closing brace."""
    if isinstance(value, Sprintf):
        if value.unfinished is not None:
            yield Problem.unfinished(name, value.text, value.unfinished, inside)
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from _unfinished(name, item, *inside, at)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _unfinished(name, item, *inside, key)


def _out_of_range(one: Setting, value: Any) -> BadValueError | None:  # Any: a value of the setting's type
    if one.within is None:
        return None
    is_list = isinstance(value, list)
    for at, number in enumerate(value if is_list else [value]):
        if isinstance(number, (int, float)) and not one.within.least <= number <= one.within.most:
            return BadValueError(f"expected {one.within}, got {number:g}", (at,) if is_list else ())
    return None


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
