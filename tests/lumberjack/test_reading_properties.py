"""What holds of any bytes: hypothesis looks for the bytes of which it does not."""

import itertools
import zlib
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st
from lumberjack_cases import V1, V2, c, frame, j, w, z

from logsmith.lumberjack import (
    Connection,
    Limits,
    ProtocolError,
    Window,
    borders,
    encode_pairs_window,
    encode_window,
)

LIMITS = Limits(
    max_frame_bytes=200,
    max_inflated_bytes=1000,
    max_events_per_window=8,
    max_pairs=4,
    max_windows_per_frame=3,
)

documents = st.lists(st.binary(min_size=1, max_size=50), max_size=8)
maps = st.lists(
    st.dictionaries(st.text(max_size=10), st.text(max_size=10), min_size=1, max_size=4), max_size=8
)
levels = st.integers(0, 9)
json_windows = st.builds(lambda sent, level: encode_window(sent, compression_level=level), documents, levels)
map_windows = st.builds(lambda sent, level: encode_pairs_window(sent, compression_level=level), maps, levels)
numbers = st.one_of(st.integers(0, 12), st.integers(0, 2**32 - 1))
small = st.binary(max_size=30)
# Frames that are right, or nearly
bodies = st.one_of(
    st.builds(w, numbers, st.sampled_from((V1, V2))),
    st.builds(j, numbers, small),
    st.builds(
        lambda kind, one, two, rest: frame(V2, kind, one, two, payload=rest),
        st.sampled_from("JDWCAX"),
        numbers,
        numbers,
        small,
    ),
    small,
)
frames = st.one_of(
    bodies,
    json_windows,
    map_windows,
    st.builds(
        lambda parts, level: c(*parts, level=level), st.lists(bodies | json_windows, max_size=4), levels
    ),
    st.builds(
        lambda parts, cut: z(zlib.compress(b"".join(parts))[: -cut or None]),
        st.lists(bodies, max_size=4),
        st.integers(0, 6),
    ),
)
streams = st.lists(frames, max_size=8).map(b"".join)


def said_by(connection):
    """Return the windows, and the kind of the mistake if there was one."""
    windows = []
    try:
        while isinstance(window := connection.next_window(), Window):
            windows.append(
                (
                    window.version,
                    window.sequence,
                    [bytes(one) if isinstance(one, memoryview) else one for one in window.events],
                )
            )
    except ProtocolError as error:
        return windows, error.kind, str(error)
    return windows, None, None


def read(parts, *, ask_each_time, limits=LIMITS):
    connection, windows, failure = Connection(limits), [], (None, None)
    for part in parts:
        connection.receive_data(part)
        if (ask_each_time or not part) and failure == (None, None):
            more, *failure = said_by(connection)
            windows += more
            failure = tuple(failure)
    return windows, failure


def pieces(stream, cuts):
    borders = sorted({0, len(stream), *(cut % (len(stream) + 1) for cut in cuts)})
    return [stream[start:stop] for start, stop in itertools.pairwise(borders)] + [b""]


@settings(max_examples=300, deadline=None)
@given(streams, st.lists(st.integers(0, 2000)), st.booleans())
def test_reading_does_not_depend_on_how_the_bytes_are_cut(stream, cuts, ask_each_time):
    whole = read(pieces(stream, []), ask_each_time=True)
    assert read(pieces(stream, cuts), ask_each_time=ask_each_time) == whole


@settings(max_examples=300, deadline=None)
@given(streams, st.lists(st.integers(0, 2000)), st.booleans(), st.integers(1, 4))
def test_reading_does_not_depend_on_how_far_was_looked_ahead(stream, cuts, ask_each_time, most):
    whole = read(pieces(stream, []), ask_each_time=True)
    with mock.patch.object(borders, "MOST_WALKED", most):
        assert read(pieces(stream, cuts), ask_each_time=ask_each_time) == whole


@settings(max_examples=300, deadline=None)
@given(streams | st.binary(max_size=300))
def test_any_bytes_are_windows_or_a_protocol_error(stream):
    windows, _ = read([stream, b""], ask_each_time=False)
    for version, sequence, events in windows:
        assert version in (V1, V2)
        assert 0 <= sequence < 2**32
        assert len(events) <= LIMITS.max_events_per_window
        assert all(len(event) <= LIMITS.max_frame_bytes for event in events if isinstance(event, bytes))
        assert all(len(event) <= LIMITS.max_pairs for event in events if isinstance(event, dict))
        assert sum(
            len(event) for event in events if isinstance(event, bytes)
        ) <= LIMITS.max_inflated_bytes + len(stream)


@settings(max_examples=200, deadline=None)
@given(streams, st.lists(st.integers(0, 2000)))
def test_holds_no_more_than_it_was_given(stream, cuts):
    connection, given_bytes = Connection(LIMITS), 0
    for part in pieces(stream, cuts)[:-1]:
        connection.receive_data(part)
        given_bytes += len(part)
        assert connection.buffered_bytes <= given_bytes + LIMITS.max_inflated_bytes
        assert connection.parked_windows <= given_bytes
        said_by(connection)
        # what is read of an open window counts until the window is complete
        assert connection.buffered_bytes <= LIMITS.max_inflated_bytes + LIMITS.max_frame_bytes + 16
        assert connection.parked_windows == 0


@settings(deadline=None)
@given(st.lists(documents, max_size=5), levels)
def test_what_is_encoded_is_read_again(windows, level):
    stream = b"".join(encode_window(sent, compression_level=level) for sent in windows)
    read_windows, failure = read([stream, b""], ask_each_time=False, limits=Limits())
    assert failure == (None, None)
    assert read_windows == [(V2, len(sent), sent) for sent in windows]


@settings(deadline=None)
@given(maps, levels, st.integers(1, 2**32 - 9))
def test_v1_events_that_are_encoded_are_read_again(events, level, first):
    stream = encode_pairs_window(events, first_sequence=first, compression_level=level)
    last = first + len(events) - 1 if events else 0
    assert read([stream, b""], ask_each_time=False, limits=Limits()) == ([(V1, last, events)], (None, None))
