"""Sets."""

import pytest

from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
Set.new([3,2,3])  # => #<Set: {3, 2}>
Set[1,2]  # => #<Set: {1, 2}>
Set.new  # => #<Set: {}>
Set.new([1,2]) { |x| x*2 }  # => #<Set: {2, 4}>
Set.new(nil)  # => #<Set: {}>
Set.new(5)  # => ArgumentError: value must be enumerable
Set[1,2] | [3]  # => #<Set: {1, 2, 3}>
Set[1,2] + Set[3]  # => #<Set: {1, 2, 3}>
Set[1,2] & [2,9]  # => #<Set: {2}>
Set[1,2] - [1]  # => #<Set: {2}>
Set[1,2] ^ [2,3]  # => #<Set: {3, 1}>
Set[1,2] == Set[2,1]  # => true
Set[1,2].include?(1)  # => true
Set[1,2] === 1  # => true
Set[1,2].member?(3)  # => false
Set[1,2].subset?(Set[1,2,3])  # => true
Set[1,2] <= Set[1,2]  # => true
Set[1,2] < Set[1,2]  # => false
Set[1,2].superset?(Set[1])  # => true
Set[1,2] >= Set[1]  # => true
Set[1,2].proper_superset?(Set[1])  # => true
Set[1].disjoint?(Set[2])  # => true
Set[1].intersect?(Set[1])  # => true
Set[1].intersect?([1])  # => ArgumentError: value must be a set
s=Set[1]; s << 2; s.add(3); [s.add?(3), s.add?(4).class, s]  # => [nil, Set, #<Set: {1, 2, 3, 4}>]
s=Set[1,2]; [s.delete(1), s.delete?(9)]  # => [#<Set: {2}>, nil]
Set[1,2].subset?([1])  # => ArgumentError: value must be a set
Set[1,2].to_a  # => [1, 2]
Set[1,2].size  # => 2
Set[].empty?  # => true
Set[1,2].map { |x| x*2 }  # => [2, 4]
Set[1,2].select(&:even?)  # => [2]
Set[1,2].reject(&:even?)  # => [1]
Set[1,2].partition(&:even?)  # => [[2], [1]]
Set[1,2].group_by(&:even?)  # => {false => [1], true => [2]}
Set[1,2].sort_by { |x| -x }  # => [2, 1]
Set[1,2].each { |x| x }  # => #<Set: {1, 2}>
Set[1,2].inspect  # => "#<Set: {1, 2}>"
Set[1,[2]].to_s  # => "#<Set: {1, [2]}>"
Set["a"].join("-")  # => "a"
Set[1,2].merge([3],[4])  # => #<Set: {1, 2, 3, 4}>
Set[1,2].subtract([1])  # => #<Set: {2}>
Set[1,Set[2]].flatten  # => #<Set: {1, 2}>
Set[1,2].first  # => 1
Set[3,1].min  # => 1
Set[3,1].sort  # => [1, 3]
Set[3,1].sum  # => 4
Set[1,2].to_set.equal?(1)  # => false
Set[1,2] <=> Set[1]  # => 1
Set[1,2].classify(&:odd?)  # => {true => #<Set: {1}>, false => #<Set: {2}>}
Set[1].dup << 2  # => #<Set: {1, 2}>
Set[1].clear  # => #<Set: {}>
Set[1,2].hash == Set[2,1].hash  # => true
[Set[1],Set[1]].uniq  # => [#<Set: {1}>]
Set[1,1.0,"1"]  # => #<Set: {1, 1.0, "1"}>
Set[1,2].filter! { |x| x>1 }  # => #<Set: {2}>
Set[1,2].delete_if { |x| x>1 }  # => #<Set: {1}>
Set[1,2].keep_if { |x| x>1 }  # => #<Set: {2}>
Set[1,2].count  # => 2
Set[1,2].any? { |x| x>1 }  # => true
Set[1,2].to_json  # => "\"#<Set: {1, 2}>\""
JSON.generate(Set[1,2])  # => "\"#<Set: {1, 2}>\""
Set[1,2] | nil  # => ArgumentError: value must be enumerable
[1,2,2].to_set.length  # => 2
Set[1,2].is_a?(Enumerable)  # => true
Set[1,2].add([1]).include?([1])  # => true
Set[1,2].union([3]).difference([1]).intersection([3])  # => #<Set: {3}>
Set[1,2].inject(:+)  # => 3
Set[1,2].each_slice(1).to_a  # => [[1], [2]]
Set[1,2].find { |x| x>1 }  # => 2
Set[1,2].eql?(Set[1,2])  # => true
Set[1,2].superset?([1])  # => ArgumentError: value must be a set
Set[1,2] | Set[2,3]  # => #<Set: {1, 2, 3}>
Set[1,2].to_s  # => "#<Set: {1, 2}>"
[Set[1,2].subset?(Set[1,2,3]), Set[1] <= Set[1], Set[1,2] ^ Set[2,3], Set[1,2] - [1], Set[3,1].sort, Set[1].add?(1), Set[1].add?(2)]  # => [true, true, #<Set: {3, 1}>, #<Set: {2}>, [1, 3], nil, #<Set: {1, 2}>]
Set[1,2].join('-')  # => "1-2"
Set[1,nil].compact rescue $!.class  # => [1]
Set[1,2].disjoint?([3])  # => ArgumentError: value must be a set
Set[1,2].intersect?([2])  # => ArgumentError: value must be a set
Set[1,2,3].select!(&:odd?)  # => #<Set: {1, 3}>
Set[1,2,3].first(2)  # => [1, 2]
[Set[1,2].intersect?(1..3), 1] rescue $!.message  # => "value must be a set"
[Set[1,2].intersect?([2]), 1] rescue $!.message  # => "value must be a set"
"""


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_sets_answer_as_ruby_does(source, expected):
    assert answer(source) == expected
