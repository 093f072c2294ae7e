"""What the cef codec makes of lines, and what it writes."""

import pytest

from logsmith.event import Event, Timestamp
from logsmith.event.json import encode_value, parse_json
from logsmith.plugins import Context
from logsmith.plugins.build import BuildError, make_plugin

HEAD = "CEF:0|V|P|1|100|n|3|"
FAILED = ["_cefparsefailure"]


def codec(ecs="v8", **values):
    context = Context(ecs=ecs, clock=lambda: Timestamp.parse("2021-03-10T00:00:00.000Z"))
    made, _ = make_plugin("codec", "cef", {"default_timezone": "UTC", **values}, context)
    return made.fresh()


def decoded(text, ecs="v8", **values):
    (event,) = codec(ecs, **values).decode(text.encode())
    return parse_json(encode_value(event.to_map()))


ECS = {
    "a key": ("src=1.2.3.4", {"source": {"ip": "1.2.3.4"}}),
    "a name": ("sourceAddress=1.2.3.4", {"source": {"ip": "1.2.3.4"}}),
    "a label": ("cn3=1 cn3Label=x", {"cef": {"device_custom_number_3": {"value": "1", "label": "x"}, "name": "n", "version": "0"}}),
    "an unknown key": ("foo=x", {"foo": "x"}),
    "an index": ("foo[1]=x", {"foo": {"1": "x"}}),
    "the device's fields": ("dvc=10.0.0.1", {"observer": {"vendor": "V", "product": "P", "version": "1", "ip": "10.0.0.1"}}),
    "a name that some devices use": ("sourceLatitude=1 destinationTimeZone=UTC", {"source": {"geo": {"location": {"lat": "1"}}}, "event": {"code": "100", "severity": "3", "timezone": "UTC"}}),
    "the second of two for one field": ("sourceDnsDomain=a sntdom=b", {"source": {"registered_domain": "b"}}),
    "the time it was received": ("rt=1614834367089", {"@timestamp": "2021-03-04T05:06:07.089Z"}),
    "a time": ("art=Mar 04 05:06:07", {"event": {"code": "100", "severity": "3", "created": "2021-03-04T05:06:07.000Z"}}),
    "an empty time": ("art=", {"event": {"code": "100", "severity": "3", "created": None}}),
    "a value in the place of a time": ("event=x start=Mar 04 2021 05:06:07", {"event": "x"}),
    "a time that is not parsed": ("fileCreateTime=soon", {"file": {"created": "soon"}}),
    "a time of the event's zone": (
        "end=Mar 04 2021 05:06:07 dtz=Asia/Tokyo",
        {"event": {"code": "100", "severity": "3", "timezone": "Asia/Tokyo", "end": "2021-03-03T20:06:07.000Z"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ECS.values(), ids=ECS)
def test_names_fields_as_ecs_does(text, expected):
    fields = decoded(HEAD + text)
    assert {name: fields[name] for name in expected} == expected
    assert "tags" not in fields


def test_the_device_may_be_the_host():
    fields = decoded(HEAD + "dvc=10.0.0.1 dvchost=h deviceExternalId=x", device="host")
    assert fields["host"] == {"ip": "10.0.0.1", "name": "h", "id": "x"}


@pytest.mark.parametrize(("ecs", "expected"), [("v1", {"syslog": {"header": "<1>x"}}), ("disabled", "<1>x")])
def test_keeps_the_header_of_syslog(ecs, expected):
    assert decoded(f"<1>x {HEAD}", ecs)["log" if ecs == "v1" else "syslog"] == expected


def test_leaves_times_and_zones_alone_with_ecs_off():
    fields = decoded(HEAD + "rt=soon dtz=nowhere", "disabled")
    assert (fields["deviceReceiptTime"], fields["deviceTimeZone"]) == ("soon", "nowhere")


def test_keeps_the_text_as_it_came_on_request():
    assert decoded(HEAD + "a=1", raw_data_field="[event][original]")["event"]["original"] == HEAD + "a=1"


BAD = {
    "no CEF": "no cef at all",
    "nothing": "",
    "a bad time": HEAD + "art=soon",
    "a time of receipt that is empty": HEAD + "rt= msg=x",
    "a zone that java.time does not know": HEAD + "art=Mar 04 05:06:07 dtz=EST",
    "a time in a zone that is not known": HEAD + "art=Mar 04 05:06:07 dtz=nowhere",
    "a value in the way": HEAD + "source=x src=1.2.3.4",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_keeps_what_is_no_cef_as_the_message(text):
    fields = decoded(text)
    assert (fields["message"], fields["tags"]) == (text, FAILED)
    assert set(fields) == {"message", "tags", "@timestamp", "@version"}


def test_bytes_that_are_no_text_make_a_failure():
    (event,) = codec().decode(HEAD.encode() + b"msg=a\xff")
    assert (event.top("message"), event.top("tags")) == (f"{HEAD}msg=a\ufffd", FAILED)


QUOTED = {
    "both quotes are left out": (f'"{HEAD}msg=a"', "a"),
    "whatever the last character is": (f'"{HEAD}msg=ab', "a"),
    "the line end counts as the last": (f'"{HEAD}msg=a"\n', 'a"'),
    "of what is no CEF too": ('"no cef"', "no cef"),
}


@pytest.mark.parametrize(("text", "message"), QUOTED.values(), ids=QUOTED)
def test_a_quoted_line_loses_its_first_and_last_character(text, message):
    assert decoded(text)["message"] == message


@pytest.mark.parametrize("delimiter", ["\r\n", "\\r\\n"], ids=["a line end", "written out"])
def test_a_delimiter_cuts_streams(delimiter):
    made = codec(delimiter=delimiter)
    stream = f"{HEAD}msg=a\r\n{HEAD}msg=b\r\n{HEAD}msg=c".encode()
    for cut in range(len(stream)):
        events = [*made.decode(stream[:cut]), *made.decode(stream[cut:]), *made.flush()]
        assert [event.top("message") for event in events] == ["a", "b", "c"]


STAMP = "2020-01-01T00:00:00.000Z"
DEFAULT = "CEF:0|Elasticsearch|Logstash|1.0|Logstash|Logstash|6|"
WRITTEN = {
    "nothing but a header": ({}, {}, DEFAULT),
    "a header of fields": (
        {"vendor": "%{v}", "product": "p|q", "version": "%{n}", "signature": "a\\b", "name": "x\ny", "severity": "%{n}"},
        {"v": "V", "n": 7},
        r"CEF:0|V|p\|q|7|a\\b|x y|7|",
    ),
    "defaults for what is empty": ({"vendor": "%{e}", "name": "%{e}"}, {"e": ""}, DEFAULT),
    "fields that are there": ({"fields": ["a", "gone", "[b][c]"]}, {"a": "x", "b": {"c": 1}}, DEFAULT + "a=x bc=1"),
    "ECS fields by name": ({"fields": ["[source][ip]", "@timestamp"]}, {"source": {"ip": "i"}}, f"{DEFAULT}sourceAddress=i deviceReceiptTime={STAMP}"),
    "ECS fields by key": (
        {"fields": ["[source][ip]", "message", "@timestamp"], "reverse_mapping": True},
        {"source": {"ip": "i"}, "message": "m"},
        f"{DEFAULT}src=i msg=m rt={STAMP}",
    ),
    "CEF's own names, with ECS on": (
        {"fields": ["sourceAddress", "sourceLatitude"], "reverse_mapping": True},
        {"sourceAddress": "i", "sourceLatitude": 1},
        f"{DEFAULT}src=i slat=1",
    ),
    "names that some devices use, as they are": ({"fields": ["sourceLatitude"]}, {"sourceLatitude": 1}, f"{DEFAULT}sourceLatitude=1"),
    "fields of a device that it is not": ({"fields": ["[host][ip]"]}, {"host": {"ip": "i"}}, f"{DEFAULT}hostip=i"),
    "fields that are spelt otherwise": ({"fields": ["[@timestamp]"], "reverse_mapping": True}, {}, f"{DEFAULT}timestamp={STAMP}"),
    "values of every type": (
        {"fields": ["a", "b", "c", "d", "e"]},
        {"a": [1, "x=y"], "b": {"k": None}, "c": True, "d": 1.0, "e": "l1\r\nl2\\"},
        DEFAULT + r'a=[1,"x\=y"] b={"k":null} c=true d=1.0 e=l1\nl2\\',
    ),
    "a delimiter": ({"delimiter": "\\n"}, {}, DEFAULT + "\n"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "fields", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_writes(values, fields, expected):
    event = Event.from_map({"@timestamp": STAMP, **fields})
    assert codec(**values).encode(event).decode() == expected


def test_writes_names_of_cef_by_key_with_ecs_off():
    made = codec("disabled", fields=["sourceAddress", "cs1", "deviceCustomString1"], reverse_mapping=True)
    event = Event.from_map({"sourceAddress": "i", "cs1": "a", "deviceCustomString1": "b"})
    assert made.encode(event).decode() == DEFAULT + "src=i cs1=a cs1=b"


SEVERITIES = {
    "0": "0",
    "10": "10",
    " 3 ": "3",
    "7.0": "7",
    "7.5": "6",
    "1e1": "1",
    "1_0": "10",
    "\u0665": "6",
    "5.": "5",
    "11": "6",
    "-1": "6",
    "high": "6",
    "nan": "6",
    "": "6",
}


@pytest.mark.parametrize(("given", "expected"), SEVERITIES.items(), ids=SEVERITIES)
def test_a_severity_is_a_whole_number_up_to_ten(given, expected):
    made = codec(severity="%{s}")
    assert made.encode(Event.from_map({"s": given})).decode().split("|")[6] == expected


def test_what_is_written_is_read():
    values = {"message": "a=b|c\\d\ne f=g", "source": {"ip": "1.2.3.4"}}
    line = codec(fields=["message", "[source][ip]"], reverse_mapping=True).encode(Event.from_map(values))
    fields = decoded(line.decode())
    assert {name: fields[name] for name in values} == values


def test_the_codec_keeps_its_own_name():
    assert codec(name="%{event_name}").name == "cef"


@pytest.mark.parametrize(
    ("setting", "value"), [("default_timezone", "Mars"), ("device", "agent"), ("fields", ["[a"])]
)
def test_bad_settings_are_refused(setting, value):
    with pytest.raises(BuildError):
        codec(**{setting: value})


def test_a_locale_whose_months_are_not_known_is_warned_of():
    _, warnings = make_plugin("codec", "cef", {"locale": "tlh"}, Context())
    assert [one.setting for one in warnings] == ["locale"]
