"""Runs the conformance cases of a folder and prints what holds.

    python tests/conformance/runner.py [FOLDER] [--only TEXT]

A case is one JSON object; the folder's README tells its form. Cases whose plugin does not exist yet are counted as not
built. `differs.toml` lists cases where this server does another thing on purpose, `fixme.toml` those that are known to
fail, each with its reason; a case that holds all the same must leave the list.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import trio
from cases import (
    NOT_THERE,
    FailedError,
    NotBuiltError,
    RefusedError,
    check,
    decoded,
    event_of,
    load_areas,
    shown,
    surroundings_of,
)
from facts import as_json, check_all, read
from pages import read_differences, write_pages

from logsmith.config import ast
from logsmith.config.errors import UndefinedVariableError
from logsmith.config.parser import parse
from logsmith.config.source import Source
from logsmith.config.values import plugin_settings
from logsmith.config.variables import Variables
from logsmith.event import EventError, FieldRef, Sprintf, Timestamp, encode, to_s
from logsmith.event.json import event_from_json
from logsmith.event.text import event_text
from logsmith.event.zones import system_zone
from logsmith.regex import budget, compile_ruby

HERE = Path(__file__).parent
DEFAULT_FOLDER = HERE.parents[2] / "shared" / "conformance"
KINDS = ("input", "filter", "output")
OUTCOMES = ("passed", "failed", "differs", "fixme", "not built")


def main(argv=None):
    """Run the cases and return the exit status: 0 if every case that is on no list holds."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("folder", nargs="?", type=Path, default=DEFAULT_FOLDER)
    reader.add_argument("--only", default="", help="areas or ids that contain this text")
    reader.add_argument(
        "--write", action="store_true", help="bring docs/differences.md and the README up to date"
    )
    chosen = reader.parse_args(argv)
    if not chosen.folder.is_dir():
        print(f"there is no folder {chosen.folder}", file=sys.stderr)
        return 2
    areas, complaints = run_folder(chosen.folder.resolve(), chosen.only)
    print_report(areas, complaints)
    if chosen.write:
        write_pages(areas)
    return 1 if complaints else 0


def run_folder(folder, only=""):
    """Return the outcomes of each area, counted, and a complaint for each case that fails or is listed in vain."""
    differing = {name for one in read_differences() for name in one.get("cases", ())}
    lists = {"differs": differing, "fixme": read_fixme()}
    areas, complaints = {}, []
    for area, cases in load_areas(folder).items():
        wanted = [case for case in cases if only in area or only in case["id"]]
        if not wanted:
            continue
        counts = areas[area] = Counter()
        for case in wanted:
            outcome, why = run_case(case, folder / "fixtures")
            listed = next((name for name, ids in lists.items() if case["id"] in ids), None)
            if listed and outcome == "passed":
                outcome, why = "failed", f"holds, but stands in {listed}.toml"
            elif listed and outcome == "failed":
                outcome = listed
            counts[outcome] += 1
            if outcome == "failed":
                complaints.append(f"{area} {case['id']} ({case['name']})\n    {why}")
    return areas, complaints


def read_fixme():
    """Return the ids of the cases that are known to fail, with what is wrong."""
    return tomllib.loads((HERE / "fixme.toml").read_text())


def print_report(areas, complaints):
    """Print every complaint, then a table by area, then the sum."""
    for complaint in complaints:
        print(complaint)
    print(f"{'':20}" + "".join(f"{outcome:>11}" for outcome in OUTCOMES))
    for area, counts in areas.items():
        print(f"{area:20}" + "".join(f"{counts[outcome] or '':>11}" for outcome in OUTCOMES))
    total = sum(areas.values(), Counter())
    print(f"{'':20}" + "".join(f"{total[outcome]:>11}" for outcome in OUTCOMES))
    print(f"passed {total['passed']} of {total.total()}")


def run_case(case, fixtures):
    """Return the outcome of a case, and why it failed."""
    with surroundings_of(case, fixtures) as place:
        try:
            RUNNERS[case.get("type", "filter")](case, place)
            if case.get("also_v8"):
                RUNNERS[case.get("type", "filter")](case, place.with_ecs("v8"))
        except NotBuiltError as why:
            is_refused_too = case.get("error") and NOT_THERE in (case.get("error_contains") or "")
            return ("passed", "") if is_refused_too else ("not built", str(why))
        except (FailedError, RefusedError) as why:
            return "failed", f"{type(why).__name__.removesuffix('Error').lower()}: {why}"
        except Exception as error:  # noqa: BLE001  whatever one case meets, the others run
            return "failed", f"{type(error).__name__}: {error}"
    return "passed", ""


def run_filter(case, place):
    if case.get("error"):
        check_refused(case, place)
        return
    pipeline = place.compile(case["config"])
    check_all(filtered(pipeline, map(event_of, case["input"])), case["expect"])


def check_refused(case, place):
    try:
        place.compile(case["config"])
        if "codec" in case:
            place.decoder(case["codec"])
    except RefusedError:
        return
    raise FailedError(f"expected the configuration to be refused: {case.get('error_contains', '')[:200]}")


def filtered(pipeline, events):
    return trio.run(filtered_to_the_end, pipeline, events)


async def filtered_to_the_end(pipeline, events):
    limit_s = max((one.longest_match_s for one in pipeline.filters), default=0)
    with budget.armed(limit_s):
        out = [one for event in events for one in await pipeline.filter_async([event])]
        return out + await pipeline.flush(final=True)


def run_whole(case, place):
    if case.get("error"):
        check_refused(case, place)
        return
    pipeline = place.compile(case["config"])
    given = decoded(place.decoder(case["codec"]), case) if "codec" in case else map(event_of, case["input"])
    events = filtered(pipeline, given)
    if "expect_encoded" in case:
        codec = place.encoder(case["out_codec"])
        check_encoded([codec.encode(event).decode() for event in events], case["expect_encoded"])
        return
    got, wanted = [json.loads(encode(event)) for event in events], case["expect_events"]
    for name in case.get("ignore", ()):
        got, wanted = [without(one, name) for one in got], [without(one, name) for one in wanted]
    for name in case.get("json_text", ()):
        got, wanted = [with_parsed(one, name) for one in got], [with_parsed(one, name) for one in wanted]
    check(got, wanted, "events")
    if "expect_metadata" in case:
        metadata = [as_json(event.metadata) or None for event in events]
        check(metadata, [one or None for one in case["expect_metadata"]], "metadata")


def check_encoded(got, wanted):
    if len(got) == len(wanted) and all(map(is_same_text, got, wanted)):
        return
    if "".join(got) == "".join(wanted):
        return  # Logstash's csv codec hands its header over as a piece of its own
    check(got, wanted, "encoded")


def is_same_text(left, right):
    """Return whether two texts are equal, JSON in any order of keys."""
    try:
        values = json.loads(left), json.loads(right)
    except ValueError:
        return left == right
    return values[0] == values[1] and left[-1:] == right[-1:]


def without(event, name):
    return changed(event, name, lambda parent, key: parent.pop(key, None))


def with_parsed(event, name):
    return changed(event, name, lambda parent, key: parent.__setitem__(key, json.loads(parent[key])))


def changed(event, name, change):
    """Return a copy of an event's JSON with what a reference names changed, if it is there."""
    twin = parent = json.loads(json.dumps(event))
    *parents, last = FieldRef.parse(name).path
    for key in parents:
        parent = parent.get(key) if isinstance(parent, dict) else None
    if isinstance(parent, dict) and last in parent:
        change(parent, last)
    return twin


def run_parse(case, place):
    tree, diagnostics = parse(Source("case.conf", place.placed(case["config"])))
    errors = [one.message for one in diagnostics if one.is_error]
    check(not errors, case["ok"], f"accepted ({'; '.join(errors)})")
    if "plugins" in case:
        sections = sorted(tree.sections, key=lambda section: KINDS.index(section.kind))
        got = [plain_plugin(section.kind, one, place) for section in sections for one in statements(section)]
        check(got, case["plugins"], "plugins")


def statements(section):
    return [one for one in ast.walk_statements(section.body) if isinstance(one, ast.Plugin)]


def plain_plugin(kind, plugin, place):
    return {
        "section": kind,
        "name": plugin.name,
        "options": plain_options(plugin_settings(plugin, escapes=place.escapes)),
    }


def plain_options(value):
    if isinstance(value, dict):
        return {key: plain_options(member) for key, member in value.items()}
    return [plain_options(item) for item in value] if isinstance(value, list) else value


def run_sprintf(case, _place):
    event = event_of(case["event"])
    try:
        text = Sprintf.parse(case["template"]).format(event)
    except EventError as error:
        check(True, case.get("error", False), f"an error ({error})")
        return
    check(False, case.get("error", False), f"an error (the text is {text!r})")
    if "expect_match" in case:
        check(compile_ruby(case["expect_match"]).search(text) is not None, True, f"{text!r} matches")
    else:
        check(text, case["expect_text"], "text")


def run_fieldref(case, _place):
    try:
        ref = FieldRef.parse(case["ref"])
    except EventError as error:
        check(True, case.get("error", False), f"an error ({error})")
        return
    check(False, case.get("error", False), "an error")
    check([*(["@metadata"] if ref.in_metadata else []), *ref.path], case["path"], "path")


def run_event(case, _place):
    original = event = event_of(case["event"])
    for operator, *arguments in case["ops"]:
        if operator == "clone":
            event = event.clone()
            continue
        subject = original if operator == "original_get" else event
        try:
            OPERATIONS[operator](subject, *arguments)
        except FailedError as error:
            raise FailedError(f"{operator}: {error}") from None


def append(event, other):
    for name, value in event_of(other).to_map().items():
        if name not in event.to_map():
            event.set(FieldRef.parse(f"[{name}]"), value)


def expect_error(action):
    try:
        action()
    except EventError:
        return
    raise FailedError("expected an error")


OPERATIONS = {
    "get": lambda event, name, value: check(as_json(read(event, name)), value, name),
    "original_get": lambda event, name, value: check(as_json(read(event, name)), value, name),
    "get_text": lambda event, name, text: check(to_s(read(event, name)), text, name),
    "get_error": lambda event, name: expect_error(lambda: read(event, name)),
    "set": lambda event, name, value: event.set(FieldRef.parse(name), value),
    "set_error": lambda event, name, value: expect_error(lambda: event.set(FieldRef.parse(name), value)),
    "remove": lambda event, name, value: check(as_json(event.remove(FieldRef.parse(name))), value, name),
    "remove_any": lambda event, name: event.remove(FieldRef.parse(name)),
    "include": lambda event, name, wanted: check(event.include(FieldRef.parse(name)), wanted, name),
    "has_key": lambda event, name, wanted: check(name in event.to_map(), wanted, name),
    "has_pair": lambda event, name, value: check(as_json(event.to_map().get(name)), value, name),
    "tag": lambda event, name: event.tag(name),
    "append": append,
    "text": lambda event, text: check(event_text(event), text, "text"),
}


def run_event_json(case, _place):
    check(json.loads(encode(event_of(case["event"]))), case["expect_value"], "JSON")


def run_from_json(case, _place):
    try:
        events = event_from_json(case["text"])
    except EventError as error:
        check(True, case.get("error", False), f"an error ({error})")
        return
    check(False, case.get("error", False), "an error")
    check_all(events, case["expect"])


def run_timestamp(case, _place):
    try:
        stamp = stamp_of(case)
    except EventError as error:
        check(True, case.get("error", False), f"an error ({error})")
        return
    check(False, case.get("error", False), f"an error (the time is {stamp})")
    check(str(stamp), case["expect_text"], "time")


def stamp_of(case):
    if "text" in case:
        return Timestamp.parse(
            case["text"], zone=system_zone(), locale=case.get("settings", {}).get("locale")
        )
    return Timestamp.from_epoch(Decimal(case["epoch_text"]) if "epoch_text" in case else case["epoch"])


def run_env(case, place):
    try:
        value = Variables(place.environment).expand_value(case["value"])
    except UndefinedVariableError as error:
        check(True, case.get("error", False), f"an error ({error})")
        return
    check(False, case.get("error", False), f"an error (the value is {shown(value)})")
    check(value, case["expect_value"], "value")


def run_codec(case, place):
    events = decoded(place.decoder(case["codec"]), case)
    if "total_lines" in case:
        lines = sum(to_s(event.top("message")).count("\n") + 1 for event in events)
        check(lines, case["total_lines"], "lines")
        events = events[: len(case["expect"])]
    check_all(events, case["expect"])


def run_codec_encode(case, place):
    text = place.encoder(case["codec"]).encode(event_of(case["event"])).decode()
    if "expect_text" in case:
        check(text, case["expect_text"], "text")
        return
    suffix = case.get("expect_suffix", "")
    check(text[len(text) - len(suffix) :], suffix, "end")
    check(json.loads(text.removesuffix(suffix)), case["expect_json"], "JSON")


RUNNERS = {
    "filter": run_filter,
    "whole": run_whole,
    "parse": run_parse,
    "sprintf": run_sprintf,
    "fieldref": run_fieldref,
    "event": run_event,
    "event_json": run_event_json,
    "from_json": run_from_json,
    "timestamp": run_timestamp,
    "env": run_env,
    "codec": run_codec,
    "codec_encode": run_codec_encode,
    "start": lambda case, place: place.compile(case["config"]),
}

if __name__ == "__main__":
    sys.exit(main())
