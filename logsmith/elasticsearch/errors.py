"""What can go wrong with Elasticsearch, before and after a request is made."""

from dataclasses import dataclass
from typing import Literal

from logsmith.errors import LogsmithError


class ElasticsearchError(LogsmithError):
    """Elasticsearch cannot be used as it was asked to be."""


class UnreachableError(ElasticsearchError):
    """No host gave an answer to a request."""


class AnswerError(ElasticsearchError):
    """A host answered with something other than what was asked for; `status` is HTTP's."""

    def __init__(self, reason: str, status: int) -> None:
        super().__init__(reason)
        self.status = status


class RefusedEventError(ElasticsearchError):
    """An event cannot be made into an action that any server would take."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with the settings: where, and what to do."""

    message: str
    setting: str
    hint: str | None = None
    severity: Literal["error", "warning"] = "error"
