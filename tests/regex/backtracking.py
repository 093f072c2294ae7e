"""A backtracking matcher that counts its steps, to show which patterns run away."""

from logsmith.regex import charset
from logsmith.regex.reach import chars_of
from logsmith.regex.tree import (
    Alternation,
    Anchor,
    Atomic,
    Capture,
    CharSet,
    Dot,
    Literal,
    Look,
    Repeat,
    Sequence,
    fixed_width,
)


class TooManyStepsError(Exception):
    pass


class Matcher:
    """Matches a tree at the start of a text, as an engine without a memory does."""

    def __init__(self, text, most_steps):
        self.text, self.steps, self._most = text, 0, most_steps

    def matches(self, root):
        return next(self.ends(root, 0), None) is not None

    def ends(self, node, at):
        """Yield where a match of the node that begins at a place may end, in the order in which they are tried."""
        match node:
            case Literal() | CharSet() | Dot():
                self._count()
                if at < len(self.text) and charset.contains(chars_of(node), ord(self.text[at])):
                    yield at + 1
            case Sequence(items):
                yield from self._row(items, at)
            case Alternation(branches):
                for branch in branches:
                    yield from self.ends(branch, at)
            case Capture(_, body):
                yield from self.ends(body, at)
            case Atomic(body):
                yield from self._first(body, at)
            case Repeat(body, least, most, "possessive"):
                yield from self._first(Repeat(body, least, most), at)
            case Repeat():
                yield from self._times(node, at, 0)
            case Look(body, True, negative):
                start = at - fixed_width(body)
                if (start < 0 or next(self.ends(body, start), None) is None) == negative:
                    yield at
            case Look(body, False, negative):
                if (next(self.ends(body, at), None) is None) == negative:
                    yield at
            case Anchor(kind):
                if self._stands(kind, at):
                    yield at
            case _:
                raise NotImplementedError(type(node).__name__)

    def _count(self):
        self.steps += 1
        if self.steps > self._most:
            raise TooManyStepsError

    def _row(self, items, at):
        if not items:
            yield at
            return
        for end in self.ends(items[0], at):
            yield from self._row(items[1:], end)

    def _first(self, body, at):
        end = next(self.ends(body, at), None)
        if end is not None:
            yield end

    def _times(self, node, at, done):
        may_stop, may_go_on = done >= node.least, node.most is None or done < node.most
        if may_stop and node.mode == "lazy":
            yield at
        if may_go_on:
            for end in self.ends(node.body, at):
                if end > at or done < node.least:
                    yield from self._times(node, end, done + 1)
        if may_stop and node.mode != "lazy":
            yield at

    def _stands(self, kind, at):
        before, behind = self.text[at - 1 : at] if at else "", self.text[at : at + 1]
        match kind:
            case "b" | "B":
                return (_is_word(before) != _is_word(behind)) == (kind == "b")
            case "^":
                return before in ("", "\n")
            case "$":
                return behind in ("", "\n")
            case "A":
                return at == 0
            case "z":
                return behind == ""
        raise NotImplementedError(kind)


def _is_word(char):
    return char.isascii() and (char.isalnum() or char == "_")


def steps(tree, text, most=300_000):
    """Return how many steps a match takes, at most so many."""
    matcher = Matcher(text, most)
    try:
        matcher.matches(tree.root)
    except TooManyStepsError:
        return most
    return matcher.steps
