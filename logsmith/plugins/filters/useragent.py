"""Tell browser, operating system and device from a user agent string."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from msgspec import Raw
from msgspec.json import Decoder

from logsmith.event import Event, FieldRef, Value, to_i
from logsmith.event.json import encode_value
from logsmith.plugins import POSITIVE, REQUIRED, EcsMode, Example, Filter, PluginError, Problem, setting
from logsmith.useragents.patterns import Parts, PatternError, Patterns, builtin_patterns, read_patterns

MAX_CHARS = 4096  # of a user agent; what follows is not looked at
UNKNOWN = "Other"

_decode = Decoder(dict[str, Any]).decode  # Any: texts, and objects of texts


@dataclass(frozen=True, slots=True)
class Found:
    """What one user agent becomes: the fields below the target as JSON, and what changes in the metadata."""

    fields: Raw
    change_metadata: Callable[[dict[str, Value]], None] | None


class Useragent(Filter):
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
        self._target = target
        self._is_root = not target.text
        self._top = None if self._is_root else target.top
        self._removes_source = self.target is not None and self.target.text == self.source.text
        self._objects = {"os", "device"} if self._is_ecs else set()
        self._own: Patterns | None = None
        self._find = lru_cache(maxsize=self.lru_cache_size)(self._parse)
        yield from self._check_prefix()
        if self.regexes is None:
            return
        try:
            self._own = read_patterns(self.regexes)
        except (OSError, PatternError) as error:
            yield Problem(f"cannot use {str(self.regexes)!r}: {error}", "regexes")

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

    def filter(self, event: Event) -> bool:
        text = event.get(self.source)
        if isinstance(text, list):
            text = text[0] if text else None
        if text is None or text in ("", {}):
            return False
        if not isinstance(text, str):
            raise PluginError(f"expected a text, got {text!r}")
        found = self._find(text[:MAX_CHARS])
        if self._removes_source:
            event.remove(self.source)
        self._write(event, found.fields)
        if found.change_metadata is not None:
            event.change_metadata_later(found.change_metadata)
        return True

    def _write(self, event: Event, fields: Raw) -> None:
        if self._top is not None and self._top not in event.fields:
            event.fields[self._top] = fields  # stays JSON until somebody reads it
            return
        known = event.fields if self._is_root else event.get(self._target)
        made = _decode(fields)
        if isinstance(known, dict) and self._objects.isdisjoint(known):
            known.update(made)
            return
        if known is None and not event.include(self._target):
            event.set(self._target, made)
            return
        begin = "" if self._is_root else f"[{self._target.text}]"
        for name, value in made.items():
            inner = value.items() if isinstance(value, dict) else ()
            for member, text in inner:
                event.set(FieldRef.parse(f"{begin}[{name}][{member}]"), text)
            if not inner:
                event.set(FieldRef.parse(f"{begin}[{name}]"), value)

    def _parse(self, text: str) -> Found:
        patterns = self._own or builtin_patterns()
        readable = text.encode("utf-8", "replace").decode()  # without surrogates
        agent = patterns.agents.find(readable) or (UNKNOWN, None, None, None, None)
        system = patterns.systems.find(readable) or (UNKNOWN, None, None, None, None)
        (device,) = patterns.devices.find(readable) or (UNKNOWN,)
        versions = agent_version(readable, agent), system_version(system)
        if not self._is_ecs:
            flat = _flat(agent, system, device, versions)
            return Found(_encoded({self.prefix + name: value for name, value in flat.items()}), None)
        metadata = _present({"version": _numbers(agent), "os": _present({"version": _numbers(system)})})
        change = partial(_change_metadata, _encoded({"filter": {"user_agent": metadata}}))
        return Found(_encoded(_nested(agent, system, device, versions)), change if metadata else None)


def _flat(agent: Parts, system: Parts, device: str | None, versions: Parts) -> dict[str, Any]:
    named = {"name": agent[0], "version": versions[0], **_numbers(agent)}
    named |= {"os": system[0], "os_name": system[0], "os_version": versions[1], "device": device}
    named |= {f"os_{name}": value for name, value in _numbers(system).items()}
    return _present({**named, "os_full": _full(system, versions)})


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


def _encoded(members: dict[str, Any]) -> Raw:
    return Raw(encode_value(members))


def _change_metadata(change: Raw, metadata: dict[str, Value]) -> None:
    _merge(metadata, _decode(change))


def _merge(known: dict[str, Value], change: dict[str, Any]) -> None:
    for name, value in change.items():
        inner = known.get(name)
        if isinstance(inner, dict) and isinstance(value, dict):
            _merge(inner, value)
        else:
            known[name] = value


def agent_version(text: str, parts: Parts) -> str | None:
    """Return the version of a browser; where the patterns have three parts of four, with the fourth from the text."""
    version = _dotted(parts[1:])
    if version is None or parts[3] is None or parts[4] is not None:
        return version
    _, _, rest = text.partition(version)  # where it is first
    number, is_ended, _ = rest[1:].partition(" ")
    if rest.startswith(".") and is_ended and str(to_i(number)) == number:
        return f"{version}.{number}"
    return version


def system_version(parts: Parts) -> str | None:
    """Return the version of an operating system; one that begins with a word has a blank after it: `XP 64`."""
    major, *others = parts[1:]
    if major is None or str(to_i(major)) == major:
        return _dotted(parts[1:])
    rest = _dotted(others)
    return major if rest is None else f"{major} {rest}"


def _dotted(parts: Parts) -> str | None:
    end = next((at for at, part in enumerate(parts) if part is None), len(parts))
    return ".".join(part for part in parts[:end] if part is not None) if end else None
