"""Strongly connected components of a graph: nodes that can all reach one another."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from typing import TypeVar

N = TypeVar("N", bound=Hashable)


def components(graph: Mapping[N, Collection[N]]) -> Iterator[list[N]]:
    """Yield the components of a graph, each as its nodes; Tarjan's algorithm, with a stack of its own."""
    order: dict[N, int] = {}
    lowest: dict[N, int] = {}
    open_nodes: dict[N, None] = {}
    for root in graph:
        if root in order:
            continue
        order[root] = lowest[root] = len(order)
        open_nodes[root] = None
        path = [(root, iter(graph[root]))]
        while path:
            node, rest = path[-1]
            for below in rest:
                if below not in order:
                    order[below] = lowest[below] = len(order)
                    open_nodes[below] = None
                    path.append((below, iter(graph[below])))
                    break
                if below in open_nodes:
                    lowest[node] = min(lowest[node], order[below])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[node])
                if lowest[node] == order[node]:
                    yield _closed(open_nodes, node)


def _closed(open_nodes: dict[N, None], root: N) -> list[N]:
    """Take the nodes of a finished component off the open ones."""
    found: list[N] = []
    while not found or found[-1] != root:
        found.append(open_nodes.popitem()[0])
    return found
