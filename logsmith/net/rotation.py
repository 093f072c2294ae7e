"""TLS contexts that follow their files: a changed certificate, key, authority or revocation list counts for new handshakes.

Connections that are there go on with what they began with. Files are looked at, not read, every two seconds, behind symbolic
links, so that a secret that is swapped in as a whole folder is seen. A certificate and its key are two files, and for a moment
they may not belong together: then the old context stays, and the next change of either is the next try.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

import trio

from logsmith.errors import LogsmithError
from logsmith.net.stamps import Stamp, stamp_of

if TYPE_CHECKING:
    import ssl

LOOK_EVERY_S = 2.0


class Log(Protocol):
    """What is asked of a log here."""

    def info(self, message: str, **facts: object) -> None: ...
    def warning(self, message: str, **facts: object) -> None: ...


class FollowingContext:
    """The context that its files make now: `current`."""

    def __init__(self, make: Callable[[], ssl.SSLContext], files: Sequence[str]) -> None:
        """Make the first one; raises what `make` does."""
        self._make, self._files = make, files
        self._seen = self._stamps()
        self.current = make()

    async def follow(self, log: Log, use: Callable[[ssl.SSLContext], None] = lambda _: None) -> None:
        """Look for changes until cancelled, and have each new context in `use`.

        The first look is at once: the context may have been made long before this process began.
        """
        while True:
            if self.look(log):
                use(self.current)
            await trio.sleep(LOOK_EVERY_S)

    def look(self, log: Log) -> bool:
        """Return whether there is a new context, since a file has changed; if none can be made, the old one stays."""
        stamps = self._stamps()  # before they are read: what changes meanwhile is seen the next time
        if stamps == self._seen:
            return False
        changed = [path for path, old, new in zip(self._files, self._seen, stamps, strict=True) if old != new]
        self._seen = stamps
        try:
            self.current = self._make()
        except LogsmithError as error:
            log.warning("changed TLS files cannot be used, the old ones stay", reason=str(error))
            return False
        log.info("TLS files have changed and are used from now on", files=changed)
        return True

    def _stamps(self) -> list[Stamp | None]:
        return [stamp_of(path) for path in self._files]
