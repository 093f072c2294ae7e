"""Remove fields by their names or values, as white and black lists of regular expressions say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from logsmith.event import Event, EventError, Value, sprintf, to_s
from logsmith.plugins import Example, Filter, Problem, setting
from logsmith.regex import LONGEST_MATCH_S, Regex, RegexError, compile_ruby, match_watch

Find = Callable[[Event], Regex]

ALL: list[Value] = []  # what is kept where nothing goes; told by identity
CHARS_SHOWN = 40  # of a value that is no text


class Prune(Filter):
    makes_plain_values = True

    whitelist_names: list[str] = setting(
        [], "Regular expressions of the names of top-level fields to keep; all others go, `@timestamp` too."
    )
    blacklist_names: list[str] = setting(
        [r"%\{[^}]+\}"], "Regular expressions of the names of top-level fields to remove."
    )
    whitelist_values: dict[str, str] = setting(
        {}, "For a field, the regular expression of the values to keep; others are removed."
    )
    blacklist_values: dict[str, str] = setting(
        {}, "For a field, the regular expression of the values to remove."
    )
    interpolate: bool = setting(False, "Fill names and regular expressions from the event, by sprintf.")

    examples = (
        Example(
            "keeps what the white list names, anywhere in the name",
            config='whitelist_names => ["^@", "msg"] blacklist_names => ["^msg_"]',
            given={"msg": 1, "msg_id": 2, "my_msg": 3, "other": 4},
            expect=[{"msg": 1, "my_msg": 3}],
        ),
        Example(
            "removes, as it comes, fields whose name is a reference that was not filled",
            config='add_tag => ["pruned"]',
            given={"%{host}": 1, "other": 2},
            expect=[{"other": 2, "tags": ["pruned"]}],
        ),
        Example(
            "looks at each text of an array, and removes the field when none is left",
            config='whitelist_values => { "a" => "^x" "b" => "^x" } blacklist_values => { "c" => "secret" }',
            given={"a": ["x1", "y1"], "b": ["y"], "c": "a secret"},
            expect=[{"a": ["x1"]}],
        ),
        Example(
            "fills regular expressions from the event",
            config='interpolate => true blacklist_names => ["^%{user}_"]',
            given={"user": "bob", "bob_id": 1, "id": 2},
            expect=[{"user": "bob", "id": 2}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._names: dict[str, list[Find]] = {}
        for name in ("whitelist_names", "blacklist_names"):
            yield from self._compile_names(name)
        self._values: list[tuple[bool, list[tuple[str, Find]]]] = [(True, []), (False, [])]
        for name, (_, entries) in zip(("whitelist_values", "blacklist_values"), self._values, strict=True):
            yield from self._compile_values(name, entries)

    longest_match_s = LONGEST_MATCH_S

    def filter(self, event: Event) -> None:
        match_watch.text = event  # all its matches together
        try:
            self._prune(event)
        finally:
            match_watch.text = None

    def _prune(self, event: Event) -> None:
        # Everything is chosen before the first field goes: a regular expression may be filled from any of them
        names = list(event.fields)
        unwanted: list[str] = []
        if self.whitelist_names:
            wanted = [find(event) for find in self._names["whitelist_names"]]
            unwanted += [name for name in names if not any(one.search(name) for one in wanted)]
        if self.blacklist_names:
            bad = [find(event) for find in self._names["blacklist_names"]]
            unwanted += [name for name in names if any(one.search(name) for one in bad)]
        shortened: dict[str, list[Value]] = {}
        for keeps, entries in self._values:
            for written, find in entries:
                name = sprintf(written, event) if self.interpolate else written
                kept = _kept(event.top(name), find, event, keeps=keeps)
                if kept is None:
                    unwanted.append(name)
                elif kept is not ALL:
                    shortened[name] = (
                        kept  # Logstash: where both lists shorten an array, the second starts anew
                    )
        for name, kept in shortened.items():
            event.fields[name] = kept
        for name in unwanted:
            event.fields.pop(name, None)

    def _compile_names(self, name: str) -> Iterator[Problem]:
        self._names[name] = found = []
        for at, pattern in enumerate(getattr(self, name)):
            try:
                found.append(self._compile(pattern))
            except RegexError as error:
                yield Problem(f"bad regular expression {pattern!r}: {error}", name, inside=(at,))

    def _compile_values(self, name: str, entries: list[tuple[str, Find]]) -> Iterator[Problem]:
        for field, pattern in getattr(self, name).items():
            try:
                entries.append((field, self._compile(pattern)))
            except RegexError as error:
                yield Problem(f"{field}: {error}", name, inside=(field,))

    def _compile(self, pattern: str) -> Find:
        if self.interpolate and "%{" in pattern:
            return lambda event: compile_ruby(sprintf(pattern, event))
        regex = compile_ruby(pattern)
        return lambda _event: regex


def _kept(value: Value, find: Find, event: Event, *, keeps: bool) -> list[Value] | None:
    """Return what is kept of an array, ALL where nothing goes, None where everything does."""
    if value is None or value is False:
        return ALL
    regex = find(event)
    if not isinstance(value, list):
        return ALL if _matches(regex, value) is keeps else None
    kept = [item for item in value if _matches(regex, item) is keeps]
    if len(kept) == len(value):
        return ALL
    return kept or None


def _matches(regex: Regex, value: Value) -> bool:
    if not isinstance(value, str):
        raise EventError(f"expected a text to match, got {to_s(value)[:CHARS_SHOWN]!r}")
    return regex.search(value) is not None
