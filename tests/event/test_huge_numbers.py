"""Numbers that are short to write and would be endless as integers: they are refused, not computed."""

import json
from decimal import Decimal

import pytest
from msgspec import Raw

from logsmith.event import Event, EventError, encode, to_i, to_s
from logsmith.event.date_formats import parse_unix, parse_unix_ms
from logsmith.event.exact import freeze, thaw
from logsmith.event.json import parse_json_exact
from logsmith.event.strict import strict_integer
from logsmith.ruby.coerce import to_int
from logsmith.ruby.exceptions import RubyException

HUGE = [Decimal("1e99999999"), Decimal("-1e999999999")]


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("convert", [to_i, strict_integer])
def test_a_huge_decimal_is_no_integer(convert, number):
    with pytest.raises(EventError):
        convert(number)


@pytest.mark.parametrize("number", HUGE)
def test_a_huge_decimal_is_no_integer_in_ruby(number):
    with pytest.raises(RubyException):
        to_int(number)


@pytest.mark.parametrize("number", HUGE)
@pytest.mark.parametrize("read", [parse_unix, parse_unix_ms])
def test_a_huge_decimal_is_no_date(read, number):
    assert read(number) is None


@pytest.mark.parametrize("convert", [to_i, strict_integer])
def test_an_integer_has_four_thousand_digits_at_most(convert):
    assert convert("9" * 4_000) == 10**4_000 - 1
    with pytest.raises(EventError):
        convert("9" * 4_001)


def test_a_huge_decimal_has_a_text():
    assert to_s(Decimal("12.50e99999999")) == "0.125e100000001"


def test_an_exponent_beyond_all_is_refused():
    with pytest.raises(EventError, match="beyond what a decimal holds"):
        parse_json_exact('{"a": 1e123456789012345678901234567890}')


def test_an_integer_too_long_to_be_written_becomes_a_text():
    event = Event.from_map({"a": 10**5_000})
    assert json.loads(encode(event))["a"] == "1" + "0" * 5_000
    assert thaw(freeze(event)).top("a") == "1" + "0" * 5_000


@pytest.mark.parametrize("odd", ["\ud800", 10**5_000], ids=["surrogate", "integer"])
@pytest.mark.parametrize("huge", ["1e400", "1" * 5_000], ids=["float", "integer"])
def test_an_unread_number_that_is_huge_is_written_beside_what_is_not_written_plainly(huge, odd):
    event = Event({"odd": odd, "huge": Raw(huge.encode()), "inside": Raw(f'{{"a":[{huge}]}}'.encode())})
    written = json.loads(encode(event))
    assert (written["huge"], written["inside"]) == (huge, {"a": [huge]})
