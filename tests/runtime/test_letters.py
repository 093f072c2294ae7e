"""From a refused event to a dead letter, and back to the event."""

from types import SimpleNamespace

from logsmith.event import Event, Timestamp
from logsmith.event.exact import ExactEvent, thaw
from logsmith.runtime.letters import LetterBox
from logsmith.spool.dead_letters import DeadLetters


async def test_a_refused_event_can_be_rebuilt(tmp_path):
    output = SimpleNamespace(name="elasticsearch", line=7, metrics=SimpleNamespace(id="es"))
    event = Event({"@timestamp": Timestamp(5), "message": "hello"}, {"index": "logs"})
    letters = DeadLetters(tmp_path, "main")
    await LetterBox(letters, clock_ns=lambda: 42).put(output, [(event, "mapper_parsing_exception")])
    (letter,) = letters.read()
    assert (letter.entered_ns, letter.plugin_type, letter.plugin_id, letter.line) == (
        42,
        "elasticsearch",
        "es",
        7,
    )
    assert letter.reason == "mapper_parsing_exception"
    again = thaw(ExactEvent(letter.fields, letter.metadata, letter.types))
    assert again.top("@timestamp").nanos == 5
    assert (again.top("message"), again.metadata) == ("hello", {"index": "logs"})
    letters.close()
