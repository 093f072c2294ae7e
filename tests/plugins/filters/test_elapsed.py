"""What elapsed does beyond its examples: starts and ends, and starts without an end."""

import pytest

from logsmith.event import Event, FieldRef, Timestamp
from logsmith.plugins import Context
from logsmith.plugins.filters.elapsed import Elapsed

NOW = Timestamp.parse("2026-05-01T00:00:00.000Z")


def elapsed_of(**settings):
    declared = {"start_tag": "s", "end_tag": "e", "unique_id_field": FieldRef.parse("id"), **settings}
    plugin = Elapsed(Context(clock=lambda: NOW, hostname="box"), declared)
    assert list(plugin.prepare()) == []
    return plugin


def event(tags, time="2026-04-01T10:00:00.000Z", unique_id="a"):
    return Event({"@timestamp": Timestamp.parse(time), "tags": tags, "id": unique_id})


def test_an_end_tells_the_seconds_since_its_start():
    elapsed = elapsed_of()
    elapsed.expand(event(["s"]))
    (end,) = elapsed.expand(event(["e"], "2026-04-01T10:01:00.250Z"))
    assert end.to_map() == {
        "@timestamp": Timestamp.parse("2026-04-01T10:01:00.250Z"),
        "tags": ["e", "elapsed", "elapsed_match"],
        "id": "a",
        "elapsed_time": 60.25,
        "elapsed_timestamp_start": Timestamp.parse("2026-04-01T10:00:00.000Z"),
    }


def test_a_new_event_tells_it_when_asked_to_and_both_are_decorated():
    elapsed = elapsed_of(new_event_on_match=True, add_tag=["timed"])
    elapsed.expand(event(["s"]))
    end, match = elapsed.expand(event(["e"], "2026-04-01T09:59:59.000Z"))
    assert end.top("tags") == ["e", "timed"]
    assert match.to_map() == {
        "@timestamp": NOW,
        "@version": "1",
        "host": "box",
        "tags": ["elapsed", "elapsed_match", "timed"],
        "id": "a",
        "elapsed_time": -1.0,
        "elapsed_timestamp_start": Timestamp.parse("2026-04-01T10:00:00.000Z"),
    }


@pytest.mark.parametrize(("keep", "seconds"), [("first", 10.0), ("last", 4.0)])
def test_of_several_starts_the_one_that_is_asked_for_counts(keep, seconds):
    elapsed = elapsed_of(keep_start_event=keep)
    elapsed.expand(event(["s"], "2026-04-01T10:00:00.000Z"))
    elapsed.expand(event(["s"], "2026-04-01T10:00:06.000Z"))
    (end,) = elapsed.expand(event(["e"], "2026-04-01T10:00:10.000Z"))
    assert end.top("elapsed_time") == seconds


@pytest.mark.parametrize(
    ("start_id", "end_id", "is_same"),
    [(1, 1, True), (1, "1", False), (1, 1.0, False), (1, True, False), ({"a": [1]}, {"a": [1]}, True)],
)
def test_ids_are_told_apart_as_ruby_does(start_id, end_id, is_same):
    elapsed = elapsed_of()
    elapsed.expand(event(["s"], unique_id=start_id))
    (end,) = elapsed.expand(event(["e"], unique_id=end_id))
    assert ("elapsed_match" in end.top("tags")) == is_same


def test_a_start_ends_once_and_both_tags_are_a_start():
    elapsed = elapsed_of()
    elapsed.expand(event(["e", "s"]))
    ends = [elapsed.expand(event("e"))[0].top("tags") for _ in range(2)]
    assert ends == [["e", "elapsed", "elapsed_match"], ["e", "elapsed_end_without_start"]]


def test_common_settings_are_applied_before_there_is_anything_to_tell():
    elapsed = elapsed_of(add_field={"took": "%{elapsed_time}"}, add_tag=["seen"])
    (end,) = elapsed.expand(event(["e"]))
    assert end.top("took") == "%{elapsed_time}"
    assert end.top("tags") == ["e", "seen", "elapsed_end_without_start"]


def test_a_start_without_an_end_is_told_of_after_the_timeout():
    elapsed = elapsed_of(timeout=12, add_field={"note": "late"})
    elapsed.flush(final=False)
    elapsed.expand(event(["s"]))
    assert [elapsed.flush(final=False) for _ in range(2)] == [[], []]
    (expired,) = elapsed.flush(final=False)
    assert expired.to_map() == {
        "@timestamp": NOW,
        "@version": "1",
        "host": "box",
        "tags": ["elapsed", "elapsed_expired_error"],
        "id": "a",
        "elapsed_time": 15,
        "elapsed_timestamp_start": Timestamp.parse("2026-04-01T10:00:00.000Z"),
        "note": "late",
    }
    assert elapsed.flush(final=True) == []


def test_a_later_start_that_counts_is_young_again():
    elapsed = elapsed_of(timeout=10, keep_start_event="last")
    elapsed.expand(event(["s"]))
    elapsed.flush(final=False)
    elapsed.expand(event(["s"]))
    assert elapsed.flush(final=False) == []
    assert len(elapsed.flush(final=False)) == 1


def test_it_is_asked_regularly_whatever_the_pipeline_says():
    assert elapsed_of(periodic_flush=False).periodic_flush
