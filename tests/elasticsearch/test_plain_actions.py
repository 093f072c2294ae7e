"""Lines that are made for many events at once are those that would be made one by one, whatever the settings and the events."""

import pytest
from msgspec import Raw

from logsmith.elasticsearch.actions import Actions, ActionSettings
from logsmith.elasticsearch.destination import (
    MAX_METADATA,
    MAX_NAMES_OF_METADATA,
    IndexDestination,
)
from logsmith.event import Event, Sprintf, Timestamp
from logsmith.event.json import decode_documents
from logsmith.event.made_metadata import LONGEST_KEPT

DAILY = "x-%{+YYYY.MM.dd}"
OF_BEATS = "%{[@metadata][beat]}-%{[@metadata][version]}-%{+YYYY.MM.dd}"
METADATA = b'{"beat":"filebeat","version":"8.1.0","odd":"a%b"}'


def actions(index, **settings):
    texts = {name: Sprintf.parse(text) if isinstance(text, str) else text for name, text in settings.items()}
    return Actions(
        ActionSettings(**texts), IndexDestination(Sprintf.parse(index)), lambda _: None, is_alone=True
    )


def events(*fields, metadata=(METADATA,)):
    """Events of one hour, with metadata that nobody has read; where there are several, each has the next."""
    made = []
    for number, one in enumerate(fields):
        stamp = Timestamp.parse(f"2026-01-02T03:04:{number:02d}.000Z")
        event = Event({"@timestamp": stamp, "n": number, **one}, Raw(metadata[number % len(metadata)]))
        event.origin = f"{number:028d}"
        made.append(event)
    return made


PLAIN = ({"k": "a"}, {"k": "b"}, {"k": "c"})


@pytest.mark.parametrize(
    ("index", "settings"),
    [
        (DAILY, {}),
        (DAILY, {"idempotent": True}),
        (DAILY, {"document_id": "%{k}-1"}),
        (DAILY, {"document_id": "%{k}", "action": "create"}),
        (DAILY, {"pipeline": "geo"}),
        (DAILY, {"pipeline": 'a "quoted" one', "idempotent": True}),
        (DAILY, {"pipeline": "geo", "document_id": "%{k}"}),
        (DAILY, {"pipeline": ""}),
        (DAILY, {"pipeline": "%{k}"}),
        (DAILY, {"routing": "%{k}", "document_id": "%{k}"}),
        (OF_BEATS, {}),
        (OF_BEATS, {"idempotent": True}),
        (OF_BEATS, {"document_id": "%{k}", "pipeline": "geo"}),
        ("%{[@metadata][beat]}", {}),
        ("%{[@metadata][beat]}-%{n}", {}),
    ],
)
@pytest.mark.parametrize(
    ("fields", "metadata"),
    [
        (PLAIN, (METADATA,)),
        (PLAIN, (METADATA, b'{"beat":"other","version":"1"}')),
        (({"k": 'a"b\\c\nd'}, {"k": "\u00fc\U0001f600"}, {"k": "x" * 200}, {"k": 7}), (METADATA,)),
    ],
    ids=["alike", "two Beats", "odd texts"],
)
def test_lines_of_many_events_are_those_of_each(index, settings, fields, metadata):
    part, refused = actions(index, **settings).write(events(*fields, metadata=metadata))
    alone = actions(index, **settings)
    assert part.body == b"".join(alone._full_lines(event) for event in events(*fields, metadata=metadata))
    assert refused == []


@pytest.mark.parametrize(
    ("index", "settings", "fields", "reason"),
    [
        (DAILY, {"document_id": "%{k}"}, {}, "is not filled"),
        (DAILY, {"document_id": "%{k}"}, {"k": ""}, "is empty"),
        (DAILY, {"document_id": "%{k}"}, {"k": "\u00e4" * 257}, "longer than 512 bytes"),
        ("%{[@metadata][gone]}-x", {}, {"k": "a"}, "is not filled"),
        ("x-%{@metadata}", {}, {"k": "a"}, "contains"),
    ],
)
def test_what_is_refused_is_refused_alone(index, settings, fields, reason):
    bad, good = events(fields, {"k": "good"})
    part, refused = actions(index, **settings).write([bad, good])
    assert refused[0][0] is bad
    assert reason in refused[0][1]
    assert [event.top("k") for event in part.events] == ([] if "@metadata" in index else ["good"])


def test_what_metadata_says_is_not_filled_a_second_time():
    part, refused = actions("x-%{[@metadata][odd]}{+YYYY}").write(events(*PLAIN))
    assert part.body.count(b'{"_index":"x-a%b{+YYYY}"}') == len(PLAIN)
    odd = b'{"odd":"{+YYYY}"}'
    part, refused = actions("x%%{[@metadata][odd]}").write(events(*PLAIN, metadata=(odd,)))
    assert (part.body, ["is not filled" in reason for _, reason in refused]) == (b"", [True] * len(PLAIN))
    part, refused = actions("x%{[@metadata][sign]}{+YYYY}").write(events(*PLAIN, metadata=(b'{"sign":"%"}',)))
    assert (part.body, ["is not filled" in reason for _, reason in refused]) == (b"", [True] * len(PLAIN))


def test_what_peers_choose_to_say_in_metadata_does_not_fill_the_memory():
    one = actions("%{[@metadata][beat]}-%{+YYYY.MM.dd.HH}")
    destination = one._destination
    cached = Sprintf.parse.cache_info().currsize
    for number in range(MAX_METADATA + 10):
        one.write(events({}, metadata=(b'{"beat":"b%d"}' % number,)))
    one.write(events({}, metadata=(b'{"beat":"long","more":"%b"}' % (b"x" * LONGEST_KEPT),)))
    assert len(destination._by_metadata) == 10
    assert Sprintf.parse.cache_info().currsize < cached + 10
    for hour in range(MAX_NAMES_OF_METADATA + 10):
        one.write(events({"@timestamp": Timestamp(hour * 3600 * 10**9)}))
    (kind,) = [kind for kind in destination._by_metadata.values() if len(kind._by_hour) > 1]
    assert (len(kind._by_hour), len(kind._by_name)) == (10, 10)


@pytest.mark.parametrize("settings", [{}, {"pipeline": "geo"}])
def test_events_that_were_let_go_come_back_with_their_ids(settings):
    sent = events(*PLAIN)
    part, _ = actions(OF_BEATS, idempotent=True, **settings).write(sent)
    lines = part.body
    part.deflate(1)
    assert part.pack(are_plain=True) is not None
    assert part.is_packed
    assert [(event.top("k"), event.origin) for event in part.events] == [
        (one["k"], f"{number:028d}") for number, one in enumerate(PLAIN)
    ]
    assert actions(OF_BEATS, idempotent=True, **settings).write(part.events)[0].body == lines


def test_what_an_id_has_read_is_sent_as_it_came():
    document = b'{"n":{"price":1.50,"long":0.12345678901234567890}}'
    made = decode_documents([document, document])
    part, _ = actions("x", document_id="%{[n][price]}").write(made)
    assert part.body.count(b'"_id":"1.5"') == 2
    assert part.body.count(document[1:-2]) == 2


@pytest.mark.parametrize(
    "settings", [{}, {"pipeline": "geo"}, {"idempotent": True}, {"idempotent": True, "pipeline": "geo"}]
)
def test_the_line_of_one_event_is_that_of_many(settings):
    (event,) = events({"k": "a"})
    one = actions(DAILY, **settings)
    assert one.lines(event) == one._full_lines(event) == one.write([event])[0].body
