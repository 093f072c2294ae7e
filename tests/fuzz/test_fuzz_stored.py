"""What is kept on disk: an event comes back as it was; of anything else there is an error, and no more than its size."""

import tracemalloc

from fuzz_target import Target, in_suite, test_nothing_near_it_does_harm, test_what_is_kept_does_no_harm  # noqa: F401
from hypothesis import given
from hypothesis import strategies as st
from isal import isal_zlib
from msgspec.msgpack import encode as stored

from logsmith.deflated import deflate
from logsmith.event import Event, JsonError, Timestamp
from logsmith.event.exact import ExactEvent, freeze, thaw
from logsmith.event.packed import PackedEvents
from logsmith.runtime.batches import Stored, pack_row, read_row, unpack
from logsmith.spool import SpoolError

TOKENS = (
    b"[", b"]", b"{", b"}", b'"', b",", b":", b"null", b"1", b"-1", b"1e999", b'["fields","a"]', b'["metadata","a",0]', b'"timestamp"', b'"decimal"',
    b'"float"', b'"text"', b'"nan"', b'"99999999999999999999999"', b"\n", b"\\ud800", b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xc6\xff\xff\xff\xff",
    b"\x93", b"\x92", b"\x90", b"\xc0", b"\xff", b"\x00", b"\x81",
)  # fmt: skip
MOST_BYTES = 3_000_000  # beside some hundred times the input
SEPARATOR = b"\n--\n"
OUTPUTS = ("one", "two")

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.decimals(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
    | st.text(st.characters(), max_size=3) | st.integers(-(2**62), 2**62).map(Timestamp)
)  # fmt: skip
names = st.text(max_size=4)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@in_suite
@given(fields=st.dictionaries(names, values, max_size=4), metadata=st.dictionaries(names, values, max_size=3))
def test_any_event_comes_back_as_it_was(fields, metadata):
    event = Event(dict(fields), dict(metadata))
    if not isinstance(event.fields.get("@timestamp"), Timestamp):
        event.fields["@timestamp"] = Timestamp(0)
    routed = [("one", [event]), ("two", [event])]
    found = unpack(read_row(pack_row(routed).payload), OUTPUTS)
    for again in (thaw(freeze(event)), *found["one"], *found["two"]):
        assert repr(again.to_map()) == repr(event.to_map())
        assert repr(again.metadata) == repr(event.metadata)


def check_exact(given):
    texts = ([*given.split(SEPARATOR), b"{}", b"{}", b"[]"])[:3]
    try:
        event = thaw(ExactEvent(*texts))
        event.to_map()
    except JsonError:
        return
    freeze(event)


def packed_around(text):
    for step, origins in ((1, [None]), (2, 3), (2, -3)):
        for count in (1, text.count(b"\n") + 1, 2**62):
            yield PackedEvents(deflate(text), count, step, [b"{}"], [], {0: text}, origins)


def check_payload(payload):
    """Take a payload as it stands, as what it would be before it was compressed, and as the text of events."""
    texts = [stored([Stored(["one"], [None], one)]) for one in packed_around(payload)]
    for content in (payload, isal_zlib.compress(payload, 1), *texts):
        tracemalloc.start()
        try:
            found = unpack(read_row(content), OUTPUTS)
        except SpoolError:
            continue
        finally:
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert most < MOST_BYTES + 100 * len(payload)
        for events in found.values():
            for event in events:
                assert isinstance(event, Event)


TARGETS = [Target("stored-events", check_exact, TOKENS), Target("stored-batches", check_payload, TOKENS)]
