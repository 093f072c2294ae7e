"""ERB: templates, which become Ruby that is compiled once; and `binding`, the variables that they are filled with."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.coerce import to_hash, to_text
from logsmith.ruby.compare import from_key
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.errors import RubyError
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import String, Symbol
from logsmith.ruby.show import inspect, inspect_text, to_s

_PARTS = re.compile(
    r"(?P<literal><%%)|<%(?P<kind>[=#-]?)(?P<code>.*?)(?P<end>-?%>)(?P<line>\n?)|(?P<open><%(?s:.*))",
    re.DOTALL,
)
_OUT = "_erbout"
_TEMPLATES = 64
_LONGEST_KEPT = 100_000  # characters of a template that stays compiled


class Binding:
    """What a program can see where it calls `binding`."""

    __slots__ = ("own", "seen")  # not `variables`, which are those of instances

    def __init__(self, own: Any, seen: dict[str, Any]) -> None:
        self.own, self.seen = own, seen


class Template:
    """A template's text, and which ends of lines its tags take with them."""

    __slots__ = ("text", "trim")

    def __init__(self, text: str, trim: str) -> None:
        self.text, self.trim = text, trim


define("Binding", "Object", python=Binding)
define("ERB", "Object", python=Template)
BINDING, ERB = methods_of("Binding"), methods_of("ERB")


def ruby_of(text: str, trim: str) -> str:
    """Return the Ruby that a template stands for."""
    lines = [f"{_OUT} = +''"]
    if "%" not in trim:
        lines += _tagged(text, trim)
    else:
        for part in re.split(r"(?m)^(%(?!%|>).*\n?)", text):
            if re.match(r"%(?!%|>)", part):
                lines.append(part[1:].rstrip("\n"))
            else:
                lines += _tagged(re.sub(r"(?m)^%%(?!>)", "%", part), trim)
    return "\n".join([*lines, _OUT])


def _tagged(text: str, trim: str) -> list[str]:
    made: list[str] = []
    at = 0
    for found in _PARTS.finditer(text):
        before = text[at : found.start()]
        at = found.end()
        if found["kind"] == "-" and "-" in trim:
            before = re.sub(r"[ \t]*\Z", "", before) if re.search(r"(?:\A|\n)[ \t]*\Z", before) else before
        made += _literal(before)
        if found["literal"]:
            made += _literal("<%")
            continue
        if found["open"]:
            break
        made += _code(found["kind"], found["code"])
        if found["line"] and not _takes_line(found, text, trim):
            made += _literal("\n")
    return [*made, *_literal(text[at:])]


def _takes_line(found: re.Match[str], text: str, trim: str) -> bool:
    if found["end"] == "-%>" and "-" in trim:
        return True
    if "<>" in trim:
        start = text.rfind("\n", 0, found.start()) + 1
        return text.startswith("<%", start)
    return ">" in trim


def _literal(text: str) -> list[str]:
    if not text:
        return []
    return [f"{_OUT} << {inspect_text(String(text.replace('%%>', '%>')))}"]


def _code(kind: str, code: str) -> list[str]:
    if kind == "#":
        return []
    return [f"{_OUT} << (({code}).to_s)"] if kind == "=" else [code]


def _compiled(
    text: str, trim: str, names: tuple[str, ...], methods: tuple[str, ...]
) -> Any:  # Any: a Program
    from logsmith.ruby.program import compile_ruby  # noqa: PLC0415  it imports what imports this module

    try:
        return compile_ruby(ruby_of(text, trim), name="erb", parameters=names, known=methods)
    except RubyError as error:
        raise fault("SyntaxError", f"(erb): {error}") from None


_kept = lru_cache(_TEMPLATES)(_compiled)


def _filled(template: Template, own: Any, variables: dict[str, Any]) -> Any:
    compiled = _kept if len(template.text) <= _LONGEST_KEPT else _compiled
    program = compiled(template.text, template.trim, tuple(variables), tuple(own.methods))
    return program.within(own, variables)


@class_methods_of("ERB").method("new")
def new(
    _class: Any, text: Any, _safe: Any = None, trim: Any = None, *, trim_mode: Any = None, **_out: Any
) -> Template:
    """Make a template of a text."""
    mode = trim if trim_mode is None else trim_mode
    return Template(to_text(text), to_s(mode))


@ERB.method("result")
def result(template: Template, binding: Any = None) -> Any:
    """Return the text filled with what a binding sees."""
    if binding is None:
        return _filled(template, _nobody(), {})
    if not isinstance(binding, Binding):
        raise fault("ArgumentError", "wrong argument type (expected Binding)")
    return _filled(template, binding.own, binding.seen)


@ERB.method("result_with_hash")
def result_with_hash(template: Template, members: Any) -> Any:
    """Return the text filled with a Hash's members as variables."""
    return _filled(
        template, _nobody(), {to_s(from_key(key)): value for key, value in to_hash(members).items()}
    )


ERB.add("src", lambda template: String(ruby_of(template.text, template.trim)))


def _nobody() -> Any:
    from logsmith.ruby.running import Self  # noqa: PLC0415  it imports what imports this module

    made = Self()
    made.description = "main"
    return made


BINDING.add("local_variables", lambda binding: [Symbol(name) for name in binding.seen])
BINDING.add("local_variable_defined?", lambda binding, name: to_s(name) in binding.seen)
BINDING.add("receiver", lambda binding: binding.own)


@BINDING.method("local_variable_get")
def local_variable_get(binding: Binding, name: Any) -> Any:
    text = to_s(name)
    if text not in binding.seen:
        raise fault(
            "NameError", f"local variable '{text}' not defined for {inspect(binding)}", name=Symbol(text)
        )
    return binding.seen[text]


@BINDING.method("local_variable_set")
def local_variable_set(binding: Binding, name: Any, value: Any) -> Any:
    """Give a variable another value for what is filled by this binding."""
    binding.seen[to_s(name)] = value
    return value
