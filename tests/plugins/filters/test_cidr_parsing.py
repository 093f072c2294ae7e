"""Addresses and networks are read as Ruby's IPAddr reads them."""

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.build import make_plugin

CASES = [
    # address, network, whether it is in
    ("10.9.9.9", "10.0.0.1/255.0.0.0", True),
    ("11.0.0.1", "10.0.0.1/255.0.0.0", False),
    ("10.9.9.9", "10.0.0.1/0.255.255.255", False),
    ("10.9.9.9", "10.0.0.1/255.0.255.0", False),
    ("10.9.9.9", "10.0.0.0/08", False),
    ("10.9.9.9", "10.0.0.0/8", True),
    ("10.9.9.9", "0.0.0.0/0", True),
    ("2001:db8:1::1", "2001:db8::/ffff:ffff::", True),
    ("2001:db8:1::1", "2001:db8::/255.0.0.0", False),
    ("[2001:db8::1]", "2001:db8::/32", True),
    ("2001:db8::1", "[2001:db8::]/32", True),
    ("[10.0.0.1]", "10.0.0.0/8", False),
    ("010.0.0.1", "10.0.0.0/8", False),
    ("fe80::1%eth0", "fe80::/10", True),
]


@pytest.mark.parametrize(("address", "network", "is_in"), CASES)
def test_an_address_is_in_a_network_or_not(address, network, is_in):
    one, problems = make_plugin("filter", "cidr", {"address": [address], "network": [network]}, Context())
    assert problems == []
    assert one.filter(Event({})) is is_in
