"""What a start does not import, or not before its inputs listen: each of these takes its time."""

import subprocess
import sys

BEFORE_LISTENING = "import logsmith.cli.run, logsmith.compiler.compile, logsmith.cli.start"
LATE = {
    "logsmith.runtime.supervisor",
    "logsmith.spool.database",
    "logsmith.cli.reload",
    "logsmith.api.server",
}


def test_a_start_leaves_for_later_what_it_needs_later():
    code = f"import sys; {BEFORE_LISTENING}; print(*sys.modules, sep='\\n')"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert not LATE & set(found.stdout.split())
