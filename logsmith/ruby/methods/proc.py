"""Proc: blocks and lambdas as values."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.coerce import to_int
from logsmith.ruby.dispatch import call, class_methods_of, methods_of
from logsmith.ruby.exceptions import arguments_fault, fault
from logsmith.ruby.objects import Proc, String, Symbol
from logsmith.ruby.running import KeywordProc
from logsmith.ruby.show import to_s

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


@class_methods_of("Proc").method("new")
def new(_class: object, *, block: Proc | None = None) -> Proc:
    """Return the block."""
    if block is None:
        raise fault("ArgumentError", "tried to create Proc object without a block")
    return block
