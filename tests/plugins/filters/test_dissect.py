"""What dissect does beyond its examples."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.filters.dissect import Dissect
from tests.plugins.filters.emission import emitted


def dissected(fields, *, is_emitted, **settings):
    one = Dissect(Context(), settings)
    assert list(one.prepare()) == []
    event = Event(dict(fields))
    if is_emitted:
        emitted(one)(event)
    else:
        one.filter(event)
    return {name: value for name, value in event.to_map().items() if name != "message"}, one.metrics.extra


def dissect(fields, pattern=None, **settings):
    """What becomes of an event, the same by way of a call as by the code that is emitted."""
    if pattern is not None:
        settings["mapping"] = {"message": pattern}
    called = dissected(fields, is_emitted=False, **settings)
    assert dissected(fields, is_emitted=True, **settings) == called
    return called[0]


FAILED = {"tags": ["_dissectfailure"]}


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("%{a},%{b}", ",x", {"a": "", "b": ",x"}),  # Logstash does not pass a delimiter at the very start
        ("%{a->}-%{b}", "---x", {"a": "", "b": "x"}),
        ("%{a} %{->} %{b}", "1 2 3", {"a": "1", "": "2", "b": "3"}),
        ("%{+k/2} %{+k->/1} %{k}", "1 2   3", {"k": "3 2 1"}),
        ("<%{+k/2}|%{+k/1}>", "<1|2>rest", {"k": "2<1"}),
        ("%{?k}=%{&k}", "=v", {}),  # a field without a name is not set
        ("{%{x}}", "{1}", {"x": "1}"}),
        ("a%{x}", "b1", FAILED),
        ("%{x}.", "1", FAILED),
        ("%{x}%{y}", "12", FAILED),
        ("%{[a][b]} %{a.b}", "1 2", {"a": {"b": "1"}, "a.b": "2"}),
        ("%{a} %{a} %{b}", "1 2 3", {"a": "2", "b": "3"}),
        ("%{a->} %{b->}, %{c}", "1   2, , 3", {"a": "1", "b": "2", "c": "3"}),
        ("%{a->} %{b}", "1  2 ", {"a": "1", "b": "2 "}),
        ("<%{a}> %{b}", "<> ", {"a": "", "b": ""}),
        ("%{tags} %{[c]}", "1 2", {"tags": "1", "c": "2"}),
    ],
)
def test_patterns_cut_as_in_logstash(pattern, text, expected):
    assert dissect({"message": text}, pattern) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({}, {}), ({"message": None}, FAILED), ({"message": ""}, FAILED), ({"message": 1.5}, {"a": "1.5"})],
)
def test_a_missing_field_is_no_failure_and_a_null_is(fields, expected):
    assert dissect(fields, "%{a}") == expected


def test_an_append_extends_what_the_event_has():
    assert dissect({"message": "x y", "k": 5}, "%{a} %{+k}") == {"a": "x", "k": "5 y"}


JAVA_TEXTS = {5: "5", 2.5: "2.5", 1e7: "1.0E7", True: "true", "old": "old", "": ""}


@pytest.mark.parametrize(
    ("known", "text"),
    [*JAVA_TEXTS.items(), (["l1", 2, None], "[l1, 2, null]"), ({"o": {"p": []}}, "{o={p=[]}}")],
)
def test_an_append_writes_what_the_event_has_as_java_does(known, text):
    assert dissect({"message": "x, y", "k": known}, "%{a}, %{+k}") == {"a": "x", "k": f"{text}, y"}


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (3, {"3": "y"}),
        (["l1"], {"l1": "y"}),
        ({"o": 1}, {"{o=1}": "y"}),
        (None, {"null": "y"}),
        ("", {}),
        ("[n][m]", {"n": {"m": "y"}}),
    ],
)
def test_a_name_is_what_the_event_has_as_java_writes_it(known, expected):
    assert dissect({"message": "x y", "k": known}, "%{a} %{&k}") == {"a": "x", "k": known, **expected}


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("%{?k} %{?k} %{&k} %{z}", {"x": "1", "z": "2"}),
        ("%{&k} %{?k} %{b} %{z}", {"y": "x", "b": "1", "z": "2"}),
        ("%{&k} %{&k} %{b} %{z}", {"y": "x", "x": "y", "b": "1", "z": "2"}),
        ("%{&k} %{a} %{b} %{z}", {"a": "y", "b": "1", "z": "2"}),
    ],
)
def test_a_name_is_the_first_other_section_that_is_called_so(pattern, expected):
    assert dissect({"message": "x y 1 2"}, pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "fields"),
    [("%{x} %{+k}", {"k": None}), ("%{x} %{[k][b]}", {"k": 1}), ("%{x} %{&k}", {"k": "[k"})],
)
def test_what_cannot_be_stored_ends_all_that_the_filter_does(pattern, fields):
    mapping = {"message": pattern, "other": "%{y}"}  # in this order, as Logstash has it
    found = dissect(
        {"message": "1 2", "other": "3", **fields},
        mapping=mapping,
        convert_datatype={"x": "int"},
        add_tag=["t"],
    )
    assert found == {"x": "1", "other": "3", **fields, **FAILED}


def test_common_settings_are_applied_for_each_mapping_that_matched():
    mapping = {"one": "%{a}", "two": "%{b}", "three": "x%{c}"}
    found = dissect({"one": "1", "two": "2", "three": "3"}, mapping=mapping, add_tag=["t"])
    assert found["tags"] == ["t", "t", "_dissectfailure"]


@pytest.mark.parametrize(
    ("value", "wanted", "expected"),
    [
        ("00000001", "int", 1),
        ("-95.93", "INT", -95),
        ("1e3", "int", 1000),
        ("1e99999999", "int", "1e99999999"),
        ("9" * 5000, "int", "9" * 5000),
        ("12.340", "float", Decimal("12.340")),
        (" 1", "float", " 1"),
        ("1_0", "int", "1_0"),
        ("", "int", ""),
    ],
)
def test_types_are_converted_as_java_reads_decimals(value, wanted, expected):
    assert dissect({"v": value}, convert_datatype={"v": wanted})["v"] == expected


@pytest.mark.parametrize("pattern", ["plain", "%{+&a}", "%{&+a}", "%{+}", "%{&}", "%{a[b]}"])
def test_bad_patterns_are_refused(pattern):
    assert [one.setting for one in Dissect(Context(), {"mapping": {"m": pattern}}).prepare()] == ["mapping"]


def test_a_value_in_the_way_is_a_failure():
    assert dissect({"message": "x", "a": 1}, "%{[a][b]}") == {"a": 1, **FAILED}


def test_a_time_becomes_the_timestamp_and_other_text_is_a_failure():
    assert dissect({"message": "2021-01-01T00:00:00Z x"}, "%{@timestamp} %{b}")["@timestamp"].year == 2021
    assert dissect({"message": "now x"}, "%{@timestamp} %{b}") == FAILED


def test_fields_are_removed_before_they_are_converted():
    found = dissect({"message": "1 2"}, "%{a} %{b}", remove_field=["a"], convert_datatype={"a": "int"})
    assert found == {"b": "2", "tags": ["_dataconversionnullvalue_a_int"]}


DELIMITERS = st.sampled_from([" ", " ", ", ", "]: ", ":", "ab", ""])
SECTIONS = st.sampled_from(
    ["a", "b", "", "?c", "+a", "+b/1", "&c", "b->", "->", "[d][e]", "tags", "message", "@timestamp"]
)
PATTERNS = st.builds(
    lambda start, parts, end: start + "".join(f"%{{{section}}}{after}" for section, after in parts) + end,
    DELIMITERS,
    st.lists(st.tuples(SECTIONS, DELIMITERS), min_size=1, max_size=5),
    DELIMITERS,
)
TEXTS = st.lists(st.sampled_from([" ", ", ", "]: ", ":", "ab", "a", "]", "7", "é", "\n", "٣"])).map("".join)
DECORATIONS = st.sampled_from(
    [{}, {"remove_field": ["a", "message"]}, {"remove_field": ["%{b}"]}, {"add_field": {"n": "%{a}"}}]
)
CONVERSIONS = st.sampled_from([{}, {"a": "int"}, {"b": "float", "[d][e]": "int"}])


@given(PATTERNS, TEXTS, DECORATIONS, CONVERSIONS, st.sampled_from([{}, {"a": "x"}, {"a": 5, "d": "y"}]))
@example("%{a} %{b}", " x", {}, {}, {})
@example("%{a}", "", {}, {}, {})
@example("%{a}", "9" * 19, {}, {"a": "int"}, {})
@example("%{a}", "²", {}, {"a": "int"}, {})
def test_what_is_emitted_is_what_is_called(pattern, text, decorations, conversions, others):
    dissect({"message": text, **others}, pattern, convert_datatype=conversions, **decorations)
