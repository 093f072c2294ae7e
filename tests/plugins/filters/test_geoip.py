"""geoip: what it finds, where that goes, what it tags, and files that are replaced while it runs."""

import io
import json
import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from logsmith import log
from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.geoip.database import LOOK_AGAIN_S, Database, DatabaseError
from logsmith.plugins import Context
from logsmith.plugins.build import make_plugin
from tests.plugins.filters.emission import emitted, outcome

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


def looking(path, clock, **values):
    """Return a geoip and what it finds for an address; the database is asked for the time there."""
    geoip, _ = make_plugin(
        "filter",
        "geoip",
        {"source": "ip", "database": str(path), "fields": ["city_name"], **values},
        Context(ecs="disabled"),
    )
    geoip._database.clock = geoip._known.clock = clock
    compiled = emitted(geoip)

    def find(address):
        event = Event({"ip": address})
        compiled(event)
        return event.top("geoip")

    return geoip, find


def test_a_file_that_is_replaced_is_looked_at_again_after_a_while(city):
    now = [0.0]
    _, find = looking(city, lambda: now[0])
    assert find("192.0.2.1") == {"city_name": "Seoul"}
    write(city, {"192.0.2.0/24": {**SEOUL, "city": {"names": {"en": "Busan"}}}})
    assert find("192.0.2.1") == {"city_name": "Seoul"}
    now[0] = LOOK_AGAIN_S
    assert find("192.0.2.1") == {"city_name": "Busan"}


@pytest.mark.parametrize(
    "damage", [lambda path: path.unlink(), lambda path: path.write_bytes(b"half a copy")]
)
def test_a_file_that_cannot_be_read_leaves_the_old_one_in_use(city, tmp_path, damage):
    now = [0.0]
    _, find = looking(city, lambda: now[0])
    find("192.0.2.1")
    city.replace(tmp_path / "kept")
    city.write_bytes(b"")
    damage(city)
    now[0] = LOOK_AGAIN_S
    assert find("192.0.2.1") == {"city_name": "Seoul"}
    assert find("192.0.2.2") == {"city_name": "Seoul"}


@pytest.fixture
def lines():
    """The log's lines: level, message and facts."""
    stream = io.StringIO()
    log.configure(format="json", stream=stream)
    yield lambda: [
        (line["level"], line["logEvent"]["message"], line["logEvent"])
        for line in map(json.loads, stream.getvalue().splitlines())
    ]
    log.configure()


DAMAGES = {
    "gone": lambda path: path.unlink(),
    "junk": lambda path: path.write_bytes(b"junk" * 1000),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
}
CHANGED = "the database has changed and is used from now on"
KEPT = "database not read anew, the old one stays in use"


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_file_that_turns_bad_is_told_once_and_when_it_is_mended(city, tmp_path, lines, damage):
    now = [0.0]
    _, find = looking(city, lambda: now[0])
    find("192.0.2.1")
    shutil.copy(city, tmp_path / "bad")
    city.replace(tmp_path / "kept")
    (tmp_path / "bad").replace(city)
    damage(city)
    for _ in range(3):
        now[0] += LOOK_AGAIN_S
        assert find("192.0.2.1") == {"city_name": "Seoul"}
    assert [line[:2] for line in lines()] == [("WARN", KEPT)]
    assert lines()[0][2]["path"] == str(city)
    assert str(city) in lines()[0][2]["reason"]
    (tmp_path / "kept").replace(city)  # the very file that is in use
    now[0] += LOOK_AGAIN_S
    assert find("192.0.2.1") == {"city_name": "Seoul"}
    assert [line[:2] for line in lines()[1:]] == [("INFO", CHANGED)]
    city.unlink()
    now[0] += LOOK_AGAIN_S
    find("192.0.2.1")
    assert [line[:2] for line in lines()[2:]] == [("WARN", KEPT)]


def test_remembers_only_so_many_addresses_and_those_that_are_not_found(city):
    geoip, find = looking(city, lambda: 0.0, cache_size=2)
    for address in ("192.0.2.1", "192.0.2.2", "10.0.0.1"):
        find(address)
    assert {address: entry and entry[1] for address, entry in geoip._known.entries.items()} == {
        "192.0.2.2": {"city_name": "Seoul"},
        "10.0.0.1": None,
    }


@pytest.mark.parametrize("fields", [[], ["location"], ["latitude"]])
def test_an_address_that_is_known_is_not_looked_up(city, fields):
    geoip, find = looking(city, lambda: 0.0, fields=fields)
    found = find("192.0.2.1")
    geoip._database.find = None
    geoip.filter = None
    assert find("192.0.2.1") == found


@pytest.mark.parametrize(("text", "is_kept"), [("x" * 64, True), ("x" * 65, False)])
def test_a_long_text_is_not_remembered(city, text, is_kept):
    geoip, find = looking(city, lambda: 0.0)
    find(text)
    assert (text in geoip._known.entries) is is_kept


def test_a_database_of_another_kind_is_refused(tmp_path):
    with pytest.raises(DatabaseError, match="has no fields for events"):
        Database(write(tmp_path / "x.mmdb", {"192.0.2.0/24": SEOUL}, "Weather"), ecs=False)


EVERYTHING = {
    **SEOUL,
    "continent": {"code": "AS", "names": {"en": "Asia"}},
    "postal": {"code": "1"},
    "subdivisions": [{"iso_code": "0"}, {"iso_code": "11", "names": {"de": "-", "en": "Seoul"}}],
    "traits": {
        "autonomous_system_number": 3,
        "autonomous_system_organization": "Net",
        "is_tor_exit_node": True,
        "isp": "-",
    },
}  # fmt: skip
ENTERPRISE = {
    "ip": "192.0.2.1",
    "geo": {
        "country_iso_code": "KR", "country_name": "South Korea", "continent_name": "Asia", "region_iso_code": "KR-11",
        "region_name": "Seoul", "city_name": "Seoul", "location": {"lat": 37.5, "lon": 127.0}, "timezone": "Asia/Seoul",
    },
    "as": {"number": 3, "organization": {"name": "Net"}},
    "ip_traits": {
        "network": "192.0.2.0/24", "hosting_provider": False, "tor_exit_node": True, "anonymous_vpn": False,
        "anonymous": False, "public_proxy": False, "residential_proxy": False,
    },
}  # fmt: skip
KINDS = {
    "GeoIP2-Enterprise": (EVERYTHING, ENTERPRISE),
    "GeoLite2-ASN": (
        EVERYTHING["traits"],
        {
            "ip": "192.0.2.1",
            "as": {"number": 3, "organization": {"name": "Net"}},
            "ip_traits": {"network": "192.0.2.0/24"},
        },
    ),
    "GeoIP2-ISP": (
        {"isp": "I", "organization": "O"},
        {"ip": "192.0.2.1", "mmdb": {"isp": "I", "organization": "O"}},
    ),
    "GeoIP2-Domain": ({"domain": "example.org"}, {"domain": "example.org"}),
    "GeoIP2-Domain of another network": ({}, {"domain": None}),
    "GeoLite2-Country": (
        {name: value for name, value in EVERYTHING.items() if name != "location"},
        {
            "ip": "192.0.2.1",
            "geo": {"country_iso_code": "KR", "country_name": "South Korea", "continent_name": "Asia"},
        },
    ),
}


@pytest.mark.parametrize(
    ("kind", "record", "expected"), [(kind, *pair) for kind, pair in KINDS.items()], ids=KINDS
)
def test_each_kind_of_database_has_fields_of_its_own(tmp_path, kind, record, expected):
    database = Database(write(tmp_path / "x.mmdb", {"192.0.2.0/24": record}, kind), ecs=True)
    database.choose([*database.type.defaults, *database.type.extra])
    assert database.find("192.0.2.1") == expected


US = {**EVERYTHING, "location": {"latitude": 1.5, "longitude": 2.5, "metro_code": 501}}


@pytest.fixture(scope="module")
def filters(tmp_path_factory):
    """A geoip for each place where fields can go: called, and emitted; what is known is the same for both."""
    folder = tmp_path_factory.mktemp("databases")
    networks = {"192.0.2.0/24": SEOUL, "198.51.100.0/24": NOWHERE, "203.0.113.0/24": US}
    path = write(folder / "city.mmdb", networks)
    made = []
    for ecs, source, target in PLACES:
        values = {"source": source, "target": target, "database": str(path), "ecs_compatibility": ecs}
        for as_json in (False, True):
            geoip, _ = make_plugin("filter", "geoip", values, Context())
            geoip._known.as_json = as_json
            made.append((geoip.filter, emitted(geoip)))
    return made


PLACES = [
    ("v8", "[s][ip]", "s"),
    ("v8", "[s][ip]", "[t]"),
    ("v8", "[s][ip]", "[t][s]"),
    ("v8", "[s][ip]", "[@metadata][s]"),
    ("disabled", "s", "t"),
    ("disabled", "s", "s"),
    ("disabled", "s", "[t][s]"),
    ("disabled", "s", "tags"),
    ("disabled", "[s][0]", "t"),
    ("disabled", "[@metadata][s][ip]", "s"),
    ("disabled", "[@metadata][s]", "t"),
]
ADDRESS = st.sampled_from(
    ["192.0.2.1", "203.0.113.7", "198.51.100.1", "10.0.0.1", "2001:db8::1", "host", "", " ", None, 5, {}, []]
)
TEXTS = ADDRESS | st.lists(ADDRESS, max_size=2)
VALUES = st.recursive(
    TEXTS,
    lambda inner: st.dictionaries(
        st.sampled_from(["ip", "s", "geo", "location", "mmdb", "lat", "city_name"]), inner, max_size=3
    ),
    max_leaves=5,
)
MEMBERS = st.dictionaries(st.sampled_from(["s", "t"]), VALUES | st.fixed_dictionaries({"ip": TEXTS}))


@settings(deadline=None)
@given(
    MEMBERS,
    st.sets(st.sampled_from(["s", "t"])),
    st.dictionaries(st.just("s"), VALUES | st.fixed_dictionaries({"ip": TEXTS})),
)
def test_the_code_that_is_emitted_does_what_the_filter_does(filters, members, unread, metadata):
    for call, compiled in filters:
        called = outcome(call, members, unread, metadata)
        assert outcome(compiled, members, unread, metadata) == called
