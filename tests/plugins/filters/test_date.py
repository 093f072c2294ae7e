import pytest

from logsmith.event import Event, FieldRef, Timestamp
from logsmith.plugins import Context
from logsmith.plugins.build import BuildError, make_plugin

T = FieldRef.parse("t")


def make(clock=Timestamp.now, **values):
    return make_plugin("filter", "date", values, Context(clock=clock, timezone="UTC"))


def run(fields, **values):
    date, _ = make(**values)
    event = Event.from_map(dict(fields))
    return date.filter(event), event


def read(value, *formats, **settings):
    _, event = run({"when": value}, match=["when", *formats], target="t", **settings)
    stamp = event.get(T)
    return stamp if stamp is None else str(stamp)


def test_sets_the_timestamp_of_the_event():
    matched, event = run({"when": "2021-03-04T05:06:07Z"}, match=["when", "ISO8601"])
    assert matched
    assert str(event.top("@timestamp")) == "2021-03-04T05:06:07.000Z"


def test_a_missing_or_null_field_is_left_alone():
    for fields in ({}, {"when": None}):
        matched, event = run(fields, match=["when", "ISO8601"])
        assert matched is False
        assert event.top("tags") is None


def test_what_no_format_reads_is_tagged_and_nothing_else_changes():
    matched, event = run(
        {"when": "x", "@timestamp": "2020-01-01T00:00:00Z"},
        match=["when", "ISO8601"],
        tag_on_failure=["a", "b"],
    )
    assert matched is False
    assert event.top("tags") == ["a", "b"]
    assert str(event.top("@timestamp")) == "2020-01-01T00:00:00.000Z"


@pytest.mark.parametrize("value", [20210304, 20210304.0, True, ["20210304"], {"a": 1}])
def test_patterns_read_texts_only(value):
    assert read(value, "yyyyMMdd") is None


def test_the_first_format_that_reads_the_value_wins():
    assert read("1614834367", "UNIX_MS", "UNIX") == "1970-01-19T16:33:54.367Z"
    assert read("1614834367123", "UNIX", "UNIX_MS") == "2021-03-04T05:06:07.123Z"
    assert read("04.03.2021", "ISO8601", "dd.MM.yyyy") == "2021-03-04T00:00:00.000Z"


def test_the_zone_of_the_process_holds_where_none_is_set():
    assert read("2021-03-04 05:06", "yyyy-MM-dd HH:mm") == "2021-03-04T05:06:00.000Z"
    date, _ = make_plugin("filter", "date", {"match": ["when", "ISO8601"]}, Context(timezone="Asia/Tokyo"))
    event = Event.from_map({"when": "2021-03-04T05:06:07"})
    date.filter(event)
    assert str(event.top("@timestamp")) == "2021-03-03T20:06:07.000Z"


@pytest.mark.parametrize(
    ("tz", "value", "instant"),
    [
        ("Europe/Paris", "2021-03-04T05:06:07", "2021-03-04T04:06:07.000Z"),
        ("+02:00", "2021-03-04T05:06:07", "2021-03-04T03:06:07.000Z"),
        ("Nowhere/Land", "2021-03-04T05:06:07", None),
        ("Nowhere/Land", "2021-03-04T05:06:07Z", None),
        ("Nowhere/Land", "1614834367", "2021-03-04T05:06:07.000Z"),
        (None, "2021-03-04T05:06:07", None),
    ],
)
def test_the_zone_may_come_from_the_event(tz, value, instant):
    values = {"match": ["when", "UNIX", "ISO8601"], "target": "t", "timezone": "%{tz}"}
    date, _ = make_plugin("filter", "date", values, Context())
    event = Event.from_map({"when": value, "tz": tz})
    assert date.filter(event) is (instant is not None)
    assert event.get(T) == (instant and Timestamp.parse(instant))


def test_a_target_below_a_text_is_a_failure():
    matched, event = run({"when": "2021-03-04T05:06:07Z"}, match=["when", "ISO8601"], target="[when][t]")
    assert matched is False
    assert event.top("tags") == ["_dateparsefailure"]


def test_english_names_are_read_too_where_the_system_speaks_another_language(monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    assert read("01 September 2014", "dd MMMM yyyy") == "2014-09-01T00:00:00.000Z"
    assert read("01 septembre 2014", "dd MMMM yyyy") == "2014-09-01T00:00:00.000Z"
    assert read("01 September 2014", "dd MMMM yyyy", locale="fr") is None


def test_the_clock_gives_the_year():
    now = Timestamp.parse("2014-01-01T00:30:50Z")
    assert read("Dec 31 23:59:00", "MMM dd HH:mm:ss", clock=lambda: now) == "2013-12-31T23:59:00.000Z"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"match": ["when"]}, "match needs a field and at least one date format, got ['when']"),
        ({"match": ["when", ""]}, "expected a date format such as yyyy-MM-dd, got ''"),
        (
            {"match": ["when", "yyyy iii"]},
            "illegal pattern component 'iii' in the date format 'yyyy iii': text goes between single quotes",
        ),
        (
            {"match": ["when", "ISO8601"], "timezone": "CEST"},
            'expected a time zone such as "Europe/Paris" or "+05:30", got \'CEST\'',
        ),
    ],
)
def test_bad_settings_are_refused(values, message):
    with pytest.raises(BuildError) as caught:
        make_plugin("filter", "date", values, Context())
    assert [problem.message for problem in caught.value.problems] == [message]


def test_an_unknown_locale_is_a_warning():
    _, warnings = make(match=["when", "ISO8601"], locale="xx")
    assert [(one.message, one.severity) for one in warnings] == [
        ("no names are known for the locale 'xx'", "warning")
    ]
