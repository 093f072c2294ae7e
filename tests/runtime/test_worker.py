"""The shell of a worker process: what it reports, and what makes it stop."""

import faulthandler
import json
import os
import signal
import socket
from types import SimpleNamespace

import pytest
import trio

from logsmith.metrics import PipelineMetrics
from logsmith.runtime.deal import Part
from logsmith.runtime.worker import REPORT_EVERY_S, STUCK_S, _Worker


def plugin() -> SimpleNamespace:
    return SimpleNamespace(
        place=SimpleNamespace(index=None, count=None, stopping=None, sockets=[], drains=False)
    )


def part(name: str = "main", index: int = 0, count: int = 1) -> Part:
    pipeline = SimpleNamespace(id=name, outputs=[plugin()], metrics=PipelineMetrics(name))
    return Part(pipeline, index, count, (plugin(),))


@pytest.fixture
def link():
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    yield ours, theirs
    ours.close()
    theirs.close()


@pytest.fixture(autouse=True)
def armed(monkeypatch) -> list:
    """The watchdog, which is not to end the tests."""
    calls = []
    monkeypatch.setattr(
        faulthandler, "dump_traceback_later", lambda limit_s, **how: calls.append((limit_s, how["exit"]))
    )
    monkeypatch.setattr(faulthandler, "cancel_dump_traceback_later", lambda: calls.append("cancelled"))
    return calls


def reports(ours: socket.socket) -> list[dict]:
    received = b""
    try:
        while chunk := ours.recv(1 << 16):
            received += chunk
    except BlockingIOError:
        pass
    return [json.loads(line) for line in received.splitlines()]


async def test_tells_plugins_their_place(link):
    async def look(one, *, stopping, stop_limit_s):
        for plugin_ in (*one.inputs, *one.pipeline.outputs):
            assert (plugin_.place.index, plugin_.place.count, plugin_.place.stopping) == (2, 3, stopping)
        assert stop_limit_s == 7
        seen.append(one.pipeline.id)

    seen = []
    await _Worker([part("a", 2, 3), part("b", 2, 3)], link[1], look, 7).run()
    assert sorted(seen) == ["a", "b"]


async def test_reports_at_once_every_second_and_at_the_end(link, autojump_clock):
    async def count(one, *, stopping, stop_limit_s):
        await trio.sleep(REPORT_EVERY_S / 2)
        for _ in range(3):
            one.pipeline.metrics.pushed += 1
            await trio.sleep(REPORT_EVERY_S)

    await _Worker([part()], link[1], count, 1).run()
    got = reports(link[0])
    assert [one["pipelines"]["main"]["in"] for one in got] == [0, 1, 2, 3, 3]
    assert got[0]["process"]["rss_bytes"] > 0


async def test_reports_at_its_end_even_if_a_plugin_fails(link):
    async def fail(one, *, stopping, stop_limit_s):
        one.pipeline.metrics.pushed += 9
        raise ZeroDivisionError

    with pytest.raises(ExceptionGroup):
        await _Worker([part()], link[1], fail, 1).run()
    assert reports(link[0])[-1]["pipelines"]["main"]["in"] == 9


async def until_stopped(one, *, stopping, stop_limit_s):
    await stopping.wait()


async def test_stops_when_the_supervisor_is_gone(link, armed):
    link[0].close()
    with trio.fail_after(5):
        await _Worker([part()], link[1], until_stopped, 10).run()
    assert armed == [(10 + STUCK_S, True)]


async def test_stops_on_sigterm(link, armed):
    async def ask(one, *, stopping, stop_limit_s):
        os.kill(os.getpid(), signal.SIGTERM)
        await stopping.wait()

    with trio.fail_after(5):
        await _Worker([part()], link[1], ask, 10).run()
    assert len(armed) == 1


async def test_a_supervisor_that_does_not_read_holds_nothing_up(link, autojump_clock):
    link[1].setblocking(False)
    try:
        while link[1].send(b"x" * 65536):
            continue
    except BlockingIOError:
        pass

    async def short(one, *, stopping, stop_limit_s):
        await trio.sleep(5)

    with trio.fail_after(10):
        await _Worker([part()], link[1], short, 1).run()


async def test_a_pipeline_that_is_told_to_stop_ends_alone_and_lets_go_of_its_port(link, armed, nursery):
    ours, theirs = link
    here, elsewhere = part("here"), part("elsewhere")
    here.inputs[0].place.sockets = [socket.create_server(("127.0.0.1", 0))]
    port = here.inputs[0].place.sockets[0].getsockname()[1]
    ended = trio.Event()

    async def until_stopped(one, *, stopping, stop_limit_s):
        await stopping.wait()

    async def run():
        await _Worker([here, elsewhere], theirs, until_stopped, 5).run()
        ended.set()

    nursery.start_soon(run)
    ours.sendall(b'{"stop": ["here"], "drain": ["here"]}\n')
    found = []
    with trio.fail_after(5):
        while not any(one["ended"] for one in found):
            await trio.sleep(0.001)
            found += reports(ours)
    assert found[-1]["ended"] == ["here"]
    assert (here.pipeline.outputs[0].place.drains, elsewhere.pipeline.outputs[0].place.drains) == (
        True,
        False,
    )
    assert armed == [(5 + STUCK_S, True), "cancelled"]
    socket.create_server(("127.0.0.1", port)).close()
    assert not ended.is_set()
    ours.sendall(b'{"stop": ["here", "else')
    ours.sendall(b'where"], "drain": []}\n')
    with trio.fail_after(5):
        await ended.wait()
    assert reports(ours)[-1]["ended"] == ["here", "elsewhere"]
