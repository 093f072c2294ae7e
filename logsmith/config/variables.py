"""`${NAME}` and `${NAME:default}`: where they are replaced, and by what.

Logstash replaces variables twice. Its Java side replaces a string that is one variable and nothing else, and
leaves what it gets as it is. Its Ruby side then replaces variables anywhere in a string, and refines the
outcome: quotes around the whole are dropped, and `[a, b]` becomes an array. So `"[${A},b]"` is an array where
`"${A}"` never is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from logsmith.config.ast import Plugin, String, walk_values
from logsmith.config.diagnostics import Diagnostic
from logsmith.config.errors import UndefinedVariableError
from logsmith.config.source import Span
from logsmith.config.values import Codec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PLACEHOLDER = re.compile(r"\$\{([A-Za-z_.][A-Za-z0-9_.]*)(?::([^}]*))?\}")

RUBY_PASSES = 2  # Logstash: once when a plugin is made, once when its settings are checked


def expand(text: str, environment: Mapping[str, str]) -> str:
    """Replace every variable in a text; UndefinedVariableError names the first that has no value."""
    return Variables(environment).replace(text)


class Variables:
    """Where variables are looked up: in the keystore, then in the environment, then at the default."""

    def __init__(self, environment: Mapping[str, str], keystore: Mapping[str, str] | None = None) -> None:
        self._environment = environment
        self._keystore = keystore or {}

    def secrets_in(self, texts: Iterable[str]) -> dict[str, str | None]:
        """Return what the keystore has, or has not, for the names in texts, and for those in their values."""
        found: dict[str, str | None] = {}
        unread = [*texts]
        while unread:
            for name in {one[1] for one in PLACEHOLDER.finditer(unread.pop())} - found.keys():
                found[name] = self._keystore.get(name)
                unread.append(found[name] or self._environment.get(name, ""))
        return found

    def is_defined(self, name: str) -> bool:
        return name in self._keystore or name in self._environment

    def replace(self, text: str) -> str:
        """Replace every variable in a text, once."""
        return PLACEHOLDER.sub(self._value, text)

    def expand_constant(self, text: str) -> str:
        """Replace a variable that is the whole of a constant in a condition."""
        return self.replace(text) if PLACEHOLDER.fullmatch(text) else text

    def expand_id(self, text: str) -> str:
        """Replace a variable that is the whole of an id; the keystore is not asked."""
        return Variables(self._environment).expand_constant(text)

    def expand_setting(self, text: str) -> str | list[str]:
        """Replace the variables in a value of a settings file, and refine it."""
        return _refined(self.replace(text)) if PLACEHOLDER.search(text) else text

    def expand_value(self, value: Any) -> Any:  # Any: a plain value of `values.py`
        """Replace the variables in a plugin's value, in nested ones too, but not in hash keys."""
        if isinstance(value, str):
            return self._expand_text(value)
        if isinstance(value, list):
            return [self.expand_value(item) for item in value]
        if isinstance(value, dict):
            return {key: self.expand_value(item) for key, item in value.items()}
        if isinstance(value, Codec):
            return Codec(value.name, self.expand_value(value.settings), value.plugin)
        return value

    def _expand_text(self, text: str) -> str | list[str]:
        if "${" not in text:
            return text
        expanded: str | list[Any] = self.expand_constant(text)
        for _ in range(RUBY_PASSES):
            expanded = self._ruby_pass(expanded)
        return expanded

    def _ruby_pass(self, value: str | list[Any]) -> str | list[Any]:
        if isinstance(value, list):
            return [self._ruby_pass(item) for item in value]
        return self.expand_setting(value)

    def _value(self, found: re.Match[str]) -> str:
        name, default = found.groups()
        value = self._keystore.get(name)
        if value is None:
            value = self._environment.get(name, default)
        if value is None:
            raise UndefinedVariableError(found[0], name)
        return value


def check_variables(plugin: Plugin, variables: Variables) -> list[Diagnostic]:
    """Find every variable without a value and without a default in the settings of a plugin."""
    found: list[Diagnostic] = []
    values = (value for attribute in plugin.attributes for value in walk_values(attribute.value))
    for string in (value for value in values if isinstance(value, String)):
        for place in PLACEHOLDER.finditer(string.text):
            if place[2] is None and not variables.is_defined(place[1]):
                start = string.span.start + len(string.quote)
                span = Span(string.span.source, start + place.start(), start + place.end())
                message = str(UndefinedVariableError(place[0], place[1]))
                found.append(Diagnostic("undefined-variable", message, span))
    return found


def _refined(text: str) -> str | list[str]:
    text = _unquoted(text)
    if not (text.startswith("[") and text.endswith("]") and len(text) > 1):
        return text
    items = text[1:-1].split(",")
    while items and not items[-1]:
        items.pop()  # as Ruby's split does
    return [_unquoted(item.strip()) for item in items]


def _unquoted(text: str) -> str:
    for quote in ("'", '"'):
        if text.startswith(quote) and text.endswith(quote):
            text = text[1:-1]
    return text
