"""`logsmith demo`: it shows the truth, and fails when something is missing."""

import json
import re
import subprocess
import sys
from pathlib import Path

import maxminddb
import pytest

from logsmith.cli.demo import (
    MARK,
    PIPELINE,
    PLACES,
    SAMPLE,
    DemoError,
    _check,
    _clear,
    _document,
    _repeat,
    main,
)

SCRIPTS = Path(__file__).parents[2] / "scripts"
OK = '192.0.2.7 - - [20/Nov/2026:00:00:01 +0000] "GET / HTTP/1.1" 200 2 "-" "curl/8.9.1"'
ERROR = OK.replace(" 200 ", " 502 ")
HEALTH_CHECK = OK.replace("curl/8.9.1", "kube-probe/1.30")
SHIPPED = {0: OK, 10: ERROR, 20: HEALTH_CHECK, 30: "-"}

RIGHT = {
    "indices/accesslog-2026.11.20": [0, 10],
    "indices/unparsed": [30],
    "bucket/server-errors/2026/11/20/errors": [10],
}
WRONG = {
    "1 events are missing": RIGHT | {"indices/unparsed": []},
    "1 events were to be dropped and are there": RIGHT | {"indices/unparsed": [20, 30]},
    "1 events are there that nobody sent": RIGHT | {"indices/unparsed": [30, 99]},
    "1 events are there more than once": RIGHT | {"indices/unparsed": [10, 30]},
    "1 server errors are missing in the bucket": RIGHT | {"bucket/server-errors/2026/11/20/errors": []},
    "1 events are in the bucket and are no server errors": RIGHT
    | {"bucket/server-errors/2026/11/20/errors": [0, 10]},
}


def write(folder, files):
    for name, offsets in files.items():
        path = folder / f"{name}.ndjson"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps({"log": {"offset": offset}}) + "\n" for offset in offsets))


@pytest.mark.slow
def test_the_demo_ships_everything_and_finds_it_in_the_files(tmp_path, capsys):
    output = tmp_path / "out"
    assert main(["--output", str(output)]) == 0
    printed = capsys.readouterr().out
    assert PIPELINE.read_text().splitlines()[1] in printed  # the pipeline is on screen
    assert "400 events shipped and acknowledged" in printed
    assert sorted(str(path.relative_to(output)) for path in output.rglob("*.ndjson")) == [
        "bucket/server-errors/2026/11/19/errors.ndjson",
        "bucket/server-errors/2026/11/20/errors.ndjson",
        "indices/accesslog-2026.11.19.ndjson",
        "indices/accesslog-2026.11.20.ndjson",
        "indices/unparsed.ndjson",
    ]
    lines = (output / "indices" / "accesslog-2026.11.20.ndjson").read_text().splitlines()
    events = [json.loads(line) for line in lines]
    assert all(event["@timestamp"].startswith("2026-11-20T") for event in events)
    unknown = [event for event in events if "_geoip_lookup_failure" in event.get("tags", ())]
    assert 0 < len(unknown) < len(events)
    assert all("country_name" in event["source"]["geo"] for event in events if event not in unknown)
    assert f"{len(events):6} events  indices/accesslog-2026.11.20.ndjson" in printed


@pytest.mark.slow
def test_a_second_demo_replaces_what_the_first_one_wrote(tmp_path):
    for count in ("250", "120"):
        assert main(["--output", str(tmp_path), "--events", count]) == 0
    found = [
        json.loads(line)
        for path in (tmp_path / "indices").iterdir()
        for line in path.read_text().splitlines()
    ]
    lines = SAMPLE.read_text().splitlines()[:120]
    assert len(found) == len([line for line in lines if "kube-probe" not in line])


def test_the_demo_leaves_a_folder_alone_that_it_did_not_make(tmp_path, capsys):
    (tmp_path / "indices").mkdir()
    (tmp_path / "indices" / "precious").touch()
    assert main(["--output", str(tmp_path)]) == 1
    assert "is not empty and no demo made it" in capsys.readouterr().err
    assert (tmp_path / "indices" / "precious").exists()


def test_the_demo_clears_only_what_demos_write(tmp_path):
    _clear(tmp_path)
    (tmp_path / "notes").touch()
    write(tmp_path, RIGHT)
    _clear(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [MARK, "notes"]


@pytest.fixture
def changed(tmp_path, monkeypatch):
    """Give the demo its pipeline with a part of it replaced."""

    def change(old, new):
        text = PIPELINE.read_text()
        assert old in text
        path = tmp_path / "changed.conf"
        path.write_text(text.replace(old, new))
        monkeypatch.setattr("logsmith.cli.demo.PIPELINE", path)

    return change


FAILURES = {
    "a server that does not start": ("beats {", "nonsense {", "there is no input plugin 'nonsense'"),
    "a server without TLS": ("ssl_enabled => true", "ssl_enabled => false", "no TLS with the server"),
    "a server that trusts others": ("/ca.crt", "/server.crt", "not everything was acknowledged"),
    "a window that is refused": (
        "port =>",
        "max_window_events => 10 port =>",
        "not everything was acknowledged",
    ),
    "events that the pipeline drops": ("/^kube-probe/", "/./", "events are missing"),
    "events that it should drop": ("/^kube-probe/", "/^nothing/", "40 events were to be dropped"),
    "events that go to the wrong place": (">= 500", ">= 400", "are no server errors"),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", FAILURES)
def test_the_demo_fails_on(what, changed, tmp_path, capsys):
    old, new, complaint = FAILURES[what]
    changed(old, new)
    assert main(["--output", str(tmp_path / "out")]) == 1
    assert complaint in capsys.readouterr().err


@pytest.mark.slow
def test_the_demo_does_not_wait_for_ever(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("logsmith.cli.demo.SHIP_LIMIT_S", 0)
    assert main(["--output", str(tmp_path / "out")]) == 1
    assert "not everything was acknowledged within 0 s" in capsys.readouterr().err


def test_keep_says_where_certificates_and_log_are(changed, tmp_path, monkeypatch, capsys):
    changed("beats {", "nonsense {")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for words, is_kept in (([], False), (["--keep"], True)):
        main(["--output", str(tmp_path / "out"), *words])
        found = re.search(r"^kept: .* in (.+)$", capsys.readouterr().out, re.MULTILINE)
        assert (found is not None) is is_kept
        assert [path.name for path in tmp_path.glob("logsmith-demo-*/server.log")] == ["server.log"] * is_kept


def test_files_that_hold_what_they_should_are_no_problem(tmp_path):
    write(tmp_path, RIGHT)
    assert _check(tmp_path, SHIPPED) == []


@pytest.mark.parametrize("complaint", WRONG)
def test_files_that_do_not_hold_what_they_should_are_a_problem(tmp_path, complaint):
    write(tmp_path, WRONG[complaint])
    assert _check(tmp_path, SHIPPED) == [complaint]


@pytest.mark.parametrize(
    "words", [["--events", "0"], ["--events", "-1"], ["--events", "x"], ["--nonsense"], ["x"]]
)
def test_a_mistake_in_the_words_is_refused(words):
    with pytest.raises(SystemExit, match="2"):
        main(words)


def test_more_events_than_the_log_has_lines_repeat_it():
    assert _repeat(["ab", "ü"], 3) == {0: "ab", 3: "ü", 6: "ab"}
    assert _repeat(["ab", "ü"], 0) == {0: "ab", 3: "ü"}


def test_a_line_is_shipped_as_filebeat_ships_it():
    document = json.loads(_document(7, "ü"))
    assert document["message"] == "ü"
    assert document["log"] == {"offset": 7, "file": {"path": "/var/log/nginx/access.log"}}
    assert document["@metadata"]["beat"] == "filebeat"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", document["@timestamp"])


def test_the_sample_has_broken_lines_health_checks_and_server_errors():
    text = SAMPLE.read_text()
    assert text.count("\n") == 400
    assert text.count("kube-probe") == 40
    assert len(re.findall(r'" 5\d\d ', text)) > 20
    assert sum(re.search(r'" \d{3} ', line) is None for line in text.splitlines()) == 8


@pytest.mark.parametrize("script", ["make-demo-log", "make-demo-geoip"])
def test_the_bundled_files_are_what_their_scripts_make(tmp_path, script):
    made = tmp_path / "made"
    subprocess.run([sys.executable, SCRIPTS / script, made], check=True, capture_output=True)
    if script == "make-demo-log":
        assert made.read_bytes() == SAMPLE.read_bytes()
        return
    addresses = {line.split()[0] for line in SAMPLE.read_text().splitlines() if '" 2' in line}
    with maxminddb.open_database(made) as new, maxminddb.open_database(PLACES) as bundled:
        assert {one: new.get(one) for one in addresses} == {one: bundled.get(one) for one in addresses}
        assert any(new.get(one) is None for one in addresses)  # not every address is known


def test_an_output_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises((DemoError, OSError)):
        _clear(tmp_path / "file")
