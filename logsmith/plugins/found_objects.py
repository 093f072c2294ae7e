"""Objects that a filter finds for a text: what was found stays known, and compiled code copies it into events.

The cheapest copy is JSON: bytes that events may share, and that are written as they are unless somebody reads them. If
somebody does, a copy of the object is cheaper. Where both can be, now and then an event is looked at again when it is
long done, and what became of it decides (`as_json`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from sys import intern
from typing import TYPE_CHECKING, Any

from msgspec import Raw

from logsmith.event import Event, FieldRef
from logsmith.event.json import encode_plainly

if TYPE_CHECKING:
    from logsmith.plugins.contract import Code

LOOK_AGAIN_S = 0.5  # how often compiled code leaves an event to the filter, and after which an event is done
RESERVED = ("tags", "@timestamp")  # no object may stand there
SHARED = frozenset({str, int, float, bool, type(None)})  # types of values that events may share

Found = dict[str, Any]  # Any: what a field holds
Trail = tuple[str, ...]
Entry = tuple[
    Any, ...
]  # as JSON, as an object, each of `trails` in it (None: not there), and what goes with it


class FoundObjects:
    """What is known of texts, up to a number of them: of each the object that was found, None where nothing was.

    `entries` is the same map as long as this lives. `trails` names the objects that can be in what is found, outer
    ones first. An object of any other shape is not kept: a copy of it needs more than `emit` writes.
    """

    def __init__(
        self,
        source: FieldRef,
        target: FieldRef | None,
        trails: Sequence[Trail],
        *,
        most: int,
        ages: bool = False,
    ) -> None:
        """Know nothing yet; `target` is where events get what is found for a text at `source`, None is their root.

        If what is found `ages`, the filter gets an event now and then to see to that.
        """
        self.source, self.target, self.trails, self._most = source, target, trails, most
        is_inside = target is not None and target.top is not None and source.path[:-1] == target.path
        self._beside = source.path[-1] if is_inside and not source.in_metadata else None
        self._looks = ages or self._beside is not None
        self.entries: dict[str, Entry | None] = {}
        self.clock = time.monotonic
        self.look_at = 0.0
        self.as_json = False  # is how an object is stored that holds the text alone, as nobody reads it
        self._watched: dict[str, Any] | None = None  # the fields of an event whose object is stored so

    def keep(self, text: str, found: Found | None, extra: object = None) -> None:
        """Remember what was found, and forget half of what is known where that is too much."""
        entry = None if found is None else self._entry(text, found, extra)
        if self._most == 0 or (entry is None and found is not None):
            return
        if len(self.entries) >= self._most:
            for known in list(islice(self.entries, (self._most + 1) // 2)):
                del self.entries[known]
        self.entries[text] = entry

    def _entry(self, text: str, found: Found, extra: object) -> Entry | None:
        written = encode_plainly(self._at_top(text, found))
        objects = [_member(found, trail) for trail in self.trails]
        if written is None or _share_texts(found, *objects) != len(objects) - objects.count(None):
            return None
        return Raw(written), found, *objects, extra

    def _at_top(self, text: str, found: Found) -> Found:
        """Return what the outermost object of the target becomes if nothing but the text is there."""
        if self._beside is not None:
            return {self._beside: text, **found}
        for name in reversed(() if self.target is None else self.target.path[1:]):
            found = {name: found}
        return found

    def put_json(self, event: Event, text: str) -> bool:
        """Store what is known of a text as JSON and return True, if the target holds the text alone and it is worth it."""
        is_due = self.clock() >= self.look_at
        if is_due:
            self._look()
        entry = self.entries.get(text)
        if self.target is None or self._beside is None or entry is None or not (is_due or self.as_json):
            return False
        top, fields = self.target.path[0], event.fields
        if fields.get(top) != {self._beside: text}:
            return False
        fields[top] = entry[0]
        if is_due:
            self._watched = fields
        return True

    def _look(self) -> None:
        self.look_at = self.clock() + LOOK_AGAIN_S
        if self._watched is not None and self.target is not None:
            self.as_json = self._watched.get(self.target.path[0]).__class__ is Raw
        self._watched = None

    def emit(
        self, code: Code, otherwise: Callable[[], None], then: Callable[[str], None] = lambda _entry: None
    ) -> None:
        """Write the look-up of the text, and how the event gets a copy of what is known; then `matched` is true.

        `then` writes what follows a copy, given the entry's name. `otherwise` writes what is done if the text is not
        known, if something is in the way at the target, and now and then.
        """
        text, entry, findings = code.local("text"), code.local("entry"), code.bind(self, "findings")
        is_usable = f"{text}.__class__ is str"
        if self._looks:
            is_usable += f" and {code.bind(self.clock, 'clock')}() < {findings}.look_at"
        code.line(f"{text} = {code.read(self.source)}")
        code.line(f"{entry} = {code.bind(self.entries, 'entries')}.get({text}) if {is_usable} else None")
        keyword, known, is_found = "if", "fields", f"{entry} is not None"
        there = []
        if self.target is not None:
            keyword, known, top = "elif", code.local("known"), repr(self.target.path[0])
            there = list(_there(code, self.target, known))
            is_alone = f"{top} not in fields"
            if self._beside is not None:
                is_alone = f"{findings}.as_json and {there[0]} and len({known}) == 1"
            with code.block(f"if {is_found} and {is_alone}"):
                code.line(f"fields[{top}] = {entry}[0]")
                code.line("matched = True")
                then(entry)
        is_free = [f"{trail[0]!r} not in {known}" for trail in self.trails if len(trail) == 1]
        with code.block(f"{keyword} {' and '.join([is_found, *there, *is_free])}"):
            self._emit_copies(code, entry, known)
            code.line("matched = True")
            then(entry)
        with code.block("else"):
            otherwise()

    def _emit_copies(self, code: Code, entry: str, known: str) -> None:
        copies = {trail: code.local(trail[-1]) for trail in self.trails}
        code.line(f"{', '.join(['_', 'found', *copies.values(), '_'])} = {entry}")
        code.line(f"{known}.update(found)")
        for trail, copy in copies.items():
            parent = copies.get(trail[:-1], known)
            with code.block(f"if {copy} is not None"):
                code.line(f"{parent}[{trail[-1]!r}] = {copy} = {copy}.copy()")


def is_emitted(target: FieldRef | None) -> bool:
    """Return whether `FoundObjects.emit` can write into this target."""
    if target is None:
        return True
    is_escaped = any("[" in name or "]" in name for name in target.path)
    return not (target.in_metadata or is_escaped or target.path[0] in RESERVED)


def _there(code: Code, target: FieldRef, known: str) -> Iterator[str]:
    """Yield the conditions under which an object is at the target, whose name is `known` then."""
    if target.top is not None:
        yield f"({known} := fields[{target.top!r}]).__class__ is dict"
        return
    parent, name = FieldRef.parse("".join(f"[{name}]" for name in target.path[:-1])), target.path[-1]
    holder = code.local("holder")
    yield f"({holder} := {code.read(parent)}).__class__ is dict"
    yield f"({known} := {holder}.setdefault({name!r}, {{}})).__class__ is dict"


def _share_texts(*objects: Found | None) -> int:
    """Have one text where many objects have the same; returns how many members of these events cannot share."""
    others = 0
    for one in objects:
        for name, value in () if one is None else one.items():
            if value.__class__ is str:
                one[name] = intern(value)  # type: ignore[index]  # not null here
            elif value.__class__ not in SHARED:
                others += 1
    return others


def _member(found: Found, trail: Trail) -> Found | None:
    inner: Found | None = found
    for name in trail:
        inner = None if inner is None else inner.get(name)
    return inner
