"""Filters as the code that is written for them, which must do what a call does."""

from msgspec import Raw

from logsmith.compiler.code import CodeWriter
from logsmith.errors import LogsmithError
from logsmith.event import Event, copied
from logsmith.event.json import encode_value


def emitted(one):
    """Return what a pipeline runs in a filter's place; it takes the event and returns whether it matched."""
    code = CodeWriter()
    with code.block("def run(event, fields)"):
        one.emit(code)
        code.line("return matched")
    run = code.load("t.conf")["run"]
    return lambda event: run(event, event.fields)


def outcome(run, members, unread, metadata):
    """Return all that a filter does to an event; some of its members are JSON that nobody read."""
    fields = {
        name: Raw(encode_value(value)) if name in unread else copied(value) for name, value in members.items()
    }
    event = Event(fields, copied(metadata))
    try:
        done = run(event)
    except LogsmithError as error:
        done = repr(error)
    return done, repr(event.to_map()), repr(event.metadata)
