"""Change events by Python code: what the ruby filter is for Ruby, for pipelines that are written for logsmith.

The code is the body of a function: it finds the event as `event`, what `script_params` says as `params`, and
`emit(fields)`, which adds an event after this one; `return` leaves it. `init` is run once before, in the same module. A
file (`path`) defines `filter(event)`, and perhaps `register(params)`. An event has `get(field)`, `set(field, value)`,
`remove(field)`, `include(field)`, `tag(name)`, `cancel()`, `to_dict()`, `sprintf(format)`, `clone()` and `timestamp`.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from logsmith.event import Event, FieldRef, Timestamp, Value, copied, sprintf
from logsmith.plugins import Example, Filter, PluginError, Problem, setting
from logsmith.regex import TimeUp, budget

BUDGET_S = 1.0  # of one call, as of the ruby filter
CHANGES = frozenset(
    ("append", "add", "update", "pop", "setdefault", "extend", "clear", "remove", "insert", "discard")
)
PLAIN = (str, bool, int, float, Timestamp, type(None))


class PythonEvent:
    """An event as the code sees it; arrays and objects are copies."""

    __slots__ = ("event",)

    def __init__(self, event: Event) -> None:
        self.event = event

    def get(self, field: str) -> Value:
        """Return a field, None if it is missing."""
        return copied(self.event.get(FieldRef.parse(field)))

    def set(self, field: str, value: Any) -> None:  # Any: what a field can hold, or TypeError
        """Set a field, making the objects on the way."""
        self.event.set(FieldRef.parse(field), taken(value))

    def remove(self, field: str) -> Value:
        """Remove a field and return it."""
        return self.event.remove(FieldRef.parse(field))

    def include(self, field: str) -> bool:
        """Return whether there is such a field, a null one included."""
        return self.event.include(FieldRef.parse(field))

    def tag(self, name: str) -> None:
        """Add a tag unless the event has it."""
        self.event.tag(name)

    def cancel(self) -> None:
        """Drop the event."""
        self.event.cancel()

    def to_dict(self) -> dict[str, Value]:
        """Return a copy of all fields, without metadata."""
        return {name: copied(value) for name, value in self.event.to_map().items()}

    def sprintf(self, text: str) -> str:
        """Return a text with `%{field}` replaced."""
        return sprintf(text, self.event)

    def clone(self) -> PythonEvent:
        """Return a copy of the event."""
        return PythonEvent(self.event.clone())

    @property
    def timestamp(self) -> Value:
        """The time of the event."""
        return self.event.top("@timestamp")


def taken(value: Any) -> Value:  # Any: what the code made
    """Return a value as a field holds it; raises TypeError for what none can hold."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, dict):
        return {str(name): taken(member) for name, member in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [taken(member) for member in value]
    if isinstance(value, datetime):
        return Timestamp.parse(value.astimezone().isoformat())
    raise TypeError(f"a field cannot hold a {type(value).__name__}")


class Python(Filter):
    """A filter of code; one whose code changes what is outside of its function runs in one worker."""

    can_cancel = True

    code: str | None = setting(None, "Python code to run for each event: the body of a function.")
    init: str | None = setting(None, "Python code to run once, before the first event.")
    path: Path | None = setting(None, "A file that defines `filter(event)`, and perhaps `register(params)`.")
    script_params: dict[str, Any] = setting({}, "What the code finds as `params`.")  # Any: plain values
    tag_on_exception: str = setting("_pythonexception", "The tag of an event on which the code raises.")

    examples = (
        Example(
            "computes one field from others",
            config="code => \"event.set('seconds', event.get('milliseconds') / 1000)\"",
            given={"milliseconds": 1500},
            expect=[{"milliseconds": 1500, "seconds": 1.5}],
        ),
        Example(
            "makes further events, which follow the one at hand",
            config="code => \"for item in event.get('items'): emit({'item': item})\"",
            given={"items": ["a", "b"]},
            expect=[{"items": ["a", "b"]}, {"item": "a"}, {"item": "b"}],
        ),
        Example(
            "tags the event when the code raises, and leaves the common settings alone",
            config="code => \"event.set('half', event.get('n') / 2)\" add_tag => [\"halved\"]",
            given={"n": None},
            expect=[{"n": None, "tags": ["_pythonexception"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self.longest_run_s = BUDGET_S
        self._made: list[Event] = []
        self._names: dict[str, Any] = {"params": dict(self.script_params), "emit": self._emit}
        self._function: Callable[[PythonEvent], Any] | None = None
        if (self.code is None) == (self.path is None):
            yield Problem("python needs either 'code' or 'path'", code="conflicting-settings")
            return
        yield from self._run_once("init", self.init or "")
        if self.path is not None:
            yield from self._prepare_file(self.path)
        elif self.code is not None:
            yield from self._prepare_code(self.code)

    def _run_once(self, name: str, text: str) -> Iterator[Problem]:
        try:
            exec(compile(textwrap.dedent(text), name, "exec"), self._names)  # noqa: S102  the user's own code
        except SyntaxError as error:
            yield Problem(f"{name}: {error.msg}", name, offset=_offset(text, error))
        except Exception as error:  # noqa: BLE001  whatever the user's code raises
            yield Problem(f"{name} raises {described(error)}", name)

    def _prepare_code(self, code: str) -> Iterator[Problem]:
        try:
            module = ast.parse(textwrap.dedent(code), "code")
            function = ast.parse("def filter(event): pass").body[0]
            assert isinstance(function, ast.FunctionDef)  # noqa: S101  the line above says so
            function.body = module.body or function.body
            self.is_stateful = keeps_state(function)  # type: ignore[misc]  # of this one
            exec(compile(ast.Module([function], []), "code", "exec"), self._names)  # noqa: S102  the user's own code
        except SyntaxError as error:
            yield Problem(f"code: {error.msg}", "code", offset=_offset(code, error))
            return
        self._function = self._names["filter"]

    def _prepare_file(self, path: Path) -> Iterator[Problem]:
        try:
            exec(compile(path.read_text("utf-8"), str(path), "exec"), self._names)  # noqa: S102  the user's own code
            if "register" in self._names:
                self._names["register"](self._names["params"])
            self._function = self._names["filter"]
        except KeyError:
            yield Problem(f"{path} defines no function 'filter'", "path")
        except SyntaxError as error:
            yield Problem(f"{path}:{error.lineno}:{error.offset}: {error.msg}", "path")
        except Exception as error:  # noqa: BLE001  whatever the user's code raises
            yield Problem(f"{path} raises {described(error)}", "path")

    def _emit(self, fields: PythonEvent | dict[str, Any]) -> None:
        if isinstance(fields, PythonEvent):
            self._made.append(fields.event)
        else:
            self._made.append(Event.from_map(taken(fields)))  # type: ignore[arg-type]  # a dict stays one

    def expand(self, event: Event) -> list[Event]:
        self._made = []
        given = PythonEvent(event)
        try:
            answer = self._call(given)
            self.decorate(event)
        except Exception as error:  # noqa: BLE001  whatever the user's code raises
            self.log.error("Python exception occurred", reason=described(error), line=self.line)
            event.tag(self.tag_on_exception)
            return [event, *self._made]
        kept = [event] if answer is None else [one.event for one in answer]
        return [one for one in (*kept, *self._made) if not one.cancelled]

    def _call(self, given: PythonEvent) -> list[PythonEvent] | None:
        assert self._function is not None  # noqa: S101  prepare has succeeded
        budget.program = TimeUp()
        try:
            answer = self._function(given)
        except TimeUp:
            raise PluginError(f"the code took longer than {BUDGET_S:g} s") from None
        finally:
            budget.program = None
        if answer is None or (
            isinstance(answer, list) and all(isinstance(one, PythonEvent) for one in answer)
        ):
            return answer
        raise TypeError(f"the code returns a {type(answer).__name__}, neither None nor a list of events")


def described(error: BaseException) -> str:
    """Return an exception with its class, as a person reads it."""
    return f"{type(error).__name__}: {error}"


def keeps_state(function: ast.FunctionDef) -> bool:
    """Return whether a function changes what is outside of it: a global, or what hangs on one."""
    stored = {
        one.id for one in ast.walk(function) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
    }
    own = {*stored, *(one.arg for one in ast.walk(function) if isinstance(one, ast.arg))}
    return any(
        isinstance(one, ast.Global) or _changed_name(one) not in {None, *own} for one in ast.walk(function)
    )


def _changed_name(node: ast.AST) -> str | None:
    """Return the name of the variable on which something changes here."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
        changed: ast.AST = node.func.value
    elif isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, ast.Store | ast.Del):
        changed = node.value
    else:
        return None
    while isinstance(changed, (ast.Subscript, ast.Attribute)):
        changed = changed.value
    return changed.id if isinstance(changed, ast.Name) else None


def _offset(text: str, error: SyntaxError) -> int:
    """Return where in the written text an error of the dedented one stands."""
    lines = text.splitlines(keepends=True)
    line = min((error.lineno or 1) - 1, len(lines) - 1)
    cut = len(lines[line]) - len(textwrap.dedent(text).splitlines(keepends=True)[line])
    return sum(map(len, lines[:line])) + max(0, cut) + (error.offset or 1) - 1
