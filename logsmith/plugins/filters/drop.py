"""Drop every event that reaches the filter, or a percentage of them."""

from random import random

from logsmith.event import Event
from logsmith.plugins import Example, Filter, Range, setting

PERCENT = 100


class Drop(Filter):
    makes_plain_values = True
    can_cancel = True

    percentage: float = setting(
        PERCENT, "How many of a hundred events to drop, by chance.", within=Range(0, PERCENT)
    )

    examples = (
        Example("drops the event", config="", given={"message": "debug noise"}, expect=[]),
        Example(
            "keeps every event when the percentage is 0, and leaves the common settings alone",
            config='percentage => 0 add_tag => ["kept"]',
            given={"message": "debug noise"},
            expect=[{"message": "debug noise"}],
        ),
    )

    def filter(self, event: Event) -> bool:
        if self.percentage >= PERCENT or random() * PERCENT < self.percentage:  # noqa: S311  sampling, no secret
            event.cancel()
        return False  # Logstash: never decorates
