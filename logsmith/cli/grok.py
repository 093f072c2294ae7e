"""`logsmith grok`: try a grok expression on lines, and see where those stop that do not match."""

from __future__ import annotations

import argparse
import json
import re
import sys
import unicodedata
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from logsmith.event import to_f, to_i
from logsmith.event.ruby import finite
from logsmith.grok import GrokError, Library, compile_grok
from logsmith.grok.explain import Explainer, Miss
from logsmith.grok.runaway import runaway_complaints
from logsmith.regex import Match, RegexTimeoutError, budget

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from logsmith.event import Value

DESCRIPTION = """\
Try a grok expression on lines of text, from standard input or a file.

  $ echo '192.0.2.7 GET 200' | logsmith grok '%{IP:client} %{WORD:verb} %{INT:code:int}'
  line 1: match
      client  string  "192.0.2.7"
      verb    string  "GET"
      code    int     200

A line that does not match is shown with the place up to which it does, and with the part of the expression that
stopped it there:

  $ echo '192.0.2.7 GET two' | logsmith grok '%{IP:client} %{WORD:verb} %{INT:code:int}'
  line 1: no match
      192.0.2.7 GET two
                    ^
      %{INT:code:int} does not match here"""

EPILOG = "The exit status is 0 if every line matches, 1 if one does not or the expression is wrong."

CHARS_SHOWN = 120  # of a line; longer ones are cut around the place
CHARS_BEFORE = 80  # the place, at most, in a line that is cut
ALTERNATIVES_SHOWN = 8
MARGIN = "    "
SENTENCES = {
    "here": "{} does not match here",
    "at the end": "{} is still to come where the text ends",
    "from here on": "{} matches nowhere from here on",
    "nowhere": "{} matches nowhere in the text",
    "unknown": "where it stops is not known: the expression calls a group that comes later",
}
TOO_LONG = "given up after {} ms (see --timeout)"
CONVERT: Mapping[str, Callable[[str], Value]] = {"int": to_i, "float": lambda text: finite(to_f(text))}


def _boolean(word: str) -> bool:
    if word not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"true or false, not {word!r}")
    return word == "true"


OPTIONS: Sequence[tuple[Any, ...]] = (  # Any: flags, then what argparse takes by name
    (
        "-f",
        "--file",
        {"type": Path, "metavar": "FILE", "help": "read lines from FILE, not from standard input"},
    ),
    (
        "--patterns-dir",
        {
            "action": "append",
            "default": [],
            "metavar": "DIR",
            "help": "a file, folder or glob of patterns; repeatable",
        },
    ),
    (
        "--define",
        {
            "action": "append",
            "default": [],
            "metavar": "NAME=REGEX",
            "help": "a pattern of your own; repeatable",
        },
    ),
    (
        "--ecs",
        {
            "choices": ("disabled", "v1", "v8"),
            "default": "v8",
            "help": "which set of patterns (default: %(default)s)",
        },
    ),
    (
        "--named-captures-only",
        {
            "type": _boolean,
            "default": True,
            "metavar": "BOOL",
            "help": "false shows what every pattern matched (default: true)",
        },
    ),
    ("--keep-empty-captures", {"action": "store_true", "help": "show captures that are empty too"}),
    (
        "--timeout",
        {
            "type": int,
            "default": 1000,
            "metavar": "MS",
            "help": "give a line up after that; 0 is never (default: %(default)s)",
        },
    ),
    ("--format", {"choices": ("text", "json"), "default": "text", "help": "json is an object on each line"}),
)


class Captured(NamedTuple):
    """One capture of a match, as the filter would store it."""

    field: str
    type: str
    value: Value


class Outcome(NamedTuple):
    """What came of one line: captures, or else a miss."""

    number: int
    text: str
    captures: Sequence[Captured]
    miss: Miss | None


def main(argv: Sequence[str]) -> int:
    """Run `logsmith grok` and return its exit status."""
    chosen = _parser().parse_args(argv)
    try:
        trial = Trial(chosen)
        with ExitStack() as stack:
            file = sys.stdin.buffer if chosen.file is None else stack.enter_context(chosen.file.open("rb"))
            return _print_all(trial, file, chosen)
    except BrokenPipeError:
        raise  # the command line knows what to do
    except OSError as error:
        print(f"logsmith grok: {error.filename}: {error.strerror}", file=sys.stderr)
    except GrokError as error:
        print(f"logsmith grok: {error}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="logsmith grok", description=DESCRIPTION, epilog=EPILOG, formatter_class=form
    )
    parser.add_argument(
        "pattern", metavar="PATTERN", help="the expression, as in the setting match of the filter"
    )
    for *flags, rest in OPTIONS:
        parser.add_argument(*flags, **rest)
    return parser


class Trial:
    """An expression with the settings to try it with; raises GrokError."""

    def __init__(self, chosen: argparse.Namespace) -> None:
        library = Library.stock(ecs=chosen.ecs != "disabled").with_files(chosen.patterns_dir)
        self.library = library.with_definitions(dict(map(_definition, chosen.define)))
        self.pattern, self.named_only = chosen.pattern, chosen.named_captures_only
        self.grok = compile_grok(self.pattern, self.library, named_captures_only=self.named_only)
        self._keeps_empty, self._watch = chosen.keep_empty_captures, budget.watch(chosen.timeout / 1000)
        self._explainer: Explainer | None = None

    def complaints(self) -> list[tuple[str, str]]:
        """Return what may run away in the expression, each with how to mend it."""
        return runaway_complaints(self.grok, self.library, named_captures_only=self.named_only)

    def try_line(self, number: int, text: str) -> Outcome:
        """Return what comes of a line, within the time limit."""
        try:
            with budget.armed(self._watch.limit_s):
                self._watch.text = text
                found = self.grok.search(text)
        except RegexTimeoutError:
            return Outcome(number, text, (), Miss("too long"))
        if found is not None:
            return Outcome(number, text, list(self._captures(found)), None)
        self._explainer = self._explainer or Explainer(
            self.pattern, self.library, named_captures_only=self.named_only
        )
        with budget.armed(self._watch.limit_s):
            self._watch.text = text
            return Outcome(number, text, (), self._explainer.explain(text) or Miss("unknown"))

    def _captures(self, found: Match) -> Iterator[Captured]:
        for capture in self.grok.captures:
            for place, group in enumerate(capture.groups):
                value = found.group(group)
                if not value and not self._keeps_empty:
                    continue
                kind = capture.type if capture.type and place == 0 else "string"
                convert = None if value is None else CONVERT.get(kind)
                yield Captured(capture.field, kind, value if convert is None else convert(value or ""))


def _definition(text: str) -> tuple[str, str]:
    name, equals, regex = text.partition("=")
    if not name or not equals:
        raise GrokError(f"--define wants NAME=REGEX, not {text!r}")
    return name, regex


def _print_all(trial: Trial, file: Iterable[bytes], chosen: argparse.Namespace) -> int:
    for message, hint in trial.complaints():
        print(f"warning: {message}\nhint: {hint}", file=sys.stderr)
    status = 0
    for number, line in enumerate(file, 1):
        text = line.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r")
        outcome = trial.try_line(number, text)
        lines = [_as_json(outcome)] if chosen.format == "json" else list(_as_text(outcome, chosen.timeout))
        print("\n".join(lines), flush=True)
        status |= outcome.miss is not None
    return int(status)


def _as_json(outcome: Outcome) -> str:
    number, text, captures, miss = outcome
    shown: dict[str, object] = {"line": number, "text": text, "match": miss is None}
    if miss is None:
        shown["captures"] = [one._asdict() for one in captures]
    else:
        shown |= {
            "reason": miss.reason,
            "position": miss.position,
            "path": miss.path,
            "piece": miss.piece,
            "alternatives": miss.alternatives,
        }
    return json.dumps(shown, ensure_ascii=False)


def _as_text(outcome: Outcome, timeout_ms: int) -> Iterator[str]:
    number, text, captures, miss = outcome
    if miss is None:
        yield f"line {number}: match"
        yield from _table(captures)
        return
    yield f"line {number}: no match"
    if miss.reason in ("too long", "unknown"):
        yield MARGIN + _window(text, 0)[0]
        yield MARGIN + (TOO_LONG.format(timeout_ms) if miss.reason == "too long" else SENTENCES["unknown"])
        return
    shown, place = _window(text, miss.position)
    yield MARGIN + shown if shown else ""
    yield MARGIN + margin_to(shown, place) + "^"
    yield MARGIN + SENTENCES[miss.reason].format(_culprit(miss))
    if miss.alternatives:
        names = miss.alternatives[:ALTERNATIVES_SHOWN]
        more = len(miss.alternatives) - len(names)
        yield f"{MARGIN}none of: {'  '.join(names)}" + (f"  and {more} more" if more else "")


def _table(captures: Sequence[Captured]) -> Iterator[str]:
    rows = [(one.field, one.type, json.dumps(one.value, ensure_ascii=False)) for one in captures]
    fields, types = (max((len(row[column]) for row in rows), default=0) for column in (0, 1))
    for field, kind, value in rows:
        yield f"{MARGIN}{field:<{fields}}  {kind:<{types}}  {value}"


def _culprit(miss: Miss) -> str:
    names = [*reversed(miss.path)]
    if miss.piece:
        names.insert(0, f"`{miss.piece}`")
    return " inside ".join(names or ["the expression"])


def _window(text: str, place: int) -> tuple[str, int]:
    """Return a line as it can be shown, cut if it is long, and the place in that."""
    first = max(0, place - CHARS_BEFORE) if len(text) > CHARS_SHOWN else 0
    shown = re.sub(r"[\x00-\x08\x0a-\x1f\x7f-\x9f]", "�", text[first : first + CHARS_SHOWN])
    return shown, place - first


def margin_to(text: str, place: int) -> str:
    """Return blanks as wide as the text before a place; tabs stay tabs, however wide they are shown."""
    return "".join("\t" if char == "\t" else " " * _width(char) for char in text[:place])


def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
