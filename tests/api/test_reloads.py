"""`POST /_reload`, and what the statistics say of reloads."""

import json

import pytest
from api_samples import node, report
from test_server import Loop, read_all

from logsmith.api.flow import NODE, sample_of
from logsmith.api.monitor import Monitor
from logsmith.api.routes import RELOAD_WAIT_S, Request
from logsmith.runtime.stats import ReloadRequest, Reloads

NOW = 1060.0
POST = b"POST /_reload HTTP/1.1\r\n\r\n"
DONE = {"acknowledged": True, "pipelines": {"main": {"result": "success"}}}
FAILED = {"acknowledged": False, "pipelines": {"main": {"result": "failure"}}}


class Asked:
    """A node whose reloads are over when the test says so."""

    def __init__(self):
        self.requests: list[ReloadRequest] = []
        self.node = node(request_reload=self._request)

    def _request(self) -> ReloadRequest:
        self.requests.append(ReloadRequest())
        return self.requests[-1]


@pytest.mark.parametrize(("outcome", "status"), [(DONE, b"200"), (FAILED, b"400")], ids=["good", "bad"])
def test_the_answer_comes_when_the_reload_is_over(outcome, status):
    asked = Asked()
    loop = Loop(Monitor(asked.node))
    with loop.connect() as peer:
        peer.sendall(POST)
        loop.turn()
        loop.server.tick(loop.now + 1)
        asked.requests[0].outcome = outcome
        loop.server.tick(loop.now + 2)
        loop.turn()
        head, _, body = read_all(peer).partition(b"\r\n\r\n")
    loop.close()
    assert head.startswith(b"HTTP/1.1 " + status)
    assert json.loads(body) == outcome
    assert len(asked.requests) == 1


def test_a_reload_that_takes_long_goes_on_without_its_client():
    loop = Loop(Monitor(Asked().node))
    with loop.connect() as peer:
        peer.sendall(POST)
        loop.turn()
        loop.server.tick(loop.now + RELOAD_WAIT_S + 1)
        loop.turn()
        assert read_all(peer).startswith(b"HTTP/1.1 202")
    loop.close()


def test_a_look_does_not_reload():
    asked = Asked()
    assert Monitor(asked.node).answer(Request("GET", "/_reload"), NOW).status == 405
    assert asked.requests == []


def test_where_nothing_can_be_reloaded_it_says_so():
    assert Monitor(node()).answer(Request("POST", "/_reload"), NOW).status == 409


def test_a_password_is_asked_for_reloads_too():
    asked = Asked()
    loop = Loop(Monitor(asked.node), credentials=("bob", "secret"))
    assert loop.ask(POST).startswith(b"HTTP/1.1 401")
    assert asked.requests == []
    loop.close()


def test_the_statistics_tell_of_reloads():
    made = node(reloads=Reloads(successes=3, failures=1))
    made.pipelines["main"].reloads = Reloads(2, 1, "main.conf:1:1: no", 1.5, 0.25)
    made.counters.note(0, report(1))
    body = Monitor(made).answer(Request("GET", "/_node/stats"), NOW).body
    assert body["reloads"] == {"successes": 3, "failures": 1}
    assert body["pipelines"]["main"]["reloads"] == {
        "successes": 2,
        "failures": 1,
        "last_error": {"message": "main.conf:1:1: no", "backtrace": []},
        "last_success_timestamp": "1970-01-01T00:00:01.500Z",
        "last_failure_timestamp": "1970-01-01T00:00:00.250Z",
    }


def test_rates_of_a_pipeline_that_began_anew_are_never_negative():
    made = node()
    made.counters.note(0, report(1000))
    watching = Monitor(made)
    watching.tick(NOW)
    made.counters.retire(0)
    made.counters.forget("main")
    made.counters.note(1, report(10))
    body = watching.answer(Request("GET", "/_node/stats"), NOW + 10).body
    assert body["pipelines"]["main"]["flow"]["input_throughput"]["current"] == 1.0
    assert body["flow"]["input_throughput"]["current"] == 1.0
    assert body["events"]["in"] == sample_of(made.counters.totals())[NODE].came == 1010
