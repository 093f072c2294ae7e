"""A problem of a plugin is shown where it stands in the file: at a setting, at an entry of it, inside of its text."""

import pytest

from logsmith.compiler.compile import compile_pipeline
from logsmith.config.diagnostics import render_plain
from logsmith.config.source import Source
from logsmith.plugins import Context


def diagnostics_of(text, **settings):
    return compile_pipeline([Source("main.conf", text)], Context(), **settings).diagnostics


def shown(text, **settings):
    (diagnostic,) = diagnostics_of(text, **settings)
    return render_plain(diagnostic)


def test_the_caret_stands_at_the_construct():
    assert shown('filter {\n  ruby {\n    code => "\n      x = 1\n      y = `ls`\n    "\n  }\n}') == (
        "main.conf:5:11: error: code: shell commands are not supported\n          y = `ls`\n              ^"
    )


@pytest.mark.parametrize(
    ("written", "escapes"),
    [
        ("x = '\\\\'; `a`", False),
        ("x = '\\'; `a`", True),
        ("\\n\\t `a`", True),
        ("é `a`", True),
        ("é `a`", False),
    ],
)
def test_escapes_are_counted_as_the_file_has_them(written, escapes):
    text = f'filter {{ ruby {{ code => "{written}" }} }}'
    place = shown(text, support_escapes=escapes).partition(": error")[0]
    assert place == f"main.conf:1:{text.index('`') + 1}"


# Between the two marks stands what the carets are under
PLACES = {
    "a setting": "filter { drop { percentage => «140» } }",
    "a setting that is not known": "filter { drop { «percentag» => 1 } }",
    "the entry of a hash": 'filter { mutate { add_field => { "a" => "b" «"[c" => "d"» } } }',
    "the value of an entry": 'filter { mutate { add_field => { "a" => «"%{[b}"» } } }',
    "an item of an entry": 'filter { mutate { add_field => { "a" => ["b", «"%{[b}"»] } } }',
    "an item of a list": 'filter { mutate { remove_field => ["a", «"[b"»] } }',
    "a single item": 'filter { mutate { add_tag => «"%{[b}"» } }',
    "an item of a setting written twice": 'filter { mutate { add_tag => "a" add_tag => [«"%{[b}"»] } }',
    "a hash written as a list": 'filter { mutate { add_field => ["a", "b", "c", «"%{[d}"»] } }',
    "a value of another type": 'filter { mutate { convert => { "a" => "integer" «"b" => "number"» } } }',
    "an entry that a plugin refuses": 'filter { mutate { rename => { "a" => "b" } update => { «"[b" => "c"» } } }',
    "the field of a triple": 'filter { mutate { gsub => ["a", "b", "c", «"[d"», "e", "f"] } }',
    "the pattern of a triple": 'filter { mutate { gsub => ["a", "b", "c", "d", «"("», "f"] } }',
    "a pattern of grok": 'filter { grok { match => { "a" => "x" "b" => ["y", «"%{NOSUCH}"»] } } }',
    "a pattern of dissect": 'filter { dissect { mapping => { "a" => "%{b}" «"c" => "%{d"» } } }',
    "a format of date": 'filter { date { match => ["a", "ISO8601", «"yyyy-bb"»] } }',
    "a setting of a codec": 'input { stdin { codec => line { charset => «"nosuch"» } } }',
    "a setting that a codec does not have": 'input { stdin { codec => line { «charsed» => "UTF-8" } } }',
    "an entry of a codec": 'input { stdin { codec => csv { convert => { "a" => "float" «"b" => "number"» } } } }',
    "a codec that lacks a setting": "input { stdin { codec => «multiline» { } } }",
    "a variable without a value": 'output { elasticsearch { hosts => "http://«${NO_SUCH_NAME}»" user => "u" } }',
    "a variable of a codec": 'input { stdin { codec => line { charset => ["«${NO_SUCH_NAME}»"] } } }',
    "a codec that is not known": "input { stdin { codec => «nosuch» { } } }",
}


@pytest.mark.parametrize("marked", PLACES.values(), ids=PLACES)
def test_carets_stand_under(marked):
    text = marked.replace("«", "").replace("»", "")
    found = diagnostics_of(text)
    errors = [one for one in found if one.is_error]
    assert {text[one.span.start : one.span.end] for one in errors or found} == {
        marked.partition("«")[2].partition("»")[0]
    }


# The mark is where a reference begins that is not closed
UNFINISHED = {
    "a pattern of grok": 'filter { grok { match => { "a" => ["x", "y «%{NUMBER:n"] } } }',
    "a pattern of grok before another": 'filter { grok { match => { "a" => "«%{NUMBER:n and %{WORD:w}" } } }',
    "an index": 'output { elasticsearch { index => "logs-«%{+YYYY" } }',
    "a format of a codec": 'output { stdout { codec => line { format => "%{a} «%{b" } } }',
}


@pytest.mark.parametrize("marked", UNFINISHED.values(), ids=UNFINISHED)
def test_a_reference_that_is_not_closed_is_warned_of_at_its_begin(marked):
    text = marked.replace("«", "")
    (found,) = diagnostics_of(text)
    assert (found.code, found.span.start) == ("unfinished-reference", marked.index("«"))
    assert "has no closing brace of its own" in found.message


CLOSED = {
    "a definition": 'filter { grok { match => { "a" => "%{TWO=%{INT}-%{INT}} %{INT:n}" } } }',
    "an index": 'output { elasticsearch { index => "logs-%{+yyyy.MM.dd}-%{a}" } }',
}


@pytest.mark.parametrize("text", CLOSED.values(), ids=CLOSED)
def test_a_reference_that_is_closed_is_fine(text):
    assert diagnostics_of(text) == []


def test_a_name_in_a_hash_is_read_with_its_escapes():
    text = r'filter { mutate { add_field => { "a\"b" => "%{[c}" } } }'
    (found,) = diagnostics_of(text, support_escapes=True)
    assert found.span.text == '"%{[c}"'


ONCE = {
    "constants without an order": 'filter { if "a" > 5 { drop { } } }',
    "two codecs": "input { stdin { codec => json codec => plain } }",
    "a pattern behind a filter that flushes": 'filter { elapsed { start_tag => "a" end_tag => "b" unique_id_field => "c" }'
    " if [a] =~ /(/ { drop { } } }",
}


@pytest.mark.parametrize("text", ONCE.values(), ids=ONCE)
def test_a_mistake_is_reported_once(text):
    assert len(diagnostics_of(text)) == 1
