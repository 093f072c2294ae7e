"""The fake answers as the real servers do; `tests/interop` asks those the same."""

import urllib.error
import urllib.request

import pytest

from tests.fakes.elasticsearch import EXCHANGES, FakeElasticsearch, same_exchange


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in EXCHANGES], ids=[case[0] for case in EXCHANGES])
def test_the_fake_answers_as_the_real_ones_do(body, expected):
    with FakeElasticsearch() as server:
        request = urllib.request.Request(f"{server.url}/_bulk", body, {"content-type": "application/x-ndjson"})
        try:
            with urllib.request.urlopen(request) as answer:
                assert same_exchange(expected, answer.status, answer.read())
        except urllib.error.HTTPError as error:
            with error:
                assert same_exchange(expected, error.code, error.read())
