"""An Elasticsearch that keeps what it is given in memory, and fails where a script tells it to.

    with FakeElasticsearch(script=[503, Partial({1: (429, "es_rejected_execution_exception")}), NO_ANSWER]) as server:
        …  # the first bulk request gets 503, the second refuses its second action, the third is left hanging

Without a script it answers as the real ones do: `EXCHANGES` is what both the fake and they are tested with.
"""

import base64
import gzip
import json
import re
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

NO_ANSWER = "no answer"  # the connection stays open and silent
CUT = "cut"  # the connection is closed in the middle of the exchange

MAX_ID_BYTES = 512


@dataclass(frozen=True)
class Partial:
    """A bulk answer in which the actions at these positions fail, each with a status and a type of error."""

    failures: dict


@dataclass(frozen=True)
class Raw:
    """An answer whose body is given."""

    status: int
    body: bytes
    headers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict
    headers: dict
    body: bytes

    @property
    def lines(self):
        return [json.loads(line) for line in self.body.split(b"\n") if line]


class MalformedError(Exception):
    """The whole bulk request is refused."""

    def __init__(self, kind, reason):
        super().__init__(reason)
        self.kind = kind


class FakeElasticsearch:
    def __init__(self, *, version="8.19.21", distribution=None, flavor="default", script=(), users=None, max_bytes=None,
                 has_ilm=False, tls=None, answers=None, path=""):  # fmt: skip
        self.version, self.distribution, self.flavor = version, distribution, flavor
        self.script, self.users, self.max_bytes = list(script), users, max_bytes
        self.has_ilm, self.answers = has_ilm, dict(answers or {})
        self.requests, self.documents, self.field_types = [], {}, {}
        self.templates, self.aliases, self.policies = {}, {}, {}
        self.nodes, self.time_series = None, set()  # the latter: indices that make their own ids
        self._tls, self._path = tls, path
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._next_id = 0

    def __enter__(self):
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Exchange", (_Exchange,), {"fake": self}))
        self._server.daemon_threads = True
        if self._tls is not None:
            self._server.socket = self._tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.port = self._server.server_address[1]
        self.url = f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def bulks(self):
        return [request for request in self.requests if request.path.endswith("/_bulk")]

    def answer(self, request):
        """Return status, body and headers; None for no answer."""
        with self._lock:
            self.requests.append(request)
            if self.users is not None and not self._knows(request):
                return error(401, "security_exception", "unable to authenticate user for REST request")
            if (request.method, request.path) in self.answers:
                return self.answers[request.method, request.path]
            if request.path.endswith("/_bulk"):
                return self._answer_bulk(request)
            return self._answer_other(request)

    def hang(self):
        self._closing.wait()

    def _knows(self, request):
        expected = {
            "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()
            for user, secret in self.users.items()
        }
        return request.headers.get("authorization") in expected

    def _answer_bulk(self, request):
        step = self.script.pop(0) if self.script else 200
        if step in (NO_ANSWER, CUT):
            return step
        if isinstance(step, Raw):
            return step.status, step.body, step.headers
        if step != 200 and not isinstance(step, Partial):
            return error(step, "scripted_exception", "as the script says")
        if self.max_bytes is not None and len(request.body) > self.max_bytes:
            return 413, b"<html>413 Request Entity Too Large</html>", {"content-type": "text/html"}
        try:
            actions = list(self._read_actions(request))
        except MalformedError as problem:
            return error(400, problem.kind, str(problem))
        failures = step.failures if isinstance(step, Partial) else {}
        items = []
        for position, (name, about, source) in enumerate(actions):
            scripted = failures.get(position)
            status, kind, reason = (
                (*scripted, "as the script says") if scripted else self._act(name, about, source)
            )
            items.append(
                {name: {"status": status, **({"error": {"type": kind, "reason": reason}} if kind else {})}}
            )
        errors = any("error" in outcome for item in items for outcome in item.values())
        return 200, json.dumps({"errors": errors, "items": items}).encode(), {}

    def _read_actions(self, request):
        lines = iter(request.body.split(b"\n"))
        for number, line in enumerate(lines):
            if not line:
                continue
            ((name, about),) = json.loads(line).items()
            if "_type" in about and self.version[0] != "7":
                raise MalformedError(
                    "illegal_argument_exception",
                    f"Action/metadata line [{number}] contains an unknown parameter [_type]",
                )
            source = None if name == "delete" else next(lines)
            document_id = about.get("_id")
            if document_id is not None and len(document_id.encode()) > MAX_ID_BYTES:
                raise MalformedError("action_request_validation_exception", f"id [{document_id}] is too long")
            if document_id is None and name in ("update", "delete"):
                raise MalformedError("action_request_validation_exception", "id is missing;")
            if "version" in about and about.get("version_type", "internal") == "internal":
                raise MalformedError(
                    "action_request_validation_exception", "internal versioning can not be used"
                )
            yield name, about, source
        if not request.body.strip():
            raise MalformedError("action_request_validation_exception", "no requests added;")

    def _act(self, name, about, source):
        index, document_id = about["_index"], about.get("_id")
        if index.lower() != index or re.search(r'[\\/*?"<>| ,#:]', index):
            return 400, "invalid_index_name_exception", f"Invalid index name [{index}]"
        if name == "index" and self._is_stream(index):
            return 400, "illegal_argument_exception", "only write ops with an op_type of create are allowed"
        if document_id is not None and index in self.time_series:
            reason = f"_id must be unset or set to [x] but was [{document_id}] because [{index}] is in time_series mode"
            return 400, "document_parsing_exception", reason
        if about.get("pipeline"):
            return 400, "illegal_argument_exception", f"pipeline with id [{about['pipeline']}] does not exist"
        documents = self.documents.setdefault(index, {})
        if name == "delete":
            return (200, None, None) if documents.pop(document_id, None) is not None else (404, None, None)
        if name == "update":
            return self._update(documents, document_id, json.loads(source))
        if document_id is None:
            self._next_id += 1
            document_id = f"made-{self._next_id}"
        is_new = document_id not in documents
        if not is_new and name == "create":
            return (
                409,
                "version_conflict_engine_exception",
                f"[{document_id}]: version conflict, document already exists",
            )
        document = json.loads(source)
        if self._conflicts(index, document):
            kind = (
                "mapper_parsing_exception"
                if self.version[0] == "7" or self.distribution
                else "document_parsing_exception"
            )
            return 400, kind, "failed to parse field"
        documents[document_id] = document
        return (201 if is_new else 200), None, None

    def _update(self, documents, document_id, source):
        known = documents.get(document_id)
        if known is None:
            new = source["doc"] if source.get("doc_as_upsert") else source.get("upsert")
            if new is None:
                return 404, "document_missing_exception", f"[{document_id}]: document missing"
            documents[document_id] = new
            return 201, None, None
        known.update(source.get("doc", {}))
        return 200, None, None

    def _conflicts(self, index, document):
        types = self.field_types.setdefault(index, {})
        conflicts = False
        for name, value in document.items():
            if types.setdefault(name, type(value)) in (int, float) and isinstance(value, str):
                conflicts = True
        return conflicts

    def _is_stream(self, index):
        return any(
            "data_stream" in template
            and any(_matches(pattern, index) for pattern in template["index_patterns"])
            for kind, template in ((kind, body) for (kind, _), body in self.templates.items())
            if kind == "_index_template"
        )

    def _answer_other(self, request):
        parts = [unquote(part) for part in request.path.removeprefix(self._path).strip("/").split("/")]
        if parts == [""]:
            return self._about()
        if parts[0] in ("_template", "_index_template"):
            return self._answer_template(request, parts)
        if parts[0] == "_ilm":
            return self._answer_ilm(request, parts)
        if parts[0] == "_alias":
            return (200, b"", {}) if parts[1] in self.aliases else (404, b"", {})
        if parts[0] == "_nodes" and self.nodes is not None:
            return 200, json.dumps(self.nodes).encode(), {}
        if request.method == "PUT":
            for alias in json.loads(request.body)["aliases"]:
                self.aliases[alias] = parts[0]
            return 200, b'{"acknowledged":true}', {}
        return error(404, "index_not_found_exception", f"no such index [{parts[0]}]")

    def _about(self):
        version = {"number": self.version, "build_flavor": self.flavor}
        if self.distribution is not None:
            version = {"number": self.version, "distribution": self.distribution}
        return 200, json.dumps({"name": "n1", "version": version, "tagline": "fake"}).encode(), {}

    def _answer_template(self, request, parts):
        if request.method == "GET":
            found = [{"name": name, "index_template": body} for (_, name), body in self.templates.items()]
            return 200, json.dumps({"index_templates": found}).encode(), {}
        key = (parts[0], parts[1])
        if request.method == "HEAD":
            return (200 if key in self.templates else 404), b"", {}
        self.templates[key] = json.loads(request.body)
        return 200, b'{"acknowledged":true}', {}

    def _answer_ilm(self, request, parts):
        if not self.has_ilm:
            return 400, b'{"error":"no handler found for uri [/_ilm/status] and method [GET]"}', {}
        if parts[1] == "status":
            return 200, b'{"operation_mode":"RUNNING"}', {}
        if request.method == "PUT":
            self.policies[parts[2]] = json.loads(request.body)
        known = parts[2] in self.policies
        return (
            (200, b"{}", {})
            if known
            else error(404, "resource_not_found_exception", "Lifecycle policy not found")
        )


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one segment, else the peer waits for the second
    fake: FakeElasticsearch

    def _answer(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        where = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.fake.answer(
            Request(self.command, where.path, dict(parse_qsl(where.query)), headers, body)
        )
        if answer == NO_ANSWER:
            self.fake.hang()
        if answer in (NO_ANSWER, CUT):
            self.close_connection = True
            return
        status, content, extra = answer
        self.send_response(status)
        for name, value in {
            "content-type": "application/json",
            **extra,
            "content-length": str(len(content)),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def handle(self):
        try:
            super().handle()
        except (ConnectionError, ssl.SSLError):
            pass  # a client that goes away, or whose handshake failed, is no concern of the test's

    def log_message(self, *_):
        pass


def error(status, kind, reason):
    body = {"error": {"root_cause": [], "type": kind, "reason": reason}, "status": status}
    return status, json.dumps(body).encode(), {}


def _matches(pattern, name):
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), name) is not None


def lines(*rows):
    """Return rows of JSON as the body of a bulk request."""
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


# Sentence, body, and what comes back: statuses with the types of errors, or one status if all is refused.
# `*_parsing_exception` is of different names in different versions
EXCHANGES = [
    ("creates a document", lines({"index": {"_index": "t-ex"}}, {"a": 1}), [(201, None)]),
    (
        "refuses to create twice",
        lines({"create": {"_index": "t-ex", "_id": "1"}}, {"a": 1}, {"create": {"_index": "t-ex", "_id": "1"}}, {"a": 1}),
        [(201, None), (409, "version_conflict_engine_exception")],
    ),
    (
        "replaces, updates and deletes",
        lines(
            *({"index": {"_index": "t-ex", "_id": "2"}}, {"a": 1}, {"index": {"_index": "t-ex", "_id": "2"}}, {"a": 2}),
            *({"update": {"_index": "t-ex", "_id": "2"}}, {"doc": {"b": 1}}, {"delete": {"_index": "t-ex", "_id": "2"}}),
        ),
        [(201, None), (200, None), (200, None), (200, None)],
    ),
    (
        "finds nothing to update, and nothing to delete, which is no error",
        lines({"update": {"_index": "t-ex", "_id": "no"}}, {"doc": {"a": 1}}, {"delete": {"_index": "t-ex", "_id": "no"}}),
        [(404, "document_missing_exception"), (404, None)],
    ),
    (
        "inserts what an update does not find",
        lines({"update": {"_index": "t-ex", "_id": "3"}}, {"doc": {"a": 1}, "doc_as_upsert": True}),
        [(201, None)],
    ),
    (
        "refuses a mapping conflict, and takes its neighbours",
        lines({"index": {"_index": "t-ex"}}, {"n": 1}, {"index": {"_index": "t-ex"}}, {"n": "x"}, {"index": {"_index": "t-ex"}}, {"n": 2}),
        [(201, None), (400, "*_parsing_exception"), (201, None)],
    ),
    ("refuses a name in upper case", lines({"index": {"_index": "T-EX"}}, {"a": 1}), [(400, "invalid_index_name_exception")]),
    (
        "refuses a pipeline that does not exist",
        lines({"index": {"_index": "t-ex", "pipeline": "none"}}, {"a": 1}),
        [(400, "illegal_argument_exception")],
    ),
    ("refuses all for an id that is too long", lines({"index": {"_index": "t-ex", "_id": "i" * 513}}, {"a": 1}), 400),
    ("refuses all for a version of its own counting", lines({"index": {"_index": "t-ex", "_id": "4", "version": 1}}, {"a": 1}), 400),
    ("refuses all for a delete without id", lines({"delete": {"_index": "t-ex"}}), 400),
    ("refuses a body without actions", b"\n", 400),
]  # fmt: skip


def same_exchange(expected, status, body):
    """Return whether an answer is the one that an exchange expects."""
    if isinstance(expected, int):
        return status == expected and bool(json.loads(body)["error"]["type"])
    outcomes = [outcome for item in json.loads(body)["items"] for outcome in item.values()]
    told = [(outcome["status"], outcome.get("error", {}).get("type")) for outcome in outcomes]
    return status == 200 and len(told) == len(expected) and all(
        one[0] == wanted[0] and (one[1] == wanted[1] or ((wanted[1] or "")[:1] == "*" and str(one[1]).endswith(wanted[1][1:])))
        for one, wanted in zip(told, expected, strict=True)
    )  # fmt: skip
