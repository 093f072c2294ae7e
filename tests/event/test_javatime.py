import pytest

from logsmith.event.javatime import compile_formatter
from logsmith.event.timestamp import DateFormatError, Timestamp

MOMENT = "2021-05-04T17:06:07.123456789Z"

PRINTED = [
    ("yyyy.MM.dd", "2021.05.04"),
    ("yyyy-MM-dd'T'HH:mm:ss.SSSSSS", "2021-05-04T17:06:07.123456"),
    ("y yy yyy yyyyy u uu", "2021 21 2021 02021 2021 21"),
    ("M MM MMM MMMM MMMMM LLL", "5 05 May May M May"),
    ("D DDD d dd", "124 124 4 04"),
    ("Q QQ QQQ QQQQ QQQQQ q", "2 02 Q2 2nd quarter 2 2"),
    ("E EEE EEEE EEEEE e ee eee c", "Tue Tue Tuesday T 3 03 Tue 3"),
    ("YYYY-'W'ww W F g", "2021-W19 2 1 59338"),
    ("G GGGG GGGGG", "AD Anno Domini A"),
    ("a B h hh K k H", "PM in the afternoon 5 05 5 17 17"),
    ("S SSS SSSSSSSSS n A N", "1 123 123456789 123456789 61567123 61567123456789"),
    ("VV v z zzzz O OOOO", "Z Z Z Z GMT GMT"),
    ("X XX XXX x xx xxx Z ZZZZ ZZZZZ", "Z Z Z +00 +0000 +00:00 +0000 GMT Z"),
    ("ppd pppH", " 4  17"),
    ("[yyyy][-MM]", "2021-05"),
    ("'a''b' '' é-,/", "a'b ' é-,/"),
    ("", ""),
]

OTHER_MOMENTS = [
    ("2019-12-31T00:00:00Z", "YYYY-'W'ww", "2020-W01"),
    ("2021-01-02T00:00:00Z", "YYYY-'W'ww", "2021-W01"),
    ("2021-01-03T00:00:00Z", "YYYY-'W'ww W e", "2021-W02 2 1"),
    ("2021-01-01T00:00:00Z", "h K k H a B", "12 0 24 0 AM midnight"),
    ("2021-01-01T12:00:00Z", "h K k H a B BBBBB", "12 0 12 12 PM noon n"),
    ("2021-01-01T23:01:00Z", "B", "at night"),
    ("-0005-01-01T00:00:00Z", "G y u", "BC 6 -5"),
    ("+12021-01-01T00:00:00Z", "yyyy y", "+12021 12021"),
]

REFUSED = [
    "BAD_TIME_NOW", "T", "yyyy-MM-ddTHH", "'open", "]", "{", "}", "#", "p", "p-", "ddd", "MMMMMM", "HHH", "aa", "V", "SSSSSSSSSS",
    "ZZZZZZ", "OO", "w" * 3, "W" * 2, "BB", "y" * 20, "d" * 2000,
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "text"), PRINTED)
def test_prints_in_utc(pattern, text):
    assert compile_formatter(pattern)(Timestamp.parse(MOMENT)) == text


@pytest.mark.parametrize(("moment", "pattern", "text"), OTHER_MOMENTS)
def test_prints_the_edges_of_units(moment, pattern, text):
    assert compile_formatter(pattern)(Timestamp.parse(moment)) == text


@pytest.mark.parametrize("pattern", REFUSED)
def test_refuses_a_bad_pattern(pattern):
    with pytest.raises(DateFormatError):
        compile_formatter(pattern)


def test_what_does_not_fit_its_padding_is_refused():
    with pytest.raises(DateFormatError, match="longer than"):
        compile_formatter("pyyyy")(Timestamp.parse(MOMENT))


def test_is_made_once_for_each_pattern():
    assert compile_formatter("uuuu") is compile_formatter("uuuu")
