"""Beats clients that nobody here wrote send to the real logsmith over mutual TLS: what is acknowledged is in the file."""

import json
import time

import pytest
from real_clients import ClientError
from real_pipelines import mutual_tls
from real_servers import free_port

EVENTS = 2_000


class Input:
    """A logsmith with a Beats input that wants certificates, and a file for its output."""

    def __init__(self, start, folder, certificates, *words, more=""):
        self.port, self.path = free_port(), folder / "events.jsonl"
        self.pipeline = f"""
            input {{ beats {{ {mutual_tls(self.port, certificates)} {more} }} }}
            output {{ file {{ path => "{self.path}" }} }}
        """
        self.logsmith = start(self.pipeline, *words, ports=[self.port])

    def events(self):
        return [json.loads(line) for line in self.path.read_text().splitlines()] if self.path.exists() else []

    def numbers(self):
        """Return the events' numbers in the order of the file; v1 sends them as text."""
        return [int(event["n"]) for event in self.events()]


@pytest.fixture
def beats(logsmith_process, tmp_path, certificates):
    return Input(logsmith_process, tmp_path, certificates, "-w", "1")


def test_everything_acknowledged_is_in_the_file_once_and_in_order(beats_client, beats, certificates):
    assert beats_client.send(beats.port, EVENTS, certificates.client()) == EVENTS
    assert beats.numbers() == list(range(EVENTS))


@pytest.mark.parametrize(
    "flags",
    [
        pytest.param({"pipeline": 0, "window": 50, "level": 3}, id="in-step"),
        pytest.param({"pipeline": 0, "window": 1, "level": 0}, id="in-step-one-by-one"),
        pytest.param({"pipeline": 2, "window": 50, "level": 0}, id="pipelined-plain"),
        pytest.param({"pipeline": 2, "window": 2048, "level": 3}, id="pipelined-as-filebeat"),
        pytest.param({"pipeline": 5, "window": 7, "level": 9}, id="pipelined-far-ahead"),
    ],
)
def test_windows_of_every_kind_arrive(golumber, beats, certificates, flags):
    events = 300 if flags["window"] == 1 else 5_000
    assert golumber.send(beats.port, events, certificates.client(), **flags) == events
    assert beats.numbers() == list(range(events))


def test_a_sequence_that_runs_on_over_windows_is_acknowledged(pylogbeat, beats, certificates):
    assert pylogbeat.send(beats.port, 500, certificates.client(), window=7) == 500
    assert beats.numbers() == list(range(500))


def test_one_window_of_v1_stays_in_force_for_ever(lumberjack_protocol, beats, certificates):
    assert lumberjack_protocol.send(beats.port, 100, certificates.client(), window=10) == 100
    assert beats.numbers() == list(range(100))


def test_an_event_arrives_with_all_its_fields(golumber, beats, certificates):
    sent = {
        "@timestamp": "2026-01-02T03:04:05.678Z",
        "@metadata": {"beat": "filebeat", "type": "_doc", "version": "8.17.0"},
        "message": "zwölf\nlines \u0001 \U0001f600",
        "host": {"name": "web-1"},
        "log": {"offset": 2**53 + 1, "file": {"path": "/var/log/x"}},
        "ratio": 1.5,
        "nothing": None,
        "event": {"dataset": "nginx.access"},
        "tags": ["web"],
    }
    assert golumber.send_events(beats.port, [sent], certificates.client()) == 1
    (stored,) = beats.events()
    assert stored == {
        **{name: value for name, value in sent.items() if name != "@metadata"},
        "@version": "1",
        "event": {"dataset": "nginx.access", "original": sent["message"]},
        "tags": ["web", "beats_input_codec_plain_applied"],
    }


def test_a_client_without_a_certificate_delivers_nothing(beats_client, beats, certificates):
    with pytest.raises(ClientError) as failure:
        beats_client.send(beats.port, 20, certificates.stranger)
    assert (failure.value.acknowledged, beats.events()) == (0, [])
    beats.logsmith.wait_logged("certificate")


def test_clients_of_every_kind_send_at_the_same_time(  # noqa: PLR0917  fixtures, each by its name
    golumber, pylogbeat, lumberjack_protocol, lumberjack_client, beats, certificates
):
    identity = certificates.client()
    background = [
        golumber.begin(beats.port, 3_000, identity, first=10_000 * n, window=100, pipeline=2) for n in (1, 2)
    ]
    others = (pylogbeat, lumberjack_protocol, lumberjack_client)
    for number, client in enumerate(others, start=3):
        assert client.send(beats.port, 1_000, identity, first=10_000 * number) == 1_000
    assert [sending.wait().acknowledged for sending in background] == [3_000, 3_000]
    expected = [(1, 3_000), (2, 3_000), (3, 1_000), (4, 1_000), (5, 1_000)]
    assert sorted(beats.numbers()) == [10_000 * n + i for n, size in expected for i in range(size)]


def test_a_slow_output_makes_no_client_send_twice(golumber, logsmith_process, tmp_path, certificates):
    """The client gives up after a second without a sign of life; the window takes longer than that."""
    slow = Input(logsmith_process, tmp_path, certificates, "-w", "1", more="keepalive_interval => 0.3")
    folder = slow.path.parent
    (folder / slow.path.name).mkdir()  # where the file should be: nothing can be written

    sending = golumber.begin(slow.port, 200, certificates.client(), window=50, timeout_s=1)
    slow.logsmith.wait_logged("events not delivered, trying again")
    time.sleep(2.5)  # more than twice the client's patience
    (folder / slow.path.name).rmdir()
    sent = sending.wait()
    assert (sent.error, sent.acknowledged) == ("", 200)
    assert slow.numbers() == list(range(200))
