"""puts, print, p and printf, as functions and as methods of `$stdout`."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.coerce import to_text
from logsmith.ruby.dispatch import functions, methods_of
from logsmith.ruby.format import format_text
from logsmith.ruby.objects import String
from logsmith.ruby.printing import Output, stderr, stdout
from logsmith.ruby.show import inspect, to_s

IO = methods_of("IO")
FUNCTIONS = functions()


def _lines(values: tuple[Any, ...]) -> str:
    if not values:
        return "\n"
    return "".join(_line(value) for value in values)


def _line(value: Any) -> str:
    if isinstance(value, list):
        return "".join(map(_line, value))
    text = to_s(value)
    return text if text.endswith("\n") else f"{text}\n"


def _shown(values: tuple[Any, ...]) -> Any:
    """Return what `p` returns: what it was given."""
    if not values:
        return None
    return values[0] if len(values) == 1 else list(values)


FUNCTIONS.add("puts", lambda _self, *values: _write(stdout, _lines(values)))
FUNCTIONS.add("print", lambda _self, *values: _write(stdout, "".join(map(to_s, values))))
FUNCTIONS.add("warn", lambda _self, *values, **_options: _write(stderr, _lines(values) if values else ""))
IO.add("puts", lambda output, *values: _write(output, _lines(values)))
IO.add("print", lambda output, *values: _write(output, "".join(map(to_s, values))))
IO.add("flush fsync", lambda output: output)
IO.add("sync", lambda _output: False)
IO.add("sync=", lambda _output, value: value)
IO.add("tty? isatty", lambda _output: False)
IO.add("inspect", lambda output: String(output.description))


def _write(output: Output, text: str) -> None:
    output.write(text)


@FUNCTIONS.method("p", "pp")
def show(_self: object, *values: Any) -> Any:
    """Print what values look like; return them."""
    _write(stdout, "".join(f"{inspect(value)}\n" for value in values))
    return _shown(values)


@FUNCTIONS.method("printf")
def printf(_self: object, pattern: Any, *values: Any) -> None:
    """Print a formatted text."""
    _write(stdout, format_text(to_text(pattern), list(values)))


@IO.method("printf")
def printf_to(output: Output, pattern: Any, *values: Any) -> None:
    """Print a formatted text."""
    _write(output, format_text(to_text(pattern), list(values)))


@IO.method("write")
def write(output: Output, *values: Any) -> int:
    """Print texts; return how many bytes they are."""
    text = "".join(map(to_s, values))
    _write(output, text)
    return len(text.encode("utf-8", "surrogateescape"))


@IO.method("<<")
def append(output: Output, value: Any) -> Output:
    """Print a text."""
    _write(output, to_s(value))
    return output
