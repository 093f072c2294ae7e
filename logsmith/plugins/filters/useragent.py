"""Tell browser, operating system and device from a user agent string."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from logsmith.event import Event, FieldRef, Value, copied
from logsmith.plugins import POSITIVE, REQUIRED, EcsMode, Example, Filter, PluginError, Problem, setting
from logsmith.plugins.found_objects import FoundObjects, is_emitted
from logsmith.useragents.patterns import Parts, PatternError, Patterns, builtin_patterns, read_patterns

if TYPE_CHECKING:
    from logsmith.plugins import Code

MAX_CHARS = 4096  # of a user agent; what follows is not looked at
UNKNOWN = "Other"
_NUMBER = re.compile("0|-?[1-9][0-9]*")  # what Ruby's to_i.to_s leaves as it is
OBJECTS = ("os",), ("device",)  # of what is found in ECS modes

FLAT = (
    "name", "version", "major", "minor", "patch", "os", "os_name", "os_version", "device",
    "os_major", "os_minor", "os_patch", "os_full",
)  # fmt: skip

Change = Callable[[dict[str, Value]], None]  # of metadata


class Useragent(Filter):
    makes_plain_values = True

    source: FieldRef = setting(REQUIRED, "The field that holds the user agent; of an array, the first item.")
    target: FieldRef | None = setting(
        None, "The field that gets what is found: the event itself, in ECS modes `[user_agent]`."
    )
    prefix: str = setting("", "What the name of each field begins with; not used in ECS modes.")
    regexes: Path | None = setting(
        None,
        "A file of patterns, such as `regexes.yaml` of uap-core, instead of those that come with ua-parser.",
    )
    lru_cache_size: int = setting(100_000, "How many user agents are remembered.", within=POSITIVE)
    ecs_compatibility: EcsMode | None = setting(None, "Where fields go and what they are called.")

    examples = (
        Example(
            "writes the fields of ECS; the parts of versions are in the metadata",
            config='source => "[user_agent][original]" '
            'add_field => { "major" => "%{[@metadata][filter][user_agent][version][major]}" }',
            given={
                "user_agent": {
                    "original": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                    "Version/12.0 Safari/605.1.15"
                }
            },
            expect=[
                {
                    "user_agent": {
                        "original": "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_14) AppleWebKit/605.1.15 (KHTML, like "
                        "Gecko) Version/12.0 Safari/605.1.15",
                        "name": "Safari",
                        "version": "12.0",
                        "os": {"name": "Mac OS X", "version": "10.14", "full": "Mac OS X 10.14"},
                        "device": {"name": "Mac"},
                    },
                    "major": "12",
                }
            ],
            ecs="v8",
        ),
        Example(
            "writes flat fields with ECS off",
            config='source => "agent" target => "ua" remove_field => "agent"',
            given={
                "agent": "Mozilla/5.0 (X11; Linux i686) AppleWebKit/537.31 (KHTML, like Gecko) Chrome/26.0.1410.63 "
                "Safari/537.31"
            },
            expect=[
                {
                    "ua": {
                        "name": "Chrome",
                        "version": "26.0.1410.63",
                        "major": "26",
                        "minor": "0",
                        "patch": "1410",
                        "os": "Linux",
                        "os_name": "Linux",
                        "os_full": "Linux",
                        "device": "Other",
                    }
                }
            ],
        ),
        Example(
            "knows an agent that no pattern matches as Other, and puts a prefix before names",
            config='source => "agent" prefix => "ua_" add_tag => ["done"]',
            given={"agent": "?"},
            expect=[
                {
                    "agent": "?",
                    "ua_name": "Other",
                    "ua_os": "Other",
                    "ua_os_name": "Other",
                    "ua_os_full": "Other",
                    "ua_device": "Other",
                    "tags": ["done"],
                }
            ],
        ),
        Example(
            "leaves an event alone that has no user agent",
            config='source => "agent" add_tag => ["done"]',
            given={"agent": ""},
            expect=[{"agent": ""}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._is_ecs = self.ecs != "disabled"
        target = self.target or (FieldRef("user_agent") if self._is_ecs else FieldRef(""))
        self._target = target if target.text else None  # None: the event itself
        self._removes_source = self.target is not None and self.target.text == self.source.text
        self._names = [self.prefix + name for name in FLAT]
        self._own: Patterns | None = None
        objects = OBJECTS if self._is_ecs else ()
        self._known = FoundObjects(self.source, self._target, objects, most=self.lru_cache_size)
        yield from self._check_prefix()
        if self.regexes is None:
            return
        try:
            self._own = read_patterns(self.regexes)
        except (OSError, PatternError) as error:
            yield Problem(f"cannot use {str(self.regexes)!r}: {error}", "regexes")

    def reads(self) -> Sequence[Path]:
        return () if self.regexes is None else (self.regexes,)

    def _check_prefix(self) -> Iterator[Problem]:
        if self.prefix and self._is_ecs:
            message = "Field prefix isn't supported in ECS compatibility mode"
            hint = f'leave out prefix => "{self.prefix}"'
            yield Problem(message, "prefix", hint, severity="warning")
        elif "[" in self.prefix or "]" in self.prefix:
            yield Problem("a prefix is the beginning of a name and has no brackets", "prefix")

    def preload(self) -> None:
        if self._own is None:
            builtin_patterns()

    def emit(self, code: Code) -> None:
        """Write the look-up of an agent that is known inline, and the copy of what is; for all else a call."""
        if not is_emitted(self._target):
            super().emit(code)
            return
        otherwise = super().emit

        def change_metadata(agent: str) -> None:
            if self._is_ecs:
                with code.block(f"if {agent}[-1] is not None"):
                    code.line(f"event.change_metadata_later({agent}[-1])")

        self._known.emit(code, lambda: otherwise(code), change_metadata)

    def filter(self, event: Event) -> bool:
        text = event.get(self.source)
        if isinstance(text, list):
            text = text[0] if text else None
        if text is None or text in ("", {}):
            return False
        if not isinstance(text, str):
            raise PluginError(f"expected a text, got {text!r}")
        found, change = self._find(text[:MAX_CHARS])
        if self._removes_source:
            event.remove(self.source)
        if not self._known.put_json(event, text):
            self._write(event, found)
        if change is not None:
            event.change_metadata_later(change)
        return True

    def _find(self, text: str) -> tuple[dict[str, Any], Change | None]:
        entry = self._known.entries.get(text)
        if entry is not None:
            return entry[1], entry[-1]
        found, change = self._parse(text)
        self._known.keep(text, found, change)
        return found, change

    def _write(self, event: Event, found: dict[str, Any]) -> None:
        target = self._target
        known = event.fields if target is None else event.get(target)
        if isinstance(known, dict) and all(trail[0] not in known for trail in self._known.trails):
            known.update(copied(found))  # type: ignore[arg-type]  # a copy of an object is an object
            return
        if known is None and target is not None and not event.include(target):
            event.set(target, copied(found))
            return
        begin = "" if target is None else f"[{target.text}]"
        for name, value in found.items():
            inner = value.items() if isinstance(value, dict) else ()
            for member, text in inner:
                event.set(FieldRef.parse(f"{begin}[{name}][{member}]"), text)
            if not inner:
                event.set(FieldRef.parse(f"{begin}[{name}]"), value)

    def _parse(self, text: str) -> tuple[dict[str, Any], Change | None]:
        patterns = self._own or builtin_patterns()
        readable = text.encode("utf-8", "replace").decode()  # without surrogates
        agent, system, device_parts = patterns.find(readable)
        agent = agent or (UNKNOWN, None, None, None, None)
        system = system or (UNKNOWN, None, None, None, None)
        (device,) = device_parts or (UNKNOWN,)
        versions = agent_version(readable, agent), system_version(system)
        if not self._is_ecs:
            flat = zip(self._names, _flat(agent, system, device, versions), strict=True)
            return {name: value for name, value in flat if value is not None}, None
        metadata = _present({"version": _numbers(agent), "os": _present({"version": _numbers(system)})})
        change = partial(_merge, {"filter": {"user_agent": metadata}}) if metadata else None
        return _nested(agent, system, device, versions), change


def _flat(agent: Parts, system: Parts, device: str | None, versions: Parts) -> tuple[str | None, ...]:
    """Return a value for each of FLAT."""
    of_agent = agent[0], versions[0], *agent[1:4]
    return (*of_agent, system[0], system[0], versions[1], device, *system[1:4], _full(system, versions))


def _nested(agent: Parts, system: Parts, device: str | None, versions: Parts) -> dict[str, Any]:
    named = {"name": system[0], "version": versions[1], "full": _full(system, versions)}
    members = {"name": agent[0], "version": versions[0], "os": _present(named), "device": {"name": device}}
    return _present(members)


def _full(system: Parts, versions: Parts) -> str:
    return " ".join(part for part in (system[0], versions[1]) if part is not None)


def _numbers(parts: Parts) -> dict[str, Any]:
    return _present(dict(zip(("major", "minor", "patch"), parts[1:4], strict=True)))


def _present(members: dict[str, Any]) -> dict[str, Any]:  # Any: texts, objects of texts
    return {name: value for name, value in members.items() if value is not None and value != {}}


def _merge(change: dict[str, Any], known: dict[str, Value]) -> None:
    for name, value in change.items():
        inner = known.get(name)
        if isinstance(inner, dict) and isinstance(value, dict):
            _merge(value, inner)
        else:
            known[name] = copied(value)


def agent_version(text: str, parts: Parts) -> str | None:
    """Return the version of a browser; where the patterns have three parts of four, with the fourth from the text."""
    version = _dotted(parts[1:])
    if version is None or parts[3] is None or parts[4] is not None:
        return version
    _, _, rest = text.partition(version)  # where it is first
    number, is_ended, _ = rest[1:].partition(" ")
    if rest.startswith(".") and is_ended and _NUMBER.fullmatch(number):
        return f"{version}.{number}"
    return version


def system_version(parts: Parts) -> str | None:
    """Return the version of an operating system; one that begins with a word has a blank after it: `XP 64`."""
    major, *others = parts[1:]
    if major is None or _NUMBER.fullmatch(major):
        return _dotted(parts[1:])
    rest = _dotted(others)
    return major if rest is None else f"{major} {rest}"


def _dotted(parts: Parts) -> str | None:
    end = parts.index(None) if None in parts else len(parts)
    return ".".join(parts[:end]) if end else None  # type: ignore[arg-type]  # none is None
