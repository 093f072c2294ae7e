"""Reasons of one kind: the field and the cause stay, what differs from event to event goes."""

import pytest

from logsmith.cli.dlq_reasons import kind_of

PARSING = (
    "400 document_parsing_exception: [1:45] failed to parse field [{}] of type [long] in document with id '{}'. "
    "Preview of field's value: '{}'; caused by illegal_argument_exception: For input string: \"{}\"; "
    'action {{"create":{{"_index":"logs","_id":"{}"}}}}'
)
PARSED = (
    "400 document_parsing_exception: […] failed to parse field [user.id] of type [long] in document with id …. "
    "Preview of field's value: …; caused by illegal_argument_exception: For input string: …"
)
KINDS = {
    "each field is a cause": (
        PARSING.format("user.id", "a1", "it's 'x'", "it's", "a1"),
        PARSED,
    ),
    "the value of a date": (
        "failed to parse date field [never] with format [strict_date_optional_time||epoch_millis]",
        "failed to parse date field […] with format [strict_date_optional_time||epoch_millis]",
    ),
    "fields and types in brackets": (
        "mapper [a.b1] cannot be changed from type [long] to [text]",
        "mapper [a.b1] cannot be changed from type [long] to [text]",
    ),
    "a field behind its word": (
        "field 'k8s.pod' and field \"b\" of 'c'",
        "field 'k8s.pod' and field \"b\" of …",
    ),
    "an id": (
        "409 version_conflict_engine_exception: [user7]: version conflict, current version [3]",
        "409 version_conflict_engine_exception: […]: version conflict, current version […]",
    ),
    "an id that was made": (
        "no parent 550e8400-e29b-41d4-a716-446655440000 of [AWzq1kBx3456789012ab]",
        "no parent … of […]",
    ),
    "an index of a day": ("no such index [logs-2026.11.20]", "no such index [logs-…]"),
    "numbers, and names that hold some": (
        "413 too large: 1,234 bytes of sha256 in ipv4 at 1:33",
        "413 too large: … bytes of sha256 in ipv4 at …",
    ),
    "an apostrophe": ("Can't read the users' list of 3", "Can't read the users' list of …"),
    "a quotation that was cut": ("the key 'abc def", "the key …"),
}


@pytest.mark.parametrize(("reason", "kind"), KINDS.values(), ids=KINDS)
def test_keeps_what_names_the_cause(reason, kind):
    assert kind_of(reason) == kind


def test_conflicts_on_three_fields_are_three_kinds():
    reasons = [
        PARSING.format(field, number, f"v{number}", number, number)
        for number, field in enumerate(["bytes", "user.id", "price"] * 10)
    ]
    assert len({kind_of(reason) for reason in reasons}) == 3
