"""Local files that become objects: confined, fsynced, and found again whatever happened."""

import gzip
import os
import resource
import threading
import zlib
from contextlib import contextmanager

import pytest

from logsmith.s3 import files as object_files
from logsmith.s3.files import (
    LOCK,
    MAX_COMPONENT_BYTES,
    MAX_KEY_BYTES,
    KeyTooLongError,
    Workspace,
    confined_prefix,
    remove_object,
)

NOW = 1_700_000_000.0


@pytest.fixture
def workspace(tmp_path):
    one = Workspace(tmp_path / "s3")
    one.open()
    yield one
    one.close()


@pytest.fixture
def new_file(workspace):
    """A function that begins a file, in the workspace or another one; it is closed at the end."""
    begun = []

    def begin(prefix="", name="name", *, is_gzip=False, where=workspace):
        begun.append(where.new_file(prefix, name, NOW, is_gzip=is_gzip))
        return begun[-1]

    yield begin
    for file in begun:
        file.close()


@pytest.mark.parametrize(
    ("prefix", "confined"),
    [
        ("", ""),
        ("access/2024/01", "access/2024/01"),
        ("access/2024/", "access/2024"),
        ("/etc/passwd", "etc/passwd"),
        ("a//b///c", "a/b/c"),
        ("../../x", "__/__/x"),
        ("a/../b/./c", "a/__/b/_/c"),
        ("...", "..."),
        ("a^b`c>d<e\\f", "a_b_c_d_e_f"),
        ("a\nb\0c\x7f", "a_b_c_"),
        ("über/日本", "über/日本"),
    ],
)
def test_a_prefix_stays_below_its_folder(prefix, confined):
    assert confined_prefix(prefix) == confined


@pytest.mark.parametrize(
    "prefix",
    ["x/" * (MAX_KEY_BYTES // 2), "x" * (MAX_COMPONENT_BYTES + 1), "ü" * (MAX_COMPONENT_BYTES // 2 + 1)],
)
def test_a_prefix_that_no_store_or_disk_takes_is_refused(prefix):
    with pytest.raises(KeyTooLongError):
        confined_prefix(prefix)


def test_the_path_below_the_workspace_is_the_key(workspace, new_file):
    file = new_file("a/b", "name.txt")
    file.append(b"one\n")
    file.append(b"two\n")
    assert (file.key, file.path) == ("a/b/name.txt", workspace.path / "a/b/name.txt")
    assert (file.path.read_bytes(), file.size) == (b"one\ntwo\n", 8)


def test_a_file_is_made_when_it_is_first_written_to(workspace, new_file):
    new_file("a", "name.txt")
    assert [path.name for path in workspace.path.iterdir()] == [LOCK]


@contextmanager
def disk_of(size):
    """Let files grow to a size only, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("is_gzip", [False, True], ids=["plain", "gzip"])
def test_what_did_not_fit_is_taken_back_and_may_be_written_again(new_file, is_gzip):
    file = new_file(is_gzip=is_gzip)
    first, second = b"first\n", os.urandom(100_000)
    file.append(first)
    with disk_of(50_000), pytest.raises(OSError):
        file.append(second)
    assert file.path.stat().st_size == file.size
    file.append(second)
    stored = file.path.read_bytes()
    assert (gzip.decompress(stored) if is_gzip else stored) == first + second


def test_each_append_is_a_whole_member_of_gzip(new_file):
    file = new_file(is_gzip=True)
    for n in range(3):
        file.append(b"%d\n" % n)
        assert gzip.decompress(file.path.read_bytes()) == b"".join(b"%d\n" % i for i in range(n + 1))


def left_behind(parent, *chunks, is_gzip=False, torn=b""):
    """Write a file as a process that is gone now, the last write of which was cut."""
    gone = Workspace(parent)
    gone.open()
    file = gone.new_file("p/q", "name.txt.gz" if is_gzip else "name.txt", NOW, is_gzip=is_gzip)
    for chunk in chunks:
        file.append(chunk)
    file.close()
    with file.path.open("ab") as stream:
        stream.write(torn)
    os.close(gone._lock)  # as the kernel does when a process ends
    return gone


def leftovers(workspace):
    found = []
    for folder, lock, files in workspace.find_leftovers():
        os.close(lock)
        found += [(folder, file) for file in files]
    return found


def test_files_of_a_process_that_is_gone_are_found_with_their_keys(workspace, tmp_path):
    gone = left_behind(tmp_path / "s3", b"one\n", b"two\n")
    ((folder, file),) = leftovers(workspace)
    assert (folder, file.key, file.size) == (gone.path, "p/q/name.txt", 8)


def test_files_of_a_process_that_lives_are_left_alone(workspace, new_file, tmp_path):
    other = Workspace(tmp_path / "s3")
    other.open()
    new_file(where=other).append(b"x")
    assert leftovers(workspace) == []
    other.close()
    assert len(leftovers(workspace)) == 1


def test_of_two_that_look_one_finds(workspace, tmp_path):
    left_behind(tmp_path / "s3", b"one\n")
    other = Workspace(tmp_path / "s3")
    other.open()
    looking = list(workspace.find_leftovers())
    assert len(looking) == 1
    assert list(other.find_leftovers()) == []
    os.close(looking[0][1])
    other.close()


@pytest.mark.parametrize("cut", [0, 1, 5, 11, 20, 27], ids=lambda cut: f"{cut} bytes")
def test_a_torn_end_of_gzip_is_cut_off(workspace, tmp_path, cut):
    left_behind(tmp_path / "s3", b"one\n", b"two\n", is_gzip=True, torn=gzip.compress(b"three, torn\n")[:cut])
    ((_, file),) = leftovers(workspace)
    assert gzip.decompress(file.path.read_bytes()) == b"one\ntwo\n"
    assert file.size == file.path.stat().st_size


def test_a_torn_end_that_is_no_gzip_is_cut_off(workspace, tmp_path):
    left_behind(tmp_path / "s3", b"one\n", is_gzip=True, torn=b"\0" * 4096)
    ((_, file),) = leftovers(workspace)
    assert zlib.decompress(file.path.read_bytes(), wbits=31) == b"one\n"


def test_a_long_file_of_gzip_is_kept_whole(workspace, tmp_path):
    chunks = [os.urandom(700_000) for _ in range(5)]
    left_behind(tmp_path / "s3", *chunks, is_gzip=True)
    ((_, file),) = leftovers(workspace)
    assert gzip.decompress(file.path.read_bytes()) == b"".join(chunks)


def test_an_uploaded_file_goes_with_its_empty_folders(workspace, new_file):
    one, two = new_file("a/b/c", "1"), new_file("a/b", "2")
    one.append(b"x")
    two.append(b"x")
    remove_object(one)
    assert (workspace.path / "a/b/2").exists()
    assert not (workspace.path / "a/b/c").exists()
    remove_object(two)
    assert [path.name for path in workspace.path.iterdir()] == [LOCK]


def test_a_workspace_that_is_empty_is_removed_and_one_that_is_not_is_kept(new_file, tmp_path):
    for is_written in (False, True):
        one = Workspace(tmp_path / "s3")
        one.open()
        if is_written:
            new_file(where=one).append(b"x")
        one.close()
        assert one.path.exists() == is_written


def test_a_workspace_that_is_just_being_made_is_nobodys_leftover(tmp_path, monkeypatch):
    other, found, lock = Workspace(tmp_path), [], object_files.take_lock
    other.open()
    looker = threading.Thread(target=lambda: found.extend(other.find_leftovers()))

    def lock_late(path):
        if threading.current_thread() is not looker:
            looker.start()
            looker.join(0.05)  # it must not get so far meanwhile
        return lock(path)

    monkeypatch.setattr(object_files, "take_lock", lock_late)
    made = Workspace(tmp_path)
    made.open()
    looker.join()
    assert found == []
    made.close()
    other.close()
