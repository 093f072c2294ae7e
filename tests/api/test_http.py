"""HTTP as bytes: what is a request, what is not, what an answer looks like."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.api.http import BadRequestError, parse_head, write_response
from logsmith.api.routes import Answer, Request

REQUESTS = [
    (b"GET / HTTP/1.1\r\n\r\n", Request("GET", "/", "")),
    (b"GET /_node?pretty HTTP/1.0\r\nHost: x\r\n\r\n", Request("GET", "/_node", "pretty")),
    (b"HEAD /a%20b?x=1 HTTP/1.1\r\nA:\r\nB:  c d \r\n\r\n", Request("HEAD", "/a%20b", "x=1")),
    (b"GET http://localhost:9600/_node/stats HTTP/1.1\r\n\r\n", Request("GET", "/_node/stats", "")),
    (b"GET / HTTP/1.1\r\nX: \xff\xfe\r\n\r\n", Request("GET", "/", "")),
    (b"PUT /a HTTP/1.1\r\nContent-Length: 4\r\n\r\n{\r\n}", Request("PUT", "/a", "", b"{\r\n}")),
    (b"PUT /b HTTP/1.1\r\ncontent-length: 0\r\n\r\n", Request("PUT", "/b", "", b"")),
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


BODIES = {
    "one byte too long": (b"Content-Length: 101", 413),
    "a length that is no number": (b"Content-Length: -1", 400),
    "a length nobody would send": (b"Content-Length: " + b"9" * 19, 400),
    "pieces": (b"Transfer-Encoding: chunked", 411),
    "two lengths": (b"Content-Length: 3\r\ncontent-length: 4", 400),
    "a list of lengths": (b"Content-Length: 3, 3", 400),
}


@pytest.mark.parametrize(("field", "status"), BODIES.values(), ids=BODIES)
def test_a_body_has_a_length_and_a_greatest_one(field, status):
    with pytest.raises(BadRequestError) as caught:
        parse_head(b"PUT / HTTP/1.1\r\n" + field + b"\r\n\r\n", max_bytes=100)
    assert caught.value.status == status


def test_a_body_of_the_greatest_length_is_read():
    head = b"PUT / HTTP/1.1\r\nContent-Length: 100\r\n\r\n"
    assert parse_head(head + b"a" * 100, max_bytes=100).request.body == b"a" * 100


def test_what_is_behind_a_body_is_not_read():
    head = b"PUT / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\n"
    assert parse_head(head + b"abcGET /other HTTP/1.1\r\n\r\n").request.body == b"abc"


def test_who_asks_is_said_once():
    with pytest.raises(BadRequestError, match=r"^expected one Authorization$"):
        parse_head(b"GET / HTTP/1.1\r\nAuthorization: Basic YTpi\r\nauthorization: Basic YTpj\r\n\r\n")


def test_a_head_has_a_greatest_number_of_fields():
    with pytest.raises(BadRequestError) as caught:
        parse_head(b"GET / HTTP/1.1\r\n" + b"A:\r\n" * 101 + b"\r\n")
    assert caught.value.status == 431


def test_blanks_in_a_header_field_cost_nothing():
    began = time.process_time()
    with pytest.raises(BadRequestError):
        parse_head(b"GET / HTTP/1.1\r\nA:" + b" " * 4000 + b"\0\r\n\r\n")
    assert time.process_time() - began < 1


@given(
    st.lists(
        st.sampled_from(
            [
                *(b"GET ", b"PUT ", b"/", b"%2f", b"//[", b"?a=%", b" HTTP/1.1", b"\r\n", b"\r\n\r\n", b"\0"),
                *(b"GET / HTTP/1.1\r\n", b"Content-Length:", b"Transfer-Encoding:", b"authorization: "),
                *(b"\t", b"12", b"-1", b"\xff"),
            ]
        )
        | st.binary(max_size=8),
        max_size=20,
    ).map(b"".join)
)
def test_whatever_comes_is_a_request_or_incomplete_or_refused(received):
    answers = []
    for end in range(len(received) + 1):  # as if single bytes came
        try:
            head = parse_head(received[:end])
        except BadRequestError as error:
            answers.append(error.status)
        else:
            answers.append(head and head.request)
    known = [one for one in answers if one is not None]
    assert all(one == known[0] for one in known)


def test_a_text_is_sent_as_one():
    head, _, body = write_response(Request("GET", "/"), Answer(200, "hot\n")).partition(b"\r\n\r\n")
    assert b"\r\nContent-Type: text/plain\r\n" in head
    assert body == b"hot\n"


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
