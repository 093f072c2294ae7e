"""A place in a source that is being parsed, the words of the language, and the mistakes found so far."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from logsmith.config.diagnostics import Diagnostic, Severity, quoted
from logsmith.config.repair import find_repair
from logsmith.config.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Callable

# Every repetition is possessive: the grammar is a PEG, which never goes back into a token.
BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\r\n]*+(?:\r?\n|\Z))*+")
WORD = re.compile(r"[A-Za-z0-9_-]++")
BAREWORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]++")
NUMBER = re.compile(r"-?[0-9]++(?:\.[0-9]*+)?")
STRING = re.compile(r"\"(?:\\\"|[^\"])*+\"|'(?:\\'|[^'])*+'")
REGEX = re.compile(r"/(?:\\/|[^/])*+/")
NAME = re.compile(rf"{WORD.pattern}|{STRING.pattern}")

# Needed after a mistake only, and compiled then.
_LEXEME = r"(?s)[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*|[=!<>~&|:+-]+|//|."
_SKIPPED = r"(?s)\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|\#[^\n]*|[\[({]|[\])}]|[A-Za-z0-9_-]+|."
_SPACES = " \t\r\n"

MAX_NESTING = 150  # blocks, brackets and parentheses inside each other; Python's own stack allows about 300


class Opener(NamedTuple):
    """An opened bracket: where it stands, and what to call it."""

    at: int
    name: str


class SyntaxStopError(Exception):
    """The text cannot be followed from here; whoever can find a place to go on from catches it."""

    def __init__(self, at: int, expected: tuple[str, ...], where: str, hint: str = "") -> None:
        super().__init__(where)
        self.at = at
        self.expected = expected
        self.where = where
        self.hint = hint


class TooDeepError(Exception):
    """Nesting beyond MAX_NESTING; already reported."""


class Cursor:
    """The text, the offset `at`, and the diagnostics; one for each attempt at a source."""

    def __init__(self, source: Source, text: str, *, repairing: bool = True) -> None:
        self.source = source
        self.text = text
        self.at = 0
        self.diagnostics: list[Diagnostic] = []
        self.long_string: tuple[int, int] | None = None  # the last string that spans lines
        self.separated: set[int] = set()  # the brackets in which a needless comma was reported
        self._repairing = repairing
        self._depth = 0
        self._suspects: list[Opener] = []
        self._unclosed_at = -1
        self._is_brace_guessed = False

    def span(self, start: int, end: int | None = None) -> Span:
        return Span(self.source, start, self.at if end is None else end)

    def blank(self) -> str:
        """Skip white space and comments; give the next character, empty at the end."""
        self.at = BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]  # it matches the empty text
        return self.text[self.at : self.at + 1]

    def after_blank(self, at: int) -> int:
        """The offset behind the white space and comments at an offset."""
        return BLANK.match(self.text, at).end()  # type: ignore[union-attr]  # it matches the empty text

    def next_char(self, at: int) -> str:
        """The character behind the white space and comments at an offset."""
        at = self.after_blank(at)
        return self.text[at : at + 1]

    def begins_settings(self, at: int) -> bool:
        """Tell whether a setting, or an entry of a hash, begins behind an offset."""
        name = NAME.match(self.text, self.after_blank(at))
        return name is not None and self.text.startswith("=>", self.after_blank(name.end()))

    def begins_plugin(self, at: int) -> bool:
        """Tell whether a word, a brace, and what can stand in a plugin's braces follow."""
        word = WORD.match(self.text, at)
        brace = self.after_blank(word.end()) if word is not None else at
        if word is None or not self.text.startswith("{", brace):
            return False
        return self.next_char(brace + 1) == "}" or self.begins_settings(brace + 1)

    def take(self, pattern: re.Pattern[str]) -> str | None:
        """Read a token, if it stands here."""
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        self.at = found.end()
        return found[0]

    def has(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def take_regex(self) -> str | None:
        """Read a pattern, slashes included, and remember it if it spans lines."""
        return self._take_long(REGEX)

    def take_string(self) -> str | None:
        """Read a string, quotes included, and remember it if it spans lines."""
        return self._take_long(STRING)

    def _take_long(self, pattern: re.Pattern[str]) -> str | None:
        found = pattern.match(self.text, self.at)
        if found is None:
            return None
        if "\n" in found[0]:
            self.long_string = found.span()
        self.at = found.end()
        return found[0]

    def lexeme(self, at: int) -> str:
        """What stands at an offset, for a message; empty at the end."""
        found = re.compile(_LEXEME).match(self.text, at)
        return found[0] if found is not None else ""

    def line_of(self, at: int) -> int:
        return self.source.line_column(at)[0]

    def indent(self, at: int) -> int:
        """How far the line of an offset is indented."""
        line_start = self.text.rfind("\n", 0, at) + 1
        line = self.text[line_start:at]
        return len(line) - len(line.lstrip(" \t"))

    def is_first_on_line(self, at: int) -> bool:
        line_start = self.text.rfind("\n", 0, at) + 1
        return not self.text[line_start:at].strip(_SPACES)

    def is_dedented(self, at: int, opener: Opener) -> bool:
        """Tell whether an offset begins a line that is indented no more than the line of an opener."""
        if self.line_of(at) == self.line_of(opener.at) or not self.is_first_on_line(at):
            return False
        return self.indent(at) <= self.indent(opener.at)

    # Mistakes

    def report(
        self, code: str, span: Span, message: str, *, hint: str = "", severity: Severity = "error"
    ) -> None:
        """Note a mistake that is not one of syntax."""
        self.diagnostics.append(Diagnostic(code, message, span, hint, severity))

    def unexpected(
        self, where: str, expected: tuple[str, ...], hint: str = "", *, at: int | None = None, end: int = 0
    ) -> None:
        """Note a mistake of syntax at an offset (here, unless told), once for each place."""
        at = self.at if at is None else at
        repair = find_repair(self.source, self.text, at, self.long_string) if self._repairing else None
        if repair is not None:
            raise repair
        end = end or at + len(self.lexeme(at))
        if at >= len(self.text):
            at = end = len(self.text.rstrip(_SPACES))
        span = Span(self.source, at, end)
        if any(other.code == "syntax-error" and other.span.start == at for other in self.diagnostics):
            return
        shown = quoted(self.text[at:end]) if end > at else "end of file"
        message = f"unexpected {shown} {where}"
        self.diagnostics.append(Diagnostic("syntax-error", message, span, hint, "error", expected))

    def go_on(self, stop: SyntaxStopError, is_stop: Callable[[Cursor, int, str], bool]) -> None:
        """Note what stopped the parser, and skip to where it can go on."""
        self.unexpected(stop.where, stop.expected, stop.hint, at=stop.at)
        self.at = max(self.at, stop.at)
        self.skip_to(is_stop)

    # Brackets

    def open(self, length: int, name: str) -> Opener:
        """Read an opening bracket."""
        opener = Opener(self.at, name)
        self._depth += 1
        if self._depth > MAX_NESTING:
            message = f"more than {MAX_NESTING} brackets inside each other"
            self.report("nested-too-deeply", self.span(self.at, self.at + 1), message)
            raise TooDeepError
        self.at += length
        return opener

    def close(self, opener: Opener) -> None:
        """Read the closing bracket; one that is indented less than its opener makes that a suspect."""
        at = self.at
        self.at += 1
        self._depth -= 1
        if self.indent(at) < self.indent(opener.at) and self.is_first_on_line(at):
            self._suspects.append(opener)

    def unclosed(self, opener: Opener, expected: tuple[str, ...], where: str) -> None:
        """Note that a bracket is not closed here, where it has to be; leave it without reading on."""
        self._depth -= 1
        if self._unclosed_at == self.at or self.forgive_brace():
            return
        self._unclosed_at = self.at
        blamed = next((suspect for suspect in self._suspects if suspect.at > opener.at), opener)
        seems = "is" if blamed is opener else "seems"
        line = self.line_of(blamed.at)
        self.unexpected(where, expected, f"the {blamed.name} opened at line {line} {seems} never closed")

    def guess_brace(self) -> None:
        """Remember that the place of a missing brace was guessed: one brace may be left over for it."""
        self._is_brace_guessed = True

    def forgive_brace(self) -> bool:
        """Tell, once, whether a brace too many or too few comes from a guess."""
        is_guessed = self._is_brace_guessed
        self._is_brace_guessed = False
        return is_guessed

    def give_up(self) -> None:
        """Go to the end, where no bracket is closed and none need be reported."""
        self.at = self._unclosed_at = len(self.text)

    # Going on after a mistake

    def skip_to(self, is_stop: Callable[[Cursor, int, str], bool]) -> None:
        """Go on to the next lexeme that `is_stop` accepts, past brackets opened on the way, or to the end.

        Strings are followed within a line only: after a mistake a lone quote is likelier than a long string.
        """
        start, depth, skipped = self.at, 0, re.compile(_SKIPPED)
        while self.at < len(self.text):
            found = skipped.match(self.text, self.at)
            lexeme = found[0]  # type: ignore[index]  # it matches any character
            if depth == 0 and (self.at > start or lexeme in "{}") and is_stop(self, self.at, lexeme):
                return
            if lexeme in "[({":
                depth += 1
            elif lexeme in "])}":
                depth = max(0, depth - 1)
            self.at += len(lexeme)
