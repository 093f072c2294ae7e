"""Compiled sections do what the interpreter does, for random trees and events."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from interpreter import interpret

from logsmith.compiler import compile_pipeline
from logsmith.config import ast
from logsmith.config.parser import parse
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.event.json import encode_value, parse_json
from logsmith.plugins import Context, Filter, build

FIELDS = ("a", "b", "[c][d]")


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

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, 1, 5, -3, 1.0, 5.0, 2.5]),
    st.sampled_from(["", "5", "ab", "abc", "false", "é"]),
)
values = st.one_of(
    scalars, st.lists(scalars, max_size=3), st.dictionaries(st.sampled_from(["d", "e"]), scalars, max_size=2)
)
members = st.dictionaries(st.sampled_from(["a", "b", "c", "tags"]), values, max_size=4).filter(
    lambda one: "tags" not in one
)

selectors = st.sampled_from(FIELDS).map(lambda name: name if name.startswith("[") else f"[{name}]")
strings = st.sampled_from(["", "5", "ab", "b", "é"]).map(lambda text: f'"{text}"')
numbers = st.sampled_from(["5", "1", "-3", "2.5", "5.0"])
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
    joined(selectors, st.sampled_from(["=~", "!~"]), st.sampled_from(["/b$/", "/^5/", '"a."'])),
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


def filters(statement):
    name = next(one.value.text for one in statement.attributes if one.name == "id")
    return INTERPRETED[statement.name](name)


def outcome(events):
    return [parse_json(encode_value(event.to_map())) for event in events]


def made(given_members):
    return [
        Event.from_map(parse_json(encode_value({**one, "@timestamp": "2026-01-02T03:04:05.000Z"})))
        for one in given_members
    ]


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


def interpreted(text, events):
    tree, _ = parse(Source("random.conf", text))
    section: ast.Section = tree.sections[0]
    return [out for event in events for out in interpret(section.body, [event], filters)]


def check_same(text, given_members):
    pipeline = compiled(text)
    got = [out for event in made(given_members) for out in pipeline.filter([event])]
    assert outcome(got) == outcome(interpreted(text, made(given_members))), text


@given(body=bodies, given_members=st.lists(members, min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_compiled_section_equals_the_interpreted_one(body, given_members):
    check_same(f"filter {{ {written(body, iter(range(1000)))} }}", given_members)


CONSTANTS = ("5", "-3", "2.5", "5.0", '""', '"5"', '"ab"')
VALUES = (
    None,
    True,
    False,
    0,
    5,
    -3,
    5.0,
    2.5,
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
    {},
    {"d": 5},
)
OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "in", "not in")


@pytest.mark.parametrize("operator", OPERATORS)
def test_operator_with_every_constant_on_both_sides_and_every_value(operator):
    conditions = [pair for one in CONSTANTS for pair in (f"[a] {operator} {one}", f"{one} {operator} [a]")]
    conditions += [f"[a] {operator} [b]", f"[a] {operator} [c][d]"]
    text = "\n".join(f'if {one} {{ mark {{ id => "m{number}" }} }}' for number, one in enumerate(conditions))
    pairs = [{"a": one, "b": other, "c": {"d": other}} for one in VALUES for other in VALUES]
    check_same(f"filter {{ {text} }}", [{}, {"b": 5}, *pairs])
