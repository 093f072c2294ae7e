"""What is printed parses to the same tree."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logsmith.config import Pipeline, Source, parse
from logsmith.config.ast import (
    Arm,
    Array,
    Attribute,
    Branch,
    Compare,
    Entry,
    Hash,
    In,
    Logic,
    Match,
    Not,
    Number,
    Plugin,
    Regex,
    Section,
    Selector,
    String,
    Truthy,
)
from logsmith.config.printer import print_pipeline

PRINTED = {
    "a plugin": (
        'filter{mutate{add_tag=>["a",bb]}}',
        'filter {\n  mutate {\n    add_tag => ["a", bb]\n  }\n}\n',
    ),
    "no settings": ("filter { drop { # c\n } }", "filter {\n  drop { }\n}\n"),
    "a branch": (
        "filter { if [a]{drop{}}else if ![b]{}else{drop{}} }",
        "filter {\n  if [a] {\n    drop { }\n  } else if ![b] {\n  } else {\n    drop { }\n  }\n}\n",
    ),
    "a row of one operator": (
        "filter { if [a] or ([b] or [c]) {} }",
        "filter {\n  if [a] or [b] or [c] {\n  }\n}\n",
    ),
    "several operators": (
        'filter { if [a] and [b] and [c] or "x" not in [d] {} }',
        'filter {\n  if [a] and (([b] and [c]) or "x" not in [d]) {\n  }\n}\n',
    ),
    "a codec": (
        "input { stdin { codec => json { 'a' => 010 } } }",
        "input {\n  stdin {\n    codec => json {\n      a => 8\n    }\n  }\n}\n",
    ),
    "a hash": (
        "filter { x1 { 'a b' => { 'k' => 1 kk => { } } } }",
        "filter {\n  x1 {\n    \"a b\" => { 'k' => 1 kk => { } }\n  }\n}\n",
    ),
    "an array of one element in a condition": (
        'filter { if [a] in [#,\n"b" ] or [a] in ["b", "c"] {} }',
        'filter {\n  if [a] in [#,\n"b"] or [a] in ["b", "c"] {\n  }\n}\n',
    ),
    "a long array": (
        f"filter {{ x1 {{ a => ['{'y' * 60}','{'z' * 60}'] }} }}",
        f"filter {{\n  x1 {{\n    a => [\n      '{'y' * 60}',\n      '{'z' * 60}'\n    ]\n  }}\n}}\n",
    ),
}


@pytest.mark.parametrize(("text", "printed"), PRINTED.values(), ids=PRINTED)
def test_prints(text, printed):
    parsed = parse(Source("f", text))
    assert print_pipeline(parsed.pipeline) == printed
    assert parse(Source("f", printed)).pipeline == parsed.pipeline


words = st.sampled_from(["ab", "c_1", "X9", "true", "in", "or", "not", "filter", "if5", "else", "_x"])
quotes = st.sampled_from("\"'")


@st.composite
def quoted_strings(draw):
    quote = draw(quotes)
    pieces = st.sampled_from(
        [
            "a",
            " ",
            "é",
            "\n",
            "#",
            "{",
            "}",
            "[",
            "]",
            "%{x}",
            "/",
            ",",
            "=>",
            r"\d",
            rf"\{quote}",
            "\"'".replace(quote, ""),
        ]
    )
    return String("".join(draw(st.lists(pieces, max_size=6))), quote, None)


barewords = words.map(lambda word: String(word, "", None))
numbers = st.one_of(
    st.integers(-(10**20), 10**20), st.floats(allow_nan=False, allow_infinity=False, width=64)
).map(lambda value: Number(value, None))  # fmt: skip
names = st.sampled_from(["mutate", "json", "p-1", "5", "iffy", "elsewhere"])
selectors = st.lists(
    st.sampled_from(["a", "b c", "@x", "-1", '"q"', "#{", "é", " "]), min_size=1, max_size=3
).map(lambda parts: Selector("".join(f"[{part}]" for part in parts), None))
regexes = st.lists(st.sampled_from(["a", r"\/", "[", "]", "{", "\n", '"', "'", " ", r"\d"]), max_size=5).map(
    lambda parts: Regex("".join(parts), None)
)


def attributes_of(values):
    attribute_names = st.one_of(words, st.sampled_from(["a b", "it's", 'say "x"', "[a][b]", ""]))
    return st.builds(lambda name, value: Attribute(name, value, None, None), attribute_names, values)


def plugins_of(values, kind):
    several = st.lists(attributes_of(values), max_size=3).map(tuple)
    return st.builds(lambda name, some: Plugin(name, kind, some, None, None), names, several)


def containers(values):
    keys = st.one_of(barewords, quoted_strings(), st.integers(-99, 99).map(lambda value: Number(value, None)))
    entries = st.builds(lambda key, value: Entry(key, value, None), keys, values)
    return st.one_of(
        st.lists(values, max_size=4).map(lambda items: Array(tuple(items), None)),
        st.lists(entries, max_size=4).map(lambda some: Hash(tuple(some), None)),
        plugins_of(values, "codec"),
    )


scalars = st.one_of(quoted_strings(), barewords, numbers)
values = st.recursive(scalars, containers, max_leaves=8)
arrays = st.lists(scalars, max_size=4).map(lambda items: Array(tuple(items), None))
operands = st.one_of(selectors, quoted_strings(), numbers)


@st.composite
def comparisons(draw):
    operator = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
    return Compare(operator, draw(selectors), draw(operands), None)


def logical(conditions):
    rows = st.builds(
        lambda operator, left, right: Logic(operator, left, right, None),
        st.sampled_from(["and", "or", "xor", "nand"]),
        conditions,
        conditions,
    )
    return st.one_of(rows, conditions.map(lambda condition: Not(condition, None)))


simple_conditions = st.one_of(
    selectors.map(lambda selector: Truthy(selector, None)),
    comparisons(),
    st.builds(lambda left, right: In(left, right, None), operands, st.one_of(operands, arrays, regexes)),
    st.builds(
        lambda operator, left, pattern: Match(operator, left, pattern, None),
        st.sampled_from(["=~", "!~"]),
        st.one_of(selectors, quoted_strings()),
        st.one_of(regexes, quoted_strings()),
    ),
)
conditions = st.recursive(simple_conditions, logical, max_leaves=6)


def bodies(kind):
    def branches(statements):
        several = st.lists(statements, max_size=3).map(tuple)
        arms = st.builds(lambda condition, body: Arm(condition, body, None), conditions, several)
        return st.builds(
            lambda some, otherwise: Branch(tuple(some), otherwise, None),
            st.lists(arms, min_size=1, max_size=3),
            st.one_of(st.none(), several),
        )

    statements = st.recursive(plugins_of(values, kind), branches, max_leaves=4)
    return st.lists(statements, max_size=3).map(tuple)


sections = st.sampled_from(["input", "filter", "output"]).flatmap(
    lambda kind: bodies(kind).map(lambda body: Section(kind, body, None))
)
pipelines = st.lists(sections, max_size=3).map(lambda some: Pipeline(tuple(some)))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(pipelines)
def test_parsing_what_is_printed_gives_the_same_tree(pipeline):
    parsed = parse(Source("f", print_pipeline(pipeline)))
    assert not [one for one in parsed.diagnostics if one.code == "syntax-error"]
    assert parsed.pipeline == pipeline
    assert repr(parsed.pipeline) == repr(pipeline)  # tells 1 from 1.0
