"""What the beats input notes of each line, so that one that is sent again is known."""

import json

import pytest

from logsmith.beats.shaping import Shaping
from logsmith.event import Event
from logsmith.event.origin import settle
from logsmith.lumberjack import Window

LINE = {
    "@timestamp": "2026-01-02T03:04:05.678Z",
    "message": "one two",
    "log": {"offset": 1200, "file": {"path": "/var/log/a.log", "device_id": "64769", "inode": "918273"}},
    "agent": {"ephemeral_id": "0d5ac0c5-6c2f", "name": "web-07"},
}


class Codec:
    """Makes an event of each word, or of the line."""

    def __init__(self, name):
        self.name = name

    def decode(self, chunk):
        return [Event.from_map({"message": word}) for word in chunk.decode().split()]

    def flush(self):
        return []


def origins_of(*sent, codec="plain", keeps_original=False):
    shaping = Shaping(
        codec=Codec(codec), is_plain=codec == "plain", keeps_original=keeps_original, codec_tag="t"
    )
    documents = [one if isinstance(one, (bytes, dict)) else json.dumps(dict(one)).encode() for one in sent]
    events = shaping.events_of(Window(2, len(sent), events=documents))
    for event in events:
        event.top("log")
        event.fields.clear()  # as filters may
    settle(events)
    return [event.origin for event in events]


def document(**members):
    return json.dumps({**LINE, **members}).encode()


SHAPINGS = [
    ("lines that nobody reads", {}),
    ("lines that are kept", {"keeps_original": True}),
    ("a codec that makes several events", {"codec": "words"}),
]


@pytest.mark.parametrize("shaping", [case[1] for case in SHAPINGS], ids=[case[0] for case in SHAPINGS])
def test_a_window_that_is_sent_again_has_the_same_origins(shaping):
    window = [document(), document(log={**LINE["log"], "offset": 1300}), document(message="three four")]
    again = [json.dumps(dict(reversed(json.loads(one).items()))).encode() for one in window]
    origins = origins_of(*window, **shaping)
    assert origins_of(*again, **shaping) == origins
    assert len(set(origins)) == len(origins) == (6 if shaping.get("codec") else 3)


TIMES = {
    "the 28th": {"@timestamp": "2026-01-28T03:04:05.678Z"},
    "the 29th": {"@timestamp": "2026-01-29T03:04:05.678Z"},
    "the 30th": {"@timestamp": "2026-04-30T03:04:05.678Z"},
    "the 31st": {"@timestamp": "2026-12-31T23:59:59.999Z"},
    "a leap day": {"@timestamp": "2028-02-29T03:04:05.678Z"},
    "microseconds": {"@timestamp": "2026-01-02T03:04:05.678901Z"},
    "no fraction": {"@timestamp": "2026-01-02T03:04:05Z"},
    "an offset from UTC": {"@timestamp": "2026-01-02T03:04:05.678+02:00"},
    "a version": {"@version": "1"},
    "a version and the 31st": {"@timestamp": "2026-12-31T23:59:59.999Z", "@version": "1"},
}
NEIGHBOURS = {
    "a like line": document(message="another"),
    "a raw newline": b'{\n"message": "another"}',
    "invalid UTF-8": document(message="another").replace(b"another", b"\xff\xfe"),
    "no object": b"[1]",
    "another day": document(**{"@timestamp": "2026-02-28T03:04:05.678Z"}),
}


@pytest.mark.parametrize("members", TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("neighbour", NEIGHBOURS.values(), ids=NEIGHBOURS)
def test_a_line_is_known_again_whenever_it_was_read_and_whatever_comes_with_it(members, neighbour):
    line = document(message="<a> \u00e9 \\", **members).replace(b"<", b"\\u003c")
    alone = origins_of(line)
    assert origins_of(line) == alone
    assert origins_of(line, neighbour)[0] == alone[0]
    assert origins_of(document(message="else"), line)[1] == alone[0]


def test_the_lines_of_one_offset_are_as_many_as_they_differ():
    first, second, third = origins_of(document(), document(message="one two\n three"), document())
    assert first == third != second


WITHOUT = [
    ("no offset", document(log={"file": LINE["log"]["file"]})),
    ("no log", json.dumps({name: LINE[name] for name in ("@timestamp", "message", "agent")}).encode()),
    ("the first protocol's map of texts", {"line": "one", "offset": "7", "file": "/a"}),
    ("no object", b"[1]"),
]


@pytest.mark.parametrize("sent", [case[1] for case in WITHOUT], ids=[case[0] for case in WITHOUT])
def test_what_has_no_identity_is_never_taken_for_a_repetition(sent):
    assert len({*origins_of(sent, sent), *origins_of(sent)}) == 3


def test_a_line_that_is_no_text_is_known_by_all_its_fields():
    assert origins_of(document(message={"a": 1})) == origins_of(document(message={"a": 1}))
    assert origins_of(document(message={"a": 1})) != origins_of(document(message={"a": 2}))


def test_a_lone_surrogate_does_no_harm():
    broken = document().replace(b"one two", b"one \\ud800 two")
    assert origins_of(broken) == origins_of(broken) != origins_of(document())
