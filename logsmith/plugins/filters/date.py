"""Read a date from a field and make it the event's timestamp."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith.event import Event, EventError, FieldRef, Sprintf, Timestamp, Value
from logsmith.event.date_formats import DateFormat, compile_format
from logsmith.event.date_names import ENGLISH, knows_locale, names_of, system_locale
from logsmith.event.zones import Zone, ZoneError, find_zone, system_zone
from logsmith.plugins import REQUIRED, Example, Filter, Problem, setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logsmith.plugins import Code

LEAST_ITEMS = 2  # of match: a field and a format
TEXTS_KEPT = 1024
TIMESTAMP = FieldRef("@timestamp")


class Date(Filter):
    match: list[str] = setting(
        REQUIRED, "The field that holds the date, and then the formats to try, in order."
    )
    target: FieldRef = setting(TIMESTAMP, "The field that gets the timestamp.")
    timezone: Sprintf | None = setting(
        None, "The zone of dates that name none, such as `Europe/Paris` or `+05:30`; the system's if not set."
    )
    locale: str | None = setting(
        None, "The language of names, such as `fr` or `pt-BR`; the system's if not set."
    )
    tag_on_failure: list[str] = setting(
        ["_dateparsefailure"], "Tags of an event whose field holds no such date."
    )

    examples = (
        Example(
            "takes the time of an access log for the event's",
            config='match => ["time", "dd/MMM/yyyy:HH:mm:ss Z"] remove_field => ["time"]',
            given={"time": "25/Mar/2013:20:33:56 +0100"},
            expect=[{"@timestamp": "2013-03-25T19:33:56.000Z"}],
        ),
        Example(
            "tries one format after the other, in the zone that is set",
            config='match => ["t", "UNIX", "dd.MM.yyyy HH:mm"] timezone => "Europe/Paris" target => "w"',
            given={"t": "04.03.2021 05:06"},
            expect=[{"t": "04.03.2021 05:06", "w": "2021-03-04T04:06:00.000Z"}],
        ),
        Example(
            "reads the names of months in the language that is set",
            config='match => ["t", "dd MMMM yyyy"] locale => "fr" timezone => "UTC"',
            given={"t": "14 juillet 1789"},
            expect=[{"t": "14 juillet 1789", "@timestamp": "1789-07-14T00:00:00.000Z"}],
        ),
        Example(
            "tags a date of no format, such as a time that the change to summer time skips",
            config='match => ["t", "yyyy-MM-dd HH:mm:ss"] timezone => "Europe/Paris" target => "when"',
            given={"t": "2021-03-28 02:30:00"},
            expect=[{"t": "2021-03-28 02:30:00", "tags": ["_dateparsefailure"]}],
        ),
        Example(
            "does nothing where the field is missing",
            config='match => ["t", "ISO8601"] add_tag => ["dated"]',
            given={"other": 1},
            expect=[{"other": 1}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._zone: Zone | None = None
        self.makes_plain_values = self.target == TIMESTAMP
        self._formats: list[DateFormat] = []
        yield from self._prepare_zone()
        if self.locale is not None and not knows_locale(self.locale):
            hint = "names of months and days are read in English"
            yield Problem(
                f"no names are known for the locale {self.locale!r}", "locale", hint, severity="warning"
            )
        if len(self.match) < LEAST_ITEMS:
            message = f"match needs a field and at least one date format, got {self.match!r}"
            yield Problem(message, "match", 'write match => ["time", "ISO8601"]')
            return
        try:
            self._source = FieldRef.parse(self.match[0])
        except EventError as error:
            yield Problem(str(error), "match", inside=(0,))
        yield from self._compile_formats()
        # Neighbouring lines often have the same second; without a year, what a text means depends on when it is read
        has_year = all("y" in word.lower() or word.isupper() for word in self.match[1:])
        self._keeps = has_year and self._zone is not None
        self._stamps: dict[str, Timestamp] = {}  # what was read lately

    def emit(self, code: Code) -> None:
        """Write the look-up of a text that was read before inline; for all else a call."""
        if not self._keeps or self.target != TIMESTAMP:
            super().emit(code)
            return
        text, stamp, stamps = code.local("text"), code.local("stamp"), code.bind(self._stamps, "stamps")
        code.line(f"{text} = {code.read(self._source)}")
        known = f"{text}.__class__ is str and ({stamp} := {stamps}.get({text})) is not None"
        with code.block(f"if {known}"):
            code.line(f"fields['@timestamp'] = {stamp}")
            code.line("matched = True")
        with code.block("else"):
            super().emit(code)

    def filter(self, event: Event) -> bool:
        value = event.get(self._source)
        if value is None:
            return False
        stamp = self._read_text(value) if self._keeps and value.__class__ is str else self._read(value, event)
        if stamp is None:
            return self._fail(event)
        try:
            event.set(self.target, stamp)
        except EventError:
            return self._fail(event)
        return True

    def _read_text(self, text: str) -> Timestamp | None:
        stamp = self._stamps.get(text) or self._read(text, None)
        if stamp is not None:
            if len(self._stamps) >= TEXTS_KEPT:
                self._stamps.clear()
            self._stamps[text] = stamp
        return stamp

    def _read(self, value: Value, event: Event | None) -> Timestamp | None:
        is_text = isinstance(value, str)
        zone = self._zone or (self._zone_of(event) if is_text and event is not None else None)
        for one in self._formats:
            if one.reads_text and (not is_text or zone is None):
                continue
            stamp = one.parse(value, zone) if one.reads_text else one.parse(value)
            if stamp is not None:
                return stamp
        return None

    def _zone_of(self, event: Event) -> Zone | None:
        assert self.timezone is not None  # noqa: S101  else the zone is fixed
        try:
            return find_zone(self.timezone.format(event))
        except ZoneError:
            return None

    def _fail(self, event: Event) -> bool:
        self.metrics.count("failures")
        for tag in self.tag_on_failure:
            event.tag(tag)
        return False

    def _prepare_zone(self) -> Iterator[Problem]:
        if self.timezone is None:
            self._zone = self._home()
            return
        if self.timezone.static is None:
            return
        try:
            self._zone = find_zone(self.timezone.static)
        except ZoneError as error:
            yield Problem(str(error), "timezone")

    def _home(self) -> Zone:
        return find_zone(self.context.timezone) if self.context.timezone else system_zone()

    def _compile_formats(self) -> Iterator[Problem]:
        locale = self.locale or system_locale()
        for at, word in enumerate(self.match[1:], 1):
            locales = [locale]
            if (
                self.locale is None
                and ("MMM" in word or "E" in word)
                and names_of(locale).language != ENGLISH
            ):
                locales.append(ENGLISH)  # Logstash: logs are often English where the system is not
            try:
                for one in dict.fromkeys(locales):
                    made = compile_format(word, locale=one, now=self.context.clock, home=self._home())
                    self._formats.append(made)
            except EventError as error:
                yield Problem(str(error), "match", inside=(at,))
