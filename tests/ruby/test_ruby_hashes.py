"""Hashes: reading, changing, defaults, and what blocks are given."""

import pytest

from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
{a: 1}[:a]  # => 1
{"a"=>1}["b"]  # => nil
h={}; h["k"]=1; h.store("j",2); h  # => {"k" => 1, "j" => 2}
h=Hash.new(5); [h[:x], h.size, h.fetch(:x, 1)]  # => [5, 0, 1]
h=Hash.new { |hh,k| hh[k]=k*2 }; [h[3], h]  # => [6, {3 => 6}]
h=Hash.new { |hh,k| k.to_s }; [h[3], h, h.dig(4), h.fetch(3,0), h.key?(3), h.values_at(7)]  # => ["3", {}, "4", 0, false, ["7"]]
Hash.new(0).default  # => 0
Hash.new(1) { 2 }  # => ArgumentError: wrong number of arguments (given 1, expected 0)
{a: 1}.fetch(:b)  # => KeyError: key not found: :b
{"a"=>1}.fetch("x")  # => KeyError: key not found: "x"
{a: 1}.fetch(:b, 2)  # => 2
{a: 1}.fetch(:b) { |k| k }  # => :b
{a: 1}.fetch(nil)  # => KeyError: key not found: nil
{a: 1}.fetch_values(:a)  # => [1]
{a: 1}.fetch_values(:a, :b)  # => KeyError: key not found: :b
{a: 1}.fetch_values(:a, :b) { |k| k }  # => [1, :b]
{a: {b: [1,{c: 2}]}}.dig(:a,:b,1,:c)  # => 2
{a: 1}.dig(:a,:b)  # => TypeError: Integer does not have #dig method
{a: nil}.dig(:a,:b)  # => nil
{a: 1}.dig  # => ArgumentError: wrong number of arguments (given 0, expected 1+)
{a: 1}.key?(:a)  # => true
{a: 1}.has_key?(:b)  # => false
{a: 1}.include?(:a)  # => true
{a: 1}.member?(:a)  # => true
{a: 1}.value?(1.0)  # => true
{a: 1}.has_value?(2)  # => false
{a: 1}.key(1)  # => :a
{a: 1}.key(3)  # => nil
{a: 1, b: 1}.invert  # => {1 => :b}
{a: 1}.map { |k,v| [k,v] }  # => [[:a, 1]]
{a: 1}.map { |x| x }  # => [[:a, 1]]
{a: 1}.each_pair.to_a  # => [[:a, 1]]
{a: 1}.each_with_index.map { |(k,v),i| [k,v,i] }  # => [[:a, 1, 0]]
{a: 1}.each_with_index.to_a  # => [[[:a, 1], 0]]
{a: 1, b: 2}.select { |k,v| v>1 }  # => {b: 2}
{a: 1, b: 2}.select { |k| k==:a }  # => {a: 1}
{a: 1, b: 2}.filter { |k,v| v>1 }  # => {b: 2}
{a: 1, b: 2}.reject { |k,v| v>1 }  # => {a: 1}
{a: 1, b: 2}.find { |k,v| v>1 }  # => [:b, 2]
{a: 1, b: 2}.find_all { |k,v| v>1 }  # => [[:b, 2]]
{a: 1, b: 2}.partition { |k,v| v>1 }  # => [[[:b, 2]], [[:a, 1]]]
{a: 1, b: 2}.group_by { |k,v| v.odd? }  # => {true => [[:a, 1]], false => [[:b, 2]]}
{b: 1, a: 2}.sort  # => [[:a, 2], [:b, 1]]
{b: 2, a: 1}.sort_by { |k,v| v }  # => [[:a, 1], [:b, 2]]
{b: 2, a: 1}.sort_by { |k,v| v }.to_h  # => {a: 1, b: 2}
{b: 2, a: 1}.min_by { |k,v| v }  # => [:a, 1]
{b: 2, a: 1}.max_by { |k,v| v }  # => [:b, 2]
{b: 2, a: 1}.max_by(1) { |k,v| v }  # => [[:b, 2]]
{b: 2, a: 1}.sum { |k,v| v }  # => 3
{b: 2, a: 1}.inject { |a,b| a+b }  # => [:b, 2, :a, 1]
{b: 2, a: 1}.inject(0) { |s,(k,v)| s+v }  # => 3
{b: 2}.each_with_object({}) { |(k,v),h| h[v]=k }  # => {2 => :b}
{b: 2}.to_a  # => [[:b, 2]]
{b: 2}.to_h { |k,v| [v,k] }  # => {2 => :b}
{b: 2}.to_h { |k,v| 1 }  # => TypeError: wrong element type Integer (expected array)
{b: 2}.transform_values { |v| v+1 }  # => {b: 3}
{b: 2}.transform_values(&:to_s)  # => {b: "2"}
{b: 2, c: 3}.transform_keys(&:to_s)  # => {"b" => 2, "c" => 3}
{b: 2, c: 3}.transform_keys({b: :x})  # => {x: 2, c: 3}
{b: 2, c: 3}.transform_keys({b: :x}) { |k| k.to_s }  # => {x: 2, "c" => 3}
h={b: 2}; h.transform_values! { |v| v*2 }; h  # => {b: 4}
h={b: 2, c: 3}; h.transform_keys!(&:to_s); h  # => {"b" => 2, "c" => 3}
h={a: 1, b: 2, c: 3}; h.transform_keys!({a: :b, b: :c, c: :a}); h  # => {b: 1, c: 2, a: 3}
{a: 1}.merge({b: 2},{c: 3})  # => {a: 1, b: 2, c: 3}
{a: 1}.merge({a: 2}) { |k,o,n| [k,o,n] }  # => {a: [:a, 1, 2]}
{a: 1}.merge  # => {a: 1}
{a: 1}.merge(nil)  # => TypeError: no implicit conversion of nil into Hash
h={a: 1}; h.merge!({b: 1}); h.update({c: 2}); h  # => {a: 1, b: 1, c: 2}
{a: 1}.any? { |k,v| v>0 }  # => true
{a: 1}.any?  # => true
{a: 1}.any?([:a,1])  # => true
{a: 1}.all? { |k,v| v>0 }  # => true
{a: 1}.all? { |x| x.is_a?(Array) }  # => true
{a: 1}.none? { |k,v| v>0 }  # => false
{a: 1}.count { |k,v| v>0 }  # => 1
{a: 1}.count  # => 1
h={a: 1}; [h.delete(:a), h.delete(:z), h]  # => [1, nil, {}]
{a: 1}.delete(:z) { |k| "no #{k}" }  # => "no z"
h={a: 1, b: 2}; h.delete_if { |k,v| v==1 }  # => {b: 2}
h={a: 1, b: 2}; h.keep_if { |k,v| v==1 }  # => {a: 1}
h={a: 1}; [h.reject! { false }, h.select! { true }, h.reject! { |k,v| true }]  # => [nil, nil, {}]
{a: nil, b: 1}.compact  # => {b: 1}
{a: 1}.compact!  # => nil
{a: 1, b: 2}.slice(:a, :z)  # => {a: 1}
{a: 1, b: 2}.except(:a, :z)  # => {b: 2}
{a: 1, b: 2}.filter_map { |k,v| k if v>1 }  # => [:b]
{a: 1, b: 2}.flat_map { |k,v| [k]*v }  # => [:a, :b, :b]
{a: 1, b: 2}.values_at(:a,:z)  # => [1, nil]
{a: 1, b: 2}.keys  # => [:a, :b]
{a: 1, b: 2}.values  # => [1, 2]
{a: 1, b: 2}.length  # => 2
{}.empty?  # => true
{a: 1, b: 2}.first  # => [:a, 1]
{a: 1, b: 2}.first(1)  # => [[:a, 1]]
{a: 1, b: 2}.min_by { |k,v| -v }  # => [:b, 2]
{a: 1, b: 2}.each_slice(1).to_a  # => [[[:a, 1]], [[:b, 2]]]
{a: 1, b: 2}.zip([1,2])  # => [[[:a, 1], 1], [[:b, 2], 2]]
{a: 1, b: 2}.reduce(0) { |s,kv| s+kv[1] }  # => 3
{a: 1}.to_s  # => "{a: 1}"
{1=>2, "a"=>:b, nil=>nil, [1]=>{x: 1}, 1.5=>2, :"a b"=>1, a?: 1, :+ => 2}.inspect  # => "{1 => 2, \"a\" => :b, nil => nil, [1] => {x: 1}, 1.5 => 2, \"a b\": 1, a?: 1, \"+\": 2}"
{}.inspect  # => "{}"
h={}; h[:h]=h; h.inspect  # => "{h: {...}}"
{1=>:a}[1.0]  # => nil
{1=>:a, 1.0=>:b, true=>:c}  # => {1 => :a, 1.0 => :b, true => :c}
{[1,2]=>3}[[1,2]]  # => 3
{{a: 1}=>3}[{a: 1}]  # => 3
{nil=>3}[nil]  # => 3
h={}; k="a"; h[k]=1; k << "b"; h  # => {"a" => 1}
h={}; h["a"]=1; h.keys[0] << "b"  # => FrozenError: can't modify frozen String: "a"
{a: 1}=={a: 1.0}  # => true
{a: 1,b: 2}=={b: 2,a: 1}  # => true
{a: 1}.eql?({a: 1.0})  # => false
{a: 1} <= {a: 1, b: 2}  # => true
{a: 1} > {a: 1}  # => false
{a: 1, b: 2} >= {a: 1}  # => true
{a: 1} < {a: 1, b: 2}  # => true
{a: 1, b: [1,[2]]}.flatten  # => [:a, 1, :b, [1, [2]]]
{a: 1, b: [1,[2]]}.flatten(2)  # => [:a, 1, :b, 1, [2]]
{a: 1}.assoc(:a)  # => [:a, 1]
{a: 1}.rassoc(1)  # => [:a, 1]
h={a: 1, b: 2}; [h.shift, h]  # => [[:a, 1], {b: 2}]
{}.shift  # => nil
h={a: 1}; h.clear; h  # => {}
h={a: 1}; h.replace({b: 2}); h  # => {b: 2}
h={a: 1}; h.each { |k,v| h[:zz]=1 }  # => RuntimeError: can't add a new key into hash during iteration
h={a: 1, b: 2}; h.each { |k,v| h.delete(:b) }; h  # => {a: 1}
h={a: 1, b: 2}; h.each { |k,v| h[k]=v+1 }; h  # => {a: 2, b: 3}
{a: 1}.sum  # => TypeError: Array can't be coerced into Integer
{a: 1}.each_entry.to_a  # => [[:a, 1]]
{a: 1}.each_value.to_a  # => [1]
{a: 1, b: 2}.map(&:last)  # => [1, 2]
{a: 1, b: 2}.map(&:first)  # => [:a, :b]
{b: 1, a: 1}.sort_by { |k, v| [v, k] }  # => [[:a, 1], [:b, 1]]
{b: 1, a: 1}.min  # => [:a, 1]
{a: 1}.to_proc.call(:a)  # => 1
[:a, :b].map(&{a: 1})  # => [1, nil]
{a: 2}.find { |k, v| v == 2 }&.first  # => :a
{a: 1}.filter_map { |x| x }  # => [[:a, 1]]
{a: 1, b: 2}.each_cons(2).to_a  # => [[[:a, 1], [:b, 2]]]
{a: 1, b: 2}.uniq { |k,v| v.class }  # => [[:a, 1]]
{a: 1, b: 2}.tally  # => {[:a, 1] => 1, [:b, 2] => 1}
{a: 1}.each  # => #<Enumerator: {a: 1}:each>
{a: 1}.map  # => #<Enumerator: {a: 1}:map>
{a: 1}.select  # => #<Enumerator: {a: 1}:select>
{a: 1}.each_with_object([])  # => #<Enumerator: {a: 1}:each_with_object([])>
{a: 1, b: 2}.select.with_index { |(k,v),i| i==0 }  # => {a: 1}
{a: 1, b: 2}.map.with_index { |(k,v),i| [k,v,i] }  # => [[:a, 1, 0], [:b, 2, 1]]
{a: 1, b: 2}.map.with_index(1).to_a  # => [[[:a, 1], 1], [[:b, 2], 2]]
{a: 1, b: 2}.reject.with_index { |kv,i| i==0 }  # => {b: 2}
{a: 1}.foo  # => NoMethodError: undefined method 'foo' for an instance of Hash
{a: 1}.to_a.flatten  # => [:a, 1]
{a: 1}.sort { |a,b| a<=>b }  # => [[:a, 1]]
{a: 1, b: 2}.sum { |k, v| v.to_f }  # => 3.0
{a: 1}.entries  # => [[:a, 1]]
{a: 1}.to_set  # => #<Set: {[:a, 1]}>
Hash[[[1,2]]]  # => {1 => 2}
Hash[1,2,3,4]  # => {1 => 2, 3 => 4}
Hash[1,2,3]  # => ArgumentError: odd number of arguments for Hash
Hash[{a: 1}]  # => {a: 1}
{a: 1}.default_proc  # => nil
{a: {b: 1}}.merge({a: {c: 2}}) { |k,o,n| o.merge(n) }  # => {a: {b: 1, c: 2}}
{"b"=>1,"a"=>2}.sort.to_h  # => {"a" => 2, "b" => 1}
{"b"=>1,"a"=>2}.min_by { |_, v| v }  # => ["b", 1]
{a: 1}.key?  # => ArgumentError: wrong number of arguments (given 0, expected 1)
{a: 1}.detect { |k, v| v == 3 }  # => nil
{a: 3}.each_pair { |k, v| }.size  # => 1
{a: 3}.max_by { |pair| pair[1] }  # => [:a, 3]
{a: 3, b: 1}.sort_by(&:last)  # => [[:b, 1], [:a, 3]]
{a: 3, b: 1}.sum(&:last)  # => 4
{a: 3, b: 1}.group_by(&:last)  # => {3 => [[:a, 3]], 1 => [[:b, 1]]}
{a: 3, b: 1}.partition { |k, v| v > 2 }.map(&:to_h)  # => [{a: 3}, {b: 1}]
{a: 3, b: 1}.each_with_object([]) { |kv, a| a << kv }  # => [[:a, 3], [:b, 1]]
{a: 3, b: 1}.reduce { |a, b| a }  # => [:a, 3]
{a: 3, b: 1}.chunk_while { |a, b| true }.to_a  # => [[[:a, 3], [:b, 1]]]
{a: 3, b: 1}.take_while { |k, v| v > 2 }  # => [[:a, 3]]
{a: 3, b: 1}.drop_while { |k, v| v > 2 }  # => [[:b, 1]]
{a: 3, b: 1}.include?(:a)  # => true
{a: 3, b: 1}.cycle.first(3)  # => [[:a, 3], [:b, 1], [:a, 3]]
{a: 3, b: 1}.minmax_by { |k,v| v }  # => [[:b, 1], [:a, 3]]
{a: 3, b: 1}.find_index([:b,1])  # => 1
{a: 3, b: 1}.find_index { |k,v| v==1 }  # => 1
{a: 3, b: 1}.one? { |k,v| v==1 }  # => true
{a: 3}.each_slice(2).map { |x| x }  # => [[[:a, 3]]]
"""


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_hashes_answer_as_ruby_does(source, expected):
    assert answer(source) == expected
