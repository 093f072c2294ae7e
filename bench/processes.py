"""A tree of processes as /proc shows it: its CPU time, its memory; and ports for it."""

import os
import random
import signal
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PORTS = range(20_000, 32_000)  # below those that Linux gives to clients
START_S = 60.0
STOP_S = 40.0
POLL_S = 0.02


class ServerError(Exception):
    """A server did not start, or ended when it should not."""


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens."""
    for port in random.sample(PORTS, len(PORTS)):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise ServerError("no port is free")


def tree(pid: int) -> list[int]:
    """Return a process and all below it, the process first."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid, *(one for child in children for one in tree(int(child)))]


def cpu_seconds(pid: int) -> float:
    """Return user and system time of a tree so far, those of its children that ended included."""
    total = 0
    for one in tree(pid):
        with suppress(FileNotFoundError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime
    return total / TICKS


@dataclass(slots=True)
class Memory:
    """MiB of a tree."""

    rss: float = 0.0  # the largest resident set of each process, added up: shared pages count in each
    pss: float = 0.0  # proportional shares now: shared pages count once


def memory(pid: int) -> Memory:
    """Return what a tree needs."""
    found = Memory()
    for one in tree(pid):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
            found.rss += _kib(one, "status", "VmHWM:") / 1024
            found.pss += _kib(one, "smaps_rollup", "Pss:") / 1024
    return found


def _kib(pid: int, file: str, row: str) -> int:
    rows = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return next((int(one.split()[1]) for one in rows if one.startswith(row)), 0)


def ports(pid: int) -> set[int]:
    """Return the local ports of a process's TCP connections over IPv4."""
    sockets = set()
    for one in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            sockets.add(one.readlink().name)  # socket:[inode]
    rows = (row.split() for row in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:])
    return {int(row[1].partition(":")[2], 16) for row in rows if f"socket:[{row[9]}]" in sockets}


def wait_listening(port: int, process: subprocess.Popen[bytes]) -> None:
    """Wait until a port takes connections; raises ServerError if the process ends before."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise ServerError(f"the server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(POLL_S)
        else:
            return
    raise ServerError("the server does not listen")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process as an administrator does, or by force if it does not end."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
