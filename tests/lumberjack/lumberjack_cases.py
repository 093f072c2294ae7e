"""What a client may send, and what a server makes of it: the protocol's table of cases, as data.

Each case says which bytes come in, and what has to happen, in order: a window is delivered and acknowledged with a
frame, or the connection is closed for a reason of a kind. A case that closes only at the end of the stream says so
with `at_end`. Any server can be run against the table; over a socket, `answers` and `events` are what to expect.
"""

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from logsmith.lumberjack import Limits

V1, V2 = 0x31, 0x32
HI, YO, EMPTY = b'{"message":"hi"}', b'{"message":"yo"}', b"{}"
MIB = 1024 * 1024
DEFAULTS = Limits()


def frame(version, kind, *numbers, payload=b""):
    return bytes((version, ord(kind))) + b"".join(struct.pack(">I", number) for number in numbers) + payload


def w(count, version=V2):
    return frame(version, "W", count)


def j(sequence, document=EMPTY, version=V2):
    return frame(version, "J", sequence, len(document), payload=document)


def d(sequence, *texts, version=V1):
    """A frame of pairs: names and values in turn, as bytes."""
    items = b"".join(struct.pack(">I", len(text)) + text for text in texts)
    return frame(version, "D", sequence, len(texts) // 2, payload=items)


def z(deflated, version=V2):
    return frame(version, "C", len(deflated), payload=deflated)


def c(*frames, level=6, version=V2):
    return z(zlib.compress(b"".join(frames), level), version)


def ack(sequence, version=V2):
    return frame(version, "A", sequence)


@dataclass(frozen=True)
class Deliver:
    """A window's events reach the pipeline; JSON documents as bytes, v1 events as dicts."""

    events: tuple[bytes | dict[str, str], ...]


@dataclass(frozen=True)
class Ack:
    """These bytes are answered."""

    frame: bytes


@dataclass(frozen=True)
class Close:
    """The connection is closed for a mistake of this kind (`ProtocolError.kind`)."""

    kind: str


@dataclass(frozen=True)
class Case:
    """One stimulus. `id` begins with the number it has in the protocol's reference."""

    id: str
    sentence: str
    sent: bytes | Callable[[], bytes]
    outcomes: tuple[Deliver | Ack | Close, ...]
    at_end: bool = False  # the client then ends its stream, and the last outcome is due to that
    limits: Limits = DEFAULTS
    is_big: bool = False  # too long to be cut into single bytes

    @property
    def bytes(self):
        return self.sent() if callable(self.sent) else self.sent

    @property
    def events(self):
        return [
            event for outcome in self.outcomes if isinstance(outcome, Deliver) for event in outcome.events
        ]

    @property
    def answers(self):
        return b"".join(outcome.frame for outcome in self.outcomes if isinstance(outcome, Ack))

    @property
    def closes(self):
        return next((outcome.kind for outcome in self.outcomes if isinstance(outcome, Close)), None)


def window(*events, sequence=None, version=V2):
    """The outcomes of a window that is delivered and acknowledged; its last number is its size if not given."""
    return Deliver(events), Ack(ack(len(events) if sequence is None else sequence, version))


def h(text):
    return bytes.fromhex(text)


def raw_deflate(text):
    deflater = zlib.compressobj(6, zlib.DEFLATED, -15)
    return deflater.compress(text) + deflater.flush()


def gzipped(text):
    deflater = zlib.compressobj(6, zlib.DEFLATED, 31)
    return deflater.compress(text) + deflater.flush()


def flushed(text, mode):
    """Zlib data with a flush point after every 1,000 bytes."""
    deflater = zlib.compressobj(6)
    parts = [
        deflater.compress(text[at : at + 1000]) + deflater.flush(mode) for at in range(0, len(text), 1000)
    ]
    return b"".join(parts) + deflater.flush()


def zeros(mebibytes):
    """The zlib data of that many MiB of zero bytes, made without them: one block, again and again."""
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = deflater.compress(bytes(MIB)) + deflater.flush(zlib.Z_FULL_FLUSH)
    checksum = struct.pack(">HH", mebibytes * MIB % 65521, 1)  # Adler-32 of zeros: their count, and 1
    return b"\x78\xda" + block * mebibytes + b"\x03\x00" + checksum


def numbered(count, start=1):
    return tuple(b'{"n":%d}' % number for number in range(start, start + count))


def js(documents, start=1):
    return b"".join(j(number, document) for number, document in enumerate(documents, start))


def _thousand_windows():
    chance = random.Random(6)
    sent, outcomes = [], []
    for _ in range(1000):
        documents = numbered(chance.randint(1, 50))
        frames = js(documents)
        sent += (w(len(documents)), c(frames) if chance.random() < 0.5 else frames)
        outcomes += window(*documents)
    return b"".join(sent), tuple(outcomes)


THOUSAND, THOUSAND_OUTCOMES = _thousand_windows()
LOOSE = bytes(range(256)) * 400  # compresses badly, and is more than the 32 KiB that zlib looks back
LINE = b'{"message":"' + LOOSE.hex().encode() + b'"}'
BIG_10, BIG_25 = (b'{"message":"%s"}' % (b"x" * (size * MIB)) for size in (10, 25))
KEY_VALUE = (b"line", b"hello", b"host", b"a1")
HELLO = {"line": "hello", "host": "a1"}
SMALL = Limits(max_frame_bytes=100)
MANY = 65_536
SPIN = h(
    "32 43 00 00 00 23 78 9c 33 72 66 60 60 10 aa 98 63 fc 29 29 21 21 81 25 69 d9 ab 28 06 76 21 c6 0a a3 70 06 00 6b"
    "f4 07 ae"
)
CUT_INSIDE = h("32 43 00 00 00 15 78 9c 33 f2 62 60 60 60 04 62 a6 ea 5a 23 20 1b 00 0e 98 01 f4")
NESTED = h(
    "32 43 00 00 00 20 78 9c 33 72 66 60 60 10 aa 98 63 fc 29 29 21 21 81 25 69 d9 ab 28 06 76 21 c6 0a 00 55 41 07 25"
)
NO_ADLER = h("32 43 00 00 00 0e 78 9c 33 f2 62 60 60 60 04 62 a6 ea 5a 00")
WRONG_ADLER = h("32 43 00 00 00 12 78 9c 33 f2 62 60 60 60 04 62 a6 ea 5a 00 00 00 00 00")
JUNK_AFTER = h("32 43 00 00 00 16 78 9c 33 f2 62 60 60 60 04 62 a6 ea 5a 00 07 12 01 78 4a 55 4e 4b")
STORED = h(
    "32 43 00 00 00 25 78 01 01 1a 00 e5 ff 32 4a 00 00 00 01 00 00 00 10 7b 22 6d 65 73 73 61 67 65 22 3a 22 68 69 22"
    "7d 3d c8 05 fe"
)
CUT_JSON = b'{"a":'
DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000

FRAMING = [
    Case("1", "an event", w(1) + j(1, HI), window(HI)),
    Case(
        "1-bytes",
        "the bytes of a Filebeat, written out",
        h("32570000000132 4a 00000001 00000010") + HI,
        window(HI),
    ),
    Case("2", "three events, compressed", w(3) + c(js(numbered(3))), window(*numbered(3))),
    Case("3", "three events, plain", w(3) + js(numbered(3)), window(*numbered(3))),
    Case(
        "5",
        "two windows in one write",
        w(2) + c(js((HI, YO))) + w(1) + c(j(1)),
        window(HI, YO) + window(EMPTY),
    ),
    Case("6", "a thousand windows, one answer each", THOUSAND, THOUSAND_OUTCOMES, is_big=True),
    Case(
        "7", "a window in two compressed frames", w(3) + c(j(1)) + c(j(2, HI), j(3)), window(EMPTY, HI, EMPTY)
    ),
    Case(
        "7-mixed",
        "plain, then compressed, then plain",
        w(3) + j(1, HI) + c(j(2)) + j(3),
        window(HI, EMPTY, EMPTY),
    ),
    Case("8", "the window inside of the compressed frame", c(w(2), j(1, HI), j(2, YO)), window(HI, YO)),
    Case(
        "9",
        "two windows inside of one",
        c(w(1), j(1), w(2), j(1, HI), j(2, YO)),
        window(EMPTY) + window(HI, YO),
    ),
    Case("9-half", "a window begun inside, ended outside", c(w(2), j(1, HI)) + j(2, YO), window(HI, YO)),
    Case("10", "no event: a ping", w(0), window()),
    Case("11", "a ping in version 1", w(0, V1), window(version=V1)),
    Case("12", "ten thousand pings", w(0) * 10_000, window() * 10_000, is_big=True),
    Case("13", "numbers that do not begin at 1", w(2) + j(11) + j(12), window(EMPTY, EMPTY, sequence=12)),
    Case("14", "numbers out of order", w(3) + j(3, HI) + j(1) + j(2, YO), window(HI, EMPTY, YO, sequence=2)),
    Case("15", "a number twice", w(3) + j(1) + j(3) + j(3), window(EMPTY, EMPTY, EMPTY)),
    Case("16", "numbers that are 0", w(2) + j(0) + j(0), window(EMPTY, EMPTY, sequence=0)),
    Case(
        "17", "numbers over 2**31", w(2) + j(2**31) + j(2**31 + 1), window(EMPTY, EMPTY, sequence=2**31 + 1)
    ),
    Case("18", "the last number", w(1) + h("324affffffff000000027b7d"), window(EMPTY, sequence=2**32 - 1)),
    Case(
        "19",
        "numbers that begin again",
        w(4) + j(2**32 - 2) + j(2**32 - 1) + j(1) + j(2),
        window(EMPTY, EMPTY, EMPTY, EMPTY, sequence=2),
    ),
    Case("20", "an event without a window", j(1), (Close("window"),)),
    Case("20-compressed", "a compressed event without a window", c(j(1)), (Close("window"),)),
    Case("20-pairs", "a v1 event without a window", d(1, *KEY_VALUE), (Close("window"),)),
    Case("21", "an event too many", w(2) + js((HI, YO, HI)), (*window(HI, YO), Close("window"))),
    Case(
        "21-compressed",
        "an event too many, compressed",
        w(2) + c(js((HI, YO, HI))),
        (*window(HI, YO), Close("window")),
    ),
    Case("22", "a new window too early", w(3) + j(1) + j(2) + w(1) + j(1), (Close("window"),)),
    Case(
        "22-compressed",
        "a new window too early, after compressed events",
        w(3) + c(j(1)) + w(1),
        (Close("window"),),
    ),
    Case(
        "23-most",
        "as many events as are allowed",
        w(2) + j(1) + j(2),
        window(EMPTY, EMPTY),
        limits=Limits(max_events_per_window=2),
    ),
    Case("23-over", "one more", w(3), (Close("window"),), limits=Limits(max_events_per_window=2)),
    Case("23-default", "one more than the default", w(MANY + 1), (Close("window"),)),
    Case("23-inside", "the same in a compressed frame", c(w(MANY + 1)), (Close("window"),)),
    Case("23-signed", "a count that Java takes for negative", w(2**31), (Close("window"),)),
    Case("23-highest", "the highest count", w(2**32 - 1), (Close("window"),)),
    Case("24", "three of four bytes of a count", w(1)[:5], (Close("cut"),), at_end=True),
    Case("24-window", "a window without its events", w(1), (Close("cut"),), at_end=True),
    Case("24-compressed", "a window that lacks an event", w(2) + c(j(1)), (Close("cut"),), at_end=True),
    Case("24-event", "an event without its end", w(1) + j(1, HI)[:-1], (Close("cut"),), at_end=True),
    Case("25-version", "version 3", b"3W" + bytes(4), (Close("version"),)),
    Case("25-later", "version 3 after a window", w(1) + j(1) + b"3", (*window(EMPTY), Close("version"))),
    Case(
        "25-inside", "version 3 in a compressed frame", w(2) + c(j(1), b"3" + j(2)[1:]), (Close("version"),)
    ),
    Case(
        "25-type-inside", "type X in a compressed frame", w(2) + c(j(1), b"2X" + bytes(8)), (Close("type"),)
    ),
    Case("25-type", "type X", b"2X" + bytes(4), (Close("type"),)),
    Case("25-ack", "an acknowledgement from a client", ack(1), (Close("type"),)),
    Case("26-http", "an HTTP request", b"GET / HTTP/1.1\r\n", (Close("http"),)),
    Case("26-put", "another", b"PUT /x HTTP/1.1\r\n", (Close("http"),)),
    Case("26-proxy", "a PROXY header", b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n", (Close("proxy"),)),
    Case("26-proxy2", "a binary PROXY header", b"\r\n\r\n\0\r\nQUIT\n\x21\x11", (Close("proxy"),)),
    Case("26-tls", "a TLS hello", h("16 03 01 02 00 01 00 01 fc 03 03"), (Close("tls"),)),
    Case("26-json", "bare JSON", b'{"a":1}', (Close("json"),)),
    Case("26-unfinished", "the start of something", b"G", (Close("version"),), at_end=True),
]

VERSION_1 = [
    Case("27", "a v1 event", w(1, V1) + d(1, b"line", b"hi"), window({"line": "hi"}, version=V1)),
    Case(
        "28",
        "v1 events, compressed",
        w(2, V1) + c(d(101, *KEY_VALUE), d(102, b"a", b"b"), version=V1),
        window(HELLO, {"a": "b"}, sequence=102, version=V1),
    ),
    Case(
        "29",
        "three windows whose numbers go on",
        b"".join(w(2, V1) + c(d(n, b"n", b"1"), d(n + 1, b"n", b"2"), version=V1) for n in (1, 3, 5)),
        tuple(
            outcome for n in (2, 4, 6) for outcome in window({"n": "1"}, {"n": "2"}, sequence=n, version=V1)
        ),
    ),
    Case(
        "31",
        "a plain v1 event of several pairs",
        h("31570000000131440000000700000002000000046c696e650000000568656c6c6f00000004686f7374000000026131"),
        window(HELLO, sequence=7, version=V1),
    ),
    Case("32-none", "no pairs", w(1, V1) + d(1), (Close("pairs"),)),
    Case("32-name", "an empty name", w(1, V1) + d(1, b"", b"x"), window({"": "x"}, version=V1)),
    Case("32-value", "an empty value", w(1, V1) + d(1, b"x", b""), window({"x": ""}, version=V1)),
    Case("32-twice", "a name twice", w(1, V1) + d(1, b"a", b"1", b"a", b"2"), window({"a": "2"}, version=V1)),
    Case(
        "32-many", "2**30 pairs", w(1, V1) + h("31440000000140000000000000016b0000000176"), (Close("pairs"),)
    ),
    Case(
        "32-most",
        "as many pairs as are allowed",
        w(1, V1) + d(1, b"a", b"1", b"b", b"2"),
        window({"a": "1", "b": "2"}, version=V1),
        limits=Limits(max_pairs=2),
    ),
    Case(
        "32-over",
        "one more",
        w(1, V1) + d(1, b"a", b"1", b"b", b"2"),
        (Close("pairs"),),
        limits=Limits(max_pairs=1),
    ),
    Case(
        "32-long", "a name that is too long", w(1, V1) + frame(V1, "D", 1, 1, 2**32 - 1), (Close("length"),)
    ),
    Case(
        "32-window-most",
        "as many pairs in a window as are allowed",
        (w(2, V1) + d(1, b"a", b"1") + d(2, b"a", b"1")) * 2,
        window({"a": "1"}, {"a": "1"}, version=V1) * 2,
        limits=Limits(max_pairs_per_window=2),
    ),
    Case(
        "32-window-over",
        "one more",
        w(2, V1) + c(d(1, b"a", b"1"), d(2, b"a", b"1", b"b", b"2")),
        (Close("pairs"),),
        limits=Limits(max_pairs_per_window=2),
    ),
    Case(
        "32-long-compressed",
        "the same, compressed",
        w(1, V1) + c(frame(V1, "D", 1, 1, 2**32 - 1)),
        (Close("length"),),
    ),
    Case(
        "32-sum",
        "names and values too long together",
        w(1, V1) + d(1, b"a", b"x" * 82),
        (Close("length"),),
        limits=SMALL,
    ),
    Case(
        "33",
        "a value that is not UTF-8",
        w(1, V1) + d(1, b"a", b"\xff\xc3x"),
        window({"a": "\ufffd\ufffdx"}, version=V1),
    ),
    Case("34-w2", "a v1 JSON event in a v2 window", w(1) + j(1, HI, V1), window(HI)),
    Case(
        "34-w1",
        "a v2 map in a v1 window",
        w(1, V1) + d(1, b"a", b"b", version=V2),
        window({"a": "b"}, version=V1),
    ),
    Case("35-json", "v1 JSON", w(1, V1) + j(1, HI, V1), window(HI, version=V1)),
    Case("35-map", "a v2 map", w(1) + d(1, b"a", b"b", version=V2), window({"a": "b"})),
    Case("35-mixed", "a v2 event in a v1 window", w(1, V1) + j(1, HI), window(HI, version=V1)),
    Case(
        "35-both", "JSON and maps in one window", w(2) + j(1, HI) + d(2, b"a", b"b"), window(HI, {"a": "b"})
    ),
    Case(
        "36",
        "a v1 window, then a v2 window",
        w(1, V1) + d(9, b"a", b"b") + w(1) + j(1),
        window({"a": "b"}, sequence=9, version=V1) + window(EMPTY),
    ),
]

COMPRESSION = [
    *(
        Case(
            f"37-{level}", f"zlib level {level}", w(1) + c(j(1, LINE), level=level), window(LINE), is_big=True
        )
        for level in range(10)
    ),
    Case(
        "37-sync",
        "sync flush points",
        w(1) + z(flushed(j(1, LINE), zlib.Z_SYNC_FLUSH)),
        window(LINE),
        is_big=True,
    ),
    Case(
        "37-full",
        "full flush points",
        w(1) + z(flushed(j(1, LINE), zlib.Z_FULL_FLUSH)),
        window(LINE),
        is_big=True,
    ),
    Case("37-stored", "a stored block, written out", w(1) + STORED, window(HI)),
    Case("38-gzip", "gzip", w(1) + z(gzipped(j(1))), (Close("zlib"),)),
    Case("38-raw", "raw deflate", w(1) + z(raw_deflate(j(1))), (Close("zlib"),)),
    Case("38-zstd", "zstd", w(1) + z(h("28 b5 2f fd 04 00 61 00 00")), (Close("zlib"),)),
    Case("38-garbage", "garbage", w(1) + z(b"garbage, and plenty of it"), (Close("zlib"),)),
    Case(
        "39-block",
        "zlib data cut inside of a block",
        w(1) + z(zlib.compress(j(1, HI))[:-12]),
        (Close("zlib"),),
    ),
    Case("39-header", "one byte of zlib data", w(1) + z(b"\x78"), (Close("zlib"),)),
    Case("39-cut", "zlib data without its checksum", w(1) + NO_ADLER, (Close("zlib"),)),
    Case("39-wrong", "zlib data with a wrong checksum", w(1) + WRONG_ADLER, (Close("zlib"),)),
    Case("40-trailing", "bytes after the zlib data", w(1) + JUNK_AFTER, (Close("zlib"),)),
    Case(
        "40-two",
        "two zlib streams in one frame",
        w(2) + z(zlib.compress(j(1)) + zlib.compress(j(2))),
        (Close("zlib"),),
    ),
    Case("41", "compressed text that ends inside of a frame", w(2) + CUT_INSIDE, (Close("cut"),)),
    Case("41-full", "the same, after a full window", w(1) + CUT_INSIDE, (*window(EMPTY), Close("cut"))),
    Case(
        "41-split",
        "a frame split between two compressed ones",
        w(1) + c(j(1, HI)[:9]) + c(j(1, HI)[9:]),
        (Close("cut"),),
    ),
    Case("42-zero", "a compressed frame of no bytes", w(1) + z(b""), (Close("length"),)),
    Case("42-empty", "a compressed frame of an empty text", w(1) + c() + j(1), window(EMPTY)),
    Case("43", "a compressed frame in a compressed frame", w(1) + NESTED, (Close("nesting"),)),
    Case("44", "bytes that let Java spin for ever", w(1) + SPIN, (Close("nesting"),)),
    Case("45", "compressed data of 4 GiB, announced", w(1) + frame(V2, "C", 2**32 - 1), (Close("length"),)),
    Case("46", "a gibibyte of zeros", lambda: w(1) + z(zeros(1024)), (Close("version"),), is_big=True),
    Case(
        "46-json",
        "a window that inflates to more than is allowed",
        lambda: w(2) + c(js((BIG_10, BIG_10))),
        (Close("inflated"),),
        limits=Limits(max_inflated_bytes=16 * MIB),
        is_big=True,
    ),
    Case(
        "46-each",
        "two windows that inflate to all that is allowed, each",
        lambda: w(1) + c(j(1, BIG_10)) + c(w(1), j(1, BIG_10)),
        window(BIG_10) * 2,
        limits=Limits(max_inflated_bytes=len(j(1, BIG_10)) + 6),
        is_big=True,
    ),
    Case(
        "46-two",
        "the same, in two compressed frames",
        lambda: w(2) + c(j(1, BIG_10)) + c(j(2, BIG_10)),
        (Close("inflated"),),
        limits=Limits(max_inflated_bytes=16 * MIB),
        is_big=True,
    ),
    Case(
        "47",
        "a million events in a window of one",
        lambda: w(1) + c(j(1) * 1_000_000),
        (*window(EMPTY), Close("window")),
        is_big=True,
    ),
    Case(
        "48",
        "the smallest events, as many as are allowed",
        lambda: w(MANY) + c(j(MANY) * MANY),
        window(*[EMPTY] * MANY),
        is_big=True,
    ),
    Case(
        "48-frames-most",
        "a window in as many frames as are allowed",
        w(3) + c(j(1)) * 3,
        window(EMPTY, EMPTY, EMPTY, sequence=1),
        limits=Limits(max_frames_per_window=3),
    ),
    Case(
        "48-frames-over",
        "one more",
        w(4) + c(j(1)) * 4,
        (Close("window"),),
        limits=Limits(max_frames_per_window=3),
    ),
    Case(
        "48-frames-each",
        "two windows in as many, each",
        (w(2) + c(j(2)) * 2) * 2,
        window(EMPTY, EMPTY) * 2,
        limits=Limits(max_frames_per_window=2),
    ),
    Case("48-windows-most", "as many windows in a frame as are allowed", c(w(0) * 1000), window() * 1000),
    Case("48-windows", "too many windows in a frame", c(w(0) * 1001), (*window() * 1000, Close("window"))),
]

PAYLOAD = [
    Case("50-zero", "a JSON event of no bytes", w(1) + frame(V2, "J", 1, 0), (Close("length"),)),
    Case(
        "50-signed",
        "a length that Java takes for negative",
        w(1) + frame(V2, "J", 1, 2**31),
        (Close("length"),),
    ),
    Case("50-highest", "the highest length", w(1) + frame(V2, "J", 1, 2**32 - 1), (Close("length"),)),
    Case(
        "50-compressed",
        "the highest length, compressed",
        w(1) + c(frame(V2, "J", 1, 2**32 - 1)),
        (Close("length"),),
    ),
    Case(
        "51",
        "an event that is not JSON: not the protocol's affair",
        w(2) + j(1, HI) + j(2, CUT_JSON),
        window(HI, CUT_JSON),
    ),
    *(
        Case(
            f"52-{text.decode()}",
            "JSON that is no object: not the protocol's affair",
            w(1) + j(1, text),
            window(text),
        )
        for text in (b"[1,2]", b'"x"', b"1", b"null", b"true")
    ),
    *(
        Case(f"53-{name}", "odd JSON: not the protocol's affair", w(1) + j(1, text), window(text))
        for name, text in {
            "nan": b'{"a":NaN}',
            "after": b'{"a":1}xyz',
            "bom": b'\xef\xbb\xbf{"a":1}',
            "utf8": b'{"a":"\xff"}',
            "surrogate": b'{"a":"\\ud800"}',
        }.items()
    ),
    Case(
        "54",
        "an event nested 100,000 deep: not the protocol's affair",
        w(1) + j(1, DEEP),
        window(DEEP),
        is_big=True,
    ),
    Case("57-10", "a line of 10 MiB", lambda: w(1) + c(j(1, BIG_10)), window(BIG_10), is_big=True),
    Case("57-10-plain", "a line of 10 MiB, plain", lambda: w(1) + j(1, BIG_10), window(BIG_10), is_big=True),
    Case("57-25", "a line of 25 MiB", lambda: w(1) + c(j(1, BIG_25)), window(BIG_25), is_big=True),
    Case(
        "57-most",
        "the longest event that is allowed",
        w(1) + j(1, b"x" * 100),
        window(b"x" * 100),
        limits=SMALL,
    ),
    Case("57-over", "one byte more", w(1) + j(1, b"x" * 101), (Close("length"),), limits=SMALL),
    Case(
        "57-most-compressed",
        "the longest, compressed",
        w(1) + c(j(1, b"x" * 100)),
        window(b"x" * 100),
        limits=SMALL,
    ),
    Case(
        "57-over-compressed",
        "one byte more, compressed",
        w(1) + c(j(1, b"x" * 101)),
        (Close("length"),),
        limits=SMALL,
    ),
    Case(
        "57-most-pairs",
        "the longest v1 event",
        w(1, V1) + d(1, b"a", b"x" * 81),
        window({"a": "x" * 81}, version=V1),
        limits=SMALL,
    ),
]

LIVENESS = [
    Case("87", "a client that ends its stream after a window", w(1) + j(1), window(EMPTY), at_end=True),
    Case(
        "87-two",
        "the same, after two",
        w(1) + c(j(1)) + w(1) + c(j(1, HI)),
        window(EMPTY) + window(HI),
        at_end=True,
    ),
]

CASES = [*FRAMING, *VERSION_1, *COMPRESSION, *PAYLOAD, *LIVENESS]
