"""Proc: blocks and lambdas as values."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import class_of
from logsmith.ruby.coerce import to_int
from logsmith.ruby.dispatch import call, class_methods_of, methods_of
from logsmith.ruby.exceptions import arguments_fault, fault
from logsmith.ruby.objects import BoundMethod, Proc, String, Symbol, UnboundMethod, counted
from logsmith.ruby.show import to_s
from logsmith.ruby.user_methods import KeywordProc

PROC = methods_of("Proc")

PROC.add("to_proc", lambda proc: proc)
PROC.add("arity", lambda proc: proc.arity)
PROC.add("lambda?", lambda proc: proc.is_lambda)
PROC.add("inspect to_s", lambda proc: String(to_s(proc)))


@PROC.method("call", "()", "[]", "yield", "===")
def call_proc(proc: Proc, *args: Any, **keywords: Any) -> Any:
    """Call the block; keywords that it does not declare are a Hash in its last argument."""
    if not keywords:
        return proc(*args)
    if isinstance(proc, KeywordProc):
        return proc.named(args, keywords)
    return proc(*args, {Symbol(name): value for name, value in keywords.items()})


@PROC.method(">>")
def then(proc: Proc, other: Any) -> Proc:
    """Return what calls this one first, and the other with its answer."""
    _check_callable(other)
    return Proc(lambda *args: call(other, "call", (proc(*args),)), 0, None, is_lambda=True)


@PROC.method("<<")
def after(proc: Proc, other: Any) -> Proc:
    """Return what calls the other one first, and this one with its answer."""
    _check_callable(other)
    return Proc(lambda *args: proc(call(other, "call", args)), 0, None, is_lambda=True)


def _check_callable(other: Any) -> None:
    if not isinstance(other, Proc):
        raise fault("TypeError", "callable object is expected")


@PROC.method("curry")
def curry(proc: Proc, arity: Any = None) -> Any:
    """Return what takes its arguments one by one and calls when it has all."""
    count = proc.fewest if arity is None else to_int(arity)
    if proc.is_lambda and (count < proc.fewest or (proc.most is not None and count > proc.most)):
        raise arguments_fault(count, proc.fewest, proc.most)
    return _curried(proc, count, ())


def _curried(proc: Proc, count: int, given: tuple[Any, ...]) -> Any:
    if len(given) >= count:
        return proc(*given)
    return Proc(lambda *args: _curried(proc, count, given + args), 0, None, is_lambda=True)


def _parameters(proc: Any) -> list[Any]:
    """Return the kinds and names of what a block or method takes; of Ruby's own methods, how many."""
    entry = proc.entry if isinstance(proc, BoundMethod | UnboundMethod) else None
    method = getattr(entry, "method", entry)
    function = proc.function if entry is None else getattr(method, "function", None)
    known = getattr(function, "parameters", None)
    if known is not None:
        return [[Symbol(word) for word in one] for one in known]
    fewest, most = _counts(proc)
    return [
        *([Symbol("req")] for _ in range(fewest)),
        *([[Symbol("rest")]] if most is None else [[Symbol("opt")]] * (most - fewest)),
    ]


def _counts(proc: Any) -> tuple[int, int | None]:
    entry = proc.entry if isinstance(proc, BoundMethod | UnboundMethod) else proc
    counts = getattr(getattr(entry, "method", entry), "counts", None)
    if counts is not None or entry is None:
        return counts or (0, None)
    return entry.fewest, entry.most


def _arity(method: Any) -> int:
    own = getattr(getattr(method.entry, "method", method.entry), "arity", None)
    if own is not None:
        return int(own)
    fewest, most = _counts(method)
    return counted(fewest, most, is_strict=True)


PROC.add("parameters", lambda proc, **_options: _parameters(proc))
METHOD, UNBOUND = methods_of("Method"), methods_of("UnboundMethod")
METHOD.update({name: PROC[name] for name in ("call", "()", "[]", "===", ">>", "<<", "curry", "to_proc")})
METHOD.add("receiver", lambda method: method.receiver)
METHOD.add("unbind", lambda method: UnboundMethod(method.name, method.owner, method.entry))
for _table in (METHOD, UNBOUND):
    _table.add("name", lambda method: Symbol(method.name))
    _table.add("owner", lambda method: method.owner)
    _table.add("arity", _arity)
    _table.add("parameters", _parameters)
METHOD.add("inspect to_s", lambda method: String(f"#<Method: {method.owner.name}#{method.name}>"))
UNBOUND.add("inspect to_s", lambda method: String(f"#<UnboundMethod: {method.owner.name}#{method.name}>"))


@UNBOUND.method("bind")
def bind(method: UnboundMethod, receiver: Any) -> BoundMethod:
    """Return the method as one of an object."""
    if not class_of(receiver).is_a(method.owner):
        raise fault("TypeError", f"bind argument must be an instance of {method.owner.name}")

    def made(*args: Any) -> Any:
        return method.entry(receiver, args, None, None)

    return BoundMethod(made, method.name, receiver, method.owner, method.entry)


@class_methods_of("Proc").method("new")
def new(_class: object, *, block: Proc | None = None) -> Proc:
    """Return the block."""
    if block is None:
        raise fault("ArgumentError", "tried to create Proc object without a block")
    return block
