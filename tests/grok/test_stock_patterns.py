"""The stock patterns: each compiles and means to `re` what it means to Oniguruma; the great ones capture as they should."""

from functools import cache
from random import Random

import pytest

from logsmith.grok import Library, compile_grok
from logsmith.regex.oniguruma import make_search
from logsmith.regex.printer import OnigPrinter
from tests.regex.generated import damaged, text_for

COMPARED = 2  # texts for each pattern, each whole and damaged
ACCESS = (
    '192.0.2.44 - ann [07/Mar/2023:21:09:58 +0100] "PUT /cart/7?x=1 HTTP/2.0" 204 - "-" "Tool/1.0 (x; y)"'
)

# set, pattern, text, what the captures hold by field: a list where a field has several
LINES = [
    (
        "legacy",
        "COMBINEDAPACHELOG",
        ACCESS,
        {
            "clientip": "192.0.2.44",
            "ident": "-",
            "auth": "ann",
            "timestamp": "07/Mar/2023:21:09:58 +0100",
            "verb": "PUT",
            "request": "/cart/7?x=1",
            "httpversion": "2.0",
            "response": "204",
            "referrer": '"-"',
            "agent": '"Tool/1.0 (x; y)"',
        },
    ),
    (
        "ecs",
        "COMBINEDAPACHELOG",
        ACCESS,
        {
            "[source][address]": "192.0.2.44",
            "[user][name]": "ann",
            "timestamp": "07/Mar/2023:21:09:58 +0100",
            "[http][request][method]": "PUT",
            "[url][original]": "/cart/7?x=1",
            "[http][version]": "2.0",
            "[http][response][status_code]": "204",
            "[user_agent][original]": "Tool/1.0 (x; y)",
        },
    ),
    (
        "legacy",
        "SYSLOGLINE",
        "Jan  9 04:05:06 box cron[77]: (root) CMD",
        {
            "timestamp": "Jan  9 04:05:06",
            "logsource": "box",
            "program": "cron",
            "pid": "77",
            "message": "(root) CMD",
        },
    ),
    (
        "ecs",
        "SYSLOGLINE",
        "2023-01-09T04:05:06Z box cron[77]: (root) CMD",
        {
            "timestamp": "2023-01-09T04:05:06Z",
            "[host][hostname]": "box",
            "[process][name]": "cron",
            "[process][pid]": "77",
            "message": "(root) CMD",
        },
    ),
    (
        "ecs",
        "SYSLOG5424LINE",
        '<13>1 2023-01-09T04:05:06Z h.example app - ID7 [a b="c"] hi',
        {
            "[log][syslog][priority]": "13",
            "[system][syslog][version]": "1",
            "timestamp": "2023-01-09T04:05:06Z",
            "[host][hostname]": "h.example",
            "[process][name]": "app",
            "[event][code]": "ID7",
            "[system][syslog][structured_data]": '[a b="c"]',
            "message": "hi",
        },
    ),
    (
        "ecs",
        "HAPROXYTCP",
        "Jan  9 04:05:06 lb haproxy[9]: 192.0.2.1:5 [09/Jan/2023:04:05:06.007] in out/<NOSRV> -1/2/3 44 -- 1/2/3/4/5 6/7",
        {
            "timestamp": "Jan  9 04:05:06",
            "[host][hostname]": "lb",
            "[process][name]": "haproxy",
            "[process][pid]": "9",
            "[source][address]": "192.0.2.1",
            "[source][port]": "5",
            "[haproxy][request_date]": "09/Jan/2023:04:05:06.007",
            "[haproxy][frontend_name]": "in",
            "[haproxy][backend_name]": "out",
            "[haproxy][connection_wait_time_ms]": "2",
            "[haproxy][total_time_ms]": "3",
            "[source][bytes]": "44",
            "[haproxy][termination_state]": "--",
            "[haproxy][connections][active]": "1",
            "[haproxy][connections][frontend]": "2",
            "[haproxy][connections][backend]": "3",
            "[haproxy][connections][server]": "4",
            "[haproxy][connections][retries]": "5",
            "[haproxy][server_queue]": "6",
            "[haproxy][backend_queue]": "7",
        },
    ),
    (
        "legacy",
        "JAVASTACKTRACEPART",
        "\tat org.x.Y$Z.<clinit>(Y.java:3)",
        {"class": "org.x.Y$Z", "method": "<clinit>", "file": "Y.java", "line": "3"},
    ),
    (
        "ecs",
        "CISCOFW106023",
        'Deny udp src in:192.0.2.1/1(me) dst out:h.example/2 by access-group "acl" [0x1, 0x0]',
        {
            "[cisco][asa][outcome]": "Deny",
            "[cisco][asa][network][transport]": "udp",
            "[observer][ingress][interface][name]": "in",
            "[source][ip]": "192.0.2.1",
            "[source][port]": "1",
            "[source][user][name]": "me",
            "[observer][egress][interface][name]": "out",
            "[destination][address]": "h.example",
            "[destination][port]": "2",
            "[cisco][asa][rule_name]": "acl",
            "[@metadata][cisco][asa][hashcode1]": "0x1",
            "[@metadata][cisco][asa][hashcode2]": "0x0",
        },
    ),
    ("ecs", "ZEEK_FILES_TX_HOSTS", "192.0.2.1,192.0.2.2", {"[server][ip]": "192.0.2.1"}),
    ("legacy", "UNIXPATH", "to /srv/größe/.x,y", {}),
    (
        "ecs",
        "REDISMONLOG",
        '1.5 [3 192.0.2.1:4] "set" "a"',
        {
            "timestamp": "1.5",
            "[redis][database][id]": "3",
            "[client][ip]": "192.0.2.1",
            "[client][port]": "4",
            "[redis][command][name]": "set",
            "[redis][command][args]": '"a"',
        },
    ),
]
SINGLE = [
    ("legacy", "URN", ["urn:isbn:1", "urn:a:%20"], ["urn:isbn:", "urn:a:%2", "URN:a:b"]),
    ("legacy", "TZ", ["AST", "UTC"], ["CET"]),
    ("legacy", "MONTH", ["März", "mär", "Juli", "Dez"], ["Foo", "Juno"]),
    ("legacy", "LOGLEVEL", ["Information", "WARN", "err"], ["wrn", "loud"]),
    (
        "legacy",
        "IPV6",
        ["::", "::1", "fe80::1%eth0", "1:2:3:4:5:6:7:8", "::ffff:192.0.2.1"],
        ["1:2:3", "g::", "12345::1"],
    ),
    ("legacy", "QUOTEDSTRING", [r'"a\"b"', "''", "`x`"], ['"a', "a"]),
    ("legacy", "WORD", ["a_1"], ["naïve", "-"]),
    ("legacy", "MAVEN_VERSION", ["1.2.3-SNAPSHOT", "7"], ["1.2.x"]),
    ("ecs", "EMAILADDRESS", ["o'neil+x@example.org", "a@b"], ["@b", ".@b", "a@"]),
    ("ecs", "TOMCATLEGACY_DATESTAMP", ["2023-01-09 04:05:06", "2023-01-09 04:05:06,7 +0100"], ["2023-01-09"]),
    ("ecs", "BIND9_DNSTYPE", ["A", "HINFO"], ["B"]),
    ("ecs", "IPTABLES_TCP_FLAGS", ["", "ACK SYN "], ["ACK"]),
]
CASES = [(kind, name) for kind in ("legacy", "ecs") for name in Library.stock(ecs=kind == "ecs").names]


def library(kind):
    return Library.stock(ecs=kind == "ecs")


@cache
def compiled(kind, name):
    return compile_grok(f"%{{{name}:whole}}", library(kind))


def places(match, count):
    return match and [(match.start(index), match.end(index)) for index in range(count + 1)]


@pytest.mark.parametrize("kind", ["legacy", "ecs"])
def test_each_means_to_re_what_it_means_to_oniguruma(kind):
    for name in library(kind).names:
        grok = compiled(kind, name)
        assert grok.re is not None, name
        tree = grok.regex.tree
        oracle = make_search(OnigPrinter().text(tree.root))
        random = Random(name)
        for _ in range(COMPARED):
            text = text_for(tree.root, random)
            for one in (text, damaged(text, random)):
                found = oracle(one, 0)
                assert places(grok.search(one), tree.group_count) == places(found, tree.group_count), (
                    name,
                    one,
                )
                assert found is None or grok.can_match(one), (name, one)


@pytest.mark.parametrize("kind", ["legacy", "ecs"])
def test_most_generated_texts_match(kind):
    """Or the comparison would compare nothing with nothing."""
    groks = [compiled(kind, name) for name in library(kind).names]
    hits = sum(grok.search(text_for(grok.regex.tree.root, Random(0))) is not None for grok in groks)
    assert hits > 0.8 * len(groks)


@pytest.mark.parametrize(
    ("kind", "name", "text", "fields"), LINES, ids=[f"{case[0]} {case[1]}" for case in LINES]
)
def test_captures(kind, name, text, fields):
    grok = compile_grok(f"%{{{name}}}", library(kind))
    match = grok.search(text)
    held = {
        one.field: match.group(group) for one in grok.captures for group in one.groups if match.group(group)
    }
    assert {
        field: value for field, value in held.items() if field in fields or not field.startswith("[zeek]")
    } == fields


@pytest.mark.parametrize(
    ("kind", "name", "yes", "no"), SINGLE, ids=[f"{case[0]} {case[1]}" for case in SINGLE]
)
def test_takes_and_refuses_whole_texts(kind, name, yes, no):
    grok = compile_grok(rf"\A%{{{name}}}\z", library(kind))
    assert [text for text in yes + no if grok.search(text) is not None] == yes
