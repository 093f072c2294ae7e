"""Lumberjack: any bytes give windows or a ProtocolError, within the limits, and the same however they are cut."""

from fuzz_target import Target, test_nothing_near_it_does_harm, test_what_is_kept_does_no_harm  # noqa: F401

from logsmith.lumberjack import Connection, Limits, ProtocolError, Window

LIMITS = Limits(
    max_frame_bytes=2_000,
    max_inflated_bytes=20_000,
    max_events_per_window=50,
    max_pairs=8,
    max_windows_per_frame=4,
)
TOKENS = (
    b"1W", b"2W", b"2J", b"1D", b"2C", b"2A", b"3", b"\x00\x00\x00\x00", b"\x00\x00\x00\x01", b"\x00\x00\x00\x02",
    b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x00\x00\x07\xd0", b"{}", b"2W\x00\x00\x00\x00", b"2W\x00\x00\x00\x01",
    b"2J\x00\x00\x00\x01\x00\x00\x00\x02{}", b"x\x9c", b"GET / HTTP/1.1\r\n",
)  # fmt: skip


def said(given, size):
    """Return the windows and the kind of the mistake, with the bytes coming in pieces of a size."""
    connection, windows = Connection(LIMITS), []
    try:
        for at in range(0, len(given), size):
            connection.receive_data(given[at : at + size])
            while isinstance(window := connection.next_window(), Window):
                assert len(window.events) <= LIMITS.max_events_per_window
                windows.append(
                    (
                        window.version,
                        [bytes(one) if not isinstance(one, dict) else one for one in window.events],
                    )
                )
            assert connection.buffered_bytes <= 2 * max(LIMITS.max_frame_bytes, size) + 20
    except ProtocolError as error:
        return windows, error.kind
    return windows, None


def check(given):
    whole = said(given, len(given) or 1)
    for size in {1 + len(given) // 3, 7, 1} if len(given) < 500 else {1 + len(given) // 3, 61}:
        assert said(given, size) == whole


TARGETS = [Target("lumberjack", check, TOKENS)]
