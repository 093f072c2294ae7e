"""YAML, as Ruby's Psych answers."""

import pytest

from tests.ruby.ruby_answers import answer, cases

ROWS = [
    (r"""YAML.load("a: 1\nb: [x, 2.5, yes]\nc: {d: ~}")""", '{"a" => 1, "b" => ["x", 2.5, true], "c" => {"d" => nil}}'),
    (r"""YAML.safe_load("a: {b: 1}", symbolize_names: true)""", "{a: {b: 1}}"),
    (r"""YAML.load("- 1\n- two")""", '[1, "two"]'),
    ("Psych.load('plain text')", '"plain text"'),
    (r"""begin; YAML.load("a: [1\nb: }"); rescue Psych::SyntaxError; :bad; end""", ":bad"),
    ("YAML.load('a: 2020-01-02')", "Psych::DisallowedClass: Tried to load unspecified class: Date"),
]  # fmt: skip

DUMPED = r"""
1.to_yaml  # => "--- 1\n"
"two".to_yaml  # => "--- two\n"
:three.to_yaml  # => "--- :three\n"
nil.to_yaml  # => "---\n"
1.5.to_yaml  # => "--- 1.5\n"
true.to_yaml  # => "--- true\n"
"true".to_yaml  # => "--- 'true'\n"
"1".to_yaml  # => "--- '1'\n"
"".to_yaml  # => "--- ''\n"
"null".to_yaml  # => "--- 'null'\n"
"~".to_yaml  # => "--- \"~\"\n"
"yes".to_yaml  # => "--- 'yes'\n"
"a b".to_yaml  # => "--- a b\n"
"- x".to_yaml  # => "--- \"- x\"\n"
"#c".to_yaml  # => "--- \"#c\"\n"
"x: y".to_yaml  # => "--- 'x: y'\n"
"é".to_yaml  # => "--- é\n"
"a\nb".to_yaml  # => "--- |-\n  a\n  b\n"
"a\n".to_yaml  # => "--- 'a\n\n  '\n"
" lead".to_yaml  # => "--- \" lead\"\n"
"trail ".to_yaml  # => "--- 'trail '\n"
"'q'".to_yaml  # => "--- \"'q'\"\n"
"\"dq\"".to_yaml  # => "--- '\"dq\"'\n"
"1.5".to_yaml  # => "--- '1.5'\n"
"2020-01-01".to_yaml  # => "--- '2020-01-01'\n"
"0x1f".to_yaml  # => "--- '0x1f'\n"
"1e3".to_yaml  # => "--- 1e3\n"
"on".to_yaml  # => "--- 'on'\n"
"No".to_yaml  # => "--- 'No'\n"
"=".to_yaml  # => "--- \"=\"\n"
"*a".to_yaml  # => "--- \"*a\"\n"
"&a".to_yaml  # => "--- \"&a\"\n"
"!a".to_yaml  # => "--- \"!a\"\n"
"%a".to_yaml  # => "--- \"%a\"\n"
"@a".to_yaml  # => "--- \"@a\"\n"
"`a".to_yaml  # => "--- \"`a\"\n"
"{".to_yaml  # => "--- \"{\"\n"
"[".to_yaml  # => "--- \"[\"\n"
"]".to_yaml  # => "--- \"]\"\n"
",".to_yaml  # => "--- \",\"\n"
"?".to_yaml  # => "--- \"?\"\n"
"-".to_yaml  # => "--- \"-\"\n"
"- ".to_yaml  # => "--- \"- \"\n"
":".to_yaml  # => "--- \":\"\n"
"a:".to_yaml  # => "--- 'a:'\n"
"a: b".to_yaml  # => "--- 'a: b'\n"
"a #b".to_yaml  # => "--- 'a #b'\n"
":sym".to_yaml  # => "--- \":sym\"\n"
"|".to_yaml  # => "--- \"|\"\n"
">".to_yaml  # => "--- \">\"\n"
"1_000".to_yaml  # => "--- '1_000'\n"
"12:30".to_yaml  # => "--- '12:30'\n"
".5".to_yaml  # => "--- \".5\"\n"
"+1".to_yaml  # => "--- \"+1\"\n"
"-1".to_yaml  # => "--- \"-1\"\n"
"0o7".to_yaml  # => "--- 0o7\n"
"07".to_yaml  # => "--- '07'\n"
"08".to_yaml  # => "--- '08'\n"
"1,000".to_yaml  # => "--- '1,000'\n"
"NaN".to_yaml  # => "--- NaN\n"
".nan".to_yaml  # => "--- \".nan\"\n"
".inf".to_yaml  # => "--- \".inf\"\n"
"y".to_yaml  # => "--- \"y\"\n"
"n".to_yaml  # => "--- \"n\"\n"
"Y".to_yaml  # => "--- \"Y\"\n"
"N".to_yaml  # => "--- \"N\"\n"
"t".to_yaml  # => "--- t\n"
"null ".to_yaml  # => "--- 'null '\n"
"Null".to_yaml  # => "--- 'Null'\n"
"TRUE".to_yaml  # => "--- 'TRUE'\n"
"False".to_yaml  # => "--- 'False'\n"
"OFF".to_yaml  # => "--- 'OFF'\n"
"it's".to_yaml  # => "--- it's\n"
"a'b: c".to_yaml  # => "--- 'a''b: c'\n"
"a\tb".to_yaml  # => "--- \"a\\tb\"\n"
"\u0001".to_yaml  # => "--- \"\\x01\"\n"
"x\\y".to_yaml  # => "--- x\\y\n"
"a\"b".to_yaml  # => "--- a\"b\n"
"---".to_yaml  # => "--- \"---\"\n"
"--- a".to_yaml  # => "--- \"--- a\"\n"
"...".to_yaml  # => "--- \"...\"\n"
"?x".to_yaml  # => "--- \"?x\"\n"
"-x".to_yaml  # => "--- \"-x\"\n"
"? x".to_yaml  # => "--- \"? x\"\n"
"a, b".to_yaml  # => "--- a, b\n"
"[a]".to_yaml  # => "--- \"[a]\"\n"
"{a}".to_yaml  # => "--- \"{a}\"\n"
"a{b".to_yaml  # => "--- a{b\n"
"a]b".to_yaml  # => "--- a]b\n"
"http://a.b:80/c".to_yaml  # => "--- http://a.b:80/c\n"
"12:30:45".to_yaml  # => "--- '12:30:45'\n"
"2020-01-01 10:00:00".to_yaml  # => "--- '2020-01-01 10:00:00'\n"
"2020-01-01T10:00:00Z".to_yaml  # => "--- '2020-01-01T10:00:00Z'\n"
"1.2.3.4".to_yaml  # => "--- 1.2.3.4\n"
"1.".to_yaml  # => "--- '1.'\n"
"1e".to_yaml  # => "--- 1e\n"
"1e5".to_yaml  # => "--- 1e5\n"
"1.0e+5".to_yaml  # => "--- '1.0e+5'\n"
"0b11".to_yaml  # => "--- '0b11'\n"
"0x".to_yaml  # => "--- 0x\n"
"+".to_yaml  # => "--- \"+\"\n"
"a  b".to_yaml  # => "--- a  b\n"
"x:y".to_yaml  # => "--- x:y\n"
"x:".to_yaml  # => "--- 'x:'\n"
"a\n\nb".to_yaml  # => "--- |-\n  a\n\n  b\n"
"a\n b".to_yaml  # => "--- |-\n  a\n   b\n"
"\na".to_yaml  # => "--- |2-\n\n  a\n"
"a\r\nb".to_yaml  # => "--- \"a\\r\\nb\"\n"
"日本".to_yaml  # => "--- 日本\n"
" ".to_yaml  # => "--- \"\\_\"\n"
"a\\nb".to_yaml  # => "--- a\\nb\n"
"100%".to_yaml  # => "--- 100%\n"
"%d".to_yaml  # => "--- \"%d\"\n"
"@x".to_yaml  # => "--- \"@x\"\n"
"x@y".to_yaml  # => "--- x@y\n"
"$a".to_yaml  # => "--- \"$a\"\n"
"(a)".to_yaml  # => "--- \"(a)\"\n"
"a;b".to_yaml  # => "--- a;b\n"
"a|b".to_yaml  # => "--- a|b\n"
"a>b".to_yaml  # => "--- a>b\n"
"!".to_yaml  # => "--- \"!\"\n"
"&".to_yaml  # => "--- \"&\"\n"
"*".to_yaml  # => "--- \"*\"\n"
"a&b".to_yaml  # => "--- a&b\n"
"1a".to_yaml  # => "--- 1a\n"
"_1".to_yaml  # => "--- _1\n"
"1_".to_yaml  # => "--- 1_\n"
"0.1".to_yaml  # => "--- '0.1'\n"
"-0.5".to_yaml  # => "--- \"-0.5\"\n"
"-.5".to_yaml  # => "--- \"-.5\"\n"
"1/2".to_yaml  # => "--- 1/2\n"
"=a".to_yaml  # => "--- \"=a\"\n"
"<<a".to_yaml  # => "--- \"<<a\"\n"
"~a".to_yaml  # => "--- \"~a\"\n"
"nil".to_yaml  # => "--- nil\n"
"a?".to_yaml  # => "--- a?\n"
"a!".to_yaml  # => "--- a!\n"
"1:2".to_yaml  # => "--- '1:2'\n"
"190:20:30".to_yaml  # => "--- '190:20:30'\n"
"1 2".to_yaml  # => "--- 1 2\n"
{"a" => 1, "b" => ["x", nil, true], "c" => {"d" => "e: f"}}.to_yaml  # => "---\na: 1\nb:\n- x\n-\n- true\nc:\n  d: 'e: f'\n"
{a: 1, "b c" => :d, 1 => 2, nil => 3}.to_yaml  # => "---\n:a: 1\nb c: :d\n1: 2\n?\n: 3\n"
{}.to_yaml + [].to_yaml + "x".to_yaml + nil.to_yaml + 1.to_yaml + {"a" => {}, "b" => []}.to_yaml + [[1, [2]], {"x" => [{"y" => 1, "z" => 2}]}].to_yaml  # => "--- {}\n--- []\n--- x\n---\n--- 1\n---\na: {}\nb: []\n---\n- - 1\n  - - 2\n- x:\n  - \"y\": 1\n    z: 2\n"
YAML.dump("a" => "line1\nline2\n", "b" => "x\ny", "c" => "t\n\n", "d" => "\tq", "e" => "a" * 100, "f" => "w " * 60)  # => "---\na: |\n  line1\n  line2\nb: |-\n  x\n  y\nc: \"t\\n\\n\"\nd: \"\\tq\"\ne: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\nf: 'w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w w\n  w w w w w w w w w w w w w w w w w w w w w '\n"
YAML.dump(Time.utc(2020,1,2,3,4,5)) + YAML.dump(Date.new(2020,1,2)) + YAML.dump(1.0/0) + YAML.dump(1e20) + YAML.dump(12345678901234567890) + YAML.dump(:"a b")  # => "--- 2020-01-02 03:04:05.000000000 Z\n--- 2020-01-02\n--- .inf\n--- 1.0e+20\n--- 12345678901234567890\n--- :a b\n"
YAML.load("a: :b\n:c: 1")  # => {"a" => :b, c: 1}
YAML.load(":a: 1", symbolize_names: true)  # => {a: 1}
YAML.load("a: 1\nb: [1,2]\n")  # => {"a" => 1, "b" => [1, 2]}
YAML.safe_load("a: :b")  # => Psych::DisallowedClass: Tried to load unspecified class: Symbol
YAML.safe_load(":a: 1", permitted_classes: [Symbol])  # => {a: 1}
YAML.load("a: 2020-01-01")  # => Psych::DisallowedClass: Tried to load unspecified class: Date
YAML.safe_load("a: 2020-01-01 10:00:00 Z")  # => Psych::DisallowedClass: Tried to load unspecified class: Time
YAML.load("a: 1", symbolize_names: true)  # => {a: 1}
YAML.dump([1,{a: 2}])  # => "---\n- 1\n- :a: 2\n"
YAML.load("- :a\n- ':b'\n- !ruby/symbol c\n- ::d\n- :\"x y\"\n")  # => [:a, ":b", :c, :":d", :"x y"]
YAML.load("a: 1", permitted_classes: [Symbol])  # => {"a" => 1}
YAML.safe_load(":a: 1")  # => Psych::DisallowedClass: Tried to load unspecified class: Symbol
YAML.safe_load("- !ruby/object:Object {}")  # => Psych::DisallowedClass: Tried to load unspecified class: Object
YAML.load("a: &x 1\nb: *x")  # => Psych::AliasesNotEnabled: Alias parsing was not enabled. To enable it, pass `aliases: true` to `Psych::load` or `Psych::safe_load`.
YAML.safe_load("a: &x 1\nb: *x")  # => Psych::AliasesNotEnabled: Alias parsing was not enabled. To enable it, pass `aliases: true` to `Psych::load` or `Psych::safe_load`.
YAML.safe_load("a: &x 1\nb: *x", aliases: true)  # => {"a" => 1, "b" => 1}
YAML.load("a: 1_000\nb: 0x1f\nc: 1e3\nd: ~\ne: yes\nf: 010\ng: 1:30\nh: .inf\ni: '1'\nj: 1.0")  # => {"a" => 1000, "b" => 31, "c" => "1e3", "d" => nil, "e" => true, "f" => 8, "g" => 5400, "h" => Infinity, "i" => "1", "j" => 1.0}
YAML.load("")  # => nil
YAML.load("a: |\n  x\n  y\nb: >\n  p\n  q\n")  # => {"a" => "x\ny\n", "b" => "p q\n"}
YAML.dump({"t"=>Time.at(0).utc, "d"=>Date.new(2020,1,1)})  # => "---\nt: 1970-01-01 00:00:00.000000000 Z\nd: 2020-01-01\n"
"""


@pytest.mark.parametrize(("source", "shown"), ROWS)
def test_the_answer_is_rubys(source, shown):
    assert answer(source) == shown


@pytest.mark.parametrize(("source", "expected"), cases(DUMPED))
def test_a_value_is_written_as_jruby_writes_it(source, expected):
    assert answer(source) == expected
