"""What the common settings `add_field`, `add_tag` and `remove_tag` do to an event."""

from __future__ import annotations

from collections.abc import Iterable

from logsmith.event import Event, FieldRef, Value, inspect, sprintf, to_s


def add_field(event: Event, name: str, value: Value) -> None:
    """Add a field as `add_field` does: an existing value becomes a list with the new one at its end."""
    ref = FieldRef.parse(sprintf(name, event))
    for item in _items_to_add(value):
        new = sprintf(item, event) if isinstance(item, str) else to_s(item)
        if not event.include(ref):
            event.set(ref, new)
            continue
        old = event.get(ref)
        if isinstance(old, list):
            event.set(ref, [*old, new])
        elif isinstance(old, dict):
            event.set(ref, [*([key, one] for key, one in old.items()), new])
        else:
            event.set(ref, [old, new] if old is not None else [new])


def _items_to_add(value: Value) -> list[Value]:
    if isinstance(value, dict):  # Ruby's Array(hash): its pairs, each of which becomes a text
        return [inspect([key, member]) for key, member in value.items()]
    return value if isinstance(value, list) else [value]


def add_tags(event: Event, tags: Iterable[str]) -> None:
    """Append tags, each filled from the event; repeats are kept, as Logstash's `add_tag` keeps them."""
    known = event.top("tags")
    listed = known if isinstance(known, list) else [] if known is None else [known]
    event.fields["tags"] = [*listed, *(sprintf(tag, event) for tag in tags)]


def remove_tags(event: Event, tags: Iterable[str]) -> None:
    """Remove every tag that equals one of `tags`, filled from the event; an empty list stays."""
    known = event.top("tags")
    if not known:
        return
    unwanted = {sprintf(tag, event) for tag in tags}
    listed = known if isinstance(known, list) else [known]
    event.fields["tags"] = [tag for tag in listed if tag not in unwanted]
