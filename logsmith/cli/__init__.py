"""The command line: which command, and nothing else, so that `--version` is there at once."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from logsmith import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "audit": "Show what became of every event, and whether the sums add up.",
    "compile": "Print the Python that a pipeline becomes.",
    "certs": "Make the certificates for mutual TLS.",
    "demo": "Show a pipeline at work, from a client to an output, on this machine.",
    "dlq": "See what outputs refused for good, send it again, or throw it away.",
    "docs": "Write the reference of the plugins.",
    "grok": "Try a grok expression on lines, and see where those stop that do not match.",
    "keystore": "Keep secrets in an encrypted file, for pipelines to name.",
    "queue": "Look at persisted queues, check, export, deliver or drop what waits in them.",
}
"""Each is a module of this package with a function `main(argv)`."""

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words in (["--version"], ["-V"]):
        print(f"logsmith {__version__}")
        return 0
    command = words.pop(0) if words and words[0] in COMMANDS else "run"
    from importlib import import_module

    try:
        if command == "run" and argv is None:  # else this process is somebody else's
            return _run(words)
        status: int = import_module(f"logsmith.cli.{command}").main(words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `logsmith compile … | head`
        sys.stderr.close()  # else Python complains at its end
        return 1
    return status


def _run(words: Sequence[str]) -> int:
    from logsmith.cli.signals import (
        run_stoppable,
    )  # first of all: a signal may come at any time, and this is quick

    def run(words: Sequence[str]) -> int:
        import gc

        gc.disable()  # everything that is imported and made until the workers run is kept anyway
        from logsmith.cli.run import main

        return main(words)

    return run_stoppable(run, words)
