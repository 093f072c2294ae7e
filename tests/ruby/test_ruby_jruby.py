"""What JRuby 10 answers in words of its own, and what only it and Logstash have: frozen collections, versions, seeds."""

import pytest

from logsmith.event import Event
from logsmith.ruby import freezing
from logsmith.ruby.dispatch import load, methods_of
from logsmith.ruby.event_object import EventObject
from logsmith.ruby.exceptions import RubyException
from logsmith.ruby.program import Self, compile_ruby
from tests.ruby.ruby_answers import answer, cases

FROZEN = r"""
LIST = [1].freeze; LIST << 2  # => FrozenError: can't modify frozen Array: [1]
[1].freeze.push(2)  # => FrozenError: can't modify frozen Array: [1]
[2,1].freeze.sort!  # => FrozenError: can't modify frozen Array: [2, 1]
[2,1].freeze.map! { |x| x }  # => FrozenError: can't modify frozen Array: [2, 1]
x = [1]; x.freeze; x << 2  # => FrozenError: can't modify frozen Array: [1]
T = {"a"=>1}.freeze; T["b"] = 2  # => FrozenError: can't modify frozen Hash: {"a" => 1}
{"a"=>1}.freeze.delete("a")  # => FrozenError: can't modify frozen Hash: {"a" => 1}
{"a"=>1}.freeze.merge!("b"=>1)  # => FrozenError: can't modify frozen Hash: {"a" => 1}
{"a"=>1}.freeze.clone.merge!("b"=>2)  # => FrozenError: can't modify frozen Hash: {"a" => 1}
[[].frozen?, [].freeze.frozen?, {}.frozen?, {}.freeze.frozen?]  # => [false, true, false, true]
[[1].freeze.dup.frozen?, [1].freeze.clone.frozen?, [1].freeze.clone(freeze: false).frozen?]  # => [false, true, false]
[1].clone(freeze: true).frozen?  # => true
[1].freeze.map { |x| x }.frozen?  # => false
{"a"=>1}.freeze.merge("b"=>2).frozen?  # => false
{"a"=>1}.freeze.dup.merge!("b"=>2)  # => {"a" => 1, "b" => 2}
[[1]].freeze[0] << 2  # => [1, 2]
[[1,2].freeze].map { |a, b| [b, a] }  # => [[2, 1]]
T = {"a" => 1, 1 => 2}.freeze; [T[1.0], T[[1]], T[1]]  # => [nil, nil, 2]
T = {"a" => 1}.freeze; [T["a"], T["z"], T.fetch("a"), T.to_a]  # => [1, nil, 1, [["a", 1]]]
T = Hash.new(7).freeze; T["z"]  # => 7
[1].freeze.eql?([1])  # => true
{[1].freeze => 2}[[1]]  # => 2
[1].freeze.class  # => Array
case {a: 1}.freeze; in {a:} then a; end  # => 1
"""
KNOWN = r"""
[RUBY_VERSION, RUBY_ENGINE, JRUBY_VERSION, LOGSTASH_VERSION]  # => ["3.4.5", "jruby", "10.0.5.0", "9.5.2"]
[LogStash::Event::TIMESTAMP, LogStash::Event::VERSION, LogStash::Event::METADATA]  # => ["@timestamp", "@version", "@metadata"]
r = Random.new(42); [r.rand, r.rand(10), r.rand(1..6), r.rand(1.5), r.seed]  # => [0.3745401188473625, 7, 5, 0.8952752369197305, 42]
r = Random.new(42); [r.rand(10), r.rand(10), r.rand(1000), r.rand(2**40), r.rand(2**70)]  # => [6, 3, 860, 63273432170, 140170508402296564756]
r = Random.new(2**40); [r.rand, r.rand(10)]  # => [0.1036394562812375, 8]
Random.new(42).rand(1.0..6.0)  # => 2.872700572475492
Random.new(42).rand(0)  # => ArgumentError: invalid argument - 0
Random.new(42).bytes(5)  # => "f\xDC\xE1_\xB3"
[1,2,3,4,5].shuffle(random: Random.new(42))  # => [2, 5, 3, 1, 4]
srand(5); [rand(100), rand(1..10), Random.rand]  # => [99, 7, 0.36373689710058943]
Random.new(1) == Random.new(1)  # => true
h = {a: 1}; h.default = 0; h[:b] += 1; h  # => {a: 1, b: 1}
h = {"a" => 1}; g = h; h.default = 5; g["q"]  # => 5
h = {}; h.default_proc = proc { |hh, k| k * 2 }; h["x"]  # => "xx"
Gem::Version.new("1.10") > Gem::Version.new("1.9")  # => true
Gem::Version.new("1.10") == Gem::Version.new("1.10.0")  # => true
Gem::Version.new("1.10.0.pre1") < Gem::Version.new("1.10")  # => true
Gem::Version.new("1.2") <=> "1.3"  # => -1
Gem::Version.new("abc")  # => ArgumentError: Malformed version number string abc
Gem::Version.new("1.2.3.a").release.to_s  # => "1.2.3"
Gem::Version.new("1.2.3").bump.to_s  # => "1.3"
["1.10","1.9","1.2"].sort_by { |v| Gem::Version.new(v) }  # => ["1.2", "1.9", "1.10"]
loop.first(2)  # => [nil, nil]
"""
WORDS = r"""
Time.parse("2020-01-01 25:00:00")  # => ArgumentError: argument out of range for hour
Time.utc(2020,1,32)  # => ArgumentError: argument out of range for day
Time.utc(2020,1,1,1,61)  # => ArgumentError: argument out of range for minute
Time.parse(nil)  # => TypeError: no implicit conversion of NilClass into String
Time.at(true)  # => TypeError: can't convert TrueClass into an exact number
Integer([])  # => TypeError: no implicit conversion of Array into Integer
Integer(nil)  # => TypeError: can't convert nil into Integer
Float([])  # => TypeError: no implicit conversion of Array into Float
[1].sample(-1)  # => ArgumentError: negative sample number
"é" << "é".b  # => Encoding::CompatibilityError: incompatible encodings: UTF-8 and ASCII-8BIT
def f; yield; end; f  # => LocalJumpError: no block given
"""
EXACT = r"""
Time.utc(2020,1,2,3,4,5.678).iso8601(3)  # => "2020-01-02T03:04:05.678Z"
Time.utc(2020,1,2,3,4,5.9999999999).nsec  # => 999999999
Time.utc(2020,1,2,3,4,5.1).nsec  # => 100000000
Time.new("2021-02-30 00:00:00").utc.day  # => 2
BigDecimal("1")/3  # => 0.333333333333333333333333333333333333e0
BigDecimal("2")/3  # => 0.666666666666666666666666666666666667e0
BigDecimal("10")/3  # => 0.3333333333333333333333333333333333333e1
BigDecimal("0.000001")/7  # => 0.142857142857142857142857142857e-6
BigDecimal("1e-50")/3  # => 0.3333333333333333333333333333333333333333333333333333333333e-50
BigDecimal("12345")/99  # => 0.12469696969696969696969696969696969697e3
BigDecimal("1")/BigDecimal("3.0000000000000000001")  # => 0.333333333333333333322222222222222222222592593e0
1/BigDecimal("3")  # => 0.333333333333333333333333333333333333e0
BigDecimal("1")/1.1  # => 0.909090909090909090909090909090909091e0
BigDecimal("1.1")*1.1  # => 0.121e1
BigDecimal("1")/0  # => Infinity
BigDecimal("0")/0  # => NaN
BigDecimal("7").div(3, 5)  # => 0.23333e1
BigDecimal("1.23456789012345678901234567890")+BigDecimal("1e-40")  # => 0.12345678901234567890123456789000000000001e1
IPAddr.new("1.2.3.4") == "1.2.3.4"  # => true
IPAddr.new("1.2.3.4") != "1.2.3.4"  # => false
IPAddr.new("1.2.3.4") == 16909060  # => true
IPAddr.new("1.2.3.4") == "x"  # => false
IPAddr.new("1.2.3.4") <=> "1.2.3.5"  # => -1
IPAddr.new("1.2.3.4").ipv4_mapped.to_s  # => "::ffff:1.2.3.4"
IPAddr.new("1.2.3.4").ipv4_compat.to_s  # => "::1.2.3.4"
[IPAddr.new("::1").to_s, IPAddr.new("::1:0").to_s, IPAddr.new("2001:DB8::1").to_s]  # => ["::1", "::0.1.0.0", "2001:db8::1"]
IPAddr.new("fe80::1%eth0").to_s  # => "fe80::1%eth0"
IPAddr.new("x") rescue $!.message  # => "invalid address: "
IPAddr.new("01.2.3.4") rescue $!.message  # => "zero-filled number in IPv4 address is ambiguous: "
IPAddr.new("1.2.3.4/33")  # => IPAddr::InvalidPrefixError: invalid length
IPAddr.new("1.2.3.4/255.0.255.0")  # => IPAddr::InvalidPrefixError: invalid mask 255.0.255.0
IPAddr.new(nil)  # => IPAddr::AddressFamilyError: address family must be specified
"""


@pytest.mark.parametrize(("source", "expected"), cases(FROZEN + KNOWN + WORDS + EXACT))
def test_answers_as_jruby_does(source, expected):
    assert answer(source) == expected


@pytest.mark.parametrize(
    ("kind", "room", "names"),
    [("Array", "array_change", freezing.ARRAY_CHANGES), ("Hash", "hash_change", freezing.HASH_CHANGES)],
)
def test_every_method_that_changes_a_collection_is_refused_where_it_is_frozen(kind, room, names):
    load()
    changing = {name for name, one in methods_of(kind).items() if one.function.__module__.endswith(room)}
    assert changing - {"bsearch", "bsearch_index"} == set(names.split())


def test_what_a_frozen_collection_was_set_to_changes_as_before():
    event = EventObject(Event({}))
    code = "event.set('a', [1].freeze); l = event.get('a'); l << 2; event.set('b', l)"
    compile_ruby(code).run(Self(), event=event)
    assert event.settle().fields == {"a": [1], "b": [1, 2]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [('{"a":1}', "[1]"), ('[{"a":1},{"a":2}]', "[1, 2]"), ("  ", "[]")],
)
def test_makes_events_of_json(text, expected):
    assert answer(f"LogStash::Event.from_json({text!r}).map {{ |e| e.get('a') }}") == expected


def test_makes_events_of_json_with_a_block():
    code = "LogStash::Event.from_json('{\"a\":1}') { |h| LogStash::Event.new('b' => h['a']) }[0].get('b')"
    assert answer(code) == "1"


@pytest.mark.parametrize("text", ["{", "5", "[1]", '"x"'])
def test_refuses_json_that_makes_no_events(text):
    with pytest.raises(RubyException) as caught:
        compile_ruby(f"LogStash::Event.from_json({text!r})", parameters=()).run(Self())
    assert caught.value.ruby_class.name == "LogStash::Json::ParserError"
