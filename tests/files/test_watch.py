"""What becomes of the files that are watched, decision by decision."""

import pytest

from logsmith.files.discover import Identity, Sight
from logsmith.files.sincedb import NOWHERE, Sincedb
from logsmith.files.watch import Watch, WatchPlan
from logsmith.log import Logger

ONE, TWO = Identity(1, 8, 1), Identity(2, 8, 1)


class NoCodec:
    def decode(self, chunk):
        return ()

    def flush(self):
        return ()


def make_watch(**plan):
    return Watch(WatchPlan(starts_at_end=False, **plan), Sincedb(NOWHERE, 1e9), NoCodec, Logger("test"))


def sight(path, identity=ONE, size=10, modified=1.0):
    return Sight(path, identity, size, modified)


def test_a_file_that_is_missed_twice_is_forgotten():
    watch = make_watch()
    watch.discover([sight("/no/a")], is_first=True)
    watch.discover([], is_first=False)
    assert list(watch.files) == [ONE]
    watch.discover([], is_first=False)
    assert list(watch.files) == []


@pytest.mark.parametrize(
    ("found", "read_at"),
    [
        (sight("/no/a.1"), 10),
        (sight("/no/a.1", size=11), 0),
        (sight("/no/a.1", modified=2.0), 0),
    ],
)
def test_a_closed_file_keeps_its_position_under_a_new_path_only_if_it_is_as_it_was(found, read_at):
    watch = make_watch()
    watch.discover([sight("/no/a")], is_first=True)
    watch.files[ONE].read_at = watch.files[ONE].safe_at = 10
    watch.discover([found], is_first=False)
    assert (watch.files[ONE].path, watch.files[ONE].read_at) == ("/no/a.1", read_at)


def test_another_path_to_the_same_file_is_no_rename(tmp_path):
    path = tmp_path / "a"
    path.write_text("x")
    status = path.stat()
    identity = Identity.of(status)
    watch = make_watch()
    watch.discover([sight(str(path), identity), sight("/no/link", identity)], is_first=True)
    assert [file.path for file in watch.files.values()] == [str(path)]


@pytest.mark.parametrize(
    ("plan", "order"),
    [
        ({"sort_by": "path"}, ["/no/a", "/no/b"]),
        ({"sort_by": "path", "sort_descending": True}, ["/no/b", "/no/a"]),
        ({"sort_by": "last_modified"}, ["/no/b", "/no/a"]),
        ({"sort_by": "last_modified", "sort_descending": True}, ["/no/a", "/no/b"]),
    ],
)
def test_ready_files_are_in_order(plan, order):
    watch = make_watch(**plan)
    watch.discover([sight("/no/b", TWO, modified=1.0), sight("/no/a", ONE, modified=2.0)], is_first=True)
    assert [file.path for file in watch.ready()] == order
