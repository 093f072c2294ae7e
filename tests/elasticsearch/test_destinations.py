import json

import pytest

from logsmith.elasticsearch.destination import IndexDestination, StreamDestination, StreamSettings, is_hourly
from logsmith.elasticsearch.errors import RefusedEventError
from logsmith.event import Event, Sprintf, Timestamp
from logsmith.event.json import decode_documents


def event_of(**fields):
    return Event.from_map({"@timestamp": "2024-05-06T07:08:09.123Z", **fields})


def index_of(text, event, **settings):
    return json.loads(IndexDestination(Sprintf.parse(text), **settings).place(event)[0])


NAMES = [
    ("plain", {}, "plain"),
    ("logs-%{+yyyy.MM.dd}", {}, "logs-2024.05.06"),
    ("logs-%{+xxxx.ww}", {}, "logs-2024.19"),
    ("logs-%{app}-%{+yyyy}", {"app": "shop"}, "logs-shop-2024"),
    ("%{app}", {"app": "größe-日本"}, "größe-日本"),
]


@pytest.mark.parametrize(("text", "fields", "expected"), NAMES, ids=[case[0] for case in NAMES])
def test_an_index_is_named_by_its_sprintf(text, fields, expected):
    assert index_of(text, event_of(**fields)) == expected


def test_daily_names_follow_the_event_not_the_one_before():
    destination = IndexDestination(Sprintf.parse("logs-%{+yyyy.MM.dd.HH}"))
    stamps = [
        "2024-05-06T07:59:59.999Z",
        "2024-05-06T08:00:00.000Z",
        "2024-05-06T07:00:00.000Z",
        "2025-01-01T00:00:00.000Z",
    ]
    placed = [destination.place(Event.from_map({"@timestamp": stamp}))[0] for stamp in stamps]
    assert placed == [
        b'"logs-2024.05.06.07"',
        b'"logs-2024.05.06.08"',
        b'"logs-2024.05.06.07"',
        b'"logs-2025.01.01.00"',
    ]


def test_events_that_do_not_begin_with_their_time_get_the_same_names():
    destination = IndexDestination(Sprintf.parse("logs-%{+yyyy.MM.dd}"))
    texts = [b'{"message":"the same beginning","@timestamp":"2024-05-0%d"}' % day for day in (6, 7)]
    events = decode_documents([text.replace(b'"}', b'T07:08:09.123Z"}') for text in texts])
    assert [destination.place(event)[0] for event in events] == [b'"logs-2024.05.06"', b'"logs-2024.05.07"']


def test_a_nested_time_is_not_taken_for_the_events():
    (event,) = decode_documents(
        [b'{"inner":{"@timestamp":"1999-01-01T00:00:00.000Z"},"@timestamp":"2024-05-06T07:08:09.123Z"}']
    )
    assert index_of("logs-%{+yyyy}", event) == "logs-2024"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("l-%{+yyyy.MM.dd}", True),
        ("l-%{+HH}", True),
        ("l-%{+mm}", False),
        ("l-%{+yyyy}-%{a}", True),
        ("l-%{[a][b]}-%{+yyyy.MM}-%{[@metadata][c]}", True),
        ("l-%{+mm}-%{a}", False),
        ("l-%{+yyyy}-%{{yyyy}}", False),
        ("l-%{a}", False),
        ("l", False),
        ("%{+%s}", False),
    ],
)
def test_only_names_that_last_an_hour_are_looked_up_by_the_hour(text, expected):
    assert is_hourly(Sprintf.parse(text)) is expected


def test_a_name_that_is_not_filled_is_refused():
    with pytest.raises(RefusedEventError, match=r"'logs-%\{app\}' is not filled"):
        index_of("logs-%{app}", event_of())


def test_a_name_that_is_not_filled_is_sent_where_the_user_wants_it():
    assert index_of("logs-%{app}", event_of(), refuses_unfilled=False) == "logs-%{app}"


@pytest.mark.parametrize("name", ["..", "a/b", "<bad-{now/>", "x\ny", ""])
def test_text_from_an_event_never_becomes_a_name_that_harms(name):
    with pytest.raises(RefusedEventError):
        index_of("%{app}", event_of(app=name))


def stream_of(event, warn=lambda _: None, **settings):
    name, document = StreamDestination(StreamSettings(**settings), warn).place(event)
    return json.loads(name), json.loads(document).get("data_stream")


DEFAULT = {"type": "logs", "dataset": "generic", "namespace": "default"}
STREAMS = [
    ("an event without the field", {}, {}, "logs-generic-default", DEFAULT),
    ("not synchronised", {}, {"data_stream_sync_fields": False}, "logs-generic-default", None),
    ("settings", {}, {"data_stream_dataset": "web"}, "logs-web-default", {**DEFAULT, "dataset": "web"}),
    ("the event's own", {"data_stream": {"type": "metrics", "dataset": "cpu", "namespace": "prod"}}, {}, "metrics-cpu-prod", {"type": "metrics", "dataset": "cpu", "namespace": "prod"}),
    ("a part", {"data_stream": {"dataset": "cpu"}}, {}, "logs-cpu-default", {**DEFAULT, "dataset": "cpu"}),
    ("a part that is null", {"data_stream": {"dataset": None, "more": 1}}, {}, "logs-generic-default", {**DEFAULT, "more": 1}),
    ("a part, not synchronised", {"data_stream": {"dataset": "cpu"}}, {"data_stream_sync_fields": False}, "logs-cpu-default", {"dataset": "cpu"}),
    ("no routing", {"data_stream": {"dataset": "cpu"}}, {"data_stream_auto_routing": False}, "logs-generic-default", DEFAULT),
    ("no map", {"data_stream": "cpu"}, {}, "logs-generic-default", DEFAULT),
    ("null", {"data_stream": None}, {}, "logs-generic-default", DEFAULT),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "settings", "name", "field"), [case[1:] for case in STREAMS], ids=[case[0] for case in STREAMS]
)
def test_a_data_stream_is_named_and_written_into_the_event(fields, settings, name, field):
    assert stream_of(event_of(**fields), **settings) == (name, field)


def test_the_event_itself_is_left_as_it_was():
    event = event_of(data_stream={"dataset": "cpu"})
    stream_of(event)
    assert event.top("data_stream") == {"dataset": "cpu"}


def test_an_empty_event_gets_its_data_stream():
    assert stream_of(Event({})) == ("logs-generic-default", DEFAULT)


@pytest.mark.parametrize("given", ["cpu", None])
def test_what_is_overwritten_is_told(given):
    told = []
    stream_of(event_of(data_stream=given), told.append)
    assert len(told) == 1


@pytest.mark.parametrize("part", ["type", "dataset", "namespace"])
@pytest.mark.parametrize("text", [".security", "-a", "_a", "+a", ".", "", "a/b"])
def test_an_event_cannot_choose_a_system_s_stream(part, text):
    with pytest.raises(RefusedEventError, match=rf"\[data_stream\]\[{part}\] '"):
        stream_of(event_of(data_stream={part: text}))


def test_the_settings_may_say_what_an_event_may_not():
    event = event_of(data_stream={"type": "metrics", "namespace": "_own"})
    assert stream_of(event, data_stream_namespace="_own")[0] == "metrics-generic-_own"


@pytest.mark.parametrize("dataset", ["a b", "x" * 101, "a/b", "", "a,b"])
def test_an_event_cannot_choose_a_name_that_is_none(dataset):
    with pytest.raises(RefusedEventError, match=r"\[data_stream\]\[dataset\]"):
        stream_of(event_of(data_stream={"dataset": dataset}))


SEVERAL = {
    "a name without references": ("plain", ["2024-05-06T07:00:00.000Z", "2025-05-06T07:00:00.000Z"], "plain"),
    "one hour": ("a-%{+yyyy.MM}", ["2024-05-06T07:00:00.000Z", "2024-05-06T07:59:59.999Z"], "a-2024.05"),
    "several hours": ("a-%{+yyyy.MM}", ["2024-05-06T07:00:00.000Z", "2024-05-06T08:00:00.000Z"], None),
    "one hour of two days": ("a-%{+yyyy.MM}", ["2024-05-06T07:00:00.000Z", "2024-05-07T07:00:00.000Z"], None),
    "a name of minutes": ("a-%{+mm}", ["2024-05-06T07:00:00.000Z"] * 2, None),
    "a name of a field": ("a-%{n}", ["2024-05-06T07:00:00.000Z"] * 2, None),
}


@pytest.mark.parametrize(("text", "stamps", "expected"), SEVERAL.values(), ids=SEVERAL)
@pytest.mark.parametrize("are_read", [False, True])
def test_a_name_that_all_have_is_seen_at_once(text, stamps, expected, are_read):
    events = decode_documents([json.dumps({"@timestamp": stamp, "n": 1}).encode() for stamp in stamps])
    for event in events:
        if are_read:
            event.top("@timestamp")
    name = IndexDestination(Sprintf.parse(text)).name_of_all(events)
    assert (None if name is None else json.loads(name)) == expected


def test_times_of_which_some_are_read_are_looked_at_one_by_one():
    events = decode_documents([b'{"@timestamp":"2024-05-06T07:00:00.000Z"}'] * 2)
    events[0].top("@timestamp")
    destination = IndexDestination(Sprintf.parse("a-%{+yyyy}"))
    assert destination.name_of_all(events) is None
    assert destination.names(events) == [b'"a-2024"'] * 2


@pytest.mark.parametrize("hour", ["1970-01-01T00", "1969-12-31T23", "2026-01-02T03"])
def test_names_of_fields_and_times_are_those_of_each_event(hour):
    index = Sprintf.parse("%{a}-%{[b][c]}-%{+YYYY.MM.dd.HH}-%{[@metadata][d]}")
    made = []
    for number in range(40):
        stamp = Timestamp.parse(f"{hour if number % 2 else '2026-01-02T04'}:00:{number:02d}.000Z")
        fields = {"@timestamp": stamp, "a": f"a{number % 3}", "b": {"c": number % 2}}
        made.append(Event(fields, {"d": "x" if number % 5 else "y"}))
    expected = [f'"{index.format(event)}"'.encode() for event in made]
    names = IndexDestination(index)
    assert names.names(made) == names.names(made) == expected


def test_a_missing_field_is_not_filled_by_a_neighbour():
    names = IndexDestination(Sprintf.parse("%{a}-%{+YYYY}"))
    stamp = Timestamp.parse("2026-01-02T03:04:05.000Z")
    assert names.names([Event({"@timestamp": stamp, "a": "x"})]) == [b'"x-2026"']
    with pytest.raises(RefusedEventError, match="is not filled"):
        names.names([Event({"@timestamp": stamp})])
