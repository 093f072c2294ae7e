"""What is measured on: the processor, its cores, Python."""

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine, as far as figures depend on it."""

    cpu: str
    cores: int
    python: str
    kernel: str
    load: float  # of the last minute, before anything was measured

    def __str__(self) -> str:
        what = f"{self.cpu}, {self.cores} cores, Python {self.python}, Linux {self.kernel}"
        return f"{what}; load before {self.load:.1f}"

    def as_json(self) -> dict[str, str | int | float]:
        return asdict(self)


def this_machine() -> Machine:
    """Look at the machine."""
    rows = Path("/proc/cpuinfo").read_text().splitlines()
    names = [row.partition(":")[2].strip() for row in rows if row.startswith(("model name", "Model"))]
    return Machine(
        cpu=names[0] if names else platform.machine(),
        cores=len(os.sched_getaffinity(0)),
        python=platform.python_version(),
        kernel=platform.release(),
        load=os.getloadavg()[0],
    )
