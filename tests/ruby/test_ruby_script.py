"""Script files: what they define, what their `filter` returns, and the tests in them."""

import pytest

from logsmith.event import Event
from logsmith.ruby.border import give
from logsmith.ruby.event_object import EventObject
from logsmith.ruby.exceptions import RubyException
from logsmith.ruby.program import Self
from logsmith.ruby.script import Script

MULTIPLY = """
def register(params)
  @times = params['times'].to_i
end

def filter(event)
  return [] if event.get('n').nil?
  event.set('n', event.get('n') * @times)
  [event]
end
"""
TEST = """
test 'multiplying' do
  parameters { { 'times' => 4 } }
  in_event { { 'n' => 2 } }
  expect('the product') { |events| events.first.get('n') == %d }
end
"""


def answers(script, fields):
    return [one.settle().to_map() for one in script.checked(script.filter(EventObject(Event(fields))))]


def test_register_gets_the_parameters():
    script = Script(MULTIPLY, Self(), give({"times": "3"}))
    assert answers(script, {"n": 2}) == [{"n": 6}]
    assert answers(script, {}) == []


def test_a_test_that_holds_leaves_the_script_as_it_was():
    script = Script(MULTIPLY + TEST % 8, Self(), give({"times": 3}))
    assert script.failures == []
    assert answers(script, {"n": 2}) == [{"n": 6}]


def test_a_test_that_fails_is_told():
    script = Script(MULTIPLY + TEST % 9, Self(), give({"times": 3}))
    assert script.failures == ["test 'multiplying' fails: the product"]


def test_a_test_that_raises_is_told():
    script = Script(MULTIPLY + TEST.replace("'n' => 2", "'n' => [nil]") % 8, Self(), give({}))
    assert script.failures == ["test 'multiplying' fails: the product"]
    script = Script(MULTIPLY.replace("* @times", "* nil") + TEST % 8, Self(), give({}))
    assert script.failures == ["test 'multiplying' raises nil can't be coerced into Integer"]


def test_a_script_without_filter_is_refused():
    with pytest.raises(RubyException, match="does not define `filter`"):
        Script("def register(params)\nend", Self(), give({}))


@pytest.mark.parametrize("answer", ["nil", "'x'", "['x']", "[event, nil]", "event"])
def test_what_is_no_array_of_events_raises(answer):
    script = Script(f"def filter(event)\n  {answer}\nend", Self(), give({}))
    with pytest.raises(RubyException):
        answers(script, {})
