"""How compiled code counts the events of each filter: once for all filters that the same events pass.

A run is a row of filters that every event of the first one reaches. It has one counter, and the run that all events of a
batch pass needs none. A filter that may drop or multiply events ends its run, and has a counter of its own for those.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from logsmith.config import ast
from logsmith.plugins import Filter

if TYPE_CHECKING:
    from logsmith.compiler.code import CodeWriter

Body = Sequence[ast.Statement]

EVERY = "every"


class Counters:
    """The counters of one function, by the identities of its filters."""

    def __init__(self, plugins: Mapping[int, Any], body: Body) -> None:
        """`plugins` maps the identity of each plugin's node to the plugin."""
        self._plugins = plugins
        self._runs: dict[int, list[Filter]] = {0: []}  # by number; 0 is that of every event
        self._starts: dict[int, int] = {}  # the run that begins at a filter
        self._changes: dict[int, str] = {}
        self._assign(body, 0)
        self.changes_number = bool(self._changes)  # of events

    def started(self, plugin: Filter) -> str | None:
        """Return the counter that counts where this filter stands, None if another one or none does for it."""
        run = self._starts.get(id(plugin))
        return None if run is None else f"in_{run}"

    def change(self, plugin: Filter) -> str:
        """Return the counter of how many events a filter made, less those it dropped."""
        return self._changes[id(plugin)]

    def emit_start(self, code: CodeWriter) -> None:
        """Write what stands before the loop."""
        names = [*(f"in_{run}" for run in self._runs if run), *self._changes.values()]
        if self.changes_number:
            names += ["born", "died"]
        if names:
            code.line(f"{' = '.join(names)} = 0")

    def emit_end(self, code: CodeWriter) -> None:
        """Write what stands behind the loop."""
        if self._runs[0]:
            code.line(f"{EVERY} = len(events)")
            self._emit_sums(code, self._runs[0], EVERY)
        for run, filters in self._runs.items():
            if run:
                with code.block(f"if in_{run}"):
                    self._emit_sums(code, filters, f"in_{run}")
        if self.changes_number:
            code.line("tally.made += born")
            code.line("tally.dropped += died")

    def _emit_sums(self, code: CodeWriter, filters: Sequence[Filter], counter: str) -> None:
        for plugin in filters:
            metrics, change = code.bind(plugin.metrics, "metrics"), self._changes.get(id(plugin))
            code.line(f"{metrics}.events_in += {counter}")
            code.line(f"{metrics}.events_out += {counter}{f' + {change}' if change else ''}")

    def _assign(self, body: Body, run: int | None) -> None:
        """Give each filter of a block its run; `run` is the one that goes on where the block begins."""
        for number, statement in enumerate(body):
            if any(map(is_expanding, self._filters_of((statement,)))):
                for plugin in self._filters_of(body[number:]):
                    self._begin(plugin)
                return
            if isinstance(statement, ast.Branch):
                for inner in (*(arm.body for arm in statement.arms), statement.otherwise or ()):
                    self._assign(inner, None)
                if any(plugin.can_cancel for plugin in self._filters_of((statement,))):
                    run = None
                continue
            plugin = self._plugins[id(statement)]
            if run is None:
                run = self._begin(plugin)
            else:
                self._add(plugin, run)
            if plugin.can_cancel:
                run = None

    def _begin(self, plugin: Filter) -> int:
        run = self._starts[id(plugin)] = len(self._runs)
        self._runs[run] = []
        self._add(plugin, run)
        return run

    def _add(self, plugin: Filter, run: int) -> None:
        self._runs[run].append(plugin)
        if plugin.can_cancel or is_expanding(plugin):
            self._changes[id(plugin)] = f"out_{len(self._changes) + 1}"

    def _filters_of(self, body: Body) -> list[Filter]:
        return [
            self._plugins[id(one)] for one in ast.walk_statements(tuple(body)) if isinstance(one, ast.Plugin)
        ]


def is_expanding(plugin: Filter) -> bool:
    """Return whether a filter may make several events of one."""
    return type(plugin).expand is not Filter.expand
