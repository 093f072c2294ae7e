"""Change events by Ruby code: the subset of the language that pipelines use, compiled once when the pipeline is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from traceback import walk_tb
from typing import Any

from logsmith.event import Event
from logsmith.log import RateLimited
from logsmith.plugins import Example, Filter, Problem, setting
from logsmith.ruby.border import give
from logsmith.ruby.errors import RubyError
from logsmith.ruby.event_object import EventObject
from logsmith.ruby.exceptions import RubyException, conversion_fault
from logsmith.ruby.logger_object import LoggerObject
from logsmith.ruby.objects import Proc
from logsmith.ruby.program import BUDGET_S, Program, RubyTimeoutError, Self, compile_ruby
from logsmith.ruby.script import Script

SAME_FAULT_LOGGED_S = 60.0


class Ruby(Filter):
    """A filter of code; one whose code keeps values between events runs in one worker."""

    can_cancel = True

    code: str | None = setting(None, "Ruby code to run for each event, which it finds as `event`.")
    init: str | None = setting(None, "Ruby code to run once, before the first event, with the same object.")
    path: Path | None = setting(
        None,
        "A file with a method `filter(event)`, which returns an array of events, and perhaps `register(params)`.",
    )
    script_params: dict[str, Any] = setting({}, "What the file's `register` gets.")  # Any: plain values
    tag_on_exception: str = setting(
        "_rubyexception", "The tag of an event on which the code raises an exception."
    )
    tag_with_exception_message: bool = setting(False, "Also add a tag with the message of the exception.")

    examples = (
        Example(
            "computes one field from others",
            config="code => \"event.set('seconds', event.get('milliseconds') / 1000.0)\"",
            given={"milliseconds": 1500},
            expect=[{"milliseconds": 1500, "seconds": 1.5}],
        ),
        Example(
            "drops empty fields",
            config="code => \"event.to_hash.each { |k, v| event.remove(k) if v.nil? || v == '' }\"",
            given={"user": "", "host": "web-1", "code": None},
            expect=[{"host": "web-1"}],
        ),
        Example(
            "makes further events, which follow the one at hand",
            config="code => \"event.get('items').each { |item| new_event_block.call(LogStash::Event.new('item' => item)) }\"",
            given={"items": ["a", "b"]},
            expect=[{"items": ["a", "b"]}, {"item": "a"}, {"item": "b"}],
        ),
        Example(
            "tags the event when the code raises an exception, and leaves the common settings alone",
            config="code => \"event.set('half', event.get('n') / 2)\" add_tag => [\"halved\"]",
            given={"n": None},
            expect=[{"n": None, "tags": ["_rubyexception"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self.longest_run_s = BUDGET_S
        self._complaints = RateLimited(SAME_FAULT_LOGGED_S)
        self._object = Self(logger=LoggerObject(self.log), scope="LogStash::Filters::Ruby::")
        self._program: Program | None = None
        self._script: Script | None = None
        if (self.code is None) == (self.path is None):
            given = "neither is" if self.code is None else "both are"
            message = f"ruby needs either 'code' or 'path'; {given} given, and every event is tagged"
            # Logstash starts all the same
            yield Problem(message, code="conflicting-settings", severity="warning")
        elif self.path is not None:
            yield from self._prepare_script(self.path)
        else:
            yield from self._prepare_code(self.code or "")

    def _prepare_code(self, code: str) -> Iterator[Problem]:
        before: list[Program] = []
        try:
            if self.init is not None:
                before.append(compile_ruby(self.init, name="init", parameters=()))
            self._program = compile_ruby(code, name="code", before=before)
        except RubyError as error:
            setting_name = "code" if before or self.init is None else "init"
            yield Problem(f"{setting_name}: {error}", setting_name, offset=error.offset)
            return
        for program in (*before, self._program):
            yield from self._notices(program)
        try:
            for program in before:
                program.run(self._object)
        except (RubyException, RubyTimeoutError) as error:
            yield Problem(f"init raises {described(error)}", "init")
        self._note_state(any(one.defers_state for one in before) or self._program.keeps_state)

    def _notices(self, program: Program) -> Iterator[Problem]:
        for notice in program.warnings:
            yield Problem(
                f"{program.name}: {notice.message}", program.name, severity="warning", offset=notice.offset
            )

    def reads(self) -> Iterator[Path]:
        if self.path is not None:
            yield self.path

    def _prepare_script(self, path: Path) -> Iterator[Problem]:
        self._object.scope = f"#<Class:0x{id(self._object) & 0xFFFFFFFF:x}>::"  # of one object, as in Ruby
        try:
            self._script = Script(path.read_text("utf-8"), self._object, give(self.script_params))
        except (OSError, UnicodeDecodeError) as error:
            yield Problem(f"cannot read {path}: {error}", "path", code="missing-file")
        except RubyError as error:
            yield Problem(f"{path}:{error.line}:{error.column}: {error}", "path")
        except (RubyException, RubyTimeoutError) as error:
            yield Problem(f"{path} raises {described(error)}", "path")
        else:
            self._note_state(self._script.program.keeps_state)
            for failure in self._script.failures:
                yield Problem(f"{path}: {failure}", "path")

    def _note_state(self, keeps_state: bool) -> None:
        if keeps_state:
            self.is_stateful = True  # type: ignore[misc]  # of this one; other code keeps nothing

    def expand(self, event: Event) -> list[Event]:
        if self._script is not None:
            return self._run_script(self._script, event)
        if self._program is not None:
            return self._run_code(self._program, event)
        event.tag(self.tag_on_exception)
        return [event]

    def _run_code(self, program: Program, event: Event) -> list[Event]:
        made: list[EventObject] = []
        given = EventObject(event)
        try:
            program.run(self._object, event=given, new_event_block=_collector(made))
            given.settle()
            self.decorate(event)
        except (RubyException, RubyTimeoutError) as error:
            given.settle()
            self._tag(event, error)
        kept = [] if event.cancelled else [event]
        return [*kept, *(one.settle() for one in made if one.event is not event)]

    def _run_script(self, script: Script, event: Event) -> list[Event]:
        given = EventObject(event)
        try:
            results = script.filter(given)
            given.settle()
            self.decorate(event)
            made = script.checked(results)
        except (RubyException, RubyTimeoutError) as error:
            given.settle()
            self._tag(event, error)
            return [] if event.cancelled else [event]
        kept = [event] if any(one is given for one in made) and not event.cancelled else []
        return [*kept, *(one.settle() for one in made if one is not given and not one.event.cancelled)]

    def _tag(self, event: Event, error: RubyException | RubyTimeoutError) -> None:
        place = _line_in_code(error)
        held_back = self._complaints.passes((place, type(error)))
        if held_back is not None:
            self.log.error(
                "Ruby exception occurred",
                reason=described(error),
                line=self.line,
                code_line=place,
                repeated=held_back,
            )
        if self.tag_with_exception_message:
            event.tag(f"{self.tag_on_exception}: {error}")
        event.tag(self.tag_on_exception)


def _collector(made: list[EventObject]) -> Proc:
    """Return `new_event_block`, which keeps the events that it is called with."""

    def collect(event: Any) -> None:  # Any: what the code calls it with
        if not isinstance(event, EventObject):
            raise conversion_fault(event, "LogStash::Event")
        made.append(event)

    return Proc(collect)


def _line_in_code(error: BaseException) -> int | None:
    """Return the line of the code in which an error was raised."""
    lines = [
        line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename in ("code", "script")
    ]
    return lines[-1] if lines else None


def described(error: RubyException | RubyTimeoutError) -> str:
    """Return an error with its class, as a person reads it."""
    return f"{error} ({error.ruby_class.name})" if isinstance(error, RubyException) else str(error)
