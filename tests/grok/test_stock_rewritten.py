"""The stock patterns find, rewritten and with cheap looks before, what they find as they are written."""

import re
from dataclasses import replace
from functools import cache
from random import Random

import pytest

from logsmith.grok import Library, compile_grok
from logsmith.regex.printer import RePrinter
from logsmith.regex.rewrite import rewritten
from tests.regex.backtracking import steps
from tests.regex.generated import damaged, text_for

TEXTS = 3  # for each pattern, each whole and spoilt in five ways
LINES = [
    '192.0.2.44 - ann [07/Mar/2023:21:09:58 +0100] "PUT /cart/7?x=1 HTTP/2.0" 204 - "-" "Tool/1.0 (x; \\"y\\")"',
    'db-3.example.com - - [31/Dec/1999:23:59:60 -0000] "-" 408 0 "a" "b" "c" "d"',
    '2023/03/07 21:09:58 [error] 31#0: *7 open() "/x.ico" failed, client: 2001:db8::7%eth0, server: a.b.',
    "<34>Mar  7 21:09:58 box-1 sshd[77]: Failed password for invalid user -x- from 192.0.2.9 port 22 ssh2",
    "2023-03-07T21:09:58.123+01:00 WARN  [main] com.example.A$B - took 1.5e3 ms; user=ann@example.com,",
]
CUT_OFF = '192.0.2.44 - - [07/Mar/2023:21:09:58 +0100] "PUT /cart/7?x=1 HTTP/2.0" 204 1234 "https://www.example.com/st'


@cache
def patterns(kind):
    library = Library.stock(ecs=kind == "ecs")
    return [(name, compile_grok(f"%{{{name}}}", library)) for name in library.names]


def spoilt(text, random):
    """Yield the text, and what is left of it when it is cut off, begins later, is damaged, or stands among others."""
    at = random.randrange(len(text) + 1)
    yield from (text, text[:at], text[at:], damaged(damaged(text, random), random))
    yield f"{random.choice(LINES)[:30]} {text}\n{text}"
    line = random.choice(LINES)
    yield line[: random.randrange(len(line) + 1)]


@pytest.mark.parametrize("kind", ["legacy", "ecs"])
def test_each_finds_what_it_finds_as_it_is_written(kind):
    for name, grok in patterns(kind):
        root, random = grok.regex.tree.root, Random(name)
        written = re.compile(RePrinter(grok.regex.tree, dot_is_all=True).text(root), re.MULTILINE | re.DOTALL)
        for text in (one for _ in range(TEXTS) for one in spoilt(text_for(root, random), random)):
            there = written.search(text)
            assert_same(grok.regex.search(text), there, name, text)
            assert_same(grok.search(text), there, name, text)
            assert there is None or (grok.can_match(text) and (grok.telltale or "") in text), (name, text)


def assert_same(found, there, *case):
    assert (found and found.regs) == (there and there.regs), case


@pytest.mark.parametrize("kind", ["legacy", "ecs"])
def test_a_line_that_is_cut_off_is_refused_in_a_third_of_the_steps(kind):
    tree = dict(patterns(kind))["COMBINEDAPACHELOG"].regex.tree
    assert steps(replace(tree, root=rewritten(tree.root)), CUT_OFF) * 3 < steps(tree, CUT_OFF)
