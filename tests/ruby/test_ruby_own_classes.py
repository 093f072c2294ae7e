"""What a program's classes and objects may hide, freeze, extend and be compared by, each as JRuby 10 answers."""

import pytest

from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
class Sv; def initialize(t, more:); end; end; Sv.new(1)  # => ArgumentError: missing keyword: more
o = Object.new; def o.greet(n) = "hi #{n}"; [o.greet("x"), o.respond_to?(:greet), o.singleton_methods]  # => ["hi x", true, [:greet]]
o = Object.new; class << o; def bye; "bye"; end; attr_accessor :z; end; o.z = 4; [o.bye, o.z]  # => ["bye", 4]
o = Object.new; o.define_singleton_method(:dyn) { |x = 1| x + 1 }; [o.dyn, o.dyn(5), o.class, o.singleton_methods]  # => [2, 6, Object, [:dyn]]
class A1; end; a = A1.new; def a.x; @v ||= 3; y; end; def a.y; @v + 1; end; [a.x, a.class, a.is_a?(A1), a.instance_of?(A1)]  # => [4, A1, true, true]
class A2; def t; "t"; end; end; a = A2.new; def a.t; super + "!"; end; [a.t, A2.new.t]  # => ["t!", "t"]
class A3; end; def A3.make(*x) = [self, x]; A3.make(1)  # => [A3, [1]]
class A4; %w[a b].each { |n| define_method("get_#{n}") { |x = 0| "#{n}#{x}#{@q}" } }; def initialize; @q = 7; end; end; [A4.new.get_a, A4.new.get_b(3)]  # => ["a07", "b37"]
class A5; define_method(:plus) do |a, b| a + b end; end; A5.new.plus(1, 2)  # => 3
class A6; define_method(:ret) { |x| return x * 2 if x > 1; 0 }; end; [A6.new.ret(1), A6.new.ret(5)]  # => [0, 10]
class A7; private; def s; 1; end; public; def p1; s; end; def p2; self.s; end; end; [A7.new.p1, A7.new.p2, A7.new.respond_to?(:s), A7.new.respond_to?(:s, true)]  # => [1, 1, false, true]
class A8; private; def s; 1; end; end; A8.new.s  # => NoMethodError: private method 's' called for an instance of A8
class A9; def s; 1; end; private :s; end; A9.new.s  # => NoMethodError: private method 's' called for an instance of A9
class B1; private def s; 1; end; def t; 2; end; end; [B1.new.t, (B1.new.s rescue $!.message)]  # => [2, "private method 's' called for an instance of B1"]
class B2; private attr_reader :v; def initialize; @v = 1; end; def w; v; end; end; [B2.new.w, (B2.new.v rescue $!.message)]  # => [1, "private method 'v' called for an instance of B2"]
class B3; private; attr_accessor :v; public; def set; self.v = 4; v; end; end; [B3.new.set, (B3.new.v rescue $!.message), (B3.new.v = 1 rescue $!.message)]  # => NoMethodError: private method 'v=' called for an instance of B3
class B4; def initialize(x); @x = x; end; def >(o) x > o.x; end; protected; def x; @x; end; end; [B4.new(2) > B4.new(1), (B4.new(1).x rescue $!.message)]  # => [true, "protected method 'x' called for an instance of B4"]
class B5; private_class_method :new; def self.make; new; end; end; [B5.make.class, (B5.new rescue $!.message)]  # => [B5, "private method 'new' called for class B5"]
class B6; class << self; private; def h; 1; end; public; def g; h; end; end; end; [B6.g, (B6.h rescue $!.message)]  # => [1, "private method 'h' called for class B6"]
class B7; private; def self.pub; 1; end; end; B7.pub  # => 1
class B8; def s; 1; end; private; end; class B8; def t; 2; end; end; B8.new.t  # => 2
class B9; private def s; 1; end; end; [B9.new.send(:s), (B9.new.public_send(:s) rescue $!.message), B9.new.method(:s).call]  # => [1, "private method 's' called for an instance of B9", 1]
class C1; private def method_missing(n, *a); n == :zork ? 5 : super; end; def respond_to_missing?(n, p = false) = n == :zork || super; end; [C1.new.zork, C1.new.respond_to?(:zork), C1.new.respond_to?(:x), (C1.new.bla rescue $!.message)]  # => [5, true, false, "undefined method 'bla' for an instance of C1"]
class C2; def <=>(o) 0; end; include Comparable; end; C2.new == C2.new  # => true
class C3; attr_reader :v; def initialize(v); @v = v; end; def hash; v.hash; end; def eql?(o) v == o.v; end; end; [[C3.new(1), C3.new(1)].uniq.size, {C3.new(1) => 2}[C3.new(1)], [C3.new(1)] - [C3.new(1)], C3.new(1) == C3.new(1)].inspect.gsub(/0x\h+/, "")  # => "[1, 2, [], false]"
class C4; def ==(o) true; end; end; [[C4.new, C4.new].uniq.size, [C4.new].include?(C4.new), [C4.new].index(C4.new)]  # => [2, true, 0]
module Loud; def speak; super.upcase; end; end; class D1; prepend Loud; def speak; "x"; end; end; [D1.new.speak, D1.ancestors.take(2)]  # => ["X", [Loud, D1]]
module Hk; def self.included(b); b.extend(CM); end; module CM; def cm; "cm"; end; end; def im; "im"; end; end; class D2; include Hk; end; [D2.cm, D2.new.im]  # => ["cm", "im"]
module M1; def a; 1; end; end; module M2; include M1; def b; a; end; end; class D3; include M2; end; [D3.new.b, D3.ancestors.take(3), D3.include?(M1)]  # => [1, [D3, M2, M1], true]
class D4; class In; end; module Mo; class Deep; end; end; end; [D4::In, D4::Mo::Deep.new.class, D4::In.name]  # => [D4::In, D4::Mo::Deep, "D4::In"]
class D5; end; D5.new.inspect.sub(/0x\h+/, "X")  # => "#<D5:X>"
class D6; def initialize; @a = 1; @b = "x"; end; end; D6.new.inspect.sub(/0x\h+/, "X")  # => "#<D6:X @a=1, @b=\"x\">"
class D7; end; D7.new.to_s.sub(/0x\h+/, "X")  # => "#<D7:X>"
class D8; def to_s; "me"; end; end; [D8.new.inspect.sub(/0x\h+/, "X"), "#{D8.new}"]  # => ["#<D8:X>", "me"]
class D9; def inspect; "ins"; end; end; [D9.new, D9.new.to_s.sub(/0x\h+/, "X")]  # => [ins, "#<D9:X>"]
class E1; def to_s; 5; end; end; "#{E1.new}".sub(/0x\h+/, "X")  # => "#<E1:X>"
Object.new.inspect.sub(/0x\h+/, "X")  # => "#<Object:X>"
Object.new.to_s.sub(/0x\h+/, "X")  # => "#<Object:X>"
class E2; def initialize; @o = self; end; end; E2.new.inspect.gsub(/0x\h+/, "X")  # => "#<E2:X @o=#<E2:X ...>>"
class E3; def a; end; private; def b; end; protected; def c; end; end; [E3.instance_methods(false).sort, E3.method_defined?(:a), E3.method_defined?(:b), E3.private_method_defined?(:b), E3.private_instance_methods(false)]  # => [[:a, :c], true, false, true, [:b]]
class E4; attr_writer :x; def x?; !!@x; end; end; e = E4.new; e.x = 1; e.x?  # => true
class E5; def initialize(**o); o.each { |k, v| instance_variable_set("@#{k}", v) }; end; attr_reader :a; end; E5.new(a: 4).a  # => 4
class E6; def each; yield 1; yield 2; end; include Enumerable; end; E6.new.each_with_index.to_a  # => [[1, 0], [2, 1]]
class E7; def call(x) = x + 1; def to_proc = method(:call).to_proc; end; [[1, 2].map(&E7.new), E7.new.(3)]  # => [[2, 3], 4]
class F2; @@count = 0; def self.inc; @@count += 1; end; def count; @@count; end; end; F2.inc; F2.inc; F2.new.count  # => 2
class F3 < Struct.new(:a, :b); def sum; a + b; end; end; [F3.new(1, 2).sum, F3.new(1, 2).inspect]  # => [3, "#<struct F3 a=1, b=2>"]
class F5 < StandardError; def message; "custom"; end; end; begin; raise F5; rescue => e; e.message; end  # => "custom"
class F7; def initialize; yield self if block_given?; end; attr_accessor :q; end; F7.new { |x| x.q = 3 }.q  # => 3
class F8; def self.[](x) = new.tap { |o| o.v = x }; attr_accessor :v; end; F8[4].v  # => 4
class F9; alias_method :old_s, :to_s; def to_s; "new"; end; end; F9.new.to_s  # => "new"
class G1; def a; 1; end; undef_method :a; end; G1.new.a  # => NoMethodError: undefined method 'a' for an instance of G1
class G2; def a; 1; end; remove_method :a; end; G2.new.a  # => NoMethodError: undefined method 'a' for an instance of G2
o = Struct.new(:a).new(1); def o.b = a + 1; o.b  # => 2
G4 = Class.new { def x = 1; attr_reader :y }; [G4.new.x, G4.name]  # => [1, "G4"]
G5 = Class.new(StandardError); begin; raise G5, "m"; rescue G5 => e; [e.class, e.message]; end  # => [G5, "m"]
Object.const_get(:String).new("x")  # => "x"
Object.const_defined?(:Zork)  # => false
class G9; attr_accessor :a; def initialize_copy(o); @a = o.a.dup; end; end; x = G9.new; x.a = [1]; y = x.dup; y.a << 2; x.a  # => [1]
class H1; def a; 1; end; end; x = H1.new.freeze; [x.frozen?, x.dup.frozen?]  # => [true, false]
class H3; def initialize; @a = 1; end; def s; @a = 2; end; end; H3.new.freeze.s rescue $!.message.sub(/0x\h+/, "X")  # => "can't modify frozen H3: #<H3:X @a=1>"
Dt = Data.define(:x); [Dt.new(1).frozen?, (Dt.new(1).instance_variable_set(:@x, 1) rescue $!.class), Dt.new(x: 1).inspect, (Dt.new rescue $!.message), Dt.new(1).eql?(Dt.new(1)), Dt.new(1).hash == Dt.new(1).hash, Dt.members]  # => [true, FrozenError, "#<data Dt x=1>", "missing keyword: :x", true, true, [:x]]
OpenStruct.new(a: 1) == OpenStruct.new(a: 1)  # => true
o = OpenStruct.new(a: {b: 1}); [o.a, o[:a], o.dig(:a, :b), o.each_pair.to_a, o.respond_to?(:zz), o.delete_field(:a), o.to_h]  # => [{b: 1}, {b: 1}, 1, [[:a, {b: 1}]], false, {b: 1}, {}]
x = Object.new; x.instance_variable_set(:@a, 1); [x.instance_variable_get(:@a), x.instance_variables]  # => [1, [:@a]]
1.singleton_methods  # => []
def helper_x(a) = a * 2; [1, 2].map { |v| helper_x(v) }  # => [2, 4]
class H2; attr_accessor :a; end; x = H2.new.freeze; begin; x.a = 1; rescue => e; e.class; end  # => FrozenError
class D5; end; D5.new.inspect.match?(/\A#<D5:0x\h+>\z/)  # => true
class ::Hash; def deep_merge_x(o) = merge(o) { |_, a, b| a.is_a?(Hash) && b.is_a?(Hash) ? a.deep_merge_x(b) : b }; end; {"a" => {"b" => 1}}.deep_merge_x({"a" => {"c" => 2}})  # => {"a" => {"b" => 1, "c" => 2}}
class ::String; def numeric_x? = !!(self =~ /\A\d+\z/); def shout_x; upcase + "!"; end; end; ["12".numeric_x?, "1a".numeric_x?, "a".shout_x]  # => [true, false, "A!"]
class ::Object; def blank_x?; respond_to?(:empty?) ? empty? : !self; end; end; [nil.blank_x?, "".blank_x?, [1].blank_x?, {}.blank_x?, 5.blank_x?, false.blank_x?]  # => [true, true, false, true, false, true]
class ::Array; def mean_x; sum / size.to_f; end; def self.of_x(*a) = a; end; [[1, 2].mean_x, Array.of_x(1)]  # => [1.5, [1]]
class ::Integer; def minutes_x = self * 60; end; 5.minutes_x  # => 300
class ::NilClass; def try_x(*) = nil; end; nil.try_x(:a)  # => nil
module ::Enumerable; def each_x; map { |x| x }; end; end; [(1..2).each_x, [3].each_x]  # => [[1, 2], [3]]
class ::Float; def pct_x; "#{(self * 100).round}%"; end; end; 0.25.pct_x  # => "25%"
class ::Hash; alias_method :old_fetch_x, :fetch; def fetch_x(k) = old_fetch_x(k, "none"); end; {a: 1}.fetch_x(:b)  # => "none"
class ::Time; def day_x = strftime("%F"); end; Time.at(0).utc.day_x  # => "1970-01-01"
class Q; extend Forwardable; def_delegators :@a, :size, :<<, :first; def_delegator :@a, :last, :tail; def initialize; @a=[]; end; end; q=Q.new; q << 1 << 2; [q.size,q.first,q.tail]  # => [2, 1, 2]
class P1; def initialize; @a=5; end; end; P1.new.instance_eval { @a }  # => 5
"abc".instance_eval { upcase + size.to_s }  # => "ABC3"
[1,2].instance_exec(3) { |x| sum + x }  # => 6
o=Object.new; o.instance_variable_set(:@x, 3); o.instance_exec(4) { |y| @x + y }  # => 7
{a: 1}.instance_eval { keys }  # => [:a]
o = Object.new; o.instance_eval { @x = 5 }; o.instance_variable_get(:@x)  # => 5
[1,2].instance_eval { size }  # => 2
l=[]; l.instance_eval { push 1; push 2 }; l  # => [1, 2]
"x".instance_eval { |s| s + self }  # => "xx"
5.instance_eval { self + 1 }  # => 6
class DSL2; def initialize; @v=7; end; end; x = 3; DSL2.new.instance_exec(2) { |m| @v * m + x }  # => 17
h={a: 1}; h.instance_exec { |x| x.class }  # => NilClass
Forwardable.class  # => Module
class Cn; def t = Missing_One; end; Cn.new.t  # => NameError: uninitialized constant Cn::Missing_One
class Cm; K = 1; class In; def t = K; end; end; Cm::In.new.t  # => 1
begin; Missing_Two; rescue NameError => e; [e.name, e.message]; end  # => [:Missing_Two, "uninitialized constant Missing_Two"]
class Dl; def initialize; @l = []; end; def add(x) = @l << x; attr_reader :l; end; d = Dl.new; y = 2; d.instance_eval { add 1; add y; @l << 3 }; d.l  # => [1, 2, 3]
[1, 2].instance_exec(10) { |n| sum + n }  # => 13
"abc".instance_eval { |s| [upcase, s.size, self.reverse] }  # => ["ABC", 3, "cba"]
def pick(list) = list.each { |x| x.instance_eval { return self if self > 1 } }; pick([1, 2, 3])  # => 2
[4].instance_eval { break first * 2 }  # => 8
name = "up"; "x".send("#{name}case")  # => "X"
def hx(x) = x * 2; n = "hx"; [send(n, 4), __send__(:hx, 1), public_send(n.to_sym, 3)]  # => [8, 2, 6]
class Sd; attr_accessor :a; def initialize(**kw) = kw.each { |k, v| send("#{k}=", v) }; end; Sd.new(a: 5).a  # => 5
"""


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_own_classes_behave_as_in_jruby(source, expected):
    assert answer(source) == expected
