"""Rows of the persisted queue that an earlier version stored are read as they were meant."""

import zlib

import pytest
from msgspec.msgpack import encode

from logsmith.runtime.batches import read_row, unpack
from logsmith.spool import SpoolError

FIELDS = b'{"@timestamp":"2026-01-02T03:04:05.000Z","n":1}\n{"@timestamp":"2026-01-02T03:04:05.000Z","n":2}'
ROW = [
    ["es", "s3"],
    [None, [1]],
    FIELDS,
    [b"{}", b'{"a":1}'],
    [0, 1],
    {1: b'[[["fields","n"],"decimal","2"]]'},
    ["A" * 28, "B" * 28],
]


def payload(*changed):
    return zlib.compress(encode([*ROW[: len(ROW) - len(changed)], *changed]))


def test_an_event_comes_back_with_all_that_it_was():
    found = unpack(read_row(payload()), ["es", "s3", "other"])
    facts = [(event.origin[0], event.metadata, repr(event.top("n"))) for event in found["es"]]
    assert facts == [("A", {}, "1"), ("B", {"a": 1}, "Decimal('2')")]
    assert [event.origin for event in found["s3"]] == ["B" * 28]
    assert found["other"] == []


@pytest.mark.parametrize(
    "damaged",
    {
        "cut": payload()[:40],
        "no row": zlib.compress(b"\xc0"),
        "an origin missing": payload(["A" * 28]),
        "a place that is none": payload([0, 7], {}, ["A" * 28, "B" * 28]),
    }.values(),
)
def test_what_is_damaged_is_said_so(damaged):
    with pytest.raises(SpoolError):
        unpack(read_row(damaged), ["es"])
