"""What compiled code does when one event goes wrong: the event is tagged, the fault counted and logged, and it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith.compiler.section import Faults
from logsmith.log import Logger, RateLimited

if TYPE_CHECKING:
    from logsmith.event import ConditionError, Event
    from logsmith.metrics import PipelineMetrics
    from logsmith.plugins import Filter
    from logsmith.regex import RegexTimeoutError

SAME_COMPLAINT_EVERY_S = 60.0


def tagging_faults(metrics: PipelineMetrics, log: Logger) -> Faults:
    """Return the two ways in which an event can go wrong, counted in `metrics`."""
    complaints = RateLimited(SAME_COMPLAINT_EVERY_S)

    def in_condition(event: Event, line: int, error: ConditionError | RegexTimeoutError) -> None:
        event.tag("_conditionfailure")
        metrics.count("condition_failures")
        held_back = complaints.passes(line)
        if held_back is not None:
            log.warning(
                "condition cannot be evaluated and counts as false",
                line=line,
                reason=str(error),
                repeated=held_back,
            )

    def in_filter(event: Event, plugin: Filter, error: Exception) -> None:
        event.tag(plugin.fault_tag)
        metrics.count("filter_errors")
        plugin.metrics.count("errors")
        held_back = complaints.passes(id(plugin))
        if held_back is not None:
            reason = f"{type(error).__name__}: {error}"
            plugin.log.warning(
                "filter failed, the event goes on", line=plugin.line, reason=reason, repeated=held_back
            )

    return Faults(in_condition, in_filter)
