"""Enumerable: cutting a collection into runs (each_slice, each_cons, chunk, slice_when) and turning it into other collections."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from logsmith.ruby.coerce import to_int
from logsmith.ruby.compare import case_eq, eql
from logsmith.ruby.dispatch import methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import MISSING, Block, iterate, truthy
from logsmith.ruby.objects import Enumerator, Symbol

ENUMERABLE = methods_of("Enumerable")
_ALONE, _SEPARATOR = Symbol("_alone"), Symbol("_separator")


@ENUMERABLE.method("each_slice")
def each_slice(values: Any, size: Any, *, block: Block | None = None) -> Any:
    length = to_int(size)
    if length <= 0:
        raise fault("ArgumentError", "invalid slice size")
    if block is None:
        return Enumerator(values, "each_slice", (size,))
    members = iterate(values)
    while part := list(islice(members, length)):
        block(part)
    return values


@ENUMERABLE.method("each_cons")
def each_cons(values: Any, size: Any, *, block: Block | None = None) -> Any:
    length = to_int(size)
    if length <= 0:
        raise fault("ArgumentError", "invalid size")
    if block is None:
        return Enumerator(values, "each_cons", (size,))
    window: list[Any] = []
    for value in iterate(values):
        window = [*window[-length + 1 :], value] if length > 1 else [value]
        if len(window) == length:
            block(list(window))
    return values


@ENUMERABLE.method("chunk_while")
def chunk_while(values: Any, *, block: Block) -> Enumerator:
    return Enumerator(list(_runs(values, lambda left, right: not truthy(block(left, right)))), "each")


@ENUMERABLE.method("slice_when")
def slice_when(values: Any, *, block: Block) -> Enumerator:
    return Enumerator(list(_runs(values, lambda left, right: truthy(block(left, right)))), "each")


def _runs(values: Any, is_cut: Block) -> Iterator[list[Any]]:
    run: list[Any] = []
    for value in iterate(values):
        if run and is_cut(run[-1], value):
            yield run
            run = []
        run.append(value)
    if run:
        yield run


@ENUMERABLE.method("slice_before")
def slice_before(values: Any, pattern: Any = MISSING, *, block: Block | None = None) -> Enumerator:
    test = _test(pattern, block)
    return Enumerator(list(_runs(values, lambda _left, right: test(right))), "each")


@ENUMERABLE.method("slice_after")
def slice_after(values: Any, pattern: Any = MISSING, *, block: Block | None = None) -> Enumerator:
    test = _test(pattern, block)
    return Enumerator(list(_runs(values, lambda left, _right: test(left))), "each")


def _test(pattern: Any, block: Block | None) -> Block:
    if pattern is not MISSING:
        return lambda value: case_eq(pattern, value)
    if block is None:
        raise fault("ArgumentError", "wrong number of arguments (given 0, expected 1)")
    return lambda value: truthy(block(value))


@ENUMERABLE.method("chunk", enumerates=True)
def chunk(values: Any, *, block: Block) -> Enumerator:
    chunks: list[list[Any]] = []
    is_joined = False
    for value in iterate(values):
        key = block(value)
        if key is None or key is _SEPARATOR:
            is_joined = False
            continue
        if is_joined and key is not _ALONE and eql(chunks[-1][0], key):
            chunks[-1][1].append(value)
        else:
            chunks.append([key, [value]])
        is_joined = True
    return Enumerator(chunks, "each")
