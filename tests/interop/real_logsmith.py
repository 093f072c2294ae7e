"""The real `logsmith` as people run it: a process with a pipeline, folders of its own, and a log."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from real_parts import tail
from real_servers import stop_group

START_TIMEOUT_S = 30
STOP_TIMEOUT_S = 30
POLL_S = 0.02


class LogsmithError(AssertionError):
    """The process does not do what it should; the message ends with its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to start: the text or file of a pipeline, further words, and the ports it will listen on."""

    pipeline: str | Path
    words: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    path_data: Path


class LogsmithProcess:
    """A running logsmith. Its log is standard error, its standard output what the stdout output writes."""

    def __init__(self, order, folder):
        self.order = order
        self.folder = folder
        self.log_path = folder / "logsmith.log"
        self.stdout_path = folder / "stdout"
        self._process = None

    def start(self):
        """Start it, also again after its end, and return when its ports listen."""
        with self.log_path.open("ab") as log, self.stdout_path.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "logsmith", *self._words()],
                cwd=self.folder,
                env=os.environ | self.order.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_TIMEOUT_S
        for port in self.order.ports:
            self._wait_listening(port, deadline)
        return self

    @property
    def pid(self):
        return self._process.pid

    @property
    def is_running(self):
        return self._process is not None and self._process.poll() is None

    @property
    def log(self):
        return self.log_path.read_text(errors="replace")

    @property
    def stdout(self):
        return self.stdout_path.read_text(errors="replace")

    def wait(self, timeout_s=STOP_TIMEOUT_S):
        """Wait until it ends by itself, and return its exit status."""
        try:
            return self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise LogsmithError(self._with_log(f"still running after {timeout_s} s")) from None

    def wait_until(self, is_so, timeout_s=START_TIMEOUT_S):
        """Wait until `is_so()` is true, and return what it returned."""
        deadline = time.monotonic() + timeout_s
        while not (answer := is_so()):
            if time.monotonic() > deadline:
                raise LogsmithError(self._with_log(f"not so after {timeout_s} s"))
            time.sleep(POLL_S)
        return answer

    def wait_logged(self, phrase, timeout_s=START_TIMEOUT_S):
        """Wait until the log holds the phrase."""
        self.wait_until(lambda: phrase in self.log, timeout_s)

    def stop(self):
        """Stop it as systemd does, and see that it ended well and left no process behind."""
        os.kill(self.pid, signal.SIGTERM)
        status = self.wait()
        if status:
            raise LogsmithError(self._with_log(f"exit status {status} after SIGTERM"))
        if self._has_offspring():
            raise LogsmithError(self._with_log("a process of it lives on"))

    def kill(self):
        """Kill it and its workers at once, as a machine that fails."""
        with suppress(ProcessLookupError):  # the last of the group has just ended
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(STOP_TIMEOUT_S)

    def discard(self):
        """End whatever of it still runs."""
        if self._process is not None:
            stop_group(self._process, STOP_TIMEOUT_S)
            if self._has_offspring():
                self.kill()

    def _words(self):
        flag = "-f" if isinstance(self.order.pipeline, Path) else "-e"
        words = [flag, str(self.order.pipeline), "--path.data", str(self.order.path_data), *self.order.words]
        if not any(word.startswith("--api.") for word in self.order.words):
            words.append("--api.enabled=false")  # its port is the same for all
        return words

    def _wait_listening(self, port, deadline):
        while True:
            if not self.is_running:
                raise LogsmithError(
                    self._with_log(f"ended with status {self._process.returncode} at its start")
                )
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
            except OSError:
                if time.monotonic() > deadline:
                    raise LogsmithError(self._with_log(f"does not listen on port {port}")) from None
                time.sleep(POLL_S)
            else:
                return

    def _has_offspring(self):
        try:
            os.killpg(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def _with_log(self, message):
        return f"{message}; the end of its log:\n{tail(self.log)}"
