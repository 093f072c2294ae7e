"""Write a hash of fields into a field, to recognise equal events or to hide what they hold."""

from __future__ import annotations

import hashlib
import hmac
import struct
import unicodedata
from base64 import b64encode
from collections.abc import Callable, Iterator
from ipaddress import ip_interface, ip_network
from typing import Literal
from uuid import uuid4

from logsmith.event import Event, FieldRef, Value, to_i, to_s
from logsmith.plugins import EcsMode, Example, Filter, Password, PluginError, Problem, setting

Hashing = Callable[[Value], Value]

WORD = (1 << 32) - 1
LONG = (1 << 64) - 1
INT32 = range(-(1 << 31), 1 << 31)
SEED_128 = 2  # of MURMUR3_128; that of MURMUR3 is 0
LONGEST_PREFIX = 128

MURMUR3_CONSTANTS = (0xCC9E2D51, 0x1B873593)
MURMUR3_128_CONSTANTS = (0x87C37B91114253D5, 0x4CF5AD432745937F)


class Fingerprint(Filter):
    source: list[FieldRef] = setting([FieldRef("message")], "The fields whose values are hashed.")
    target: FieldRef | None = setting(
        None, "The field that gets the fingerprint: `fingerprint`, in ECS modes `[event][hash]`."
    )
    method: Literal[
        "SHA1",
        "SHA256",
        "SHA384",
        "SHA512",
        "MD5",
        "MURMUR3",
        "MURMUR3_128",
        "IPV4_NETWORK",
        "UUID",
        "PUNCTUATION",
    ] = setting(
        "SHA1",
        "How the fingerprint is made: a digest, a MurmurHash, the network of an address, a random UUID, or the "
        "punctuation and symbols of a text.",
    )
    key: Password | None = setting(
        None, "The key of an HMAC, for digests; for `IPV4_NETWORK` the length of the prefix in bits."
    )
    base64encode: bool = setting(False, "Write digests and `MURMUR3_128` in base64 instead of hexadecimal.")
    concatenate_sources: bool = setting(
        False, "Hash the names and values of all sources at once; otherwise the last source that is there."
    )
    concatenate_all_fields: bool = setting(
        False, "Hash the names and values of all fields of the event at once."
    )
    ecs_compatibility: EcsMode | None = setting(None, "Which field is the target when none is named.")

    examples = (
        Example(
            "hashes one field",
            config='source => "ip" method => "SHA1"',
            given={"ip": "123.123.123.123"},
            expect=[{"ip": "123.123.123.123", "fingerprint": "3a5076c520b4b463f43806896ea0b3978d09dcae"}],
        ),
        Example(
            "makes an HMAC where there is a key, and writes to `[event][hash]` in ECS modes",
            config='source => "ip" method => "SHA1" key => "longencryptionkey" base64encode => true',
            given={"ip": "123.123.123.123"},
            expect=[{"ip": "123.123.123.123", "event": {"hash": "/cYKzEdz3FrFaf+3j8uTyWMHl/Q="}}],
            ecs="v8",
        ),
        Example(
            "hashes several fields at once, in the order of their names",
            config='source => ["b", "a"] method => "MD5" concatenate_sources => true target => "[@metadata][id]" '
            'add_field => { "id" => "%{[@metadata][id]}" }',
            given={"a": 1, "b": [True, {"c": "x"}]},
            expect=[{"a": 1, "b": [True, {"c": "x"}], "id": "c412d14403a5f9ae75ba04d323c67efe"}],
        ),
        Example(
            "hashes each item of an array, and integers otherwise than texts",
            config='source => "n" method => "MURMUR3"',
            given={"n": [123, "123.123.123.123"]},
            expect=[{"n": [123, "123.123.123.123"], "fingerprint": [823512154, 4013733395]}],
        ),
        Example(
            "cuts an address down to its network",
            config='source => "ip" method => "IPV4_NETWORK" key => "16" target => "ip"',
            given={"ip": "10.20.30.40"},
            expect=[{"ip": "10.20.0.0"}],
        ),
        Example(
            "keeps punctuation and symbols",
            config='method => "PUNCTUATION"',
            given={"message": 'GET /a?b=c "200" €'},
            expect=[{"message": 'GET /a?b=c "200" €', "fingerprint": '/?=""€'}],
        ),
        Example(
            "writes nothing where no source is there; the common settings are applied all the same",
            config='source => ["a", "b"] add_tag => ["seen"]',
            given={"c": 1},
            expect=[{"c": 1, "tags": ["seen"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._target = self.target or self.ecs_name("fingerprint", "[event][hash]")
        self._sorted = sorted(self.source, key=lambda ref: ref.text)
        self._hash: Hashing = self._chosen()
        if self.method != "IPV4_NETWORK":
            return
        if self.key is None:
            hint = 'add key => "24", for example'
            yield Problem("IPV4_NETWORK needs a prefix length as its key", None, hint, "missing-setting")
        elif not 0 <= to_i(self.key.value) <= LONGEST_PREFIX:
            yield Problem(f"expected a prefix length from 0 to {LONGEST_PREFIX}", "key")

    def filter(self, event: Event) -> bool:
        if self.method == "UUID":
            event.set(self._target, self._hash(None))
        elif self.method == "PUNCTUATION":
            self._each(event, self._sorted)
        elif self.concatenate_all_fields:
            event.set(self._target, self._hash(_joined(event.to_map()) + "|"))
        elif self.concatenate_sources:
            values = [f"|{ref.text}|{canonical(event.get(ref))}" for ref in self._sorted]
            event.set(self._target, self._hash("".join(values) + "|"))
        else:
            self._each(event, self.source)
        return True

    def _each(self, event: Event, sources: list[FieldRef]) -> None:
        for ref in sources:
            if not event.include(ref):
                continue
            value = event.get(ref)
            if isinstance(value, list) and self.method != "PUNCTUATION":
                event.set(self._target, [self._hash(item) for item in value])
            else:
                event.set(self._target, self._hash(value))

    def _chosen(self) -> Hashing:
        others: dict[str, Hashing] = {
            "MURMUR3": lambda value: murmur3(_long_or_text(value)),
            "MURMUR3_128": lambda value: self._written(murmur3_128(_integer_or_text(value), SEED_128)),
            "IPV4_NETWORK": self._network,
            "PUNCTUATION": _punctuation,
            "UUID": lambda _value: str(uuid4()),
        }
        return others.get(self.method) or self._digest_by(self.method)

    def _digest_by(self, method: str) -> Hashing:
        if self.key is not None:
            key = self.key.value.encode("utf-8", "surrogatepass")
            return lambda value: self._written(hmac.digest(key, _bytes(value), method))
        make = getattr(hashlib, method.lower())  # sooner done than hashlib.new
        return lambda value: self._written(make(_bytes(value), usedforsecurity=False).digest())

    def _network(self, value: Value) -> Value:
        assert self.key is not None  # noqa: S101  prepare sees to it
        if not isinstance(value, str):
            raise PluginError(f"expected an address, got {value!r}")
        try:
            given = ip_interface(value)
            start = given.network.network_address if "/" in value else given.ip
            return str(ip_network((start, to_i(self.key.value)), strict=False).network_address)
        except ValueError as error:
            raise PluginError(str(error)) from None

    def _written(self, digest: bytes) -> str:
        return b64encode(digest).decode() if self.base64encode else digest.hex()


def canonical(value: Value) -> str:
    """Return a value as one text: names and values of objects by name, items of arrays in order, all between bars."""
    if isinstance(value, dict):
        return _joined(value)[1:]
    if isinstance(value, list):
        return "|".join(canonical(item) for item in value)
    return to_s(value)


def _joined(members: dict[str, Value]) -> str:
    return "".join(f"|{name}|{canonical(members[name])}" for name in sorted(members))


def _bytes(value: Value) -> bytes:
    text = value if isinstance(value, str) else canonical(value)
    return text.encode("utf-8", "surrogatepass")


class _PunctuationTable(dict[int, int | None]):
    """What `str.translate` asks: itself for punctuation and symbols, None for all else; it learns as it is asked."""

    def __missing__(self, code: int) -> int | None:
        kept = self[code] = code if unicodedata.category(chr(code))[0] in "PS" else None
        return kept


_PUNCTUATION = _PunctuationTable()


def _punctuation(value: Value) -> str:
    if not isinstance(value, str):
        raise PluginError(f"expected a text, got {value!r}")
    return value.translate(_PUNCTUATION)


def _long_or_text(value: Value) -> bytes:
    if isinstance(value, int) and not isinstance(value, bool):
        return struct.pack("<Q", value & LONG)
    return _bytes(value)


def _integer_or_text(value: Value) -> bytes:
    if isinstance(value, int) and value in INT32 and not isinstance(value, bool):
        return struct.pack("<I", value & WORD)
    return _long_or_text(value)


def murmur3(text: bytes, seed: int = 0) -> int:
    """Return the 32-bit MurmurHash3 (x86) of a text."""
    first, second = MURMUR3_CONSTANTS
    state, whole = seed, len(text) & ~3
    for (word,) in struct.iter_unpack("<I", text[:whole]):
        mixed = word * first & WORD
        state ^= (mixed << 15 | mixed >> 17) * second & WORD
        state = ((state << 13 | state >> 19) * 5 + 0xE6546B64) & WORD
    mixed = int.from_bytes(text[whole:], "little") * first & WORD
    state ^= (mixed << 15 | mixed >> 17) * second & WORD
    state ^= len(text)
    state = (state ^ state >> 16) * 0x85EBCA6B & WORD
    state = (state ^ state >> 13) * 0xC2B2AE35 & WORD
    return state ^ state >> 16


def murmur3_128(text: bytes, seed: int = 0) -> bytes:
    """Return the 128-bit MurmurHash3 (x64) of a text, as two numbers of 64 bits with their lowest byte first."""
    low = high = seed
    whole = len(text) & ~15
    for one, two in struct.iter_unpack("<QQ", text[:whole]):
        low = ((_rotated(low ^ _mixed_low(one), 27) + high) * 5 + 0x52DCE729) & LONG
        high = ((_rotated(high ^ _mixed_high(two), 31) + low) * 5 + 0x38495AB5) & LONG
    low ^= _mixed_low(int.from_bytes(text[whole : whole + 8], "little"))
    high ^= _mixed_high(int.from_bytes(text[whole + 8 :], "little"))
    low, high = low ^ len(text), high ^ len(text)
    low = low + high & LONG
    high = high + low & LONG
    low, high = _avalanche(low), _avalanche(high)
    low = low + high & LONG
    return struct.pack("<QQ", low, high + low & LONG)


def _mixed_low(number: int) -> int:
    first, second = MURMUR3_128_CONSTANTS
    return _rotated(number * first & LONG, 31) * second & LONG


def _mixed_high(number: int) -> int:
    first, second = MURMUR3_128_CONSTANTS
    return _rotated(number * second & LONG, 33) * first & LONG


def _rotated(number: int, bits: int) -> int:
    return (number << bits | number >> (64 - bits)) & LONG


def _avalanche(number: int) -> int:
    number = (number ^ number >> 33) * 0xFF51AFD7ED558CCD & LONG
    number = (number ^ number >> 33) * 0xC4CEB9FE1A85EC53 & LONG
    return number ^ number >> 33
