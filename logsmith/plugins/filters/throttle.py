"""Count events by key and period of time, and mark those before or after a number of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from logsmith.event import Event, Sprintf, Timestamp, to_i
from logsmith.plugins import NOT_NEGATIVE, REQUIRED, Example, Filter, PluginError, Problem, Range, setting

DEFAULT_PERIOD_S = 60  # where the text of `period` is no number, or is 0
STEP = 5  # percent of max_age by which it shrinks and grows; at so many it shrinks no more
ROOMY = 80  # percent of max_counters beneath which it grows again


class Throttle(Filter):
    key: Sprintf = setting(REQUIRED, "What is counted: events of the same text are counted together.")
    before_count: float = setting(
        -1, "Mark the events before this one of each period; -1 marks none.", within=Range(-1)
    )
    after_count: float = setting(
        -1, "Mark the events after this one of each period; -1 marks none.", within=Range(-1)
    )
    period: Sprintf = setting(
        Sprintf.parse("60"), "The seconds of a period; the first one begins with the first event of the key."
    )
    max_age: float = setting(
        3600,
        "Forget a period that began so many seconds before the latest one of its key.",
        within=NOT_NEGATIVE,
    )
    max_counters: float = setting(
        100_000,
        "How many counters to keep: where there are more, they are forgotten earlier; -1 is no limit.",
        within=Range(-1),
    )
    periodic_flush: bool = setting(True, "Look every five seconds for counters to forget.")

    is_stateful = True

    examples = (
        Example(
            "applies the common settings to the events before `before_count`",
            config='key => "%{host}" before_count => 3 period => 600 max_age => 1200 add_tag => ["throttled"]',
            given={"host": "web-1"},
            expect=[{"host": "web-1", "tags": ["throttled"]}],
        ),
        Example(
            "leaves the first `after_count` events of a key and period alone",
            config='key => "%{host}%{message}" after_count => 1 period => "%{every}" add_tag => ["throttled"]',
            given={"host": "web-1", "message": "disk full", "every": 3600},
            expect=[{"host": "web-1", "message": "disk full", "every": 3600}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._counters: dict[str, _Counters] = {}
        self._age_s = self.max_age  # as far as max_counters lets it be
        return iter(())

    def filter(self, event: Event) -> bool:
        moment = event.top("@timestamp")
        if not isinstance(moment, Timestamp):
            raise PluginError("the event has no @timestamp to count it by")
        key = self.key.format(event)
        counters = self._counters.get(key)
        if counters is None:
            counters = self._counters[key] = _Counters(moment.seconds)
        period_s = to_i(self.period.format(event)) or DEFAULT_PERIOD_S
        count = counters.add(moment.seconds, period_s, self._age_s)
        is_before = self.before_count != -1 and count < self.before_count
        return is_before or (self.after_count != -1 and count > self.after_count)

    def flush(self, *, final: bool) -> Iterable[Event]:  # noqa: ARG002  the contract
        """Forget keys without recent events; returns nothing."""
        latest = max((one.latest for one in self._counters.values()), default=0)
        kept = {key: one for key, one in self._counters.items() if one.latest >= latest - self._age_s}
        self._counters = kept
        if self.max_counters != -1:
            self._adapt_age(sum(len(one.by_start) for one in kept.values()))
        return ()

    def _adapt_age(self, total: int) -> None:
        step = self.max_age * STEP // 100
        if total > self.max_counters and self._age_s > step:
            self._age_s -= step
            self.log.warning("more counters than max_counters, a better key has fewer", max_age=self._age_s)
        elif self._age_s < self.max_age and total < self.max_counters * ROOMY // 100:
            self._age_s += step
            self.log.info("few counters again, they are kept longer", max_age=self._age_s)


class _Counters:
    """The counters of one key: how many events in each period, by the second in which it began."""

    __slots__ = ("by_start", "created", "latest")

    def __init__(self, created: int) -> None:
        self.created = self.latest = created
        self.by_start: dict[int, int] = {}

    def add(self, second: int, period_s: int, max_age_s: float) -> int:
        """Count one event; returns the count of its period. Where that is a new one, old ones are forgotten."""
        self.latest = max(self.latest, second)
        start = second - (second - self.created) % period_s
        count = self.by_start[start] = self.by_start.get(start, 0) + 1
        if count == 1:
            oldest = max(self.by_start) - max_age_s
            self.by_start = {one: number for one, number in self.by_start.items() if one >= oldest}
        return count
