"""Which tables of dead letters there are, and which letters of them the words of a command mean."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from logsmith.cli.places import check_pipeline_id, listed_pipelines, read_place
from logsmith.errors import LogsmithError
from logsmith.event import Timestamp, TimestampError
from logsmith.runtime.replay import Order
from logsmith.spool.dead_letters import FILE_NAME, Bounds, Choice, DeadLetter, DeadLetters

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Mapping

    from logsmith.config.settings import Settings

AGO = re.compile(r"(\d+)(s|m|h|d)")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


class DlqError(LogsmithError):
    """What the command was told cannot be done; the message says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """The letters of one pipeline, and which of them are meant."""

    pipeline_id: str
    letters: DeadLetters
    choice: Choice

    def name_of(self, letter: DeadLetter) -> str:
        """Return what a letter of this table is called on the command line."""
        return f"{self.pipeline_id}:{letter.id}"


def order_of(options: argparse.Namespace) -> Order:
    """Return what the options say of all letters, whatever their pipeline; raises DlqError."""
    if options.limit < 0:
        raise DlqError("--limit is a number of letters, or 0 for all")
    choice = Choice(
        plugin=options.plugin,
        reason=options.reason,
        since_ns=_moment(options.since),
        until_ns=_moment(options.until),
    )
    return Order(choice, limit=0 if options.ids else options.limit, newest_first=options.newest)


def settings_of(options: argparse.Namespace, **more: str) -> Settings:
    """Return the settings, as the file in the settings folder and the options say; raises PlaceError."""
    return read_place(getattr(options, "path.data"), getattr(options, "path.settings"), **more)


@contextmanager
def open_tables(options: argparse.Namespace) -> Iterator[list[Table]]:
    """Have the tables with the letters that are meant, in the order of their pipelines; raises LogsmithError."""
    settings = settings_of(options)
    there = dict(sorted(dict(_all_tables(settings)).items()))
    with ExitStack() as stack:
        for found in there.values():
            stack.callback(found.close)
        check_pipeline_id(getattr(options, "pipeline.id"), there, settings)
        yield _meant(options, there)


def _meant(options: argparse.Namespace, there: Mapping[str, DeadLetters]) -> list[Table]:
    wanted = getattr(options, "pipeline.id")
    if wanted is not None:
        there = {name: letters for name, letters in there.items() if name == wanted}
    choice = order_of(options).choice
    if not options.ids:
        return [Table(name, letters, choice) for name, letters in there.items()]
    found = []
    for name, numbers in _by_pipeline(options.ids, list(there)).items():
        table = Table(name, there[name], replace(choice, ids=frozenset(numbers)))
        known = {one.id for one in table.letters.read(choice=Choice(ids=frozenset(numbers)))}
        for number in sorted(numbers - known):
            raise DlqError(f"there is no dead letter {name}:{number}")
        found.append(table)
    return found


def _all_tables(settings: Settings) -> Iterable[tuple[str, DeadLetters]]:
    """Yield every table in the folder of the settings, and those of pipelines with a folder of their own."""
    entries = listed_pipelines(settings)
    own = {one["pipeline.id"]: one for one in entries}
    for one in (settings, *entries):
        chosen = one["path.dead_letter_queue"]
        folder = Path(chosen) if chosen else Path(settings["path.data"]) / "dead_letter_queue"
        for file in folder.glob(f"*/{FILE_NAME}"):
            name = file.parent.name
            bounds = Bounds(max_bytes=own.get(name, settings)["dead_letter_queue.max_bytes"])
            yield name, DeadLetters(folder, name, bounds)


def _by_pipeline(words: Iterable[str], pipelines: list[str]) -> dict[str, set[int]]:
    """Return the numbers of the letters that words name, by pipeline."""
    chosen: dict[str, set[int]] = {}
    for word in words:
        name, _, number = word.rpartition(":")
        if not number.isascii() or not number.isdigit():
            raise DlqError(f"a dead letter is named PIPELINE:NUMBER, not {word!r}")
        if not name and len(pipelines) != 1:
            which = f"{pipelines[0]}:{number}" if pipelines else f"main:{number}"
            raise DlqError(
                f"say of which pipeline: {which}" if pipelines else f"there is no dead letter {number}"
            )
        if name and name not in pipelines:
            raise DlqError(f"there is no dead letter {word}")
        chosen.setdefault(name or pipelines[0], set()).add(int(number))
    return chosen


def _moment(text: str | None) -> int | None:
    """Return a time in nanoseconds since 1970, written as one or as how long ago it is; raises DlqError."""
    if text is None:
        return None
    ago = AGO.fullmatch(text)
    if ago:
        return time.time_ns() - int(ago[1]) * SECONDS[ago[2]] * 1_000_000_000
    try:
        return Timestamp.parse(text).nanos
    except TimestampError:
        raise DlqError(
            f"{text!r} is no time: write 2026-11-20T23:00:00Z, or 90m, 2h, 3d for how long ago"
        ) from None


def timestamp_text(nanos: int) -> str:
    """Return a time as a person reads it: UTC, to the second."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(nanos // 1_000_000_000))


def letters(number: int) -> str:
    """Return a number of letters in words."""
    return f"{number} dead letter{'' if number == 1 else 's'}"
