"""What a start would refuse in the settings, or accept without effect: said at `-t` as at a start and a reload."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

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
    retain_s = settings["dead_letter_queue.retain.age"]
    if retain_s is not None and retain_s < 1:
        message = "dead_letter_queue.retain.age wants a number and a unit, such as 2d or 12h"
        yield Diagnostic("bad-value", message, NOWHERE)
