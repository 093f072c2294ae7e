"""Who visits the web server of the benchmark: addresses, their places, and user agents; the same for each run.

Some come often and most come seldom, as on a real server: the weight of each is one over its rank.
"""

import random
from collections.abc import Sequence
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from itertools import accumulate
from pathlib import Path

ADDRESSES = 5_000
AGENTS = 200
IPV6_SHARE = 0.05
UNKNOWN_SHARE = 0.03  # of the addresses are private: no database has them
SEED = 20_251_009
NETWORKS = tuple(
    f"{first}.{second}.0.0/16"
    for first in (23, 46, 81, 93, 104, 151, 185, 203)
    for second in range(0, 250, 10)
)
IPV6_NETWORKS = tuple(
    f"2a0{digit:x}:{block:x}::/32" for digit in range(4) for block in range(0x100, 0x1000, 0x100)
)
PLACES = (  # city, country, its code, continent, its code, region, its code, latitude, longitude, time zone
    ("Seoul", "South Korea", "KR", "Asia", "AS", "Seoul", "11", 37.5665, 126.978, "Asia/Seoul"),
    ("Osaka", "Japan", "JP", "Asia", "AS", "Osaka", "27", 34.6937, 135.5023, "Asia/Tokyo"),
    ("Berlin", "Germany", "DE", "Europe", "EU", "Land Berlin", "BE", 52.52, 13.405, "Europe/Berlin"),
    ("Lyon", "France", "FR", "Europe", "EU", "Rhône", "69", 45.764, 4.8357, "Europe/Paris"),
    (
        "Denver",
        "United States",
        "US",
        "North America",
        "NA",
        "Colorado",
        "CO",
        39.7392,
        -104.9903,
        "America/Denver",
    ),
    ("Toronto", "Canada", "CA", "North America", "NA", "Ontario", "ON", 43.6532, -79.3832, "America/Toronto"),
    ("Recife", "Brazil", "BR", "South America", "SA", "Pernambuco", "PE", -8.0476, -34.877, "America/Recife"),
    ("Nairobi", "Kenya", "KE", "Africa", "AF", "Nairobi Area", "30", -1.2921, 36.8219, "Africa/Nairobi"),
    (
        "Perth",
        "Australia",
        "AU",
        "Oceania",
        "OC",
        "Western Australia",
        "WA",
        -31.9505,
        115.8605,
        "Australia/Perth",
    ),
)
SYSTEMS = (
    "Windows NT 10.0; Win64; x64", "X11; Linux x86_64", "Macintosh; Intel Mac OS X 10_15_7", "X11; Ubuntu; Linux x86_64",
    "Linux; Android 14; Pixel 8", "Linux; Android 13; SM-S911B", "Linux; Android 10; K",
)  # fmt: skip
CHROME = "Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 ({system}; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"
EDGE = CHROME + " Edg/{version}.0.0.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS {major}_{minor} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/{major}.{minor} Mobile/15E148 Safari/604.1"
)
PROGRAMS = (
    "curl/8.5.0", "curl/7.88.1", "kube-probe/1.29", "Wget/1.21.4", "python-requests/2.32.3", "Go-http-client/2.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "ELB-HealthChecker/2.0", "Prometheus/2.53.0",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)", "Java/17.0.11", "okhttp/4.12.0", "-",
)  # fmt: skip


@cache
def addresses() -> tuple[str, ...]:
    """Return the addresses, those that come most often first."""
    dice = random.Random(SEED)
    return tuple(_address(dice) for _ in range(ADDRESSES))


def _address(dice: random.Random) -> str:
    kind = dice.random()
    if kind < UNKNOWN_SHARE:
        return str(IPv4Address((10 << 24) + dice.getrandbits(24)))
    if kind < UNKNOWN_SHARE + IPV6_SHARE:
        first = int(IPv6Address(dice.choice(IPV6_NETWORKS).partition("/")[0]))
        return str(IPv6Address(first + dice.getrandbits(64)))
    return str(IPv4Address(int(IPv4Address(dice.choice(NETWORKS).partition("/")[0])) + dice.getrandbits(16)))


@cache
def agents() -> tuple[str, ...]:
    """Return the user agents, those that come most often first."""
    dice = random.Random(SEED)
    found = dict.fromkeys(PROGRAMS)
    while len(found) < AGENTS:
        form = dice.choice((CHROME, CHROME, CHROME, FIREFOX, EDGE, SAFARI))
        version = dice.randint(109, 141)
        major, minor = dice.randint(14, 18), dice.randint(0, 6)
        found[form.format(system=dice.choice(SYSTEMS), version=version, major=major, minor=minor)] = None
    shuffled = list(found)
    dice.shuffle(shuffled)
    return tuple(shuffled)


@cache
def _weights(count: int) -> Sequence[float]:
    return tuple(accumulate(1 / rank for rank in range(1, count + 1)))


def choose(among: Sequence[str], count: int, dice: random.Random) -> list[str]:
    """Return so many of them, the first ones most often."""
    return dice.choices(among, cum_weights=_weights(len(among)), k=count)


def write_places(path: Path) -> None:
    """Write a City database that knows all addresses but the private ones."""
    from mmdb_writer import MMDBWriter  # noqa: PLC0415  # a dependency of the tests; only these workloads need it
    from netaddr import IPSet  # noqa: PLC0415  # the same

    writer = MMDBWriter(
        ip_version=6,
        ipv4_compatible=True,
        database_type="GeoLite2-City",
        languages=["en"],
        description="invented places",
        float_type="f64",
    )
    for number, network in enumerate((*NETWORKS, *IPV6_NETWORKS)):
        city, country, code, continent, continent_code, region, region_code, latitude, longitude, zone = (
            PLACES[number % len(PLACES)]
        )
        record = {
            "city": {"names": {"en": f"{city} {number}"}},
            "continent": {"code": continent_code, "names": {"en": continent}},
            "country": {"iso_code": code, "names": {"en": country}},
            "subdivisions": [{"iso_code": region_code, "names": {"en": region}}],
            "postal": {"code": f"{10_000 + number}"},
            "location": {"latitude": latitude, "longitude": longitude, "time_zone": zone},
        }
        writer.insert_network(IPSet([network]), record)
    writer.to_db_file(str(path))
