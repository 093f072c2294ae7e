"""A counting Elasticsearch: answers `_bulk` as if all went well, and counts requests, documents and bytes.

python -m bench.sink PORT      GET /count tells what came; what is posted below /slow/ is answered after 20 seconds
"""

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.request import urlopen

from isal import igzip

from bench import ROOT as PROJECT
from bench.processes import free_port, stop, wait_listening

SLOW_S = 20.0
ROOT = {
    "name": "sink",
    "cluster_name": "bench",
    "version": {"number": "8.19.0", "build_flavor": "default"},
    "tagline": "You Know, for Search",
}
counted: Counter[str] = Counter(requests=0, documents=0, bytes=0)
by_port: Counter[int] = Counter()  # documents, by the port that a connection came from
lock = Lock()


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = (
        True  # else an answer's body waits until the other side has acknowledged its head
    )

    def do_GET(self) -> None:
        known = {"/count": counted, "/ports": by_port}
        self.answer(json.dumps(known.get(self.path, ROOT)).encode())

    def do_HEAD(self) -> None:
        self.answer(b"")

    def do_PUT(self) -> None:
        self.body()
        self.answer(b'{"acknowledged":true}')

    def do_DELETE(self) -> None:
        self.answer(b'{"acknowledged":true}')

    def do_POST(self) -> None:
        if self.path.startswith("/slow/"):
            time.sleep(SLOW_S)
        body = self.body()
        documents = body.count(b"\n") // 2
        with lock:
            counted.update(requests=1, documents=documents, bytes=len(body))
            by_port[self.client_address[1]] += documents
        self.answer(stored(documents))

    def body(self) -> bytes:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        return igzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@lru_cache(maxsize=512)
def stored(documents: int) -> bytes:
    """Return the answer that so many documents are stored."""
    items = ",".join(['{"create":{"status":201}}'] * documents)
    return f'{{"took":1,"errors":false,"items":[{items}]}}'.encode()


class Sink:
    """A sink in a process of its own."""

    def __init__(self, port: int) -> None:
        self.port = port

    def documents(self) -> int:
        """Return how many have come so far."""
        return self._ask("/count")["documents"]

    def documents_by_port(self) -> dict[int, int]:
        """Return how many have come from each port of the sender."""
        return {int(port): count for port, count in self._ask("/ports").items()}

    def _ask(self, path: str) -> dict[str, int]:
        with urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
            return dict(json.loads(answer.read()))


@contextmanager
def open_sink() -> Iterator[Sink]:
    """Run a sink."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.sink", str(port)], cwd=PROJECT)
    try:
        wait_listening(port, process)
        yield Sink(port)
    finally:
        stop(process)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[1])), Answers).serve_forever()
