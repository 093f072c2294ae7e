"""What a host answered: a status and a body that usually is JSON."""

from dataclasses import dataclass
from typing import Any

import msgspec

from logsmith.elasticsearch.errors import AnswerError

MAX_REASON = 500  # characters of a server's words in one of ours

_HINTS = {
    401: "check user and password, or the API key",
    403: "check the privileges of the user, and whether the cluster blocks writes",
    404: "check path, bulk_path and what proxies make of them",
    407: "the proxy wants credentials: write them into its URL",
}


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer, whatever its status."""

    status: int
    body: bytes
    retry_after: str | None = None

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def retry_after_s(self) -> float | None:
        """The pause that the server asks for; dates are not read."""
        text = self.retry_after or ""
        return float(text) if text.isdigit() else None

    def json(self) -> dict[str, Any]:  # Any: JSON
        """Return the body's JSON object; raises AnswerError if it is none."""
        try:
            return msgspec.json.decode(self.body, type=dict[str, Any])
        except msgspec.MsgspecError:
            raise AnswerError(f"expected JSON, got {self.excerpt()!r}", self.status) from None

    def excerpt(self) -> str:
        """Return the beginning of the body, for a message."""
        return self.body[:MAX_REASON].decode("utf-8", "replace")

    def error_type(self) -> str | None:
        """Return the type of the error that the body tells of, such as `security_exception`."""
        error = self._error()
        return error.get("type") if isinstance(error, dict) else None

    def describe(self) -> str:
        """Return what went wrong in one line: status, type, reason, and what to look at."""
        error = self._error()
        if isinstance(error, dict):
            words = f"{error.get('type')}: {error.get('reason')}"
        else:
            words = str(error) if error else self.excerpt()
        text = f"HTTP {self.status} {' '.join(words.split())[:MAX_REASON]}".rstrip()
        return f"{text} ({_HINTS[self.status]})" if self.status in _HINTS else text

    def _error(self) -> Any:
        try:
            return self.json().get("error")
        except AnswerError:
            return None

    def checked(self) -> "Answer":
        """Return the answer itself if it is a success; raises AnswerError otherwise."""
        if not self.is_success:
            raise AnswerError(self.describe(), self.status)
        return self
