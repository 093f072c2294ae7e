"""What metrics does beyond its example: the event with the numbers."""

import math

import pytest

from logsmith.event import Event, Sprintf
from logsmith.plugins import Context
from logsmith.plugins.filters.metrics import SAMPLES, Metrics
from tests.fakes.clock import BEGIN, Clock


@pytest.fixture
def clock():
    return Clock()


def metrics_of(clock, *, meter=(), timer=None, **settings):
    settings["meter"] = [Sprintf(name) for name in meter]
    settings["timer"] = {name: Sprintf(number) for name, number in (timer or {}).items()}
    plugin = Metrics(Context(clock=clock, hostname="box"), settings)
    assert list(plugin.prepare()) == []
    return plugin


def measure(metrics, *values):
    for value in values:
        metrics.filter(Event({"@timestamp": BEGIN, "took": value}))


def after(clock, metrics, seconds):
    """What the flushes of so many seconds gave last."""
    told = []
    for _ in range(seconds // 5):
        clock.move(5)
        told = metrics.flush(final=False)
    return told


def test_a_meter_gives_its_count_and_rates(clock):
    metrics = metrics_of(clock, meter=["http_%{status}"], add_tag=["metric"])
    for status in (200, 200, 404):
        assert metrics.filter(Event({"status": status})) is False
    (event,) = after(clock, metrics, 5)
    assert event.to_map() == {
        "@timestamp": clock.now,
        "@version": "1",
        "message": "box",
        "http_200": {"count": 2, "rate_1m": 0.4, "rate_5m": 0.4, "rate_15m": 0.4},
        "http_404": {"count": 1, "rate_1m": 0.2, "rate_5m": 0.2, "rate_15m": 0.2},
        "tags": ["metric"],
    }


def test_rates_fade_by_their_minutes(clock):
    metrics = metrics_of(clock, meter=["n"])
    measure(metrics, *range(50))
    (event,) = after(clock, metrics, 65)  # a first tick of 10 a second, and a minute without anything
    told = event.top("n")
    assert told["count"] == 50
    assert [told[f"rate_{minutes}m"] for minutes in (1, 5, 15)] == pytest.approx(
        [10 * math.exp(-1 / minutes) for minutes in (1, 5, 15)]
    )


def test_rates_are_zero_before_the_first_tick(clock):
    metrics = metrics_of(clock, meter=["n"], rates=[5])
    measure(metrics, 1)
    (event,) = metrics.flush(final=True)
    assert event.top("n") == {"count": 1, "rate_5m": 0.0}


def test_a_timer_gives_the_spread_of_its_numbers(clock):
    metrics = metrics_of(clock, timer={"took": "%{took}"}, rates=[], percentiles=[1, 25, 50, 75, 99.9, 100])
    measure(metrics, "4ms", 1, 8.0, 3, -1)
    (event,) = after(clock, metrics, 5)
    assert event.top("took") == {
        "count": 4,
        "min": 1.0,
        "max": 8.0,
        "mean": 4.0,
        "stddev": pytest.approx(math.sqrt(math.sqrt(26 / 3))),
        "p1": 1.0,
        "p25": 1.5,
        "p50": 3.5,
        "p75": 7.0,
        "p99.9": 8.0,
        "p100": 8.0,
    }


def test_a_timer_with_nothing_but_negative_numbers_is_all_zero(clock):
    metrics = metrics_of(clock, timer={"t": "%{took}"}, rates=[1], percentiles=[50])
    measure(metrics, -1)
    (event,) = after(clock, metrics, 5)
    assert event.top("t") == dict.fromkeys(("count", "rate_1m", "min", "max", "mean", "stddev", "p50"), 0)


def test_percentiles_are_of_a_bounded_sample_that_prefers_what_is_recent(clock):
    metrics = metrics_of(clock, timer={"t": "%{took}"}, percentiles=[1, 50])
    measure(metrics, *[1] * SAMPLES)
    clock.move(3600)
    measure(metrics, *[2] * SAMPLES)
    (timer,) = metrics._timers.values()
    assert len(timer.samples()) == SAMPLES
    (event,) = after(clock, metrics, 5)
    assert event.top("t")["p50"] == event.top("t")["p1"] == 2.0
    assert event.top("t")["min"] == 1.0


def test_numbers_come_every_flush_interval(clock):
    metrics = metrics_of(clock, meter=["n"], flush_interval=15)
    assert after(clock, metrics, 5) == []
    measure(metrics, 1)
    assert after(clock, metrics, 5) == []
    assert len(after(clock, metrics, 5)) == 1
    assert after(clock, metrics, 10) == []


def test_counters_begin_anew_after_the_clear_interval(clock):
    metrics = metrics_of(clock, meter=["n"], clear_interval=10)
    measure(metrics, 1)
    assert after(clock, metrics, 5)[0].top("n")["count"] == 1
    measure(metrics, 1)
    assert after(clock, metrics, 5)[0].top("n")["count"] == 2
    assert after(clock, metrics, 5) == []
    measure(metrics, 1)
    assert after(clock, metrics, 5)[0].top("n")["count"] == 1


def test_old_events_are_passed_over_when_asked_to(clock):
    metrics = metrics_of(clock, meter=["n"], ignore_older_than=10)
    measure(metrics, 1)
    clock.move(10)
    measure(metrics, 1)
    clock.move(1)
    measure(metrics, 1)
    assert after(clock, metrics, 5)[0].top("n")["count"] == 2


def test_a_name_that_is_no_field_is_left_out(clock):
    metrics = metrics_of(clock, meter=["a]b", "n"])
    measure(metrics, 1)
    (event,) = after(clock, metrics, 5)
    assert set(event.to_map()) == {"@timestamp", "@version", "message", "n"}


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"rates": [1, 10]}, "there is no rate over 10 minutes"),
        ({"rates": ["1"]}, "there is no rate over '1' minutes"),
    ],
)
def test_settings_that_cannot_work_are_refused(settings, message):
    assert [problem.message for problem in Metrics(Context(), settings).prepare()] == [message]
