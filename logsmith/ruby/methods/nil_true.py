"""nil, true and false."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.dispatch import methods_of
from logsmith.ruby.objects import String

NIL = methods_of("NilClass")
TRUE = methods_of("TrueClass")
FALSE = methods_of("FalseClass")


def _truth(value: Any) -> bool:
    return value is not None and value is not False


NIL.add("to_s", lambda _nil: String("", is_frozen=True))
NIL.add("to_a", lambda _nil: [])
NIL.add("to_h", lambda _nil: {})
NIL.add("to_i", lambda _nil: 0)
NIL.add("to_f", lambda _nil: 0.0)
NIL.add("nil?", lambda _nil: True)
NIL.add("inspect", lambda _nil: String("nil"))
NIL.add("=~", lambda _nil, _pattern: None)
for _table in (NIL, FALSE):
    _table.add("&", lambda _false, _other: False)
    _table.add("| ^", lambda _false, other: _truth(other))
TRUE.add("&", lambda _true, other: _truth(other))
TRUE.add("|", lambda _true, _other: True)
TRUE.add("^", lambda _true, other: not _truth(other))
TRUE.add("to_s inspect", lambda _true: String("true", is_frozen=True))
FALSE.add("to_s inspect", lambda _false: String("false", is_frozen=True))
