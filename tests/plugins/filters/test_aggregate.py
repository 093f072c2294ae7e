"""What aggregate does beyond its examples: tasks over several events and filters, and how they end."""

import json
from functools import partial

import pytest
import trio

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event, Timestamp
from logsmith.event.json import encode_value, parse_json
from logsmith.plugins import Context, WorkerPlace
from logsmith.ruby.program import BUDGET_S
from tests.fakes.clock import BEGIN, Clock

COUNT = "map['n'] = (map['n'] || 0) + 1"


class Running:
    """A compiled pipeline of aggregate filters."""

    def __init__(self, text):
        self.clock = Clock()
        compilation = compile_pipeline(
            [Source("main.conf", f"filter {{ {text} }}")], Context(clock=self.clock)
        )
        self.problems = [one.message for one in compilation.diagnostics if one.is_error]
        self.pipeline = compilation.pipeline

    def send(self, **fields):
        """Send one event; return those that come out, without their times."""
        event = Event.from_map({"@timestamp": self.clock.now, **fields})
        return written(trio.run(self.pipeline.filter_async, [event]))

    def flush(self, *, final=False):
        return written(trio.run(partial(self.pipeline.flush, final=final)))

    def wait(self, seconds):
        """Let time pass, with a flush every five seconds."""
        told = []
        for _ in range(seconds // 5):
            self.clock.move(5)
            told += self.flush()
        return told


def written(events):
    fields = [parse_json(encode_value(event.to_map())) for event in events]
    return [
        {name: value for name, value in one.items() if name not in ("@timestamp", "@version")}
        for one in fields
    ]


def aggregate(code=COUNT, **settings):
    """The text of one filter."""
    given = {"task_id": "%{id}", "code": code, **settings}
    return f"aggregate {{ {' '.join(f'{name} => {value_text(one)}' for name, one in given.items())} }}"


def value_text(value):
    if isinstance(value, dict):
        return f"{{ {' '.join(f'{value_text(name)} => {value_text(one)}' for name, one in value.items())} }}"
    return f'"{value}"' if isinstance(value, str) else json.dumps(value)


def test_filters_of_one_task_id_share_its_maps_and_others_do_not():
    running = Running(
        aggregate("map['who'] = event.get('who')", map_action="create")
        + aggregate("event.set('same', map['who'])")
        + aggregate("event.set('other', map['who'])", task_id="%{[id]}")
    )
    assert running.send(id=1, who="bob") == [{"id": 1, "who": "bob", "same": "bob", "other": None}]
    assert running.send(id=1, who="eve") == [{"id": 1, "who": "eve", "same": "bob", "other": None}]


def test_pipelines_share_nothing():
    one, other = (
        Running(aggregate("event.set('n', " + COUNT + ")")),
        Running(aggregate("event.set('n', map['n'])")),
    )
    one.send(id=1)
    assert other.send(id=1) == [{"id": 1, "n": None}]


def test_a_pipeline_that_is_compiled_twice_shares_nothing_with_itself():
    context, source = Context(), Source("main.conf", f"filter {{ {aggregate(timeout=10)} }}")
    for _ in range(2):
        assert compile_pipeline([source], context).diagnostics == []


def test_the_code_may_log(capsys):
    Running(aggregate("logger.warn('odd', 'id' => map_meta.task_id, :n => nil, :list => ['x'])")).send(id="a")
    logged = capsys.readouterr().err
    assert "odd" in logged
    assert '"id": "a", "n": null, "list": "[\\"x\\"]"' in logged


@pytest.mark.parametrize(
    ("action", "tags"),
    [
        ("create", [["x"], None, None]),
        ("update", [None, None, None]),
        ("create_or_update", [["x"], ["x"], ["x"]]),
    ],
)
def test_the_common_settings_follow_the_map_action(action, tags):
    running = Running(aggregate(map_action=action, add_tag=["x"]))
    assert [running.send(id=1)[0].get("tags") for _ in range(3)] == tags


def test_an_event_without_the_id_is_left_alone():
    assert Running(aggregate(add_tag=["x"])).send(name="a") == [{"name": "a"}]


def test_a_task_ends_after_the_code_when_told_to():
    running = Running(aggregate(f"event.set('n', {COUNT})", end_of_task=True))
    assert [running.send(id=1)[0]["n"] for _ in range(2)] == [1, 1]


def test_failing_code_tags_the_event_and_the_task_may_end_all_the_same():
    running = Running(
        aggregate("map['a'] = 1; raise 'no'", end_of_task=True, add_tag=["x"])
        + aggregate("event.set('a', map['a'])")
    )
    assert running.send(id=1) == [{"id": 1, "a": None, "tags": ["_aggregateexception"]}]


def test_the_code_may_make_events_and_cancel_its_own():
    code = """
        made = LogStash::Event.new('row' => 1)
        new_event_block.call(made)
        made.set('late', true)
        new_event_block.call(LogStash::Event.new('row' => 2))
        new_event_block.call(event)
        event.cancel
    """
    assert Running(aggregate(code, add_tag=["x"])).send(id=1) == [
        {"row": 1, "late": True},
        {"row": 2},
    ]


def test_a_cancelled_event_is_not_counted_as_one_that_came_out():
    running = Running(aggregate("event.cancel"))
    running.send(id=1)
    assert running.pipeline.filters[0].metrics.events_out == 0


@pytest.mark.parametrize(("ending", "tags"), [("", ["x"]), ("; raise 'no'", ["_aggregateexception"])])
def test_texts_that_the_code_changes_in_place_change_the_event(ending, tags):
    running = Running(
        aggregate(f"event.get('name') << '!'{ending}", add_tag=["x"], add_field={"copy": "%{name}"})
    )
    (event,) = running.send(id=1, name="bob")
    assert (event["name"], event["tags"], event.get("copy")) == ("bob!", tags, None if ending else "bob!")


def test_the_code_has_as_much_time_as_that_of_other_filters():
    assert Running(aggregate()).pipeline.filters[0].longest_run_s == BUDGET_S


@pytest.mark.parametrize(("threshold", "tasks", "warnings"), [(3, 4, 1), (5, 7, 2), (10, 15, 3), (0, 3, 0)])
def test_many_tasks_are_warned_of_and_again_at_each_fifth_more(threshold, tasks, warnings, capsys):
    running = Running(aggregate(map_count_warning_threshold=threshold))
    for one in range(tasks):
        running.send(id=one)
    assert capsys.readouterr().err.count("many tasks are open") == warnings


def test_what_is_no_event_cannot_be_made_one():
    (event,) = Running(aggregate("new_event_block.call({'row' => 1})")).send(id=1)
    assert event["tags"] == ["_aggregateexception"]


def test_a_map_becomes_an_event_when_its_time_is_over():
    running = Running(
        aggregate(
            timeout=20,
            push_map_as_event_on_timeout=True,
            timeout_task_id_field="[task][id]",
            timeout_tags=["over", "n is %{n}"],
            timeout_code="event.set('many', event.get('n') > 1)",
            add_tag=["seen"],
        )
        + "mutate { add_field => { passed => yes } }"
    )
    running.send(id="a")
    assert running.wait(10) == []
    running.send(id="a")
    assert running.wait(10) == []
    assert running.wait(20) == [
        {"n": 2, "task": {"id": "a"}, "tags": ["over", "n is 2"], "many": True, "passed": "yes"}
    ]
    assert running.flush(final=True) == []


def test_an_event_made_of_a_map_has_the_time_of_the_clock_or_of_the_map():
    running = Running(
        aggregate("map['n'] = 1", push_previous_map_as_event=True)
        + aggregate(
            "map['@timestamp'] = event.timestamp", task_id="%{other}", push_previous_map_as_event=True
        )
    )
    running.send(id="a", other="b")
    running.clock.move(60)
    told = trio.run(partial(running.pipeline.flush, final=True))
    assert [event.top("@timestamp") for event in told] == [running.clock.now, BEGIN]


def test_the_filter_that_says_when_tasks_end_ends_those_of_the_others():
    running = Running(
        aggregate() + aggregate("", timeout=20, push_map_as_event_on_timeout=True) + aggregate("")
    )
    running.send(id="a")
    assert running.wait(35) == [{"n": 1}]


def test_a_map_that_cannot_be_an_event_is_told_of_without_it():
    running = Running(aggregate("map['x'] = proc { 1 }", push_previous_map_as_event=True))
    running.send(id="a")
    assert running.flush(final=True) == [{"tags": ["_aggregateexception", "_aggregatefinalflush"]}]


def test_a_map_is_forgotten_without_an_event_by_default():
    running = Running(aggregate(f"event.set('n', {COUNT})", timeout=20))
    running.send(id="a")
    assert running.wait(35) == []
    assert running.send(id="a")[0]["n"] == 1


def test_tasks_end_after_half_an_hour_unless_a_filter_says_otherwise():
    running = Running(aggregate(push_map_as_event_on_timeout=True))
    running.send(id="a")
    assert running.wait(1800) == []
    assert running.wait(905) == [{"n": 1}]


def test_the_shortest_timeout_of_a_pipeline_is_the_default_of_the_others():
    running = Running(
        aggregate(push_map_as_event_on_timeout=True) + aggregate(task_id="%{other}", timeout=10)
    )
    running.send(id="a")
    assert running.wait(20) == [{"n": 1}]


def test_a_task_without_events_ends_earlier():
    running = Running(aggregate(timeout=60, inactivity_timeout=10, push_map_as_event_on_timeout=True))
    told = []
    for _ in range(15):
        running.send(id="a")
        told += running.wait(5)
    assert told == [{"n": 13}]
    assert running.wait(20) == [{"n": 2}]


def test_time_is_looked_at_every_half_of_the_inactivity_timeout():
    running = Running(aggregate(timeout=40, push_map_as_event_on_timeout=True))
    running.flush()
    running.send(id="a")
    running.clock.move(41)
    assert running.flush() == [{"n": 1}]
    running.send(id="b")
    running.clock.move(20)
    assert running.flush() == []
    running.clock.move(5)
    assert running.flush() == []
    running.clock.move(16)
    assert running.flush() == []
    running.clock.move(10)
    assert running.flush() == [{"n": 1}]


@pytest.mark.parametrize("limit", ["timeout", "inactivity_timeout"])
def test_limits_that_the_code_sets_are_looked_at_every_time(limit):
    running = Running(aggregate(f"{COUNT}; map_meta.{limit} = 7", push_map_as_event_on_timeout=True))
    running.send(id="a")
    assert running.wait(5) == []
    assert running.wait(5) == [{"n": 1}]


@pytest.mark.parametrize("limit", ["timeout", "inactivity_timeout"])
def test_the_code_ends_a_task_with_a_limit_of_zero(limit):
    code = f"{COUNT}; map_meta.{limit} = 0 if map['n'] == 2; event.cancel"
    running = Running(
        aggregate(code) + aggregate("", push_map_as_event_on_timeout=True, timeout_tags=["full"])
    )
    assert [running.send(id="a") for _ in range(3)] == [[], [{"n": 2, "tags": ["full"]}], []]


def test_a_limit_of_zero_makes_no_event_unless_maps_are_pushed():
    running = Running(
        aggregate(f"{COUNT}; event.set('n', map['n']); map_meta.timeout = 0", timeout_tags=["x"])
    )
    assert [running.send(id="a") for _ in range(2)] == [[{"id": "a", "n": 1}]] * 2


@pytest.mark.parametrize("value", ["true", "'1'", "[]"])
def test_a_limit_is_a_number(value):
    (event,) = Running(aggregate(f"map_meta.timeout = {value}")).send(id="a")
    assert event["tags"] == ["_aggregateexception"]


def test_the_code_may_put_another_map_in_place():
    running = Running(aggregate("event.set('was', map_meta.map); map_meta.map = {'new' => event.get('v')}"))
    assert [running.send(id="a", v=number)[0]["was"] for number in (1, 2)] == [{}, {"new": 1}]


def test_the_code_sees_the_times_and_the_id_of_the_task():
    code = """
        event.set('at', [map_meta.creation_timestamp.to_i, map_meta.lastevent_timestamp.to_i])
        event.set('task', map_meta.task_id)
        event.set('limits', [map_meta.timeout, map_meta.inactivity_timeout])
    """
    running = Running(aggregate(code))
    running.send(id=1)
    running.clock.move(7)
    begin = BEGIN.seconds
    assert running.send(id=1) == [{"id": 1, "at": [begin, begin + 7], "task": "1", "limits": [None, None]}]


def test_the_map_of_the_task_before_becomes_an_event_when_a_new_one_begins_and_at_the_end():
    running = Running(
        aggregate(f"{COUNT}; event.cancel", push_previous_map_as_event=True, timeout_task_id_field="id")
    )
    assert [running.send(id=one) for one in "aabb"] == [[], [], [{"n": 2, "id": "a"}], []]
    assert running.flush(final=True) == [{"n": 2, "id": "b", "tags": ["_aggregatefinalflush"]}]
    assert running.flush(final=True) == []


def test_the_map_of_the_task_before_waits_for_the_end_or_its_timeout():
    running = Running(aggregate(push_previous_map_as_event=True, timeout=20))
    running.send(id="a")
    assert running.wait(20) == []
    assert running.wait(15) == [{"n": 1}]
    running.send(id="a")
    running.flush()
    assert running.flush(final=True) == [{"n": 1, "tags": ["_aggregatefinalflush"]}]


def test_the_code_of_a_map_that_became_an_event_may_cancel_it():
    running = Running(aggregate(push_previous_map_as_event=True, timeout_code="event.cancel"))
    running.send(id="a")
    assert running.flush(final=True) == []


def test_maps_whose_time_is_not_over_are_lost_at_the_end():
    running = Running(aggregate(push_map_as_event_on_timeout=True))
    running.send(id="a")
    assert running.flush(final=True) == []


def test_a_failing_timeout_code_tags_the_event():
    running = Running(aggregate(push_previous_map_as_event=True, timeout_code="raise 'no'"))
    running.send(id="a")
    assert running.flush(final=True) == [{"n": 1, "tags": ["_aggregateexception", "_aggregatefinalflush"]}]


def test_tasks_may_end_by_the_time_of_events():
    running = Running(
        aggregate(
            f"{COUNT}; event.cancel",
            timeout=60,
            inactivity_timeout=30,
            timeout_timestamp_field="at",
            push_map_as_event_on_timeout=True,
        )
    )
    seconds = (0, 30, 60, 61, 91, 122)
    told = [running.send(id="a", at=Timestamp.from_epoch(1_500_000_000 + one)) for one in seconds]
    assert told == [[], [], [], [{"n": 3}], [], [{"n": 2}]]
    assert running.wait(30) == []  # the clock's time counts from the first event too
    assert running.wait(20) == [{"n": 1}]


def test_a_task_that_ended_by_the_time_of_an_event_becomes_one_even_if_the_code_is_not_run():
    limits = {"timeout": 60, "timeout_timestamp_field": "@timestamp", "push_map_as_event_on_timeout": True}
    running = Running(aggregate(map_action="create") + aggregate("", map_action="update", **limits))
    running.send(id="a")
    running.clock.move(61)
    assert running.send(id="a") == [{"id": "a"}, {"n": 1}]


def test_an_event_without_the_time_to_end_by_is_tagged():
    (event,) = Running(aggregate(timeout_timestamp_field="at")).send(id="a")
    assert event["tags"] == ["_aggregate_filter_error"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (aggregate(task_id="static"), "the task_id is the same for all events"),
        (
            aggregate(timeout=10) + aggregate(timeout_tags=["x"]),
            "another filter of this task_id says when tasks end",
        ),
        (aggregate(timeout=10, inactivity_timeout=11), "inactivity_timeout is longer than timeout, 10"),
        (
            aggregate(aggregate_maps_path="one") + aggregate(aggregate_maps_path="two"),
            "another filter of the pipeline names the file of all maps",
        ),
    ],
)
def test_settings_that_cannot_work_are_refused(text, problem):
    assert Running(text).problems == [problem]


@pytest.mark.parametrize("name", ["code", "timeout_code"])
def test_code_that_is_no_ruby_is_refused(name):
    (problem,) = Running(aggregate(**{name: "if ("})).problems
    assert problem.startswith(f"{name}: ")


def test_both_limits_may_be_the_same():
    assert Running(aggregate(timeout=10, inactivity_timeout=10)).problems == []


def test_timeouts_that_are_not_given_do_not_count_as_given():
    text = aggregate(timeout=10) + aggregate(push_map_as_event_on_timeout=False, timeout_tags=[])
    assert Running(text).problems == []


def test_maps_are_kept_while_logsmith_is_stopped(tmp_path):
    path = tmp_path / "maps"
    text = aggregate(f"event.set('n', {COUNT})", aggregate_maps_path=str(path), timeout=60) + aggregate(
        "map['last'] = event.get('[@metadata][x]'); map[:at] = Time.at(5).utc", task_id="%{other}"
    )
    running = Running(text)
    running.send(id="a", other="b")
    running.flush(final=True)
    assert path.stat().st_mode & 0o777 == 0o600
    again = Running(text)
    assert path.exists()
    assert again.send(id="a") == [{"id": "a", "n": 2}]
    assert not path.exists()
    assert [path.name for path in tmp_path.iterdir()] == []
    again.flush(final=True)
    assert set(json.loads(path.read_text())["patterns"]) == {"%{id}", "%{other}"}


def test_tasks_keep_their_times_and_limits_while_logsmith_is_stopped(tmp_path):
    text = aggregate(
        f"map_meta.inactivity_timeout = 40 if event.get('slow'); {COUNT}",
        timeout=60,
        inactivity_timeout=50,
        push_map_as_event_on_timeout=True,
        timeout_task_id_field="id",
        aggregate_maps_path=str(tmp_path / "maps"),
    )
    running = Running(text)
    for one in "abc":
        running.send(id=one, slow=one == "b")
    running.clock.move(10)
    running.send(id="a")
    running.send(id="b")
    running.flush(final=True)
    again = Running(text)
    ended = {}
    for seconds in (49, 51, 77):  # after the first events
        again.clock.now = Timestamp(BEGIN.nanos + seconds * 1_000_000_000)
        ended[seconds] = [event["id"] for event in again.flush()]
    assert ended == {49: [], 51: ["b", "c"], 77: ["a"]}


def test_a_task_whose_map_was_pushed_at_the_end_is_not_kept(tmp_path):
    path = tmp_path / "maps"
    running = Running(
        aggregate("", aggregate_maps_path=str(path))
        + aggregate(task_id="%{other}", push_previous_map_as_event=True)
    )
    running.send(other="b")
    assert len(running.flush(final=True)) == 1
    assert not path.exists()


def test_only_the_first_worker_takes_and_keeps_maps(tmp_path):
    path = tmp_path / "maps"
    text = aggregate(f"event.set('n', {COUNT})", aggregate_maps_path=str(path))
    running = Running(text)
    running.send(id="a")
    running.flush(final=True)
    content = path.read_text()
    other = Running(text)
    other.pipeline.filters[0].place = WorkerPlace(index=1, count=2)
    assert [other.send(id=one)[0]["n"] for one in "abb"] == [1, 1, 2]
    other.flush(final=True)
    assert path.read_text() == content


def test_a_check_leaves_the_file_of_the_maps_alone(tmp_path):
    path = tmp_path / "maps"
    path.write_text('{"patterns": {}}')
    Running(aggregate(aggregate_maps_path=str(path)))
    assert path.exists()


def test_no_maps_leave_no_file(tmp_path):
    running = Running(aggregate(end_of_task=True, aggregate_maps_path=str(tmp_path / "maps")))
    running.send(id="a")
    running.flush(final=True)
    assert list(tmp_path.iterdir()) == []


def test_maps_that_cannot_be_written_are_told_of(tmp_path, capsys):
    running = Running(aggregate(aggregate_maps_path=str(tmp_path / "missing" / "maps")))
    running.send(id="a")
    assert running.flush(final=True) == []
    assert "maps not stored" in capsys.readouterr().err


def test_a_map_that_cannot_be_kept_does_not_take_the_others_with_it(tmp_path):
    path = tmp_path / "maps"
    running = Running(
        aggregate("map['x'] = event.get('id') == 'a' ? proc { 1 } : 1", aggregate_maps_path=str(path))
    )
    for one in "ab":
        running.send(id=one)
    running.flush(final=True)
    assert [task["id"] for task in json.loads(path.read_text())["patterns"]["%{id}"]] == ["b"]


@pytest.mark.parametrize("content", ["\x04\x08{", "[]", '{"patterns": {"%{id}": [{"id": "a"}]}}'])
def test_a_file_that_logsmith_did_not_write_is_refused(tmp_path, content):
    path = tmp_path / "maps"
    path.write_text(content)
    (problem,) = Running(aggregate(aggregate_maps_path=str(path))).problems
    assert problem.startswith(f"{path} holds no maps that logsmith wrote: ")
    assert path.read_text() == content
