"""Which plugins of a section stand in different arms of one branch, so that no event reaches both."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.config import ast

Arms = dict[int, int]  # the arms that a plugin stands in: their numbers, by those of the branches


def walk_arms(
    body: tuple[ast.Statement, ...], branches: Iterator[int], around: Arms | None = None
) -> Iterator[tuple[ast.Plugin, Arms]]:
    """Yield every plugin of a body, in the order written, with the arms that it stands in; `branches` numbers these."""
    outer = around or {}
    for statement in body:
        if isinstance(statement, ast.Plugin):
            yield statement, outer
            continue
        branch = next(branches)
        bodies = [*(arm.body for arm in statement.arms), statement.otherwise or ()]
        for number, inner in enumerate(bodies):
            yield from walk_arms(inner, branches, outer | {branch: number})


def are_exclusive(one: Arms, other: Arms) -> bool:
    """Return whether an event that gets to one place cannot get to the other."""
    return any(other.get(branch, number) != number for branch, number in one.items())
