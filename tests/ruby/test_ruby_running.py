"""What programs do, a row each: code, and the value of its last expression as real Ruby 3.4 inspects it."""

import time

import pytest

from logsmith.regex import budget
from logsmith.ruby.errors import RubyError
from logsmith.ruby.exceptions import RubyException
from logsmith.ruby.program import RubyTimeoutError, Self, compile_ruby
from logsmith.ruby.show import inspect

VALUES = r"""
x = 10; [1, 2].each { |i| x += i }; x  ⇒  13
[1, 2].map { |n| ->(v) { v + n } }.map { |f| f.call(10) }  ⇒  [11, 12]
log = []; f = ->(n) { log << n; n }; [f.(1), f.(2) + (f.(3) > 2 ? f.(4) : f.(5)), [6].map { |q| f.(q) }]; log  ⇒  [1, 2, 3, 4, 6]
a = [1, 2]; a[0], a[1] = a[1], a[0]; a  ⇒  [2, 1]
b = (c = 5) + c; b  ⇒  10
def f(a, b = a * 2, *r, z) = [a, b, r, z]; [f(1, 2), f(1, 2, 3), f(1, 2, 3, 4, 5)]  ⇒  [[1, 2, [], 2], [1, 2, [], 3], [1, 2, [3, 4], 5]]
def f(a:, b: a + 1, **rest) = [a, b, rest]; [f(a: 1), f(a: 1, b: 5, c: 6)]  ⇒  [[1, 2, {}], [1, 5, {c: 6}]]
def f(h) = h; f(a: 1, "b" => 2)  ⇒  {a: 1, "b" => 2}
def f(&b) = b ? b.call(1) : "no"; [f, f { |v| v + 1 }]  ⇒  ["no", 2]
def f; return "none" unless block_given?; yield(1, 2) + yield(3, 4); end; [f, f { |a, b| a * b }]  ⇒  ["none", 14]
def f(l) l.each { |v| [1].each { return v if v > 1 } }; :none end; [f([0, 1, 2]), f([])]  ⇒  [2, :none]
def fib(n) = n < 2 ? n : fib(n - 1) + fib(n - 2); fib(12)  ⇒  144
[1, 2, 3].each { |v| break v * 10 if v == 2 }  ⇒  20
[1, 2, 3].map { |v| next 0 if v == 2; v }  ⇒  [1, 0, 3]
while true do break 7 end  ⇒  7
i = 0; w = []; while i < 9 do i += 1; next if i.odd?; break if i > 6; w << i; end; w  ⇒  [2, 4, 6]
i = 5; begin i += 1 end while i < 3; i  ⇒  6
n = 3; n -= 1 until n.zero?; n  ⇒  0
out = []; for k, v in {"a" => 1, "b" => 2} do out << k + v.to_s end; [out, k]  ⇒  [["a1", "b2"], "b"]
t = 0; begin; t += 1; raise "x" if t < 3; t; rescue; retry; end  ⇒  3
out = []; [1, 2, 3].each { |i| n = 0; begin; n += 1; raise "a" if n < 2; next if i == 2; out << i; rescue; retry; end }; out  ⇒  [1, 3]
i = 0; out = []; while i < 5; i += 1; begin; next if i == 2; break if i == 4; out << i; rescue; retry; ensure; out << :e; end; end; out  ⇒  [1, :e, :e, 3, :e, :e]
begin; raise ArgumentError, "boo"; rescue TypeError, ArgumentError => e; e.message; ensure; 5; end  ⇒  "boo"
begin; begin; raise "inner"; rescue; raise ArgumentError, "outer"; end; rescue => e; [e.message, e.cause.message]; end  ⇒  ["outer", "inner"]
begin; begin; raise "again"; rescue; raise; end; rescue => e; e.message; end  ⇒  "again"
begin; 1; rescue; 2; else; 3; ensure; 4; end  ⇒  3
x = (raise "x" rescue "saved"); x  ⇒  "saved"
x = Integer("zz") rescue -1; x  ⇒  -1
catch(:done) { [1, 2].each { |v| throw :done, v if v == 2 }; nil }  ⇒  2
s = "a"; t = s; t << "b"; s  ⇒  "ab"
s = "x"; h = { s => 1 }; s << "y"; [h, s]  ⇒  [{"x" => 1}, "xy"]
h = Hash.new { |hash, k| hash[k] = k * 2 }; h["a"]; h  ⇒  {"a" => "aa"}
h = {}; h[:a] ||= []; h[:a] << 1; h[:n] = (h[:n] || 0) + 1; h  ⇒  {a: [1], n: 1}
a = nil; a ||= 4; a &&= a + 1; a  ⇒  5
x = nil; [x&.length, "ab"&.length]  ⇒  [nil, 2]
case 5 when 1..3 then :low when ->(n) { n > 4 } then :big end  ⇒  :big
case "abc1" when /(\d)/ then $1 end  ⇒  "1"
case when 1 > 2 then 1 when true then 2 end  ⇒  2
case nil when nil then :nil else :other end  ⇒  :nil
if /(?<y>\d+)-(?<m>\d+)/ =~ "2020-12" then [y, m] end  ⇒  ["2020", "12"]
"hello".gsub(/l(.)?/) { "<#{$1}>" }  ⇒  "he<l>o"
"john smith".split.map(&:capitalize).join(" ")  ⇒  "John Smith"
[[1, [2, 3]]].map { |a, (b, c)| a + b + c }  ⇒  [6]
{ a: 1 }.each_with_index.map { |(k, v), i| [k, v, i] }  ⇒  [[:a, 1, 0]]
{ a: 1 }.map { |pair| pair }  ⇒  [[:a, 1]]
[proc { |a, b| [a, b] }.call([1, 2]), proc { |a| a }.call(1, 2), proc { |a, b| [a, b] }.call(1)]  ⇒  [[1, 2], 1, [1, nil]]
[3, 1, 2].sort_by { -it }  ⇒  [3, 2, 1]
[[1, 2], [3, 4]].map { _1 * _2 }  ⇒  [2, 12]
[*1..3, *nil, *[4]]  ⇒  [1, 2, 3, 4]
a, (b, *c), d = 1, [2, 3, 4], 5; [a, b, c, d]  ⇒  [1, 2, [3, 4], 5]
*a, b = [1, 2, 3]; [a, b]  ⇒  [[1, 2], 3]
a, *b, c = [1]; [a, b, c]  ⇒  [1, [], nil]
[-2 ** 2, -7 / 2, -7 % 3, 2 + 3 * 4, (2 + 3) * 4, 7.fdiv(2), 10 - 2 - 3]  ⇒  [-4, -4, 2, 14, 20, 3.5, 5]
[1 == 1.0, 1.eql?(1.0), "a" == :a, nil == false, !nil, !0]  ⇒  [true, false, false, false, true, false]
[7, "a", :b, nil, 2.5, 3..4].map { |v| case v; in 0..5 then :low; in Integer | Float => n then n; in String | Symbol => s then s.to_s; in nil then 0; else 1 end }  ⇒  [7, "a", "b", 0, :low, 1]
[[], [1], [1, 2], [1, 2, 3]].map { |v| case v; in [] then 0; in [a] then a; in [a, b] if a > b then -1; in [a, *rest] then rest end }  ⇒  [0, 1, [2], [2, 3]]
[{}, {a: 1}, {a: nil, b: 2}, {"a" => 1}].map { |v| case v; in {} then 0; in {a: Integer => n} then n; in {a: nil, **rest} then rest; else 9 end }  ⇒  [0, 1, {b: 2}, 9]
{name: "bob", role: {admin: true}} => {name:, role: {admin:}}; [name, admin]  ⇒  ["bob", true]
h = {a: 1, b: 2}; [(h in {a: Integer}), (h in {a: String}), (h in {a: 1, **nil}), (5 in String | 4..6)]  ⇒  [true, false, false, true]
case [1, 42, "x", :y, 3]; in [*, String => s, Symbol => t, *post] then [s, t, post] end  ⇒  ["x", :y, [3]]
x = 5; case {v: 5, w: 6}; in {v: ^x, w: ^(x + 1)} then :same end  ⇒  :same
case {name: "q", age: 3}; in name:, age: then [name, age] end  ⇒  ["q", 3]
case [1, [2, 3]]; in a, [b, c] then a + b + c end  ⇒  6
case "abc"; in /b(?<z>.)/ then $~[:z] end  ⇒  "c"
if {a: [1]} in {a: [Integer => n]} then n end  ⇒  1
[Array([1].map { |v| a, b = v, 2; a, b = b, a; [a, b] }), (c, d = 3, 4)]  ⇒  [[[2, 1]], [3, 4]]
LIMIT = 5 unless defined?(LIMIT); LIMIT = 6 unless defined?(LIMIT); [LIMIT, defined?(LIMIT), defined?(LATER)]  ⇒  [5, "constant", nil]
S = Struct.new(:a); x = nil; y = S.new(1); x&.a = 5; y&.a = 6; [x, y.a]  ⇒  [nil, 6]
f = ->(a, b = 2, *c, k: 5, **o) { [a, b, c, k, o] }; [f.call(1), f.(1, 3, 4, k: 6, z: 7), f[1, k: 0]]  ⇒  [[1, 2, [], 5, {}], [1, 3, [4], 6, {z: 7}], [1, 2, [], 0, {}]]
[[1, 2], [3, 4]].map { |a, b, k: 5| a + b + k }  ⇒  [8, 12]
[proc { |h| h }.call(a: 1), Timeout.timeout(5) { 3 }, Benchmark.realtime { 1 }.class]  ⇒  [{a: 1}, 3, Float]
[nil, false, 0, "", []].map { |o| o ? 1 : 0 }  ⇒  [0, 0, 1, 1, 1]
x = false || nil; y = (true and 5); [x, y, (not y)]  ⇒  [nil, 5, false]
(NoSuchThing::Below rescue 'none')  ⇒  "none"
defined?(NoSuchThing)  ⇒  nil
begin; require 'no_such_thing'; rescue LoadError => e; e.message; end  ⇒  "cannot load such file -- no_such_thing"
[defined?(nope), defined?(String), defined?(@q), defined?(puts)]  ⇒  [nil, "constant", nil, "method"]
v = if false then 1 end; v  ⇒  nil
x = if true then y = 2; y + 1 else 4 end; x  ⇒  3
%w[a b].each_with_object({}) { |k, o| o[k] = k.upcase }  ⇒  {"a" => "A", "b" => "B"}
"#{1}#{nil}#{:a}#{[1, "x"]}#{1.0}"  ⇒  "1a[1, \"x\"]1.0"
"%05.2f|%-3s|%x" % [3.14159, "a", 255]  ⇒  "03.14|a  |ff"
[1, 2, 3].inject(:+) + (1..4).reduce { |a, b| a * b }  ⇒  30
@a ||= {}; @a["k"] = 1; @a  ⇒  {"k" => 1}
LIMIT = 5; [1, 7].map { |v| v > LIMIT ? LIMIT : v }  ⇒  [1, 5]
i = 0; r = loop do i += 1; break i * 2 if i > 2 end; r  ⇒  6
(1..Float::INFINITY).lazy.map { |x| x * 2 }.first(2)  ⇒  [2, 4]
def even?(n) n == 0 || odd?(n - 1) end; def odd?(n) n != 0 && even?(n - 1) end; even?(10)  ⇒  true
m = method(:format); m.call("%d", 3)  ⇒  "3"
o = []; [1, 2].each { |v| begin; next if v == 1; o << v; ensure; o << :e; end }; o  ⇒  [:e, 2, :e]
def f; yield; ensure; @e = 1; end; [f { 5 }, @e]  ⇒  [5, 1]
a = [1, 2, 3]; a.each_slice(2).map { |x, y| [x, y] }  ⇒  [[1, 2], [3, nil]]
x = 5; r = x > 3 && x < 10 ? "in" : "out"; r  ⇒  "in"
"a-b_c".tr("-_", "  ") + "x" "y"  ⇒  "a b cxy"
"""

RAISED = r"""
nil.upcase  ⇒  NoMethodError: undefined method 'upcase' for nil
nil + 1  ⇒  NoMethodError: undefined method '+' for nil
1 / 0  ⇒  ZeroDivisionError: divided by 0
1 + "a"  ⇒  TypeError: String can't be coerced into Integer
"a" + 1  ⇒  TypeError: no implicit conversion of Integer into String
{a: 1}.fetch(:b)  ⇒  KeyError: key not found: :b
"a".freeze << "b"  ⇒  FrozenError: can't modify frozen String: "a"
raise "msg"  ⇒  RuntimeError: msg
def f(a) a end; f  ⇒  ArgumentError: wrong number of arguments (given 0, expected 1)
def f(a:) a end; f(b: 1)  ⇒  ArgumentError: missing keyword: a
->(a) { a }.call  ⇒  ArgumentError: wrong number of arguments (given 0, expected 1)
throw :x  ⇒  UncaughtThrowError: uncaught throw :x
unknown_name  ⇒  NameError: undefined local variable or method 'unknown_name' for an instance of LogStash::Filters::Ruby
unknown_call(1)  ⇒  NoMethodError: undefined method 'unknown_call' for an instance of LogStash::Filters::Ruby
case 5; in String then 1; in nil then 2; end  ⇒  NoMatchingPatternError: 5
{a: 1} => {b:}  ⇒  NoMatchingPatternKeyError: {a: 1}: key not found: :b
5 => String  ⇒  NoMatchingPatternError: 5
->(a, k:) { a }.call(1)  ⇒  ArgumentError: missing keyword: k
->(k: 1) { k }.call(z: 2)  ⇒  ArgumentError: unknown keyword: :z
NoSuchThing.new  ⇒  NameError: uninitialized constant NoSuchThing
require 'no/such/thing'  ⇒  LoadError: cannot load such file -- no/such/thing
"a".no_such_thing  ⇒  NoMethodError: undefined method 'no_such_thing' for an instance of String
def f = f; f  ⇒  SystemStackError: stack level too deep
begin; raise TypeError, "t"; rescue ArgumentError; end  ⇒  TypeError: t
Proc.new { break }.call  ⇒  LocalJumpError: break from proc-closure
"""


def rows(table):
    return [tuple(part.strip() for part in row.split("⇒")) for row in table.strip().splitlines()]


def run(code):
    return compile_ruby(code, parameters=()).run(Self())


@pytest.mark.parametrize(("code", "expected"), rows(VALUES))
def test_the_value_is_rubys(code, expected):
    assert inspect(run(code)) == expected


@pytest.mark.parametrize(("code", "expected"), rows(RAISED))
def test_the_exception_is_rubys(code, expected):
    with pytest.raises(RubyException) as caught:
        run(code)
    assert f"{caught.value.ruby_class.name}: {caught.value.message}" == expected


def test_programs_of_one_object_share_its_variables_and_methods():
    own = Self()
    first = compile_ruby("@n = 1\ndef bump(by) @n += by end\nSTEP = 2", parameters=())
    first.run(own)
    second = compile_ruby("bump(STEP)", parameters=(), before=[first])
    assert [second.run(own), second.run(own)] == [3, 5]


def test_parameters_are_local_variables():
    program = compile_ruby("map['n'] = (map['n'] || 0) + event", parameters=("event", "map"))
    tasks = {}
    program.run(Self(), event=2, map=tasks)
    assert program.run(Self(), event=3, map=tasks) == 5


@pytest.mark.parametrize(
    ("code", "keeps"),
    [
        ("x = 1", False), ("@x = 1", True), ("@x ||= {}", True), ("$x = 1", True), ("@x[:a] = 1", True),
        ("@x << 1", True), ("@x.length", False), ("@x['a']['b'] += 1", True), ("@x.clear", True), ("@x.map!(&:to_s)", True),
        ("def register(params) @x = params end", False), ("def other(params) @x = params end", True),
        ("y = []\ny << @x", False),
    ],
)  # fmt: skip
def test_code_that_changes_what_outlives_it_keeps_state(code, keeps):
    assert compile_ruby(code).keeps_state is keeps


def test_a_traceback_names_the_file_and_its_line():
    program = compile_ruby("x = 1\n\nraise 'here'", name="main.conf", line=40)
    with pytest.raises(RubyException) as caught:
        program.run(Self())
    places = []
    trace = caught.value.__traceback__
    while trace is not None:
        places.append((trace.tb_frame.f_code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    assert ("main.conf", 42) in places


def test_the_last_match_of_one_run_is_not_seen_by_the_next():
    own = Self()
    compile_ruby("'a1' =~ /(\\d)/", parameters=()).run(own)
    assert compile_ruby("$1", parameters=()).run(own) is None


def test_code_that_runs_away_is_interrupted():
    program = compile_ruby("begin\n  loop { }\nrescue Exception\n  retry\nend", parameters=())
    with budget.armed(0, 0.02), pytest.raises(RubyTimeoutError):
        program.run(Self())


def test_many_short_runs_are_not_one_long_one():
    program = compile_ruby("x = 0\n300.times { x += 1 }\nx", parameters=())
    end = time.monotonic() + 0.1
    with budget.armed(0, 0.02):
        while time.monotonic() < end:
            assert program.run(Self()) == 300


LATE = r"""
Timeout.timeout(0.01) { loop {} } | Timeout::Error: execution expired
Timeout.timeout(0.01, ArgumentError) { sleep 1 } | ArgumentError: execution expired
Timeout.timeout(0.01, IOError, "too slow") { while true; end } | IOError: too slow
Timeout.timeout(0.01) { begin; loop {}; rescue StandardError; :caught; end } | Timeout::Error: execution expired
begin; Timeout.timeout(5) { Timeout.timeout(0.01) { loop {} } }; rescue Timeout::Error => e; raise "inner #{e.message}"; end | RuntimeError: inner execution expired
begin; Timeout.timeout(0.01) { begin; loop {}; ensure; @closed = 1; end }; rescue Timeout::Error; raise "closed #{@closed}"; end | RuntimeError: closed 1
Timeout.timeout(-1) { 1 } | ArgumentError: Timeout sec must be a non-negative number
"""


@pytest.mark.parametrize("row", LATE.strip().splitlines())
def test_a_block_is_interrupted_when_its_own_time_is_up(row):
    code, wanted = row.rsplit(" | ", 1)
    with budget.armed(0, 2.0), pytest.raises(RubyException) as caught:
        compile_ruby(code, parameters=()).run(Self())
    assert f"{caught.value.ruby_class.name}: {caught.value.message}" == wanted


def test_blocks_with_time_of_their_own_do_not_renew_the_time_of_the_run():
    program = compile_ruby("loop { Timeout.timeout(0.5) { 1 } }", parameters=())
    with budget.armed(0, 0.02), pytest.raises(RubyTimeoutError):
        program.run(Self())


def test_a_template_that_runs_away_is_interrupted_with_its_program():
    program = compile_ruby("loop { ERB.new('<% x = 1 %>').result }", parameters=())
    with budget.armed(0, 0.02), pytest.raises(RubyTimeoutError):
        program.run(Self())


WARNED = [
    ("x.no_such_thing", ["there is no variable or method 'x'", "there is no method 'no_such_thing'"]),
    ("event['a']", ["events have no method '[]'; write event.get and event.set"]),
    ("foo(1)", ["there is no method 'foo'"]),
    ("def foo(a) a end\nfoo(1)", []),
    ("Foo.new", ["there is no constant 'Foo'"]),
    ("Foo::Bar.new", ["there is no constant 'Foo'"]),
    ("require 'no_such_library'", ["there is no library 'no_such_library'"]),
]


@pytest.mark.parametrize(("code", "messages"), WARNED)
def test_what_will_fail_in_ruby_too_is_only_noted(code, messages):
    assert [one.message for one in compile_ruby(code).warnings] == messages


REFUSED = r"""
x = File.read('a')        | 1:5  | File is not available: files cannot be read or written by a filter's code
  system('ls')            | 1:1  | 'system' is not available: programs are not started by a filter's code
eval('1')                 | 1:1  | 'eval' is not available: code in texts is not run
require 'net/http'        | 1:1  | the library 'net/http' is not available
Thread.new { }            | 1:1  | Thread is not available: there are no threads for a filter's code
java.lang.System.exit(1)  | 1:1  | 'java' is not available: there is no Java here
Fiber.new { }             | 1:1  | the constant Fiber is not known here
Integer::MAX              | 1:10 | the constant Integer::MAX is not known here
'a'.unicode_normalized?.instance_eval('1') | 1:25 | instance_eval takes a block that is written there: code in texts is not run
x = [1].instance_exec(&y) | 1:9 | instance_exec takes a block that is written there: code in texts is not run
[1].class_eval { } | 1:5 | 'class_eval' is not available: code in texts is not run
'a'.instance_variables { binding }; class X1; def b = binding; end | 1:55 | 'binding' is not supported in a class
retry                     | 1:1  | 'retry' stands in a rescue clause, outside of loops and blocks in it
/(?<a>/                   | 1:1  | end pattern with unmatched parenthesis: /(?<a>/
"""


@pytest.mark.parametrize("row", REFUSED.strip().splitlines())
def test_what_cannot_run_here_is_refused_at_its_place(row):
    code, place, message = (part.strip() for part in row.rsplit("|", 2))
    with pytest.raises(RubyError) as caught:
        compile_ruby(code)
    assert (f"{caught.value.line}:{caught.value.column}", caught.value.message) == (place, message)
