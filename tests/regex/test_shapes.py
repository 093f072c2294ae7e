"""What patterns look for that are no more than texts."""

import pytest

from logsmith.regex import compile_ruby
from logsmith.regex.shapes import Shape, literal_of, shape_of, starts_at_line

ANYWHERE = {"at_start": False, "at_end": False, "ignores_case": False, "sees_no_lines": True}
AT_LINE = {**ANYWHERE, "at_start": True, "sees_no_lines": False}

SHAPES = {
    "a text": ("abc", Shape(("abc",), **ANYWHERE)),
    "signs that stand for themselves": (r"a\.b[/]", Shape(("a.b/",), **ANYWHERE)),
    "one of several": ("a|bc", Shape(("a", "bc"), **ANYWHERE)),
    "several in a row": ("(a|b)(?:c|d)", Shape(("ac", "ad", "bc", "bd"), **ANYWHERE)),
    "a line's start": ("^a", Shape(("a",), **AT_LINE)),
    "a line's start before several": ("^(a|b)", Shape(("a", "b"), **AT_LINE)),
    "the start": (r"\Aa", Shape(("a",), **{**AT_LINE, "sees_no_lines": True})),
    "a line's end": ("a$", Shape(("a",), **{**ANYWHERE, "at_end": True, "sees_no_lines": False})),
    "the end": (r"a\z", Shape(("a",), **{**ANYWHERE, "at_end": True})),
    "the end, or a line break before it": (r"a\Z", Shape(("a",), **{**ANYWHERE, "at_end": True, "sees_no_lines": False})),
    "a whole line": ("^a$", Shape(("a",), **{**AT_LINE, "at_end": True})),
    "any case": ("(?i)A1|b", Shape(("a1", "b"), **{**ANYWHERE, "ignores_case": True})),
    "what may be nothing at an open end": (r".*a\s*", Shape(("a",), **ANYWHERE)),
    "what may be nothing at an end that is held": ("^.*a", None),
    "what takes all there is": (".*+a", None),
    "any case of a letter that is no ASCII": ("(?i)é", None),
    "any case of some letters": ("a(?i:b)", None),
    "nothing": ("", None),
    "a text or nothing": ("a|", None),
    "a class": ("[ab]", None),
    "a word's end": (r"a\b", None),
    "too many": ("(a|b|c)(d|e|f)", None),
    "an anchor inside": ("a^b", None),
    "anchors of branches": ("^a|b", None),
}  # fmt: skip


@pytest.mark.parametrize(("pattern", "expected"), SHAPES.values(), ids=SHAPES)
def test_a_pattern_looks_for(pattern, expected):
    assert shape_of(compile_ruby(pattern).tree.root) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("/", "/"), (r"\[x\]", "[x]"), ("a+", None), ("a|b", None), ("^a", None), ("(?i)a", None), ("(a)", None), ("", None), ("a.*", None)],
)  # fmt: skip
def test_a_pattern_is_a_text(pattern, expected):
    assert literal_of(compile_ruby(pattern).tree.root) == expected


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("^a.", True), (r"\A[ab]", True), ("^a|^b", True), ("(^a|^b)c", True), ("^a|b", False), ("(^)?a", False), ("a^", False), ("", False)],
)  # fmt: skip
def test_a_pattern_begins_at_a_line(pattern, expected):
    assert starts_at_line(compile_ruby(pattern).tree.root) is expected
