"""The dead letters of a pipeline as events, from where the last reader was; its position is a line in a file.

The line is `<number of the table> <id of the last letter>`: a table that was deleted and made anew is another, and is
read from its start.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from logsmith.durable import make_folder, replace_file
from logsmith.letters import LettersError
from logsmith.letters.events import event_of, is_marked, mark
from logsmith.log import Logger
from logsmith.spool import SpoolError
from logsmith.spool.dead_letters import Choice, DeadLetter, DeadLetters

if TYPE_CHECKING:
    from logsmith.event import Event

LETTERS_IN_A_BATCH = 500

log = Logger("logstash.inputs.dead_letter_queue")


@dataclass(slots=True)
class Batch:
    """Letters that follow each other: their events, by id when these were refused, and the id of the last letter."""

    last: int
    events: list[Event] = field(default_factory=list)
    refused_ns: dict[int, int] = field(default_factory=dict)


class LetterReader:
    """Reads a pipeline's letters in their order. Every method blocks, and raises LettersError."""

    def __init__(
        self, folder: Path, pipeline_id: str, *, sincedb: Path | None, start_ns: int | None = None
    ) -> None:
        """`sincedb` None keeps no position over restarts; `start_ns` counts where there is no position."""
        self._letters = DeadLetters(folder, pipeline_id)
        self._sincedb, self._start_ns = sincedb, start_ns
        self._table = 0  # its number, once there is one
        self._after = 0

    def read(self) -> Batch | None:
        """Return the next letters, or None if there are no more yet.

        Some have no event and stay where they are: what is damaged, and what was read by such an input before and
        refused again, since that would go round for ever.
        """
        try:
            self._find_position()
            choice = Choice(since_ns=None if self._after else self._start_ns)
            letters = list(islice(self._letters.read(after=self._after, choice=choice), LETTERS_IN_A_BATCH))
        except SpoolError as error:
            raise LettersError(str(error)) from None
        if not letters:
            return None
        batch = Batch(letters[-1].id or 0)
        for letter in letters:
            event = _event_for_a_pipeline(letter)
            if event is not None and letter.id is not None:
                batch.events.append(event)
                batch.refused_ns[letter.id] = letter.refused_ns
        return batch

    def note_delivered(self, batch: Batch, *, removes: bool) -> None:
        """Move behind letters whose events are delivered, and remove these if wanted.

        One that was refused again meanwhile stays: an event of which a filter took the mark is that letter itself.
        """
        self._after = batch.last
        try:
            if self._sincedb is not None:
                make_folder(self._sincedb.parent)
                replace_file(self._sincedb, f"{self._table} {self._after}\n".encode())
            if removes:
                self._letters.settle(batch.refused_ns, {})
        except (SpoolError, OSError) as error:
            raise LettersError(str(error)) from None

    def close(self) -> None:
        """Close the table."""
        self._letters.close()

    def _find_position(self) -> None:
        table = self._letters.made()
        if table == self._table:
            return
        self._table, self._after = table, 0
        try:
            words = self._sincedb.read_text(encoding="ascii").split() if self._sincedb is not None else []
            if len(words) == 2 and int(words[0]) == table:
                self._after = int(words[1])
        except FileNotFoundError:
            pass
        except (OSError, ValueError) as error:
            reason = str(error)
            log.warning("sincedb not read, reading from the start", path=str(self._sincedb), reason=reason)


def _event_for_a_pipeline(letter: DeadLetter) -> Event | None:
    try:
        event = event_of(letter)
    except LettersError as error:
        log.error("dead letter left out", reason=str(error))
        return None
    if is_marked(event):
        reason = "it was refused again after it was read from the dead letters"
        log.warning("dead letter left out", id=letter.id, reason=reason)
        return None
    mark(event, letter)
    return event
