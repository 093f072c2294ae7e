"""What is written is there after a power cut, and is never there by half."""

import errno
import fcntl
import gzip
import os
import stat
from pathlib import Path

import pytest

from logsmith.durable import (
    alone_in,
    alone_on,
    append_whole,
    make_folder,
    replace_file,
    size_of_whole_members,
    sync_folder,
    take_lock,
)

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def synced(monkeypatch):
    """The paths that were fsynced, in turn."""
    paths, fsync = [], os.fsync

    def noting(descriptor):
        paths.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    return paths


@pytest.fixture
def full_disk(monkeypatch):
    """Writing three bytes a call goes well, to fsync them does not."""
    write = os.write

    def refuse(_descriptor):
        raise FULL

    monkeypatch.setattr(os, "write", lambda descriptor, chunk: write(descriptor, chunk[:3]))
    monkeypatch.setattr(os, "fsync", refuse)


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def open_descriptors():
    """Return the process's descriptors, one more than there are: the look's own."""
    return sorted(one.name for one in Path("/proc/self/fd").iterdir())


def is_free(path):
    """Return whether somebody else could lock a file or folder now."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True


def test_the_name_of_each_folder_that_is_made_is_on_disk(tmp_path, synced):
    make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()
    assert synced == [str(tmp_path), str(tmp_path / "a"), str(tmp_path / "a" / "b")]


def test_a_folder_that_is_there_is_left_as_it_is(tmp_path, synced):
    mode = mode_of(tmp_path)
    make_folder(tmp_path, 0o711)
    assert mode_of(tmp_path) == mode
    assert synced == []


def test_a_mode_is_given_to_all_folders_that_are_made(tmp_path):
    make_folder(tmp_path / "a" / "b", 0o2770)
    assert [mode_of(tmp_path / "a"), mode_of(tmp_path / "a" / "b")] == [0o2770, 0o2770]


@pytest.mark.parametrize(("below", "error"), [("", FileExistsError), ("sub/folder", NotADirectoryError)])
def test_a_folder_is_not_made_where_a_file_is(tmp_path, below, error):
    (tmp_path / "file").touch()
    with pytest.raises(error):
        make_folder(tmp_path / "file" / below)


def test_a_folder_is_synced_and_a_file_is_none(tmp_path, synced):
    sync_folder(tmp_path)
    assert synced == [str(tmp_path)]
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        sync_folder(tmp_path / "file")


def test_a_file_is_on_disk_before_it_takes_the_name(tmp_path, monkeypatch):
    path, fsync, seen = tmp_path / "file", os.fsync, []
    path.write_bytes(b"old")

    def noting(descriptor):
        seen.append((path.read_bytes(), os.fstat(descriptor).st_size))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    replace_file(path, b"newer")
    assert seen == [(b"old", 5)]
    assert path.read_bytes() == b"newer"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(("mode", "umask", "expected"), [(0o600, 0, 0o600), (0o644, 0o027, 0o640)])
def test_a_file_that_replaces_another_has_its_own_mode(tmp_path, mode, umask, expected):
    path = tmp_path / "file"
    path.touch(0o666)
    before = os.umask(umask)
    try:
        replace_file(path, b"secret", mode=mode)
    finally:
        os.umask(before)
    assert mode_of(path) == expected


@pytest.mark.usefixtures("full_disk")
def test_a_file_that_cannot_be_written_leaves_the_old_one_alone(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(OSError, match="No space"):
        replace_file(path, b"newer")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_all_is_appended_however_little_a_call_writes(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, chunk: write(descriptor, chunk[:3]))
    path = tmp_path / "file"
    path.write_bytes(b"old,")
    with path.open("ab") as file:
        append_whole(file.fileno(), b"something new", 4)
    assert path.read_bytes() == b"old,something new"


@pytest.mark.usefixtures("full_disk")
def test_a_file_that_cannot_grow_is_as_long_as_before(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old,")
    with path.open("ab") as file, pytest.raises(OSError, match="No space"):
        append_whole(file.fileno(), b"something new", 4)
    assert path.read_bytes() == b"old,"


FIRST, SECOND = gzip.compress(b"one\n", mtime=0), gzip.compress(b"two\n", mtime=0)


@pytest.mark.parametrize("cut", range(len(SECOND)))
@pytest.mark.parametrize("start", [0, len(FIRST)])
def test_what_is_torn_of_a_gzip_file_is_no_part_of_its_whole_members(tmp_path, cut, start):
    path = tmp_path / "file.gz"
    path.write_bytes(FIRST + SECOND[:cut])
    assert size_of_whole_members(path, start) == len(FIRST)
    path.write_bytes(FIRST + SECOND + SECOND[:cut])
    assert size_of_whole_members(path, start) == len(FIRST) + len(SECOND)


@pytest.mark.parametrize("block", range(1, len(SECOND) + 1))
def test_what_is_damaged_is_no_whole_member_however_the_file_is_read(tmp_path, monkeypatch, block):
    path = tmp_path / "file.gz"
    path.write_bytes(FIRST + SECOND[:-1] + b"\xff")
    monkeypatch.setattr("logsmith.durable.BLOCK", block)
    assert size_of_whole_members(path) == len(FIRST)


def test_what_is_no_gzip_has_no_whole_members(tmp_path):
    path = tmp_path / "file.gz"
    path.write_bytes(b"a line\n")
    assert size_of_whole_members(path) == 0


@pytest.mark.parametrize("way", ["folder", "descriptor"])
def test_nobody_else_is_in_while_one_is_alone(tmp_path, way):
    descriptor = os.open(tmp_path, os.O_RDONLY)
    with alone_in(tmp_path) if way == "folder" else alone_on(descriptor):
        assert not is_free(tmp_path)
    assert is_free(tmp_path)
    os.close(descriptor)


def test_whoever_fails_alone_in_a_folder_leaves_it_free(tmp_path):
    with pytest.raises(OSError, match="No space"), alone_in(tmp_path):
        raise FULL
    assert is_free(tmp_path)


def test_a_lock_is_refused_until_who_has_it_closes_it(tmp_path):
    path = tmp_path / ".lock"
    lock = take_lock(path)
    assert mode_of(path) == 0o600
    with pytest.raises(BlockingIOError):
        take_lock(path)
    os.close(lock)
    os.close(take_lock(path))


def test_a_refused_lock_leaves_nothing_open(tmp_path):
    lock = take_lock(tmp_path / ".lock")
    before = open_descriptors()
    with pytest.raises(BlockingIOError):
        take_lock(tmp_path / ".lock")
    assert open_descriptors() == before
    os.close(lock)
