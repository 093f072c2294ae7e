"""The file output: what lands where, that it is on disk, and what happens when it cannot be."""

import errno
import gzip
import json
import os
import stat
import threading
from contextlib import asynccontextmanager

import pytest
import trio

from logsmith.event import Event
from logsmith.files.confined import MAX_DEPTH
from logsmith.plugins import Context, UndeliveredError
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.plugins.setting import CodecSetting

TEXT = CodecSetting("line", {"format": "%{message}"})


def make_output(path, **settings):
    plugin, _ = make_plugin("output", "file", {"path": str(path), "codec": TEXT, **settings}, Context())
    return plugin


@asynccontextmanager
async def writing(path, **settings):
    output = make_output(path, **settings)
    async with output.open():
        yield output


def events(*messages, **fields):
    return [Event.from_map({"message": message, **fields}) for message in messages]


def written(root):
    return {
        str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()
    }


async def test_events_are_lines_of_json_unless_said_otherwise(tmp_path):
    async with writing(tmp_path / "out", codec="json_lines") as output:
        await output.send(events("a"))
    assert json.loads((tmp_path / "out").read_text())["message"] == "a"


async def test_what_is_written_is_there_when_send_returns(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(os, "fsync", lambda descriptor: synced.append(os.fstat(descriptor).st_size))
    async with writing(tmp_path / "out") as output:
        await output.send(events("a", "b"))
        assert (tmp_path / "out").read_text() == "a\nb\n"
        assert synced[-1] == 4
        del synced[:]
        await output.send(events("c"))
        assert synced == [6]


async def test_each_event_goes_to_its_own_file(tmp_path):
    async with writing(tmp_path / "%{app}/%{+YYYY}.log") as output:
        both = [
            Event.from_map({"message": app, "app": app, "@timestamp": "2026-05-01T00:00:00Z"})
            for app in ("x", "y", "x")
        ]
        await output.send(both)
    assert written(tmp_path) == {"x/2026.log": "x\nx\n", "y/2026.log": "y\n"}


BAD_NAMES = {
    "../../evil": "leads out of",
    "../logs": "leads out of",
    "a/../../../logs-evil/x": "leads out of",
    "nul\0byte": "control characters",
    "x" * 300: "too long",
    "a/" * 3000: "folders",
    "a/" * (MAX_DEPTH + 1) + "b": "folders",
    "taken/deeper": "Not a directory",
    "%{b}": "not filled",
}


@pytest.mark.parametrize(
    ("app", "file"),
    [
        ("..", "...log"),
        ("a/../b", "b.log"),
        ("/etc/passwd", "etc/passwd.log"),
        ("a/" * MAX_DEPTH + "b", "a/" * MAX_DEPTH + "b.log"),
        ("\ud800", "?.log"),
        ("a b;$(c)", "a b;$(c).log"),
    ],
)
async def test_no_event_leaves_the_static_folder(tmp_path, app, file):
    root = tmp_path / "logs"
    async with writing(root / "%{app}.log") as output:
        await output.send(events("m", app=app))
    assert written(tmp_path) == {f"logs/{file}": "m\n"}


@pytest.mark.parametrize(("app", "reason"), BAD_NAMES.items())
async def test_an_event_whose_path_is_none_is_refused_and_the_others_are_written(tmp_path, app, reason):
    root = tmp_path / "logs"
    root.mkdir()
    (root / "taken").write_text("")
    bad, good = *events("m", app=app), *events("n", app="fine")
    async with writing(root / "%{app}.log") as output:
        with pytest.raises(UndeliveredError) as raised:
            await output.send([bad, good])
    assert raised.value.retry == []
    ((event, words),) = raised.value.refused
    assert event is bad
    assert reason in words
    assert words.isprintable()
    assert written(tmp_path) == {"logs/taken": "", "logs/fine.log": "n\n"}


@pytest.mark.parametrize("app", BAD_NAMES)
async def test_it_goes_to_the_failure_file_where_that_is_set(tmp_path, app):
    root = tmp_path / "logs"
    root.mkdir()
    (root / "taken").write_text("")
    async with writing(root / "%{app}.log", filename_failure="bad") as output:
        await output.send(events("m", app=app))
    assert written(tmp_path) == {"logs/taken": "", "logs/bad": "m\n"}


async def test_an_event_without_the_field_is_refused(tmp_path):
    async with writing(tmp_path / "%{app}.log") as output:
        with pytest.raises(UndeliveredError) as raised:
            await output.send(events("m"))
    assert "'%{app}.log' is not filled" in raised.value.refused[0][1].replace(f"{tmp_path}/", "")


@pytest.mark.parametrize(
    ("behavior", "text"),
    [("append", "before\na\nb\nc\n"), ("overwrite", "c\n")],
)
async def test_a_file_is_added_to_or_overwritten(tmp_path, behavior, text):
    (tmp_path / "out").write_text("before\n")
    async with writing(tmp_path / "out", write_behavior=behavior) as output:
        await output.send(events("a", "b"))
        await output.send(events("c"))
    assert (tmp_path / "out").read_text() == text


async def test_overwrite_leaves_nothing_of_a_longer_text(tmp_path):
    async with writing(tmp_path / "out", write_behavior="overwrite") as output:
        await output.send(events("a long one"))
        await output.send(events("b"))
        assert (tmp_path / "out").read_text() == "b\n"


async def test_gzip_can_be_read_after_each_send(tmp_path):
    async with writing(tmp_path / "out.gz", gzip=True) as output:
        for message in ("a", "b"):
            await output.send(events(message))
            assert gzip.decompress((tmp_path / "out.gz").read_bytes()).decode().endswith(f"{message}\n")
    assert gzip.decompress((tmp_path / "out.gz").read_bytes()) == b"a\nb\n"


@pytest.mark.parametrize("left", [gzip.compress(b"torn\n")[:-3], b"\x1f\x8b", b"\x1f"])
async def test_a_torn_member_is_cut_before_more_is_written(tmp_path, left):
    (tmp_path / "out.gz").write_bytes(gzip.compress(b"a\n") + left)
    async with writing(tmp_path / "out.gz", gzip=True) as output:
        await output.send(events("b"))
    assert gzip.decompress((tmp_path / "out.gz").read_bytes()) == b"a\nb\n"


async def test_what_is_no_gzip_is_not_cut(tmp_path):
    (tmp_path / "out.gz").write_bytes(b"plain text\n")
    async with writing(tmp_path / "out.gz", gzip=True) as output:
        await output.send(events("b"))
    assert (tmp_path / "out.gz").read_bytes().startswith(b"plain text\n")


async def test_a_torn_line_does_not_spoil_the_next(tmp_path):
    (tmp_path / "out").write_text('a\n{"torn":')
    async with writing(tmp_path / "out") as output:
        await output.send(events("b"))
    assert (tmp_path / "out").read_text() == 'a\n{"torn":\nb\n'


async def test_a_full_disk_leaves_the_file_as_it_was_and_keeps_the_events(tmp_path, monkeypatch):
    async with writing(tmp_path / "%{app}.log") as output:
        await output.send(events("before", app="x"))
        real_write, more = os.write, events("lost?", app="x") + events("fine", app="y")

        def full(descriptor, chunk):
            if bytes(chunk) == b"lost?\n":
                return real_write(descriptor, chunk[:3])
            if bytes(chunk) == b"t?\n":
                raise OSError(errno.ENOSPC, "No space left on device")
            return real_write(descriptor, chunk)

        monkeypatch.setattr(os, "write", full)
        with pytest.raises(UndeliveredError, match="No space left on device") as failure:
            await output.send(more)
        assert failure.value.retry == more[:1]
        assert written(tmp_path) == {"x.log": "before\n", "y.log": "fine\n"}
        monkeypatch.undo()
        await output.send(failure.value.retry)
    assert (tmp_path / "x.log").read_text() == "before\nlost?\n"


async def test_a_failed_sync_takes_the_bytes_back(tmp_path, monkeypatch):
    async with writing(tmp_path / "out") as output:
        await output.send(events("a"))

        def broken(_):
            raise OSError(errno.EIO, "Input/output error")

        monkeypatch.setattr(os, "fsync", broken)
        with pytest.raises(UndeliveredError):
            await output.send(events("b"))
    assert (tmp_path / "out").read_text() == "a\n"


async def test_a_static_path_that_cannot_be_written_keeps_the_events(tmp_path):
    async with writing(tmp_path) as output:
        with pytest.raises(UndeliveredError, match="Is a directory"):
            await output.send(events("a"))


@pytest.mark.parametrize("change", [lambda path: path.unlink(), lambda path: path.rename(f"{path}.1")])
async def test_a_deleted_or_rotated_file_is_made_anew(tmp_path, change):
    async with writing(tmp_path / "out") as output:
        await output.send(events("a"))
        change(tmp_path / "out")
        await output.send(events("b"))
    assert (tmp_path / "out").read_text() == "b\n"


async def test_missing_files_are_not_made_if_so_set(tmp_path):
    (tmp_path / "x.log").write_text("")
    async with writing(tmp_path / "%{app}.log", create_if_deleted=False, filename_failure="failed") as output:
        await output.send(events("a", app="x") + events("b", app="y"))
    assert written(tmp_path) == {"x.log": "a\n", "failed": "b\n"}


async def test_modes_are_set_on_what_is_new(tmp_path):
    async with writing(tmp_path / "a/b/out", dir_mode=0o750, file_mode=0o604) as output:
        await output.send(events("a"))
    modes = [stat.S_IMODE((tmp_path / path).stat().st_mode) for path in ("a", "a/b", "a/b/out")]
    assert modes == [0o750, 0o750, 0o604]


async def test_open_files_are_bounded_and_stale_ones_closed(tmp_path, autojump_clock):
    async with writing(tmp_path / "%{app}.log") as output:
        await output.send([one for number in range(300) for one in events("a", app=str(number))])
        assert len(output._files) == 256
        await trio.sleep(25)
        assert len(output._files) == 0
        await output.send(events("b", app="0"))
    assert (tmp_path / "0.log").read_text() == "a\nb\n"


async def test_two_outputs_share_a_file_without_harm(tmp_path):
    async with (
        writing(tmp_path / "out.gz", gzip=True) as one,
        writing(tmp_path / "out.gz", gzip=True) as other,
    ):
        for output in (one, other, one, other):
            await output.send(events("a"))
    assert gzip.decompress((tmp_path / "out.gz").read_bytes()) == b"a\n" * 4


async def test_a_pipe_is_written_to(tmp_path):
    pipe, got = tmp_path / "pipe", []
    os.mkfifo(pipe)
    async with writing(pipe) as output:
        with pytest.raises(UndeliveredError):  # nobody reads it
            await output.send(events("a"))
        reader = threading.Thread(target=lambda: got.append(pipe.read_text()))
        reader.start()
        with trio.fail_after(5):
            while True:
                try:
                    await output.send(events("b"))
                except UndeliveredError:
                    await trio.sleep(0.001)
                else:
                    break
    reader.join()
    assert got == ["b\n"]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"path": "/%{app}/x"}, "the path starts with a part that comes from events"),
        ({"path": "%{app}"}, "the path starts with a part that comes from events"),
        ({"filename_failure": "../x"}, "'../x' is no name of a file"),
        ({"file_mode": 99_999}, "99999 is no mode"),
    ],
)
def test_settings_are_checked(tmp_path, settings, message):
    with pytest.raises(BuildError) as caught:
        make_output(settings.pop("path", tmp_path / "out"), **settings)
    assert str(caught.value) == message
