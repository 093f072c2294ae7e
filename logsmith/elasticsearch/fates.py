"""What a bulk answer means for each event: delivered, to be sent again, or refused for good.

| status             | fate                                                                      |
|--------------------|---------------------------------------------------------------------------|
| 200, 201           | delivered                                                                 |
| 404 without error  | delivered: a delete found nothing left to delete                          |
| 409                | dropped: it is there already, or a newer one; an update is sent again;    |
|                    | delivered, if it was created with an id of ours (`ids.py`)                |
| `drop_error_types` | dropped                                                                   |
| 400, 404           | refused, and so are `dlq_custom_codes`                                    |
| all others         | sent again: 429, 403, 5xx …                                               |
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import msgspec

from logsmith.elasticsearch.answer import MAX_REASON, Answer
from logsmith.elasticsearch.errors import AnswerError

Fate = Literal["delivered", "dropped", "refused", "retry"]

CONFLICT = 409
NOT_FOUND = 404
ALWAYS_REFUSED = frozenset({400, NOT_FOUND})
TOO_LARGE = 413
STATUS = b'"status":'  # a member of each item; no text in JSON can hold it, for its quotes are escaped
NULL = (b"", b"null")


class _Item(msgspec.Struct):
    status: int = 0
    error: msgspec.Raw = msgspec.Raw()  # read only where there is one


class _Bulk(msgspec.Struct):
    errors: bool
    items: msgspec.Raw = msgspec.Raw()  # read only where there are errors


class _Error(msgspec.Struct):
    type: str = "error"
    reason: str | None = None
    caused_by: "_Error | None" = None

    def words(self) -> str:
        text = f"{self.type}: {self.reason}"
        return text if self.caused_by is None else f"{text}; caused by {self.caused_by.words()}"


_decode_bulk = msgspec.json.Decoder(_Bulk).decode
_decode_items = msgspec.json.Decoder(list[dict[str, _Item]]).decode
_decode_error = msgspec.json.Decoder(_Error).decode


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate of the event at `position` of a bulk request that is not simply delivered."""

    position: int
    fate: Fate
    status: int
    error_type: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FateSettings:
    """The settings that change fates."""

    refused_codes: frozenset[int] = ALWAYS_REFUSED
    dropped_types: frozenset[str] = frozenset()


def judge(answer: Answer, count: int, settings: FateSettings) -> list[Verdict]:
    """Return a verdict on each of `count` events that is not delivered; raises AnswerError."""
    try:
        bulk = _decode_bulk(answer.body)
        items = bytes(bulk.items)
        if not bulk.errors and (items in NULL or items.count(STATUS) == count):
            return []  # without items where the user's own filter_path leaves them out
        told = _decode_items(items or b"[]")
    except msgspec.MsgspecError:
        raise AnswerError(
            f"expected the answer to a bulk request, got {answer.excerpt()!r}", answer.status
        ) from None
    if len(told) != count:
        raise AnswerError(f"the answer tells of {len(told)} actions, {count} were sent", answer.status)
    return list(_verdicts(told, settings)) if bulk.errors else []


def _verdicts(items: list[dict[str, _Item]], settings: FateSettings) -> Iterator[Verdict]:
    for position, item in enumerate(items):
        for action, outcome in item.items():
            if outcome.error or not 200 <= outcome.status < 300:
                verdict = _verdict(position, action, outcome, settings)
                if verdict.fate != "delivered":
                    yield verdict


def _verdict(position: int, action: str, outcome: _Item, settings: FateSettings) -> Verdict:
    error = _read_error(outcome.error)
    kind = None if error is None else error.type
    words = f"{outcome.status}" if error is None else f"{outcome.status} {error.words()}"
    return Verdict(
        position, _fate(action, outcome.status, kind, settings), outcome.status, kind, words[:MAX_REASON]
    )


def _fate(action: str, status: int, kind: str | None, settings: FateSettings) -> Fate:
    if kind is None and (status == NOT_FOUND and action == "delete"):
        return "delivered"
    if kind in settings.dropped_types:
        return "dropped"
    if status == CONFLICT:
        # Logstash: drops updates too, and what they would have changed is lost
        return "retry" if action == "update" else "dropped"
    return "refused" if status in settings.refused_codes else "retry"


def _read_error(raw: msgspec.Raw) -> _Error | None:
    if not raw:
        return None
    try:
        return _decode_error(raw)
    except msgspec.MsgspecError:
        return _Error("error", bytes(raw)[:MAX_REASON].decode("utf-8", "replace"))


def summary(verdicts: list[Verdict]) -> Mapping[str, int]:
    """Return how often each status and type of error occurs, the most frequent first."""
    counts: dict[str, int] = {}
    for verdict in verdicts:
        words = f"{verdict.status} {verdict.error_type or ''}".rstrip()
        counts[words] = counts.get(words, 0) + 1
    return dict(sorted(counts.items(), key=lambda entry: -entry[1]))
