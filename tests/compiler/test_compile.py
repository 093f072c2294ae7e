"""Compiling a pipeline: what it refuses, what it warns of, and how what runs points back at the file."""

import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.plugins import Context, build


def compiled(text, **options):
    return compile_pipeline([Source("main.conf", text)], Context(), **options)


def codes(text):
    return [(one.code, one.severity, one.span.line) for one in compiled(text).diagnostics]


def run(text, members, **options):
    compilation = compiled(text, **options)
    assert [one.message for one in compilation.diagnostics if one.is_error] == []
    return [event.to_map() for event in compilation.pipeline.filter([Event.from_map(members)])]


DIAGNOSTICS = {
    "an unknown plugin": ("filter {\n nosuch {} }", [("unknown-plugin", "error", 2)]),
    "an unknown setting": ("filter {\n mutate { uppercas => 1 } }", [("unknown-setting", "error", 2)]),
    "a setting that is not there": ("filter { json {} }", [("missing-setting", "error", 1)]),
    "a value of another type": ("filter { drop {\n percentage => many } }", [("bad-value", "error", 2)]),
    "a pattern that is none": ("filter { if [a] =~\n /(/ { drop {} } }", [("bad-regex", "error", 2)]),
    "a grok expression that is none": ('filter { grok { match => { "a" =>\n "%{INT}(" } } }', [("bad-regex", "error", 2)]),
    "a grok pattern that is not there": ('filter { grok { match => { "a" =>\n "%{NOSUCH:x}" } } }', [("unknown-pattern", "error", 2)]),
    "a grok pattern that another names": (
        'filter { grok { pattern_definitions => { "A" => "%{NOSUCH}" } match => { "a" =>\n ["%{INT}", "%{A:x}"] } } }',
        [("unknown-pattern", "error", 2)],
    ),
    "a variable without a value": ('filter { mutate { add_tag => ["${LOGSMITH_NOT_SET}"] } }', [("undefined-variable", "error", 1)]),
    "two plugins of one id": ('filter { drop { id => "a" }\n drop { id => "a" } }', [("duplicate-id", "error", 2)]),
    "a codec's setting": ("input { stdin {\n codec => line { nosuch => 1 } } }", [("unknown-setting", "error", 2)]),
    "an obsolete setting of an input": ('input { stdin {\n format => "json" } }', [("obsolete-setting", "error", 2)]),
    "every mistake at once": ("filter { nosuch {}\n json {} }", [("unknown-plugin", "error", 1), ("missing-setting", "error", 2)]),
    "entries that depend on each other": (
        'filter { mutate { rename => { "host" => "hostname"\n "hostname" => "h2" } } }',
        [("dependent-entries", "warning", 1)],
    ),
    "references that are none": (
        'filter { drop { add_field => { "a" => "%{[b}" }\n remove_field => ["[c"]\n add_tag => "%{+i}" } }',
        [("bad-value", "warning", 1), ("bad-value", "warning", 2), ("bad-value", "warning", 3)],
    ),
    "a reference of an input that is none": (
        'input { stdin { add_field => { "a" => "%{[b}" } } }', [("bad-value", "error", 1)],
    ),
    "entries that depend on each other and keep their order": (
        'filter { mutate { rename => { "hostname" => "h2"\n "host" => "hostname" } } }',
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), DIAGNOSTICS.values(), ids=DIAGNOSTICS)
def test_reports(text, expected):
    assert codes(text) == expected


def test_others_get_their_turn_before_each_plugin_is_made():
    turns = []
    compiled("input { stdin {} }\nfilter { drop {} nosuch {} }", meanwhile=lambda: turns.append(1))
    assert len(turns) == 3


def test_a_pipeline_with_an_error_is_not_made():
    assert compiled("filter { nosuch {} }").pipeline is None


def test_the_id_of_a_plugin_names_its_counters():
    pipeline = compiled('filter { drop { id => "first" } }').pipeline
    assert pipeline.filters[0].metrics.id == "first"


def test_plugins_without_an_id_get_different_ones_that_stay_the_same():
    text = "filter { drop {} drop {} }"
    first, second = (one.metrics.id for one in compiled(text).pipeline.filters)
    assert first != second
    assert [first, second] == [one.metrics.id for one in compiled(text).pipeline.filters]


def test_codecs_have_counters_of_their_own():
    pipeline = compiled(
        'input { stdin { id => "s" codec => json_lines { id => "j" } } stdin { id => "t" } }'
    ).pipeline
    counted = [(one.kind, one.name, one.id) for one in pipeline.metrics.plugins]
    assert counted == [
        ("input", "stdin", "s"), ("codec", "json_lines", "j"),
        ("input", "stdin", "t"), ("codec", "line", "line_t"),
    ]  # fmt: skip
    assert pipeline.inputs[0].codec.fresh().metrics is pipeline.metrics.plugins[1]


def test_a_variable_may_stand_in_an_id():
    pipeline = compiled('filter { drop { id => "${NAME}" } }', environment={"NAME": "x"}).pipeline
    assert pipeline.filters[0].metrics.id == "x"


VARIABLES = {
    "the whole text": ("${A}", "[x,y]"),
    "in brackets, which makes an array": ("[${X},b]", ["x", "b"]),
    "in quotes, which are dropped": ("'${X} y'", "x y"),
    "with a default": ("${GONE:d}", "d"),
}


@pytest.mark.parametrize(("text", "expected"), VARIABLES.values(), ids=VARIABLES)
def test_replaces_a_variable(text, expected):
    environment = {"A": "[x,y]", "X": "x"}
    (fields,) = run(
        f'filter {{ mutate {{ add_field => {{ "out" => "{text}" }} }} }}', {}, environment=environment
    )
    assert fields["out"] == expected


def test_a_variable_is_replaced_in_a_constant_but_not_in_a_pattern():
    text = 'filter { if [a] == "${X}" { mutate { add_tag => ["is"] } } if [a] =~ "${X}" { mutate { add_tag => ["matches"] } } }'
    (fields,) = run(text, {"a": "x"}, environment={"X": "x"})
    assert fields["tags"] == ["is"]


def test_a_condition_that_cannot_be_evaluated_is_false_and_tags_the_event():
    compilation = compiled(
        'filter { if [n] > 3 { mutate { add_tag => ["more"] } } else { mutate { add_tag => ["else"] } } }'
    )
    (event,) = compilation.pipeline.filter([Event.from_map({"n": "text"})])
    assert event.top("tags") == ["_conditionfailure", "else"]
    assert compilation.pipeline.metrics.extra["condition_failures"] == 1


class FailingFilter(build.find("filter", "drop")):
    def filter(self, event):
        raise ValueError("on purpose")


@pytest.fixture
def failing(monkeypatch):
    find = build.find
    monkeypatch.setattr(
        build, "find", lambda kind, name: FailingFilter if name == "failing" else find(kind, name)
    )


@pytest.mark.usefixtures("failing")
def test_a_filter_that_fails_tags_the_event_and_the_next_one_gets_it():
    text = 'filter { failing { add_tag => ["no"] } mutate { add_tag => ["after"] } }'
    (fields,) = run(text, {})
    assert fields["tags"] == [f"_{FailingFilter.name}_filter_error", "after"]


@pytest.mark.usefixtures("failing")
def test_tracebacks_point_at_the_line_of_the_configuration(monkeypatch):
    seen = []
    compilation = compiled("filter {\n  if [a] {\n    failing { }\n  }\n}")
    function = compilation.pipeline.filters[0]
    monkeypatch.setattr(
        type(function), "fault_tag", property(lambda _self: seen.append(traceback.extract_stack()) or "tag")
    )
    compilation.pipeline.filter([Event.from_map({"a": 1})])
    assert ("main.conf", 3) in [(frame.filename, frame.lineno) for frame in seen[0]]


def test_what_prints_shows_each_line_of_the_configuration():
    code = compiled("filter {\n  if [a] == 5 {\n    drop { }\n  }\n}").code
    assert code.startswith("# main.conf\n")
    assert any("== 5" in line and line.endswith("# line 2") for line in code.splitlines())
    assert any("drop" in line and line.endswith("# line 3") for line in code.splitlines())


def test_numbers_in_added_fields_are_written_as_ruby_writes_them():
    (fields,) = run('filter { mutate { add_field => { "a" => [5, 1.50, 100000000.0, 0.00001, -0.0] } } }', {})
    assert fields["a"] == ["5", "1.5", "100000000.0", "1.0e-05", "-0.0"]


# what a mutate filter has beside `add_tag => ["no"]`
BROKEN = (
    'replace => { "a" => "%{[b}" }', 'replace => { "a" => "%{+i}" }', 'add_field => { "c" => "%{[b}" }', 'add_field => { "[c" => "x" }',
    'add_field => { "%{[b}" => "x" }', 'add_field => { "c" => "%{{i}}" }', 'remove_field => ["[b", "a"]', 'add_tag => ["%{a[b]}"]',
)  # fmt: skip


@pytest.mark.parametrize("written", BROKEN)
def test_a_broken_reference_in_a_text_fails_for_each_event_and_not_at_start(written):
    (fields,) = run(f'filter {{ mutate {{ {written} add_tag => ["no"] }} }}', {"a": 1})
    assert (fields["a"], fields["tags"]) == (1, ["_mutate_error"])


PIPELINE = """input { stdin { codec => json_lines { target => "[a]" } } }
filter {
  if [a][b] == "x" and ![c] or "t" in [tags] { mutate { rename => { "a" => "b" "c" => "d" } add_tag => ["x%{y}"] } }
  else if [n] >= 5.5 { grok { match => { "message" => "%{IP:ip} (?<rest>.*)" } overwrite => ["message"] } }
  else { date { match => ["t", "ISO8601", "yyyy-MM-dd"] } json { source => "j" target => "[k][l]" } drop { percentage => 5 } }
}
output { if [x] =~ /^a/ { stdout { codec => line { format => "%{+YYYY}" } } } else { null {} } }
"""
SCRAPS = (
    "",
    "{",
    "}",
    "[",
    "]",
    "[[",
    '"',
    "'",
    "=>",
    "%{",
    "${X",
    "${X}",
    "5",
    "-",
    "if",
    "else",
    "not",
    "(",
    ")",
    "/",
    "\\",
    "\0",
    "é",
    "#",
    "[a][",
    "%{[a}",
)


@given(
    cuts=st.lists(
        st.tuples(
            st.integers(0, len(PIPELINE)),
            st.integers(0, 12),
            st.one_of(st.sampled_from(SCRAPS), st.text(max_size=3)),
        ),
        max_size=4,
    ),
    escapes=st.booleans(),
)
@settings(max_examples=300, deadline=None)
def test_no_configuration_brings_the_check_down(cuts, escapes):
    text = PIPELINE
    for at, length, scrap in cuts:
        text = text[:at] + scrap + text[at + length :]
    compilation = compiled(text, support_escapes=escapes)
    assert (compilation.pipeline is None) == any(one.is_error for one in compilation.diagnostics)
    if compilation.pipeline is not None:
        compilation.pipeline.filter([Event.from_map({"a": {"b": "x"}, "tags": ["t"], "message": "m"})])


@pytest.mark.parametrize(
    ("filters", "is_plain"),
    [
        ('grok { match => { "message" => "%{IP:a}" } } date { match => ["a", "ISO8601"] } mutate { convert => { "a" => "float" } }', True),
        ('mutate { rename => { "a" => "b" } copy => { "b" => "c" } add_field => { "d" => "%{@timestamp}" } }', True),
        ('mutate { copy => { "@timestamp" => "seen" } }', False),
        ('mutate { rename => { "%{a}" => "b" } }', False),
        ('mutate { copy => { "[%40timestamp]" => "seen" } }', False),
        ('mutate { merge => { "seen" => "[&#64;timestamp]" } }', False),
        ('date { match => ["a", "ISO8601"] target => "seen" }', False),
        ('json { source => "message" }', False),
        ('ruby { code => "event.set(1, 2)" }', False),
    ],
)  # fmt: skip
def test_a_pipeline_knows_whether_json_tells_all_its_values_apart(filters, is_plain):
    pipeline = compiled(f"input {{ stdin {{ codec => line }} }} filter {{ {filters} }}").pipeline
    assert pipeline.makes_plain_values is is_plain
