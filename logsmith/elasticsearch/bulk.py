"""Bulk requests: lines put together up to a size, sent, split if they are too large, answered event by event.

A request that is refused whole is split in halves until the events that are at fault stand alone:

    413  too large: the halves are sent; one event alone that is too large is refused
    400  some event's action is malformed: the halves are sent; one alone is refused if the server says that
         it is the action, or if others went through; else it is probably not the events, and all are kept

All other answers (401, 403, 404, 429, 5xx) and a missing one mean that nothing of the request is delivered.
"""

from bisect import bisect_right
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from logsmith.deflated import Deflated, deflate, gzip_file, inflate
from logsmith.elasticsearch.answer import Answer
from logsmith.elasticsearch.errors import AnswerError, UnreachableError
from logsmith.elasticsearch.fates import TOO_LARGE, FateSettings, Verdict, judge, summary
from logsmith.elasticsearch.ids import OwnIds
from logsmith.event import Event
from logsmith.event.packed import Lines, PackedEvents, pack_around

MAX_BYTES = 20 * 1024 * 1024  # Logstash's target, before compression
MIN_BYTES = 64 * 1024  # what a request may always have, however small the server's limit seems
MAX_SPLITS = 200  # requests that one send may make more than planned

_MALFORMED = frozenset(
    {"action_request_validation_exception", "x_content_parse_exception", "parse_exception"}
)

Count = Callable[[str, int], None]


class Part:
    """Some events and their lines.

    One that was encoded before it is sent holds its lines deflated, and may let go of the events.
    """

    __slots__ = (
        "_body",
        "_events",
        "_held",
        "_lines",
        "_packed",
        "_sizes",
        "_text",
        "count",
        "made_for",
        "size",
    )

    def __init__(
        self,
        events: Sequence[Event],
        lines: Sequence[bytes] | None,
        body: bytes | None = None,
        *,
        held: Lines | None = None,
    ) -> None:
        """Take the lines of each event; None if `body` has two of each. `held` tells how they hold the events, if they do."""
        self._events: Sequence[Event] | None = events
        self._lines, self._held = lines, held
        self._sizes = None if lines is None else list(map(len, lines))
        self._body: bytes | None = b"".join(lines or ()) if body is None else body
        self._text: Deflated | None = None
        self._packed: PackedEvents | None = None
        self.count, self.size = len(events), len(self._body)
        self.made_for: object = None  # what the lines depend on, for who keeps the part

    def __len__(self) -> int:
        return self.count

    @property
    def is_packed(self) -> bool:
        """Whether the events are let go, and nobody has asked for them since."""
        return self._events is None

    @property
    def weight(self) -> int | None:
        """How many bytes of memory it takes; None if that depends on the events."""
        return None if self._events is not None or self._text is None else len(self._text.content)

    @property
    def events(self) -> Sequence[Event]:
        """The events, made again if they were let go; from then on they are the same objects each time."""
        if self._events is None:
            assert self._packed is not None  # noqa: S101  else the events were never let go
            self._events = self._packed.events()
        return self._events

    @property
    def body(self) -> bytes:
        """All lines."""
        if self._body is not None:
            return self._body
        assert self._text is not None  # noqa: S101  else there is a body
        return inflate(self._text)

    @property
    def lines(self) -> Sequence[bytes]:
        """What is said of each event."""
        if self._lines is None:
            self._lines = _two_each(self.body) if self._sizes is None else _cut_at(self.body, self._sizes)
        return self._lines

    def deflated(self, level: int) -> Deflated:
        """Return all lines, deflated."""
        return self._text or deflate(self.body, level)

    def deflate(self, level: int) -> None:
        """Hold the lines deflated from now on."""
        self._text, self._body, self._lines = deflate(self.body, level), None, None

    def pack(self, *, are_plain: bool) -> PackedEvents | None:
        """Let go of the events; returns what makes them again, or None where the lines do not hold them.

        `are_plain` says that no event has types that JSON loses. Origins that nobody has settled are not texts yet, and would
        hold on to the windows that they came in.
        """
        if self._events is not None and self._held is not None and self._text is not None:
            if self._held.tail is None and not all(isinstance(one.origin, str) for one in self._events):
                return None
            self._packed = pack_around(self._text, self._events, self._held, are_plain=are_plain)
            self._events = None
        return self._packed


class BulkRequest:
    """What one request carries."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self._ends = list(accumulate(map(len, parts)))
        self.count, self.size = (self._ends or [0])[-1], sum(part.size for part in parts)

    def __len__(self) -> int:
        return self.count

    @property
    def events(self) -> list[Event]:
        """All events."""
        return [event for part in self.parts for event in part.events]

    @property
    def lines(self) -> list[bytes]:
        """What is said of each event."""
        return [line for part in self.parts for line in part.lines]

    def event(self, number: int) -> Event:
        """Return one event; those of other parts stay let go."""
        part, place = self._found(number)
        return part.events[place]

    def line(self, number: int) -> bytes:
        """Return what is said of one event."""
        part, place = self._found(number)
        return part.lines[place]

    def text(self) -> bytes:
        """Return the body of the request."""
        return b"".join([part.body for part in self.parts])

    def gzip(self, level: int) -> bytes:
        """Return the body as gzip."""
        return gzip_file([part.deflated(level) for part in self.parts])

    def halves(self) -> "tuple[BulkRequest, BulkRequest]":
        """Return the first and the second half."""
        if len(self.parts) > 1:
            middle = len(self.parts) // 2
            return BulkRequest(self.parts[:middle]), BulkRequest(self.parts[middle:])
        (part,) = self.parts
        middle = len(part) // 2
        return BulkRequest([_CutOut(part, 0, middle)]), BulkRequest([_CutOut(part, middle, len(part))])

    def _found(self, number: int) -> tuple[Part, int]:
        at = bisect_right(self._ends, number)
        return self.parts[at], number - (self._ends[at - 1] if at else 0)


def requests_of(parts: Sequence[Part], max_bytes: int = MAX_BYTES) -> list[BulkRequest]:
    """Return the requests that carry these parts: each as large as allowed, a larger event alone."""
    made: list[BulkRequest] = []
    waiting: list[Part] = []
    size = 0
    for part in parts:
        if size + part.size > max_bytes and waiting:
            made.append(BulkRequest(waiting))
            waiting, size = [], 0
        if part.size > max_bytes:
            made.extend(BulkRequest([one]) for one in _cut(part, max_bytes))
        elif len(part):
            waiting.append(part)
            size += part.size
    return [*made, BulkRequest(waiting)] if waiting else made


def _cut(part: Part, max_bytes: int) -> Iterator[Part]:
    start = size = 0
    for at, line in enumerate(part.lines):
        if size + len(line) > max_bytes and at > start:
            yield _CutOut(part, start, at)
            start, size = at, 0
        size += len(line)
    yield _CutOut(part, start, len(part))


def _two_each(body: bytes) -> list[bytes]:
    single = body.split(b"\n")[:-1]
    return [b"%b\n%b\n" % pair for pair in zip(single[::2], single[1::2], strict=True)]


def _cut_at(body: bytes, sizes: Sequence[int]) -> list[bytes]:
    ends = list(accumulate(sizes))
    return [body[end - size : end] for end, size in zip(ends, sizes, strict=True)]


class _CutOut(Part):
    """A part of a part; the events are asked for only where something goes wrong."""

    __slots__ = ("_start", "_whole")

    def __init__(self, whole: Part, start: int, end: int) -> None:
        super().__init__((), whole.lines[start:end])
        self._whole, self._start, self.count = whole, start, end - start

    @property
    def is_packed(self) -> bool:
        """Never: the events of the whole do not all have the fate of these."""
        return False

    @property
    def events(self) -> Sequence[Event]:
        """Those of the whole."""
        return self._whole.events[self._start : self._start + self.count]


@dataclass(slots=True)
class Outcome:
    """What became of the events of one send; those in neither list are delivered."""

    retry: list[Event] = field(default_factory=list)
    again: list[Part] = field(default_factory=list)  # whole, their events let go
    refused: list[tuple[Event, str]] = field(default_factory=list)
    dropped: list[Verdict] = field(default_factory=list)
    reason: str = ""
    status: int | None = None  # of the request that failed last
    after_s: float | None = None

    def put_off(self, events: Sequence[Event], reason: str) -> None:
        """Note that events must be sent again."""
        self.retry.extend(events)
        self.reason = self.reason or reason

    def put_off_all(self, request: BulkRequest, reason: str) -> None:
        """Note that nothing of a request is delivered."""
        for part in request.parts:
            if part.is_packed:
                self.again.append(part)
            else:
                self.retry.extend(part.events)
        self.reason = self.reason or reason


Send = Callable[[BulkRequest], Awaitable[Answer]]  # raises UnreachableError


class BulkSender:
    """Sends events to the bulk path of a cluster; `max_bytes` shrinks where the server takes less."""

    def __init__(self, request: Send, fates: FateSettings, count: Count, ids: OwnIds | None = None) -> None:
        self.request, self.fates, self.count, self._ids = request, fates, count, ids
        self.max_bytes = MAX_BYTES

    async def send(self, parts: Sequence[Part]) -> Outcome:
        """Send events with their lines; a failure that is not about single events ends it."""
        return await _Sending(self).run(requests_of(parts, self.max_bytes))

    def judge(self, answer: Answer, request: BulkRequest) -> list[Verdict]:
        """Return a verdict on each event that is not delivered; raises AnswerError."""
        verdicts = judge(answer, len(request), self.fates)
        if self._ids is None or not verdicts:
            return verdicts
        reviewed = [
            self._ids.review(one, request.event(one.position), request.line(one.position)) for one in verdicts
        ]
        undelivered = [one for one in reviewed if one.fate != "delivered"]
        self.count("documents.duplicates", len(reviewed) - len(undelivered))
        return undelivered

    def learn_limit(self, request: BulkRequest) -> None:
        """Make later requests smaller than this one, which is too large, unless one event makes it so."""
        if max(map(len, request.lines)) * 2 < request.size:
            self.max_bytes = max(min(self.max_bytes, request.size // 2), MIN_BYTES)


class _Sending:
    """One send: a stack of requests, of which those that are refused whole come back as halves."""

    def __init__(self, sender: BulkSender) -> None:
        self._sender, self._count = sender, sender.count
        self._outcome = Outcome()
        self._doubtful: list[tuple[Event, str]] = []  # refused alone, though perhaps not at fault
        self._splits = 0
        self._has_delivered = False

    async def run(self, requests: Sequence[BulkRequest]) -> Outcome:
        waiting = list(reversed(requests))
        while waiting:
            again = await self._send(waiting.pop())
            if again is None:
                for left in waiting:
                    self._outcome.put_off_all(left, "")
                break
            waiting.extend(reversed(again))
        self._settle_doubtful()
        self._count(
            "documents.non_retryable_failures", len(self._outcome.refused) + len(self._outcome.dropped)
        )
        retryable = len(self._outcome.retry) + sum(map(len, self._outcome.again))
        self._count("documents.retryable_failures", retryable)
        return self._outcome

    async def _send(self, request: BulkRequest) -> Sequence[BulkRequest] | None:
        """Send one request; return those to send instead, or None if going on is no use."""
        try:
            answer = await self._sender.request(request)
        except UnreachableError as error:
            self._count("bulk_requests.failures", 1)
            self._stop(request, str(error), None)
            return None
        self._count(f"bulk_requests.responses.{answer.status}", 1)
        if answer.is_success:
            return self._take(request, answer)
        self._count("bulk_requests.failures", 1)
        if answer.status in (400, TOO_LARGE):
            return self._split(request, answer)
        self._stop(request, answer.describe(), answer)
        return None

    def _take(self, request: BulkRequest, answer: Answer) -> Sequence[BulkRequest] | None:
        try:
            verdicts = self._sender.judge(answer, request)
        except AnswerError as error:
            self._count("bulk_requests.failures", 1)
            self._stop(request, str(error), answer)
            return None
        self._count("bulk_requests.with_errors" if verdicts else "bulk_requests.successes", 1)
        self._count("documents.successes", len(request) - len(verdicts))
        self._has_delivered = True
        again = [verdict for verdict in verdicts if verdict.fate == "retry"]
        for verdict in verdicts:
            event = request.event(verdict.position)
            if verdict.fate == "refused":
                action = request.line(verdict.position).partition(b"\n")[0].decode()
                self._outcome.refused.append((event, f"{verdict.reason}; action {action}"))
            elif verdict.fate == "dropped":
                self._outcome.dropped.append(verdict)
        if again:
            kinds = ", ".join(f"{count} of {words}" for words, count in summary(again).items())
            reason = f"{len(again)} of {len(request)} actions failed ({kinds}), the first: {again[0].reason}"
            self._outcome.put_off([request.event(verdict.position) for verdict in again], reason)
        return ()

    def _split(self, request: BulkRequest, answer: Answer) -> Sequence[BulkRequest] | None:
        if len(request) == 1:
            self._refuse(request, answer)
            return ()
        if answer.status == TOO_LARGE:
            self._sender.learn_limit(request)
        self._splits += 1
        if self._splits > MAX_SPLITS:
            self._stop(request, answer.describe(), answer)
            return None
        return request.halves()

    def _refuse(self, request: BulkRequest, answer: Answer) -> None:
        if answer.status == TOO_LARGE:
            reason = f"413 the document is too large for the server, alone: {len(request.line(0))} bytes"
            self._outcome.refused.append((request.event(0), reason))
        elif answer.error_type() in _MALFORMED:
            self._outcome.refused.append((request.event(0), answer.describe()))
        else:
            self._doubtful.append((request.event(0), answer.describe()))

    def _settle_doubtful(self) -> None:
        if self._has_delivered:
            self._outcome.refused.extend(self._doubtful)
        else:
            for event, reason in self._doubtful:
                self._outcome.put_off([event], reason)

    def _stop(self, request: BulkRequest, reason: str, answer: Answer | None) -> None:
        self._outcome.put_off_all(request, reason)
        self._outcome.status = None if answer is None else answer.status
        self._outcome.after_s = None if answer is None else answer.retry_after_s
