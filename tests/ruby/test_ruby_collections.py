"""Collections as filters use them: chains of methods, with blocks that spread, break and skip."""

import pytest

from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
h=Hash.new(0); %w[a b a].each { |x| h[x] += 1 }; h  # => {"a" => 2, "b" => 1}
h=Hash.new { |hash,k| hash[k]=[] }; [[1,2],[1,3],[2,4]].each { |k,v| h[k] << v }; h  # => {1 => [2, 3], 2 => [4]}
h=Hash.new([]); h[:a] << 1; [h, h[:b]]  # => [{}, [1]]
[{a: 1},{b: 2}].inject(:merge)  # => {a: 1, b: 2}
[{a: 1},{b: 2}].reduce({}, :merge)  # => {a: 1, b: 2}
%w[a b].zip([1,2]).to_h  # => {"a" => 1, "b" => 2}
%w[k1=v1 k2=v2].map { |s| s.split('=') }.to_h  # => {"k1" => "v1", "k2" => "v2"}
%w[k1=v1 k2=v2].each_with_object({}) { |s,h| k,v=s.split('='); h[k]=v }  # => {"k1" => "v1", "k2" => "v2"}
{a: {b: {c: 1}}}.to_a.flatten  # => [:a, {b: {c: 1}}]
{a: 1, b: 2}.each_with_index.map { |(k, v), i| "#{k}#{v}#{i}" }  # => ["a10", "b21"]
{a: 1, b: 2}.sort_by { |k, v| -v }.first  # => [:b, 2]
{a: 1, b: 2}.max_by { |_, v| v }&.first  # => :b
{a: 1, b: 2}.sum { |_, v| v } / 2.0  # => 1.5
{a: 1, b: nil}.reject { |_, v| v.nil? }  # => {a: 1}
{a: 1, b: nil}.select { |_, v| v }  # => {a: 1}
{a: [1,2]}.map { |k, (x, y)| [k, x, y] }  # => [[:a, 1, 2]]
{a: 1}.map { _1 }  # => [[:a, 1]]
{a: 1}.map { |k, v = 5| [k, v] }  # => [[:a, 1]]
{a: 1}.map { it }  # => [[:a, 1]]
[[1,2],[3,4]].map { _1 + _2 }  # => [3, 7]
[1,2,3].each_slice(2).map(&:sum)  # => [3, 3]
[1,2,3].each_cons(2).map { |a,b| b-a }  # => [1, 1]
[1,2,3,4].each_slice(2).to_h  # => {1 => 2, 3 => 4}
[3,1,2].sort.reverse  # => [3, 2, 1]
[3,1,2].sort_by { |x| [x.odd? ? 0 : 1, -x] }  # => [3, 1, 2]
%w[b A c].sort_by(&:downcase)  # => ["A", "b", "c"]
%w[b A c].min_by(&:downcase)  # => "A"
%w[10 9 8].sort_by(&:to_i)  # => ["8", "9", "10"]
%w[a b c].each_with_index.to_a.map(&:reverse).to_h  # => {0 => "a", 1 => "b", 2 => "c"}
[1,2,3,4,5].each_with_index.select { |_,i| i.even? }.map(&:first)  # => [1, 3, 5]
(1..3).flat_map { |x| [x]*x }  # => [1, 2, 2, 3, 3, 3]
(1..3).each_with_object([]).with_index { |(x,a),i| a << x*i }  # => [0, 2, 6]
[1,2,3].inject { |m,x| m > x ? m : x }  # => 3
[1,[2,[3,nil]]].flatten.compact.uniq  # => [1, 2, 3]
[nil,1,nil].compact.first  # => 1
["a",nil,"b"].compact.join(",")  # => "a,b"
[[1,:a],[2,:b]].each_with_object({}) { |(n,s),h| h[s]=n }  # => {a: 1, b: 2}
[1,2,3,4].partition(&:even?).map(&:sum)  # => [6, 4]
["x=1","y=2"].map { |kv| k,v=kv.split("="); [k.to_sym, v.to_i] }.to_h  # => {x: 1, y: 2}
a=[1,2,3]; b=a; b << 4; a  # => [1, 2, 3, 4]
a=[1,2,3]; b=a.dup; b << 4; a  # => [1, 2, 3]
a=[[1],[2]]; b=a.dup; b[0] << 9; a  # => [[1, 9], [2]]
a=[1,2,3]; first,*rest=a; [first,rest]  # => [1, [2, 3]]
a,(b,*c),d=1,[2,3,4],5; [a,b,c,d]  # => [1, 2, [3, 4], 5]
[*1..3,*[4,5]]  # => [1, 2, 3, 4, 5]
[1,2,3].then { |a| a.sum }  # => 6
[1,2,3].tap { |a| a << 4 }.size  # => 4
h={b: 1}; h[:c] ||= 5; h[:b] ||= 6; h  # => {b: 1, c: 5}
h={}; (h[:l] ||= []) << 1; h  # => {l: [1]}
h={a: {b: 1}}; h[:a][:c]=2; h  # => {a: {b: 1, c: 2}}
h={a: 1}; h.each { |k,v| h[k]=v*2 }; h  # => {a: 2}
h={a: 1}; h.delete(:a) { "none" }  # => 1
[5,3,1].each_with_index.min  # => [1, 2]
[5,3,1].each_with_index.max[1]  # => 0
%w[apple pie].map(&:length)  # => [5, 3]
%w[apple pie].map(&:upcase).each_with_index.map { |s,i| "#{i}#{s}" }  # => ["0APPLE", "1PIE"]
[1,2,3].map(&2.method(:+)) rescue $!.class  # => [3, 4, 5]
[1,2,3].each_entry.map { |x| x }  # => [1, 2, 3]
[0.1]*3  # => [0.1, 0.1, 0.1]
[0.1,0.2,0.3].sum == 0.6  # => true
[1,2,3,4].sum / 4  # => 2
[1.5,2.5].sum / 2  # => 2.0
[1,2,3].minmax.reverse  # => [3, 1]
["a".."c", 1..2].map(&:to_a)  # => [["a", "b", "c"], [1, 2]]
[1,2,3].cycle.lazy.map { |x| x*2 }.first(4)  # => [2, 4, 6, 2]
[3,5].each_with_index.map { |x,i| x**i }.sum  # => 6
(1..10).each_slice(3).map(&:first)  # => [1, 4, 7, 10]
(1..10).step(5).to_a  # => [1, 6]
1.step(10,3).map { |x| x }  # => [1, 4, 7, 10]
10.downto(7).to_a  # => [10, 9, 8, 7]
[1,2,3].reverse_each.with_index.to_a  # => [[3, 0], [2, 1], [1, 2]]
[1,2,3,4,5,6].each_slice(2).with_index.map { |a,i| a.sum*i }  # => [0, 7, 22]
["a","b"].each.with_index(1).map { |s,i| "#{i}:#{s}" }  # => ["1:a", "2:b"]
["a","b"].each_with_index.to_h { |s,i| [s.to_sym,i] }  # => {a: 0, b: 1}
[1,2,2,3,3,3].chunk_while { |a,b| a==b }.map { |c| [c.first,c.size] }  # => [[1, 1], [2, 2], [3, 3]]
[1,2,2,3].slice_when { |a,b| a!=b }.map(&:size)  # => [1, 2, 1]
[1,2,2,3].tally.select { |_,v| v>1 }.keys  # => [2]
[1,2,2,3].group_by(&:itself).transform_values(&:count)  # => {1 => 1, 2 => 2, 3 => 1}
[1,2,2,3].uniq.size == [1,2,2,3].size  # => false
[1,2,3].any? { |x| x > 2 } && [1,2,3].all?(Integer)  # => true
[[1,2],[3]].sum { |a| a.size }  # => 3
[[1,2],[3]].sum([])  # => [1, 2, 3]
[1,2,3] <=> [1,2,4]  # => -1
[1,2,3].first(2) + [1,2,3].last(1)  # => [1, 2, 3]
%w[a b c d].each_slice(2).to_a.transpose  # => [["a", "c"], ["b", "d"]]
[3,1,2].max_by { |x| x }  # => 3
[3,1,2].sort { |a,b| b<=>a }.take(2)  # => [3, 2]
["b","a"].sort!.first  # => "a"
[1,2,3,4].find_index { |x| x>2 }  # => 2
[1,2,3].values_at(0,-1)  # => [1, 3]
{a: 1}.merge({b: 2}) { |*| raise }  # => {a: 1, b: 2}
{a: 1, b: 2}.filter_map { |k,v| k if v.odd? }  # => [:a]
{a: 1, b: 2}.each_slice(1).map(&:to_h)  # => [{a: 1}, {b: 2}]
{a: 1, b: 2}.min_by { |_k, v| v }.last  # => 1
{a: 1, b: 2}.find { |k,_| k == :b }.last  # => 2
{a: 1, b: 2}.inject(0) { |s,(k,v)| s+v }  # => 3
{a: 1, b: 2}.reduce { |a,b| a+b }  # => [:a, 1, :b, 2]
{"x"=>1}.transform_keys(&:to_sym)  # => {x: 1}
{x: 1}.transform_keys(&:to_s).transform_values(&:to_s)  # => {"x" => "1"}
{x: 1}.map { |k,v| [k.to_s,v] }.to_h  # => {"x" => 1}
{x: 1}.to_h { |k,v| [k.to_s,v] }  # => {"x" => 1}
{a: 1}.key?(:a) ? "y" : "n"  # => "y"
{a: [1,2]}.sum { |k,v| v.sum }  # => 3
{a: {b: [10,20]}}.dig(:a,:b,-1)  # => 20
{a: 1}.dig(:x,:y)  # => nil
{a: 1}.dup.tap { |h| h[:b]=2 }  # => {a: 1, b: 2}
h={a: 1}; i=h.dup; i[:b]=1; h  # => {a: 1}
h=Hash.new(5); h.dup[:x]  # => 5
{b: 1, a: 2}.sort.to_h  # => {a: 2, b: 1}
{b: 1, a: 2}.sort_by { |k,v| v }.reverse.to_h  # => {a: 2, b: 1}
{b: 1, a: 2}.to_a.transpose  # => [[:b, :a], [1, 2]]
{a: 1, "b"=>2}.keys.map(&:to_s)  # => ["a", "b"]
{a: 1}.each_pair.with_index.map { |(k,v),i| [k,v,i] }  # => [[:a, 1, 0]]
{a: 1, b: 2}.count { |k,v| v>1 }  # => 1
{a: 1, b: 2}.partition { |k,v| v>1 }.map { |p| p.to_h }  # => [{b: 2}, {a: 1}]
{a: 1, b: 2}.group_by { |k,v| v.odd? }.transform_values { |v| v.to_h }  # => {true => {a: 1}, false => {b: 2}}
{a: 2, b: 1}.sort_by(&:last).map(&:first)  # => [:b, :a]
{a: 2}.each_with_object({}) { |(k,v),m| m[v]=k }  # => {2 => :a}
{a: nil}.compact.empty?  # => true
{a: 1}.invert.fetch(1)  # => :a
{a: 1} == {"a"=>1}  # => false
{1=>2}.map { |k,v| k+v }  # => [3]
[{"n"=>1},{"n"=>3}].map { |h| h["n"] }.max  # => 3
[{"n"=>1},{"n"=>3}].sum { |h| h["n"] }  # => 4
[{"n"=>1},{"n"=>3}].max_by { |h| h["n"] }  # => {"n" => 3}
[{"n"=>1},{"n"=>3}].sort_by { |h| -h["n"] }.first  # => {"n" => 3}
[{"k"=>"a","v"=>1},{"k"=>"b","v"=>2}].map { |h| [h["k"],h["v"]] }.to_h  # => {"a" => 1, "b" => 2}
[{"k"=>"a","v"=>1},{"k"=>"b","v"=>2}].map(&:values).to_h  # => {"a" => 1, "b" => 2}
[{"k"=>"a"},{"k"=>"a"}].uniq  # => [{"k" => "a"}]
[{"k"=>"a","i"=>1},{"k"=>"a","i"=>2}].uniq { |h| h["k"] }  # => [{"k" => "a", "i" => 1}]
[{"k"=>"a"}].group_by { |h| h["k"] }  # => {"a" => [{"k" => "a"}]}
[{"k"=>"a"}].find { |h| h["k"] == "a" }&.fetch("k")  # => "a"
[{"k"=>"a"}].find { |h| h["k"] == "z" }&.fetch("k")  # => nil
[{a: 1}].first[:a]  # => 1
[1,2,3].each { |x| break x*10 if x==2 }  # => 20
[1,2,3].map { |x| next 0 if x==2; x }  # => [1, 0, 3]
[1,2,3].each_with_index { |x,i| break [x,i] if x==2 }  # => [2, 1]
{a: 1, b: 2}.each { |k,v| break k if v==2 }  # => :b
[1,2,3].find { |x| break :found if x==2 }  # => :found
[1,2,3].inject { |a,b| break a if b==3; a+b }  # => 3
loop { break }  # => nil
[3,1].sort { |a,b| break 7 }  # => 7
(1..Float::INFINITY).each { |x| break x if x*x>50 }  # => 8
(1..).lazy.map { |x| x*2 }.select { |x| x%3==0 }.first(2)  # => [6, 12]
(1..).each_slice(2).first(2)  # => [[1, 2], [3, 4]]
(1..).each_with_index.first(2)  # => [[1, 0], [2, 1]]
1.step.lazy.map { |x| x }.first(2)  # => [1, 2]
5.times.each_slice(2).to_a  # => [[0, 1], [2, 3], [4]]
5.times.each_with_object([]) { |i,a| a << i }  # => [0, 1, 2, 3, 4]
3.times.to_a.product([1]).size  # => 3
3.times.zip(3.times)  # => [[0, 0], [1, 1], [2, 2]]
3.times.inject(:+)  # => 3
3.times.sum  # => 3
3.times.map.with_index(1) { |x,i| x*i }  # => [0, 2, 6]
"hello world".each_char.select { |c| "aeiou".include?(c) }.tally  # => {"e" => 1, "o" => 2}
"hello".each_char.with_index.map { |c,i| i.even? ? c : c.upcase }.join  # => "hElLo"
"hello".chars.tally.max_by { |_,v| v }  # => ["l", 2]
"hello".chars.each_cons(2).map(&:join)  # => ["he", "el", "ll", "lo"]
"hello".chars.each_with_object(Hash.new(0)) { |c,h| h[c]+=1 }  # => {"h" => 1, "e" => 1, "l" => 2, "o" => 1}
"a,b;c".split(/[,;]/).each_with_index.to_h  # => {"a" => 0, "b" => 1, "c" => 2}
"b a".split.sort.join(" ")  # => "a b"
"x".then { |s| [s,s] }  # => ["x", "x"]
"abc".each_char.to_a.reverse.join  # => "cba"
"a b c".split.map.with_index { |w,i| "#{i}#{w}" }  # => ["0a", "1b", "2c"]
"a\nb".lines.map(&:chomp).each_with_index.to_a  # => [["a", 0], ["b", 1]]
"k=v; j=w".scan(/(\w)=(\w)/).to_h  # => {"k" => "v", "j" => "w"}
"1,2,3".split(",").map(&:to_i).sum  # => 6
"1,2,x".split(",").filter_map { |s| Integer(s, exception: false) }  # => [1, 2]
[1,"a",:b,nil,2.5,true].map { |x| x.class.to_s }  # => ["Integer", "String", "Symbol", "NilClass", "Float", "TrueClass"]
[1,"a",nil].map(&:to_s)  # => ["1", "a", ""]
[1,"2",nil,3.7].map(&:to_i)  # => [1, 2, 0, 3]
["1","b"].map { |x| Integer(x) rescue nil }  # => [1, nil]
[0,1,nil,false,""].select { |x| x }  # => [0, 1, ""]
[1,2,3].include?(2) || raise  # => true
[[3,"b"],[1,"a"],[3,"a"]].sort  # => [[1, "a"], [3, "a"], [3, "b"]]
[[3,"b"],[1,"a"],[3,"a"]].sort_by { |n,s| [-n,s] }  # => [[3, "a"], [3, "b"], [1, "a"]]
[[3,nil],[1,"a"]].sort  # => [[1, "a"], [3, nil]]
[[1,nil],[1,"a"]].sort  # => ArgumentError: comparison of Array with Array failed
[0.1,0.5,"x"].max rescue $!.message  # => "comparison of String with 0.5 failed"
[2,10,1].sort_by(&:to_s)  # => [1, 10, 2]
[2,10,1].max(2)  # => [10, 2]
[2,10,1].min_by { |x| -x }  # => 10
[true,false].sort rescue $!.message  # => "comparison of TrueClass with false failed"
[:b,:a].sort  # => [:a, :b]
[nil].first.to_a  # => []
[nil,nil].uniq  # => [nil]
[1,2,3].sum.to_f / [1,2,3].size  # => 2.0
([1,2]+[3]).frozen?  # => false
[1,2,3].to_s + "x"  # => "[1, 2, 3]x"
"#{[1,"a",nil,:b,{x: 1}]}"  # => "[1, \"a\", nil, :b, {x: 1}]"
"#{{"a"=>1, b: [1,2], nil=>3}}"  # => "{\"a\" => 1, b: [1, 2], nil => 3}"
[1,2,3].hash.class  # => Integer
Array.new(2) { [] }.each { |a| a << 1 }  # => [[1], [1]]
Array.new(2, "x").each { |s| s << "y" }  # => ["xyy", "xyy"]
[1,2,3,4,5].bsearch { |x| x >= 3 }  # => 3
[1,2,3].delete_if { |x| x == 2 }  # => [1, 3]
a=[1,2,3,4]; a.delete_if.with_index { |_,i| i.odd? }; a  # => [1, 3]
a=[3,1,2]; a.sort!.reverse!; a  # => [3, 2, 1]
a=%w[a b]; a.map!(&:upcase); a  # => ["A", "B"]
a=[1,2,3]; a.each { |x| a.delete(x) }; a  # => [2]
a=[1,2,3]; a[1..]=[]; a  # => [1]
a=[1]; a[3]=4; a  # => [1, nil, nil, 4]
a=[1,2,3]; a[-1]+=1; a  # => [1, 2, 4]
a=[1,2,3,4,5]; a.slice!(1..2); a  # => [1, 4, 5]
a=[1,2]; a.insert(1,:x); a  # => [1, :x, 2]
a=["b","a"]; a.push("c").sort.last  # => "c"
a=[1,2,3]; x=a.pop; [x,a.length]  # => [3, 2]
a=[]; a[0]||=1; a  # => [1]
a=[1,2]; a+=[3]; a  # => [1, 2, 3]
a=[1,2]; a|=[2,3]; a  # => [1, 2, 3]
a=[1,2]; a-=[2]; a  # => [1]
a=[1,2]; a*=2; a  # => [1, 2, 1, 2]
"""


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_chains_of_methods_answer_as_ruby_does(source, expected):
    assert answer(source) == expected
