"""What throttle does beyond its examples: counting over several events."""

import pytest

from logsmith.event import Event, Sprintf, Timestamp
from logsmith.plugins import Context, PluginError
from logsmith.plugins.filters.throttle import Throttle


def throttle_of(key="%{host}", **settings):
    if "period" in settings:
        settings["period"] = Sprintf(settings["period"])
    plugin = Throttle(Context(), {"key": Sprintf(key), **settings})
    assert list(plugin.prepare()) == []
    return plugin


def at(second, **fields):
    return Event({"@timestamp": Timestamp.from_epoch(second), "host": "a", **fields})


def marked(throttle, *seconds):
    """One letter for each event: x for a marked one."""
    return "".join(".x"[throttle.filter(at(second))] for second in seconds)


@pytest.mark.parametrize(
    ("settings", "seconds", "marks"),
    [
        ({"before_count": 3, "after_count": 5}, range(8), "xx...xxx"),
        ({"before_count": 3}, range(5), "xx..."),
        ({"after_count": 1}, range(3), ".xx"),
        ({}, range(3), "..."),
        ({"after_count": 0}, range(3), "xxx"),
        ({"after_count": 1, "period": "10"}, (100, 109, 110, 119, 120), ".x.x."),
        ({"after_count": 1, "period": "10"}, (100, 95, 91, 89, 109), "..x.x"),  # older ones: earlier periods
        ({"after_count": 1, "period": "10s"}, (100, 109, 110), ".x."),
        ({"after_count": 1, "period": "soon"}, (100, 159, 160), ".x."),
        ({"after_count": 1, "period": "%{every}"}, (100, 159, 160), ".x."),
        ({"after_count": 1, "period": "10", "max_age": 10}, (100, 110, 100, 120, 100, 100), "..x..."),
    ],
)
def test_events_are_counted_by_their_own_time(settings, seconds, marks):
    assert marked(throttle_of(**settings), *seconds) == marks


def test_keys_and_periods_come_from_the_event():
    throttle = throttle_of("%{host}%{code}", after_count=1, period="%{every}")
    events = [
        at(0, code=1, every=60),
        at(1, code=1, every=60),
        at(2, code=2, every=60),
        at(3, code=2, every=1),
        at(4, code=2, every=1),
    ]
    assert [throttle.filter(event) for event in events] == [False, True, False, False, False]


def test_an_event_without_a_time_cannot_be_counted():
    with pytest.raises(PluginError, match="no @timestamp"):
        throttle_of().filter(Event({"host": "a"}))


def test_a_flush_forgets_keys_that_are_older_than_max_age():
    throttle = throttle_of(after_count=1, max_age=100)
    throttle.filter(at(0, host="old"))
    throttle.filter(at(101, host="new"))
    assert list(throttle.flush(final=False)) == []
    assert not throttle.filter(at(0, host="old"))
    assert throttle.filter(at(101, host="new"))


def test_a_late_event_does_not_make_its_key_older():
    throttle = throttle_of(after_count=1, max_age=100)
    for event in (at(200), at(150), at(290, host="b")):
        throttle.filter(event)
    throttle.flush(final=False)
    assert throttle.filter(at(200))


def test_too_many_counters_are_forgotten_earlier_and_few_later_again():
    throttle = throttle_of(after_count=1, period="1", max_age=100, max_counters=10)
    for second in range(30):
        throttle.filter(at(second))
    ages = []
    for _ in range(25):
        throttle.flush(final=False)
        ages.append(throttle._age_s)
    assert ages[:3] == [95, 90, 85]
    assert min(ages) == ages[-1] == 5
    throttle.filter(at(1000))
    throttle.flush(final=False)
    assert throttle._age_s == 10


def test_no_limit_of_counters_keeps_the_age():
    throttle = throttle_of(after_count=1, period="1", max_counters=-1)
    for second in range(30):
        throttle.filter(at(second))
    throttle.flush(final=False)
    assert throttle._age_s == 3600
