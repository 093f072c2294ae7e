"""The fields of MaxMind's databases: their names in the setting, with ECS off, with ECS on, and where to find them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Record = Any  # a model of geoip2: City, ASN, ISP, …


@dataclass(frozen=True, slots=True)
class GeoField:
    """One field: the key under the target with ECS off, the path with ECS on (none: it is not written), its value."""

    legacy: tuple[str, ...]
    ecs: tuple[str, ...] | None
    find: Callable[[Record], Any]


def _geo(name: str, find: Callable[[Record], Any], ecs: str | None = None) -> GeoField:
    return GeoField((name,), ("geo", ecs or name), find)


def _trait(name: str, attribute: str) -> GeoField:
    return GeoField((name,), ("ip_traits", name), lambda record: getattr(_traits(record), attribute, None))


def _traits(record: Record) -> Any:
    return getattr(record, "traits", record)


def _location(record: Record) -> dict[str, float] | None:
    latitude, longitude = record.location.latitude, record.location.longitude
    return None if latitude is None or longitude is None else {"lat": latitude, "lon": longitude}


def _region_iso_code(record: Record) -> str | None:
    country, region = record.country.iso_code, record.subdivisions.most_specific.iso_code
    return f"{country}-{region}" if country and region else None


FIELDS: Mapping[str, GeoField] = {
    "IP": GeoField(("ip",), ("ip",), lambda record: _traits(record).ip_address),
    "CITY_NAME": _geo("city_name", lambda record: record.city.name),
    "CONTINENT_CODE": _geo("continent_code", lambda record: record.continent.code),
    "CONTINENT_NAME": _geo("continent_name", lambda record: record.continent.name),
    "COUNTRY_NAME": _geo("country_name", lambda record: record.country.name),
    "COUNTRY_CODE2": _geo("country_code2", lambda record: record.country.iso_code, "country_iso_code"),
    "COUNTRY_CODE3": GeoField(("country_code3",), None, lambda record: record.country.iso_code),
    "POSTAL_CODE": _geo("postal_code", lambda record: record.postal.code),
    "DMA_CODE": GeoField(("dma_code",), ("mmdb", "dma_code"), lambda record: record.location.metro_code),
    "REGION_NAME": _geo("region_name", lambda record: record.subdivisions.most_specific.name),
    "REGION_CODE": _geo("region_code", lambda record: record.subdivisions.most_specific.iso_code),
    "REGION_ISO_CODE": _geo("region_iso_code", _region_iso_code),
    "TIMEZONE": _geo("timezone", lambda record: record.location.time_zone),
    "LOCATION": _geo("location", _location),
    "LATITUDE": GeoField(("latitude",), ("geo", "location", "lat"), lambda record: record.location.latitude),
    "LONGITUDE": GeoField(
        ("longitude",), ("geo", "location", "lon"), lambda record: record.location.longitude
    ),
    "AUTONOMOUS_SYSTEM_NUMBER": GeoField(
        ("asn",), ("as", "number"), lambda record: _traits(record).autonomous_system_number
    ),
    "AUTONOMOUS_SYSTEM_ORGANIZATION": GeoField(
        ("as_org",),
        ("as", "organization", "name"),
        lambda record: _traits(record).autonomous_system_organization,
    ),
    "ISP": GeoField(("isp",), ("mmdb", "isp"), lambda record: _traits(record).isp),
    "ORGANIZATION": GeoField(
        ("organization",), ("mmdb", "organization"), lambda record: _traits(record).organization
    ),
    "DOMAIN": GeoField(("domain",), ("domain",), lambda record: record.domain),
    "NETWORK": GeoField(("network",), ("ip_traits", "network"), lambda record: str(_traits(record).network)),
    "HOSTING_PROVIDER": _trait("hosting_provider", "is_hosting_provider"),
    "TOR_EXIT_NODE": _trait("tor_exit_node", "is_tor_exit_node"),
    "ANONYMOUS_VPN": _trait("anonymous_vpn", "is_anonymous_vpn"),
    "ANONYMOUS": _trait("anonymous", "is_anonymous"),
    "PUBLIC_PROXY": _trait("public_proxy", "is_public_proxy"),
    "RESIDENTIAL_PROXY": _trait("residential_proxy", "is_residential_proxy"),
}

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
    """A kind of database: part of its type's name, geoip2's way to look an address up in it, and its fields."""

    mark: str
    lookup: str
    defaults: list[str]
    extra: list[str]


# The first whose mark is part of the database's type counts, as in the original
TYPES = (
    DatabaseType("City", "city", _CITY, ["CONTINENT_NAME", "REGION_CODE", "REGION_ISO_CODE"]),
    DatabaseType("Country", "country", ["IP", "COUNTRY_CODE2", "COUNTRY_NAME", "CONTINENT_NAME"], []),
    DatabaseType("GeoIP2-Domain", "domain", ["DOMAIN"], []),
    DatabaseType("GeoLite2-ASN", "asn", ["IP", *_SYSTEM], ["NETWORK"]),
    DatabaseType("GeoIP2-ISP", "isp", ["IP", *_SYSTEM, "ISP", "ORGANIZATION"], []),
    DatabaseType("Enterprise", "enterprise", _ENTERPRISE, ["TIMEZONE", "NETWORK", *_SYSTEM, *TRAITS]),
    DatabaseType("GeoIP2-Anonymous-IP", "anonymous_ip", TRAITS, ["IP"]),
)
