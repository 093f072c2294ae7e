"""What each address answers."""

import os

import pytest
from api_samples import node, report

from logsmith.api.monitor import Monitor
from logsmith.api.routes import Answer, Request

NOW = 1060.0  # a minute after the start


def monitor(**changes) -> Monitor:
    made = node(**changes)
    made.counters.note(0, report(200))
    watching = Monitor(made, "127.0.0.1:9600")
    watching.tick(NOW - 1)
    return watching


def ask(path: str, method: str = "GET", **changes) -> Answer:
    path, _, query = path.partition("?")
    return monitor(**changes).answer(Request(method, path, query), NOW)


IDENTITY = {"host", "version", "http_address", "id", "name", "ephemeral_id", "snapshot", "status", "pipeline"}


def test_the_root_says_who_this_is():
    body = ask("/").body
    assert body == {
        "host": "h1",
        "version": "1.2.3",
        "http_address": "127.0.0.1:9600",
        "id": "11111111-2222",
        "name": "n1",
        "ephemeral_id": "33333333-4444",
        "snapshot": False,
        "status": "green",
        "pipeline": {"workers": 2, "batch_size": 125, "batch_delay": 50},
        "build_snapshot": False,
    }


BLOCKS = [
    ("/_node", {"pipelines", "os", "jvm"}),
    ("/_node/", {"pipelines", "os", "jvm"}),
    ("/_node/os,jvm", {"os", "jvm"}),
    ("/_node/pipelines", {"pipelines"}),
    ("/_node/pipelines/main", {"pipelines"}),
    ("/_node/stats", {"jvm", "process", "events", "flow", "pipelines", "reloads", "os", "queue"}),
    ("/_node/stats/events,process", {"events", "process"}),
    ("/_node/stats/pipelines/main", {"pipelines"}),
]


@pytest.mark.parametrize(("path", "names"), BLOCKS)
def test_an_address_chooses_its_blocks(path, names):
    answer = ask(path)
    assert answer.status == 200
    assert set(answer.body) - IDENTITY == names
    assert set(answer.body) >= IDENTITY


NOT_FOUND = [
    ("GET", "/x"),
    ("GET", "/_node/nothing"),
    ("GET", "/_node/os,nothing"),
    ("GET", "/_node/os/more"),
    ("GET", "/_node/stats/nothing"),
    ("GET", "/_node/stats/pipelines/other"),
    ("GET", "/_node/pipelines/other"),
    ("GET", "/_node/stats/pipelines/main/more"),
    ("GET", "/_health_report/more"),
    ("DELETE", "/_node/logging"),
    ("PUT", "/_node/logging/other"),
    ("PUT", "/_node/logging%2Freset"),
    ("GET", "/_node%2fplugins"),
    ("GET", "/_node/logging/reset"),
    ("POST", "/_node/plugins"),
    ("GET", "/_node/hot_threads/more"),
    ("DELETE", "/"),
]


@pytest.mark.parametrize(("method", "path"), NOT_FOUND)
def test_what_does_not_exist_is_not_found(method, path):
    assert ask(path, method) == Answer(404, {"path": path, "status": 404, "error": {"message": "Not Found"}})


def test_events_are_counted():
    assert ask("/_node/stats/events").body["events"] == {
        "in": 200,
        "filtered": 200,
        "out": 200,
        "duration_in_millis": 1000,
        "queue_push_duration_in_millis": 400,
    }


def test_flows_have_a_window_each():
    flow = ask("/_node/stats/flow").body["flow"]
    assert set(flow) == {
        "input_throughput",
        "filter_throughput",
        "output_throughput",
        "queue_backpressure",
        "worker_concurrency",
    }
    assert flow["input_throughput"] == {"current": 0.0, "lifetime": 3.333}


def test_a_pipeline_shows_its_plugins_and_their_own_counters():
    plugins = ask("/_node/stats/pipelines/main").body["pipelines"]["main"]["plugins"]
    (beats,), (grok,), (elasticsearch,) = plugins["inputs"], plugins["filters"], plugins["outputs"]
    assert plugins["codecs"] == [{"id": "my_plain", "name": "plain"}]
    assert beats["events"] == {"out": 200, "queue_push_duration_in_millis": 400}
    assert beats["current_connections"] == 3
    assert beats["flow"]["throughput"]["lifetime"] == 3.333
    assert (grok["id"], grok["name"], grok["matches"]) == ("my_grok", "grok", 200)
    assert grok["events"] == {"in": 200, "out": 200, "duration_in_millis": 600}
    assert grok["flow"]["worker_millis_per_event"]["lifetime"] == 3.0
    assert elasticsearch["bulk_requests"] == {"successes": 7, "responses": {"200": 7}}
    assert elasticsearch["failed_sends"] == 0


def test_a_pipeline_shows_its_persisted_queue_summed_over_workers():
    body = ask("/_node/stats/pipelines/main").body["pipelines"]["main"]
    workers = body["queue"]["events_count"] // 10
    sizes = {"queue_size_in_bytes": 1000 * workers, "max_queue_size_in_bytes": 5000 * workers}
    assert body["queue"] == {
        "type": "persisted",
        "events_count": 10 * workers,
        "events": 10 * workers,
        "capacity": sizes,
        **sizes,
    }
    assert ask("/_node/stats").body["queue"] == {"events_count": 10 * workers}


def test_a_queue_in_memory_has_no_capacity():
    body = (
        Monitor(node()).answer(Request("GET", "/_node/stats/pipelines/main"), NOW).body["pipelines"]["main"]
    )
    assert body["queue"] == {
        "type": "memory",
        "events_count": 0,
        "queue_size_in_bytes": 0,
        "max_queue_size_in_bytes": 0,
    }


def test_a_pipeline_shows_the_fates_of_its_events():
    fates = ask("/_node/stats/pipelines/main").body["pipelines"]["main"]["fates"]
    assert fates["accepted"] + fates["made"] == fates["dropped"] + fates["unrouted"] + fates["routed"]
    assert (fates["accepted"], fates["mismatches"]) == (200, 0)


def test_a_pipeline_shows_its_dead_letters():
    made = node()
    facts = {"queue_size_in_bytes": 4096, "max_queue_size_in_bytes": 8192, "storage_policy": "wait"}
    made.pipelines["main"].dead_letters = lambda: facts | {"events_count": 2, "expired_events": 1}
    made.counters.note(0, report(1))
    letters = dead_letters_of(made)
    assert letters == facts | {
        "events_count": 2,
        "dropped_events": 0,
        "expired_events": 1,
        "last_error": "no errors",
    }


def test_a_pipeline_shows_the_last_complaint_of_any_worker_about_its_dead_letters():
    made = node()
    well, complaining = report(1), report(1)
    complaining["pipelines"]["main"]["plugins"][2]["notes"] = {"dead_letters": "full"}
    made.counters.note(0, well)
    made.counters.note(1, complaining)
    assert dead_letters_of(made)["last_error"] == "full"


def dead_letters_of(made):
    body = Monitor(made).answer(Request("GET", "/_node/stats/pipelines"), NOW).body
    return body["pipelines"]["main"]["dead_letter_queue"]


def test_a_pipeline_that_has_not_reported_counts_nothing():
    body = (
        Monitor(node()).answer(Request("GET", "/_node/stats/pipelines/main"), NOW).body["pipelines"]["main"]
    )
    assert body["events"]["in"] == 0
    assert body["plugins"]["inputs"] == []


def test_the_process_block_sums_over_all_processes():
    made = node()
    made.counters.note(0, report())
    made.counters.note(1, report())
    watching = Monitor(made)
    watching.tick(NOW)
    made.counters.retire(1)
    body = watching.answer(Request("GET", "/_node/stats"), NOW).body
    assert body["process"]["open_file_descriptors"] == 11
    assert body["process"]["peak_open_file_descriptors"] == 22
    assert body["process"]["cpu"]["total_in_millis"] == 1000
    assert body["process"]["workers"] == 1
    assert body["jvm"]["mem"]["heap_used_in_bytes"] == 1 << 20
    assert body["jvm"]["threads"] == {"count": 2, "peak_count": 4}
    assert body["jvm"]["uptime_in_millis"] == 60_000


def test_a_peak_is_never_below_what_there_is_now():
    made = node()
    made.counters.note(0, report())
    watching = Monitor(made)
    watching.tick(NOW)
    made.counters.note(1, report())
    body = watching.answer(Request("GET", "/_node/stats"), NOW).body
    assert body["jvm"]["threads"] == {"count": 4, "peak_count": 4}
    assert body["process"]["peak_open_file_descriptors"] == 22


def test_plugins_are_listed_by_name():
    listed = (("logstash-output-s3", "1"), ("logstash-codec-json", "2"))
    body = ask("/_node/plugins", list_plugins=lambda: listed).body
    assert set(body) >= IDENTITY
    assert body["total"] == 2
    assert body["plugins"] == [
        {"name": "logstash-codec-json", "version": "2"},
        {"name": "logstash-output-s3", "version": "1"},
    ]


def test_hot_threads_are_those_of_this_process():
    answer = ask("/_node/hot_threads?threads=1000")
    mine = next(one for one in answer.body["hot_threads"]["threads"] if one["thread_id"] == os.getpid())
    assert set(answer.body) >= IDENTITY
    assert answer.body["hot_threads"]["busiest_threads"] == len(answer.body["hot_threads"]["threads"])
    assert mine["name"] == "supervisor"
    assert mine["percent_of_cpu_time"] > 0
    assert mine["traces"] == []


def test_hot_threads_are_at_most_as_many_as_are_asked_for():
    assert ask("/_node/hot_threads?threads=0").body["hot_threads"]["threads"] == []
    assert ask("/_node/hot_threads?threads=many").status == 400


def test_hot_threads_are_a_text_for_people():
    text = ask("/_node/hot_threads?human=true").body
    assert text.startswith("::: {h1}\nHot threads at ")
    assert " % of cpu usage, state: runnable, thread name: 'supervisor', thread id: " in text


def test_the_health_report_has_no_pipeline_block():
    body = ask("/_health_report").body
    assert "pipeline" not in body
    assert body["indicators"]["pipelines"]["indicators"]["main"]["status"] == "green"


def ill() -> dict:
    pipelines = node().pipelines
    pipelines["main"].state = "terminated"
    return pipelines


WAITING = [
    ("/?wait_for_status=green&timeout=10s", {}, 200, None),
    ("/?wait_for_status=yellow&timeout=1m", {"pipelines": ill()}, 408, 60.0),
    ("/?wait_for_status=red&timeout=1s", {"pipelines": ill()}, 200, None),
    ("/?wait_for_status=blue&timeout=1s", {}, 400, None),
    ("/?wait_for_status=green", {}, 400, None),
    ("/?wait_for_status=green&timeout=soon", {}, 400, None),
]


@pytest.mark.parametrize(("path", "changes", "status", "wait_s"), WAITING, ids=[case[0] for case in WAITING])
def test_the_root_waits_for_a_status(path, changes, status, wait_s):
    answer = ask(path, **changes)
    assert (answer.status, answer.wait_s) == (status, wait_s)


def test_a_wait_that_is_over_says_for_what():
    assert ask("/?wait_for_status=green&timeout=1s", pipelines=ill()).body["error"] == {
        "message": "Timed out waiting for status 'green'."
    }


@pytest.mark.parametrize(
    ("query", "is_pretty"), [("pretty", True), ("pretty=true", True), ("pretty=false", False), ("", False)]
)
def test_pretty(query, is_pretty):
    assert Request("GET", "/", query).is_pretty is is_pretty
