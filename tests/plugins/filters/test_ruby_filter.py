import base64
import gzip
import re

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.regex import budget


def make(**values):
    return make_plugin("filter", "ruby", values, Context())


def run(fields, **values):
    ruby, _ = make(**values)
    return [event.to_map() for event in ruby.expand(Event(dict(fields)))]


def test_the_common_settings_are_applied_after_the_code():
    assert run({"a": 1}, code="event.set('b', 2)", add_tag=["%{b}"], remove_field=["a"]) == [
        {"b": 2, "tags": ["2"]}
    ]


def test_return_leaves_the_code_and_the_common_settings_are_applied():
    assert run({"a": 1}, code="return if event.get('a')\nevent.set('b', 2)", add_tag=["x"]) == [
        {"a": 1, "tags": ["x"]}
    ]


@pytest.mark.parametrize(
    "fault",
    ["raise 'x'", "nil.foo_bar", "raise Exception", "1 / 0", "def f = f\nf", "throw :a", "'a' * 10**12"],
)
def test_any_exception_tags_the_event_and_skips_the_common_settings(fault):
    found = run({}, code=f"event.set('before', 1)\n{fault}\nevent.set('after', 1)", add_tag=["x"])
    assert found == [{"before": 1, "tags": ["_rubyexception"]}]


def test_the_message_of_an_exception_can_be_a_tag_too():
    found = run({}, code="raise ArgumentError, 'no'", tag_on_exception="bad", tag_with_exception_message=True)
    assert found == [{"tags": ["bad: no", "bad"]}]


def test_a_cancelled_event_is_gone_and_new_ones_stay():
    assert run({}, code="new_event_block.call(event.clone)\nevent.cancel", add_tag=["x"]) == [{}]
    assert run({}, code="event.cancel") == []


def test_new_events_follow_the_event_without_its_common_settings():
    found = run(
        {"n": 2},
        code="2.times { |i| e = event.clone; e.set('n', i); new_event_block.call(e) }",
        add_tag=["x"],
    )
    assert found == [{"n": 2, "tags": ["x"]}, {"n": 0}, {"n": 1}]


def test_init_runs_once_with_the_object_of_the_code():
    ruby, _ = make(init="@n = 10\ndef bump() @n += 1 end", code="event.set('n', bump)")
    assert [ruby.expand(Event({}))[0].top("n") for _ in range(2)] == [11, 12]
    assert ruby.is_stateful


def test_local_variables_of_init_are_not_seen_by_the_code():
    assert run({}, init="x = 1", code="event.set('x', x)") == [{"tags": ["_rubyexception"]}]


@pytest.mark.parametrize(
    ("code", "is_stateful"), [("event.set('a', 1)", False), ("@last = event.get('a')", True)]
)
def test_only_code_that_keeps_something_is_stateful(code, is_stateful):
    assert make(code=code)[0].is_stateful is is_stateful


def test_code_that_runs_away_is_interrupted_and_the_event_goes_on():
    ruby, _ = make(code="loop { }")
    with budget.armed(0, 0.02):
        assert ruby.expand(Event({}))[0].to_map() == {"tags": ["_rubyexception"]}


def problems_of(**values):
    with pytest.raises(BuildError) as caught:
        make(**values)
    return [(one.setting, one.offset, one.message) for one in caught.value.problems]


def test_what_is_refused_is_told_at_its_place():
    assert problems_of(code="x = 1\n`ls`") == [("code", 6, "code: shell commands are not supported")]
    assert problems_of(init="(", code="x = 1") == [
        ("init", 1, "init: expected ')' of the parenthesis, found the end of the code")
    ]
    assert problems_of(init="raise 'x'", code="x = 1") == [("init", None, "init raises x (RuntimeError)")]


def test_what_will_fail_is_warned_of():
    _, warnings = make(code="x = event['a']")
    assert [(one.offset, one.severity) for one in warnings] == [(9, "warning")]


@pytest.fixture
def script(tmp_path):
    def write(text):
        path = tmp_path / "script.rb"
        path.write_text(text)
        return str(path)

    return write


def test_neither_or_both_of_code_and_path_tags_every_event_as_logstash_does(script):
    for values in ({}, {"code": "event.set('a', 1)", "path": script("def filter(event) [event] end")}):
        assert run({}, **values) == [{"tags": ["_rubyexception"]}]


def test_a_script_returns_the_events_that_go_on(script):
    path = script(
        "def register(params) @f = params['f'] end\ndef filter(event)\n  event.get(@f).map { |v| e = event.clone; e.set('v', v); e } + [event]\nend"
    )
    assert run({"l": [1, 2]}, path=path, script_params={"f": "l"}, add_tag=["x"]) == [
        {"l": [1, 2], "tags": ["x"]}, {"l": [1, 2], "v": 1}, {"l": [1, 2], "v": 2},
    ]  # fmt: skip
    assert not make(path=path, script_params={"f": "l"})[0].is_stateful


def test_an_event_that_a_script_does_not_return_is_dropped(script):
    assert run({"a": 1}, path=script("def filter(event)\n  []\nend")) == []


def test_a_wrong_answer_of_a_script_tags_the_event(script):
    assert run({}, path=script("def filter(event)\n  nil\nend"), add_tag=["x"]) == [
        {"tags": ["x", "_rubyexception"]}
    ]


def test_a_script_that_cannot_be_used_is_told(script, tmp_path):
    assert "missing" in problems_of(path=str(tmp_path / "missing.rb"))[0][2]
    path = script("def filter(event)\n  [event\nend")
    assert problems_of(path=path)[0][2] == f"{path}:3:1: expected ']' after an element, found 'end'"
    path = script(
        "def filter(event) [event] end\ntest('t') { in_event { {} }; expect('e') { |events| false } }"
    )
    assert problems_of(path=path)[0][2] == f"{path}: test 't' fails: e"


def test_classes_of_the_code_have_the_filter_in_their_names():
    code = "class Own; end\nPair = Struct.new(:a)\nevent.set('names', [Own.name, Pair.new(1).inspect])"
    assert run({}, code=code) == [
        {"names": ["LogStash::Filters::Ruby::Own", "#<struct LogStash::Filters::Ruby::Pair a=1>"]}
    ]


def test_classes_of_a_script_stand_in_an_object_of_its_own(tmp_path):
    path = tmp_path / "own.rb"
    path.write_text("class Own; end\ndef filter(event)\n  event.set('name', Own.name)\n  [event]\nend\n")
    (found,) = run({}, path=str(path))
    assert re.fullmatch(r"#<Class:0x[0-9a-f]+>::Own", found["name"])


def test_gzip_in_a_field_is_read_with_a_reader():
    code = (
        "require 'zlib'; require 'stringio'; require 'base64'\n"
        "io = StringIO.new(Base64.decode64(event.get('data')))\n"
        "event.set('text', Zlib::GzipReader.new(io).read)"
    )
    data = base64.b64encode(gzip.compress("héllo".encode())).decode()
    assert run({"data": data}, code=code) == [{"data": data, "text": "héllo"}]
