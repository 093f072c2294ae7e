"""Cut texts that are too long, never in the middle of a character."""

from __future__ import annotations

from logsmith.event import Event, FieldRef, Value
from logsmith.plugins import NOT_NEGATIVE, REQUIRED, Example, Filter, setting


class Truncate(Filter):
    makes_plain_values = True

    length_bytes: int = setting(REQUIRED, "How many bytes of UTF-8 a text may have.", within=NOT_NEGATIVE)
    fields: list[FieldRef] = setting([], "The fields whose texts are cut; all if none are named.")

    examples = (
        Example(
            "cuts before a character that does not fit as a whole",
            config='fields => ["message"] length_bytes => 5 add_tag => ["cut"]',
            given={"message": "ééé"},
            expect=[{"message": "éé", "tags": ["cut"]}],
        ),
        Example(
            "cuts the texts in arrays and objects of all fields",
            config="length_bytes => 3",
            given={"a": ["abcdef", 123456], "o": {"k": "abcdef"}},
            expect=[{"a": ["abc", 123456], "o": {"k": "abc"}}],
        ),
        Example(
            "applies the common settings only where something was cut",
            config='fields => ["message"] length_bytes => 10 add_tag => ["cut"]',
            given={"message": "short"},
            expect=[{"message": "short"}],
        ),
    )

    def filter(self, event: Event) -> bool:
        return self._cut_fields(event) if self.fields else self._cut_all(event)

    def _cut_fields(self, event: Event) -> bool:
        is_cut = False
        for ref in self.fields:
            value = event.get(ref)
            shorter = self._cut(value)
            if shorter is not value:
                event.set(ref, shorter)
                is_cut = True
        return is_cut

    def _cut_all(self, event: Event) -> bool:
        is_cut = False
        for name, value in event.to_map().items():
            shorter = self._cut(value)
            if shorter is not value:
                event.fields[name] = shorter
                is_cut = True
        return is_cut

    def _cut(self, value: Value) -> Value:
        """Return the value itself if nothing of it is too long."""
        if isinstance(value, str):
            return self._cut_text(value)
        shorter: Value
        if isinstance(value, list):  # Logstash: only texts, not what arrays hold in arrays or objects
            shorter = [self._cut_text(item) if isinstance(item, str) else item for item in value]
            is_cut = any(new is not old for new, old in zip(shorter, value, strict=True))
        elif isinstance(value, dict):
            shorter = {key: self._cut(member) for key, member in value.items()}
            is_cut = any(shorter[key] is not member for key, member in value.items())
        else:
            return value
        return shorter if is_cut else value

    def _cut_text(self, text: str) -> str:
        if len(text) * 4 <= self.length_bytes:  # no character has more than four bytes
            return text
        encoded = text.encode("utf-8", "surrogatepass")
        if len(encoded) <= self.length_bytes:
            return text
        return encoded[: self.length_bytes].decode("utf-8", "ignore")
