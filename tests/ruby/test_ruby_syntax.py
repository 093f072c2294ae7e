"""What the parser takes and what it refuses, each as Ruby 3.4's own parser does."""

import pytest

from logsmith.ruby.errors import RubyError
from logsmith.ruby.parser import parse_ruby

TAKEN = r"""
event.set "a", event.get("b")
event.set 'a', 1 if event.get('x')
event.set('x', [1,2].include?(2) && !event.get('z'))
x = event.get('message') or return
a, (b, c), *d = 1, [2, 3], 4, 5
(a, b), c = [1, 2], 3
a.b, c[0] = 1, 2
*a, b = [1, 2]
h = { "a" => 1, :b => 2, c: 3, "d": 4, 'e f': 5 }
a = 1; b = 2; x = {a:, b:}
puts [1, 2].map do |x| x + 1 end
f = lambda { |x, y = 2, *z, &b| x }
f = -> x, y { x + y }
f = ->(x) do x end
->(a, (b, c), *d, e, &f) {}
foo = 1; foo.(2); foo[3]; foo -1; foo [1]
x = case y when 1, 2 then "low" when 3..5 then "mid" when *[1] then 1 else "none" end
for a, b in {1 => 2} do puts a end
begin i = 1 end until i > 5
def foo(a, b = 1, *c, d, e: 1, f:, **g, &h) a end
def foo a, b; a + b; end
def foo(x) = x + 1
def bar!; end
def baz=(v); @v = v; end
x ||= 1; x &&= 2; x **= 2; x <<= 1; h = {}; h['a'] ||= []; foo&.bar ||= 1
event.get('x')&.upcase&.strip
x = (1..10).to_a; y = (1...10); z = [1,2,3][1..]; w = [1,2,3][..1]
puts "a" "b" 'c'
puts "a#{"b#{'c'}"}d #@a #$b"
x = %w(a b c); y = %i[a b]; z = %q(it's); w = %Q(a #{1} (nested)); v = %(abc)
x = ?a; y = :"quoted sym"; z = :[]=; w = :+
x = /a\/b/ix; y = %r{a/b}m; z = "x" =~ /x/; w = "a" !~ /b/
a = 4; b = 2; c = a /b; d = a -b; e = a *b
x = -1.abs; y = -2 ** 2; z = !true; w = ~1
x = (true and not false)
f(*[2], a: 1, **{b: 2}) { |x| x }
[1].each { |x; y| y = x }
[1].each { |x, | puts x }
[1, 2].map { it * 2 }; [1, 2].map { _1 * 2 }
raise ArgumentError, "msg" unless event.get('x')
def foo; 1; rescue => e; 2; ensure; 3; end
x = y rescue nil
puts (1 + 2) * 3
puts({a: 1}); puts a: 1; puts *[1, 2]; puts -1; puts [1].first
x = a ? b : c ? d : e
x = y.empty? || z.empty? ? 1 : 2
x = event.get('a').nil? ? 'none' : 'some'
return event, 1
x = 1_000_000; y = 0xff; z = 0b101; w = 0o17; v = 017; u = 1.5e-3
x = "\u00e9\x41\t\e[0m\101"
while (line = nil) do puts line end
x = [if true then 1 end, 2]
x = begin raise 'a' rescue 'b' end
x = while true do break 1 end
p(->(x) { x })
x = a.+(1); y = a::b; z = ::String
A = 1; f = -> { B = 2 }; def g(x) x.class::C = 3; end
a = []; b = 1; puts 1 if a.empty? or a.include?b or !a.include?"c" or a.include?@d
"""

TAKEN_LINES = (
    "event\n  .get('x')\n  # a comment\n  .strip",
    "event.get('x').\n  to_s.\n  strip",
    "x = 1 +\n  2\ny = true &&\n  false",
    "x = <<~EOS\n  hello\n    world #{1 + 1}\nEOS\nputs x",
    "x = <<-EOS.strip + 'x'\n  hello\n  EOS",
    "foo = [<<~A, <<~B]\n  first\nA\n  second\nB",
    "puts(<<~'RAW', 1)\n  no #{interpolation}\nRAW",
    "=begin\nblock\n=end\nx = 1",
    "x = 1 # trailing\n__END__\ngarbage ((",
    "if (a = 1 and\n    b = 2)\n  puts 1\nend",
    "x = {\n  # comment\n  'a' => 1,\n  'b' => 2 # two\n}",
    "puts(1, 2,\n     3)",
    "x = 'a' \\\n  'b'",
    "[1].each do |x|\n  raise 'a'\nrescue\n  1\nend",
    "x = [1,2,3]\n  .map { |x| x }",
    'x = "several\nlines"',
)

REFUSED = r"""
x = 1 2                 | 1:7 | unexpected '2'
event.set('a' 1)        | 1:15 | expected ')' after an argument, found '1'
event.get('x'           | 1:14 | expected ')' after an argument, found the end of the code
foo(1))                 | 1:7 | unexpected ')'
end                     | 1:1 | unexpected 'end'
{a: 1 b: 2}             | 1:7 | expected '}' of a hash, found 'b'
x = \"a\"               | 1:5 | unexpected '\\'
1 == 2 == 3             | 1:8 | comparisons of this kind do not chain
x = 08                  | 1:5 | invalid octal digit
x.                      | 1:3 | expected a method's name after the dot, found the end of the code
x +                     | 1:4 | the code ends where a value is expected
def foo(a, a); end      | 1:12 | two parameters have the same name
"abc                    | 1:1 | this literal has no closing '"'
a ? b                   | 1:6 | expected ':' of '? :', found the end of the code
yield 1                 | 1:1 | 'yield' outside of a method
def f; A ||= 1; end     | 1:8 | dynamic constant assignment: a method cannot set a constant
nil = 1                 | 1:5 | unexpected '='
`ls`                    | 1:1 | shell commands are not supported
class a; end            | 1:7 | expected the name of a class, found 'a'
class A::B; end         | 1:7 | a class inside of another one is defined in its body here
def o.foo; end          | 1:5 | there is no variable 'o'
super                   | 1:1 | 'super' outside of a class's method
undef a                 | 1:1 | 'undef' is not supported
x = 1; x => {'a' => 1}  | 1:14 | expected a key of the pattern, found "'"
1 in ^nope              | 1:7 | nope: no such local variable
1 in [*, 1, *, 2]       | 1:7 | a pattern has one splat, or one at each end
1i                      | 1:1 | imaginary numbers are not supported
"\u{110000}"            | 1:3 | invalid Unicode codepoint
/a/q                    | 1:4 | unknown option 'q' of a regular expression
"""

REFUSED_LINES = (
    ("if x\n  1\n", 3, 1, "expected 'end' of the 'if' in line 1, found the end of the code"),
    (
        "x = 1\n[1].each do |v|\n  v\n",
        4,
        1,
        "expected 'end' of the 'do' in line 2, found the end of the code",
    ),
    ("x = <<~A\n  abc\n", 1, 5, "the text of this heredoc has no end 'A'"),
)


@pytest.mark.parametrize("text", [*TAKEN.strip().splitlines(), *TAKEN_LINES])
def test_what_ruby_takes_is_taken(text):
    parse_ruby(text, ("event",))


@pytest.mark.parametrize("row", REFUSED.strip().splitlines())
def test_what_is_refused_is_named_at_its_place(row):
    text, place, message = (part.strip() for part in row.rsplit("|", 2))
    with pytest.raises(RubyError) as caught:
        parse_ruby(text, ("event",))
    assert (f"{caught.value.line}:{caught.value.column}", caught.value.message) == (place, message)


@pytest.mark.parametrize(("text", "line", "column", "message"), REFUSED_LINES)
def test_what_is_not_closed_says_where_it_began(text, line, column, message):
    with pytest.raises(RubyError) as caught:
        parse_ruby(text)
    assert (caught.value.line, caught.value.column, caught.value.message) == (line, column, message)


@pytest.mark.parametrize(
    "text", ["(" * 3000, "[" * 3000, "x = " + "!" * 3000 + "y", "if a\n" * 3000, "a." * 3000]
)
def test_code_nested_without_end_is_refused(text):
    with pytest.raises(RubyError):
        parse_ruby(text)
