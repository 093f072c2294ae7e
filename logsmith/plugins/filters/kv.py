"""Read pairs such as `user=bob action="log in"` into fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from logsmith.event import Event, EventError, FieldRef, Value, sprintf
from logsmith.event.ruby import capitalize, downcase
from logsmith.plugins import NOT_NEGATIVE, EcsMode, Example, Filter, PluginError, Problem, setting
from logsmith.plugins.plain_names import are_plain_names, plain_field
from logsmith.plugins.quick_pairs import FindRows, ReadPairs, even_reader, find_none, quick_scanner, signs_of
from logsmith.regex import Regex, RegexError, RegexTimeoutError, budget, compile_ruby

if TYPE_CHECKING:
    from logsmith.plugins import Code

TRANSFORMS: Mapping[str, Callable[[str], str]] = {
    "lowercase": downcase,
    "uppercase": str.upper,
    "capitalize": capitalize,
}
QUOTES = ('""', "''")
BRACKETS = ("()", "[]", "<>")

Transform = Literal["lowercase", "uppercase", "capitalize"]
Pairs = dict[str, Value]
Change = Callable[[str], str]


class Allowed(NamedTuple):
    """What may stand in a key or value: the expressions for any such character, and for one that is no backslash."""

    any: str
    plain: str


class Kv(Filter):
    makes_plain_values = True

    source: FieldRef = setting(
        FieldRef.parse("message"), "The field that holds the text, or a list of texts."
    )
    target: FieldRef | None = setting(
        None, "The field that gets all pairs as one object; without it, each pair is a field of the event."
    )
    field_split: str = setting(" ", "The characters between pairs, as inside of a character class.")
    field_split_pattern: str | None = setting(
        None, "A regular expression for what is between pairs; goes before `field_split`."
    )
    value_split: str = setting("=", "The characters between key and value, as inside of a character class.")
    value_split_pattern: str | None = setting(
        None, "A regular expression for what is between key and value; goes before `value_split`."
    )
    prefix: str = setting("", "A text put before each key; it may use sprintf.")
    include_keys: list[str] = setting([], "The only keys to take, without the prefix; they may use sprintf.")
    exclude_keys: list[str] = setting([], "Keys not to take, without the prefix; they may use sprintf.")
    default_keys: dict[str, Value] = setting({}, "Keys and values to set where the text has no such key.")
    trim_key: str | None = setting(None, "Characters to cut off both ends of keys.")
    trim_value: str | None = setting(None, "Characters to cut off both ends of values.")
    remove_char_key: str | None = setting(None, "Characters to take out of keys.")
    remove_char_value: str | None = setting(None, "Characters to take out of values.")
    transform_key: Transform | None = setting(None, "How to change the case of keys.")
    transform_value: Transform | None = setting(None, "How to change the case of values.")
    allow_duplicate_values: bool = setting(True, "Keep a value that its key has already.")
    allow_empty_values: bool = setting(False, "Keep pairs without a value, as empty texts.")
    include_brackets: bool = setting(True, "Take brackets around a value for quotes.")
    recursive: bool = setting(False, "Look for pairs in values too; they become objects.")
    whitespace: Literal["lenient", "strict"] = setting(
        "lenient", "Whether blanks around what is between key and value are passed over."
    )
    timeout_millis: int = setting(
        30_000, "Stop the search in one text after so many milliseconds; 0 does not.", within=NOT_NEGATIVE
    )
    tag_on_timeout: str = setting("_kv_filter_timeout", "The tag of an event whose text took too long.")
    tag_on_failure: list[str] = setting(
        ["_kv_filter_error"], "Tags of an event that a pair cannot be set in."
    )
    ecs_compatibility: EcsMode | None = setting(None, "Accepted; the filter works alike in all modes.")
    trim: str | None = setting(None, "Obsolete.", obsolete="use trim_value instead")
    trimkey: str | None = setting(None, "Obsolete.", obsolete="use trim_key instead")

    examples = (
        Example(
            "makes each pair a field, and takes quotes and brackets off values",
            config='remove_field => ["message"]',
            given={"message": """user=bob action="log in" from=(10.0.0.1) done"""},
            expect=[{"user": "bob", "action": "log in", "from": "10.0.0.1"}],
        ),
        Example(
            "puts the pairs of a query string under a target, repeated keys as a list",
            config='source => "query" target => "args" field_split => "&?"',
            given={"query": "?q=cats&lang=en&lang=fr"},
            expect=[
                {"query": "?q=cats&lang=en&lang=fr", "args": {"q": "cats", "lang": ["en", "fr"]}},
            ],
        ),
        Example(
            "splits at regular expressions",
            config=r"""field_split_pattern => ",\s*(?=\w+:)" value_split_pattern => ":\s*" remove_field => ["message"]""",
            given={"message": "to: a, b, cc: c"},
            expect=[{"to": "a, b", "cc": "c"}],
        ),
        Example(
            "takes the next pair for the value of an empty one, unless white space is strict",
            config="",
            given={"message": "OUT= IN=eth0"},
            expect=[{"message": "OUT= IN=eth0", "OUT": "IN=eth0"}],
        ),
        Example(
            "leaves an event without pairs alone, the common settings too",
            config='add_tag => ["pairs"]',
            given={"message": "hello"},
            expect=[{"message": "hello"}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self.longest_match_s = self.timeout_millis / 1000
        self._watch = budget.watch(self.longest_match_s)
        for name in ("value_split", "value_split_pattern", "field_split_pattern"):
            if getattr(self, name) == "":
                yield Problem(f"{name} is empty", name)
                return
        try:
            self._divider = compile_ruby(self.value_split_pattern or f"[{self.value_split}]")
            self._scanner = self._compile_scanner()
            self._change_key = list(_changes(self.trim_key, self.remove_char_key, self.transform_key))
            self._change_value = list(_changes(self.trim_value, self.remove_char_value, self.transform_value))
            self._find_rows, self._read_even = self._compile_quick()
        except RegexError as error:
            yield Problem(str(error), code="bad-regex")
            return
        chosen = self.prefix or self.include_keys or self.exclude_keys
        filled = (self.prefix, *self.include_keys, *self.exclude_keys)
        self._looks_at_each = self.recursive or any("%{" in text for text in filled)
        self._changes_any = bool(self._change_key or self._change_value or chosen)

    def _compile_scanner(self) -> Regex:
        """Return the expression that finds one pair: its first group is the key, the next that took part the value."""
        value_split = self.value_split_pattern or f"[{self.value_split}]"
        field_split = self.field_split_pattern or f"[{self.field_split}]"
        blanks = " *" if self.whitespace == "lenient" else ""
        ends_key = f"{blanks}(?:{value_split})|(?:{field_split})"
        is_pattern = self.value_split_pattern or self.field_split_pattern
        in_key = _before(ends_key) if is_pattern else _outside(self.value_split + self.field_split)
        in_value = _before(field_split) if self.field_split_pattern else _outside(self.field_split)
        wrapped = QUOTES + (BRACKETS if self.include_brackets else ())
        values = "|".join([*(_wrapped(one) for one in wrapped), f"({_text_of(in_value)})"])
        pair = f"({_text_of(in_key)}){blanks}(?:{value_split}){blanks}(?:{values})?(?:{field_split}|$)"
        scanner = compile_ruby(pair)
        if scanner.names:  # then Ruby captures nothing but them
            return scanner
        return compile_ruby(f"{pair}|{_no_key(in_key)}")

    def _compile_quick(self) -> tuple[FindRows, ReadPairs]:
        """Return what finds all pairs at once in texts that are simple enough, and what reads those that are even."""
        if self.field_split_pattern or self.value_split_pattern:
            return find_none, find_none
        wrapped = [(one[0], one[1]) for one in QUOTES + (BRACKETS if self.include_brackets else ())]
        is_strict = self.whitespace == "strict"
        find_rows = quick_scanner(self.field_split, self.value_split, wrapped, is_strict=is_strict)
        return find_rows, even_reader(self.field_split, self.value_split, wrapped)

    def emit(self, code: Code) -> None:
        """Write how pairs are stored where that cannot fail; all else is a call."""
        text, pairs = code.local("text"), code.local("pairs")
        code.line(f"{text} = {code.read(self.source)}")
        read = f"{pairs} = {code.bind(self._read, 'read_pairs')}(event, {text})"
        if self._read_even is find_none or self._looks_at_each or self._changes_any or self.default_keys:
            code.line(read)
        else:
            even = f"{code.bind(self._read_even, 'read_even')}({text})"
            code.line(f"{pairs} = {even} if {text}.__class__ is str else None")
            is_done = f"{pairs} is not None" + (
                "" if self.allow_empty_values else f" and all({pairs}.values())"
            )
            with code.block(f"if not ({is_done})"):
                code.line(read)
        store = f"matched = {code.bind(self._store, 'store')}(event, {pairs})"
        condition, stored = self._plain_store(code, pairs)
        if condition is None:
            code.line(store)
            return
        with code.block(f"if {condition}"):
            code.line(stored)
            code.line("matched = True")
        with code.block("else"):
            code.line(store)

    def _plain_store(self, code: Code, pairs: str) -> tuple[str | None, str]:
        """Return the condition under which pairs can be stored by one statement, None if it never holds, and that."""
        if self.target is not None:
            name = plain_field(self.target)
            return (None if name is None else pairs), f"fields[{name!r}] = {pairs}"
        if not all(isinstance(value, str) for value in self.default_keys.values()):
            return None, ""
        are_plain = f"{code.bind(are_plain_names, 'are_plain_names')}({pairs})"
        return f"{pairs} and {are_plain}", f"fields.update({pairs})"

    def filter(self, event: Event) -> bool:
        return self._store(event, self._read(event, event.get(self.source)))

    def _store(self, event: Event, pairs: Pairs) -> bool:
        if not pairs:
            return False
        try:
            if self.target is not None:
                event.set(self.target, pairs)
                return True
            for key, value in pairs.items():
                event.set(FieldRef.parse(key), value)
        except EventError as error:
            return self._fail(event, str(error))
        return True

    def _fail(self, event: Event, reason: str) -> bool:
        self.metrics.count("failures")
        self.log.debug("pairs not read", field=self.source.text, reason=reason)
        for tag in self.tag_on_failure:
            event.tag(tag)
        return False

    def _read(self, event: Event, value: Value) -> Pairs:
        """Return what is to be set: nothing if there is no pair, or the search failed, which the event is tagged with."""
        self._watch.text = event
        try:
            pairs = self._read_value(event, value)
        except RegexTimeoutError:
            self.metrics.count("timeouts")
            self.log.warning("the search for pairs took too long", field=self.source.text)
            event.tag(self.tag_on_timeout)
            return {}
        except (EventError, PluginError, RecursionError) as error:
            self._fail(event, str(error))
            return {}
        finally:
            self._watch.text = None
        return {**self.default_keys, **pairs} if self.default_keys else pairs

    def _read_value(self, event: Event, value: Value) -> Pairs:
        if value is None:
            return {}
        pairs: Pairs = {}
        if isinstance(value, str):
            at_once = self._read_at_once(value)
            if at_once is not None:
                return at_once
            self._scan(value, event, pairs)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, str):
                    self._scan(item, event, pairs)
                elif item is not None:
                    raise PluginError("the list holds what is no text")
        else:
            self.log.warning("only texts and lists of texts hold pairs", field=self.source.text)
        return pairs

    def _read_at_once(self, text: str) -> Pairs | None:
        """Return the pairs of a text whose keys are all different; None leaves it to `_scan`."""
        if self._looks_at_each:
            return None
        pairs = self._read_even(text)
        if pairs is None:
            rows = self._find_rows(text)
            if rows is None:
                return None
            rows = [row for row in rows if row[0]]
            pairs = dict(rows)
            if len(pairs) != len(rows):
                return None
        if not (self.allow_empty_values or all(pairs.values())):
            pairs = {key: value for key, value in pairs.items() if value}
        return self._changed_at_once(pairs) if self._changes_any else pairs  # type: ignore[return-value]  # texts

    def _changed_at_once(self, pairs: dict[str, str]) -> dict[str, str] | None:
        named = {_changed(key, self._change_key): value for key, value in pairs.items()}
        if len(named) != len(pairs):
            return None
        return {
            self.prefix + key: _changed(value, self._change_value)
            for key, value in named.items()
            if (not self.include_keys or key in self.include_keys) and key not in self.exclude_keys
        }

    def _rows(self, text: str) -> list[tuple[str, str]]:
        """Return all keys and values in a text; a value that is not there is empty."""
        rows = self._find_rows(text)
        if rows is not None:
            return [row for row in rows if row[0]]
        found = [match.groups() for match in self._scanner.find_all(text)]
        takes_any = bool(self._scanner.names)  # else a match without a key is what stands between pairs
        return [
            (key or "", next((one for one in values if one is not None), ""))
            for key, *values in found
            if takes_any or key is not None
        ]

    def _scan(self, text: str, event: Event, pairs: Pairs) -> None:
        if self._divider.search(text) is None:
            return
        included = [sprintf(key, event) for key in self.include_keys]
        excluded = [sprintf(key, event) for key in self.exclude_keys]
        prefix = sprintf(self.prefix, event)
        for key, value in self._rows(text):
            if not (value or self.allow_empty_values):
                continue
            name = _changed(key, self._change_key)
            if (included and name not in included) or name in excluded:
                continue
            self._add(pairs, prefix + name, _changed(value, self._change_value), event)

    def _add(self, pairs: Pairs, key: str, text: str, event: Event) -> None:
        if not self.allow_duplicate_values and _holds(pairs.get(key), text):
            return
        value: Value = text
        if self.recursive:
            inner: Pairs = {}
            self._scan(text, event, inner)
            value = inner or text
        known = pairs.get(key)
        if isinstance(known, list):
            known.append(value)
        else:
            pairs[key] = value if known is None else [known, value]


def _outside(signs: str) -> Allowed:
    """Return the characters that are none of these; they are written as inside of a character class."""
    return Allowed(f"[^{signs}]", rf"[[^{signs}]&&[^\\]]")


def _before(pattern: str) -> Allowed:
    """Return the characters of a line at which no such thing begins."""
    return Allowed(f"(?!{pattern}).", rf"(?!{pattern})[^\\\n]")


def _text_of(allowed: Allowed) -> str:
    r"""Return the expression `(?:\\.|ALLOWED)+`, written so that it takes a text one way only.

    A backslash takes the next character with it, or stands alone if what follows fails; engines would try both for each
    one. The same ends, in the same order, and each once: backslashes in pairs; then, in a run of them, one alone, behind
    which pairs take only what is not allowed by itself, since all else was reached before. Where an allowed character
    follows, nothing ends: what may come behind begins with another one.
    """
    odd = _odd(allowed)
    step = rf"(?:(?:{allowed.plain})++|\\.|{odd}\\(?!{allowed.any})[^\\\n]|{_alone(allowed)}(?!.))"
    return f"(?:{step}+(?:{odd})?|{odd})"


def _alone(allowed: Allowed) -> str:
    """Return a backslash that stands for itself, where that is allowed."""
    return rf"(?={allowed.any})\\"


def _odd(allowed: Allowed) -> str:
    """Return a backslash that stands alone, and the pairs behind it that no other way reaches."""
    return rf"{_alone(allowed)}(?:\\(?!{allowed.any})\\)*"


def _no_key(allowed: Allowed) -> str:
    """Return what to pass over where no pair begins: all from which a key would get no further than from its start."""
    pair = rf"{_alone(allowed)}(?:\\(?!{allowed.any})[^\\\n]|.)"
    return f"(?:(?:{allowed.plain})++|{pair}|{_alone(allowed)})++"


def _wrapped(signs: str) -> str:
    start, end = (f"\\{sign}" if sign in "()[]" else sign for sign in signs)
    return f"{start}({_text_of(_outside(end))})?{end}"


def _changes(trim: str | None, remove: str | None, transform: str | None) -> Iterator[Change]:
    if trim:
        yield _trimming(trim)
    if remove:
        unwanted = compile_ruby(f"[{remove}]")
        yield partial(unwanted.re.sub, "") if unwanted.re else partial(unwanted.sub_ruby, "")
    if transform is not None:
        yield TRANSFORMS[transform]


def _trimming(members: str) -> Change:
    by_lines = partial(compile_ruby(f"^[{members}]+|[{members}]+$").sub_ruby, "")
    signs = "".join(signs_of(members))
    if not signs:
        return by_lines
    return lambda text: by_lines(text) if "\n" in text else text.strip(signs)


def _changed(text: str, changes: list[Change]) -> str:
    for change in changes:
        text = change(text)
    return text


def _holds(known: Value, text: str) -> bool:
    """Return Ruby's `known.include?(text)`: of a text, whether it is a part of it."""
    return isinstance(known, (str, list, dict)) and text in known
