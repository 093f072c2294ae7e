"""Finding plugins: the name in the pipeline is the name of the file."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable
from functools import cache

from logsmith.plugins.batch import PluginError
from logsmith.plugins.contract import Kind, Plugin

ALIASES = {("input", "elastic_agent"): "beats"}  # Logstash: AliasRegistry.yml

_NAME = re.compile(r"[a-z][a-z0-9_]*")


class UnknownPluginError(PluginError):
    """There is no plugin of this kind and name."""


def find(kind: Kind, name: str) -> type[Plugin]:
    """Return the plugin class of a kind and name; raises UnknownPluginError."""
    name = ALIASES.get((kind, name), name)
    if name in _ours(kind):
        return _class_in(f"logsmith.plugins.{kind}s.{name}")
    from importlib.metadata import entry_points  # noqa: PLC0415  a large library, for those who use others' plugins

    for point in entry_points(group=f"logsmith.{kind}s", name=name):
        return point.load()  # type: ignore[no-any-return]  # third parties promise a Plugin
    raise UnknownPluginError(f"no {kind} plugin is named {name!r}")


def names(kind: Kind, *, third_parties: bool = True) -> Iterable[str]:
    """Return the names of all plugins of a kind, sorted."""
    found = set(_ours(kind))
    if third_parties:
        from importlib.metadata import entry_points  # noqa: PLC0415  as above

        found.update(point.name for point in entry_points(group=f"logsmith.{kind}s"))
    return sorted(found)


@cache
def _ours(kind: Kind) -> frozenset[str]:
    """Return the names of the plugins that come with logsmith: they are files, which do not change while it runs."""
    package = importlib.import_module(f"logsmith.plugins.{kind}s")
    return frozenset(
        module.name for module in pkgutil.iter_modules(package.__path__) if _NAME.fullmatch(module.name)
    )


@cache
def _class_in(module_name: str) -> type[Plugin]:
    module = importlib.import_module(module_name)
    return next(
        one
        for _, one in inspect.getmembers(module, inspect.isclass)
        if issubclass(one, Plugin) and one.__module__ == module.__name__
    )
