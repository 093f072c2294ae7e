"""path.data belongs to one logsmith at a time."""

import fcntl
import os
import uuid

import pytest

from logsmith.runtime import StartError
from logsmith.runtime.directory import open_directory


def no_sleep(_seconds: float) -> None:
    raise AssertionError("waited")


def test_makes_the_directory_and_gives_the_node_an_id_for_good(tmp_path):
    path = tmp_path / "a" / "data"
    first = open_directory(path)
    first.close()
    second = open_directory(path)
    second.close()
    assert first.node_id == second.node_id == str(uuid.UUID(first.node_id))


def test_refuses_a_second_start(tmp_path):
    first = open_directory(tmp_path)
    with pytest.raises(
        StartError,
        match=r"another logsmith uses the data directory '.*'; to run a second one, give it its own",
    ):
        open_directory(tmp_path, sleep=no_sleep)
    first.close()
    open_directory(tmp_path, sleep=no_sleep).close()


def dead_process() -> int:
    pid = os.fork()
    if not pid:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


def test_waits_for_workers_whose_supervisor_is_gone(tmp_path):
    (tmp_path / ".lock").write_text(str(dead_process()))
    worker = os.open(tmp_path / ".lock", os.O_RDWR)
    fcntl.flock(worker, fcntl.LOCK_EX)
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            os.close(worker)

    open_directory(tmp_path, sleep=sleep).close()
    assert len(waits) == 3


def test_gives_up_on_workers_that_never_finish(tmp_path):
    (tmp_path / ".lock").write_text(str(dead_process()))
    with (tmp_path / ".lock").open() as worker:
        fcntl.flock(worker, fcntl.LOCK_EX)
        waits = []
        with pytest.raises(StartError, match="another logsmith"):
            open_directory(tmp_path, patience_s=1.0, sleep=waits.append)
    assert len(waits) == 6


def test_replaces_an_id_that_is_damaged(tmp_path):
    (tmp_path / "uuid").write_text("not an id")
    directory = open_directory(tmp_path)
    directory.close()
    assert (tmp_path / "uuid").read_text().strip() == directory.node_id


def test_says_why_the_directory_cannot_be_used(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StartError, match=r"path\.data '.*/file' cannot be used: it is a file, not a folder"):
        open_directory(tmp_path / "file")
    with pytest.raises(StartError, match=r"path\.data '.*/file/data' cannot be used: Not a directory"):
        open_directory(tmp_path / "file" / "data")
