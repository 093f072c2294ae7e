"""What each output of a pipeline is called: in the queue, and in the ids of what it writes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from logsmith.plugins import Password, Plugin
from logsmith.plugins.setting import settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logsmith.plugins import Output


def cursor_names(outputs: Sequence[Output]) -> list[str]:
    """Return the name of each output's cursor: its id, or its plugin and a hash of its settings without secrets."""
    names: list[str] = []
    for output in outputs:
        name = output.id if output.id is not None else f"{output.name}-{_settings_hash(output)}"
        twins = sum(one == name or one.startswith(f"{name}#") for one in names)
        names.append(f"{name}#{twins + 1}" if twins else name)
    return names


def name_outputs(outputs: Sequence[Output]) -> list[str]:
    """Tell each output the name of its cursor; returns the names."""
    names = cursor_names(outputs)
    for output, name in zip(outputs, names, strict=True):
        output.cursor_name = name
    return names


def _settings_hash(output: Output) -> str:
    return hashlib.sha256("\n".join(_said(output)).encode()).hexdigest()[:12]


def _said(plugin: Plugin) -> list[str]:
    """Return what the user wrote for a plugin, the settings of its codec among it, without secrets."""
    known = settings_of(type(plugin))
    values = {name: getattr(plugin, name) for name in sorted(plugin.given) if name in known}
    return [
        f"{name}={value.name} {_said(value)}" if isinstance(value, Plugin) else f"{name}={value!r}"
        for name, value in values.items()
        if not isinstance(value, Password)
    ]
