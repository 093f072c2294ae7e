"""A node that has counted something, for the tests of this room."""

from logsmith.runtime.stats import Node, PipelineState


def plugin(kind: str, name: str, **counts) -> dict:
    whole = {
        "kind": kind,
        "name": name,
        "id": f"my_{name}",
        "in": 0,
        "out": 0,
        "duration_ns": 0,
        "push_ns": 0,
    }
    return {**whole, "extra": {}, "gauges": {}, "notes": {}, **counts}


def report(events: int = 0, *, failed_sends: int = 0, delivered: int | None = None, busy_ns: int = 0) -> dict:
    out = events if delivered is None else delivered
    plugins = [
        plugin("codec", "plain"),
        plugin("input", "beats", out=events, push_ns=2_000_000 * events, gauges={"current_connections": 3}),
        plugin(
            "filter",
            "grok",
            **{"in": events},
            out=events,
            duration_ns=3_000_000 * events,
            extra={"matches": events},
        ),
        plugin(
            "output",
            "elasticsearch",
            **{"in": events},
            out=out,
            extra={
                "bulk_requests.successes": 7,
                "bulk_requests.responses.200": 7,
                "failed_sends": failed_sends,
                "dead_letters": 2,
            },
        ),
    ]
    main = {
        "id": "main",
        "in": events,
        "filtered": events,
        "out": out,
        "duration_ns": 5_000_000 * events,
        "queue_push_ns": 2_000_000 * events,
        "made": 0,
        "dropped": 0,
        "unrouted": 0,
        "gauges": {"queue_bytes": 1000, "queue_events": 10, "queue_max_bytes": 5000},
        "extra": {"busy_ns": busy_ns, "condition_failures": 1},
        "plugins": plugins,
    }
    process = {"cpu_ms": 500, "rss_bytes": 1 << 20, "virtual_bytes": 1 << 21, "open_files": 11, "threads": 2}
    return {"process": process, "pipelines": {"main": main}}


def node(**changes) -> Node:
    made = Node(
        name="n1",
        id="11111111-2222",
        ephemeral_id="33333333-4444",
        version="1.2.3",
        host="h1",
        workers=2,
        batch_size=125,
        batch_delay_ms=50,
        started=1000.0,
    )
    made.pipelines["main"] = PipelineState(
        id="main", workers=2, batch_size=125, batch_delay_ms=50, ephemeral_id="e", hash="abc", state="running"
    )
    for name, value in changes.items():
        setattr(made, name, value)
    return made
