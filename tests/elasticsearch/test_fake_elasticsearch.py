"""The fake answers as the real servers do; `tests/interop` asks those the same."""

import http.client

import pytest

from tests.fakes.elasticsearch import EXCHANGES, FakeElasticsearch, same_exchange


@pytest.mark.parametrize(
    ("body", "expected"), [case[1:] for case in EXCHANGES], ids=[case[0] for case in EXCHANGES]
)
def test_the_fake_answers_as_the_real_ones_do(body, expected):
    with FakeElasticsearch() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("POST", "/_bulk", body, {"content-type": "application/x-ndjson"})
        answer = connection.getresponse()
        assert same_exchange(expected, answer.status, answer.read())
        connection.close()
