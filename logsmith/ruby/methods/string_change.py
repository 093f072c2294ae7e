"""String: methods in pairs, one that returns a new text and one, with an exclamation mark, that changes it in place."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

from logsmith.event.ruby import RUBY_BLANKS
from logsmith.ruby.coerce import check_length, to_int, to_text
from logsmith.ruby.dispatch import methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.methods.string_forms import add_edits
from logsmith.ruby.objects import Proc, String, Symbol, check_valid
from logsmith.ruby.show import inspect
from logsmith.ruby.translate import delete, squeeze, translate

STRING = methods_of("String")
_BLANK = String(" ", is_frozen=True)
_NEWLINE = String("\n", is_frozen=True)
_FORMS = {"nfc": "NFC", "nfd": "NFD", "nfkc": "NFKC", "nfkd": "NFKD"}
_OPTIONS = {"ascii", "turkic", "lithuanian", "fold"}


def _is_ascii_only(box: String, options: tuple[Any, ...]) -> bool:
    """Return whether only ASCII letters have a case here."""
    if not options:
        return box.is_binary
    if len(options) > 2:
        raise fault("ArgumentError", "too many options")
    for option in options:
        if not isinstance(option, Symbol):
            raise fault("TypeError", f"no implicit conversion of {inspect(option)} into Symbol")
        if option.name not in _OPTIONS:
            raise fault("ArgumentError", "invalid option")
    return box.is_binary or Symbol("ascii") in options


def _cased(change: Callable[[str], str]) -> Callable[..., str]:
    def edit(box: String, *options: Any) -> str:
        text = box.text
        is_ascii_only = _is_ascii_only(box, options)
        if text.isascii() or not is_ascii_only:
            check_valid(text, "input string invalid")
            return change(text)
        return _by_ascii(change, text)

    return edit


def _lower(text: str) -> str:
    # Python looks whether a sigma ends a word; Ruby does not
    return text.lower() if "\u03a3" not in text else "".join(map(str.lower, text))


def _by_ascii(change: Callable[[str], str], text: str) -> str:
    """Change the letters of ASCII; others stand where they stand, written as a sign without a case meanwhile."""
    changed = change("".join(char if char.isascii() else "\ue000" for char in text))
    return "".join(old if not old.isascii() else new for old, new in zip(text, changed, strict=True))


add_edits(STRING, "upcase", _cased(str.upper))
add_edits(STRING, "downcase", _cased(_lower))
add_edits(STRING, "swapcase", _cased(str.swapcase))
add_edits(STRING, "capitalize", _cased(str.capitalize))

add_edits(STRING, "strip", lambda box: box.text.strip(RUBY_BLANKS))
add_edits(STRING, "lstrip", lambda box: box.text.lstrip(RUBY_BLANKS))
add_edits(STRING, "rstrip", lambda box: box.text.rstrip(RUBY_BLANKS))
add_edits(STRING, "delete_prefix", lambda box, prefix: box.text.removeprefix(to_text(prefix)))
add_edits(STRING, "delete_suffix", lambda box, suffix: box.text.removesuffix(to_text(suffix)))
add_edits(STRING, "tr", lambda box, source, target: translate(box.text, to_text(source), to_text(target)))
add_edits(
    STRING,
    "tr_s",
    lambda box, source, target: translate(box.text, to_text(source), to_text(target), is_squeezing=True),
)
add_edits(STRING, "squeeze", lambda box, *sets: squeeze(box.text, list(map(to_text, sets))))
add_edits(STRING, "chop", lambda box: box.text[: -2 if box.text.endswith("\r\n") else -1])


def _delete(box: String, first: Any, *sets: Any) -> str:
    return delete(box.text, list(map(to_text, (first, *sets))))


def _chomp(box: String, end: Any = _NEWLINE) -> str:
    text = box.text
    if end is None:
        return text
    suffix = to_text(end)
    if suffix == "":
        return _without_newlines(text)
    if suffix != "\n":
        return text.removesuffix(suffix)
    if text.endswith("\r\n"):
        return text[:-2]
    return text[:-1] if text.endswith(("\n", "\r")) else text


def _without_newlines(text: str) -> str:
    while text.endswith("\n"):
        text = text[: -2 if text.endswith("\r\n") else -1]
    return text


def _normalize(box: String, form: Any = Symbol("nfc")) -> str:
    name = form.name if isinstance(form, Symbol) else ""
    if name not in _FORMS:
        raise fault("ArgumentError", f"Invalid normalization form {name or inspect(form)}.")
    check_valid(box.text)
    return unicodedata.normalize(_FORMS[name], box.text)  # type: ignore[arg-type]  # the names are in the table


add_edits(STRING, "delete", _delete)
add_edits(STRING, "chomp", _chomp)
add_edits(STRING, "unicode_normalize", _normalize)
STRING.method("unicode_normalized?", like=_normalize)(lambda box, *form: _normalize(box, *form) == box.text)
STRING.add("reverse", lambda box: box.like(box.text[::-1]))
STRING.add("reverse!", lambda box: box.change(box.text[::-1]))


@STRING.method("center")
def center(box: String, width: Any, pad: Any = _BLANK) -> String:
    """Return the text in the middle of so many characters."""
    missing, fill = _missing(box, width, pad)
    left = missing // 2
    return box.like(_filler(fill, left) + box.text + _filler(fill, missing - left))


@STRING.method("ljust")
def ljust(box: String, width: Any, pad: Any = _BLANK) -> String:
    """Return the text at the left of so many characters."""
    missing, fill = _missing(box, width, pad)
    return box.like(box.text + _filler(fill, missing))


@STRING.method("rjust")
def rjust(box: String, width: Any, pad: Any = _BLANK) -> String:
    """Return the text at the right of so many characters."""
    missing, fill = _missing(box, width, pad)
    return box.like(_filler(fill, missing) + box.text)


def _missing(box: String, width: Any, pad: Any) -> tuple[int, str]:
    missing, fill = check_length(to_int(width)) - len(box.text), to_text(pad)
    if not fill:
        raise fault("ArgumentError", "zero width padding")
    return max(missing, 0), fill


def _filler(fill: str, length: int) -> str:
    return (fill * (length // len(fill) + 1))[:length]


def _lines(text: str, separator: Any, *, chomp: bool) -> list[str]:
    """Return the lines, each with what ends it."""
    if separator is None:
        return [text] if text else []
    end = to_text(separator)
    lines = _paragraphs(text) if end == "" else [line + end for line in text.split(end)]
    if end:
        lines[-1] = lines[-1].removesuffix(end) if not lines[-1][: -len(end)] else lines[-1][: -len(end)]
        lines = lines if lines[-1] else lines[:-1]
    if not chomp:
        return lines
    return [_chomp(String(line), String(end)) for line in lines]


def _paragraphs(text: str) -> list[str]:
    lines: list[str] = []
    at = 0
    while at < len(text):
        end = text.find("\n\n", at)
        if end < 0:
            lines.append(text[at:])
            break
        lines.append(text[at : end + 2])
        at = end + 2
        while text[at : at + 1] == "\n":
            at += 1
    return lines


@STRING.method("lines")
def lines_of(box: String, separator: Any = _NEWLINE, *, chomp: Any = False, block: Proc | None = None) -> Any:
    """Return the lines."""
    found = list(map(box.like, _lines(box.text, separator, chomp=bool(chomp))))
    if block is None:
        return found
    for line in found:
        block(line)
    return box


@STRING.method("each_line", enumerates=True)
def each_line(box: String, separator: Any = _NEWLINE, *, chomp: Any = False, block: Proc) -> String:
    """Call the block with each line."""
    for line in _lines(box.text, separator, chomp=bool(chomp)):
        block(box.like(line))
    return box
