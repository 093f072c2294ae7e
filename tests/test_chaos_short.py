"""The chaos of bench/chaos, short: with both kinds of queue a server is killed 25 times, and nothing acknowledged is lost."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SEED = 20260228
KILLS = 25  # with each kind of queue
LIMIT_S = 280


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_whatever_is_killed_and_whatever_fails():
    """Both kinds at the same time, since most of it is waiting."""
    chaos = [
        sys.executable,
        "-m",
        "bench.chaos",
        "--seed",
        str(SEED),
        "--kills",
        str(KILLS),
        "--minutes",
        "2",
    ]
    runs = [
        subprocess.Popen(
            [*chaos, "--queue", queue],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for queue in ("memory", "persisted")
    ]
    try:
        told = [run.communicate(timeout=LIMIT_S)[0] for run in runs]
    finally:
        for run in runs:
            run.terminate()  # it ends its server
            run.wait()
    assert [run.returncode for run in runs] == [0, 0], "\n".join(told)
    assert all(f"kills: {KILLS} " in one for one in told), "\n".join(told)
