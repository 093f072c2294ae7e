"""What patterns match, and what replaces it."""

import pytest

from tests.ruby.ruby_answers import answer, cases

ANSWERS = r"""
"CamelCaseString".gsub(/([a-z])([A-Z])/, '\1_\2').downcase  # => "camel_case_string"
"hello world".gsub(/\b(\w)/) { $1.upcase }  # => "Hello World"
"hello"=~/ll/  # => 2
"phone: 555-1234".gsub(/\d/, "#")  # => "phone: ###-####"
"a1b22".gsub(/\d+/) { |m| (m.to_i * 2).to_s }  # => "a2b44"
"x=1;y=2".scan(/(\w)=(\d)/) { |k, v| }  # => "x=1;y=2"
"aaa".sub("a") { "b" }  # => "baa"
"path/to/file".gsub("/", "\\\\")  # => "path\\to\\file"
"a.b.c".gsub(".", "." => "-")  # => "a-b-c"
"hello".gsub(/[aeiou]/, "a" => "1", "e" => "2")  # => "h2ll"
"hello".gsub(/(?<first>l)/, '{\k<first>}')  # => "he{l}{l}o"
"test".gsub(/t/, "t" => "T")  # => "TesT"
"abc".gsub(/b/, '\\\\0')  # => "a\\0c"
"abc".gsub(/b/, "\\\\0")  # => "a\\0c"
"abc".gsub("b", "\\0\\0")  # => "abbc"
"abc".sub("b", "[\\&]")  # => "a[b]c"
"abc".sub(/(?<x>b)/, "[\\k<x>]")  # => "a[b]c"
"abc".gsub(/(a)(b)?(x)?/) { [$1, $2, $3].inspect }  # => "[\"a\", \"b\", nil]c"
"abc".match(/(?<a>.)(?<b>.)/).to_a  # => ["ab", "a", "b"]
"abc".match(/(?<a>.)(?<b>.)/) { |m| m[:a] + m[:b] }  # => "ab"
"foo.bar(baz)".scan(/\w+/).length  # => 3
"192.168.0.1" =~ /\A(\d+)\.(\d+)/ && [$1, $2]  # => ["192", "168"]
"2024-05-06"[/(\d+)-(\d+)/, 2]  # => "05"
"hello world"[/w.*/]  # => "world"
"ab12cd"[/\d+/].to_i  # => 12
"user@example.com"[/@(.+)\z/, 1]  # => "example.com"
"abc"[/x/]&.upcase  # => nil
"abc" !~ /x/  # => true
"Hello" =~ /hello/i  # => 0
/(\d+)/.match("a12")[1]  # => "12"
/x(?=y)/.match("xy").end(0)  # => 1
"line1\nline2" =~ /^line2$/  # => 6
"line1\nline2"[/\Aline2/]  # => nil
"a\nb".match?(/a.b/)  # => false
"a\nb".match?(/a.b/m)  # => true
"tést".match(/\p{L}+/)[0]  # => "tést"
"tést" =~ /\w+$/  # => 2
"foo bar".match(/(?<first>\w+)\s(?<last>\w+)/).named_captures.transform_keys(&:to_sym)  # => {first: "foo", last: "bar"}
if "k: v" =~ /(?<key>\w): (?<val>\w)/ then $~[:key] + $~["val"] end  # => "kv"
if /(?<key>\w): (?<val>\w)/ =~ "k: v" then key + val end  # => "kv"
"hello".gsub(/l/, "L")  # => "heLLo"
"hello".gsub("l", "L")  # => "heLLo"
"hello".gsub(/[el]/, "e" => "3", "l" => 1)  # => "h311o"
"hello".gsub(/[eo]/, "e" => 3, "o" => "*")  # => "h3ll*"
"hello".gsub(/l/) { |m| m.upcase }  # => "heLLo"
"hello".gsub(/(l)(o)?/) { "#{$1}#{$2.inspect}" }  # => "helnill\"o\""
"hello".gsub(/(?<x>l)/, '<\k<x>>')  # => "he<l><l>o"
"hello".gsub(/(?<x>l)/, '<\1>')  # => "he<><>o"
"hello".gsub(/(l)/, '<\1\0\2>')  # => "he<ll><ll>o"
"hello".gsub(/l/, '\\\\')  # => "he\\\\o"
"hello".gsub(/l/, '[\&\`\']')  # => "he[lhe'][lhel']o"
"a.b".gsub(".", "-")  # => "a-b"
"a.b".gsub(".") { |m| m + m }  # => "a..b"
"a.b".gsub(".", '\0\0')  # => "a..b"
"hello".gsub(/x*/, "-")  # => "-h-e-l-l-o-"
"hello".gsub("", "-")  # => "-h-e-l-l-o-"
"hello".gsub(/l/)  # => #<Enumerator: "hello":gsub(/l/)>
"hello".gsub(/l/).with_index.map { |m, i| "#{m}#{i}" }  # => ["l0", "l1"]
"hello".gsub  # => ArgumentError: wrong number of arguments (given 0, expected 1..2)
"hello".gsub(/l/, nil)  # => TypeError: no implicit conversion of nil into String
"hello".gsub(/l/, 1)  # => TypeError: no implicit conversion of Integer into String
"hello".gsub(1, "x")  # => TypeError: wrong argument type Integer (expected Regexp)
"hello".gsub(nil, "x")  # => TypeError: wrong argument type nil (expected Regexp)
"hello".gsub(:l, "x")  # => TypeError: wrong argument type Symbol (expected Regexp)
"hello".sub(/l/, "L")  # => "heLlo"
"hello".sub("l") { |m| m * 3 }  # => "hellllo"
"hello".sub(/l/)  # => ArgumentError: wrong number of arguments (given 1, expected 2)
"hello".sub("x", "y")  # => "hello"
"hello".sub(/(?<first>h)/, '\k<first>\k<first>')  # => "hhello"
"hello".sub(/(?<first>h)/, '\k<nope>')  # => IndexError: undefined group name reference: nope
"hello".sub(/l/, "l" => "Q")  # => "heQlo"
"path/to".gsub("/", "\\")  # => "path\\to"
"it's".gsub("'", "\\\\'")  # => "it\\'s"
"a1b2".scan(/\d/)  # => ["1", "2"]
"a1b2".scan(/([a-z])(\d)/)  # => [["a", "1"], ["b", "2"]]
"a1b2".scan(/([a-z])(\d)/) { |a, b| $r = a + b }  # => "a1b2"
"a1b2".scan(/[a-z]\d/) { |a| $r = a }; $r  # => "b2"
"a1b2".scan("1")  # => ["1"]
"a1b2".scan(/(x)?\d/)  # => [[nil], [nil]]
"abab".scan(/(?=ab)/)  # => ["", ""]
"a1b2".scan(1)  # => TypeError: wrong argument type Integer (expected Regexp)
"foo=1 bar=2".scan(/(\w+)=(\w+)/).to_h  # => {"foo" => "1", "bar" => "2"}
"abc".each_char.to_a  # => ["a", "b", "c"]
"x-y_z".tr("-_", "  ")  # => "x y z"
"hello world".match(/(?<first>\w+) (?<second>\w+)/).named_captures  # => {"first" => "hello", "second" => "world"}
"hello world".match(/(?<first>\w+) (?<second>\w+)/)[:first]  # => "hello"
"hello world".match(/(\w+) (\w+)/).captures  # => ["hello", "world"]
"hello world".match(/(\w+) (\w+)/).to_a  # => ["hello world", "hello", "world"]
"hello world".match(/o/).pre_match  # => "hell"
"hello world".match(/o/).post_match  # => " world"
"hello world".match(/o/).begin(0)  # => 4
"hello world".match(/o (w)/).end(1)  # => 7
"hello world".match(/o (w)/).offset(1)  # => [6, 7]
"hello world".match(/o (w)/).values_at(0, 1, -1)  # => ["o w", "w", "w"]
"hello world".match(/(?<a>o)/).names  # => ["a"]
"hello world".match(/o (w)/).size  # => 2
"hello world".match(/o (w)/).string  # => "hello world"
"hello world".match(/o (w)/).regexp  # => /o (w)/
"hello world".match(/o (w)/).to_s  # => "o w"
"hello world".match(/o (w)/).begin(5)  # => IndexError: index 5 out of matches
"hello world".match(/(?<a>o)/)["b"]  # => IndexError: undefined group name reference: b
"hello world".match(/(?<a>o)/)[1..]  # => ["o"]
"hello world".match(/(o) (w)/)[1, 2]  # => ["o", "w"]
"hello world".match(/(o) (w)/)[-1]  # => "w"
"hello world".match(/(?<a>o)(?<b>z)?/).named_captures(symbolize_names: true)  # => {a: "o", b: nil}
"hello world".match(/(?<a>o)(?<b>z)?/).deconstruct_keys([:a])  # => {a: "o"}
/a/ =~ "cba"  # => 2
/a/ =~ nil  # => nil
/a/.match("cba").pre_match  # => "cb"
/a/.match(nil)  # => nil
/a/.match?("a")  # => true
/a/.match?(nil)  # => false
/a/.match("cba", 1)  # => #<MatchData "a">
/a/.match(1)  # => TypeError: no implicit conversion of Integer into String
/a/ =~ 1  # => TypeError: no implicit conversion of Integer into String
/a/ === 1  # => false
/a/ === :a  # => true
/a/.source  # => "a"
/a/i.options  # => 1
/a/mix.options  # => 7
/(?<x>a)(?<y>b)/.names  # => ["x", "y"]
/(?<x>a)(?<y>b)/.named_captures  # => {"x" => [1], "y" => [2]}
/a/ == /a/  # => true
/a/ == /a/i  # => false
/a/.casefold?  # => false
/a/i.casefold?  # => true
/a/.frozen?  # => true
/(?<x>a)/ =~ "cab"; $~[:x]  # => "a"
Regexp.escape("a.b*c [x] \n-{}#")  # => "a\\.b\\*c\\ \\[x\\]\\ \\n\\-\\{\\}\\#"
Regexp.union("a.b", /c/i)  # => /a\.b|(?i-mx:c)/
Regexp.union(%w[a b.])  # => /a|b\./
Regexp.union  # => /(?!)/
Regexp.new("a(")  # => RegexpError: end pattern with unmatched parenthesis: /a(/
Regexp.new("a", Regexp::IGNORECASE)  # => /a/i
Regexp.new("a", true)  # => /a/i
Regexp.new("a", "mi")  # => /a/mi
Regexp.new(/x/i)  # => /x/i
"ab" =~ /b/; Regexp.last_match(0)  # => "b"
"ab" =~ /b/; Regexp.last_match  # => #<MatchData "b">
"ab" =~ /(b)/; [$~, $1, $`, $', $+]  # => [#<MatchData "b" 1:"b">, "b", "a", "", "b"]
"ab" =~ /x/; $~  # => nil
/#{"a.b"}/.source  # => "a.b"
~ /a/  # => nil
"foo" "bar"  # => "foobar"
"abc".sub(/b/) { $~.pre_match }  # => "aac"
"abc".gsub(/b/, "b" => nil)  # => "ac"
"aaa".sub(/a/) { |m| break "x" }  # => "x"
"ab\ncd".scan(/^./)  # => ["a", "c"]
"äöü".scan(/./)  # => ["ä", "ö", "ü"]
"a,b;c".split(/[,;]/)  # => ["a", "b", "c"]
"a b".match(/(?<n>\d)?/)[:n]  # => nil
"hello"[/e(.)/, 1]  # => "l"
"abc".slice(0, 2)  # => "ab"
"abc".slice(5)  # => nil
"abc".byteindex("c")  # => 2
"x=1".match(/(?<k>\w)=(?<v>\d)/).then { |m| [m[:k], m["v"]] }  # => ["x", "1"]
/(?<k>\w)=(?<v>\d)/.match("x=1").deconstruct  # => ["x", "1"]
"test123abc".partition(/[0-9]+/)  # => ["test", "123", "abc"]
"héllo".index(/l/)  # => 2
"héllo" =~ /l/  # => 2
"foobar".sub(/o(?<x>b)/, '[\k<x>\0]')  # => "fo[bob]ar"
"ab".gsub(/(a)|(b)/) { "#{$1.inspect}#{$2.inspect}" }  # => "\"a\"nilnil\"b\""
"John Smith".sub(/(\w+) (\w+)/, '\2, \1')  # => "Smith, John"
"a\\b".gsub("\\", "/")  # => "a/b"
"tel: 555".tr("0-9", "#")  # => "tel: ###"
"hello".each_char.with_index.to_a  # => [["h", 0], ["e", 1], ["l", 2], ["l", 3], ["o", 4]]
"hello world".delete("lo").squeeze  # => "he wrd"
"abc".unpack("a1 a1")  # => ["a", "b"]
"%s and %s" % %w[a b]  # => "a and b"
"ab".ljust(5, ".") + "|"  # => "ab...|"
"é".bytes.map { |b| "%02x" % b }.join  # => "c3a9"
"1,234,567".delete(",").to_i  # => 1234567
1234567.to_s.reverse.gsub(/(\d{3})(?=\d)/, '\1,').reverse  # => "1,234,567"
"snake_case_word".split("_").map.with_index { |w, i| i.zero? ? w : w.capitalize }.join  # => "snakeCaseWord"
"a=1&b=2".split("&").map { |kv| kv.split("=") }.to_h  # => {"a" => "1", "b" => "2"}
"abc".start_with?("a", "b")  # => true
"abc" =~ /(?<q>b)/ ? $~[:q] : nil  # => "b"
"""


@pytest.mark.parametrize(("source", "expected"), cases(ANSWERS))
def test_matches_and_replaces_as_ruby_does(source, expected):
    assert answer(source) == expected
