"""What csv does beyond its examples."""

import pytest

from logsmith.event import Event, Timestamp
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
        ("float", "5.", "5."),
        ("float", "0x1.8p3", 12.0),
        ("date", "0000-01-01", "-0001-12-31T23:50:39.000Z"),
        ("date", "12 feb 20", "12 feb 20"),
        ("date", "12 feb 2 20", "2002-02-11T23:00:00.000Z"),
        ("date", "feb 12 32 0231", "2032-02-11T23:00:00.000Z"),
        ("date", "12 2 2020 ", "12 2 2020 "),
        ("date", "2 2 2020", "2 2 2020"),
        ("date", "1582-10-10", "1582-10-10"),
        ("date_time", "2001-02-03 04:05:06", "2001-02-03T04:05:06.000Z"),
        ("date_time", "2020-01-02", "2020-01-02T00:00:00.000Z"),
        ("date_time", "2020-01-02T03:04", "2020-01-02T03:04:00.000Z"),
        ("date_time", "0000-01-01T03:04:05Z", "0000-01-01T03:04:05.000Z"),
        ("date_time", "2020-01-02T03:04:05.1234567891+01:00", "2020-01-02T02:04:05.123456789Z"),
        ("date_time", "2020-01-02T03:04:60", "2020-01-02T03:04:59.000Z"),
        ("date_time", "2020-01-02T24:00:00", "2020-01-03T00:00:00.000Z"),
        ("date_time", "2020-01-02T03:04:05+12:75", "2020-01-01T13:49:05.000Z"),
        ("date_time", "2020-01-02T03:04:05+25:00", "2020-01-02T03:04:05.000Z"),
        *[
            ("date_time", text, text)
            for text in (
                "2020-01-02T03:04:05-0800",
                "2020-01-02T03:04:05.123456+0100",
                "2020-01-02 03:04:05 UTC",
                "2020-01-02 03:04:05 +0200",
                "2020-01-02T03:04:05 +02:00",
                "2020-01-02T03:04Z",
                "2020-01-02T03:04+01:00",
                "2020-01-02T03:04:05+24:00",
                "2020-01-02T24:00:01",
                "2020-01-02T03:60:00",
                "2020-01-02 ",
                "2020-01-02Z",
            )
        ],
        ("date_time", "2001-02-03T04:05:06+00:00", "2001-02-03T04:05:06.000Z"),
        ("date_time", "Feb 3 4:05:06 2001", "2001-02-03T04:05:06.000Z"),
    ],
)
def test_cells_are_converted_as_ruby_converts_them(wanted, cell, expected):
    found = csv(cell, columns=["v"], convert={"v": wanted})["v"]
    assert (found if isinstance(expected, (bool, int, float)) else str(found)) == expected


@pytest.mark.parametrize("cell", ["12 2 2020", "12 12 20", "Dez 12 2020"])
def test_a_day_without_the_name_of_a_month_is_of_this_month(cell, monkeypatch):
    monkeypatch.setattr(Timestamp, "now", lambda: Timestamp.parse("2026-10-31T23:30:00Z"))
    assert str(csv(cell, columns=["v"], convert={"v": "date"})["v"]) == "2026-11-11T23:00:00.000Z"


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
