"""Ruby's `split`, in all its corners: by blanks, text, pattern or characters, with a limit and with captures."""

from __future__ import annotations

import re

from logsmith.ruby.objects import Regexp

_BLANKS = re.compile(r"[\t\n\v\f\r ]+")


def split_text(text: str, by: str | Regexp, limit: int) -> list[str]:
    """Return the pieces; with a limit, at most so many; without one, no empty ones at the end."""
    if not text:
        return []
    if limit == 1:
        return [text]
    pieces = _pieces(text, by, limit)
    if limit == 0:
        while pieces and not pieces[-1]:
            pieces.pop()
    return pieces


def _pieces(text: str, by: str | Regexp, limit: int) -> list[str]:
    cuts = limit - 1 if limit > 0 else -1
    if isinstance(by, Regexp):
        return _by_pattern(text, by, cuts)
    if by == " ":
        return _BLANKS.split(text.lstrip("\t\n\v\f\r "), maxsplit=max(cuts, 0))
    if by == "":
        end = len(text) if cuts < 0 else cuts
        return [*text[:end], text[end:]]
    return text.split(by, cuts)


def _by_pattern(text: str, by: Regexp, cuts: int) -> list[str]:
    pieces: list[str] = []
    at = 0
    for match in by.regex.find_all(text):
        start, end = match.start(), match.end()
        if start == end == at:
            continue
        if cuts == 0:
            break
        cuts -= 1
        pieces += [text[at:start], *(group for group in match.groups() if group is not None)]
        at = end
    return [*pieces, text[at:]]
