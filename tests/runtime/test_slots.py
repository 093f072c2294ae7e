"""The places of workers: what they run, what they were told to stop, and what that does to the counters."""

from types import SimpleNamespace

from logsmith.runtime.slots import Slot
from logsmith.runtime.stats import Counters


def part(name: str) -> SimpleNamespace:
    return SimpleNamespace(pipeline=SimpleNamespace(id=name))


def counted(events: int) -> dict:
    return {
        "id": "x",
        "in": events,
        "filtered": 0,
        "out": 0,
        "duration_ns": 0,
        "queue_push_ns": 0,
        "plugins": [],
    }


def report(*ended: str, **events: int) -> dict:
    pipelines = {name: counted(amount) for name, amount in events.items()}
    return {"process": {"cpu_ms": 1}, "pipelines": pipelines, "ended": list(ended)}


class FakeLink:
    def __init__(self):
        self.told = []

    def tell(self, words):
        self.told.append(words)


def running(*names: str) -> Slot:
    return Slot(0, [part(name) for name in names], pid=1, link=FakeLink())


def names(slot: Slot) -> list[str]:
    return [one.pipeline.id for one in slot.parts]


def test_a_pipeline_leaves_when_its_worker_says_that_it_has_ended():
    slot, counters = running("a", "b"), Counters()
    slot.stop_pipelines({"a", "c"}, {"a", "b"})
    assert slot.link.told == [{"stop": ["a"], "drain": ["a"]}]
    slot.note(report(a=1, b=2), counters)
    assert names(slot) == ["a", "b"]
    slot.note(report("a", a=5, b=2), counters)
    assert names(slot) == ["b"]
    slot.note(report("a", a=5, b=3), counters)
    assert {name: one["in"] for name, one in counters.totals()["pipelines"].items()} == {"a": 5, "b": 3}


def test_a_pipeline_without_a_process_leaves_at_once():
    slot = Slot(0, [part("a")], restart_at=5.0)
    slot.stop_pipelines({"a"})
    assert (slot.parts, slot.restart_at) == ([], None)


def test_a_pipeline_that_ended_of_its_own_accord_stays_and_is_not_run_again():
    slot = running("a", "b")
    slot.note(report("a", a=1, b=1), Counters())
    assert names(slot) == ["a", "b"]
    assert [one.pipeline.id for one in slot.unfinished] == ["b"]


def test_what_was_to_stop_has_when_the_process_dies():
    slot = running("a", "b")
    slot.stop_pipelines({"a"})
    slot.end()
    assert names(slot) == ["b"]
    assert (slot.pid, slot.link, slot.stopping) == (None, None, set())


def test_a_reloaded_pipeline_begins_anew_and_the_sums_of_the_node_go_on():
    counters = Counters()
    counters.note(0, report(b=2))
    counters.retire_pipeline("a", counted(5))
    counters.forget("a")
    totals = counters.totals()
    assert "a" not in totals["pipelines"]
    assert totals["forgotten"]["in"] == 5
    counters.note(1, report(a=1))
    assert counters.totals()["pipelines"]["a"]["in"] == 1
    counters.forget("never heard of")
    assert counters.totals()["forgotten"]["in"] == 5
