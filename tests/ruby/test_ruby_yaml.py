"""YAML, as Ruby's Psych answers."""

import pytest

from tests.ruby.ruby_answers import answer

ROWS = [
    (r"""YAML.load("a: 1\nb: [x, 2.5, yes]\nc: {d: ~}")""", '{"a" => 1, "b" => ["x", 2.5, true], "c" => {"d" => nil}}'),
    (r"""YAML.safe_load("a: {b: 1}", symbolize_names: true)""", "{a: {b: 1}}"),
    (r"""YAML.load("- 1\n- two")""", '[1, "two"]'),
    ("Psych.load('plain text')", '"plain text"'),
    (r"""begin; YAML.load("a: [1\nb: }"); rescue Psych::SyntaxError; :bad; end""", ":bad"),
    ("YAML.load('a: 2020-01-02')", "Psych::DisallowedClass: Tried to load unspecified class: Date"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "shown"), ROWS)
def test_the_answer_is_rubys(source, shown):
    assert answer(source) == shown
