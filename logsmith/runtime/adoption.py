"""What becomes of the persisted queues of workers that are no more: another one takes them over."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import trio

from logsmith.log import Logger
from logsmith.runtime.batches import pack_row, read_row, unpack
from logsmith.spool import SpoolError
from logsmith.spool.queue import Batch, PersistedQueue

if TYPE_CHECKING:
    from logsmith.runtime.queue_writer import QueueWriter
    from logsmith.spool.queue import StoredBatch

ADOPT_AT_ONCE = 8  # batches
NAMED, ADOPTED = (
    "named ",
    "adopted ",
)  # fates that are none: names of a file, and of those that were taken over

log = Logger("logstash.queue")


async def adopt(path: Path, writer: QueueWriter) -> None:
    """Take over the batches of a worker that is no more, and remove its file; what is damaged in it stays there."""
    with closing(PersistedQueue(path)) as left:
        name = await _named(left, writer)
        moved = 0
        for cursor in await writer.insist(lambda: list(left.backlogs())):
            while True:
                batches, damages = await writer.insist(partial(left.read, cursor, limit=ADOPT_AT_ONCE))
                if not batches and not damages:
                    break
                moved += await _move(batches, cursor, left, writer)
        damages = await writer.insist(left.damages)
        fates = await writer.insist(left.fates)
    if not damages:
        if not await writer.insist(partial(_are_taken_over, name, path)):
            fates[f"{ADOPTED}{name}"] = fates.pop(f"{NAMED}{name}")
            await writer.append(Batch(b"", 0, {}), fates=fates)
        await trio.to_thread.run_sync(_remove, path)
    facts = {"file": str(path), "events": moved, "damaged_batches": len(damages)}
    log.info("took over the queue of a worker that is no more", **facts)


async def _named(left: PersistedQueue, writer: QueueWriter) -> str:
    """Return the name that a file has among its fates, so that they are taken over once; it gets one if it has none."""
    for fate in await writer.insist(left.fates):
        if fate.startswith(NAMED):
            return fate.removeprefix(NAMED)
    name = uuid.uuid4().hex
    await writer.insist(partial(left.append, [], counted={f"{NAMED}{name}": 1}))
    return name


def _are_taken_over(name: str, path: Path) -> bool:
    """Return whether a file's sums are in another one already: then a kill came before the file was removed.

    That may be the file of any worker, since the next start may deal the files out in another way.
    """
    others = [one for one in path.parent.glob(f"*{path.suffix}") if one != path]
    for one in others:
        with closing(PersistedQueue(one)) as other:
            if f"{ADOPTED}{name}" in other.fates():
                return True
    return False


async def _move(
    batches: Sequence[StoredBatch], cursor: str, left: PersistedQueue, writer: QueueWriter
) -> int:
    """Store one output's part of batches and take it out of the other file; returns how many events that were.

    Each file's sums add up after each commit: a kill between two leaves events that are routed twice, and are counted so.
    """
    moved = 0
    for batch in batches:
        try:
            events = unpack(read_row(batch.payload), [cursor])[cursor]
        except SpoolError as error:
            await writer.insist(partial(left.set_aside, batch.sequence, str(error)))
            continue
        await writer.append(pack_row([(cursor, events)]), fates={f"routed {cursor}": len(events)})
        moved += len(events)
    done = {cursor: [batch.sequence for batch in batches]}
    await writer.insist(partial(left.append, [], delivered=done, counted={f"routed {cursor}": -moved}))
    return moved


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", ".reserve"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
