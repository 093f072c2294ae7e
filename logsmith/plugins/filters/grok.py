"""Parse text into fields with patterns that have names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from msgspec import Raw

from logsmith.event import Event, EventError, FieldRef, Value, to_f, to_i, to_s
from logsmith.event.ruby import finite
from logsmith.grok import Grok as Matcher
from logsmith.grok import GrokError, Library, MissingFileError, UnknownPatternError, compile_grok
from logsmith.grok.expansion import find_unfinished
from logsmith.grok.library import pattern_files
from logsmith.grok.runaway import runaway_complaints
from logsmith.grok.stores import Leaf, emit_leaves
from logsmith.log import RateLimited
from logsmith.plugins import NOT_NEGATIVE, Code, EcsMode, Example, Filter, Problem, setting
from logsmith.regex import RegexTimeoutError, budget

SAME_COMPLAINT_EVERY_S = 60.0
CHARS_SHOWN = 255  # of a text that took too long
NumberType = Literal["int", "float"]
CONVERT: dict[NumberType, Callable[[str], Value]] = {"int": to_i, "float": lambda text: finite(to_f(text))}
SHORT = 19  # characters
# Of a local that holds a number as it is mostly written, and then Python reads it as Ruby does
PLAIN = {
    "int": "int({0}) if len({0}) < {1} and {0}.isdecimal() and {0}.isascii()",
    "float": "float({0}) if len({0}) < {1} and {0}.replace('.', '', 1).isdecimal() and {0}.isascii()",
}


class Grok(Filter):
    makes_plain_values = True

    match: dict[str, list[str]] = setting({}, "The patterns of each field, tried in order.")
    patterns_dir: list[str] = setting([], "Files, folders or globs with patterns of your own.")
    patterns_files_glob: str = setting("*", "Which files of a folder in `patterns_dir` are read.")
    pattern_definitions: dict[str, str] = setting({}, "Patterns of this filter alone, by name.")
    break_on_match: bool = setting(True, "Stop at the first pattern that matches.")
    named_captures_only: bool = setting(
        True, "Keep only what a pattern names; otherwise everything that has a pattern's name."
    )
    keep_empty_captures: bool = setting(False, "Keep captures that are empty or did not take part.")
    overwrite: list[str] = setting([], "Fields that a capture replaces instead of adding to them.")
    target: str | None = setting(None, "The field under which all captures are put.")
    tag_on_failure: list[str] = setting(["_grokparsefailure"], "Tags of an event that no pattern matches.")
    tag_on_timeout: str = setting("_groktimeout", "The tag of an event on which a pattern took too long.")
    timeout_millis: int = setting(
        1000, "Milliseconds after which a match is given up; 0 is never.", within=NOT_NEGATIVE
    )
    timeout_scope: Literal["pattern", "event"] = setting(
        "pattern", "Accepted; each match has the whole time."
    )
    ecs_compatibility: EcsMode | None = setting(None, "Which set of patterns is used.")

    examples = (
        Example(
            "parses a line of an access log",
            config='match => { "message" => "%{IP:client} %{WORD:verb} %{NOTSPACE:path} %{INT:took:int}" }',
            given={"message": "203.0.113.9 GET /index.html 43"},
            expect=[
                {
                    "message": "203.0.113.9 GET /index.html 43",
                    "client": "203.0.113.9",
                    "verb": "GET",
                    "path": "/index.html",
                    "took": 43,
                }
            ],
        ),
        Example(
            "tags an event that no pattern matches",
            config='match => { "message" => "%{IP:client}" } add_tag => ["parsed"]',
            given={"message": "hello"},
            expect=[{"message": "hello", "tags": ["_grokparsefailure"]}],
        ),
        Example(
            "tries patterns in order and stops at the first that matches",
            config='match => { "message" => ["%{INT:number}", "%{WORD:word}"] }',
            given={"message": "abc"},
            expect=[{"message": "abc", "word": "abc"}],
        ),
        Example(
            "adds to a field that is there, unless told to overwrite it",
            config='match => { "message" => "level=%{WORD:level} %{GREEDYDATA:message}" } overwrite => ["message"]',
            given={"message": "level=warn disk full", "level": "info"},
            expect=[{"message": "disk full", "level": ["info", "warn"]}],
        ),
        Example(
            "takes a pattern of its own",
            config='pattern_definitions => { "ORDER" => "[A-Z]{2}-\\d+" } match => { "message" => "%{ORDER:order}" }',
            given={"message": "shipped AB-12"},
            expect=[{"message": "shipped AB-12", "order": "AB-12"}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
        self.longest_match_s = self.timeout_millis / 1000
        self._watch = budget.watch(self.longest_match_s)
        self._overwrite = frozenset(self.overwrite)
        self._entries: list[tuple[FieldRef, list[_Pattern]]] = []
        library = Library.stock(ecs=self.ecs != "disabled")
        for place in self.patterns_dir:
            try:
                library = library.with_files([place], self.patterns_files_glob)
            except MissingFileError as error:  # as in Logstash, until a pattern of it is used
                yield Problem(str(error), "patterns_dir", code="missing-file", severity="warning")
            except GrokError as error:
                yield Problem(str(error), "patterns_dir", code="missing-file")
                return
        library = library.with_definitions(self.pattern_definitions)
        for name, texts in self.match.items():
            yield from self._compile_entry(name, texts, library)

    def reads(self) -> Iterator[Path]:
        return pattern_files(self.patterns_dir, self.patterns_files_glob)

    def _compile_entry(self, name: str, texts: list[str], library: Library) -> Iterator[Problem]:
        patterns = []
        for at, text in enumerate(texts):
            try:
                grok = compile_grok(text, library, named_captures_only=self.named_captures_only)
                patterns.append(_Pattern(grok, self._stores(grok)))
                for found in _runaways(grok, library, named_captures_only=self.named_captures_only):
                    yield replace(found, inside=(name, at))
                unfinished = find_unfinished(text)
                if unfinished is not None:
                    yield Problem.unfinished("match", text, unfinished, (name, at))
            except (GrokError, EventError) as error:
                code = "unknown-pattern" if isinstance(error, UnknownPatternError) else "bad-regex"
                yield Problem(str(error), "match", code=code, inside=(name, at))
        try:
            self._entries.append((FieldRef.parse(name), patterns))
        except EventError as error:
            yield Problem(f"match: {error}", "match", inside=(name,))

    def _stores(self, grok: Matcher) -> list[_Store]:
        stores: list[_Store] = []
        for capture in grok.captures:
            try:
                ref = self._destination(capture.field)
            except EventError as error:
                stores.append(_FailingStore(str(error)))
                continue
            for number, group in enumerate(capture.groups):
                kind = capture.type if number == 0 else None
                stores.append(_Store(group, ref, kind, overwrites=capture.field in self._overwrite))
        return stores

    def _destination(self, field: str) -> FieldRef:
        if self.target is None:
            return FieldRef.parse(field)
        target = self.target if self.target.startswith("[") else f"[{self.target}]"
        return FieldRef.parse(target + (field if field.startswith("[") else f"[{field}]"))

    def emit(self, code: Code) -> None:
        """Write the match inline where there is one field to look at; else a call."""
        inline = len(self._entries) == 1 and self.break_on_match and not self.keep_empty_captures
        if not inline or not self._entries[0][1]:
            code.line(f"matched = {code.bind(self._match_all, 'grok')}(event)")
            return
        ref, patterns = self._entries[0]
        text, watch = code.local("text"), code.bind(self._watch, "watch")
        code.line(f"{text} = {code.read(ref)}")
        with code.block(f"if {text}.__class__ is str"):
            with code.block("try"):
                code.line(f"{watch}.text = {text}")
                code.line("matched = False")
                for number, pattern in enumerate(patterns):
                    word = "elif" if number else "if"
                    with code.block(f"{word} {pattern.emit_search(code, text)}"):
                        pattern.emit_stores(code)
                        code.line("matched = True")
            with code.block(
                f"except ({code.bind(RegexTimeoutError, 'Timeout')}, {code.bind(EventError, 'EventError')}) as error"
            ):
                code.line("matched = None")
                code.line(f"{code.bind(self._fail, 'grok_failed')}(event, error, {text})")
            with code.block("else"), code.block("if not matched"):
                code.line(f"{code.bind(self._tag_failure, 'tag_failure')}(event)")
            with code.block("finally"):
                code.line(f"{watch}.text = None")
            code.line("matched = matched is True")
        with code.block("else"):
            code.line(f"matched = {code.bind(self._match_all, 'grok')}(event)")

    def _fail(self, event: Event, error: Exception, text: str) -> None:
        if isinstance(error, RegexTimeoutError):
            self.metrics.count("timeouts")
            event.tag(self.tag_on_timeout)
            if self._complaints.passes("timeout") is not None:
                shown = text[:CHARS_SHOWN]
                self.log.warning(
                    "grok match took too long and was given up", limit_ms=self.timeout_millis, text=shown
                )
            return
        self.log.debug("capture cannot be stored", reason=str(error))
        self._tag_failure(event)

    def _tag_failure(self, event: Event) -> None:
        self.metrics.count("failures")
        for tag in self.tag_on_failure:
            event.tag(tag)

    def _match_all(self, event: Event) -> bool:
        """Match all entries, whatever they hold; the way of everything that is not inlined."""
        matched = False
        try:
            for ref, patterns in self._entries:
                matched = self._match_entry(event, ref, patterns) or matched
                if matched and self.break_on_match:
                    break
        except RegexTimeoutError as error:
            self._fail(event, error, str(self._watch.text))
            return False
        finally:
            self._watch.text = None
        if not matched:
            self._tag_failure(event)
        return matched

    def _match_entry(self, event: Event, ref: FieldRef, patterns: Sequence[_Pattern]) -> bool:
        value, matched = event.get(ref), False
        try:
            for text in [to_s(item) for item in value] if isinstance(value, list) else [to_s(value)]:
                matched = self._match_one(event, patterns, text) or matched
        except EventError as error:  # it ends the whole entry, of an array too
            self.log.debug("capture cannot be stored", reason=str(error))
            return False
        return matched

    def _match_one(self, event: Event, patterns: Sequence[_Pattern], text: str) -> bool:
        matched = False
        self._watch.text = text
        for pattern in patterns:
            found = pattern.grok.search(text) if pattern.grok.can_match(text) else None
            matched = found is not None
            if found is not None:
                for store in pattern.stores:
                    store(event, found.group(store.group), keeps_empty=self.keep_empty_captures)
                if self.break_on_match:
                    return True
        return matched


class _Store:
    """Where one group goes, and how."""

    __slots__ = ("convert", "group", "kind", "overwrites", "ref")

    def __init__(
        self,
        group: int,
        ref: FieldRef,
        kind: NumberType | None,
        *,
        overwrites: bool,
    ) -> None:
        self.group, self.ref, self.kind, self.overwrites = group, ref, kind, overwrites
        self.convert = None if kind is None else CONVERT[kind]

    def __call__(self, event: Event, text: str | None, *, keeps_empty: bool = False) -> None:
        """Store a capture: onto a text makes an array, onto an array appends, onto anything else is dropped."""
        if text is None and not keeps_empty:
            return
        value: Value = text if self.convert is None or text is None else self.convert(text)
        if value == "" and not keeps_empty:
            return
        known = event.get(self.ref)
        if known is None or self.overwrites:
            event.set(self.ref, value)
        elif isinstance(known, list):
            event.set(self.ref, [*known, value])
        elif isinstance(known, str):
            event.set(self.ref, [known, value])


class _FailingStore(_Store):
    """A group whose name is no field reference: as in Logstash, each match fails there."""

    __slots__ = ("_reason",)

    def __init__(self, reason: str) -> None:
        super().__init__(1, FieldRef.parse("tags"), None, overwrites=False)
        self._reason = reason

    def __call__(self, event: Event, text: str | None, *, keeps_empty: bool = False) -> None:  # noqa: ARG002  as its kin
        raise EventError(self._reason)


class _Pattern:
    """A pattern and where its captures go."""

    __slots__ = ("grok", "stores")

    def __init__(self, grok: Matcher, stores: list[_Store]) -> None:
        self.grok, self.stores = grok, stores

    def emit_search(self, code: Code, text: str) -> str:
        """Return an expression that is true of a match, which stands in `found` then; cheap looks come first."""
        finder = self.grok.finder
        search = f"{code.bind(finder.first, 'first')}({text})"
        if finder.later is not None:
            later = f"{code.bind(finder.later, 'later')}({text})"
            search += f" or ('\\n' in {text} and {later})" if finder.is_by_line else f" or {later}"
        # One look refuses nearly all that several would, and each costs every line that matches
        look = "" if self.grok.telltale is None else f"{self.grok.telltale!r} in {text} and "
        return f"{look}(found := {search})"

    def emit_stores(self, code: Code) -> None:
        """Write the stores of a match that stands in `found`."""
        if self.stores:
            locals_ = [code.local("group") for _ in range(self.grok.regex.tree.group_count)]
            code.line(f"{', '.join(locals_)}, = found.groups()")
            emit_leaves(code, [_leaf(code, store, locals_[store.group - 1]) for store in self.stores])


def _leaf(code: Code, store: _Store, local: str) -> Leaf:
    is_there, text = local, local
    if store.kind is not None:
        plain, convert = PLAIN[store.kind].format(local, SHORT), code.bind(store.convert, "convert")
        is_there, text = f"{local} is not None", f"{plain} else {convert}({local})"
    path = None if store.ref.in_metadata else store.ref.path
    return Leaf(path, local, is_there, text, store, _may_join, store.overwrites)


def _may_join(value: object) -> bool:
    """Say whether a capture does not leave a field as it is; what is JSON still is not decoded for that."""
    return not isinstance(value, Raw) or bytes(value)[:1] in (b'"', b"[", b"n")


def _runaways(grok: Matcher, library: Library, *, named_captures_only: bool) -> Iterator[Problem]:
    for message, hint in runaway_complaints(grok, library, named_captures_only=named_captures_only):
        yield Problem(message, "match", hint, code="runaway-regex", severity="warning")
