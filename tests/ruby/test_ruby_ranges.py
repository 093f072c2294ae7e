"""Ranges, Enumerators without a block, and lazy ones."""

import pytest

from tests.ruby.ruby_answers import answer, cases

RANGES = r"""
(1..5).to_a  # => [1, 2, 3, 4, 5]
(1...5).to_a  # => [1, 2, 3, 4]
('a'..'e').to_a  # => ["a", "b", "c", "d", "e"]
('a'..'zz').count  # => 702
('az'..'bc').to_a  # => ["az", "ba", "bb", "bc"]
(1..10).step(3).to_a  # => [1, 4, 7, 10]
1.step(10,4).to_a  # => [1, 5, 9]
(1.0..2.0).step(0.5).to_a  # => [1.0, 1.5, 2.0]
(1.0..2.0).to_a  # => TypeError: can't iterate from Float
(1..2.5).to_a  # => [1, 2]
(1..5).include?(3.5)  # => true
(1..5).cover?(2..3)  # => true
(1..5) === 3  # => true
('a'..'e').include?('bb')  # => false
('a'..'e').cover?('bb')  # => true
('a'..'e') === 'bb'  # => true
(1..).first(2)  # => [1, 2]
(1..).first  # => 1
(..1).first  # => RangeError: cannot get the first element of beginless range
(1..nil).size  # => Infinity
(1..5).sum  # => 15
(1...1).sum  # => 0
(1..5).size  # => 5
('a'..'c').size  # => nil
(1.5..4).size  # => TypeError: can't iterate from Float
(1..5.5).size  # => 5
(1..5).count  # => 5
(1..5).min  # => 1
(1..5).max  # => 5
(5..1).max  # => nil
(1...5).max  # => 4
(1.0...5.0).max  # => TypeError: cannot exclude non Integer end value
(1..5.5).max  # => 5.5
(1..5).minmax  # => [1, 5]
(1..5).first(2)  # => [1, 2]
(1..5).last(2)  # => [4, 5]
(1..5).last  # => 5
(1...5).last  # => 5
(1...5).last(1)  # => [4]
(1..5).begin  # => 1
(1..5).end  # => 5
(1...5).exclude_end?  # => true
(1..5).reverse_each.to_a  # => [5, 4, 3, 2, 1]
(1..3).inject(:+)  # => 6
(1..3).map { |x| x }  # => [1, 2, 3]
(1..6).step(2).map { |x| x }  # => [1, 3, 5]
(1..3).inspect  # => "1..3"
(1...3).to_s  # => "1...3"
('a'..'c').inspect  # => "\"a\"..\"c\""
('a'..'c').to_s  # => "a..c"
(1..).inspect  # => "1.."
(..1).inspect  # => "..1"
(nil..nil).inspect  # => "nil..nil"
(1..3)==(1..3)  # => true
(1..3).eql?(1..3)  # => true
(1..3).hash==(1..3).hash  # => true
(1..3).to_set  # => #<Set: {1, 2, 3}>
(1..3).tally  # => {1 => 1, 2 => 1, 3 => 1}
(1..10).find { |x| x>3 }  # => 4
(1..10).select(&:even?)  # => [2, 4, 6, 8, 10]
(1..10).partition(&:even?)  # => [[2, 4, 6, 8, 10], [1, 3, 5, 7, 9]]
(1..10).bsearch { |x| x>=7 }  # => 7
(0.0..10.0).bsearch { |x| x>=7.5 }  # => 7.5
(1..10).overlap?(5..15)  # => true
(1..Float::INFINITY).include?(5)  # => true
(nil..1).to_a  # => TypeError: can't iterate from NilClass
(1..).to_a  # => RangeError: cannot convert endless range to an array
(1..3).cycle.first(5)  # => [1, 2, 3, 1, 2]
(1..3).zip(4..6)  # => [[1, 4], [2, 5], [3, 6]]
(1..3).step(0)  # => ArgumentError: step can't be 0
(1..3).step(-1).to_a  # => []
('a'..'e').step(2).to_a  # => ["a", "c", "e"]
(Time.at(0)..Time.at(10)).cover?(Time.at(5))  # => true
(Time.at(0)..Time.at(3)).to_a  # => TypeError: can't iterate from Time
(Date.new(2020,1,30)..Date.new(2020,2,2)).map(&:to_s)  # => ["2020-01-30", "2020-01-31", "2020-02-01", "2020-02-02"]
(Date.new(2020,1,30)..Date.new(2020,2,2)).count  # => 4
(Date.new(2020,1,30)..Date.new(2020,2,2)).include?(Date.new(2020,2,1))  # => true
(1..3).frozen?  # => true
Range.new(1,3,true)  # => 1...3
(1..3).dup  # => 1..3
(0.5..2).include?(1)  # => true
(1..3).entries  # => [1, 2, 3]
(1..3).none?  # => false
(1..10).min_by { |x| -x }  # => 10
(1..3).reduce(:*)  # => 6
(1..3).sum { |x| x*2.0 }  # => 12.0
(1..3).min(2)  # => [1, 2]
(1..3).max { |a,b| b<=>a }  # => 1
(3..1).minmax  # => [nil, nil]
(1..3).include?("a")  # => false
(1..3).cover?("a")  # => false
('08'..'11').to_a  # => ["08", "09", "10", "11"]
('1'..'3') === 2  # => false
('A'..'C').include?("B")  # => true
1.step(by: 2, to: 5).to_a  # => [1, 3, 5]
1.step(2, 0.5).to_a  # => [1.0, 1.5, 2.0]
1.0.step(2.0, 0.1).to_a  # => [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7000000000000002, 1.8, 1.9, 2.0]
10.step(1, -3).to_a  # => [10, 7, 4, 1]
1.step(by: 2).first(2)  # => [1, 3]
[1,2].chain([3]).to_a  # => [1, 2, 3]
"""

ENUMERATORS = r"""
(1..5).each_slice(2).to_a  # => [[1, 2], [3, 4], [5]]
(1..5).each_with_index.to_a  # => [[1, 0], [2, 1], [3, 2], [4, 3], [5, 4]]
(1..5).each_cons(2).to_a  # => [[1, 2], [2, 3], [3, 4], [4, 5]]
(1..3).each_with_object([]) { |x,a| a << x }  # => [1, 2, 3]
(1..10).each_entry.to_a  # => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
(1..3).each  # => #<Enumerator: 1..3:each>
(1..3).each_slice(2)  # => #<Enumerator: 1..3:each_slice(2)>
('a'..'c').each_with_index.map { |c,i| c*i }  # => ["", "b", "cc"]
(1..3).each { }  # => 1..3
5.times.to_a  # => [0, 1, 2, 3, 4]
5.times.map { |x| x }  # => [0, 1, 2, 3, 4]
3.upto(5).to_a  # => [3, 4, 5]
5.downto(3).to_a  # => [5, 4, 3]
1.upto(3).select(&:odd?)  # => [1, 3]
3.times  # => #<Enumerator: 3:times>
"abc".each_char.with_index.map { |c,i| c*i }  # => ["", "b", "cc"]
"abc".each_char.to_a  # => ["a", "b", "c"]
"a\nb".each_line.map(&:chomp)  # => ["a", "b"]
"abc".each_char  # => #<Enumerator: "abc":each_char>
"ab".each_byte.to_a  # => [97, 98]
"abc".chars.each_slice(2).map(&:join)  # => ["ab", "c"]
Enumerator.new { |y| y << 1 << 2; y.yield 3 }.to_a  # => [1, 2, 3]
Enumerator.new { |y| a=0; loop { y << (a+=1) } }.take(3)  # => [1, 2, 3]
Enumerator.new { |y| a=0; loop { y << (a+=1) } }.lazy.select(&:even?).first(2)  # => [2, 4]
e=[1,2,3].each; [e.next, e.peek, e.next, e.next, (e.next rescue "done")]  # => [1, 2, 2, 3, "done"]
e=[1,2].each; r=[]; loop { r << e.next }; r  # => [1, 2]
loop { break 5 }  # => 5
e=[1,2].each; loop { e.next }  # => [1, 2]
[1,2].each.with_object([]).to_a  # => [[1, []], [2, []]]
[1,2].each.with_object([]) { |x,a| a << x }  # => [1, 2]
([1,2].each + [3]).to_a  # => [1, 2, 3]
[1,2].each_entry  # => #<Enumerator: [1, 2]:each_entry>
[1,2].each.rewind.next  # => 1
[4,5].each_with_index.with_index(10).to_a  # => [[[4, 0], 10], [[5, 1], 11]]
[4,5].each.with_index(1).map { |x,i| x*i }  # => [4, 10]
[4,5].select.with_index { |x,i| i==1 }  # => [5]
[4,5].reject.with_index { |x,i| i==1 }  # => [4]
[4,5].sort_by.with_index { |x,i| -i }  # => [5, 4]
[4,5].group_by.with_index { |x,i| i }  # => {0 => [4], 1 => [5]}
[4,5].flat_map.with_index { |x,i| [x]*i }  # => [5]
[4,5].each_slice(1).with_index.map { |x,i| [x,i] }  # => [[[4], 0], [[5], 1]]
[4,5].each_slice(1).to_a  # => [[4], [5]]
[4,5].each_slice(1).size  # => 2
[4,5].min_by.with_index { |x,i| -i }  # => 5
[4,5].partition.with_index { |x,i| i==0 }  # => [[4], [5]]
[4,5].filter_map.with_index { |x,i| x if i==0 }  # => [4]
[4,5].each_with_index.each_with_object([]) { |(x,i),a| a << x+i }  # => [4, 6]
[4,5].map!.with_index { |x,i| x*i }  # => [0, 5]
[4,5].each_index.map { |i| i }  # => [0, 1]
[4,5,6].each_with_index.reject { |x,i| i==1 }.map(&:first)  # => [4, 6]
[4,5,6].each_with_index.find { |x,i| x==5 }  # => [5, 1]
[4,5,6].each_with_index.group_by { |x,i| i.odd? }  # => {false => [[4, 0], [6, 2]], true => [[5, 1]]}
[4,5,6].each_with_index.inject(0) { |s,(x,i)| s+x*i }  # => 17
[4,5,6].each_with_index.partition { |x,i| i.odd? }  # => [[[5, 1]], [[4, 0], [6, 2]]]
[4,5,6].each_with_index.flat_map { |x,i| [x]*i }  # => [5, 6, 6]
[4,5,6].each_with_index.sum { |x,i| x*i }  # => 17
[4,5,6].each_with_index.to_a.transpose  # => [[4, 5, 6], [0, 1, 2]]
[4,5,6].each_with_index.filter_map { |x,i| x if i>0 }  # => [5, 6]
[4,5,6].each_with_index.max_by { |x,i| -i }  # => [4, 0]
[4,5,6].each_with_index.count { |x,i| i>0 }  # => 2
[4,5,6].each_with_index.any? { |x,i| i>1 }  # => true
[4,5,6].each_with_index.each_slice(2).to_a  # => [[[4, 0], [5, 1]], [[6, 2]]]
(1..3).each_with_index.map { |x, i| x * i }  # => [0, 2, 6]
[1,2,3].lazy.map { |x| x + 1 }.to_a  # => [2, 3, 4]
[1,2,3].lazy.reject(&:odd?).map { |x| x + 1 }.force  # => [3]
(1..20).lazy.select(&:even?).map { |x| x * 3 }.reject { |x| x % 4 == 0 }.first(2)  # => [6, 18]
(1..3).lazy.filter_map { |x| x*2 if x>1 }.to_a  # => [4, 6]
(1..3).lazy.take(2).to_a  # => [1, 2]
(1..3).lazy.take_while { |x| x<2 }.to_a  # => [1]
(1..3).lazy.drop(1).to_a  # => [2, 3]
(1..3).lazy.zip(4..6).to_a  # => [[1, 4], [2, 5], [3, 6]]
(1..3).lazy.flat_map { |x| [x,x] }.to_a  # => [1, 1, 2, 2, 3, 3]
(1..3).lazy.uniq { |x| x%2 }.to_a  # => [1, 2]
(1..3).lazy.with_index.map { |x,i| x*i }.to_a  # => [0, 2, 6]
(1..3).lazy.each_with_index.map { |x,i| x*i }.to_a  # => [0, 2, 6]
(1..3).lazy.eager  # => #<Enumerator: #<Enumerator::Lazy: 1..3>:each>
(1..3).lazy.include?(2)  # => true
(1..3).lazy.map { |x| x }  # => #<Enumerator::Lazy: #<Enumerator::Lazy: 1..3>:map>
"""


@pytest.mark.parametrize(("source", "expected"), cases(RANGES))
def test_ranges_answer_as_ruby_does(source, expected):
    assert answer(source) == expected


@pytest.mark.parametrize(("source", "expected"), cases(ENUMERATORS))
def test_enumerators_answer_as_ruby_does(source, expected):
    assert answer(source) == expected
