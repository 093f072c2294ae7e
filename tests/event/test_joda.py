from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.event import date_text
from logsmith.event.civil import days_of, month_length
from logsmith.event.joda import DateFormatError, compile_formatter, compile_parser
from logsmith.event.joda_fields import settle
from logsmith.event.timestamp import Timestamp
from logsmith.event.zones import UTC, find_zone

MOMENT = "2021-03-04T05:06:07.008009Z"

PRINTED = [
    ("YYYY.MM.dd", "2021.03.04"),
    ("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "2021-03-04T05:06:07.008Z"),
    ("xxxx.ww", "2021.09"),
    ("yy YY xx", "21 21 21"),
    ("y yyyyy", "2021 02021"),
    ("G C", "AD 20"),
    ("M MM MMM MMMM MMMMM", "3 03 Mar March March"),
    ("E EEE EEEE e", "Thu Thu Thursday 4"),
    ("D DDD", "63 063"),
    ("h hh H K k a", "5 05 5 5 5 AM"),
    ("S SS SSS SSSSSS", "0 00 008 008000"),
    ("Z ZZ ZZZ z zzzz", "+0000 +00:00 UTC UTC Coordinated Universal Time"),
    ("'week' ww 'o''clock' ''", "week 09 o'clock '"),
    ("%ss é_", "%07 é_"),
]

OTHER_MOMENTS = [
    ("2021-03-04T00:00:00Z", "h K k H a", "12 0 24 0 AM"),
    ("2021-03-04T12:00:00Z", "h K k H a", "12 0 12 12 PM"),
    ("2000-01-01T00:00:00Z", "xxxx.ww xx", "1999.52 99"),
    ("-0005-01-01T00:00:00Z", "G y YYYY yyyy", "BC -5 0006 -0005"),
    ("0000-01-01T00:00:00Z", "G y YYYY yyyy", "BC 0 0001 0000"),
    ("-0044-01-01T00:00:00Z", "G Y YY C", "BC 45 44 0"),
    ("1969-12-31T23:59:59.999Z", "yyyy ss.SSS", "1969 59.999"),
]

READ = [
    # pattern, text, zone, instant or None
    ("dd/MMM/yyyy:HH:mm:ss Z", "25/Mar/2013:20:33:56 +0100", "UTC", "2013-03-25T19:33:56.000Z"),
    ("dd/MMM/yyyy:HH:mm:ss Z", "25/march/2013:20:33:56 Z", "UTC", "2013-03-25T20:33:56.000Z"),
    ("dd/MMM/yyyy:HH:mm:ss Z", "25/mArch/2013:20:33:56 Z", "UTC", None),
    ("dd/MMM/yyyy:HH:mm:ss Z", " 25/Mar/2013:20:33:56 +0100", "UTC", None),
    ("dd/MMM/yyyy:HH:mm:ss Z", "25/Mar/2013:20:33:56 +0100 ", "UTC", None),
    ("yyyy-MM-dd HH:mm:ss,SSS", "2021-03-04 05:06:07,089", "Europe/Paris", "2021-03-04T04:06:07.089Z"),
    ("yyyy-MM-dd HH:mm:ss.SSSSSS", "2021-03-04 05:06:07.5", "UTC", "2021-03-04T05:06:07.500Z"),
    ("yyyy-MM-dd HH:mm:ss.SSSSSS", "2021-03-04 05:06:07.123999", "UTC", "2021-03-04T05:06:07.123Z"),
    ("yyyy-MM-dd HH:mm:ss.SSSSSS", "2021-03-04 05:06:07.1234567", "UTC", None),
    ("yyyy-MM-dd HH:mm:ss", "2021-3-4 5:6:7", "UTC", "2021-03-04T05:06:07.000Z"),
    ("yyyy-MM-dd HH:mm:ss", "2021-03-04 05:06:077", "UTC", None),
    ("yyyy-MM-dd HH:mm:ss", "2021-03-04 05:06:60", "UTC", None),
    ("yyyy-MM-dd HH:mm:ss", "2021-03-04 24:06:00", "UTC", None),
    ("yyyy-MM-dd", "2021-02-29", "UTC", None),
    ("yyyy-MM-dd", "2021-13-01", "UTC", None),
    ("yyyy-MM-dd", "12021-02-03", "UTC", "+12021-02-03T00:00:00.000Z"),
    ("yyyy-MM-dd", "-2021-02-03", "UTC", "-2021-02-03T00:00:00.000Z"),
    ("yyyy-MM-dd", "+2021-02-03", "UTC", "2021-02-03T00:00:00.000Z"),
    ("yyyy-MM-dd", "999999999-02-03", "UTC", None),
    ("yyyy-MM-dd", "２０２１-02-03", "UTC", None),
    ("yyyyMMdd", "20210304", "UTC", "2021-03-04T00:00:00.000Z"),
    ("yyyyMMddHHmmss", "20210304050607", "UTC", "2021-03-04T05:06:07.000Z"),
    ("yyMMdd", "210304", "UTC", "2021-03-04T00:00:00.000Z"),
    ("yy-MM-dd", "2021-03-04", "UTC", "2021-03-04T00:00:00.000Z"),
    ("yy-MM-dd", "02021-03-04", "UTC", "2021-03-04T00:00:00.000Z"),
    ("yyyy-MM", "2021-03", "Europe/Paris", "2021-02-28T23:00:00.000Z"),
    ("yyyy", "2021", "UTC", "2021-01-01T00:00:00.000Z"),
    ("yyyy-MM-dd", "2018-11-04", "America/Sao_Paulo", None),
    ("yyyy-MM-dd HH:mm:ss", "2021-03-28 02:30:00", "Europe/Paris", None),
    ("yyyy-MM-dd HH:mm:ss", "2021-10-31 02:30:00", "Europe/Paris", "2021-10-31T00:30:00.000Z"),
    ("EEE MMM dd HH:mm:ss yyyy", "Thu Mar 04 05:06:07 2021", "UTC", "2021-03-04T05:06:07.000Z"),
    ("EEE yyyy-MM-dd", "Mon 2021-03-04", "UTC", "2021-03-01T00:00:00.000Z"),
    ("EEE yyyy-MM-dd", "Sun 2021-03-04", "UTC", "2021-03-07T00:00:00.000Z"),
    ("e yyyy-MM-dd", "8 2021-03-04", "UTC", None),
    ("EEE MMM yyyy", "Mon Jun 2013", "UTC", "2013-06-24T00:00:00.000Z"),
    ("yyyy-MM-DD", "2021-03-04", "UTC", "2021-01-04T00:00:00.000Z"),
    ("yyyy-DDD", "2020-366", "UTC", "2020-12-31T00:00:00.000Z"),
    ("yyyy-DDD", "2021-366", "UTC", None),
    ("yyyyDDDHHmmss", "2021063050607", "UTC", "2021-03-04T05:06:07.000Z"),
    ("xxxx-'W'ww-e'y'", "2021-W10-4y", "UTC", "2021-03-11T00:00:00.000Z"),
    ("xxxx-'W'ww'y'", "2021-W53y", "UTC", None),
    ("CC yyyy", "20 2021", "UTC", "2021-01-01T00:00:00.000Z"),
    ("YYYY G", "0044 BC", "UTC", "-0043-01-01T00:00:00.000Z"),
    ("YYYY G", "0001 BC", "UTC", "0000-01-01T00:00:00.000Z"),
    ("YYYY G", "0000 AD", "UTC", None),
    ("YYYY-MM-dd", "0000-01-01", "UTC", None),
    ("YYYY-MM-dd", "0001-01-01", "UTC", "0001-01-01T00:00:00.000Z"),
    ("YYYY DDD", "0000 060", "UTC", None),
    ("Y", "00", "UTC", None),
    ("yyyy YYYY", "0000 2020", "UTC", "-2019-01-01T00:00:00.000Z"),
    ("yyyy-MM-dd", "0000-01-01", "UTC", "0000-01-01T00:00:00.000Z"),
    ("M/d/yyyy h:mma", "3/4/2021 5:06PM", "UTC", "2021-03-04T17:06:00.000Z"),
    ("M/d/yyyy h:mma", "3/4/2021 12:06am", "UTC", "2021-03-04T00:06:00.000Z"),
    ("M/d/yyyy h:mma", "3/4/2021 0:06AM", "UTC", None),
    ("yyyy-MM-dd HH:mm a", "2021-03-04 17:06 AM", "UTC", "2021-03-04T17:06:00.000Z"),
    ("yyyy-MM-dd kk:mm", "2021-03-04 24:06", "UTC", "2021-03-04T00:06:00.000Z"),
    ("yyyy-MM-dd K:mm a", "2021-03-04 0:06 PM", "UTC", "2021-03-04T12:06:00.000Z"),
    ("yyyy-MM-dd HH:mm:ssZZ", "2021-03-04 05:06:07-08", "UTC", "2021-03-04T13:06:07.000Z"),
    ("yyyy-MM-dd HH:mm:ssZZ", "2021-03-04 05:06:07+01:00:30.5", "UTC", "2021-03-04T04:05:36.500Z"),
    ("yyyy-MM-dd HH:mm:ssZZ", "2021-03-04 05:06:07+1", "UTC", None),
    ("yyyy-MM-dd HH:mm:ssZZ", "2021-03-04 05:06:07+24:00", "UTC", None),
    ("yyyy Z:m", "2021 +01:7", "UTC", None),
    ("yyyy-MM-dd HH ZZZ", "2021-07-04 05 America/New_York", "UTC", "2021-07-04T09:00:00.000Z"),
    ("yyyy-MM-dd HH ZZZ", "2021-07-04 05 america/new_york", "UTC", None),
    ("HH ZZZ dd.MM.yyyy", "05 EST 04.07.2021", "UTC", "2021-07-04T10:00:00.000Z"),
    ("HH ZZZ dd/MM/yyyy", "05 EST 04/07/2021", "UTC", None),
    ("HH ZZZ dd MMMM/yyyy", "05 EST 04 May/2021", "UTC", None),
    ("HH ZZZ dd MMMM/yyyy", "05 EST 04 July/2021", "UTC", "2021-07-04T10:00:00.000Z"),
    ("HH ZZZ dd/MM/yyyy", "05 Etc/GMT+5 04/07/2021", "UTC", "2021-07-04T10:00:00.000Z"),
    ("dd/MM/yyyy HH ZZZ", "04/07/2021 05 EST", "UTC", "2021-07-04T10:00:00.000Z"),
    ("yyyy-MM-dd HH z", "2021-03-04 05 PST", "UTC", "2021-03-04T13:00:00.000Z"),
    ("yyyy-MM-dd HH z", "2021-07-04 05 PST", "UTC", "2021-07-04T12:00:00.000Z"),
    ("yyyy-MM-dd HH z", "2021-03-04 05 CET", "UTC", None),
    ("'on' dd.MM.yyyy 'at' HH'h'mm", "ON 04.03.2021 At 05h06", "UTC", "2021-03-04T05:06:00.000Z"),
    ("HH 'o''clock' yyyy", "17 o'clock 2021", "UTC", "2021-01-01T17:00:00.000Z"),
    ("'y' MM-dd", "y 03-04", "UTC", "2000-03-04T00:00:00.000Z"),
    ("HH:mm 'y'", "05:06 y", "UTC", "1970-01-01T05:06:00.000Z"),
    ("yyyy.MM", "2021x03", "UTC", None),
]

NAMES = [
    ("fr", "dd MMMM yyyy", "14 juillet 1789"),
    ("fr_FR", "dd MMM yyyy", "14 juil. 1789"),
    ("de", "EEEE dd MMMM yyyy", "Dienstag 14 Juli 1789"),
    ("de-AT", "dd MMMM yyyy", "14 Juli 1789"),
    ("es", "EEE dd MMM yyyy", "mar 14 jul 1789"),
    ("es-MX", "dd MMM yyyy", "14 jul. 1789"),
    ("pt-BR", "EEEE dd MMM yyyy", "terça-feira 14 jul. 1789"),
    ("pt-PT", "EEE dd MMM yyyy", "terça 14 jul. 1789"),
    ("it", "EEEE dd MMM yyyy", "martedì 14 lug 1789"),
    ("nl", "EEE dd MMM yyyy", "di 14 jul. 1789"),
    ("ja", "yyyy年MMMd日", "1789年7月14日"),
    ("en-GB", "dd MMM yyyy", "14 Jul 1789"),
    ("xx-YY", "dd MMM yyyy", "14 Jul 1789"),
]

GUESSED = [
    # now, pattern, text, zone, instant
    ("2013-06-15T12:00:00Z", "MMM dd HH:mm:ss", "Jun 02 20:38:03", "UTC", "2013-06-02T20:38:03.000Z"),
    ("2013-06-15T12:00:00Z", "MMM dd HH:mm:ss", "Dec 02 20:38:03", "UTC", "2013-12-02T20:38:03.000Z"),
    ("2014-01-01T00:30:50Z", "MMM dd HH:mm:ss", "Dec 31 23:59:00", "UTC", "2013-12-31T23:59:00.000Z"),
    ("2013-12-31T23:59:50Z", "MMM dd HH:mm:ss", "Jan 01 01:00:00", "UTC", "2014-01-01T01:00:00.000Z"),
    ("2016-03-29T23:59:50Z", "MMM dd HH:mm:ss", "Mar 27 01:59:59", "CET", "2016-03-27T00:59:59.000Z"),
    ("2016-03-29T23:59:50Z", "MMM dd HH:mm:ss", "Mar 27 02:00:01", "CET", None),
    ("2013-06-15T12:00:00Z", "MMM dd HH:mm:ss", "Feb 29 00:00:00", "UTC", None),
    ("2013-06-15T12:00:00Z", "MMM dd HH:mm:ss Z", "Nov 24 01:29:01 -0800", "UTC", "2013-11-24T09:29:01.000Z"),
    # the offset is honoured before the month is read
    ("2014-01-01T00:30:50Z", "MMM dd HH:mm:ss Z", "Dec 31 23:59:00 -0100", "UTC", "2014-01-01T00:59:00.000Z"),
    # the name that z reads has no say
    ("2013-06-15T12:00:00Z", "MMM dd HH:mm:ss z", "Jun 02 20:38:03 PST", "UTC", "2013-06-02T20:38:03.000Z"),
    (
        "2013-06-15T12:00:00Z",
        "MMM dd HH:mm:ss ZZZ",
        "Jun 02 20:38:03 Asia/Tokyo",
        "UTC",
        "2013-06-02T11:38:03.000Z",
    ),
    ("2013-06-15T12:00:00Z", "HH:mm:ss", "20:38:03", "UTC", "2013-01-01T20:38:03.000Z"),
    ("2013-12-15T12:00:00Z", "HH:mm:ss", "20:38:03", "UTC", "2014-01-01T20:38:03.000Z"),
]

REFUSED = ["", "yyyy-MM-ddTHH:mm", "yyyy iii", "J", "y" * 2000]


def read(pattern, text, zone="UTC", **options):
    stamp = compile_parser(pattern, **options)(text, find_zone(zone))
    return stamp if stamp is None else str(stamp)


def clock(*texts):
    stamps = [Timestamp.parse(text) for text in texts]
    return lambda: stamps.pop(0) if len(stamps) > 1 else stamps[0]


@pytest.mark.parametrize(("pattern", "text"), PRINTED)
def test_prints_in_utc(pattern, text):
    assert compile_formatter(pattern)(Timestamp.parse(MOMENT)) == text


@pytest.mark.parametrize(("moment", "pattern", "text"), OTHER_MOMENTS)
def test_prints_the_edges_of_units(moment, pattern, text):
    assert compile_formatter(pattern)(Timestamp.parse(moment)) == text


@given(st.integers(min_value=0, max_value=2**62))
def test_what_is_remembered_does_not_leak_into_the_next_unit(nanos):
    for pattern, unit in [
        ("dd", date_text.DAY),
        ("HH", date_text.HOUR),
        ("mm", date_text.MINUTE),
        ("ss", date_text.SECOND),
    ]:
        print_unit = compile_formatter(pattern)
        assert print_unit(Timestamp(nanos)) != print_unit(Timestamp(nanos + unit))


@pytest.mark.parametrize("pattern", REFUSED)
def test_refuses_a_bad_pattern(pattern):
    with pytest.raises(DateFormatError):
        compile_formatter(pattern)
    with pytest.raises(DateFormatError):
        compile_parser(pattern)


def test_says_which_letters_mean_nothing():
    with pytest.raises(DateFormatError) as caught:
        compile_parser("yyyy-MM-ddTHH:mm:ss")
    assert str(caught.value) == (
        "illegal pattern component 'T' in the date format 'yyyy-MM-ddTHH:mm:ss': text goes between single quotes"
    )


def test_full_zone_names_are_not_read():
    with pytest.raises(DateFormatError, match="zzzz"):
        compile_parser("yyyy zzzz")


@pytest.mark.parametrize(("pattern", "text", "zone", "instant"), READ)
def test_reads(pattern, text, zone, instant):
    assert read(pattern, text, zone) == instant


@pytest.mark.parametrize(("locale", "pattern", "text"), NAMES)
def test_reads_names_of_a_locale(locale, pattern, text):
    assert read(pattern, text, locale=locale) == "1789-07-14T00:00:00.000Z"


def test_names_are_not_read_as_those_of_another_locale():
    assert read("dd MMM yyyy", "04 Mar 2021", locale="fr") is None
    assert read("dd MMM yyyy", "04 fev 2021", locale="pt-BR") is None
    assert read("dd MMM yyyy", "04 Sept 2021", locale="en") is None
    assert read("dd MMM yyyy", "04 Sept 2021", locale="en-GB") == "2021-09-04T00:00:00.000Z"


@pytest.mark.parametrize(("now", "pattern", "text", "zone", "instant"), GUESSED)
def test_guesses_the_year(now, pattern, text, zone, instant):
    assert read(pattern, text, zone, now=clock(now), home=UTC) == instant


def test_the_year_is_that_of_now_not_of_the_start():
    options = {"now": clock("2013-06-15T12:00:00Z", "2015-06-15T12:00:00Z"), "home": UTC}
    assert read("MMM dd HH:mm", "Jun 02 20:38", "Europe/Paris", **options) == "2015-06-02T18:38:00.000Z"


def test_a_week_year_is_no_year():
    options = {"now": clock("2013-06-15T12:00:00Z"), "home": UTC}
    assert read("xxxx-'W'ww-e", "2021-W10-4", **options) == "2013-03-11T00:00:00.000Z"


def test_now_is_read_in_the_zone_of_the_process():
    options = {"now": clock("2013-12-31T23:30:00Z"), "home": find_zone("Europe/Paris")}
    assert read("MMM dd HH:mm", "Dec 31 23:00", **options) == "2013-12-31T23:00:00.000Z"
    assert read("MMM dd HH:mm", "Mar 31 23:00", **options) == "2014-03-31T23:00:00.000Z"


def test_two_digits_mean_a_year_from_80_before_to_19_after():
    options = {"now": clock("2026-06-15T12:00:00Z"), "home": UTC}
    assert [read("yy", text, **options)[:4] for text in ("45", "46", "99", "00", "26")] == [
        "2045",
        "1946",
        "1999",
        "2000",
        "2026",
    ]


@given(
    st.integers(min_value=1, max_value=9999),
    st.integers(min_value=1, max_value=12),
    st.integers(min_value=1, max_value=31),
    st.integers(min_value=1, max_value=7),
)
def test_the_short_way_and_the_long_way_agree(year, month, day, weekday):
    text = f"{weekday} {year:04d}-{month:02d}-{day:02d}"
    fields = (("weekday", weekday), ("year", year), ("month", month), ("day", day))
    stamp = compile_parser("e yyyy-MM-dd")(text, UTC)
    if day > month_length(year, month):
        assert stamp is None
    else:
        assert stamp.millis == settle(fields, 2000)
        assert abs(stamp.millis // 86_400_000 - days_of(year, month, day)) < 7


@given(st.integers(min_value=-(10**14), max_value=10**14))
def test_reading_is_the_inverse_of_printing(millis):
    for pattern in (
        "yyyy-MM-dd HH:mm:ss.SSS",
        "EEEE, d MMMM yyyy h:mm:ss.SSS a",
        "xxxx-'Wy'ww-e k:m:s.SSS",
        "D/yyyy HHmmss.SSS Z",
    ):
        text = compile_formatter(pattern)(Timestamp.from_millis(millis))
        assert compile_parser(pattern)(text, UTC).millis == millis


def test_a_pattern_reads_quickly_whatever_the_text():
    parse = compile_parser("yyyy-MM-dd")
    for text in ("9" * 100_000, "2021-" + "0" * 100_000, "-" * 100_000):
        assert parse(text, UTC) is None


def test_results_are_in_order():
    parse = compile_parser("HH:mm 'y'")
    stamps = [parse(f"{minute // 60:02d}:{minute % 60:02d} y", UTC) for minute in range(1440)]
    assert all(before < after for before, after in pairwise(stamps))
