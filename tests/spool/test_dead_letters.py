"""The dead letter table: what is appended is on disk, whole, and comes back."""

import contextlib
import os
import random
import shutil
import signal
import sqlite3
from collections.abc import Callable
from dataclasses import replace

import pytest

from logsmith.spool import SpoolError
from logsmith.spool.dead_letters import (
    Bounds,
    Choice,
    DeadLetter,
    DeadLetters,
    DeadLettersFullError,
    Refusal,
)
from logsmith.spool.letter_rows import STEPS


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
    assert got == replace(given, reason="größer ? als", id=1, refused_ns=given.entered_ns)


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
    with pytest.raises(SpoolError, match="it is of version 1000, this logsmith knows 3"):
        letters.count()


def test_never_uses_a_letters_id_twice(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(1), letter(2)])
    letters._open().execute("DELETE FROM letters")
    letters.append([letter(3)])
    assert [one.id for one in letters.read()] == [3]


OLD_ROW = "INSERT INTO letters VALUES (7, 1, 'es', 'id', 3, 'bad', '{\"n\":1}', '{}', '[]'"
OLD_ROWS = {1: f"{OLD_ROW})", 2: f"{OLD_ROW}, '0k3v-1', 1807238514)"}


@pytest.mark.parametrize("version", OLD_ROWS)
def test_brings_the_file_of_an_older_version_up_to_date(tmp_path, version):
    path = tmp_path / "main" / "dead_letters.sqlite"
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as old:
        old.executescript("".join(STEPS[:version]) + f"PRAGMA user_version = {version};")
        old.execute(OLD_ROWS[version])
        old.commit()
    letters = DeadLetters(tmp_path, "main")
    assert [(one.id, one.fields, one.origin, one.damage, one.refused_ns) for one in letters.read()] == [
        (7, b'{"n":1}', None if version == 1 else "0k3v-1", "", 1)
    ]
    letters.append([letter(2, refusal_id=b"2"), letter(2, refusal_id=b"2")])
    assert (letters.summary().letters, letters.count()) == (2, 2)
    assert letters.settle({7: 1}, {}) == 1, "it was refused before that was noted"


def test_keeps_where_an_event_came_from(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(origin="0k3v-1")])
    (got,) = letters.read()
    assert got.origin == "0k3v-1"


def test_a_file_deleted_under_a_running_server_swallows_no_letter(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(1)])
    first = letters.made()
    shutil.rmtree(letters.path.parent)
    letters.append([letter(2)])
    assert bodies(DeadLetters(tmp_path, "main")) == [b'{"n":2}']
    assert letters.made() != first


# Bounds

SMALL = 128 * 1024


def bounded(tmp_path, **bounds) -> DeadLetters:
    return DeadLetters(tmp_path, "main", Bounds(**{"max_bytes": SMALL, **bounds}))


def big(number: int) -> DeadLetter:
    return letter(number, reason="x" * 3000)


def fill(letters: DeadLetters) -> int:
    """Store letters until there is no room; return how many."""
    with pytest.raises(DeadLettersFullError) as caught:
        letters.append([big(number) for number in range(1000)])
    return caught.value.stored


def test_a_full_table_takes_what_fits_and_says_how_much_that_was(tmp_path):
    letters = bounded(tmp_path)
    stored = fill(letters)
    assert bodies(letters) == [b'{"n":%d}' % number for number in range(stored)]
    with pytest.raises(DeadLettersFullError, match=r"are full: 131072 bytes \(dead_letter_queue.max_bytes\)"):
        letters.append([big(stored)])
    letters.close()
    assert SMALL // 2 < letters.path.stat().st_size <= SMALL


def test_there_is_room_again_once_letters_are_removed(tmp_path):
    letters = bounded(tmp_path)
    stored = fill(letters)
    letters.remove(range(1, 11))
    letters.append([big(stored), big(stored + 1)])
    assert bodies(letters)[-1] == b'{"n":%d}' % (stored + 1)
    letters.close()
    assert letters.path.stat().st_size <= SMALL


def test_drop_newer_keeps_the_old_letters_and_counts_the_new(tmp_path):
    letters = bounded(tmp_path, policy="drop_newer")
    dropped = letters.append([big(number) for number in range(100)])
    assert dropped > 0
    assert bodies(letters) == [b'{"n":%d}' % number for number in range(100 - dropped)]
    assert letters.summary().dropped == dropped


def test_drop_older_keeps_the_new_letters_and_counts_the_old(tmp_path):
    letters = bounded(tmp_path, policy="drop_older")
    dropped = sum(letters.append([big(number)]) for number in range(100))
    assert dropped > 0
    assert bodies(letters) == [b'{"n":%d}' % number for number in range(dropped, 100)]
    assert (letters.summary().dropped, letters.summary().letters) == (dropped, 100 - dropped)
    letters.close()
    assert letters.path.stat().st_size <= SMALL


def test_a_letter_larger_than_the_whole_table_drops_no_other(tmp_path):
    letters = bounded(tmp_path, policy="drop_older")
    letters.append([letter(1)])
    assert letters.append([letter(2, reason="x" * SMALL)]) == 1
    assert bodies(letters) == [b'{"n":1}']


def test_no_bound_is_no_bound(tmp_path):
    letters = bounded(tmp_path, max_bytes=0)
    assert letters.append([big(number) for number in range(200)]) == 0
    assert letters.count() == 200


def test_letters_expire_and_are_counted(tmp_path):
    now_ns = letter(3).entered_ns
    letters = DeadLetters(tmp_path, "main", Bounds(retain_s=1e-9), clock_ns=lambda: now_ns)
    letters.append([letter(number) for number in range(5)])
    assert letters.expire() == 2
    assert bodies(letters) == [b'{"n":2}', b'{"n":3}', b'{"n":4}']
    assert (letters.expire(), letters.summary().expired) == (0, 2)


def test_nothing_expires_if_nothing_was_said_about_it(tmp_path):
    letters = DeadLetters(tmp_path, "main", clock_ns=lambda: 1 << 62)
    letters.append([letter(1)])
    assert (letters.expire(), letters.count()) == (0, 1)


# What comes again


def refusal(number: int, **changes) -> DeadLetter:
    """Return the letter of a refusal that is known when it comes again."""
    return letter(number, **{"refusal_id": b"%d" % number, **changes})


def test_a_letter_that_is_there_is_not_stored_again(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([refusal(1), refusal(2), refusal(1, fields=b'{"n":"later"}')])
    letters.append([refusal(2), refusal(3)])
    assert bodies(letters) == [b'{"n":1}', b'{"n":2}', b'{"n":3}']
    assert letters.summary().letters == 3


def test_letters_of_events_that_nothing_identifies_are_all_stored(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(1), letter(1)])
    letters.append([letter(1)])
    assert letters.count() == 3


GONE = {
    "removed": lambda letters: letters.remove([1]),
    "delivered": lambda letters: letters.settle({1: refusal(1).entered_ns}, {}),
    "expired": lambda letters: replace_bounds(letters, retain_s=1e-9).expire(),
    "dropped": lambda letters: replace_bounds(letters, max_bytes=SMALL, policy="drop_older").append(
        [big(number) for number in range(40)]
    ),
    "damaged": lambda letters: letters._open().execute("UPDATE letters SET fields = '{}'"),
}


def replace_bounds(letters: DeadLetters, **bounds) -> DeadLetters:
    return DeadLetters(letters.path.parent.parent, "main", Bounds(**bounds))


@pytest.mark.parametrize("take_away", GONE.values(), ids=GONE.keys())
def test_what_is_refused_again_is_stored_again_once_its_letter_is_gone(tmp_path, take_away):
    letters = DeadLetters(tmp_path, "main")
    letters.append([refusal(1)])
    take_away(letters)
    letters.append([refusal(1)])
    letters.append([refusal(1)])
    assert [one.fields for one in letters.read() if not one.damage].count(b'{"n":1}') == 1


def test_what_was_refused_again_since_it_was_read_is_not_taken_for_delivered(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([refusal(1), refusal(2)])
    read = {one.id: one.refused_ns for one in letters.read()}
    letters.append([refusal(1)])
    assert letters.settle(read, {}) == 1
    (stays,) = letters.read()
    assert (stays.id, stays.entered_ns) == (1, refusal(1).entered_ns)
    assert letters.settle({1: stays.refused_ns}, {}) == 1


def test_what_is_refused_by_another_when_it_is_sent_again_is_still_the_same_letter(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([refusal(1), refusal(2)])
    both = dict.fromkeys((1, 2), Refusal("s3", "archive", 9, "key too long"))
    letters.settle({}, both)
    letters.append([refusal(1)])
    assert [(one.id, one.plugin_id) for one in letters.read()] == [(1, "archive"), (2, "archive")]


@pytest.mark.parametrize("policy", [None, "drop_newer", "drop_older"])
def test_what_is_there_needs_no_room(tmp_path, policy):
    letters = bounded(tmp_path)
    stored = fill(letters)
    letters.remove([1, 2])
    letters.append([refusal(0)])
    with contextlib.suppress(DeadLettersFullError):
        letters.append([big(stored)])
    full = bounded(tmp_path, policy=policy)
    before = bodies(full)
    assert full.append([refusal(0)] * 10) == 0
    assert (bodies(full), full.summary().dropped) == (before, 0)


def test_two_processes_that_are_refused_the_same_store_it_once(tmp_path):
    def write() -> None:
        letters = DeadLetters(tmp_path, "main", busy_timeout_s=30)
        for number in range(40):
            letters.append([refusal(number)])

    children = [in_child(write) for _ in range(2)]
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0, 0]
    got = bodies(DeadLetters(tmp_path, "main"))
    assert sorted(got) == sorted(b'{"n":%d}' % n for n in range(40))


def test_a_damaged_index_keeps_no_letter_out(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([refusal(n) for n in range(3)])
    sql = "SELECT rootpage FROM sqlite_master WHERE name = 'refusals'"
    (page,) = letters._open().execute(sql).fetchone()
    letters._open().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    letters.close()
    with letters.path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    letters.append([refusal(1), refusal(7)])
    assert bodies(letters) == [b'{"n":%d}' % n for n in (0, 1, 2, 1, 7)], "twice is better than not at all"


def test_letters_with_ids_stay_within_the_bound(tmp_path):
    letters = bounded(tmp_path, max_bytes=4 * SMALL, policy="drop_older")
    dice = random.Random(7)
    for number in range(1500):
        letters.append([refusal(number, refusal_id=dice.randbytes(16), reason="x" * dice.randrange(3000))])
    letters._open().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    letters.close()
    assert SMALL < letters.path.stat().st_size <= 4 * SMALL


# What is there

SECOND = 1_000_000_000
CHOICES = {
    "everything": (Choice(), [1, 2, 3]),
    "a plugin by its type": (Choice(plugin="elasticsearch"), [1, 3]),
    "a plugin by its id": (Choice(plugin="archive"), [2]),
    "a part of the reason, in any case": (Choice(reason="MAPPER"), [1]),
    "no pattern": (Choice(reason="%"), []),
    "since a time": (Choice(since_ns=2 * SECOND), [2, 3]),
    "until a time": (Choice(until_ns=2 * SECOND), [1]),
    "ids": (Choice(ids=frozenset({1, 3, 9})), [1, 3]),
    "all of it": (Choice(ids=frozenset({1, 2}), plugin="elasticsearch"), [1]),
    "no ids": (Choice(ids=frozenset()), []),
}


@pytest.mark.parametrize(("choice", "numbers"), CHOICES.values(), ids=CHOICES.keys())
def test_chooses(tmp_path, choice, numbers):
    letters = DeadLetters(tmp_path, "main")
    letters.append(
        [
            letter(entered_ns=SECOND, reason="mapper_parsing_exception"),
            letter(entered_ns=2 * SECOND, plugin_type="s3", plugin_id="archive", reason="key too long"),
            letter(entered_ns=3 * SECOND, reason="index closed"),
        ]
    )
    assert [one.id for one in letters.read(choice=choice)] == numbers
    assert [one.id for one in letters.read(choice=choice, newest_first=True)] == numbers[::-1]
    assert letters.count(choice) == len(numbers)


def test_reads_the_newest_of_many_first(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(n) for n in range(1203)])
    assert [one.id for one in letters.read(newest_first=True)] == [*range(1203, 0, -1)]


def test_settles_letters_all_or_none(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(n) for n in range(3)])
    assert (
        letters.settle({1: letter().entered_ns, 99: 0}, {2: Refusal("s3", "archive", 9, "key too long")}) == 1
    )
    with pytest.raises(SpoolError):
        letters.settle({2: letter(1).entered_ns, 3: letter(2).entered_ns}, {2: Refusal("s3", None, 9, "")})
    got = [(one.id, one.plugin_type, one.plugin_id, one.line, one.reason) for one in letters.read()]
    assert got == [(2, "s3", "archive", 9, "key too long"), (3, "elasticsearch", "es", 7, letter().reason)]


def test_gives_the_disk_back_what_many_removed_letters_took(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(n, reason="x" * 30_000) for n in range(100)])
    letters.remove(range(1, 100))
    before = letters.size_bytes()
    letters.compact()
    assert letters.size_bytes() < before / 10
    assert bodies(letters) == [b'{"n":99}']


# Damage


def test_a_changed_letter_says_that_it_is_damaged_and_hides_no_other(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(n) for n in range(3)])
    letters._open().execute("UPDATE letters SET fields = X'7BFF7D', reason = X'FF' WHERE id = 2")
    assert [(one.id, one.damage) for one in letters.read()] == [
        (1, ""),
        (2, "its checksum is wrong"),
        (3, ""),
    ]


def spoil(path, text: bytes, *, by: bytes) -> None:
    """Overwrite what surrounds a text in a file."""
    content = bytearray(path.read_bytes())
    at = content.index(text)
    content[at : at + len(by)] = by
    path.write_bytes(content)


def test_bytes_that_changed_on_disk_are_found(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(n, fields=b'{"text":"' + b"x" * 9000 + b'%d"}' % n) for n in range(3)])
    letters.close()
    spoil(letters.path, b'x1"}', by=b'y1"}')
    assert [one.damage for one in letters.read()] == ["", "its checksum is wrong", ""]


def test_a_damaged_page_hides_only_the_letter_that_it_held(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(n, reason=f"{n}" * 20_000) for n in range(3)])
    letters.close()
    content = letters.path.read_bytes()
    second = content.index(b"1" * 4000) // 4096 * 4096  # a page of the chain that holds the second letter
    with letters.path.open("r+b") as file:
        file.seek(second)
        file.write(b"\xff\xff\xff\xff")  # the next page of the chain is far behind the end of the file
    got = [(one.id, bool(one.damage)) for one in letters.read()]
    assert got == [(1, False), (2, True), (3, False)]


# Killed in the middle


def test_a_remover_killed_in_the_middle_leaves_whole_calls(tmp_path):
    letters = DeadLetters(tmp_path, "main")
    letters.append([letter(n) for n in range(20_000)])
    letters.close()
    reading, writing = os.pipe()

    def remove() -> None:
        own = DeadLetters(tmp_path, "main")
        for number in range(1, 20_000, 2):
            own.settle({number: letter(number - 1).entered_ns}, {number + 1: Refusal("s3", "", 1, "again")})
            os.write(writing, b".")

    pid = in_child(remove)
    os.close(writing)
    said = sum(len(os.read(reading, 1)) for _ in range(50))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    while more := os.read(reading, 65536):
        said += len(more)
    os.close(reading)
    gone = 20_000 - letters.count()
    again = letters.count(Choice(reason="again"))
    assert gone == again, "half a call"
    assert gone - said in (0, 1), "a call that returned is missing, or one that never began is there"
