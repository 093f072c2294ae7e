"""The sums over workers, live and gone."""

from logsmith.metrics import PipelineMetrics
from logsmith.runtime.stats import SUPERVISOR, Counters, process_facts


def report(events: int, connections: int = 0) -> dict:
    metrics = PipelineMetrics("main")
    metrics.pushed = events
    plugin = metrics.plugin("input", "beats", "b")
    plugin.events_out = events
    plugin.gauges["connections"] = connections
    return {"process": {"cpu_ms": events, "rss_bytes": 1000}, "pipelines": {"main": metrics.snapshot()}}


def test_sums_over_live_workers():
    counters = Counters()
    counters.note(0, report(1, 5))
    counters.note(1, report(2, 6))
    counters.note(0, report(3, 7))
    totals = counters.totals()
    assert totals["process"] == {"cpu_ms": 5, "rss_bytes": 2000}
    assert totals["pipelines"]["main"]["in"] == 5
    assert totals["pipelines"]["main"]["plugins"][0]["gauges"] == {"connections": 13}


def test_counters_never_go_back_when_a_worker_dies():
    counters = Counters()
    for events in (4, 6):
        counters.note(0, report(events, 9))
        counters.retire(0)
    counters.note(0, report(1, 2))
    totals = counters.totals()
    assert totals["pipelines"]["main"]["in"] == 11
    assert totals["pipelines"]["main"]["plugins"][0]["out"] == 11
    assert totals["pipelines"]["main"]["plugins"][0]["gauges"] == {"connections": 2}
    assert totals["process"] == {"cpu_ms": 11, "rss_bytes": 1000}


def test_what_waited_in_the_queue_of_a_worker_that_died_is_not_counted_twice():
    counters = Counters()
    waiting = report(4)
    waiting["pipelines"]["main"]["gauges"]["queue_events"] = 50
    counters.note(0, waiting)
    counters.retire(0)
    assert counters.totals()["pipelines"]["main"]["gauges"] == {"queue_events": 0}
    counters.note(0, waiting)
    assert counters.totals()["pipelines"]["main"]["gauges"] == {"queue_events": 50}


def test_a_worker_that_died_before_its_first_report_counts_nothing():
    counters = Counters()
    counters.retire(0)
    assert counters.totals() == {}


def test_the_supervisor_is_no_worker():
    counters = Counters()
    counters.note(SUPERVISOR, {"process": {"cpu_ms": 1}, "pipelines": {}})
    counters.note(3, report(1))
    assert counters.live == [3]
    assert counters.totals()["process"]["cpu_ms"] == 2
    assert counters.totals()["pipelines"]["main"]["in"] == 1


def test_a_process_knows_what_it_uses():
    facts = process_facts()
    assert facts["rss_bytes"] > 1 << 20
    assert facts["virtual_bytes"] > facts["rss_bytes"]
    assert facts["open_files"] >= 3
    assert facts["threads"] >= 1
