"""Where `puts` and `p` write: standard output, unless the program's host says something else."""

from __future__ import annotations

import sys
from collections.abc import Callable

from logsmith.ruby.classes import CONSTANTS, bind


class Output:
    """One of `$stdout` and `$stderr`; `write` takes texts, and the host may replace it."""

    __slots__ = ("description", "write")

    def __init__(self, description: str, write: Callable[[str], object]) -> None:
        self.description, self.write = description, write


def _to_stdout(text: str) -> None:
    sys.stdout.write(text)  # looked up at each call: who runs the program may have replaced it


def _to_stderr(text: str) -> None:
    sys.stderr.write(text)


stdout = Output("#<IO:<STDOUT>>", _to_stdout)
stderr = Output("#<IO:<STDERR>>", _to_stderr)
bind(Output, "IO")
CONSTANTS["STDOUT"], CONSTANTS["STDERR"] = stdout, stderr
