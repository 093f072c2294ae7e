"""Where the persisted queues are: a folder for each pipeline, a file for each of its workers."""

from __future__ import annotations

import re
from pathlib import Path

from logsmith.runtime.queue_writer import QueueSettings

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
        adopted=left,
    )


def _share(most: int, count: int) -> int:
    return max(1, most // count) if most else 0
