"""Damaged files of the persisted queue: all that can be read is delivered, and all that cannot is named."""

from contextlib import closing

import pytest

from logsmith.spool import SpoolError
from logsmith.spool.faults import DamagedFileError, ForeignFileError
from logsmith.spool.queue import Batch, PersistedQueue
from logsmith.spool.rebuild import rebuild, swap_in

PAGE = 4096
BATCHES = 12
EVENTS = 10  # of each


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """The bytes of a file with some batches of several pages; of the first, output `b` has its part."""
    path = tmp_path_factory.mktemp("sound") / "worker-0.sqlite"
    with closing(PersistedQueue(path)) as queue:
        queue.append([made(number) for number in range(1, BATCHES + 1)], counted={"accepted": 120})
        queue.append([], delivered={"b": [1]})
    return path.read_bytes()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "worker-0.sqlite"


def made(number):
    return Batch(f"{number:02}".encode() * 5000, EVENTS, {"a": EVENTS, "b": 3})


def routes_of(_payload):
    return {"a": EVENTS, "b": 3}


def without_page(content, number):
    return content[: number * PAGE] + bytes(PAGE) + content[(number + 1) * PAGE :]


def root_of(sound, tmp_path, name):
    """The page where a table begins."""
    path = tmp_path / "roots.sqlite"
    path.write_bytes(sound)
    with closing(PersistedQueue(path)) as queue:
        return (
            queue._open().execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]
        )


def read_all(queue, cursor):
    """Everything that an output still gets, by sequence number, and what is damaged of it."""
    found, damaged, after = {}, {}, 0
    while True:
        batches, damages = queue.read(cursor, after=after, limit=5)
        found.update({one.sequence: one.payload for one in batches})
        damaged.update({one.sequence: one.events for one in damages})
        if not batches and not damages:
            return found, damaged
        after = max(one.sequence for one in [*batches, *damages])


def test_no_damaged_page_hides_more_than_its_batches_and_each_of_those_is_named(sound, path):
    ways, wholes = set(), 0
    for number in range(1, len(sound) // PAGE):
        path.write_bytes(without_page(sound, number))
        lost = {}
        with closing(PersistedQueue(path)) as queue:
            try:
                found, damaged = read_all(queue, "a")
                queue.append([], counted={"accepted": 0})
                queue.damages()
                ways.add("set aside")
            except DamagedFileError:
                queue.close()
                report = rebuild(path, routes_of, BATCHES)
                lost = {one.sequence: one.events for one in report.lost}
                found, damaged = read_all(queue, "a")
                ways.add("rebuilt")
            assert all(payload == made(sequence).payload for sequence, payload in found.items())
            assert {**lost, **damaged} == {n: EVENTS for n in range(1, BATCHES + 1) if n not in found}
            wholes += len(found) >= BATCHES - 1
            assert {one.sequence for one in queue.damages()} == {*lost, *damaged}
            assert queue.fates().get("damaged a", 0) == EVENTS * len({*lost, *damaged})
    assert ways == {"set aside", "rebuilt"}
    assert wholes > 0.75 * len(sound) // PAGE


@pytest.mark.parametrize(
    "table", ["routes", "routes_by_sequence", "cursors", "fates", "damaged", "sqlite_sequence"]
)
def test_what_one_table_hides_is_taken_from_another(sound, path, tmp_path, table):
    path.write_bytes(without_page(sound, root_of(sound, tmp_path, table) - 1))
    report = rebuild(path, routes_of, BATCHES)
    with closing(PersistedQueue(path)) as queue:
        assert list(read_all(queue, "a")[0]) == list(range(1, BATCHES + 1))
        knows_routes = table != "cursors"
        assert list(read_all(queue, "b")[0]) == list(range(1 + knows_routes, BATCHES + 1))
        assert (report.batches, report.lost, report.is_exact) == (BATCHES, [], knows_routes)
        assert queue.append([Batch(b"", 1, {"a": 1})]) == [BATCHES + 1]
        assert queue._open().execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_sequence_numbers_go_on_behind_the_last_that_is_known(sound, path):
    path.write_bytes(sound)
    rebuild(path, routes_of, 99)
    with closing(PersistedQueue(path)) as queue:
        assert queue.append([Batch(b"", 1, {"a": 1})]) == [100]


def test_the_damaged_file_is_kept(sound, path, tmp_path):
    damaged = without_page(sound, root_of(sound, tmp_path, "routes") - 1)
    path.write_bytes(damaged)
    report = rebuild(path, routes_of, 0)
    assert report.aside.name.startswith("worker-0.sqlite.damaged-")
    assert report.aside.read_bytes()[PAGE:] == damaged[PAGE:]


def test_of_a_file_that_was_cut_short_the_rest_is_read(sound, path):
    path.write_bytes(sound[: len(sound) - 5 * PAGE])
    with closing(PersistedQueue(path)) as queue, pytest.raises(DamagedFileError):
        queue.outline()
    report = rebuild(path, routes_of, 0)
    assert report.batches >= BATCHES - 3
    assert report.batches + len(report.lost) == BATCHES


def test_a_file_of_which_nothing_can_be_read_stays_as_it_is(path):
    path.write_bytes(b"nothing " * 1000)
    with closing(PersistedQueue(path)) as queue, pytest.raises(ForeignFileError) as caught:
        queue.outline()
    assert "move it away" in caught.value.hint
    with pytest.raises(SpoolError):
        rebuild(path, routes_of, 0)
    assert path.read_bytes() == b"nothing " * 1000
    assert [one.name for one in path.parent.iterdir()] == [path.name]


class KilledError(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("steps", range(3))
def test_a_kill_while_the_new_file_is_put_in_its_place_loses_nothing(sound, path, monkeypatch, steps):
    path.write_bytes(sound)
    path.with_name(f"{path.name}-wal").write_bytes(b"an old log")
    rebuilt = path.with_name(f"{path.name}.rebuilt")
    rebuilt.write_bytes(sound)
    done, replace = [], type(path).replace

    def killed(self, target):
        if len(done) == steps:
            raise KilledError
        done.append(replace(self, target))

    monkeypatch.setattr(type(path), "replace", killed)
    with pytest.raises(KilledError):
        swap_in(path)
    monkeypatch.setattr(type(path), "replace", replace)
    with closing(PersistedQueue(path)) as queue:
        assert len(read_all(queue, "a")[0]) == BATCHES
    assert not rebuilt.exists()
