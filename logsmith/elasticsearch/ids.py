"""Ids of our own: what makes an event that is sent again one document, where the pipeline sets no `document_id`.

The id is the event's origin, so that it is the same whenever the event comes again, from the queue or from its client. Where a
pipeline has several elasticsearch outputs, each adds an ending of its own: both may write the same event to one index.

Not every index takes ids of ours: one in time series mode makes its own, and whoever may only add documents may not write
`index` with an id. What is refused for that goes again without an id, and so does all that follows to that index.
"""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

import msgspec

from logsmith.elasticsearch.fates import CONFLICT, Verdict
from logsmith.event import Event
from logsmith.event.origin import settle

ENDING_BYTES = 6
FORBIDDEN = 403
MAX_NAMES = 10_000  # remembered; names may come from events
OWN_IDS_ONLY = "_id must be unset"  # what an index in time series mode answers


class _Place(msgspec.Struct):
    index: msgspec.Raw = msgspec.field(name="_index")
    id: str | None = msgspec.field(name="_id", default=None)


_decode_action = msgspec.json.Decoder(dict[str, _Place]).decode


class OwnIds:
    """The ids that one output gives; `refusing` holds the names, as JSON, of indices that take none."""

    def __init__(self, output_name: str | None = None) -> None:
        """Take the name of the output if there are others beside it."""
        self.refusing: set[bytes] = set()
        self.ending = "" if output_name is None else _ending(output_name)

    def prepare(self, events: Sequence[Event]) -> None:
        """Make the ids of many events at once, which is faster than one by one."""
        settle(events)

    def of(self, event: Event) -> str:
        """Return the id of an event."""
        origin = event.origin
        if origin.__class__ is not str:
            settle((event,))
            origin = event.origin
        return origin + self.ending  # type: ignore[operator, no-any-return]  # a str now

    def review(self, verdict: Verdict, event: Event, line: bytes) -> Verdict:
        """Return what a verdict means for an event that may have been sent, as this line, with an id of ours."""
        ((action, place),) = _decode_action(line.partition(b"\n")[0]).items()
        if event.origin.__class__ is not str or place.id != self.of(event):
            return verdict
        if verdict.status == CONFLICT and action == "create":
            return replace(verdict, fate="delivered")
        is_unwelcome = OWN_IDS_ONLY in verdict.reason or (
            action == "index" and verdict.status == FORBIDDEN and verdict.error_type == "security_exception"
        )
        if not is_unwelcome or verdict.fate not in ("refused", "retry"):
            return verdict
        if len(self.refusing) >= MAX_NAMES:
            self.refusing.clear()
        self.refusing.add(bytes(place.index))
        return replace(verdict, fate="retry")


def _ending(name: str) -> str:
    return blake2b(name.encode(), digest_size=ENDING_BYTES).hexdigest()
