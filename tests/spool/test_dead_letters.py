"""The dead letter table: what is appended is on disk, whole, and comes back."""

import os
import signal
import sqlite3
from collections.abc import Callable

import pytest

from logsmith.spool import SpoolError
from logsmith.spool.dead_letters import DeadLetter, DeadLetters


@pytest.fixture(autouse=True)
def _close_all(monkeypatch):
    """Close what a test opened."""
    opened, connect = [], sqlite3.connect

    def noting(*arguments, **named) -> sqlite3.Connection:
        opened.append(connect(*arguments, **named))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", noting)
    yield
    for one in opened:
        one.close()


def letter(number: int = 0, **changes) -> DeadLetter:
    facts = {
        "entered_ns": 1_700_000_000_000_000_000 + number,
        "plugin_type": "elasticsearch",
        "plugin_id": "es",
        "line": 7,
        "reason": "mapper_parsing_exception",
        "fields": b'{"n":%d}' % number,
        "metadata": b"{}",
        "types": b"[]",
    }
    return DeadLetter(**{**facts, **changes})


def bodies(letters: DeadLetters, **arguments) -> list[bytes]:
    return [one.fields for one in letters.read(**arguments)]


def in_child(work: Callable[[], None]) -> int:
    """Fork, do the work there, and return the child's process id."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    finally:
        os._exit(status)


def test_gives_back_what_was_appended(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    given = letter(
        5,
        reason="größer \udc80 als",
        fields='{"ä":"x\\u0000y"}'.encode(),
        metadata=b'{"a":1}',
        types=b'[["t"]]',
    )
    letters.append([given])
    (got,) = letters.read()
    assert got.id == 1
    assert got == letter(
        5, reason="größer ? als", fields=given.fields, metadata=given.metadata, types=given.types, id=1
    )


def test_makes_no_file_before_the_first_letter(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    assert letters.count() == 0
    assert bodies(letters) == []
    assert letters.size_bytes() == 0
    assert list(tmp_path.iterdir()) == []
    letters.append([letter()])
    assert letters.size_bytes() > 0


def test_keeps_pipelines_apart(tmp_path):
    DeadLetters(tmp_path, "a").append([letter(1)])
    DeadLetters(tmp_path, "b").append([letter(2), letter(3)])
    assert DeadLetters(tmp_path, "a").count() == 1
    assert DeadLetters(tmp_path, "b").count() == 2


def test_reads_on_after_a_letter(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(n) for n in range(3)])
    assert bodies(letters, after=2) == [b'{"n":2}']


def test_reads_more_letters_than_fit_in_one_go(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(n) for n in range(1203)])
    assert bodies(letters) == [b'{"n":%d}' % n for n in range(1203)]


def test_stores_all_letters_of_a_call_or_none(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    with pytest.raises(SpoolError):
        letters.append([letter(1), letter(2, plugin_id=None)])
    assert letters.count() == 0


def test_syncs_every_commit(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter()])
    connection = letters._open()
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL


def test_goes_on_after_the_file_was_closed(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(1)])
    letters.close()
    letters.append([letter(2)])
    assert letters.count() == 2


def test_two_processes_write_at_once(tmp_path):
    def write(first: int) -> None:
        letters = DeadLetters(tmp_path, "main", busy_timeout_s=30)
        for number in range(first, first + 40):
            letters.append([letter(number)])

    children = [in_child(lambda first=first: write(first)) for first in (0, 1000)]
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0, 0]
    got = bodies(DeadLetters(tmp_path, "main"))
    assert sorted(got) == sorted(b'{"n":%d}' % n for n in [*range(40), *range(1000, 1040)])


def test_a_writer_killed_in_the_middle_loses_only_the_call_under_way(tmp_path):
    reading, writing = os.pipe()

    def write() -> None:
        letters = DeadLetters(tmp_path, "main")
        for number in range(10_000):
            letters.append([letter(number), letter(number)])
            os.write(writing, b".")

    pid = in_child(write)
    os.close(writing)
    said = 0
    while DeadLetters(tmp_path, "main").size_bytes() < 100_000:
        said += len(os.read(reading, 65536))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    while more := os.read(reading, 65536):
        said += len(more)
    os.close(reading)
    letters = DeadLetters(tmp_path, "main")
    got = bodies(letters)
    assert len(got) % 2 == 0, "half a call"
    assert len(got) >= 2 * said, "a call that returned is missing"
    letters.append([letter(-1)])
    assert bodies(letters)[-1] == b'{"n":-1}'


def test_a_forked_process_opens_the_file_anew(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(1)])
    parents = letters._open()

    def write() -> None:
        letters.append([letter(2)])
        assert letters._open() is not parents

    _, status = os.waitpid(in_child(write), 0)
    assert status == 0
    assert letters._open() is parents
    letters.append([letter(3)])
    assert bodies(letters) == [b'{"n":1}', b'{"n":2}', b'{"n":3}']


def test_says_that_another_process_holds_the_table(tmp_path):
    letters = DeadLetters(tmp_path, "main", busy_timeout_s=0.01)
    letters.append([letter(1)])
    with sqlite3.connect(letters.path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SpoolError, match="cannot be used: database is locked"):
            letters.append([letter(2)])
        other.execute("ROLLBACK")
    other.close()
    letters.append([letter(3)])
    assert bodies(letters) == [b'{"n":1}', b'{"n":3}']


def test_says_that_the_disk_is_full_and_goes_on_when_there_is_room(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(1)])
    letters._open().execute("PRAGMA max_page_count = 2")
    with pytest.raises(SpoolError, match="database or disk is full"):
        letters.append([letter(n, reason="x" * 4000) for n in range(10)])
    letters.append([letter(2)])
    assert bodies(letters) == [b'{"n":1}', b'{"n":2}']


BAD_PLACES = {
    "a directory that is a file": lambda tmp_path: (tmp_path / "main").write_text("x"),
    "a file that is no database": lambda tmp_path: (
        (tmp_path / "main").mkdir(),
        (tmp_path / "main" / "dead_letters.sqlite").write_bytes(b"not a database, but long enough" * 40),
    ),
}


@pytest.mark.parametrize("spoil", BAD_PLACES.values(), ids=BAD_PLACES.keys())
def test_says_where_the_table_cannot_be_used(tmp_path, spoil):
    spoil(tmp_path)
    with pytest.raises(SpoolError, match=r"the dead letters at '.*dead_letters\.sqlite' cannot be used"):
        DeadLetters(tmp_path, "main").append([letter()])


def test_refuses_the_file_of_a_newer_version(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter()])
    letters.close()
    with sqlite3.connect(letters.path) as other:
        other.execute("PRAGMA user_version = 1000")
    other.close()
    with pytest.raises(SpoolError, match="it is of version 1000, this logsmith knows 2"):
        letters.count()


def test_never_uses_a_letters_id_twice(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(1), letter(2)])
    letters._open().execute("DELETE FROM letters")
    letters.append([letter(3)])
    assert [one.id for one in letters.read()] == [3]
