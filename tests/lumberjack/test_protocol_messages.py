"""What the person who runs logsmith reads when a peer does not speak the protocol."""

import zlib

import pytest
from lumberjack_cases import (
    CUT_INSIDE,
    JUNK_AFTER,
    MANY,
    NESTED,
    NO_ADLER,
    V1,
    V2,
    WRONG_ADLER,
    ack,
    c,
    d,
    frame,
    gzipped,
    j,
    w,
    z,
)

from logsmith.lumberjack import END_OF_STREAM, Connection, Limits, ProtocolError

MESSAGES = {
    "expected a Lumberjack frame, got an HTTP request": b"POST /_bulk HTTP/1.1\r\n",
    "expected a Lumberjack frame, got a TLS handshake on a port that speaks plain text": b"\x16\x03\x01\x02\x00",
    "expected a Lumberjack frame, got a PROXY protocol header, where nobody is known to send one": b"PROXY TCP4 10.0.0.1",
    "expected a Lumberjack frame, got JSON without frames around it": b'{"message":"hi"}',
    "expected version '1' or '2', got byte 0x33": b"3W\0\0\0\1",
    "expected version '1' or '2', got byte 0x7b": w(1) + j(1) + b'{"message":"hi"}',
    "expected frame type W, J, D or C, got byte 0x58": b"2X\0\0\0\1",
    "expected a frame of a client, got an acknowledgement": ack(1),
    "expected a window, got an event that no window announced": j(1),
    "expected 2 more events of the window, got a new window": w(3) + j(1) + w(1),
    "expected a window of at most 65536 events, got one of 65537": w(MANY + 1),
    "expected 1 to 67108864 bytes of JSON, got 0": w(1) + frame(V2, "J", 1, 0),
    "expected 1 to 67108864 bytes of compressed data, got 4294967295": w(1) + frame(V2, "C", 2**32 - 1),
    "expected 1 to 10000 pairs, got 0": w(1, V1) + d(1),
    "expected a frame of at most 67108864 bytes, got one of 4294967309 or more": w(1, V1)
    + frame(V1, "D", 1, 1, 2**32 - 1),
    "expected zlib data, got gzip data": w(1) + z(gzipped(j(1))),
    "expected zlib data, got data that does not inflate": w(1) + WRONG_ADLER,
    "expected more zlib data, got the end of its frame": w(1) + NO_ADLER,
    "expected the end of the zlib data, got 4 more bytes": w(1) + JUNK_AFTER,
    "expected whole frames, got compressed text that ends inside of one": w(2) + CUT_INSIDE,
    "expected an event, got compressed data inside of compressed data": w(1) + NESTED,
    "expected at most 1000 windows in a frame, got more": c(w(0) * 1001),
    "expected the rest, got the end of the stream after 1 events of a window of 2": w(2) + j(1),
    "expected the rest, got the end of the stream after a part of a frame": w(1)[:4],
}


def mistake_in(connection, sent):
    connection.receive_data(sent)
    connection.receive_data(b"")
    try:
        while connection.next_window() is not END_OF_STREAM:
            pass
    except ProtocolError as error:
        return error
    return None


@pytest.mark.parametrize(("message", "sent"), MESSAGES.items(), ids=MESSAGES)
def test_says_what_was_expected_and_what_came(message, sent):
    assert str(mistake_in(Connection(), sent)) == message


def test_says_that_a_window_has_too_many_pairs():
    sent = w(1, V1) + d(1, b"a", b"1", b"b", b"2")
    mistake = mistake_in(Connection(Limits(max_pairs_per_window=1)), sent)
    assert str(mistake) == "expected at most 1 pairs in a window, got more"


def test_says_that_a_window_is_in_too_many_frames():
    mistake = mistake_in(Connection(Limits(max_frames_per_window=1)), w(2) + c(j(1)) + c(j(2)))
    assert str(mistake) == "expected a window in at most 1 compressed frames, got more"


def test_says_that_a_window_inflates_to_too_much():
    sent = w(1) + z(zlib.compress(j(1, b"x" * 100)))
    mistake = mistake_in(Connection(Limits(max_inflated_bytes=64)), sent)
    assert str(mistake) == "expected a window of at most 64 bytes, it inflates to more"


def test_says_the_same_again_when_asked_again():
    connection = Connection()
    first = mistake_in(connection, b"GET / HTTP/1.1")
    assert str(mistake_in(connection, w(1) + j(1))) == str(first)
