"""What the log says of a file of the persisted queue that was damaged and rebuilt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith.log import Logger

if TYPE_CHECKING:
    from pathlib import Path

    from logsmith.spool import SpoolError
    from logsmith.spool.rebuild import Rebuilt

KEPT = "see to the disk; `logsmith queue check` lists what is lost; remove the damaged file when you have no use for it"

log = Logger("logstash.queue")


def say_rebuilt(path: Path, report: Rebuilt, failure: SpoolError) -> None:
    """Tell what became of a damaged file, and what to do with it."""
    facts: dict[str, object] = {"file": str(path), "damaged_file": str(report.aside), "reason": str(failure)}
    facts |= {"batches": report.batches, "events": report.events, "lost_batches": len(report.lost)}
    facts |= {"lost_events": sum(one.events for one in report.lost)}
    log.error(
        "the file of the persisted queue was damaged; it was rebuilt of all that can be read",
        **facts,
        hint=KEPT,
    )
    for one in report.lost:
        log.error("a damaged batch was set aside; its events are not delivered", **one._asdict())
    if not report.is_exact:
        log.error(
            "what outputs have could not be told from the damaged file: events may come twice, and some may be missing",
            damaged_file=str(report.aside),
        )
