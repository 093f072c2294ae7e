"""A full disk and the room that is kept for it."""

from contextlib import closing, suppress

import pytest

from logsmith.spool import queue as queues
from logsmith.spool import reserve as reserves
from logsmith.spool.faults import DiskFullError
from logsmith.spool.queue import Batch, PersistedQueue
from logsmith.spool.reserve import LEAST_BYTES, MOST_BYTES, Reserve
from tests.fakes.small_disk import mounted


@pytest.fixture
def disk(monkeypatch):
    """A function that says how much is free."""

    def set_to(free):
        for module in (queues, reserves):
            monkeypatch.setattr(module, "free_bytes", lambda _path: free)

    set_to(1 << 40)
    return set_to


@pytest.fixture
def path(tmp_path):
    return tmp_path / "worker-0.sqlite"


SIZES = [(1 << 40, 16 << 20), (16 << 20, 4 << 20), (5 << 20, 1 << 20), (4 * LEAST_BYTES, LEAST_BYTES)]


@pytest.mark.parametrize(("free", "size"), SIZES)
def test_takes_a_part_of_what_is_free(disk, path, free, size):
    disk(free)
    reserve = Reserve(path)
    assert reserve.make()
    assert (reserve.size_bytes, reserve.path.stat().st_blocks * 512) == (size, size)


def test_is_not_made_where_it_would_leave_no_room(disk, path):
    disk(4 * LEAST_BYTES - 1)
    assert not Reserve(path).make()


def test_is_given_up_once_and_made_as_large_again(disk, path):
    reserve = Reserve(path)
    reserve.make()
    assert [reserve.give_up(), reserve.give_up()] == [True, False]
    disk(4 * MOST_BYTES - 1)
    assert [reserve.make(), reserve.path.exists()] == [False, False]
    disk(4 * MOST_BYTES)
    assert reserve.make()
    assert reserve.path.stat().st_size == MOST_BYTES


LOGS = [(1 << 40, 8 << 20), (32 << 20, 2 << 20), (16 << 20, 1 << 20), (4 * LEAST_BYTES, LEAST_BYTES // 4)]


@pytest.mark.parametrize(("free", "size"), LOGS)
def test_sqlites_log_with_what_is_stored_last_has_room_in_the_reserve(disk, path, free, size):
    with closing(PersistedQueue(path)) as queue:
        disk(0)
        assert not queue.keep_reserve()
        disk(free)
        assert queue.find_room() is None
        assert log_bytes(queue) == size
        queue.close()
        assert log_bytes(queue) == size


def log_bytes(queue):
    return queue._open().execute("PRAGMA wal_autocheckpoint").fetchone()[0] * queues.PAGE_BYTES


def test_one_from_before_is_kept(disk, path):
    Reserve(path).make()
    disk(0)
    assert Reserve(path).make()


def test_on_a_full_disk_there_is_room_in_free_pages_of_the_file(disk, path):
    with closing(PersistedQueue(path)) as queue:
        queue.append([Batch(b"x" * 4_000_000, 1, {"a": 1}), Batch(b"x", 1, {"a": 1})])
        queue.keep_reserve()
        queue.reserve.give_up()
        disk(1_500_000)
        assert queue.find_room() == 0
        queue.append([], delivered={"a": [1]})
        disk(3_000_000)
        assert queue.find_room() == 3_000_000 - queues.ROOM_LEFT_BYTES
        disk(1 << 40)
        assert queue.find_room() is None


def test_an_empty_file_gives_its_room_back(disk, path):
    with closing(PersistedQueue(path)) as queue:
        queue.append([Batch(b"x" * 4_000_000, 1, {"a": 1})])
        queue.append([], delivered={"a": [1]})
        disk(0)
        queue.find_room()
        assert queue.size_bytes() < 200_000
        assert queue.append([Batch(b"x", 1, {"a": 1})]) == [2]


def test_drop_gives_the_reserve_up_if_there_is_no_room_else(disk, path, monkeypatch):
    with closing(PersistedQueue(path)) as queue:
        queue.append([Batch(b"x", 4, {"a": 4})])
        assert queue.keep_reserve()
        drop = PersistedQueue._drop

        def full(self, cursor):
            if self.reserve.path.exists():
                raise DiskFullError("full")
            return drop(self, cursor)

        monkeypatch.setattr(PersistedQueue, "_drop", full)
        assert queue.drop("a") == 4


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a disk of its own."""
    with mounted(tmp_path, "80m") as folder:
        yield folder


@pytest.mark.slow
@pytest.mark.parametrize("size", [350_000, 2_000_000, 6_000_000])
def test_a_disk_that_others_have_filled_is_emptied_with_the_room_of_the_reserve(small_disk, size):
    with closing(PersistedQueue(small_disk / "worker-0.sqlite")) as queue:
        assert queue.keep_reserve()
        stored, large = [], [Batch(b"x" * size, 1, {"a": 1})]
        for _ in range(1 + queue.reserve.log_bytes // size):  # so that SQLite's log has its full size
            stored += queue.append(large)
        fill(small_disk / "filler")
        with suppress(DiskFullError):
            while True:
                stored += queue.append(large)
        queue.reserve.give_up()
        for sequence in stored:
            queue.append([], delivered={"a": [sequence]})
            queue.find_room()
        assert queue.count() == (0, 0, 0)


def fill(path):
    with path.open("wb", buffering=0) as file:
        for size in (1 << 20, 512):
            with suppress(OSError):
                while True:
                    file.write(bytes(size))
