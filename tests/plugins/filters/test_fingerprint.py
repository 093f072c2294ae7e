import hashlib
import hmac
import struct
from uuid import UUID

import pytest

from logsmith.event import Event
from logsmith.plugins import Context, PluginError
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.plugins.filters.fingerprint import canonical, murmur3, murmur3_128

TEXT = "123.123.123.123"


def make(**values):
    plugin, problems = make_plugin("filter", "fingerprint", values, Context(ecs="disabled"))
    assert problems == []
    return plugin


def fingerprint(fields, **values):
    event = Event.from_map({"@timestamp": "2020-01-01T00:00:00.000Z", **fields})
    assert make(**values).filter(event)
    return event.top("fingerprint")


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


# Of the algorithm's author and of implementations in other languages; each length from 0 to a block and one
MURMUR3 = [
    (b"", 0, 0),
    (b"", 1, 0x514E28B7),
    (b"", 0xFFFFFFFF, 0x81F16F39),
    (b"\xff\xff\xff\xff", 0, 0x76293B50),
    (b"!Ce\x87", 0, 0xF55B516B),
    (b"!Ce\x87", 0x5082EDEE, 0x2362F9DE),
    (b"!Ce", 0, 0x7E4A8634),
    (b"!C", 0, 0xA0F7B07A),
    (b"!", 0, 0x72661CF4),
    (b"\0\0\0\0", 0, 0x2362F9DE),
    (b"aaaa", 0x9747B28C, 0x5A97808A),
    (b"Hello, world!", 0x9747B28C, 0x24884CBA),
    (b"The quick brown fox jumps over the lazy dog", 0x9747B28C, 0x2FA826CD),
]


@pytest.mark.parametrize(("text", "seed", "expected"), MURMUR3)
def test_murmur3_is_that_of_its_author(text, seed, expected):
    assert murmur3(text, seed) == expected


MURMUR3_128 = [
    (b"", 0, 0),
    (b"hello", 0xCBD8A7B341BD9B02, 0x5B1E906A48AE1D19),
    (b"hello, world", 0x342FAC623A5EBC8E, 0x4CDCBC079642414D),
    (b"19 Jan 2038 at 3:14:07 AM", 0xB89E5988B737AFFC, 0x664FC2950231B2CB),
    (b"The quick brown fox jumps over the lazy dog.", 0xCD99481F9EE902C9, 0x695DA1A38987B6E7),
]


@pytest.mark.parametrize(("text", "low", "high"), MURMUR3_128)
def test_murmur3_of_128_bits_is_that_of_its_author(text, low, high):
    assert murmur3_128(text) == struct.pack("<QQ", low, high)


@pytest.mark.parametrize(
    ("method", "expected"), [("MURMUR3", 4013733395), ("MURMUR3_128", "41cbc4056eed401d091dfbeabf7ea9e0")]
)
def test_a_text_is_hashed_by_its_bytes(method, expected):
    assert fingerprint({"message": TEXT}, method=method) == expected


INTEGERS = [
    ("MURMUR3", 123, 823512154),
    ("MURMUR3_128", 123, "286816c693ac410ed63e1430dcd6f6fe"),
    ("MURMUR3_128", 2148483647, "fdc7699a82556c8c584131f0133ee989"),
]


@pytest.mark.parametrize(("method", "number", "expected"), INTEGERS)
def test_an_integer_is_hashed_by_its_bits(method, number, expected):
    assert fingerprint({"message": number}, method=method) == expected
    assert fingerprint({"message": str(number)}, method=method) != expected


@pytest.mark.parametrize("number", [-1, -(2**31), 2**63, 2**70 + 5])
@pytest.mark.parametrize("method", ["MURMUR3", "MURMUR3_128"])
def test_every_integer_has_bits(method, number):
    assert fingerprint({"message": number}, method=method) not in (None, "")


def test_booleans_and_floats_are_hashed_as_texts():
    assert fingerprint({"message": True}, method="MURMUR3") == murmur3(b"true")
    assert fingerprint({"message": 1.0}, method="MURMUR3") == murmur3(b"1.0")


CANONICAL = [
    ("x", "x"),
    (1e20, "1.0e+20"),
    (None, ""),
    ({"b": 1, "a": {"d": False, "c": None}}, "a|c||d|false|b|1"),
    ([1, [2, {"k": "v"}], "x"], "1|2|k|v|x"),
    ([], ""),
    ({}, ""),
]


@pytest.mark.parametrize(("value", "expected"), CANONICAL)
def test_objects_and_arrays_are_written_between_bars(value, expected):
    assert canonical(value) == expected


def test_the_last_source_that_is_there_wins():
    fields = {"a": "1", "b": "2"}
    assert fingerprint(fields, method="MD5", source=["b", "a", "c"]) == md5("1")


def test_null_counts_as_a_source_that_is_there():
    assert fingerprint({"a": "1", "b": None}, method="MD5", source=["a", "b"]) == md5("")


def test_sources_are_concatenated_in_the_order_of_their_names_missing_ones_too():
    fields = {"a": "1", "c": [1.5, {"x": None}]}
    found = fingerprint(fields, method="MD5", source=["c", "[b]", "a"], concatenate_sources=True)
    assert found == md5("|[b]||a|1|c|1.5|x||")


def test_a_concatenation_of_nothing_is_hashed_too():
    found = fingerprint({}, method="MD5", source=["b", "a"], concatenate_sources=True)
    assert found == md5("|a||b||")


def test_all_fields_are_those_of_the_event_without_metadata():
    fields = {"z": {"b": 1, "a": 2}, "@metadata": {"x": 1}, "tags": ["t", "u"]}
    found = fingerprint(fields, method="MD5", source="z", concatenate_all_fields=True)
    assert found == md5("|@timestamp|2020-01-01T00:00:00.000Z|@version|1|tags|t|u|z|a|2|b|1|")


@pytest.mark.parametrize("method", ["SHA1", "SHA256", "SHA384", "SHA512", "MD5"])
def test_a_key_makes_an_hmac(method):
    expected = hmac.new(b"s3cret", "é".encode(), method).hexdigest()
    assert fingerprint({"message": "é"}, method=method, key="s3cret") == expected
    assert fingerprint({"message": "é"}, method=method) == hashlib.new(method, "é".encode()).hexdigest()


def test_base64_is_for_digests_and_not_for_murmur3():
    assert fingerprint({"message": TEXT}, method="MD5", base64encode=True) == "zN2NPZQKAbL7MljAWZJMDQ=="
    assert (
        fingerprint({"message": TEXT}, method="MURMUR3_128", base64encode=True) == "QcvEBW7tQB0JHfvqv36p4A=="
    )
    assert fingerprint({"message": TEXT}, method="MURMUR3", base64encode=True) == 4013733395


NETWORKS = [
    ("10.20.30.40", "24", "10.20.30.0"),
    ("10.20.30.40", "0", "0.0.0.0"),
    ("10.20.30.40", "32", "10.20.30.40"),
    ("10.20.30.40/8", "24", "10.0.0.0"),
    ("2001:db8:1:2::3", "48", "2001:db8:1::"),
]


@pytest.mark.parametrize(("address", "length", "network"), NETWORKS)
def test_an_address_is_cut_to_its_network(address, length, network):
    assert fingerprint({"message": address}, method="IPV4_NETWORK", key=length) == network


@pytest.mark.parametrize(
    ("address", "length"), [("?", "24"), ("", "24"), (5, "24"), (None, "24"), ("1.2.3.4", "33")]
)
def test_what_has_no_network_is_a_fault_of_the_event(address, length):
    with pytest.raises(PluginError):
        fingerprint({"message": address}, method="IPV4_NETWORK", key=length)


@pytest.mark.parametrize("key", [None, "129", "-1"])
def test_a_network_needs_a_prefix_length(key):
    values = {} if key is None else {"key": key}
    with pytest.raises(BuildError, match="prefix length"):
        make(method="IPV4_NETWORK", **values)


def test_a_key_without_quotes_is_refused():
    with pytest.raises(BuildError, match="in quotes"):
        make(method="IPV4_NETWORK", key=24)


def test_punctuation_is_that_of_the_last_source_by_name():
    fields = {"a": "a!", "b": "b?-€+𝄞 \u0301"}
    assert fingerprint(fields, method="PUNCTUATION", source=["b", "a"]) == "?-€+𝄞"
    assert fingerprint({"message": "plain"}, method="PUNCTUATION") == ""


@pytest.mark.parametrize("value", [1, None, ["!"]])
def test_only_texts_have_punctuation(value):
    with pytest.raises(PluginError):
        fingerprint({"message": value}, method="PUNCTUATION")


def test_a_uuid_is_random_and_replaces_what_is_there():
    first, second = (fingerprint({"fingerprint": "old"}, method="UUID") for _ in range(2))
    assert UUID(first).version == UUID(second).version == 4
    assert first != second


def test_without_a_source_nothing_is_written_but_the_filter_succeeds():
    assert fingerprint({"other": 1}) is None
