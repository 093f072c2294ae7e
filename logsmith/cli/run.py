"""`logsmith` itself: check the pipelines, or run them until they end."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from logsmith.api import ApiError
from logsmith.cli.pipelines import Prepared, missing_inputs, prepare, read_settings, report
from logsmith.log import Logger
from logsmith.runtime import StartError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logsmith.config.settings import Settings
    from logsmith.plugins.addresses import Addresses

log = Logger("logstash.runner")


def main(argv: Sequence[str]) -> int:
    """Run `logsmith` and return its exit status."""
    settings = read_settings(argv)
    if isinstance(settings, int):
        return settings
    from logsmith.plugins.addresses import Addresses

    addresses = Addresses()
    prepared = prepare(settings, addresses)
    if isinstance(prepared, int):
        return prepared
    if settings["config.test_and_exit"]:
        gc.freeze()  # the end of the process would search all of it for what to free
        return _print_check(prepared, settings)
    for one in prepared:
        report(missing_inputs(one), settings, sys.stderr)
    return start_usable(prepared, settings, addresses)


def _print_check(prepared: Sequence[Prepared], settings: Settings) -> int:
    for one in prepared:
        report((*one.diagnostics, *missing_inputs(one)), settings, sys.stdout)
    if not all(one.is_usable for one in prepared):
        log.fatal("Using config.test_and_exit mode. Config Validation Result: FAILED. Exiting Logstash")
        return 1
    if settings["log.format"] == "plain":
        print("Configuration OK")
    log.info("Using config.test_and_exit mode. Config Validation Result: OK. Exiting Logstash")
    return 0


def start_usable(prepared: Sequence[Prepared], settings: Settings, addresses: Addresses | None = None) -> int:
    """Run those pipelines that are right, and say what is wrong with the others; return the exit status."""
    for one in prepared:
        report(one.diagnostics, settings, sys.stderr)
    usable = [one for one in prepared if one.is_usable]
    for one in prepared:
        if one not in usable:
            log.error("pipeline cannot be started, see above for what is wrong with it", pipeline_id=one.id)
    if not usable and not (addresses is not None and settings["config.reload.automatic"]):
        log.fatal("Logstash stopped processing because of an error: no pipeline can be started")
        return 1
    from logsmith.cli.start import start

    try:
        return start(usable, settings, addresses, [one for one in prepared if one not in usable])
    except (StartError, ApiError) as error:
        log.fatal(str(error))
        return 1
