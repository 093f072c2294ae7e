"""Grok: any expression is compiled or refused; the stock patterns end on any line, within the time budget if need be."""

import zlib
from contextlib import suppress
from functools import cache

from fuzz_target import Target, test_nothing_near_it_does_harm, test_what_is_kept_does_no_harm  # noqa: F401

from logsmith.event import Event, EventError
from logsmith.grok import GrokError, Library, compile_grok
from logsmith.plugins import Context
from logsmith.plugins.filters.grok import Grok
from logsmith.plugins.filters.syslog_pri import SyslogPri
from logsmith.regex import RegexTimeoutError, budget

MATCH_S = 0.05
AT_ONCE = 5  # of some six hundred stock patterns; the line says which
LIBRARIES = [Library.stock(ecs=False), Library.stock(ecs=True)]
STOCK = [(number, name) for number, library in enumerate(LIBRARIES) for name in library.names]
EXPRESSIONS = (
    "%{", "}", ":", "%{INT:a}", "%{INT:a:int}", "%{NOSUCH}", "%{A:b:float}", "%{WORD:[a][b]}", "%{WORD:a:b:c}", "(?<n>", "(?<[a][b]>", ")",
    "%{GREEDYDATA}", "%{SYSLOGLINE}", "%{COMBINEDAPACHELOG}", "=", "%{A=b}", "\\", "[", "+", "|", "%%{", "é", "\n",
)  # fmt: skip
LINES = (
    "<34>", "<", "Oct 11 22:14:15", "2026-01-02T03:04:05.678Z", "10.0.0.1", "fe80::1%eth0", ":", "::", "-", "[", "]", '"', '\\"', "GET",
    "HTTP/1.1", "1", ".", "a", "aA0", "/", "\\", "%", "=", " ", "\t", "\n", "\r\n", "\x00", "é", "\ud800", "\u2028", "(", ")", "x.", "a-", "@", "%ASA-6-302013: ",
)  # fmt: skip


@cache
def stock(number, name):
    grok = compile_grok(f"%{{{name}}}", LIBRARIES[number])
    grok.search("")  # what is compiled for the first text takes none of a match's time
    return grok


def check_line(line):
    watch = budget.watch(MATCH_S)
    first = zlib.crc32(line.encode("utf-8", "surrogatepass"))
    with budget.armed(MATCH_S):
        for place in range(first, first + AT_ONCE):
            grok = stock(*STOCK[place % len(STOCK)])
            try:
                watch.text = line
                found = grok.search(line)
                assert found is None or grok.can_match(line)
            except RegexTimeoutError:
                pass
            finally:
                watch.text = None


def check_expression(pattern):
    try:
        grok = compile_grok(pattern, LIBRARIES[0].with_definitions({"A": "a", "LOOP": "%{LOOP}"}))
    except GrokError:
        return
    assert grok.captures is not None


@cache
def syslog():
    match = {"message": ["%{SYSLOG5424LINE}", "%{SYSLOGLINE}", "<%{POSINT:syslog_pri}>%{GREEDYDATA:[a][b]}"]}
    grok, pri = (
        Grok(Context(ecs="disabled"), {"match": match, "timeout_millis": 50}),
        SyslogPri(Context(ecs="disabled")),
    )
    assert list(grok.prepare()) == []
    assert list(pri.prepare()) == []
    return grok, pri


def check_syslog(line):
    grok, pri = syslog()
    event, odd = Event.from_map({"message": line}), Event.from_map({"syslog_pri": line})
    with budget.armed(grok.longest_match_s):
        grok._match_all(event)
    for one in (event, odd):
        with suppress(EventError):
            pri.filter(one)


TARGETS = [
    Target("grok-lines", check_line, LINES, arms=False),
    Target("grok-expressions", check_expression, EXPRESSIONS, most_chars=1_000),
    Target("syslog", check_syslog, LINES, arms=False),
]
