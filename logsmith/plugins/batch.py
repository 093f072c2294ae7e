"""What an output is given at a time, events or what it has made of them already; and how it says what it could not deliver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from logsmith.errors import LogsmithError
from logsmith.event import Event

if TYPE_CHECKING:
    from logsmith.event.packed import PackedEvents


class EncodedBatch(Protocol):
    """Events as an output will send them, made while they were in the processor's caches."""

    def __len__(self) -> int: ...

    @property
    def events(self) -> Sequence[Event]:
        """The events, made again if they were let go; the same objects each time."""

    @property
    def is_packed(self) -> bool:
        """Whether the events are let go and nobody has asked for them since: then all have the same fate."""

    @property
    def weight(self) -> int | None:
        """How many bytes of memory the batch takes; None if it has its events still."""

    def pack(self, *, are_plain: bool) -> PackedEvents | None:
        """Let go of the events and return what makes them again; None where the batch needs them.

        `are_plain` says that no event has types that JSON loses.
        """


Batch = list[Event] | EncodedBatch


class PluginError(LogsmithError):
    """A plugin cannot do its work; the message says why and what to do."""


class UndeliveredError(PluginError):
    """Some events of a `send` are not delivered; what is in none of the lists is.

    `retry` may be sent again (after `after_s` seconds if the peer said so), and so may the batches of `again`, whole;
    `refused` never will be taken: each with the reason, for the dead letter queue.
    """

    def __init__(
        self,
        reason: str,
        *,
        retry: Sequence[Event] = (),
        again: Sequence[EncodedBatch] = (),
        refused: Sequence[tuple[Event, str]] = (),
        after_s: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.retry, self.again, self.refused, self.after_s = list(retry), again, list(refused), after_s
