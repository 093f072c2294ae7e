"""How long the command takes: `--version`, `-t` on a 200-line file, and from start to listening.

python bench/startup.py [--rounds N]
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from reference import free_port

BLOCK = """
  if [type] == "t{n}" {{
    grok {{
      match => {{ "message" => "%{{COMBINEDAPACHELOG}}" }}
      add_tag => ["t{n}"]
    }}
    date {{ match => ["timestamp", "dd/MMM/yyyy:HH:mm:ss Z"] }}
    mutate {{ rename => {{ "a{n}" => "b{n}" }} }}
  }}
"""


def pipeline(blocks: int, port: int) -> str:
    """Return a pipeline of nine lines a block."""
    filters = "".join(BLOCK.format(n=number) for number in range(blocks))
    output = 'elasticsearch { hosts => ["localhost:9200"] }'
    return f'input {{ beats {{ host => "127.0.0.1" port => {port} }} }}\nfilter {{{filters}}}\noutput {{ {output} }}\n'


def timed(run: Callable[[], None]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def listening(folder: str, blocks: int) -> float:
    """Start the server; returns the seconds until its port takes connections."""
    port = free_port()
    path = Path(folder, "start.conf")
    path.write_text(pipeline(blocks, port))
    command = [
        sys.executable,
        "-m",
        "logsmith",
        "-f",
        str(path),
        "--path.data",
        f"{folder}/data",
        "--log.level",
        "fatal",
    ]
    started = time.perf_counter()
    process = subprocess.Popen([*command, "--api.enabled", "false"], stderr=subprocess.DEVNULL)
    try:
        while time.perf_counter() - started < 30:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                time.sleep(0.005)
            else:
                return time.perf_counter() - started
        sys.exit("the server does not listen")
    finally:
        process.terminate()
        process.wait(20)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def command(*arguments: str) -> Callable[[], None]:
        return lambda: subprocess.run(
            [sys.executable, "-m", "logsmith", *arguments], check=True, capture_output=True, env=environment
        )

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "p.conf")
        path.write_text(pipeline(22, 5044))
        lines = path.read_text().count("\n")
        check = command("-f", str(path), "-t", "--path.data", f"{folder}/data")
        check()  # once, so that bytecode is there
        figures = {
            "--version": [timed(command("--version")) for _ in range(rounds)],
            f"-t, {lines} lines": [timed(check) for _ in range(rounds)],
            f"listening, {lines} lines": [listening(folder, 22) for _ in range(rounds)],
        }
    for name, seconds in figures.items():
        print(f"{name:<24} {statistics.median(seconds):.3f} s  (fastest {min(seconds):.3f})")


if __name__ == "__main__":
    main()
