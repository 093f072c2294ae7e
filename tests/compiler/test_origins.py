"""Events that filters make of one: each has an origin of its own, and the same one when the event comes again."""

import pytest

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.event.origin import settle
from logsmith.plugins import Context

CLONES = 'clone { clones => ["x", "y"] }'
NEW = 'new_event_block.call(LogStash::Event.new({"n" => 1}))'
KEEP = "@kept ||= []; @kept << event.clone; new_event_block.call(@kept.first)"


def runs(text, count=2, messages=("a\nb",)):
    """Return the origins that a pipeline gives to the same events, once for each run of it."""
    found = []
    for _ in range(count):
        compilation = compile_pipeline([Source("main.conf", f"filter {{ {text} }}")], Context())
        assert [one.message for one in compilation.diagnostics if one.is_error] == []
        events = []
        for number, message in enumerate(messages):
            event = Event.from_map({"message": message})
            event.origin = f"parent-{number}"
            events.append(event)
        kept = compilation.pipeline.filter(events)
        settle(kept)
        found.append([event.origin for event in kept])
    return found


KNOWN = [
    ("clone", CLONES, 3),
    ("two clones in a row", f"{CLONES} {CLONES}", 9),
    ("two clones of different branches", f'{CLONES} if [type] == "x" {{ {CLONES} }} else {{ {CLONES} }}', 9),
    ("split", "split { }", 2),
    ("split and clone", f"split {{ }} {CLONES}", 6),
    ("clone and split", f"{CLONES} split {{ }}", 6),
    ("a copy that Ruby makes", "ruby { code => 'new_event_block.call(event.clone)' }", 2),
    ("a new event of Ruby's", f"ruby {{ code => '{NEW}' }}", 2),
    ("several of them", f"ruby {{ code => '{NEW}; {NEW}' }} ruby {{ code => '{NEW}' }}", 6),
]


@pytest.mark.parametrize(("text", "count"), [case[1:] for case in KNOWN], ids=[case[0] for case in KNOWN])
def test_what_is_made_of_an_event_is_known_again(text, count):
    first, again = runs(text)
    assert len(set(first)) == len(first) == count
    assert first == again


def test_an_event_that_stays_one_keeps_its_origin():
    assert runs(f'if [message] == "other" {{ {CLONES} }}') == [["parent-0"]] * 2


AGGREGATE = (
    """aggregate { task_id => "%{message}" code => "map['n'] = 1" push_previous_map_as_event => true }"""
)


@pytest.mark.parametrize("text", [AGGREGATE, f"ruby {{ code => '{KEEP}' }}"], ids=["aggregate", "Ruby"])
def test_what_comes_of_several_events_is_never_taken_for_a_repetition(text):
    first, again = runs(text, messages=("a", "b"))
    assert len(set(first)) == len(first)
    assert set(first) & set(again) == {"parent-0", "parent-1"}
