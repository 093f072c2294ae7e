"""The fields of MaxMind's databases: their names in the setting, with ECS off, with ECS on, and where to find them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Record = Mapping[str, Any]  # of a database: objects, texts, numbers
Find = Callable[[Record], Any]  # Any: what a record holds

_NOTHING: Record = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class GeoField:
    """One field: the key under the target with ECS off, the path with ECS on (none: it is not written), its value."""

    legacy: tuple[str, ...]
    ecs: tuple[str, ...] | None
    find: Find


def _geo(name: str, find: Find, ecs: str | None = None) -> GeoField:
    return GeoField((name,), ("geo", ecs or name), find)


def _trait(name: str) -> GeoField:
    return GeoField((name,), ("ip_traits", name), lambda record: _traits(record).get(f"is_{name}", False))


def _named(part: str) -> Find:
    return lambda record: record.get(part, _NOTHING).get("names", _NOTHING).get("en")


def _member(part: str, name: str) -> Find:
    return lambda record: record.get(part, _NOTHING).get(name)


def _trait_value(name: str) -> Find:
    return lambda record: _traits(record).get(name)


def _traits(record: Record) -> Record:
    found: Record = record.get("traits", record)
    return found


def _region(record: Record) -> Record:
    """Return the smallest part of the country."""
    regions = record.get("subdivisions")
    found: Record = regions[-1] if regions else _NOTHING
    return found


def _location(record: Record) -> dict[str, float] | None:
    location = record.get("location", _NOTHING)
    latitude, longitude = location.get("latitude"), location.get("longitude")
    return None if latitude is None or longitude is None else {"lat": latitude, "lon": longitude}


def _region_iso_code(record: Record) -> str | None:
    country, region = record.get("country", _NOTHING).get("iso_code"), _region(record).get("iso_code")
    return f"{country}-{region}" if country and region else None


def has_no_place(record: Record) -> bool:
    """Return whether a record of cities has no coordinates at all."""
    location = record.get("location", _NOTHING)
    return location.get("latitude") is None and location.get("longitude") is None


# What the address itself says stands in no record
FIELDS: Mapping[str, GeoField] = {
    "IP": GeoField(("ip",), ("ip",), lambda _record: None),
    "CITY_NAME": _geo("city_name", _named("city")),
    "CONTINENT_CODE": _geo("continent_code", _member("continent", "code")),
    "CONTINENT_NAME": _geo("continent_name", _named("continent")),
    "COUNTRY_NAME": _geo("country_name", _named("country")),
    "COUNTRY_CODE2": _geo("country_code2", _member("country", "iso_code"), "country_iso_code"),
    "COUNTRY_CODE3": GeoField(("country_code3",), None, _member("country", "iso_code")),
    "POSTAL_CODE": _geo("postal_code", _member("postal", "code")),
    "DMA_CODE": GeoField(("dma_code",), ("mmdb", "dma_code"), _member("location", "metro_code")),
    "REGION_NAME": _geo("region_name", lambda record: _region(record).get("names", _NOTHING).get("en")),
    "REGION_CODE": _geo("region_code", lambda record: _region(record).get("iso_code")),
    "REGION_ISO_CODE": _geo("region_iso_code", _region_iso_code),
    "TIMEZONE": _geo("timezone", _member("location", "time_zone")),
    "LOCATION": _geo("location", _location),
    "LATITUDE": GeoField(("latitude",), ("geo", "location", "lat"), _member("location", "latitude")),
    "LONGITUDE": GeoField(("longitude",), ("geo", "location", "lon"), _member("location", "longitude")),
    "AUTONOMOUS_SYSTEM_NUMBER": GeoField(
        ("asn",), ("as", "number"), _trait_value("autonomous_system_number")
    ),
    "AUTONOMOUS_SYSTEM_ORGANIZATION": GeoField(
        ("as_org",), ("as", "organization", "name"), _trait_value("autonomous_system_organization")
    ),
    "ISP": GeoField(("isp",), ("mmdb", "isp"), _trait_value("isp")),
    "ORGANIZATION": GeoField(("organization",), ("mmdb", "organization"), _trait_value("organization")),
    "DOMAIN": GeoField(("domain",), ("domain",), lambda record: record.get("domain")),
    "NETWORK": GeoField(("network",), ("ip_traits", "network"), lambda _record: None),
    "HOSTING_PROVIDER": _trait("hosting_provider"),
    "TOR_EXIT_NODE": _trait("tor_exit_node"),
    "ANONYMOUS_VPN": _trait("anonymous_vpn"),
    "ANONYMOUS": _trait("anonymous"),
    "PUBLIC_PROXY": _trait("public_proxy"),
    "RESIDENTIAL_PROXY": _trait("residential_proxy"),
}

OBJECTS = frozenset({"LOCATION"})  # fields whose value is one

TRAITS = [
    "HOSTING_PROVIDER",
    "TOR_EXIT_NODE",
    "ANONYMOUS_VPN",
    "ANONYMOUS",
    "PUBLIC_PROXY",
    "RESIDENTIAL_PROXY",
]
_SYSTEM = ["AUTONOMOUS_SYSTEM_NUMBER", "AUTONOMOUS_SYSTEM_ORGANIZATION"]
_CITY = [
    *("IP", "CITY_NAME", "CONTINENT_CODE", "COUNTRY_NAME", "COUNTRY_CODE2", "COUNTRY_CODE3", "POSTAL_CODE"),
    *("DMA_CODE", "REGION_NAME", "TIMEZONE", "LOCATION", "LATITUDE", "LONGITUDE"),
]
_ENTERPRISE = [
    *("IP", "COUNTRY_CODE2", "COUNTRY_NAME", "CONTINENT_NAME"),
    *("REGION_ISO_CODE", "REGION_NAME", "CITY_NAME", "LOCATION"),
]


@dataclass(frozen=True, slots=True)
class DatabaseType:
    """A kind of database: part of its type's name, and its fields."""

    mark: str
    defaults: list[str]
    extra: list[str]


# The first whose mark is part of the database's type counts, as in the original
TYPES = (
    DatabaseType("City", _CITY, ["CONTINENT_NAME", "REGION_CODE", "REGION_ISO_CODE"]),
    DatabaseType("Country", ["IP", "COUNTRY_CODE2", "COUNTRY_NAME", "CONTINENT_NAME"], []),
    DatabaseType("GeoIP2-Domain", ["DOMAIN"], []),
    DatabaseType("GeoLite2-ASN", ["IP", *_SYSTEM], ["NETWORK"]),
    DatabaseType("GeoIP2-ISP", ["IP", *_SYSTEM, "ISP", "ORGANIZATION"], []),
    DatabaseType("Enterprise", _ENTERPRISE, ["TIMEZONE", "NETWORK", *_SYSTEM, *TRAITS]),
    DatabaseType("GeoIP2-Anonymous-IP", TRAITS, ["IP"]),
)
