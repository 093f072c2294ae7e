"""Which plugins there are, ours and those of others, each with its version."""

from __future__ import annotations

from importlib.metadata import entry_points
from typing import TYPE_CHECKING, get_args

from logsmith import __version__
from logsmith.plugins.contract import Kind
from logsmith.plugins.registry import names

if TYPE_CHECKING:
    from collections.abc import Iterator


def plugin_versions() -> Iterator[tuple[str, str]]:
    """Yield the name of each plugin, as Logstash's gems are called, and its version."""
    for kind in get_args(Kind):
        for name in names(kind, third_parties=False):
            yield f"logstash-{kind}-{name}", __version__
        for point in entry_points(group=f"logsmith.{kind}s"):
            yield f"logstash-{kind}-{point.name}", point.dist.version if point.dist else "unknown"
