"""Classes, modules, Struct, Data and OpenStruct, each as Ruby 3.4 answers."""

import pytest

from logsmith.ruby.errors import RubyError
from logsmith.ruby.exceptions import RubyException
from logsmith.ruby.program import Self, compile_ruby
from logsmith.ruby.show import inspect

ACCOUNT = """
class Account
  attr_reader :total
  attr_accessor :name
  RATE = 2
  include Comparable
  def initialize(total = 0); @total = total; end
  def add(n); @total += n; self; end
  def self.empty; new; end
  def rated; total * RATE; end
  def to_s; "account #{@total}"; end
  def <=>(other); total <=> other.total; end
  def ==(other); other.is_a?(Account) && total == other.total; end
  def each; return enum_for(:each) unless block_given?; @total.times { |i| yield i }; end
  def method_missing(name, *args); name.to_s.start_with?("x") ? [name, args] : super; end
  def [](key); "at #{key}"; end
  alias plus add
end
class Saving < Account
  def initialize(total, more:); super(total); @more = more; end
  def add(n); super; @total += @more; self; end
  def to_s = super + "!"
end
a = Account.new.add(2).add(3)
s = Saving.new(1, more: 10)
"""
MODULES = """
module Tools
  LIMIT = 6
  def self.clean(text) = text.strip + mark
  def self.mark; "!"; end
  class Inner; def limit; LIMIT; end; end
  module Deep; X = 9; end
end
module Greets; def greet; "hi #{name}"; end; end
class Person; include Greets; def name; "bob"; end; end
class Bag
  include Enumerable
  def initialize(*items); @items = items; end
  def each; @items.each { |one| yield one }; self; end
end
class Counter
  @kept = 5
  class << self
    attr_accessor :word
    def kept; @kept; end
  end
end
class OwnError < StandardError
  attr_reader :code
  def initialize(message = "default", code: 5); super(message); @code = code; end
end
"""
RECORDS = """
Point = Struct.new(:x, :y) do
  def far; x * x + y * y; end
end
Named = Struct.new(:a, :b, keyword_init: true)
Place = Data.define(:x, :y) { def +(other) = with(x: x + other.x) }
p1 = Point.new(3, 4)
o = OpenStruct.new(a: 1, "b" => 2)
"""
ROWS = [
    (ACCOUNT, r"""
a.total  ⇒  5
[a.to_s, "#{a}", Account.empty.total, Account::RATE, a.rated]  ⇒  ["account 5", "account 5", 0, 2, 10]
[a > Account.new(1), [a, Account.new(1)].min.total, a == Account.new(5), a != Account.new(4)]  ⇒  [true, 1, true, true]
a.name = "zed"; a.name  ⇒  "zed"
a.each.to_a  ⇒  [0, 1, 2, 3, 4]
[a.xyz(1), a[3], a.plus(1).total]  ⇒  [[:xyz, [1]], "at 3", 6]
[s.add(5).total, s.to_s, s.is_a?(Account), Saving.superclass]  ⇒  [16, "account 16!", true, Account]
[a.respond_to?(:rated), a.respond_to?(:nope), a.class, a.instance_variable_get(:@total)]  ⇒  [true, false, Account, 5]
class Account; def more; 1; end; end; a.more  ⇒  1
a.nope  ⇒  NoMethodError: undefined method 'nope' for an instance of Account
Account.new(1, 2)  ⇒  ArgumentError: wrong number of arguments (given 2, expected 0..1)
Saving.new(1)  ⇒  ArgumentError: missing keyword: more
"""),
    (MODULES, r"""
[Tools.clean(" x "), Tools::LIMIT, Tools::Inner.new.limit, Tools::Deep::X]  ⇒  ["x!", 6, 6, 9]
Person.new.greet  ⇒  "hi bob"
[Bag.new(3, 1, 2).sort, Bag.new(1, 2).map { |n| n + 1 }, Bag.new(1, 2).inject(:+), Bag.new(5).first]  ⇒  [[1, 2, 3], [2, 3], 3, 5]
Counter.word = "w"; [Counter.kept, Counter.word]  ⇒  [5, "w"]
begin; raise OwnError; rescue OwnError => e; [e.message, e.code, e.is_a?(StandardError)]; end  ⇒  ["default", 5, true]
begin; raise OwnError.new("x", code: 7); rescue => e; [e.message, e.code]; end  ⇒  ["x", 7]
begin; raise OwnError, "own"; rescue OwnError => e; e.message; end  ⇒  "own"
raise OwnError  ⇒  OwnError: default
Tools::NOPE  ⇒  NameError: uninitialized constant Tools::NOPE
"""),
    (RECORDS, r"""
[p1.x, p1.far, p1.to_a, p1["y"], p1[:x], p1[0], p1.size]  ⇒  [3, 25, [3, 4], 4, 3, 3, 2]
[p1 == Point.new(3, 4), [p1, Point.new(3, 4)].uniq.size, { p1 => 1 }[Point.new(3, 4)]]  ⇒  [true, 1, 1]
p1.x = 10; [p1.x, p1.to_h, p1.members, p1.sum]  ⇒  [10, {x: 10, y: 4}, [:x, :y], 14]
x, y = *p1; [x, y]  ⇒  [3, 4]
case p1; in [a, b] then [a, b] end  ⇒  [3, 4]
case p1; in {x:} then x end  ⇒  3
[Named.new(a: 1).b, Named.new(a: 1, b: 2).to_a, Point.new(1).to_a]  ⇒  [nil, [1, 2], [1, nil]]
[p1.inspect, Place.new(1, 2).inspect]  ⇒  ["#<struct Point x=3, y=4>", "#<data Place x=1, y=2>"]
[(Place.new(1, 2) + Place.new(x: 3, y: 4)).to_h, Place.new(1, 2) == Place.new(1, 2)]  ⇒  [{x: 4, y: 2}, true]
o.c = 3; o[:d] = 4; [o.a, o.b, o.c, o[:d], o.none, o.respond_to?(:a), o.to_h]  ⇒  [1, 2, 3, 4, nil, true, {a: 1, b: 2, c: 3, d: 4}]
Class.new(Point) { def far = super + 1 }.new(1, 1).far  ⇒  3
Point.new(1, 2, 3)  ⇒  ArgumentError: struct size differs (3 for 2)
p1[:z]  ⇒  NameError: no member 'z' in struct
p1[5]  ⇒  IndexError: offset 5 too large for struct(size:2)
Place.new(1)  ⇒  ArgumentError: missing keyword: :y
Named.new(z: 1)  ⇒  ArgumentError: unknown keywords: z
"""),
]  # fmt: skip


def cases():
    for code, rows in ROWS:
        for row in rows.strip().splitlines():
            line, _, answer = row.partition("  ⇒  ")
            yield pytest.param(code + line, answer, id=line[:60])


@pytest.mark.parametrize(("code", "answer"), list(cases()))
def test_the_answer_is_rubys(code, answer):
    try:
        found = inspect(compile_ruby(code, parameters=()).run(Self()))
    except RubyException as error:
        found = f"{error.ruby_class.name}: {error.message}"
    assert found == answer


def test_code_finds_the_classes_of_init():
    own = Self()
    first = compile_ruby("class Thing; def n; 5; end; end\nPair = Struct.new(:left)", parameters=())
    first.run(own)
    assert compile_ruby("Thing.new.n + Pair.new(2).left", parameters=(), before=[first]).run(own) == 7
    assert not first.keeps_state


@pytest.mark.parametrize(
    ("body", "keeps"),
    [
        ("def initialize; @n = 0; end", False),
        ("attr_reader :n", False),
        ("def bump; @n += 1; end", True),
        ("def self.bump; @n += 1; end", True),
    ],
)
def test_what_objects_change_in_themselves_may_be_kept(body, keeps):
    assert compile_ruby(f"class Thing; {body}; end", parameters=()).keeps_state == keeps


def test_programs_do_not_share_classes():
    for number in (1, 2):
        code = f"class Shared; def n; {number}; end; end; Shared.new.n"
        assert compile_ruby(code, parameters=()).run(Self()) == number


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "x = 1\nclass String; def shout; 1; end; end",
            "String, which is Ruby's own, cannot be changed here",
        ),
        ("x = 1\nclass Mine < Hash; end", "a class below Hash cannot be defined here"),
    ],
)
def test_rubys_own_classes_are_not_changed(code, message):
    with pytest.raises(RubyError) as caught:
        compile_ruby(code)
    assert (caught.value.line, caught.value.column, caught.value.message) == (2, 1, message)


def test_super_outside_of_a_class_is_refused():
    with pytest.raises(RubyError, match="'super' outside of a class's method"):
        compile_ruby("def foo; super; end")
