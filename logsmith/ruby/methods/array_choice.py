"""Array: combinations, permutations and products."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, combinations_with_replacement, permutations, product
from math import prod
from typing import Any

from logsmith.ruby.coerce import check_length, to_array, to_int
from logsmith.ruby.dispatch import methods_of
from logsmith.ruby.iteration import Block

ARRAY = methods_of("Array")


def _give(array: list[Any], rows: Iterable[tuple[Any, ...]], block: Block) -> list[Any]:
    for row in rows:
        block(list(row))
    return array


@ARRAY.method("combination", enumerates=True)
def combination(array: list[Any], size: Any, *, block: Block) -> list[Any]:
    length = to_int(size)
    if length < 0:
        return array
    return _give(array, combinations(list(array), length), block)


@ARRAY.method("permutation", enumerates=True)
def permutation(array: list[Any], size: Any = None, *, block: Block) -> list[Any]:
    length = len(array) if size is None else to_int(size)
    if length < 0:
        return array
    return _give(array, permutations(list(array), length), block)


@ARRAY.method("repeated_combination", enumerates=True)
def repeated_combination(array: list[Any], size: Any, *, block: Block) -> list[Any]:
    return _give(array, combinations_with_replacement(list(array), max(to_int(size), 0)), block)


@ARRAY.method("repeated_permutation", enumerates=True)
def repeated_permutation(array: list[Any], size: Any, *, block: Block) -> list[Any]:
    return _give(array, product(list(array), repeat=max(to_int(size), 0)), block)


@ARRAY.method("product")
def product_(array: list[Any], *others: Any, block: Block | None = None) -> list[Any]:
    columns = [array, *(to_array(other) for other in others)]
    check_length(prod(map(len, columns)))
    if block is not None:
        return _give(array, product(*columns), block)
    return [list(row) for row in product(*columns)]
