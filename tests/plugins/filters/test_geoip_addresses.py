"""Addresses are written in the ways that Java takes, and shown in the one that it writes."""

import pytest

from logsmith.geoip.database import expanded

SHOWN = {
    "192.0.2.1": "192.0.2.1",
    "0192.0.02.001": "192.0.2.1",
    "192.0.513": "192.0.2.1",
    "192.513": "192.0.2.1",
    "3221225985": "192.0.2.1",
    "0": "0.0.0.0",
    "4294967295": "255.255.255.255",
    "2001:DB8::1": "2001:db8:0:0:0:0:0:1",
    "[2001:db8::1]": "2001:db8:0:0:0:0:0:1",
    "::ffff:192.0.2.1": "192.0.2.1",
    "0:0:0:0:0:ffff:c000:0201": "192.0.2.1",
    "::192.0.2.1": "0:0:0:0:0:0:c000:201",
}
REFUSED = [
    *("", "-", "h.example", "192.0.2.256", "192.0.65536", "192.16777216", "256.1", "4294967296", "1.2.3.4.5"),
    *(
        "192.0.2.",
        ".1",
        "1..2",
        "192.0.2.-1",
        "0xc0.0.2.1",
        "00000192.0.2.001",
        "000000000000001.2",
        "٣.0.0.1",
    ),
    *(" 192.0.2.1", "192.0.2.1 ", "192.0.2.1:80", "192.0.2.1/24", "[192.0.2.1]", "[::1", "[]", ":::"),
]


@pytest.mark.parametrize(("written", "shown"), SHOWN.items())
def test_an_address_is_shown_as_java_does(written, shown):
    assert expanded(written) == shown


@pytest.mark.parametrize("written", REFUSED)
def test_what_java_takes_for_a_name_is_no_address(written):
    with pytest.raises(ValueError):
        expanded(written)
