r"""Parse Ruby's dialect, as Onigmo and its port Joni read it.

    alternation = sequence *("|" sequence)
    sequence    = *(atom *quantifier)
    quantifier  = ("*" / "+" / "?") ["?" / "+"] / "{" n ["," [m]] "}" ["?"] / "{," m "}" ["?"]

What differs from other dialects: an option in the middle, `a(?i)b|c`, takes all that follows in its group as one:
`a(?i:b|c)`; beside named groups plain ones do not capture; `{n}?` is an optional `{n}`, `{n,m}+` a repeated `{n,m}`;
a quantifier may follow a quantifier.

References may name groups that come later, so a pattern with references is read twice: the first time to learn its groups.
Whether plain groups capture depends on whether there are named ones, which is guessed from the text; a wrong guess is
another reading. Nodes are values: where nobody asks for their places, equal ones are one, and a group whose text was read
before is not read again.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from logsmith.regex import charset
from logsmith.regex.behind import check_look_behind
from logsmith.regex.classes import ClassReader
from logsmith.regex.errors import RegexError
from logsmith.regex.escapes import Options, read_chars, read_class
from logsmith.regex.known import Group
from logsmith.regex.known import Groups as KnownGroups
from logsmith.regex.references import Groups, References
from logsmith.regex.spans import Spans
from logsmith.regex.tree import (
    EMPTY,
    Alternation,
    Anchor,
    Atomic,
    Capture,
    CharSet,
    Conditional,
    Dot,
    Grapheme,
    Literal,
    Look,
    Node,
    Repeat,
    Sequence,
    Tree,
    absent,
    any_node,
    sequence,
)

MOST_REPEATS = 100_000
EXTENDED_SPACE = " \t\n\r\f\v"
ANCHORS = frozenset("AzZbBGK")
LINE_BREAK = Atomic(Alternation((Sequence((Literal("\r"), Literal("\n"))), CharSet(charset.NEWLINES))))

_INTERVAL = re.compile(r"\{(?:(\d+)(,?)(\d*)|(,)(\d+))\}")
_OPTIONS = re.compile(r"\(\?(?!\))([imxdau]*)(?:-([imx]*))?([:)])")
_NAME = re.compile(r"\(\?(?:<([^>)]*)>|'([^')]*)')")
_NAMED_GROUP = re.compile(r"\(\?(?:<[^=!]|')")
_COMMENT = re.compile(r"\(\?#(?:\\.|[^)\\])*\)", re.DOTALL)
_OPENERS = {"(?:": None, "(?>": Atomic, "(?~": absent}
_LOOKS = {"(?=": (False, False), "(?!": (False, True), "(?<=": (True, False), "(?<!": (True, True)}
# What is read at once, where its parts have no places: characters that nothing follows, and classes without nesting
_CHARS = re.compile(r"[^|()\[{*+?\\.^$]+(?![*+?{]|\(\?#)")
_FLAT_CLASS = re.compile(r"\[\^?(?:[^\[\]\\&]|\\[^cCM])+\]", re.DOTALL)
CACHED_NODES = 2_000

_SELF_CONTAINED = ("(?:", "(?>")  # openers of groups that have their own end, and mean the same everywhere
_groups = KnownGroups()


def parse_ruby(pattern: str, *, multiline: bool = False, spans: Spans | None = None) -> Tree:
    """Return the tree of a pattern; `multiline` is Ruby's /m, with which a dot matches a line break. Raises RegexError.

    `spans` learns where the nodes stand.
    """
    options, is_named = Options(dot_is_all=multiline), _NAMED_GROUP.search(pattern) is not None
    parser = _Parser(pattern, None, spans, is_named=is_named)
    root = parser.parse(options)
    if parser.has_guessed_wrong:
        is_named = not is_named
        parser = _Parser(pattern, None, spans, is_named=is_named)
        root = parser.parse(options)
    if parser.has_references:
        parser = _Parser(pattern, parser.groups, spans, is_named=is_named)
        root = parser.parse(options)
    names = tuple((name, tuple(indices)) for name, indices in parser.groups.names.items())
    return Tree(root, parser.groups.count, names)


class _Parser:
    def __init__(self, pattern: str, known: Groups | None, spans: Spans | None, *, is_named: bool) -> None:
        self._pattern, self._at, self._spans = pattern, 0, spans
        self._known, self._is_named = known, is_named
        self.groups = Groups()
        self._references = References(pattern, known)
        self._has_plain_groups = False

    @property
    def has_guessed_wrong(self) -> bool:
        """Whether plain groups were taken for what they are not."""
        return self._has_plain_groups and self._is_named != bool(self.groups.names)

    @property
    def has_references(self) -> bool:
        return self._references.are_used

    @property
    def _must_learn_groups(self) -> bool:
        return self._known is None and self._references.are_used

    def parse(self, options: Options) -> Node:
        root = self._alternation(options)
        if self._at < len(self._pattern):
            raise RegexError("unmatched close parenthesis", self._at)
        return root

    def _alternation(self, options: Options) -> Node:
        start = self._at
        branches = [self._sequence(options)]
        while self._pattern.startswith("|", self._at):
            self._at += 1
            branches.append(self._sequence(options))
        if len(branches) == 1:
            return branches[0]
        return self._noted(Alternation(tuple(branches)), start)

    def _noted(self, node: Node, start: int) -> Node:
        if self._spans is not None:
            self._spans.note(node, start, self._at)
        return node

    def _sequence(self, options: Options) -> Node:
        items: list[Node] = []
        start, pattern = self._at, self._pattern
        reads_runs = self._spans is None and not options.extended
        self._skip(options)
        while self._at < len(pattern) and pattern[self._at] not in "|)":
            run = _CHARS.match(pattern, self._at) if reads_runs else None
            if run is not None:
                items += [_literal(char, options.ignore_case) for char in run[0]]
                self._at = run.end()
                continue
            begin = self._at
            items.append(self._noted(self._quantified(self._atom(options), options), begin))
            self._skip(options)
        return self._noted(sequence(items), start)

    def _skip(self, options: Options) -> None:
        """Pass over comments, and with (?x) over white space."""
        while self._at < len(self._pattern):
            char = self._pattern[self._at]
            if char == "(" and (comment := _COMMENT.match(self._pattern, self._at)):
                self._at = comment.end()
            elif options.extended and char in EXTENDED_SPACE:
                self._at += 1
            elif options.extended and char == "#":
                end = self._pattern.find("\n", self._at)
                self._at = len(self._pattern) if end < 0 else end + 1
            else:
                return

    def _atom(self, options: Options) -> Node:
        char = self._pattern[self._at]
        match char:
            case "(":
                return self._group(options)
            case "[":
                return self._class(options)
            case "\\":
                return self._escape(options)
            case "*" | "+" | "?":
                raise RegexError("target of repeat operator is not specified", self._at)
        if char == "{" and _INTERVAL.match(self._pattern, self._at):
            raise RegexError("target of repeat operator is not specified", self._at)
        self._at += 1
        if char in "^$":
            return Anchor(char)
        return Dot(options.dot_is_all) if char == "." else Literal(char, options.ignore_case)

    def _quantified(self, node: Node, options: Options) -> Node:
        while True:
            self._skip(options)
            bounds = self._bounds()
            if bounds is None:
                return node
            least, most, is_fixed = bounds
            mode = "greedy"
            if not is_fixed and self._pattern.startswith("?", self._at):
                mode, self._at = "lazy", self._at + 1
            elif self._pattern.startswith("+", self._at) and self._pattern[self._at - 1] != "}":
                mode, self._at = "possessive", self._at + 1
            node = _repeat(node, least, most, mode)

    def _bounds(self) -> tuple[int, int | None, bool] | None:
        char = self._pattern[self._at : self._at + 1]
        if char and char in "*+?":
            self._at += 1
            return int(char == "+"), 1 if char == "?" else None, False
        found = _INTERVAL.match(self._pattern, self._at) if char == "{" else None
        if found is None:
            return None
        least = int(found[1] or 0)
        most = int(found[5]) if found[4] else least if not found[2] else int(found[3]) if found[3] else None
        if max(least, most or 0) > MOST_REPEATS:
            raise RegexError("too big number is specified", self._at)
        if most is not None and most < least:
            raise RegexError("upper is smaller than lower in repeat range", self._at)
        self._at = found.end()
        return least, most, not found[2] and not found[4]

    def _class(self, options: Options) -> Node:
        flat = _FLAT_CLASS.match(self._pattern, self._at) if self._spans is None else None
        if flat is not None:
            try:
                node = _flat_class(flat[0], options)
            except RegexError:
                pass  # it is raised again, with its place
            else:
                self._at = flat.end()
                return node
        reader = ClassReader(self._pattern, self._at, options)
        ranges, is_negated = reader.read()
        self._at = reader.at
        return _class_of(ranges, is_negated=is_negated, ignore_case=options.ignore_case)

    def _escape(self, options: Options) -> Node:
        pattern, at = self._pattern, self._at
        kind = pattern[at + 1 : at + 2]
        if kind and not kind.isalnum():
            self._at += 2
            return Literal(kind, options.ignore_case)
        if kind and kind in ANCHORS:
            self._at += 2
            return _boundary(kind, options)
        if kind in ("R", "X"):
            self._at += 2
            return LINE_BREAK if kind == "R" else Grapheme()
        reference = self._references.read(at, self.groups, ignore_case=options.ignore_case)
        if reference is not None:
            node, self._at = reference
            return node
        named = read_class(pattern, at, options)
        if named is not None:
            ranges, self._at = named
            return CharSet(ranges, ignore_case=options.ignore_case and kind in "pP")
        chars, self._at = read_chars(pattern, at)
        return sequence([Literal(char, options.ignore_case) for char in chars])

    def _group(self, options: Options) -> Node:
        """Read a group, or know it again."""
        start, around = self._at, (options, self._is_named)
        if self._spans is not None or not self._pattern.startswith(_SELF_CONTAINED, start):
            return self._new_group(options)
        group = _groups.get(self._pattern, start, around)
        had_plain_groups, count = self._has_plain_groups, self.groups.count
        if group is None:
            self._has_plain_groups = False
            node = self._new_group(options)
            group = Group(self._pattern[start : self._at], node, self._has_plain_groups)
            if self.groups.count == count and not self._references.are_used:
                _groups.keep(group, around)
        self._at = start + len(group.text)
        self._has_plain_groups = had_plain_groups or group.has_plain_groups
        return group.node

    def _new_group(self, options: Options) -> Node:
        pattern, start = self._pattern, self._at
        if not pattern.startswith("(?", start):
            return self._plain_group(options)
        for opener, wrap in _OPENERS.items():
            if pattern.startswith(opener, start):
                body = self._body(len(opener), options)
                return body if wrap is None else wrap(body)
        for opener, (behind, negative) in _LOOKS.items():
            if pattern.startswith(opener, start):
                look = Look(self._body(len(opener), options), behind, negative)
                if not self._must_learn_groups:
                    check_look_behind(look, start)
                return look
        if found := _OPTIONS.match(pattern, start):
            return self._with_options(found, options)
        if pattern.startswith("(?(", start):
            return self._conditional(options)
        if found := _NAME.match(pattern, start):
            return self._named_group(found, options)
        raise RegexError("undefined group option", start)

    def _body(self, opener_length: int, options: Options) -> Node:
        start = self._at
        self._at += opener_length
        body = self._alternation(options)
        self._close(start)
        return body

    def _close(self, start: int) -> None:
        if not self._pattern.startswith(")", self._at):
            raise RegexError("end pattern with unmatched parenthesis", start)
        self._at += 1

    def _plain_group(self, options: Options) -> Node:
        self._has_plain_groups = True
        if self._is_named:
            return self._body(1, options)
        index = self.groups.add(None)
        return Capture(index, self._body(1, options))

    def _named_group(self, found: re.Match[str], options: Options) -> Node:
        name = found[1] or found[2]
        if not name:
            raise RegexError("group name is empty", self._at)
        if name[0].isdigit() or name[0] == "-":
            raise RegexError(f"invalid group name <{name}>", self._at)
        index = self.groups.add(name)
        return Capture(index, self._body(found.end() - found.start(), options))

    def _with_options(self, found: re.Match[str], options: Options) -> Node:
        start, on, off = self._at, found[1], found[2] or ""
        changed = replace(
            options,
            ignore_case=("i" in on or options.ignore_case) and "i" not in off,
            dot_is_all=("m" in on or options.dot_is_all) and "m" not in off,
            extended=("x" in on or options.extended) and "x" not in off,
            meaning=next((letter for letter in reversed(on) if letter in "dau"), options.meaning),
        )
        self._at = found.end()
        body = self._alternation(changed)
        if found[3] == ":":
            self._close(start)
        return body

    def _conditional(self, options: Options) -> Node:
        start = self._at
        index, self._at = self._references.read_condition(start + 2)
        yes = self._sequence(options)
        no = None
        if self._pattern.startswith("|", self._at):
            self._at += 1
            no = self._sequence(options)
        if self._pattern.startswith("|", self._at):
            raise RegexError("invalid conditional pattern", start)
        self._close(start)
        return Conditional(index, yes, no)


@lru_cache(maxsize=CACHED_NODES)
def _literal(char: str, ignore_case: bool) -> Literal:
    return Literal(char, ignore_case)


@lru_cache(maxsize=CACHED_NODES)
def _flat_class(text: str, options: Options) -> Node:
    ranges, is_negated = ClassReader(text, 0, options).read()
    return _class_of(ranges, is_negated=is_negated, ignore_case=options.ignore_case)


def _class_of(ranges: charset.Ranges, *, is_negated: bool, ignore_case: bool) -> Node:
    if not is_negated and len(ranges) == 1 and ranges[0][0] == ranges[0][1]:
        return Literal(chr(ranges[0][0]), ignore_case)
    return CharSet(ranges, is_negated, ignore_case)


def _repeat(body: Node, least: int, most: int | None, mode: str) -> Node:
    if isinstance(body, Anchor | Look) and not any_node(body, lambda node: isinstance(node, Capture)):
        return body if least else EMPTY
    if body == EMPTY:
        return EMPTY
    simple = (0, 1), (0, None), (1, None)
    if isinstance(body, Repeat) and body.mode == mode == "greedy" and (least, most) in simple:
        inner = (body.least, body.most)
        if inner in simple:  # what Onigmo reduces: `(?:a+)?` is `a*`
            return Repeat(body.body, min(least, body.least), 1 if most == body.most == 1 else None)
    return Repeat(body, least, most, mode)  # type: ignore[arg-type]  # one of the three words


def _boundary(kind: str, options: Options) -> Node:
    if options.meaning != "a" or kind not in "bB":
        return Anchor(kind)
    before, after = (Look(CharSet(charset.WORD), behind, negative=False) for behind in (True, False))
    not_before, not_after = (Look(CharSet(charset.WORD), behind, negative=True) for behind in (True, False))
    if kind == "b":
        return Alternation((Sequence((before, not_after)), Sequence((not_before, after))))
    return Alternation((Sequence((before, after)), Sequence((not_before, not_after))))
