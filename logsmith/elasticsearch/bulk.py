"""Bulk requests: lines put together up to a size, sent, split if they are too large, answered event by event.

A request that is refused whole is split in halves until the events that are at fault stand alone:

    413  too large: the halves are sent; one event alone that is too large is refused
    400  some event's action is malformed: the halves are sent; one alone is refused if the server says that
         it is the action, or if others went through; else it is probably not the events, and all are kept

All other answers (401, 403, 404, 429, 5xx) and a missing one mean that nothing of the request is delivered.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from logsmith.elasticsearch.answer import Answer
from logsmith.elasticsearch.errors import AnswerError, UnreachableError
from logsmith.elasticsearch.fates import TOO_LARGE, FateSettings, Verdict, judge, summary
from logsmith.elasticsearch.ids import OwnIds
from logsmith.event import Event

MAX_BYTES = 20 * 1024 * 1024  # Logstash's target, before compression
MIN_BYTES = 64 * 1024  # what a request may always have, however small the server's limit seems
MAX_SPLITS = 200  # requests that one send may make more than planned

_MALFORMED = frozenset(
    {"action_request_validation_exception", "x_content_parse_exception", "parse_exception"}
)

Count = Callable[[str, int], None]
Request = Callable[[bytes], Awaitable[Answer]]  # sends a body; raises UnreachableError


class Part:
    """Some events and their lines: what one request carries, in one piece as long as nobody asks for the lines apart."""

    __slots__ = ("_lines", "body", "events")

    def __init__(
        self, events: Sequence[Event], lines: Sequence[bytes] | None, body: bytes | None = None
    ) -> None:
        """Take the lines of each event; None if `body` has two of each."""
        self.events, self._lines = events, lines
        self.body = b"".join(lines or ()) if body is None else body

    @property
    def is_plain(self) -> bool:
        """Whether each event has two lines, an action and a document."""
        return self._lines is None

    @property
    def lines(self) -> Sequence[bytes]:
        """What is said of each event."""
        if self._lines is None:
            single = self.body.split(b"\n")[:-1]
            both = zip(single[::2], single[1::2], strict=True)
            self._lines = [b"%b\n%b\n" % pair for pair in both]
        return self._lines

    def halves(self) -> "tuple[Part, Part]":
        middle = len(self.events) // 2
        return Part(self.events[:middle], self.lines[:middle]), Part(
            self.events[middle:], self.lines[middle:]
        )


@dataclass(slots=True)
class Outcome:
    """What became of the events of one send; those in neither list are delivered."""

    retry: list[Event] = field(default_factory=list)
    refused: list[tuple[Event, str]] = field(default_factory=list)
    dropped: list[Verdict] = field(default_factory=list)
    reason: str = ""
    status: int | None = None  # of the request that failed last
    after_s: float | None = None

    def put_off(self, events: Sequence[Event], reason: str) -> None:
        """Note that events must be sent again."""
        self.retry.extend(events)
        self.reason = self.reason or reason


def parts_of(parts: Sequence[Part], max_bytes: int = MAX_BYTES) -> list[Part]:
    """Return the requests that carry these parts: each as large as allowed, a larger event alone."""
    made: list[Part] = []
    waiting: list[Part] = []
    size = 0
    for part in parts:
        if size + len(part.body) > max_bytes and waiting:
            made.append(_joined(waiting))
            waiting, size = [], 0
        if len(part.body) > max_bytes:
            made.extend(_cut(part, max_bytes))
        elif part.events:
            waiting.append(part)
            size += len(part.body)
    return [*made, _joined(waiting)] if waiting else made


def _joined(parts: Sequence[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    events = [event for part in parts for event in part.events]
    lines = None if all(part.is_plain for part in parts) else [line for part in parts for line in part.lines]
    return Part(events, lines, b"".join([part.body for part in parts]))


def _cut(part: Part, max_bytes: int) -> list[Part]:
    made: list[Part] = []
    events, lines = part.events, part.lines
    start = size = 0
    for at, line in enumerate(lines):
        if size + len(line) > max_bytes and at > start:
            made.append(Part(events[start:at], lines[start:at]))
            start, size = at, 0
        size += len(line)
    return [*made, Part(events[start:], lines[start:])]


class BulkSender:
    """Sends events to the bulk path of a cluster; `max_bytes` shrinks where the server takes less."""

    def __init__(
        self, request: Request, fates: FateSettings, count: Count, ids: OwnIds | None = None
    ) -> None:
        self.request, self.fates, self.count, self._ids = request, fates, count, ids
        self.max_bytes = MAX_BYTES

    async def send(self, parts: Sequence[Part]) -> Outcome:
        """Send events with their lines; a failure that is not about single events ends it."""
        return await _Sending(self).run(parts_of(parts, self.max_bytes))

    def judge(self, answer: Answer, part: Part) -> list[Verdict]:
        """Return a verdict on each event that is not delivered; raises AnswerError."""
        verdicts = judge(answer, len(part.events), self.fates)
        if self._ids is None or not verdicts:
            return verdicts
        reviewed = [
            self._ids.review(one, part.events[one.position], part.lines[one.position]) for one in verdicts
        ]
        undelivered = [one for one in reviewed if one.fate != "delivered"]
        self.count("documents.duplicates", len(reviewed) - len(undelivered))
        return undelivered

    def learn_limit(self, part: Part) -> None:
        """Make later requests smaller than this one, which is too large, unless one event makes it so."""
        size = len(part.body)
        if max(map(len, part.lines)) * 2 < size:
            self.max_bytes = max(min(self.max_bytes, size // 2), MIN_BYTES)


class _Sending:
    """One send: a stack of parts, of which those that are refused whole come back as halves."""

    def __init__(self, sender: BulkSender) -> None:
        self._sender, self._count = sender, sender.count
        self._outcome = Outcome()
        self._doubtful: list[tuple[Event, str]] = []  # refused alone, though perhaps not at fault
        self._splits = 0
        self._has_delivered = False

    async def run(self, parts: Sequence[Part]) -> Outcome:
        waiting = list(reversed(parts))
        while waiting:
            part = waiting.pop()
            again = await self._send(part)
            if again is None:
                self._outcome.put_off([event for left in waiting for event in left.events], "")
                break
            waiting.extend(reversed(again))
        self._settle_doubtful()
        self._count(
            "documents.non_retryable_failures", len(self._outcome.refused) + len(self._outcome.dropped)
        )
        self._count("documents.retryable_failures", len(self._outcome.retry))
        return self._outcome

    async def _send(self, part: Part) -> Sequence[Part] | None:
        """Send one part; return the parts to send instead, or None if going on is no use."""
        try:
            answer = await self._sender.request(part.body)
        except UnreachableError as error:
            self._count("bulk_requests.failures", 1)
            self._stop(part, str(error), None)
            return None
        self._count(f"bulk_requests.responses.{answer.status}", 1)
        if answer.is_success:
            return self._take(part, answer)
        self._count("bulk_requests.failures", 1)
        if answer.status in (400, TOO_LARGE):
            return self._split(part, answer)
        self._stop(part, answer.describe(), answer)
        return None

    def _take(self, part: Part, answer: Answer) -> Sequence[Part] | None:
        try:
            verdicts = self._sender.judge(answer, part)
        except AnswerError as error:
            self._count("bulk_requests.failures", 1)
            self._stop(part, str(error), answer)
            return None
        self._count("bulk_requests.with_errors" if verdicts else "bulk_requests.successes", 1)
        self._count("documents.successes", len(part.events) - len(verdicts))
        self._has_delivered = True
        again = [verdict for verdict in verdicts if verdict.fate == "retry"]
        for verdict in verdicts:
            event = part.events[verdict.position]
            if verdict.fate == "refused":
                action = part.lines[verdict.position].partition(b"\n")[0].decode()
                self._outcome.refused.append((event, f"{verdict.reason}; action {action}"))
            elif verdict.fate == "dropped":
                self._outcome.dropped.append(verdict)
        if again:
            kinds = ", ".join(f"{count} of {words}" for words, count in summary(again).items())
            reason = (
                f"{len(again)} of {len(part.events)} actions failed ({kinds}), the first: {again[0].reason}"
            )
            self._outcome.put_off([part.events[verdict.position] for verdict in again], reason)
        return ()

    def _split(self, part: Part, answer: Answer) -> Sequence[Part] | None:
        if len(part.events) == 1:
            self._refuse(part, answer)
            return ()
        if answer.status == TOO_LARGE:
            self._sender.learn_limit(part)
        self._splits += 1
        if self._splits > MAX_SPLITS:
            self._stop(part, answer.describe(), answer)
            return None
        return part.halves()

    def _refuse(self, part: Part, answer: Answer) -> None:
        if answer.status == TOO_LARGE:
            reason = f"413 the document is too large for the server, alone: {len(part.lines[0])} bytes"
            self._outcome.refused.append((part.events[0], reason))
        elif answer.error_type() in _MALFORMED:
            self._outcome.refused.append((part.events[0], answer.describe()))
        else:
            self._doubtful.append((part.events[0], answer.describe()))

    def _settle_doubtful(self) -> None:
        if self._has_delivered:
            self._outcome.refused.extend(self._doubtful)
        else:
            for event, reason in self._doubtful:
                self._outcome.put_off([event], reason)

    def _stop(self, part: Part, reason: str, answer: Answer | None) -> None:
        self._outcome.put_off(part.events, reason)
        self._outcome.status = None if answer is None else answer.status
        self._outcome.after_s = None if answer is None else answer.retry_after_s
