"""An event to a dead letter, and back: exactly the event that the output refused."""

from __future__ import annotations

from hashlib import blake2b

from logsmith.event import Event, Timestamp
from logsmith.event.errors import JsonError
from logsmith.event.exact import ExactEvent, freeze, thaw
from logsmith.event.json import encode_value
from logsmith.event.origin import settle
from logsmith.letters import LettersError
from logsmith.spool.dead_letters import DeadLetter, Refusal

NAME = "dead_letter_queue"  # in `[@metadata]`, as in Logstash
REFUSAL_BYTES = 16


def letter_of(event: Event, refusal: Refusal, entered_ns: int, output_name: str = "") -> DeadLetter:
    """Return the letter of an event that was refused now, whose origin is a text from now on.

    `output_name` is what no other output of the pipeline is called; an id that nobody chose changes with the file.
    """
    settle((event,))
    frozen = freeze(event)
    return DeadLetter(
        entered_ns=entered_ns,
        plugin_type=refusal.plugin_type,
        plugin_id=refusal.plugin_id,
        line=refusal.line,
        reason=refusal.reason,
        fields=frozen.fields,
        metadata=frozen.metadata,
        types=frozen.types,
        origin=event.origin if isinstance(event.origin, str) else None,
        refusal_id=_refusal_id(event, output_name or refusal.plugin_id),
    )


def _refusal_id(event: Event, output_name: str) -> bytes:
    """Return what is the same whenever this output refuses this event.

    What was read from a letter is another event: it may have been changed to be mended, and its letter is still there.
    """
    known = encode_value([event.origin, output_name, event.metadata.get(NAME)])
    return blake2b(known, digest_size=REFUSAL_BYTES).digest()


def event_of(letter: DeadLetter) -> Event:
    """Return the event as it was refused; raises LettersError if it is not what was stored."""
    if letter.damage:
        raise LettersError(f"the dead letter {letter.id} is damaged: {letter.damage}")
    try:
        event = thaw(ExactEvent(letter.fields, letter.metadata, letter.types))
    except JsonError as error:
        raise LettersError(f"the dead letter {letter.id} is damaged: {error}") from None
    event.origin = letter.origin
    return event


def mark(event: Event, letter: DeadLetter) -> None:
    """Have `[@metadata][dead_letter_queue]` of an event say why it was refused, and when."""
    event.metadata[NAME] = {
        "plugin_type": letter.plugin_type,
        "plugin_id": letter.plugin_id,
        "reason": letter.reason,
        "entry_time": Timestamp(letter.entered_ns),
        "id": letter.id,
    }


def is_marked(event: Event) -> bool:
    """Return whether an event has come from dead letters before."""
    return NAME in event.metadata
