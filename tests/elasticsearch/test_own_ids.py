"""Ids of our own: which events get one, and what an answer means for those that have one."""

import json

import pytest

from logsmith.elasticsearch.actions import Actions, ActionSettings
from logsmith.elasticsearch.destination import IndexDestination, StreamDestination, StreamSettings
from logsmith.elasticsearch.fates import Verdict
from logsmith.elasticsearch.ids import OwnIds
from logsmith.event import Event, Sprintf

STAMP = "2024-05-06T07:08:09.123Z"
CONFLICT = Verdict(0, "dropped", 409, "version_conflict_engine_exception", "409 version conflict")
OWN_ONLY = Verdict(
    0, "refused", 400, "document_parsing_exception", "400 …; caused by _id must be unset or set to [x]"
)
FORBIDDEN = Verdict(0, "retry", 403, "security_exception", "403 unauthorized")
BLOCKED = Verdict(0, "retry", 403, "cluster_block_exception", "403 index blocked")


def silent(_):
    pass


def event_of(metadata=None, origin="o1", **fields):
    event = Event.from_map({"@timestamp": STAMP, "@metadata": metadata or {}, **fields})
    event.origin = origin
    return event


def lines_of(event, ids=None, *, stream=False, **texts):
    told = {
        name: Sprintf.parse(text) if isinstance(text, str) and name != "version_type" else text
        for name, text in texts.items()
    }
    destination = (
        StreamDestination(StreamSettings(), silent) if stream else IndexDestination(Sprintf.parse("i"))
    )
    return Actions(
        ActionSettings(idempotent=told.pop("idempotent", True), **told), destination, silent, ids
    ).lines(event)


def action_of(event, **texts):
    return json.loads(lines_of(event, **texts).partition(b"\n")[0])


GIVEN = [
    ("no action said: create", {}, {"create": {"_index": "i", "_id": "o1"}}),
    ("create said", {"action": "create"}, {"create": {"_index": "i", "_id": "o1"}}),
    ("index said: it is kept", {"action": "index"}, {"index": {"_index": "i", "_id": "o1"}}),
    ("with a routing", {"routing": "7"}, {"create": {"_index": "i", "_id": "o1", "routing": "7"}}),
    ("with a pipeline", {"pipeline": "p"}, {"create": {"_index": "i", "_id": "o1", "pipeline": "p"}}),
    ("switched off", {"idempotent": False}, {"index": {"_index": "i"}}),
    ("switched off, create said", {"idempotent": False, "action": "create"}, {"create": {"_index": "i"}}),
    ("an id of the user's", {"document_id": "x"}, {"index": {"_index": "i", "_id": "x"}}),
    ("an id and an action of the user's", {"document_id": "x", "action": "create"}, {"create": {"_index": "i", "_id": "x"}}),
    ("an action that events choose", {"action": "%{do}"}, {"create": {"_index": "i"}}),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "expected"), [case[1:] for case in GIVEN], ids=[case[0] for case in GIVEN])
def test_an_event_gets_an_id_of_ours_where_the_pipeline_says_none(texts, expected):
    assert action_of(event_of(do="create"), **texts) == expected


def test_metadata_may_name_the_id():
    event = event_of({"_ingest_document": {"id": "told"}})
    assert action_of(event) == {"create": {"_index": "i", "_id": "told"}}


def test_a_data_stream_gets_ids_as_well():
    action = action_of(event_of(), stream=True, action="create")
    assert action == {"create": {"_index": "logs-generic-default", "_id": "o1"}}


def test_an_event_without_an_origin_gets_one_that_it_keeps():
    event = event_of(origin=None)
    first = action_of(event)["create"]["_id"]
    assert action_of(event)["create"]["_id"] == first
    assert action_of(event_of(origin=None))["create"]["_id"] != first


def test_outputs_beside_each_other_add_an_ending_that_is_the_same_at_every_start():
    made = [OwnIds(name).of(event_of()) for name in ("first", "second", "first")]
    assert made[0] == made[2] != made[1]
    assert all(one.startswith("o1") and len(one) < 512 for one in made)


def review(verdict, event, sent_as=None, **texts):
    ids = OwnIds()
    line = lines_of(sent_as or event, ids, **texts)
    return ids.review(verdict, event, line).fate, ids.refusing


REVIEWS = [
    ("a conflict of an id of ours: it was delivered before", CONFLICT, {}, "delivered", set()),
    ("a conflict of the user's own id", CONFLICT, {"document_id": "x", "action": "create"}, "dropped", set()),
    ("a conflict of an index, which is about versions", CONFLICT, {"action": "index"}, "dropped", set()),
    ("an index that makes its own ids", OWN_ONLY, {}, "retry", {b'"i"'}),
    ("the same for the user's own id", OWN_ONLY, {"document_id": "x"}, "refused", set()),
    ("no right to index with an id", FORBIDDEN, {"action": "index"}, "retry", {b'"i"'}),
    ("no right to create", FORBIDDEN, {}, "retry", set()),
    ("an index that is blocked", BLOCKED, {"action": "index"}, "retry", set()),
]


@pytest.mark.parametrize(
    ("verdict", "texts", "fate", "refusing"),
    [case[1:] for case in REVIEWS],
    ids=[case[0] for case in REVIEWS],
)
def test_what_a_verdict_means_depends_on_whose_id_it_is(verdict, texts, fate, refusing):
    assert review(verdict, event_of(), **texts) == (fate, refusing)


def test_a_conflict_of_an_id_that_metadata_named_is_the_users():
    assert review(CONFLICT, event_of({"_ingest_document": {"id": "told"}}))[0] == "dropped"


def test_an_index_that_takes_no_ids_gets_none():
    ids = OwnIds()
    ids.refusing.add(b'"i"')
    for event, texts in ((event_of(), {}), (event_of(), {"routing": "7"})):
        assert b"_id" not in lines_of(event, ids, **texts)
