"""The text after a text: `"az".succ` is "ba", `"Zz"` "AAa", `"1.9"` "2.0"."""

from __future__ import annotations

from collections.abc import Iterator

_FIRSTS = {
    "9": ("0", "1"),
    "z": ("a", "a"),
    "Z": ("A", "A"),
}  # what follows the last of a kind, and what a carry adds


def succ(text: str, *, highest: int = 0x10FFFF) -> str:
    """Return Ruby's `text.succ`; `highest` is the code of the last character there is."""
    if not text:
        return ""
    chars = list(text)
    places = _places(text)
    if not places:
        return _raised(chars, highest)
    for place in places:
        char = chars[place]
        if char not in _FIRSTS:
            chars[place] = chr(ord(char) + 1)
            return "".join(chars)
        chars[place] = _FIRSTS[char][0]
    leftmost = places[-1]
    chars.insert(leftmost, _FIRSTS[text[leftmost]][1])
    return "".join(chars)


def _places(text: str) -> list[int]:
    """Return where letters and digits are, from the right, as far as a carry would go."""
    places: list[int] = []
    for place in range(len(text) - 1, -1, -1):
        char = text[place]
        if not (char.isascii() and char.isalnum()):
            if places and not _goes_on(text, place, text[places[-1]]):
                break
            continue
        places.append(place)
    return places


def _goes_on(text: str, place: int, last: str) -> bool:
    """Return whether a carry jumps over a sign: "1.9" to "2.0", but not from a digit to a letter or back."""
    before = text[:place]
    left = next((char for char in reversed(before) if char.isascii() and char.isalnum()), "")
    if not left:
        return False
    return left.isdigit() == last.isdigit()


def _raised(chars: list[str], highest: int) -> str:
    """Return the text with its last character raised, with a carry to the left at the highest of all."""
    for place in range(len(chars) - 1, -1, -1):
        code = ord(chars[place]) + 1
        if code <= highest:
            chars[place] = chr(0xE000 if code == 0xD800 else code)
            return "".join(chars)
        chars[place] = "\0"
    return "\x01" + "".join(chars)


def upto(first: str, last: str, *, is_exclusive: bool = False) -> Iterator[str]:
    """Yield the texts from the first to the last, as a range of Strings has them."""
    if len(first) == len(last) == 1 and first.isascii() and last.isascii():
        yield from map(chr, range(ord(first), ord(last) + (not is_exclusive)))
        return
    if _is_numeral(first) and _is_numeral(last):
        width = len(first)
        yield from (f"{number:0{width}d}" for number in range(int(first), int(last) + (not is_exclusive)))
        return
    if len(first) > len(last) or (len(first) == len(last) and first > last):
        return
    text = first
    while len(text) <= len(last):
        if text == last:
            if not is_exclusive:
                yield text
            return
        yield text
        text = succ(text)


def _is_numeral(text: str) -> bool:
    return text.isascii() and text.isdigit()
