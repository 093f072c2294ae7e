import pytest

from logsmith.event import zones
from logsmith.event.timestamp import Timestamp
from logsmith.event.zones import ZoneError, find_zone, system_zone

LOCAL_TIMES = [
    # zone, local time, instant
    ("UTC", "2021-03-04T05:06:07Z", "2021-03-04T05:06:07.000Z"),
    ("+05:30", "2021-03-04T05:06:07Z", "2021-03-03T23:36:07.000Z"),
    ("-0930", "2021-03-04T05:06:07Z", "2021-03-04T14:36:07.000Z"),
    ("Europe/Paris", "2021-03-04T05:06:07Z", "2021-03-04T04:06:07.000Z"),
    ("Europe/Paris", "2021-07-04T05:06:07Z", "2021-07-04T03:06:07.000Z"),
    ("Europe/Paris", "2021-03-28T01:59:59Z", "2021-03-28T00:59:59.000Z"),
    ("Europe/Paris", "2021-03-28T02:30:00Z", None),
    ("Europe/Paris", "2021-03-28T03:00:00Z", "2021-03-28T01:00:00.000Z"),
    ("Europe/Paris", "2021-10-31T02:30:00Z", "2021-10-31T00:30:00.000Z"),
    ("Europe/Paris", "1789-07-14T00:00:00Z", "1789-07-13T23:50:39.000Z"),
    ("Europe/Paris", "+12021-07-04T05:06:07Z", "+12021-07-04T03:06:07.000Z"),
    ("Europe/Paris", "-2021-07-04T00:00:00Z", "-2021-07-03T23:50:39.000Z"),
    ("Australia/Lord_Howe", "2021-10-03T02:15:00Z", None),
    ("Australia/Lord_Howe", "2021-10-03T02:30:00Z", "2021-10-02T15:30:00.000Z"),
    ("America/Caracas", "2008-01-01T00:00:00Z", "2008-01-01T04:30:00.000Z"),
    ("EST", "2021-07-15T12:00:00Z", "2021-07-15T17:00:00.000Z"),
    ("Z", "2021-07-15T12:00:00Z", "2021-07-15T12:00:00.000Z"),
    ("UT", "2021-07-15T12:00:00Z", "2021-07-15T12:00:00.000Z"),
    ("EST5EDT", "2021-07-15T12:00:00Z", "2021-07-15T16:00:00.000Z"),
]


@pytest.mark.parametrize(("zone_id", "local", "instant"), LOCAL_TIMES)
def test_a_local_time_has_one_instant_or_none(zone_id, local, instant):
    zone = find_zone(zone_id)
    for _ in range(2):  # the second time it is remembered
        utc = zone.to_utc(Timestamp.parse(local).millis)
        assert (utc if utc is None else str(Timestamp.from_millis(utc))) == instant


def test_a_skipped_time_moves_forward_where_that_is_allowed():
    utc = find_zone("Europe/Paris").to_utc_leniently(Timestamp.parse("2021-03-28T02:30:00Z").millis)
    assert str(Timestamp.from_millis(utc)) == "2021-03-28T01:30:00.000Z"


@pytest.mark.parametrize(
    ("instant", "hours"),
    [
        ("2021-03-28T00:59:59.999Z", 1),
        ("2021-03-28T01:00:00Z", 2),
        ("2021-10-31T00:59:59Z", 2),
        ("2021-10-31T01:00:00Z", 1),
    ],
)
def test_the_offset_at_an_instant_changes_on_time(instant, hours):
    zone = find_zone("Europe/Paris")
    assert [zone.offset_at(Timestamp.parse(instant).millis) for _ in range(2)] == [hours * 3_600_000] * 2


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "z",
        "Factory",
        "localtime",
        "CEST",
        "europe/paris",
        "../etc/passwd",
        "America",
        "+5",
        "+24:00",
        "+05:3",
        "%{tz}",
    ],
)
def test_a_text_that_is_no_zone_is_refused(bad):
    with pytest.raises(ZoneError, match="expected a time zone"):
        find_zone(bad)


def test_memory_of_offsets_is_bounded(monkeypatch):
    monkeypatch.setattr(zones, "_CACHED_STRETCHES", 10)
    zone = zones.RegionZone("Europe/Paris", zones.ZoneInfo("Europe/Paris"))
    for day in range(50):
        zone.to_utc(day * zones.DAY_MS)
    assert len(zone._of_local) <= 10


@pytest.mark.parametrize(
    ("variable", "offset"), [("Asia/Kolkata", 19_800_000), (":UTC", 0), ("<+03>-3", None)]
)
def test_the_system_zone_follows_the_environment(monkeypatch, variable, offset):
    monkeypatch.setenv("TZ", variable)
    system_zone.cache_clear()
    try:
        assert system_zone().offset_at(1_600_000_000_000) in (
            (offset,) if offset is not None else (0, 10_800_000)
        )
    finally:
        system_zone.cache_clear()
