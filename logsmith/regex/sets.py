r"""Character sets: `[a-z]`, with Ruby's nesting, intersections and POSIX classes, as text for `re`.

A set is a union of parts, each the inside of a Python set; nested sets add parts, `&&` becomes a look-ahead. In Ruby `\d \w \s
\h` are ASCII, POSIX classes are Unicode.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from logsmith.regex.errors import BeyondReError, RegexError

ASCII_CLASSES = {
    "d": "0-9",
    "w": "0-9A-Za-z_",
    "s": r" \t\r\n\f\v",
    "h": "0-9A-Fa-f",
    "D": r"\x00-\x2f\x3a-\U0010ffff",
    "W": r"\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\U0010ffff",
    "S": r"\x00-\x08\x0e-\x1f\x21-\U0010ffff",
    "H": r"\x00-\x2f\x3a-\x40\x47-\x60\x67-\U0010ffff",
}
# As whole sets, since Unicode classes of `re` do not subtract inside of one
POSIX_CLASSES = {
    "alnum": r"[^\W_]",
    "alpha": r"[^\W\d_]",
    "digit": r"\d",
    "space": r"\s",
    "word": r"\w",
    "ascii": r"[\x00-\x7f]",
    "blank": r"[ \t\xa0]",
    "cntrl": r"[\x00-\x1f\x7f-\x9f]",
    "xdigit": r"[0-9A-Fa-f]",
    "graph": r"[^\s\x00-\x1f\x7f-\x9f]",
    "print": r"[^\x00-\x1f\x7f-\x9f]",
    "lower": r"(?-i:[a-zß-öø-ÿα-ωа-яё])",
    "upper": r"(?-i:[A-ZÀ-ÖØ-ÞΑ-ΩА-ЯЁ])",
    "punct": r"""(?:[!-/:-@\[-`{-~]|(?![\w\s])[\u00a1-\u00bf\u2010-\u2027\u2030-\u205e\u3001-\u3003])""",
}
PROPERTIES = {
    **POSIX_CLASSES,
    "l": POSIX_CLASSES["alpha"],
    "letter": POSIX_CLASSES["alpha"],
    "n": r"\d",
    "nd": r"\d",
    "lu": POSIX_CLASSES["upper"],
    "ll": POSIX_CLASSES["lower"],
}
SIMPLE_ESCAPES = {"t": r"\t", "n": r"\n", "r": r"\r", "f": r"\f", "v": r"\v", "a": r"\a", "e": r"\x1b", "b": r"\b"}


@dataclass(slots=True)
class _Union:
    inside: list[str] = field(default_factory=list)  # the inside of one plain set
    wholes: list[str] = field(default_factory=list)  # expressions for one character each

    def text(self) -> str:
        parts = [f"[{''.join(self.inside)}]"] if self.inside else []
        parts += self.wholes
        if not parts:
            return r"(?!)"
        return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def translate_set(pattern: str, at: int) -> tuple[str, int]:
    """Translate the set that begins at `pattern[at]`; returns an expression for one character, and where it ends."""
    negated = pattern.startswith("[^", at)
    start = at + (2 if negated else 1)
    operands, union = [], _Union()
    position = start
    while position < len(pattern):
        char = pattern[position]
        if char == "]" and position > start:
            operands.append(union)
            return _combined(operands, negated=negated), position + 1
        if pattern.startswith("&&", position):
            operands.append(union)
            union, position = _Union(), position + 2
        elif char == "[":
            position = _nested(pattern, position, union)
        else:
            position = _member(pattern, position, union)
    raise RegexError(f"premature end of the set that begins at position {at}")


def _combined(operands: list[_Union], *, negated: bool) -> str:
    if len(operands) == 1 and not operands[0].wholes and operands[0].inside:
        return f"[{'^' if negated else ''}{''.join(operands[0].inside)}]"
    if len(operands) == 1 and not operands[0].inside and len(operands[0].wholes) == 1 and not negated:
        return operands[0].wholes[0]
    texts = [one.text() for one in operands]
    if negated:
        inner = "".join(f"(?={text})" for text in texts[:-1]) + texts[-1]
        return rf"(?:(?!{inner})[\s\S])"
    return "".join(["(?:", *(f"(?={text})" for text in texts[:-1]), texts[-1], ")"])


def _nested(pattern: str, at: int, union: _Union) -> int:
    if pattern.startswith("[:", at):
        end = pattern.find(":]", at)
        if end > 0:
            name = pattern[at + 2 : end]
            whole = POSIX_CLASSES.get(name.lstrip("^"))
            if whole is None:
                raise RegexError(f"unknown POSIX class {name!r} at position {at}")
            union.wholes.append(rf"(?:(?!{whole})[\s\S])" if name.startswith("^") else whole)
            return end + 2
    text, end = translate_set(pattern, at)
    union.wholes.append(text)
    return end


def _member(pattern: str, at: int, union: _Union) -> int:
    text, end, is_class = _char(pattern, at)
    if is_class:
        (union.wholes if is_class == "whole" else union.inside).append(text)
        return end
    if pattern.startswith("-", end) and pattern[end + 1 : end + 2] not in ("]", "") and not pattern.startswith("-[", end):
        last, stop, last_is_class = _char(pattern, end + 1)
        if not last_is_class:
            union.inside.append(f"{text}-{last}")
            return stop
    union.inside.append(text)
    return end


def _char(pattern: str, at: int) -> tuple[str, int, str]:
    """Return one member of a set: its text, where it ends, and whether it is a class (`inside` or `whole`)."""
    char = pattern[at]
    if char != "\\":
        return (f"\\{char}" if not char.isalnum() and char.isascii() and char.isprintable() else char), at + 1, ""
    if at + 1 >= len(pattern):
        raise RegexError("the pattern ends in a backslash")
    kind = pattern[at + 1]
    if kind in ASCII_CLASSES:
        return ASCII_CLASSES[kind], at + 2, "inside"
    if kind in "pP":
        whole, end = translate_property(pattern, at)
        return whole, end, "whole"
    text, end = translate_escape(pattern, at)
    return text, end, ""


def translate_property(pattern: str, at: int) -> tuple[str, int]:
    r"""Translate `\p{Alpha}`, `\p{^Alpha}` or `\P{Alpha}`; returns an expression and where it ends."""
    end = pattern.find("}", at)
    if not pattern.startswith("{", at + 2) or end < 0:
        raise RegexError(f"expected {{name}} behind \\p at position {at}")
    name = pattern[at + 3 : end]
    negated = (pattern[at + 1] == "P") != name.startswith("^")
    whole = PROPERTIES.get(name.lstrip("^").lower().replace("_", "").replace(" ", ""))
    if whole is None:
        raise BeyondReError(f"the property {name!r}")
    return (rf"(?:(?!{whole})[\s\S])" if negated else whole), end + 1


def translate_escape(pattern: str, at: int) -> tuple[str, int]:
    r"""Translate an escape that stands for one character; returns its text and where it ends."""
    kind = pattern[at + 1]
    if kind in SIMPLE_ESCAPES:
        return SIMPLE_ESCAPES[kind], at + 2
    if kind == "x":
        return _hex(pattern, at, at + 2, 2)
    if kind == "u":
        if pattern.startswith("{", at + 2):
            end = pattern.find("}", at)
            return _code(pattern[at + 3 : end], at), end + 1
        return _hex(pattern, at, at + 2, 4)
    if kind in "01234567":
        end = at + 1
        while end < min(at + 4, len(pattern)) and pattern[end] in "01234567":
            end += 1
        return f"\\x{int(pattern[at + 1 : end], 8) & 0xFF:02x}", end
    if kind.isalpha() and kind.isascii():
        return kind, at + 2  # an escape without a meaning is the letter
    return f"\\{kind}" if kind.isascii() else kind, at + 2


def _hex(pattern: str, at: int, start: int, most: int) -> tuple[str, int]:
    end = start
    while end < min(start + most, len(pattern)) and pattern[end] in "0123456789abcdefABCDEF":
        end += 1
    if end == start:
        return r"\x00" if most == 2 else "u", end  # noqa: PLR2004  \x takes two digits
    return _code(pattern[start:end], at), end


def _code(digits: str, at: int) -> str:
    try:
        code = int(digits, 16)
        chr(code)
    except (ValueError, OverflowError):
        raise RegexError(f"bad character code {digits!r} at position {at}") from None
    return f"\\U{code:08x}"
