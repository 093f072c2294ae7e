"""Ruby's regular expressions."""

from __future__ import annotations

import re

from logsmith.errors import LogsmithError


class RegexError(LogsmithError):
    """A bad pattern."""


class Regex:
    def __init__(self, pattern: str) -> None:
        try:
            self.re = re.compile(pattern, re.MULTILINE)
        except re.error as e:
            raise RegexError(str(e)) from None
        self.search = self.re.search

    def sub_ruby(self, replacement: str, text: str) -> str:
        return self.re.sub(re.sub(r"\\(\d)", r"\\g<\1>", replacement), text)


def compile_ruby(pattern: str, *, multiline: bool = False) -> Regex:
    return Regex(pattern)
