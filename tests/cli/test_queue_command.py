"""`logsmith queue` and `logsmith audit`, on queues that a real server left behind."""

import json
import signal
import subprocess
import sys
from contextlib import closing

import pytest

from logsmith.cli import main
from logsmith.event import Event
from logsmith.runtime.batches import pack_row, read_row, unpack
from logsmith.spool.queue import PersistedQueue

WAIT_S = 30
AWAY = 'output { elasticsearch { id => "away" hosts => ["http://127.0.0.1:9"] } file { path => "%s" codec => line { format => "%%{n}" } } }'
THERE = 'output { file { id => "away" path => "%s" codec => line { format => "%%{n}" } } }'
MANY = 'input { generator { count => 3000 } } filter { mutate { rename => { "[event][sequence]" => "n" } } if [n] == 7 { drop {} } clone { clones => [] ecs_compatibility => disabled } } '


pytestmark = pytest.mark.usefixtures("alone")


def some(*names):
    return [Event.from_map({"n": name}) for name in names]


@pytest.fixture
def queue(tmp_path):
    with closing(PersistedQueue(tmp_path / "data" / "queue" / "main" / "worker-0.sqlite")) as one:
        one.append(
            [pack_row([("es", some("a", "b")), ("s3", some("c"))]), pack_row([("es", some("d"))])],
            counted={
                "accepted": 5,
                "made": 1,
                "dropped": 1,
                "kept": 5,
                "unrouted": 1,
                "routed es": 3,
                "routed s3": 1,
            },
        )
        yield one


@pytest.fixture
def say(capsysbinary):
    def run(*words):
        status = main(words)
        out, err = capsysbinary.readouterr()
        return status, out.decode(errors="replace"), err.decode()

    return run


def test_status_shows_what_waits_for_each_output(queue, say):
    status, out, _ = say("queue", "status", "--format", "json")
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [(one["pipeline"], one["output"], one["batches"], one["events"]) for one in rows] == [
        ("main", "es", 2, 3),
        ("main", "s3", 1, 1),
    ]
    _, table, _ = say("queue", "status")
    assert table.split()[:3] == ["pipeline", "worker", "output"]


def test_status_without_a_queue_says_so(say):
    assert say("queue", "status") == (0, "there is no persisted queue\n", "")


def test_check_finds_every_damaged_batch(queue, say):
    assert say("queue", "check")[0] == 0
    with queue._transaction() as connection:
        connection.execute("UPDATE batches SET payload = x'00' WHERE sequence = 2")
    status, out, _ = say("queue", "check")
    assert status == 1
    assert "batch 2, 1 events, 1 bytes: its checksum is wrong" in out
    assert "batches with 3 events can be read" in out


def test_export_prints_the_events_that_wait(queue, say):
    _, out, _ = say("queue", "export", "--output", "es")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [(row["event"]["n"], row["output"], row["sequence"]) for row in rows] == [
        ("a", "es", 1),
        ("b", "es", 1),
        ("d", "es", 2),
    ]


def test_export_gives_the_bytes_of_what_was_set_aside(queue, say):
    queue.set_aside(2, "a test")
    assert len(say("queue", "export", "--damaged")[1]) > 0


def test_drop_wants_a_yes_and_a_name_that_there_is(queue, say):
    assert say("queue", "drop", "es") == (1, "", "3 events wait for es; say --yes to forget them\n")
    assert say("queue", "drop", "nothing")[2] == "ERROR: no output is named 'nothing'; there are: es, s3\n"
    assert say("queue", "drop", "es", "--yes") == (0, "forgot 3 events\n", "")
    assert queue.count()[0] == 1


def test_what_is_no_queue_is_named(tmp_path, say):
    path = tmp_path / "data" / "queue" / "main" / "worker-0.sqlite"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no database " * 99)
    status, _, err = say("queue", "status")
    assert status == 1
    assert "worker-0.sqlite' cannot be used: file is not a database" in err


def test_audit_adds_up(queue, say):
    queue.append([], delivered={"es": [1]}, counted={"delivered es": 1, "dead-lettered es": 1})
    status, out, _ = say("audit")
    assert status == 0
    assert out.splitlines() == [
        "pipeline main: adds up",
        "  accepted 5 + made 1 = dropped 1 + matched no output 1 + routed 4",
        "  es: routed 3 = delivered 1 + dead-lettered 1 + damaged 0 + dropped 0 + waiting 1",
        "  s3: routed 1 = delivered 0 + dead-lettered 0 + damaged 0 + dropped 0 + waiting 1",
    ]


@pytest.mark.parametrize("loss", [{"accepted": 1}, {"delivered es": 1}])
def test_audit_says_what_does_not_add_up(queue, say, loss):
    queue.append([], counted=loss)
    status, out, _ = say("audit", "--format", "json")
    assert (status, json.loads(out)["adds_up"]) == (1, False)


def run(tmp_path, *words):
    command = [sys.executable, "-m", "logsmith", "--api.enabled=false", "-S", "queue.type=persisted", *words]
    return subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_a_killed_server_keeps_what_an_output_did_not_get_and_drain_delivers_it(tmp_path, say):
    here, later = tmp_path / "here.txt", tmp_path / "later.txt"
    server = run(tmp_path, "-e", MANY + AWAY % here)
    wanted = {str(number) for number in range(3000) if number != 7}
    while not here.exists() or set(here.read_text().split()) != wanted:
        assert server.poll() is None
    server.send_signal(signal.SIGKILL)
    server.communicate()
    status, out, _ = say("audit", "--format", "json")
    sums = json.loads(out)
    assert (status, sums["adds_up"]) == (0, True)
    assert sums["fates"] == {"accepted": 3000, "made": 0, "dropped": 1, "unrouted": 0, "routed": 2999}
    assert sums["outputs"]["away"]["waiting"] == 2999
    drained = subprocess.run(
        [
            sys.executable,
            "-m",
            "logsmith",
            "queue",
            "drain",
            "--api.enabled=false",
            "-e",
            MANY + THERE % later,
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=WAIT_S,
        check=False,
    )
    assert drained.returncode == 0, drained.stderr
    assert sorted(later.read_text().split(), key=int) == sorted(wanted, key=int)
    sums = json.loads(say("audit", "--format", "json")[1])
    assert (sums["adds_up"], sums["outputs"]["away"]["delivered"]) == (True, 2999)


@pytest.mark.slow
def test_a_stopped_server_goes_on_where_it_was(tmp_path, say):
    out = tmp_path / "out.txt"
    text = MANY.replace("count => 3000", "count => 0") + THERE % out
    for _ in range(2):
        before = out.stat().st_size if out.exists() else 0
        server = run(tmp_path, "-e", text)
        while not out.exists() or out.stat().st_size < before + 1000:
            assert server.poll() is None
        server.send_signal(signal.SIGTERM)
        _, logged = server.communicate(timeout=WAIT_S)
        assert server.returncode == 0, logged
        assert json.loads(say("audit", "--format", "json")[1])["adds_up"]
    waits = PersistedQueue(tmp_path / "data" / "queue" / "main" / "worker-0.sqlite")
    with closing(waits):
        left = [
            unpack(read_row(batch.payload), ["away"])["away"] for batch in waits.read("away", limit=10_000)[0]
        ]
    delivered = json.loads(say("audit", "--format", "json")[1])["outputs"]["away"]["delivered"]
    lines = len(out.read_text().splitlines())
    assert lines >= delivered
    assert (
        sum(map(len, left)) == json.loads(say("audit", "--format", "json")[1])["outputs"]["away"]["waiting"]
    )
