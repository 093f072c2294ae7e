"""HTTP as bytes: what is a request, what is not, what an answer looks like."""

import json

import pytest

from logsmith.api.http import BadRequestError, parse_head, write_response
from logsmith.api.routes import Answer, Request

REQUESTS = [
    (b"GET / HTTP/1.1\r\n\r\n", Request("GET", "/", "")),
    (b"GET /_node?pretty HTTP/1.0\r\nHost: x\r\n\r\n", Request("GET", "/_node", "pretty")),
    (b"HEAD /a%20b?x=1 HTTP/1.1\r\nA:\r\nB:  c d \r\n\r\n", Request("HEAD", "/a%20b", "x=1")),
    (b"GET http://localhost:9600/_node/stats HTTP/1.1\r\n\r\n", Request("GET", "/_node/stats", "")),
    (b"GET / HTTP/1.1\r\nX: \xff\xfe\r\n\r\n", Request("GET", "/", "")),
]


@pytest.mark.parametrize(
    ("received", "request_"), REQUESTS, ids=[case[0].split(b"\r")[0].decode() for case in REQUESTS]
)
def test_a_request_is_read_once_its_head_is_complete(received, request_):
    for cut in range(len(received)):
        assert parse_head(received[:cut]) is None
    assert parse_head(received).request == request_
    assert parse_head(received + b"more").request == request_


MALFORMED = [
    b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    b"GET /\r\n\r\n",
    b"get / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/2\r\n\r\n",
    b"GET  / HTTP/1.1\r\n\r\n",
    b"GET /\xc3\xa4 HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nno colon\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n",
    b"GET http://[::1 HTTP/1.1\r\n\r\n",
    b"\r\n\r\n",
]


@pytest.mark.parametrize("received", MALFORMED)
def test_what_is_no_request_is_refused(received):
    with pytest.raises(BadRequestError) as caught:
        parse_head(received)
    assert caught.value.status == 400


def test_a_head_has_a_greatest_size():
    head = b"GET / HTTP/1.1\r\nX: "
    fitting = head + b"a" * (100 - len(head))
    assert parse_head(fitting + b"\r\n\r\n", max_bytes=100) is not None
    assert parse_head(fitting, max_bytes=100) is None
    for received in (fitting + b"a", fitting + b"a\r\n\r\n"):
        with pytest.raises(BadRequestError) as caught:
            parse_head(received, max_bytes=100)
        assert caught.value.status == 431


def test_reads_who_asks():
    assert parse_head(b"GET / HTTP/1.1\r\nAUTHORIZATION: Basic YTpi\r\n\r\n").authorization == b"Basic YTpi"


def test_an_answer_is_json_with_its_length_and_the_connections_end():
    head, _, body = write_response(Request("GET", "/"), Answer(200, {"a": "ä"})).partition(b"\r\n\r\n")
    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 OK",
        b"Content-Type: application/json",
        b"Content-Length: %d" % len(body),
        b"Connection: close",
    ]
    assert json.loads(body) == {"a": "ä"}


def test_a_pretty_answer_has_lines():
    assert write_response(Request("GET", "/", "pretty"), Answer(200, {"a": 1})).endswith(b'{\n  "a": 1\n}\n')


def test_head_gets_the_length_of_what_get_would_get():
    got, headed = (write_response(Request(method, "/"), Answer(200, {"a": 1})) for method in ("GET", "HEAD"))
    assert got == headed + b'{"a": 1}'


def test_an_unauthorized_answer_names_the_realm():
    assert b'\r\nWWW-Authenticate: Basic realm="logstash-api"\r\n' in write_response(None, Answer(401, {}))
