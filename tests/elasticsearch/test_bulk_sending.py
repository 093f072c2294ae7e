"""Bulk requests are split, judged and counted; the cluster is a function here."""

import json

import pytest

from logsmith.elasticsearch.answer import Answer
from logsmith.elasticsearch.bulk import MAX_SPLITS, MIN_BYTES, BulkSender, Part, requests_of
from logsmith.elasticsearch.errors import UnreachableError
from logsmith.elasticsearch.fates import FateSettings
from logsmith.event import Event

MALFORMED = Answer(400, b'{"error":{"type":"action_request_validation_exception","reason":"id is missing"}}')
PUZZLED = Answer(400, b'{"error":{"type":"illegal_argument_exception","reason":"what"}}')
TOO_LARGE = Answer(413, b"")


class Peer:
    """Answers each request by its lines; remembers what it took."""

    def __init__(self, answer):
        self._answer, self.requests, self.taken, self.counts = answer, [], [], {}

    async def request(self, request):
        lines = request.text().split(b"\n")[:-1]
        self.requests.append(lines)
        answer = self._answer(lines)
        if answer is None:
            raise UnreachableError("no answer")
        if answer == 200:
            self.taken += lines
            items = [{"index": {"status": 201}} for _ in lines]
            return Answer(200, json.dumps({"errors": False, "items": items}).encode())
        return answer

    def count(self, name, amount):
        self.counts[name] = self.counts.get(name, 0) + amount

    def sender(self):
        return BulkSender(self.request, FateSettings(), self.count)


def batch(*lines):
    return Part([Event({"n": at}) for at in range(len(lines))], [line.encode() + b"\n" for line in lines])


def numbers(events):
    return [event.top("n") for event in events]


async def outcome_of(answer, *lines):
    peer = Peer(answer)
    return peer, await peer.sender().send([batch(*lines)])


async def test_what_is_taken_is_in_no_list():
    peer, outcome = await outcome_of(lambda _: 200, "a", "b")
    assert (outcome.retry, outcome.refused, outcome.dropped) == ([], [], [])
    assert peer.counts["documents.successes"] == 2
    assert peer.counts["bulk_requests.successes"] == 1
    assert peer.counts["bulk_requests.responses.200"] == 1


def sizes(parts):
    return [[len(line) for line in part.lines] for part in parts]


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([5, 5], [[5, 5]]),
        ([5, 6], [[5], [6]]),
        ([11], [[11]]),
        ([1, 11, 1], [[1], [11], [1]]),
        ([4, 4, 4], [[4, 4], [4]]),
        ([], []),
    ],
)
def test_a_request_is_as_large_as_allowed_and_a_larger_event_goes_alone(lengths, expected):
    lines = [b"x" * length for length in lengths]
    assert sizes(requests_of([Part([Event({})] * len(lines), lines)], 10)) == expected


async def test_a_request_that_is_too_large_is_halved_until_it_fits():
    peer, outcome = await outcome_of(lambda lines: 200 if len(lines) <= 2 else TOO_LARGE, *"abcdefg")
    assert [line.decode() for line in peer.taken] == list("abcdefg")
    assert outcome.retry == []
    assert outcome.refused == []


async def test_a_single_event_that_is_too_large_is_refused_and_its_neighbours_are_taken():
    peer, outcome = await outcome_of(
        lambda lines: TOO_LARGE if b"huge" in lines else 200, "a", "b", "huge", "c"
    )
    assert sorted(peer.taken) == [b"a", b"b", b"c"]
    ((event, reason),) = outcome.refused
    assert event.top("n") == 2
    assert reason.startswith("413 ")


async def test_a_limit_of_the_servers_is_learnt():
    peer = Peer(lambda lines: 200 if sum(map(len, lines)) <= 100_000 else TOO_LARGE)
    sender = peer.sender()
    lines = ["x" * 10_000] * 30
    await sender.send([batch(*lines)])
    peer.requests.clear()
    await sender.send([batch(*lines)])
    assert all(len(request) <= 10 for request in peer.requests)
    assert sender.max_bytes >= MIN_BYTES


async def test_one_huge_event_does_not_make_later_requests_smaller():
    peer = Peer(lambda lines: 200 if sum(map(len, lines)) <= 100_000 else TOO_LARGE)
    sender = peer.sender()
    before = sender.max_bytes
    await sender.send([batch("x" * 200_000, "a", "b")])
    assert sender.max_bytes == before


async def test_a_malformed_action_is_found_and_refused():
    peer, outcome = await outcome_of(
        lambda lines: MALFORMED if b"bad" in lines else 200, "a", "bad", "b", "c"
    )
    assert sorted(peer.taken) == [b"a", b"b", b"c"]
    assert [(event.top("n"), reason) for event, reason in outcome.refused] == [
        (1, "HTTP 400 action_request_validation_exception: id is missing")
    ]


async def test_an_event_that_alone_puzzles_the_server_is_refused():
    _, outcome = await outcome_of(lambda lines: PUZZLED if b"bad" in lines else 200, "a", "bad")
    assert len(outcome.refused) == 1
    assert outcome.retry == []


async def test_nothing_is_refused_where_every_event_puzzles_the_server():
    _, outcome = await outcome_of(lambda _: PUZZLED, "a", "b", "c")
    assert outcome.refused == []
    assert sorted(numbers(outcome.retry)) == [0, 1, 2]
    assert outcome.reason == "HTTP 400 illegal_argument_exception: what"


async def test_splitting_ends_when_nothing_helps():
    peer, outcome = await outcome_of(lambda _: PUZZLED, *["x"] * 1000)
    assert len(peer.requests) <= 2 * MAX_SPLITS + 1
    assert sorted(numbers(outcome.retry)) == list(range(1000))


@pytest.mark.parametrize("status", [301, 401, 403, 404, 429, 500, 502, 503])
async def test_any_other_answer_puts_everything_off_and_says_why(status):
    body = b'{"error":{"type":"some_exception","reason":"for a reason"}}'
    peer, outcome = await outcome_of(lambda _: Answer(status, body), "a", "b")
    assert numbers(outcome.retry) == [0, 1]
    assert outcome.reason.startswith(f"HTTP {status} some_exception: for a reason")
    assert outcome.status == status
    assert peer.counts[f"bulk_requests.responses.{status}"] == 1
    assert peer.counts["documents.retryable_failures"] == 2


async def test_a_pause_that_the_server_asks_for_is_passed_on():
    _, outcome = await outcome_of(lambda _: Answer(429, b"", "7"), "a")
    assert outcome.after_s == 7


async def test_no_answer_puts_everything_off():
    peer, outcome = await outcome_of(lambda _: None, "a", "b")
    assert numbers(outcome.retry) == [0, 1]
    assert outcome.reason == "no answer"
    assert peer.counts["bulk_requests.failures"] == 1


async def test_what_went_before_a_failure_is_delivered():
    peer = Peer(lambda lines: 200 if b"a" in lines else None)
    sender = peer.sender()
    sender.max_bytes = 2
    outcome = await sender.send([batch("a", "b", "c")])
    assert numbers(outcome.retry) == [1, 2]
    assert len(peer.requests) == 2


async def test_only_the_actions_that_failed_are_put_off_or_refused():
    items = [
        {"index": {"status": status, **({"error": {"type": "t", "reason": "r"}} if status > 299 else {})}}
        for status in (201, 429, 400, 409)
    ]
    answer = Answer(200, json.dumps({"errors": True, "items": items}).encode())
    peer, outcome = await outcome_of(lambda _: answer, *['{"index":{}}'] * 4)
    assert numbers(outcome.retry) == [1]
    assert outcome.reason == "1 of 4 actions failed (1 of 429 t), the first: 429 t: r"
    assert [(event.top("n"), reason) for event, reason in outcome.refused] == [
        (2, '400 t: r; action {"index":{}}')
    ]
    assert [verdict.position for verdict in outcome.dropped] == [3]
    assert peer.counts["documents.successes"] == 1
    assert peer.counts["documents.non_retryable_failures"] == 2


@pytest.mark.parametrize("body", [b"<html>", b'{"errors":false,"items":[]}'])
async def test_an_answer_that_cannot_be_judged_puts_everything_off(body):
    _, outcome = await outcome_of(lambda _: Answer(200, body), "a")
    assert numbers(outcome.retry) == [0]
