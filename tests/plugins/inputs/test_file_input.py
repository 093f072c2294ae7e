"""The file input: what is read, from where, and that a position never passes what is not delivered."""

import gzip
import os
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio

from logsmith.event import FieldRef
from logsmith.plugins import Context
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.plugins.setting import CodecSetting

POLLS = 20_000
MULTILINE = CodecSetting("multiline", {"pattern": "^ ", "what": "previous"})


class Inbox:
    """Takes events as the pipeline would; `blocked` keeps them from being safe."""

    def __init__(self):
        self.events = []
        self.sizes = []
        self.blocked = self.is_asked = False

    async def send(self, events):
        self.is_asked = True
        if self.blocked:
            await trio.sleep_forever()
        self.events += events
        self.sizes.append(len(events))

    @property
    def messages(self):
        return [event.top("message") for event in self.events]

    async def wait_for(self, messages):
        await until(lambda: len(self.events) >= len(messages))
        assert self.messages == messages


async def until(condition):
    for _ in range(POLLS):
        if condition():
            return
        await trio.sleep(0.3)
    raise AssertionError("it never came")


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def logs(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


def make_input(logs, ecs="v8", **settings):
    settings = {"path": str(logs / "*.log"), "start_position": "beginning", **settings}
    plugin, _ = make_plugin(
        "input", "file", settings, Context(ecs=ecs, path_data=logs.parent / "data", hostname="web-1")
    )
    return plugin


@asynccontextmanager
async def reading(logs, inbox, **settings):
    plugin = make_input(logs, **settings)
    plugin.place.stopping = trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(plugin.run, inbox.send)
        yield plugin
        plugin.place.stopping.set()


async def run_killed_in_send(plugin, inbox):
    """Run an input whose events never become safe, and cancel it then."""
    inbox.blocked = True
    async with trio.open_nursery() as nursery:
        nursery.start_soon(plugin.run, inbox.send)
        await until(lambda: inbox.is_asked)
        nursery.cancel_scope.cancel()


def append(path, text):
    with path.open("ab") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def sincedbs(logs):
    found = (logs.parent / "data/plugins/inputs/file").glob(".sincedb_*")
    return [path for path in found if path.suffix != ".new"]


def sincedb_lines(logs):
    (path,) = sincedbs(logs)
    return [line.split(" ", 5) for line in path.read_text().splitlines()]


async def test_an_event_has_the_fields_of_ecs(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\n")
    async with reading(logs, inbox):
        await inbox.wait_for(["one"])
    (event,) = inbox.events
    path = str(logs / "a.log")
    fields = event.to_map()
    assert {name: fields[name] for name in ("@version", "message", "event", "host", "log")} == {
        "@version": "1",
        "message": "one",
        "event": {"original": "one"},
        "host": {"name": "web-1"},
        "log": {"file": {"path": path}},
    }
    assert event.metadata == {"path": path, "host": "web-1"}


async def test_an_event_has_path_and_host_with_ecs_off(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\n")
    async with reading(logs, inbox, ecs="disabled", type="app", tags=["t"], add_field={"from": "%{path}"}):
        await inbox.wait_for(["one"])
    fields = inbox.events[0].to_map()
    path = str(logs / "a.log")
    del fields["@timestamp"]
    expected = {
        "@version": "1",
        "message": "one",
        "host": "web-1",
        "path": path,
        "type": "app",
        "from": path,
        "tags": ["t"],
    }
    assert fields == expected


async def test_fields_that_the_line_brings_stay(logs, inbox, autojump_clock):
    append(logs / "a.log", '{"host":"theirs","log":"x"}\n')
    async with reading(logs, inbox, codec="json"):
        await until(lambda: inbox.events)
    assert [inbox.events[0].get(FieldRef.parse(name)) for name in ("host", "log")] == ["theirs", "x"]


@pytest.mark.parametrize("codec", ["plain", "line", "json", "json_lines"])
async def test_each_line_is_an_event_with_every_codec(logs, inbox, codec, autojump_clock):
    append(logs / "a.log", '{"message":"1"}\n{"message":"2"}\n')
    async with reading(logs, inbox, codec=codec):
        await until(lambda: len(inbox.events) >= 2)
    assert inbox.messages == (["1", "2"] if "json" in codec else ['{"message":"1"}', '{"message":"2"}'])


async def test_a_line_waits_for_its_end(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\ntw")
    async with reading(logs, inbox):
        await inbox.wait_for(["one"])
        await trio.sleep(5)
        append(logs / "a.log", "o\n")
        await inbox.wait_for(["one", "two"])


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        (b"ok\nbad \xff\xc3\n\n", ["ok", r"bad \xFF\xC3", ""]),
        ("κόσμε\r\n".encode(), ["κόσμε\r"]),
    ],
)
async def test_text_is_kept_as_logstash_keeps_it(logs, inbox, text, messages, autojump_clock):
    append(logs / "a.log", text)
    async with reading(logs, inbox):
        await inbox.wait_for(messages)


async def test_a_delimiter_may_be_any_text(logs, inbox, autojump_clock):
    append(logs / "a.log", "one--two\n--th")
    async with reading(logs, inbox, delimiter="--"):
        await inbox.wait_for(["one", "two\n"])


async def test_many_lines_come_in_order_and_in_batches(logs, inbox, autojump_clock):
    lines = [f"{number} {'x' * (number % 90)}" for number in range(10_000)]
    append(logs / "a.log", "".join(f"{line}\n" for line in lines))
    async with reading(logs, inbox):
        await inbox.wait_for(lines)
    assert max(inbox.sizes) <= 4000
    assert len(inbox.sizes) <= 10


async def test_a_line_longer_than_a_block_is_whole(logs, inbox, autojump_clock):
    line = "x" * 1_000_000
    append(logs / "a.log", f"{line}\nend\n")
    async with reading(logs, inbox):
        await inbox.wait_for([line, "end"])


async def test_files_of_the_first_look_start_at_their_end_and_later_ones_at_the_beginning(
    logs, inbox, autojump_clock
):
    append(logs / "old.log", "before\n")
    async with reading(logs, inbox, start_position="end") as plugin:
        await until(lambda: not plugin._is_first)
        append(logs / "new.log", "new\n")
        await inbox.wait_for(["new"])
        append(logs / "old.log", "after\n")
        await inbox.wait_for(["new", "after"])


async def test_a_restart_goes_on_where_it_stopped(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\n")
    async with reading(logs, inbox):
        await inbox.wait_for(["one"])
    append(logs / "a.log", "two\n")
    async with reading(logs, inbox, start_position="end"):
        await inbox.wait_for(["one", "two"])
    status = (logs / "a.log").stat()
    (line,) = sincedb_lines(logs)
    identity = [str(status.st_ino), str(os.major(status.st_dev)), str(os.minor(status.st_dev))]
    assert line[:4] == [*identity, "8"]
    assert line[5] == str(logs / "a.log")


async def test_what_was_not_delivered_is_read_again(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\n")
    async with reading(logs, inbox, sincedb_write_interval=0):
        await inbox.wait_for(["one"])
    append(logs / "a.log", "two\n")
    await run_killed_in_send(make_input(logs), Inbox())
    assert sincedb_lines(logs)[0][3] == "4"
    async with reading(logs, inbox):
        await inbox.wait_for(["one", "two"])


async def test_a_kill_before_the_sincedb_is_written_repeats_and_loses_nothing(
    logs, inbox, monkeypatch, autojump_clock
):
    append(logs / "a.log", "one\ntwo\n")
    with monkeypatch.context() as killed:
        killed.setattr("logsmith.files.sincedb.Sincedb.save", lambda *_: None)
        async with reading(logs, inbox):
            await inbox.wait_for(["one", "two"])
    append(logs / "a.log", "three\n")
    async with reading(logs, inbox):
        await inbox.wait_for(["one", "two", "one", "two", "three"])


async def test_the_sincedb_is_written_while_reading(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\n")
    async with reading(logs, inbox, sincedb_write_interval="2 sec"):
        await inbox.wait_for(["one"])
        await until(lambda: sincedbs(logs) and [line[3] for line in sincedb_lines(logs)] == ["4"])


async def test_nothing_is_kept_with_dev_null(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\n")
    for _ in range(2):
        async with reading(logs, inbox, sincedb_path="/dev/null"):
            before = len(inbox.events)
            await until(lambda before=before: len(inbox.events) > before)
    assert inbox.messages == ["one", "one"]


async def test_a_renamed_file_is_read_to_its_end_and_the_new_one_from_its_start(logs, inbox, autojump_clock):
    path = logs / "a.log"
    append(path, "one\n")
    async with reading(logs, inbox):
        await inbox.wait_for(["one"])
        append(path, "two\n")
        path.rename(logs / "a.log.1")
        append(path, "three\n")
        await until(lambda: len(inbox.events) >= 3)
        append(logs / "a.log.1", "late\n")
        await until(lambda: len(inbox.events) >= 4)
    assert sorted(inbox.messages) == ["late", "one", "three", "two"]


async def test_a_renamed_file_that_matches_is_not_read_again(logs, inbox, autojump_clock):
    path = logs / "a.log"
    append(path, "one\n")
    async with reading(logs, inbox, path=str(logs / "a.log*"), close_older=2):
        await inbox.wait_for(["one"])
        await trio.sleep(10)  # it is closed by then
        path.rename(logs / "a.log.1")
        append(path, "two\n")
        await until(lambda: len(inbox.events) >= 2)
        await trio.sleep(60)
    assert inbox.messages == ["one", "two"]
    assert sorted(line[5] for line in sincedb_lines(logs)) == [str(path), f"{path}.1"]


async def test_a_truncated_file_is_read_from_its_start(logs, inbox, autojump_clock):
    path = logs / "a.log"
    append(path, "one\ntwo\n")
    async with reading(logs, inbox):
        await inbox.wait_for(["one", "two"])
        path.write_text("3\n")
        await inbox.wait_for(["one", "two", "3"])


async def test_copytruncate_loses_nothing(logs, inbox, autojump_clock):
    path = logs / "a.log"
    append(path, "one\n")
    async with reading(logs, inbox) as plugin:
        await inbox.wait_for(["one"])
        (file,) = plugin._watch.files.values()
        (logs / "copy.log").write_bytes(path.read_bytes())
        os.truncate(path, 0)
        await until(lambda: file.read_at == 0)
        append(path, "two\n")
        await until(lambda: sorted(inbox.messages) == ["one", "one", "two"])


async def test_the_last_words_of_a_deleted_file_are_read(logs, inbox, autojump_clock):
    path = logs / "a.log"
    append(path, "one\n")
    async with reading(logs, inbox):
        await inbox.wait_for(["one"])
        append(path, "two\nend")
        path.unlink()
        await inbox.wait_for(["one", "two", "end"])
    assert sincedb_lines(logs) == []


async def test_a_record_of_another_path_does_not_speak_for_a_used_inode(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\n")
    async with reading(logs, inbox):
        await inbox.wait_for(["one"])
    (logs / "a.log").rename(logs / "b.log")
    async with reading(logs, inbox, start_position="end"):
        await inbox.wait_for(["one", "one"])


async def test_a_symlink_is_followed_and_named(logs, inbox, autojump_clock):
    target = logs / "target.txt"
    append(target, "one\n")
    (logs / "link.log").symlink_to(target)
    async with reading(logs, inbox):
        await inbox.wait_for(["one"])
    assert inbox.events[0].metadata["path"] == str(logs / "link.log")


async def test_globs_find_and_exclude_leaves_out(logs, inbox, autojump_clock):
    for name in ("a/b/x.log", "y.log", "z.txt", "y.gz", "skip.log"):
        (logs / name).parent.mkdir(parents=True, exist_ok=True)
        append(logs / name, f"{name}\n")
    async with reading(logs, inbox, path=[str(logs / "**/*.{log,gz}")], exclude=["*.gz", "skip*"]):
        await until(lambda: len(inbox.events) >= 2)
    assert sorted(inbox.messages) == ["a/b/x.log", "y.log"]


async def test_old_files_are_left_out_until_they_grow(logs, inbox, autojump_clock):
    append(logs / "a.log", "old\n")
    os.utime(logs / "a.log", (1_000_000, 1_000_000))
    async with reading(logs, inbox, ignore_older="1 day") as plugin:
        await until(lambda: not plugin._is_first)
        append(logs / "a.log", "new\n")
        await inbox.wait_for(["new"])


async def test_files_beyond_the_limit_have_their_turn(logs, inbox, autojump_clock):
    for number in range(5):
        append(logs / f"{number}.log", f"{number}\n")
    async with reading(logs, inbox, max_open_files=2, file_sort_by="path") as plugin:
        await inbox.wait_for(["0", "1", "2", "3", "4"])
        assert sum(file.is_open for file in plugin._watch.files.values()) <= 2


@pytest.mark.parametrize(("direction", "messages"), [("asc", ["a", "b"]), ("desc", ["b", "a"])])
async def test_files_are_read_in_the_order_that_is_set(logs, inbox, direction, messages, autojump_clock):
    for name in ("a", "b"):
        append(logs / f"{name}.log", f"{name}\n")
    async with reading(logs, inbox, file_sort_by="path", file_sort_direction=direction):
        await inbox.wait_for(messages)


async def test_a_big_file_lets_others_in_between(logs, inbox, autojump_clock):
    append(logs / "a.log", "".join(f"{number:07}\n" for number in range(50_000)))
    append(logs / "b.log", "b\n")
    async with reading(logs, inbox, file_sort_by="path", file_chunk_size=1024, file_chunk_count=1):
        await until(lambda: len(inbox.events) >= 50_001)
    assert inbox.messages.index("b") < 35_000


async def test_lines_that_the_codec_holds_back_are_not_passed_by_the_position(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\n at\ntwo\n at\n")
    async with reading(logs, inbox, codec=MULTILINE) as plugin:
        await inbox.wait_for(["one\n at"])
        (file,) = plugin._watch.files.values()
        assert (file.safe_at, file.read_at) == (8, 16)
        append(logs / "a.log", "three\n")
        await inbox.wait_for(["one\n at", "two\n at"])
    assert inbox.messages == ["one\n at", "two\n at", "three"]  # a stop brings out the last
    assert sincedb_lines(logs)[0][3] == "22"


async def test_lines_that_are_held_back_come_out_after_a_while(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\n at\n")
    codec = CodecSetting("multiline", {**MULTILINE.values, "auto_flush_interval": 5})
    async with reading(logs, inbox, codec=codec) as plugin:
        await inbox.wait_for(["one\n at"])
        (file,) = plugin._watch.files.values()
        assert file.safe_at == 8


async def test_lines_that_are_held_back_survive_a_truncation(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\n at\n")
    async with reading(logs, inbox, codec=MULTILINE) as plugin:
        await until(
            lambda: hasattr(plugin, "_watch") and [one.read_at for one in plugin._watch.files.values()] == [8]
        )
        (logs / "a.log").write_text(" 2\n")
        await inbox.wait_for(["one\n at"])
        (file,) = plugin._watch.files.values()
        await until(lambda: file.read_at == 3)
    assert inbox.messages == ["one\n at", " 2"]


async def test_two_files_do_not_mix_in_a_codec(logs, inbox, autojump_clock):
    append(logs / "a.log", "a1\n a2\n")
    append(logs / "b.log", " b1\n b2\n")
    async with reading(logs, inbox, codec=MULTILINE) as plugin:
        await until(
            lambda: (
                hasattr(plugin, "_watch")
                and [one.is_holding for one in plugin._watch.files.values()] == [True, True]
            )
        )
    assert sorted(inbox.messages) == [" b1\n b2", "a1\n a2"]


async def test_read_mode_reads_all_and_deletes(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\nlast")
    with gzip.open(logs / "b.gz", "wb") as file:
        file.write(b"".join(b"%d\n" % number for number in range(30_000)) + b"end")
    await make_input(logs, path=str(logs / "*"), mode="read", exit_after_read=True).run(inbox.send)
    assert sorted(inbox.messages) == sorted(["one", "last", *map(str, range(30_000)), "end"])
    assert list(logs.iterdir()) == []
    assert sincedb_lines(logs) == []


async def test_read_mode_logs_what_is_read_and_does_not_read_it_again(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\n")
    log = logs / "done.txt"
    settings = {
        "mode": "read",
        "exit_after_read": True,
        "file_completed_action": "log",
        "file_completed_log_path": str(log),
    }
    for _ in range(2):
        await make_input(logs, **settings).run(inbox.send)
    assert inbox.messages == ["one"]
    assert log.read_text() == f"{logs / 'a.log'}\n"


async def test_read_mode_deletes_only_what_is_delivered(logs, inbox, autojump_clock):
    append(logs / "a.log", "one\n")
    await run_killed_in_send(make_input(logs, mode="read"), inbox)
    assert (logs / "a.log").exists()
    assert sincedb_lines(logs)[0][3] == "0"


@pytest.mark.parametrize("checks", [True, False])
async def test_a_damaged_archive_stays(logs, inbox, checks, autojump_clock):
    (logs / "a.log.gz").write_bytes(
        gzip.compress(b"".join(b"%d\n" % number for number in range(60_000)))[:-9]
    )
    append(logs / "b.log", "b\n")
    settings = {
        "path": str(logs / "*"),
        "mode": "read",
        "exit_after_read": True,
        "check_archive_validity": checks,
    }
    await make_input(logs, **settings).run(inbox.send)
    assert [path.name for path in logs.iterdir()] == ["a.log.gz"]
    assert ("1" in inbox.messages) is not checks


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"path": "logs/*.log"}, "the path 'logs/*.log' is relative"),
        ({"exit_after_read": True}, "exit_after_read goes with read mode only"),
        ({"mode": "read", "file_completed_action": "log"}, "'log' needs a file to log to"),
        ({"stat_interval": "soon"}, 'expected a time such as 15, "1 hour" or "500ms", got \'soon\''),
        ({"sincedb_path": "/tmp"}, "'/tmp' is a directory"),
        ({"discover_interval": 0}, "discover_interval: expected 1 or more, got 0"),
    ],
)
def test_settings_are_checked(logs, settings, message):
    with pytest.raises(BuildError) as caught:
        make_input(logs, **settings)
    assert str(caught.value) == message


def test_the_sincedb_is_named_by_the_paths():
    plugin, _ = make_plugin("input", "file", {"path": ["/a", "/b"]}, Context(path_data=Path("/d")))
    assert plugin._find_sincedb() == Path("/d/plugins/inputs/file/.sincedb_5b3d86974f5c84698262ebbd450ea01b")
