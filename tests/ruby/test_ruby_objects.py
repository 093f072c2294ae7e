"""What every object answers, classes, blocks, exceptions."""

import pytest

from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
5.class  # => Integer
5.0.class  # => Float
nil.class  # => NilClass
true.class  # => TrueClass
:a.class  # => Symbol
(1..2).class  # => Range
"".class  # => String
[].class  # => Array
{}.class  # => Hash
Integer.class  # => Class
Comparable.class  # => Module
Integer.name  # => "Integer"
Integer.ancestors.include?(Comparable)  # => true
Integer === 3  # => true
Numeric === 3  # => true
String === :a  # => false
Integer == Integer  # => true
Integer < Numeric  # => true
Integer <= Integer  # => true
Numeric < Integer  # => false
Integer < String  # => nil
Integer.superclass  # => Numeric
nil.to_a  # => []
nil.to_s  # => ""
nil.to_i  # => 0
nil.to_h  # => {}
nil.inspect  # => "nil"
nil & true  # => false
nil | 1  # => true
nil.nil?  # => true
1.nil?  # => false
nil.to_sym  # => NoMethodError: undefined method 'to_sym' for nil
nil + 1  # => NoMethodError: undefined method '+' for nil
nil[0]  # => NoMethodError: undefined method '[]' for nil
nil.length  # => NoMethodError: undefined method 'length' for nil
nil.empty?  # => NoMethodError: undefined method 'empty?' for nil
nil == false  # => false
!nil  # => true
!1  # => false
nil.frozen?  # => true
true & 1  # => true
true ^ true  # => false
true.to_s  # => "true"
false | nil  # => false
true && nil  # => nil
true == true  # => true
true <=> false  # => nil
1.then { |x| x + 1 }  # => 2
1.tap { |x| x + 1 }  # => 1
1.itself  # => 1
:a.to_proc.call("b") rescue $!.message  # => "undefined method 'a' for an instance of String"
:upcase.to_proc.call("b")  # => "B"
:a.size  # => 1
:a[0]  # => "a"
:abc.upcase  # => :ABC
:abc.start_with?("a")  # => true
:b > :a  # => true
:a == "a"  # => false
:a.to_s << "b"  # => "ab"
:a.inspect  # => ":a"
:a.frozen?  # => true
%i[a b]  # => [:a, :b]
:a <=> :b  # => -1
:a.succ  # => :b
"abc".dup.frozen?  # => false
"abc".freeze.frozen?  # => true
"abc".freeze.dup.frozen?  # => false
"abc".freeze.clone.frozen?  # => true
"abc".freeze.clone(freeze: false).frozen?  # => false
nil.dup  # => nil
1.clone  # => 1
"a".instance_of?(String)  # => true
"a".respond_to?(:upcase)  # => true
"a".respond_to?(:nope)  # => false
"a".send(:nope)  # => NoMethodError: undefined method 'nope' for an instance of String
"a".send  # => ArgumentError: no method name given
"a".method(:upcase).call rescue $!.class  # => "A"
[1, "a", nil, :b].map(&:class)  # => [Integer, String, NilClass, Symbol]
[3, 1, 2].sort { |a, b| b <=> a }  # => [3, 2, 1]
[1, 2].each_with_index.map { |x, i| x * i }  # => [0, 2]
->(x) { x * 2 }.call(3)  # => 6
->(x) { x * 2 }.(3)  # => 6
->(x) { x * 2 }[3]  # => 6
->(x) { x * 2 }.call  # => ArgumentError: wrong number of arguments (given 0, expected 1)
->(x, y = 1) { [x, y] }.call(3)  # => [3, 1]
proc { |x, y| [x, y] }.call([1, 2])  # => [1, 2]
proc { |x, y| [x, y] }.call(1)  # => [1, nil]
proc { |x| x }.call(1, 2)  # => 1
proc { |x, *y| [x, y] }.call([1, 2, 3])  # => [1, [2, 3]]
lambda { |*a| a }.call(1, 2)  # => [1, 2]
->(x) { x + 1 }.arity  # => 1
->(x, y = 1) { }.arity  # => -2
->(*x) { }.arity  # => -1
proc { |x, y| }.arity  # => 2
->(x) { x }.lambda?  # => true
(->(x) { x + 1 } >> ->(x) { x * 2 }).call(3)  # => 8
(->(x) { x + 1 } << ->(x) { x * 2 }).call(3)  # => 7
->(x) { x > 1 } === 2  # => true
[1, 2, 3].map(&->(x) { x * 2 })  # => [2, 4, 6]
%w[a b].map(&:upcase)  # => ["A", "B"]
catch(:x) { throw :x, 5 }  # => 5
catch(:x) { 7 }  # => 7
catch { |t| throw t, 1 }  # => 1
throw :nope  # => UncaughtThrowError: uncaught throw :nope
loop { break 5 }  # => 5
e = [1, 2].each; loop { e.next }  # => [1, 2]
raise "boom"  # => RuntimeError: boom
raise ArgumentError  # => ArgumentError: ArgumentError
raise ArgumentError, "bad"  # => ArgumentError: bad
raise ArgumentError.new("worse")  # => ArgumentError: worse
raise Class.new(StandardError), "anon" rescue $!.message  # => "anon"
raise 1  # => TypeError: exception class/object expected
raise nil  # => TypeError: exception class/object expected
raise "a", "b"  # => TypeError: exception class/object expected
begin; raise "x"; rescue => e; [e.class, e.message, e.inspect, e.full_message.class, e.backtrace.class]; end  # => [RuntimeError, "x", "#<RuntimeError: x>", String, Array]
begin; Integer("x"); rescue ArgumentError, TypeError => e; e.message; end  # => "invalid value for Integer(): \"x\""
begin; {}.fetch(:a); rescue KeyError => e; [e.key, e.receiver]; end  # => [:a, {}]
begin; raise "a"; rescue => e; begin; raise "b"; rescue => f; f.cause.message; end; end  # => "a"
StandardError.new("x") == StandardError.new("x")  # => true
StandardError.new("x").message  # => "x"
StandardError.new.message  # => "StandardError"
StandardError.new(5).message  # => "5"
ArgumentError.new("x").is_a?(StandardError)  # => true
ZeroDivisionError.ancestors.take(3)  # => [ZeroDivisionError, StandardError, Exception]
e = RuntimeError.new("a"); e.exception.equal?(e)  # => true
RuntimeError.new("a").exception("b").message  # => "b"
rand.class  # => Float
rand(10).between?(0, 9)  # => true
rand(1..6).between?(1, 6)  # => true
rand(1.0..2.0).class  # => Float
rand(0).class  # => Float
Random.rand(3).class  # => Integer
Comparable.instance_of?(Module)  # => true
1.instance_of?(Integer)  # => true
Object.new.respond_to?(:foo)  # => false
Object.new.to_s =~ /#<Object/  # => 0
String.new  # => ""
String.new("abc")  # => "abc"
String.new("abc").encoding  # => #<Encoding:UTF-8>
String.new.encoding  # => #<Encoding:BINARY (ASCII-8BIT)>
Array.new(3)  # => [nil, nil, nil]
Hash.new(0)[:x]  # => 0
Integer.new  # => NoMethodError: undefined method 'new' for class Integer
nil.instance_of?(NilClass)  # => true
Float::MAX  # => 1.7976931348623157e+308
Float::MIN  # => 2.2250738585072014e-308
Float::EPSILON  # => 2.220446049250313e-16
Float::DIG  # => 15
"abc".hash.class  # => Integer
"a".eql?("a")  # => true
"abc".then { _1.upcase }  # => "ABC"
5.instance_variables  # => []
defined?(foo)  # => nil
"abc".sum  # => 294
rand(1)  # => 0
rand(5..5)  # => 5
Comparable.is_a?(Class)  # => false
1.respond_to?(:foo)  # => false
"".respond_to?(:empty?)  # => true
nil.respond_to?(:empty?)  # => false
[].is_a?(Enumerable)  # => true
{}.is_a?(Enumerable)  # => true
1.is_a?(Object)  # => true
String.is_a?(Class)  # => true
String.ancestors.include?(Kernel)  # => true
1.instance_of?(Float)  # => false
:a.to_proc.call("x") rescue "no such"  # => "no such"
"a".then { |s| s + "b" }.tap { |s| s << "c" }  # => "abc"
5.then { |x| x * 2 }  # => 10
"abc".send(:[], 1)  # => "b"
"abc".public_send(:sub, "a", "x")  # => "xbc"
[1, 2].send(:push, 3)  # => [1, 2, 3]
"abc".method(:upcase).call  # => "ABC"
[1, 4, 9].map(&Math.method(:sqrt))  # => [1.0, 2.0, 3.0]
%w[1 2].map(&method(:Integer))  # => [1, 2]
"a".dup.equal?("a")  # => false
a = "x"; b = a; b << "y"; a  # => "xy"
a = "x"; b = a.dup; b << "y"; a  # => "x"
a = "x".freeze; a.frozen? && a.dup.frozen?  # => false
a = "abc"; a.upcase!; a  # => "ABC"
a = "abc"; a.upcase!.reverse!; a  # => "CBA"
a = "ABC"; a.upcase!  # => nil
a = "hello"; a.gsub!("l", "L"); a  # => "heLLo"
a = "hello"; a.sub!(/z/, "")  # => nil
a = "  x "; a.strip!; a  # => "x"
a = "x"; a.strip!  # => nil
a = "a,b"; a.tr!(",", ";"); a  # => "a;b"
a = "hello"; a.slice!(0, 2); a  # => "llo"
a = "hello"; a[0] = "J"; a  # => "Jello"
a = "hello"; a["ll"] = "LL"; a  # => "heLLo"
a = "hello"; a.insert(-1, "!"); a  # => "hello!"
a = "hello"; a.replace("bye"); a  # => "bye"
a = "hello"; a.clear; a  # => ""
a = "hello"; a.concat(" ", "w"); a  # => "hello w"
a = "hello"; a.prepend(">"); a  # => ">hello"
a = "hello"; a.delete!("l"); a  # => "heo"
a = "hello"; a.squeeze!("l"); a  # => "helo"
a = "hello\n"; a.chomp!; a  # => "hello"
a = "hello"; a.chop!; a  # => "hell"
a = "hello"; a.capitalize!; a  # => "Hello"
a = "Hello"; a.swapcase!; a  # => "hELLO"
a = "az"; a.succ!; a  # => "ba"
a = "hello"; a.setbyte(0, 74); a  # => "Jello"
a = "hello"; a.force_encoding("BINARY"); a << "\xff".b; a  # => "hello\xFF"
a = "caf"; a << "é"; a.length  # => 4
a = "x"; a *= 3; a  # => "xxx"
a = "x"; a += "y"; a  # => "xy"
a = "abc"; a.each_char { |c| c.upcase! }; a  # => "abc"
a = "a b"; x, y = a.split; [x, y]  # => ["a", "b"]
a = nil; a.to_s + "x"  # => "x"
a = nil; a&.upcase  # => nil
"abc".freeze << "d"  # => FrozenError: can't modify frozen String: "abc"
"abc".freeze.clear  # => FrozenError: can't modify frozen String: "abc"
"abc".freeze.replace("x")  # => FrozenError: can't modify frozen String: "abc"
"abc".freeze.insert(0, "x")  # => FrozenError: can't modify frozen String: "abc"
"abc".freeze[0] = "x"  # => FrozenError: can't modify frozen String: "abc"
"abc".freeze.force_encoding("BINARY")  # => FrozenError: can't modify frozen String: "abc"
:sym << "x"  # => NoMethodError: undefined method '<<' for an instance of Symbol
"a".."e"  # => "a".."e"
("a".."e").to_a  # => ["a", "b", "c", "d", "e"]
("a".."e").include?("c")  # => true
("a".."e") === "cc"  # => true
(1..10) === 5.5  # => true
(1..) === 5  # => true
case 5 when 1..3 then :low when 4..6 then :mid end  # => :mid
case "abc" when /^a/ then :a else :b end  # => :a
case 5 when Integer, Float then :num end  # => :num
case nil when nil then 1 end  # => 1
case "x" when "x", "y" then 1 end  # => 1
case 5 when ->(x) { x > 3 } then :big end  # => :big
"a".equal?("a")  # => false
:a.equal?(:a)  # => true
nil.to_a + [1]  # => [1]
[nil, true, false].map(&:to_s)  # => ["", "true", "false"]
[nil, 1, "a", :b, 1.5, [1], {a: 1}].map(&:inspect)  # => ["nil", "1", "\"a\"", ":b", "1.5", "[1]", "{a: 1}"]
[nil, 1, "a", :b, 1.5, [1], {a: 1}].map(&:to_s)  # => ["", "1", "a", "b", "1.5", "[1]", "{a: 1}"]
"#{nil}#{true}#{:a}#{1.0}#{[1, "a"]}#{{a: 1}}"  # => "truea1.0[1, \"a\"]{a: 1}"
begin; raise ArgumentError; rescue => e; e.message; end  # => "ArgumentError"
begin; raise ArgumentError, "x"; rescue TypeError, ArgumentError => e; e.class.name; end  # => "ArgumentError"
begin; 1 / 0; rescue ZeroDivisionError => e; e.message; end  # => "divided by 0"
begin; nil + 1; rescue NoMethodError => e; e.message; end  # => "undefined method '+' for nil"
begin; "x" + 1; rescue TypeError => e; e.message; end  # => "no implicit conversion of Integer into String"
begin; [1].fetch(5); rescue IndexError => e; e.message; end  # => "index 5 out of array"
begin; Float("x"); rescue ArgumentError => e; e.full_message(highlight: false).class; end  # => String
begin; raise "a"; rescue; $!.message; end  # => "a"
begin; raise "a"; rescue => e; e.backtrace.is_a?(Array); end  # => true
begin; raise KeyError.new("k", key: :a, receiver: {}); rescue KeyError => e; e.key; end  # => :a
begin; raise StopIteration; rescue IndexError => e; e.class; end  # => StopIteration
begin; raise IOError, "closed"; rescue StandardError => e; "#{e.class}: #{e.message}"; end  # => "IOError: closed"
begin; raise Exception, "deep"; rescue Exception => e; e.message; end  # => "deep"
begin; Integer("12x"); rescue => e; e.message; ensure 5; end  # => "invalid value for Integer(): \"12x\""
x = catch(:done) { 10.times { |i| throw :done, i if i == 3 }; :never }; x  # => 3
catch(:a) { catch(:b) { throw :a, 1 }; 2 }  # => 1
f = ->(a, b = 2, *c) { [a, b, c] }; f.(1)  # => [1, 2, []]
f = ->(a, b = 2, *c) { [a, b, c] }; f.(1, 3, 4, 5)  # => [1, 3, [4, 5]]
f = ->(a, b) { }; f.(1)  # => ArgumentError: wrong number of arguments (given 1, expected 2)
f = proc { |a, (b, c), d| [a, b, c, d] }; f.call(1, [2, 3], 4)  # => [1, 2, 3, 4]
f = proc { |a, b = 5| [a, b] }; f.call([1])  # => [1, 5]
f = lambda(&:upcase); f.call("a")  # => "A"
add = ->(a, b) { a + b }; add.curry[1][2]  # => 3
m = 12.method(:+); m.call(3)  # => 15
%w[a b c].each_with_index.to_h { |x, i| [x, i] }  # => {"a" => 0, "b" => 1, "c" => 2}
"a".public_send(:upcase)  # => "A"
class A3; attr_accessor :x, :y; def initialize(**kw) = kw.each { |k,v| send("#{k}=", v) }; end; a=A3.new(x: 1, y: 2); [a.x, a.y]  # => [1, 2]
send("format", "%d", 3)  # => "3"
def hx(x) = x * 2; n = "hx"; send(n, 4)  # => 8
def hy(x) = x * 2; n = :hy; [1,2].map { |i| send(n, i) }  # => [2, 4]
def hz(x) = x * 2; n = :hz; public_send(n, 1) rescue $!.class  # => 2
Time.utc(2020,1,2,3,4,5).deconstruct_keys(nil)  # => {year: 2020, month: 1, day: 2, yday: 2, wday: 4, hour: 3, min: 4, sec: 5, subsec: 0, dst: false, zone: "UTC"}
Date.new(2020,1,2).deconstruct_keys(nil)  # => NoMethodError: undefined method 'deconstruct_keys' for an instance of Date
DateTime.new(2020,1,2).deconstruct_keys([:hour, :year])  # => NoMethodError: undefined method 'deconstruct_keys' for an instance of DateTime
Time.utc(2020,1,2).deconstruct_keys(1)  # => TypeError: wrong argument type Integer (expected Array or nil)
S8a = Struct.new(:a); [S8a.new(1).eql?(S8a.new(1.0)), S8a.new(1) == S8a.new(1.0), S8a.new("x").eql?(S8a.new("x"))]  # => [false, true, true]
D8 = Data.define(:x, :y); [(D8.new(1) rescue $!.message), (D8.new(1,2,3) rescue $!.message), (D8.new(x: 1, z: 2) rescue $!.message), (D8.new(x: 1, y: 2, z: 3) rescue $!.message), D8.new(1, 2) == D8.new(x: 1, y: 2), D8.members]  # => ["missing keyword: :y", "wrong number of arguments (given 3, expected 0..2)", "unknown keyword: :z", "unknown keyword: :z", true, [:x, :y]]
[[1,2,3].each_slice(0), 1] rescue $!.message  # => "invalid slice size"
[1,2,3].each_cons(0) rescue $!.message  # => "invalid size"
"""


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_behaves_as_ruby_does(source, expected):
    assert answer(source) == expected
