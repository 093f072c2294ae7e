"""Reloads with real processes: what is asked for takes the place of what runs, and no client notices."""

import contextlib
import os
import select
import signal
import socket
from collections import Counter
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trio

from tests.cli.reloading import (
    Server,
    beats_to,
    check_all_there,
    deliver,
    free_port,
    numbers_in,
    ship_during,
)
from tests.fakes.elasticsearch import FakeElasticsearch

pytestmark = pytest.mark.slow


QUEUES = {"in memory": (), "persisted": ("queue.type: persisted",)}


@pytest.mark.parametrize("queue", QUEUES.values(), ids=QUEUES.keys())
def test_reloads_under_live_clients_lose_nothing_and_double_nothing(server, port, queue):
    server.write("main", beats_to(server.folder, port, "v0"), *queue)
    server.start()

    def reload_some_times() -> None:
        for version in range(1, 4):
            server.write("main", beats_to(server.folder, port, f"v{version}"), *queue)
            assert server.reload() == {"main": "success"}
            server.wait_for_line("out.txt", f"v{version} ")

    shippers = trio.run(ship_during, port, reload_some_times)
    server.logged()
    check_all_there(shippers, server.lines("out.txt"))


def test_a_bad_configuration_is_refused_and_the_old_one_runs_on(server, port):
    server.write("main", beats_to(server.folder, port, "old"))
    server.start()
    workers = server.started.workers()
    server.write("main", "input { beats { prot => 1 } } output { null { } }")
    status, body = server.ask("/_reload", "POST")
    assert (status, body["acknowledged"]) == (400, False)
    refused = body["pipelines"]["main"]
    assert refused["result"] == "failure"
    assert "main.conf:1:17: " in refused["message"]
    assert refused["diagnostics"][0]["hint"] == "did you mean port?" or "port" in str(refused["diagnostics"])
    deliver(port, 1)
    assert server.started.workers() == workers
    reloads = server.stats("main")["reloads"]
    assert (reloads["successes"], reloads["failures"]) == (0, 1)
    assert "main.conf:1:17: " in reloads["last_error"]["message"]
    assert reloads["last_failure_timestamp"] is not None
    assert server.ask("/_node/stats/reloads")[1]["reloads"] == {"successes": 0, "failures": 1}
    log = server.logged()
    assert "Failed to execute action" in log
    assert "PipelineAction::Reload<main>" in log
    assert server.lines("out.txt") == ["old 1"]


def test_counters_of_a_reloaded_pipeline_begin_anew_and_those_of_the_node_go_on(server, port):
    server.write("main", beats_to(server.folder, port, "old"))
    server.start()
    deliver(port, 1, 2, 3)
    server.wait(lambda: server.stats("main")["events"]["out"] == 3)
    old = server.stats("main")
    server.write("main", beats_to(server.folder, port, "new"))
    assert server.reload() == {"main": "success"}
    new = server.stats("main")
    assert new["events"]["out"] == 0
    assert (new["reloads"]["successes"], new["reloads"]["failures"]) == (1, 0)
    assert new["hash"] != old["hash"]
    assert new["ephemeral_id"] != old["ephemeral_id"]
    assert server.ask("/_node/stats/events")[1]["events"]["out"] == 3


def test_the_api_answers_while_a_reload_compiles(server, port):
    expressions = [f'"%{{COMBINEDAPACHELOG}} {number}"' for number in range(30)]
    filters = " ".join(f'grok {{ match => {{ "message" => {one} }} }}' for one in expressions)
    server.write("main", beats_to(server.folder, port, "old"))
    server.start()
    server.write("main", f"filter {{ {filters} }}" + beats_to(server.folder, port, "new"))
    server.started.process.send_signal(signal.SIGHUP)
    server.started.wait_for("SIGHUP received.")
    answered, errors = 0, server.started.process.stderr
    while "Converging pipelines state" not in server.started.log:  # all is compiled then
        answered += server.ask("/")[0] == 200
        if select.select([errors], [], [], 0)[0]:
            server.started.log += os.read(errors.fileno(), 65536).decode()
    assert answered > 10  # one for each filter at least, if this process gets half of the time


def test_sighup_reloads(server, port):
    server.write("main", beats_to(server.folder, port, "old"))
    server.start()
    server.write("main", beats_to(server.folder, port, "new"))
    server.started.process.send_signal(signal.SIGHUP)
    server.wait(lambda: server.stats("main")["reloads"]["successes"] == 1)
    deliver(port, 1)
    log = server.logged()
    assert "SIGHUP received." in log
    assert 'Reloading pipeline {"pipeline.id": "main"}' in log
    assert server.lines("out.txt") == ["new 1"]


def test_changes_are_looked_for_by_themselves(server, port):
    server.write("main", beats_to(server.folder, port, "old"))
    server.start("-S", "config.reload.automatic=true", "-S", "config.reload.interval=100ms")
    server.write("main", "input {")
    server.wait(lambda: server.stats("main")["reloads"]["failures"] == 1)
    server.write("main", beats_to(server.folder, port, "new"))
    server.wait(lambda: server.stats("main")["reloads"]["successes"] == 1)
    assert server.stats("main")["reloads"]["failures"] == 1
    deliver(port, 1)
    assert server.lines("out.txt") == ["new 1"]


def test_waits_for_a_pipeline_that_can_be_started(server, port):
    server.write("main", "input {")
    automatic = "-S", "config.reload.automatic=true", "-S", "config.reload.interval=100ms"
    server.start(*automatic, wait_for="cannot be started")
    server.write("main", beats_to(server.folder, port, "new"))
    server.started.wait_for('"running_pipelines": ["main"]')
    deliver(port, 1)
    assert server.lines("out.txt") == ["new 1"]


def test_pipelines_come_and_go_and_the_others_are_left_alone(server, port):
    other_port, new_port = free_port(), free_port()
    server.write("stays", beats_to(server.folder, port, "stays", "stays.txt"))
    server.write("goes", beats_to(server.folder, other_port, "goes"))
    server.start()
    workers = set(server.started.workers())

    def change() -> None:
        server.remove("goes")
        server.write("comes", beats_to(server.folder, new_port, "comes"))
        assert server.reload() == {"goes": "deleted", "comes": "success"}

    shippers = trio.run(ship_during, port, change)
    assert shippers.again == set()
    check_all_there(shippers, server.lines("stays.txt"))
    assert workers < set(server.started.workers())
    deliver(new_port, 7)
    assert server.lines("out.txt") == ["comes 7"]
    socket.create_server(("127.0.0.1", other_port)).close()  # it is free
    assert set(server.ask("/_node/stats/pipelines")[1]["pipelines"]) == {"stays", "comes"}


def test_workers_that_were_started_later_do_not_hold_the_port_of_a_pipeline_that_goes(server, port):
    other_port = free_port()
    server.write("goes", beats_to(server.folder, other_port, "goes"))
    server.write("stays", beats_to(server.folder, port, "old"))
    server.start()
    server.write("stays", beats_to(server.folder, port, "new"))
    assert server.reload() == {"stays": "success"}
    server.remove("goes")
    assert server.reload() == {"goes": "deleted"}
    socket.create_server(("127.0.0.1", other_port)).close()
    deliver(port, 1)


def test_a_pipeline_moves_to_another_port(server, port):
    server.write("main", beats_to(server.folder, port, "old"))
    server.start()
    other_port = free_port()
    server.write("main", beats_to(server.folder, other_port, "new"))
    assert server.reload() == {"main": "success"}
    deliver(other_port, 1)
    socket.create_server(("127.0.0.1", port)).close()


@pytest.mark.parametrize("hosts", [("127.0.0.1", "0.0.0.0"), ("0.0.0.0", "127.0.0.1")])
def test_a_port_gets_another_host_under_live_clients(server, port, hosts):
    old, new = (
        beats_to(server.folder, port, mark).replace("127.0.0.1", host)
        for mark, host in zip(("old", "new"), hosts, strict=True)
    )
    server.write("main", old)
    server.start()

    def change() -> None:
        server.write("main", new)
        assert server.reload() == {"main": "success"}
        server.wait_for_line("out.txt", "new ")

    shippers = trio.run(ship_during, port, change)
    server.logged()
    check_all_there(shippers, server.lines("out.txt"))


def test_a_port_that_is_taken_is_refused_before_anything_stops(server, port):
    server.write("main", beats_to(server.folder, port, "old"))
    server.start()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        server.write("main", beats_to(server.folder, taken.getsockname()[1], "new"))
        assert server.reload() == {"main": "failure"}
    deliver(port, 1)
    assert server.lines("out.txt") == ["old 1"]
    assert "address already in use" in server.stats("main")["reloads"]["last_error"]["message"]


def test_a_pipeline_that_reads_standard_input_is_not_reloaded(server):
    server.write("main", "input { stdin { } generator { } } output { null { } }")
    server.start()
    server.write("main", "input { generator { } } output { null { } }")
    assert server.reload() == {"main": "failure"}
    message = "Cannot reload pipeline, because the existing pipeline is not reloadable"
    assert server.stats("main")["reloads"]["last_error"]["message"].startswith(message)


def test_pipelines_that_send_to_each_other_are_swapped_together(server, port):
    inner = 'input {{ pipeline {{ address => inner }} }} output {{ file {{ path => "{}" codec => line {{ format => "{} %{{n}}" }} }} }}'
    path = server.folder / "out.txt"
    outer = f'input {{ beats {{ port => {port} host => "127.0.0.1" }} }} output {{ pipeline {{ send_to => inner }} }}'
    server.write("outer", outer)
    server.write("inner", inner.format(path, "old"))
    server.start()
    deliver(port, -1)

    def change() -> None:
        server.write("inner", inner.format(path, "new"))
        assert server.reload() == {"inner": "success"}
        server.wait_for_line("out.txt", "new ")

    shippers = trio.run(ship_during, port, change)
    server.wait(lambda: server.stats("outer")["events"]["out"] == len(server.lines("out.txt")))
    assert server.stats("inner")["events"]["out"] < len(server.lines("out.txt"))
    check_all_there(shippers, [line for line in server.lines("out.txt") if "-1" not in line])


def test_a_file_is_read_on_where_the_old_worker_left_it(server):
    source = server.folder / "source.log"

    def following(mark: str) -> str:
        return f"""
        input {{ file {{ path => "{source}" start_position => beginning stat_interval => 0.05 }} }}
        output {{ file {{ path => "{server.folder / "out.txt"}" codec => line {{ format => "{mark} %{{message}}" }} }} }}
        """

    def append(*numbers: int) -> None:
        with source.open("a") as file:
            file.write("".join(f"{number}\n" for number in numbers))

    append(0)
    server.write("main", following("v0"))
    server.start()
    for version in range(1, 4):
        server.wait(lambda: len(server.lines("out.txt")) == 100 * (version - 1) + 1)  # noqa: B023  called here
        append(*range(100 * (version - 1) + 1, 100 * version + 1))
        server.write("main", following(f"v{version}"))
        assert server.reload() == {"main": "success"}
    server.wait(lambda: len(server.lines("out.txt")) >= 301)
    server.logged()
    assert numbers_in(server.lines("out.txt")) == Counter(range(301))


def test_a_queue_is_read_on_by_fewer_workers(server, port):
    dead = free_port()
    text = f"""
    input {{ beats {{ port => {port} host => "127.0.0.1" }} }}
    output {{ elasticsearch {{ id => "kept" hosts => "http://127.0.0.1:{dead}" data_stream => false index => "i" }} }}
    """
    server.write("main", text, "queue.type: persisted")
    server.start("-S", "pipeline.stop_limit=1s")
    shippers = trio.run(ship_during, port, partial(server.wait, lambda: _written(server) > 1000))
    with FakeElasticsearch() as cluster:
        server.write(
            "main", text.replace(str(dead), str(urlsplit(cluster.url).port)), "queue.type: persisted"
        )
        listed = server.folder / "config" / "pipelines.yml"
        listed.write_text(listed.read_text().replace("workers: 2", "workers: 1"))
        assert server.reload() == {"main": "success"}
        stored = partial(cluster.documents.get, "i", {})
        server.wait(lambda: {one["n"] for one in list(stored().values())} >= shippers.sent)


def _written(server: Server) -> int:
    return server.stats("main")["events"]["out"]


@pytest.fixture
def patterns(server, port):
    """A pattern file of a pipeline that runs; it finds letters."""
    folder = server.folder / "patterns"
    folder.mkdir()
    file = folder / "mine"
    file.write_text("WORD_OR_SO [a-z]+\n")
    text = f"""
    input {{ beats {{ port => {port} host => "127.0.0.1" }} }}
    filter {{ grok {{ patterns_dir => ["{folder}"] match => {{ "n" => "^%{{WORD_OR_SO:found}}$" }} }} }}
    output {{ file {{ path => "{server.folder / "out.txt"}" codec => line {{ format => "%{{found}}" }} }} }}
    """
    server.write("main", text)
    server.start()
    return file


def test_a_changed_pattern_file_reloads_the_pipeline(server, port, patterns):
    assert server.reload() == {}
    patterns.write_text("WORD_OR_SO [0-9]+\n")
    assert server.reload() in ({"main": "success"}, {})  # nothing, if it was seen before it was asked for
    deliver(port, 12)
    assert server.lines("out.txt") == ["12"]


def _reloads(server: Server) -> tuple[int, int]:
    told = server.stats("main")["reloads"]
    return told["successes"], told["failures"]


def test_a_changed_pattern_file_needs_nobody_to_ask_and_takes_no_other_change_along(server, port, patterns):
    server.write("main", "output { this is no pipeline")
    patterns.write_text("WORD_OR_SO %{NOBODY_KNOWS}\n")
    server.wait(lambda: _reloads(server) == (0, 1))
    patterns.write_text("WORD_OR_SO [0-9]+\n")
    server.wait(lambda: _reloads(server) == (1, 1))
    deliver(port, 12)
    assert server.lines("out.txt") == ["12"]


def test_an_output_that_is_away_does_not_hold_up_a_reload_for_ever(server, port):
    dead = free_port()
    away = f'output {{ elasticsearch {{ hosts => "http://127.0.0.1:{dead}" }} }}'
    server.write("main", f'input {{ beats {{ port => {port} host => "127.0.0.1" }} }} {away}')
    server.start("-S", "pipeline.stop_limit=1s")

    def change() -> None:
        server.write("main", beats_to(server.folder, port, "new"))
        assert server.reload() == {"main": "success"}
        server.wait_for_line("out.txt", "new ")

    shippers = trio.run(partial(ship_during, port, change))
    check_all_there(shippers, server.lines("out.txt"))


def test_a_worker_that_dies_during_a_reload_is_no_obstacle(server, port):
    server.write("main", beats_to(server.folder, port, "old"))
    server.start()

    def change() -> None:
        server.write("main", beats_to(server.folder, port, "new"))
        with socket.create_connection(("127.0.0.1", server.api_port)) as asking:
            asking.sendall(b"POST /_reload HTTP/1.1\r\nHost: here\r\n\r\n")
            for pid in server.started.workers()[:1]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        server.wait_for_line("out.txt", "new ")

    shippers = trio.run(ship_during, port, change)
    check_all_there(shippers, server.lines("out.txt"))


def test_the_memory_of_the_supervisor_does_not_grow(server, port):
    server.write("main", beats_to(server.folder, port, "v0"))
    server.start()

    def rss_pages() -> int:
        return int(Path(f"/proc/{server.started.process.pid}/statm").read_text().split()[1])

    def reload_to(version: int) -> None:
        filters = "".join(
            f'mutate {{ add_field => {{ "f{number}" => "{version}" }} }}' for number in range(50)
        )
        server.write("main", f"filter {{ {filters} }}" + beats_to(server.folder, port, f"v{version}"))
        assert server.reload() == {"main": "success"}

    def kept() -> tuple[int, int]:
        return len(list(process.joinpath("fd").iterdir())), len(
            process.joinpath("maps").read_text().splitlines()
        )

    process = Path(f"/proc/{server.started.process.pid}")
    for version in range(5):
        reload_to(version)
    before, kept_before = rss_pages(), kept()
    for version in range(5, 15):
        reload_to(version)
    assert rss_pages() - before < 300  # of 4 KiB
    assert kept()[0] <= kept_before[0] + 1
    assert kept()[1] <= kept_before[1] + 10
