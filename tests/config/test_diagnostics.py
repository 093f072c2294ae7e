"""Diagnostics as people see them, letter for letter."""

import re
from pathlib import Path

import pytest

import logsmith
from logsmith.config import Diagnostic, Source, Span, as_json, parse, render_plain
from logsmith.config.diagnostics import CODES, SHOWN_COLUMNS

# Each case: a pipeline, and all that is said of it. The rulers of three dashes part several diagnostics.
SHOWN = {
    "a wrong arrow": (
        'filter {\n  grok {\n    match -> { "message" => "x" }\n  }\n}\n',
        """\
main.conf:3:11: error: unexpected "->" after "match"
        match -> { "message" => "x" }
              ^^
expected: "=>"
hint: write match => …""",
    ),
    "a colon for an arrow, and a comma in a hash": (
        'filter { mutate { add_field => { "a": 1, "b" => 2, "c" => 3 } } }',
        """\
main.conf:1:37: error: unexpected ":" after "a"
    filter { mutate { add_field => { "a": 1, "b" => 2, "c" => 3 } } }
                                        ^
expected: "=>"
hint: write "a" => …
---
main.conf:1:40: error: unexpected "," in a hash
    filter { mutate { add_field => { "a": 1, "b" => 2, "c" => 3 } } }
                                           ^
expected: an entry or "}"
hint: entries of a hash are parted by blanks, not by ",\"""",
    ),
    "an equals sign for an arrow": (
        "input { beats { port = 5044 } }",
        """\
main.conf:1:22: error: unexpected "=" after "port"
    input { beats { port = 5044 } }
                         ^
expected: "=>"
hint: write port => …""",
    ),
    "a comma between settings": (
        "input { beats { port => 5044, ssl => true } }",
        """\
main.conf:1:29: error: unexpected "," in the settings of beats
    input { beats { port => 5044, ssl => true } }
                                ^
expected: a setting or "}"
hint: settings are parted by blanks, not by ",\"""",
    ),
    "an equals sign in a condition": (
        "filter { if [a] = 1 { drop { } } }",
        """\
main.conf:1:17: error: unexpected "=" in a condition
    filter { if [a] = 1 { drop { } } }
                    ^
expected: "==", "!=", "<", "<=", ">", ">=", "=~", "!~", "in" or "not in"
hint: write "==\"""",
    ),
    "symbols and capitals for and": (
        "filter { if [a] && [b] AND [c] || [d] { drop { } } }",
        """\
main.conf:1:17: error: unexpected "&&" in a condition
    filter { if [a] && [b] AND [c] || [d] { drop { } } }
                    ^^
expected: "and", "or", "xor" or "nand"
hint: write "and"
---
main.conf:1:24: error: unexpected "AND" in a condition
    filter { if [a] && [b] AND [c] || [d] { drop { } } }
                           ^^^
expected: "and", "or", "xor" or "nand"
hint: write "and"
---
main.conf:1:32: error: unexpected "||" in a condition
    filter { if [a] && [b] AND [c] || [d] { drop { } } }
                                   ^^
expected: "and", "or", "xor" or "nand"
hint: write "or"
---
main.conf:1:32: warning: several "and" before an "or" are grouped in a way few expect
    filter { if [a] && [b] AND [c] || [d] { drop { } } }
                                   ^^
hint: a and b and c or d is a and ((b and c) or d) to Logstash; write (a and b and c) or d""",
    ),
    "a boolean": (
        "filter { if [ok] == true { drop { } } }",
        """\
main.conf:1:21: error: unexpected "true" in a condition
    filter { if [ok] == true { drop { } } }
                        ^^^^
expected: a field reference, a string, a number or an array
hint: there are no booleans or null in conditions; test the field alone: if [field], if ![field]""",
    ),
    "elsif": (
        "filter { if [a] { drop { } } elsif [b] { drop { } } else { drop { } } }",
        """\
main.conf:1:30: error: unexpected "elsif" after a branch
    filter { if [a] { drop { } } elsif [b] { drop { } } else { drop { } } }
                                 ^^^^^
expected: "else if", "else", a plugin, "if" or "}"
hint: write "else if\"""",
    ),
    "a bareword of one letter": (
        'filter { mutate { rename => { "a" => b } } }',
        """\
main.conf:1:38: error: unexpected "b" as the value of "a"
    filter { mutate { rename => { "a" => b } } }
                                         ^
expected: a string, a number, a bareword, an array or a hash
hint: a bareword has at least two characters; write "b\"""",
    ),
    "a bareword with a dash": (
        "filter { mutate { add_tag => my-tag } }",
        """\
main.conf:1:32: error: unexpected "-tag" in the settings of mutate
    filter { mutate { add_tag => my-tag } }
                                   ^^^^
expected: a blank
hint: put it in quotes: "my-tag\"""",
    ),
    "a byte order mark": (
        "\ufefffilter { }",
        """\
main.conf:1:1: error: unexpected byte order mark
    \ufefffilter { }
    ^
hint: save the file as UTF-8 without a byte order mark""",
    ),
    "a no-break space": (
        "filter {\n\u00a0 mutate { }\n}",
        """\
main.conf:2:1: error: unexpected U+00A0 (no-break space)
    \u00a0 mutate { }
    ^
hint: white space is blank, tab and line end only""",
    ),
    "typographic quotes": (
        "filter { mutate { add_tag => “x” } }",
        """\
main.conf:1:30: error: unexpected typographic quote "“"
    filter { mutate { add_tag => “x” } }
                                 ^
hint: write a string with straight quotes: \"""",
    ),
    "an unquoted path": (
        "input { file { path => /var/log/*.log mode => read } }",
        """\
main.conf:1:24: error: unexpected "/var/log/*.log" as the value of "path"
    input { file { path => /var/log/*.log mode => read } }
                           ^^^^^^^^^^^^^^
expected: a string, a number, a bareword, an array or a hash
hint: a path is written in quotes: "/var/log/*.log\"""",
    ),
    "a string that ends in a backslash": (
        'input {\n  file {\n    path => "C:\\dir\\"\n    mode => "read"\n  }\n}\n',
        """\
main.conf:3:20: error: a string cannot end in a backslash
        path => "C:\\dir\\"
                       ^^
hint: \\" is a quote inside the string; leave the backslash away, or write / in a path""",
    ),
    "a string that is not closed": (
        'filter {\n  grok { match => { "message" => "%{WORD:a} }\n    add_tag => ["x"]\n  }\n}\n',
        """\
main.conf:2:34: error: this string is not closed on its line
      grok { match => { "message" => "%{WORD:a} }
                                     ^^^^^^^^^^
hint: close the string with \"""",
    ),
    "a pattern that is not closed": (
        'filter {\n  if [a] =~ /error {\n    mutate { add_field => { "p" => "/var/log" } }\n  }\n}\n',
        """\
main.conf:2:13: error: this pattern is not closed on its line
      if [a] =~ /error {
                ^^^^^^
hint: close the pattern with /""",
    ),
    "a quote inside a string": (
        'filter {\n  ruby {\n    code => "event.set("x", 1)"\n    id => "y"\n  }\n}\n',
        """\
main.conf:3:25: error: unexpected "x" in the settings of ruby
        code => "event.set("x", 1)"
                            ^
expected: a blank
hint: the string ends before this; put ' around a string that holds \"""",
    ),
    "a hash that is not closed": (
        'filter {\n  grok {\n    match => { "message" => "x"\n    add_tag => ["y"]\n  }\n}\noutput { stdout { } }\n',
        """\
main.conf:7:1: error: unexpected "output" in the filter section
    output { stdout { } }
    ^^^^^^
expected: a plugin, "if" or "}"
hint: the "{" opened at line 3 seems never closed""",
    ),
    "an array that is not closed": (
        'filter {\n  mutate {\n    add_tag => ["a", "b"\n    add_field => { "a" => "b" }\n  }\n}\n',
        """\
main.conf:4:5: error: unexpected "add_field" in an array
        add_field => { "a" => "b" }
        ^^^^^^^^^
expected: "," or "]"
hint: the "[" opened at line 3 is never closed""",
    ),
    "a plugin that is not closed": (
        'filter {\n  grok {\n    id => "x"\n  mutate { }\n}\noutput { stdout { } }\n',
        """\
main.conf:4:3: error: unexpected "mutate" in the settings of grok
      mutate { }
      ^^^^^^
expected: a setting or "}"
hint: the "{" of grok opened at line 2 is never closed""",
    ),
    "a branch that is not closed": (
        "filter {\n  if [a] {\n    mutate { }\n\n}\noutput {\n  stdout { }\n}\n",
        """\
main.conf:6:1: error: unexpected "output" in the filter section
    output {
    ^^^^^^
expected: a plugin, "if" or "}"
hint: the "{" of if opened at line 2 seems never closed""",
    ),
    "an if that is not closed before its else": (
        "filter {\n  if [a] {\n    drop { }\n  else {\n    mutate { }\n  }\n}\n",
        """\
main.conf:4:3: error: unexpected "else" in the filter section
      else {
      ^^^^
expected: a plugin, "if" or "}"
hint: the "{" of if opened at line 2 is never closed""",
    ),
    "a section that is not closed": (
        "filter {\n\tmutate { }\n",
        """\
main.conf:2:12: error: unexpected end of file in the filter section
    \tmutate { }
    \t          ^
expected: a plugin, "if" or "}"
hint: the "{" of filter opened at line 1 is never closed""",
    ),
    "a parenthesis that is not closed": (
        "filter { if ([a] == 1 { drop { } } }",
        """\
main.conf:1:23: error: unexpected "{" in a condition
    filter { if ([a] == 1 { drop { } } }
                          ^
expected: "and", "or", "xor", "nand" or ")"
hint: the "(" opened at line 1 is never closed""",
    ),
    "a bracket too many": (
        "filter { mutate { } } }\noutput { stdout { } }\n",
        """\
main.conf:1:23: error: unexpected "}" outside any section
    filter { mutate { } } }
                          ^
expected: "input", "filter" or "output"
hint: this bracket closes nothing: every { before it is closed already""",
    ),
    "a misspelt section": (
        "filters { mutate { } }",
        """\
main.conf:1:1: error: unexpected "filters" outside any section
    filters { mutate { } }
    ^^^^^^^
expected: "input", "filter" or "output"
hint: did you mean filter?""",
    ),
    "a condition inside a plugin": (
        'filter { mutate { if [a] { add_tag => ["x"] } } }',
        """\
main.conf:1:19: error: unexpected "if" in the settings of mutate
    filter { mutate { if [a] { add_tag => ["x"] } } }
                      ^^
expected: a setting or "}"
hint: a condition stands around a plugin: if … { mutate { … } }""",
    ),
    "a negated comparison": (
        'filter { if ![a] == "x" { drop { } } }',
        """\
main.conf:1:18: error: unexpected "==" in a condition
    filter { if ![a] == "x" { drop { } } }
                     ^^
expected: "and", "or", "xor", "nand" or "{"
hint: ! binds to [a] alone; write !( [a] … )""",
    ),
    "flags behind a pattern": (
        "filter { if [a] =~ /x/i { drop { } } }",
        """\
main.conf:1:23: error: unexpected "i" in a condition
    filter { if [a] =~ /x/i { drop { } } }
                          ^
expected: an operator, "and", "or" or "{"
hint: a pattern has no flags behind it; write (?i) inside""",
    ),
    "a key twice": (
        'filter {\n  mutate {\n    add_field => { "a" => 1\n                   "a" => 2 }\n  }\n}\n',
        """\
main.conf:4:20: error: the key "a" is here twice
                       "a" => 2 }
                       ^^^
hint: it is already on line 3; give one key an array of both values""",
    ),
    "an array of one element": (
        'filter { if [type] in ["web"] { drop { } } }',
        """\
main.conf:1:23: warning: ["web"] is read as a field reference, not as an array of one element
    filter { if [type] in ["web"] { drop { } } }
                          ^^^^^^^
hint: write == "web", or name the element twice: ["web", "web"]""",
    ),
    "semicolons after strings and arrays, said once": (
        'filter { clone { clones => ["a"]; add_tag => "b"; id => "c" } }',
        """\
main.conf:1:33: error: unexpected ";" in the settings of clone
    filter { clone { clones => ["a"]; add_tag => "b"; id => "c" } }
                                    ^
expected: a setting or "}"
hint: settings are parted by blanks, not by ";\"""",
    ),
    "a slash after a string that a backslash keeps open is no pattern": (
        r'filter { mutate { gsub => [ "a", "\\", "/" ] } }',
        r"""main.conf:1:41: error: unexpected "/" in an array
    filter { mutate { gsub => [ "a", "\\", "/" ] } }
                                            ^
expected: a blank
hint: \" does not end a string; leave the backslash away, or write / in a path""",
    ),
    "a confidential setting": (
        'output { elasticsearch { password => "hunter2", user => "u" } }',
        """\
main.conf:1:47: error: unexpected "," in the settings of elasticsearch
    output { elasticsearch { password => *********, user => "u" } }
                                                  ^
expected: a setting or "}"
hint: settings are parted by blanks, not by ",\"""",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), SHOWN.values(), ids=SHOWN)
def test_shows(text, shown):
    found = parse(Source("main.conf", text)).diagnostics
    assert "\n---\n".join(map(render_plain, found)) == shown


def test_json_says_all_but_the_source_line():
    [diagnostic] = parse(Source("main.conf", "input { beats { port = 5044 } }")).diagnostics
    assert as_json(diagnostic) == {
        "code": "syntax-error",
        "severity": "error",
        "file": "main.conf",
        "line": 1,
        "column": 22,
        "message": 'unexpected "=" after "port", expected "=>"',
        "hint": "write port => …",
    }


def test_a_long_line_is_cut_around_the_place():
    text = "filter { mutate { add_tag => [" + '"x", ' * 100 + 'y, "z"] } }'
    [diagnostic] = parse(Source("main.conf", text)).diagnostics
    _, line, caret, *_ = render_plain(diagnostic).split("\n")
    assert len(line) <= SHOWN_COLUMNS + 4
    assert line[caret.index("^")] == "y"


def test_a_file_as_a_whole_has_no_line():
    diagnostic = Diagnostic("missing-file", "cannot be read", Span(Source("a.conf", ""), 0, 0))
    assert render_plain(diagnostic) == "a.conf: error: cannot be read"


@pytest.mark.parametrize("sentence", CODES.values(), ids=CODES)
def test_every_code_has_a_sentence(sentence):
    assert sentence.endswith(".")


def test_the_documentation_lists_every_code():
    page = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
    listed = dict(
        re.findall(
            r"^\| `([a-z0-9-]+)` \| (.+\.) \|$", page.partition("| `code` | meaning |")[2], re.MULTILINE
        )
    )
    assert listed == CODES


def test_every_code_that_is_given_is_one():
    texts = (path.read_text() for path in Path(logsmith.__file__).parent.rglob("*.py"))
    given = {code for text in texts for code in re.findall(r'(?:Diagnostic\(\s*|\bcode=)"([^"]+)"', text)}
    assert len(given) > 20
    assert given <= CODES.keys()


def test_columns_count_from_one_behind_cr_lf():
    [diagnostic] = parse(Source("main.conf", "filter {\r\n  x1 { a = 1 }\r\n}\r\n")).diagnostics
    assert (diagnostic.span.line, diagnostic.span.column, diagnostic.span.text) == (2, 10, "=")
