"""What a text must hold for a regular expression to match it: literals, one of which is in each of its matches.

The expression is read, not understood: what is not sure counts as anything, and an expression with signs in it that
are not known here has no literals. So a text without them has no match, whatever the expression means otherwise. For
case not to count, all literals are in lower case, as texts have to be that are looked through.
"""

from __future__ import annotations

import re
from typing import NamedTuple

Texts = frozenset[str]

SHORTEST = 3  # characters; what is shorter is in nearly each text
MOST_TEXTS = 100  # that are spelled out for a part of an expression
MOST_TIMES = 3  # a repetition is spelled out for
EMPTY = frozenset({""})

# What many agents have in them, so that it tells little
COMMON = (
    "mozilla/5.0 (windows nt 10.0; win64; x64) applewebkit/537.36 (khtml, like gecko) chrome/126.0.0.0 safari/537.36 edg/ "
    "mozilla/5.0 (x11; ubuntu; linux x86_64; rv:109.0) gecko/20100101 firefox/109.0 (macintosh; intel mac os x 10_15_7) "
    "mozilla/5.0 (linux; android 13; build/ mobile safari/ (iphone; cpu iphone os 16_0 like mac os x) version/16.0 "
    "mobile/15e148 safari/ (compatible; +http://www. .com/"
)

_SIGN = re.compile(
    r"""
    (?P<plain> [\w\ /;,:=!@&%~'"<>#`-]+ (?![*+?{]) | [\w\ /;,:=!@&%~'"<>#`-] )
    | \\ (?: (?P<quoted> [\ !-/:-@\[-`{-~] ) | (?P<place> [bBAZ] ) | (?P<any> [dDwWsSfnrtv] ) )
    | (?P<among> \[ (?: [\w\ /;,:=!@&%~'"<>#`._()*+?|-] | \\[\ !-/:-@\[-`{-~] )+ \] )
    | (?P<set> \[ \^? \]? (?: [^\]\\] | \\. )* \] )
    | (?P<look> \( \? <? [=!] )
    | (?P<open> \( (?: \? (?: P<\w+> | i? : ) | (?! \? ) ) )
    | (?P<bar> \| )
    | (?P<close> \) )
    | (?P<times> (?: [*+?] | \{ (?: (?P<least> \d+ ) (?P<most> , \d* )? | , \d* ) \} ) [?+]? )
    | (?P<edge> [\^$] | \(\?i\) )
    | (?P<dot> \. )
    """,
    re.VERBOSE | re.ASCII,
)
_CHAR = re.compile(r"\\?(.)(?:-\\?([^\]]))?")  # of a set, or a range


class _UnknownSignError(Exception):
    """An expression has something in it that is not known here."""


class Piece(NamedTuple):
    """What is known of a part of an expression: each text it can match, or what these begin with and what they hold."""

    exact: Texts | None  # None: there are more than are spelled out
    starts: Texts  # the same as `exact`, if that is known
    clauses: tuple[Texts, ...] = ()  # of each, one is in each match

    def narrowest(self) -> Texts:
        """Return texts, one of which is in each match; none if there are none that tell something."""
        told = [one for one in (self.starts, *self.clauses) if min(map(len, one), default=0) >= SHORTEST]
        return min(told, key=_share, default=frozenset())


ANY = {r"\s": " \t\n\r\f\v", r"\d": "0123456789"}
SMALL = {r"\s"}  # spelled out in any case
ANYTHING, NOTHING = Piece(None, EMPTY), Piece(EMPTY, EMPTY)
FIXED = {"set": ANYTHING, "dot": ANYTHING, "place": NOTHING, "edge": NOTHING}


def required_literals(expression: str) -> Texts:
    """Return texts in lower case, one of which is in each text that matches; none if nothing is known of these."""
    literals = _Reader(expression).literals()
    if literals and not _share(literals)[0]:
        return literals
    return _Reader(expression, spells_out=True).literals() or literals


def _share(clause: Texts) -> tuple[int, int]:
    """Return what is the less, the fewer agents have one of these texts."""
    return sum(text in COMMON for text in clause), len(clause)


class _Reader:
    """What reads an expression, sign by sign; if it `spells_out` ranges, each text with each character of them."""

    def __init__(self, expression: str, *, spells_out: bool = False) -> None:
        self._expression, self._spells_out = expression, spells_out
        self._signs: list[re.Match[str]] = []  # the last one first: those that are read are taken off

    def literals(self) -> Texts:
        """Return what `required_literals` does."""
        try:
            self._signs = _signs(self._expression)
            piece = self._alternatives()
        except (_UnknownSignError, RecursionError):
            return frozenset()
        return frozenset() if self._signs else _shortened(piece.narrowest())

    def _next(self) -> str:
        return (self._signs[-1].lastgroup or "") if self._signs else ""

    def _alternatives(self) -> Piece:
        branches = [self._sequence()]
        while self._next() == "bar":
            self._signs.pop()
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        starts: Texts = frozenset().union(*(one.starts for one in branches))
        if all(one.exact is not None for one in branches):
            return Piece(starts, starts)
        narrowest = [one.narrowest() for one in branches]
        return Piece(None, starts, (frozenset().union(*narrowest),) if all(narrowest) else ())

    def _sequence(self) -> Piece:
        run: Texts = EMPTY  # each way to write what stands behind the last piece that is not exact
        clauses: list[Texts] = []
        is_exact = True
        while self._next() not in ("", "bar", "close"):
            piece = self._repeated(self._atom())
            longer = _joined(run, piece.starts)
            if piece.exact is not None and longer is not None:
                run = longer
                continue
            is_exact = False
            clauses += [run, piece.starts] if longer is None else [longer]
            clauses += piece.clauses
            run = piece.exact or EMPTY
        if is_exact:
            return Piece(run, run)
        return Piece(None, clauses[0], (*clauses[1:], run))

    def _atom(self) -> Piece:
        sign = self._signs.pop()
        kind, text = sign.lastgroup or "", sign[0]
        if kind in FIXED:
            return FIXED[kind]
        if kind in ("plain", "quoted"):
            return _exact(sign[kind].lower())
        if kind == "any":
            return _exact(*ANY[text]) if text in ANY and (text in SMALL or self._spells_out) else ANYTHING
        if kind == "among":
            return self._among(text[1:-1])
        if kind not in ("open", "look"):
            raise _UnknownSignError(text)
        inner = self._alternatives()
        if not self._signs:
            raise _UnknownSignError(text)
        self._signs.pop()
        return inner if kind == "open" else NOTHING

    def _among(self, text: str) -> Piece:
        found: list[str] = []
        for first, last in _CHAR.findall(text):
            if last and not self._spells_out:
                return ANYTHING
            found += [first] if not last else map(chr, range(ord(first), ord(last) + 1))
        return _exact(*"".join(found).lower())

    def _repeated(self, piece: Piece) -> Piece:
        """Return the piece as often as the next sign says, which is taken off if it says so."""
        if self._next() != "times":
            return piece
        least, most = _bounds(self._signs.pop())
        if piece.exact is not None and most is not None and most <= MOST_TIMES:
            return _spelled_out(piece.exact, least, most)
        return ANYTHING if least == 0 else Piece(None, piece.starts, piece.clauses)


def _signs(expression: str) -> list[re.Match[str]]:
    signs, at = [], 0
    while at < len(expression):
        found = _SIGN.match(expression, at)
        if found is None:
            raise _UnknownSignError(expression[at:])
        signs.append(found)
        at = found.end()
    return signs[::-1]


def _shortened(texts: Texts) -> Texts:
    """Return the texts without those that begin with another of them."""
    kept = [""]
    for text in sorted(texts):
        if len(kept) == 1 or not text.startswith(kept[-1]):
            kept.append(text)
    return frozenset(kept[1:])


def _joined(begins: Texts, ends: Texts) -> Texts | None:
    if len(begins) * len(ends) > MOST_TEXTS:
        return None
    return frozenset([begin + end for begin in begins for end in ends])


def _exact(*texts: str) -> Piece:
    return Piece(frozenset(texts), frozenset(texts))


def _bounds(sign: re.Match[str]) -> tuple[int, int | None]:
    if sign[0][0] == "?":
        return 0, 1
    least = int(sign["least"] or 0) if sign[0][0] == "{" else int(sign[0][0] == "+")
    if sign["least"] and not sign["most"]:
        return least, least
    most = (sign["most"] or "")[1:]
    return least, int(most) if most else None


def _spelled_out(texts: Texts, least: int, most: int) -> Piece:
    powers = [EMPTY]
    for _ in range(most):
        longer = _joined(powers[-1], texts)
        if longer is None:
            return ANYTHING if least == 0 else Piece(None, texts)
        powers.append(longer)
    return _exact(*frozenset().union(*powers[least:]))
