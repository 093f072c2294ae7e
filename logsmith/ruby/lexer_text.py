"""The inside of literals: escapes, interpolation, the lines of a heredoc."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from logsmith.ruby.lexer import Cursor
from logsmith.ruby.tree import Literal, Node, Sequence, Str

if TYPE_CHECKING:
    Parts = list[str | Node]

BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">"}
_ESCAPES = {
    "n": "\n", "t": "\t", "s": " ", "r": "\r", "0": "\0", "e": "\x1b",
    "a": "\a", "b": "\b", "v": "\v", "f": "\f", "\n": "",
}  # fmt: skip
_HEX = re.compile(r"[0-9a-fA-F]{1,2}")
_OCTAL = re.compile(r"[0-7]{1,3}")
_UNICODE = re.compile(r"[0-9a-fA-F]{4}|\{[ \t]*[0-9a-fA-F]{1,6}(?:[ \t]+[0-9a-fA-F]{1,6})*[ \t]*\}")
_SQUIGGLY_BLANKS = re.compile(r"[ \t]*")
TAB = 8


class Pieces:
    """What is read of a literal: texts, bytes and interpolated nodes, joined at the end."""

    def __init__(self) -> None:
        self.parts: Parts = []
        self._texts: list[str] = []
        self._bytes = bytearray()

    def add(self, text: str) -> None:
        """Add characters."""
        self._flush_bytes()
        self._texts.append(text)

    def add_byte(self, byte: int) -> None:
        r"""Add a byte, as `\xE9` writes it; several may make one character."""
        self._bytes.append(byte)

    def add_node(self, node: Node) -> None:
        """Add what `#{…}` holds."""
        self._flush()
        self.parts.append(node)

    def finish(self) -> Parts:
        """Return the parts."""
        self._flush()
        return self.parts

    def _flush(self) -> None:
        self._flush_bytes()
        if self._texts:
            self.parts.append("".join(self._texts))
            self._texts = []

    def _flush_bytes(self) -> None:
        if self._bytes:
            self._texts.append(self._bytes.decode("utf-8", "surrogateescape"))
            self._bytes = bytearray()


class TextCursor(Cursor):
    """Reads the inside of strings, symbols and patterns; a parser knows what stands in `#{…}`."""

    def parse_interpolated(self) -> Node:
        """Return the statements up to the brace that closes them."""
        raise NotImplementedError

    def quoted(self, close: str, *, interpolates: bool, is_pattern: bool = False) -> Parts:
        """Return the parts of a literal whose opening sign is taken, up to and with its closing one."""
        start, pieces, depth = self.at, Pieces(), 0
        opener = next((one for one, other in BRACKETS.items() if other == close), "")
        while True:
            if self.at >= self.end:
                self.refuse(f"this literal has no closing {close!r}", start - 1)
            char = self.text[self.at]
            if char == close and depth == 0:
                self.at += 1
                return pieces.finish()
            if char == "\\":
                self._escape(pieces, close + opener, interpolates=interpolates, is_pattern=is_pattern)
            elif char == "\r" and self.char(1) == "\n":  # a newline is one character, however it is written
                self.at += 1
            elif not (interpolates and self._interpolation(pieces)):
                depth += (char == opener and opener != "") - (char == close)
                pieces.add(char)
                self.at = self.jumps.get(self.at, self.at + 1) if char == "\n" else self.at + 1

    def _interpolation(self, pieces: Pieces) -> bool:
        if self.peek() != "#":
            return False
        if self.char(1) == "{":
            self.at += 2
            pieces.add_node(self.parse_interpolated())
            return True
        if re.compile(r"#(?:@@?|\$)[^\W\d]").match(self.text, self.at):
            self.at += 1
            pieces.add_node(self.parse_variable())
            return True
        return False

    def parse_variable(self) -> Node:
        """Return the variable with a sign that is next."""
        raise NotImplementedError

    def _escape(self, pieces: Pieces, signs: str, *, interpolates: bool, is_pattern: bool) -> None:
        char = self.char(1)
        if char == "":
            self.refuse("the code ends in a backslash")
        if is_pattern:
            pieces.add("/" if char == "/" else f"\\{char}")
            self.at += 2
        elif interpolates:
            self.at += 1
            self._double_escape(pieces)
        else:
            pieces.add(char if char == "\\" or char in signs else f"\\{char}")
            self.at += 2

    def _double_escape(self, pieces: Pieces) -> None:
        char = self.peek()
        if char == "x" and (found := _HEX.match(self.text, self.at + 1, self.end)):
            pieces.add_byte(int(found[0], 16))
            self.at = found.end()
        elif char == "u":
            self._unicode(pieces)
        elif found := _OCTAL.match(self.text, self.at, self.end):
            pieces.add_byte(int(found[0], 8) & 0xFF)
            self.at = found.end()
        elif char in "xcCM":
            self.refuse(f"the escape \\{char} is not supported" if char != "x" else "invalid hex escape")
        else:
            pieces.add(_ESCAPES.get(char, char))
            self.at += 1

    def _unicode(self, pieces: Pieces) -> None:
        found = _UNICODE.match(self.text, self.at + 1, self.end)
        if found is None:
            self.refuse("invalid Unicode escape")
        numbers = [int(digits, 16) for digits in found[0].strip("{}").split()]
        if any(number > 0x10FFFF or 0xD800 <= number <= 0xDFFF for number in numbers):
            self.refuse("invalid Unicode codepoint")
        pieces.add("".join(map(chr, numbers)))
        self.at = found.end()

    def one_escape(self) -> Parts:
        """Return what the escape that is next stands for."""
        pieces = Pieces()
        self._escape(pieces, "", interpolates=True, is_pattern=False)
        return pieces.finish()

    def heredoc(self) -> Str:
        """Return the text that `<<~NAME`, which is next, finds on the following lines."""
        start = self.at
        found = HEREDOC.match(self.text, self.at, self.end)
        if found is None:
            self.refuse("no heredoc")
        after = self.at = found.end()
        kind, name = found["kind"], found["quoted"] or found["name"]
        line_end = self.text.find("\n", after)
        if line_end < 0:
            self.refuse(f"the text of this heredoc has no end {name!r}", start)
        first = self.jumps.get(line_end, line_end + 1)
        blanks = r"[ \t]*" if kind else ""
        closing = re.compile(rf"^{blanks}{re.escape(name)}\r?$", re.MULTILINE)
        end = closing.search(self.text, first, self.end)
        if end is None:
            self.refuse(f"the text of this heredoc has no end {name!r}", start)
        parts = self._heredoc_parts(first, end.start(), interpolates=found["quote"] != "'")
        self.jumps[line_end] = min(end.end() + 1, len(self.text))
        self.at = after
        return Str(start, tuple(_dedented(parts) if kind == "~" else parts))

    def _heredoc_parts(self, start: int, end: int, *, interpolates: bool) -> Parts:
        if not interpolates:
            return [self.text[start:end].replace("\r\n", "\n")]
        pieces = Pieces()
        self.at, whole_end, self.end = start, self.end, end
        try:
            while self.at < end:
                if self.text[self.at] == "\\":
                    self._escape(pieces, "", interpolates=True, is_pattern=False)
                elif not self._interpolation(pieces):
                    if not self.text.startswith("\r\n", self.at):
                        pieces.add(self.text[self.at])
                    self.at += 1
        finally:
            self.end = whole_end
        return pieces.finish()


HEREDOC = re.compile(
    r"<<(?P<kind>[~-]?)(?:(?P<quote>[\"'])(?P<quoted>[^\"'\n]+)(?P=quote)|(?P<name>[^\W\d]\w*))"
)


def _dedented(parts: Parts) -> Parts:
    """Take away the blanks that all lines of a text begin with."""
    widths = []
    at_line_start = True
    for number, part in enumerate(parts):
        if not isinstance(part, str):
            at_line_start = False
            continue
        lines = part.split("\n")
        for index, line in enumerate(lines):
            is_start = at_line_start if index == 0 else True
            has_more = index == len(lines) - 1 and number + 1 < len(parts)
            if is_start and (line.strip(" \t") or (has_more and not isinstance(parts[number + 1], str))):
                widths.append(_width(line))
        at_line_start = part.endswith("\n")
    least = min(widths, default=0)
    return _cut(parts, least) if least else parts


def _width(line: str) -> int:
    width = 0
    for char in line:
        if char == "\t":
            width = (width // TAB + 1) * TAB
        elif char == " ":
            width += 1
        else:
            break
    return width


def _cut(parts: Parts, least: int) -> Parts:
    made: Parts = []
    at_line_start = True
    for part in parts:
        if isinstance(part, str):
            lines = part.split("\n")
            first = 0 if at_line_start else 1
            lines[first:] = [_without(line, least) for line in lines[first:]]
            made.append("\n".join(lines))
            at_line_start = part.endswith("\n")
        else:
            made.append(part)
            at_line_start = False
    return made


def _without(line: str, least: int) -> str:
    width = 0
    for index, char in enumerate(line):
        if width >= least or char not in " \t":
            return line[index:]
        width = (width // TAB + 1) * TAB if char == "\t" else width + 1
    return ""


def joined(first: Node, second: Str) -> Str:
    """Return one string of two that stand side by side."""
    assert isinstance(first, Str)  # noqa: S101  the parser asks only then
    return Str(first.at, first.parts + second.parts)


def sequence(at: int, statements: list[Node]) -> Node:
    """Return the statements as one node: nil of none, the statement itself of one."""
    if not statements:
        return Literal(at, None)
    return statements[0] if len(statements) == 1 else Sequence(at, tuple(statements))
