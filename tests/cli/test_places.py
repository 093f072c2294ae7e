"""Where commands look: per-pipeline folders are seen, a wrong place is a mistake, and looking changes nothing."""

import errno
import json
import os
from contextlib import closing

import pytest

from logsmith.cli import main
from logsmith.event import Event
from logsmith.letters.events import letter_of
from logsmith.runtime.batches import pack_row
from logsmith.spool.dead_letters import DeadLetters, Refusal
from logsmith.spool.queue import PersistedQueue

OUTPUTS = 'output { file { id => "es" path => "out.txt" } }'


pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def say(capsysbinary):
    def run(*words):
        status = main(words)
        out, err = capsysbinary.readouterr()
        return status, out.decode(errors="replace"), err.decode()

    return run


def fill(folder, *names, pipeline="main"):
    """Store an event for the output `es` in each of as many batches, and leave the file closed."""
    with closing(PersistedQueue(folder / pipeline / "worker-0.sqlite")) as queue:
        queue.append(
            [pack_row([("es", [Event.from_map({"n": name})])]) for name in names],
            counted={"accepted": len(names), "kept": len(names), "routed es": len(names)},
        )
    return queue.path


@pytest.fixture
def own_folder(tmp_path):
    """A pipeline with a folder of its own, as pipelines.yml says."""
    settings = tmp_path / "config"
    settings.mkdir()
    own = f"- pipeline.id: arch\n  config.string: '{OUTPUTS}'\n  path.queue: {tmp_path}/own\n- pipeline.id: idle\n"
    (settings / "pipelines.yml").write_text(f"{own}  config.string: '{OUTPUTS}'\n")
    (tmp_path / "data").mkdir()
    fill(tmp_path / "own", "a", "b", pipeline="arch")
    return settings


LOCKED = {
    "the data folder": ("data", ["queue status", "queue check", "audit", "dlq ls", "dlq stats"]),
    "its queues": ("data/queue", ["queue status", "queue export", "audit"]),
    "its dead letters": ("data/dead_letter_queue", ["dlq ls", "dlq rm --yes"]),
    "the settings": ("config", ["queue status", "dlq ls", "keystore list", "keystore create"]),
}


@pytest.mark.parametrize(
    ("name", "command"), [(name, one) for name, commands in LOCKED.values() for one in commands]
)
def test_a_folder_that_one_may_not_look_into_is_not_called_empty(tmp_path, say, monkeypatch, name, command):
    (tmp_path / name).mkdir(parents=True)
    stat = os.stat

    def forbidden(path, *words, **more):  # as root, who may run this test, nothing is
        if str(path).startswith(f"{name}/"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return stat(path, *words, **more)

    monkeypatch.setattr(os, "stat", forbidden)
    status, out, err = say(*command.split())
    assert (status, out) == (1, "")
    assert f"{name} cannot be looked into: Permission denied" in err


@pytest.mark.parametrize(
    "command", [("queue", "status"), ("audit",), ("queue", "export"), ("queue", "check")]
)
def test_the_folder_of_one_pipeline_is_seen(own_folder, say, command):
    status, out, _ = say(*command, "--path.settings", str(own_folder))
    assert status == 0
    assert "arch" in out or '"n":"b"' in out


def test_the_settings_folder_may_come_from_the_environment(own_folder, say, monkeypatch, tmp_path):
    monkeypatch.setenv("LS_SETTINGS_DIR", str(own_folder.rename(tmp_path / "elsewhere")))
    assert "arch" in say("queue", "status")[1]


def test_a_secret_that_only_the_server_has_hides_no_queue(own_folder, say):
    (own_folder / "logsmith.yml").write_text("api.auth.basic.password: ${NOT_HERE}\n")
    assert "arch" in say("queue", "status")[1]
    (own_folder / "logsmith.yml").write_text("path:\n  data: ${NOT_HERE}\n")
    status, out, err = say("queue", "status")
    assert (status, out) == (1, "")
    assert "'NOT_HERE' is in neither the keystore nor the environment" in err


LOOKING = [
    ("queue", "status"),
    ("queue", "check"),
    ("queue", "export"),
    ("audit",),
    ("dlq", "ls"),
    ("dlq", "stats"),
]
NOWHERE = [
    (("--path.data", "/nope"), "path.data: there is no folder '/nope'"),
    (("--path.settings", "/nope"), "path.settings: there is no folder '/nope'"),
    (("--pipeline.id", "nope"), "no pipeline is named 'nope'; there are: arch, idle"),
]


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
@pytest.mark.parametrize(("words", "message"), NOWHERE, ids=[message for _, message in NOWHERE])
@pytest.mark.usefixtures("own_folder")
def test_a_wrong_place_is_no_good_news(say, command, words, message):
    status, out, err = say(*command, *words)
    assert (status, out) == (1, "")
    assert message in err


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_a_data_folder_that_the_settings_name_wrongly_is_told(say, command, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "logstash.yml").write_text("path.data: /nope\n")
    status, _, err = say(*command)
    assert (status, "there is no folder '/nope'" in err) == (1, True)


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
@pytest.mark.usefixtures("own_folder")
def test_a_pipeline_that_has_nothing_yet_is_no_mistake(say, command):
    status, out, err = say(*command, "--pipeline.id", "idle")
    assert status == 0
    assert "there is no persisted queue" in out + err or "no dead letters" in err


def test_export_names_the_outputs_that_there_are(tmp_path, say):
    fill(tmp_path / "data" / "queue", "a")
    assert say("queue", "export", "--output", "nope") == (
        1,
        "",
        "ERROR: no output is named 'nope'; there are: es\n",
    )


def test_a_letter_is_found_where_its_pipeline_is_named(tmp_path, say):
    letters = DeadLetters(tmp_path / "data" / "dead_letter_queue", "web")
    letters.append([letter_of(Event({}), Refusal("file", "a", 1, "why"), 1)])
    letters.close()
    assert "web:1" in say("dlq", "ls", "--pipeline.id", "web")[1]
    assert "there are: main, web" in say("dlq", "ls", "--pipeline.id", "wbe")[2]


def damage(path, sequence):
    with closing(PersistedQueue(path)) as queue, queue._transaction() as connection:
        connection.execute("UPDATE batches SET payload = x'00' WHERE sequence = ?", (sequence,))


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_looking_changes_nothing(tmp_path, say, command):
    path = fill(tmp_path / "data" / "queue", "a", "b", "c")
    damage(path, 2)
    with closing(PersistedQueue(path)) as queue:
        queue._open().execute("PRAGMA user_version = 1")  # who writes makes it a newer one

    def files():
        return {one.name: one.read_bytes() for one in sorted(path.parent.iterdir())}

    before = files()
    say(*command)
    assert files() == before


def test_what_is_damaged_is_told_and_the_rest_exported(tmp_path, say):
    path = fill(tmp_path / "data" / "queue", "a", "b", "c")
    damage(path, 2)
    for _ in range(2):
        status, out, _ = say("queue", "check")
        assert status == 1
        assert out.splitlines() == [
            f"{path.relative_to(tmp_path)}: batch 2, 1 events, 1 bytes: its checksum is wrong",
            f"{path.relative_to(tmp_path)}: 2 batches with 2 events can be read",
        ]
    status, out, err = say("queue", "export")
    assert [json.loads(line)["event"]["n"] for line in out.splitlines()] == ["a", "c"]
    assert (status, err) == (1, "batch 2 is left out, 1 events: its checksum is wrong\n")


def test_what_a_server_writes_meanwhile_is_seen(tmp_path):
    path = fill(tmp_path / "queue", "a")
    with (
        closing(PersistedQueue(path, is_read_only=True)) as looking,
        closing(PersistedQueue(path)) as writing,
    ):
        assert looking.count()[0] == 1
        writing.append([pack_row([("es", [Event.from_map({"n": "b"})])])])
        assert looking.count()[0] == 2
        with looking.snapshot():
            assert looking.count()[0] == 2
            writing.append([pack_row([("es", [Event.from_map({"n": "c"})])])])
            assert looking.count()[0] == 2
        assert looking.count()[0] == 3


@pytest.mark.parametrize("command", [("audit",), ("queue", "status"), ("queue", "check")])
def test_a_file_that_is_no_queue_is_named_with_what_to_do(tmp_path, say, command):
    path = fill(tmp_path / "data" / "queue", "a")
    path.write_bytes(b"no database " * 99)
    status, _, err = say(*command)
    assert status == 1
    assert f"'{path.relative_to(tmp_path)}' cannot be used: file is not a database" in err
    assert "hint: run this as the user that the server runs as; a file that is no queue" in err


def test_the_audit_names_what_was_dropped(tmp_path, say):
    fill(tmp_path / "data" / "queue", "a", "b")
    assert say("queue", "drop", "es", "--yes")[0] == 0
    status, out, _ = say("audit")
    assert status == 0
    assert out.splitlines()[2] == (
        "  es: routed 2 = delivered 0 + dead-lettered 0 + damaged 0 + dropped 2 + waiting 0"
    )
    assert json.loads(say("audit", "--format", "json")[1])["outputs"]["es"]["damaged"] == 0


def test_the_audit_counts_a_file_once_that_was_taken_over_and_not_removed(tmp_path, say):
    """A kill came between the two."""
    folder = tmp_path / "data" / "queue"
    path = fill(folder, "a", "b")
    sums = {"accepted": 3, "kept": 3, "routed es": 3, "delivered es": 3}
    with closing(PersistedQueue(path)) as queue:
        queue.append([], counted={**sums, "adopted 77": 1})
    with closing(PersistedQueue(path.with_name("worker-1.sqlite"))) as left:
        left.append([], counted={**sums, "named 77": 1})
    status, out, _ = say("audit", "--format", "json")
    assert status == 0
    assert json.loads(out)["fates"]["accepted"] == 5
