"""What can go wrong when an event is read or changed."""

from logsmith.errors import LogsmithError


class EventError(LogsmithError):
    """An event cannot be read or changed in the way that was asked for."""


class FieldReferenceError(EventError):
    """A text that stands for a field is no field reference."""


class JsonError(EventError):
    """A text is not the JSON that was expected."""


class ConditionError(EventError):
    """A condition cannot be evaluated, such as `[n] > 3` with `n` missing."""
