"""Add a random UUID to each event."""

from __future__ import annotations

from uuid import uuid4

from logsmith.event import Event, FieldRef
from logsmith.plugins import REQUIRED, Example, Filter, setting


class Uuid(Filter):
    makes_plain_values = True

    target: FieldRef = setting(REQUIRED, "The field that gets the UUID.")
    overwrite: bool = setting(False, "Replace a value that the field has already.")

    examples = (
        Example(
            "keeps a value that is there",
            config='target => "id"',
            given={"id": "mine"},
            expect=[{"id": "mine"}],
        ),
        Example(
            "replaces it when told to, and applies the common settings in any case",
            config='target => "id" overwrite => true remove_field => ["id"]',
            given={"id": "mine", "message": "hello"},
            expect=[{"message": "hello"}],
        ),
    )

    def filter(self, event: Event) -> None:
        if self.overwrite or event.get(self.target) is None:
            event.set(self.target, str(uuid4()))
