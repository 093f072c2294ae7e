import json

import pytest

from logsmith.elasticsearch.actions import Actions, ActionSettings
from logsmith.elasticsearch.destination import IndexDestination, StreamDestination, StreamSettings
from logsmith.elasticsearch.errors import RefusedEventError
from logsmith.elasticsearch.update import UpdateSettings
from logsmith.event import Event, FieldRef, Sprintf
from logsmith.event.json import decode_documents

STAMP = "2024-05-06T07:08:09.123Z"


def silent(_):
    pass


def event_of(metadata=None, **fields):
    return Event.from_map({"@timestamp": STAMP, "@metadata": metadata or {}, **fields})


def settings_of(**texts):
    sprintfs = {
        name: Sprintf.parse(text) if isinstance(text, str) and name != "version_type" else text
        for name, text in texts.items()
    }
    return ActionSettings(**sprintfs)


def lines_of(event, index="i", warn=silent, **texts):
    actions = Actions(settings_of(**texts), IndexDestination(Sprintf.parse(index)), warn)
    lines = actions.lines(event)
    assert lines.endswith(b"\n")
    return [json.loads(line) for line in lines[:-1].split(b"\n")]


def action_of(event, **texts):
    return lines_of(event, **texts)[0]


def test_a_plain_event_is_an_action_and_a_document():
    assert lines_of(event_of(a=1)) == [
        {"index": {"_index": "i"}},
        {"@timestamp": STAMP, "a": 1, "@version": "1"},
    ]


ACTIONS = [
    ("create", {"action": "create"}, {"create": {"_index": "i"}}),
    ("an action from the event", {"action": "%{do}"}, {"create": {"_index": "i"}}),
    ("document_id", {"document_id": "%{id}"}, {"index": {"_index": "i", "_id": "7"}}),
    ("routing", {"routing": "%{id}"}, {"index": {"_index": "i", "routing": "7"}}),
    ("pipeline", {"pipeline": "p-%{id}"}, {"index": {"_index": "i", "pipeline": "p-7"}}),
    ("a pipeline that comes out empty", {"pipeline": "%{empty}"}, {"index": {"_index": "i"}}),
    ("version", {"document_id": "%{id}", "version": "%{id}", "version_type": "external"}, {"index": {"_index": "i", "_id": "7", "version": 7, "version_type": "external"}}),
    ("document_type", {"document_type": "_doc"}, {"index": {"_index": "i", "_type": "_doc"}}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "expected"), [case[1:] for case in ACTIONS], ids=[case[0] for case in ACTIONS]
)
def test_settings_are_filled_from_the_event(texts, expected):
    assert action_of(event_of(id=7, empty="", do="create"), **texts) == expected


def test_delete_has_no_document():
    assert lines_of(event_of(id=7), action="delete", document_id="%{id}") == [
        {"delete": {"_index": "i", "_id": "7"}}
    ]


def test_an_update_is_a_part_of_a_document():
    event = event_of(id=7)
    about, source = lines_of(
        event, action="update", document_id="%{id}", update=UpdateSettings(doc_as_upsert=True)
    )
    assert about == {"update": {"_index": "i", "_id": "7", "retry_on_conflict": 1}}
    assert source == {"doc": {"@timestamp": STAMP, "id": 7, "@version": "1"}, "doc_as_upsert": True}


def test_an_action_from_the_event_is_updated_with_all_settings():
    _, source = lines_of(
        event_of(do="update"), action="%{do}", document_id="7", update=UpdateSettings(doc_as_upsert=True)
    )
    assert source["doc_as_upsert"] is True


TOLD = [
    ("id, pipeline and routing", {"_ingest_document": {"id": "x", "pipeline": "p", "routing": "r"}}, {}, {"_index": "i", "_id": "x", "pipeline": "p", "routing": "r"}),
    ("a number as id", {"_ingest_document": {"id": 5}}, {}, {"_index": "i", "_id": "5"}),
    ("settings win", {"_ingest_document": {"id": "x", "pipeline": "p"}}, {"document_id": "mine", "pipeline": "q"}, {"_index": "i", "_id": "mine", "pipeline": "q"}),
    ("a version", {"_ingest_document": {"id": "x", "version": 3, "version_type": "external"}}, {}, {"_index": "i", "_id": "x", "version": 3, "version_type": "external"}),
    ("the index, where it is the default", {"_ingest_document": {"index": "other"}}, {"takes_metadata_index": True}, {"_index": "other"}),
    ("the index, where the user set one", {"_ingest_document": {"index": "other"}}, {}, {"_index": "i"}),
    ("a pipeline of its own", {"target_ingest_pipeline": "t"}, {}, {"_index": "i", "pipeline": "t"}),
    ("the pipeline of the document first", {"target_ingest_pipeline": "t", "_ingest_document": {"pipeline": "p"}}, {}, {"_index": "i", "pipeline": "p"}),
    ("no map", {"_ingest_document": "x"}, {}, {"_index": "i"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("metadata", "texts", "expected"), [case[1:] for case in TOLD], ids=[case[0] for case in TOLD]
)
def test_metadata_tells_what_settings_do_not(metadata, texts, expected):
    assert action_of(event_of(metadata), **texts) == {"index": expected}


def test_a_parent_becomes_a_relation_and_the_routing():
    event = event_of(kind="answer", q="42")
    about, document = lines_of(event, parent="%{q}", join_field=FieldRef.parse("kind"))
    assert about == {"index": {"_index": "i", "routing": "42"}}
    assert document["kind"] == {"name": "answer", "parent": "42"}
    assert event.top("kind") == "answer"


def test_a_data_stream_never_gets_a_version():
    actions = Actions(settings_of(action="create"), StreamDestination(StreamSettings(), silent), silent)
    event = event_of({"_ingest_document": {"id": "x", "version": 3, "version_type": "external"}})
    assert json.loads(actions.lines(event).split(b"\n")[0]) == {
        "create": {"_index": "logs-generic-default", "_id": "x"}
    }


REFUSED = [
    ("an action that is none", {"action": "%{do}"}, "the action 'index_all' is none of"),
    ("an id that is too long", {"document_id": "%{long}"}, "is longer than 512 bytes"),
    ("an empty id", {"document_id": "%{empty}"}, "the document_id is empty"),
    ("an id that is not filled", {"document_id": "%{nope}"}, "the document_id '%{nope}' is not filled from the event"),
    ("an id of which nothing is filled", {"document_id": "a-%{nope}-%{[no][such]}"}, "is not filled from the event"),
    ("an update without id", {"action": "update"}, "the action update needs a document_id"),
    ("a version that is no number", {"document_id": "1", "version": "%{do}", "version_type": "external"}, "is no whole number"),
    ("a version that is too large", {"document_id": "1", "version": "9223372036854775808", "version_type": "external"}, "is no whole number"),
    ("a version below nothing", {"document_id": "1", "version": "-1", "version_type": "external"}, "is no whole number"),
    ("a version without id", {"version": "1", "version_type": "external"}, "a version needs a document_id"),
    ("a version for create", {"action": "create", "document_id": "1", "version": "1", "version_type": "external"}, "takes no version"),
    ("an upsert that is no JSON", {"action": "update", "document_id": "1", "update": UpdateSettings(upsert=Sprintf.parse("{%{do}"))}, "upsert is no JSON"),
    ("an upsert that is no object", {"action": "update", "document_id": "1", "update": UpdateSettings(upsert=Sprintf.parse("5"))}, "no JSON object"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_would_fail_the_whole_request_is_refused_alone(texts, reason):
    with pytest.raises(RefusedEventError, match=reason):
        lines_of(event_of(do="index_all", long="x" * 513, empty=""), **texts)


def test_an_id_at_the_limit_is_taken():
    assert action_of(event_of(), document_id="x" * 512)["index"]["_id"] == "x" * 512


def test_an_id_that_is_not_filled_is_told():
    told = []
    lines_of(event_of(id=7), document_id="%{id}-%{nothing}", warn=told.append)
    assert len(told) == 1


INJECTION = 'x"}}\n{"delete":{"_index":"i","_id":"1"}}\n'


@pytest.mark.parametrize("setting", ["document_id", "routing", "pipeline"])
def test_no_text_of_an_event_becomes_an_action(setting):
    lines = lines_of(event_of(evil=INJECTION, kind="k"), **{setting: "%{evil}"})
    assert len(lines) == 2
    assert INJECTION in lines[0]["index"].values()


def test_no_document_becomes_an_action():
    raw = b'{"@timestamp":"2024-05-06T07:08:09.123Z","message":\n{"delete":{"_index":"i","_id":"1"}}\n}'
    (event,) = decode_documents([raw])
    assert len(lines_of(event)) == 2


def test_an_upsert_with_newlines_is_one_line():
    update = UpdateSettings(upsert=Sprintf.parse('{\n"a":\n1}'))
    _, source = lines_of(event_of(), action="update", document_id="1", update=update)
    assert source["upsert"] == {"a": 1}


SCRIPTS = [
    ("inline", {}, {"script": {"params": {"event": {"n": 1}}, "source": "s", "lang": "painless"}}),
    ("its variable", {"script_var_name": "e"}, {"script": {"params": {"e": {"n": 1}}, "source": "s", "lang": "painless"}}),
    ("no language", {"script_lang": ""}, {"script": {"params": {"event": {"n": 1}}, "source": "s"}}),
    ("stored, which knows its language", {"script_type": "indexed"}, {"script": {"params": {"event": {"n": 1}}, "id": "s"}}),
    ("scripted_upsert", {"scripted_upsert": True}, {"script": {"params": {"event": {"n": 1}}, "source": "s", "lang": "painless"}, "scripted_upsert": True, "upsert": {}}),
    ("doc_as_upsert", {"doc_as_upsert": True}, {"script": {"params": {"event": {"n": 1}}, "source": "s", "lang": "painless"}, "upsert": {"n": 1}}),
    ("upsert", {"upsert": Sprintf.parse('{"u": %{n}}')}, {"script": {"params": {"event": {"n": 1}}, "source": "s", "lang": "painless"}, "upsert": {"u": 1}}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "expected"), [case[1:] for case in SCRIPTS], ids=[case[0] for case in SCRIPTS]
)
def test_a_script_gets_the_event_as_its_parameter(settings, expected):
    update = UpdateSettings(script=Sprintf.parse("s"), **settings)
    _, source = lines_of(Event({"n": 1}), action="update", document_id="1", update=update)
    assert source == expected
