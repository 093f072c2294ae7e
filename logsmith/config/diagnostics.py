"""Diagnostics: what is wrong with a configuration, where, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from logsmith.config.source import Span

Severity = Literal["error", "warning"]

CODES = {
    "syntax-error": "The text is not in Logstash's language.",
    "nested-too-deeply": "Brackets, blocks or parentheses are nested deeper than logsmith follows.",
    "bad-condition": "The condition is well written, but cannot be evaluated.",
    "bad-value": "The value is of a kind that cannot stand here.",
    "bad-regex": "The regular expression cannot be compiled.",
    "runaway-regex": "The regular expression can take very long on a text that nearly matches.",
    "duplicate-key": "A hash has the same key twice.",
    "duplicate-id": "Two plugins of a pipeline have the same id.",
    "several-codecs": "An input or output has more than one codec.",
    "unknown-pattern": "There is no grok pattern of this name.",
    "unfinished-reference": "A %{ has no closing brace of its own.",
    "unknown-plugin": "There is no plugin of this name.",
    "unknown-setting": "There is no setting of this name.",
    "missing-setting": "A required setting is not there.",
    "obsolete-setting": "The setting no longer exists.",
    "deprecated-setting": "The setting still works under this name, but has a newer one.",
    "conflicting-settings": "Two settings exclude each other.",
    "ignored-setting": "The setting is accepted and has no effect.",
    "undefined-variable": "A ${NAME} has neither a value nor a default.",
    "missing-file": "A file is not there or cannot be read.",
    "not-utf8": "A file is not UTF-8.",
    "skipped-file": "A file is there and is not read, such as an editor's copy.",
    "default-section": "A section is missing, and a default one is added.",
    "no-input": "The pipeline has no input, so it ends at once.",
    "ignored-condition": "Conditions around inputs have no effect.",
    "one-element-array": "An array of one element in a condition is read as a field reference.",
    "first-item-only": "A comparison with an array uses its first item only.",
    "always-true": "The condition is a constant, not a field.",
    "and-before-or": "Logstash groups several `and` before an `or` in a way few expect.",
    "dependent-entries": "Entries of one hash depend on each other, and the order is not the written one.",
    "bad-keystore": "The keystore cannot be opened, or is not one of logsmith.",
    "unknown-address": "No pipeline receives at this address.",
    "superuser": "logsmith runs as root.",
}

SHOWN_COLUMNS = 120  # of a source line; longer ones are cut around the place


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake, or one warning. `expected` lists what could have stood there."""

    code: str
    message: str
    span: Span
    hint: str = ""
    severity: Severity = "error"
    expected: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Take secrets out of the texts: they go to logs and to the API, too."""
        if not self.span.source.text:
            return
        from logsmith.config.masks import masked_message  # noqa: PLC0415  most starts have nothing to say

        for name in ("message", "hint"):
            object.__setattr__(self, name, masked_message(getattr(self, name), self.span))

    @property
    def is_error(self) -> bool:
        return self.severity == "error"

    @property
    def position(self) -> tuple[int, int] | None:
        """The line and column, counted from 1; None for what is wrong with a thing as a whole."""
        source = self.span.source
        return source.line_column(self.span.start) if source.text else None

    @property
    def place(self) -> str:
        """The source's name, with line and column if there are any: `main.conf:2:19`."""
        return ":".join(map(str, (self.span.source.name, *(self.position or ()))))


def one_of(words: Iterable[str]) -> str:
    """Join words as people do: `a, b or c`."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def quoted(text: str) -> str:
    """Put quotes around a piece of a source."""
    return f"'{text}'" if '"' in text else f'"{text}"'


def render_plain(diagnostic: Diagnostic) -> str:
    """Show a diagnostic with its source line, a caret line, what was expected and a hint."""
    lines = [f"{diagnostic.place}: {diagnostic.severity}: {diagnostic.message}"]
    if diagnostic.position is not None:
        lines += _excerpt(diagnostic.span, *diagnostic.position)
    if diagnostic.expected:
        lines.append(f"expected: {one_of(diagnostic.expected)}")
    if diagnostic.hint:
        lines.append(f"hint: {diagnostic.hint}")
    return "\n".join(lines)


def as_json(diagnostic: Diagnostic) -> dict[str, str | int | None]:
    """Give a diagnostic as a JSON object; `line` and `column` are null where it has no position."""
    line, column = diagnostic.position or (None, None)
    message = diagnostic.message
    if diagnostic.expected:
        message = f"{message}, expected {one_of(diagnostic.expected)}"
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "file": diagnostic.span.source.name,
        "line": line,
        "column": column,
        "message": message,
        "hint": diagnostic.hint,
    }


def _excerpt(span: Span, line: int, column: int) -> list[str]:
    from logsmith.config.masks import masked_line  # noqa: PLC0415  as above

    text = masked_line(span.source, line)
    first = column - 1
    length = max(1, min(span.end - span.start, len(text) - first))
    if len(text) > SHOWN_COLUMNS:
        cut = max(0, min(first - SHOWN_COLUMNS // 2, len(text) - SHOWN_COLUMNS))
        text = text[cut : cut + SHOWN_COLUMNS]
        first -= cut
        length = min(length, SHOWN_COLUMNS - first)
    # Tabs before the place stay tabs, so that the caret stands under it however wide they are shown.
    margin = "".join("\t" if char == "\t" else " " for char in text[:first])
    return [f"    {text}".rstrip(), f"    {margin}{'^' * max(1, length)}"]
