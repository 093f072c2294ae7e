"""How long the command takes: `--version`, `-t` on a 200-line file, and from start to listening with 200 and 1,000 lines.

The groks of a pipeline are alike, which is looked at once, but for the last figure, where no two are.

python -m bench.startup [--rounds N] [--json FILE]
"""

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from bench.budgets import Figure, report
from bench.machine import this_machine
from bench.processes import ServerError, free_port, stop

VERSION_S, LISTENING_S = 0.15, 1.0
MOST_S = 30.0
POLL_S = 0.005
BLOCK = """
  if [type] == "t{n}" {{
    grok {{
      match => {{ "message" => "%{{COMBINEDAPACHELOG}}{more}" }}
      add_tag => ["t{n}"]
    }}
    date {{ match => ["timestamp", "dd/MMM/yyyy:HH:mm:ss Z"] }}
    mutate {{ rename => {{ "a{n}" => "b{n}" }} }}
  }}
"""
LINES_OF_A_BLOCK = 9


def pipeline(lines: int, port: int, *, alike: bool = True) -> str:
    """Return a pipeline of about so many lines, of blocks with a condition and three filters."""
    blocks = range(lines // LINES_OF_A_BLOCK)
    filters = "".join(BLOCK.format(n=number, more="" if alike else f" {number}") for number in blocks)
    output = 'elasticsearch { hosts => ["localhost:9200"] }'
    beats = f'beats {{ host => "127.0.0.1" port => {port} }}'
    return f"input {{ {beats} }}\nfilter {{{filters}}}\noutput {{ {output} }}\n"


def timed(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "logsmith", *arguments]


def with_bytecode() -> dict[str, str]:
    """Return the environment of a command that keeps the bytecode of what it imports, as an installed one does."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def listening(folder: str, lines: int, *, alike: bool = True) -> float:
    """Start the server; returns the seconds until its port takes connections."""
    port = free_port()
    path = Path(folder, "start.conf")
    path.write_text(pipeline(lines, port, alike=alike))
    words = (
        "-f",
        str(path),
        "--path.data",
        f"{folder}/data",
        "--log.level",
        "fatal",
        "--api.enabled",
        "false",
    )
    started = time.perf_counter()
    process = subprocess.Popen(command(*words), stderr=subprocess.DEVNULL, env=with_bytecode())
    try:
        while time.perf_counter() - started < MOST_S:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(POLL_S)
            else:
                return time.perf_counter() - started
        raise ServerError("the server does not listen")
    finally:
        stop(process)


def measure(rounds: int) -> list[Figure]:
    """Return the medians; each command runs once before, so that bytecode is there."""

    def run(*arguments: str) -> float:
        words = command(*arguments)
        return timed(lambda: subprocess.run(words, check=True, capture_output=True, env=with_bytecode()))

    def middle(take: Callable[[], float]) -> float:
        take()
        return median(take() for _ in range(rounds))

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "p.conf")
        path.write_text(pipeline(200, 5044))
        check = ("-f", str(path), "-t", "--path.data", f"{folder}/data")
        return [
            Figure(what="--version", value=middle(lambda: run("--version")), unit="s", budget=VERSION_S),
            Figure(what="-t, 200 lines", value=middle(lambda: run(*check)), unit="s"),
            Figure(what="listening, 200 lines", value=middle(lambda: listening(folder, 200)), unit="s"),
            Figure(
                what="listening, 1,000 lines",
                value=middle(lambda: listening(folder, 1_000)),
                unit="s",
                budget=LISTENING_S,
            ),
            Figure(
                what="listening, 1,000 lines, no two groks alike",
                value=middle(lambda: listening(folder, 1_000, alike=False)),
                unit="s",
                budget=LISTENING_S,
            ),
        ]


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench.startup",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, metavar="FILE")
    chosen = parser.parse_args(words)
    machine = this_machine()
    try:
        figures = measure(chosen.rounds)
    except ServerError as error:
        print(error, file=sys.stderr)
        return 1
    return report(machine, figures, chosen.json)


if __name__ == "__main__":
    sys.exit(main())
