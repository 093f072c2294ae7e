"""What the stock patterns take, leave out and keep where a tidier pattern would do otherwise: as Logstash's own do."""

import pytest

from logsmith.grok import Library, compile_grok

CONN = "1.5 C1 192.0.2.1 1 192.0.2.2 2 {} - - - - SF - - 0 - 1 2 3 4 (empty)"
FILES = "1.5 F1 - - C1 HTTP 0 {} - - - - F 1 - 0 0 F - - - - -"
NETFILTER = "IN=eth0 OUT= {}SRC=192.0.2.1 DST=192.0.2.2 LEN={} TOS=0x00 PREC={} TTL=64 ID=0 DF PROTO=TCP SPT=1 DPT=22{}"
PLAIN = NETFILTER.format("", 52, "0x00", " ")
HAPROXY = "192.0.2.1:5 [09/Jan/2023:04:05:06.007] in out/s 0/0/1/2/3 200 44 - - ---- 1/1/1/1/0 0/0"
DNS = "1.5 C1 192.0.2.1 1 192.0.2.2 53 udp 9 - x 1 - 1 A 0 - {} F T T 0 - - F"
CLOUDFRONT = "2023-01-09 04:05:06 FRA50 1 192.0.2.1 GET h / 200 - {} - - Hit id h https 5 0.1 - TLSv1.3 X Hit"

SHORT = "IN=e OUT= MAC=00:00:00:00:00:01: SRC=192.0.2.1 DST=192.0.2.2 LEN=1 TOS=0 PREC=0 TTL=1 ID=1 PROTO=TCP SPT= DPT=22"

# set, pattern, text (a blank is a tab in Bro's, Zeek's and CloudFront's), some of what it captures or None: no match
ROWS = [
    ("legacy", "BACULA_LOGLINE", "09-Jan 04:05 b-dir: End auto prune.", {"hostname": "b-dir", "jobid": None}),
    ("legacy", "BACULA_LOGLINE", "09-Jan 04:05 b-dir JobId 7: End auto prune.", {"jobid": "7"}),
    ("legacy", "BACULA_LOGLINE", "09-Jan 04:05 b-sd JobId 7, Job j.1 marked to be canceled.", {"job": "j.1"}),
    (
        "legacy",
        "BACULA_LOG_NO_AUTH",
        "Fatal error: Unable to authenticate with File daemon at x y. Possible causes:",
        {},
    ),
    ("ecs", "BACULA_LOG", "09-Jan 04:05 b-dir: End auto prune.", {"[host][hostname]": "b-dir"}),
    ("ecs", "BACULA_LOG", "09-Jan 04:05 b-dir: hello", None),
    (
        "ecs",
        "BACULA_LOGLINE",
        "09-Jan 04:05 b JobId 7, Job j.1 marked to be canceled.",
        {"[bacula][job][id]": "7"},
    ),
    (
        "ecs",
        "BACULA_LOG_NEW_LABEL",
        'Labeled new Volume "V" on file device "D" (/d).',
        {"[bacula][volume][device]": "D"},
    ),
    (
        "ecs",
        "BACULA_LOG_PRUNED_JOBS",
        "Pruned 0 Job for client c from catalog!",
        {"[bacula][client][name]": "c"},
    ),
    (
        "ecs",
        "BACULA_LOG_NO_AUTH",
        'Fatal Error: Unable to authenticate with File daemon at "h:1". Possible causes:',
        None,
    ),
    (
        "legacy",
        "BIND9",
        "09-Jan-2023 04:05:06 queries: info: client: @0x7f 192.0.2.1#5 (x): query: x IN A + (192.0.2.2)",
        {"querytype": "A +"},
    ),
    (
        "ecs",
        "BIND9",
        "09-Jan-2023 04:05:06 queries: info: client @0x7f 192.0.2.1#5 (x): query: x IN A: + (192.0.2.2)",
        {"[dns][question][type]": "A", "[bind][log][question][flags]": "+"},
    ),
    (
        "ecs",
        "BRO_CONN",
        CONN.format("tcp"),
        {"[network][transport]": "tcp", "[zeek][connection][tunnel_parents]": None},
    ),
    (
        "ecs",
        "BRO_CONN",
        CONN.format("tcp").replace("(empty)", "-"),
        {"[zeek][connection][tunnel_parents]": "-"},
    ),
    ("ecs", "BRO_CONN", CONN.format("-"), None),
    ("ecs", "BRO_FILES", FILES.format("(empty)"), {"[zeek][files][analyzers]": "(empty)"}),
    ("ecs", "BRO_FILES", FILES.format("-"), {"[zeek][files][analyzers]": None}),
    ("ecs", "ZEEK_FILES", FILES.format("MD5"), {"[zeek][files][analyzers]": "MD5"}),
    ("ecs", "ZEEK_FILES", FILES.format("MD5") + " T 9", {"[zeek][files][extracted_size]": "9"}),
    ("ecs", "ZEEK_DNS", DNS.format("F"), {"[zeek][dns][AA]": "F"}),
    ("ecs", "ZEEK_DNS", DNS.format("-"), None),
    ("ecs", "ZEEK_CONN", CONN.format("udp"), {"[zeek][connection][tunnel_parents]": "(empty)"}),
    (
        "ecs",
        "CLOUDFRONT_ACCESS_LOG",
        CLOUDFRONT.format("-"),
        {"[user_agent][original]": "-", "[url][query]": None},
    ),
    ("legacy", "EXIM_UNKNOWN_FIELD", 'A="b c"', {}),
    ("ecs", "EXIM_FLAGS", "<>", {}),
    ("ecs", "EXIM_DATE", ":2023-01-09 04:05:06", {}),
    ("ecs", "HAPROXYHTTPBASE", HAPROXY, {"[haproxy][server_queue]": "0"}),
    (
        "ecs",
        "HAPROXYHTTPBASE",
        HAPROXY + ' {a} {b} "<BADREQ>"',
        {"[haproxy][http][response][captured_headers]": "b"},
    ),
    ("ecs", "HAPROXYHTTPBASE", HAPROXY + ' {a} "GET / HTTP/1.1"', {"[http][version]": "1.1"}),
    ("ecs", "IPTABLES", PLAIN, {"[iptables][fragment_flags]": "DF", "[destination][port]": "22"}),
    ("ecs", "IPTABLES", NETFILTER.format("", "", "", " "), {"[iptables][length]": None}),
    ("ecs", "IPTABLES", NETFILTER.format("", 52, "0", " "), None),
    ("ecs", "IPTABLES", NETFILTER.format("", 52, "0x00", ""), None),
    (
        "ecs",
        "IPTABLES",
        NETFILTER.format("MAC=00:00:00:00:00:01:00:00:00:00:00:02:08:00 ", 52, "0x00", " "),
        {"[destination][mac]": "00:00:00:00:00:01", "[source][mac]": "00:00:00:00:00:02"},
    ),
    (
        "ecs",
        "SHOREWALL",
        f"Jan  9 04:05:06 fw Shorewall:net:DROP:{PLAIN}",
        {"[shorewall][firewall][action]": "DROP"},
    ),
    (
        "legacy",
        "SHOREWALL",
        f"Jan  9 04:05:06 fw [1.5] Shorewall:net:DROP:{SHORT}",
        {"nf_action2": "DROP", "nf_src_mac": None, "nf_src_port": None, "nf_dst_port": "22"},
    ),
    (
        "ecs",
        "SFW2",
        f"Jan  9 04:05:06 fw kernel: SFW2-INext-DROP {PLAIN}",
        {"[suse][firewall][action]": "DROP"},
    ),
    (
        "legacy",
        "SFW2",
        "Jan  9 04:05:06 fw kernel[1]: SFW2-INext-DROP IN=e OUT= MAC= SRC=192.0.2.1 DST=192.0.2.2 PROTO=TCP X SPT=1 Y DPT=2",
        {"nf_action": "DROP", "nf_src_port": "1", "nf_dst_port": "2"},
    ),
    ("ecs", "REDISLOG", "[9] 09 Jan 04:05:06 *", {"[process][pid]": "9"}),
    ("legacy", "REDISLOG", "[9] 09 Jan 04:05:06 *", None),
    ("ecs", "RT_FLOW_EVENT", "RT_FLOW_SESSION_CLOSE", None),
    ("ecs", "RT_FLOW_TAG", "RT_FLOW_SESSION_CLOSE", {}),
    ("ecs", "SQUID3_STATUS", "000", {"[http][response][status_code]": None}),
]
BY_TABS = ("BRO_", "ZEEK_", "CLOUDFRONT_")


@pytest.mark.parametrize(("kind", "name", "text", "fields"), ROWS)
def test_captures_what_logstash_does(kind, name, text, fields):
    if name.startswith(BY_TABS):
        text = text.replace(" ", "\t")
    grok = compile_grok(rf"\A%{{{name}}}\z", Library.stock(ecs=kind == "ecs"))
    match = grok.search(text)
    if fields is None:
        assert match is None
        return
    held = {
        one.field: next((match.group(group) for group in one.groups if match.group(group)), None)
        for one in grok.captures
    }
    assert {field: held[field] for field in fields} == fields
