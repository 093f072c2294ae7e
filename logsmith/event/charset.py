"""Bytes to text, in the charset that a codec was told."""

from __future__ import annotations

import codecs

from logsmith.event.ruby import escaped

UTF_8 = "UTF-8"
# Ruby's names that Python does not know
RUBY_NAMES = {
    "ASCII-8BIT": "ascii",
    "BINARY": "ascii",
    "WINDOWS-31J": "cp932",
    "CP51932": "euc-jp",
    "EUCJP-MS": "euc-jp",
    "CSWINDOWS31J": "cp932",
    "PCK": "cp932",
    "EUC-JP-MS": "euc-jp",
    "EUC-TW": "big5",
    "EUCTW": "big5",
    "BIG5-UAO": "big5",
    "BIG5-HKSCS:2008": "big5-hkscs",
    "GB12345": "gb2312",
    "STATELESS-ISO-2022-JP": "iso-2022-jp",
    "CP50220": "iso-2022-jp",
    "CP50221": "iso-2022-jp",
    "CP951": "big5-hkscs",
    "ISO-2022-JP-KDDI": "iso-2022-jp",
    "STATELESS-ISO-2022-JP-KDDI": "iso-2022-jp",
    "MACJAPANESE": "shift-jis",
    "MACJAPAN": "shift-jis",
    "SJIS-DOCOMO": "cp932",
    "SJIS-KDDI": "cp932",
    "SJIS-SOFTBANK": "cp932",
    "UTF8-MAC": "utf-8",
    "UTF-8-MAC": "utf-8",
    "UTF-8-HFS": "utf-8",
    "UTF8-DOCOMO": "utf-8",
    "UTF8-KDDI": "utf-8",
    "UTF8-SOFTBANK": "utf-8",
    "CESU-8": "utf-8",
    "MACCENTEURO": "mac-latin2",
    "MACCROATIAN": "mac-croatian",
    "MACCYRILLIC": "mac-cyrillic",
    "MACGREEK": "mac-greek",
    "MACICELAND": "mac-iceland",
    "MACROMAN": "mac-roman",
    "MACROMANIA": "mac-romanian",
    "MACTURKISH": "mac-turkish",
    "MACUKRAINE": "mac-cyrillic",
    "UCS-2BE": "utf-16-be",
    "UCS-4BE": "utf-32-be",
    "UCS-4LE": "utf-32-le",
    "IBM720": "cp720",
    "IBM737": "cp737",
    "WINDOWS-874": "cp874",
    "UTF-16BE": "utf-16-be",
    "UTF-16LE": "utf-16-le",
    "GB1988": "ascii",
    "IBM037": "cp037",
    "CP878": "koi8-r",
}


def decode_text(chunk: bytes | memoryview, charset: str = UTF_8) -> str:
    r"""Return the text of `chunk`; what is no UTF-8 as Ruby inspects it (`\xC5`, `\"`), in other charsets with U+FFFD."""
    if charset != UTF_8:
        return str(chunk, charset, "replace")
    try:
        return str(chunk, "utf-8")
    except UnicodeDecodeError:
        return escaped(str(chunk, "utf-8", "surrogateescape"))


def find_charset(name: str) -> str:
    """Return the charset under the name Python knows it by; raises LookupError."""
    name = RUBY_NAMES.get(name.upper(), name)
    return UTF_8 if codecs.lookup(name).name == "utf-8" else codecs.lookup(name).name
