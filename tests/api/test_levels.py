"""`/_node/logging`: the levels of loggers, seen and changed while the server runs."""

import json

import pytest
from api_samples import node

from logsmith import log
from logsmith.api.monitor import Monitor
from logsmith.api.routes import Answer, Request


@pytest.fixture(autouse=True)
def _as_it_was():
    log.configure()
    yield
    log.configure()


def ask(method: str, path: str, body: object = b"") -> Answer:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Monitor(node()).answer(Request(method, path, body=sent), 1060.0)


def level_of(name: str) -> str:
    return ask("GET", "/_node/logging").body["loggers"][name]


def test_every_logger_is_shown_with_its_level():
    log.Logger("logstash.tested")
    loggers = ask("GET", "/_node/logging").body["loggers"]
    assert loggers["logstash.tested"] == "INFO"
    assert list(loggers) == sorted(loggers)


CHANGES = {
    "of the logger itself": ({"logger.logstash.tested.one": "DEBUG"}, "DEBUG"),
    "of one above it": ({"logger.logstash.tested": "error"}, "ERROR"),
    "of the nearest above it": ({"logger.logstash": "ERROR", "logger.logstash.tested": "WARN"}, "WARN"),
    "of another one": ({"logger.logstash.test": "ERROR"}, "INFO"),
    "of one that is called like a part of a line": (
        {"logger.message": "WARN", "logger.self": "WARN"},
        "INFO",
    ),
    "of one below it": ({"logger.logstash.tested.one.more": "ERROR"}, "INFO"),
}


@pytest.mark.parametrize(("body", "level"), CHANGES.values(), ids=CHANGES)
def test_a_logger_has_the_level(body, level):
    log.Logger("logstash.tested.one")
    answer = ask("PUT", "/_node/logging", body)
    assert (answer.status, answer.body["acknowledged"]) == (200, True)
    assert level_of("logstash.tested.one") == level


def test_changes_add_up_until_all_are_taken_back():
    ask("PUT", "/_node/logging", {"logger.a": "DEBUG"})
    ask("PUT", "/_node/logging", {"logger.b": "WARN"})
    assert (level_of("a"), level_of("b")) == ("DEBUG", "WARN")
    assert ask("PUT", "/_node/logging/reset").body["acknowledged"] is True
    assert "a" not in ask("GET", "/_node/logging").body["loggers"]


REFUSED = {
    "no logger": ({"x": "DEBUG"}, "unrecognized option [x]"),
    "a logger without a name": ({"logger.": "DEBUG"}, "unrecognized option [logger.]"),
    "no level": ({"logger.a": "LOUD"}, "invalid level[LOUD] for logger[a]"),
    "a level that is no text": ({"logger.a": None}, "invalid level[None] for logger[a]"),
    "no object": ([], 'expected an object such as {"logger.logstash.agent": "DEBUG"}'),
    "brackets without end": (
        b"[" * 8000,
        'expected an object such as {"logger.logstash.agent": "DEBUG"}',
    ),
    "no JSON": (b"x", 'expected an object such as {"logger.logstash.agent": "DEBUG"}'),
    "too many": (
        {f"logger.{i:0100}": "DEBUG" for i in range(400)},
        "too many loggers have a level of their own",
    ),
}


@pytest.mark.parametrize(("body", "error"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_level_of_a_logger_changes_nothing(body, error):
    before = log.levels()
    assert ask("PUT", "/_node/logging", body) == Answer(400, {"error": error})
    assert log.levels() == before
