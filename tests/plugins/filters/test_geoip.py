"""geoip: what it finds, where that goes, what it tags, and files that are replaced while it runs."""

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.geoip.database import LOOK_AGAIN_S, Database, DatabaseError
from logsmith.plugins import Context

SEOUL = {
    "city": {"names": {"en": "Seoul"}},
    "country": {"iso_code": "KR", "names": {"en": "South Korea"}},
    "location": {"latitude": 37.5, "longitude": 127.0, "time_zone": "Asia/Seoul"},
}
NOWHERE = {"city": {"names": {"en": "Nowhere"}}}


def write(path, records, kind="Test-City"):
    writer = MMDBWriter(
        ip_version=6, ipv4_compatible=True, database_type=kind, languages=["en"], float_type="f64"
    )
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    fresh = path.with_suffix(".new")
    writer.to_db_file(str(fresh))
    fresh.replace(path)
    return path


@pytest.fixture
def city(tmp_path):
    return write(
        tmp_path / "city.mmdb", {"192.0.2.0/24": SEOUL, "198.51.100.0/24": NOWHERE, "2001:db8::/32": SEOUL}
    )


def looked_up(setting, members, ecs="disabled", settings_folder=None):
    context = Context(ecs=ecs, **({"path_settings": settings_folder} if settings_folder else {}))
    compilation = compile_pipeline([Source("t.conf", f"filter {{ geoip {{ {setting} }} }}")], context)
    assert [one.message for one in compilation.diagnostics if one.is_error] == []
    (event,) = compilation.pipeline.filter([Event.from_map(members)])
    return {name: value for name, value in event.to_map().items() if not name.startswith("@")}


LEGACY = {
    "ip": "192.0.2.1", "city_name": "Seoul", "country_name": "South Korea", "country_code2": "KR", "country_code3": "KR",
    "timezone": "Asia/Seoul", "location": {"lat": 37.5, "lon": 127.0}, "latitude": 37.5, "longitude": 127.0,
}  # fmt: skip
FAILED = {"tags": ["_geoip_lookup_failure"]}
ADDRESSES = {
    "an address": ({"ip": "192.0.2.1"}, {"geoip": LEGACY}),
    "the first of a list": ({"ip": ["192.0.2.1", "x"]}, {"geoip": LEGACY}),
    "IPv6, written in full": ({"ip": "2001:db8::1"}, {"geoip": {**LEGACY, "ip": "2001:db8:0:0:0:0:0:1"}}),
    "IPv4 mapped into IPv6": ({"ip": "::ffff:192.0.2.1"}, {"geoip": LEGACY}),
    "what is not in the database": ({"ip": "10.0.0.1"}, {"geoip": {}, **FAILED}),
    "a place without coordinates": ({"ip": "198.51.100.1"}, {"geoip": {}, **FAILED}),
    "no address": ({"ip": "host"}, {"geoip": {}, **FAILED}),
    "an empty text": ({"ip": ""}, FAILED),
    "an empty list": ({"ip": []}, FAILED),
    "a missing field": ({}, FAILED),
    "a number": ({"ip": 5}, {"tags": ["_geoip_filter_error"]}),
}  # fmt: skip


@pytest.mark.parametrize(("members", "expected"), ADDRESSES.values(), ids=ADDRESSES)
def test_looks_up(city, members, expected):
    assert looked_up(f'source => "ip" database => "{city}"', members) == {**members, **expected}


def test_in_ecs_mode_fields_go_beside_the_address(city):
    found = looked_up(
        f'source => "[client][ip]" database => "{city}"', {"client": {"ip": "192.0.2.1", "port": 1}}, "v8"
    )
    assert found["client"]["port"] == 1
    assert found["client"]["geo"]["country_iso_code"] == "KR"


def test_only_the_fields_that_are_named_are_written(city):
    found = looked_up(f'source => "ip" database => "{city}" fields => ["city_name"]', {"ip": "192.0.2.1"})
    assert found["geoip"] == {"city_name": "Seoul"}


def test_common_settings_apply_to_what_was_found_only(city):
    setting = f'source => "ip" database => "{city}" add_tag => ["found"]'
    assert looked_up(setting, {"ip": "192.0.2.1"})["tags"] == ["found"]
    assert looked_up(setting, {"ip": "10.0.0.1"})["tags"] == ["_geoip_lookup_failure"]


def test_what_one_event_changes_another_does_not_see(city):
    setting = f'source => "ip" database => "{city}" add_field => {{ "[geoip][location][x]" => "1" }}'
    compilation = compile_pipeline(
        [Source("t.conf", f"filter {{ geoip {{ {setting} }} }}")], Context(ecs="disabled")
    )
    events = compilation.pipeline.filter([Event.from_map({"ip": "192.0.2.1"}) for _ in range(2)])
    assert [event.top("geoip")["location"]["x"] for event in events] == ["1", "1"]


def test_a_database_is_found_in_the_settings_folder(tmp_path):
    (tmp_path / "geoip").mkdir()
    write(tmp_path / "geoip" / "Some-City.mmdb", {"192.0.2.0/24": SEOUL})
    assert looked_up('source => "ip"', {"ip": "192.0.2.1"}, settings_folder=tmp_path)["geoip"] == LEGACY


REFUSED = {
    "a field nobody knows": ('source => "ip" fields => ["planet"]', "disabled"),
    "no target in ECS mode": ('source => "ip"', "v8"),
    "a folder as database": ('source => "ip" database => "/"', "disabled"),
}


@pytest.mark.parametrize(("setting", "ecs"), REFUSED.values(), ids=REFUSED)
def test_is_refused_at_start(city, setting, ecs):
    database = "" if "database" in setting else f' database => "{city}"'
    text = f"filter {{ geoip {{ {setting}{database} }} }}"
    assert compile_pipeline([Source("t.conf", text)], Context(ecs=ecs)).pipeline is None


def opened(path, clock):
    database = Database(path, ecs=False, cache_size=2, clock=clock)
    database.choose(["CITY_NAME"])
    return database


def test_a_file_that_is_replaced_is_looked_at_again_after_a_while(city):
    now = [0.0]
    database = opened(city, lambda: now[0])
    assert database.find("192.0.2.1") == {"city_name": "Seoul"}
    write(city, {"192.0.2.0/24": {**SEOUL, "city": {"names": {"en": "Busan"}}}})
    assert database.find("192.0.2.1") == {"city_name": "Seoul"}
    now[0] = LOOK_AGAIN_S
    assert database.find("192.0.2.1") == {"city_name": "Busan"}


@pytest.mark.parametrize(
    "damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"half a copy")]
)
def test_a_file_that_cannot_be_read_leaves_the_old_one_in_use(city, tmp_path, damage):
    now = [0.0]
    database = opened(city, lambda: now[0])
    database.find("192.0.2.1")
    city.replace(tmp_path / "kept")
    city.write_bytes(b"")
    damage(city)
    now[0] = LOOK_AGAIN_S
    assert database.find("192.0.2.1") == {"city_name": "Seoul"}


def test_remembers_only_so_many_addresses(city):
    database = opened(city, lambda: 0.0)
    for address in ("192.0.2.1", "192.0.2.2", "192.0.2.3"):
        database.find(address)
    assert list(database._cache) == ["192.0.2.2", "192.0.2.3"]


def test_a_database_of_another_kind_is_refused(tmp_path):
    with pytest.raises(DatabaseError, match="has no fields for events"):
        opened(write(tmp_path / "x.mmdb", {"192.0.2.0/24": SEOUL}, "Weather"), lambda: 0.0)
