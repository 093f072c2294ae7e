"""Times of CEF: every form, years that are guessed, zones by their many names."""

import pytest

from logsmith.cef import CefError, TimeReader, find_named_zone
from logsmith.event import Timestamp
from logsmith.event.zones import find_zone


def reader(now="2021-03-10T00:00:00.000Z", locale="en"):
    return TimeReader(find_zone("America/New_York"), locale, lambda: Timestamp.parse(now))


FORMS = {
    "1614834367089": "2021-03-04T05:06:07.089Z",
    "1614834367089.5": "2021-03-04T05:06:07.089500Z",
    "Mar 04 2021 05:06:07 UTC": "2021-03-04T05:06:07.000Z",
    "Mar 04 2021 05:06:07.123 UTC": "2021-03-04T05:06:07.123Z",
    "Mar 04 2021 05:06:07.123456 UTC": "2021-03-04T05:06:07.123456Z",
    "Mar 04 2021 05:06:07.123456789 UTC": "2021-03-04T05:06:07.123456789Z",
    "Mar 04 2021 05:06:07": "2021-03-04T10:06:07.000Z",
    "Jul 04 2021 05:06:07": "2021-07-04T09:06:07.000Z",
    "Mar 04 05:06:07.500": "2021-03-04T10:06:07.500Z",
    "Mar 04 2021 24:00:00 UTC": "2021-03-05T00:00:00.000Z",
    "Feb 29 05:06:07 UTC": "2021-02-28T05:06:07.000Z",
    "Feb 30 2021 05:06:07 UTC": "2021-02-28T05:06:07.000Z",
    "Mar 04 2021 05:06:07 CET": "2021-03-04T04:06:07.000Z",
    "Jul 04 2021 05:06:07 CEST": "2021-07-04T03:06:07.000Z",
    "Jul 04 2021 05:06:07 EDT": "2021-07-04T09:06:07.000Z",
    "Mar 04 2021 05:06:07 GMT+02:00": "2021-03-04T03:06:07.000Z",
    "Mar 04 2021 05:06:07 +05:30:30": "2021-03-03T23:35:37.000Z",
    "Mar 04 2021 05:06:07 HST": "2021-03-04T15:06:07.000Z",
    "Mar 04 2021 05:06:07 Z": "2021-03-04T05:06:07.000Z",
    "Mar 04 2021 05:06:07 Asia/Tokyo": "2021-03-03T20:06:07.000Z",
}


@pytest.mark.parametrize(("text", "expected"), FORMS.items(), ids=FORMS)
def test_reads(text, expected):
    assert str(reader().read(text)) == expected


GUESSED = {
    "the past of this year": ("2021-03-10T00:00:00.000Z", "Mar 09 00:00:00 UTC", "2021-03-09T00:00:00.000Z"),
    "an hour ahead of the clock": (
        "2021-03-10T00:00:00.000Z",
        "Mar 10 01:00:00 UTC",
        "2021-03-10T01:00:00.000Z",
    ),
    "two days ahead": ("2021-03-10T00:00:00.000Z", "Mar 12 00:00:00 UTC", "2021-03-12T00:00:00.000Z"),
    "more than that is of last year": (
        "2021-03-10T00:00:00.000Z",
        "Mar 12 00:00:01 UTC",
        "2020-03-12T00:00:01.000Z",
    ),
    "the new year has begun there": (
        "2020-12-31T23:30:00.000Z",
        "Jan 01 00:10:00 UTC",
        "2021-01-01T00:10:00.000Z",
    ),
    "the old year's last day": (
        "2021-01-01T12:00:00.000Z",
        "Dec 31 00:00:00 UTC",
        "2020-12-31T00:00:00.000Z",
    ),
}


@pytest.mark.parametrize(("now", "text", "expected"), GUESSED.values(), ids=GUESSED)
def test_a_time_without_a_year_is_of_the_recent_past(now, text, expected):
    assert str(reader(now).read(text)) == expected


def test_the_events_own_zone_goes_before_that_of_the_settings():
    assert str(reader().read("Mar 04 2021 05:06:07", "Asia/Tokyo")) == "2021-03-03T20:06:07.000Z"
    assert str(reader().read("Mar 04 2021 05:06:07 UTC", "Asia/Tokyo")) == "2021-03-04T05:06:07.000Z"


LOCALES = {
    "English": ("en", "May 04 2021 05:06:07 UTC", True),
    "French": ("fr_FR", "mai 04 2021 05:06:07 UTC", True),
    "German, with a point": ("de_DE", "Dez. 04 2021 05:06:07 UTC", True),
    "German without it": ("de_DE", "Dez 04 2021 05:06:07 UTC", False),
    "English in French": ("fr_FR", "May 04 2021 05:06:07 UTC", False),
}


@pytest.mark.parametrize(("locale", "text", "is_read"), LOCALES.values(), ids=LOCALES)
def test_months_have_their_short_names_in_the_locale(locale, text, is_read):
    try:
        assert reader(locale=locale).read(text) is not None
    except CefError:
        assert not is_read
    else:
        assert is_read


NAMED = {
    "Z": 0, "UT": 0, "+2": 2, "-07": -7, "+0230": 2.5, "+02:30": 2.5, "GMT+2": 2, "UTC-01:00": -1, "+013000": 1.5,
    "Asia/Tokyo": 9, "Etc/GMT+3": -3,
}  # fmt: skip


@pytest.mark.parametrize(("name", "hours"), NAMED.items(), ids=NAMED)
def test_finds_zones_by_the_names_that_java_knows(name, hours):
    assert find_named_zone(name).offset_at(0) == hours * 3_600_000


def test_no_text_is_no_time():
    assert reader().read("") is None


BAD = ["soon", "2021-03-04T05:06:07Z", "Mar 32 2021 05:06:07", "Mar 00 2021 05:06:07", "Mar 04 2021 24:00:01",
       "Mar 04 2021 05:60:00", "Foo 04 2021 05:06:07", "Mar 04 2021 05:06:07 XYZT", "Mar 04 2021 05:06:07 GMT+19", "-5",
       "0", "012", "1614834367089.", "253402300800000", "Mar 4 2021 05:06:07", "MAR 04 2021 05:06:07",
       "March 04 2021 05:06:07", "Mar 04 2021 05:06:07.5", "Mar 04 2021 05:06:07.1234", "Mar 04 0000 05:06:07",
       "Feb 30 05:06:07", "Mar 04 2021 05:06:07 GMT-7", "Mar 04 2021 05:06:07 +0530", "Mar 04 2021 05:06:07 +18:01",
       "Mar 04 2021 05:06:07 est", "Mar 04 2021 05:06:07 "]  # fmt: skip


@pytest.mark.parametrize("text", BAD)
def test_refuses(text):
    with pytest.raises(CefError):
        reader().read(text)


@pytest.mark.parametrize("name", ["Mars/Olympus", "EST", "CEST", "utc", "z", ""])
def test_an_unknown_zone_is_refused(name):
    with pytest.raises(CefError, match="expected a time zone"):
        find_named_zone(name)


def test_the_events_own_zone_must_be_one_even_if_the_time_names_its_own():
    with pytest.raises(CefError):
        reader().read("Mar 04 2021 05:06:07 UTC", "nowhere")
    assert reader().read("1614834367089", "nowhere") is not None
