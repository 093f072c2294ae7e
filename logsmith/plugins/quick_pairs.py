"""Pairs such as `user=bob action="log in"`, found all at once in a text where nothing has to be tried twice.

That is a text without backslashes, and signs between pairs, and between key and value, that are plain characters. There
a key, or a value without quotes, ends at one place only; whatever follows `=` is a value; and where no key begins, none
begins before the next of those signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from logsmith.regex import compile_ruby
from logsmith.regex.tree import CharSet
from logsmith.regex.tree import Literal as OneChar

MAX_SIGNS = 100  # of a character class, to be looked at one by one

MAX_QUICK = (
    20_000  # characters; a search in a longer text, which can take long, must be one that can be interrupted
)

Rows = list[tuple[str, str]]
FindRows = Callable[[str], Rows | None]  # None if the text is not one of these
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
