"""The workloads: what is sent, what is done with it, and where the pipelines for it are."""

from dataclasses import dataclass
from pathlib import Path

WORKLOADS_FOLDER = Path(__file__).parent / "workloads"
PIPELINES_FOLDER = Path(__file__).parent / "pipelines"
PIPELINE = "logsmith.conf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One kind of work; its folder holds a pipeline for logsmith and Logstash, and the same for other servers."""

    name: str
    number: int | None = None  # those without one are no rows of the table, but what other scripts need
    kind: str = "combined"  # of the lines
    summary: str = ""
    settings: tuple[str, ...] = ()  # NAME=VALUE, of logsmith
    idle: int = 0  # connections that do nothing
    is_file: bool = False  # lines of a file that is read once, instead of Beats

    @property
    def folder(self) -> Path:
        if self.number is None:
            return PIPELINES_FOLDER / self.name
        return WORKLOADS_FOLDER / f"{self.number}-{self.name}"

    @property
    def pipeline(self) -> Path:
        return self.folder / PIPELINE


WORKLOADS = (
    Workload(number=0, name="reference", summary="grok, date, convert: the least work on an access log"),
    Workload(number=1, name="access", summary="grok, date, geoip, useragent, mutate, conditions"),
    Workload(number=2, name="miss", kind="miss", summary="the same, and grok misses every line"),
    Workload(number=3, name="json", kind="json", summary="json"),
    Workload(number=4, name="through", summary="nothing at all"),
    Workload(number=5, name="file", is_file=True, summary="a file, grok, no output"),
    Workload(number=6, name="pairs", kind="pairs", summary="dissect and kv"),
    Workload(number=7, name="services", kind="services", summary="300 lines of pipeline with 40 conditions"),
    Workload(
        number=8,
        name="formats",
        kind="formats",
        summary="one grok with ten patterns, each matched by a tenth",
    ),
    Workload(
        number=9, name="persisted", settings=("queue.type=persisted",), summary="access with a queue on disk"
    ),
    Workload(number=10, name="idle", idle=10_000, summary="access beside 10,000 connections that are silent"),
    Workload(number=11, name="ecs", summary="access with the names of ECS, and more of everything"),
)
ACCESS = WORKLOADS[1]


class UnknownWorkloadError(Exception):
    """There is no workload of that name."""


def find(name: str) -> Workload:
    """Return a workload by its name or its number."""
    for one in WORKLOADS:
        if name in {one.name, str(one.number)}:
            return one
    names = ", ".join(one.name for one in WORKLOADS)
    raise UnknownWorkloadError(f"there is no workload {name!r}; there are {names}")
