"""Guesses at what was meant by something that is not in the language."""

from __future__ import annotations

import re

_RULES = (
    (r"//|/\*|--", "a comment starts with #"),
    (r"[$%]\{", "put it in quotes: {quoted}"),
    (r"[A-Za-z]\Z", "a bareword has at least two characters; write {quoted}"),
    (r"-?\.[0-9]+\Z", "a number starts with a digit: 0{tail}"),
    (r"-?[0-9.]+[eE][+-]?[0-9]+\Z", "a number has no exponent; write it out, or in quotes: {quoted}"),
    (r"/[^/]+/[imx]*\Z", "a regular expression between slashes stands in conditions only; write {quoted}"),
    (r"[A-Za-z]:[\\/]|[/\\~.]", "a path is written in quotes: {quoted}"),
    (r"\[.*\]", "put it in quotes: {quoted}"),
    (r"[A-Za-z0-9_.:/@*%+-]+\Z", "put it in quotes: {quoted}"),
)


def hint_for_value(written: str) -> str:
    """Guess what was meant by text that cannot be a value or a key."""
    quote = "'" if '"' in written else '"'
    quoted = f"{quote}{written}{quote}"
    for pattern, hint in _RULES:
        if re.match(pattern, written):
            return hint.format(quoted=quoted, tail=written.lstrip("-"))
    return ""


def hint_for_statement(text: str, at: int) -> str:
    """Guess what was meant where a plugin, a setting or a section should stand."""
    if text.startswith(("//", "/*", "--"), at):
        return "a comment starts with #"
    if text[at : at + 1] == "#":
        return "this comment does not end in a line feed"
    if text[at : at + 1] in ("[", "("):
        return 'a condition starts with "if"'
    return ""


def hint_for_arrow(text: str, at: int, name: str) -> str:
    """Guess what was meant where `=>` should stand."""
    if text[at : at + 1] == "}":
        return f"{name} needs a value: {name} => …"
    if text[at : at + 1] in (".", "@", "-", "/"):
        return "a name of letters, digits, _ and - stands alone; put any other in quotes"
    return ""
