"""Measuring logsmith: workloads, what they cost, and what another server needs for the same."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
