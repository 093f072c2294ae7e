"""What the xml filter does beyond its examples; tests/xml has what it reads and selects."""

import pytest

from logsmith.event import Event, FieldRef
from logsmith.plugins import Context
from logsmith.plugins.filters.xml import Xml

FAILED = {"tags": ["_xmlparsefailure"]}


def prepared(**settings):
    one = Xml(Context(), {"source": FieldRef.parse("raw"), **settings})
    return one, list(one.prepare())


def xml(raw, fields=None, **settings):
    one, problems = prepared(**settings)
    assert problems == []
    event = Event({"raw": raw, **(fields or {})})
    matched = one.filter(event)
    return matched, {name: value for name, value in event.to_map().items() if name != "raw"}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (["<a><b>1</b></a>"], (True, {"doc": {"b": ["1"]}})),
        (["<a/>", "<b/>"], (False, FAILED)),
        ([], (False, FAILED)),
        ({"a": 1}, (False, FAILED)),
        (5, (False, FAILED)),
        (None, (False, {})),
        (False, (False, {})),
        (" \n", (False, {})),
        ("<a/>", (True, {"doc": None})),
        ("<a b='<'/>", (False, FAILED)),
    ],
)
def test_only_a_text_or_an_array_of_one_is_read(raw, expected):
    assert xml(raw, target="doc") == expected


def test_a_text_without_a_tag_is_never_the_name_of_a_file(tmp_path):
    file = tmp_path / "other.xml"
    file.write_text("<a>hidden</a>")
    assert xml(str(file), target="doc") == (False, FAILED)
    assert xml("-", target="doc") == (False, FAILED)


def test_malformed_xml_sets_what_is_selected_and_is_a_failure_where_it_is_stored():
    raw = "<a><b>1</b><c></a>"
    found = xml(raw, target="doc", xpath={"//b/text()": "b"})
    assert found == (False, {"b": ["1"], **FAILED})
    assert xml(raw, store_xml=False, xpath={"//b/text()": "b"}) == (True, {"b": ["1"]})


def test_strict_parsing_fails_before_anything_is_set():
    settings = {"parse_options": "strict", "xpath": {"//b/text()": "b"}}
    assert xml("<a><b>1</b><c></a>", store_xml=False, **settings) == (False, FAILED)
    assert xml("<a><b></a>", store_xml=False, parse_options="strict") == (False, FAILED)


def test_selected_fields_are_replaced_and_kept_where_nothing_is_found():
    paths = {"//b/text()": "b", "//c/text()": "[n][c]", "//d": "d"}
    found = xml("<a><b>1</b><c>2</c><c>3</c></a>", {"b": "old", "d": "old"}, store_xml=False, xpath=paths)
    assert found == (True, {"b": ["1"], "n": {"c": ["2", "3"]}, "d": "old"})


def test_one_text_stays_a_text_without_force_array():
    paths = {"//b/text()": "b", "//c/text()": "c"}
    found = xml("<a><b>1</b><c>2</c><c>3</c></a>", store_xml=False, force_array=False, xpath=paths)
    assert found == (True, {"b": "1", "c": ["2", "3"]})


def test_an_expression_that_cannot_be_evaluated_tags_the_event():
    assert xml("<a/>", target="doc", xpath={"//p:a": "b"}) == (False, FAILED)


def test_a_target_that_is_no_object_is_a_failure():
    assert xml("<a>1</a>", {"t": "text"}, target="[t][x]") == (False, {"t": "text", **FAILED})


@pytest.mark.parametrize(
    ("settings", "message", "severity"),
    [
        ({}, "When the 'store_xml' configuration option is true, 'target' must also be set", "error"),
        (
            {"target": ""},
            "When the 'store_xml' configuration option is true, 'target' must also be set",
            "error",
        ),
        (
            {"target": "a", "parse_options": "strict,invalid0"},
            'unsupported parse option: "invalid0"',
            "error",
        ),
        (
            {"target": "a", "xpath": {"//a[": "b"}},
            "no XPath expression: Invalid expression: '//a['",
            "warning",
        ),
    ],
)
def test_wrong_settings_are_found_at_the_start(settings, message, severity):
    _one, problems = prepared(**settings)
    assert [(one.message, one.severity) for one in problems] == [(message, severity)]
