"""Arrays: reading, changing, ordering, packing."""

import pytest

from tests.ruby.ruby_answers import answer, cases

READ = r"""
[1,2,3][0]  # => 1
[1,2,3][-1]  # => 3
[1,2,3][5]  # => nil
[1,2,3][1,2]  # => [2, 3]
[1,2,3][3,1]  # => []
[1,2,3][4,1]  # => nil
[1,2,3][1..]  # => [2, 3]
[1,2,3][-2..]  # => [2, 3]
[1,2,3][..1]  # => [1, 2]
[1,2,3,4,5,6][(0..).step(2)]  # => [1, 3, 5]
[1,2,3]["a"]  # => TypeError: no implicit conversion of String into Integer
[1,2,3][nil]  # => TypeError: no implicit conversion from nil to integer
[1,2,3][1.9]  # => 2
[1,2,3][0..-2]  # => [1, 2]
[1,2,3][-5..2]  # => nil
[1,2,3][1,-1]  # => nil
[1,2,3].slice(1,1)  # => [2]
[1,2,3].at(-1)  # => 3
[1,2,3].first(2)  # => [1, 2]
[1,2,3].first(-1)  # => ArgumentError: negative array size (or size too big)
[1,2,3].last(5)  # => [1, 2, 3]
[1,2,3].last(-1)  # => ArgumentError: negative array size (or size too big)
[].first  # => nil
[].last(2)  # => []
[1].concat([2],[3,4])  # => [1, 2, 3, 4]
[1,2]+[3]  # => [1, 2, 3]
[1,nil,2]&[nil,1]  # => [1, nil]
[1,2]+nil  # => TypeError: no implicit conversion of nil into Array
[1,1,2,3]-[1]  # => [2, 3]
[1,2]*3  # => [1, 2, 1, 2, 1, 2]
[1,2]*","  # => "1,2"
[1,2]*-1  # => ArgumentError: negative argument
[1,2,2,3]&[2,3,3]  # => [2, 3]
[1,2]|[2,5]  # => [1, 2, 5]
[1,2]<=>[1,3]  # => -1
[1,2]<=>[1]  # => 1
[1]<=>["a"]  # => nil
[1]<=>3  # => nil
[1,[2,[3,[4]]]].flatten  # => [1, 2, 3, 4]
[1,[2,[3,[4]]]].flatten(1)  # => [1, 2, [3, [4]]]
[1,2].flatten!  # => nil
[[1]].flatten!  # => [1]
[nil,1,false].compact  # => [1, false]
[1].compact!  # => nil
[1,1.0,"1",:a,"1",nil,nil].uniq  # => [1, 1.0, "1", :a, nil]
[1,2,3,4].uniq { |x| x % 2 }  # => [1, 2]
[1,2].uniq!  # => nil
[[1,2],[1,2],[1.0,2]].uniq  # => [[1, 2], [1.0, 2]]
[{a: 1},{a: 1}].uniq  # => [{a: 1}]
[3,1,2].sort  # => [1, 2, 3]
[3,1,2].sort { |a,b| b<=>a }  # => [3, 2, 1]
["b","a","C"].sort  # => ["C", "a", "b"]
[3,"a"].sort  # => ArgumentError: comparison of Integer with String failed
[nil,1].sort  # => ArgumentError: comparison of NilClass with 1 failed
[[2,1],[1,3]].sort  # => [[1, 3], [2, 1]]
[1,2.5,0].sort  # => [0, 1, 2.5]
[3,1,2].sort_by { |x| -x }  # => [3, 2, 1]
["bb","a"].sort_by(&:size)  # => ["a", "bb"]
[1,"a"].sort_by { |x| x }  # => ArgumentError: comparison of String with 1 failed
[nil,1].sort_by { |x| x }  # => ArgumentError: comparison of Integer with nil failed
[nil,1].sort  # => ArgumentError: comparison of NilClass with 1 failed
["a",1].max(2)  # => ArgumentError: comparison of Integer with String failed
[3,1,2].min  # => 1
[3,1,2].max(2)  # => [3, 2]
[3,1,2].min(2)  # => [1, 2]
[].max  # => nil
[].max(1)  # => []
[1,"a"].max  # => ArgumentError: comparison of String with 1 failed
[1,nil].min  # => ArgumentError: comparison of NilClass with 1 failed
["aa","b"].max { |a,b| a.size<=>b.size }  # => "aa"
["aa","b"].min_by(&:size)  # => "b"
["aa","b","ccc"].max_by(2, &:size)  # => ["ccc", "aa"]
[3,1,2].minmax  # => [1, 3]
["aa","b"].minmax_by(&:size)  # => ["b", "aa"]
[].minmax  # => [nil, nil]
[1,2,3].sum  # => 6
[0.1]*10  # => [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
([0.1]*10).sum  # => 1.0
[0.1,0.2,0.3].sum  # => 0.6
[3,0.1,0.2].sum  # => 3.3
[1,2].sum(10)  # => 13
[1,2].sum { |x| x*2 }  # => 6
["a","b"].sum("")  # => "ab"
["a","b"].sum  # => TypeError: String can't be coerced into Integer
[[1],[2]].sum([])  # => [1, 2]
[1.0, Float::INFINITY].sum  # => Infinity
[1e100,1.0,-1e100].sum  # => 1.0
[].sum  # => 0
[].sum(0.0)  # => 0.0
[nil].sum  # => TypeError: nil can't be coerced into Integer
[1,2,3,4].group_by(&:even?)  # => {false => [1, 3], true => [2, 4]}
[1,2,3,4].partition(&:even?)  # => [[2, 4], [1, 3]]
[1,2,4,9,10,11].chunk_while { |a,b| b==a+1 }.to_a  # => [[1, 2], [4], [9, 10, 11]]
[1,2,4,9,10,11].slice_when { |a,b| b!=a+1 }.to_a  # => [[1, 2], [4], [9, 10, 11]]
[1,2,3,4,5].each_slice(2).to_a  # => [[1, 2], [3, 4], [5]]
[1,2,3,4].each_cons(2).to_a  # => [[1, 2], [2, 3], [3, 4]]
[1,2].each_slice(1) { |x| x }  # => [1, 2]
[1,2].each_cons(1) { |x| x }  # => [1, 2]
[1,2].each_with_object([]) { |x,a| a << x*2 }  # => [2, 4]
[1,2].each_with_index.map { |x,i| x*i }  # => [0, 2]
[1,2].each_with_index.to_a  # => [[1, 0], [2, 1]]
[1,2].map.with_index(1) { |x,i| [x,i] }  # => [[1, 1], [2, 2]]
[1,2].each.with_index(1).to_a  # => [[1, 1], [2, 2]]
[1,2].map.with_index(1).to_a  # => [[1, 1], [2, 2]]
[5,6].each_with_index { |x,i| }  # => [5, 6]
[1,2,3].inject(:+)  # => 6
[1,2,3].inject(10,:+)  # => 16
[1,2,3].inject { |a,b| a*b }  # => 6
[1,2,3].inject("+")  # => 6
[].inject(:+)  # => nil
[1,2,3].reduce(1) { |a,b| a*b }  # => 6
[1,2,3].inject  # => ArgumentError: wrong number of arguments (given 0, expected 1..2)
[1,2].zip([3,4],[5])  # => [[1, 3, 5], [2, 4, nil]]
[1,2].zip  # => [[1], [2]]
[1,2].zip([3,4]) { |x| x }  # => nil
[1,2].zip(3)  # => TypeError: wrong argument type Integer (must respond to :each)
[1,2].zip(5..9)  # => [[1, 5], [2, 6]]
[[1,2],[3,4]].transpose  # => [[1, 3], [2, 4]]
[[1,2],[3]].transpose  # => IndexError: element size differs (1 should be 2)
[1,2].transpose  # => TypeError: no implicit conversion of Integer into Array
[1,2].product([3,4])  # => [[1, 3], [1, 4], [2, 3], [2, 4]]
[1,2].product  # => [[1], [2]]
[1,2,3].combination(2).to_a  # => [[1, 2], [1, 3], [2, 3]]
[1,2,3].combination(0).to_a  # => [[]]
[1,2,3].combination(4).to_a  # => []
[1,2,3].permutation(2).to_a  # => [[1, 2], [1, 3], [2, 1], [2, 3], [3, 1], [3, 2]]
[1,2,3].permutation.to_a  # => [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]]
[1,2].repeated_combination(2).to_a  # => [[1, 1], [1, 2], [2, 2]]
[1,2].repeated_permutation(2).to_a  # => [[1, 1], [1, 2], [2, 1], [2, 2]]
[1,2,3].rotate  # => [2, 3, 1]
[1,2,3].rotate(-1)  # => [3, 1, 2]
[].rotate  # => []
[1,2,3,1].take_while { |x| x<3 }  # => [1, 2]
[1,2,3,1].drop_while { |x| x<3 }  # => [3, 1]
[1,2].take(-1)  # => ArgumentError: attempt to take negative size
[1,2].drop(-1)  # => ArgumentError: attempt to drop negative size
[1,2,3].take(2)  # => [1, 2]
[1,2,3].drop(2)  # => [3]
[1,2,3].find { |x| x>1 }  # => 2
[1,2,3].detect { |x| x>5 }  # => nil
[1,2,3].find_index(2)  # => 1
[1,2,3].find_index { |x| x>1 }  # => 1
[1,2,3].index(5)  # => nil
[1,2,1].rindex(1)  # => 2
[1,2,1].rindex { |x| x==1 }  # => 2
[1,2,2].count(2)  # => 2
[1,2,2].count  # => 3
[1,2,2].count(&:even?)  # => 2
%w[a b a].tally  # => {"a" => 2, "b" => 1}
%w[a b a].tally({"a"=>1})  # => {"a" => 3, "b" => 1}
%w[a b a].tally_by(&:upcase)  # => NoMethodError: undefined method 'tally_by' for an instance of Array
[1,2].include?(1.0)  # => true
[1,nil].all?  # => false
[1,nil].any?  # => true
[nil,false].none?  # => true
[1,nil].one?  # => true
[1,2].all?(Integer)  # => true
["a",1].any?(String)  # => true
["ab"].any?(/b/)  # => true
[1,2].none?(3..4)  # => true
[1,2].one?(2)  # => true
[].all?  # => true
[].any?  # => false
[].none?  # => true
[].one?  # => false
[1,2].any? { |x| x>1 }  # => true
[1,2,3].values_at(0,2,5,-1)  # => [1, 3, nil, 3]
[1,2,3].values_at(1..4)  # => [2, 3, nil, nil]
[[1,[2]],{a: [5]}].dig(1,:a,0)  # => 5
[1].dig(0,1)  # => TypeError: Integer does not have #dig method
[1,nil].dig(1,1)  # => nil
[1,2].fetch(5)  # => IndexError: index 5 out of array
[1,2].fetch(-5)  # => IndexError: index -3 out of array
[1,2].fetch(5,:d)  # => :d
[1,2].fetch(5) { |i| i*2 }  # => 10
[1,2].fetch("a")  # => TypeError: no implicit conversion of String into Integer
[1,2,3].fetch_values(0,2)  # => [1, 3]
[1,2,3].fetch_values(0,7)  # => IndexError: index 7 outside of array bounds: 0...0
[1,[2,[3]],nil,:a,1.5].join("-")  # => "1-2-3--a-1.5"
[1,2].join(nil)  # => "12"
[1,2].join(1)  # => TypeError: no implicit conversion of Integer into String
[1,2].join  # => "12"
[[1,2],[3,4]].to_h  # => {1 => 2, 3 => 4}
[1,2].to_h { |x| [x, x*2] }  # => {1 => 2, 2 => 4}
[1,2].to_h  # => TypeError: wrong element type Integer at 0 (expected array)
[[1,2,3]].to_h  # => ArgumentError: wrong array length at 0 (expected 2, was 3)
[1].to_h { |x| x }  # => TypeError: wrong element type Integer at 0 (expected array)
[1,2,3].filter_map { |x| x*2 if x.odd? }  # => [2, 6]
[1,2].flat_map { |x| [x,[x]] }  # => [1, [1], 2, [2]]
[1,2].flat_map { |x| x }  # => [1, 2]
[1,2].cycle(2).to_a  # => [1, 2, 1, 2]
[1,2].cycle.first(5)  # => [1, 2, 1, 2, 1]
[1,2].each_index.to_a  # => [0, 1]
[1,3,5,7].bsearch { |x| x>=4 }  # => 5
[1,3,5,7].bsearch { |x| 3<=>x }  # => 3
[1,3,5,7].bsearch_index { |x| x>=4 }  # => 2
[1,2,3].reverse  # => [3, 2, 1]
[1,2,3].reverse_each.to_a  # => [3, 2, 1]
[1,2].each_entry.to_a  # => [1, 2]
[1,2,3,4].each_with_index.select { |x,i| i.odd? }  # => [[2, 1], [4, 3]]
[3,5,2].each_with_index.max  # => [5, 1]
[3,5,2].each_with_index.min_by { |x,i| x }  # => [2, 2]
[3,5,2].each_with_index.sort_by { |x,i| -x }.map(&:first)  # => [5, 3, 2]
[1,2,3].chunk(&:odd?).to_a  # => [[true, [1]], [false, [2]], [true, [3]]]
[1,2,3].slice_before(&:even?).to_a  # => [[1], [2, 3]]
[1,2,3].slice_after(2).to_a  # => [[1, 2], [3]]
["a1","b"].grep(/\d/)  # => ["a1"]
["a1","b"].grep_v(/\d/)  # => ["b"]
["a1","b"].grep(/(\d)/) { $1 }  # => ["1"]
[1,"a",nil].grep(String)  # => ["a"]
[1,2,3,4].grep(2..3)  # => [2, 3]
[1,2,3].lazy.map { |x| x*2 }.select(&:even?).first(2)  # => [2, 4]
(1..Float::INFINITY).lazy.map { |x| x*2 }.first(3)  # => [2, 4, 6]
[1,2].lazy  # => #<Enumerator::Lazy: [1, 2]>
[1,2].each  # => #<Enumerator: [1, 2]:each>
[1,2].each_slice(2)  # => #<Enumerator: [1, 2]:each_slice(2)>
[1,2].map  # => #<Enumerator: [1, 2]:map>
[1,2].each_with_index  # => #<Enumerator: [1, 2]:each_with_index>
[1,2].each.with_index(1)  # => #<Enumerator: #<Enumerator: [1, 2]:each>:with_index(1)>
[4,5].each.next  # => 4
e=[4].each; e.next; e.next  # => StopIteration: iteration reached an end
[4,5].each.size  # => 2
[1,2,3].sample.class  # => Integer
[1,2,3].shuffle.sort  # => [1, 2, 3]
[].sample  # => nil
[1,2,3].sample(2).size  # => 2
[1,2].assoc(1)  # => nil
[[1,2],[3,4]].assoc(3)  # => [3, 4]
[[1,2],[3,4]].rassoc(4)  # => [3, 4]
[1,2].intersect?([2])  # => true
[1,2].union([3],[4])  # => [1, 2, 3, 4]
[1,2].difference([2],[1])  # => []
[1,2,2].intersection([2])  # => [2]
[1,2,3].none?  # => false
[1,2,3] == [1,2,3.0]  # => true
[1].eql?([1.0])  # => false
[1,2].hash == [1,2].hash  # => true
[1,2].frozen?  # => false
[1,2].to_a  # => [1, 2]
[1,2].entries  # => [1, 2]
[1,2].first("a")  # => TypeError: no implicit conversion of String into Integer
[1,2,3].foo  # => NoMethodError: undefined method 'foo' for an instance of Array
[1,2].first(1,2)  # => ArgumentError: wrong number of arguments (given 2, expected 0..1)
[1,2].push  # => [1, 2]
[1,2].take  # => ArgumentError: wrong number of arguments (given 0, expected 1)
[1,2].each_slice  # => ArgumentError: wrong number of arguments (given 0, expected 1)
[1,2,3,4,5].minmax  # => [1, 5]
[1, 2, 3].sum { |x| x.to_f }  # => 6.0
[0.1,0.2,0.3].inject(:+)  # => 0.6000000000000001
[1,2,3].each_entry { |x| }  # => [1, 2, 3]
[3,1].sort!  # => [1, 3]
[1,2,3].step  # => NoMethodError: undefined method 'step' for an instance of Array
[1,2,3].to_set  # => #<Set: {1, 2, 3}>
[1,2,3].inspect  # => "[1, 2, 3]"
[1,2,3].to_s  # => "[1, 2, 3]"
["a\n\u00e9\e", :"a b", nil, 1.0, 2**70, {"a"=>1, b: 2, 3=>nil}].inspect  # => "[\"a\\né\\e\", :\"a b\", nil, 1.0, 1180591620717411303424, {\"a\" => 1, b: 2, 3 => nil}]"
[1,2,3].each_cons(5).to_a  # => []
[1,2,3].collect_concat { |x| [x] }  # => [1, 2, 3]
[1,2,3].find_all(&:odd?)  # => [1, 3]
[[1, 2], [3, 4]].map { |a, b| a + b }  # => [3, 7]
[[1, 2], [3, 4]].map { |a| a }  # => [[1, 2], [3, 4]]
[[1, [2, 3]]].map { |a, (b, c)| c }  # => [3]
[[1, 2], [3, 4]].each_with_index.map { |(a, b), i| a + b + i }  # => [3, 8]
[[1, 2], [3, 4]].inject(0) { |s, (a, b)| s + a * b }  # => 14
[[1, 2]].each_with_object([]) { |(a, b), m| m << b }  # => [2]
[1,2,3].max { |a,b| nil }  # => ArgumentError: comparison of Integer with 1 failed
[1,2,3].sort { nil }  # => ArgumentError: comparison of Integer with 2 failed
[1,2,3].sort { "a" }  # => ArgumentError: comparison of String with 0 failed
[1,2].sum("a")  # => TypeError: no implicit conversion of Integer into String
%w[a b].cycle(0).to_a  # => []
%w[a b].each_with_index.to_h  # => {"a" => 0, "b" => 1}
%w[x y z].each_with_index.to_h { |s,i| [i,s] }  # => {0 => "x", 1 => "y", 2 => "z"}
[1,2,3,4].sum.fdiv(4)  # => 2.5
[1,2]&nil  # => TypeError: no implicit conversion of nil into Array
[1]-nil  # => TypeError: no implicit conversion of nil into Array
[1].concat(nil)  # => TypeError: no implicit conversion of nil into Array
[1].zip(nil)  # => TypeError: wrong argument type NilClass (must respond to :each)
[[3,"c"],[1,"a"]].sort_by(&:first).to_h  # => {1 => "a", 3 => "c"}
[[3,"c"],[1,"a"]].min  # => [1, "a"]
"""

CHANGED = r"""
a=[1,2,3]; a[5]=9; a  # => [1, 2, 3, nil, nil, 9]
a=[1,2,3]; a[-4]=9  # => IndexError: index -4 out of array
a=[1,2,3]; a[0,2]=9; a  # => [9, 3]
a=[1,2,3]; a[0,2]=[7,8,9]; a  # => [7, 8, 9, 3]
a=[1,2,3]; a[0..1]=[]; a  # => [3]
a=[1,2,3]; a[1..]=5; a  # => [1, 5]
a=[1,2,3]; a[4,0]=5; a  # => [1, 2, 3, nil, 5]
a=[1,2,3]; a[-5..1]=5; a  # => RangeError: -5..1 out of range
a=[1,2,3]; a[-5,1]=5; a  # => IndexError: index -5 out of array
a=[1,2,3]; a[0,-1]=5; a  # => IndexError: negative length (-1)
a=[1,2]; a.push(3,4); a.append(5); a.prepend(0); a.unshift(-1,-2); a  # => [-1, -2, 0, 1, 2, 3, 4, 5]
a=[1,2,3]; [a.pop, a.shift, a]  # => [3, 1, [2]]
a=[1,2,3]; [a.pop(2), a]  # => [[2, 3], [1]]
a=[1,2,3]; [a.shift(2), a]  # => [[1, 2], [3]]
a=[1,2,3]; a.insert(1, 7, 8); a  # => [1, 7, 8, 2, 3]
a=[1,2,3]; a.insert(-2, 7); a  # => [1, 2, 7, 3]
a=[1,2,3]; a.insert(6, 7); a  # => [1, 2, 3, nil, nil, nil, 7]
a=[1,2,3]; a.insert(-6, 7); a  # => IndexError: index -6 too small for array; minimum: -4
a=[1,2,3]; a.rotate!(2); a  # => [3, 1, 2]
a=[1,2,3]; a.map! { |x| x*2 }; a  # => [2, 4, 6]
a=[1,2,3]; a.select!(&:odd?); a  # => [1, 3]
a=[1,3]; a.select!(&:odd?)  # => nil
a=[1,3]; a.reject!(&:odd?)  # => []
a=[1,3]; a.reject!(&:even?)  # => nil
a=[1,2,1]; [a.delete(1), a]  # => [1, [2]]
a=[1,2,1]; a.delete(5)  # => nil
a=[1,2,1]; a.delete(5) { |x| "no #{x}" }  # => "no 5"
a=[1,2,1]; [a.delete_at(1), a, a.delete_at(9)]  # => [2, [1, 1], nil]
a=[1,2,3]; a.delete_if(&:odd?)  # => [2]
a=[1,2,3]; a.keep_if(&:odd?)  # => [1, 3]
[1,2,3].fill(0)  # => [0, 0, 0]
[1,2,3].fill(0,1)  # => [1, 0, 0]
[1,2,3].fill(0,1,1)  # => [1, 0, 3]
[1,2,3].fill(0,1..5)  # => [1, 0, 0, 0, 0, 0]
[1,2,3].fill { |i| i*i }  # => [0, 1, 4]
[1,2,3].fill(1) { |i| i*i }  # => [1, 1, 4]
[1,2,3].fill(-2) { |i| i*i }  # => [1, 1, 4]
a=[1]; a << a; a.join  # => ArgumentError: recursive array join
a=[1]; a << a; a.inspect  # => "[1, [...]]"
Array.new(3)  # => [nil, nil, nil]
Array.new(3,0)  # => [0, 0, 0]
Array.new(3) { |i| i*2 }  # => [0, 2, 4]
Array.new([1])  # => [1]
Array.new(-1)  # => ArgumentError: negative array size
Array.new("a")  # => TypeError: no implicit conversion of String into Integer
Array(nil)  # => []
Array([1])  # => [1]
Array(1..3)  # => [1, 2, 3]
Array({a: 1})  # => [[:a, 1]]
Array("a")  # => ["a"]
a=[3,1]; a.sort_by! { |x| x }; a  # => [1, 3]
a=[1,2]; a.replace([5]); a  # => [5]
a=[1,2]; a.clear; a  # => []
a=[1,2,3]; [a.slice!(1,2), a]  # => [[2, 3], [1]]
a=[1,2,3]; [a.slice!(0), a]  # => [1, [2, 3]]
a=[1,2,3]; [a.slice!(0..1), a]  # => [[1, 2], [3]]
a=[1,2,3]; [a.slice!(5), a]  # => [nil, [1, 2, 3]]
a=[1,2,3]; a.concat(a); a  # => [1, 2, 3, 1, 2, 3]
"""

PACKED = r"""
[1,2,3].pack("C*")  # => "\x01\x02\x03"
[65,66].pack("U*")  # => "AB"
["abc"].pack("m")  # => "YWJj\n"
["abc"].pack("m0")  # => "YWJj"
["abc"].pack("H*")  # => "\xAB\xC0"
["616263"].pack("H*")  # => "abc"
["616"].pack("H*")  # => "a`"
["616263"].pack("h*")  # => "\x16&6"
["a","b"].pack("A3A3")  # => "a  b  "
["abc"].pack("a5")  # => "abc\x00\x00"
["abc"].pack("Z*")  # => "abc\x00"
[1].pack("N")  # => "\x00\x00\x00\x01"
[1].pack("n")  # => "\x00\x01"
[1].pack("V")  # => "\x01\x00\x00\x00"
[1].pack("v")  # => "\x01\x00"
[1].pack("Q>")  # => "\x00\x00\x00\x00\x00\x00\x00\x01"
[1].pack("q<")  # => "\x01\x00\x00\x00\x00\x00\x00\x00"
[1.5].pack("g")  # => "?\xC0\x00\x00"
[1.5].pack("E")  # => "\x00\x00\x00\x00\x00\x00\xF8?"
[300].pack("C")  # => ","
[1,2].pack("CxC")  # => "\x01\x00\x02"
["0101"].pack("B*")  # => "P"
["0101"].pack("b*")  # => "\n"
[300,5].pack("w*")  # => "\x82,\x05"
["a b=é"].pack("M")  # => "a b=3D=C3=A9=\n"
["abc"].pack("u")  # => "#86)C\n"
[1].pack("C2")  # => ArgumentError: too few arguments
["a"].pack("C")  # => TypeError: no implicit conversion of String into Integer
[1].pack("y")  # => ArgumentError: unknown pack directive 'y' in 'y'
[1].pack("A")  # => TypeError: no implicit conversion of Integer into String
"""


@pytest.mark.parametrize(("source", "expected"), cases(READ))
def test_reads_and_combines_arrays_as_ruby_does(source, expected):
    assert answer(source) == expected


@pytest.mark.parametrize(("source", "expected"), cases(CHANGED))
def test_changes_arrays_in_place_as_ruby_does(source, expected):
    assert answer(source) == expected


@pytest.mark.parametrize(("source", "expected"), cases(PACKED))
def test_packs_arrays_as_ruby_does(source, expected):
    assert answer(source) == expected
