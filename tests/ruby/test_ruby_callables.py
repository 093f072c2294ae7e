"""Parameters and arity of blocks and methods, forwarding, attempts that begin anew, rational literals, as JRuby 10 answers."""

import pytest

from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
def f(a:, b:) = 1; f  # => ArgumentError: missing keyword: a
def f(a:, b:) = 1; f(a: 1, c: 2, d: 3, b: 1)  # => ArgumentError: unknown keywords: :c, :d
def f(a:) = 1; f(a: 1, c: 2)  # => ArgumentError: unknown keyword: :c
->(a:, b:) { }.call  # => ArgumentError: missing keyword: a
->(a:) { }.call(a: 1, z: 1)  # => ArgumentError: unknown keyword: :z
begin; 5 => String; rescue => e; e.class.ancestors.take(3); end  # => [NoMatchingPatternError, StandardError, Exception]
->(x, y = 1, *z, k:, l: 2, **o, &b) {}.parameters  # => [[:req, :x], [:opt, :y], [:rest, :z], [:keyreq, :k], [:key, :l], [:keyrest, :o], [:block, :b]]
proc { |x, (y, z)| }.parameters  # => [[:opt, :x], [:req]]
proc { |x, y = 1| }.parameters  # => [[:opt, :x], [:opt, :y]]
proc { }.parameters  # => []
->() {}.parameters  # => []
->(*) {}.parameters  # => [[:rest, :*]]
->(**) {}.parameters  # => [[:keyrest, :**]]
def f(a, b = 1, *c, d, e:, f: 1, **g, &h); end; method(:f).parameters  # => [[:req, :a], [:opt, :b], [:rest, :c], [:req, :d], [:keyreq, :e], [:key, :f], [:keyrest, :g], [:block, :h]]
def f(a); end; [method(:f).arity, method(:f).name]  # => [1, :f]
def f(*a); end; method(:f).arity  # => -1
def f(a, b = 1); end; method(:f).arity  # => -2
def f(a:); end; method(:f).arity  # => 1
"x".method(:upcase).owner  # => String
"x".method(:upcase).name  # => :upcase
"x".method(:upcase).receiver  # => "x"
[1,2].method(:map).arity  # => 0
"abc".method(:upcase).unbind.class  # => UnboundMethod
5.method(:+).unbind.bind(6).call(1)  # => 7
String.instance_method(:upcase).class  # => UnboundMethod
1.method(:+).to_proc.call(2)  # => 3
method(:puts).owner  # => Kernel
->(x) {}.arity  # => 1
proc { |x, y| }.arity  # => 2
proc { |*x| }.arity  # => -1
proc { |x, y=1| }.arity  # => 1
->(k:) {}.arity  # => 1
->(k: 1) {}.arity  # => -1
->(a, k:) {}.arity  # => 2
:upcase.to_proc.parameters  # => [[:req], [:rest]]
3r  # => (3/1)
1/3r  # => (1/3)
1.5r  # => (3/2)
3r + 1  # => (4/1)
-2r  # => (-2/1)
Enumerator.produce(1) { |x| x * 2 }.take(5)  # => [1, 2, 4, 8, 16]
Enumerator.produce { 1 }.first(2)  # => [1, 1]
Enumerator.produce(1) { |x| raise StopIteration if x > 3; x + 1 }.to_a  # => [1, 2, 3, 4]
Enumerator.produce([1, 1]) { |a, b| [b, a + b] }.lazy.map(&:first).first(5)  # => [1, 1, 2, 3, 5]
def f(...) = g(...); def g(a, b: 2, &c) = [a, b, c&.call]; [f(1), f(1, b: 3), f(1) { 5 }]  # => [[1, 2, nil], [1, 3, nil], [1, 2, 5]]
def f(*, **, &) = g(*, **, &); def g(a, b: 2, &c) = [a, b, c&.call]; [f(1), f(1, b: 3), f(1) { 5 }]  # => [[1, 2, nil], [1, 3, nil], [1, 2, 5]]
def f(a, ...) = g(...); def g(*a) = a; f(1, 2, 3)  # => [2, 3]
'%.0g' % 0.5  # => "1"
'%.0g' % 0.05  # => "0"
'%.0g' % 12.0  # => "1e+01"
[0xde.chr, 0xad.chr].join.bytes  # => [222, 173]
[0xde.chr, 0xad.chr].join.encoding  # => #<Encoding:BINARY (ASCII-8BIT)>
[0xde.chr, "é"].join  # => Encoding::CompatibilityError: incompatible encodings: ASCII-8BIT and UTF-8
["é", 0xde.chr].join  # => Encoding::CompatibilityError: incompatible encodings: UTF-8 and ASCII-8BIT
["a", 0xde.chr].join.encoding  # => #<Encoding:BINARY (ASCII-8BIT)>
"a" + 0xde.chr  # => "a\xDE"
"é" + 0xde.chr  # => Encoding::CompatibilityError: incompatible character encodings: UTF-8 and ASCII-8BIT
"#{0xde.chr}a".encoding  # => #<Encoding:BINARY (ASCII-8BIT)>
"é#{0xde.chr}"  # => Encoding::CompatibilityError: incompatible encodings: UTF-8 and ASCII-8BIT
BigDecimal("1.25").round(1, BigDecimal::ROUND_HALF_UP).to_s  # => "0.13e1"
BigDecimal("1.25").round(1, BigDecimal::ROUND_HALF_EVEN).to_s  # => "0.12e1"
BigDecimal("1.25").round(1, BigDecimal::ROUND_HALF_DOWN).to_s  # => "0.12e1"
BigDecimal("-1.25").round(1, BigDecimal::ROUND_DOWN).to_s  # => "-0.12e1"
BigDecimal("-1.21").round(1, BigDecimal::ROUND_UP).to_s  # => "-0.13e1"
BigDecimal("-1.21").round(1, BigDecimal::ROUND_CEILING).to_s  # => "-0.12e1"
BigDecimal("-1.21").round(1, BigDecimal::ROUND_FLOOR).to_s  # => "-0.13e1"
BigDecimal("1.21").round(1, :half_up).to_s  # => "0.12e1"
BigDecimal("1.25").round(1, :half_even).to_s  # => "0.12e1"
BigDecimal("1.21").round(1, :ceiling).to_s  # => "0.13e1"
BigDecimal("1.25").round(1, :banker).to_s  # => "0.12e1"
BigDecimal("1.25").round(1, :truncate).to_s  # => "0.12e1"
BigDecimal("1.25").round(1, 99).to_s  # => ArgumentError: invalid rounding mode
BigDecimal("1.25").round(1, :zork).to_s  # => ArgumentError: invalid rounding mode (zork)
[BigDecimal::ROUND_MODE, BigDecimal::ROUND_HALF_UP, BigDecimal::ROUND_UP, BigDecimal::ROUND_DOWN, BigDecimal::ROUND_HALF_DOWN, BigDecimal::ROUND_CEILING, BigDecimal::ROUND_FLOOR, BigDecimal::ROUND_HALF_EVEN]  # => [256, 3, 1, 2, 4, 5, 6, 7]
BigDecimal("1.5").round(0).class  # => Integer
BigDecimal("1.5").round(0, :up).class  # => BigDecimal
BigDecimal("2").sqrt(5).to_s  # => "0.141421e1"
BigDecimal("2").sqrt(16).to_s  # => "0.1414213562373095e1"
BigDecimal("2").sqrt(0).to_s  # => "0.1e1"
BigDecimal("2").sqrt(1).to_s  # => "0.14e1"
BigDecimal("2").sqrt(2).to_s  # => "0.141e1"
BigDecimal("3").sqrt(10).to_s  # => "0.17320508076e1"
BigDecimal("16").sqrt(2).to_s  # => "0.4e1"
BigDecimal("0.01").sqrt(10).to_s  # => "0.1e0"
BigDecimal("-1").sqrt(2)  # => FloatDomainError: sqrt of negative value
BigDecimal("0").sqrt(2).to_s  # => "0.0"
BigDecimal("1.23456").round(2).to_f  # => 1.23
[1.5.to_d, "1.5".to_d.to_f, 1.to_d, "x".to_d, nil.to_d].inspect  # => "[0.15e1, 1.5, 0.1e1, 0.0, 0.0]"
'%.0g' % 0.5  # => "1"
'%.0g' % 0.05  # => "0"
'%.0g' % 1.5  # => "2"
'%.0g' % 2.5  # => "2"
'%.0g' % 15  # => "2e+01"
'%.0g' % 0.00001  # => "1e-05"
'%.0g' % 123456  # => "1e+05"
["a\xff", "b"].join("-")  # => "a\xFF-b"
["\xff".b, "b"].join("-").encoding  # => #<Encoding:BINARY (ASCII-8BIT)>
["é", "\xff".b].join("-")  # => Encoding::CompatibilityError: incompatible encodings: UTF-8 and ASCII-8BIT
["é".b, "é"].join  # => Encoding::CompatibilityError: incompatible encodings: ASCII-8BIT and UTF-8
"é" + "é".b  # => Encoding::CompatibilityError: incompatible character encodings: UTF-8 and ASCII-8BIT
"é#{"é".b}"  # => Encoding::CompatibilityError: incompatible encodings: UTF-8 and ASCII-8BIT
"x#{"é".b}".encoding  # => #<Encoding:BINARY (ASCII-8BIT)>
"é" == "é".b  # => false
["é", "é".b].uniq.size  # => 2
"é".b.inspect  # => "\"\\xC3\\xA9\""
"é".b.length  # => 2
"é".b.upcase  # => "\xC3\xA9"
"é".b.sub("\xC3".b, "")  # => "\xA9"
"é".b.tr("\xC3".b, "x")  # => "x\xA9"
[Base64.decode64("w6k="), "é"].join  # => Encoding::CompatibilityError: incompatible encodings: ASCII-8BIT and UTF-8
h = JSON.parse('{"a":1}'); h.default = 0; [h["a"], h["z"]]  # => [1, 0]
h = {"a" => 1}.map { |k, v| [k, v] }.to_h; h.default = 5; h["q"]  # => 5
h = JSON.parse('{"a":1}'); h.default_proc = proc { |_, k| k * 2 }; h["zz"]  # => "zzzz"
h = [1, 1].tally; h.default = 0; h[9]  # => 0
h = [1, 2].group_by(&:odd?); h.default = []; h[:x]  # => []
tries = 0; log = []; begin; tries += 1; log << "t"; raise "x" if tries < 3; rescue; log << "r"; retry; ensure; log << "e"; end; log  # => ["t", "r", "t", "r", "t", "e"]
tries = 0; log = []; begin; tries += 1; raise "x" if tries < 3; log << "ok"; rescue; retry; else; log << "else"; ensure; log << "e"; end; log  # => ["ok", "else", "e"]
def f; t = 0; begin; t += 1; raise "x" if t < 2; return t; rescue; retry; ensure; @l = (@l || []) << t; end; end; [f, @l]  # => [2, [2]]
n = 0; [1, 2].each { |x| begin; n += 1; raise "q" if n == 1; rescue; retry if n < 2; ensure; n += 10; end }; n  # => 23
r = []; 3.times { |i| begin; next if i == 1; r << i; ensure; r << "e#{i}"; end }; r  # => [0, "e0", "e1", 2, "e2"]
r = []; while true; begin; r << 1; break if r.size > 2; raise "x"; rescue; r << 2; retry if r.size < 2; ensure; r << 3; end; end; r  # => [1, 2, 3, 1, 3]
begin; begin; raise "a"; ensure; x = 1; end; rescue => e; e.message; end  # => "a"
def g; yield; ensure; @z = 1; end; [g { 5 }, @z]  # => [5, 1]
x = begin; Integer("z"); rescue; 5; else; 6; ensure; 7; end; x  # => 5
def m; return 1; ensure; 2; end; m  # => 1
def m2; begin; return 1; ensure; return 2; end; end; m2  # => 2
def kw(a:, b: a * 2, **r) = [a, b, r]; [kw(a: 1), kw(a: 1, c: 3), kw(**{a: 5})]  # => [[1, 2, {}], [1, 2, {c: 3}], [5, 10, {}]]
def kw2(opts = {}) = opts; [kw2(a: 1), kw2({b: 2}), kw2]  # => [{a: 1}, {b: 2}, {}]
def kw3(a, opts = {}) = [a, opts]; kw3(1, x: 2)  # => [1, {x: 2}]
def kw4(*a, **k) = [a, k]; [kw4(1, b: 2), kw4({c: 1}), kw4(*[1, {d: 2}])]  # => [[[1], {b: 2}], [[{c: 1}], {}], [[1, {d: 2}], {}]]
def kw5(a:); a; end; h = {a: 1}; kw5(**h)  # => 1
def kw6(a:); a; end; kw6({a: 1})  # => ArgumentError: wrong number of arguments (given 1, expected 0)
x = 5; y = {x:}; y  # => {x: 5}
def z1 = 7; {z1:}  # => {z1: 7}
BigDecimal("0.1") == 0.1  # => true
0.1 == BigDecimal("0.1")  # => true
BigDecimal("0.1") <=> 0.1  # => 0
0.1 <=> BigDecimal("0.1")  # => 0
BigDecimal("0.1") >= 0.1  # => true
BigDecimal("0.1") < 0.1  # => false
0.1 < BigDecimal("0.1")  # => false
0.1 >= BigDecimal("0.1")  # => true
BigDecimal("0.1").eql?(0.1)  # => true
[BigDecimal("0.1")].include?(0.1)  # => true
case 0.1 when BigDecimal("0.1") then 1 else 2 end  # => 1
BigDecimal("0.5") == 0.5r  # => true
BigDecimal("0.3") == 0.1 + 0.2  # => true
BigDecimal("1") == 1  # => true
[BigDecimal("0.2"), 0.1, 1].max  # => 1
[0.1, BigDecimal("0.1")].uniq.size  # => 2
BigDecimal("0.1") == "0.1"  # => false
BigDecimal("0.1") == nil  # => false
BigDecimal("NaN") == 0.1  # => false
BigDecimal("0.1") < 0.0/0  # => false
(BigDecimal("0.05")..BigDecimal("0.2")).cover?(0.1)  # => true
BigDecimal("0.1") + 0.2  # => 0.3e0
0.2 + BigDecimal("0.1")  # => 0.3e0
BigDecimal("0.1") * 3.3  # => 0.33e0
BigDecimal("0.1").between?(0.1, 0.2)  # => true
def m(a) = __method__; m(1)  # => :m
{a: 1}.each_with_index.map { |(k, v), i| [k, v, i] }  # => [[:a, 1, 0]]
BigDecimal("2.5").round(10**9, :up)  # => 0.25e1
BigDecimal("2").sqrt(10**9).to_s.size > 5000  # => true
"""


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_callables_answer_as_jruby_does(source, expected):
    assert answer(source) == expected
