from datetime import date
from math import inf

import pytest
import yaml

from logsmith.event import EventError
from logsmith.event.yaml_text import psych_scalar, read_yaml, stream_scalar

# What Ruby's Psych makes of plain scalars
PSYCH = {
    "": None, "~": None, "NULL": None, "yes": True, "True": True, "on": True, "No": False, "Off": False, "y": "y", "n": "n", "nulls": "nulls",
    "0": 0, "00": 0, "+5": 5, "-7": -7, "007": 7, "08": "08", "0o17": "0o17", "1_000": 1000, "1,000": 1000, "1__0": "1__0", "0b101": 5,
    "0x1F": 31, "0x1G": "0x1G", "1e3": "1e3", "12e03": "12e03", "1.5e+3": 1500.0, "1.": 1.0, ".5": 0.5, "1.2.3": "1.2.3", ".inf": inf,
    "-.INF": -inf, ":abc": "abc", "1:30": 5400, "12:30:45": 45045, "190:20:30.15": 685230.15, "2020-01-02": date(2020, 1, 2),
    "2020-13-45": "2020-13-45", "2020-02-30": "2020-02-30", "a b": "a b", "(x)": "(x)",
}  # fmt: skip
STREAM = {
    "": None, "~": None, "null": None, "NULL": "NULL", "true": True, "yes": "yes", "007": 7, "-7": -7, "+5": "+5", "1.5": 1.5, ".5": ".5",
    "0x1F": "0x1F", "1:30": "1:30", "2020-01-02": "2020-01-02",
}  # fmt: skip
TIMES = {
    "2020-01-02T03:04:05Z": "2020-01-02T03:04:05.000Z",
    "2020-1-2 03:04:05.5 +01:00": "2020-01-02T02:04:05.500Z",
    "2020-01-02t3:04:05 -0130": "2020-01-02T04:34:05.000Z",
}


@pytest.mark.parametrize(("text", "value"), PSYCH.items())
def test_psych_scalar(text, value):
    found = psych_scalar(text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(("text", "value"), STREAM.items())
def test_stream_scalar(text, value):
    found = stream_scalar(text)
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(("text", "time"), TIMES.items())
def test_times(text, time):
    assert str(psych_scalar(text)) == time


def test_quoted_scalars_are_texts():
    assert read_yaml("a: '1'\nb: \"~\"\nc: |\n  2\nd: 3\n") == {"a": "1", "b": "~", "c": "2\n", "d": 3}


def test_aliases_and_merges():
    text = "a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n"
    assert read_yaml(text) == {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 1, "e": 2}}
    with pytest.raises(EventError, match="alias"):
        read_yaml(text, as_stream=True)


def test_a_broken_text_raises():
    with pytest.raises(yaml.YAMLError):
        read_yaml("a: [1, 2\nb: }")
