"""Finding plugins: the name in the pipeline is the name of the file."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable
from importlib.metadata import entry_points

from logsmith.plugins.contract import Kind, Plugin, PluginError

ALIASES = {("input", "elastic_agent"): "beats"}  # Logstash: AliasRegistry.yml

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class UnknownPluginError(PluginError):
    """There is no plugin of this kind and name."""


def find(kind: Kind, name: str) -> type[Plugin]:
    """Return the plugin class of a kind and name; raises UnknownPluginError."""
    name = ALIASES.get((kind, name), name)
    if _NAME.fullmatch(name) and name in names(kind, third_parties=False):
        module = importlib.import_module(f"logsmith.plugins.{kind}s.{name}")
        return next(
            one
            for _, one in inspect.getmembers(module, inspect.isclass)
            if issubclass(one, Plugin) and one.__module__ == module.__name__
        )
    for point in entry_points(group=f"logsmith.{kind}s", name=name):
        return point.load()  # type: ignore[no-any-return]  # third parties promise a Plugin
    raise UnknownPluginError(f"no {kind} plugin is named {name!r}")


def names(kind: Kind, *, third_parties: bool = True) -> Iterable[str]:
    """Return the names of all plugins of a kind, sorted."""
    package = importlib.import_module(f"logsmith.plugins.{kind}s")
    found = {module.name for module in pkgutil.iter_modules(package.__path__)}
    if third_parties:
        found.update(point.name for point in entry_points(group=f"logsmith.{kind}s"))
    return sorted(found)
