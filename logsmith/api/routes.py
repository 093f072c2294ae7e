"""What each address answers: pure, from a request and a view of the node to a status and a JSON body."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote

from logsmith.api import levels, stats, threads
from logsmith.api.health import SEVERITY, Health, check_letters, check_pipeline, check_queue, report_on, worst
from logsmith.api.stats import Block, View

_DURATION = re.compile(r"([0-9]+)(ms|s|m|h|)")
_SECONDS = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}

HOT_THREADS = 10  # Logstash: that many unless asked for more or less
RELOAD_WAIT_S = 50.0  # then the answer is that it goes on

Write = Callable[[View], Block]

NODE_BLOCKS: Mapping[str, Write] = {
    "pipelines": stats.pipelines,
    "os": stats.system,
    "jvm": stats.machine,
}
STATS_BLOCKS: Mapping[str, Write] = {
    "jvm": stats.machine_stats,
    "process": stats.process_stats,
    "events": stats.events,
    "flow": stats.flow,
    "pipelines": stats.pipeline_stats,
    "reloads": stats.reloads,
    "os": lambda _view: {},
    "queue": stats.queue,
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks: the path as it came, without the query, and what it sent with it."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""

    @property
    def parameters(self) -> dict[str, str]:
        """The query's parameters, the last of each name; one without a value is empty."""
        return {name: values[-1] for name, values in parse_qs(self.query, keep_blank_values=True).items()}

    @property
    def is_pretty(self) -> bool:
        return self.parameters.get("pretty", "false") != "false"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the client gets, JSON or a text; with `wait_s`, only if the answer stays the same for that long.

    `again` gives the answer anew; without, it is asked for as it was the first time.
    """

    status: int
    body: Block | str
    wait_s: float | None = None
    again: Callable[[], Answer] | None = None


def answer(request: Request, view: View) -> Answer:
    """Return the answer to a request."""
    parts = [unquote(part) for part in request.path.strip("/").split("/") if part]
    if parts == ["_reload"]:
        return _reload(request, view)
    method = "GET" if request.method == "HEAD" else request.method
    page = _PAGES.get((method, *parts))
    if page is not None:
        return page(request, view)
    if method != "GET" or parts[:1] != ["_node"]:
        return _not_found(request)
    if parts[1:2] == ["stats"]:
        return _blocks(request, view, _choose(parts[2:], STATS_BLOCKS, view))
    return _blocks(request, view, _choose(parts[1:], NODE_BLOCKS, view))


def _reload(request: Request, view: View) -> Answer:
    if request.method != "POST":
        message = "expected POST; it reads all pipelines again and reloads those that have changed"
        return Answer(405, {"status": 405, "path": request.path, "error": {"message": message}})
    if view.node.request_reload is None:
        message = "what runs here cannot be reloaded"
        return Answer(409, {"status": 409, "path": request.path, "error": {"message": message}})
    asked = view.node.request_reload()

    def look() -> Answer:
        if asked.outcome is None:
            return Answer(202, {"acknowledged": False, "status": "reloading"}, RELOAD_WAIT_S, look)
        return Answer(200 if asked.outcome["acknowledged"] else 400, dict(asked.outcome))

    return look()


def _levels(_request: Request, view: View) -> Answer:
    return Answer(200, {**_identity(view), **levels.shown()})


def _change_levels(request: Request, view: View) -> Answer:
    try:
        return Answer(200, {**_identity(view), **levels.change(request.body)})
    except levels.LevelsError as error:
        return Answer(400, {"error": str(error)})


def _reset_levels(_request: Request, view: View) -> Answer:
    return Answer(200, {**_identity(view), **levels.reset()})


def _plugins(_request: Request, view: View) -> Answer:
    found = [{"name": name, "version": version} for name, version in sorted(view.node.list_plugins())]
    return Answer(200, {**_identity(view), "total": len(found), "plugins": found})


def _hot_threads(request: Request, view: View) -> Answer:
    count = request.parameters.get("threads", str(HOT_THREADS))
    if not re.fullmatch("[0-9]{1,6}", count):
        message = "expected a number of threads, such as threads=3"
        return Answer(400, {"status": 400, "path": request.path, "error": {"message": message}})
    found = threads.hottest(int(count))
    if request.parameters.get("human", "false") != "false":
        return Answer(200, threads.as_text(found, view.node.host))
    return Answer(200, {**_identity(view), **threads.as_json(found)})


def _choose(parts: Sequence[str], known: Mapping[str, Write], view: View) -> Mapping[str, Write]:
    """Return the blocks that the rest of a path names; none if it names what is not there."""
    if not parts:
        return known
    if len(parts) == 2 and parts[0] == "pipelines" and parts[1] in view.node.pipelines:
        return {"pipelines": _only(parts[1], known["pipelines"])}
    names = [name.strip() for name in parts[0].split(",")]
    if len(parts) > 1 or any(name not in known for name in names):
        return {}
    return {name: known[name] for name in names}


def _only(name: str, write: Write) -> Write:
    return lambda view: {name: write(view)[name]}


def _blocks(request: Request, view: View, blocks: Mapping[str, Write]) -> Answer:
    if not blocks:
        return _not_found(request)
    return Answer(200, {**_identity(view), **{name: write(view) for name, write in blocks.items()}})


def _root(request: Request, view: View) -> Answer:
    body = {**_identity(view), "build_snapshot": False}
    wanted = request.parameters.get("wait_for_status")
    if wanted is None:
        return Answer(200, body)
    timeout_s = _seconds(request.parameters.get("timeout", ""))
    if wanted not in ("green", "yellow", "red") or timeout_s is None:
        message = "expected wait_for_status of green, yellow or red, and a timeout such as 10s"
        return Answer(400, {"status": 400, "path": request.path, "error": {"message": message}})
    if SEVERITY.index(body["status"]) <= SEVERITY.index(wanted):
        return Answer(200, body)
    message = f"Timed out waiting for status '{wanted}'."
    return Answer(408, {"status": 408, "path": request.path, "error": {"message": message}}, wait_s=timeout_s)


def _seconds(text: str) -> float | None:
    found = _DURATION.fullmatch(text)
    return float(found[1]) * _SECONDS[found[2]] if found else None


def _health(_request: Request, view: View) -> Answer:
    identity = {name: value for name, value in _identity(view).items() if name != "pipeline"}
    return Answer(200, {**identity, "timestamp": stats.timestamp(), **report_on(_healths(view))})


def _healths(view: View) -> Mapping[str, Health]:
    healths = {}
    for one in view.node.pipelines.values():
        counted = view.totals.get("pipelines", {}).get(one.id, {"plugins": [], "gauges": {}})
        outputs = [plugin for plugin in counted["plugins"] if plugin["kind"] == "output"]
        names = {plugin["id"]: plugin["name"] for plugin in outputs}
        health = check_pipeline(one, view.flows, view.now, view.sample, names)
        healths[one.id] = check_queue(check_letters(health, outputs), counted["gauges"])
    return healths


def _identity(view: View) -> Block:
    node = view.node
    return {
        "host": node.host,
        "version": node.version,
        "http_address": view.http_address,
        "id": node.id,
        "name": node.name,
        "ephemeral_id": node.ephemeral_id,
        "snapshot": False,
        "status": worst([health.status for health in _healths(view).values()]),
        "pipeline": {
            "workers": node.workers,
            "batch_size": node.batch_size,
            "batch_delay": node.batch_delay_ms,
        },
    }


def _not_found(request: Request) -> Answer:
    return Answer(404, {"path": request.path, "status": 404, "error": {"message": "Not Found"}})


_PAGES: Mapping[tuple[str, ...], Callable[[Request, View], Answer]] = {
    ("GET",): _root,
    ("GET", "_health_report"): _health,
    ("GET", "_node", "plugins"): _plugins,
    ("GET", "_node", "hot_threads"): _hot_threads,
    ("GET", "_node", "logging"): _levels,
    ("PUT", "_node", "logging"): _change_levels,
    ("PUT", "_node", "logging", "reset"): _reset_levels,
}
