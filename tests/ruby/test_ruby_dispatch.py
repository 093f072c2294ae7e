"""How calls find methods, what values are equal, and what is refused for its size."""

import gc

import pytest

from logsmith.ruby import dispatch
from logsmith.ruby.classes import class_of, define, find_class
from logsmith.ruby.compare import from_key, order, ruby_eq, to_key
from logsmith.ruby.dispatch import Table, call, call_function, class_methods_of, methods_of
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.objects import Enumerator, Proc, Regexp, String, Symbol, _symbols
from logsmith.ruby.show import inspect
from tests.ruby.ruby_answers import answer


def message_of(function, *args, **named):
    with pytest.raises(RubyException) as raised:
        function(*args, **named)
    return f"{raised.value.ruby_class.name}: {raised.value.message}"


@pytest.mark.parametrize(
    ("receiver", "described"),
    [
        (None, "nil"),
        (True, "true"),
        (5, "an instance of Integer"),
        (String("x"), "an instance of String"),
        ([], "an instance of Array"),
        (find_class("String"), "class String"),
        (find_class("Comparable"), "module Comparable"),
        (fault("KeyError"), "an instance of KeyError"),
    ],
    ids=str,
)
def test_an_unknown_method_names_its_receiver(receiver, described):
    assert message_of(call, receiver, "foo") == f"NoMethodError: undefined method 'foo' for {described}"


@pytest.mark.parametrize(
    ("args", "expected"),
    [((), "given 0, expected 1..2"), ((1, 2, 3), "given 3, expected 1..2")],
)
def test_counts_the_arguments(args, expected):
    assert (
        message_of(call, String("a"), "center", args)
        == f"ArgumentError: wrong number of arguments ({expected})"
    )


def test_says_so_when_more_arguments_would_do():
    assert (
        message_of(call, String("a"), "delete")
        == "ArgumentError: wrong number of arguments (given 0, expected 1+)"
    )


def test_refuses_unknown_keywords():
    shown = message_of(call, 1.5, "round", (), keywords={"whole": True})
    assert shown == "ArgumentError: unknown keyword: :whole"


def test_keywords_are_a_hash_where_none_are_taken():
    assert inspect(call([], "push", (), keywords={"a": 1})) == "[{a: 1}]"


def test_a_method_that_enumerates_returns_an_enumerator_without_a_block():
    made = call(String("ab"), "each_char")
    assert isinstance(made, Enumerator)
    seen = []
    made.each(seen.append)
    assert seen == [String("a"), String("b")]


def test_no_name_is_added_twice():
    table = Table()
    table.add("size", len)
    with pytest.raises(KeyError, match="size"):
        table.add("size", len)


def test_a_class_of_ones_own_finds_its_methods_and_those_of_its_ancestors():
    class Pair:
        """Something that has an order."""

        def __init__(self, size):
            self.size = size

    define("Pair", mixins=("Comparable",), python=Pair)
    methods_of("Pair").add("<=>", lambda left, right: order(left.size, right.size))
    class_methods_of("Pair").add("one", lambda _class: Pair(1))
    assert call(Pair(1), "<", (Pair(2),))
    assert call(call(find_class("Pair"), "one"), "nil?") is False
    assert class_of(Pair(1)).name == "Pair"


def test_functions_are_no_methods_of_values():
    assert call_function("format", (String("%d"), 5)) == String("5")
    assert dispatch.is_known("format")
    assert not dispatch.responds(String("x"), "format")


@pytest.mark.parametrize(
    ("left", "right", "are_equal"),
    [
        (1, 1.0, True),
        (1, True, False),
        (0, False, False),
        (0.0, False, False),
        ([1, [2]], [1.0, [2.0]], True),
        ([1], [True], False),
        ({to_key(1): 1}, {to_key(True): 1}, False),
        (String("a"), Symbol("a"), False),
        (None, False, False),
        (String("é"), call(String("é"), "b"), False),
        (String("e"), call(String("e"), "b"), True),
    ],
)
def test_numbers_and_booleans_are_not_equal(left, right, are_equal):
    assert ruby_eq(left, right) is are_equal


def test_keys_that_python_would_confuse_stay_apart():
    keys = [1, 1.0, True, 0, False, None, [1], [1.0], [True], String("1"), Symbol("1"), {to_key(1): 2}]
    pairs = {to_key(key): place for place, key in enumerate(keys)}
    assert [from_key(key) for key in pairs] == keys
    assert [pairs[to_key(key)] for key in keys] == list(range(len(keys)))


def test_a_key_is_a_frozen_copy_of_a_string():
    text = String("a")
    key = to_key(text)
    text.text = "b"
    assert (key.text, key.is_frozen) == ("a", True)


def test_symbols_that_nobody_holds_are_forgotten():
    count = len(_symbols)
    for number in range(1000):
        Symbol(f"field {number}")
    gc.collect()
    assert len(_symbols) <= count + 1


@pytest.mark.parametrize(
    ("proc", "args", "expected"),
    [
        (Proc(lambda a: [a], 1), ([1, 2],), [[1, 2]]),
        (Proc(lambda a: [a], 1, spreads=True), ([1, 2],), [1]),
        (Proc(lambda a, b: [a, b], 2), ([1, 2, 3],), [1, 2]),
        (Proc(lambda a, b: [a, b], 2), (1,), [1, None]),
        (Proc(lambda a, b: [a, b], 2), ([1],), [1, None]),
        (Proc(lambda *a: list(a), 0, None), ([1, 2],), [[1, 2]]),
        (Proc(lambda a, *b: [a, *b], 1, None), ([1, 2],), [1, 2]),
        (Proc(lambda: 5, 0), (1, 2), 5),
    ],
)
def test_a_block_takes_what_it_gets(proc, args, expected):
    assert proc(*args) == expected


def test_a_lambda_wants_what_it_declares():
    made = Proc(lambda a, b: [a, b], 2, is_lambda=True)
    assert message_of(made, [1, 2]) == "ArgumentError: wrong number of arguments (given 1, expected 2)"


@pytest.mark.parametrize(
    "source",
    [
        '"x" * 10**10',
        '"x".center(10**10)',
        '"%999999999999d" % 1',
        's = "x" * 60_000_000; s << s',
        "10 ** 10 ** 8",
        "1 << 10 ** 10",
        "a = 2 ** 4_000_000; a * a",
    ],
)
def test_refuses_what_would_fill_the_memory(source):
    assert answer(source).startswith("ArgumentError: ")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("(10 ** 5000).to_s.length", "5001"),
        ('("9" * 5000).to_i == 10 ** 5000 - 1', "true"),
        ('("%d" % 10 ** 5000).length', "5001"),
        ('format("%d", 10 ** 5000).length', "5001"),
        ('Integer("9" * 5000) + 1 == 10 ** 5000', "true"),
    ],
)
def test_long_integers_are_read_and_written_whole(source, expected):
    assert answer(source) == expected


@pytest.mark.parametrize(
    ("source", "options", "text", "matches"),
    [
        ("a.b", "", "a\nb", False),
        ("a.b", "m", "a\nb", True),
        ("ABC", "i", "xabc", True),
        ("a b # c", "x", "ab", True),
        ("^b$", "", "a\nb\nc", True),
        (r"\Ab", "", "a\nb", False),
    ],
)
def test_options_of_a_pattern(source, options, text, matches):
    assert (Regexp(source, options).match(text) is not None) is matches
