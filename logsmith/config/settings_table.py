"""The settings of Logstash's `logstash.yml`, one row each."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from logsmith.password import Password

Setting = str | int | float | bool | list[str] | Password | None

_MB = 1024 * 1024
_TRISTATE = ("auto", "true", "false")
_REQUIRED_OPTIONAL = ("REQUIRED", "OPTIONAL")


class Kind(Enum):
    """How a value is read."""

    STRING = "a string"
    PASSWORD = "a password"  # noqa: S105  the kind, none of them
    INTEGER = "an integer of 0 or more"
    POSITIVE = "a positive integer"
    BOOLEAN = "true or false"
    BYTES = "a size of 0 or more, such as 64mb"
    TIME = "a time such as 3s"
    LIST = "a list of strings"
    PORTS = "a port, or a range such as 9600-9700"


class Row(NamedTuple):
    """One setting. A default of None means unset; times are kept in seconds."""

    name: str
    kind: Kind
    default: Setting
    meaning: str
    per_pipeline: bool = False
    choices: tuple[str, ...] = ()


P = True  # may be set for one pipeline
NO_EFFECT = "No effect: "
"""How the meaning begins of a setting that is read and not heeded: a check and a start warn of it if it is set."""
NO_POLICY = f"{NO_EFFECT}the password of the API is taken as it is."

ROWS = (
    Row("node.name", Kind.STRING, None, "The name of this node; the host's name if unset."),
    Row(
        "path.data",
        Kind.STRING,
        "./data",
        "The folder for queues, positions and dead letters; locked while in use.",
    ),
    Row("path.config", Kind.STRING, None, "The file, folder, glob or address the pipeline is read from.", P),
    Row("config.string", Kind.STRING, None, "The text of the pipeline itself.", P),
    Row(
        "path.settings",
        Kind.STRING,
        "./config",
        "The folder of logsmith.yml or logstash.yml.",
    ),
    Row("path.logs", Kind.STRING, "./logs", f"{NO_EFFECT}the log goes to standard error, not to files."),
    Row(
        "path.plugins",
        Kind.LIST,
        [],
        f"{NO_EFFECT}plugins are found as installed packages (entry points logsmith.filters and so on).",
    ),
    Row("allow_superuser", Kind.BOOLEAN, True, "Whether logsmith may run as root."),
    Row("pipeline.id", Kind.STRING, "main", "The name of the pipeline.", P),
    Row(
        "pipeline.workers",
        Kind.POSITIVE,
        None,
        "The number of worker processes; one for each CPU if unset.",
        P,
    ),
    Row(
        "pipeline.batch.size",
        Kind.POSITIVE,
        125,
        f"{NO_EFFECT}workers take what there is; the API shows it.",
        P,
    ),
    Row(
        "pipeline.batch.delay",
        Kind.INTEGER,
        50,
        f"{NO_EFFECT}nothing waits for a batch to fill; the API shows it.",
        P,
    ),
    Row(
        "pipeline.batch.output_chunking.growth_threshold_factor",
        Kind.INTEGER,
        1000,
        f"{NO_EFFECT}outputs take what waits, up to a number of their own.",
        P,
    ),
    Row(
        "pipeline.batch.metrics.sampling_mode",
        Kind.STRING,
        "minimal",
        f"{NO_EFFECT}there are no batches to measure.",
        P,
        ("disabled", "minimal", "full"),
    ),
    Row("pipeline.ordered", Kind.STRING, "auto", "Whether events keep their order.", P, _TRISTATE),
    Row("pipeline.unsafe_shutdown", Kind.BOOLEAN, False, f"{NO_EFFECT}a stop has a time limit anyhow."),
    Row(
        "pipeline.stop_limit",
        Kind.TIME,
        10.0,
        "How long a stop may take until what is not delivered is left.",
    ),
    Row(
        "pipeline.reloadable",
        Kind.BOOLEAN,
        True,
        "Whether the pipeline is read again when its text changes.",
        P,
    ),
    Row(
        "pipeline.recoverable",
        Kind.STRING,
        "false",
        f"{NO_EFFECT}a worker that dies is always replaced.",
        P,
        _TRISTATE,
    ),
    Row(
        "pipeline.ecs_compatibility",
        Kind.STRING,
        "v8",
        "Which field names plugins use by default.",
        P,
        ("disabled", "v1", "v8"),
    ),
    Row("pipeline.separate_logs", Kind.BOOLEAN, False, f"{NO_EFFECT}there is one log, on standard error."),
    Row("pipeline.plugin_classloaders", Kind.BOOLEAN, False, "Accepted; it concerns Java only.", P),
    Row(
        "pipeline.buffer.type",
        Kind.STRING,
        "heap",
        "Accepted; it concerns Java only.",
        choices=("heap", "direct"),
    ),
    Row("pipeline.system", Kind.BOOLEAN, False, f"{NO_EFFECT}every pipeline is in the statistics.", P),
    Row("config.test_and_exit", Kind.BOOLEAN, False, "Whether to check the pipelines and stop."),
    Row("config.reload.automatic", Kind.BOOLEAN, False, "Whether changed pipelines are reloaded."),
    Row("config.reload.interval", Kind.TIME, 3.0, "How often changes are looked for."),
    Row("ssl.reload.automatic", Kind.BOOLEAN, False, "Accepted; changed certificates and keys always count."),
    Row(
        "config.debug", Kind.BOOLEAN, False, "Whether the compiled pipeline is logged, at the level debug.", P
    ),
    Row(
        "config.support_escapes", Kind.BOOLEAN, False, "Whether \\n and the like in strings are replaced.", P
    ),
    Row(
        "config.field_reference.escape_style",
        Kind.STRING,
        "none",
        "How brackets in field names are written.",
        choices=("none", "percent", "ampersand"),
    ),
    Row("metric.collect", Kind.BOOLEAN, True, f"{NO_EFFECT}events are always counted and timed.", P),
    Row("queue.type", Kind.STRING, "memory", "Where events wait for outputs.", P, ("memory", "persisted")),
    Row("path.queue", Kind.STRING, None, "The folder of persisted queues; `queue` in path.data if unset.", P),
    Row("queue.page_capacity", Kind.BYTES, 64 * _MB, "Accepted; the queue here has no pages.", P),
    Row("queue.max_events", Kind.INTEGER, 0, "The most events in a persisted queue; 0 is no limit.", P),
    Row("queue.max_bytes", Kind.BYTES, 1024 * _MB, "The most bytes in a persisted queue; 0 is no limit.", P),
    Row("queue.checkpoint.acks", Kind.INTEGER, 1024, "Accepted; every acknowledgement here is durable.", P),
    Row("queue.checkpoint.writes", Kind.INTEGER, 1024, "Accepted; every write here is durable.", P),
    Row("queue.checkpoint.interval", Kind.INTEGER, 1000, "Accepted; every write here is durable.", P),
    Row("queue.checkpoint.retry", Kind.BOOLEAN, True, "Accepted; there is nothing to retry.", P),
    Row(
        "queue.compression",
        Kind.STRING,
        "none",
        f"{NO_EFFECT}persisted batches are always compressed.",
        P,
        ("disabled", "none", "speed", "balanced", "size"),
    ),
    Row("queue.drain", Kind.BOOLEAN, False, "Whether stopping waits until the persisted queue is empty.", P),
    Row(
        "dead_letter_queue.enable",
        Kind.BOOLEAN,
        False,
        "Accepted; refused events are always kept, even with false.",
        P,
    ),
    Row(
        "dead_letter_queue.max_bytes",
        Kind.BYTES,
        1024 * _MB,
        "The most bytes of refused events, of each pipeline; when they are full, outputs wait. 0 is no limit.",
        P,
    ),
    Row(
        "dead_letter_queue.flush_interval",
        Kind.INTEGER,
        5000,
        "Accepted; every dead letter is durable at once.",
        P,
    ),
    Row("dead_letter_queue.flush_check_interval", Kind.INTEGER, 1000, "Accepted; see flush_interval.", P),
    Row(
        "dead_letter_queue.storage_policy",
        Kind.STRING,
        None,
        "Which dead letters go when there is no room; none, and outputs wait, if unset.",
        P,
        ("drop_newer", "drop_older"),
    ),
    Row(
        "dead_letter_queue.retain.age",
        Kind.TIME,
        None,
        "How long dead letters are kept, such as 2d; for ever if unset.",
        P,
    ),
    Row(
        "path.dead_letter_queue",
        Kind.STRING,
        None,
        "The folder of dead letters; `dead_letter_queue` in path.data if unset.",
        P,
    ),
    Row("api.enabled", Kind.BOOLEAN, True, "Whether the HTTP API is served."),
    Row(
        "api.http.host",
        Kind.STRING,
        None,
        "The address of the API; 127.0.0.1, or all with TLS and a password.",
    ),
    Row("api.http.port", Kind.PORTS, "9600-9700", "The port of the API: the first free one of a range."),
    Row("api.environment", Kind.STRING, "production", f"{NO_EFFECT}no answer of the API has it."),
    Row("api.ssl.enabled", Kind.BOOLEAN, False, "Whether the API speaks TLS."),
    Row("api.ssl.keystore.path", Kind.STRING, None, "The file of the API's certificate and key."),
    Row("api.ssl.keystore.password", Kind.PASSWORD, None, "The password of that file."),
    Row("api.ssl.supported_protocols", Kind.LIST, None, "The versions of TLS that the API speaks."),
    Row(
        "api.auth.type",
        Kind.STRING,
        "none",
        "Whether the API asks for a password.",
        choices=("none", "basic"),
    ),
    Row("api.auth.basic.username", Kind.STRING, None, "The user of the API."),
    Row("api.auth.basic.password", Kind.PASSWORD, None, "The password of the API."),
    Row(
        "api.auth.basic.password_policy.mode",
        Kind.STRING,
        "WARN",
        NO_POLICY,
        choices=("WARN", "ERROR"),
    ),
    Row("api.auth.basic.password_policy.length.minimum", Kind.INTEGER, 8, NO_POLICY),
    *(
        Row(
            f"api.auth.basic.password_policy.include.{what}",
            Kind.STRING,
            default,
            NO_POLICY,
            choices=_REQUIRED_OPTIONAL,
        )
        for what, default in (
            ("upper", "REQUIRED"),
            ("lower", "REQUIRED"),
            ("digit", "REQUIRED"),
            ("symbol", "OPTIONAL"),
        )
    ),
    Row(
        "log.level",
        Kind.STRING,
        "info",
        "The least severity that is logged.",
        choices=("fatal", "error", "warn", "info", "debug", "trace"),
    ),
    Row("log.format", Kind.STRING, "plain", "How log lines are written.", choices=("plain", "json")),
    Row(
        "log.format.json.fix_duplicate_message_fields",
        Kind.BOOLEAN,
        True,
        f"{NO_EFFECT}a second `message` in a JSON log line is always renamed.",
    ),
    *(
        Row(
            f"slowlog.threshold.{level}",
            Kind.TIME,
            -1.0,
            f"{NO_EFFECT}there is no slow log yet.",
        )
        for level in ("warn", "info", "debug", "trace")
    ),
    Row(
        "keystore.file",
        Kind.STRING,
        None,
        "The file of secrets; `logsmith.keystore` in path.settings if unset.",
    ),
    Row("keystore.classname", Kind.STRING, None, "Accepted; it concerns Java only."),
    Row("monitoring.cluster_uuid", Kind.STRING, None, f"{NO_EFFECT}the API does not tell it."),
    Row("interactive", Kind.STRING, None, f"{NO_EFFECT}there is no Ruby shell here."),
    Row("version", Kind.BOOLEAN, False, "Whether to print the version and stop."),
    Row("help", Kind.BOOLEAN, False, "Whether to print the options and stop."),
    Row("enable-local-plugin-development", Kind.BOOLEAN, False, "Accepted; it concerns Ruby gems only."),
)

PASSWORDS = frozenset(row.name for row in ROWS if row.kind is Kind.PASSWORD)

IGNORED_PREFIXES = ("xpack.", "otel.")
"""Settings of licensed or Java-only parts, which are accepted under any name and have no effect."""
