"""HTTP/1 as bytes: reading one request, writing one answer. No I/O."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from logsmith.api import ApiError
from logsmith.api.routes import Answer, Request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_REQUEST_BYTES = 8192
MAX_FIELDS = 100
REALM = "logstash-api"

_REQUEST_LINE = re.compile(rb"([A-Z]{1,16}) ([!-~]+) HTTP/1\.[01]")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([^\x00\r\n]*)")
_ONCE = frozenset((b"authorization", b"content-length"))  # two that differ leave open which one counts


class BadRequestError(ApiError):
    """The peer does not speak HTTP/1; `status` is the answer."""

    def __init__(self, reason: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(reason)
        self.status = status


class Head:
    """A request, and the header field that says who asks."""

    __slots__ = ("authorization", "request")

    def __init__(self, request: Request, authorization: bytes) -> None:
        self.request, self.authorization = request, authorization


def parse_head(received: bytes, *, max_bytes: int = MAX_REQUEST_BYTES) -> Head | None:
    """Return the request, or None if it is not complete; raises BadRequestError. Both head and body have `max_bytes`."""
    end = received.find(b"\r\n\r\n")
    if end < 0 or end > max_bytes:
        if len(received) > max_bytes:
            raise BadRequestError("the request is too large", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return None
    first, *rest = received[:end].split(b"\r\n")
    line = _REQUEST_LINE.fullmatch(first)
    if not line:
        raise BadRequestError("expected a request line such as GET / HTTP/1.1")
    fields = _fields(rest)
    try:
        target = urlsplit(line[2].decode("ascii"))
    except ValueError:
        raise BadRequestError("expected a path such as /_node/stats") from None
    length = _body_length(fields, max_bytes)
    body = received[end + 4 : end + 4 + length]
    if len(body) < length:
        return None
    request = Request(line[1].decode("ascii"), target.path, target.query, body)
    return Head(request, fields.get(b"authorization", b""))


def _fields(lines: Sequence[bytes]) -> dict[bytes, bytes]:
    if len(lines) > MAX_FIELDS:
        raise BadRequestError("too many header fields", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
    fields: dict[bytes, bytes] = {}
    for text in lines:
        field = _HEADER.fullmatch(text)
        if not field:
            raise BadRequestError("expected header fields such as Host: localhost")
        name, value = field[1].lower(), field[2].strip(b" \t")
        if name in _ONCE and fields.get(name, value) != value:
            raise BadRequestError(f"expected one {name.decode('ascii').title()}")
        fields[name] = value
    return fields


def _body_length(fields: Mapping[bytes, bytes], max_bytes: int) -> int:
    if b"transfer-encoding" in fields:
        raise BadRequestError("expected Content-Length, not Transfer-Encoding", HTTPStatus.LENGTH_REQUIRED)
    length = fields.get(b"content-length", b"0")
    if not re.fullmatch(rb"[0-9]{1,18}", length):
        raise BadRequestError("expected a number as Content-Length")
    if int(length) > max_bytes:
        raise BadRequestError("the request is too large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return int(length)


def write_response(request: Request | None, answer: Answer) -> bytes:
    """Return the bytes of an answer."""
    indent = 2 if request and request.is_pretty else None
    if isinstance(answer.body, str):
        kind, text = "text/plain", answer.body
    else:
        kind, text = "application/json", json.dumps(answer.body, indent=indent) + ("\n" if indent else "")
    body = text.encode()
    lines = [
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    if answer.status == HTTPStatus.UNAUTHORIZED:
        lines.append(f'WWW-Authenticate: Basic realm="{REALM}"')
    head = "\r\n".join([*lines, "", ""]).encode("ascii")
    return head if request and request.method == "HEAD" else head + body
