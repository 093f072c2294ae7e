"""What grok stores where, the same by way of a call as by the code that is emitted; and which pattern of a list it takes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw

from logsmith.event import Event, to_f, to_i
from logsmith.plugins import Context
from logsmith.plugins.filters.grok import Grok
from tests.plugins.filters.emission import emitted


def filter_of(patterns, **values):
    one = Grok(Context(), {"match": {"message": patterns}, **values})
    assert list(one.prepare()) == []
    return one


def grokked(one, fields, *, is_emitted=True):
    """Return the event's fields but for the text."""
    event = Event(dict(fields)).clone()
    if is_emitted:
        emitted(one)(event)
    else:
        one._match_all(event)
    return {name: value for name, value in event.to_map().items() if name != "message"}


def grok(fields, *patterns, **values):
    found = grokked(filter_of(list(patterns), **values), fields)
    assert grokked(filter_of(list(patterns), **values), fields, is_emitted=False) == found
    return found


NESTED = r"(?<[a][b][c]>\d)?(?<[a][d]>x)?(?<x:[a][b][e]:int>\d)?;(?<[f][g]>\w+)?"
NESTED_NUMBERS = r"(?:%{INT:[a][b]:int})?;(?:%{NUMBER:[a][c]:float})?;(?:%{WORD:d})?"

# patterns, what the event has beside its text, the text, what the event has then
STORED = {
    "all of an object": (NESTED, {}, "1x2;y", {"a": {"b": {"c": "1", "e": 2}, "d": "x"}, "f": {"g": "y"}}),
    "some of an object": (NESTED, {}, "x;y", {"a": {"d": "x"}, "f": {"g": "y"}}),
    "one deep in an object": (NESTED, {}, "1;", {"a": {"b": {"c": "1"}}}),
    "nothing of an object": (NESTED, {}, ";", {}),
    "to an object that is there": (NESTED, {"a": {"z": 1}}, "x;", {"a": {"z": 1, "d": "x"}}),
    "to an object that is JSON": (NESTED, {"a": Raw(b'{"d":"w"}')}, "x;", {"a": {"d": ["w", "x"]}}),
    "to an empty object": (NESTED, {"f": {}}, ";y", {"f": {"g": "y"}}),
    "numbers": (NESTED_NUMBERS, {}, "7;2.50;x", {"a": {"b": 7, "c": 2.5}, "d": "x"}),
    "one number": (NESTED_NUMBERS, {}, "-7;;", {"a": {"b": -7}}),
    "no number": (NESTED_NUMBERS, {}, ";;x", {"d": "x"}),
    "an empty text as a number": ("(?<x:a:int>)b", {}, "b", {"a": 0}),
    "a text twice": ("(?<a>x)(?<a>y)", {}, "xy", {"a": ["x", "y"]}),
    "a text in an object twice": ("(?<[a][b]>x)(?<[a][b]>y)", {}, "xy", {"a": {"b": ["x", "y"]}}),
    "onto a text": ("(?<a>x)", {"a": "w"}, "x", {"a": ["w", "x"]}),
    "onto a text that is JSON": ("(?<a>x)", {"a": Raw(b'"w"')}, "x", {"a": ["w", "x"]}),
    "onto an array that is JSON": ("(?<a>x)", {"a": Raw(b'["v","w"]')}, "x", {"a": ["v", "w", "x"]}),
    "onto null": ("(?<a>x)", {"a": None}, "x", {"a": "x"}),
    "onto null that is JSON": ("(?<a>x)", {"a": Raw(b"null")}, "x", {"a": "x"}),
    "onto an object": ("(?<a>x)", {"a": {"b": 1}}, "x", {"a": {"b": 1}}),
    "onto an object that is JSON": ("(?<a>x)", {"a": Raw(b'{"b":1}')}, "x", {"a": {"b": 1}}),
    "onto a number that is JSON": ("(?<a>x)", {"a": Raw(b"1")}, "x", {"a": 1}),
    "onto tags": ("(?<tags>x)", {"tags": ["w"]}, "x", {"tags": ["w", "x"]}),
    "onto its own text": ("(?<message>x)", {}, "xy", {}),
    "one in the way of another": (
        "(?<[a][b]>x)(?<[a][b][c]>y)", {}, "xy", {"a": {"b": "x"}, "tags": ["_grokparsefailure"]},
    ),
    "one that is wider than another": (
        "(?<[a][b][c]>x)(?<[a][b]>y)", {}, "xy", {"a": {"b": {"c": "x"}}},
    ),
    "something in the way": ("(?<[a][b]>x)", {"a": "w"}, "x", {"a": "w", "tags": ["_grokparsefailure"]}),
    "to what is no field": ("(?<[a>x)", {}, "x", {"tags": ["_grokparsefailure"]}),
}  # fmt: skip


@pytest.mark.parametrize(("pattern", "has", "text", "expected"), STORED.values(), ids=STORED)
def test_stores(pattern, has, text, expected):
    assert grok({**has, "message": text}, pattern) == expected


def test_an_object_that_a_capture_would_not_join_stays_json():
    event = Event({"message": "x", "agent": Raw(b'{"name":"web"}')})
    emitted(filter_of(["(?<agent>x)"]))(event)
    assert event.fields["agent"].__class__ is Raw


def test_overwrites():
    assert grok({"message": "x", "a": Raw(b'{"b":1}')}, "(?<a>x)", overwrite=["a"]) == {"a": "x"}
    assert grok({"message": "x", "a": {"b": 1}}, "(?<[a][b]>x)", overwrite=["[a][b]"]) == {"a": {"b": "x"}}


numbers = st.one_of(
    st.text(alphabet="+-_. 0123456789eE٣", max_size=8),
    st.integers().map(str),
    st.floats(allow_nan=False).map(str),
    st.decimals(0, 10**30, allow_nan=False, places=5).map(str),
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(numbers)
def test_numbers_are_read_as_ruby_reads_them(text):
    event = {"message": f"<{text}>"}
    assert grok(event, "<(?<x:a:int>.*)>") == {"a": to_i(text)}
    assert grok(event, "<(?<x:a:float>.*)>") == {"a": to_f(text)}


@pytest.mark.parametrize("digits", [18, 19, 25, 4_000])
def test_long_integers_are_read_whole(digits):
    assert grok({"message": "9" * digits}, "(?<x:a:int>.*)") == {"a": int("9" * digits)}


def test_an_integer_that_is_too_long_is_not_stored():
    assert grok({"message": "9" * 4_001}, "(?<x:a:int>.*)") == {"tags": ["_grokparsefailure"]}


LIST = [
    r"\Athe (?<first>\w+) x",
    r"^b (?<line>\w+)",
    r"%{INT:number} - ",
    r"(?<any>\w+) z",
    "(?<rest>[yz]+)$",
]

# the text, what the first pattern of the list that matches takes of it
TAKEN = {
    "at the start of the text": ("the a x - b c", {"first": "a"}),
    "not behind the start of the text": ("now\nthe a x z", {"any": "x"}),
    "at the start of a line": ("a\nb c 1 - ", {"line": "c"}),
    "at the start of a text of one line": ("b c 1 - ", {"line": "c"}),
    "not behind the start of a line": ("a b 1 - c", {"number": "1"}),
    "behind the start": ("a b c 7 - z", {"number": "7"}),
    "at the start, with what must be there": ("7 - z", {"number": "7"}),
    "the one that is first in the list": ("zz z 7 - b", {"number": "7"}),
    "the last of the list": ("- xyz", {"rest": "yz"}),
    "none": ("- the", {"tags": ["_grokparsefailure"]}),
}


@pytest.mark.parametrize(("text", "taken"), TAKEN.values(), ids=TAKEN)
def test_the_first_pattern_that_matches_is_taken(text, taken):
    assert grok({"message": text}, *LIST) == taken


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.sampled_from([*LIST, NESTED, r"^(?<x>\w) \w$"]), min_size=1, max_size=4),
    st.lists(st.sampled_from(["the ", "a", "b c", " - ", "\n", "7", " z", "x", "y;", "1;"]), max_size=6).map("".join),
)  # fmt: skip
def test_emitted_code_takes_what_a_call_takes(patterns, text):
    grok({"message": text, "rest": "w"}, *patterns)


def test_a_miss_has_the_tags_of_the_setting_and_is_counted():
    one = filter_of(["a"], tag_on_failure=["one", "two"])
    assert grokked(one, {"message": "b", "tags": Raw(b'["web","two"]')}) == {"tags": ["web", "two", "one"]}
    assert one.metrics.extra == {"failures": 1}


@pytest.mark.parametrize(
    ("value", "taken"),
    [(["x", "b", "a"], {"a": ["x", "b", "a"]}), (12, {"a": "12"}), (Raw(b'"x"'), {"a": "x"})],
    ids=["an array", "a number", "a text that is JSON"],
)
def test_what_is_no_text_is_matched_too(value, taken):
    assert grok({"message": value}, r"(?<a>\w+)") == taken


def test_a_capture_that_cannot_be_stored_fails_the_whole_array():
    one = filter_of([r"^(?:(?<a>\d)|(?<[a][b]>x))$"])
    event = Event.from_map({"message": ["1", "x", "2"]})
    assert one._match_all(event) is False
    assert event.to_map() == {**event.to_map(), "a": "1", "tags": ["_grokparsefailure"]}


def test_a_place_without_pattern_files_is_a_warning(tmp_path):
    (tmp_path / "mine").write_text("DIGITS \\d+\nNOTHING\n")
    places = [str(tmp_path / "none"), str(tmp_path / "mine")]
    one = Grok(Context(), {"match": {"message": ["%{NOTHING}%{DIGITS:n}"]}, "patterns_dir": places})
    assert [(problem.code, problem.severity) for problem in one.prepare()] == [("missing-file", "warning")]
    assert grokked(one, {"message": "a 12"}) == {"n": "12"}
