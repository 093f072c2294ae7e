from datetime import date, timedelta

import pytest

from logsmith.event.civil import civil_of, days_of, week_of, weekday_of, weeks_of

EPOCH = date(1970, 1, 1)


@pytest.mark.parametrize("year", [1, 4, 100, 400, 1582, 1900, 1969, 1970, 2000, 2020, 2021, 2100, 9999])
def test_agrees_with_the_standard_library_on_every_day_of_a_year(year):
    for number in range(365):
        day = date(year, 1, 1) + timedelta(days=number)
        days = (day - EPOCH).days
        assert days_of(day.year, day.month, day.day) == days
        assert civil_of(days) == (day.year, day.month, day.day)
        assert weekday_of(days) == day.isoweekday()
        assert week_of(days) == day.isocalendar()[:2] or year in (1, 9999)


@pytest.mark.parametrize("year", [-292_275_054, -400, -1, 0, 10_000, 20_231_105])
def test_days_and_dates_are_inverse_beyond_the_years_of_the_standard_library(year):
    for month in range(1, 13):
        assert civil_of(days_of(year, month, 28)) == (year, month, 28)
    assert civil_of(days_of(year + 1) - 1) == (year, 12, 31)


def test_some_years_have_53_weeks():
    assert [year for year in range(2000, 2030) if weeks_of(year) == 53] == [2004, 2009, 2015, 2020, 2026]
