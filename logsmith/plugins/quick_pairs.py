"""Pairs such as `user=bob action="log in"`, found all at once in a text where nothing has to be tried twice.

That is a text without backslashes, and signs between pairs, and between key and value, that are plain characters. There
a key, or a value without quotes, ends at one place only; whatever follows `=` is a value; and where no key begins, none
begins before the next of those signs. Most of these texts are even: pairs with signs between them, and nothing else. One
match reads several of their pairs, in two thirds of the time of a search.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from logsmith.regex import compile_ruby
from logsmith.regex.tree import CharSet
from logsmith.regex.tree import Literal as OneChar

MAX_SIGNS = 100  # of a character class, to be looked at one by one

MAX_QUICK = (
    20_000  # characters; a search in a longer text, which can take long, must be one that can be interrupted
)
AT_ONCE = 8  # pairs of an even text that are read by one match
GROUPS = 3  # of each pair: the key; the value, if it is in quotes; the value, if it is not

Rows = list[tuple[str, str]]
FindRows = Callable[[str], Rows | None]  # None if the text is not one of these
MakePairs = Callable[[Sequence[Any]], dict[str, str]]  # Any: texts, and None
ReadPairs = Callable[[str], dict[str, str] | None]  # None the same
Wrapped = Sequence[tuple[str, str]]  # what opens and closes a value


def signs_of(members: str) -> frozenset[str]:
    """Return the characters of a class, given by what stands inside of its brackets; none if they are too many."""
    root = compile_ruby(f"[{members}]").tree.root
    if isinstance(root, OneChar):
        return frozenset(root.char)
    ranges = root.ranges if isinstance(root, CharSet) and not root.negated else ()
    if sum(high - low + 1 for low, high in ranges) > MAX_SIGNS:
        return frozenset()
    return frozenset(chr(code) for low, high in ranges for code in range(low, high + 1))


def find_none(_text: str) -> None:
    """Find nothing in any text, for want of plain signs."""


def quick_scanner(field_split: str, value_split: str, wrapped: Wrapped, *, is_strict: bool) -> FindRows:
    """Return what finds the keys and values of a text, given the members of the classes of signs.

    What stands between pairs is found as a row without key and value. A value that is not there is an empty text.
    """
    between, inside = signs_of(field_split), signs_of(value_split)
    signs = between | inside
    are_plain = between and inside and signs_of(value_split + field_split) == signs  # together no range, say
    if not are_plain or inside & {" ", *(start for start, _ in wrapped)}:
        return find_none
    blanks = "" if is_strict else " *+"
    key, equals = f"{_none_of(signs)}++", f"{blanks}{_one_of(inside)}"
    others = f"(?:{_one_of(signs)}++|{key}(?!{equals}))++"
    pair = f"({key}){equals}{blanks}{_value(between, wrapped)}{_one_of(between)}*+"
    find_all: Callable[[str], Rows] = re.compile(f"{pair}|{others}", re.MULTILINE).findall
    return lambda text: find_all(text) if len(text) <= MAX_QUICK and "\\" not in text else None


def even_reader(field_split: str, value_split: str, wrapped: Wrapped) -> ReadPairs:
    """Return what reads the pairs of even texts: those that `quick_scanner` finds, given the same.

    There a value is in `"`, or it begins with no sign that opens another quote, and with no blank; and no key comes twice.
    """
    between, inside = signs_of(field_split), signs_of(value_split)
    starts = {'"', *(start for start, _ in wrapped)}
    are_plain = between and inside and signs_of(value_split + field_split) == between | inside
    if not are_plain or between & inside or (between | inside) & starts or " " in inside:
        return find_none
    quoted = f'"([^"]*+)"(?={_one_of(between)}|\\Z)'
    bare = f"({_none_of(between | starts | {' '})}{_none_of(between)}*+)"
    pair = f"({_none_of(between | inside)}++){_one_of(inside)}(?:{quoted}|{bare}){_one_of(between)}*+"
    pairs = pair
    for _ in range(AT_ONCE - 1):
        pairs = f"{pair}(?:{pairs})?+"
    match = re.compile(f"{_one_of(between)}*+{pairs}").match
    return partial(_read_even, match, [_maker(count) for count in range(AT_ONCE + 1)])


def _maker(count: int) -> MakePairs:
    """Return what makes so many pairs of the groups of a match."""
    firsts = range(0, count * GROUPS, GROUPS)
    pairs = (f"g[{at}]: g[{at + 2}] if g[{at + 1}] is None else g[{at + 1}]" for at in firsts)
    return eval(f"lambda g: {{{', '.join(pairs)}}}")  # type: ignore[no-any-return]  # noqa: S307  our own text: numbers


def _read_even(
    match: Callable[[str, int], re.Match[str] | None], makers: Sequence[MakePairs], text: str
) -> dict[str, str] | None:
    """Return the pairs of an even text; `match` is of a pattern for some of them, wherever it starts."""
    if "\\" in text:
        return None
    pairs: dict[str, str] = {}
    count = end = 0
    while end < len(text):
        found = match(text, end)
        if found is None or count % AT_ONCE:
            return None
        more = (found.lastindex + GROUPS - 1) // GROUPS  # type: ignore[operator]  # there is a key
        made = makers[more](found.groups())
        if count:
            pairs.update(made)
        else:
            pairs = made
        count, end = count + more, found.end()
    return pairs if len(pairs) == count else None


def _value(between: Iterable[str], wrapped: Wrapped) -> str:
    """Return the expression for a value: quotes are passed over if they close where the pair ends."""
    end_of_pair = f"(?:{_one_of(between)}|$)"
    opening = "|".join(
        f"{_one_of(start)}(?={_none_of(end)}*+{_one_of(end)}{end_of_pair})" for start, end in wrapped
    )
    inside = "|".join(f"(?<={_one_of(start)}){_none_of(end)}*+" for start, end in wrapped)
    starts, ends = (_one_of(signs) for signs in zip(*wrapped, strict=True))
    return f"(?:{opening})?+((?<!{starts}){_none_of(between)}*+|{inside}){ends}?+"


def _one_of(signs: Iterable[str]) -> str:
    return f"[{re.escape(''.join(sorted(signs)))}]"


def _none_of(signs: Iterable[str]) -> str:
    return f"[^{re.escape(''.join(sorted(signs)))}]"
