"""`/_node/logging`: which level each logger has, and another one without a restart."""

from __future__ import annotations

import json
from typing import Any

from logsmith import log

PREFIX = "logger."

_log = log.Logger("logstash.api")


class LevelsError(ValueError):
    """What was sent names no logger, or no level."""


def shown() -> dict[str, Any]:  # Any: JSON
    """Return the level of each logger."""
    return {"loggers": {name: level.upper() for name, level in log.levels().items()}}


def change(body: bytes) -> dict[str, Any]:  # Any: JSON
    """Set the levels that a body such as `{"logger.logstash.agent": "DEBUG"}` names; raises LevelsError."""
    levels = dict(_level(name, level) for name, level in _read(body).items())
    try:
        log.set_levels(levels)
    except ValueError as error:
        raise LevelsError(str(error)) from None
    _log.info("log levels changed", levels=levels)
    return {"acknowledged": True}


def reset() -> dict[str, Any]:  # Any: JSON
    """Give each logger the level that `log.level` says."""
    log.reset_levels()
    _log.info("log levels are as at the start")
    return {"acknowledged": True}


def _read(body: bytes) -> dict[str, Any]:  # Any: JSON
    try:
        read = json.loads(body)
    except (ValueError, RecursionError):  # the latter: brackets in brackets in brackets
        read = None
    if not isinstance(read, dict):
        raise LevelsError('expected an object such as {"logger.logstash.agent": "DEBUG"}')
    return read


def _level(name: str, level: object) -> tuple[str, str]:
    logger = name.removeprefix(PREFIX)
    if not name.startswith(PREFIX) or not logger:
        raise LevelsError(f"unrecognized option [{name}]")
    word = str(level).lower()
    if word not in log.LEVELS:
        raise LevelsError(f"invalid level[{level}] for logger[{logger}]")
    return logger, word
