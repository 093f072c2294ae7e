"""`logsmith compile`: the Python that a pipeline becomes."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from logsmith import log
from logsmith.cli.pipelines import prepare, read_settings, report

if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE = """\
logsmith compile prints the Python that a pipeline becomes: one function for each section, each line of it
next to the line of the pipeline that it comes from. This is what runs; tracebacks and profilers name the
lines of the pipeline.

  logsmith compile -f pipeline.conf
  logsmith compile -e 'filter { mutate { uppercase => ["level"] } }'

It takes the flags of logsmith itself, see logsmith --help."""


def main(argv: Sequence[str]) -> int:
    """Run `logsmith compile` and return its exit status."""
    settings = read_settings(argv, USAGE.splitlines())
    if isinstance(settings, int):
        return settings
    prepared = prepare(settings)
    if isinstance(prepared, int):
        return prepared
    for one in prepared:
        report(one.diagnostics, one.settings, sys.stderr)
        if one.compilation is not None:
            print(log.conceal(one.compilation.code))
    return 0 if all(one.is_usable for one in prepared) else 1
