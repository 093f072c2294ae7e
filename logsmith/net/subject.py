"""The subject of a certificate as one line, letter for letter as Java prints it in RFC 2253 form.

Logstash puts this line into events, and people compare it in conditions, so Java's habits are kept: the
parts in reverse order, nine attributes by keyword, all others as dotted number with `#` and the hexadecimal
DER of the value, `=` and `#` escaped wherever they stand, carriage returns taken for spaces at the ends,
and the bytes of every kind of string read as UTF-8. The DER is walked here because the kinds of the strings
matter, which certificate libraries translate away.
"""

from collections.abc import Iterator

from logsmith.net.errors import TlsError

_KEYWORDS = {
    "2.5.4.3": "CN",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}
_STRING_TAGS = frozenset(
    {
        0x0C,  # UTF8String
        0x13,  # PrintableString
        0x14,  # T61String
        0x16,  # IA5String
        0x1B,  # GeneralString
        0x1E,  # BMPString
    }
)
_VERSION_TAG = 0xA0
_SUBJECT_AT = 4  # after serial number, signature algorithm, issuer, validity
_ESCAPES = {char: "\\" + char for char in ',=+<>#;"\\'} | {"\0": "\\00"}
_BLANK = " \r"


def peer_subject_rfc2253(der: bytes) -> str:
    """Return the subject of a DER certificate as Logstash's `ssl_peer_metadata` writes it."""
    try:
        return print_name(_subject(der))
    except (IndexError, ValueError) as error:
        raise TlsError(f"certificate is not valid DER: {error}") from None


def print_name(name: bytes) -> str:
    """Return the RFC 2253 form of a distinguished name, given the inside of its DER sequence."""
    parts = ["+".join(_print_attribute(pair) for _, _, pair in _walk(part)) for _, _, part in _walk(name)]
    return ",".join(reversed(parts))


def _subject(der: bytes) -> bytes:
    signed = _first(_first(der))
    members = [(tag, value) for tag, _, value in _walk(signed)]
    if members[0][0] == _VERSION_TAG:
        members = members[1:]
    return members[_SUBJECT_AT][1]


def _print_attribute(pair: bytes) -> str:
    (_, _, kind), (tag, whole, value) = _walk(pair)
    oid = _print_oid(kind)
    keyword = _KEYWORDS.get(oid)
    if keyword is None or tag not in _STRING_TAGS:
        return f"{keyword or oid}=#{whole.hex()}"
    return f"{keyword}={_escape(value.decode('utf-8', 'replace'))}"


def _escape(text: str) -> str:
    escaped = "".join(_ESCAPES.get(char, char) for char in text)
    first = len(escaped) - len(escaped.lstrip(_BLANK))
    last = len(escaped.rstrip(_BLANK))
    return "".join("\\" + char if at < first or at >= last else char for at, char in enumerate(escaped))


def _print_oid(encoded: bytes) -> str:
    numbers = []
    number = 0
    for byte in encoded:
        number = number << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(number)
            number = 0
    # X.690, 8.19.4: the first two numbers share one; the first is at most 2
    root = min(numbers[0] // 40, 2)
    return ".".join(str(part) for part in (root, numbers[0] - 40 * root, *numbers[1:]))


def _first(der: bytes) -> bytes:
    for _, _, value in _walk(der):
        return value
    raise ValueError("a sequence is empty")


def _walk(der: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """Yield the tag, the whole encoding and the value of each member."""
    at = 0
    while at < len(der):
        tag, length, start = der[at], der[at + 1], at + 2
        if length >= 0x80:
            start += length & 0x7F
            length = int.from_bytes(der[at + 2 : start])
        end = start + length
        if end > len(der):
            raise ValueError("a length goes past the end")
        yield tag, der[at:end], der[start:end]
        at = end
