"""The health report: red, yellow and green for their reasons."""

from collections import deque

import pytest
from api_samples import node, plugin, report

from logsmith.api.flow import FlowHistory, sample_of
from logsmith.api.health import Health, check_letters, check_pipeline, check_queue, report_on, worst


def check(seconds: float = 0, before: dict | None = None, after: dict | None = None, **changes) -> Health:
    """Check a pipeline that counted `before` and, so many seconds later, `after`."""
    pipeline = node().pipelines["main"]
    for name, value in changes.items():
        setattr(pipeline, name, value)
    flows = FlowHistory(0.0)
    first = sample_of(before or report())
    flows.note(10_000.0, first)
    outputs = {"my_elasticsearch": "elasticsearch"}
    return check_pipeline(
        pipeline, flows, 10_000.0 + seconds, sample_of(after or before or report()), outputs
    )


def codes(health: Health) -> list[str]:
    return [finding.code for finding in health.findings]


STATES = [
    ("running", "green", []),
    ("loading", "yellow", ["loading"]),
    ("finished", "yellow", ["finished"]),
    ("terminated", "red", ["terminated"]),
]


@pytest.mark.parametrize(("state", "status", "found"), STATES)
def test_the_state_of_a_pipeline(state, status, found):
    health = check(state=state)
    assert (health.status, codes(health)) == (status, found)
    assert health.report()["details"]["status"] == {"state": state.upper()}


FAILING = [
    (
        "for a minute",
        60,
        report(5, failed_sends=1),
        report(9, failed_sends=3, delivered=5),
        "yellow",
        ["1m-blocked"],
    ),
    (
        "for five minutes",
        300,
        report(5, failed_sends=1),
        report(9, failed_sends=3, delivered=5),
        "red",
        ["5m-blocked"],
    ),
    ("for half a minute", 30, report(5), report(9, failed_sends=3, delivered=5), "green", []),
    ("but delivering", 300, report(5), report(9, failed_sends=3, delivered=6), "green", []),
    ("nothing to send", 300, report(5), report(5), "green", []),
]


@pytest.mark.parametrize(
    ("seconds", "before", "after", "status", "found"),
    [case[1:] for case in FAILING],
    ids=[case[0] for case in FAILING],
)
def test_an_output_that_only_fails_blocks_its_pipeline(seconds, before, after, status, found):
    health = check(seconds, before, after)
    assert (health.status, codes(health)) == (status, found)


def test_the_output_that_fails_is_named_by_its_plugin_and_its_id():
    (finding,) = check(300, report(5, failed_sends=1), report(9, failed_sends=3, delivered=5)).findings
    assert finding.cause.startswith("the output elasticsearch (my_elasticsearch) has delivered nothing")


BUSY = [
    (60, 60 * 2e9, "yellow", ["1m-nearly-blocked"]),
    (300, 300 * 2e9, "yellow", ["5m-nearly-blocked"]),
    (60, 60 * 2e9 * 0.94, "green", []),
]


@pytest.mark.parametrize(("seconds", "busy_ns", "status", "found"), BUSY)
def test_filters_that_take_all_of_the_workers_time(seconds, busy_ns, status, found):
    health = check(seconds, report(), report(1, busy_ns=int(busy_ns)))
    assert (health.status, codes(health)) == (status, found)


RECOVERIES = [
    ([], "green", []),
    ([9_999.0], "yellow", ["5m-recovery-recent"]),
    ([9_999.0] * 5, "red", ["5m-recovery-repeated"]),
]


@pytest.mark.parametrize(("times", "status", "found"), RECOVERIES)
def test_workers_that_died(times, status, found):
    health = check(recoveries=deque(times))
    assert (health.status, codes(health)) == (status, found)


def test_workers_that_died_long_ago_are_forgiven():
    assert check(301, recoveries=deque([10_000.0])).status == "green"


def test_a_finding_has_logstashs_ids_and_says_what_to_do():
    body = check(state="terminated").report()
    assert body["symptom"] == "The pipeline is unhealthy; 1 area is impacted and 1 diagnosis is available"
    (diagnosis,) = body["diagnosis"]
    assert diagnosis["id"] == "logstash:health:pipeline:status:diagnosis:terminated"
    assert diagnosis["cause"] == "the pipeline is not running, its workers died"
    (impact,) = body["impacts"]
    assert impact["id"] == "logstash:health:pipeline:status:impact:not_processing"
    assert impact["impact_areas"] == ["pipeline_execution"]
    assert impact["severity"] == 1


def test_a_healthy_report_is_as_logstash_writes_it():
    body = report_on({"main": check()})
    assert body["status"] == "green"
    assert body["symptom"] == "1 indicator is healthy (`pipelines`)"
    inside = body["indicators"]["pipelines"]
    assert inside["symptom"] == "1 indicator is healthy (`main`)"
    assert inside["indicators"]["main"]["symptom"] == "The pipeline is healthy"
    assert "diagnosis" not in inside["indicators"]["main"]


def test_a_parent_takes_the_worst_status():
    body = report_on({"a": check(), "b": check(state="loading"), "c": check(state="terminated")})
    assert body["status"] == "red"
    assert body["indicators"]["pipelines"]["symptom"] == (
        "1 indicator is unhealthy (`c`) and 1 indicator is concerning (`b`) and 1 indicator is healthy (`a`)"
    )


@pytest.mark.parametrize(
    ("statuses", "status"), [([], "green"), (["green", "unknown"], "unknown"), (["red", "yellow"], "red")]
)
def test_the_order_of_severity(statuses, status):
    assert worst(statuses) == status


def test_an_output_that_waits_for_room_in_the_dead_letters_is_told_at_once():
    output = plugin(
        "output",
        "elasticsearch",
        gauges={"dead_letters_waiting": 3},
        notes={"dead_letters": "the dead letters are full", "dead_letters_hint": "make room"},
    )
    health = check_letters(check(), [plugin("output", "file"), output])
    assert (health.status, codes(health)) == ("red", ["no-room"])
    (diagnosis,) = health.report()["diagnosis"]
    assert diagnosis["id"] == "logstash:health:pipeline:dead_letter_queue:diagnosis:no-room"
    assert diagnosis["cause"] == (
        "the output elasticsearch (my_elasticsearch) waits with 3 events that were refused for good: "
        "the dead letters are full"
    )
    assert diagnosis["action"] == "make room"


def test_an_output_that_had_to_wait_once_is_healthy():
    output = plugin("output", "elasticsearch", notes={"dead_letters": "the dead letters are full"})
    assert check_letters(check(), [output]).status == "green"


HOLDS = [
    ({"queue_failing": 1}, "red", ["disk-failing"]),
    ({"queue_unreadable": 2}, "red", ["unreadable"]),
    ({"queue_full": 1}, "yellow", ["full"]),
    ({"queue_full": 1, "queue_failing": 1}, "red", ["disk-failing", "full"]),
    ({"queue_full": 0, "queue_bytes": 5000, "queue_max_bytes": 5000}, "green", []),
]


@pytest.mark.parametrize(("gauges", "status", "found"), HOLDS)
def test_a_persisted_queue_that_holds_inputs_back_is_not_healthy(gauges, status, found):
    health = check_queue(check(), gauges)
    assert (health.status, codes(health)) == (status, found)


def test_a_full_queue_does_not_hide_what_is_worse():
    assert check_queue(check(state="terminated"), {"queue_full": 1}).status == "red"
