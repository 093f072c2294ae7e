import json

import pytest

from logsmith.elasticsearch.answer import Answer
from logsmith.elasticsearch.errors import AnswerError
from logsmith.elasticsearch.fates import ALWAYS_REFUSED, FateSettings, judge, summary

CONFLICT = {"type": "version_conflict_engine_exception", "reason": "there already"}
FULL = {"type": "es_rejected_execution_exception", "reason": "queue is full"}
MAPPING = {
    "type": "mapper_parsing_exception",
    "reason": "failed",
    "caused_by": {"type": "number_format_exception", "reason": "x"},
}

FATES = [
    ("a mapping conflict is refused", "index", 400, MAPPING, "refused"),
    ("a missing index is refused", "index", 404, {"type": "index_not_found_exception", "reason": "no"}, "refused"),
    ("an update of a missing document is refused", "update", 404, {"type": "document_missing_exception", "reason": "no"}, "refused"),
    ("a delete that finds nothing is done", "delete", 404, None, "delivered"),
    ("a document that exists is dropped", "create", 409, CONFLICT, "dropped"),
    ("an older version is dropped", "index", 409, CONFLICT, "dropped"),
    ("an update that conflicts is sent again", "update", 409, CONFLICT, "retry"),
    ("a full queue is sent again", "index", 429, FULL, "retry"),
    ("a missing privilege is sent again", "index", 403, {"type": "security_exception", "reason": "no"}, "retry"),
    ("a failing shard is sent again", "index", 503, {"type": "unavailable_shards_exception", "reason": "no"}, "retry"),
    ("an error of another shape is read too", "index", 500, "NullPointerException", "retry"),
    ("a code of the user's is refused", "index", 418, {"type": "teapot", "reason": "no"}, "refused"),
    ("a type of the user's is dropped", "index", 400, {"type": "boring_exception", "reason": "no"}, "dropped"),
]  # fmt: skip
SETTINGS = FateSettings(refused_codes=ALWAYS_REFUSED | {418}, dropped_types=frozenset({"boring_exception"}))


def answer_of(*items, errors=True):
    return Answer(200, json.dumps({"errors": errors, "items": items}).encode())


@pytest.mark.parametrize(
    ("action", "status", "error", "fate"), [case[1:] for case in FATES], ids=[case[0] for case in FATES]
)
def test_each_document_has_its_fate(action, status, error, fate):
    item = {action: {"status": status, **({} if error is None else {"error": error})}}
    verdicts = judge(answer_of({"index": {"status": 201}}, item), 2, SETTINGS)
    assert [(one.position, one.fate) for one in verdicts] == ([] if fate == "delivered" else [(1, fate)])


def test_a_reason_holds_the_cause():
    (verdict,) = judge(answer_of({"index": {"status": 400, "error": MAPPING}}), 1, SETTINGS)
    assert verdict.reason == "400 mapper_parsing_exception: failed; caused by number_format_exception: x"


def test_an_answer_without_errors_is_not_looked_at_further():
    assert judge(answer_of({"delete": {"status": 404}}, errors=False), 1, SETTINGS) == []


def test_a_filter_path_of_the_users_may_leave_the_items_out():
    assert judge(Answer(200, b'{"errors":false}'), 3, SETTINGS) == []


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[]", b'{"errors":true}', b'{"errors":false,"items":[]}', b'{"took":1}']
)
def test_an_answer_that_does_not_tell_of_every_event_is_none(body):
    with pytest.raises(AnswerError):
        judge(Answer(200, body), 1, SETTINGS)


def test_a_summary_counts_statuses_and_types():
    items = [{"index": {"status": 429, "error": FULL}}] * 2 + [{"index": {"status": 503}}]
    assert summary(judge(answer_of(*items), 3, SETTINGS)) == {
        "429 es_rejected_execution_exception": 2,
        "503": 1,
    }
