"""Read pairs such as `user=bob action="log in"` into fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Literal

from logsmith.event import Event, EventError, FieldRef, Value, sprintf
from logsmith.plugins import NOT_NEGATIVE, EcsMode, Example, Filter, PluginError, Problem, setting
from logsmith.regex import Regex, RegexError, RegexTimeoutError, budget, compile_ruby

TRANSFORMS: Mapping[str, Callable[[str], str]] = {
    "lowercase": str.lower,
    "uppercase": str.upper,
    "capitalize": str.capitalize,
}
QUOTES = ('""', "''")
BRACKETS = ("()", "[]", "<>")

Transform = Literal["lowercase", "uppercase", "capitalize"]
Pairs = dict[str, Value]
Change = Callable[[str], str]


class Kv(Filter):
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
        except RegexError as error:
            yield Problem(str(error), code="bad-regex")

    def _compile_scanner(self) -> Regex:
        """Return the expression that finds one pair: its first group is the key, the next that took part the value."""
        value_split = self.value_split_pattern or f"[{self.value_split}]"
        field_split = self.field_split_pattern or f"[{self.field_split}]"
        blanks = " *" if self.whitespace == "lenient" else ""
        if self.value_split_pattern or self.field_split_pattern:
            key = rf"((?:\\.|(?!{blanks}(?:{value_split})|(?:{field_split})).)+)"
            plain = rf"((?:\\.|(?!{field_split}).)+)"
        else:
            key = rf"((?:\\.|[^{self.value_split}{self.field_split}])+)"
            plain = rf"((?:\\.|[^{self.field_split}])+)"
        wrapped = QUOTES + (BRACKETS if self.include_brackets else ())
        values = "|".join([*(_wrapped(one) for one in wrapped), plain])
        return compile_ruby(f"{key}{blanks}(?:{value_split}){blanks}(?:{values})?(?:{field_split}|$)")

    def filter(self, event: Event) -> bool:
        try:
            self._watch.text = event
            pairs = {**self.default_keys, **self._read(event)}
            if not pairs:
                return False
            if self.target is not None:
                event.set(self.target, pairs)
                return True
            for key, value in pairs.items():
                event.set(FieldRef.parse(key), value)
        except RegexTimeoutError:
            self.metrics.count("timeouts")
            self.log.warning("the search for pairs took too long", field=self.source.text)
            event.tag(self.tag_on_timeout)
            return False
        except (EventError, PluginError, RecursionError) as error:
            return self._fail(event, str(error))
        finally:
            self._watch.text = None
        return True

    def _fail(self, event: Event, reason: str) -> bool:
        self.metrics.count("failures")
        self.log.debug("pairs not read", field=self.source.text, reason=reason)
        for tag in self.tag_on_failure:
            event.tag(tag)
        return False

    def _read(self, event: Event) -> Pairs:
        value = event.get(self.source)
        if value is None:
            return {}
        pairs: Pairs = {}
        if isinstance(value, str):
            self._scan(value, event, pairs)
        elif isinstance(value, list):
            for item in value:
                if not isinstance(item, str):
                    raise PluginError("the list holds what is no text")
                self._scan(item, event, pairs)
        else:
            self.log.warning("only texts and lists of texts hold pairs", field=self.source.text)
        return pairs

    def _scan(self, text: str, event: Event, pairs: Pairs) -> None:
        if self._divider.search(text) is None:
            return
        found = [match.groups() for match in self._scanner.find_all(text)]
        included = [sprintf(key, event) for key in self.include_keys]
        excluded = [sprintf(key, event) for key in self.exclude_keys]
        prefix = sprintf(self.prefix, event)
        for key, *values in found:
            value = next((one for one in values if one is not None), "")
            if not value and not self.allow_empty_values:
                continue
            name = _changed(key or "", self._change_key)
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


def _wrapped(signs: str) -> str:
    start, end = (f"\\{sign}" if sign in "()[]" else sign for sign in signs)
    return rf"{start}((?:\\.|[^{end}])*){end}"


def _changes(trim: str | None, remove: str | None, transform: str | None) -> Iterator[Change]:
    if trim:
        yield partial(compile_ruby(f"^[{trim}]+|[{trim}]+$").sub_ruby, "")
    if remove:
        yield partial(compile_ruby(f"[{remove}]").sub_ruby, "")
    if transform is not None:
        yield TRANSFORMS[transform]


def _changed(text: str, changes: list[Change]) -> str:
    for change in changes:
        text = change(text)
    return text


def _holds(known: Value, text: str) -> bool:
    """Return Ruby's `known.include?(text)`: of a text, whether it is a part of it."""
    return isinstance(known, (str, list, dict)) and text in known
