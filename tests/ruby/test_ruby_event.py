"""The event as a program sees it: what is read, what is set, what is shared."""

import pytest

from logsmith.event import Event, FieldRef, Timestamp
from logsmith.ruby.border import give, take
from logsmith.ruby.event_object import EventObject
from logsmith.ruby.exceptions import RubyException
from logsmith.ruby.objects import Proc, String, Symbol
from logsmith.ruby.program import Self, compile_ruby
from logsmith.ruby.show import inspect

STAMP = {"@timestamp": Timestamp.parse("2020-01-02T03:04:05.678Z"), "@version": "1"}


def run(code, fields):
    """Run code on an event; return the event and the value of the last expression, inspected."""
    event = Event(dict(fields))
    seen = EventObject(event)
    try:
        value = compile_ruby(code).run(Self(), event=seen, new_event_block=Proc(lambda _event: None))
    finally:
        seen.settle()
    return event, inspect(value)


SETS = [  # code, fields before, fields after
    ("event.set('b', event.get('a'))", {"a": [1, {"x": "y"}]}, {"a": [1, {"x": "y"}], "b": [1, {"x": "y"}]}),
    ("event.set('[a][b]', 1)", {}, {"a": {"b": 1}}),
    ("event.set('a', :sym)", {}, {"a": "sym"}),
    ("event.set('a', { :k => 1, 2 => nil, 'n' => [:x] })", {}, {"a": {"k": 1, "2": None, "n": ["x"]}}),
    ("event.set('a', [0.0 / 0, 1.0 / 0])", {}, {"a": ["NaN", "Infinity"]}),
    ("event.set('a', Time.at(0).utc)", {}, {"a": Timestamp(0)}),
    ("event.remove('[a][b]')", {"a": {"b": 1, "c": 2}}, {"a": {"c": 2}}),
    ("event.tag('t'); event.tag('t')", {}, {"tags": ["t"]}),
    ("event.get('a') << 4", {"a": [1]}, {"a": [1]}),
    ("event.get('a')['k'] = 1", {"a": {}}, {"a": {}}),
    ("h = event.to_hash; h['new'] = 1; h.delete('a')", {"a": 1}, {"a": 1}),
    ("event.get('a') << 'y'", {"a": "x"}, {"a": "xy"}),
    ("event.get('a').upcase!", {"a": "x"}, {"a": "X"}),
    ("event.get('a')[0].upcase!", {"a": ["x", "y"]}, {"a": ["X", "y"]}),
    ("event.get('o')['k'] << '!'; event.get('[o][k]').upcase!", {"o": {"k": "x"}}, {"o": {"k": "X!"}}),
    ("event.to_hash['a'].upcase!", {"a": "x"}, {"a": "X"}),
    ("event.set('b', event.get('a')); event.get('b') << '!'", {"a": "x"}, {"a": "x!", "b": "x!"}),
    ("s = 'x'; event.set('a', [s]); s << 'y'", {}, {"a": ["xy"]}),
    ("s = event.get('a'); event.set('a', 'z'); s << 'y'", {"a": "x"}, {"a": "z"}),
    ("s = event.get('a'); event.remove('a'); s << 'y'", {"a": "x"}, {}),
    ("event.get('a') << '!'; event.set('b', event.sprintf('%{a}'))", {"a": "x"}, {"a": "x!", "b": "x!"}),
    ("event.get('a') << '!'; c = event.clone; event.set('b', c.get('a'))", {"a": "x"}, {"a": "x!", "b": "x!"}),
    ("s = event.get('a'); event.set('b', s.dup << 'y')", {"a": "x"}, {"a": "x", "b": "xy"}),
    ("event.set('a', \"caf\\xE9\")", {}, {"a": "caf\ufffd"}),
    ("event.overwrite(LogStash::Event.new('z' => 1, '@timestamp' => event.timestamp))", {**STAMP, "a": 1}, {**STAMP, "z": 1}),
    ("event.append(LogStash::Event.new('a' => 2, 'l' => [2], 'o' => {'y' => 1}, '@version' => '1'))",
     {**STAMP, "a": 1, "l": [1], "o": {"x": 0}}, {**STAMP, "a": [1, 2], "l": [1, 2], "o": {"x": 0, "y": 1}}),
    ("event.timestamp = LogStash::Timestamp.at(1)", STAMP, {**STAMP, "@timestamp": Timestamp(1_000_000_000)}),
]  # fmt: skip

READS = [  # code, its value
    ("event.get('nope')", "nil"),
    ("event.get('[a][0][k]')", '"v"'),
    ("[event.include?('nul'), event.include?('nope'), event.include?('[a][0]'), event.include?('[a][9]')]",
     "[true, false, true, false]"),
    ("event.remove('nul')", "nil"),
    ("event.set('x', 5)", "5"),
    ("event.tag('x')", "nil"),
    ("event.get('@timestamp').class", "LogStash::Timestamp"),
    ("event.timestamp.to_s", '"2020-01-02T03:04:05.678Z"'),
    ("event.sprintf('%{t}-%{+YYYY}-%{nope}')", '"x-2020-%{nope}"'),
    ("event.to_hash.keys", '["t", "nul", "a", "@timestamp", "@version"]'),
    ("event.set('[@metadata][m]', 1); [event.to_hash.key?('@metadata'), event.to_hash_with_metadata['@metadata']]",
     '[false, {"m" => 1}]'),
    ("event.to_json", r'"{\"t\":\"x\",\"nul\":null,\"a\":[{\"k\":\"v\"}],\"@timestamp\":\"2020-01-02T03:04:05.678Z\",\"@version\":\"1\"}"'),
    ("[event.cancelled?, event.cancel, event.cancelled?, event.uncancel, event.cancelled?]", "[false, true, true, false, false]"),
    ("event.get('t').equal?(event.get('t'))", "true"),
    ("event.set('s', :abc); [event.get('s'), event.get('s').class]", "[:abc, Symbol]"),
    ("e = event; e = 5; e", "5"),
    ("name = 't'; event.get(name)", '"x"'),
    ("event.is_a?(LogStash::Event)", "true"),
]  # fmt: skip

RAISES = [
    "event.set('a', 1..3)", "event.set('a', [->{}])", "event.set('a', /x/)", "event.set('tags', nil)", "event.set('tags', ['a', 1])",
    "event.set('@timestamp', '2020-01-01')", "event['t']", "event['t'] = 1", "event.set('[t][x]', 1)", "event.get(nil)",
    "event.get('[t')", "event.set('t')", "event.append('x')", "LogStash::Event.new(5)",
]  # fmt: skip


@pytest.mark.parametrize(("code", "before", "after"), SETS)
def test_the_event_is_changed_so(code, before, after):
    event, _ = run(code, before)
    assert event.to_map() == after


@pytest.mark.parametrize(("code", "value"), READS)
def test_the_program_sees(code, value):
    _, seen = run(code, {"t": "x", "nul": None, "a": [{"k": "v"}], **STAMP})
    assert seen == value


@pytest.mark.parametrize("code", RAISES)
def test_what_a_field_cannot_hold_raises(code):
    with pytest.raises(RubyException):
        run(code, {"t": "x", **STAMP})


def test_a_text_is_written_back_after_an_exception_too():
    event = Event({"a": "x"})
    seen = EventObject(event)
    with pytest.raises(RubyException):
        compile_ruby("event.get('a') << 'y'\nraise 'z'").run(Self(), event=seen)
    seen.settle()
    assert event.get(FieldRef.parse("a")) == "xy"


def test_values_pass_the_border_both_ways():
    value = {"a": ["x", 1, 1.5, None, True, Timestamp(0)], "b": {"c": "d"}}
    assert take(give(value)) == value
    assert isinstance(give("x"), String)
    assert take(Symbol("s")) == "s"


@pytest.mark.parametrize(
    "code", ["event.get(:a)", "event.set(:a, 1)", "event.remove(:a)", "event.include?(:a)"]
    + [f"event.tag({value})" for value in ("5", "nil", ":x", "['a', 'b']")]
    + ["n = :a; event.get(n)"],
)  # fmt: skip
def test_names_and_tags_are_strings_and_nothing_else(code):
    with pytest.raises(RubyException):
        run(code, {"a": 1})
