"""Dates: any pattern is compiled or refused; any text gives a time, nothing, or the error of the room."""

from fuzz_target import Target, test_nothing_near_it_does_harm, test_what_is_kept_does_no_harm  # noqa: F401

from logsmith.event import EventError, Timestamp
from logsmith.event.date_formats import compile_format
from logsmith.event.javatime import compile_formatter as compile_java
from logsmith.event.joda import compile_formatter as compile_joda
from logsmith.event.zones import find_zone

TOKENS = (
    "\n", "yyyy", "YYYY", "MM", "MMM", "MMMM", "dd", "HH", "hh", "mm", "ss", "SSS", "S", "Z", "ZZ", "ZZZ", "a", "E", "w", "D", "e", "x", "G", "C", "K", "k",
    "'", "''", "'T'", "ISO8601", "UNIX", "UNIX_MS", "TAI64N", "+09:00", "-00:00", "+99:99", "Z", "UTC", "Asia/Seoul", "Europe/Berlin", "2026", "0000",
    "9999", "-1", "12", "31", "30", "29", "02", "24", "60", "59", ".", ",", "Jan", "December", "Mon", "PM", "pm", "1e9", "1e300", "nan", "inf", "@40000000",
    "999999999999999999999", "é", "٣", "p", "V", "VV", "O", "Q", "B", "[", "]", "{", "#", "n", "A", "u", "L", "c", "W", "F", "X", "xxx",
)  # fmt: skip
MOMENTS = [Timestamp(1_767_323_045_678_000_000), Timestamp(0), Timestamp(-1)]
UTC, SEOUL = find_zone("UTC"), find_zone("Asia/Seoul")


def check(given):
    pattern, _, text = given.partition("\n")
    for compile_formatter in (compile_joda, compile_java):
        try:
            write = compile_formatter(pattern)
            for moment in MOMENTS:
                assert isinstance(write(moment), str)
        except EventError:
            pass
    for locale in ("en", "de-DE"):
        try:
            known = compile_format(pattern, locale=locale, now=lambda: MOMENTS[0], home=SEOUL)
        except EventError:
            continue
        for zone in (UTC, SEOUL):
            found = known.parse(text, zone) if known.reads_text else known.parse(text)
            if found is not None:
                again = Timestamp.parse(str(found))
                assert str(again) == str(found)
    for read in (Timestamp.parse, find_zone):
        try:
            read(text)
        except EventError:
            pass


TARGETS = [Target("dates", check, TOKENS)]
