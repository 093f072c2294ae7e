"""Filebeat-shaped load: windows of combined log lines, about 1 kB an event, over mutual TLS.

    python bench/load.py HOST:PORT CERTIFICATES EVENTS [CONNECTIONS]

Windows are made and compressed before the clock starts, so the generator costs the measured machine little.
"""

import json
import random
import socket
import ssl
import struct
import sys
import threading
import time
import zlib

WINDOW = 2_000
LEVEL = 3
DISTINCT_WINDOWS = 10

AGENTS = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
    "curl/8.5.0",
    "kube-probe/1.29",
]
CLIENTS = ["192.0.2.10", "192.0.2.77", "198.51.100.7", "203.0.113.9", "203.0.113.200", "10.1.2.3"]
PATHS = ["/", "/index.html", "/api/v1/orders/{n}", "/static/js/app.{n}.js", "/search?q={n}&page=2", "/login"]
CODES = [200, 200, 200, 200, 304, 404, 500, 301]
LOG = {"file": {"path": "/var/log/nginx/access.log", "inode": "918273", "device_id": "64769"}}
AROUND = {
    "@metadata": {"beat": "filebeat", "type": "_doc", "version": "8.14.1"},
    "input": {"type": "filestream"},
    "agent": {
        "id": "4f6f2b0e-9f0c-4a52-9c39-6b1a1e3d7a11",
        "name": "web-07",
        "type": "filebeat",
        "version": "8.14.1",
        "ephemeral_id": "0d5ac0c5-6c2f-4c3e-93a5-2f0d6c52c0de",
    },
    "ecs": {"version": "8.0.0"},
    "host": {
        "name": "web-07",
        "hostname": "web-07",
        "architecture": "x86_64",
        "id": "5f1c0a9e7c0b4b7d9d2b6f3e8a1c2d3e",
        "containerized": False,
        "ip": ["192.0.2.17", "2001:db8::17"],
        "mac": ["02-42-AC-11-00-02"],
        "os": {
            "platform": "debian",
            "version": "12 (bookworm)",
            "family": "debian",
            "kernel": "6.1.0-21-amd64",
        },
    },
    "fields": {"env": "prod", "source": "nginx"},
    "tags": ["web"],
}


def event(number: int, dice: random.Random) -> bytes:
    """Return one event as Filebeat writes it, with a combined log line in `message`."""
    seconds = 1_760_000_000 + number // 50
    when = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(seconds))
    path = dice.choice(PATHS).format(n=number)
    line = (
        f'{dice.choice(CLIENTS)} - - [{when}] "GET {path} HTTP/1.1" {dice.choice(CODES)} {dice.randint(100, 90_000)} '
        f'"https://www.example.com/start?id={number}" "{dice.choice(AGENTS)}"'
    )
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{number % 50 * 20:03d}Z"
    return json.dumps(
        {"@timestamp": stamp, "n": number, "message": line, **AROUND, "log": {"offset": number * 250, **LOG}},
        separators=(",", ":"),
    ).encode()


def window(first: int, size: int = WINDOW) -> bytes:
    """Return one window, ready to send."""
    dice = random.Random(first)
    frames = []
    for sequence in range(1, size + 1):
        document = event(first + sequence, dice)
        frames.append(b"2J" + struct.pack(">II", sequence, len(document)) + document)
    deflated = zlib.compress(b"".join(frames), LEVEL)
    return b"2W" + struct.pack(">I", size) + b"2C" + struct.pack(">I", len(deflated)) + deflated


def send_windows(
    address: tuple[str, int], folder: str, windows: list[bytes], count: int, latencies: list[float]
) -> None:
    """Send windows over one connection, two in flight, until `count` are acknowledged."""
    context = ssl.create_default_context(cafile=f"{folder}/ca.crt")
    context.check_hostname = False
    context.load_cert_chain(f"{folder}/client.crt", f"{folder}/client.key")
    with socket.create_connection(address) as plain, context.wrap_socket(plain) as stream:
        sent, began = 0, []
        for acknowledged in range(count):
            while sent < count and sent - acknowledged < 2:
                began.append(time.perf_counter())
                stream.sendall(windows[sent % len(windows)])
                sent += 1
            wait_for_ack(stream)
            latencies.append(time.perf_counter() - began[acknowledged])


def wait_for_ack(stream: ssl.SSLSocket) -> None:
    """Read answers until one is not a sign of life."""
    answer = b""
    while True:
        answer += stream.recv(6 - len(answer)) or sys.exit("the server closed the connection")
        if len(answer) == 6:
            if answer != b"2A\0\0\0\0":
                return
            answer = b""


def send_events(host: str, port: int, folder: str, events: int, connections: int = 2) -> dict[str, float]:
    """Send about `events` events over several connections; returns events, seconds and ACK latencies in ms."""
    windows = [window(number * WINDOW) for number in range(DISTINCT_WINDOWS)]
    each = max(1, events // WINDOW // connections)
    latencies: list[float] = []
    threads = [
        threading.Thread(target=send_windows, args=((host, port), folder, windows, each, latencies))
        for _ in range(connections)
    ]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    ordered = sorted(latencies)
    return {
        "events": each * connections * WINDOW,
        "acknowledged": len(ordered) * WINDOW,
        "seconds": round(seconds, 3),
        "ack_p50_ms": round(ordered[len(ordered) // 2] * 1000, 1),
        "ack_p99_ms": round(ordered[int(len(ordered) * 0.99)] * 1000, 1),
    }


if __name__ == "__main__":
    host, _, port = sys.argv[1].rpartition(":")
    print(json.dumps(send_events(host, int(port), sys.argv[2], int(sys.argv[3]), *map(int, sys.argv[4:5]))))
