"""String: what matches patterns: `match`, `scan`, `sub`, `gsub`, `split`, `partition`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from logsmith.regex import RegexError
from logsmith.ruby.coerce import to_int, to_pattern, to_text, wrong_pattern
from logsmith.ruby.compare import to_key
from logsmith.ruby.dispatch import call, methods_of
from logsmith.ruby.exceptions import arguments_fault, fault
from logsmith.ruby.methods.string_index import last_match, matched
from logsmith.ruby.objects import Enumerator, MatchData, Proc, Regexp, String, check_valid
from logsmith.ruby.patterns import literal
from logsmith.ruby.show import to_s
from logsmith.ruby.splitting import split_text
from logsmith.ruby.state import state

STRING = methods_of("String")
_NOTHING: Any = object()  # an argument that was not given


def _pattern(value: Any) -> Regexp:
    """Return the Regexp of a Regexp, or of a text that stands for itself."""
    if isinstance(value, Regexp):
        return value
    if isinstance(value, String):
        return literal(value.text)
    raise wrong_pattern(value)


@STRING.method("=~")
def match_operator(box: String, pattern: Any) -> Any:
    """Return where a pattern matches first."""
    if isinstance(pattern, Regexp):
        found = matched(pattern, box.text)
        return None if found is None else found.match.start()
    if isinstance(pattern, String):
        raise fault("TypeError", "type mismatch: String given")
    return None if pattern is None else call(pattern, "=~", (box,))


@STRING.method("match")
def match(box: String, pattern: Any, start: Any = 0, *, block: Proc | None = None) -> Any:
    """Return the MatchData of the first match, or what the block makes of it."""
    at = to_int(start)
    at = at + len(box.text) if at < 0 else at
    found = matched(to_pattern(pattern), box.text, at) if at >= 0 else None
    return found if block is None or found is None else block(found)


@STRING.method("match?")
def is_match(box: String, pattern: Any, start: Any = 0) -> bool:
    """Return whether a pattern matches, without remembering the match."""
    at = to_int(start)
    at = at + len(box.text) if at < 0 else at
    return 0 <= at <= len(box.text) and to_pattern(pattern).match(box.text, at) is not None


def _matches(pattern: Regexp, text: str, given: Any) -> Iterator[MatchData]:
    if isinstance(given, Regexp):
        check_valid(text)
    for found in pattern.regex.find_all(text):
        yield MatchData(pattern, found, text)


@STRING.method("scan")
def scan(box: String, wanted: Any, *, block: Proc | None = None) -> Any:
    """Return all matches, of a pattern with groups what these captured; or call the block with each."""
    pattern = _pattern(wanted)
    pieces: list[Any] = []
    state.last_match = None
    for found in _matches(pattern, box.text, wanted):
        state.last_match = found
        count = len(found.match.groups())
        piece = (
            [found.group(number) for number in range(1, count + 1)]
            if count
            else box.like(found.match.group() or "")
        )
        if block is None:
            pieces.append(piece)
        else:
            block(piece)
            state.last_match = found
    return pieces if block is None else box


def _substituted(box: String, args: tuple[Any, ...], block: Proc | None, *, is_global: bool) -> str | None:
    """Return the text with matches replaced, None if nothing matched."""
    pattern, text = _pattern(args[0]), box.text
    replacement = args[1] if len(args) > 1 else None
    if len(args) > 1 and not isinstance(replacement, dict):
        expansion = to_text(replacement)
        if "\\" not in expansion and isinstance(args[0], String):
            return _replaced(pattern, text, expansion, is_global=is_global)
    parts: list[str] = []
    at, last = 0, None
    for found in _matches(pattern, text, args[0]):
        state.last_match = last = found
        parts += [
            text[at : found.match.start()],
            _replacement(found, replacement, block, is_given=len(args) > 1),
        ]
        at = found.match.end()
        if not is_global:
            break
    state.last_match = last
    return None if last is None else "".join(parts) + text[at:]


def _replaced(pattern: Regexp, text: str, new: str, *, is_global: bool) -> str | None:
    match = pattern.regex.search(text)
    state.last_match = None if match is None else MatchData(pattern, match, text)
    return None if match is None else text.replace(match.group() or "", new, -1 if is_global else 1)


def _replacement(found: MatchData, replacement: Any, block: Proc | None, *, is_given: bool) -> str:
    whole = found.match.group() or ""
    if isinstance(replacement, dict):
        key = String(whole)
        value = (
            replacement.get(to_key(key)) if replacement.__class__ is dict else call(replacement, "[]", (key,))
        )
        return to_s(value)
    if is_given:
        return expand(found, replacement.text)
    return to_s(block(String(whole))) if block is not None else ""


def expand(found: MatchData, replacement: str) -> str:
    r"""Return a replacement with `\1`, `\k<name>`, `\0` and their kin replaced; raises IndexError."""
    try:
        return found.regexp.regex.expand_ruby(replacement, found.match, found.text)
    except RegexError as error:
        raise fault("IndexError", str(error)) from None


def _check_count(args: tuple[Any, ...], block: Proc | None) -> None:
    if not 1 <= len(args) <= 2:
        raise arguments_fault(len(args), 1, 2)
    if len(args) == 1 and block is None:
        raise arguments_fault(1, 2, 2)


@STRING.method("sub")
def sub(box: String, *args: Any, block: Proc | None = None) -> String:
    """Return the text with the first match replaced."""
    _check_count(args, block)
    text = _substituted(box, args, block, is_global=False)
    return box.like(box.text if text is None else text)


@STRING.method("sub!")
def sub_in_place(box: String, *args: Any, block: Proc | None = None) -> String | None:
    """Replace the first match; None if nothing matches."""
    _check_count(args, block)
    box.change(box.text)
    text = _substituted(box, args, block, is_global=False)
    return None if text is None else box.change(text)


@STRING.method("gsub")
def gsub(box: String, *args: Any, block: Proc | None = None) -> Any:
    """Return the text with all matches replaced."""
    if len(args) == 1 and block is None:
        return Enumerator(box, "gsub", args)
    _check_count(args, block)
    text = _substituted(box, args, block, is_global=True)
    return box.like(box.text if text is None else text)


@STRING.method("gsub!")
def gsub_in_place(box: String, *args: Any, block: Proc | None = None) -> Any:
    """Replace all matches; None if nothing matches."""
    if len(args) == 1 and block is None:
        return Enumerator(box, "gsub!", args)
    _check_count(args, block)
    box.change(box.text)
    text = _substituted(box, args, block, is_global=True)
    return None if text is None else box.change(text)


@STRING.method("split")
def split(box: String, separator: Any = None, limit: Any = 0, *, block: Proc | None = None) -> Any:
    """Return the pieces between separators; without one, between runs of blanks."""
    if separator is not None and not isinstance(separator, (String, Regexp)):
        raise wrong_pattern(separator)
    by = separator.text if isinstance(separator, String) else separator
    check_valid(box.text)
    pieces = [box.like(piece) for piece in split_text(box.text, " " if by is None else by, to_int(limit))]
    if block is None:
        return pieces
    for piece in pieces:
        block(piece)
    return box


@STRING.method("partition")
def partition(box: String, separator: Any) -> list[String]:
    """Return what is before the first match, the match, and what is after it."""
    text = box.text
    if isinstance(separator, Regexp):
        found = matched(separator, text)
        span = (len(text), len(text)) if found is None else (found.match.start(), found.match.end())
    else:
        wanted = to_text(separator)
        start = text.find(wanted)
        span = (len(text), len(text)) if start < 0 else (start, start + len(wanted))
    return [box.like(text[: span[0]]), box.like(text[span[0] : span[1]]), box.like(text[span[1] :])]


@STRING.method("rpartition")
def rpartition(box: String, separator: Any) -> list[String]:
    """Return what is before the last match, the match, and what is after it."""
    text = box.text
    if isinstance(separator, Regexp):
        found = state.last_match = last_match(separator, text, len(text))
        span = (0, 0) if found is None else (found.match.start(), found.match.end())
    else:
        wanted = to_text(separator)
        start = text.rfind(wanted)
        span = (0, 0) if start < 0 else (start, start + len(wanted))
    return [box.like(text[: span[0]]), box.like(text[span[0] : span[1]]), box.like(text[span[1] :])]


@STRING.method("start_with?")
def starts_with(box: String, *wanted: Any) -> bool:
    """Return whether one of the texts or patterns is at the beginning."""
    return any(_starts(box.text, value) for value in wanted)


def _starts(text: str, wanted: Any) -> bool:
    if not isinstance(wanted, Regexp):
        return text.startswith(to_text(wanted))
    found = wanted.match(text)
    if (
        found is not None and found.match.start() > 0
    ):  # the first match may hide one at the beginning: there is none
        found = None
    state.last_match = found
    return found is not None


@STRING.method("end_with?")
def ends_with(box: String, *wanted: Any) -> bool:
    """Return whether one of the texts is at the end."""
    return any(box.text.endswith(to_text(value)) for value in wanted)
