"""What the parser accepts and refuses is what Logstash's grammar accepts and refuses."""

import peg
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from logsmith.config import Source, parse

ACCEPTED = {
    "an empty file": "",
    "comments only": "# nothing\n#here",
    "a comment at the end of the file": "filter { } # done",
    "a comment that ends in CR LF": "filter { # c\r\n mutate { } }",
    "sections in any order and number": "output { } input { } filter { } filter { }",
    "no blanks at all": 'filter{mutate{add_tag=>["x"]}}',
    "white space everywhere": 'filter\t{\r\n\tmutate\t{\r\n\t\tadd_tag\t=>\t[\t"a"\t]\r\n\t}\r\n}\r\n',
    "comments between all tokens": "filter #\n{ #\n mutate #\n { #\n a1 #\n => #\n [ #\n 1 #\n , #\n 2 #\n ] #\n } #\n }",
    "a setting's name in quotes": "filter { mutate { 'add_tag' => 1 \"x y\" => 2 } }",
    "a plugin's name in quotes": 'filter { "mutate" { } }',
    "names of digits and dashes": "filter { 5-x { -1 => 2 } }",
    "a setting that is named like a section": "filter { mutate { filter => 1 } }",
    "a plugin that is named like a section": "filter { output { } output { a1 => 1 } }",
    "a string over several lines": 'filter { mutate { a => "one\ntwo" } }',
    "an escaped quote": r'filter { mutate { a => "say \"hi\"" } }',
    "a nested plugin": 'input { stdin { codec => json { charset => "UTF-8" } } }',
    "plugins in an array and in a hash": "filter { x1 { a => [json { b => 1 }, bb] c => { dd => json { } } } }",
    "a plugin as a value under a quoted name": 'filter { x1 { a => "b" { } } }',
    "numbers": "filter { x1 { a => 5 b => -5 c => 1.5 d => 1. e => 010 f => 08 } }",
    "a hash without any blanks": 'filter{mutate{add_field\n=>\n{"a"\n=>"1""b"=>"2"} add_tag=>["x"\n]}}',
    "entries that touch": "filter { x1 { a => { bb => cc-5 => 6 } } }",
    "hash keys that are numbers, barewords, strings": "filter { x1 { a => { 1 => 2 aa => 3 'a b' => 4 } } }",
    "empty arrays and hashes": "filter { x1 { a => [] b => {} c => [ # none\n ] } }",
    "barewords that are keywords": "filter { mutate { add_tag => [filter, input, and, not, if] } }",
    "if without blanks": "filter { if[a]{x{}}else if[b]{y{}}else{z{}} }",
    "elseif": "filter { if [a] { } elseif [b] { } }",
    "empty bodies": "filter { if [a] { } else if [b] { } else { } }",
    "conditions inside conditions": "output { if [a] { if [b] { x1 { } } else { y1 { } } } }",
    "a condition over several lines": "filter {\n  if [something]\n     or [anotherthing]\n     or [onemorething] {\n  }\n}",
    "a plugin called iffy": "filter { iffy { } }",
    "a plugin called if": "filter { if { } if { a1 => 1 } }",
    "a plugin called if5, by its settings": "filter { if5 { a1 => 1 } }",
    "a branch without a blank before its number": "filter { if5 { mutate { } } }",
    "a branch of bare numbers": "filter { if5in6and7{ } }",
    "a plugin called else": "filter { else { } if [a] { } else { } else { } }",
    "a plugin called elsewhere behind a branch": "filter { if [a] { } elsewhere { } }",
    "a plugin called elsif": "filter { elsif { } }",
    "a plugin called else, by its settings": "filter { if [a] { } else { a1 => 1 } }",
    "all comparisons": "filter { if [a]==1 or [a]!=1 or [a]<=1 or [a]>=1 or [a]<1 or [a]>1 { } }",
    "patterns": r'filter { if [a] =~ /x\/y/ or [a] !~ "z" or [a] =~ /# no comment/ { } }',
    "in and not in": 'filter { if [a] in [b] or "x" not in [tags] or [a] not \n in ["a","b"] { } }',
    "in without blanks": 'filter { if"x"in[tags]{ } }',
    "negations": "filter { if ![a] or ! [b] or !([c] and [d]) or ! ( ![e] ) { } }",
    "parentheses": "filter { if ((([a]))) and ( [b] ) { } }",
    "constants": 'filter { if "x" { } if 1 { } if /x/ { } if ["a", "b"] { } }',
    "calls, which the grammar has": "filter { if foo() or bar([a], 1) == 2 { } }",
    "a field with blanks and quotes in its name": 'filter { if [ a ]["b c"][-1] { } }',
    "an array of barewords in a condition": "filter { if [a] in [bb, cc] or [a] in [ ] { } }",
}  # fmt: skip

REFUSED = {
    "no section": "x {}",
    "a section with an s": "inputs { }",
    "an unfinished section": "filter",
    "an unclosed section": "filter { mutate { }",
    "a bracket too many": "filter { mutate { } } }",
    "a condition outside sections": "if [a] { filter { } }",
    "a setting outside plugins": "filter { add_tag => 1 }",
    "a plugin without braces": "filter { mutate }",
    "a condition inside a plugin": 'filter { mutate { if [a] { add_tag => ["x"] } } }',
    "a byte order mark": "\ufefffilter { }",
    "a no-break space": "filter {\u00a0mutate { } }",
    "a slash comment": "filter {\n // no\n mutate { }\n}",
    "a comment that ends in CR alone": "filter { # c\rmutate { } }",
    "no blank between settings": 'filter { x1 { a => "x"b => 1 } }',
    "only a comment between settings": "filter { x1 { a => 1#note\nb => 2 } }",
    "a comma between settings": "filter { x1 { a => 1, b => 2 } }",
    "a semicolon between settings": "filter { x1 { a => 1; b => 2 } }",
    "a comma between entries": "filter { x1 { a => { bb => 1, cc => 2 } } }",
    "a comma behind the last item": 'filter { x1 { a => ["a", "b",] } }',
    "no comma between items": 'filter { x1 { a => ["a" "b"] } }',
    "two strings as a value": 'filter { mutate { add_tag => "a" "b" } }',
    "a wrong arrow": "filter { x1 { a -> 1 } }",
    "no arrow": 'filter { x1 { add_tag ["a"] } }',
    "no value": "filter { x1 { a => } }",
    "a bareword of one letter": "filter { x1 { a => b } }",
    "a key of one letter": "filter { x1 { a => { b => 1 } } }",
    "a bareword with a dash": "filter { x1 { a => foo-bar } }",
    "a bare path": "filter { x1 { a => /var/log } }",
    "a bare variable": "filter { x1 { a => ${X} } }",
    "a bare field as a key": "filter { x1 { a => { [b] => 1 } } }",
    "a number that begins with a dot": "filter { x1 { a => .5 } }",
    "a number with an exponent": "filter { x1 { a => 1e5 } }",
    "a hexadecimal number": "filter { x1 { a => 0x10 } }",
    "a number with a unit": "filter { x1 { a => 1b } }",
    "a string that ends in a backslash": 'filter { x1 { a => "C:\\dir\\" } }',
    "a string that ends in two backslashes": 'filter { x1 { a => "C:\\dir\\\\" } }',
    "an unclosed string": 'filter { x1 { a => "x } }',
    "elsif": "filter { if [a] { } elsif [b] { } }",
    "else if behind else": "filter { if [a] { } else { } else if [b] { } }",
    "no condition": "filter { if { drop { } } }",
    "a single equals sign": "filter { if [a] = 1 { } }",
    "a bareword to compare with": "filter { if [a] == true { } }",
    "a bareword to compare": 'filter { if status == "ok" { } }',
    "a negated comparison": 'filter { if ![a] == "x" { } }',
    "a negated string": 'filter { if !"x" { } }',
    "two negations": "filter { if !![v] { } }",
    "the word not": "filter { if not [v] { } }",
    "not and in parted by a tab": "filter { if [a] not\tin [b] { } }",
    "a field as a pattern": "filter { if [a] =~ [b] { } }",
    "flags behind a pattern": "filter { if [a] =~ /x/i { } }",
    "symbols for and": "filter { if [a] && [b] { } }",
    "capital and": "filter { if [a] AND [b] { } }",
    "an operator too many": "filter { if [a] and or [b] { } }",
    "a blank inside a field reference": "filter { if [a] [b] { } }",
    "an open parenthesis": "filter { if ([a] { } }",
    "a closed parenthesis": "filter { if [a]) { } }",
    "a bracket inside a quoted item alone": 'filter { if [a] in ["a]b"] { } }',
}  # fmt: skip

PIECES = [
    *"{}[]()=!,.;:#\"'\\/-$ \n\r\t",
    "=>", "->", "==", "=~", "&&", "if", "else", "elseif", "elsif", "in", "not in", "not ", "and", "or", "xor", "nand",
    "input", "filter {", "output{", "mutate {", "if5", "else5", "a1 => 2", "a => ", '"s"', "'t'", "[a]", "/x/", "5",
    "-5", "08", "1.", "foo(", "#c\n", "//", "xx", "x", "\u00a0", "“x”", '\\"', "true",
]  # fmt: skip
LONG_ENOUGH = [text for text in (*ACCEPTED.values(), *REFUSED.values()) if len(text) > 10]


def is_accepted(text):
    return all(
        diagnostic.code != "syntax-error" for diagnostic in parse(Source("main.conf", text)).diagnostics
    )


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_accepts(text):
    assert peg.accepts(text)
    assert is_accepted(text)


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_refuses(text):
    assert not peg.accepts(text)
    assert not is_accepted(text)


@st.composite
def spoiled(draw):
    """A text of the tables with some pieces taken away and others put in."""
    text = draw(st.sampled_from(LONG_ENOUGH))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.sampled_from([0, 0, 1, 1, 2, 5])))
        text = text[:start] + draw(st.sampled_from(["", *PIECES])) + text[end:]
    return text


@settings(max_examples=400, deadline=None)
@example('filter { mutate { add_tag => "a" "b" } }')
@given(spoiled())
def test_accepts_exactly_what_the_grammar_accepts(text):
    assert is_accepted(text) == peg.accepts(text)


@pytest.mark.parametrize(
    "text", ["[" * 2000, "{" * 2000, "filter {" + "if [a] {" * 2000, "filter { if " + "(" * 2000]
)
def test_nesting_has_a_limit(text):
    prefix = "" if text.startswith("filter") else "filter { x1 { a => "
    codes = {diagnostic.code for diagnostic in parse(Source("main.conf", prefix + text)).diagnostics}
    assert "nested-too-deeply" in codes or "syntax-error" in codes


def test_the_deepest_nesting_allowed_parses():
    text = "filter { if " + "(" * 148 + "[a]" + ")" * 148 + " { } }"
    assert not parse(Source("main.conf", text)).diagnostics


def test_one_level_more_is_refused():
    text = "filter { if " + "(" * 150 + "[a]" + ")" * 150 + " { } }"
    [diagnostic] = parse(Source("main.conf", text)).diagnostics
    assert diagnostic.code == "nested-too-deeply"
