"""The sprintf format: fields, dates, what is missing, and how values are written inside a text."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.event import Event, EventError, Sprintf, sprintf

EVENT = {
    "@timestamp": "2026-01-02T03:04:05.678Z", "t": "x", "n": 5, "f": 1.5, "big": 1e7, "d": Decimal("1E+3"), "yes": True, "null": None,
    "o": {"k": "v", "l": [1]}, "l": [1, "y", None, [2, 3]], "objects": [{"a": 1}],
    "deep": {"c": {"port": 2, "y": 1}, "d": [{"c": 2, "d": 1}]}, "@metadata": {"m": "meta"},
}  # fmt: skip
TEXTS = {
    "no place": ("plain", "plain"),
    "a field": ("a %{t} b", "a x b"),
    "a field in brackets": ("%{[o][k]}", "v"),
    "metadata": ("%{[@metadata][m]}", "meta"),
    "several": ("%{t}%{n}-%{f}", "x5-1.5"),
    "a missing field stays": ("%{gone}", "%{gone}"),
    "a null stays": ("%{null}", "%{null}"),
    "a boolean": ("%{yes}", "true"),
    "a float as Java writes it": ("%{big}", "1.0E7"),
    "a decimal as it came": ("%{d}", "1E+3"),
    "an object as JSON, its keys as a HashMap gives them": ("%{o}", '{"l":[1],"k":"v"}'),
    "objects in objects": ("%{deep}", '{"d":[{"d":1,"c":2}],"c":{"port":2,"y":1}}'),
    "a list joined by commas": ("%{l}", "1,y,,2,3"),
    "objects in a list as Java writes them": ("%{objects}", "{a=1}"),
    "a Joda date": ("%{+YYYY.MM.dd}", "2026.01.02"),
    "a java.time date": ("%{{yyyy-MM-dd'T'HH}}", "2026-01-02T03"),
    "seconds since 1970": ("%{+%s}", "1767323045"),
    "the same by nothing": ("%{}", "1767323045"),
    "the same by a plus": ("%{+}", "1767323045"),
    "a place without an end": ("a %{t", "a %{t"),
    "a place that begins with a brace, and text": ("%{{t} %{{yyyy} }", "%{{t} %{{yyyy} }"),
    "a percent sign alone": ("5% {t}", "5% {t}"),
    "what a field holds is not filled again": ("%{nested}", "%{t}"),
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
def test_fills(text, expected):
    event = Event.from_map({**EVENT, "nested": "%{t}"})
    assert Sprintf.parse(text).format(event) == expected
    assert sprintf(text, event) == expected


@pytest.mark.parametrize(
    "text", ["%{a[b]}", "%{[a}", "%{[]}", "%{+nonsense}", "%{{yyyy}", "x%{{}", "%{t}%{{t}"]
)
def test_refuses(text):
    with pytest.raises(EventError):
        Sprintf.parse(text)


def test_a_text_without_places_is_static():
    assert (Sprintf.parse("a").static, Sprintf.parse("%{a}").static) == ("a", None)


def test_names_the_fields_that_are_read():
    assert [ref.text for ref in Sprintf.parse("%{a} %{+YYYY} %{[b][c]}").references] == ["a", "[b][c]"]


@given(st.text(st.characters(exclude_characters="%", exclude_categories=["Cs"])))
def test_a_text_without_a_percent_sign_is_itself(text):
    assert sprintf(text, Event.from_map({})) == text


UNFINISHED = [("logs-%{+YYYY", 5), ("%{a} %{b", 5), ("a %{b and %{c}", 2), ("%{", 0)]
UNFINISHED += [("logs-%{+YYYY}", None), ("%{{yyyy}}%", None), ("%{a}}", None), ("100% {", None)]


@pytest.mark.parametrize(("text", "place"), UNFINISHED)
def test_a_place_without_a_closing_brace_is_found(text, place):
    assert Sprintf(text).unfinished == place
