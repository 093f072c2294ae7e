"""What becomes of what a Beat sends: the protocol table's cases 51 to 56 and 58 to 73 (framing is tested elsewhere).

Not here, since what they are about is not built yet: 109 to 111 (certificates replaced while running), 112 (CRLs),
113 (SNI), 114 (PROXY protocol), 119 (reload). Not here, since they need other programs or machines: 49 and 89 to 91
(fleets of clients), 120 to 122 (Filebeat, Logstash and proxies; the clients nobody here wrote are in tests/interop).
"""

import json

import pytest

from logsmith.event import FieldRef, Sprintf
from logsmith.event.depth import MAX_DEPTH
from logsmith.event.json import encode, parse_json
from logsmith.lumberjack import Limits
from logsmith.plugins.build import BuildError
from logsmith.plugins.setting import CodecSetting
from tests.beats.serving import events_of, make_beats, receive, serving
from tests.lumberjack.lumberjack_cases import HI, V1, ack, c, d, j, w

APPLIED = "beats_input_codec_plain_applied"
JSON_APPLIED = "beats_input_codec_json_applied"
RAW = "beats_input_raw_event"
INVALID = ["_jsonparsefailure", "beats_invalid_event"]
AT = "2026-01-02T03:04:05.678Z"

FILEBEAT = {
    "@timestamp": AT,
    "@metadata": {"beat": "filebeat", "type": "_doc", "version": "8.17.0"},
    "message": "hi",
    "host": {"name": "web-1"},
    "agent": {"type": "filebeat", "version": "8.17.0", "name": "web-1"},
}


def sent(**fields):
    return j(1, json.dumps({"@timestamp": AT, **fields}).encode())


def case(number, *values):
    return pytest.param(*values, id=str(number))


# 6.4 payload

POISON = [
    case("51", b'{"a":'),
    case("52-array", b"[1,2]"),
    case("52-text", b'"x"'),
    case("52-number", b"1"),
    case("52-null", b"null"),
    case("52-true", b"true"),
    case("53-nan", b'{"a":NaN}'),
    case("53-infinity", b'{"a":-Infinity}'),
    case("54-deep", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    case("54-limit+1", b'{"a":' * (MAX_DEPTH + 1) + b"1" + b"}" * (MAX_DEPTH + 1)),
]


@pytest.mark.parametrize("document", POISON)
@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "compressed"])
async def test_an_event_that_is_no_object_is_kept_as_text_and_the_window_acknowledged(document, compressed):
    frames = j(1, HI) + j(2, document)
    async with serving(ecs="disabled") as served:
        assert await served.ask(w(2) + (c(frames) if compressed else frames)) == ack(2)
    good, bad = served.maps
    assert good["message"] == "hi"
    assert bad["message"] == document.decode()
    assert bad["tags"] == [*INVALID, APPLIED]


@pytest.mark.parametrize(
    ("document", "a"),
    [
        case("53-bom", b'\xef\xbb\xbf{"a":1}', 1),
        case("53-after", b'{"a":1}xyz', 1),
        case("53-surrogate", rb'{"a":"x\ud800y"}', "x�y"),
        case("54-ten", b'{"a":' * 10 + b"1" + b"}" * 10, None),
        case("54-hundreds", b'{"a":' * 400 + b"1" + b"}" * 400, None),
        case("55-2^63", b'{"a":9223372036854775808}', 2**63),
        case("55-10^40", b'{"a":%d}' % 10**40, 10**40),
        case("56", b'{"a":1,"a":2}', 2),
        case("58-dots", b'{"a":1,"a.b":2}', 1),
        case("58-brackets", b'{"a":1,"[x]":2}', 1),
    ],
)
async def test_an_odd_object_is_an_event_like_others(document, a):
    (event,) = await events_of(j(1, document), ecs="disabled")
    assert event["tags"] == [RAW]
    if a is not None:
        assert event["a"] == a


@pytest.mark.parametrize(
    ("member", "read"),
    [
        case("55-digits", b"7" * 5_000, "7" * 5_000),
        case("55-infinite", b"1e400", "1e400"),
        case("55-inside", b'{"b":[-1e400,1.5]}', {"b": ["-1e400", 1.5]}),
    ],
)
async def test_a_member_that_no_type_holds_is_written_as_it_came_and_read_as_text(member, read):
    served = await receive(j(1, b'{"a":' + member + b"}"), ecs="disabled")
    assert b'"a":' + member in encode(served.events[0])
    served.events[0].written = None
    assert served.events[0].top("a") == read
    assert parse_json(encode(served.events[0]))["a"] == read


async def test_case_53_invalid_utf8_is_replaced():
    (event,) = await events_of(j(1, b'{"a":"x\xffy"}'), ecs="disabled")
    assert event["a"] == "x\ufffdy"


async def test_case_54_no_depth_costs_the_connection():
    depths = [*range(900, 1_010, 10), 5_000]
    frames = b"".join(j(1, b'{"a":' * n + b"1" + b"}" * n) for n in depths)
    async with serving(ecs="disabled") as served:
        assert await served.ask(w(len(depths)) + frames) == ack(1)
        for event in served.events:
            event.top("a")
            encode(event)
    assert len(served.events) == len(depths)


async def test_case_58_names_with_brackets_and_dots_stay_literal():
    (event,) = await events_of(sent(**{"a.b": 1, "[x]": 2, "[x][y]": 3, "": 4}), ecs="disabled")
    assert {name: event[name] for name in ("a.b", "[x]", "[x][y]", "")} == {
        "a.b": 1,
        "[x]": 2,
        "[x][y]": 3,
        "": 4,
    }


@pytest.mark.parametrize("codec", ["plain", "json"])
@pytest.mark.parametrize("tags", [{"a": 1}, 7, [1, "x"]], ids=["object", "number", "mixed"])
async def test_case_58_tags_of_another_type_cost_no_connection(codec, tags):
    (event,) = await events_of(sent(message="{}", tags=tags), ecs="disabled", codec=CodecSetting(codec))
    assert event["_tags"] == [tags]
    assert event["tags"][0] == "_tagsparsefailure"


async def test_case_58_metadata_that_is_no_object_is_dropped():
    served = await receive(sent(**{"@metadata": "x", "message": "hi"}))
    assert "@metadata" not in served.maps[0]
    assert served.events[0].metadata == {"input": {"beats": {"host": {"ip": "127.0.0.1"}}}}


# 6.5 plugin semantics


@pytest.mark.parametrize(
    ("ecs", "more", "metadata"),
    [
        case("59-off", "disabled", {}, {"ip_address": "127.0.0.1"}),
        case(
            "59-v1", "v1", {"event": {"original": "hi"}}, {"input": {"beats": {"host": {"ip": "127.0.0.1"}}}}
        ),
        case(
            "59-v8", "v8", {"event": {"original": "hi"}}, {"input": {"beats": {"host": {"ip": "127.0.0.1"}}}}
        ),
    ],
)
async def test_a_filebeat_event_arrives_as_in_logstash(ecs, more, metadata):
    served = await receive(j(1, json.dumps(FILEBEAT).encode()), ecs=ecs, tags=["in"], type="t")
    expected = {name: value for name, value in FILEBEAT.items() if name != "@metadata"}
    assert served.maps == [{**expected, "@version": "1", "tags": ["in", APPLIED], "type": "t", **more}]
    assert served.events[0].metadata == {**FILEBEAT["@metadata"], **metadata}


async def test_case_60_an_event_without_a_line_is_raw():
    (event,) = await events_of(sent(a=1))
    assert event == {"@timestamp": AT, "@version": "1", "a": 1, "tags": [RAW]}


@pytest.mark.parametrize(
    ("message", "line", "tag"),
    [
        case("61-empty", "", "", APPLIED),
        case("61-zero", 0, "0", APPLIED),
        case("61-false", False, "false", APPLIED),
        case("61-null", None, None, RAW),
        case("61-object", {"a": [1, None]}, '{"a":[1,null]}', APPLIED),
    ],
)
async def test_a_message_of_any_type_becomes_a_line(message, line, tag):
    (event,) = await events_of(sent(message=message), ecs="disabled")
    assert (event.get("message"), event["tags"]) == (line, [tag])


@pytest.mark.parametrize("codec", ["plain", "json"])
async def test_case_62_of_message_and_line_the_message_is_the_line(codec):
    (event,) = await events_of(
        sent(message='{"x":1}', line="kept"), ecs="disabled", codec=CodecSetting(codec)
    )
    assert event["line"] == "kept"
    assert event.get("message") == ('{"x":1}' if codec == "plain" else None)


async def test_case_62_the_line_of_v1_becomes_the_message():
    async with serving(ecs="disabled") as served:
        assert await served.ask(w(1, V1) + d(1, b"line", b"hello", b"host", b"a1")) == ack(1, V1)
    (event,) = served.maps
    assert (event["message"], event["host"], event.get("line")) == ("hello", "a1", None)


@pytest.mark.parametrize("message", [case("63-codec", {"message": "hi"}), case("63-raw", {})])
async def test_a_bad_timestamp_is_now_and_tagged(message):
    (event,) = await events_of(sent(**{"@timestamp": "yesterday", **message}), ecs="disabled")
    assert event["@timestamp"] > "2026"
    assert event["_@timestamp"] == "yesterday"
    assert event["tags"][0] == "_timestampparsefailure"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        case("64-object", '{"a":1,"b":2,"o":{"p":1,"q":1}}', [{"a": 1, "b": "beat", "o": {"p": 2, "q": 1}}]),
        case(
            "64-array", '[{"a":1},{"a":2},{"a":3}]', [{"a": n, "b": "beat", "o": {"p": 2}} for n in (1, 2, 3)]
        ),
    ],
)
async def test_codec_json_makes_events_onto_which_the_beats_fields_are_put(line, expected):
    events = await events_of(
        sent(message=line, b="beat", o={"p": 2}), ecs="disabled", codec=CodecSetting("json")
    )
    around = {"@timestamp": AT, "@version": "1", "tags": [JSON_APPLIED]}
    assert events == [{**one, **around} for one in expected]


async def test_case_64_codec_json_keeps_a_line_that_is_none():
    (event,) = await events_of(sent(message="{oops", b=1), ecs="disabled", codec=CodecSetting("json"))
    assert event == {
        "@timestamp": AT,
        "@version": "1",
        "message": "{oops",
        "b": 1,
        "tags": ["_jsonparsefailure", JSON_APPLIED],
    }


@pytest.mark.parametrize("codec", ["plain", "json"])
async def test_case_65_an_event_field_that_is_text_costs_no_connection(codec):
    (event,) = await events_of(sent(message="{}", event="text"), codec=CodecSetting(codec))
    assert event["event"] == "text"


@pytest.mark.parametrize(
    ("enrich", "has_original", "tag", "has_source"),
    [
        case("66-none", "none", False, False, False),
        case("66-all", "all", True, True, True),
        case("66-empty", [], False, False, False),
        case("66-codec", "codec_metadata", True, True, False),
        case("66-source", ["source_metadata"], False, False, True),
        case("66-peer", "ssl_peer_metadata", False, False, False),
    ],
)
async def test_enrich_chooses_what_is_added(enrich, has_original, tag, has_source):
    served = await receive(sent(message="hi"), enrich=enrich if isinstance(enrich, list) else [enrich])
    (event,) = served.maps
    assert ("event" in event) == has_original
    assert event.get("tags") == ([APPLIED] if tag else None)
    assert ("input" in served.events[0].metadata) == has_source


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        case("66-mixed", {"enrich": ["all", "source_metadata"]}, "enrich: all and none stand alone"),
        case(
            "67",
            {"enrich": ["none"], "include_codec_tag": True},
            "enrich and include_codec_tag cannot be used together",
        ),
        case("70-gone", {"congestion_threshold": 5}, "'congestion_threshold' of beats is obsolete"),
        case("72", {"codec": CodecSetting("multiline", {"pattern": "^ ", "what": "previous"})}, "multiline"),
    ],
)
def test_settings_that_cannot_be_are_refused(settings, complaint):
    with pytest.raises(BuildError, match=complaint):
        make_beats(settings)


@pytest.mark.parametrize(
    ("old", "value", "new"),
    [
        case("70-ssl", "ssl", False, "ssl_enabled"),
        case("70-verify", "ssl_verify_mode", "none", "ssl_client_authentication"),
        case("70-peer", "ssl_peer_metadata", True, "enrich"),
        case("70-suites", "cipher_suites", ["TLS_AES_128_GCM_SHA256"], "ssl_cipher_suites"),
        case("70-min", "tls_min_version", "1.2", "ssl_supported_protocols"),
        case("70-max", "tls_max_version", "1.3", "ssl_supported_protocols"),
    ],
)
def test_old_spellings_work_with_a_warning_that_names_the_new(old, value, new):
    _, warnings = make_beats({old: value})
    assert any(
        problem.severity == "warning" and new in f"{problem.message} {problem.hint}" for problem in warnings
    )


@pytest.mark.parametrize("ecs", ["disabled", "v8"])
async def test_case_68_forged_metadata_about_the_peer_is_dropped(ecs):
    forged = {
        "ip_address": "6.6.6.6",
        "tls_peer": {"status": "verified"},
        "input": {"beats": {"host": {"ip": "6.6.6.6"}}, "other": 1},
        "mine": 1,
    }
    served = await receive(sent(**{"@metadata": forged, "message": "hi"}), ecs=ecs, enrich=["none"])
    metadata = served.events[0].metadata
    assert metadata["mine"] == 1
    assert "6.6.6.6" not in str(metadata)
    assert "tls_peer" not in metadata


async def test_case_69_the_inputs_settings_come_after_the_merge_and_keep_the_beats_type():
    settings = {"type": "mine", "tags": ["in"], "add_field": {"%{a}-name": "of %{[host][name]}"}}
    with_type, without = await events_of(
        sent(message="hi", type="beats", tags=["own"], a="x", host={"name": "h"}),
        sent(message="hi", a="y", host={"name": "h"}),
        count=2,
        ecs="disabled",
        **settings,
    )
    assert (with_type["type"], with_type["tags"], with_type["x-name"]) == (
        "beats",
        ["own", "in", APPLIED],
        "of h",
    )
    assert (without["type"], without["tags"], without["y-name"]) == ("mine", ["in", APPLIED], "of h")


@pytest.mark.parametrize(
    ("metadata", "at", "index"),
    [
        case("71-version", FILEBEAT["@metadata"], AT, "filebeat-8.17.0-2026.01.02"),
        case("71-without", {"beat": "b"}, AT, "b-%{[@metadata][version]}-2026.01.02"),
        case("71-new-year", {"beat": "b", "version": "1"}, "2026-12-31T23:59:59Z", "b-1-2026.12.31"),
        case("71-week-53", {"beat": "b", "version": "1"}, "2027-01-01T00:00:00Z", "b-1-2027.01.01"),
    ],
)
async def test_the_documented_index_is_by_beat_version_and_utc_day(metadata, at, index, monkeypatch):
    monkeypatch.setenv("TZ", "Australia/Brisbane")
    served = await receive(sent(**{"@metadata": metadata, "@timestamp": at, "message": "hi"}))
    wanted = Sprintf("%{[@metadata][beat]}-%{[@metadata][version]}-%{+YYYY.MM.dd}")
    assert wanted.format(served.events[0]) == index


async def test_case_73_elastic_agent_is_the_same_input():
    (event,) = await events_of(sent(message="hi"), name="elastic_agent")
    assert event["tags"] == [APPLIED]


async def test_metadata_can_be_read_by_a_reference():
    served = await receive(sent(message="hi"))
    assert served.events[0].get(FieldRef("[@metadata][input][beats][host][ip]")) == "127.0.0.1"


def test_every_limit_of_the_protocol_has_a_setting_with_the_same_default():
    beats, _ = make_beats({})
    assert beats._limits() == Limits()
    names = {"max_pairs": 1, "max_window_pairs": 2, "max_window_frames": 3, "max_frame_windows": 4}
    changed = make_beats(names)[0]._limits()
    assert (changed.max_pairs, changed.max_pairs_per_window) == (1, 2)
    assert (changed.max_frames_per_window, changed.max_windows_per_frame) == (3, 4)
