"""logsmith in a process of its own with pipelines that change, and clients that never stop sending."""

import http.client
import json
import signal
import socket
import time
from collections import Counter
from pathlib import Path

import trio

from logsmith.lumberjack import ProtocolError
from logsmith.lumberjack.client import open_client
from tests.cli.test_run import WAIT_S, Started

WINDOW = 40
CLIENTS = 4
PAUSE_S = 0.02


class Server:
    """logsmith with a folder of pipelines, each a text of its own; they are edited while it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._listed: dict[str, str] = {}
        (folder / "config").mkdir()

    def write(self, name: str, text: str, *settings: str) -> None:
        """Write a pipeline, and list it."""
        (self.folder / f"{name}.conf").write_text(text)
        lines = [f"- pipeline.id: {name}", f"path.config: {self.folder / name}.conf", "pipeline.workers: 2"]
        self._listed[name] = "\n  ".join([*lines, *settings]) + "\n"
        self._write_list()

    def remove(self, name: str) -> None:
        del self._listed[name]
        self._write_list()

    def _write_list(self) -> None:
        (self.folder / "config" / "pipelines.yml").write_text("".join(self._listed.values()))

    def start(self, *words: str, wait_for: str = "Pipelines running") -> None:
        self.started = Started(self.folder / "data", "--path.settings", str(self.folder / "config"), *words)
        line = self.started.wait_for("Successfully started Logstash API endpoint")
        self.api_port = json.loads(line.partition("endpoint ")[2])["port"]
        self.started.wait_for(wait_for)

    def ask(self, path: str, method: str = "GET") -> tuple[int, dict]:
        connection = http.client.HTTPConnection("127.0.0.1", self.api_port, timeout=WAIT_S)
        connection.request(method, path)
        with connection.getresponse() as response:
            answer = response.status, json.loads(response.read())
        connection.close()
        return answer

    def reload(self) -> dict:
        """Reload and return what became of each pipeline."""
        status, body = self.ask("/_reload", "POST")
        assert status == (200 if body["acknowledged"] else 400)
        return {name: one["result"] for name, one in body["pipelines"].items()}

    def stats(self, name: str) -> dict:
        return self.ask(f"/_node/stats/pipelines/{name}")[1]["pipelines"][name]

    def wait(self, condition) -> None:
        """Wait until a condition on this server is met."""
        deadline = time.monotonic() + WAIT_S
        while not condition():
            assert time.monotonic() < deadline, self.started.log
            time.sleep(PAUSE_S)

    def lines(self, name: str) -> list[str]:
        path = self.folder / name
        return path.read_text().splitlines() if path.exists() else []

    def wait_for_line(self, name: str, words: str) -> None:
        self.wait(lambda: any(words in line for line in self.lines(name)))

    def logged(self) -> str:
        """Stop the server and return all it logged."""
        assert self.started.end(signal.SIGTERM)[0] == 0
        return self.started.log


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def beats_to(folder: Path, port: int, mark: str, output: str = "out.txt", settings: str = "") -> str:
    return f"""
    input {{ beats {{ port => {port} host => "127.0.0.1" {settings} }} }}
    output {{ file {{ path => "{folder / output}" codec => line {{ format => "{mark} %{{n}}" }} }} }}
    """


async def send(port: int, *numbers: int) -> None:
    """Deliver some events on a connection of their own."""
    stream = await trio.open_tcp_stream("127.0.0.1", port)
    async with open_client(stream) as client:
        with trio.fail_after(WAIT_S):
            await client.send([json.dumps({"n": number}).encode() for number in numbers])


def deliver(port: int, *numbers: int) -> None:
    trio.run(send, port, *numbers)


class Shippers:
    """Clients that send windows without a pause and send again what was not acknowledged."""

    def __init__(self, port: int) -> None:
        self.port, self.is_over = port, False
        self.sent: set[int] = set()
        self.again: set[int] = set()  # sent twice, since the connection ended before the acknowledgement
        self._next = 0

    async def run(self) -> None:
        async with trio.open_nursery() as nursery:
            for _ in range(CLIENTS):
                nursery.start_soon(self._ship)

    async def _ship(self) -> None:
        unacknowledged: list[int] = []
        while not self.is_over or unacknowledged:
            stream = await trio.open_tcp_stream("127.0.0.1", self.port)  # never refused
            try:
                async with open_client(stream) as client:
                    while not self.is_over or unacknowledged:
                        unacknowledged = unacknowledged or self._take()
                        with trio.fail_after(WAIT_S):
                            await client.send([json.dumps({"n": one}).encode() for one in unacknowledged])
                        self.sent.update(unacknowledged)
                        unacknowledged = []
            except* ProtocolError:
                self.again.update(unacknowledged)

    def _take(self) -> list[int]:
        self._next += WINDOW
        return list(range(self._next - WINDOW, self._next))


async def ship_during(port: int, action) -> Shippers:
    """Do something while clients send all the time."""
    shippers = Shippers(port)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(shippers.run)
        await trio.to_thread.run_sync(action)
        shippers.is_over = True
    return shippers


def numbers_in(lines: list[str]) -> Counter[int]:
    return Counter(int(line.split()[-1]) for line in lines)


def check_all_there(shippers: Shippers, lines: list[str]) -> None:
    found = numbers_in(lines)
    assert found.keys() >= shippers.sent
    assert {number for number, times in found.items() if times > 1} <= shippers.again
    assert len(shippers.sent) >= CLIENTS * WINDOW
