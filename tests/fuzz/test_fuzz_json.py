"""Events from JSON: whatever bytes come, there are events or JsonErrors, and what is written can be read again."""

import json

from fuzz_target import Target, test_nothing_near_it_does_harm, test_what_is_kept_does_no_harm  # noqa: F401

from logsmith.event import Event, EventError, JsonError, encode
from logsmith.event.exact import freeze, thaw
from logsmith.event.json import decode_documents, encode_exact, event_from_json, parse_json, parse_json_exact

TOKENS = (
    b"{", b"}", b"[", b"]", b'"', b":", b",", b"\\", b"\\ud800", b"\\udc00", b"\\u0000", b"\xed\xa0\x80", b"\xff",
    b"1e999", b"-0", b"9", b"0.1", b"NaN", b"null", b"true", b" ", b"\n", b'{"a":', b"[[", b'"@timestamp":', b'"tags":',
    b'"@metadata":', b'"@version":', b"\xef\xbb\xbf", b"123456789012345678901234567890",
)  # fmt: skip


def check_event(event):
    written = encode(event)
    json.loads(written)
    assert b"\n" not in written
    again = thaw(freeze(event))
    assert repr(again.to_map()) == repr(event.to_map())
    assert repr(again.metadata) == repr(event.metadata)
    encode_exact(event.to_map())


def check(document):
    (made,) = decode_documents([document])
    if isinstance(made, Event):
        check_event(made)
        made.written = None
        check_event(made)
    else:
        assert isinstance(made, JsonError)
    for read in (parse_json, parse_json_exact, event_from_json):
        for given in (
            document,
            document.decode("utf-8", "replace"),
            document.decode("utf-8", "surrogateescape"),
        ):
            if read is event_from_json and isinstance(given, bytes):
                continue  # codecs have made it text
            try:
                found = read(given)
            except EventError:
                continue
            if read is event_from_json:
                for event in found:
                    check_event(event)


TARGETS = [Target("json", check, TOKENS)]
