"""Patterns are read the same whether or not somebody asks where their parts stand, which takes other ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.grok import compile_grok
from logsmith.grok.library import Library
from logsmith.regex import RegexError, compile_ruby
from logsmith.regex.parser import parse_ruby
from logsmith.regex.spans import Spans

PIECES = [
    *'ab]}1 -#&,:"é\n.^$*+?|',
    *("(", ")", "(?:", "(?<n>", "(?<m>", "(?=", "(?<=", "(?!", "(?>", "(?i)", "(?x)", "(?i:", "(?#c)", "(?(<n>)"),
    *("[a-z]", '[^"]', "[", "[^", "[[:alpha:]]", "[]a]", "[a&&b]", r"[\w\]]", r"[\c]]"),
    *(r"\d", r"\S", r"\.", r"\-", r"\\", r"\k<n>", r"\g<n>", r"\1", r"\b", r"\R", r"\x41", r"\p{L}", r"\n", r"\c"),
    *("{2}", "{1,3}", "{", "{,2}", "abc", "foo bar"),
]  # fmt: skip


def read(pattern, spans=None):
    try:
        return parse_ruby(pattern, spans=spans)
    except RegexError as error:
        return str(error)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_pattern_reads_the_same_with_places(pattern):
    assert read(pattern) == read(pattern, Spans())


@pytest.mark.parametrize(
    "name", ["COMBINEDAPACHELOG", "SYSLOG5424LINE", "IPV6", "HAPROXYHTTP", "CISCOFW106001"]
)
def test_so_does_what_stock_patterns_expand_to(name):
    text = compile_grok(f"%{{{name}}}", Library.stock(ecs=True)).regex.pattern
    assert read(text) == read(text, Spans())


@pytest.mark.parametrize(
    ("pattern", "groups"),
    [
        (r"[(?<a](x)(y)\2", 2),  # what looks like a name stands in a class
        (r"\(?<a(x)(y)\2", 2),  # or behind a backslash
        (r"(x)(?<n>y)(z)\k<n>", 1),
        (r"(?<=a)(x)", 1),
    ],
)
def test_plain_groups_capture_only_where_there_are_no_names(pattern, groups):
    assert parse_ruby(pattern).group_count == groups


def test_a_call_by_name_finds_its_group_behind_plain_ones():
    assert compile_ruby(r"(a)(?<n>b)\g<n>").search("abb").group() == "abb"


def test_a_comment_may_stand_before_a_quantifier():
    assert compile_ruby("xa(?#c)+b").search("xaab").group() == "xaab"
