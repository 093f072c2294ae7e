"""Figures beside what they may be."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.machine import Machine


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Something that was measured, and its budget if there is one."""

    what: str
    value: float
    unit: str = ""
    budget: float | None = None

    @property
    def is_kept(self) -> bool:
        return self.budget is None or self.value <= self.budget

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        line = f"{self.what:<48} {self.value:>9.3f}{unit:<6}"
        if self.budget is None:
            return line.rstrip()
        return f"{line} budget {self.budget:g}{unit}{'' if self.is_kept else '  !'}"


def report(machine: Machine, figures: Sequence[Figure], path: Path | None = None) -> int:
    """Print the figures, write them as JSON if there is a path, and return the exit status: 1 if one is over its budget."""
    print(machine)
    for one in figures:
        print(one)
    if path is not None:
        told = {"machine": machine.as_json(), "figures": [asdict(one) for one in figures]}
        path.write_text(json.dumps(told, indent=1) + "\n")
    return 0 if all(one.is_kept for one in figures) else 1
