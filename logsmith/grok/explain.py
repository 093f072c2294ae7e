"""Why an expression does not match a text: how far it gets, and which part of it stops it.

The expression, cut short after ever fewer of its steps, matches from some number of steps on, found by halving. The next
step is the one that stops it, and where the cut expression's match ends is how far it got. The part that is named is the
reference to which the step belongs: the one nearest to the expression in which nothing had matched yet, but not one around a
reference with a name; beside that a piece of the pattern as it is written.

Of alternatives none matched there. If one of them got through a reference first, it is explained in their place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal as Word

from logsmith.grok.expansion import Part, expand, source_of
from logsmith.grok.library import Library
from logsmith.grok.steps import Step, cut, greedy, literal_run, steps_of
from logsmith.regex import Match, RegexError, RegexTimeoutError, compile_re
from logsmith.regex.oniguruma import make_search
from logsmith.regex.parser import parse_ruby
from logsmith.regex.printer import OnigPrinter
from logsmith.regex.reach import repeated_chars, takes_lines
from logsmith.regex.spans import Spans
from logsmith.regex.tree import EMPTY, Alternation, Anchor, Node, Tree, sequence

MOST_ALTERNATIVES = 24  # that are looked into
DEEPEST = 8
Reason = Word["here", "at the end", "from here on", "nowhere", "too long", "unknown"]
Search = Callable[[str], Match | None]


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a text does not match.

    `position` is how far the expression got, `path` the references around what stopped it, outermost first, `piece` the
    part of the innermost one, "" if that is all of it; `alternatives` are what could have stood there, if it had a choice.
    """

    reason: Reason
    position: int = 0
    path: tuple[str, ...] = ()
    piece: str = ""
    alternatives: tuple[str, ...] = ()


class _UnknownError(Exception):
    """An expression cannot be cut short: it calls a group that comes later."""


@dataclass(frozen=True, slots=True)
class _Way:
    """What is walked: the steps of a node, behind what has matched before it; the label tells it from others."""

    label: tuple[int, ...]
    before: Node
    passed: tuple[Step, ...]
    node: Node
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class _Stop:
    """How many steps of a way match, and where that ends."""

    way: _Way
    done: int
    reason: Reason
    position: int

    @property
    def step(self) -> Step:
        return self.way.steps[self.done]

    @property
    def passed(self) -> tuple[Step, ...]:
        return *self.way.passed, *self.way.steps[: self.done]


class Explainer:
    """Explains misses of one expression, and keeps what it compiles for that. Raises GrokError or RegexError."""

    def __init__(self, pattern: str, library: Library, *, named_captures_only: bool = True) -> None:
        self._expansion = expand(pattern, library, named_captures_only=named_captures_only)
        self._spans = Spans()
        root = parse_ruby(self._expansion.text, multiline=True, spans=self._spans).root
        self._way = _Way((), EMPTY, (), root, steps_of(root))
        self._searches: dict[tuple[tuple[int, ...], int], Search] = {}

    def explain(self, text: str) -> Miss | None:
        """Return why the text does not match, None if it does; a time limit that is set ends it as a match."""
        try:
            stop = self._walk(self._way, text)
            return None if stop is None else self._describe(self._descend(stop, text))
        except RegexTimeoutError:
            return Miss("too long")
        except _UnknownError:
            return Miss("unknown")

    def _walk(self, way: _Way, text: str) -> _Stop | None:
        """Return where a way stops, None if all of it matches."""
        low, high = 0, len(way.steps) + 1
        while high - low > 1:
            middle = (low + high) // 2
            if self._search(way, middle)(text) is None:
                high = middle
            else:
                low = middle
        return None if low == len(way.steps) else _Stop(way, low, *self._reach(way, low, text))

    def _reach(self, way: _Way, done: int, text: str) -> tuple[Reason, int]:
        """Return how far the first steps of a way get, and in which sense the next does not match there."""
        steps = (*way.passed, *way.steps[:done])
        if not any(map(_holds_on, steps)):
            return "nowhere", 0
        tail = _tail(way.steps, done)
        if tail < done:
            found = self._search(way, tail)(text)
            return "from here on", 0 if found is None else found.end()
        found = self._search(way, done)(text)
        position = 0 if found is None else found.end()
        return "here" if position < len(text) else "at the end", position

    def _search(self, way: _Way, done: int) -> Search:
        key = way.label, done
        if key not in self._searches:
            self._searches[key] = _compile(sequence([way.before, greedy(cut(way.node, done))]))
        return self._searches[key]

    def _descend(self, stop: _Stop, text: str) -> _Stop:
        """Return where the best of alternatives stops, if one got through a reference, else the stop itself."""
        node = stop.step.node
        if not isinstance(node, Alternation) or not self._is_worth_a_look(stop, node):
            return stop
        found = [branch for branch in self._branches(stop, node, text) if branch.position > stop.position]
        return self._descend(max(found, key=lambda one: one.position), text) if found else stop

    def _is_worth_a_look(self, stop: _Stop, node: Alternation) -> bool:
        if len(node.branches) > MOST_ALTERNATIVES or len(stop.way.label) >= 2 * DEEPEST:
            return False
        # What is found nowhere may start anywhere; in a reference that would be told of the least likely place
        return stop.reason != "nowhere" or len(self._path(stop.step.shown)) == 1

    def _branches(self, stop: _Stop, node: Alternation, text: str) -> Iterator[_Stop]:
        before = sequence([stop.way.before, cut(stop.way.node, stop.done)])
        for number, branch in enumerate(node.branches):
            label = (*stop.way.label, stop.done, number)
            below = self._walk(_Way(label, before, stop.passed, branch, steps_of(branch)), text)
            if below is not None and self._has_passed_reference(branch, below.step):
                yield below

    def _has_passed_reference(self, branch: Node, step: Step) -> bool:
        place, end = self._spans.get(branch), self._spans.get(step.shown)
        if place is None or end is None:
            return False
        around = self._expansion.path(*place)[-1]
        return any(place[0] <= part.start and part.end <= end[0] for part in around.parts)

    def _path(self, node: Node) -> list[Part]:
        place = self._spans.get(node)
        return [self._expansion.root] if place is None else self._expansion.path(*place)

    def _describe(self, stop: _Stop) -> Miss:
        path = self._path(stop.step.shown)
        depth = self._depth(path, stop)
        piece = "" if depth else self._piece(path[-1], stop)
        names = tuple(part.written for part in (path[1 : depth + 1] if depth else path[1:]))
        return Miss(stop.reason, stop.position, names, piece, tuple(self._alternatives(stop.step.node)))

    def _depth(self, path: list[Part], stop: _Stop) -> int:
        """Return which reference of a path to name: of those in which nothing has matched; 0 if there is none."""
        fresh = [depth for depth in range(1, len(path)) if not self._is_begun(path[depth], stop)]
        named = [depth for depth in fresh if path[depth].semantic is not None]
        return named[-1] if named else fresh[0] if fresh else 0

    def _is_begun(self, part: Part, stop: _Stop) -> bool:
        places = (self._spans.get(step.shown) for step in stop.passed if not step.is_optional)
        return any(place is not None and part.start <= place[0] < part.end for place in places)

    def _piece(self, part: Part, stop: _Stop) -> str:
        steps, first = stop.way.steps, stop.done
        last = literal_run(steps, first) - 1
        start, end = self._spans.get(steps[first].shown), self._spans.get(steps[last].shown)
        if start is None or end is None:
            return ""
        return source_of(part, start[0], end[1])

    def _alternatives(self, node: Node) -> Iterator[str]:
        for branch in node.branches if isinstance(node, Alternation) else ():
            place = self._spans.get(branch)
            if place is None:
                continue
            *around, part = self._expansion.path(*place)
            if around and (part.start, part.end) == place:
                yield part.written
            else:
                yield source_of(part, *place)


def _holds_on(step: Step) -> bool:
    """Say whether a step ties what follows to a place in the text."""
    return not step.is_optional or (isinstance(step.node, Anchor) and step.node.kind in "^A")


def _tail(steps: list[Step], done: int) -> int:
    """Return before which step a repeat begins that takes whatever comes, with nothing needed behind it; else `done`."""
    at = done
    while at and steps[at - 1].is_optional:
        at -= 1
        if takes_lines(repeated_chars(steps[at].node)):
            while at and steps[at - 1].shown is steps[at].shown:
                at -= 1
            return at
    return done


def _compile(node: Node) -> Search:
    compiled = compile_re(Tree(node, 0, ()), multiline=True)
    if compiled is not None:
        return compiled.search
    try:
        search = make_search(OnigPrinter().text(node))
    except RegexError:
        raise _UnknownError from None
    return lambda text: search(text, 0)
