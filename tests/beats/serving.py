"""A Beats input at work on a loopback socket, in this process, and what it made of what it was sent."""

from contextlib import asynccontextmanager

import trio

from logsmith.event.json import encode, parse_json
from logsmith.net.counts import SharedCounts
from logsmith.net.listen import bind_listener
from logsmith.plugins import Context
from logsmith.plugins.build import make_plugin
from tests.lumberjack.lumberjack_cases import w

LOOPBACK = "127.0.0.1"
ACK_BYTES = 6
PATIENCE_S = 10


class Lines:
    """A log that keeps its lines."""

    def __init__(self):
        self.lines = []

    def debug(self, message, **facts):
        """Say nothing: debug lines are off by default."""

    def info(self, message, **facts):
        self.lines.append((message, facts))

    warning = error = info

    @property
    def reasons(self):
        return [facts.get("reason") for _, facts in self.lines]


class Served:
    """An input that runs, and its outputs: they take everything once `is_open` is set."""

    def __init__(self, plugin, listener):
        self.plugin, self.log, self.events = plugin, plugin.log, []
        self.address = listener.getsockname()[:2]
        self.is_open = trio.Event()
        self.is_open.set()

    async def send(self, events):
        await self.is_open.wait()
        self.events += events

    def stop(self):
        self.plugin.place.stopping.set()

    async def connect(self):
        return await trio.open_tcp_stream(*self.address)

    async def ask(self, sent, answers=1):
        """Send on a connection of its own and return the answers: so many, or fewer if it is closed before."""
        async with await self.connect() as stream:
            await stream.send_all(sent)
            return await read_answers(stream, answers)

    @property
    def maps(self):
        """The events as outputs would write them."""
        return [parse_json(encode(event)) for event in self.events]


async def read_answers(stream, count):
    received = b""
    with trio.fail_after(PATIENCE_S):
        while len(received) < count * ACK_BYTES:
            try:
                chunk = await stream.receive_some()
            except trio.BrokenResourceError:
                break
            if not chunk:
                break
            received += chunk
    return received


def make_beats(settings, *, ecs="v8", name="beats"):
    """Return the plugin and its warnings; raises BuildError."""
    return make_plugin(
        "input", name, {"port": 0, "host": LOOPBACK, **settings}, Context(ecs=ecs, log=Lines())
    )


@asynccontextmanager
async def serving(ecs="v8", name="beats", **settings):
    """Run an input; it is stopped at the end, and must end then."""
    plugin, _ = make_beats(settings, ecs=ecs, name=name)
    with bind_listener(LOOPBACK, 0) as listener:
        plugin.place.sockets = [listener]
        plugin.place.connections = SharedCounts(1, 1)
        plugin.place.stopping = trio.Event()
        served = Served(plugin, listener)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(plugin.run, served.send)
            try:
                yield served
            finally:
                nursery.cancel_scope.deadline = trio.current_time() + PATIENCE_S
                served.is_open.set()
                served.stop()
        assert not nursery.cancel_scope.cancelled_caught, "it did not stop"


async def events_of(*frames, count=1, **how):
    """Return what becomes of a window of these frames: the events, as outputs would write them."""
    served = await receive(*frames, count=count, **how)
    return served.maps


async def receive(*frames, count=1, **how):
    async with serving(**how) as served:
        answer = await served.ask(w(count) + b"".join(frames))
        assert answer[:2] == b"2A"
    return served
