"""Conditions become the tree that Logstash makes of them, faults included."""

import pytest

from logsmith.config import Source, parse
from logsmith.config.ast import Array, Compare, In, Logic, Match, Not, Number, Regex, Selector, String, Truthy


def condition_of(text):
    parsed = parse(Source("main.conf", f"filter {{ if {text} {{ }} }}"))
    [branch] = parsed.pipeline.sections[0].body
    return branch.arms[0].condition, [diagnostic.code for diagnostic in parsed.diagnostics]


def grouped(condition):
    if isinstance(condition, Logic):
        return f"({grouped(condition.left)} {condition.operator} {grouped(condition.right)})"
    return condition.operand.text.strip("[]")


GROUPS = {
    "a or b and c": "(a or (b and c))",
    "a and b or c": "((a and b) or c)",
    "a and b or c and d": "((a and b) or (c and d))",
    "a or b or c": "(a or (b or c))",
    "a and b and c": "(a and (b and c))",
    "a and b and c or d": "(a and ((b and c) or d))",
    "a and b and c and d or e": "(a and (b and ((c and d) or e)))",
    "a and b or c and d and e or f": "((a and b) or (c and ((d and e) or f)))",
    "a or b and c or d and e": "(a or ((b and c) or (d and e)))",
    "a xor b": "(a xor b)",
    "a nand b": "(a nand b)",
}
SURPRISING = ["a and b and c or d", "a and b and c and d or e", "a and b or c and d and e or f"]


def in_brackets(row):
    return " ".join(f"[{word}]" if len(word) == 1 else word for word in row.split())


@pytest.mark.parametrize(("row", "expected"), GROUPS.items(), ids=GROUPS)
def test_a_row_is_grouped_as_logstash_groups_it(row, expected):
    condition, codes = condition_of(in_brackets(row))
    assert grouped(condition) == expected
    assert codes == (["and-before-or"] if row in SURPRISING else [])


@pytest.mark.parametrize("row", ["a xor b and c", "a nand b nand c", "a or b xor c", "a xor b xor c"])
def test_xor_and_nand_stand_alone_in_a_row(row):
    assert condition_of(in_brackets(row))[1] == ["bad-condition"]


def test_xor_in_parentheses_may_stand_beside_others():
    condition, codes = condition_of("([a] xor [b]) and [c]")
    assert grouped(condition) == "((a xor b) and c)"
    assert codes == []


def field(text):
    return Selector(text, None)


def string(text, quote='"'):
    return String(text, quote, None)


def number(value):
    return Number(value, None)


def truthy(operand):
    return Truthy(operand, None)


TREES = {
    '[a][b] == "x"': Compare("==", field("[a][b]"), string("x"), None),
    "5 < [n]": Compare("<", number(5), field("[n]"), None),
    "[n] >= -1.5": Compare(">=", field("[n]"), number(-1.5), None),
    "[n] == 010": Compare("==", field("[n]"), number(8), None),
    r"[a] =~ /x\/y/": Match("=~", field("[a]"), Regex(r"x\/y", None), None),
    '"abc" !~ "b"': Match("!~", string("abc"), string("b"), None),
    "[a] in ['x', 5]": In(field("[a]"), Array((string("x", "'"), number(5)), None), None),
    "[a] in [bb, cc]": In(field("[a]"), Array((string("bb", ""), string("cc", "")), None), None),
    "[a] in []": In(field("[a]"), Array((), None), None),
    "[a] in /abc/": In(field("[a]"), Regex("abc", None), None),
    '"x" not in [tags]': Not(In(string("x"), field("[tags]"), None), None),
    "![a]": Not(truthy(field("[a]")), None),
    "!([a])": Not(truthy(field("[a]")), None),
    "[ a ]": truthy(field("[ a ]")),
    '"x"': truthy(string("x")),
    "1": truthy(number(1)),
}


@pytest.mark.parametrize(("text", "tree"), TREES.items(), ids=TREES)
def test_reads(text, tree):
    condition, codes = condition_of(text)
    assert condition == tree
    assert repr(condition) == repr(tree)  # tells 1 from 1.0
    assert codes == []


def test_an_array_of_one_element_is_a_field_reference():
    condition, codes = condition_of('[x] in ["a"]')
    assert condition == In(field("[x]"), field('["a"]'), None)
    assert codes == ["one-element-array"]


def test_a_comparison_takes_the_first_item_of_an_array():
    condition, codes = condition_of('[x] == ["a", "b"]')
    assert condition == Compare("==", field("[x]"), string("a"), None)
    assert codes == ["first-item-only"]


def test_a_field_in_quotes_is_warned_of():
    assert condition_of('"[field]"')[1] == ["always-true"]


UNUSABLE = [
    "[a] == /x/",
    '[] == "ok"',
    "[a] == []",
    "[a] == [bb, cc]",
    '["a", "b"] == [x]',
    '["a", "b"] in [tags]',
    "5 =~ /x/",
    '5 > "3"',
    "5 > 3.0",
    '"a" and "b" in [tags]',
    "foo([a])",
    "[n] == 08 or [n]",
    "[n] == 2.",
]


@pytest.mark.parametrize("text", UNUSABLE)
def test_refuses_what_the_grammar_takes_and_logstash_cannot_evaluate(text):
    [code] = condition_of(text)[1]
    assert code == ("bad-value" if "[n]" in text else "bad-condition")
