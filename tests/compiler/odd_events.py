"""Random events with every kind of value in every kind of place, to be made again and again the same."""

from decimal import Decimal

from hypothesis import strategies as st
from msgspec import Raw

from logsmith.event import Event, Timestamp, copied
from logsmith.event.json import encode_value

TEXTS = (
    "", "5", "ab", "false", "true", "YES", "é", "-7", "007", "1,024", " 12 ", "1.5", "+2", "1e3", "0x1f", "٣", "²", "İ", "straße",
    "a/b//c", "x\nab", "ab\n", "AB", "nan", "9" * 19, "%{a}", "K",
)  # fmt: skip
NUMBERS = (0, 1, 5, -3, 2**70, 0.0, -0.0, 1.0, 5.0, 2.5, 1e300)
# A decimal that is no number is not among them: `event.set` makes a text of it, and ordering it raises
UNUSUAL = (
    float("inf"),
    float("nan"),
    Decimal(5),
    Decimal("1.50"),
    Timestamp(10**18),
    Timestamp(0),
)

written = st.one_of(st.none(), st.booleans(), st.sampled_from(NUMBERS), st.sampled_from(TEXTS))
scalars = st.one_of(written, written, st.sampled_from(UNUSUAL))


def values_of(leaves):
    """Return values with objects of the keys that references name, and arrays, in each other."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.dictionaries(st.sampled_from(["b", "c", "0"]), inner, max_size=3),
            st.dictionaries(st.sampled_from(["b", "c"]), inner, min_size=1, max_size=2),
            st.lists(inner, max_size=3),
        ),
        max_leaves=6,
    )


read = values_of(scalars).map(lambda value: (False, value))
unread = values_of(written).map(lambda value: (True, value))
tags = st.one_of(st.lists(st.sampled_from(["x", "y", "z"]), max_size=3), st.just("x")).map(
    lambda value: (False, value)
)
members = st.fixed_dictionaries(
    {}, optional={"a": read | unread, "d": read | unread, "e": unread, "tags": tags}
)
metadata = st.fixed_dictionaries(
    {}, optional={"x": values_of(scalars), "b": values_of(scalars), "tags": values_of(scalars)}
)
specs = st.tuples(members, metadata)

REFERENCES = (
    "a", "d", "e", "[a]", "[a][b]", "[a][b][c]", "[d][c]", "[d][b][0]", "[a][0]", "[e][b]", "[n]", "[n][b]", "[n][b][c]",
    "[@metadata][x]", "[@metadata][x][b]", "[@metadata][b][b][c]", "[@metadata][n]", "[@metadata][n][b]", "[@metadata][tags]",
    "tags", "[tags][x]", "[tags][0]", "@timestamp", "[@timestamp][b]", "[@metadata]", "@version",
)  # fmt: skip
references = st.sampled_from(REFERENCES)


def made(spec):
    """Return a new event of what is given: its members, each with whether it is unread, and its metadata."""
    fields = {"@timestamp": Timestamp(10**18), "@version": "1"}
    for name, (is_unread, value) in spec[0].items():
        fields[name] = Raw(encode_value(value)) if is_unread else copied(value)
    return Event(fields, copied(spec[1]))


def exact(value):
    """Return a value with the types of all in it, so that 1 is not 1.0 and what is not a number equals itself."""
    if isinstance(value, dict):
        return [(name, exact(member)) for name, member in value.items()]
    if isinstance(value, list):
        return tuple(map(exact, value))
    return type(value).__name__, str(value)


def state(event):
    """Return all that an event holds, in order."""
    return exact(event.to_map()), exact(event.metadata), event.cancelled
