"""The keystore of a server: what pipelines name in it counts at the next reload, if it can be opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith import log
from logsmith.config.keystore import KeystoreFile
from logsmith.config.settings import Settings, open_keystore
from logsmith.net.stamps import stamp_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logsmith.config.diagnostics import Diagnostic

SAME_AGAIN_S = (
    30.0  # one that cannot be opened is tried again unchanged after this: the mode of its key may be mended
)

logger = log.Logger("logstash.agent")


class Secrets:
    """Opens the keystore when it has changed, or when somebody asks: to derive its key takes a quarter of a second."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings  # with the keystore that was opened last
        self.wrong: Sequence[Diagnostic] = ()  # why it cannot be opened now
        self._known = [settings.keystore]  # what runs may have the old ones still: none is ever logged
        self._file = KeystoreFile(settings.keystore_path)
        self._seen: object = None
        self._again_at = float("inf")

    def look(self, now: float, *, is_asked: bool) -> None:
        """Bring `settings` up to date, or say what is `wrong`."""
        stamps = stamp_of(self._file.path), stamp_of(self._file.key_path)
        if stamps == self._seen and now < self._again_at and not is_asked:
            return
        self._seen = stamps  # from before it is read: what changes meanwhile is seen the next time
        keystore, diagnostics = open_keystore(self._file.path)
        self.wrong = [one for one in diagnostics if one.is_error]
        self._again_at = now + SAME_AGAIN_S if self.wrong else float("inf")
        if not self.wrong and keystore != self.settings.keystore:
            logger.info("the keystore has changed", path=str(self._file.path), keys=len(keystore))
            self.settings = self.settings.with_keystore(keystore)
            self._known.append(keystore)
            log.hide(*self._known)
