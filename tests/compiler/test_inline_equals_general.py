"""Inline code does to any event what the general rules do: reads, sprintf, mutate's operations, common settings."""

import sys
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from odd_events import NUMBERS, REFERENCES, TEXTS, UNUSUAL, exact, made, references, specs, state

from logsmith.compiler import compile_pipeline
from logsmith.compiler.code import CodeWriter
from logsmith.config.source import Source
from logsmith.event import Event, FieldRef, Sprintf, field_text
from logsmith.plugins import Context
from logsmith.plugins.operations import Operation
from logsmith.plugins.paths import text_of


def loaded(expression, code):
    with code.block("def evaluate(event)"):
        code.line("fields = event.fields")
        code.line(f"return {expression}")
    return code.load("t.conf")["evaluate"]


def reader(text):
    code = CodeWriter()
    return loaded(code.read(FieldRef.parse(text)), code)


READERS = {text: reader(text) for text in REFERENCES}


@given(spec=specs, text=references)
@settings(max_examples=300, deadline=None)
def test_an_inline_read_is_what_the_event_gets(spec, text):
    inline, general = made(spec), made(spec)
    assert exact(READERS[text](inline)) == exact(general.get(FieldRef.parse(text)))
    assert state(inline) == state(general)


def filled(parts, event):
    values = [part if part.__class__ is str else event.get(part) for part in parts]
    return "".join(
        f"%{{{part.text}}}" if value is None else value if value.__class__ is str else field_text(value)
        for part, value in zip(parts, values, strict=True)
    )


pieces = st.lists(
    st.one_of(st.sampled_from(["-", "%", "%s", "'{}", "\\"]), references.map(FieldRef.parse)), max_size=5
)


@given(spec=specs, parts=pieces)
@settings(max_examples=300, deadline=None)
def test_a_sprintf_is_filled_as_its_parts_are(spec, parts):
    text = Sprintf.parse("".join(part if part.__class__ is str else f"%{{{part.text}}}" for part in parts))
    code = CodeWriter()
    expected = filled(parts, made(spec))
    assert text.format(made(spec)) == expected
    assert loaded(text_of(code, text), code)(made(spec)) == expected


def compiled(inside):
    compilation = compile_pipeline([Source("t.conf", f"filter {{ mutate {{ {inside} }} }}")], Context())
    assert [one.message for one in compilation.diagnostics if one.is_error] == [], inside
    return compilation.pipeline


def general(inside):
    """Return the same mutate without inline code."""
    call = lambda self, code: code.line(f"{code.bind(self.apply, 'operation')}(event)")  # noqa: E731
    with mock.patch.object(Operation, "write", call):
        return compiled(inside)


def quoted(text):
    return '"' + text + '"'


names = references.map(quoted)
fixed_texts = st.sampled_from(["", "x", "é", "5", "\\d"]).map(quoted)
sprintfs = st.one_of(
    references.map(lambda one: f'"%{{{one}}}"'), st.just('"<%{a}|%{[d][c]}>"'), st.just('"%{+YYYY}"')
)
texts = st.one_of(fixed_texts, sprintfs)
types = st.sampled_from(["string", "integer", "float", "boolean", "integer_eu", "float_eu"]).map(quoted)
patterns = st.sampled_from(
    ["/", "a", "[0-9]+", "b*", "(?i)A", "^a", "b$", ".", "(a)(b)", "x|", "\\b", "%{a}", "é"]
).map(quoted)
replacements = st.sampled_from(["", "_", "%{d}", "\\1", "<\\0>", "\\\\x", "{}"]).map(quoted)


def hashed(name, keys, entries):
    pairs = st.dictionaries(keys, entries, min_size=1, max_size=2)
    return pairs.map(
        lambda one: f"{name} => {{ {' '.join(f'{key} => {value}' for key, value in one.items())} }}"
    )


def listed(name):
    return st.lists(names, min_size=1, max_size=2).map(lambda one: f"{name} => [{', '.join(one)}]")


OPERATIONS = {
    "coerce": hashed("coerce", names, texts),
    "rename": hashed("rename", st.one_of(names, st.just('"%{[d][c]}"')), names),
    "update": hashed("update", names, texts),
    "replace": hashed("replace", names, texts),
    "convert": hashed("convert", names, types),
    "gsub": st.tuples(names, patterns, replacements).map(lambda one: f"gsub => [{', '.join(one)}]"),
    **{name: listed(name) for name in ("uppercase", "capitalize", "lowercase", "strip")},
    "split": hashed("split", names, st.sampled_from(["/", " ", "", "ab"]).map(quoted)),
    "join": hashed("join", names, st.sampled_from(["-", ""]).map(quoted)),
    "merge": hashed("merge", names, names),
    "copy": hashed("copy", names, names),
}  # fmt: skip


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_of_mutate_does_inline_what_it_does_else(operation):
    @given(inside=OPERATIONS[operation], given_specs=st.lists(specs, min_size=3, max_size=3))
    @settings(max_examples=40, deadline=None)
    def same(inside, given_specs):
        check_same(inside, given_specs)

    same()


def check_same(inside, given_specs):
    inline, plain = compiled(inside), general(inside)
    for spec in given_specs:
        got, expected = inline.filter([made(spec)]), plain.filter([made(spec)])
        assert list(map(state, got)) == list(map(state, expected)), inside


EACH = [
    'convert => { "REF" => "string" }', 'convert => { "REF" => "integer" }', 'convert => { "REF" => "float" }',
    'convert => { "REF" => "boolean" }', 'lowercase => ["REF"]', 'uppercase => ["REF"]', 'capitalize => ["REF"]', 'strip => ["REF"]',
    'split => { "REF" => "/" }', 'join => { "REF" => "-" }', 'gsub => ["REF", "[a5]", "{}"]', 'gsub => ["REF", "{", "}"]',
    'gsub => ["REF", "a??", "_"]', 'gsub => ["REF", "|a", "_"]', 'update => { "REF" => "%{REF}!" }', 'replace => { "REF" => "%{REF}!" }', 'copy => { "REF" => "d" }',
    'rename => { "REF" => "d" }', 'copy => { "REF" => "[d][b]" }', 'rename => { "REF" => "[d][b]" }', 'rename => { "REF" => "[a][b][c]" }',
    'add_field => { "REF" => "x" }', 'add_field => { "[n][b]" => "%{REF}" }', 'remove_field => ["REF"]',
]  # fmt: skip
HELD = [
    *TEXTS,
    *NUMBERS,
    *UNUSUAL,
    None,
    True,
    False,
    [],
    ["a", 5, None],
    [["5"]],
    {},
    {"b": "a"},
    {"b": {"c": 5}},
    {"c": []},
]
WRITTEN = [*TEXTS, *NUMBERS, None, True, [], ["a", 5, None], {}, {"b": "a"}, {"b": {"c": 5}}]
PLACES = {
    "a": [({"a": (False, one)}, {}) for one in HELD] + [({"a": (True, one)}, {}) for one in WRITTEN],
    "[a][b]": [({"a": (False, {"b": one})}, {}) for one in HELD] + [({"a": (True, {"b": one})}, {}) for one in WRITTEN],
    "[a][b][c]": [({"a": (True, {"b": {"c": one}})}, {}) for one in WRITTEN],
    "[@metadata][x]": [({}, {"x": one}) for one in HELD],
    "[@metadata][x][b]": [({}, {"x": {"b": one}}) for one in HELD],
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("inside", EACH)
def test_each_value_in_each_place(inside, place):
    others = [spec for other in PLACES.values() for spec in other[::7]]
    check_same(inside.replace("REF", place), [*PLACES[place], *others])


tag_lists = st.lists(st.sampled_from(["x", "y", "%{a}", "new"]).map(quoted), min_size=1, max_size=3).map(
    lambda one: f"[{', '.join(one)}]"
)
decorations = st.one_of(
    hashed("add_field", names, texts),
    hashed("add_field", names, st.sampled_from(["[1, 2]", '"%{+%s}"'])),
    listed("remove_field"),
    st.just('remove_field => ["%{a}"]'),
    tag_lists.map(lambda one: f"add_tag => {one}"),
    tag_lists.map(lambda one: f"remove_tag => {one}"),
)


def decorated(pipeline, event):
    (plugin,) = pipeline.filters
    try:
        plugin.decorate(event)
    except Exception:  # noqa: BLE001  what compiled code catches
        event.tag(plugin.fault_tag)
    return event


@given(
    inside=st.lists(decorations, min_size=1, max_size=3), given_specs=st.lists(specs, min_size=4, max_size=4)
)
@settings(max_examples=150, deadline=None)
def test_common_settings_do_inline_what_they_do_else(inside, given_specs):
    names_used = [one.split(" ", 1)[0] for one in inside]
    text = " ".join(one for one, name in zip(inside, names_used, strict=True) if names_used.count(name) == 1)
    pipeline = compiled(text)
    for spec in given_specs:
        (got,) = pipeline.filter([made(spec)])
        assert state(got) == state(decorated(pipeline, made(spec))), text


@pytest.mark.parametrize(
    ("setting", "given_tags", "expected"),
    [
        ('remove_tag => ["x"]', "x", []),
        ('remove_tag => ["x"]', "", ""),
        ('remove_tag => ["x"]', "y", ["y"]),
        ('remove_tag => ["x"]', ["x", "y", "x"], ["y"]),
        ('remove_tag => ["x", "y"]', ["y", "z"], ["z"]),
        ('remove_tag => ["x"]', None, None),
        ('add_tag => ["x"]', "y", ["y", "x"]),
        ('add_tag => ["x", "x"]', None, ["x", "x"]),
    ],
)
def test_tags_that_are_a_text_or_missing(setting, given_tags, expected):
    members = {} if given_tags is None else {"tags": (False, given_tags)}
    (event,) = compiled(setting).filter([made((members, {}))])
    assert event.top("tags") == expected


def test_a_field_that_is_renamed_stays_unread():
    event = Event.from_map({})
    event.fields["a"] = unread = made(({"a": (True, {"b": 1.0})}, {})).fields["a"]
    compiled('rename => { "a" => "b" }').filter([event])
    assert event.fields["b"] is unread
