"""`logsmith -t` warns of patterns that can run away, where they stand, and the pipeline runs all the same."""

import pytest

from logsmith.compiler import compile_pipeline
from logsmith.config import Source, render_plain
from logsmith.plugins import Context

WARNED = {
    "grok": (
        r'filter { grok { match => { "message" => "(?:%{WORD:w}?\s*)+;" } } }',
        r"""main.conf:1:41: warning: the pattern can run away: (?:%{WORD:w}?\s*)+ matches one text in many ways, and a text that nearly matches has all of them tried
    filter { grok { match => { "message" => "(?:%{WORD:w}?\s*)+;" } } }
                                            ^^^^^^^^^^^^^^^^^^^^^
hint: let what is repeated keep what it has matched: put it into (?>…), write ++ for + or *+ for *, or begin it with a character that it does not contain""",
    ),
    "a pattern of the user's": (
        r"""filter { grok { pattern_definitions => { "KEYS" => "(?<k>\w+ ?)*" } match => { "message" => "^%{KEYS};" } } }""",
        r"""main.conf:1:93: warning: the pattern can run away: (?<k>\w+ ?)* in %{KEYS} matches one text in many ways, and a text that nearly matches has all of them tried
    filter { grok { pattern_definitions => { "KEYS" => "(?<k>\w+ ?)*" } match => { "message" => "^%{KEYS};" } } }
                                                                                                ^^^^^^^^^^^
hint: let what is repeated keep what it has matched: put it into (?>…), write ++ for + or *+ for *, or begin it with a character that it does not contain""",
    ),
    "gsub": (
        r'filter { mutate { gsub => ["message", ".*.*.*;", ""] } }',
        r"""main.conf:1:39: warning: the pattern can run away: .*.*.* has repeats of the same characters in a row, and tries every way to share them out
    filter { mutate { gsub => ["message", ".*.*.*;", ""] } }
                                          ^^^^^^^^^
hint: one of the repeats will do, or give each a class that ends where the next begins, such as [^,]* before a comma""",
    ),
    "a condition": (
        r"filter { if [message] !~ /^(\w+\s*)+$/ { drop { } } }",
        r"""main.conf:1:26: warning: the pattern can run away: (\w+\s*)+ matches one text in many ways, and a text that nearly matches has all of them tried
    filter { if [message] !~ /^(\w+\s*)+$/ { drop { } } }
                             ^^^^^^^^^^^^^
hint: let what is repeated keep what it has matched: put it into (?>…), write ++ for + or *+ for *, or begin it with a character that it does not contain""",
    ),
}  # fmt: skip


def compiled(text):
    return compile_pipeline([Source("main.conf", text)], Context())


@pytest.mark.parametrize(("text", "shown"), WARNED.values(), ids=WARNED)
def test_a_pattern_that_can_run_away_is_warned_of(text, shown):
    compilation = compiled(text)
    assert [one.code for one in compilation.diagnostics] == ["runaway-regex"]
    assert "\n".join(map(render_plain, compilation.diagnostics)) == shown
    assert compilation.pipeline is not None


HARMLESS = [
    'grok { match => { "message" => "%{COMBINEDAPACHELOG}" } }',
    'grok { match => { "message" => "%{GREEDYDATA:a}.*%{GREEDYDATA:b}" } }',
    r'mutate { gsub => ["message", "(?>\w+\s*)+$", ""] }',
    'mutate { gsub => ["message", "%{pattern}", ""] }',
    r"if [message] =~ /^(\w+\s)+$/ { drop { } }",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_others_are_not_warned_of(text):
    assert compiled(f"filter {{ {text} }}").diagnostics == []
