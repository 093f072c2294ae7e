"""Where the parser stands in the text: blanks, comments, newlines, words and signs.

Ruby cannot be cut into tokens without knowing what is expected (`/` divides or begins a pattern), so the parser asks for
what it wants at the place where it is. Texts of heredocs lie on the lines after the one that names them: `jumps` leads
from the end of that line to the end of the texts.
"""

from __future__ import annotations

import re
from typing import NoReturn

from logsmith.ruby.errors import RubyError
from logsmith.ruby.tree import Scope

_WORDS = (
    "alias and begin BEGIN break case class def defined? do else elsif end END ensure false for if in module next nil "
    "not or redo rescue retry return self super then true undef unless until when while yield __FILE__ __LINE__ "
    "__ENCODING__"
)
KEYWORDS = frozenset(_WORDS.split())
MAX_NESTING = 90  # Python's own parser follows a hundred indentations

NAME = re.compile(r"[^\W\d]\w*")
METHOD_NAME = re.compile(
    r"[^\W\d]\w*(?:[?!](?!=(?![=~>])))?|\*\*|<=>|===?|=~|![=~]?|<<|>>|<=|>=|\[\]=?|[+\-~]@?|[*/%<>&|^`]"
)
_BLANKS = re.compile(r"(?:[ \t\r\f\v]|\\\r?\n)+")
_COMMENT = re.compile(r"#[^\n]*")
_BLOCK_COMMENT = re.compile(r"\n=begin(?:[ \t\r][^\n]*)?(?=\n)(?:.*?\n=end[^\n]*|.*)", re.DOTALL)
_END_OF_TEXT = re.compile(r"\n__END__\r?(?:\n|\Z)")


class Cursor:
    """A text and a place in it."""

    def __init__(self, text: str) -> None:
        self.text = text
        end = _END_OF_TEXT.search("\n" + text)
        self.end = len(text) if end is None else end.start()
        self.at = 0
        self.scope = Scope()
        self.jumps: dict[int, int] = {}
        self._depth = 0

    def refuse(self, message: str, at: int | None = None) -> NoReturn:
        """Raise the error that says what stands at a place, or here."""
        raise RubyError(message, self.text, self.at if at is None else at)

    def enter(self) -> None:
        """Note that the parser goes one level deeper; raises where that is too deep."""
        self._depth += 1
        if self._depth > MAX_NESTING:
            self.refuse("nested too deeply")

    def leave(self) -> None:
        """Note that the parser comes back from a level."""
        self._depth -= 1

    def blanks(self) -> bool:
        """Skip blanks, continued lines and a comment; return whether there were any."""
        start = self.at
        found = _BLANKS.match(self.text, self.at, self.end)
        if found:
            self.at = found.end()
        found = _COMMENT.match(self.text, self.at, self.end)
        if found:
            self.at = found.end()
        return self.at > start

    def newlines(self) -> bool:
        """Skip blanks, comments and newlines; return whether a newline was among them."""
        was_there = False
        self.blanks()
        while self._newline():
            was_there = True
            self.blanks()
        return was_there

    def ends(self) -> bool:
        """Skip what separates statements: newlines and semicolons; return whether there was one."""
        was_there = False
        while self.newlines() or self.sign(";"):
            was_there = True
        return was_there

    def _newline(self) -> bool:
        if self.at == 0 and self.text.startswith("=begin"):
            found = _BLOCK_COMMENT.match("\n" + self.text)
            self.at = found.end() - 1 if found else self.at
            return found is not None
        if self.at >= self.end or self.text[self.at] != "\n":
            return False
        found = _BLOCK_COMMENT.match(self.text, self.at, self.end)
        if found:
            self.at = found.end()
            return True
        self.at = self.jumps.get(self.at, self.at + 1)
        return True

    def continues_with_dot(self) -> bool:
        """Go to a `.` or `&.` that continues the expression, be it on a later line; return whether there is one."""
        saved = self.at
        self.newlines()
        if self.text.startswith("&.", self.at) or (self.peek() == "." and self.char(1) != "."):
            return True
        self.at = saved
        return False

    def peek(self) -> str:
        """Return the next character, empty at the end."""
        return self.text[self.at] if self.at < self.end else ""

    def char(self, offset: int) -> str:
        """Return a character from here on, empty beyond the end."""
        at = self.at + offset
        return self.text[at] if 0 <= at < self.end else ""

    def sign(self, sign: str) -> bool:
        """Skip blanks and take these characters, if they are next."""
        saved = self.at
        self.blanks()
        if self.text.startswith(sign, self.at) and self.at + len(sign) <= self.end:
            self.at += len(sign)
            return True
        self.at = saved
        return False

    def expect(self, sign: str, of: str) -> None:
        """Take these characters, on a later line perhaps; raises if something else is next."""
        self.newlines()
        if not self.sign(sign):
            self.refuse(f"expected {sign!r} {of}, found {self.found()}")

    def word(self) -> str:
        """Return the keyword or name that is next after blanks, without taking it."""
        self.blanks()
        found = NAME.match(self.text, self.at, self.end)
        if found is None:
            return ""
        word = found[0]
        if word == "defined" and self.text.startswith("?", found.end()):
            return "defined?"
        return word

    def keyword(self, *words: str) -> str:
        """Take one of these keywords if it is next, and return it; a label such as `if:` is none."""
        saved = self.at
        word = self.word()
        after = self.text[self.at + len(word) : self.at + len(word) + 2]
        if word in words and (after[:1] not in ("?", "!", ":") or after == "::" or after[1:] in ("=", " ")):
            self.at += len(word)
            return word
        if word in words and after[:1] in ("?", "!"):  # `then?x` has no blank
            self.at += len(word)
            return word
        self.at = saved
        return ""

    def expect_end(self, opened: str, at: int) -> None:
        """Take `end`; raises, naming what it would have closed."""
        self.ends()
        if not self.keyword("end"):
            line = self.text.count("\n", 0, at) + 1
            self.refuse(f"expected 'end' of the {opened!r} in line {line}, found {self.found()}")

    def found(self) -> str:
        """Return what is next, for a message."""
        self.blanks()
        if self.at >= self.end:
            return "the end of the code"
        if self.peek() == "\n":
            return "the end of the line"
        found = re.compile(r"\w+[?!]?|[^\w\s]").match(self.text, self.at)
        return repr(found[0]) if found else "white space"
