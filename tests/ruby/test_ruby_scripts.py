"""Scripts of the kinds that pipelines hold, in scripts.txt, with what JRuby 10 makes of their events.

A script begins with `===` and its name; `given` is an event; after `--- gives` stands a line for each event that comes out.
"""

import json
import re
from pathlib import Path

import pytest

from logsmith.event import Event
from logsmith.ruby.border import give
from logsmith.ruby.event_object import EventObject
from logsmith.ruby.exceptions import RubyException
from logsmith.ruby.objects import Proc
from logsmith.ruby.program import Self, compile_ruby
from logsmith.ruby.show import inspect

SCRIPTS = (Path(__file__).parent / "scripts.txt").read_text("utf-8")
PARTS = re.compile(
    r"(?P<name>.*)\n(?P<given>(?:given .*\n)*)(?:--- init\n(?P<init>(?s:.*?)\n))?"
    r"--- code\n(?P<code>(?s:.*?)\n)--- gives\n(?P<gives>(?s:.*))"
)


def scripts():
    for text in re.split(r"^=== ", SCRIPTS, flags=re.MULTILINE)[1:]:
        found = PARTS.fullmatch(text)
        yield pytest.param(found, id=found["name"])


def shown(event):
    fields = {key: value for key, value in event.fields.items() if key not in ("@timestamp", "@version")}
    return ("CANCELLED " if event.cancelled else "") + inspect(give(dict(sorted(fields.items()))))


def run(program, own, members):
    """Return the lines of what one event becomes."""
    event = Event.from_map({"@timestamp": "2020-01-01T00:00:00.000Z", **members})
    given, made, raised = EventObject(event), [], []
    try:
        program.run(own, event=given, new_event_block=Proc(made.append))
    except RubyException as error:
        raised.append(f"!{error.ruby_class.name}: {error.message}")
    given.settle()
    return [*raised, shown(event), *(f"NEW {shown(one.settle())}" for one in made)]


@pytest.mark.parametrize("script", list(scripts()))
def test_the_events_are_those_of_jruby(script):
    own, before = Self(scope="LogStash::Filters::Ruby::"), []
    if script["init"]:
        before.append(compile_ruby(script["init"], name="init", parameters=()))
        before[0].run(own)
    program = compile_ruby(script["code"], before=before)
    events = [json.loads(line.removeprefix("given ")) for line in script["given"].splitlines()]
    found = [line for members in events for line in run(program, own, members)]
    assert found == script["gives"].strip("\n").split("\n")
