"""Flow metrics: how fast counters grew in each window."""

import pytest
from api_samples import report

from logsmith.api.flow import (
    NODE,
    SAMPLE_EVERY_S,
    Counts,
    FlowHistory,
    backpressure,
    concurrency,
    millis_per_event,
    rounded,
    sample_of,
    throughput,
    utilization,
)


def history_at(
    seconds: float, per_second: int = 100, *, started: float = 1000.0
) -> tuple[FlowHistory, float, dict]:
    """A history of a steady stream, sampled every five seconds, and the sample of its end."""
    flows = FlowHistory(started)
    at = 0.0
    while at < seconds:
        flows.note(started + at, {NODE: Counts(came=int(at * per_second))})
        at += SAMPLE_EVERY_S
    return flows, started + seconds, {NODE: Counts(came=int(seconds * per_second))}


WINDOWS = [
    (3, {"current", "lifetime"}),
    (59, {"current", "lifetime"}),
    (61, {"current", "last_1_minute", "lifetime"}),
    (301, {"current", "last_1_minute", "last_5_minutes", "lifetime"}),
    (901, {"current", "last_1_minute", "last_5_minutes", "last_15_minutes", "lifetime"}),
    (
        90_001,
        {
            "current",
            "last_1_minute",
            "last_5_minutes",
            "last_15_minutes",
            "last_1_hour",
            "last_24_hours",
            "lifetime",
        },
    ),
]


@pytest.mark.parametrize(("seconds", "names"), WINDOWS, ids=[f"after {seconds} s" for seconds, _ in WINDOWS])
def test_a_window_appears_once_it_has_its_history(seconds, names):
    flows, now, sample = history_at(seconds)
    rates = flows.rates(NODE, now, sample, throughput("came"))
    assert set(rates) == names
    assert set(rates.values()) == {100.0}


def test_a_window_measures_its_own_span_only():
    flows, now, sample = history_at(400, 100)
    flows.note(now, sample)
    later = {NODE: Counts(came=sample[NODE].came + 60)}
    rates = flows.rates(NODE, now + 60, later, throughput("came"))
    assert rates["last_1_minute"] == 1.0
    assert rates["lifetime"] == pytest.approx(40_060 / 460, rel=1e-3)
    assert 1.0 < rates["last_5_minutes"] < 100.0


def test_a_window_keeps_no_more_samples_than_it_needs():
    flows, _, _ = history_at(100_000)
    assert {window.name: len(window._samples) for window in flows._windows} == {
        "current": 3,
        "last_1_minute": 13,
        "last_5_minutes": 21,
        "last_15_minutes": 31,
        "last_1_hour": 61,
        "last_24_hours": 97,
    }


def test_samples_are_due_every_five_seconds():
    flows = FlowHistory(0.0)
    assert flows.is_due(0.0)
    flows.note(0.0, {})
    assert not flows.is_due(4.9)
    assert flows.is_due(5.0)


MEASURES = [
    ("throughput", throughput("out"), Counts(out=50), 25.0),
    ("backpressure", backpressure, Counts(push_ns=1_000_000_000), 0.5),
    ("concurrency", concurrency, Counts(duration_ns=6_000_000_000), 3.0),
    ("utilization of two workers", utilization(2), Counts(busy_ns=1_000_000_000), 25.0),
    ("utilization is never over 100", utilization(1), Counts(busy_ns=9_000_000_000), 100.0),
    ("milliseconds for an event", millis_per_event, Counts(came=4, duration_ns=10_000_000), 2.5),
    ("time without an event", millis_per_event, Counts(duration_ns=1), float("inf")),
    ("no time and no event", millis_per_event, Counts(), None),
]


@pytest.mark.parametrize(
    ("measure", "grown", "value"), [case[1:] for case in MEASURES], ids=[case[0] for case in MEASURES]
)
def test_measures(measure, grown, value):
    assert measure(grown, 2.0) == value


ROUNDED = [(0.0, 0.0), (1 / 3, 0.3333), (123456.0, 123500.0), (1.0, 1.0), (float("inf"), "Infinity")]


@pytest.mark.parametrize(("value", "shown"), ROUNDED)
def test_values_have_four_significant_digits(value, shown):
    assert rounded(value) == shown


def test_a_sample_holds_the_node_each_pipeline_and_each_plugin():
    sample = sample_of(report(10, failed_sends=1, busy_ns=7))
    assert sample["main", "", ""] == Counts(10, 10, 10, 50_000_000, 20_000_000, 7, 0)
    assert sample["main", "output", "my_elasticsearch"] == Counts(came=10, out=10, failed_sends=1)
    assert sample[NODE] == sample["main", "", ""]


def test_a_sample_before_the_first_report_is_zero():
    assert sample_of({}) == {NODE: Counts()}
