"""Count events and measure what they carry; the numbers come as an event of their own, every few seconds."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Iterator, Mapping

from logsmith.event import Event, EventError, FieldRef, Sprintf, Timestamp, Value, sprintf, to_f
from logsmith.plugins import NOT_NEGATIVE, POSITIVE, Example, Filter, Problem, Range, setting

FLUSH_EVERY_S = 5
TICK_S = 5.0  # how often moving averages move
RATES = (1, 5, 15)  # minutes
SAMPLES = 1028  # of a timer, from which its percentiles are taken
DECAY = 0.015  # a second: how much rather later values are samples than earlier ones


class Metrics(Filter):
    meter: list[Sprintf] = setting([], "Names of what to count, once for each event; they may use sprintf.")
    timer: dict[str, Sprintf] = setting(
        {}, "Names of what to measure, and where an event has the number; both may use sprintf."
    )
    flush_interval: float = setting(
        5, "Give the event with the numbers every so many seconds, a multiple of 5.", within=POSITIVE
    )
    clear_interval: float = setting(
        -1, "Begin anew every so many seconds, a multiple of 5; -1 is never.", within=Range(-1)
    )
    rates: list[Value] = setting([*RATES], "The minutes over which rates are taken: 1, 5 or 15.")
    percentiles: list[float] = setting(
        [1, 5, 10, 90, 95, 99, 100], "The percentiles to give of what is measured.", within=Range(0, 100)
    )
    ignore_older_than: float = setting(
        0,
        "Pass over events whose `@timestamp` is older than so many seconds; 0 takes all.",
        within=NOT_NEGATIVE,
    )

    is_stateful = True

    examples = (
        Example(
            "leaves the events that it counts as they are; the common settings go to the event with the numbers",
            config='meter => ["http_%{status}"] timer => { "took" => "%{seconds}" } add_tag => ["metric"]',
            given={"status": 200, "seconds": 0.25},
            expect=[{"status": 200, "seconds": 0.25}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self.periodic_flush = True  # as in Logstash, whatever the pipeline says
        self._since_flush_s = self._since_clear_s = 0
        self._meters: dict[str, _Meter] = {}
        self._timers: dict[str, _Timer] = {}
        for at, one in enumerate(self.rates):
            if one not in RATES:
                message = f"there is no rate over {one!r} minutes"
                yield Problem(message, "rates", "choose of 1, 5 and 15", inside=(at,))

    def filter(self, event: Event) -> bool:
        now_s = _seconds(self.context.clock())
        if self.ignore_older_than > 0 and self._is_old(event, now_s):
            return False
        for template in self.meter:
            name = template.format(event)
            if name not in self._meters:
                self._meters[name] = _Meter(now_s)
            self._meters[name].mark(now_s)
        for written, number in self.timer.items():
            name = sprintf(written, event)
            if name not in self._timers:
                self._timers[name] = _Timer(now_s)
            self._timers[name].update(to_f(number.format(event)), now_s)
        return False

    def _is_old(self, event: Event, now_s: float) -> bool:
        moment = event.top("@timestamp")
        return isinstance(moment, Timestamp) and now_s - _seconds(moment) > self.ignore_older_than

    def flush(self, *, final: bool) -> list[Event]:  # noqa: ARG002  the contract
        """Return the event with the numbers, if there are any and it is time."""
        self._since_flush_s += FLUSH_EVERY_S
        self._since_clear_s += FLUSH_EVERY_S
        if self._since_flush_s < self.flush_interval or not (self._meters or self._timers):
            return []
        now = self.context.clock()
        event = Event.from_map({"@timestamp": now, "message": self.context.hostname})
        for name, meter in self._meters.items():
            self._tell(event, name, self._rates(meter, _seconds(now)))
        for name, timer in self._timers.items():
            rates = self._rates(timer.meter, _seconds(now))
            self._tell(event, name, {**rates, **timer.spread(), **self._percentiles(timer)})
        self._since_flush_s = 0
        if 0 < self.clear_interval <= self._since_clear_s:
            self._since_clear_s = 0
            self._meters, self._timers = {}, {}
        self.decorate(event)
        return [event]

    def _rates(self, meter: _Meter, now_s: float) -> dict[str, float]:
        meter.tick(now_s)
        rates = {f"rate_{minutes}m": rate for minutes, rate in meter.rates.items() if minutes in self.rates}
        return {"count": meter.count, **rates}

    def _percentiles(self, timer: _Timer) -> dict[str, float]:
        samples = timer.samples()
        return {f"p{percent}": _percentile(samples, percent) for percent in self.percentiles}

    def _tell(self, event: Event, name: str, numbers: Mapping[str, float]) -> None:
        try:
            for number, value in numbers.items():
                event.set(FieldRef.parse(f"[{name}][{number}]"), value)
        except EventError as error:
            self.log.warning("a metric's name is no field", metric=name, reason=str(error))


class _Meter:
    """How many events there were, and moving averages of how many a second."""

    __slots__ = ("_is_first", "_last_tick_s", "_uncounted", "count", "rates")

    def __init__(self, now_s: float) -> None:
        self.count = self._uncounted = 0
        self.rates = dict.fromkeys(RATES, 0.0)
        self._last_tick_s, self._is_first = now_s, True

    def mark(self, now_s: float) -> None:
        """Count one event."""
        self.tick(now_s)
        self.count += 1
        self._uncounted += 1

    def tick(self, now_s: float) -> None:
        """Move the averages by as many ticks as there were since they last moved."""
        ticks = int((now_s - self._last_tick_s) / TICK_S)
        for _ in range(ticks):
            rate, self._uncounted = self._uncounted / TICK_S, 0
            for minutes, average in self.rates.items():
                part = 1.0 if self._is_first else -math.expm1(-TICK_S / 60 / minutes)
                self.rates[minutes] = average + part * (rate - average)
            self._is_first = False
        if ticks > 0:
            self._last_tick_s += ticks * TICK_S


class _Timer:
    """The count, the rates and the spread of numbers."""

    __slots__ = ("_began_s", "_kept", "_max", "_mean", "_min", "_squares", "_sum", "meter")

    def __init__(self, now_s: float) -> None:
        self.meter, self._began_s = _Meter(now_s), now_s
        self._sum = self._mean = self._squares = 0.0
        self._min, self._max = math.inf, -math.inf
        self._kept: list[tuple[float, float]] = []  # a heap of samples by priority, the least at its top

    def update(self, value: float, now_s: float) -> None:
        """Take one number; a negative one is passed over."""
        if value < 0:
            return
        self.meter.mark(now_s)
        self._sum += value
        self._min, self._max = min(self._min, value), max(self._max, value)
        before = value - self._mean
        self._mean += before / self.meter.count
        self._squares += before * (value - self._mean)
        self._sample(value, now_s - self._began_s)

    def _sample(self, value: float, age_s: float) -> None:
        """Keep the value or not: the later it comes the likelier, after Cormode and others' forward decay.

        A priority is the logarithm of e**(DECAY * age) / random, so that it never outgrows a float.
        """
        priority = DECAY * age_s - math.log(1.0 - random.random())  # noqa: S311  nobody is to be kept from guessing
        if len(self._kept) < SAMPLES:
            heapq.heappush(self._kept, (priority, value))
        else:
            heapq.heappushpop(self._kept, (priority, value))

    def samples(self) -> list[float]:
        """Return the numbers that were kept, in order: all of them while they are few."""
        return sorted(value for _, value in self._kept)

    def spread(self) -> dict[str, float]:
        """Return the least, the greatest, the standard deviation and the mean; all 0.0 if there is no number.

        Logstash takes a root too many, and gives the root of the deviation under its name.
        """
        count = self.meter.count
        if count == 0:
            return dict.fromkeys(("min", "max", "stddev", "mean"), 0.0)
        deviation = math.sqrt(self._squares / (count - 1)) if count > 1 else 0.0
        spread = {"min": self._min, "max": self._max, "stddev": math.sqrt(deviation)}
        return {**spread, "mean": self._sum / count}


def _percentile(samples: list[float], percent: float) -> float:
    """Return a value so that `percent` of the samples are beneath it, between two of them if need be."""
    if not samples:
        return 0.0
    place = percent / 100 * (len(samples) + 1)
    if place < 1:
        return samples[0]
    if place >= len(samples):
        return samples[-1]
    lower, upper = samples[int(place) - 1 : int(place) + 1]
    return lower + (place - int(place)) * (upper - lower)


def _seconds(moment: Timestamp) -> float:
    return moment.nanos / 1_000_000_000
