"""IPAddr."""

from __future__ import annotations

import ipaddress
from typing import Any

from logsmith.ruby.classes import CONSTANTS, define
from logsmith.ruby.coerce import to_int
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.objects import Range, String
from logsmith.ruby.texts import binary

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
define("IPAddr::InvalidPrefixError", "IPAddr::InvalidAddressError")
CONSTANTS.setdefault("Socket::AF_INET", 2)
CONSTANTS.setdefault("Socket::AF_INET6", 10)


class IpAddr:
    """An address with a mask; the bits outside of the mask are gone."""

    __slots__ = ("network",)

    def __init__(self, network: Network) -> None:
        self.network = network

    @property
    def number(self) -> int:
        """The address as a number."""
        return int(self.network.network_address)

    @property
    def is_v4(self) -> bool:
        return self.network.version == 4

    def text(self) -> str:
        """Return the address without its mask."""
        return str(self.network.network_address)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, String):
            other = get_address(other.text)
        return isinstance(other, IpAddr) and self.number == other.number and self.is_v4 == other.is_v4

    def __hash__(self) -> int:
        return hash((self.number, self.is_v4))


define("IPAddr", "Object", mixins=("Comparable",), python=IpAddr)
IP = methods_of("IPAddr")
_LINK_LOCAL = ("169.254.0.0/16", "fe80::/10")
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
_LOOPBACK = ("127.0.0.0/8", "::1/128")


def _invalid(text: str) -> RubyException:
    return fault("IPAddr::InvalidAddressError", f"invalid address: {text}")


def read_address(text: str) -> IpAddr:
    """Return the address of a text; raises IPAddr::InvalidAddressError or IPAddr::InvalidPrefixError."""
    address, slash, mask = text.partition("/")
    bare = address.removeprefix("[").removesuffix("]") if address.startswith("[") else address
    try:
        whole = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        raise _invalid(text) from None
    bits = whole.max_prefixlen if not slash else _bits(mask, whole.max_prefixlen, text)
    return IpAddr(ipaddress.ip_network((whole, bits), strict=False))


def get_address(text: str) -> IpAddr | None:
    """Return the address of a text, None if it is none."""
    try:
        return read_address(text)
    except RubyException:
        return None


def _bits(mask: str, most: int, text: str) -> int:
    if mask.isdecimal():
        if int(mask) > most:
            raise fault("IPAddr::InvalidPrefixError", f"invalid length: {text}")
        return int(mask)
    try:
        return ipaddress.ip_network(f"0.0.0.0/{mask}").prefixlen if most == 32 else _bits_v6(mask)
    except ValueError:
        raise _invalid(text) from None


def _bits_v6(mask: str) -> int:
    bits = f"{int(ipaddress.IPv6Address(mask)):0128b}"
    if "01" in bits:
        raise ValueError
    return bits.count("1")


def as_address(value: Any) -> IpAddr:
    """Return the address of a text, a number or an address."""
    if isinstance(value, IpAddr):
        return value
    if isinstance(value, String):
        return read_address(value.text)
    number = to_int(value)
    kind: Any = ipaddress.IPv4Network if number < 2**32 else ipaddress.IPv6Network
    return IpAddr(kind(number))


@class_methods_of("IPAddr").method("new")
def new(_class: Any, address: Any = String("::"), family: Any = 0) -> IpAddr:  # noqa: B008  it is only read
    if isinstance(address, int):
        if to_int(family) not in {2, 10}:
            raise fault("IPAddr::AddressFamilyError", f"unsupported address family: {to_int(family)}")
        kind: Any = ipaddress.IPv4Network if family == 2 else ipaddress.IPv6Network
        return IpAddr(kind(address))
    return as_address(address)


@IP.method("include?", "===")
def is_included(whole: IpAddr, other: Any) -> bool:
    address = as_address(other)
    if address.is_v4 is not whole.is_v4:
        return False
    return bool(address.network.subnet_of(whole.network))  # type: ignore[arg-type]  # both of one family


@IP.method("==")
def equals(address: IpAddr, other: Any) -> bool:
    return address == (as_address(other) if isinstance(other, int) else other)


@IP.method("<=>")
def ordered(address: IpAddr, other: Any) -> int | None:
    if not isinstance(other, IpAddr):
        return None
    return (address.number > other.number) - (address.number < other.number)


def _is_in(nets: tuple[str, ...]) -> Any:
    wholes = [read_address(net) for net in nets]
    return lambda address: any(is_included(whole, address) for whole in wholes)


IP.add("ipv4?", lambda address: address.is_v4)
IP.add("ipv6?", lambda address: not address.is_v4)
IP.add("private?", _is_in(_PRIVATE))
IP.add("loopback?", _is_in(_LOOPBACK))
IP.add("link_local?", _is_in(_LINK_LOCAL))
IP.add("to_i", lambda address: address.number)
IP.add("to_s", lambda address: String(address.text()))
IP.add(
    "to_string",
    lambda address: String(address.text() if address.is_v4 else address.network.network_address.exploded),
)
IP.add("prefix", lambda address: address.network.prefixlen)
IP.add("netmask", lambda address: String(str(address.network.netmask)))
IP.add("cidr", lambda address: String(str(address.network)))
IP.add("hash", IpAddr.__hash__)
IP.add("eql?", lambda address, other: address == other)
IP.add("family", lambda address: 2 if address.is_v4 else 10)
IP.add("hton", lambda address: binary(address.network.network_address.packed))
IP.add("reverse", lambda address: String(address.network.network_address.reverse_pointer))
IP.add("succ", lambda address: IpAddr(type(address.network)(address.number + 1)))


@IP.method("inspect")
def inspect(address: IpAddr) -> String:
    family = "IPv4" if address.is_v4 else "IPv6"
    net = address.network
    return String(f"#<IPAddr: {family}:{net.network_address.exploded}/{net.netmask.exploded}>")


@IP.method("mask")
def mask(address: IpAddr, bits: Any) -> IpAddr:
    text = bits.text if isinstance(bits, String) else str(to_int(bits))
    length = _bits(text, address.network.max_prefixlen, text)
    return IpAddr(ipaddress.ip_network((address.network.network_address, length), strict=False))


@IP.method("to_range")
def to_range(address: IpAddr) -> Range:
    kind = type(address.network)
    return Range(IpAddr(kind(address.number)), IpAddr(kind(int(address.network.broadcast_address))))


@IP.method("ipv4_mapped")
def ipv4_mapped(address: IpAddr) -> IpAddr:
    return read_address(f"::ffff:{address.text()}") if address.is_v4 else address


@IP.method("native")
def native(address: IpAddr) -> IpAddr:
    mapped = getattr(address.network.network_address, "ipv4_mapped", None)
    return address if mapped is None else IpAddr(ipaddress.IPv4Network(mapped))
