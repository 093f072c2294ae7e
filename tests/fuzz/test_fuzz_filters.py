"""Filters and the codec cef: whatever a field holds, the event goes on; what cannot be read is tagged, not raised."""

import json
from functools import cache

from fuzz_target import Target, test_nothing_near_it_does_harm, test_what_is_kept_does_no_harm  # noqa: F401

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.errors import LogsmithError
from logsmith.event import Event, encode
from logsmith.plugins import Context
from logsmith.plugins.codecs.cef import Cef
from logsmith.regex import budget

CONFIGS = {
    "csv": """csv { target => "t" } csv { separator => ";" quote_char => "'" columns => ["a", "b"] convert => { "a" => "integer" "b" => "date_time" } }""",
    "kv": """kv { target => "t" timeout_millis => 50 } kv { timeout_millis => 50 recursive => true trim_key => " " trim_value => "<>" value_split => ":" field_split => "," }""",
    "dissect": """dissect { mapping => { "message" => "%{a} %{+a/2} %{+a/1} [%{b->}] %{?c}=%{&c} %{[d][e]}" } convert_datatype => { "a" => "int" "b" => "float" } }""",
    "xml": """xml { source => "message" target => "t" xpath => ["//a/@b", "x", "//text()", "y"] } xml { source => "message" target => "u" force_array => false }""",
    "useragent": """useragent { source => "message" target => "t" }""",
    "texts": """json { source => "message" target => "t" } date { match => ["message", "ISO8601", "UNIX", "dd/MMM/yyyy:HH:mm:ss Z"] }
        extractnumbers { source => "message" } bytes { source => "message" target => "u" } urldecode { field => "message" }""",
}  # fmt: skip
TOKENS = {
    "csv": ('"', '""', "'", ",", ";", "\n", "\r\n", "\r", "\t", "a", "1", " ", "2026-01-02T03:04:05", "é", "\x00"),
    "kv": ("=", "a=", " ", '"', "'", "(", "[", "<", ">", ")", "]", "\\", ":", ",", "a=b", "@timestamp=1", "tags=x", "[a]=1", "[a=1", "é", "\n", "%{a}"),
    "dissect": (" ", "[", "]", "=", "a", "  ", "1", "1e999", "é", "\n", "[[", "message=x", "@timestamp=y"),
    "xml": ("<", ">", "</", "/>", "<a>", "</a>", "<a b='1'", "&", "&amp;", "&#0;", "&#x110000;", "&#99999999999;", "<!--", "-->", "<![CDATA[", "]]>", "<?xml", "?>",
            "<!DOCTYPE a [", "<!ENTITY e 'e'>", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "&e;", "<!ENTITY f '&e;&e;&e;'>", "xmlns='u'", "xmlns:p='u'", "p:a", '"', "'", "=", "\r", "\x00", "\ud800", "é"),
    "useragent": ("Mozilla/5.0 ", "(", ")", ";", "/", ".", "1", "Windows NT 10.0", "iPhone", "Android 14", "Chrome/120.0", "bot", " ", "Build/", "\n", "é", "\ud800"),
    "texts": ("{", "}", "[", '"', ":", ",", "%", "%41", "%ff", "%u1234", "1", "1e999", "-", ".", "KB", "mb", " ", "2026-01-02T03:04:05Z", "nan", "inf", "\ud800", "é", "٣", "99999999999999999999"),
    "cef": (b"CEF:0|", b"|", b"\\", b"=", b"\\=", b"\\|", b" ", b"a=b", b"rt=", b"start=Mar 04 2021 05:06:07", b"cs1Label=", b"src=", b"[a]=", b"a[0]=", b"a.b=", b"\n", b"\r", b"\xff", b"\xc3\xa9", b"\x00", b"deviceDirection=", b"ad.x="),
}  # fmt: skip


@cache
def pipeline(name):
    made = compile_pipeline([Source("main.conf", f"filter {{ {CONFIGS[name]} }}")], Context())
    assert made.pipeline is not None, [one.message for one in made.diagnostics]
    return made.pipeline


def check_filter(name, text):
    event = Event.from_map({"message": text, "list": [text, 1, None]})
    for one in pipeline(name).filters:
        try:
            with budget.armed(one.longest_match_s):
                one.filter(event)
        except LogsmithError:
            event.tag(one.fault_tag)
    json.loads(encode(event))


@cache
def cefs():
    made = [
        Cef(Context(ecs=ecs), {"delimiter": delimiter} if delimiter else {})
        for ecs in ("disabled", "v8")
        for delimiter in ("", "\n")
    ]
    assert [list(one.prepare()) for one in made] == [[]] * len(made)
    return made


def check_cef(given):
    for codec in cefs():
        read = [one.fresh() for one in (codec, codec)]
        whole = [encode(event) for event in (*read[0].decode(given), *read[0].flush())]
        for text in whole:
            json.loads(text)
            codec.encode(Event.from_map(json.loads(text)))
        if codec.delimiter:
            parts = [
                encode(event)
                for at in range(0, len(given), 7)
                for event in read[1].decode(given[at : at + 7])
            ]
            parts += [encode(event) for event in read[1].flush()]
            assert [without_time(one) for one in parts] == [without_time(one) for one in whole]


def without_time(text):
    fields = json.loads(text)
    fields.pop("@timestamp")
    return fields


TARGETS = [
    *(
        Target(
            f"filter-{name}",
            lambda text, name=name: check_filter(name, text),
            TOKENS[name],
            arms=name != "kv",
        )
        for name in CONFIGS
    ),
    Target("codec-cef", check_cef, TOKENS["cef"]),
]
