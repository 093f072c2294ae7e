"""The health report: what is wrong with each pipeline, what that means, and what to look at.

Five probes: the state of the pipeline, whether its outputs take events, whether what they refuse can be stored as dead
letters, whether its persisted queue takes and gives events, and whether its workers die.
Logstash's second probe is a worker utilization of 100 %, which there means workers blocked by outputs. Here a
worker waits for outputs without being busy, so the probe asks what that one is meant to tell: whether an
output only fails. Its ids and words are Logstash's. A busy worker is yellow, never red: being busy is what it
is for.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from logsmith.api.flow import FlowHistory, Sample, rounded, utilization
from logsmith.runtime.delivery import HELD_LETTERS, HINT
from logsmith.runtime.queue_holds import FAILING, FULL, UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from logsmith.runtime.stats import PipelineState

Status = Literal["green", "unknown", "yellow", "red"]

SEVERITY: Sequence[Status] = ("green", "unknown", "yellow", "red")
WORDS: Mapping[Status, str] = {
    "green": "healthy",
    "unknown": "unknown",
    "yellow": "concerning",
    "red": "unhealthy",
}
NEARLY_BLOCKED_PERCENT = 95
RECOVERY_WINDOW_S = 300
RECOVERIES_TOO_MANY = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe found wrong; `probe` and `code` make Logstash's id."""

    status: Status
    probe: str
    code: str
    cause: str
    action: str
    impact: str
    severity: int

    def diagnosis(self) -> dict[str, Any]:  # Any: JSON
        return {
            "id": f"logstash:health:pipeline:{self.probe}:diagnosis:{self.code}",
            "cause": self.cause,
            "action": self.action,
        }

    def consequence(self) -> dict[str, Any]:  # Any: JSON
        return {
            "id": f"logstash:health:pipeline:{self.probe}:impact:{self.impact}",
            "severity": self.severity,
            "description": _IMPACTS[self.impact],
            "impact_areas": ["pipeline_execution"],
        }


_IMPACTS = {
    "not_processing": "the pipeline takes no events",
    "blocked_processing": "the pipeline delivers no events, clients have to wait",
    "intermittent_processing": "the pipeline takes no events from time to time",
}
_STATES: Mapping[str, tuple[Status, str, str]] = {
    "loading": ("yellow", "the pipeline is being started", "wait, and look into the log if it stays so"),
    "finished": (
        "yellow",
        "the pipeline has ended, its inputs have no more events",
        "none, if that is expected",
    ),
    "terminated": (
        "red",
        "the pipeline is not running, its workers died",
        "look into the log for why they died",
    ),
}
_BLOCKED: Sequence[tuple[str, str, Status]] = (
    ("last_5_minutes", "5m-blocked", "red"),
    ("last_1_minute", "1m-blocked", "yellow"),
)


_HOLDS: Mapping[str, tuple[Status, str, str, str]] = {
    FAILING: (
        "red",
        "disk-failing",
        "the persisted queue cannot be written, or its disk is full; nothing is acknowledged meanwhile",
        "look into the log for the reason, and see to the disk or the file; it goes on by itself",
    ),
    UNREADABLE: (
        "red",
        "unreadable",
        "the persisted queue cannot be read; what waits in it is not delivered",
        "look into the log for the reason, and see to the disk or the file; it goes on by itself",
    ),
    FULL: (
        "yellow",
        "full",
        "the persisted queue is full, inputs wait for outputs",
        "see with `logsmith queue status` which outputs it waits for: bring those back, or drop what waits for one that is gone",
    ),
}


@dataclass(frozen=True, slots=True)
class Health:
    """The report on one pipeline."""

    status: Status
    findings: Sequence[Finding]
    details: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON

    def report(self) -> dict[str, Any]:  # Any: JSON
        problems: dict[str, Any] = {}
        if self.findings:
            problems = {
                "diagnosis": [finding.diagnosis() for finding in self.findings],
                "impacts": [finding.consequence() for finding in self.findings],
            }
        return {"status": self.status, "symptom": _symptom(self), **problems, "details": dict(self.details)}


def check_pipeline(
    pipeline: PipelineState, flows: FlowHistory, now: float, sample: Sample, outputs: Mapping[str, str]
) -> Health:
    """Return how one pipeline is; `outputs` are the names of its output plugins, by their ids."""
    growth = list(flows.growth((pipeline.id, "", ""), now, sample))
    measure = utilization(pipeline.workers)
    busy = {name: measure(grown, seconds) or 0.0 for name, grown, seconds in growth}
    recent = [at for at in pipeline.recoveries if now - at <= RECOVERY_WINDOW_S]
    findings = [
        *_check_state(pipeline),
        *_check_outputs(pipeline, flows, now, sample, outputs),
        *_check_busy(busy),
        *_check_recoveries(recent),
    ]
    details: dict[str, Any] = {
        "status": {"state": pipeline.state.upper()},
        "flow": {"worker_utilization": {name: rounded(value) for name, value in busy.items()}},
    }
    if recent:
        details["recovery_log"] = [{"seconds_ago": round(now - at, 1)} for at in recent]
    return Health(worst([finding.status for finding in findings]), findings, details)


def check_letters(health: Health, outputs: Sequence[Mapping[str, Any]]) -> Health:  # Any: JSON
    """Return the report with those outputs, of these counters, that wait since what they refuse cannot be stored."""
    held = [
        Finding(
            "red",
            "dead_letter_queue",
            "no-room",
            f"the output {one['name']} ({one['id']}) waits with {one['gauges'][HELD_LETTERS]} events that were refused for good: "
            f"{one['notes'].get('dead_letters', 'they cannot be stored as dead letters')}",
            one["notes"].get(HINT, "look into the log for the reason"),
            "blocked_processing",
            1,
        )
        for one in outputs
        if one["gauges"].get(HELD_LETTERS)
    ]
    status = worst([health.status, *(one.status for one in held)])
    return replace(health, status=status, findings=[*held, *health.findings])


def check_queue(health: Health, gauges: Mapping[str, int]) -> Health:
    """Return the report with what holds inputs back at the persisted queue, by a pipeline's gauges."""
    held = [
        Finding(
            status, "persisted_queue", code, cause, action, "blocked_processing", 1 if status == "red" else 2
        )
        for name, (status, code, cause, action) in _HOLDS.items()
        if gauges.get(name)
    ]
    status = worst([health.status, *(one.status for one in held)])
    return replace(health, status=status, findings=[*held, *health.findings])


def report_on(healths: Mapping[str, Health]) -> dict[str, Any]:  # Any: JSON
    """Return the body of the health report, without the facts about the node."""
    status = worst([health.status for health in healths.values()])
    inside = {"status": status, "symptom": _sum_up(healths)}
    whole = {"pipelines": Health(status, ())}
    return {
        "status": status,
        "symptom": _sum_up(whole),
        "indicators": {
            "pipelines": {**inside, "indicators": {name: health.report() for name, health in healths.items()}}
        },
    }


def worst(statuses: Sequence[Status]) -> Status:
    """Return the worst of some statuses; none at all is green."""
    return max(statuses, key=SEVERITY.index, default="green")


def _check_state(pipeline: PipelineState) -> Iterator[Finding]:
    if pipeline.state in _STATES:
        status, cause, action = _STATES[pipeline.state]
        yield Finding(
            status, "status", pipeline.state, cause, action, "not_processing", 1 if status == "red" else 10
        )


def _check_outputs(
    pipeline: PipelineState, flows: FlowHistory, now: float, sample: Sample, outputs: Mapping[str, str]
) -> Iterator[Finding]:
    for key in sample:
        if key[:2] != (pipeline.id, "output"):
            continue
        windows = {
            name for name, grown, _ in flows.growth(key, now, sample) if grown.failed_sends and not grown.out
        }
        found = next(((code, status) for name, code, status in _BLOCKED if name in windows), None)
        if found:
            yield _blocked(f"{outputs[key[2]]} ({key[2]})", *found)


def _blocked(output: str, code: str, status: Status) -> Finding:
    return Finding(
        status,
        "flow:worker_utilization",
        code,
        f"the output {output} has delivered nothing and failed at every try",
        "look into the log for the reason, and at the server it sends to",
        "blocked_processing",
        1 if status == "red" else 2,
    )


def _check_busy(busy: Mapping[str, float]) -> Iterator[Finding]:
    for name, code in (("last_5_minutes", "5m-nearly-blocked"), ("last_1_minute", "1m-nearly-blocked")):
        if busy.get(name, 0.0) >= NEARLY_BLOCKED_PERCENT:
            cause = f"filters take {busy[name]:.0f} % of the workers' time"
            action = "raise pipeline.workers if there are cores left, or find slow filters in /_node/stats"
            yield Finding("yellow", "flow:worker_utilization", code, cause, action, "blocked_processing", 3)
            return


def _check_recoveries(recent: Sequence[float]) -> Iterator[Finding]:
    if not recent:
        return
    cause = f"workers died and were replaced {len(recent)} times in five minutes"
    action = "look into the log for how they died; nothing that was acknowledged is lost"
    if len(recent) >= RECOVERIES_TOO_MANY:
        yield Finding("red", "recovery", "5m-recovery-repeated", cause, action, "intermittent_processing", 1)
    else:
        yield Finding("yellow", "recovery", "5m-recovery-recent", cause, action, "intermittent_processing", 2)


def _symptom(health: Health) -> str:
    symptom = f"The pipeline is {WORDS[health.status]}"
    count = len(health.findings)
    if not count:
        return symptom
    areas = len({finding.impact for finding in health.findings})
    return (
        f"{symptom}; {areas} area{'s are' if areas > 1 else ' is'} impacted and "
        f"{count} {'diagnoses are' if count > 1 else 'diagnosis is'} available"
    )


def _sum_up(healths: Mapping[str, Health]) -> str:
    parts = []
    for status in reversed(SEVERITY):
        names = [f"`{name}`" for name, health in healths.items() if health.status == status]
        if names:
            plural = "indicators are" if len(names) > 1 else "indicator is"
            parts.append(f"{len(names)} {plural} {WORDS[status]} ({', '.join(names)})")
    return " and ".join(parts) if parts else "there is no indicator"
