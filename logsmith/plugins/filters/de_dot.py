"""Rename fields whose names have dots in them."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.event import Event, EventError, FieldRef
from logsmith.plugins import Example, Filter, Problem, setting

Path = tuple[str, ...]


class DeDot(Filter):
    makes_plain_values = True

    separator: str = setting("_", "What takes the place of a dot.")
    nested: bool = setting(False, "Make an object of what is before a dot: `a.b` becomes `[a][b]`.")
    recursive: bool = setting(False, "Rename the members of objects too.")
    fields: list[FieldRef] | None = setting(None, "The fields to rename; all top-level fields if not set.")
    tag_on_failure: list[str] = setting(
        ["_de_dot_error"], "Tags of an event in which a value is in the way of a new name."
    )

    examples = (
        Example(
            "puts an underscore in the place of each dot of a top-level name",
            config="",
            given={"c.d.e": {"x.y": 1}, "plain": 2},
            expect=[{"c_d_e": {"x.y": 1}, "plain": 2}],
        ),
        Example(
            "makes objects of names",
            config='nested => true fields => ["[host][os.name]", "a.b"]',
            given={"host": {"os.name": "linux"}, "a.b": 1, "c.d": 2},
            expect=[{"host": {"os": {"name": "linux"}}, "a": {"b": 1}, "c.d": 2}],
        ),
        Example(
            "goes into objects when told to",
            config="recursive => true nested => true",
            given={"a.b": {"c.d": {"e.f": 1, "g": 2}}},
            expect=[{"a": {"b": {"c": {"d": {"e": {"f": 1}, "g": 2}}}}}],
        ),
        Example(
            "tags an event in which a text is in the way",
            config='nested => true add_tag => ["renamed"]',
            given={"request": "GET", "request.path": "/users"},
            expect=[{"request": "GET", "request.path": "/users", "tags": ["_de_dot_error"]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        if "." in self.separator:
            hint = "use another text, or nested => true"
            yield Problem(f"the separator {self.separator!r} has a dot in it", "separator", hint)

    def filter(self, event: Event) -> bool:
        try:
            if self.fields is None:
                self._rename_all(event)
            else:
                self._rename_chosen(event, self.fields)
        except EventError as error:
            self.metrics.count("failures")
            self.log.debug("field not renamed", reason=str(error))
            for tag in self.tag_on_failure:
                event.tag(tag)
            return False
        return True

    def _rename_all(self, event: Event) -> None:
        for name in list(event.fields):
            if "." in name or self.recursive:
                self._rename(event, (name,))

    def _rename_chosen(self, event: Event, refs: list[FieldRef]) -> None:
        for ref in refs:
            if event.include(ref):
                self._rename(event, ("@metadata", *ref.path) if ref.in_metadata else ref.path)

    def _rename(self, event: Event, path: Path) -> None:
        renamed = self._without_dots(path)
        value = event.get(_reference(path))
        if renamed != path:
            event.set(_reference(renamed), value)
            _remove(event, path)
        if self.recursive and isinstance(value, dict):
            for key in list(value):
                self._rename(event, (*renamed, key))

    def _without_dots(self, path: Path) -> Path:
        if self.nested:
            return tuple(part for key in path for part in key.split("."))
        return tuple(key.replace(".", self.separator) for key in path)


def _reference(path: Path) -> FieldRef:
    return FieldRef.parse(path[0] if len(path) == 1 else "".join(f"[{key}]" for key in path))


def _remove(event: Event, path: Path) -> None:
    """Take a field away; Logstash takes the first object with a dot in its name as a whole, with all that is in it."""
    end = next(place for place, key in enumerate(path, 1) if "." in key)
    event.remove(_reference(path[:end]))
