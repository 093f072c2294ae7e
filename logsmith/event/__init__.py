"""The event and what a pipeline can say about it."""

from logsmith.event.errors import ConditionError, EventError, FieldReferenceError, JsonError
from logsmith.event.event import Event, copied
from logsmith.event.fieldref import FieldRef
from logsmith.event.json import encode
from logsmith.event.ruby import inspect, to_f, to_i, to_s, truthy
from logsmith.event.sprintf import Sprintf, field_text, sprintf
from logsmith.event.timestamp import Timestamp, TimestampError
from logsmith.event.values import Value

__all__ = [
    "ConditionError",
    "Event",
    "EventError",
    "FieldRef",
    "FieldReferenceError",
    "JsonError",
    "Sprintf",
    "Timestamp",
    "TimestampError",
    "Value",
    "copied",
    "encode",
    "field_text",
    "inspect",
    "sprintf",
    "to_f",
    "to_i",
    "to_s",
    "truthy",
]
