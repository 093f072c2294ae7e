"""From a refused event to a dead letter, and back to the event; what a full table means, and what becomes of old letters."""

from contextlib import asynccontextmanager
from types import SimpleNamespace

import pytest
import trio
from msgspec import Raw

from logsmith.event import Event, Timestamp
from logsmith.event.origin import part_ways
from logsmith.letters.events import event_of, letter_of, mark
from logsmith.log import RateLimited
from logsmith.metrics import PluginMetrics
from logsmith.plugins import UndeliveredError
from logsmith.runtime.delivery import Delivery
from logsmith.runtime.letters import LetterBox, LetterKeeper
from logsmith.spool.dead_letters import (
    LETTERS_AT_A_TIME,
    Bounds,
    DeadLetter,
    DeadLetters,
    DeadLettersFullError,
    Refusal,
)

SECOND = 1_000_000_000
SMALL = 128 * 1024


class Lines:
    def __init__(self):
        self.lines = []

    def warning(self, message, **facts):
        self.lines.append((message, facts))

    error = warning

    def about(self, words):
        return [facts for message, facts in self.lines if words in message]


class Refusing:
    """An output that takes no event whose number is odd."""

    name, line, max_events, concurrency, encodes, cursor_name = "elasticsearch", 7, 1000, 1, False, "es"
    linger_s = 0.0

    def __init__(self):
        self.metrics, self.log = PluginMetrics("output", "elasticsearch", "es"), Lines()

    @asynccontextmanager
    async def open(self):
        yield

    async def send(self, events):
        refused = [(one, "x" * 3000) for one in events if one.top("n") % 2]
        if refused:
            raise UndeliveredError("refused", refused=refused)


def some(count):
    return [Event({"@timestamp": Timestamp(5), "n": n}) for n in range(count)]


def numbers(letters):
    return [event_of(one).top("n") for one in letters.read()]


async def test_a_refused_event_can_be_rebuilt(tmp_path):
    output = an_output("es")
    event = Event({"@timestamp": Timestamp(5), "message": "hello"}, {"index": "logs"})
    event.origin = "0k3v-1"
    letters = DeadLetters(tmp_path, "main")
    await LetterBox(letters, clock_ns=lambda: 42).put(output, [(event, "mapper_parsing_exception")])
    (letter,) = letters.read()
    assert (letter.entered_ns, letter.plugin_type, letter.plugin_id, letter.line) == (
        42,
        "elasticsearch",
        "es",
        7,
    )
    assert letter.reason == "mapper_parsing_exception"
    again = event_of(letter)
    assert again.top("@timestamp").nanos == 5
    assert (again.top("message"), again.metadata, again.origin) == ("hello", {"index": "logs"}, "0k3v-1")
    letters.close()


def an_output(cursor_name, plugin_id="es"):
    return SimpleNamespace(
        name="elasticsearch", line=7, metrics=SimpleNamespace(id=plugin_id), cursor_name=cursor_name
    )


def a_line(n=1, metadata=None):
    """Return an event as a Beat's line makes it, each time it is sent."""
    event = Event({"@timestamp": Timestamp(5), "n": n}, metadata)
    file = Raw(b'{"offset":%d,"file":{"path":"/var/log/a","inode":"1","device_id":"2"}}' % n)
    event.origin = (Raw(b'{"ephemeral_id":"e"}'), file, Raw(b'"2026-02-28T13:00:00.000Z"'), Raw(b'"text"'))
    return event


def children(event):
    """Return what a clone filter makes of an event."""
    made = [event, event.clone(), event.clone()]
    part_ways(event, made, keeps_state=False)
    return made


def marked(reason="bad"):
    event = a_line()
    mark(event, DeadLetter(5, "elasticsearch", "es", 7, reason, b"{}", b"{}", b"[]", id=3))
    return event


ONE, OTHER = an_output("one"), an_output("other")
SAME = {
    "a line that its client sends again": [(ONE, a_line()), (ONE, a_line())],
    "a line that filters have changed meanwhile": [
        (ONE, a_line()),
        (ONE, a_line(metadata={"generation": 2})),
    ],
    "an output whose id nobody chose": [
        (an_output("s3-0af1", "0af1-1"), a_line()),
        (an_output("s3-0af1", "0af1-2"), a_line()),
    ],
    "an event as it was stored": [(ONE, stored := Event({"n": 1})), (ONE, stored)],
    "what is read twice from a letter": [(ONE, marked()), (ONE, marked())],
    "the same child of a line": [(ONE, children(a_line())[1]), (ONE, children(a_line())[1])],
}
NOT_SAME = {
    "two outputs": [(ONE, a_line()), (OTHER, a_line())],
    "two lines": [(ONE, a_line(1)), (ONE, a_line(2))],
    "two events that nothing identifies": [(ONE, Event({"n": 1})), (ONE, Event({"n": 1}))],
    "an event and what was made of it": [(ONE, one) for one in children(a_line())],
    "what was made of an event that nothing identifies": [(ONE, one) for one in children(Event({"n": 1}))],
    "what was read from its letter": [(ONE, a_line()), (ONE, marked())],
    "what was read from two letters": [(ONE, marked()), (ONE, marked("again"))],
}


async def put_all(letters, refusals):
    box = LetterBox(letters)
    for output, event in refusals:
        await box.put(output, [(event, "bad")])
    count = letters.count()
    letters.close()
    return count


@pytest.mark.parametrize("refusals", SAME.values(), ids=SAME.keys())
async def test_the_same_refusal_is_one_letter(tmp_path, refusals):
    assert await put_all(DeadLetters(tmp_path, "main"), refusals) == 1


@pytest.mark.parametrize("refusals", NOT_SAME.values(), ids=NOT_SAME.keys())
async def test_another_refusal_is_another_letter(tmp_path, refusals):
    assert await put_all(DeadLetters(tmp_path, "main"), refusals) == len(refusals)


async def test_an_origin_that_no_output_asked_for_is_stored_and_stays(tmp_path):
    letters, event, child = DeadLetters(tmp_path, "main"), a_line(), children(a_line())[1]
    await LetterBox(letters).put(ONE, [(event, "bad"), (child, "bad")])
    assert [one.origin for one in letters.read()] == [event.origin, child.origin]
    assert isinstance(event.origin, str)
    assert event.origin != child.origin
    letters.close()


async def test_a_refusal_that_has_a_letter_already_counts_as_buried(tmp_path, autojump_clock):
    letters = DeadLetters(tmp_path, "main", Bounds(max_bytes=SMALL))
    output = Refusing()
    delivery = Delivery([output], LetterBox(letters))
    async with delivery.open():
        for _ in range(3):
            await delivery.deliver(delivery.take([[a_line(n) for n in range(20)]]))
    assert numbers(letters) == [n for n in range(20) if n % 2]
    assert (output.metrics.extra["dead_letters"], output.metrics.events_out) == (30, 30)
    letters.close()


async def test_a_full_table_holds_the_output_up_and_loses_nothing(tmp_path, autojump_clock):
    letters = DeadLetters(tmp_path, "main", Bounds(max_bytes=SMALL))
    output, delivery_ended = Refusing(), trio.Event()
    delivery = Delivery([output], LetterBox(letters))
    kept = []
    async with delivery.open(), trio.open_nursery() as nursery:

        async def deliver():
            await delivery.deliver(delivery.take([some(200)]))
            delivery_ended.set()

        nursery.start_soon(deliver)
        while not delivery_ended.is_set():
            await trio.sleep(100)  # then it has tried, and waits
            there = list(letters.read())
            kept += [event_of(one).top("n") for one in there]
            letters.remove([one.id for one in there])
    kept += numbers(letters)
    assert kept == [n for n in range(200) if n % 2]
    letters.close()


class Full:
    """Dead letters without room; a thread would let the clock jump ahead of it."""

    async def put(self, output, refused):
        raise DeadLettersFullError("the dead letters are full", 0)


async def test_a_full_table_is_said_loudly_but_once_a_minute(autojump_clock):
    output = Refusing()
    delivery = Delivery([output], Full())
    delivery._lanes[0]._complaints = RateLimited(60, trio.current_time)
    async with delivery.open():
        with trio.move_on_after(300):
            await delivery.deliver(delivery.take([some(4)]))
    said = output.log.about("dead letters cannot be written: this output waits, nothing is lost")
    assert 3 <= len(said) <= 6
    assert (said[0]["events"], said[0]["reason"]) == (2, "the dead letters are full")
    assert "dead_letter_queue.storage_policy" in said[0]["hint"]
    assert output.metrics.notes["dead_letters"] == "the dead letters are full"


@pytest.mark.parametrize("policy", ["drop_newer", "drop_older"])
async def test_with_a_policy_what_is_dropped_is_counted_and_said(tmp_path, autojump_clock, policy):
    letters = DeadLetters(tmp_path, "main", Bounds(max_bytes=SMALL, policy=policy))
    output = Refusing()
    delivery = Delivery([output], LetterBox(letters))
    async with delivery.open():
        await delivery.deliver(delivery.take([some(200)]))
    dropped = 100 - len(numbers(letters))
    assert dropped > 0
    assert output.metrics.extra["dead_letters_dropped"] == dropped
    (said,) = output.log.about("dead letters dropped")
    assert (said["events"], said["storage_policy"]) == (dropped, policy)
    assert "are full" in output.metrics.notes["dead_letters"]
    letters.close()


def put(letters, count):
    refusal = Refusal("s3", "archive", 3, "key too long")
    letters.append([letter_of(event, refusal, event.top("n") * SECOND) for event in some(count)])


def test_what_the_api_shows_is_what_is_on_disk_whoever_wrote_it(tmp_path):
    mine = DeadLetters(tmp_path, "main", Bounds(max_bytes=SMALL, policy="drop_older"))
    keeper = LetterKeeper({"main": mine})
    assert keeper.describe("main") == {
        "max_queue_size_in_bytes": SMALL,
        "storage_policy": "drop_older",
        "queue_size_in_bytes": 0,
        "events_count": 0,
        "dropped_events": 0,
        "expired_events": 0,
    }
    anothers = DeadLetters(tmp_path, "main")
    put(anothers, 3)
    facts = keeper.describe("main")
    assert facts["events_count"] == 3
    assert 0 < facts["queue_size_in_bytes"] < SMALL
    anothers.remove([1])
    anothers.close()
    assert keeper.describe("main")["events_count"] == 2
    assert mine._connection is None, "it would pass into a worker at the next fork"


def test_the_policy_that_is_none_has_a_name(tmp_path):
    assert LetterKeeper({"main": DeadLetters(tmp_path, "main")}).describe("main")["storage_policy"] == "wait"


def test_a_table_that_cannot_be_read_is_said_by_the_api(tmp_path, capsys):
    letters = DeadLetters(tmp_path, "main")
    letters.path.parent.mkdir()
    letters.path.write_bytes(b"no database" * 100)
    keeper = LetterKeeper({"main": letters})
    keeper.bring_up_to_date()
    assert "dead letters cannot be used" in capsys.readouterr().err
    assert "file is not a database" in keeper.describe("main")["last_error"]


def test_old_letters_expire_within_a_minute_and_many_in_steps(tmp_path):
    now_s = 10_000
    letters = DeadLetters(tmp_path, "main", Bounds(retain_s=1), clock_ns=lambda: now_s * SECOND)
    put(letters, LETTERS_AT_A_TIME + 2)
    letters.close()
    keeper = LetterKeeper({"main": letters})
    counts = []
    for moment in (100.0, 100.1, 100.2, 159.0, 161.0):
        keeper.tick(moment)
        counts.append(letters.summary().letters)
        if moment == 100.2:
            put(letters, 1)
            letters.close()
    assert counts == [2, 0, 0, 1, 0]
    assert letters.summary().expired == LETTERS_AT_A_TIME + 3
    assert letters._connection is None
