"""After a mistake the parser goes on: every mistake is reported, and each of them once."""

import time

import pytest

from logsmith.config import Source, parse, parse_sources
from logsmith.config.ast import walk_plugins

MISTAKES = {
    "in settings that follow each other": (
        """\
filter {
  grok {
    match -> { "message" => "x" }
    id = "y"
    tag_on_failure : ["z"]
    keep_empty_captures => tru-e
    break_on_match false
  }
}
""",
        [(3, 11), (4, 8), (5, 20), (6, 31), (7, 20)],
    ),
    "in plugins that follow each other": (
        """\
filter {
  mutate { add_tag => ["a" "b"] }
  mutate { add_tag => ["a",] }
  drop
  mutate { a => .5 }
}
""",
        [(2, 28), (3, 28), (5, 3), (5, 17)],
    ),
    "in conditions that follow each other": (
        """\
filter {
  if [a] = 1 { drop { } }
  else if status == "x" { drop { } }
  elsif [b] == true { drop { } }
  if not [c] { drop { } }
  if ([d] { drop { } }
  if [e] =~ [f] { drop { } }
  if [g] contains "x" { drop { } }
}
""",
        [(2, 10), (3, 11), (4, 3), (4, 16), (5, 6), (6, 11), (7, 13), (8, 10)],
    ),
    "in every section": (
        """\
inputs {
  stdin { a = 1 }
}
filter {
  // nothing
  mutate { }
}
output {
  stdout { codec -> rubydebug }
}
}
""",
        [(1, 1), (2, 13), (5, 3), (9, 18), (11, 1)],
    ),
    "in strings": (
        """\
input {
  file {
    path => "C:\\logs\\"
    mode => "read
    id => “x”
    type => ‘y’
  }
}
""",
        [(3, 21), (4, 13), (5, 11), (6, 13)],
    ),
    "in hashes and arrays inside each other": (
        """\
filter {
  x1 {
    a => { bb => [1 2] c => 3 dd => { "e": 4 } }
    b => [{ ff => g }, [h], 1x]
  }
}
""",
        [(3, 21), (3, 24), (3, 42), (4, 19), (4, 25), (4, 30)],
    ),
    "a plugin and then a section that are not closed": (
        """\
filter {
  grok {
    id => "x"
  mutate { }
output {
  stdout {
    id => "y"
}
""",
        [(4, 3), (5, 1), (8, 2)],
    ),
    "other words than sections": (
        "hello { }\nfilter { x1 { a = 1 } }\nworld\noutput { x1 { a = 1 } }\n",
        [(1, 1), (2, 17), (3, 1), (4, 17)],
    ),
    "a brace too many in the middle": (
        "filter {\n  mutate { } }\n  grok { }\n}\noutput { x1 { a = 1 } }\n",
        [(3, 3), (5, 17)],
    ),
    "a condition without its brace": (
        'filter {\n  if [a] == "x"\n    drop { }\n  }\n  x1 { a = 1 }\n}\n',
        [(3, 5), (5, 10)],
    ),
    "a quote inside code": (
        "filter {\n  ruby {\n    code => '\n      # it's\n      event.set(\"x\", 1)\n    '\n  }\n  x1 { a = 1 }\n}\n",
        [(4, 12), (8, 10)],
    ),
    "a quote inside code over several lines": (
        'filter {\n  ruby {\n    code => "x = 1\n      event.set("x", x)\n    "\n  }\n  x1 { a = 1 }\n}\n',
        [(4, 18), (7, 10)],
    ),
    "a string that is never closed": ('filter {\n  x1 { a = 1 }\n  x1 { b => "\n x', [(2, 10), (3, 13)]),
    "Fluentd's language": ("<source>\n@type tail\n</source>\n<match **>\n</match>\n", [(1, 1)]),
    "YAML": ("input:\n  beats:\n    port: 5044\n", [(1, 6)]),
}  # fmt: skip


@pytest.mark.parametrize(("text", "places"), MISTAKES.values(), ids=MISTAKES)
def test_every_mistake_is_reported_once(text, places):
    found = parse(Source("main.conf", text)).diagnostics
    assert [(one.span.line, one.span.column) for one in found if one.is_error] == places


def test_what_is_right_is_read_around_mistakes():
    text = 'filter { one1 { a = 1 b => 2 } two2 { b => "x" } } output { three3 { } }'
    plugins = {plugin.name: plugin for plugin in walk_plugins(parse(Source("main.conf", text)).pipeline)}
    assert list(plugins) == ["one1", "two2", "three3"]
    assert plugins["one1"].is_broken
    assert not plugins["two2"].is_broken
    assert [attribute.name for attribute in plugins["one1"].attributes] == ["a", "b"]


def test_each_source_is_parsed_on_its_own():
    parsed = parse_sources([Source("a.conf", "filter { x1 { }"), Source("b.conf", "} output { y1 { } }")])
    assert [(one.span.source.name, one.span.line) for one in parsed.diagnostics] == [
        ("a.conf", 1),
        ("b.conf", 1),
    ]


def test_sections_of_all_sources_follow_each_other():
    parsed = parse_sources(
        [Source("a.conf", "filter { a1 { } } input { a2 { } }"), Source("b.conf", "filter { b1 { } }")]
    )
    assert [(plugin.kind, plugin.name) for plugin in walk_plugins(parsed.pipeline)] == [
        ("filter", "a1"),
        ("input", "a2"),
        ("filter", "b1"),
    ]


def test_spans_cover_what_they_name():
    text = 'filter {\n  if [a] == "x" and ![b] { grok { "match" => { "m" => ["%{X}", 5] } codec => json { } } }\n}'
    section = parse(Source("main.conf", text)).pipeline.sections[0]
    branch = section.body[0]
    plugin = branch.arms[0].body[0]
    match, codec = plugin.attributes
    [entry] = match.value.entries
    assert section.span.text == text
    assert branch.arms[0].condition.span.text == '[a] == "x" and ![b]'
    assert plugin.name_span.text == "grok"
    assert match.name_span.text == '"match"'
    assert [one.span.text for one in (entry.key, entry.value, *entry.value.items)] == [
        '"m"',
        '["%{X}", 5]',
        '"%{X}"',
        "5",
    ]
    assert codec.value.span.text == "json { }"
    assert (plugin.span.line, plugin.span.column) == (2, 28)


def test_walk_gives_codecs_behind_their_plugin():
    text = "input { a1 { codec => b1 { cc => [d1 { }] } } if [x] { e1 { } } else { f1 { } } }"
    plugins = list(walk_plugins(parse(Source("main.conf", text)).pipeline))
    assert [(plugin.name, plugin.kind) for plugin in plugins] == [
        ("a1", "input"),
        ("b1", "codec"),
        ("d1", "codec"),
        ("e1", "input"),
        ("f1", "input"),
    ]


def test_a_thousand_mistakes_take_no_longer_than_they_should():
    text = "filter {\n" + '  x1 { a => “b” c => "C:\\" }\n' * 400 + "}\n"
    begin = time.perf_counter()
    assert parse(Source("main.conf", text)).has_errors
    assert time.perf_counter() - begin < 5
