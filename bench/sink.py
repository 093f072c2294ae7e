"""A counting Elasticsearch: answers `_bulk` as if all went well, and counts bytes and documents.

python bench/sink.py PORT      GET /count tells what came
"""

import gzip
import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

counted = {"requests": 0, "documents": 0, "bytes": 0}
ROOT = {
    "name": "sink",
    "cluster_name": "bench",
    "version": {"number": "8.19.0"},
    "tagline": "You Know, for Search",
}


class Sink(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.answer(counted if self.path == "/count" else ROOT)

    def do_HEAD(self) -> None:
        self.answer({})

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer({"acknowledged": True})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        counted["requests"] += 1
        counted["documents"] += body.count(b"\n") // 2
        counted["bytes"] += len(body)
        self.answer(
            {"took": 1, "errors": False, "items": [{"create": {"status": 201}}] * (body.count(b"\n") // 2)}
        )

    def answer(self, value: object) -> None:
        body = b"" if self.command == "HEAD" else json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Sink).serve_forever()
