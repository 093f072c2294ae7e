"""IPAddr."""

from __future__ import annotations

import ipaddress
import re
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

    __slots__ = ("network", "zone")

    def __init__(self, network: Network, zone: str = "") -> None:
        self.network, self.zone = network, zone  # of an address of a link, `%eth0`

    @property
    def number(self) -> int:
        """The address as a number."""
        return int(self.network.network_address)

    @property
    def is_v4(self) -> bool:
        return self.network.version == 4

    def text(self) -> str:
        """Return the address without its mask; one that holds an IPv4 address ends with that."""
        number = self.number
        if not self.is_v4 and (number >> 32 == _MAPPED or (number >> 32 == 0 and number >> 16 != 0)):
            last = ipaddress.IPv4Address(number & 0xFFFFFFFF)
            return f"::{'ffff:' if number >> 32 else ''}{last}{self.zone}"
        return f"{self.network.network_address}{self.zone}"

    def __eq__(self, other: object) -> bool:
        other = _operand(self, other)
        return isinstance(other, IpAddr) and self.number == other.number and self.is_v4 == other.is_v4

    def __hash__(self) -> int:
        return hash((self.number, self.is_v4))


define("IPAddr", "Object", mixins=("Comparable",), python=IpAddr)
IP = methods_of("IPAddr")
_ZERO_FILLED = re.compile(r"(?=.*(?:^|\.)0\d)\d{1,3}(?:\.\d{1,3}){3}")
_MAPPED = 0xFFFF  # what stands before an IPv4 address in an IPv6 one
_LINK_LOCAL = ("169.254.0.0/16", "fe80::/10")
_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")
_LOOPBACK = ("127.0.0.0/8", "::1/128")


def _invalid(text: object = "") -> RubyException:  # JRuby's message has no text: it is set too late
    return fault("IPAddr::InvalidAddressError", f"invalid address: {text}")


def _wrong_prefix(message: str) -> RubyException:
    return fault("IPAddr::InvalidPrefixError", message)


def read_address(text: str) -> IpAddr:
    """Return the address of a text; raises IPAddr::InvalidAddressError or IPAddr::InvalidPrefixError."""
    address, slash, mask = text.partition("/")
    is_bracketed = address.startswith("[") and address.endswith("]")
    bare, percent, zone = (address[1:-1] if is_bracketed else address).partition("%")
    if _ZERO_FILLED.fullmatch(bare):
        text = "zero-filled number in IPv4 address is ambiguous: "
        raise fault("IPAddr::InvalidAddressError", text)
    try:
        whole = ipaddress.ip_address(bare)
    except ValueError:
        raise _invalid() from None
    if percent and whole.version == 4:
        raise _invalid()
    bits = whole.max_prefixlen if not slash else _bits(mask, whole.max_prefixlen)
    return IpAddr(ipaddress.ip_network((whole, bits), strict=False), percent + zone)


def get_address(text: str) -> IpAddr | None:
    """Return the address of a text, None if it is none."""
    try:
        return read_address(text)
    except RubyException:
        return None


def _bits(mask: str, most: int) -> int:
    if mask.isascii() and mask.isdecimal():
        if len(mask) > 1 and mask.startswith("0"):
            raise _wrong_prefix("leading zeros in prefix")
        return _length(int(mask), most)
    try:
        whole = ipaddress.ip_address(mask)
    except ValueError:
        raise _invalid() from None
    if whole.max_prefixlen != most:
        raise _wrong_prefix("address family is not same")
    bits = f"{int(whole):0{most}b}"
    if "01" in bits:
        raise _wrong_prefix(f"invalid mask {mask}")
    return bits.count("1")


def _length(bits: int, most: int) -> int:
    if not 0 <= bits <= most:
        raise _wrong_prefix("invalid length")
    return bits


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
    if isinstance(address, String):
        found = read_address(address.text)
        if family not in {0, 2 if found.is_v4 else 10}:
            raise _invalid()
        return found
    if family == 0 or not isinstance(address, int):
        raise fault("IPAddr::AddressFamilyError", "address family must be specified")
    if to_int(family) not in {2, 10}:
        raise fault("IPAddr::AddressFamilyError", f"unsupported address family: {to_int(family)}")
    kind: Any = ipaddress.IPv4Network if family == 2 else ipaddress.IPv6Network
    try:
        return IpAddr(kind(address))
    except ValueError:
        raise _invalid(address) from None


@IP.method("include?", "===")
def is_included(whole: IpAddr, other: Any) -> bool:
    if other is None:
        return False
    address = as_address(other)
    if address.is_v4 is not whole.is_v4:
        return False
    return bool(address.network.subnet_of(whole.network))  # type: ignore[arg-type]  # both of one family


@IP.method("==")
def equals(address: IpAddr, other: Any) -> bool:
    return bool(address == other)


def _operand(address: IpAddr, other: Any) -> IpAddr | None:
    """Return what an address is compared with: of a text, or of a number of the same family; None for anything else."""
    if isinstance(other, int) and not isinstance(other, bool):
        return (
            IpAddr(type(address.network)(other)) if 0 <= other < 1 << address.network.max_prefixlen else None
        )
    return get_address(other.text) if isinstance(other, String) else other


@IP.method("<=>")
def ordered(address: IpAddr, other: Any) -> int | None:
    other = _operand(address, other)
    if not isinstance(other, IpAddr) or other.is_v4 is not address.is_v4:
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
IP.add("eql?", lambda address, other: isinstance(other, IpAddr) and address == other)
IP.add("family", lambda address: 2 if address.is_v4 else 10)
IP.add("hton", lambda address: binary(address.network.network_address.packed))
IP.add("reverse", lambda address: String(address.network.network_address.reverse_pointer))
IP.add("succ", lambda address: IpAddr(type(address.network)(address.number + 1)))


@IP.method("inspect")
def inspect(address: IpAddr) -> String:
    family = "IPv4" if address.is_v4 else "IPv6"
    net = address.network
    return String(f"#<IPAddr: {family}:{net.network_address.exploded}{address.zone}/{net.netmask.exploded}>")


@IP.method("mask")
def mask(address: IpAddr, bits: Any) -> IpAddr:
    most = address.network.max_prefixlen
    length = _bits(bits.text, most) if isinstance(bits, String) else _length(to_int(bits), most)
    return IpAddr(ipaddress.ip_network((address.network.network_address, length), strict=False))


@IP.method("to_range")
def to_range(address: IpAddr) -> Range:
    kind = type(address.network)
    return Range(IpAddr(kind(address.number)), IpAddr(kind(int(address.network.broadcast_address))))


@IP.method("ipv4_mapped")
def ipv4_mapped(address: IpAddr) -> IpAddr:
    _check_v4(address)
    return _widened(address, _MAPPED << 32)


@IP.method("ipv4_compat")
def ipv4_compat(address: IpAddr) -> IpAddr:
    _check_v4(address)
    return _widened(address, 0)


def _check_v4(address: IpAddr) -> None:
    if not address.is_v4:
        raise fault("IPAddr::InvalidAddressError", f"not an IPv4 address: {address.number}")


def _widened(address: IpAddr, before: int) -> IpAddr:
    return IpAddr(ipaddress.IPv6Network((before | address.number, 96 + address.network.prefixlen)))


IP.add("ipv4_mapped?", lambda address: not address.is_v4 and address.number >> 32 == _MAPPED)
IP.add("ipv4_compat?", lambda address: not address.is_v4 and address.number >> 32 == 0 and address.number > 1)
IP.add("zone_id", lambda address: String(address.zone) if address.zone else None)


@IP.method("native")
def native(address: IpAddr) -> IpAddr:
    mapped = getattr(address.network.network_address, "ipv4_mapped", None)
    return address if mapped is None else IpAddr(ipaddress.IPv4Network(mapped))
