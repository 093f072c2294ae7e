"""One face for both engines: search, replace and split as Ruby does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache, partial

from logsmith.regex.errors import BeyondReError, RegexError
from logsmith.regex.late import LONG, LatePattern, is_sure
from logsmith.regex.oniguruma import OnigMatch, make_search
from logsmith.regex.parser import parse_ruby
from logsmith.regex.printer import OnigPrinter, RePrinter
from logsmith.regex.rewrite import rewritten
from logsmith.regex.runaway import can_run_away
from logsmith.regex.tree import Tree

CACHED_PATTERNS = 1_000
MAX_PATTERN = 1_000_000  # characters

_REPLACEMENT = re.compile(r"\\(?:([0-9])|k<([^>]+)>|([&`'+\\]))")


Match = re.Match[str] | OnigMatch  # what was found; a group that took no part is None


class Regex:
    """A compiled pattern.

    `re` is the Python pattern, None if Oniguruma does the work; `names` are the groups' names as written, each with the
    numbers of its groups, in order; `tree` is what was parsed. `search` takes a text and where to begin.
    """

    __slots__ = ("_can_run_away", "names", "pattern", "re", "search", "tree")

    def __init__(self, pattern: str, tree: Tree, *, multiline: bool) -> None:
        self.pattern, self.tree = pattern, tree
        self.names = tree.names
        self._can_run_away: bool | None = None
        self.re = _compile(pattern, tree, multiline=multiline)
        self.search: Callable[..., Match | None] = (
            self.re.search if self.re else make_search(OnigPrinter().text(tree.root))
        )

    def __repr__(self) -> str:
        return f"Regex({self.pattern!r})"

    @property
    def can_run_away(self) -> bool:
        """Whether a part of the pattern can run away; looked for once, as pipelines use the same patterns again."""
        if self._can_run_away is None:
            self._can_run_away = can_run_away(self.tree)
        return self._can_run_away

    def find_all(self, text: str) -> Iterator[Match]:
        """Yield all matches that do not overlap, empty ones included."""
        at = 0
        while at <= len(text) and (match := self.search(text, at)) is not None:
            yield match
            at = match.end() if match.end() > match.start() else match.end() + 1

    def sub_ruby(self, replacement: str, text: str) -> str:
        r"""Return Ruby's `text.gsub(pattern, replacement)`, with `\1`, `\0`, `\&`, `\k<name>` and `\\` in it."""
        parts, at = [], 0
        for match in self.find_all(text):
            parts += [text[at : match.start()], self.expand_ruby(replacement, match, text)]
            at = match.end()
        return "".join([*parts, text[at:]])

    def split(self, text: str) -> list[str]:
        """Return Ruby's `text.split(pattern)`: with what groups captured, without empty texts at the end."""
        pieces: list[str] = []
        at = 0
        for match in self.find_all(text):
            start, end = match.start(), match.end()
            if start == end and start in (at, len(text)):
                continue
            pieces += [text[at:start], *(group for group in match.groups() if group is not None)]
            at = end
        pieces.append(text[at:])
        while pieces and not pieces[-1]:
            pieces.pop()
        return pieces

    def expand_ruby(self, replacement: str, match: Match, text: str) -> str:
        r"""Return what a replacement stands for beside one match: `\1`, `\0`, `\k<name>` and their kin."""
        if "\\" not in replacement:
            return replacement
        return _REPLACEMENT.sub(lambda found: self._piece(found, match, text), replacement)

    def _piece(self, found: re.Match[str], match: Match, text: str) -> str:
        digit, name, sign = found.groups()
        if digit is not None:  # beside named groups, Ruby's numbers name nothing
            number = int(digit)
            is_there = number == 0 or (not self.names and number <= self.tree.group_count)
            return (match.group(number) or "") if is_there else ""
        if name is not None:
            return self._named(name, match)
        if sign == "+":  # the last group that took part
            return next((one for one in reversed(match.groups()) if one is not None), "")
        pieces = {"&": match.group(0) or "", "`": text[: match.start()], "'": text[match.end() :], "\\": "\\"}
        return pieces[sign]

    def _named(self, name: str, match: Match) -> str:
        indices = dict(self.names).get(name)
        if indices is None:
            raise RegexError(f"undefined group name reference: {name}")
        taken = [text for text in map(match.group, indices) if text is not None]
        return taken[-1] if taken else ""


@lru_cache(maxsize=CACHED_PATTERNS)
def compile_ruby(pattern: str, *, multiline: bool = False) -> Regex:
    """Return the pattern compiled; `multiline` is Ruby's /m, with which a dot matches a newline. Raises RegexError."""
    if len(pattern) > MAX_PATTERN:
        raise RegexError(f"a pattern of {len(pattern)} characters is too long")
    try:
        return Regex(pattern, parse_ruby(pattern, multiline=multiline), multiline=multiline)
    except RecursionError:
        raise RegexError("too deep nest level in the pattern") from None


def _compile(pattern: str, tree: Tree, *, multiline: bool) -> re.Pattern[str] | None:
    if len(pattern) < LONG or not is_sure(tree):
        return compile_re(tree, multiline=multiline)
    return LatePattern(partial(compile_re, tree, multiline=multiline))  # type: ignore[return-value]  # it is as good as one


def compile_re(tree: Tree, *, multiline: bool) -> re.Pattern[str] | None:
    """Return a tree compiled by `re`, None if that has no words for it."""
    try:
        text = RePrinter(tree, dot_is_all=multiline).text(rewritten(tree.root))
        return re.compile(text, re.MULTILINE | (re.DOTALL if multiline else 0))
    except (BeyondReError, re.error, OverflowError):
        return None
