"""What csv does beyond its examples."""

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.filters.csv import Csv

FAILED = {"tags": ["_csvparsefailure"]}


def make(**settings):
    one = Csv(Context(timezone="Europe/Paris"), settings)
    assert list(one.prepare()) == []
    return one


def csv(message, **settings):
    event = Event({"message": message})
    make(**settings).filter(event)
    return {name: value for name, value in event.to_map().items() if name != "message"}


def columns(*cells):
    return {f"column{number}": cell for number, cell in enumerate(cells, 1)}


@pytest.mark.parametrize(
    ("message", "settings", "expected"),
    [
        ("a,,c", {}, columns("a", None, "c")),
        ("a,", {}, columns("a", None)),
        ('"x, ""y""",2\nsecond', {}, columns('x, "y"', "2")),
        ('"l1\nl2",b', {}, columns("l1\nl2", "b")),
        ("a,b\r\n", {}, columns("a", "b")),
        ('"l1\nl2",b\rc', {}, FAILED),
        (' "a"', {}, FAILED),
        ('"a" ,b', {}, FAILED),
        ('"open', {}, FAILED),
        ("", {}, FAILED),
        ("", {"skip_empty_rows": True}, {"tags": ["_csvskippedemptyfield"]}),
        ("\n", {"skip_empty_rows": True}, {}),
        ('a "b"', {"quote_char": r"\x00"}, columns('a "b"')),
        ("a::b", {"separator": "::"}, columns("a", "b")),
        (',"",c', {"skip_empty_columns": True}, {"column3": "c"}),
        ("a,b", {"columns": ["x"], "autogenerate_column_names": False}, {"x": "a"}),
        ("1,2,3", {"columns": ["a", "b[0]", "c"]}, {"a": "1", **FAILED}),
        (None, {}, {}),
        (["a,b"], {"skip_empty_rows": True}, FAILED),
        (",x", {"convert": {"column2": "integer", "column1": "boolean"}}, FAILED),
    ],
)
def test_rows_are_read_as_ruby_reads_them(message, settings, expected):
    assert csv(message, **settings) == expected


@pytest.mark.parametrize(
    ("wanted", "cell", "expected"),
    [
        ("integer", "0x1f", 31),
        ("integer", "1_000", 1000),
        ("integer", "-017", -15),
        ("integer", " 7 ", 7),
        ("integer", "0", 0),
        ("integer", "08", "08"),
        ("integer", "1__0", "1__0"),
        ("float", "1_0.5e1", 105.0),
        ("float", "0x1f", 31.0),
        ("float", "NaN", "NaN"),
        ("boolean", " TRUE ", True),
        ("boolean", "Yes", "yes"),
        ("date", "2017-06-01", "2017-05-31T22:00:00.000Z"),
        ("date", "2017-06-31", "2017-06-31"),
        ("date", "2017-06-01 10:00:00", "2017-06-01 10:00:00"),
        ("date", "Thu Jun 1 17", "2017-05-31T22:00:00.000Z"),
        ("date_time", "2001-02-03 04:05:06", "2001-02-03T03:05:06.000Z"),
        ("date_time", "2001-02-03T04:05:06+00:00", "2001-02-03T04:05:06.000Z"),
        ("date_time", "Feb 3 4:05:06 2001", "2001-02-03T03:05:06.000Z"),
    ],
)
def test_cells_are_converted_as_ruby_converts_them(wanted, cell, expected):
    found = csv(cell, columns=["v"], convert={"v": wanted})["v"]
    assert (found if isinstance(expected, (bool, int, float)) else str(found)) == expected


def test_the_first_row_names_the_columns_of_the_next():
    one = make(autodetect_column_names=True)
    header, row = Event({"message": "id,name"}), Event({"message": "1,ann"})
    one.filter(header)
    one.filter(row)
    assert header.cancelled
    assert (row.top("id"), row.top("name")) == ("1", "ann")
    assert one.is_stateful


def test_other_filters_keep_no_state():
    assert not make(autodetect_column_names=True, columns=["a"]).is_stateful


@pytest.mark.parametrize("settings", [{"quote_char": "ab"}, {"separator": ""}])
def test_bad_settings_are_refused(settings):
    assert len(list(Csv(Context(), settings).prepare())) == 1
