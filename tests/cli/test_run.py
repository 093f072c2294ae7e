"""The command: what it says, what it returns, and that it runs a pipeline from the first event to the last."""

import gc
import http.client
import json
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import logsmith
from logsmith import log
from logsmith.cli import main
from logsmith.config.settings_table import ROWS, Kind

GOOD = 'input { generator { count => 2 } } output { stdout { codec => line { format => "%{message}" } } }'
ENDLESS = "input { generator { } } output { null { } }"
API_TLS = ("-S", "api.ssl.enabled=true", "-S", "api.ssl.keystore.password=geheim")
WAIT_S = 20


@pytest.fixture(autouse=True)
def _alone(monkeypatch, tmp_path):
    """A folder of its own, the log and the garbage collector as they were."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LS_SETTINGS_DIR", raising=False)
    yield
    log.configure()
    gc.enable()


@pytest.fixture
def say(capsys):
    """Run the command in this process; return its exit status, standard output and standard error."""

    def run(*words: str) -> tuple[int, str, str]:
        status = main(words)
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


def test_the_version_is_there_at_once(say, monkeypatch):
    before = set(sys.modules)
    assert say("--version") == (0, f"logsmith {logsmith.__version__}\n", "")
    assert say("-V")[0] == 0
    assert set(sys.modules) == before


def test_the_version_beside_other_flags(say):
    assert say("--version", "-w", "3") == (0, f"logsmith {logsmith.__version__}\n", "")


@pytest.mark.slow
def test_the_version_takes_less_than_the_blink_of_an_eye():
    times = []
    for _ in range(3):
        started = time.monotonic()
        subprocess.run([sys.executable, "-m", "logsmith", "--version"], check=True, capture_output=True)
        times.append(time.monotonic() - started)
    assert min(times) < 0.15


def test_help_goes_to_standard_output(say):
    status, out, err = say("--help")
    assert (status, err) == (0, "")
    assert out.startswith("logsmith runs Logstash pipelines, unchanged.")


REFUSED = [
    (
        "an unknown flag",
        ["--pipeline.wrkers", "2"],
        "ERROR: there is no flag --pipeline.wrkers; did you mean --pipeline.workers?\nSee: logsmith --help\n",
    ),
    (
        "no pipeline",
        [],
        "ERROR: no pipeline was given: name its file with -f, its text with -e, or list several in pipelines.yml\nSee: logsmith --help\n",
    ),
    ("two pipelines", ["-e", GOOD, "-f", "x"], "path.config (-f) and config.string (-e) exclude each other"),
    ("text that is to be reloaded", ["-r", "-e", GOOD], "config.string (-e) cannot be reloaded (-r)"),
    ("an unknown setting", ["-e", GOOD, "-S", "pipeline.worker=2"], "did you mean pipeline.workers?"),
    ("a bad value", ["-e", GOOD, "-w", "many"], "pipeline.workers is a positive integer, not"),
    (
        "a path that matches nothing",
        ["-f", "no*.conf"],
        "no*.conf: error: no file to read: nothing matches path.config",
    ),
    (
        "a pipeline that is wrong",
        ["-e", "input { generator { cuont => 2 } } output { null {} }"],
        "did you mean",
    ),
    (
        "root, where that is forbidden",
        ["-e", GOOD, "-S", "allow_superuser=false"],
        "logsmith cannot run as root",
    ),
    (
        "an id that is no folder's name",
        ["-e", GOOD, "--pipeline.id", "a/b"],
        "pipeline.id 'a/b' cannot be the name of a folder",
    ),
    (
        "order with several workers",
        ["-e", GOOD, "-w2", "--pipeline.ordered", "true"],
        "requires the use of a single pipeline worker",
    ),
    (
        "a password that is missing",
        ["-e", GOOD, "-S", "api.auth.type=basic"],
        "wants api.auth.basic.username",
    ),
    (
        "an age that is none",
        ["-e", GOOD, "-S", "dead_letter_queue.retain.age=2"],
        "dead_letter_queue.retain.age wants a number and a unit",
    ),
    (
        "an API with TLS without a keystore",
        ["-e", GOOD, "-S", "api.ssl.enabled=true"],
        "api.ssl.enabled wants api.ssl.keystore.path and api.ssl.keystore.password",
    ),
    (
        "an API with a keystore that is not there",
        ["-e", GOOD, *API_TLS, "-S", "api.ssl.keystore.path=nosuch.p12"],
        "api.ssl: keystore nosuch.p12: No such file or directory",
    ),
    (
        "an API with a keystore that is none",
        ["-e", GOOD, *API_TLS, "-S", f"api.ssl.keystore.path={__file__}"],
        "(is its password right?)",
    ),
    (
        "an API with a protocol that there is not",
        [
            "-e",
            GOOD,
            *API_TLS,
            "-S",
            f"api.ssl.keystore.path={__file__}",
            "-S",
            "api.ssl.supported_protocols=TLSv9",
        ],
        "TLSv9",
    ),
]


@pytest.mark.parametrize(
    ("words", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_refuses_and_says_why(say, monkeypatch, words, message):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    status, out, err = say(*words)
    assert (status, out) == (1, "")
    assert message in err


@pytest.mark.parametrize(
    ("words", "message"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_a_check_refuses_what_a_start_refuses(say, monkeypatch, words, message):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    status, out, err = say("-t", *words)
    assert status == 1
    assert message in out + err
    assert "Configuration OK" not in out


def test_a_check_says_which_settings_have_no_effect(say):
    status, _, err = say("-t", "-e", GOOD, "--path.logs", "/var/log/logsmith")
    assert status == 0
    assert (
        "settings: warning: the setting path.logs has no effect: the log goes to standard error, not to files"
        in err
    )


def test_no_setting_is_ignored_without_a_word(say):
    """What help calls without effect is warned of where it is set; the example is not the default."""
    rows = [row for row in ROWS if row.meaning.startswith("No effect: ")]
    examples = {Kind.BOOLEAN: lambda row: not row.default, Kind.TIME: lambda _: "3s", Kind.STRING: _another}
    words = [
        f"{row.name}={examples.get(row.kind, lambda _: '77')(row)}".replace("True", "true").replace(
            "False", "false"
        )
        for row in rows
    ]
    status, _, err = say("-t", "-e", GOOD, *(word for one in words for word in ("-S", one)))
    assert status == 0
    assert [row.name for row in rows if f"warning: the setting {row.name} has no effect: " not in err] == []


def _another(row):
    return next((one for one in row.choices if one != row.default), "x")


def test_the_compiled_pipeline_is_logged_if_that_is_asked_for(say, monkeypatch):
    # A backslash is written twice in Python's text, and four times where that is in JSON
    monkeypatch.setattr(log, "hide", lambda _, hide=log.hide: hide({"SECRET": "ge\\heim"}))
    asked = ("-t", "--config.debug", "-e", 'filter { if [token] == "ge\\heim" { drop {} } } ' + GOOD)
    err = say(*asked, "--log.level", "debug")[2]
    (line,) = [one for one in err.splitlines() if "compiled pipeline" in one]
    assert "def filters(events" in line
    assert "${SECRET}" in line
    assert "heim" not in line
    assert "def filters" in say(*asked, "--log.level", "trace")[2]
    assert "def filters" not in say(*asked)[2]
    assert "def filters" not in say("-t", "--log.level", "debug", "-e", GOOD)[2]


NEGATIVE = (
    "pipeline.stop_limit=-1",
    "config.reload.interval=-3s",
    "queue.max_bytes=-1",
    "queue.max_events=-1",
)


@pytest.mark.parametrize("setting", NEGATIVE)
def test_less_than_nothing_is_refused(say, setting):
    status, _, err = say("-t", "-e", GOOD, "-S", setting)
    assert status == 1
    assert f"error: {setting.partition('=')[0]} is " in err
    assert "0 or more" in err


def test_a_settings_folder_that_was_chosen_and_is_not_there_is_warned_of(say, tmp_path):
    assert "there is no folder" not in say("-t", "-e", GOOD)[2]
    status, _, err = say("-t", "-e", GOOD, "--path.settings", "nosuch")
    assert status == 0
    assert (
        'command line: warning: there is no folder "nosuch" for path.settings: every setting has its default'
        in err
    )


def test_what_has_no_place_in_a_text_has_none_in_json(say):
    words = ("-t", "-e", GOOD, "-w", "2", "--pipeline.ordered", "true", "--log.format", "json")
    (found,) = [json.loads(line) for line in say(*words)[1].splitlines()]
    assert (found["file"], found["line"], found["column"]) == ("settings", None, None)


def test_a_check_that_finds_nothing(say):
    status, out, err = say("-t", "-e", GOOD)
    assert (status, out) == (0, "Configuration OK\n")
    assert "Config Validation Result: OK. Exiting Logstash" in err


MISTAKES = "input { generator { } }\nfilter { mutate { nosuch => 1 } }\noutput { nosuch { } }\n"


def test_a_check_tells_all_mistakes_with_their_places(say, tmp_path):
    (tmp_path / "main.conf").write_text(MISTAKES)
    status, out, _ = say("-t", "-f", "main.conf")
    assert status == 1
    assert "main.conf:2:19: error: " in out
    assert "main.conf:3:10: error: " in out
    assert "Configuration OK" not in out


def test_a_check_speaks_json(say, tmp_path):
    (tmp_path / "main.conf").write_text(MISTAKES)
    status, out, _ = say("-t", "-f", "main.conf", "--log.format", "json")
    found = [json.loads(line) for line in out.splitlines()]
    assert status == 1
    assert [(one["file"], one["line"], one["severity"]) for one in found] == [
        ("main.conf", 2, "error"),
        ("main.conf", 3, "error"),
    ]
    assert say("-t", "-e", GOOD, "--log.format", "json")[:2] == (0, "")


def test_a_check_needs_no_data_directory(say, tmp_path):
    assert say("-t", "-e", GOOD)[0] == 0
    assert list(tmp_path.iterdir()) == []


def test_prints_what_a_pipeline_becomes(say):
    status, out, _ = say("compile", "-e", "input { stdin {} } filter { drop {} } output { null {} }")
    assert status == 0
    assert "def filters(events, tally)" in out
    compile(out, "printed", "exec")


def test_compile_says_what_is_wrong(say):
    assert say("compile")[0] == 1
    assert say("compile", "-e", "filter { nosuch {} }")[0] == 1
    assert say("compile", "--help")[1].startswith("logsmith compile prints the Python")


LEFT = {
    "a queue": ("queue/main/page.0", b"events", "a persisted queue of Logstash"),
    "dead letters": ("dead_letter_queue/main/3.log", b"1letters", "dead letters of Logstash"),
    "no dead letters, but a segment": ("dead_letter_queue/main/3.log", b"1", None),
    "a queue of another pipeline": ("queue/other/page.0", b"events", None),
}


@pytest.mark.parametrize(("name", "content", "words"), LEFT.values(), ids=LEFT)
def test_what_a_logstash_has_left_in_the_data_folder_is_warned_of(say, tmp_path, name, content, words):
    path = tmp_path / "data" / name
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    status, out, _ = say("-t", "-e", GOOD)
    assert status == 0
    assert ("which" in out and words in out) if words else out == "Configuration OK\n"


NO_PLACE = {
    "a queue": ("path.queue", ["-S", "queue.type=persisted"]),
    "dead letters": ("path.dead_letter_queue", []),
}


@pytest.mark.parametrize(("setting", "words"), NO_PLACE.values(), ids=NO_PLACE)
def test_a_start_is_refused_where_nothing_can_be_kept(say, tmp_path, setting, words):
    (tmp_path / "file").touch()
    status, _, err = say("-e", GOOD, "--api.enabled=false", "-S", f"{setting}=file/below", *words)
    assert status == 1
    assert f"{setting}: '{tmp_path}/file' cannot be used: Not a directory" in err


WITHOUT_INPUTS = {
    "an empty file": ("", "hint: nothing but comments or blanks is in it\n"),
    "comments only": ("# input { stdin { } }\n", "hint: nothing but comments or blanks is in it\n"),
    "an output alone": ("output { null { } }", ""),
}


@pytest.mark.parametrize(("text", "hint"), WITHOUT_INPUTS.values(), ids=WITHOUT_INPUTS)
def test_a_pipeline_without_an_input_is_warned_of(say, tmp_path, text, hint):
    (tmp_path / "main.conf").write_text(text)
    warning = f"main.conf: warning: the pipeline has no input, so it ends at once\n{hint}Configuration OK\n"
    assert say("-t", "-f", "main.conf")[:2] == (0, warning)


def test_there_is_no_ruby_shell(say):
    status, _, err = say("-i", "irb")
    assert status == 1
    assert "the setting interactive has no effect: there is no Ruby shell here" in err


@pytest.mark.parametrize("command", ["docs", "demo --output", "certs --out"])
def test_a_folder_that_cannot_be_made_is_told_in_words(say, tmp_path, command):
    (tmp_path / "file").touch()
    status, _, err = say(*command.split(), "file/below")
    assert status == 1
    assert err.endswith("file/below: Not a directory\n")
    assert "Errno" not in err


class Started:
    """The command in a process of its own."""

    def __init__(self, folder, *words: str) -> None:
        port = ("--api.http.port", "0") if "--api.enabled" not in words else ()
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [sys.executable, "-m", "logsmith", "--path.data", str(folder), *port, *words]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        self.log = ""

    def wait_for(self, words: str) -> str:
        """Return the first line of the log with these words."""
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            for line in self.log.splitlines():
                if words in line:
                    return line
            if select.select([self.process.stderr], [], [], 1)[0]:
                chunk = os.read(self.process.stderr.fileno(), 65536).decode()
                assert chunk, f"ended without {words!r}: {self.log}"
                self.log += chunk
        raise AssertionError(f"{words!r} was not logged: {self.log}")

    def end(self, number: int | None = None) -> tuple[int, str]:
        if number is not None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=WAIT_S)
        self.log += err.decode()
        return self.process.returncode, out.decode()

    def workers(self) -> list[int]:
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in path.read_text().split()]


@pytest.fixture
def start(tmp_path):
    started = []

    def start_one(*words: str) -> Started:
        started.append(Started(tmp_path / "data", *words))
        return started[-1]

    yield start_one
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


@pytest.mark.slow
def test_runs_a_pipeline_to_its_end(start):
    one = start("-e", GOOD)
    assert one.end() == (0, "Hello world!\nHello world!\n")
    for words in (
        "Starting Logstash",
        "Starting pipeline",
        "Pipeline started",
        "Pipeline terminated",
        "Logstash shut down.",
    ):
        assert words in one.log


@pytest.mark.slow
def test_a_sigterm_ends_it_well(start):
    one = start("-e", ENDLESS)
    one.wait_for("Pipelines running")
    assert one.end(signal.SIGTERM) == (0, "")
    assert "SIGTERM received. Shutting down." in one.log


@pytest.mark.slow
def test_a_stop_that_loses_events_is_not_clean(start):
    away = 'elasticsearch { hosts => ["http://127.0.0.1:9"] }'
    one = start("-e", f"input {{ generator {{ }} }} output {{ {away} }}", "-S", "pipeline.stop_limit=1s")
    one.wait_for("events not delivered, trying again")
    assert one.end(signal.SIGTERM)[0] == 1
    assert "events are lost: nobody sends them again" in one.log


@pytest.mark.slow
def test_goes_on_counting_when_a_worker_is_killed(start):
    one = start("-e", ENDLESS)
    line = one.wait_for("Successfully started Logstash API endpoint")
    port = json.loads(line.partition("endpoint ")[2])["port"]
    one.wait_for("Pipelines running")

    def ask(path: str) -> dict:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_S)
        connection.request("GET", path)
        with connection.getresponse() as response:
            body = json.loads(response.read())
        connection.close()
        return body

    deadline = time.monotonic() + WAIT_S
    while not (before := ask("/_node/stats/events")["events"]["in"]) and time.monotonic() < deadline:
        time.sleep(0.05)
    (pid,) = one.workers()
    os.kill(pid, signal.SIGKILL)
    one.wait_for("worker died, another takes its place")
    while not one.workers() and time.monotonic() < deadline:
        time.sleep(0.05)
    while (after := ask("/_node/stats/events")["events"]["in"]) <= before and time.monotonic() < deadline:
        time.sleep(0.05)
    assert after > before
    health = ask("/_health_report")
    assert health["status"] == "yellow"
    assert health["indicators"]["pipelines"]["indicators"]["main"]["diagnosis"][0]["id"].endswith(
        "5m-recovery-recent"
    )
    assert one.end(signal.SIGTERM)[0] == 0


@pytest.mark.slow
def test_a_second_start_on_the_same_data_is_refused(start):
    first = start("-e", ENDLESS)
    first.wait_for("Pipelines running")
    second = start("-e", GOOD)
    assert second.end() == (1, "")
    assert "another logsmith uses the data directory" in second.log
    assert first.end(signal.SIGTERM)[0] == 0
