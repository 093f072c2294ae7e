"""Elasticsearch: one in memory that keeps documents by index and id, or a real one behind the same faults."""

import http.client
import json
import random
import threading
from collections.abc import Iterator
from typing import NamedTuple, Protocol

from bench.chaos.events import is_poison
from bench.chaos.front import Answer, Asked
from bench.chaos.ledger import Ledger

INDEX = "chaos"
KIND = {"content-type": "application/json", "x-elastic-product": "Elasticsearch"}
BUSY = {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "as asked for"}}
PARTIAL = 0.3  # of the actions
TIMEOUT_S = 30


class Action(NamedTuple):
    name: str
    about: dict
    source: bytes


class Documents(Protocol):
    """Where documents are kept."""

    def about(self, asked: Asked) -> Answer: ...
    def apply(self, actions: list[Action]) -> list[dict]: ...


class Search:
    """Answers requests to the cluster; some actions fail for now if a request shall be partial."""

    def __init__(self, documents: Documents, dice: random.Random) -> None:
        self._documents, self._dice = documents, dice

    def answer(self, asked: Asked) -> Answer:
        """Return the answer to a request."""
        if not asked.target.partition("?")[0].endswith("/_bulk"):
            return self._documents.about(asked)
        actions = list(_read_actions(asked.body))
        refused = {at for at in range(len(actions)) if asked.is_partial and self._dice.random() < PARTIAL}
        outcomes = iter(self._documents.apply([one for at, one in enumerate(actions) if at not in refused]))
        items = [{one.name: BUSY if at in refused else next(outcomes)} for at, one in enumerate(actions)]
        errors = any("error" in outcome for item in items for outcome in item.values())
        return Answer(200, json.dumps({"took": 1, "errors": errors, "items": items}).encode(), KIND)


class InMemory:
    """Keeps the ids of documents; what is in them is compared when they come."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._ids: set[tuple[str, str]] = set()
        self._next = 0
        self._lock = threading.Lock()

    def about(self, asked: Asked) -> Answer:
        """Return what the root tells; nothing else is known."""
        if asked.target.partition("?")[0] == "/":
            known = {"name": "chaos", "version": {"number": "8.17.0", "build_flavor": "default"}}
            return Answer(200, json.dumps({**known, "tagline": "You Know, for Search"}).encode(), KIND)
        return Answer(404, b"{}", KIND)

    def apply(self, actions: list[Action]) -> list[dict]:
        """Store documents, and return the outcome of each."""
        with self._lock:
            return [self._store(one) for one in actions]

    def read_all(self) -> None:
        """All is counted already."""

    def _store(self, action: Action) -> dict:
        if is_poison(json.loads(action.source)):
            return {"status": 400, "error": {"type": "document_parsing_exception", "reason": "field [code]"}}
        self._next += 1
        key = action.about["_index"], action.about.get("_id") or f"made-{self._next}"
        if key in self._ids and action.name == "create":
            return {"status": 409, "error": {"type": "version_conflict_engine_exception", "reason": key[1]}}
        if key not in self._ids:
            self._ids.add(key)
            self._ledger.note_found("search", action.source)
        return {"status": 201}


class Real:
    """A real server at a port of this machine; its documents are read at the end."""

    def __init__(self, ledger: Ledger, port: int) -> None:
        self._ledger, self._port = ledger, port
        code = {"type": "integer", "coerce": False}
        mapping = {"mappings": {"dynamic": False, "properties": {"code": code}}}  # no other field is refused
        self._ask("DELETE", f"/{INDEX}", b"")  # of the mode before
        self._ask("PUT", f"/{INDEX}", json.dumps(mapping).encode())

    def about(self, asked: Asked) -> Answer:
        """Return what the server answers to anything but a bulk request."""
        return self._ask(asked.method, asked.target, asked.body)

    def apply(self, actions: list[Action]) -> list[dict]:
        """Have the server store documents, and return the outcome of each."""
        if not actions:
            return []
        lines = [json.dumps({one.name: one.about}).encode() + b"\n" + one.source + b"\n" for one in actions]
        answer = self._ask("POST", "/_bulk", b"".join(lines))
        return [outcome for item in json.loads(answer.body)["items"] for outcome in item.values()]

    def read_all(self) -> None:
        """Note every document that is there."""
        self._ask("POST", f"/{INDEX}/_refresh", b"")
        query: dict = {"size": 2_000, "sort": ["_doc"], "query": {"match_all": {}}}
        answer = self._ask("POST", f"/{INDEX}/_search?scroll=5m", json.dumps(query).encode())
        while hits := (found := json.loads(answer.body))["hits"]["hits"]:
            for hit in hits:
                self._ledger.note_found("search", json.dumps(hit["_source"]).encode())
            again = {"scroll": "5m", "scroll_id": found["_scroll_id"]}
            answer = self._ask("POST", "/_search/scroll", json.dumps(again).encode())

    def _ask(self, method: str, target: str, body: bytes) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        try:
            kind = "application/x-ndjson" if target.startswith("/_bulk") else "application/json"
            connection.request(method, target, body, {"content-type": kind} if body else {})
            response = connection.getresponse()
            return Answer(response.status, response.read(), KIND)
        finally:
            connection.close()


def _read_actions(body: bytes) -> Iterator[Action]:
    lines = iter(body.split(b"\n"))
    for line in lines:
        if line:
            ((name, about),) = json.loads(line).items()
            yield Action(name, about, next(lines))
