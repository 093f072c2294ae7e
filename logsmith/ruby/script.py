"""A file of Ruby for the ruby filter: `register`, `filter`, and tests, which are run when it is loaded."""

from __future__ import annotations

from typing import Any

from logsmith.event import Event
from logsmith.ruby.border import take
from logsmith.ruby.event_object import EventObject
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.objects import Proc
from logsmith.ruby.program import Self, compile_ruby
from logsmith.ruby.show import inspect, to_s

_TEST_WORDS = ("test", "parameters", "in_event", "expect")


class Script:
    """A file that was read, registered and tested; `failures` says what its tests found."""

    def __init__(self, text: str, own: Self, params: Any) -> None:  # Any: a Hash
        self.program = compile_ruby(text, name="script", parameters=(), known=_TEST_WORDS)
        self.failures: list[str] = []
        self._tests: list[tuple[str, Proc]] = []
        self._own = self._loaded(own, collects=True)
        if "filter" not in own.methods:
            raise fault(
                "NotImplementedError",
                "Script does not define `filter`! Please ensure that you have defined a filter method!",
            )
        self._register(own, params)
        variables = dict(own.variables)
        for name, block in self._tests:
            self._test(name, block, variables)

    def _loaded(self, own: Self, *, collects: bool) -> Self:
        def test(args: tuple[Any, ...], block: Proc | None, _keywords: object) -> None:
            if collects and block is not None:
                self._tests.append((to_s(args[0]) if args else "", block))

        own.methods["test"] = test  # type: ignore[assignment]  # called as a method of the program's is
        self.program.run(own)
        return own

    def _register(self, own: Self, params: Any) -> None:  # Any: a Hash
        if "register" in own.methods:
            self.program.guarded(own.call, "register", (params,))

    def filter(self, event: EventObject) -> Any:  # Any: what the script returns
        """Return what the script's `filter` answers."""
        return self.program.guarded(self._own.call, "filter", (event,))

    def checked(self, results: Any) -> list[EventObject]:  # Any: what the script returned
        """Return the events of an answer; raises where it is no array of events."""
        if not isinstance(results, list):
            raise fault(
                "TypeError",
                f"Custom script did not return an array from 'filter'. Only arrays may be returned! Got {inspect(results)}",
            )
        for one in results:
            if not isinstance(one, EventObject):
                raise fault(
                    "TypeError",
                    f"Custom script returned a non event object '{inspect(one)}'!",
                )
        return results

    def _test(self, name: str, block: Proc, variables: dict[str, Any]) -> None:
        """Run one test with a script of its own."""
        case = _Case()
        words = {
            "parameters": case.take_parameters,
            "in_event": case.take_event,
            "expect": case.take_expectation,
        }
        known = self._own.methods
        self._own.methods = {**known, **words}  # type: ignore[dict-item]  # called as methods of the program's are
        try:
            self.program.guarded(block)
            own = Self()
            own.variables = dict(variables)
            self._loaded(own, collects=False)
            self._register(own, case.parameters)
            self._own.methods = known
            events = [
                one
                for event in case.events
                for one in self.checked(self.program.guarded(own.call, "filter", (event,)))
            ]
            for sentence, expectation in case.expectations:
                answer = self.program.guarded(expectation, events)
                if answer is None or answer is False:
                    self.failures.append(f"test {name!r} fails: {sentence}")
        except RubyException as error:
            self.failures.append(f"test {name!r} raises {error}")
        finally:
            self._own.methods = known


class _Case:
    """What a test says: its parameters, events and expectations."""

    def __init__(self) -> None:
        self.parameters: Any = {}  # Any: a Hash
        self.events: list[EventObject] = []
        self.expectations: list[tuple[str, Proc]] = []

    def take_parameters(self, _args: tuple[Any, ...], block: Proc | None, _keywords: object) -> None:
        self.parameters = block() if block is not None else {}

    def take_event(self, _args: tuple[Any, ...], block: Proc | None, _keywords: object) -> None:
        given = block() if block is not None else {}
        for members in given if isinstance(given, list) else [given]:
            self.events.append(EventObject(Event.from_map(take(members))))  # type: ignore[arg-type]  # a Hash

    def take_expectation(self, args: tuple[Any, ...], block: Proc | None, _keywords: object) -> None:
        if block is not None:
            self.expectations.append((to_s(args[0]) if args else "", block))
