"""Where the persisted queues are: a folder for each pipeline, a file for each of its workers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from logsmith.runtime.queue_writer import QueueSettings
from logsmith.spool import SpoolError
from logsmith.spool.queue import PersistedQueue

_FILE = re.compile(r"worker-([0-9]+)\.sqlite")


def queue_files(folder: Path) -> dict[int, Path]:
    """Return the files in the folder of a pipeline's queue, by their worker's number."""
    found = ((one, _FILE.fullmatch(one.name)) for one in folder.glob("worker-*.sqlite"))
    return {int(match[1]): one for one, match in sorted(found) if match}


def part_of_queue(folder: Path, index: int, count: int, whole: QueueSettings) -> QueueSettings:
    """Return what one of `count` workers has of a pipeline's queue, and which files of former workers it takes over."""
    left = [
        path for number, path in queue_files(folder).items() if number >= count and number % count == index
    ]
    return QueueSettings(
        path=folder / f"worker-{index}.sqlite",
        max_bytes=_share(whole.max_bytes, count),
        max_events=_share(whole.max_events, count),
        drain=whole.drain,
        is_first=index == 0,
        adopted=left,
    )


def stranded_events(folder: Path, outputs: Collection[str]) -> dict[str, int]:
    """Return how many events wait in a pipeline's queue for outputs that are not among these, by their names."""
    found: Counter[str] = Counter()
    for path in queue_files(folder).values():
        with closing(PersistedQueue(path, is_read_only=True)) as queue:
            try:
                backlogs = queue.backlogs()
            except SpoolError:
                continue  # its own worker says what is wrong with it
        found.update({name: one.events for name, one in backlogs.items() if name not in outputs})
    return dict(+found)


def _share(most: int, count: int) -> int:
    return max(1, most // count) if most else 0
