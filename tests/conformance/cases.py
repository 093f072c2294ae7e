"""Cases, and the surroundings in which one runs: its files, its environment, its pipeline."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event, Sprintf, Timestamp, fieldref, zones
from logsmith.event.json import parse_json
from logsmith.plugins import Context

NOT_THERE = "Couldn't find any"  # Logstash's words for a plugin that nobody has


class NotBuiltError(Exception):
    """The case needs a plugin that does not exist yet."""


class RefusedError(Exception):
    """The configuration is refused at start."""


class FailedError(Exception):
    """A fact does not hold."""


def check(got, expected, what):
    """Fail unless the two are equal, also in type."""
    if not alike(got, expected):
        raise FailedError(f"{what}: expected {shown(expected)}, got {shown(got)}")


def alike(left, right):
    """Return whether two JSON values are equal, integers told from floats."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(alike(member, right[key]) for key, member in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(alike, left, right))
    return left == right


def shown(value, limit=1500):
    text = json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)
    return text if len(text) <= limit else text[:limit] + "…"


def load_areas(folder):
    """Return the cases of each area, by its name."""
    files = sorted(folder.glob("*.jsonl"))
    return {file.stem: [json.loads(line) for line in file.read_text().split("\n") if line] for file in files}


@dataclass(frozen=True)
class Surroundings:
    """What a case runs in."""

    folder: Path
    fixtures: Path
    context: Context
    escapes: bool
    environment: dict[str, str]

    def with_ecs(self, mode):
        return replace(self, context=replace(self.context, ecs=mode))

    def compile(self, text):
        """Return the compiled pipeline; raises RefusedError or NotBuiltError."""
        text = self.placed(text)
        compilation = compile_pipeline(
            [Source("case.conf", text)],
            self.context,
            support_escapes=self.escapes,
            environment=self.environment,
        )
        errors = [one for one in compilation.diagnostics if one.is_error]
        if any(one.code == "unknown-plugin" for one in errors):
            raise NotBuiltError(errors[0].message)
        if compilation.pipeline is None:
            raise RefusedError("; ".join(f"{one.code}: {one.message}" for one in errors))
        return compilation.pipeline

    def decoder(self, text):
        """Return a codec that reads; stdin and the like would put another in its place."""
        return self.compile(f"input {{ generator {{ codec => {text} }} }}").inputs[0].codec.fresh()

    def encoder(self, text):
        """Return a codec that writes."""
        return self.compile(f"output {{ null {{ codec => {text} }} }}").outputs[0].codec.fresh()

    def placed(self, text):
        return (
            text.replace("${FIXTURES}", str(self.fixtures))
            .replace("${CASE_DIR}", str(self.folder))
            .replace("@FILES@", str(self.folder))
        )


@contextmanager
def surroundings_of(case, fixtures):
    """Make what a case's settings ask for, for as long as it runs."""
    settings = case.get("settings", {})
    variables = settings.get("env", {}) | case.get("env", {})
    before = dict(os.environ)
    with TemporaryDirectory() as name:
        folder = Path(name)
        for path, text in settings.get("files", {}).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)
        os.environ.update(variables)
        if "locale" in settings:
            os.environ["LC_ALL"] = settings["locale"].replace("-", "_")
        if "timezone" in settings:
            os.environ["TZ"] = settings["timezone"]
        _use_style(settings.get("config.field_reference.escape_style", "none"))
        zones.system_zone.cache_clear()
        try:
            yield Surroundings(
                folder, fixtures, _context(settings, folder), _escapes(settings), {**os.environ}
            )
        finally:
            os.environ.clear()
            os.environ.update(before)
            zones.system_zone.cache_clear()
            _use_style("none")


def _context(settings, folder):
    clock = Timestamp.now
    if "clock" in settings:
        moment = Timestamp.parse(settings["clock"])
        clock = lambda: moment  # noqa: E731  a clock that stands still
    return Context(
        ecs=settings.get("ecs_compatibility", "v8"),
        timezone=settings.get("timezone"),
        clock=clock,
        path_data=folder / "data",
        path_settings=folder,
    )


def _escapes(settings):
    return settings.get("config.support_escapes", False) in (True, "true")


def _use_style(style):
    if fieldref._escape_style != style:
        fieldref.use_escape_style(style)
        Sprintf.parse.cache_clear()


def event_of(members):
    """Return an event of JSON members as a client sends them."""
    return Event.from_map(parse_json(json.dumps(members)))


def chunk_bytes(chunk):
    return bytes.fromhex(chunk["hex"]) if isinstance(chunk, dict) else chunk.encode()


def decoded(codec, case):
    """Return the events that a codec makes of a case's chunks."""
    events = [event for chunk in case["chunks"] for event in codec.decode(chunk_bytes(chunk))]
    return [*events, *codec.flush()] if case.get("flush") or case.get("type") == "whole" else events
