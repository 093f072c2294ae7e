"""Look an IP address up in a MaxMind database: city, country, network operator."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from logsmith.event import Event, FieldRef, Value, copied
from logsmith.geoip.database import Database, DatabaseError, find_database
from logsmith.geoip.fields import FIELDS
from logsmith.log import RateLimited
from logsmith.plugins import NOT_NEGATIVE, REQUIRED, EcsMode, Example, Filter, PluginError, Problem, setting
from logsmith.plugins.found_objects import FoundObjects, is_emitted

if TYPE_CHECKING:
    from logsmith.plugins import Code

SAME_COMPLAINT_EVERY_S = 600.0  # the file is tried every few seconds
LONGEST_KEPT = 64  # characters of a text that is remembered; no address has so many
SYSTEM_FOLDER = Path("/usr/share/GeoIP")
ECS_PARENTS = ("client", "destination", "host", "observer", "server", "source")
HOW_TO_GET_ONE = (
    "get GeoLite2-City.mmdb and GeoLite2-ASN.mmdb from MaxMind (free, with an account; `geoipupdate` keeps them fresh) "
    'and put them into the settings folder\'s geoip/ or /usr/share/GeoIP, or name one with database => "…"'
)


class Geoip(Filter):
    makes_plain_values = True

    source: FieldRef = setting(REQUIRED, "The field that holds the IP address.")
    target: FieldRef | None = setting(
        None, "The field that gets what is found: `geoip` by default; in ECS mode the parent of `[ip]`."
    )
    database: Path | None = setting(None, "The database file; looked at again when it is replaced on disk.")
    default_database_type: Literal["City", "ASN"] = setting(
        "City", "Which database to look for where none is named."
    )
    fields: list[str] = setting(
        [], "The fields to write, by MaxMind's names; by default those that fit the database."
    )
    cache_size: int = setting(10_000, "How many addresses are remembered.", within=NOT_NEGATIVE)
    tag_on_failure: list[str] = setting(
        ["_geoip_lookup_failure"], "Tags of an event whose address is not found."
    )
    ecs_compatibility: EcsMode | None = setting(None, "Where fields go and what they are called.")

    examples = (
        Example(
            "puts city and place beside the address, in ECS mode",
            config='source => "[source][ip]" database => "${CITY_DATABASE}" fields => ["city_name", "location"]',
            given={"source": {"ip": "192.0.2.1"}},
            expect=[
                {
                    "source": {
                        "ip": "192.0.2.1",
                        "geo": {"city_name": "Seoul", "location": {"lat": 37.5665, "lon": 126.978}},
                    }
                }
            ],
            ecs="v8",
        ),
        Example(
            "tags an address that the database does not have",
            config='source => "ip" database => "${CITY_DATABASE}"',
            given={"ip": "10.0.0.1"},
            expect=[{"ip": "10.0.0.1", "geoip": {}, "tags": ["_geoip_lookup_failure"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._database: Database | None = None
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
        yield from self._choose_target()
        names = [name.upper() for name in self.fields]
        unknown = [name for name in names if name not in FIELDS]
        if unknown:
            yield Problem(
                f"unknown fields: {', '.join(unknown)}", "fields", f"there are: {', '.join(FIELDS)}"
            )
        path = self.database or find_database(
            [self.context.path_settings / "geoip", SYSTEM_FOLDER], self.default_database_type
        )
        if path is None:
            message = f"no {self.default_database_type} database was found: events will be tagged _geoip_expired_database"
            yield Problem(message, None, HOW_TO_GET_ONE, "missing-file", "warning")
            return
        try:
            self._database = Database(path, ecs=self.ecs != "disabled")
        except DatabaseError as error:
            yield Problem(str(error), "database", HOW_TO_GET_ONE)
            return
        self._database.choose(names)
        objects = self._database.objects
        self._known = FoundObjects(self.source, self.target, objects, most=self.cache_size, ages=True)

    def _choose_target(self) -> Iterator[Problem]:
        if self.target is None and self.ecs == "disabled":
            self.target = FieldRef.parse("geoip")
        elif self.target is None:
            *parents, last = self.source.path
            if last != "ip" or not parents:
                message = f"with ECS on, geoip needs a target, since the source {self.source.text} does not end in [ip]"
                hint = 'add target => "source"; what was written for Logstash 7 runs with --pipeline.ecs_compatibility disabled'
                yield Problem(message, None, hint, "missing-setting")
            self.target = FieldRef.parse("".join(f"[{name}]" for name in parents) or "geoip")
        elif self.ecs != "disabled" and self.target.path[-1] not in ECS_PARENTS:
            message = f"in ECS, geoip fields live under one of {', '.join(ECS_PARENTS)}, not under {self.target.text}"
            yield Problem(message, "target", severity="warning")

    def emit(self, code: Code) -> None:
        """Write the look-up of an address that is known inline, and the copy of what is; for all else a call."""
        if self._database is None or not is_emitted(self.target):
            super().emit(code)
            return
        otherwise = super().emit
        self._known.emit(code, lambda: otherwise(code))

    def filter(self, event: Event) -> bool:
        assert self.target is not None  # noqa: S101  prepare chose one
        if self._database is None:
            event.tag("_geoip_expired_database")
            return False
        address = event.get(self.source)
        if isinstance(address, list):
            address = address[0] if address else None
        if address is None or address == "":
            return self._fail(event)
        if not isinstance(address, str):
            raise PluginError(f"the source holds no text: {address!r}")
        if not address.strip():
            return self._fail(event)
        found = self._find(self._database, address)
        if found is None:
            if event.get(self.target) is None:
                event.set(self.target, {})
            return self._fail(event)
        if self._known.put_json(event, address):
            return True
        known = event.get(self.target)
        event.set(self.target, copied(found) if not isinstance(known, dict) else _joined(known, found))
        return True

    def _find(self, database: Database, address: str) -> dict[str, Any] | None:
        """Return what is known of an address, the same object each time."""
        entries = self._known.entries
        if database.clock() >= database.look_at and self._look(database):
            entries.clear()
        if address in entries:
            entry = entries[address]
            return None if entry is None else entry[1]
        found = database.find(address)
        if len(address) <= LONGEST_KEPT:
            self._known.keep(address, found)
        return found

    def _look(self, database: Database) -> bool:
        """Return whether another database is in use now, since its file has changed."""
        path = str(database.path)
        try:
            if not database.look():
                return False
        except DatabaseError as error:
            if self._complaints.passes(str(error)) is not None:
                self.log.warning(
                    "database not read anew, the old one stays in use", path=path, reason=str(error)
                )
            return False
        self.log.info("the database has changed and is used from now on", path=path)
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
        return True

    def _fail(self, event: Event) -> bool:
        self.metrics.count("failures")
        for tag in self.tag_on_failure:
            event.tag(tag)
        return False


def _joined(known: dict[str, Value], found: dict[str, Any]) -> dict[str, Value]:
    """Put what was found into a map that is there, its other members staying."""
    for name, value in found.items():
        inner = known.get(name)
        known[name] = (
            _joined(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else copied(value)
        )
    return known
