"""The contract between logsmith and its plugins.

A plugin is one class in one file named as in the pipeline. It declares settings (`setting(default, "Sentence.")`), an
input also what it listens on, and the one hook of its kind:

    filter  `filter(event)`, or `expand(event)` (one becomes many), or `emit(code)` (writes the statements itself);
            `async def filter` where it waits for something; optionally `flush(final=...)`
    codec   `decode(chunk)`, `encode(event)`, `flush()`
    input   `async run(send)`
    output  `async send(events)`, optionally `open()`; `encode(events)` and `async send_encoded(batches)` where it can make
            what it sends as soon as filters are done

`prepare()` makes what the settings imply (compiled patterns, opened databases) and yields what is wrong with them; it
runs once, before workers are forked, at `-t` as at a start. There is no other life cycle: what needs an end is an async
context manager, `open()`.
"""

from __future__ import annotations

import copy
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from inspect import iscoroutinefunction
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from logsmith.event import Event, FieldRef, Timestamp, Value, sprintf
from logsmith.log import Logger
from logsmith.metrics import PluginMetrics
from logsmith.plugins.addresses import Addresses
from logsmith.plugins.batch import Batch, EncodedBatch, PluginError
from logsmith.plugins.conversion import CONVERTERS, WORDS
from logsmith.plugins.decoration import add_field, add_tags, remove_tags
from logsmith.plugins.setting import CodecSetting, default_of, setting, settings_of

if TYPE_CHECKING:
    import trio

BY_LINES = {"plain": "line", "json": "json_lines"}
USE_CODEC = "set the codec, or a setting of the codec, instead"

UNFINISHED_SHOWN = 40  # characters

EcsMode = Literal["disabled", "v1", "v8"]
Kind = Literal["input", "filter", "output", "codec"]
Send = Callable[[Sequence[Event]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Problem:
    """What `prepare` found wrong: `setting` is where, `hint` what to do, `code` its stable name.

    `inside` leads to a place in the setting's value: the keys of hashes, the numbers of list items, the names of a
    codec's settings, from the outside in. `offset` counts the characters of the text there up to what is wrong in it.
    """

    message: str
    setting: str | None = None
    hint: str | None = None
    code: str = "bad-value"
    severity: Literal["error", "warning"] = "error"
    offset: int | None = None
    inside: tuple[str | int, ...] = ()

    @classmethod
    def unfinished(cls, setting: str, text: str, offset: int, inside: tuple[str | int, ...] = ()) -> Problem:
        """Return a warning of what begins with `%{` in a setting's text and has no closing brace of its own."""
        message = f"{text[offset : offset + UNFINISHED_SHOWN]!r} has no closing brace of its own"
        hint = "close it where the reference ends: %{…}"
        return cls(message, setting, hint, "unfinished-reference", "warning", offset, inside)


@dataclass(frozen=True, slots=True)
class Example:
    """One behaviour of a filter or codec: documentation and test at once.

    `config` is the inside of the plugin's braces, `given` an event's fields, `expect` the fields of each event that
    comes out (`@timestamp` and `@version` are compared only if they are named).
    """

    sentence: str
    config: str
    given: Mapping[str, Any]  # Any: JSON values
    expect: Sequence[Mapping[str, Any]]
    ecs: EcsMode = "disabled"


@dataclass(frozen=True, slots=True)
class Context:
    """What a plugin may know of its surroundings."""

    pipeline_id: str = "main"
    ecs: EcsMode = "v8"
    path_data: Path = Path("data")
    path_settings: Path = Path("config")
    timezone: str | None = None  # None: the system's
    clock: Callable[[], Timestamp] = Timestamp.now
    hostname: str = field(default_factory=socket.gethostname)
    metrics: PluginMetrics = field(default_factory=lambda: PluginMetrics("none", "none", "none"))
    log: Logger = field(default_factory=lambda: Logger("logsmith.plugins"))
    make_codec: Callable[[CodecSetting, Context], Codec] | None = None
    addresses: Addresses = field(default_factory=Addresses)  # one for all pipelines
    shared: dict[str, Any] = field(default_factory=dict)  # Any: what plugins of one pipeline have in common


@dataclass(slots=True)
class WorkerPlace:
    """Where a plugin runs after the fork: which of how many workers, its inherited sockets, and when to stop."""

    index: int = 0
    count: int = 1
    sockets: Sequence[socket.socket] = ()  # one for each of `listens()`, bound and listening
    connections: Any = None  # Any: logsmith.net's shared counts of connections, one for each socket
    stopping: trio.Event | None = None  # set when inputs shall take no more and finish what they have
    drains: bool = (
        False  # set before `stopping` for an output that will not be there any more: it shall get all it can
    )


class Code(Protocol):
    """What `emit` writes to: Python statements that run with `event` and its `fields` in scope."""

    def line(self, text: str) -> None:
        """Write one statement."""

    def block(self, header: str) -> Any:  # Any: a context manager
        """Write `header:` and indent what is written inside of the `with`."""

    def bind(self, value: object, name: str) -> str:
        """Make a value reachable from the code; returns the name it got."""

    def local(self, name: str) -> str:
        """Return a fresh local variable's name."""

    def read(self, ref: FieldRef) -> str:
        """Return an expression that reads a field, null if it is missing."""


class Plugin:
    """What all plugins share: settings as attributes, surroundings, counters, a log."""

    kind: ClassVar[Kind]
    name: ClassVar[str]
    examples: ClassVar[Sequence[Example]] = ()
    is_reloadable: ClassVar[bool] = (
        True  # can be ended and made anew while its pipeline's process group lives on
    )
    makes_plain_values = (
        False  # JSON tells all it writes to events apart: no decimals, no times but `@timestamp`
    )

    id: str | None = setting(None, "A name for the plugin, shown in logs and by the API.")
    enable_metric: bool = setting(True, "Count events for this plugin.")

    def __init_subclass__(cls, **arguments: object) -> None:
        super().__init_subclass__(**arguments)
        cls.name = cls.__module__.rpartition(".")[2]

    def __init__(
        self, context: Context, values: Mapping[str, Any] | None = None
    ) -> None:  # Any: converted values
        """Take checked settings; what is not given has its default. `given` names those that were written."""
        self.context = context
        self.log, self.metrics = context.log, context.metrics
        self.place = WorkerPlace()
        self.line = 0  # of the configuration
        self.given = frozenset(values or ())
        declared = settings_of(type(self))
        for name, one in declared.items():
            setattr(self, name, values[name] if values and name in values else default_of(one))
        mode = getattr(self, "ecs_compatibility", None)
        self.ecs: EcsMode = mode or context.ecs
        self._make_codecs(declared)

    def _make_codecs(self, declared: Mapping[str, Any]) -> None:
        for name in declared:
            chosen = getattr(self, name)
            if isinstance(chosen, CodecSetting):
                if self.context.make_codec is None:
                    raise ValueError(f"no codecs here, wanted {chosen.name}")
                chosen = self._fitting(chosen)
                setattr(self, name, self.context.make_codec(chosen, replace(self.context, ecs=self.ecs)))

    def _fitting(self, chosen: CodecSetting) -> CodecSetting:
        """Return the codec that is used where one is named; Logstash reads streams by lines whatever it was told."""
        by_lines = BY_LINES.get(chosen.name) if isinstance(self, Input) and self.reads_a_stream else None
        if by_lines is None:
            return chosen
        self.log.info("codec replaced, since this input is a stream", codec=chosen.name, by=by_lines)
        return replace(chosen, name=by_lines)

    def prepare(self) -> Iterator[Problem]:
        """Make what the settings imply; yield what is wrong with them."""
        return iter(())

    def reads(self) -> Iterable[Path]:
        """Return the files that `prepare` read and that nobody looks at again: a change of one asks for a reload."""
        return ()

    def preload(self) -> None:
        """Import what `open` or `send` will need, before workers are forked that share it; not called at `-t`."""

    def ecs_name(self, disabled: str, ecs: str) -> FieldRef:
        """Return the field that has one name with ECS off and another with it on."""
        return FieldRef.parse(disabled if self.ecs == "disabled" else ecs)


class Codec(Plugin):
    """Turns bytes into events and an event into bytes. One is made for each stream: `fresh()`."""

    kind = "codec"

    def fresh(self) -> Codec:
        """Return a codec of the same settings with nothing held back."""
        twin = copy.copy(self)
        twin.restart()
        return twin

    def restart(self) -> None:
        """Forget what is held back; a codec that holds anything makes it anew here."""

    def decode(self, chunk: bytes) -> Iterable[Event]:  # noqa: ARG002  the contract
        """Return the events that are complete with this chunk."""
        raise PluginError(f"codec {self.name} does not decode")

    def encode(self, event: Event) -> bytes:  # noqa: ARG002  the contract
        """Return the bytes of one event, with the delimiter if the codec has one."""
        raise PluginError(f"codec {self.name} does not encode")

    def flush(self) -> Iterable[Event]:
        """Return what was held back; called at the end of a stream or window."""
        return ()


# A setting that is annotated `Codec` is read as the name of one, and made when the plugin is
CONVERTERS[Codec], WORDS[Codec] = CONVERTERS[CodecSetting], WORDS[CodecSetting]


class Filter(Plugin):
    """Changes events. Defines one of `filter`, `expand` and `emit`, or `filter` and an `emit` that calls it."""

    kind = "filter"

    add_field: dict[str, Value] = setting(
        {}, "Fields to add when the filter succeeds; names and values may use sprintf."
    )
    remove_field: list[str] = setting([], "Fields to remove when the filter succeeds; names may use sprintf.")
    add_tag: list[str] = setting([], "Tags to add when the filter succeeds; they may use sprintf.")
    remove_tag: list[str] = setting([], "Tags to remove when the filter succeeds; they may use sprintf.")
    periodic_flush: bool = setting(False, "Call the filter's flush every five seconds.")
    type: str | None = setting(None, "Obsolete.", obsolete="use a condition around the plugin instead")
    tags: list[str] = setting([], "Obsolete.", obsolete="use a condition around the plugin instead")
    exclude_tags: list[str] = setting([], "Obsolete.", obsolete="use a condition around the plugin instead")

    is_stateful: ClassVar[bool] = False  # keeps state over events: one worker, unless the user says otherwise
    can_cancel: ClassVar[bool] = False  # may drop events
    longest_match_s: float = 0.0  # after which one match of a regular expression is interrupted; 0 is never
    longest_run_s: float = 0.0  # after which one run of a user's code is interrupted; the same

    @property
    def fault_tag(self) -> str:
        """The tag of an event on which the filter, or a common setting of it, raises an error."""
        return f"_{self.name}_filter_error"

    def filter(self, event: Event) -> bool | Awaitable[bool | None] | None:
        """Change the event in place; False says that it did not match, and the common settings are not applied.

        One that waits for something (a name server) is an `async def`.
        """
        raise NotImplementedError

    def expand(self, event: Event) -> Iterable[Event]:
        """Return the events that take the place of this one; the common settings are applied by the filter."""
        raise NotImplementedError

    def flush(self, *, final: bool) -> Iterable[Event]:  # noqa: ARG002  the contract
        """Return events of the filter's own; they go on to what follows it in the pipeline.

        A filter that defines this is asked every five seconds if its `periodic_flush` is true, and once at the end
        (`final`), after the inputs have ended.
        """
        return ()

    def decorate(self, event: Event) -> None:
        """Apply the common settings to an event, for a filter that does not leave that to the compiler."""
        for name, value in self.add_field.items():
            add_field(event, name, value)
        for name in self.remove_field:
            event.remove(FieldRef.parse(sprintf(name, event)))
        if self.add_tag:
            add_tags(event, self.add_tag)
        if self.remove_tag:
            remove_tags(event, self.remove_tag)

    def emit(self, code: Code) -> None:
        """Write the statements of this filter; they set `matched` to False where it did not match."""
        wait = "await " if self.awaits else ""
        code.line(f"matched = {wait}{code.bind(self.filter, self.name)}(event)")

    @property
    def awaits(self) -> bool:
        """Whether `filter` is a coroutine function, so that what runs it must be one too."""
        return iscoroutinefunction(self.filter)

    @property
    def flushes(self) -> bool:
        """Whether the filter has a `flush` of its own."""
        return type(self).flush is not Filter.flush


class Input(Plugin):
    """Brings events: `await send(events)` returns when they are safe, and raises when they are not."""

    kind = "input"

    codec: Codec = setting(CodecSetting("plain"), "How bytes become events.")
    add_field: dict[str, Value] = setting(
        {}, "Fields to add to each event; names and values may use sprintf."
    )
    tags: list[str] = setting([], "Tags to add to each event.")
    type: str | None = setting(None, "The field `type` of events that have none.")
    debug: Any = setting(None, "Obsolete.", obsolete="leave it out")
    format: Any = setting(None, "Obsolete.", obsolete=USE_CODEC)
    charset: Any = setting(None, "Obsolete.", obsolete=USE_CODEC)
    message_format: Any = setting(None, "Obsolete.", obsolete=USE_CODEC)

    reads_a_stream: ClassVar[bool] = False  # what comes is cut anywhere: only codecs that keep a rest will do
    is_shared: ClassVar[bool] = False  # runs in every worker on the same sockets; else one worker gets it
    is_repeatable: ClassVar[bool] = (
        True  # what is not delivered at a stop comes again: a client sends it, or a file has it
    )

    def listens(self) -> Sequence[tuple[str, int]]:
        """Return the addresses to bind before workers are forked."""
        return ()

    def receives_at(self) -> str | None:
        """Return the address at which other pipelines send to this one, if they can."""
        return None

    async def run(self, send: Send) -> None:
        """Bring events until cancelled, or until `self.place.stopping` is set and what was taken is sent."""
        raise NotImplementedError

    def decorate(self, event: Event) -> None:
        """Apply `type`, `add_field` and `tags` to an event, in that order."""
        if self.type is not None and event.top("type") is None:
            event.fields["type"] = self.type
        for name, value in self.add_field.items():
            add_field(event, name, value)
        if self.tags:
            add_tags(event, self.tags)


class Output(Plugin):
    """Sends events. It does not retry: it raises UndeliveredError, and the runtime owns what follows."""

    kind = "output"

    codec: Codec = setting(CodecSetting("plain"), "How events become bytes.")
    workers: int | None = setting(
        None, "Ignored, as in Logstash; how many sends run at once is the output's own affair."
    )
    type: str | None = setting(None, "Obsolete.", obsolete="use a condition around the plugin instead")
    tags: list[str] = setting([], "Obsolete.", obsolete="use a condition around the plugin instead")
    exclude_tags: list[str] = setting([], "Obsolete.", obsolete="use a condition around the plugin instead")

    cursor_name = ""  # what the runtime calls this one of a pipeline's outputs: the same at every start

    is_alone = False  # whether no other output of the pipeline can have the same events

    encodes: ClassVar[bool] = False  # whether it has `encode` and `send_encoded`
    concurrency: ClassVar[int] = 1  # how many sends may run at once
    max_events: ClassVar[int] = 8192  # in one send; what waits is put together up to this number
    linger_s: ClassVar[float] = 0.0  # at most, that a small send waits for more if it soon follows another

    def sends_to(self) -> Sequence[str]:
        """Return the addresses of other pipelines to which it sends."""
        return ()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Keep what the output needs (connections, background tasks) for as long as the block lasts."""
        yield

    async def send(self, events: list[Event]) -> None:
        """Deliver the events; return when all are delivered, or raise UndeliveredError."""
        raise NotImplementedError

    def encode(self, events: list[Event]) -> EncodedBatch | None:  # noqa: ARG002  the contract
        """Return events as they will be sent, where `encodes` is set; None if that cannot be done yet."""
        return None

    async def send_encoded(self, batches: Sequence[Batch]) -> None:
        """Deliver batches, some of them encoded, where `encodes` is set; as `send` does."""
        raise NotImplementedError
