"""The benchmarks: their pipelines are right, their lines are what they say, their counts are whole, and their statistics hold."""

import json
import math
import random
import socket
import ssl
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from bench import gate
from bench.budgets import Figure, report
from bench.certificates import write_certificates
from bench.lines import FORMATS, KINDS, event, lines
from bench.load import Load, frame_window, send
from bench.machine import this_machine
from bench.measurement import Round, shares
from bench.processes import ServerError, cpu_seconds, memory, tree
from bench.significance import is_worse, sign_flip
from bench.soak import slope
from bench.table import medians, ratios, row
from bench.visitors import ADDRESSES, AGENTS, addresses, agents, choose, write_places
from bench.workload import PIPELINES_FOLDER, WORKLOADS, WORKLOADS_FOLDER, UnknownWorkloadError, find
from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.lumberjack.connection import Connection
from logsmith.plugins import Context

ROOT = Path(__file__).parents[1]
PIPELINES = sorted([*WORKLOADS_FOLDER.glob("*/logsmith.conf"), *PIPELINES_FOLDER.glob("*/logsmith.conf")])
BY_NAME = [pytest.param(one, id=one.name) for one in WORKLOADS]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("place")
    write_certificates(folder)
    write_places(folder / "places.mmdb")
    return folder


@pytest.fixture
def variables(place, monkeypatch):
    """The variables that the bench sets for a server."""
    for name, value in {
        "BENCH_PORT": "5044",
        "BENCH_CERTS": place,
        "BENCH_SINK": "9200",
        "BENCH_GEOIP": place / "places.mmdb",
        "BENCH_FILES": place,
    }.items():
        monkeypatch.setenv(name, str(value))


def compiled(path, tmp_path):
    compilation = compile_pipeline([Source(path.name, path.read_text())], Context(path_data=tmp_path))
    assert [one.message for one in compilation.diagnostics] == []
    return compilation.pipeline


@pytest.mark.parametrize("path", PIPELINES, ids=lambda path: path.parent.name)
@pytest.mark.usefixtures("variables")
def test_every_pipeline_passes_the_check_without_a_warning(path, tmp_path):
    assert compiled(path, tmp_path) is not None


@pytest.mark.parametrize("workload", BY_NAME)
def test_every_workload_has_the_files_of_the_peers_and_says_how_to_run_them(workload):
    for name, program in (("vector.yaml", "vector "), ("fluent-bit.yaml", "fluent-bit ")):
        text = (workload.folder / name).read_text()
        assert yaml.safe_load(text)
        assert text.startswith("# ")
        assert f"exec {program}" in "".join(text.splitlines(keepends=True)[:2])


def test_every_folder_belongs_to_a_workload():
    assert {one.folder for one in WORKLOADS} == set(WORKLOADS_FOLDER.iterdir())
    assert len({one.number for one in WORKLOADS}) == len(WORKLOADS)


def test_a_workload_has_a_name_and_a_number():
    assert find("access") is find("1")
    with pytest.raises(
        UnknownWorkloadError, match="there is no workload 'nothing'; there are reference, access, "
    ):
        find("nothing")


FAILURES = {  # by workload: what may be tagged of its lines
    "reference": set(),
    "access": {"_geoip_lookup_failure"},  # private addresses are nowhere
    "json": set(),
    "pairs": set(),
    "services": {"_geoip_lookup_failure"},
    "formats": set(),
}


@pytest.mark.parametrize("name", FAILURES)
@pytest.mark.usefixtures("variables")
def test_the_lines_of_a_workload_are_what_its_filters_expect(name, tmp_path):
    tags = [
        tag for one in filtered(name, 400, tmp_path) for tag in one.get("tags", []) if tag.startswith("_")
    ]
    assert set(tags) <= FAILURES[name]
    assert len(tags) < 40


@pytest.mark.usefixtures("variables")
def test_every_line_of_the_misses_is_missed(tmp_path):
    assert all("_grokparsefailure" in one["tags"] for one in filtered("miss", 400, tmp_path))


@pytest.mark.usefixtures("variables")
def test_a_tenth_of_the_lines_matches_each_of_ten_patterns(tmp_path):
    apart = (
        {"url", "reason", "user", "class", "database", "mac", "role", "balancer", "queue", "command"}
        & one.keys()
        for one in filtered("formats", 100, tmp_path)
    )
    counts = {}
    for names in apart:
        key = frozenset(names)
        counts[key] = counts.get(key, 0) + 1
    assert sorted(counts.values()) == [10] * len(FORMATS)


def filtered(name, count, tmp_path):
    workload = find(name)
    events = [
        Event.from_map(json.loads(event(number, line)))
        for number, line in enumerate(lines(workload.kind, 0, count))
    ]
    return [one.to_map() for one in compiled(workload.pipeline, tmp_path).filter(events)]


@pytest.mark.parametrize("kind", KINDS)
def test_lines_are_the_same_for_each_run_and_events_are_about_one_kilobyte(kind):
    assert list(lines(kind, 4_000, 50)) == list(lines(kind, 4_000, 50))
    sizes = [len(event(number, line)) for number, line in enumerate(lines(kind, 0, 200))]
    assert 900 <= sum(sizes) / len(sizes) <= 1_250


def test_there_are_as_many_visitors_as_said_and_the_first_come_most_often():
    assert len(addresses()) == ADDRESSES
    assert len(set(agents())) == len(agents()) == AGENTS
    chosen = choose(agents(), 5_000, random.Random(1))
    assert chosen.count(agents()[0]) > 20 * max(1, chosen.count(agents()[-1]))


def test_a_window_is_what_the_protocol_says():
    connection = Connection()
    connection.receive_data(frame_window([b'{"a":1}', b'{"a":2}']))
    window = connection.next_window()
    assert [bytes(one) for one in window.events] == [b'{"a":1}', b'{"a":2}']
    assert window.ack() == b"2A\0\0\0\2"


def test_json_lines_arrive_whole_and_are_not_waited_for(place):
    taken = []
    with listening(place, taken) as port:
        load = Load(port=port, certificates=place, feed="lines", events=600, window=100, connections=2)
        sent = send(load)
    assert sent.events == 600
    assert sent.percentile(0.5) is None
    assert sum(one.count(b"\n") for one in taken) == 600
    assert {"message", "@timestamp"} <= json.loads(b"".join(taken[:1]).splitlines()[0]).keys()


class listening:  # noqa: N801  # it is used as a function
    """A server of JSON lines over mutual TLS, for two connections."""

    def __init__(self, certificates, taken):
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificates / "server.crt", certificates / "server.key")
        self._context.load_verify_locations(certificates / "ca.crt")
        self._context.verify_mode = ssl.CERT_REQUIRED
        self._taken = taken

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._take) for _ in range(2)]
        for one in self._threads:
            one.start()
        return self._listener.getsockname()[1]

    def _take(self):
        plain, _ = self._listener.accept()
        with self._context.wrap_socket(plain, server_side=True) as stream:
            read = b""
            while piece := stream.recv(65_536):
                read += piece
            self._taken.append(read)

    def __exit__(self, *_):
        for one in self._threads:
            one.join(20)
        self._listener.close()


@pytest.mark.slow
def test_a_small_run_counts_every_event_at_the_sink(tmp_path):
    figures = tmp_path / "figures.json"
    words = ["through", "--rounds", "1", "--events", "4000", "--warm-up", "4000", "--json", str(figures)]
    with subprocess.Popen(
        [sys.executable, "-m", "bench", *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as run:
        try:
            told, _ = run.communicate(timeout=120)
        finally:
            run.terminate()  # it ends its server
    assert run.returncode == 0, told
    assert told.splitlines()[2].split()[:3] == ["4", "through", "logsmith"]
    assert "did not come" not in told
    told = json.loads(figures.read_text())
    (workload,) = told["workloads"]
    measured = workload["servers"]["logsmith"]["median"]
    assert measured["events"] == 4_000
    assert measured["missing"] == 0
    assert measured["cpu_us"] > 0
    assert measured["pss_mib"] > 10
    assert measured["ack_p99_ms"] >= measured["ack_p50_ms"] > 0
    assert told["machine"]["cores"] >= 1


def round_of(**figures):
    shape = {"events": 1_000, "seconds": 1.0, "events_per_s": 1_000.0, "mib_per_s": 1.0, "cpu_us": 20.0}
    return Round(**{**shape, "rss_mib": 60.0, "pss_mib": 50.0, **figures})


def test_the_table_has_medians_and_a_dash_for_what_is_not_known():
    rounds = [round_of(cpu_us=20.0), round_of(cpu_us=26.0), round_of(cpu_us=21.0)]
    assert medians(rounds)["cpu_us"] == 21.0
    assert row(find("file"), "logsmith", rounds).split() == [
        "5", "file", "logsmith", "1000", "1.0", "21.00", "60", "50", "-", "-",
    ]  # fmt: skip


def test_ratios_are_of_each_pair():
    cpu, rate = ratios(
        [round_of(cpu_us=30.0), round_of(cpu_us=40.0)], [round_of(cpu_us=20.0), round_of(cpu_us=20.0)]
    )
    assert cpu.rounds == (1.5, 2.0)
    assert cpu.median == 1.75
    assert rate.rounds == (1.0, 1.0)


SIGN_FLIPS = {
    "all above zero: one way of 32": ([0.1, 0.2, 0.1, 0.3, 0.1], 1 / 32),
    "all below": ([-0.1, -0.2, -0.3], 1.0),
    "one below, and as far": ([0.1, 0.1, 0.1, -0.1], 5 / 16),
    "nothing at all": ([0.0, 0.0], 1.0),
}


@pytest.mark.parametrize(("values", "expected"), SIGN_FLIPS.values(), ids=SIGN_FLIPS)
def test_the_p_value_is_the_share_of_signs_with_as_large_a_mean(values, expected):
    assert sign_flip(values) == pytest.approx(expected)


def test_of_many_pairs_ways_are_drawn():
    assert sign_flip([0.1] * 20) < 0.001
    assert 0.4 < sign_flip([0.1, -0.1] * 10) < 0.8


VERDICTS = {
    "clearly worse": ([1.10, 1.09, 1.12, 1.08, 1.11, 1.10, 1.09, 1.10], True),
    "worse in all pairs, but by little": ([1.02, 1.03, 1.02, 1.01, 1.03, 1.02, 1.02, 1.02], False),
    "far worse in one pair only": ([0.98, 1.01, 2.40, 0.99, 1.00, 0.97, 1.02, 0.99], False),
    "better": ([0.9, 0.91, 0.89, 0.92, 0.9, 0.88, 0.9, 0.9], False),
    "as noisy as it is worse": ([1.5, 0.8, 1.4, 0.7, 1.3, 0.9, 1.2, 0.9], False),
}


@pytest.mark.parametrize(("pairs", "expected"), VERDICTS.values(), ids=VERDICTS)
def test_the_gate_fails_what_is_worse_by_much_and_not_by_chance(pairs, expected):
    assert is_worse(pairs, gate.MOST)[0] is expected


def test_the_gate_wants_enough_pairs_to_prove_anything(capsys):
    with pytest.raises(SystemExit):
        gate.parse(["--rounds", "4"])
    assert "fewer than 5 rounds can prove nothing" in capsys.readouterr().err


def test_the_gate_unpacks_a_commit_and_leaves_the_repository_alone(tmp_path):
    repository, base = tmp_path / "repository", tmp_path / "base"
    (repository / "logsmith").mkdir(parents=True)
    (repository / "logsmith" / "one.py").write_text("A = 1\n")

    def git(*words):
        identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org")
        return subprocess.run(
            ["git", *identity, *words], cwd=repository, check=True, capture_output=True
        ).stdout

    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    (repository / "logsmith" / "one.py").write_text("A = 2\n")
    assert (gate.unpack("HEAD", base, repository) / "logsmith" / "one.py").read_text() == "A = 1\n"
    assert (repository / "logsmith" / "one.py").read_text() == "A = 2\n"
    assert git("worktree", "list").count(b"\n") == 1
    with pytest.raises(ServerError, match="git has no 'nowhere'"):
        gate.unpack("nowhere", base, repository)


def test_the_slope_is_that_of_the_line_of_least_squares():
    assert slope([(0, 50.0), (10, 51.0), (20, 52.0)]) == pytest.approx(0.1)
    assert slope([(0, 50.0), (10, 52.0), (20, 50.0)]) == pytest.approx(0.0)
    assert slope([(5, 50.0)]) == 0.0


def test_a_figure_over_its_budget_is_marked_and_fails(capsys, tmp_path):
    kept = Figure(what="idle", value=58.2, unit="MiB", budget=60)
    over = Figure(what="two", value=1.07, budget=1.05)
    assert report(this_machine(), [kept, Figure(what="slope", value=9e9)]) == 0
    assert report(this_machine(), [kept, over], tmp_path / "f.json") == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.split() == ["two", "1.070", "budget", "1.05", "!"]
    assert json.loads((tmp_path / "f.json").read_text())["figures"][0]["budget"] == 60


def test_shares_are_of_the_documents_that_came_from_each_process(monkeypatch):
    monkeypatch.setattr("bench.measurement.tree", lambda _: [1, 2, 3])
    monkeypatch.setattr("bench.measurement.ports", {1: {9}, 2: {10, 11}, 3: {12}}.get)
    assert shares(1, {10: 5}, {10: 25, 11: 10, 12: 10}) == (0.75, 0.25)


def test_the_time_of_a_tree_counts_children_that_live_and_children_that_ended():
    busy = "sum(range(6_000_000))"
    code = (
        f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}]); {busy}; "
        "child = subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE); print(flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        assert len(tree(process.pid)) == 2
        assert memory(process.pid).pss > 2
        assert memory(process.pid).rss >= memory(process.pid).pss
        alone = subprocess.run(
            [sys.executable, "-c", f"import time; {busy}; print(time.process_time())"],
            capture_output=True,
            check=True,
        )
        assert cpu_seconds(process.pid) > 1.2 * float(alone.stdout)
        process.stdin.close()
    assert math.isclose(cpu_seconds(process.pid), 0.0)
