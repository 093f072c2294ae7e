"""Events from JSON and to JSON.

What a Beat sends is looked at first: members of a document that holds no raw newline and is valid UTF-8 stay the bytes they
came as (`msgspec.Raw`) until somebody reads them. Otherwise, or where msgspec refuses what Logstash's reader takes (a lone
surrogate, numbers out of range), the document is decoded whole, its text made valid, and encoded anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Raw

from logsmith.event.columns import begin_alike
from logsmith.event.depth import LONGEST_FLAT, check_depth, may_be_deep
from logsmith.event.errors import JsonError
from logsmith.event.event import Event, check_tags, normalise
from logsmith.event.fieldref import FieldRef
from logsmith.event.huge_numbers import decode_any
from logsmith.event.ruby import float_text
from logsmith.event.timestamp import Timestamp

if TYPE_CHECKING:
    from logsmith.event.values import Value

JAVA_BLANKS = "".join(map(chr, range(0x21)))  # what String.trim takes away
BLANKS = " \t\r\n"
Others = Mapping[type, Callable[[Any], Any]]  # Any: what no field may hold, and what it becomes
MAX_BITS = 13_000  # of an integer, some four thousand digits

_decode_top = msgspec.json.Decoder(dict[str, Raw]).decode
_decode = msgspec.json.Decoder().decode
_decode_texts = msgspec.json.Decoder(list[str]).decode
_decode_exact = msgspec.json.Decoder(float_hook=Decimal).decode
# The 29th of February is left to Timestamp, which knows the years
_DAY = rb"(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31"
_PLAIN_TIMESTAMP = re.compile(
    rb'"[0-9]{4}-(?:%b)T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}Z"' % _DAY
)
_is_plain_timestamp = _PLAIN_TIMESTAMP.fullmatch
_match_plain_timestamps = re.compile(rb"(?:%b)*+" % _PLAIN_TIMESTAMP.pattern).fullmatch
_TIMESTAMP_BYTES = len('"2026-01-02T03:04:05.678Z"')
_HOUR_BYTES = len('"2026-01-02T03')
_ZEROS = bytes.maketrans(b"123456789", bytes(b"0" * 9))
_SURROGATE = re.compile("[\ud800-\udfff]")


def _encode_other(value: object) -> object:
    if value.__class__ is Timestamp:
        return value.isoformat()
    raise TypeError(f"a field holds a {type(value).__name__}")


NOT_READ_PLAINLY = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
NOT_WRITTEN_PLAINLY = (
    UnicodeEncodeError,
    OverflowError,
    RecursionError,
    ValueError,
)  # and then in Python, slowly
_encoder = msgspec.json.Encoder(enc_hook=_encode_other, decimal_format="number")
_encode_fields = _encoder.encode
_encode_lines = _encoder.encode_lines


def encode(event: Event) -> bytes:
    """Return the event as one line of JSON, without metadata and without a newline; made once for all outputs.

    It is kept if the texts in it are written as they are, which is nearly always; `freeze` relies on that.
    """
    if event.written is not None:
        return event.written
    event.written = encode_plainly(event.fields)
    return event.written or encode_value(event.fields)


def encode_all(events: Sequence[Event]) -> list[bytes]:
    """Return each event as `encode` does, faster than one by one."""
    try:
        for event in events:
            if event.written is None:
                event.written = _encode_fields(event.fields)
    except NOT_WRITTEN_PLAINLY:
        return [encode(event) for event in events]
    return [event.written for event in events]  # type: ignore[misc]  # as just made


def encode_lines(events: Sequence[Event]) -> bytes | None:
    """Return events as lines of JSON, without a newline at the end; None if one cannot be written as it is, on one line."""
    try:
        if None in [event.written for event in events]:
            lines = _encode_lines([event.fields for event in events])[:-1]
        else:
            lines = b"\n".join([event.written for event in events])  # type: ignore[misc]  # all bytes
    except NOT_WRITTEN_PLAINLY:
        return None
    return lines if lines.count(b"\n") == len(events) - 1 and b"\r" not in lines else None


def encode_between(events: Sequence[Event], lines: Iterable[Raw]) -> bytes | None:
    """Return each line and the event below it, each with a newline; None if an event cannot be written as it is."""
    parts: list[object] = [None] * (2 * len(events))
    parts[::2] = lines
    parts[1::2] = [event.fields for event in events]
    try:
        return _encode_lines(parts)
    except NOT_WRITTEN_PLAINLY:
        return None


def encode_plainly(value: object) -> bytes | None:
    """Return a value as JSON if the texts in it can be written as they are, which nearly all can."""
    try:
        return _encode_fields(value)
    except NOT_WRITTEN_PLAINLY:
        return None


def encode_value(value: object) -> bytes:
    """Return a value as JSON: timestamps as ISO 8601, non-finite numbers as texts, text always valid UTF-8."""
    try:
        return _encode_fields(value)
    except NOT_WRITTEN_PLAINLY:
        return json.dumps(_mended(value, _AS_WRITTEN), ensure_ascii=False, separators=(",", ":")).encode()


def encode_exact(value: object) -> bytes:
    """Return a value as JSON with numbers written as Java writes them: `1.0E20`, `"NaN"`."""
    return _java_json(value).encode("utf-8", "replace")


def _java_json(value: Any) -> str:  # Any: whatever a field holds, Raw included
    if isinstance(value, dict):
        return (
            "{" + ",".join(f"{_java_json(key)}:{_java_json(member)}" for key, member in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(map(_java_json, value)) + "]"
    if isinstance(value, float):
        text = float_text(value)
        return text if text[-1].isdigit() else f'"{text}"'
    if isinstance(value, Decimal):
        return str(value)
    return encode_value(value).decode()


def parse_json(text: str | bytes) -> Value:
    """Return the value that a JSON text holds; floats become doubles. Raises JsonError."""
    return _parse(text, _decode)


def parse_json_exact(text: str | bytes) -> Value:
    """Return the value of a JSON text, its decimals exact, as Logstash's json filter reads them. Raises JsonError."""
    return _parse(text, _decode_exact)


def _parse(text: str | bytes, decode: Any) -> Value:  # Any: a bound method of msgspec's, of two types
    try:
        if may_be_deep(text):
            check_depth(text if isinstance(text, str) else text.decode())
        return decode(text)  # type: ignore[no-any-return]
    except UnicodeDecodeError as error:
        raise JsonError(f"invalid UTF-8: {error.reason} at byte {error.start}") from None
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError, ValueError, ArithmeticError):
        return _parse_slowly(text, exact=decode is _decode_exact)


def _parse_slowly(text: str | bytes, *, exact: bool = False) -> Value:
    """Read what msgspec refuses but Logstash's reader takes: lone surrogates, huge numbers, text after the value."""
    try:
        whole = text if isinstance(text, str) else bytes(text).decode()
        check_depth(whole)
        reader = json.JSONDecoder(parse_constant=_refuse, parse_float=Decimal if exact else float)
        value, end = reader.raw_decode(whole := whole.lstrip(BLANKS + "\ufeff"))
        while exact and (
            rest := whole[end:].strip(BLANKS)
        ):  # Logstash's json filter takes the last of several values
            value, end = reader.raw_decode(whole := rest)
        return _mended(value, _AS_READ)  # type: ignore[no-any-return]
    except UnicodeDecodeError as error:
        raise JsonError(f"invalid UTF-8: {error.reason} at byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise JsonError(f"{error.msg} at line {error.lineno}, column {error.colno}") from None
    except ValueError as error:
        raise JsonError(str(error)) from None
    except ArithmeticError:
        raise JsonError("a number is beyond what a decimal holds") from None
    except RecursionError:
        raise JsonError("nested too deeply") from None


def _refuse(word: str) -> None:
    raise JsonError(f"{word} is not JSON")


def _mended(
    value: Any, others: Others
) -> Any:  # Any: before and after there may be things that no field may hold
    """Return a value that JSON can hold; `others` convert the types that JSON does not know."""
    kind = type(value)
    if kind is str:
        return _SURROGATE.sub("\ufffd", value)
    if kind is dict:
        return {_mended(key, others): _mended(member, others) for key, member in value.items()}
    if kind is list:
        return [_mended(item, others) for item in value]
    if kind is float and value - value != 0:
        return float_text(value)
    if kind is int and value.bit_length() > MAX_BITS:
        return str(Decimal(value))  # Python refuses to write it as a number
    convert = others.get(kind)
    return value if convert is None else convert(value)


_AS_READ: Others = {}  # a decimal stays one
_AS_WRITTEN: Others = {Raw: lambda raw: _mended(decode_any(raw), _AS_WRITTEN), Timestamp: str, Decimal: float}


def event_from_json(text: str, target: FieldRef | None = None) -> list[Event]:
    """Return the events of a JSON text as Event.from_json does: one of an object, several of an array, none of blanks.

    With a `target`, each object becomes the value of that field. Raises JsonError, or EventError if it cannot be set.
    """
    first = text[:1]
    if first <= " " and not text.strip(JAVA_BLANKS):
        return []
    if first == "\ufeff":
        raise JsonError("a byte order mark at the start of the text")
    value = parse_json(text)
    if isinstance(value, dict):
        return [Event.from_map(value) if target is None else _event_under(target, value)]
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        make = Event.from_map if target is None else partial(_event_under, target)
        return [make(item) for item in value]  # type: ignore[arg-type]  # all are dicts
    raise JsonError("expected a JSON object or an array of objects")


def _event_under(target: FieldRef, members: Value) -> Event:
    event = Event.from_map({})
    event.set(target, members)
    return event


def decode_documents(documents: Iterable[bytes | memoryview]) -> list[Event | JsonError]:
    """Return an event for each document, in order; a JsonError stands where a document is no JSON object.

    Members stay bytes where that is harmless. `@timestamp`, `@version` and `tags` are normalised, `@metadata` is split off.
    """
    return [
        _decode_lazily(document)
        if _are_harmless(bytes(document)) and not may_be_deep(document)
        else _decode_whole(document)
        for document in documents
    ]


def decode_plainly(
    documents: Sequence[Any],  # Any: what a window holds, maps of the first protocol included
    max_bytes: int,
) -> list[dict[str, Any]] | None:
    """Return the members of documents, unread; None unless all are what nearly all Beats send.

    That is a text of at most so many bytes, harmless and not nested deeply, with a timestamp that is right as it is.
    """
    try:
        text = b"".join(documents)
    except TypeError:  # a map is no text
        return None
    longest = max(map(len, documents))
    if longest > max_bytes or not _are_harmless(text):
        return None
    if longest > LONGEST_FLAT and any(map(may_be_deep, documents)):
        return None
    try:
        decoded: list[dict[str, Any]] = [_decode_top(document) for document in documents]
        stamps = [members["@timestamp"] for members in decoded]
    except (*NOT_READ_PLAINLY, KeyError):
        return None
    return decoded if _are_plain_timestamps(stamps) else None


def _are_plain_timestamps(stamps: Sequence[Raw]) -> bool:
    """Return whether texts are timestamps that are right as they are; those of one hour are looked at by columns."""
    text, first = b"".join(stamps), bytes(stamps[0])
    if _is_plain_timestamp(first) is None:
        return False
    are_digits_where_in_first = text.translate(_ZEROS) == first.translate(_ZEROS) * len(stamps)
    if are_digits_where_in_first and begin_alike(text, _TIMESTAMP_BYTES, _HOUR_BYTES):
        tens = text[15::_TIMESTAMP_BYTES] + text[18::_TIMESTAMP_BYTES]  # of minutes and seconds
        return not tens.strip(b"012345")
    return _match_plain_timestamps(text) is not None


def normalise_plainly(decoded: list[dict[str, Any]], tag: str | None, *, reads_tags: bool) -> bool:
    """Put `@version` and `tags` of `decode_plainly`'s members right, and add a tag; False if that takes a closer look.

    `reads_tags`: somebody will, so that they shall not be bytes.
    """
    versions = [members.setdefault("@version", "1") for members in decoded]
    written = [members.get("tags") for members in decoded]
    if versions.count("1") != len(versions) or written.count(written[0]) != len(written):
        return False
    try:
        tags = [] if written[0] is None else _decode_texts(written[0])
    except msgspec.ValidationError:
        return False
    if tag is not None and tag not in tags:
        tags.append(tag)
    if tags and reads_tags:
        for members in decoded:
            members["tags"] = [*tags]
    elif tags:
        unread = Raw(encode_value(tags))
        for members in decoded:
            members["tags"] = unread
    return True


def normalise_members(members: dict[str, Any]) -> None:
    """Put `@version` and `tags` of one of `decode_plainly`'s documents right; raises what a decoder raises."""
    if members.setdefault("@version", "1").__class__ is Raw:
        members["@version"] = _decode(members["@version"])
    if "tags" in members:
        _read_tags(members)


def are_texts(raws: Sequence[Raw]) -> bool:
    """Return whether members of JSON are texts, of which none is read."""
    return max(map(bytes, raws)).startswith(b'"')  # every other JSON value begins with a greater byte


def decode_texts(raws: Sequence[Raw]) -> list[str] | None:
    """Return the texts that members hold, read together; None unless all are texts."""
    try:
        return _decode_texts(b"[" + b",".join(raws) + b"]")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _are_harmless(text: bytes) -> bool:
    if b"\n" in text or b"\r" in text:
        return False
    if text.isascii():
        return True
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decode_lazily(document: bytes | memoryview) -> Event | JsonError:
    try:
        fields = _decode_top(document)
    except NOT_READ_PLAINLY:
        return _decode_whole(document)
    raw = fields.pop("@metadata", None)
    event = Event(fields, raw)  # type: ignore[arg-type]  # Raw is a field's
    stamp = fields.get("@timestamp")
    try:
        if stamp is None or _is_plain_timestamp(stamp) is None or "@version" in fields:
            _read_reserved(event)
        else:
            normalise_members(fields)
    except NOT_READ_PLAINLY:
        return _decode_whole(document)
    return event


def _read_tags(fields: dict[str, Value | Raw]) -> None:
    raw = fields["tags"]
    try:
        fields["tags"] = _decode_texts(raw)  # type: ignore[arg-type, assignment]  # Raw in, a list of texts out
    except msgspec.ValidationError:
        check_tags(fields, _decode(raw))  # type: ignore[arg-type]  # Raw


def _read_reserved(event: Event) -> None:
    fields = event.fields
    for name in ("@timestamp", "tags", "@version"):
        raw = fields.get(name)
        if raw.__class__ is Raw:
            fields[name] = _decode(raw)
    normalise(fields)


def _decode_whole(document: bytes | memoryview) -> Event | JsonError:
    try:
        value = parse_json(bytes(document).decode("utf-8", "replace"))
    except JsonError as error:
        return error
    if not isinstance(value, dict):
        return JsonError("expected a JSON object")
    return Event.from_map(value)
