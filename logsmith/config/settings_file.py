"""Logstash's own YAML files, with the place of every value: `logstash.yml` and `pipelines.yml`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from logsmith.config.diagnostics import Diagnostic
from logsmith.config.errors import UndefinedVariableError
from logsmith.config.settings_table import PASSWORDS
from logsmith.config.source import Source, Span
from logsmith.password import Password

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logsmith.config.variables import Variables

NOT_A_MAP = "a map of settings is expected"
KINDS = {"tag:yaml.org,2002:str": "text", "tag:yaml.org,2002:map": "map"}


class Given(NamedTuple):
    """A value as it was given, and where."""

    name: str
    value: Any  # Any: what YAML or the command line gave
    span: Span


class FoundSettings(NamedTuple):
    """The settings that one map gives, what is wrong with it, and where it stands."""

    given: list[Given]
    diagnostics: list[Diagnostic]
    span: Span


def read_settings_map(source: Source, variables: Variables) -> FoundSettings:
    """Read a settings file: one map, its keys nested or dotted."""
    reader = _Reader(source, variables)
    root = reader.read_root()
    if root is None:
        return FoundSettings([], reader.diagnostics, Span(source, 0, 0))
    return reader.read_map(root, nested=True)


def read_settings_list(source: Source, variables: Variables) -> tuple[list[FoundSettings], list[Diagnostic]]:
    """Read `pipelines.yml`: a list of maps, whose keys are dotted names."""
    reader = _Reader(source, variables)
    root = reader.read_root()
    if root is None:
        if not reader.diagnostics:
            message = f"Pipelines YAML file is empty. Location: {source.name}"
            reader.diagnostics.append(Diagnostic("bad-value", message, Span(source, 0, 0)))
        return [], reader.diagnostics
    if not isinstance(root.value, list) or root.tag != "tag:yaml.org,2002:seq":
        found = KINDS.get(root.tag, "value")
        message = f"Pipelines YAML file must contain an array of pipeline configs. Found a {found}"
        hint = "begin each pipeline with `- pipeline.id: NAME`"
        return [], [*reader.diagnostics, Diagnostic("bad-value", message, reader.span(root), hint)]
    return [reader.read_map(node, nested=False) for node in root.value], reader.diagnostics


class _Reader:
    """Reads the nodes of one text; all nodes are PyYAML's, which have no types."""

    def __init__(self, source: Source, variables: Variables) -> None:
        self._source, self._variables = source, variables
        self._loader: Any = None
        self.diagnostics: list[Diagnostic] = []

    def read_root(self) -> Any:
        """Return the root node; None if there is none, or if the text is not YAML."""
        import yaml  # noqa: PLC0415  a start without a settings file does without it

        try:
            self._loader = yaml.SafeLoader(self._source.text)
            return self._loader.get_single_node()
        except yaml.YAMLError as error:
            self.diagnostics.append(self._not_yaml(error))
            return None

    def _not_yaml(self, error: Any) -> Diagnostic:
        mark, reason = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        beginning = getattr(error, "context_mark", None)
        if mark is not None and beginning is not None and mark.index >= len(self._source.text.rstrip()):
            mark, reason = beginning, "this is never closed"  # the end of the file says nothing
        at = mark.index if mark is not None else getattr(error, "position", 0)
        reason = reason or getattr(error, "reason", "it cannot be read")
        hint = "indent with spaces" if self._source.text[at : at + 1] == "\t" else ""
        return Diagnostic("bad-value", f"not YAML: {reason}", Span(self._source, at, at + 1), hint)

    def read_map(self, node: Any, *, nested: bool) -> FoundSettings:
        """Return the settings of a map; `nested` maps are names in parts."""
        found = FoundSettings([], self.diagnostics if nested else [], self.span(node))
        if node.tag != "tag:yaml.org,2002:map":
            found.diagnostics.append(Diagnostic("bad-value", f"not YAML: {NOT_A_MAP}", found.span))
            return found
        seen: dict[str, Span] = {}
        for name, key, value in self._flattened("", node, nested=nested):
            span = self.span(key)
            if name in seen:
                message = f"{name} is set twice, the other is at line {seen[name].line}; the last one counts"
                found.diagnostics.append(Diagnostic("duplicate-key", message, span, severity="warning"))
            seen[name] = span
            try:
                given = self._secret(value) if name in PASSWORDS else self._value(value)
                found.given.append(Given(name, given, span))
            except UndefinedVariableError as error:
                found.diagnostics.append(Diagnostic("undefined-variable", str(error), span))
        return found

    def span(self, node: Any) -> Span:
        """Return where a node stands."""
        return Span(self._source, node.start_mark.index, node.end_mark.index)

    def _flattened(self, prefix: str, node: Any, *, nested: bool) -> Iterator[tuple[str, Any, Any]]:
        for key, value in node.value:
            name = f"{prefix}{key.value}"
            if nested and value.tag == "tag:yaml.org,2002:map":
                yield from self._flattened(f"{name}.", value, nested=nested)
            else:
                yield name, key, value

    def _secret(self, node: Any) -> Any:
        """Return a password as it is written, and nothing is made of its text."""
        if not isinstance(node.value, str) or node.tag == "tag:yaml.org,2002:null":
            return self._value(node)
        return Password(self._variables.replace(node.value)) if node.value else None

    def _value(self, node: Any) -> Any:
        value = self._loader.construct_object(node, deep=True)
        if isinstance(value, str):
            return self._variables.expand_setting(value)
        if isinstance(value, list):
            return [self._variables.expand_setting(item) if isinstance(item, str) else item for item in value]
        # A date, a float or an octal number is taken as it is written.
        return value if value is None or isinstance(value, bool | int) else node.value
