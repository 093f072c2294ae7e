"""Ruby's encodings by name, and the bytes of a String."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import CONSTANTS, bind
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import BINARY, String

_CODECS = {
    "UTF-8": "utf-8", BINARY: "latin-1", "US-ASCII": "ascii", "UTF-16LE": "utf-16-le", "UTF-16BE": "utf-16-be",
    "UTF-16": "utf-16-be", "UTF-32LE": "utf-32-le", "UTF-32BE": "utf-32-be", "UTF-32": "utf-32-be",
    "Shift_JIS": "shift_jis", "Windows-31J": "cp932", "EUC-JP": "euc_jp", "ISO-2022-JP": "iso2022_jp", "GBK": "gbk",
    "GB2312": "gb2312", "GB18030": "gb18030", "Big5": "big5", "EUC-KR": "euc_kr", "KOI8-R": "koi8_r", "KOI8-U": "koi8_u",
    "IBM437": "cp437", "IBM850": "cp850", "IBM852": "cp852", "IBM866": "cp866",
    **{f"ISO-8859-{part}": f"iso8859_{part}" for part in (*range(1, 12), 13, 14, 15, 16)},
    **{f"Windows-{page}": f"cp{page}" for page in range(1250, 1259)},
}  # fmt: skip
_ALIASES = {
    "BINARY": BINARY, "ASCII": "US-ASCII", "ANSI_X3.4-1968": "US-ASCII", "UTF8": "UTF-8", "LATIN1": "ISO-8859-1",
    "SJIS": "Windows-31J", "CP932": "Windows-31J", "CP65001": "UTF-8", "EUCJP": "EUC-JP", "EUCKR": "EUC-KR",
    "CP936": "GBK", "CP437": "IBM437", "CP850": "IBM850", "CP852": "IBM852", "CP866": "IBM866",
    "LOCALE": "UTF-8", "EXTERNAL": "UTF-8", "FILESYSTEM": "UTF-8",
    **{f"CP{page}": f"Windows-{page}" for page in range(1250, 1259)},
    **{f"ISO8859-{part}": f"ISO-8859-{part}" for part in (*range(1, 12), 13, 14, 15, 16)},
}  # fmt: skip
_BY_UPPER = {name.upper(): name for name in _CODECS} | _ALIASES


class Encoding:
    """One of Ruby's encodings, as `string.encoding` returns it; there is one of a name."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


ENCODINGS = {name: Encoding(name) for name in _CODECS}
bind(Encoding, "Encoding")
for _upper, _name in _BY_UPPER.items():
    CONSTANTS[f"Encoding::{_upper.replace('-', '_').replace('.', '_')}"] = ENCODINGS[_name]
CONSTANTS["Encoding::Shift_JIS"] = ENCODINGS["Shift_JIS"]
CONSTANTS["Encoding::Big5"] = ENCODINGS["Big5"]


def shown_name(name: str) -> str:
    """Return an encoding's name as `inspect` has it."""
    return "BINARY (ASCII-8BIT)" if name == BINARY else name


def get_encoding(name: str) -> str | None:
    """Return the name of an encoding in Ruby's spelling, None if there is none of that name."""
    return _BY_UPPER.get(name.upper())


def find_encoding(value: object) -> str:
    """Return the name of an encoding that an Encoding or a String names; raises ArgumentError."""
    from logsmith.ruby.coerce import to_text  # noqa: PLC0415  it imports what imports this module

    if isinstance(value, Encoding):
        return value.name
    name = to_text(value)
    found = get_encoding(name)
    if found is None:
        raise fault("ArgumentError", f"unknown encoding name - {name}")
    return found


def codec_of(encoding: str) -> str:
    """Return Python's name of an encoding."""
    return _CODECS[encoding]


def to_bytes(value: String) -> bytes:
    """Return the bytes of a String in its encoding."""
    codec = _CODECS[value.encoding]
    try:
        return value.text.encode(codec, "surrogateescape")
    except (
        UnicodeEncodeError
    ):  # a surrogate that stands for no byte, or an encoding that has no place for one
        return value.text.encode(codec, "replace")


def from_bytes(octets: bytes, encoding: str = "UTF-8") -> String:
    """Return a String of bytes in an encoding; what is invalid in it stays as it is."""
    try:
        made = String(octets.decode(_CODECS[encoding], "surrogateescape"))
    except UnicodeDecodeError:  # a cut pair of bytes, for which surrogateescape has no answer
        made = String(octets.decode(_CODECS[encoding], "replace"))
    made.encoding = encoding
    return made


def is_valid(value: String) -> bool:
    """Return whether all bytes of a String belong to its encoding."""
    text = value.text
    return text.isascii() or value.is_binary or not any("\ud800" <= char <= "\udfff" for char in text)


def common_encoding(left: String, right: String, *, is_appended: bool = False) -> str:
    """Return the encoding of two Strings put together; raises Encoding::CompatibilityError, in JRuby's words."""
    if left.encoding == right.encoding or right.text.isascii():
        return left.encoding
    if left.text.isascii():
        return right.encoding
    words = "incompatible encodings" if is_appended else "incompatible character encodings"
    raise fault("Encoding::CompatibilityError", f"{words}: {left.encoding} and {right.encoding}")


def joined(*parts: Any) -> String:
    """Return texts and the texts of values, one after the other, where some may be of bytes."""
    from logsmith.ruby.show import to_s  # noqa: PLC0415  it imports what imports this module

    texts, so_far = [], String("")
    for part in parts:
        if part.__class__ is String:
            box: Any = part
            if box.encoding != so_far.encoding:
                is_first = so_far.text.isascii() and not box.text.isascii()
                so_far.encoding = box.encoding if is_first else common_encoding(so_far, box, is_appended=True)
            text = box.text
        else:
            text = part if part.__class__ is str else to_s(part)
        texts.append(text)
        if not text.isascii():
            so_far.text = text  # what stands here decides, of all that came before
    return so_far.like("".join(texts))
