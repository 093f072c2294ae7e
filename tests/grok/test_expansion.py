"""Grok's own syntax: references, names, types, definitions on the spot, and what is refused."""

import pytest

from logsmith.grok import Capture, GrokError, Library, compile_grok

LIBRARY = Library(
    {
        "WORD": r"\b\w+\b",
        "INT": r"[+-]?\d+",
        "PAIR": "%{WORD:key}=%{INT:value:int}",
        "EITHER": "low|high",
        "A_B^1": "o+",
        "MY": "[a-z]+",
        "SELF": "x%{SELF}",
        "PING": "%{PONG}",
        "PONG": "%{PING}",
        "BROKEN": "(",
        "2X": "y",
    }
)

# phrase, expression, text, what is captured: (field, type, texts of its groups); None: no match
CAPTURED = [
    ("a reference without a name captures nothing", "%{WORD} %{INT:n}", "a 5", [("n", None, ("5",))]),
    ("a name may be a field reference", "%{WORD:[a][b.c]}", "x", [("[a][b.c]", None, ("x",))]),
    ("a name may have a hyphen", "%{WORD:a-b}", "x", [("a-b", None, ("x",))]),
    (
        "a type is int or float",
        "%{INT:a:int} %{INT:b:float}",
        "1 2",
        [("a", "int", ("1",)), ("b", "float", ("2",))],
    ),
    (
        "any other type is none",
        "%{INT:a:long} %{INT:b:Int}",
        "1 2",
        [("a", None, ("1",)), ("b", None, ("2",))],
    ),
    ("a fourth part is ignored", "%{INT:a:int:b}", "1", [("a", "int", ("1",))]),
    ("a name is cut at the first odd character", "%{WORD:größe}", "x", [("gr", None, ("x",))]),
    ("a blank cuts it too", "%{WORD:a b} %{INT:n junk}", "x 5", [("a", None, ("x",)), ("n", None, ("5",))]),
    ("a blank before the name leaves none", "%{WORD: a}", "x", []),
    ("a question mark is cut off", "%{WORD:[a][b]?}", "x", [("[a][b]", None, ("x",))]),
    ("a pattern's name has no hyphen", "%{MY-PAT:a}", "abc", []),
    ("but may have a caret", "%{A_B^1:x}", "oo", [("x", None, ("oo",))]),
    ("one name twice is one capture", "%{WORD:w}-%{WORD:w}", "a-b", [("w", None, ("a", "b"))]),
    (
        "two patterns of one field are two",
        "%{WORD:v}-%{INT:v}",
        "a-1",
        [("v", None, ("a",)), ("v", None, ("1",))],
    ),
    (
        "captures go by name, not by place",
        "%{INT:v} %{WORD:v} %{INT:v}",
        "1 a 2",
        [("v", None, ("1", "2")), ("v", None, ("a",))],
    ),
    (
        "one name with two types is two captures",
        "%{INT:v} %{INT:v:int}",
        "1 2",
        [("v", None, ("1",)), ("v", "int", ("2",))],
    ),
    (
        "a pattern brings its captures along",
        "%{PAIR:pair}",
        "a=1",
        [("pair", None, ("a=1",)), ("key", None, ("a",)), ("value", "int", ("1",))],
    ),
    ("a pattern is a group by itself", "l=%{EITHER:l}!", "l=low!", [("l", None, ("low",))]),
    ("a group of the expression captures to its name", r"(?<[a][b]>\d)(x)", "1x", [("[a][b]", None, ("1",))]),
    ("a colon makes the name a pattern and a field", r"(?<port:int>\d+)", "80", [("int", None, ("80",))]),
    ("two colons give it a type", r"(?<x:port:int>\d+)", "80", [("port", "int", ("80",))]),
    (
        "a group that took no part has no text",
        "(?:%{INT:n}|%{WORD:w})",
        "a",
        [("n", None, (None,)), ("w", None, ("a",))],
    ),
    ("a reference back takes the whole name", r"%{WORD:t}-\k<WORD:t>", "a-a", [("t", None, ("a",))]),
    (
        "a definition on the spot is used at once and later",
        "%{LEVEL=(?:lo|hi)} %{LEVEL:l}",
        "lo hi",
        [("l", None, ("hi",))],
    ),
    (
        "its braces come in pairs",
        "%{CODE:c=[A-Z]{2}} %{CODE:d}",
        "AB CD",
        [("c", None, ("AB",)), ("d", None, ("CD",))],
    ),
    ("behind a backslash it reaches to the last brace", r"%{CODE:c=[A-Z]{2}\d} %{INT:d}", "AB1 2", None),
    (
        "it takes the place of a stock pattern",
        "%{INT=x+} %{PAIR}",
        "xx a=x",
        [("key", None, ("a",)), ("value", "int", ("x",))],
    ),
    ("what is no reference stands for itself", "%{} {x} 100%", "%{} {x} 100%", []),
    ("a dot passes line breaks", "(?<a>.*)", "a\nb", [("a", None, ("a\nb",))]),
    ("a caret is the start of any line", "^%{WORD:w}$", " \nb", [("w", None, ("b",))]),
]
REFUSED = [
    ("%{NOPE:a}", "there is no grok pattern 'NOPE'"),
    ("%{WRD:a}", "there is no grok pattern 'WRD'; did you mean WORD?"),
    ("%{WORD} %{nope}", "there is no grok pattern 'nope'"),
    ("%{SELF}", "the pattern 'SELF' refers to itself, or references nest too deeply"),
    ("%{PING:a}", "the pattern 'PING' refers to itself, or references nest too deeply"),
    (
        "%{BROKEN:a}",
        "the pattern '%{BROKEN:a}' is no regular expression once expanded: end pattern with unmatched parenthesis at position 0",
    ),
    (
        "%{2X:a}",
        "the pattern '%{2X:a}' is no regular expression once expanded: invalid group name <2X:a> at position 0",
    ),
]


@pytest.mark.parametrize(
    ("expression", "text", "captured"), [case[1:] for case in CAPTURED], ids=[case[0] for case in CAPTURED]
)
def test_captures(expression, text, captured):
    grok = compile_grok(expression, LIBRARY)
    match = grok.search(text)
    assert (
        match and [(one.field, one.type, tuple(map(match.group, one.groups))) for one in grok.captures]
    ) == captured


@pytest.mark.parametrize(("expression", "message"), REFUSED)
def test_refuses(expression, message):
    with pytest.raises(GrokError) as caught:
        compile_grok(expression, LIBRARY)
    assert str(caught.value) == message


def test_all_references_capture_if_asked_to():
    grok = compile_grok("%{PAIR} %{INT:n}", LIBRARY, named_captures_only=False)
    assert grok.captures == (
        Capture("PAIR", None, (1,)),
        Capture("key", None, (2,)),
        Capture("value", "int", (3,)),
        Capture("n", None, (4,)),
    )


def test_an_expression_may_not_grow_without_end():
    doubling = {f"D{level}": f"%{{D{level + 1}}}%{{D{level + 1}}}" for level in range(20)} | {"D20": "x"}
    with pytest.raises(GrokError, match="refers to itself, or references nest too deeply"):
        compile_grok("%{D0}", Library(doubling))


def test_an_expression_may_not_become_longer_than_its_limit():
    with pytest.raises(GrokError, match="expands to more than 1000000 characters"):
        compile_grok("%{LONG}" * 11, Library({"LONG": "x" * 100_000}))
