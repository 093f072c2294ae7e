"""Real Elasticsearch, OpenSearch and S3 servers: what the tests know of one, and how it is started and stopped."""

import base64
import hashlib
import json
import os
import random
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

import boto3
from botocore.config import Config
from real_parts import PARTS, PartError, fetch, tail

from logsmith.net.authority import Request, issue, make_ca

START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 20
REQUEST_TIMEOUT_S = 30
POLL_S = 0.1
REGION = "us-east-1"
PORTS = range(20_000, 32_000)  # below those that Linux gives to clients
LOOPBACK = IPv4Address("127.0.0.1")


@dataclass(frozen=True, slots=True)
class SearchServer:
    """An Elasticsearch or OpenSearch server; `ca` is the file of the CA to trust, for one that speaks HTTPS."""

    name: str
    version: str
    url: str
    user: str = ""
    password: str = ""
    ca: Path | None = None

    def request(self, method, path, body=None):
        """Return the status and the parsed answer; the body is JSON, or NDJSON if it is a list."""
        kind, payload = _encode(body)
        request = urllib.request.Request(self.url + path, payload, {"Content-Type": kind}, method=method)
        if self.user:
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            request.add_header("Authorization", f"Basic {pair}")
        context = ssl.create_default_context(cafile=self.ca) if self.ca else None
        try:
            with urllib.request.urlopen(request, timeout=REQUEST_TIMEOUT_S, context=context) as answer:
                return answer.status, _decode(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _decode(error.read())

    def search(self, index, size=10_000):
        """Return the hits of an index, data stream or pattern, each with `_index`, `_id` and `_source`."""
        self.request("POST", f"/{index}/_refresh")
        status, answer = self.request("POST", f"/{index}/_search", {"size": size, "query": {"match_all": {}}})
        return answer["hits"]["hits"] if status == 200 else []

    def documents(self, index):
        """Return what is in an index, data stream or pattern."""
        return [hit["_source"] for hit in self.search(index)]

    def count(self, index):
        """Return how many documents there are, also where `search` would not list them all."""
        self.request("POST", f"/{index}/_refresh")
        status, answer = self.request("GET", f"/{index}/_count")
        return answer["count"] if status == 200 else 0


@dataclass(frozen=True, slots=True)
class ObjectStore:
    """A server that speaks S3's API, with buckets in the path."""

    name: str
    endpoint: str
    access_key: str
    secret_key: str
    region: str = REGION

    def client(self):
        """Return a boto3 client."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=self.region,
            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
        )

    def make_bucket(self):
        """Make a bucket with a name of its own, and return the name."""
        name = f"logsmith-{secrets.token_hex(6)}"
        self.client().create_bucket(Bucket=name)
        return name

    def objects(self, bucket, prefix=""):
        """Return the bytes of each object by its key."""
        client = self.client()
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
        found = {}
        for key in keys:
            try:
                found[key] = client.get_object(Bucket=bucket, Key=key)["Body"].read()
            except client.exceptions.NoSuchKey:
                continue  # the object that tries whether the bucket can be written is gone soon
        return found


class RunningServer:
    """A server in a process group of its own, and the folder of all it writes."""

    def __init__(self, part_name):
        self.part = PARTS[part_name]
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix=f"logsmith-{part_name}-"))
        self.folder.chmod(0o755)  # a server that refuses root runs as another user
        self.log = self.folder / "server.log"
        self._process = None
        self._is_stopped = False

    def start(self):
        """Fetch the program and start it."""
        place = fetch(self.part)
        if self._is_stopped:
            raise PartError(f"{self.part.title} was stopped while it was fetched")
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [self.part.recipe / "start.sh", place, str(self.port), self.folder],
                stdin=subprocess.PIPE,  # its end, which our death brings about, stops the server
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, ask):
        """Return what `ask` returns once it raises no OSError."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            if self._process.poll() is not None:
                raise PartError(
                    f"{self.part.title} ended with status {self._process.returncode}\n{self.log_tail}"
                )
            try:
                return ask()
            except (OSError, ValueError) as error:
                if time.monotonic() > deadline:
                    raise PartError(f"{self.part.title} does not answer: {error}\n{self.log_tail}") from error
            time.sleep(POLL_S)

    @property
    def has_died(self):
        """Whether it was started and has ended, though nobody stopped it."""
        return self._process is not None and not self._is_stopped and self._process.poll() is not None

    @property
    def log_tail(self):
        return tail(self.log.read_text(errors="replace")) if self.log.exists() else ""

    def stop(self):
        """Stop the process group, hard if it does not obey, and remove the folder."""
        self._is_stopped = True
        if self._process is not None:
            stop_group(self._process, STOP_TIMEOUT_S)
        shutil.rmtree(self.folder, ignore_errors=True)


def start_search(name, running):
    """Start Elasticsearch 7 or OpenSearch, and return what is known of it."""
    running.start()
    plain = SearchServer(name, "", f"http://127.0.0.1:{running.port}")
    return SearchServer(name, running.wait_ready(lambda: _version(plain)), plain.url)


def start_secure_search(name, running):
    """Start Elasticsearch 8 with a certificate from a CA of its own and one user, and return what is known of it."""
    folder, user, password = running.folder, "tester", secrets.token_urlsafe(12)
    ca = make_ca("logsmith tests: Elasticsearch")
    own = issue(ca, Request(name="localhost", role="server", hosts=("localhost",), addresses=(LOOPBACK,)))
    (folder / "ca.crt").write_bytes(ca.certificate_pem)
    (folder / "http.crt").write_bytes(own.certificate_pem + ca.certificate_pem)
    (folder / "http.key").write_bytes(own.key_pem)
    (folder / "users").write_text(f"{user}:{_hash(password)}\n")
    running.start()
    url = f"https://127.0.0.1:{running.port}"
    known = SearchServer(name, "", url, user, password, folder / "ca.crt")
    version = running.wait_ready(lambda: _version(known))
    return SearchServer(name, version, url, user, password, folder / "ca.crt")


def start_object_store(name, running):
    """Start s3proxy, and return what is known of it."""
    keys = "logsmith-tests", secrets.token_urlsafe(20)
    (running.folder / "keys").write_text(" ".join(keys) + "\n")
    running.start()
    running.wait_ready(lambda: socket.create_connection(("127.0.0.1", running.port), timeout=1).close())
    return ObjectStore(name, f"http://127.0.0.1:{running.port}", *keys)


STARTERS = {
    "elasticsearch7": start_search,
    "elasticsearch8": start_secure_search,
    "opensearch": start_search,
    "s3": start_object_store,
}
"""By the name of the fixture."""


def free_port():
    """Return a port of 127.0.0.1 on which nothing listens now, and that no outgoing connection is given."""
    for port in random.sample(PORTS, len(PORTS)):
        with suppress(OSError), socket.create_server((str(LOOPBACK), port)):
            return port
    raise PartError(f"all ports from {PORTS.start} to {PORTS.stop - 1} are taken")


def stop_group(process, timeout_s):
    """End a process and all it started, by the id of its group, and return its exit status."""
    _signal_group(process, signal.SIGTERM)
    try:
        return process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        _signal_group(process, signal.SIGKILL)
        return process.wait(timeout_s)
    finally:
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _signal_group(process, number):
    if process.poll() is None:  # else the id may belong to somebody else
        os.killpg(process.pid, number)


def _version(server):
    status, answer = server.request("GET", "/")
    if status != 200:
        raise OSError(f"status {status}")
    return answer["version"]["number"]


def _hash(password):
    return "{SHA}" + base64.b64encode(hashlib.sha1(password.encode()).digest()).decode()


def _encode(body):
    if body is None:
        return "application/json", None
    if isinstance(body, list):
        return "application/x-ndjson", "".join(json.dumps(line) + "\n" for line in body).encode()
    return "application/json", json.dumps(body).encode()


def _decode(payload):
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode(errors="replace")
