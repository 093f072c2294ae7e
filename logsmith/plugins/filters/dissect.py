"""Cut a text at fixed delimiters into fields, without regular expressions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from logsmith.event import Event, EventError, FieldRef, Timestamp, TimestampError, Value, to_s
from logsmith.event.ruby import java_text
from logsmith.plugins import Example, Filter, Problem, setting
from logsmith.plugins.plain_names import plain_field

if TYPE_CHECKING:
    from logsmith.plugins import Code

DIGITS_OF_ANY_INTEGER = 18  # short enough to be converted without a look at how long it is
MAX_DIGITS = 4_000  # of an integer; what is longer, or an exponent makes so, is not converted

_SECTION = re.compile(r"%\{([^}]*)\}")
_KEY = re.compile(r"(?P<sign>[?+&]*)(?P<name>.*?)(?P<suffix>(?:/[0-9]{1,2}|->)*)", re.DOTALL)
_ORDER = re.compile(r"/([0-9]+)")
_is_number = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?").fullmatch


@dataclass(frozen=True, slots=True)
class Section:
    """One `%{…}` of a pattern: what it is, and the delimiters on both sides of it."""

    sign: str  # "" stored, "?" skipped, "+" appended, "&" named by a value
    name: str
    order: int
    is_padded: bool
    before: str
    after: str


class Pattern:
    """A compiled pattern: cuts a text, and stores what it found."""

    def __init__(self, text: str) -> None:
        """Read a pattern; raises EventError if a section of it is wrong."""
        self.start, sections = _read_pattern(text)
        self._cuts = [(one.after, one.is_padded) for one in sections[:-1]]
        kinds = {
            sign: [(at, one) for at, one in enumerate(sections) if one.sign == sign]
            for sign in ("", "+", "&")
        }
        self._plain = [(at, FieldRef.parse(one.name)) for at, one in kinds[""]]
        self._appended = [
            (at, FieldRef.parse(one.name), one.before or " ")
            for at, one in sorted(kinds["+"], key=lambda pair: pair[1].order)
        ]
        self._named = [(at, FieldRef.parse(one.name), _place_of_name(sections, at)) for at, one in kinds["&"]]
        self.is_emitted = all(
            len(delimiter) == 1 or (delimiter and not is_padded) for delimiter, is_padded in self._cuts
        )
        names = [plain_field(ref) for _, ref in self._plain]
        self.is_plain = not self._appended and not self._named and None not in names

    def cut(self, text: str) -> list[str] | None:
        """Return the pieces between the delimiters, None if one of them is not there."""
        if not text or not text.startswith(self.start):
            return None
        at, pieces = len(self.start), []
        for delimiter, is_padded in self._cuts:
            end = text.find(delimiter, at) if delimiter else -1
            if end < 0:
                return None
            pieces.append(text[at:end])
            # Logstash: a delimiter that the text begins with is found, but not passed
            at = end + len(delimiter) if end else 0
            while is_padded and text.startswith(delimiter, at):
                at += len(delimiter)
        pieces.append(text[at:])
        return pieces

    def store(self, event: Event, pieces: Sequence[str]) -> None:
        """Set plain fields, then append, then set what is named by other fields."""
        for at, ref in self._plain:
            event.set(ref, Timestamp.parse(pieces[at]) if ref.top == "@timestamp" else pieces[at])
        for at, ref, joiner in self._appended:
            known = event.get(ref)
            if known is None and event.include(ref):
                raise EventError(f"[{ref.text}] is null")  # Logstash fails too
            event.set(ref, pieces[at] if known is None else f"{java_text(known)}{joiner}{pieces[at]}")
        for at, ref, place in self._named:
            elsewhere = "" if place is None else pieces[place]
            key = java_text(event.get(ref)) if event.include(ref) else elsewhere
            if key:
                event.set(FieldRef.parse(key), pieces[at])

    def emit_cut(self, code: Code, text: str, is_cut: str) -> list[str]:
        """Write how to cut a text; returns the names of the pieces, which are there if `is_cut` is true then.

        What this does not cut is left to `cut`; so is a text that begins with its first delimiter.
        """
        pieces = [code.local("piece") for _ in range(len(self._cuts) + 1)]
        code.line(f"{is_cut} = False")
        starts = f" and {text}.startswith({self.start!r})" if self.start else ""
        with code.block(f"if {text}.__class__ is str{starts}"):
            with code.block("try"):
                rest = f"{text}[{len(self.start)}:]" if self.start else text
                found = self._emit_splits(code, rest, pieces)
                code.line(
                    f"{is_cut} = {found}" if self.start else f"{is_cut} = {found} and {pieces[0]} != ''"
                )
            with code.block("except ValueError"):
                code.line("pass")
        return pieces

    def _emit_splits(self, code: Code, rest: str, pieces: Sequence[str]) -> str:
        """Write the cuts, and return the condition under which all were made.

        A delimiter that is not found leaves nothing to find the next one in, so that only the last is asked for.
        """
        first, are_found = 0, "True"  # else `split` has raised an exception
        for at, (delimiter, is_padded) in enumerate(self._cuts, 1):
            is_last = at == len(self._cuts)
            if not is_padded and not is_last and self._cuts[at][0] == delimiter:
                continue  # cut together with the next one
            following = pieces[-1] if is_last else "rest"
            if at - first == 1:
                code.line(f"{pieces[first]}, found, {following} = {rest}.partition({delimiter!r})")
            else:
                names = ", ".join([*pieces[first:at], following])
                code.line(f"{names} = {rest}.split({delimiter!r}, {at - first})")
            are_found = "found != ''" if at - first == 1 else "True"
            first, rest = at, following
            if is_padded:
                code.line(f"{rest} = {rest}.lstrip({delimiter!r})")
        if not self._cuts:
            code.line(f"{pieces[0]} = {rest}")
        return are_found

    def emit_stores(self, code: Code, pieces: Sequence[str]) -> bool:
        """Write how to store the pieces, if that cannot fail and is the same for all events; False if not."""
        if self.is_plain:
            for at, ref in self._plain:
                code.line(f"fields[{ref.top!r}] = {pieces[at]}")
        return self.is_plain


class Dissect(Filter):
    makes_plain_values = True

    mapping: dict[str, str] = setting(
        {}, "The pattern for each field, such as `%{ts} %{+ts} %{level}: %{text}`."
    )
    convert_datatype: dict[str, str] = setting(
        {}, "The type, `int` or `float`, that each field is converted to."
    )
    tag_on_failure: list[str] = setting(
        ["_dissectfailure"], "Tags of an event whose field does not have the form of the pattern."
    )

    examples = (
        Example(
            "cuts a text at the delimiters and passes over sections without a name",
            config='mapping => { "message" => "%{ip} - %{} [%{when}] %{text}" }',
            given={"message": "10.0.0.1 - kim [1 Feb] hello there"},
            expect=[
                {
                    "message": "10.0.0.1 - kim [1 Feb] hello there",
                    "ip": "10.0.0.1",
                    "when": "1 Feb",
                    "text": "hello there",
                }
            ],
        ),
        Example(
            "appends with the delimiter between, and takes repeated delimiters as one after an arrow",
            config='mapping => { "message" => "%{ts} %{+ts} %{level->} %{[log][text]}" } remove_field => ["message"]',
            given={"message": "Feb 1 INFO     ready"},
            expect=[{"ts": "Feb 1", "level": "INFO", "log": {"text": "ready"}}],
        ),
        Example(
            "names a field by a value, and converts it",
            config='mapping => { "message" => "%{?key}=%{&key}" } convert_datatype => { "took" => "int" }',
            given={"message": "took=12.9"},
            expect=[{"message": "took=12.9", "took": 12}],
        ),
        Example(
            "sets nothing and tags the event where a delimiter is missing",
            config='mapping => { "message" => "%{a} %{b}: %{c}" } add_tag => ["cut"]',
            given={"message": "one two three"},
            expect=[{"message": "one two three", "tags": ["_dissectfailure"]}],
        ),
        Example(
            "tags what cannot be converted",
            config='convert_datatype => { "n" => "float" "m" => "int" }',
            given={"n": "ten"},
            expect=[
                {"n": "ten", "tags": ["_dataconversionnullvalue_m_int", "_dataconversionuncoercible_n_float"]}
            ],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._patterns: list[tuple[FieldRef, Pattern]] = []
        for name, text in self.mapping.items():
            try:
                if text:
                    self._patterns.append((FieldRef.parse(name), Pattern(text)))
            except EventError as error:
                yield Problem(f"pattern {text!r}: {error}", "mapping", inside=(name,))
        self._conversions: list[tuple[str, FieldRef, str]] = []
        for name, wanted in self.convert_datatype.items():
            if wanted.lower() not in ("int", "float"):
                message = f"expected 'int' or 'float' for {name!r}, got {wanted!r}"
                yield Problem(message, "convert_datatype", inside=(name,))
                continue
            try:
                self._conversions.append((name, FieldRef.parse(name), wanted.lower()))
            except EventError as error:
                yield Problem(str(error), "convert_datatype", inside=(name,))
        self.makes_plain_values = all(wanted == "int" for _, _, wanted in self._conversions)

    def emit(self, code: Code) -> None:
        """Write what `filter` does: the cuts, and stores into fields of the event itself, inline; for all else a call."""
        goes_on = code.local("goes_on")
        steps: list[tuple[bool, Callable[[], None]]] = [
            (not pattern.is_plain, partial(self._emit_mapping, code, ref, pattern, goes_on))
            for ref, pattern in self._patterns
        ]
        steps += [(False, partial(_emit_conversion, code, *one)) for one in self._conversions]
        with ExitStack() as blocks:
            for at, (_, step) in enumerate(steps):
                if at and steps[at - 1][0]:
                    blocks.enter_context(code.block(f"if {goes_on}"))
                step()
        code.line("matched = False")

    def _emit_mapping(self, code: Code, ref: FieldRef, pattern: Pattern, goes_on: str) -> None:
        mapping = f"event, {code.bind(ref, 'field')}, {code.bind(pattern, 'pattern')}"
        dissect = f"{goes_on} = {code.bind(self._dissect, 'dissect')}({mapping})"
        if not pattern.is_emitted:
            code.line(dissect)
            return
        text, is_cut = code.local("text"), code.local("is_cut")
        code.line(f"{text} = {code.read(ref)}")
        pieces = pattern.emit_cut(code, text, is_cut)
        with code.block(f"if {is_cut}"):
            if pattern.emit_stores(code, pieces):
                code.line(f"{code.bind(self.metrics.count, 'count')}('matches')")
                self._emit_decorations(code)
            else:
                store = f"{code.bind(self._store, 'store')}({mapping}, ({', '.join(pieces)},))"
                code.line(f"{goes_on} = {store}")
        with code.block("else"):
            code.line(dissect)

    def _emit_decorations(self, code: Code) -> None:
        removed = [_fixed_top(name) for name in self.remove_field]
        if self.add_field or self.add_tag or self.remove_tag or None in removed:
            code.line(f"{code.bind(self.decorate, 'decorate')}(event)")
            return
        for name in removed:
            code.line(f"fields.pop({name!r}, None)")

    def filter(self, event: Event) -> bool:
        """Apply the common settings here, once for each mapping that matched; so the answer is always False."""
        for ref, pattern in self._patterns:
            if not self._dissect(event, ref, pattern):
                return False
        for name, ref, wanted in self._conversions:
            _convert(event, name, ref, wanted)
        return False

    def _dissect(self, event: Event, ref: FieldRef, pattern: Pattern) -> bool:
        """Cut a field and store the pieces; False if one cannot be stored, which ends all that the filter does."""
        value = event.get(ref)
        if value is None and not event.include(ref):
            self.metrics.count("failures")
            self.log.debug("field to dissect is missing", field=ref.text)
            return True
        pieces = pattern.cut(value if isinstance(value, str) else to_s(value))
        if pieces is None:
            self._fail(event, ref, "the pattern does not match")
            return True
        return self._store(event, ref, pattern, pieces)

    def _store(self, event: Event, ref: FieldRef, pattern: Pattern, pieces: Sequence[str]) -> bool:
        try:
            pattern.store(event, pieces)
        except (EventError, TimestampError) as error:
            self._fail(event, ref, str(error))
            return False
        self.metrics.count("matches")
        self.decorate(event)
        return True

    def _fail(self, event: Event, ref: FieldRef, reason: str) -> None:
        self.metrics.count("failures")
        self.log.debug("field not dissected", field=ref.text, reason=reason)
        for tag in self.tag_on_failure:
            event.tag(tag)


def _read_pattern(text: str) -> tuple[str, list[Section]]:
    """Return the text before the first section, and the sections; text after the last makes one that is skipped."""
    found = list(_SECTION.finditer(text))
    if not found:
        raise EventError("it has no section such as %{name}")
    edges = [match.span() for match in found] + [(len(text), len(text))]
    sections, before = [], text[: edges[0][0]]
    for match, (following, _) in zip(found, edges[1:], strict=True):
        after = text[match.end() : following]
        sections.append(_read_section(match[1], before, after))
        before = after
    if before and before != "}":  # Logstash: one brace at the end stands for nothing
        sections.append(Section("?", "", 0, is_padded=False, before=before, after=""))
    return text[: edges[0][0]], sections


def _read_section(text: str, before: str, after: str) -> Section:
    found = _KEY.fullmatch(text)
    if found is None:
        raise EventError(f"no section of a pattern: {text!r}")
    sign, name, suffix = found["sign"][:1], found["name"], found["suffix"]
    if len(found["sign"]) > 1 and sign != "?":
        raise EventError(f"%{{{text}}} begins with {found['sign']!r}: one of + and & is allowed")
    if sign in ("+", "&") and not name:
        raise EventError(f"%{{{text}}} has no name")
    order = _ORDER.search(suffix)
    return Section(
        sign=sign if text else "?",
        name=name,
        order=int(order[1]) if order else 0,
        is_padded="->" in suffix,
        before=before,
        after=after,
    )


def _place_of_name(sections: Sequence[Section], at: int) -> int | None:
    """Return which of the other sections has the name that the one at `at` is named by."""
    name = sections[at].name
    return next((place for place, one in enumerate(sections) if one.name == name and place != at), None)


def _fixed_top(name: str) -> str | None:
    """Return the field of the event itself that has this name in every event; None if it has not."""
    try:
        return None if "%{" in name else FieldRef.parse(name).top
    except EventError:
        return None


def _emit_conversion(code: Code, name: str, ref: FieldRef, wanted: str) -> None:
    convert = f"{code.bind(_convert, 'convert')}(event, {name!r}, {code.bind(ref, 'field')}, {wanted!r})"
    if wanted != "int" or plain_field(ref) is None:
        code.line(convert)
        return
    value = code.local("value")
    code.line(f"{value} = {code.read(ref)}")
    is_short = f"{value}.__class__ is str and len({value}) <= {DIGITS_OF_ANY_INTEGER}"
    with code.block(f"if {is_short} and {value}.isdigit() and {value}.isascii()"):
        code.line(f"fields[{ref.top!r}] = int({value})")
    with code.block("else"):
        code.line(convert)


def _convert(event: Event, name: str, ref: FieldRef, wanted: str) -> None:
    value = event.get(ref)
    if value is None:
        event.tag(f"_dataconversionnullvalue_{name}_{wanted}")
        return
    number = _number_of(value)
    if number is None or (wanted == "int" and number.adjusted() > MAX_DIGITS):
        event.tag(f"_dataconversionuncoercible_{name}_{wanted}")
        return
    event.set(ref, int(number) if wanted == "int" else number)


def _number_of(value: Value) -> Decimal | None:
    text = to_s(value) if not isinstance(value, (float, Decimal)) else str(value)
    return Decimal(text) if _is_number(text) else None
