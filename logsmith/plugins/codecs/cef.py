r"""Security events in ArcSight's Common Event Format: `CEF:0|vendor|product|…|severity|key=value …`.

With ECS off the fields have the names of CEF's dictionary (`sourceAddress` for the key `src`), in ECS modes those of ECS,
with times parsed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from logsmith.cef import (
    CefError,
    CefLine,
    Device,
    TimeReader,
    ecs_names,
    find_named_zone,
    full_names,
    header_text,
    key_text,
    names_to_write,
    parse_line,
    time_fields,
    unquoted,
    value_text,
)
from logsmith.event import Event, EventError, FieldRef, Sprintf, to_i, to_s
from logsmith.event.date_names import knows_locale, system_locale
from logsmith.event.json import encode_value
from logsmith.event.text import Lines
from logsmith.event.zones import Zone, find_zone, system_zone
from logsmith.plugins import Codec, EcsMode, Example, Problem, setting

FAILURE = "_cefparsefailure"
TIMEZONE = "[event][timezone]"
HEADER = (
    "cefVersion",
    "deviceVendor",
    "deviceProduct",
    "deviceVersion",
    "deviceEventClassId",
    "name",
    "severity",
)
ECS_HEADER = (
    "[cef][version]",
    "[observer][vendor]",
    "[observer][product]",
    "[observer][version]",
    "[event][code]",
    "[cef][name]",
    "[event][severity]",
)
DEFAULT_SEVERITY = "6"

_is_number = re.compile(
    r"[-+]?[0-9]+(?:_[0-9]+)*(?:\.(?:[0-9]+(?:_[0-9]+)*)?)?(?:[eE][-+]?[0-9]+)?"
).fullmatch


class _Named:
    # `name` is a setting here, while a plugin's `name` is what it is called: `prepare` takes the one from the other
    name: Sprintf = setting(Sprintf.parse("Logstash"), "The name of the event that is written.")


class Cef(Codec, _Named):  # type: ignore[misc]  # the two names
    vendor: Sprintf = setting(Sprintf.parse("Elasticsearch"), "The device vendor that is written.")
    product: Sprintf = setting(Sprintf.parse("Logstash"), "The device product that is written.")
    version: Sprintf = setting(Sprintf.parse("1.0"), "The device version that is written.")
    signature: Sprintf = setting(Sprintf.parse("Logstash"), "The device event class id that is written.")
    severity: Sprintf = setting(
        Sprintf.parse(DEFAULT_SEVERITY),
        "The severity that is written, 0 to 10; what is none is written as 6.",
    )
    fields: list[FieldRef] = setting([], "The fields that are written, as key=value.")
    reverse_mapping: bool = setting(False, "Write short keys, such as `src` for `sourceAddress`.")
    delimiter: str | None = setting(
        None, "What ends an event, `\\r` and `\\n` being line ends; without it, each chunk is one."
    )
    raw_data_field: FieldRef | None = setting(None, "The field that gets the text as it came.")
    device: Device = setting(
        "observer",
        "Whether the device observed the event or the event happened on it: where ECS has its fields.",
    )
    default_timezone: str | None = setting(
        None, "The zone of times without one, where the event names none; by default the system's."
    )
    locale: str | None = setting(
        None,
        "The language of month names, which are short: `Mar`, in French `mars`; by default the system's.",
    )
    ecs_compatibility: EcsMode | None = setting(
        None,
        "Whether fields have their names in ECS and times are parsed (v1, v8), or they have those of CEF.",
    )

    examples = (
        Example(
            "names fields as ECS does and parses their times",
            config='default_timezone => "UTC"',
            given={
                "bytes": "CEF:0|V|P|1.0|100|stopped|10|src=10.0.0.1 act=blocked start=Mar 04 2021 05:06:07 msg=a b"
            },
            expect=[
                {
                    "cef": {"version": "0", "name": "stopped"},
                    "observer": {"vendor": "V", "product": "P", "version": "1.0"},
                    "event": {
                        "code": "100",
                        "severity": "10",
                        "action": "blocked",
                        "start": "2021-03-04T05:06:07.000Z",
                    },
                    "source": {"ip": "10.0.0.1"},
                    "message": "a b",
                }
            ],
            ecs="v8",
        ),
        Example(
            "names fields as CEF's dictionary does, and keeps the header of syslog",
            config="",
            given={"bytes": r"Mar 4 05:06:07 fw1 CEF:0|V|P|1|1|a \| b|3|spt=80 cs1=x\=y cs1Label=Rule"},
            expect=[
                {
                    "syslog": "Mar 4 05:06:07 fw1",
                    "cefVersion": "0",
                    "deviceVendor": "V",
                    "deviceProduct": "P",
                    "deviceVersion": "1",
                    "deviceEventClassId": "1",
                    "name": "a | b",
                    "severity": "3",
                    "sourcePort": "80",
                    "deviceCustomString1": "x=y",
                    "deviceCustomString1Label": "Rule",
                }
            ],
        ),
        Example(
            "keeps what is no CEF as the message, tagged",
            config="",
            given={"bytes": "no cef at all"},
            expect=[{"message": "no cef at all", "tags": ["_cefparsefailure"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._event_name: Sprintf = vars(self).pop("name")
        is_ecs = self.ecs != "disabled"
        self._header = tuple(map(FieldRef.parse, ECS_HEADER if is_ecs else HEADER))
        self._syslog = self.ecs_name("syslog", "[log][syslog][header]")
        self._names = ecs_names(self.device) if is_ecs else full_names()
        self._times = time_fields() if is_ecs else frozenset()
        self._written = names_to_write(self.device, is_ecs=is_ecs, with_keys=self.reverse_mapping)
        # Logstash reads these two here, since a pipeline's file has them so where escapes are off
        self._end = (self.delimiter or "").replace("\\r", "\r").replace("\\n", "\n")
        if self.locale is not None and not knows_locale(self.locale):
            yield Problem(
                f"month names of the locale {self.locale!r} are not known", "locale", severity="warning"
            )
        try:
            self._reader = TimeReader(self._home(), self.locale or system_locale(), self.context.clock)
        except CefError as error:
            yield Problem(str(error), "default_timezone")
        self.restart()

    def _home(self) -> Zone:
        if self.default_timezone is not None:
            return find_named_zone(self.default_timezone)
        return system_zone() if self.context.timezone is None else find_zone(self.context.timezone)

    def restart(self) -> None:
        self._lines = Lines(self._end.encode()) if self._end else None

    def decode(self, chunk: bytes) -> Iterator[Event]:
        return map(self._event, [chunk] if self._lines is None else self._lines.feed(chunk))

    def flush(self) -> Iterator[Event]:
        return map(self._event, [] if self._lines is None else self._lines.rest())

    def _event(self, line: bytes) -> Event:
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            return self._failed(line.decode(errors="replace"), error)
        bare = unquoted(text)
        try:
            return self._filled(parse_line(bare), text)
        except (CefError, EventError) as error:
            return self._failed(bare, error)

    def _failed(self, text: str, error: Exception) -> Event:
        self.log.debug("CEF not read", reason=str(error))
        return Event.from_map({"message": text, "tags": [FAILURE]})

    def _filled(self, said: CefLine, text: str) -> Event:
        event = Event.from_map({})
        if self.raw_data_field is not None:
            event.set(self.raw_data_field, text)
        if said.syslog is not None:
            event.set(self._syslog, said.syslog)
        for ref, part in zip(self._header, said.header, strict=True):
            event.set(ref, part)
        values = {self._names.get(key, key): value for key, value in said.extensions.items()}
        zone_name = values.get(TIMEZONE) if self._times else None
        for name in sorted(values.keys() & self._times):  # before all else, as in Logstash
            event.set(FieldRef.parse(name), self._reader.read(values.pop(name), zone_name))
        for name, value in values.items():
            event.set(_ref_of(name), value)
        return event

    def encode(self, event: Event) -> bytes:
        parts = [
            header_text(form.format(event)) or default
            for form, default in (
                (self.vendor, "Elasticsearch"),
                (self.product, "Logstash"),
                (self.version, "1.0"),
                (self.signature, "Logstash"),
                (self._event_name, "Logstash"),
            )
        ]
        pairs = [pair for ref in self.fields if (pair := self._pair(event, ref)) is not None]
        head = "|".join(["CEF:0", *parts, _severity_text(self.severity.format(event))])
        return f"{head}|{' '.join(pairs)}{self._end}".encode("utf-8", "replace")

    def _pair(self, event: Event, ref: FieldRef) -> str | None:
        value = event.get(ref)
        if value is None:
            return None
        text = encode_value(value).decode() if isinstance(value, (dict, list)) else to_s(value)
        return f"{key_text(self._written.get(ref.text, ref.text))}={value_text(text)}"


def _ref_of(key: str) -> FieldRef:
    """Return where an extension is set: `a[0]` is `[a][0]`."""
    return FieldRef.parse(f"[{key[:bracket]}]{key[bracket:]}" if (bracket := key.find("[")) > 0 else key)


def _severity_text(text: str) -> str:
    """Return a severity as a whole number from 0 to 10; what is none is the default."""
    number = text.strip()
    if _is_number(number) is None or float(number) not in range(11):
        return DEFAULT_SEVERITY
    return str(to_i(number))
