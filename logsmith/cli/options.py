"""The flags of `logsmith`, which are Logstash's: from words to settings.

A flag that is a boolean may be followed by a value (`--flag`, `--flag true`, `--flag=false`). Short flags may
have their value behind them (`-w4`) and be put together (`-tf FILE`). The last one of a kind wins.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from logsmith.config.settings_table import PASSWORDS, ROWS, Kind, Row
from logsmith.errors import LogsmithError
from logsmith.password import Password

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

BOOLEANS = ("true", "false")
SETTINGS_FOLDER_VARIABLE = "LS_SETTINGS_DIR"


class UsageError(LogsmithError):
    """The words of the command line cannot be understood."""


class Option(NamedTuple):
    """One flag: how it is written, the setting behind it, and what its value is called; "" for a boolean."""

    switches: tuple[str, ...]
    setting: str
    metavar: str
    heading: str = ""


OPTIONS = (
    Option(("-f", "--path.config"), "path.config", "PATH", "What to run"),
    Option(("-e", "--config.string"), "config.string", "TEXT"),
    Option(("-t", "--config.test_and_exit"), "config.test_and_exit", ""),
    Option(("--pipeline.id",), "pipeline.id", "ID"),
    Option(("-w", "--pipeline.workers"), "pipeline.workers", "N", "How to run it"),
    Option(("-b", "--pipeline.batch.size"), "pipeline.batch.size", "N"),
    Option(("-u", "--pipeline.batch.delay"), "pipeline.batch.delay", "MS"),
    Option(("--pipeline.ordered",), "pipeline.ordered", "MODE"),
    Option(("--pipeline.ecs_compatibility",), "pipeline.ecs_compatibility", "MODE"),
    Option(("--pipeline.unsafe_shutdown",), "pipeline.unsafe_shutdown", ""),
    Option(
        ("--pipeline.batch.output_chunking.growth_threshold_factor",),
        "pipeline.batch.output_chunking.growth_threshold_factor",
        "N",
    ),
    Option(("--field-reference-escape-style",), "config.field_reference.escape_style", "STYLE"),
    Option(("-r", "--config.reload.automatic"), "config.reload.automatic", ""),
    Option(("--config.reload.interval",), "config.reload.interval", "TIME"),
    Option(("-n", "--node.name"), "node.name", "NAME"),
    Option(("--path.settings",), "path.settings", "DIR", "Folders"),
    Option(("--path.data",), "path.data", "DIR"),
    Option(("-l", "--path.logs"), "path.logs", "DIR"),
    Option(("-p", "--path.plugins"), "path.plugins", "DIR"),
    Option(("--log.level",), "log.level", "LEVEL", "Log"),
    Option(("--log.format",), "log.format", "FORMAT"),
    Option(
        ("--log.format.json.fix_duplicate_message_fields",),
        "log.format.json.fix_duplicate_message_fields",
        "",
    ),
    Option(("--config.debug",), "config.debug", ""),
    Option(("--api.enabled",), "api.enabled", "", "API"),
    Option(("--api.http.host",), "api.http.host", "HOST"),
    Option(("--api.http.port",), "api.http.port", "PORT"),
    Option(("--plugin-classloaders",), "pipeline.plugin_classloaders", "", "Other"),
    Option(("-i", "--interactive"), "interactive", "SHELL"),
    Option(("--enable-local-plugin-development",), "enable-local-plugin-development", ""),
    Option(("-V", "--version"), "version", ""),
    Option(("-h", "--help"), "help", ""),
)
ANY_SETTING = ("-S", "--setting")
ANY_TEXT = ("-e", "--config.string")  # what follows is a pipeline, whatever it looks like
LOG_LEVELS = {"--verbose": "info", "--debug": "debug", "--quiet": "error"}  # deprecated by Logstash
_MODULES = "modules ended with Logstash 9: write the pipeline in a file, and name that with -f"
GONE = dict.fromkeys(
    ("-M", "--modules", "--modules.variable", "--setup", "--cloud.id", "--cloud.auth"), _MODULES
)
_SETTINGS = frozenset(row.name for row in ROWS)
LISTS = frozenset(row.name for row in ROWS if row.kind is Kind.LIST)

_BY_SWITCH = {switch: option for option in OPTIONS for switch in option.switches}
_KNOWN = frozenset((*_BY_SWITCH, *ANY_SETTING, *LOG_LEVELS))


@dataclass(slots=True)
class Chosen:
    """The settings that the command line chose, and what it should say about that."""

    settings: dict[str, str | list[str] | Password] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Return whether a boolean setting is switched on."""
        return self.settings.get(name) == "true"

    def put(self, name: str, value: str) -> None:
        """Set one setting; a list grows."""
        if name in LISTS:
            known = self.settings.get(name)
            self.settings[name] = [*(known if isinstance(known, list) else []), value]
        else:
            self.settings[name] = Password(value) if value and name in PASSWORDS else value


def parse_options(words: Sequence[str], environment: Mapping[str, str] = os.environ) -> Chosen:
    """Return what the words of the command line choose; raises UsageError."""
    chosen = Chosen()
    folder = environment.get(SETTINGS_FOLDER_VARIABLE)
    if folder:
        chosen.put("path.settings", folder)
    rest = list(words)
    while rest:
        _take(rest, chosen)
    return chosen


def _take(rest: list[str], chosen: Chosen) -> None:
    switch, value = _cut(rest.pop(0))
    if switch in LOG_LEVELS:
        chosen.put("log.level", LOG_LEVELS[switch])
        chosen.warnings.append(f"{switch} is deprecated, write --log.level={LOG_LEVELS[switch]}")
        return
    if switch in ANY_SETTING:
        name, equals, text = _value(switch, value, rest).partition("=")
        if not equals:
            raise UsageError(f"{switch} wants KEY=VALUE, not {name!r}")
        chosen.put(name, text)
        return
    option = _BY_SWITCH.get(switch)
    if option is None:
        raise UsageError(_unknown(switch))
    if option.metavar:
        text = _value(switch, value, rest)
        # Logstash: an empty pipeline is one with the default sections; an empty setting would be unset
        chosen.put(option.setting, text or (" " if option.setting == "config.string" else ""))
    else:
        chosen.put(option.setting, _flag(switch, value, rest))


def _cut(word: str) -> tuple[str, str | None]:
    """Cut a word into the switch and the value that is written with it."""
    if word.startswith("--") and "=" in word:
        switch, _, value = word.partition("=")
        return switch, value
    if word[:1] == "-" and word[1:2] not in ("-", "") and len(word) > 2:
        return word[:2], word[2:]
    return word, None


def _value(switch: str, value: str | None, rest: list[str]) -> str:
    if value is not None:
        return value
    if not rest:
        raise UsageError(f"{switch} wants a value")
    if switch not in ANY_TEXT and _cut(rest[0])[0] in _KNOWN:
        raise UsageError(f"{switch} wants a value, and {rest[0]} is a flag")
    return rest.pop(0)


def _flag(switch: str, value: str | None, rest: list[str]) -> str:
    if value is None:
        return rest.pop(0) if rest and rest[0] in BOOLEANS else "true"
    if not switch.startswith("--"):  # `-tf FILE` is `-t -f FILE`
        rest.insert(0, f"-{value}")
        return "true"
    if value not in BOOLEANS:
        raise UsageError(f"{switch} is true or false, not {value!r}")
    return value


def _unknown(word: str) -> str:
    from difflib import get_close_matches

    from logsmith.cli import COMMANDS

    if word in GONE:
        return f"there is no flag {word}; {GONE[word]}"
    if word.startswith("-"):
        if word.removeprefix("--") in _SETTINGS:
            return f"{word.removeprefix('--')} is a setting without a flag: write -S {word.removeprefix('--')}=VALUE"
        close = get_close_matches(word, [*_BY_SWITCH, *ANY_SETTING], n=1)
        return f"there is no flag {word}" + (f"; did you mean {close[0]}?" if close else "")
    close = get_close_matches(word, COMMANDS, n=1)
    hint = f"did you mean {close[0]}?" if close else "a pipeline's file goes behind -f"
    return f"there is no command {word!r}; {hint}"


def help_lines() -> Iterator[str]:
    """Yield the help, line by line."""
    from logsmith.cli import COMMANDS

    meanings = {row.name: row for row in ROWS}
    yield from _INTRODUCTION.splitlines()
    for option in OPTIONS:
        if option.heading:
            yield from ("", f"{option.heading}:")
        row = meanings[option.setting]
        flags = ", ".join(option.switches) + (f" {option.metavar}" if option.metavar else "")
        choices = f" One of {', '.join(row.choices)}." if row.choices else ""
        default = "" if row.default in (None, False, []) else f" Default: {_shown(row)}."
        yield from _columns(flags, row.meaning + choices + default)
    yield from _columns(
        "-S, --setting KEY=VALUE", "Any setting of logstash.yml, by its name; may be repeated."
    )
    yield from ("", "Commands (each has its own --help):")
    for name, sentence in COMMANDS.items():
        yield from _columns(f"logsmith {name}", sentence)


def _shown(row: Row) -> str:
    if row.kind is Kind.TIME:
        return f"{row.default:g}s"
    return str(row.default).lower() if isinstance(row.default, bool) else str(row.default)


def _columns(left: str, right: str) -> Iterator[str]:
    if len(left) <= _LEFT:
        yield f"  {left:<{_LEFT}}  {right}"
    else:
        yield from (f"  {left}", f"  {'':<{_LEFT}}  {right}")


_LEFT = 34
_INTRODUCTION = """\
logsmith runs Logstash pipelines, unchanged. It takes events from Filebeat and other senders, parses and
enriches them as the pipeline says, and delivers them; a sender is told that an event has arrived only when it
is delivered or on disk.

  logsmith -f pipeline.conf                      run a pipeline (a file, a folder or a glob)
  logsmith -t -f pipeline.conf                   check it: all mistakes at once, with line and column
  logsmith -e 'input { stdin {} } output { stdout {} }'
                                                 try something out

Settings come from logsmith.yml or logstash.yml in the settings folder; a flag goes before the file. A boolean
flag may have a value: --api.enabled=false."""
