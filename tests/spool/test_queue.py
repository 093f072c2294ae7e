"""The persisted queue's file: what `append` returned from is there, for each output until it has it, and nothing else is."""

import os
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from logsmith.spool import SpoolError
from logsmith.spool.faults import ForeignFileError
from logsmith.spool.queue import Batch, PersistedQueue
from logsmith.spool.queue_commit import MOST_BATCHES


@pytest.fixture
def queue(tmp_path):
    with closing(PersistedQueue(tmp_path / "queue" / "worker-0.sqlite")) as one:
        yield one


def batch(text="x", **routes):
    return Batch(text.encode(), max(routes.values(), default=1), routes)


def texts(queue, cursor, **how):
    return [one.payload.decode() for one in queue.read(cursor, **how)[0]]


def test_gives_each_output_its_batches_in_order(queue):
    assert queue.append([batch("one", a=1), batch("two", a=1, b=1), batch("three", b=1)]) == [1, 2, 3]
    assert (texts(queue, "a"), texts(queue, "b"), texts(queue, "c")) == (["one", "two"], ["two", "three"], [])


def test_reads_on_behind_a_sequence_number_and_up_to_a_limit(queue):
    queue.append([batch(str(number), a=1) for number in range(5)])
    assert texts(queue, "a", after=2, limit=2) == ["2", "3"]


def test_a_batch_goes_when_every_output_has_it(queue):
    queue.append([batch("one", a=1, b=1)])
    queue.append([], delivered={"a": [1]})
    assert (texts(queue, "a"), texts(queue, "b"), queue.count()[0]) == ([], ["one"], 1)
    queue.append([], delivered={"b": [1]})
    assert queue.count() == (0, 0, 0)


def test_an_output_that_stands_still_keeps_no_batches_of_others(queue):
    queue.append([batch("one", gone=1), *(batch("more", a=1) for _ in range(9))])
    queue.append([], delivered={"a": range(2, 11)})
    assert (queue.count()[0], texts(queue, "gone")) == (1, ["one"])


def test_sequence_numbers_are_never_used_twice(queue):
    queue.append([batch(a=1)])
    queue.append([], delivered={"a": [1]})
    assert queue.append([batch(a=1)]) == [2]


WRONG_NUMBERS = {
    "none": "DELETE FROM sqlite_sequence",
    "one that was used": "UPDATE sqlite_sequence SET seq = 1",
    "no number": "UPDATE sqlite_sequence SET seq = 'text'",
    "nothing": "UPDATE sqlite_sequence SET seq = NULL",
}


@pytest.mark.parametrize("damage", WRONG_NUMBERS.values(), ids=WRONG_NUMBERS)
def test_batches_are_stored_though_the_last_number_is_kept_wrongly(queue, damage):
    queue.append([batch("one", a=1), batch("two", a=1)])
    queue._open().execute(damage)
    queue.close()
    assert queue.append([batch("three", a=1), batch("four", a=1)]) == [3, 4]
    assert texts(queue, "a") == ["one", "two", "three", "four"]
    queue.close()
    assert queue.append([batch("five", a=1)]) == [5]


def test_tells_what_waits_for_each_output(queue):
    before = time.time_ns()
    queue.append([batch(a=3, b=1), batch(a=2)])
    queue.append([], delivered={"b": [1]})
    backlogs = queue.backlogs()
    assert {name: one[:2] for name, one in backlogs.items()} == {"a": (2, 5), "b": (0, 0)}
    assert before <= backlogs["a"].oldest_ns <= time.time_ns()
    assert backlogs["b"].oldest_ns is None


def test_counts_fates_with_the_batches(queue):
    queue.append([batch(a=1)], counted={"accepted": 3, "dropped": 1})
    queue.append([], counted={"accepted": 2})
    assert queue.fates() == {"accepted": 5, "dropped": 1}


@pytest.mark.parametrize("name", ['a "b"', "back\\slash", "J\u00fcrgen \U0001f600", "tab\t[0]", "'; --"])
def test_an_output_may_have_any_name(queue, name):
    queue.append([batch("one", **{name: 2})], counted={f"routed {name}": 2})
    assert (texts(queue, name), queue.fates()) == (["one"], {f"routed {name}": 2})
    queue.drop(name)
    queue.append([], delivered={name: {1: 2}}, counted={f"delivered {name}": 2})
    assert queue.fates() == {f"routed {name}": 2, f"dropped {name}": 0, f"delivered {name}": 2}


@pytest.fixture
def many():
    """More batches than one statement takes."""
    return [batch(str(number), a=1) for number in range(2 * MOST_BATCHES + 1)]


def test_stores_any_number_of_batches(queue, many):
    queue.append([batch("before", a=1)])
    assert queue.append(many, delivered={"a": [1]}, counted={"accepted": 7})[-1] == len(many) + 1
    assert texts(queue, "a", limit=1000) == [one.payload.decode() for one in many]
    assert queue.fates() == {"accepted": 7}


def test_many_batches_are_stored_all_or_not_at_all(queue, many):
    queue.append([batch("before", a=1)])
    connection = queue._open()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 1}")
    with pytest.raises(SpoolError, match="database or disk is full"):
        queue.append([*many, batch("x" * 1_000_000, a=1)], delivered={"a": [1]}, counted={"accepted": 7})
    assert (texts(queue, "a", limit=1000), queue.fates()) == (["before"], {})
    assert queue.append(many)[0] == 2


def test_drops_what_waits_for_an_output(queue):
    queue.append([batch("one", a=2, b=1), batch("two", a=1)])
    assert queue.drop("a") == 3
    assert {name: one.events for name, one in queue.backlogs().items()} == {"a": 0, "b": 1}
    assert queue.count()[0] == 1


@pytest.fixture
def beside(queue):
    """The same file, as another process has it."""
    with closing(PersistedQueue(queue.path)) as one:
        yield one


def test_what_comes_after_a_drop_beside_it_is_there_at_the_next_start(queue, beside):
    queue.append([batch("one", a=1, b=1)])
    assert beside.drop("a") == 1
    queue.append([batch("two", a=1)])
    queue.close()
    queue.append([batch("three", c=1)])
    assert [texts(queue, name) for name in "abc"] == [["two"], ["one"], ["three"]]


def test_the_sums_say_that_what_was_dropped_was_delivered_all_the_same(queue, beside):
    queue.append([batch("one", a=2), batch("two", a=3)], counted={"routed a": 5})
    beside.drop("a")
    queue.append([], delivered={"a": {1: 2}}, counted={"delivered a": 2})
    fates = queue.fates()
    assert (fates["delivered a"], fates["dropped a"]) == (2, 3)


def test_the_sums_say_that_what_was_set_aside_was_delivered_all_the_same(queue, beside):
    queue.append([batch("one", a=2, b=2)])
    beside.set_aside(1, "a test")
    queue.append([], delivered={"a": {1: 2}}, counted={"delivered a": 2})
    fates = queue.fates()
    assert [fates[name] for name in ("delivered a", "damaged a", "damaged b")] == [2, 0, 2]


def test_the_sums_never_say_that_less_than_nothing_was_dropped(queue):
    queue.append([batch("one", a=2), batch("two", a=3)])
    queue.append([], delivered={"a": {2: 3}})
    queue.drop("a")
    queue.append([], delivered={"a": {1: 2, 2: 3}})
    assert queue.fates() == {"dropped a": 0}


def test_knows_that_another_process_has_changed_the_file(queue, beside):
    queue.append([batch(a=1)])
    queue.was_changed_by_others()
    queue.append([batch(a=1)])
    assert not queue.was_changed_by_others()
    beside.drop("a")
    assert [queue.was_changed_by_others() for _ in range(2)] == [True, False]


def test_a_batch_whose_row_is_gone_is_reported(queue):
    queue.append([batch("one", a=7), batch("two", a=1)])
    queue._open().execute("DELETE FROM batches WHERE sequence = 1")
    assert [one.sequence for one in queue.outline()] == [1, 2]
    found, damages = queue.read("a")
    assert [one.payload for one in found] == [b"two"]
    assert damages == [(1, 7, 0, "it is not in the file any more")]
    assert queue.fates() == {"damaged a": 7}


def test_delivered_batches_are_not_written_once_more_as_zeros(queue):
    queue.append([batch("x" * 2_000_000, a=1)])
    queue._open().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    queue.append([], delivered={"a": [1]})
    assert queue.path.with_name(f"{queue.path.name}-wal").stat().st_size < 200_000


def test_all_of_it_is_there_when_the_file_is_opened_again(queue):
    queue.append([batch("one", a=1)], counted={"accepted": 1})
    queue.close()
    assert (texts(queue, "a"), queue.fates()) == (["one"], {"accepted": 1})


def test_only_its_owner_may_read_the_file(queue):
    queue.append([batch(a=1)])
    assert queue.path.stat().st_mode & 0o077 == 0


DAMAGES = {
    "another payload": "UPDATE batches SET payload = x'00' WHERE sequence = 2",
    "another checksum": "UPDATE batches SET crc = crc + 1 WHERE sequence = 2",
    "another number of events": "UPDATE batches SET events = 9 WHERE sequence = 2",
    "a payload of another type": "UPDATE batches SET payload = 'text' WHERE sequence = 2",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_batch_is_set_aside_and_the_others_are_read(queue, damage):
    queue.append([batch("one", a=1, b=1), batch("two", a=1, b=1), batch("three", a=1, b=1)])
    queue.close()
    with closing(sqlite3.connect(queue.path)) as other:
        other.execute(damage)
        other.commit()
    found, damages = queue.read("a")
    assert [one.payload for one in found] == [b"one", b"three"]
    assert [(one.sequence, one.reason) for one in damages] == [(2, "its checksum is wrong")]
    assert queue.damages() == damages
    assert texts(queue, "b") == ["one", "three"]


def test_what_is_no_database_is_refused_with_its_path(tmp_path):
    path = tmp_path / "worker-0.sqlite"
    path.write_bytes(b"not a database, " * 100)
    with pytest.raises(
        SpoolError, match=r"the queue at '.*worker-0.sqlite' cannot be used: file is not a database"
    ):
        PersistedQueue(path).count()


def test_a_file_whose_schema_is_no_text_is_refused(queue):
    queue.append([batch(a=1)])
    connection = queue._open()
    connection.execute("PRAGMA writable_schema = ON")
    connection.execute("UPDATE sqlite_master SET name = CAST(x'ff' AS TEXT), sql = 'x' WHERE name = 'fates'")
    queue.close()
    with pytest.raises(ForeignFileError, match="cannot be used"):
        queue.count()


def test_a_file_of_a_newer_version_is_refused(queue):
    queue.append([batch(a=1)])
    queue.close()
    with closing(sqlite3.connect(queue.path)) as other:
        other.execute("PRAGMA user_version = 99")
    with pytest.raises(SpoolError, match="it is of version 99, this logsmith knows 2"):
        queue.count()


def test_a_disk_that_is_full_stores_nothing_of_a_call_and_all_of_the_next(queue):
    queue.append([batch("before", a=1)])
    connection = queue._open()
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(SpoolError, match="database or disk is full"):
        queue.append([batch("small", a=1), batch("x" * 1_000_000, a=1)], delivered={"a": [1]})
    assert texts(queue, "a") == ["before"]
    queue.append([batch("after", a=1)])
    assert texts(queue, "a") == ["before", "after"]


def test_a_process_killed_at_any_moment_leaves_every_finished_call(tmp_path):
    path = tmp_path / "worker-0.sqlite"
    for turn in range(5):
        hears, says = os.pipe()
        if (pid := os.fork()) == 0:
            queue, number = PersistedQueue(path), 0
            while True:
                queue.append([batch(f"{turn}-{number}", a=1), batch(f"{turn}-{number}", a=1)])
                os.write(says, b".")
                number += 1
        os.close(says)
        assert os.read(hears, 1) == b"."
        time.sleep(0.01 * turn)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        finished = 1 + len(os.read(hears, 65536))
        os.close(hears)
        with closing(PersistedQueue(path)) as queue:
            stored = [text for text in texts(queue, "a", limit=100_000) if text.startswith(f"{turn}-")]
        expected = [f"{turn}-{number}" for number in range(finished + 1) for _ in range(2)]
        assert stored in (expected, expected[:-2])


class Model(RuleBasedStateMachine):
    """The queue against a list of what each output still has to get."""

    def __init__(self):
        super().__init__()
        self._folder = TemporaryDirectory()
        self.queue = PersistedQueue(Path(self._folder.name) / "q.sqlite")
        self.waiting = {"a": {}, "b": {}, "c": {}}
        self.last = 0

    @rule(
        routes=st.lists(st.dictionaries(st.sampled_from("abc"), st.integers(1, 5), min_size=1), max_size=3),
        done=st.sampled_from("abc"),
        share=st.integers(0, 3),
    )
    def append(self, routes, done, share):
        delivered = list(self.waiting[done])[:share]
        made = [Batch(f"{self.last + n}".encode(), max(one.values()), one) for n, one in enumerate(routes, 1)]
        sequences = self.queue.append(made, delivered={done: delivered})
        assert sequences == list(range(self.last + 1, self.last + 1 + len(made)))
        for sequence, one in zip(sequences, made, strict=True):
            for name in one.routes:
                self.waiting[name][sequence] = one.payload
        for sequence in delivered:
            del self.waiting[done][sequence]
        self.last += len(made)

    @rule()
    def open_again(self):
        self.queue.close()

    @rule(name=st.sampled_from("abc"), position=st.integers(0, 5))
    def set_aside(self, name, position):
        if position < len(self.waiting[name]):
            sequence = list(self.waiting[name])[position]
            self.queue.set_aside(sequence, "a test")
            for one in self.waiting.values():
                one.pop(sequence, None)

    @rule(name=st.sampled_from("abc"))
    def drop(self, name):
        self.queue.drop(name)
        self.waiting[name].clear()

    @invariant()
    def holds_just_what_waits(self):
        for name, wanted in self.waiting.items():
            found, damages = self.queue.read(name, limit=1000)
            assert {one.sequence: one.payload for one in found} == wanted
            assert damages == []
        kept = set().union(*self.waiting.values())
        assert self.queue.count()[0] == len(kept)
        assert {row[0] for row in self.queue.outline()} == kept

    def teardown(self):
        self.queue.close()
        self._folder.cleanup()


TestModel = Model.TestCase
TestModel.settings = settings(max_examples=25, stateful_step_count=20, deadline=None)
