"""An HTTP server with moods: it refuses, cuts, answers late, or answers after all was done that the answer was lost."""

import gzip
import random
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import NamedTuple

FINE = "fine"
REFUSES = "refuses"  # nobody listens
MOODS = (
    REFUSES,
    "resets",  # before it has looked at the request
    "resets after",  # it has done what was asked, and the answer is lost
    "cuts",  # the answer breaks off in the middle
    "429",
    "503",
    "500 after",  # it has done what was asked, and says that it failed
    "partial",  # some actions of a bulk request are refused for now
    "slow",
)
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: the end of the connection is a reset
SLOW_S = 1.5  # at most


class Asked(NamedTuple):
    """A request; `is_partial` says that some of its actions shall fail for now."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    is_partial: bool


class Answer(NamedTuple):
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = MappingProxyType({})


class Front:
    """Listens on one port for as long as its mood allows, and passes requests to `answer`."""

    def __init__(self, port: int, answer: Callable[[Asked], Answer], dice: random.Random) -> None:
        self.port, self._answer, self.dice = port, answer, dice
        self.mood = FINE
        self.played: Counter[str] = Counter()
        self._server: _Server | None = None
        self._listen()

    def set_mood(self, mood: str) -> None:
        """Play a fault from now on, or none."""
        if mood == REFUSES:
            self.played[mood] += 1
            self.close()
        elif self._server is None:
            self._listen()
        self.mood = mood

    def close(self) -> None:
        """Listen no more; what is being answered goes on."""
        if self._server is not None:
            server, self._server = self._server, None
            server.shutdown()
            server.server_close()

    def respond(self, asked: Asked) -> Answer | None:
        """Return the answer, or None if there is none; most faults strike some requests and not others."""
        mood = self.mood if self.dice.random() < 0.8 else FINE
        if mood not in (FINE, REFUSES):
            self.played[mood] += 1
        if mood == "resets":
            return None
        if mood in ("429", "503"):
            return Answer(int(mood), b'{"error":{"type":"chaos","reason":"as asked for"}}')
        if mood == "slow":
            time.sleep(self.dice.uniform(0.05, SLOW_S))
        answer = self._answer(asked._replace(is_partial=mood == "partial"))
        if mood == "resets after":
            return None
        if mood == "500 after":
            return Answer(500, b"{}")
        if mood == "cuts":
            return answer._replace(headers={**answer.headers, "x-chaos-cut": "1"})
        return answer

    def _listen(self) -> None:
        kind = type("Exchange", (_Exchange,), {"front": self})
        self._server = _Server(("127.0.0.1", self.port), kind)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        pass  # a client that is killed in the middle is what this is about


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one segment
    timeout = 60
    front: Front

    def _exchange(self) -> None:
        if "100-continue" in self.headers.get("expect", ""):
            self.wfile.flush()
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.front.respond(Asked(self.command, self.path, headers, body, is_partial=False))
        if answer is None:
            self._reset()
            return
        is_cut = "x-chaos-cut" in answer.headers
        self.send_response(answer.status)
        self.send_header("content-length", str(len(answer.body) + is_cut))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body[: len(answer.body) // 2] if is_cut else answer.body)
        if is_cut:
            self.wfile.flush()
            self._reset()

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _exchange  # noqa: N815  names of the library

    def _reset(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()

    def log_message(self, *_: object) -> None:
        pass
