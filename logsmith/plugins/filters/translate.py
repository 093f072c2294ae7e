"""Replace values by what a dictionary says, which stands in the pipeline or in a YAML, JSON or CSV file."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml

from logsmith.errors import LogsmithError
from logsmith.event import Event, EventError, FieldRef, Sprintf, Value, copied, to_s
from logsmith.event.csv_rows import parse_row
from logsmith.event.json import parse_json
from logsmith.event.yaml_text import read_yaml
from logsmith.log import RateLimited
from logsmith.plugins import POSITIVE, EcsMode, Example, Filter, Problem, Range, setting
from logsmith.regex import LONGEST_MATCH_S, RegexError, compile_ruby, match_watch

Dictionary = dict[str, Value]
Lookup = Callable[[str], Value]

NOT_FOUND: Any = object()  # Any: stands beside values, null among them
UNSTORABLE: Any = object()  # Any: likewise; instead of a date
SAME_COMPLAINT_EVERY_S = 600.0
ALWAYS_READ_S = 300  # a longer refresh_interval reads the file though it is unchanged
MAX_CODE_POINTS = 134_217_728


class DictionaryError(LogsmithError):
    """A file is no dictionary."""


class Translate(Filter):
    source: str | None = setting(None, "The field whose value is looked up; required.")
    target: str | None = setting(
        None, "The field that gets what is found: `translation`, in ECS modes the source itself."
    )
    field: str | None = setting(None, "The former name of `source`.")
    destination: str | None = setting(None, "The former name of `target`.")
    dictionary: dict[str, Any] = setting(  # Any: values stay as they are written
        {}, "What is looked up, and what it becomes."
    )
    dictionary_path: str | None = setting(
        None, "A file with the dictionary: `.yml`, `.yaml`, `.json`, or `.csv` with two columns."
    )
    refresh_interval: float = setting(
        5,
        "How many seconds pass between two looks at whether the file has changed; 0 is never.",
        within=Range(-1),
    )
    refresh_behaviour: Literal["merge", "replace"] = setting(
        "merge", "Whether a changed file adds to what was read before or takes its place."
    )
    exact: bool = setting(True, "Look up the whole value; otherwise replace each key wherever it is in it.")
    regex: bool = setting(
        False, "Take the keys for regular expressions, of which the first that matches wins."
    )
    override: bool | None = setting(
        None, "Replace a target that is there; true by default where source and target are the same."
    )
    fallback: Sprintf | None = setting(None, "What the target gets when nothing is found.")
    iterate_on: str | None = setting(
        None, "The field with an array of values, if it is the source, or of objects with the source in them."
    )
    yaml_dictionary_code_point_limit: int = setting(
        MAX_CODE_POINTS, "The most characters that a YAML file may have.", within=POSITIVE
    )
    yaml_load_strategy: Literal["one_shot", "streaming"] = setting(
        "one_shot", "How a YAML file is read: `streaming` knows fewer kinds of plain values, and no aliases."
    )
    ecs_compatibility: EcsMode | None = setting(
        None, "Whether the target is the source itself when none is named."
    )

    examples = (
        Example(
            "looks a value up as a text",
            config='source => "status" target => "words" dictionary => { "200" => "OK" "404" => "Not Found" }',
            given={"status": 404},
            expect=[{"status": 404, "words": "Not Found"}],
        ),
        Example(
            "gives the fallback where nothing is found",
            config='source => "code" dictionary => { "1" => "one" } fallback => "no %{code}"',
            given={"code": "7"},
            expect=[{"code": "7", "translation": "no 7"}],
        ),
        Example(
            "replaces the source itself in ECS modes",
            config='source => "code" dictionary => { "1" => "one" }',
            given={"code": "1"},
            expect=[{"code": "one"}],
            ecs="v8",
        ),
        Example(
            "takes keys for regular expressions",
            config='source => "code" regex => true dictionary => { "^2\\d\\d$" => "fine" }',
            given={"code": "204"},
            expect=[{"code": "204", "translation": "fine"}],
        ),
        Example(
            "replaces each key inside of the value",
            config='source => "text" target => "text" exact => false dictionary => { "a" => "1" "b" => "2" }',
            given={"text": "a, b and c"},
            expect=[{"text": "1, 2 1nd c"}],
        ),
        Example(
            "keeps a target that is there",
            config='source => "code" target => "words" dictionary => { "1" => "one" } add_tag => ["found"]',
            given={"code": "1", "words": "mine"},
            expect=[{"code": "1", "words": "mine"}],
        ),
        Example(
            "looks up the source of each object of an array",
            config='iterate_on => "all" source => "id" target => "name" dictionary => { "1" => "one" }',
            given={"all": [{"id": "1"}, {"id": "2"}]},
            expect=[{"all": [{"id": "1", "name": "one"}, {"id": "2"}]}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        yield from self._check_former_names()
        self._source = self.source or self.field or ""
        self._target = (
            self.target or self.destination or ("translation" if self.ecs == "disabled" else self._source)
        )
        self._is_in_place = self._target == self._source
        self._overrides = self._is_in_place if self.override is None else self.override
        self._known: Dictionary = self.dictionary
        self.longest_match_s = LONGEST_MATCH_S if self.regex else 0.0
        self._seen: tuple[int, int, int] | None = None  # the file's time, size and inode when it was read
        self._look_at = time.monotonic() + self.refresh_interval
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
        try:
            self._source_ref, self._target_ref = FieldRef.parse(self._source), FieldRef.parse(self._target)
            self._iterated_ref = None if self.iterate_on is None else FieldRef.parse(self.iterate_on)
        except EventError as error:
            yield Problem(str(error), "source")
        yield from self._check_pairs()
        try:
            self._lookup = self._compile(self._known)
        except RegexError as error:
            yield Problem(f"bad regular expression: {error}", "dictionary")
        yield from self._load_first()

    def _check_former_names(self) -> Iterator[Problem]:
        for former, name in (("field", "source"), ("destination", "target")):
            if former not in self.given:
                continue
            if name in self.given:
                yield Problem(
                    f"{former!r} is the former name of {name!r}; both are set", former, "leave it out"
                )
            else:
                message = f"the setting {former!r} of translate is now called {name!r}"
                yield Problem(message, former, f"write {name}", "deprecated-setting", "warning")
        if not self.source and not self.field:
            hint = "add source => …: The field whose value is looked up."
            yield Problem("translate needs the setting 'source'", None, hint, "missing-setting")

    def _check_pairs(self) -> Iterator[Problem]:
        if self.dictionary and self.dictionary_path is not None:
            message = "The configuration options 'dictionary' and 'dictionary_path' are mutually exclusive"
            yield Problem(message, "dictionary_path", "leave one of them out")
        if self._is_in_place and self.override is False:
            message = "override => false never translates where source and target are the same"
            yield Problem(message, "override", "leave it out, or name another target")
        for name in ("yaml_dictionary_code_point_limit", "yaml_load_strategy"):
            if name in self.given and Path(self.dictionary_path or "").suffix not in (".yml", ".yaml"):
                yield Problem(f"{name} is for a dictionary in a YAML file", name, "leave it out")

    def _load_first(self) -> Iterator[Problem]:
        if self.dictionary_path is None:
            return
        try:
            self._load(Path(self.dictionary_path))
        except FileNotFoundError:
            message = f"there is no file {self.dictionary_path!r}; nothing is found until there is"
            yield Problem(message, "dictionary_path", severity="warning")
        except (OSError, LogsmithError) as error:
            message = f"{error} when loading dictionary file at {self.dictionary_path}"
            yield Problem(message, "dictionary_path")

    def filter(self, event: Event) -> bool:
        if (
            self.dictionary_path is not None
            and self.refresh_interval > 0
            and time.monotonic() >= self._look_at
        ):
            self._look(Path(self.dictionary_path))
        try:
            if self._iterated_ref is None:
                return self._translate_one(event)
            if self.iterate_on == self._source:
                return self._translate_items(event)
            return self._translate_objects(event, self._iterated_ref)
        except EventError as error:  # the event goes on as it is then, without a tag
            self.log.error("not translated", source=self._source, reason=str(error))
            return False

    def _translate_one(self, event: Event) -> bool:
        if not event.include(self._source_ref) or self._keeps_target(event):
            return False
        value = self._find(event.get(self._source_ref), event)
        if value is NOT_FOUND:
            return self._is_in_place
        event.set(self._target_ref, value)
        return True

    def _translate_items(self, event: Event) -> bool:
        if not event.include(self._source_ref) or self._keeps_target(event):
            return False
        found = [self._find(to_s(item), event) for item in _items(event.get(self._source_ref))]
        event.set(self._target_ref, [None if one is NOT_FOUND else one for one in found])
        return self._is_in_place or any(
            not any(one is none for none in (NOT_FOUND, None, False)) for one in found
        )

    def _translate_objects(self, event: Event, ref: FieldRef) -> bool:
        if not event.include(ref):
            return False
        items = event.get(ref)
        is_matched = self._is_in_place
        for at in range(len(items)) if isinstance(items, list) else ():
            place = f"{_bracketed(ref.text)}[{at}]"
            source = FieldRef.parse(place + _bracketed(self._source))
            inner = event.get(source)
            value = NOT_FOUND if inner is None else self._find(to_s(inner), event)
            if value is not NOT_FOUND:
                event.set(FieldRef.parse(place + _bracketed(self._target)), value)
                is_matched = True
        return is_matched

    def _keeps_target(self, event: Event) -> bool:
        return not self._overrides and event.include(self._target_ref)

    def _find(self, value: Value, event: Event) -> Any:  # Any: a value, or NOT_FOUND
        if isinstance(value, list):
            value = value[0] if value else None
        found = self._lookup(value if isinstance(value, str) else to_s(value))
        if found is UNSTORABLE:
            raise EventError("a date of the dictionary is nothing that a field can hold")
        if found is not NOT_FOUND:
            return copied(found)
        return NOT_FOUND if self.fallback is None else self.fallback.format(event)

    def _compile(self, known: Dictionary) -> Lookup:
        if not self.exact:
            return _replacing(known)
        return _matching(known) if self.regex else lambda text: known.get(text, NOT_FOUND)

    def _look(self, path: Path) -> None:
        self._look_at = time.monotonic() + self.refresh_interval
        seen = self._seen
        try:
            if self.refresh_interval > ALWAYS_READ_S or _mark(path) != seen:
                self._load(path)
        except (OSError, LogsmithError) as error:
            self._seen = None  # the very file that is in use may come back, and that is told
            if self._complaints.passes(str(error)) is not None:
                facts = {"path": str(path), "reason": str(error)}
                self.log.warning("dictionary not read anew, the old one stays in use", **facts)
            return
        if self._seen != seen:
            self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
            self.log.info("the dictionary has changed and is used from now on", path=str(path))

    def _load(self, path: Path) -> None:
        mark = _mark(path)
        read = _read(
            path,
            self.yaml_dictionary_code_point_limit,
            as_stream=self.yaml_load_strategy == "streaming",
        )
        known = {**self._known, **read} if self.refresh_behaviour == "merge" else read
        self._lookup = self._compile(known)
        self._known, self._seen = known, mark


def _matching(known: Dictionary) -> Lookup:
    entries = [(compile_ruby(key), value) for key, value in known.items()]

    def find(text: str) -> Any:  # Any: a value, or NOT_FOUND
        match_watch.text = text
        try:
            return next((value for regex, value in entries if regex.search(text)), NOT_FOUND)
        finally:
            match_watch.text = None

    return find


def _replacing(known: Dictionary) -> Lookup:
    if not known:
        return lambda _text: NOT_FOUND
    keys = re.compile("|".join(map(re.escape, known)))
    texts = {key: to_s(value) for key, value in known.items()}

    def replace(text: str) -> Value:
        replaced = keys.sub(lambda found: texts[found[0]], text)
        return NOT_FOUND if replaced == text else replaced

    return replace


def _items(value: Value) -> list[Value]:
    """Return what is iterated over: of an object its pairs, of any other value that is no array itself."""
    if isinstance(value, dict):
        return [[key, member] for key, member in value.items()]
    return value if isinstance(value, list) else [] if value is None else [value]


def _bracketed(text: str) -> str:
    return text if text.startswith("[") else f"[{text}]"


def _mark(path: Path) -> tuple[int, int, int]:
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size, stat.st_ino


def _read(path: Path, limit: int, *, as_stream: bool) -> Dictionary:
    """Return the dictionary in a file; raises OSError and DictionaryError."""
    readers: Mapping[str, Callable[[str], object]] = {
        ".yml": lambda text: _read_yaml(text, limit, as_stream=as_stream),
        ".yaml": lambda text: _read_yaml(text, limit, as_stream=as_stream),
        ".json": parse_json,
        ".csv": _read_csv,
    }
    if path.suffix.lower() not in readers:
        raise DictionaryError(f"a dictionary is a file .yml, .yaml, .json or .csv, not {path.suffix!r}")
    try:
        members = readers[path.suffix.lower()](path.read_text("utf-8-sig"))
        if not isinstance(members, dict):
            raise DictionaryError("it holds no pairs of keys and values")
        # A key that is no text is never equal to one: numbers and booleans need quotes in YAML
        return {key: _plain(value) for key, value in members.items() if isinstance(key, str)}
    except (yaml.YAMLError, EventError, ValueError, RecursionError) as error:
        raise DictionaryError(" ".join(str(error).split())) from None


def _read_yaml(text: str, limit: int, *, as_stream: bool) -> object:
    if len(text) > limit:
        raise DictionaryError(f"it has {len(text)} characters, more than the limit of {limit}")
    members: object = read_yaml(text, as_stream=as_stream)
    return {} if members is None else members


def _read_csv(text: str) -> object:
    rows = (parse_row(line, ",", '"') or [None] for line in text.splitlines(keepends=True))
    return {row[0]: row[1] if len(row) > 1 else None for row in rows}


def _plain(value: Any) -> Value:  # Any: what a file holds
    if isinstance(value, dict):
        return {key if isinstance(key, str) else str(key): _plain(member) for key, member in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [_plain(item) for item in value]
    if isinstance(value, date):
        return UNSTORABLE  # type: ignore[no-any-return]  # never given to an event
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return value  # type: ignore[no-any-return]  # a text, a number, a boolean or null
