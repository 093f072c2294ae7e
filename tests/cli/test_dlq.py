"""`logsmith dlq`: what it shows, what it sends again, and that nothing is lost however it ends."""

import fcntl
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from logsmith.cli import main
from logsmith.event import Event, Timestamp
from logsmith.letters.events import letter_of
from logsmith.plugins import UndeliveredError
from logsmith.plugins.outputs.file import File
from logsmith.spool import dead_letters
from logsmith.spool.database import open_database
from logsmith.spool.dead_letters import DeadLetters, Refusal

SECOND = 1_000_000_000
EPOCH = 1_795_132_800  # 2026-11-20T00:00:00Z
WAIT_S = 20
TOO_LONG = Refusal("file", "archive", 3, "key too long")
PARSING = Refusal("elasticsearch", "es", 7, "failed to parse field [n] of type [long]")


pytestmark = pytest.mark.usefixtures("alone")


@pytest.fixture
def say(capsys):
    """Run `logsmith dlq` in this process; return its exit status, standard output and standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        status = main(["dlq", *words])
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def event(number: int) -> Event:
    return Event({"@timestamp": Timestamp(EPOCH * SECOND), "n": number}, {"index": "logs"})


def put(tmp_path, *numbers: int, pipeline="main", refusal=TOO_LONG, folder="data/dead_letter_queue") -> None:
    """Store a letter for each number, entered at so many seconds."""
    letters = DeadLetters(tmp_path / folder, pipeline)
    letters.append([letter_of(event(n), refusal, (EPOCH + n) * SECOND) for n in numbers])
    letters.close()


def left(tmp_path, pipeline="main") -> list[int]:
    letters = DeadLetters(tmp_path / "data/dead_letter_queue", pipeline)
    numbers = [json.loads(one.fields)["n"] for one in letters.read()]
    letters.close()
    return numbers


def write(tmp_path, text: str, name="pipeline.conf") -> str:
    (tmp_path / name).write_text(text.replace("FOLDER", str(tmp_path)))
    return name


def sent(tmp_path, name="out.json") -> list[int]:
    path = tmp_path / name
    return [json.loads(line)["n"] for line in path.read_text().splitlines()] if path.exists() else []


OWN = 'input { beats { port => 5044 } }\noutput {\n  file { id => "archive" path => "FOLDER/out.json" }\n}'


# ls


def test_lists_letters_a_line_each(say, tmp_path):
    put(tmp_path, 1)
    put(tmp_path, 2, refusal=PARSING._replace(reason="two\nlines \x1b[31m"))
    assert say("ls") == (
        0,
        (
            "main:1        2026-11-20T00:00:01Z  file:3              key too long\n"
            "main:2        2026-11-20T00:00:02Z  elasticsearch:7     two lines  [31m\n"
        ),
        "",
    )


def test_says_how_many_are_not_listed(say, tmp_path):
    put(tmp_path, *range(5))
    status, out, err = say("ls", "--limit", "2", "--newest")
    assert [line.split()[0] for line in out.splitlines()] == ["main:5", "main:4"]
    assert (status, err) == (
        0,
        "2 of 5 dead letters; --limit 0 lists all, --newest the newest first\n",
    )


def test_there_may_be_none(say):
    assert say("ls") == (0, "", "no dead letters\n")
    assert say("stats") == (0, "", "no dead letters\n")
    assert say("replay", "-f", "x.conf") == (0, "", "no dead letters to replay\n")


CHOICES = [
    ("all pipelines", [], ["main:1", "main:2", "main:3", "web:1"]),
    ("one pipeline", ["--pipeline.id", "web"], ["web:1"]),
    ("a plugin", ["--plugin", "elasticsearch"], ["main:3"]),
    ("an id of a plugin", ["--plugin", "archive"], ["main:1", "main:2", "web:1"]),
    ("a reason", ["--reason", "PARSE field"], ["main:3"]),
    ("since a time", ["--since", "2026-11-20T00:00:02Z"], ["main:2", "main:3", "web:1"]),
    ("until a time", ["--until", "2026-11-20T00:00:02Z"], ["main:1"]),
    ("since some time ago", ["--since", "9999d"], ["main:1", "main:2", "main:3", "web:1"]),
    ("letters by their names", ["main:2", "web:1"], ["main:2", "web:1"]),
    ("a number where there is one pipeline", ["--pipeline.id", "main", "2", "3"], ["main:2", "main:3"]),
]


@pytest.mark.parametrize(("words", "names"), [one[1:] for one in CHOICES], ids=[one[0] for one in CHOICES])
def test_chooses_letters(say, tmp_path, words, names):
    put(tmp_path, 1, 2)
    put(tmp_path, 3, refusal=PARSING)
    put(tmp_path, 4, pipeline="web")
    _, out, _ = say("ls", *words)
    assert [line.split()[0] for line in out.splitlines()] == names


MISTAKES = [
    ("a letter that is not there", ["ls", "main:9"], "there is no dead letter main:9"),
    ("a pipeline that is not there", ["show", "shop:1"], "there is no dead letter shop:1"),
    ("a number of which pipeline", ["rm", "1"], "say of which pipeline: main:1"),
    ("no name of a letter", ["ls", "first"], "a dead letter is named PIPELINE:NUMBER, not 'first'"),
    ("no time", ["ls", "--since", "noon"], "'noon' is no time: write 2026-11-20T23:00:00Z, or 90m, 2h, 3d"),
    ("no number", ["ls", "--limit", "-1"], "--limit is a number of letters, or 0 for all"),
    ("nothing to show", ["show", "--reason", "zzz"], "there is no such dead letter"),
    (
        "no pipeline to send to",
        ["replay"],
        "say which pipeline the letters go to: -f FILE, or --through FILE",
    ),
    (
        "one file for two pipelines",
        ["replay", "-f", "a.conf"],
        "a.conf is one pipeline; say with --pipeline.id which letters are meant: main, web",
    ),
    (
        "two ways at once",
        ["replay", "-f", "a.conf", "--through", "b.conf"],
        "-f (the output that refused them) and --through (filters and outputs) exclude each other",
    ),
]


@pytest.mark.parametrize(
    ("words", "message"), [one[1:] for one in MISTAKES], ids=[one[0] for one in MISTAKES]
)
def test_says_what_cannot_be_done(say, tmp_path, words, message):
    put(tmp_path, 1)
    put(tmp_path, 1, pipeline="web")
    status, _, err = say(*words)
    assert status == 1
    assert f"logsmith dlq: {message}" in err


@pytest.fixture
def connections(monkeypatch):
    """All that was opened from now on."""
    made = []

    def opening(*words, **more):
        made.append(open_database(*words, **more))
        return made[-1]

    monkeypatch.setattr(dead_letters, "open_database", opening)
    return made


COMMANDS = [
    "ls",
    "ls --limit 1",
    "show",
    "show main:2",
    "show main:9",
    "stats",
    "rm --yes",
    "replay -f own.conf",
]


@pytest.mark.parametrize("words", COMMANDS)
def test_closes_what_it_has_opened(say, tmp_path, connections, words):
    put(tmp_path, 1, 2)
    put(tmp_path, 3, pipeline="other")
    write(tmp_path, OWN, "own.conf")
    connections.clear()
    say(*words.split())
    assert connections
    for one in connections:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            one.execute("SELECT 1")


def test_finds_the_folders_that_the_settings_name(say, tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "pipelines.yml").write_text(
        f"- pipeline.id: own\n  config.string: ' '\n  path.dead_letter_queue: {tmp_path}/elsewhere\n"
    )
    put(tmp_path, 1, folder="spool/dead_letter_queue")
    put(tmp_path, 2, pipeline="own", folder="elsewhere")
    _, out, _ = say("ls", "--path.data", "spool")
    assert [line.split()[0] for line in out.splitlines()] == ["main:1", "own:1"]


# show, stats, rm


def test_shows_a_letter_whole(say, tmp_path):
    put(tmp_path, 1)
    status, out, _ = say("show", "1")
    assert (status, out) == (
        0,
        (
            "main:1\n"
            "    refused by  file, line 3, id archive\n"
            "    at          2026-11-20T00:00:01.000Z\n"
            "    because     key too long\n"
            "{\n"
            '    "@timestamp" => 2026-11-20T00:00:00.000Z,\n'
            '             "n" => 1,\n'
            '     "@metadata" => {\n'
            '        "index" => "logs"\n'
            "    }\n"
            "}\n\n"
        ),
    )


def test_shows_a_letter_as_json(say, tmp_path):
    put(tmp_path, 1)
    _, out, _ = say("show", "1", "--format", "json")
    assert json.loads(out) == {
        "pipeline": "main",
        "id": 1,
        "time": "2026-11-20T00:00:01Z",
        "plugin_type": "file",
        "plugin_id": "archive",
        "line": 3,
        "reason": "key too long",
        "event": {"@timestamp": "2026-11-20T00:00:00.000Z", "n": 1},
        "@metadata": {"index": "logs"},
    }


def damage(tmp_path, number: int) -> None:
    letters = DeadLetters(tmp_path / "data/dead_letter_queue", "main")
    letters._open().execute("UPDATE letters SET fields = '{}' WHERE id = ?", (number,))
    letters.close()


def test_a_damaged_letter_is_shown_as_such(say, tmp_path):
    put(tmp_path, 1, 2)
    damage(tmp_path, 1)
    status, out, _ = say("show")
    assert status == 1
    assert "    DAMAGED: its checksum is wrong\nmain:2\n" in out
    assert "DAMAGED: its checksum is wrong" in say("ls")[1]


def test_counts_letters_by_plugin_and_kind_of_reason(say, tmp_path):
    for number in range(3):
        put(tmp_path, number, refusal=PARSING._replace(reason=f"failed to parse field [n] in '{number}'"))
    put(tmp_path, 9)
    _, out, _ = say("stats")
    lines = out.splitlines()
    assert lines[0] == "main: 4 dead letters, from 2026-11-20T00:00:00Z to 2026-11-20T00:00:09Z"
    assert re.fullmatch(
        r"    [\d,]+ of at most 1,073,741,824 bytes by the settings given here; 0 damaged, 0 dropped, 0 expired so far",
        lines[1],
    )
    assert lines[2:] == [
        "       3  elasticsearch:7  failed to parse field [n] in …",
        "       1  file:3  key too long",
    ]
    assert json.loads(say("stats", "--format", "json")[1])["reasons"][1]["letters"] == 1


def test_removes_what_is_named_at_once_and_more_only_after_a_yes(say, tmp_path):
    put(tmp_path, 1, 2, 3)
    assert say("rm", "main:2") == (0, "1 dead letter removed\n", "")
    assert left(tmp_path) == [1, 3]
    status, _, err = say("rm", "--reason", "key")
    assert (status, left(tmp_path)) == (1, [1, 3])
    assert err == "logsmith dlq: this would remove 2 dead letters for good; add --yes if that is meant\n"
    assert say("rm", "--reason", "key", "--yes") == (0, "2 dead letters removed\n", "")
    assert left(tmp_path) == []


# replay


@pytest.fixture
def refusing(monkeypatch):
    """Have file outputs refuse events by their numbers; the set says which."""
    numbers, send = set(), File.send

    async def send_or_refuse(self, events):
        await send(self, [one for one in events if one.top("n") not in numbers])
        refused = [(one, "still too long") for one in events if one.top("n") in numbers]
        if refused:
            raise UndeliveredError("refused", refused=refused)

    monkeypatch.setattr(File, "send", send_or_refuse)
    return numbers


def test_sends_letters_again_and_removes_what_is_delivered(say, tmp_path):
    put(tmp_path, 1, 2, 3)
    assert say("replay", "-f", write(tmp_path, OWN)) == (0, "main: 3 dead letters: 3 delivered\n", "")
    assert (sent(tmp_path), left(tmp_path)) == ([1, 2, 3], [])


def test_what_is_refused_again_stays_with_the_new_reason(say, tmp_path, refusing):
    put(tmp_path, 1, 2, 3)
    refusing |= {2}
    status, out, _ = say("replay", "-f", write(tmp_path, OWN))
    assert (status, out) == (1, "main: 3 dead letters: 2 delivered, 1 refused again\n")
    assert (sent(tmp_path), left(tmp_path)) == ([1, 3], [2])
    assert "still too long" in say("ls")[1]


def test_only_the_output_that_refused_them_gets_letters_as_they_were(say, tmp_path):
    put(tmp_path, 1)
    put(tmp_path, 2, refusal=TOO_LONG._replace(plugin_id="no longer there"))
    twins = """input { stdin {} } filter { mutate { replace => { "n" => 99 } } } output {
      file { id => "other" path => "FOLDER/other.json" }
      file { id => "archive" path => "FOLDER/out.json" } }"""
    status, out, _ = say("replay", "-f", write(tmp_path, twins))
    assert status == 1
    assert "main: 2 dead letters: 1 delivered, 1 wanted by no output\n" in out
    assert (sent(tmp_path), sent(tmp_path, "other.json"), left(tmp_path)) == ([1], [], [2])


def test_sends_letters_of_several_pipelines_each_to_its_own(say, tmp_path):
    (tmp_path / "config").mkdir()
    put(tmp_path, 1)
    put(tmp_path, 2, pipeline="web")
    write(tmp_path, OWN)
    write(tmp_path, OWN.replace("out.json", "web.json").replace("5044", "5045"), "web.conf")
    (tmp_path / "config" / "pipelines.yml").write_text(
        "- {pipeline.id: main, path.config: pipeline.conf}\n- {pipeline.id: web, path.config: web.conf}\n"
    )
    assert say("replay")[0] == 0
    assert (sent(tmp_path), sent(tmp_path, "web.json")) == ([1], [2])


MEND = """filter {
  mutate { add_field => { because => "%{[@metadata][dead_letter_queue][reason]}" } }
  if [n] == 2 { drop {} }
  if [n] == 3 { clone { clones => ["twin"] } }
}
output { if [n] != 4 { file { path => "FOLDER/out.json" } } }"""


def test_sends_letters_through_the_filters_and_outputs_of_another_file(say, tmp_path):
    put(tmp_path, 1, 2, 3, 4)
    put(tmp_path, 5, pipeline="web")
    status, out, _ = say("replay", "--through", write(tmp_path, MEND))
    assert status == 1
    assert out.splitlines() == [
        "main: 4 dead letters: 2 delivered, 1 wanted by no output, 1 dropped by filters",
        "    1 stay: filters of the file drop them; `logsmith dlq rm` removes letters",
        "    1 stay: no output of the file wants them",
        "web: 1 dead letter: 1 delivered",
    ]
    assert sent(tmp_path) == [1, 3, 3, 5]
    assert '"because":"key too long"' in (tmp_path / "out.json").read_text()
    assert (left(tmp_path), left(tmp_path, "web")) == ([2, 4], [])


def test_a_letter_stays_as_it_was_if_anything_made_of_it_is_refused(say, tmp_path, refusing):
    put(tmp_path, 1, 3)
    refusing |= {3}
    say("replay", "--through", write(tmp_path, MEND))
    letters = DeadLetters(tmp_path / "data/dead_letter_queue", "main")
    (stays,) = letters.read()
    assert (stays.id, stays.fields, stays.reason) == (
        2,
        b'{"@timestamp":"2026-11-20T00:00:00.000Z","n":3}',
        "still too long",
    )
    letters.close()


def test_what_nobody_can_trace_back_becomes_a_letter_of_its_own(say, tmp_path, refusing):
    put(tmp_path, 1)
    refusing |= {7}
    untraced = """filter { clone { clones => ["twin"] }
      if [type] == "twin" or "twin" in [tags] {
        mutate { replace => { "n" => 7 } remove_field => ["[@metadata][dead_letter_queue]"] }
        mutate { convert => { "n" => "integer" } } } }
      output { file { path => "FOLDER/out.json" } }"""
    say("replay", "--through", write(tmp_path, untraced))
    assert (sent(tmp_path), left(tmp_path)) == ([1], [7])


def test_a_trial_sends_nothing(say, tmp_path):
    put(tmp_path, 1, 4)
    status, out, _ = say("replay", "--through", write(tmp_path, MEND), "--dry-run")
    assert (status, sent(tmp_path), left(tmp_path)) == (1, [], [1, 4])
    assert out.splitlines() == [
        "main: 2 dead letters; nothing was sent",
        "    1 events would go to file (line 6)",
        "    1 stay: no output of the file wants them",
    ]


def test_keeps_delivered_letters_if_asked_to(say, tmp_path):
    put(tmp_path, 1)
    assert say("replay", "-f", write(tmp_path, OWN), "--keep")[0] == 0
    assert (sent(tmp_path), left(tmp_path)) == ([1], [1])


def test_sends_so_many_of_those_that_are_meant(say, tmp_path):
    put(tmp_path, *range(1, 8))
    say("replay", "-f", write(tmp_path, OWN), "--since", "2026-11-20T00:00:03Z", "--limit", "2")
    assert (sent(tmp_path), left(tmp_path)) == ([3, 4], [1, 2, 5, 6, 7])
    say("replay", "-f", "pipeline.conf", "--newest", "--limit", "1")
    assert sent(tmp_path) == [3, 4, 7]


def test_a_damaged_letter_stays(say, tmp_path):
    put(tmp_path, 1, 2)
    damage(tmp_path, 1)
    status, out, _ = say("replay", "-f", write(tmp_path, OWN))
    assert (status, out) == (1, "main: 2 dead letters: 1 delivered, 1 damaged\n")
    assert say("ls")[1].startswith("main:1 ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("output { fil {} }", "the letters of main cannot be sent: mend.conf has mistakes, see above"),
        (
            'output { pipeline { send_to => "shop" } }',
            "mend.conf sends to other pipelines (shop), which do not run here",
        ),
    ],
)
def test_refuses_a_pipeline_that_cannot_deliver(say, tmp_path, text, message):
    put(tmp_path, 1)
    status, _, err = say("replay", "--through", write(tmp_path, text, "mend.conf"))
    assert (status, left(tmp_path)) == (1, [1])
    assert f"logsmith dlq: {message}\n" in err


def test_two_replays_at_once_are_refused(say, tmp_path):
    put(tmp_path, 1)
    with (tmp_path / "data/dead_letter_queue/main/.replay").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        status, _, err = say("replay", "-f", write(tmp_path, OWN))
    assert (status, left(tmp_path)) == (1, [1])
    assert "another replay of the dead letters in" in err


LETTERS = 20_000


def start_long_replay(tmp_path) -> subprocess.Popen:
    """Start a replay in a process, and return it when it has begun to deliver."""
    put(tmp_path, *range(LETTERS))
    words = ["dlq", "replay", "-f", write(tmp_path, OWN)]
    one = subprocess.Popen(
        [sys.executable, "-m", "logsmith", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline and one.poll() is None:
        if (tmp_path / "out.json").exists() and (tmp_path / "out.json").stat().st_size > 50_000:
            return one
        time.sleep(0.005)
    raise AssertionError(one.communicate())


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)])
def test_a_replay_that_ends_in_the_middle_loses_nothing(say, tmp_path, number, status):
    one = start_long_replay(tmp_path)
    os.kill(one.pid, number)
    one.communicate(timeout=WAIT_S)
    assert one.returncode == status
    lines = (tmp_path / "out.json").read_text().splitlines(keepends=True)
    whole = [json.loads(line)["n"] for line in lines if line.endswith("\n")]
    stays = left(tmp_path)
    assert stays, "it was too quick for this test"
    assert set(whole) | set(stays) == set(range(LETTERS))
    assert len(set(whole) & set(stays)) <= 500
    assert say("replay", "-f", "pipeline.conf")[0] == 0
    text = (tmp_path / "out.json").read_text()
    assert {int(found) for found in re.findall(r'"n":(\d+)}\n', text)} == set(range(LETTERS))
    assert left(tmp_path) == []


def test_the_help_teaches(say, capsys):
    with pytest.raises(SystemExit):
        main(["dlq", "replay", "--help"])
    out = capsys.readouterr().out
    for words in ("-f pipeline.conf", "--through mend.conf", "--dry-run", "loses\nnothing"):
        assert words in out


def test_the_marks_of_a_replay_are_those_of_the_input(say, tmp_path):
    put(tmp_path, 1)
    marks = 'output { file { path => "FOLDER/out.json" codec => line { format => "%{[@metadata][dead_letter_queue]}" } } }'
    say("replay", "--through", write(tmp_path, marks))
    assert set(json.loads((tmp_path / "out.json").read_text())) == {
        "plugin_type",
        "plugin_id",
        "reason",
        "entry_time",
        "id",
    }
