"""Apply the common settings to events whose addresses are in one of a list of networks."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from logsmith.event import Event, FieldRef, Sprintf, to_s
from logsmith.log import RateLimited
from logsmith.net.stamps import Stamp, stamp_of
from logsmith.plugins import Duration, Example, Filter, Problem, setting

_is_length = re.compile("0|[1-9][0-9]*").fullmatch

ADDRESSES_KEPT = 4096
SAME_COMPLAINT_EVERY_S = 60.0


class Cidr(Filter):
    makes_plain_values = True

    address: list[Sprintf] = setting([], "The addresses to look for; they may use sprintf.")
    address_field: FieldRef | None = setting(None, "The field that holds the address, or an array of them.")
    network: list[Sprintf] = setting(
        [],
        "The networks, such as `10.0.0.0/8`; they may use sprintf, and one text may list many with commas.",
    )
    network_path: str | None = setting(None, "A file that lists networks.")
    separator: str = setting("\n", "What stands between two networks in the file.")
    refresh_interval: Duration = setting(Duration(5), "How often to look whether the file has changed.")

    examples = (
        Example(
            "decorates an event whose address is in a network",
            config='address => ["%{ip}"] network => ["10.0.0.0/8", "fe80::/10"] add_tag => ["internal"]',
            given={"ip": "10.1.2.3"},
            expect=[{"ip": "10.1.2.3", "tags": ["internal"]}],
        ),
        Example(
            "leaves an event alone whose address is in none",
            config='address => ["%{ip}"] network => ["10.0.0.0/8"] add_tag => ["internal"]',
            given={"ip": "192.0.2.1"},
            expect=[{"ip": "192.0.2.1"}],
        ),
        Example(
            "skips what is no address in an array, and reads networks from the event",
            config='address_field => "[host][ip]" network => ["%{nets}"] add_tag => ["known"]',
            given={"host": {"ip": ["?", "2001:db8::1"]}, "nets": "10.0.0.0/8, 2001:db8::/32"},
            expect=[
                {
                    "host": {"ip": ["?", "2001:db8::1"]},
                    "nets": "10.0.0.0/8, 2001:db8::/32",
                    "tags": ["known"],
                }
            ],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
        self._templates = [one for one in self.network if one.static is None]
        self._networks = Networks(
            self._parsed(_listed(one.static for one in self.network if one.static is not None))
        )
        yield from self._check_pairs()
        self._stamp: Stamp | None = None  # of the file as it was read
        if self.network_path is None:
            return
        try:
            self._load()
        except (OSError, UnicodeDecodeError) as error:
            yield Problem(f"cannot read {self.network_path!r}: {error}", "network_path")

    def _check_pairs(self) -> Iterator[Problem]:
        for one, other in (("address", "address_field"), ("network", "network_path")):
            if {one, other} <= self.given:
                message = f"The configuration options '{one}' and '{other}' are mutually exclusive"
                yield Problem(message, other, "leave one of them out")

    def filter(self, event: Event) -> bool:
        if self.network_path is not None and time.monotonic() >= self._load_at:
            self._reload()
        sets = [self._networks]
        if self._templates:
            sets.append(Networks(self._parsed(_listed(one.format(event) for one in self._templates))))
        addresses = self._parsed(self._addresses(event))
        return any(networks.contain(address) for address in addresses for networks in sets)

    def _addresses(self, event: Event) -> Iterator[str]:
        if self.address_field is None:
            yield from (one.format(event) for one in self.address)
            return
        value = event.get(self.address_field)
        for item in value if isinstance(value, list) else [] if value is None else [value]:
            yield to_s(item)

    def _parsed(self, texts: Iterable[str]) -> Iterator[IPv4Network | IPv6Network]:
        for text in texts:
            network = _parse(text)
            if network is not None:
                yield network
            elif (held_back := self._complaints.passes("bad")) is not None:
                self.log.warning("neither an address nor a network", text=text, repeated=held_back)

    def _load(self) -> None:
        assert self.network_path is not None  # noqa: S101  else nothing is loaded
        self._load_at = time.monotonic() + self.refresh_interval
        stamp = stamp_of(self.network_path)
        if stamp is not None and stamp == self._stamp:
            return
        with open(self.network_path, encoding="utf-8") as file:  # noqa: PTH123  a Path is no shorter
            texts = [text.strip() for text in file.read().split(self.separator)]
        self._networks, self._stamp = Networks(self._parsed(text for text in texts if text)), stamp

    def _reload(self) -> None:
        try:
            self._load()
        except (OSError, UnicodeDecodeError) as error:
            self.log.warning(
                "networks not read anew, the old ones stay", path=self.network_path, reason=str(error)
            )


class Networks:
    """A set of networks that is asked once for each length of prefix in it, however many there are."""

    def __init__(self, networks: Iterable[IPv4Network | IPv6Network]) -> None:
        self._by_length: dict[tuple[int, int], set[int]] = {}
        for network in networks:
            key = network.version, network.prefixlen
            self._by_length.setdefault(key, set()).add(int(network.network_address))

    def contain(self, address: IPv4Network | IPv6Network) -> bool:
        """Return whether an address, or all of a network, is in one of the networks."""
        number, bits = int(address.network_address), address.max_prefixlen
        return any(
            version == address.version
            and length <= address.prefixlen
            and number >> (bits - length) << (bits - length) in starts
            for (version, length), starts in self._by_length.items()
        )


def _listed(texts: Iterable[str]) -> Iterator[str]:
    return (part.strip() for text in texts for part in text.split(","))


@lru_cache(maxsize=ADDRESSES_KEPT)
def _parse(text: str) -> IPv4Network | IPv6Network | None:
    """Return a network or address as Ruby's IPAddr reads it, None if that refuses it."""
    address, slash, mask = text.partition("/")
    if address[:1] == "[" and address[-1:] == "]" and ":" in address:
        address = address[1:-1]
    try:
        if slash and not _is_length(mask):
            mask = _length_of(mask, ip_address(address).version)
        return ip_network(f"{address}{slash}{mask}", strict=False)
    except ValueError:
        return None


def _length_of(mask: str, version: int) -> str:
    """Return the length of the prefix that a mask such as 255.0.0.0 leaves; raises ValueError."""
    number = ip_address(mask)
    inverted = int(number) ^ ((1 << number.max_prefixlen) - 1)
    if number.version != version or inverted & (inverted + 1):
        raise ValueError(f"{mask!r} is no mask: its ones are not all at the start")
    return str(number.max_prefixlen - inverted.bit_length())
