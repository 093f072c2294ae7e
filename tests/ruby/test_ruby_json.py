"""JSON.parse, JSON.generate and to_json."""

import pytest

from logsmith.event.zones import UTC
from logsmith.ruby import times
from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
LogStash::Json.load("{\"a\":1.50}")  # => {"a" => 1.5}
LogStash::Json.load(" ")  # => nil
(LogStash::Json.load("{oops") rescue $!.class)  # => LogStash::Json::ParserError
LogStash::Json.dump({"x"=>[1,nil]})  # => "{\"x\":[1,null]}"
JSON.generate({"a"=>[1,1.0,nil,true,"é/"]})  # => "{\"a\":[1,1.0,null,true,\"é/\"]}"
{1=>2, nil=>3, a: :b, 1.5=>1, true=>1}.to_json  # => "{\"1\":2,\"\":3,\"a\":\"b\",\"1.5\":1,\"true\":1}"
JSON.generate("a\u2028\n\t\"\\\e\u007f</script>")  # => "\"a\u2028\\n\\t\\\"\\\\\\u001b\u007F</script>\""
JSON.generate(nil)  # => "null"
JSON.generate(1e20)  # => "1.0E20"
JSON.generate(1e-5)  # => "1.0E-5"
JSON.generate(100.0)  # => "100.0"
[1e7,0.0001,123456789.0,1234567.0,0.001].to_json  # => "[1.0E7,1.0E-4,1.23456789E8,1234567.0,0.001]"
JSON.pretty_generate({"a" => 1e7})  # => "{\n  \"a\": 1.0E7\n}"
JSON.dump([1e7, 1.0 / 0])  # => "[1.0E7,Infinity]"
LogStash::Json.dump({"b" => 1e20})  # => "{\"b\":1.0E20}"
{1e7 => 2}.to_json  # => "{\"10000000.0\":2}"
JSON.generate(a: 0.1)  # => "{\"a\":0.1}"
JSON.generate(a: 1, space: " ")  # => "{\"a\":1,\"space\":\" \"}"
JSON.pretty_generate(a: 0.1)  # => "{\n  \"a\": 0.1\n}"
JSON[a: 1]  # => "{\"a\":1}"
JSON.generate  # => ArgumentError: wrong number of arguments (given 0, expected 1..2)
JSON.generate(Float::NAN)  # => JSON::GeneratorError: NaN not allowed in JSON
JSON.generate([Float::INFINITY])  # => JSON::GeneratorError: Infinity not allowed in JSON
JSON.generate(Float::NAN, allow_nan: true)  # => "NaN"
Float::NAN.to_json  # => JSON::GeneratorError: NaN not allowed in JSON
[1,"x"].to_json  # => "[1,\"x\"]"
"q".to_json  # => "\"q\""
nil.to_json  # => "null"
1.5.to_json  # => "1.5"
(2**80).to_json  # => "1208925819614629174706176"
JSON.generate([])  # => "[]"
JSON.generate({})  # => "{}"
JSON.pretty_generate([])  # => "[]"
JSON.pretty_generate({})  # => "{}"
JSON.pretty_generate({"a"=>1,"b"=>[1,{"c"=>nil}],"e"=>{},"f"=>[]})  # => "{\n  \"a\": 1,\n  \"b\": [\n    1,\n    {\n      \"c\": null\n    }\n  ],\n  \"e\": {},\n  \"f\": []\n}"
JSON.pretty_generate([1,[2]])  # => "[\n  1,\n  [\n    2\n  ]\n]"
JSON.pretty_generate("a")  # => "\"a\""
JSON.generate("\xff")  # => JSON::GeneratorError: source sequence is illegal/malformed utf-8
"\xff".to_json  # => JSON::GeneratorError: source sequence is illegal/malformed utf-8
JSON.generate("\xe9".b)  # => JSON::GeneratorError: "\xE9" from ASCII-8BIT to UTF-8
JSON.dump({a: 1})  # => "{\"a\":1}"
JSON.dump(nil)  # => "null"
JSON.dump(Float::NAN)  # => "NaN"
JSON.parse("{\"a\":1}")  # => {"a" => 1}
JSON.parse("{\"a\":1}", symbolize_names: true)  # => {a: 1}
JSON.parse("[1,2.0,1e3,-0,-0.0,1E-2,12345678901234567890]")  # => [1, 2.0, 1000.0, 0, -0.0, 0.01, 12345678901234567890]
JSON.parse("{bad")  # => JSON::ParserError: unexpected token at '{bad'
JSON.parse("")  # => JSON::ParserError: unexpected token at ''
JSON.parse(" ")  # => JSON::ParserError: unexpected token at ''
JSON.parse(nil)  # => TypeError: no implicit conversion of nil into String
JSON.parse("1")  # => 1
JSON.parse("\"a\"")  # => "a"
JSON.parse("null")  # => nil
JSON.parse("nul")  # => JSON::ParserError: unexpected token at 'nul'
JSON.parse("[1,]")  # => JSON::ParserError: unexpected token at ']'
JSON.parse("[1 2]")  # => JSON::ParserError: unexpected token at '2]'
JSON.parse("{\"a\":1,}")  # => JSON::ParserError: unexpected token at '{"a":1,}'
JSON.parse("{\"a\" 1}")  # => JSON::ParserError: unexpected token at '{"a" 1}'
JSON.parse("{'a':1}")  # => JSON::ParserError: unexpected token at '{'a':1}'
JSON.parse("{a:1}")  # => JSON::ParserError: unexpected token at '{a:1}'
JSON.parse("[NaN]")  # => JSON::ParserError: unexpected token at 'NaN]'
JSON.parse("[NaN,Infinity,-Infinity]", allow_nan: true)  # => [NaN, Infinity, -Infinity]
JSON.parse("[1] x")  # => JSON::ParserError: unexpected token at 'x'
JSON.parse("[1")  # => JSON::ParserError: unexpected token at ''
JSON.parse("{\"a\":")  # => JSON::ParserError: unexpected token at '{"a":'
JSON.parse("{\"a\":1")  # => JSON::ParserError: unexpected token at '{"a":1'
JSON.parse("\"abc")  # => JSON::ParserError: unexpected token at '"abc'
JSON.parse("[\"\\u00e9\\ud83d\\ude00\\n\\/\"]")  # => ["é😀\n/"]
JSON.parse("[\"\\ud800\"]")  # => JSON::ParserError: incomplete surrogate pair at '\ud800"]'
JSON.parse("[\"a\tb\"]")  # => JSON::ParserError: unexpected token at '"a	b"]'
JSON.parse("[\"\\x\"]")  # => ["x"]
JSON.parse("[01]")  # => JSON::ParserError: unexpected token at '01]'
JSON.parse("[1.]")  # => JSON::ParserError: unexpected token at '1.]'
JSON.parse("[.5]")  # => JSON::ParserError: unexpected token at '.5]'
JSON.parse("[-]")  # => JSON::ParserError: unexpected token at '-]'
JSON.parse("[+1]")  # => JSON::ParserError: unexpected token at '+1]'
JSON.parse("[1e5]")  # => [100000.0]
JSON.parse("[1.5e400]")  # => [Infinity]
JSON.parse("{\"a\":1,\"a\":2}")  # => {"a" => 2}
JSON.parse("\u00a0[1]")  # => JSON::ParserError: unexpected token at ' [1]'
JSON.parse("\ufeff[1]")  # => JSON::ParserError: unexpected token at '﻿[1]'
JSON.parse("[1]\n\n")  # => [1]
JSON.parse("[" * 101 + "]" * 101)  # => JSON::NestingError: nesting of 101 is too deep
JSON.parse("[" * 100 + "]" * 100).size  # => 1
JSON.parse("[[1]]", max_nesting: 1)  # => JSON::NestingError: nesting of 2 is too deep
JSON.parse("{\"json_class\":\"String\"}")  # => {"json_class" => "String"}
JSON.parse("[1.5]", decimal_class: nil)  # => [1.5]
JSON.parse("true")  # => true
JSON.parse("tru")  # => JSON::ParserError: unexpected token at 'tru'
JSON.parse("hello world")  # => JSON::ParserError: unexpected token at 'hello world'
JSON.parse("{\"a\":hello}")  # => JSON::ParserError: unexpected token at '{"a":hello}'
JSON.parse("{\"a\":\"b\"")  # => JSON::ParserError: unexpected token at '{"a":"b"'
JSON.parse("not json at all, this is a long text that goes on and on and on")  # => JSON::ParserError: unexpected token at 'not json at all, this is a long '
JSON.parse!("[1]")  # => [1]
JSON.load("[1]")  # => [1]
JSON.load("")  # => nil
JSON.load(nil)  # => nil
JSON.load("null")  # => nil
JSON.load("{bad")  # => JSON::ParserError: unexpected token at '{bad'
JSON["[1]"]  # => [1]
JSON[[1]]  # => "[1]"
JSON.parse("{}").class  # => Hash
JSON.parse(123)  # => TypeError: no implicit conversion of Integer into String
JSON.parse([1])  # => TypeError: no implicit conversion of Array into String
JSON.generate({a: {b: 1}}, space: " ")  # => "{\"a\": {\"b\": 1}}"
JSON.generate([1,2], array_nl: "\n")  # => "[\n1,\n2\n]"
JSON.generate("é", ascii_only: true)  # => "\"\\u00e9\""
JSON.generate("😀", ascii_only: true)  # => "\"\\ud83d\\ude00\""
JSON.generate("</script>", script_safe: true)  # => "\"<\\/script>\""
{"a"=>Time.at(0).utc}.to_json  # => "{\"a\":\"1970-01-01 00:00:00 UTC\"}"
JSON.generate(Object)  # => "\"Object\""
JSON.generate(1..3)  # => "\"1..3\""
JSON.generate(:a)  # => "\"a\""
JSON.generate({a: 1}).encoding.to_s  # => "UTF-8"
[1,[2,{"a"=>nil}]].to_json(nil)  # => "[1,[2,{\"a\":null}]]"
JSON.generate([nil, Date.new(2020,1,1)])  # => "[null,\"2020-01-01\"]"
JSON::ParserError.ancestors.take(4)  # => [JSON::ParserError, JSON::JSONError, StandardError, Exception]
JSON::GeneratorError.superclass  # => JSON::JSONError
JSON::NestingError.superclass  # => JSON::ParserError
JSON.parse("[1]", object_class: Hash)  # => [1]
JSON.parse('{"a":[1,{"b":2}]}', symbolize_names: true)  # => {a: [1, {b: 2}]}
JSON.pretty_generate({"a"=>{"b"=>[]}}, indent: "    ")  # => "{\n    \"a\": {\n        \"b\": []\n    }\n}"
JSON.parse("  {\"a\": [ 1 , 2 ] }  ")  # => {"a" => [1, 2]}
JSON.parse("[1,2") rescue $!.class  # => JSON::ParserError
Time.at(0).utc.to_json  # => "\"1970-01-01 00:00:00 UTC\""
"""


@pytest.fixture(autouse=True)
def _in_utc(monkeypatch):
    monkeypatch.setattr(times, "system_zone", lambda: UTC)


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_json_is_read_and_written_as_ruby_does(source, expected):
    assert answer(source) == expected
