"""HTTP/1 as bytes: reading the head of one request, writing one answer in JSON. No I/O."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from urllib.parse import urlsplit

from logsmith.api import ApiError
from logsmith.api.routes import Answer, Request

MAX_REQUEST_BYTES = 8192
REALM = "logstash-api"

_REQUEST_LINE = re.compile(rb"([A-Z]{1,16}) ([!-~]+) HTTP/1\.[01]")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00\r\n]*?)[ \t]*")


class BadRequestError(ApiError):
    """The peer does not speak HTTP/1; `status` is the answer."""

    def __init__(self, reason: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(reason)
        self.status = status


class Head:
    """A request and the header fields that matter here."""

    __slots__ = ("authorization", "request")

    def __init__(self, request: Request, authorization: bytes) -> None:
        self.request, self.authorization = request, authorization


def parse_head(received: bytes, *, max_bytes: int = MAX_REQUEST_BYTES) -> Head | None:
    """Return the request, or None if its head is not complete; raises BadRequestError."""
    end = received.find(b"\r\n\r\n")
    if end < 0 or end > max_bytes:
        if len(received) > max_bytes:
            raise BadRequestError("the request is too large", HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        return None
    first, *rest = received[:end].split(b"\r\n")
    line = _REQUEST_LINE.fullmatch(first)
    if not line:
        raise BadRequestError("expected a request line such as GET / HTTP/1.1")
    authorization = b""
    for text in rest:
        field = _HEADER.fullmatch(text)
        if not field:
            raise BadRequestError("expected header fields such as Host: localhost")
        if field[1].lower() == b"authorization":
            authorization = field[2]
    try:
        target = urlsplit(line[2].decode("ascii"))
    except ValueError:
        raise BadRequestError("expected a path such as /_node/stats") from None
    return Head(Request(line[1].decode("ascii"), target.path, target.query), authorization)


def write_response(request: Request | None, answer: Answer) -> bytes:
    """Return the bytes of an answer."""
    indent = 2 if request and request.is_pretty else None
    body = (json.dumps(answer.body, indent=indent) + ("\n" if indent else "")).encode()
    lines = [
        f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    if answer.status == HTTPStatus.UNAUTHORIZED:
        lines.append(f'WWW-Authenticate: Basic realm="{REALM}"')
    head = "\r\n".join([*lines, "", ""]).encode("ascii")
    return head if request and request.method == "HEAD" else head + body
