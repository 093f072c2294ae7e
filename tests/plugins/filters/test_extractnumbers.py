"""What extractnumbers does beyond its examples."""

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.filters.extractnumbers import Extractnumbers


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("a 1\tb\n-2 +3", {"int1": 1, "int2": -2, "int3": 3}),
        ("0x1F 0b11 017 08", {"int1": 31, "int2": 3, "int3": 15, "float1": 8.0}),
        ("1.5 .5 1e3 -2.0", {"float1": 1.5, "float2": 0.5, "float3": 1000.0, "float4": -2.0}),
        ("1, 2% v3 1_0 1__0 1.2.3", {"int1": 10}),
        ("1\u00a02", {}),
        ("1e999", {"float1": "Infinity"}),
        (["1 2", "3"], {"int1": 1, "int2": 2}),
        ([], {}),
        (7, {}),
        (None, {}),
    ],
)
def test_words_that_ruby_reads_as_numbers_become_fields(message, expected):
    one = Extractnumbers(Context())
    event = Event({"message": message})
    assert one.filter(event) is False
    assert {name: value for name, value in event.to_map().items() if name != "message"} == expected
