"""CSV: lines of comma-separated values read and written; headers and converters of `CSV.parse`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.coerce import to_text
from logsmith.ruby.compare import to_key
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.iteration import iterate, truthy
from logsmith.ruby.objects import Proc, String, Symbol
from logsmith.ruby.show import to_s

define("CSV", "Object", mixins=("Enumerable",))
define("CSV::MalformedCSVError", "RuntimeError")
CSV = class_methods_of("CSV")


class Row:
    """A line under headers."""

    __slots__ = ("names", "values")

    def __init__(self, names: list[Any], values: list[Any]) -> None:
        self.names = names
        self.values = values + [None] * (len(names) - len(values))

    def __iter__(self) -> Iterator[Any]:
        return iter([[name, value] for name, value in zip(self.names, self.values, strict=False)])


class Writer:
    """What `CSV.generate` gives its block."""

    __slots__ = ("lines", "options")

    def __init__(self, options: dict[str, Any]) -> None:
        self.lines: list[str] = []
        self.options = options


define("CSV::Row", "Object", mixins=("Enumerable",), python=Row)
define("CSV::Writer", "Object", python=Writer)


def _malformed(reason: str, line: int) -> RubyException:
    return fault("CSV::MalformedCSVError", f"{reason} in line {line}.")


def read_rows(text: str, options: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield the lines of a text as Arrays; raises CSV::MalformedCSVError."""
    separator, quote = _mark(options, "col_sep", ","), _mark(options, "quote_char", '"')
    place, line = 0, 1
    while place < len(text):
        row: list[Any] = []
        while True:
            value, place, line = _field(text, place, (separator, quote), line)
            row.append(value)
            if text.startswith(separator, place):
                place += len(separator)
                continue
            break
        place += 2 if text.startswith("\r\n", place) else 1
        line += 1
        if row == [None]:
            row = []
        if row or not truthy(options.get("skip_blanks")):
            yield row


def _mark(options: dict[str, Any], name: str, usual: str) -> str:
    given = options.get(name)
    return given.text if isinstance(given, String) else usual


def _field(text: str, place: int, marks: tuple[str, str], line: int) -> tuple[Any, int, int]:
    separator, quote = marks
    if quote and text.startswith(quote, place):
        return _quoted(text, place, marks, line)
    ends = [end for mark in (separator, "\n", "\r") if (end := text.find(mark, place)) >= 0]
    end = min(ends, default=len(text))
    value = text[place:end]
    if quote and quote in value:
        raise _malformed("Illegal quoting", line)
    return (String(value) if value else None), end, line


def _quoted(text: str, place: int, marks: tuple[str, str], line: int) -> tuple[Any, int, int]:
    separator, quote = marks
    begun, parts = line, []
    place += 1
    while True:
        end = text.find(quote, place)
        if end < 0:
            raise _malformed("Unclosed quoted field", begun)
        parts.append(text[place:end])
        line += text.count("\n", place, end)
        place = end + 1
        if not text.startswith(quote, place):
            break
        parts.append(quote)
        place += 1
    if place < len(text) and not text.startswith((separator, "\n", "\r"), place):
        raise _malformed("Any value after quoted field isn't allowed", line)
    return String("".join(parts)), place, line


def _converted(value: Any, converters: Any) -> Any:
    for one in converters if isinstance(converters, list) else [converters]:
        if isinstance(one, Proc):
            value = one(value)
        elif isinstance(one, Symbol) and isinstance(value, String):
            value = _as_number(value, one.name)
    return value


def _as_number(value: String, kind: str) -> Any:
    text = value.text.strip()
    for name, read in (("integer", int), ("float", float)):
        if kind in {name, "numeric", "all"}:
            try:
                return read(text)
            except ValueError:
                continue
    return value


def _rows(text: Any, options: dict[str, Any]) -> list[Any]:
    converters = options.get("converters")
    rows = [
        row if converters is None else [_converted(value, converters) for value in row]
        for row in read_rows(to_text(text), options)
    ]
    headers = options.get("headers")
    if not truthy(headers):
        return rows
    names = headers if isinstance(headers, list) else None
    if names is None:
        names, rows = (rows[0] if rows else []), rows[1:]
    if options.get("header_converters") is Symbol("symbol"):
        names = [_symbol(name) for name in names]
    return [Row(names, row) for row in rows]


def _symbol(name: Any) -> Symbol:
    return Symbol(
        "_".join(
            "".join(char if char.isalnum() or char in " _" else "" for char in to_s(name).lower()).split()
        )
    )


@CSV.method("parse_line")
def parse_line(_class: Any, text: Any, **options: Any) -> Any:
    rows = _rows(text, options)
    return rows[0] if rows else None


@CSV.method("parse")
def parse(_class: Any, text: Any, *, block: Any = None, **options: Any) -> Any:
    rows = _rows(text, options)
    if block is None:
        return rows
    for row in rows:
        block(row)
    return None


@methods_of("String").method("parse_csv")
def parse_csv(text: String, **options: Any) -> Any:
    return parse_line(None, text, **options)


def write_line(values: list[Any], options: dict[str, Any]) -> str:
    """Return one line with its end."""
    separator, quote = _mark(options, "col_sep", ","), _mark(options, "quote_char", '"')
    is_always = truthy(options.get("force_quotes"))
    written = [_written(value, separator, quote, is_always=is_always) for value in values]
    return separator.join(written) + _mark(options, "row_sep", "\n")


def _written(value: Any, separator: str, quote: str, *, is_always: bool) -> str:
    if value is None:
        return quote * 2 if is_always else ""
    text = to_s(value)
    needs = (
        not text
        or any(mark in text for mark in (separator, quote, "\n", "\r"))
        or text[0] in "\t\0"
        or is_always
    )
    return f"{quote}{text.replace(quote, quote * 2)}{quote}" if needs else text


@CSV.method("generate_line")
def generate_line(_class: Any, values: Any, **options: Any) -> String:
    return String(write_line(list(iterate(values)), options))


@methods_of("Array").method("to_csv")
def to_csv(values: list[Any], **options: Any) -> String:
    return String(write_line(values, options))


@CSV.method("generate")
def generate(_class: Any, start: Any = None, *, block: Any, **options: Any) -> String:
    writer = Writer(options)
    block(writer)
    return String(("" if start is None else to_text(start)) + "".join(writer.lines))


@methods_of("CSV::Writer").method("<<", "add_row", "puts")
def add_row(writer: Writer, values: Any) -> Writer:
    writer.lines.append(write_line(list(iterate(values)), writer.options))
    return writer


ROW = methods_of("CSV::Row")
ROW.add("fields", lambda row: list(row.values))
ROW.add("headers", lambda row: list(row.names))
ROW.add("to_s to_csv", lambda row: String(write_line(row.values, {})))


@ROW.method("to_h", "to_hash")
def to_h(row: Row) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    for name, value in row:
        made.setdefault(to_key(name), value)
    return made


@ROW.method("[]", "field")
def field(row: Row, name: Any) -> Any:
    if isinstance(name, int):
        return row.values[name] if -len(row.values) <= name < len(row.values) else None
    return to_h(row).get(to_key(name))


@ROW.method("each", enumerates=True)
def each(row: Row, *, block: Any) -> Row:
    for pair in row:
        block(pair)
    return row
