"""Shellwords: a line as a shell splits it, and words as it wants them written."""

from __future__ import annotations

import re
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.coerce import to_text
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import iterate
from logsmith.ruby.objects import String
from logsmith.ruby.show import to_s

_PART = re.compile(
    r"""(?P<blank>[ \t\r\n\f\v]+)|(?P<plain>[^\s\\'"]+)|'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)"|\\(?P<char>.?)""",
    re.DOTALL,
)
_IN_QUOTES = re.compile(r"\\([$`\"\\\n])")
_UNSAFE = re.compile(r"[^A-Za-z0-9_\-.,:+/@\n]")

define("Shellwords", is_module=True)
SHELLWORDS = class_methods_of("Shellwords")


def split_words(text: str) -> list[str]:
    """Return the words of a line; raises ArgumentError of a quote that nothing closes."""
    words: list[str] = []
    word: str | None = None
    at = 0
    while at < len(text):
        found = _PART.match(text, at)
        if found is None:
            raise fault("ArgumentError", f"Unmatched quote at {at}: ...{text[at]}")
        at = found.end()
        if found.lastgroup == "blank":
            words += [] if word is None else [word]
            word = None
        else:
            part = found[found.lastgroup or "plain"]
            word = (word or "") + (_IN_QUOTES.sub(r"\1", part) if found.lastgroup == "double" else part)
    return words if word is None else [*words, word]


def escaped(text: str) -> str:
    """Return a word as a shell takes it for one."""
    return _UNSAFE.sub(r"\\\g<0>", text).replace("\n", "'\n'") or "''"


SHELLWORDS.add(
    "split shellsplit shellwords", lambda _module, line: [String(one) for one in split_words(to_text(line))]
)
SHELLWORDS.add("escape shellescape", lambda _module, word: String(escaped(to_s(word))))


@SHELLWORDS.method("join", "shelljoin")
def join(_module: Any, words: Any) -> String:
    """Return words as a line that a shell splits into them."""
    return String(" ".join(escaped(to_s(word)) for word in iterate(words)))


methods_of("String").add("shellsplit", lambda box: [String(one) for one in split_words(box.text)])
methods_of("String").add("shellescape", lambda box: String(escaped(box.text)))
methods_of("Array").add("shelljoin", lambda words: join(None, words))
