"""What a start would refuse in the settings, or accept without effect: said at `-t` as at a start and a reload."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from logsmith.config.diagnostics import Diagnostic
from logsmith.config.settings import TABLE
from logsmith.config.settings_table import NO_EFFECT, ROWS
from logsmith.config.source import nowhere

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from logsmith.config.settings import Settings

WITHOUT_EFFECT = {
    row.name: row.meaning.removeprefix(NO_EFFECT).removesuffix(".")
    for row in ROWS
    if row.meaning.startswith(NO_EFFECT)
}
API_TLS = ("api.ssl.keystore.path", "api.ssl.keystore.password")
NOWHERE = nowhere("settings")


def check_node(settings: Settings, pipelines: Iterable[Settings]) -> Iterator[Diagnostic]:
    """Yield what is wrong with the settings of a node, and which of its and its pipelines' have no effect, each once."""
    if settings["api.enabled"]:
        yield from _check_api(settings)
    everywhere = [settings, *pipelines]
    for name, reason in WITHOUT_EFFECT.items():
        if any(one[name] != TABLE[name].default for one in everywhere):
            message = f"the setting {name} has no effect: {reason}"
            yield Diagnostic("ignored-setting", message, NOWHERE, severity="warning")


def _check_api(settings: Settings) -> Iterator[Diagnostic]:
    if settings["api.ssl.enabled"]:
        yield from _check_api_tls(settings)
    elif any(settings[name] for name in API_TLS):
        message = "api.ssl.keystore.path has no effect: api.ssl.enabled is false"
        yield Diagnostic("ignored-setting", message, NOWHERE, severity="warning")
    credentials = ("api.auth.basic.username", "api.auth.basic.password")
    if settings["api.auth.type"] == "basic" and not all(settings[name] for name in credentials):
        message = f"api.auth.type basic wants {' and '.join(credentials)}"
        yield Diagnostic("missing-setting", message, NOWHERE)


def _check_api_tls(settings: Settings) -> Iterator[Diagnostic]:
    if not all(settings[name] for name in API_TLS):
        yield Diagnostic("missing-setting", f"api.ssl.enabled wants {' and '.join(API_TLS)}", NOWHERE)
        return
    from logsmith.cli.api import keystore_of, make_context
    from logsmith.net.tls import TlsError, check_keystore

    try:
        make_context(settings)
        for warning in check_keystore(keystore_of(settings)):
            yield Diagnostic("bad-value", warning, NOWHERE, severity="warning")
    except TlsError as error:
        yield Diagnostic("bad-value", f"api.ssl: {error}", NOWHERE)


def check_pipeline(settings: Settings) -> Iterator[Diagnostic]:
    """Yield why a pipeline cannot run with its settings."""
    name, workers = settings["pipeline.id"], settings["pipeline.workers"]
    if Path(name).name != name:
        yield Diagnostic("bad-value", f"pipeline.id {name!r} cannot be the name of a folder", NOWHERE)
    if settings["pipeline.ordered"] == "true" and workers is not None and workers > 1:
        message = "enabling the 'pipeline.ordered' setting requires the use of a single pipeline worker"
        yield Diagnostic("conflicting-settings", message, NOWHERE, f"pipeline {name} wants {workers} of them")
    yield from _check_leftovers(settings)
    retain_s = settings["dead_letter_queue.retain.age"]
    if retain_s is not None and retain_s < 1:
        message = "dead_letter_queue.retain.age wants a number and a unit, such as 2d or 12h"
        yield Diagnostic("bad-value", message, NOWHERE)


class Leftover(NamedTuple):
    """What a Logstash leaves in its data folder that holds events, and how they get out of it."""

    setting: str
    folder: str
    pattern: str
    least_bytes: int  # of a file that may hold an event
    message: str
    hint: str


LEFTOVERS = (
    Leftover(
        "path.queue",
        "queue",
        "page.*",
        1,
        "this is a persisted queue of Logstash, which is not read: events that wait in it stay there",
        "let Logstash deliver them first, with queue.drain: true; then move its files away",
    ),
    Leftover(
        "path.dead_letter_queue",
        "dead_letter_queue",
        "*.log",
        2,  # each segment begins with its version
        "these are dead letters of Logstash, which are not read",
        "let Logstash read them, with its dead_letter_queue input, and send them on; then move the files away",
    ),
)


def _check_leftovers(settings: Settings) -> Iterator[Diagnostic]:
    """Yield warnings of events that a Logstash has left where this pipeline has its own."""
    for one in LEFTOVERS:
        folder = (
            Path(settings[one.setting] or Path(settings["path.data"]) / one.folder) / settings["pipeline.id"]
        )
        if _has_file(folder, one.pattern, one.least_bytes):
            yield Diagnostic("skipped-file", one.message, nowhere(str(folder)), one.hint, "warning")


def _has_file(folder: Path, pattern: str, least_bytes: int) -> bool:
    try:
        return any(path.stat().st_size >= least_bytes for path in folder.glob(pattern))
    except OSError:  # a start that may not look there says so
        return False
