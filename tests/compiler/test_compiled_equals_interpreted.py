"""Compiled sections do what the interpreter does, for random trees and events."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from interpreter import interpret
from odd_events import made, specs, state

from logsmith.compiler import compile_pipeline
from logsmith.config import ast
from logsmith.config.parser import parse
from logsmith.config.source import Source
from logsmith.metrics import Tally
from logsmith.plugins import Context, Filter, build

FIELDS = (
    "[a]", "[d]", "[a][b]", "[d][b][c]", "[a][0]", "[e][b]", "[tags]", "[@timestamp]", "[@metadata][x]", "[@metadata][x][b]",
)  # fmt: skip


class Mark(Filter):
    """Tags each event with its `id`."""

    def filter(self, event):
        event.tag(self.id)


class Twice(Filter):
    """Makes two of each event, the second tagged with its `id`."""

    def expand(self, event):
        twin = event.clone()
        twin.tag(self.id)
        return [event, twin]


class Refuse(Filter):
    """Drops each event."""

    can_cancel = True

    def filter(self, event):
        event.cancel()
        return False


INTERPRETED = {
    "mark": lambda name: lambda event: [event.tag(name) or event],
    "twice": lambda name: lambda event: list(Twice.expand(SimpleNamespace(id=name), event)),
    "refuse": lambda _name: lambda _event: [],
}

selectors = st.sampled_from(FIELDS)
strings = st.sampled_from(["", "5", "ab", "b", "é", "x", "false"]).map(lambda text: f'"{text}"')
numbers = st.sampled_from(["5", "1", "-3", "2.5", "5.0", "0", "0.0", str(2**70)])
patterns = st.sampled_from(
    ["/b$/", "/^5/", '"a."', "/^(a|b)/", "/(?i)AB/", "/ab/", "/^ab$/", "/a|é/", r"/\Aab\z/", "/.*b.*/", "/^a.*b/", r"/b\Z/",
     "/(?i)k|s/", r"/^\d+$/", "/(?i)^a/", "/(?i)é/", r"/(x|y)$/", r"/\bab/", "/a*+/", "//"]
)  # fmt: skip
constants = st.one_of(strings, numbers)
arrays = st.lists(constants, min_size=2, max_size=3).map(lambda items: f"[{', '.join(items)}]")
equality = st.sampled_from(["==", "!="])
order = st.sampled_from(["<", "<=", ">", ">="])


def joined(*parts):
    return st.tuples(*parts).map(" ".join)


simple = st.one_of(
    selectors,
    joined(selectors, equality, st.one_of(constants, selectors)),
    joined(constants, equality, selectors),
    joined(selectors, order, st.one_of(constants, selectors)),
    joined(constants, order, selectors),
    joined(selectors, st.sampled_from(["=~", "!~"]), patterns),
    joined(selectors, st.sampled_from(["in", "not in"]), st.one_of(arrays, selectors, strings)),
    joined(constants, st.sampled_from(["in", "not in"]), selectors),
)
conditions = st.recursive(
    simple,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["and", "or", "xor", "nand"]), inner).map(
            lambda one: f"({one[0]}) {one[1]} ({one[2]})"
        ),
        inner.map(lambda one: f"!({one})"),
    ),
    max_leaves=4,
)
plugins = st.sampled_from(["mark", "mark", "twice", "refuse"])
bodies = st.recursive(
    st.lists(plugins, max_size=2),
    lambda inner: st.lists(
        st.one_of(
            plugins,
            st.tuples(st.lists(st.tuples(conditions, inner), min_size=1, max_size=3), st.none() | inner),
        ),
        max_size=3,
    ),
    max_leaves=6,
)


def written(body, number):
    """Return a body's text, each plugin with an id of its own."""
    lines = []
    for statement in body:
        if isinstance(statement, str):
            lines.append(f'{statement} {{ id => "{statement}{next(number)}" }}')
            continue
        arms, otherwise = statement
        words = " else ".join(f"if {condition} {{ {written(inner, number)} }}" for condition, inner in arms)
        lines.append(words + (f" else {{ {written(otherwise, number)} }}" if otherwise is not None else ""))
    return "\n".join(lines)


def filters(counts):
    """Return what finds a statement's filter, which counts by its id what goes in and what comes out."""

    def find(statement):
        name = next(one.value.text for one in statement.attributes if one.name == "id")

        def counted(event):
            out = INTERPRETED[statement.name](name)(event)
            before = counts.get(name, (0, 0))
            counts[name] = before[0] + 1, before[1] + len(out)
            return out

        return counted

    return find


def compiled(text):
    kinds = {"mark": Mark, "twice": Twice, "refuse": Refuse}
    find = build.find
    build.find = lambda kind, name: kinds.get(name) or find(kind, name)
    try:
        compilation = compile_pipeline([Source("random.conf", text)], Context())
    finally:
        build.find = find
    assert [one.message for one in compilation.diagnostics if one.is_error] == [], text
    return compilation.pipeline


def interpreted(text, events, counts):
    tree, _ = parse(Source("random.conf", text))
    section: ast.Section = tree.sections[0]
    return [out for event in events for out in interpret(section.body, [event], filters(counts))]


def check_same(text, given_specs):
    pipeline, counts = compiled(text), {}
    got = [out for spec in given_specs for out in pipeline.filter([made(spec)])]
    expected = interpreted(text, map(made, given_specs), counts)
    assert list(map(state, got)) == list(map(state, expected)), text
    counted = {one.id: (one.metrics.events_in, one.metrics.events_out) for one in pipeline.filters}
    assert {name: both for name, both in counted.items() if both[0]} == counts, text


@given(body=bodies, given_specs=st.lists(specs, min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_compiled_section_equals_the_interpreted_one(body, given_specs):
    check_same(f"filter {{ {written(body, iter(range(1000)))} }}", given_specs)


@given(condition=conditions, given_specs=st.lists(specs, min_size=5, max_size=5))
@settings(max_examples=300, deadline=None)
def test_compiled_condition_equals_the_interpreted_one(condition, given_specs):
    text = f'filter {{ if {condition} {{ mark {{ id => "yes" }} }} else {{ mark {{ id => "no" }} }} }}'
    check_same(text, given_specs)


@given(body=bodies, given_specs=st.lists(specs, min_size=2, max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_batch_is_counted_as_its_events_are(body, given_specs):
    text = f"filter {{ {written(body, iter(range(1000)))} }}"
    pipeline, counts = compiled(text), {}
    tally = Tally()
    kept = pipeline.filter(list(map(made, given_specs)), tally)
    interpreted(text, map(made, given_specs), counts)
    counted = {one.id: (one.metrics.events_in, one.metrics.events_out) for one in pipeline.filters}
    assert {name: both for name, both in counted.items() if both[0]} == counts
    assert len(given_specs) + tally.made == len(kept) + tally.dropped


CONSTANTS = ("5", "-3", "2.5", "5.0", "0", "0.0", str(2**70), '""', '"5"', '"ab"')
VALUES = (
    None,
    True,
    False,
    0,
    -0.0,
    5,
    -3,
    5.0,
    2.5,
    float("nan"),
    float("inf"),
    2**70,
    "",
    "5",
    "5.0",
    "ab",
    "abc",
    "false",
    [],
    [5],
    ["ab", "5"],
    [None],
    {},
    {"d": 5},
)
OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "in", "not in")


@pytest.mark.parametrize("operator", OPERATORS)
def test_operator_with_every_constant_on_both_sides_and_every_value(operator):
    conditions = [pair for one in CONSTANTS for pair in (f"[a] {operator} {one}", f"{one} {operator} [a]")]
    conditions += [f"[a] {operator} [b]", f"[a] {operator} [c][d]"]
    text = "\n".join(f'if {one} {{ mark {{ id => "m{number}" }} }}' for number, one in enumerate(conditions))
    pairs = [
        {"a": (False, one), "b": (False, other), "c": (True, {"d": other})}
        for one in VALUES
        for other in VALUES
    ]
    check_same(f"filter {{ {text} }}", [(one, {}) for one in ({}, {"b": (False, 5)}, *pairs)])


@pytest.mark.parametrize("operator", ["in", "not in"])
@pytest.mark.parametrize(
    "constants",
    [
        '["", "x"]',
        '["5", "ab"]',
        '[5, "x"]',
        '["false", 2.5]',
        '["a", "b", "c", "d", "e", "f", "g", "h", "ab"]',
    ],
)
def test_every_value_in_an_array_of_constants(operator, constants):
    given_members = [{}, *({"a": (False, one)} for one in VALUES)]
    text = f'filter {{ if [a] {operator} {constants} {{ mark {{ id => "yes" }} }} }}'
    check_same(text, [(one, {}) for one in given_members])


@pytest.mark.parametrize("tags", [None, ["x"], "x"])
def test_a_condition_sees_the_tag_of_the_one_before_it_that_failed(tags):
    text = """filter {
        if "y" in [tags] or [n] > 5 { mark { id => "first" } }
        else if "_conditionfailure" in [tags] { mark { id => "second" } }
    }"""
    members = {} if tags is None else {"tags": (False, tags)}
    check_same(text, [(members, {})])
    (event,) = compiled(text).filter([made((members, {}))])
    assert event.top("tags")[-1] == "second"
