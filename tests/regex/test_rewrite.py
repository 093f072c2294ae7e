"""Rewritten patterns match what they did, with the same captures; and each rule does what it is for."""

import re
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logsmith.regex import RegexError
from logsmith.regex.engine import compile_re
from logsmith.regex.parser import parse_ruby
from logsmith.regex.printer import RePrinter
from logsmith.regex.rewrite import rewritten
from tests.regex.generated import damaged, text_for
from tests.regex.patterns import patterns, texts

# what is written, what it becomes where nothing follows
REWRITTEN = {
    "a repeat before what it does not take": (r"\d+ x", "[0-9]++ x"),
    "a repeat at the end": (r"x\d+", "x[0-9]++"),
    "a repeat before what it takes": (r"\w+a", "[0-9A-Z_a-z]+a"),
    "a repeat before what may be left out": (r"a+b?c", "a++b?+c"),
    "a repeat before what may be left out, and then itself": (r"a+b?a", "a+b?+a"),
    "a repeat before what may be other than ASCII": ("[^a]+é", "[^a]+é"),
    "a repeat of all but one beyond ASCII, before another": ("[^é]+ü", "[^é]+ü"),
    "a repeat before a look": ("a+(?=b).", "a++(?=b)."),
    "a repeat before a look that refuses it": ("a+(?!a).", "a++(?!a)."),
    "a repeat before a look that refuses another": ("a+(?!b).", "a+(?!b)."),
    "a repeat before the end of a line": (r"a+$b?", "a++$b?+"),
    "a repeat in a loop": (r"(?:a+,)*", "(?:a++,)*"),
    "a repeat in a loop that it may fill": (r"(?:a+|x)*b", "(?:a+|x)*b"),
    "a repeat that may be all of a loop": (r"(?:a+b?)*c", "(?:a+b?+)*c"),
    "a lazy repeat before what it does not take": ("[a-c]*?-", "[a-c]*+\\-"),
    "a lazy repeat before a quote": ('.*?"x', '[^"]*+(?:"[^"]*+)*?"x'),
    "a lazy repeat of at least one": (".+?,x", ".[^,]*+(?:,[^,]*+)*?,x"),
    "a lazy repeat before one of many": (r".*?\wx", ".*?[0-9A-Z_a-z]x"),
    "a lazy repeat before what is not known": (r"(a).*?\1x", r"(?P<g1>a).*?(?P=g1)x"),
    "a lazy repeat without case": ("(?i:[ab]*?a)x", "(?i:[a-b])*?(?i:a)x"),
    "a lazy repeat without case before what has one": ("(?i:[ak]*?)ax", "(?i:[ak])*?ax"),
    "a lazy repeat before what is beyond ASCII": (".*?éx", ".*?éx"),
    "a lazy repeat at the end": ("x.*?", "x.*?"),
    "a piece that may be left out": ("(?:ab)?c", "(?:ab|)c"),
    "a piece that may be left out, rather": ("(?:ab)??c", "(?:|ab)c"),
    "a short piece once or twice": ("(?:ab){1,2}c", "ab(?:ab|)c"),
    "a piece that captures once or twice": ("(ab){1,2}c", "(ab){1,2}c"),
    "a piece that may be empty": ("(?:a*)?b", "a*+b"),
    "an atomic group of one way": ("(?>ab)c", "abc"),
    "an atomic group where the next character tells": (r"(?>\d+(?:\.\d+)?) ", r"[0-9]++(?:\.[0-9]++|) "),
    "an atomic group that is left early": ("(?>a+?)b", "(?>a+?)b"),
    "an atomic group that is left at once": ("(?>|a)b", "(?>|a)b"),
    "an atomic group that takes the first way": ("(?>a|ab)c", "(?>a|ab)c"),
    "an atomic group in another": ("(?>(?>a|ab))c", "(?>a|ab)c"),
    "a look at what is there": ("(?![0-9]) x", " x"),
    "a look at what may not be there": ("(?![0-9])[0-9a]", "(?![0-9])[0-9a]"),
    "a look at what may not be there, beyond ASCII": ("(?!é)[^a]", "(?!é)[^a]"),
    "a look back at what is there": ("/(?<![0-9])x", "/x"),
    "a look back from the start": ("(?<![0-9])x", "(?<![0-9])x"),
    "an edge of a word": (r"/\bx\b ", "/x "),
    "an edge of a word that may be none": (r".\bx", r".\bx"),
    "an edge of a word beyond ASCII": (r"é\b ", r"é\b "),
    "an edge of a word beyond ASCII, between letters": (r"é\bx", r"é\bx"),
    "an edge of a word in a loop": (r"/(?:\ba)+x", r"/(?:\ba)+x"),
    "alternatives for one text": (r"(?:-|[\w-]+) x", r"(?:\-|(?!\- )[\-0-9A-Z_a-z]++) x"),
    "alternatives for one text before the end of a line": (
        r"(?:-|[\w-]+)$\n",
        r"(?:\-|(?!\-\x0a)[\-0-9A-Z_a-z]++)$\x0a",
    ),
    "alternatives for one text before its end": (
        r"(?:-|[\w-]+)\z",
        r"(?:\-|(?!\-(?![\-0-9A-Z_a-z]))[\-0-9A-Z_a-z]++)\Z",
    ),
    "alternatives of which one has what the other lacks": (r"(?:\d+-\d+|\d+) x", r"(?:[0-9]++\-[0-9]++|[0-9]++) x"),
    "alternatives of which one may go on": (r"(?:-[- ]-|[\w-]+) - x", r"(?:\-[ \-]\-|[\-0-9A-Z_a-z]++) \- x"),
    "alternatives that end anywhere": ("(?:-|.*)-x", r"(?:\-|.*)\-x"),
    "alternatives that a reference tells apart": (r"(?:(-)|[\w-]+) \1", r"(?:(?P<g1>\-)|[\-0-9A-Z_a-z]++) (?P=g1)"),
    "a class of all but two": ('[^"a]b', r"[\x00-!\#-`b-\U0010ffff]b"),
    "a possessive loop": ("(?:a+,)*+b", "(?:a+,)*+b"),
}  # fmt: skip


def plain(tree, *, multiline):
    """Return a tree compiled as it was written."""
    text = RePrinter(tree, dot_is_all=multiline).text(tree.root)
    return re.compile(text, re.MULTILINE | (re.DOTALL if multiline else 0))


@pytest.mark.parametrize(("pattern", "becomes"), REWRITTEN.values(), ids=REWRITTEN)
def test_becomes(pattern, becomes):
    tree = parse_ruby(pattern, multiline=True)
    assert RePrinter(tree, dot_is_all=True).text(rewritten(tree.root)) == becomes


@pytest.mark.parametrize(("pattern", "becomes"), REWRITTEN.values(), ids=REWRITTEN)
def test_each_rule_keeps_what_is_found(pattern, becomes):
    tree, random = parse_ruby(pattern, multiline=True), Random(becomes)
    before, after = plain(tree, multiline=True), compile_re(tree, multiline=True)
    for _ in range(200):
        text = "".join(random.choice('ab-- ,"/x10.é\nc') for _ in range(random.randrange(9)))
        assert found(after, text) == found(before, text), text


def found(compiled, text):
    """Return what a search, a match at the start, and a search from the second character find."""
    tries = compiled.search(text), compiled.match(text), compiled.search(text, 1)
    return [one and one.regs for one in tries]


@settings(max_examples=1000, deadline=None, derandomize=True, database=None)
@given(patterns, texts, st.booleans(), st.integers(0, 1000))
def test_random_patterns_find_what_they_did(pattern, text, multiline, seed):
    try:
        tree = parse_ruby(pattern, multiline=multiline)
        before = plain(tree, multiline=multiline)
    except (RegexError, re.error):
        return
    after, random = compile_re(tree, multiline=multiline), Random(seed)
    likely = text_for(tree.root, random)
    for one in (text, likely, damaged(likely, random), damaged(damaged(likely, random), random)):
        assert found(after, one) == found(before, one), (after.pattern, one)


def test_a_pattern_of_many_alternatives_stays_short():
    tree = parse_ruby("(?:" + "|".join(rf"[\w-]+{letter}?" for letter in "abcdefghij") + ") x")
    assert len(compile_re(tree, multiline=False).pattern) < 500
