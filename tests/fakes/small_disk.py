"""A disk of its own, so small that a test can fill it."""

import subprocess
from contextlib import contextmanager

import pytest


@contextmanager
def mounted(folder, size):
    """Have a file system of this size (as `mount` takes it) at a folder, which only root may do."""
    tried = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(folder)], capture_output=True, check=False
    )
    if tried.returncode:
        pytest.skip("only root may mount a file system")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)
