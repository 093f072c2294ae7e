"""Signals that come before there is a supervisor: a stop ends the start, a reload is kept until it can be done.

SIGHUP is blocked until the supervisor unblocks it, and the kernel remembers it: the files may have been read when it comes.

SIGTERM and SIGINT end the process where it is: nothing is there yet that has to be closed. They do not raise. Libraries crash
when the making of their C modules is interrupted so, and others swallow what is raised around an import of their own.
"""

from __future__ import annotations

import os
import re
import signal
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from logsmith.log import Logger

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MESSAGES = {one: f"{one.name} received. Shutting down." for one in (signal.SIGTERM, signal.SIGINT)}
BY_SIGNAL = 128  # plus the number, as shells have it
_ASKS_FOR_A_CHECK = re.compile(
    r"-[rVh]*t|.*config\.test_and_exit"
)  # of the words; nothing can be imported now

log = Logger("logstash.runner")


def run_stoppable(main: Callable[[Sequence[str]], int], words: Sequence[str]) -> int:
    """Run the command that starts a supervisor, or checks what one would run, as the last thing this process does."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    for number in MESSAGES:
        signal.signal(number, partial(_stop, words))
    try:
        return main(words)
    finally:
        for number in (*MESSAGES, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # it ends anyway, with the status it has


def _stop(words: Sequence[str], number: int, _frame: object) -> NoReturn:
    is_check = any(map(_ASKS_FOR_A_CHECK.match, words))
    try:
        log.warning(MESSAGES[signal.Signals(number)])
        if not is_check:
            log.info("Logstash shut down.")
    except RuntimeError:
        pass  # it came in the middle of another line
    os._exit(BY_SIGNAL + number if is_check else 0)  # whoever asks for a check must not take this for right
