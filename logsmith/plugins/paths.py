"""Code that follows field references: through objects inline, through whatever else is in the way by the event's rules.

`fields` and `event` are in scope of what is written here. `v` is what an expression works with, `held` the object that
statements change a member of; neither outlives a statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING

from logsmith.event import EventError, FieldRef, Sprintf, Value, field_text
from logsmith.event.ruby import finite

if TYPE_CHECKING:
    from logsmith.plugins.contract import Code

RESERVED = frozenset({"tags", "@timestamp"})  # what they may hold is the event's to check


def is_reserved(ref: FieldRef) -> bool:
    """Return whether only the event itself may set the field."""
    return not ref.path or ref.path[0] in RESERVED


def fixed(name: str) -> FieldRef | None:
    """Return the reference that a name is for every event, None if it depends on the event or is no reference."""
    try:
        return FieldRef.parse(name) if "%{" not in name else None
    except EventError:
        return None  # Logstash: found out by the first event


def template(text: Value) -> Sprintf | None:
    """Return the sprintf that a value is, None if it is no text or has a reference in it that is none."""
    try:
        return Sprintf.parse(text) if isinstance(text, str) else None
    except EventError:
        return None


def reading(ref: FieldRef, field: str) -> str:
    """Return an expression that reads a field, null if it is missing; `field` is the name the reference is bound to."""
    if ref.top is not None:
        name = repr(ref.top)
        return f"(v if (v := fields.get({name})).__class__ is not Raw else event.read_member({name}, v))"
    if not ref.path:
        return "event.metadata"
    if len(ref.path) == 1:
        return f"event.metadata.get({ref.path[0]!r})"
    inside = f"v.get({ref.path[-1]!r}) if {_object_at(ref, 'v', 'get')}"
    return f"({inside} else event.get({field}) if v.__class__ is list else None)"


@contextmanager
def holding(code: Code, ref: FieldRef, otherwise: str) -> Iterator[str]:
    """Write what is done inside of the `with` for a field in an object, whose name is yielded.

    The statement `otherwise` is for a field in an array; where nothing can hold the field, nothing is done.
    """
    if ref.top is not None:
        yield "fields"
        return
    if len(ref.path) == 1:
        code.line("held = event.metadata")
        yield "held"
        return
    with code.block(f"if {_object_at(ref, 'held', 'get')}"):
        yield "held"
    with code.block("elif held.__class__ is list"):
        code.line(otherwise)


def member(code: Code, ref: FieldRef) -> str:
    """Return an expression that reads a field of which `holding` has found the holder."""
    return code.read(ref) if ref.top is not None else f"held.get({ref.path[-1]!r})"


def emit_set(code: Code, ref: FieldRef, value: str) -> None:
    """Write what sets a field to an expression's value, which is neither a decimal nor a float that is not finite."""
    if is_reserved(ref):
        code.line(f"event.set({code.bind(ref, 'field')}, {value})")
    elif ref.top is not None:
        code.line(f"fields[{ref.top!r}] = {value}")
    elif len(ref.path) == 1:
        code.line(f"event.metadata[{ref.path[0]!r}] = {value}")
    else:
        code.line(f"new = {value}")
        with code.block(f"if {_object_at(ref, 'held', 'setdefault')}"):
            code.line(f"held[{ref.path[-1]!r}] = new")
        with code.block("else"):
            code.line(f"event.set({code.bind(ref, 'field')}, new)")


def emit_set_any(code: Code, ref: FieldRef) -> None:
    """Write what sets a field to `new`, whatever that is."""
    with code.block(f"if new.__class__ is float or new.__class__ is {code.bind(Decimal, 'Decimal')}"):
        code.line(f"new = {code.bind(finite, 'finite')}(new)")
    emit_set(code, ref, "new")


def emit_add(code: Code, ref: FieldRef, value: str, otherwise: str) -> None:
    """Write what sets a field to a text if it is not there; the statement `otherwise` is for one that is."""
    if is_reserved(ref):
        code.line(otherwise)
        return
    code.line(f"new = {value}")
    place, name = "fields" if ref.top is not None else "held", repr(ref.path[-1])
    missing = f"{name} not in {place}"
    if ref.top is None:
        missing = f"({_object_at(ref, 'held', 'setdefault')}) and {missing}"
    with code.block(f"if {missing}"):
        code.line(f"{place}[{name}] = new")
    with code.block("else"):
        code.line(otherwise)


def emit_remove(code: Code, ref: FieldRef) -> None:
    """Write what takes a field away."""
    remove = f"event.remove({code.bind(ref, 'field')})"
    if not ref.path:
        code.line(remove)
        return
    with holding(code, ref, remove) as place:
        code.line(f"{place}.pop({ref.path[-1]!r}, None)")


def text_of(code: Code, text: Sprintf) -> str:
    """Return an expression for the text that a sprintf makes of the event."""
    if text.static is not None:
        return repr(text.static)
    return " + ".join(_part(code, part) for part in text.parts)


def _part(code: Code, part: str | FieldRef | Callable[..., str]) -> str:
    if isinstance(part, str):
        return repr(part)
    if not isinstance(part, FieldRef):
        return f"{code.bind(part, 'part')}(event)"
    as_text = f"{code.bind(_placed, 'placed')}(v, {part.text!r})"
    return f"(v if (v := {code.read(part)}).__class__ is str else {as_text})"


def _placed(value: Value, name: str) -> str:
    return f"%{{{name}}}" if value is None else field_text(value)


def _object_at(ref: FieldRef, name: str, method: str) -> str:
    """Return an expression that is true if an object holds the field, which is `name` then.

    With the method `setdefault` objects are made on the way, as the event makes them; else `name` is what is in the way.
    """
    made = ", {}" if method == "setdefault" else ""
    keys = ref.path[:-1]
    if ref.in_metadata:
        found = [f"({name} := event.metadata).__class__ is dict"]
    else:
        first, keys = keys[0], keys[1:]
        read = f"({name} := event.read_member({first!r}, {name})).__class__ is dict"
        outermost = f"({name} := fields.{method}({first!r}{made})).__class__ is dict"
        found = [f"({outermost} or {name}.__class__ is Raw and {read})"]
    found += [f"({name} := {name}.{method}({key!r}{made})).__class__ is dict" for key in keys]
    return " and ".join(found)
