"""Events that the elasticsearch output encodes as soon as filters are done: whatever the server answers, none is lost.

Each case is delivered three ways: with events that are let go, with events that are kept, and without encoding ahead.
"""

import pytest
import trio
from test_elasticsearch import Log, event_of, ids_of, make, names

from logsmith.elasticsearch import bulk
from logsmith.event.origin import settle
from logsmith.plugins.outputs import elasticsearch
from logsmith.runtime import delivery as delivery_module
from logsmith.runtime.delivery import Delivery
from tests.fakes.elasticsearch import CUT, NO_ANSWER, FakeElasticsearch, Partial

WAYS = {"let go": (True, 1), "kept": (False, 1), "encoded when sent": (True, 0)}
SLICE = 4


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch):
    monkeypatch.setattr(delivery_module, "LONGEST_PAUSE_S", 0.01)
    monkeypatch.setattr(delivery_module, "FIRST_PAUSE_S", 0.01)


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def way(request):
    return request.param


class Letters:
    def __init__(self):
        self.found = []

    async def put(self, _output, refused):
        self.found += refused


async def deliver(server, way, *sends, letters=None, is_alone=True, **values):
    """Deliver lists of events one after the other, each in slices; returns the output and what was taken."""
    is_plain, level = way
    values = {
        "retry_initial_interval": "1ms",
        "timeout": "1s",
        **({} if "data_stream" in values else {"index": "i"}),
        **values,
    }
    ecs = "v8" if "data_stream" in values else "disabled"
    output = make(server, ecs=ecs, compression_level=level, **values)
    output.is_alone = is_alone
    delivery = Delivery([output], letters or Letters(), are_plain=is_plain)
    taken = []
    async with delivery.open():
        await output._cluster.wait_ready()
        for events in sends:
            slices = [
                one for at in range(0, len(events), SLICE) for one in delivery.take([events[at : at + SLICE]])
            ]
            taken += [batch for one in slices for batch in one.batches]
            with trio.fail_after(20):
                await delivery.deliver(slices)
    return output, taken


def many(count=10, **fields):
    return [event_of({"secret": n}, n=n, **fields) for n in range(count)]


def settled(events):
    settle(events)
    return events


def delivered(server):
    return sorted(one["n"] for documents in server.documents.values() for one in documents.values())


async def test_events_are_let_go_only_where_nothing_needs_them():
    with FakeElasticsearch() as server:
        _, packed = await deliver(server, (True, 1), many())
        _, kept = await deliver(server, (False, 1), many())
        _, lists = await deliver(server, (True, 0), many())
    assert [one.is_packed for one in packed] == [True] * 3
    assert [one.is_packed for one in kept] == [False] * 3
    assert [type(one) for one in lists] == [list] * 3


@pytest.mark.parametrize("level", [4, 9])
async def test_a_level_that_takes_its_time_is_for_a_thread(level):
    with FakeElasticsearch() as server:
        _, taken = await deliver(server, (True, level), many())
        assert delivered(server) == list(range(10))
    assert [type(one) for one in taken] == [list] * 3


ANSWERS = {
    "all taken": [],
    "unavailable": [503, 503],
    "too many requests": [429],
    "cut": [CUT],
    "silent": [NO_ANSWER],
    "some refused for now": [Partial({1: (429, "full"), 5: (429, "full"), 9: (429, "full")})],
    "the same ones again": [Partial({5: (429, "full")}), Partial({0: (429, "full")})],
    "whole after some": [Partial({5: (429, "full")}), 503],
    "some there already": [Partial({3: (409, "version_conflict_engine_exception")})],
}


@pytest.mark.parametrize("script", ANSWERS.values(), ids=ANSWERS)
async def test_everything_is_delivered_once(way, script):
    with FakeElasticsearch(script=script) as server:
        output, _ = await deliver(server, way, many())
        there = {3} if script and "409" in repr(script) else set()
        assert delivered(server) == [n for n in range(10) if n not in there]
    assert output.metrics.events_out == 10


async def test_a_request_that_is_too_large_is_split(way):
    with FakeElasticsearch(max_bytes=900) as server:
        _, taken = await deliver(server, way, many(text="x" * 60))
        assert delivered(server) == list(range(10))
    is_packed, level = way
    assert [one.is_packed for one in taken if level] == ([is_packed] * 3 if level else [])


@pytest.mark.parametrize(
    "script", [[], [503], [Partial({0: (429, "full")})]], ids=["taken", "away", "in part"]
)
async def test_a_slice_that_is_larger_than_a_request_is_encoded_when_it_is_sent(monkeypatch, script):
    monkeypatch.setattr(elasticsearch, "MAX_BYTES", 500)
    with FakeElasticsearch(script=script) as server:
        _, taken = await deliver(server, (True, 1), many(text="x" * 200))
        assert delivered(server) == list(range(10))
    assert [type(one) for one in taken] == [list] * 3


@pytest.mark.parametrize("script", [[503], [Partial({0: (429, "full")})]], ids=["away", "in part"])
async def test_what_was_cut_and_fails_is_sent_again(monkeypatch, way, script):
    monkeypatch.setattr(bulk, "MAX_BYTES", 300)
    with FakeElasticsearch(script=script) as server:
        output, _ = await deliver(server, way, many(text="x" * 60))
        assert delivered(server) == list(range(10))
    assert output.metrics.events_out == 10


async def test_without_ids_events_are_let_go_only_if_their_origins_are_texts():
    with FakeElasticsearch() as server:
        output = make(server, index="i", idempotent="false")
        async with output.open():
            await output._cluster.wait_ready()
            kept, packed = output.encode(many(3)), output.encode(settled(many(3)))
            kept.pack(are_plain=True)
            packed.pack(are_plain=True)
            await output.send_encoded([kept, packed])
        assert delivered(server) == [0, 0, 1, 1, 2, 2]
    assert (kept.is_packed, packed.is_packed) == (False, True)
    assert all(event.origin for event in packed.events)


PLACES = {
    "an index": {"index": "i"},
    "an index beside other outputs": {"index": "i", "is_alone": False},
    "a data stream": {"data_stream": "true"},
    "a data stream beside other outputs": {"data_stream": "true", "is_alone": False},
    "a data stream that is not written into events": {
        "data_stream": "true",
        "data_stream_sync_fields": "false",
    },
}


@pytest.mark.parametrize(
    "fields", [{}, {"data_stream": {"dataset": "x", "more": 1}}], ids=["plain", "with a stream"]
)
@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
async def test_what_is_refused_is_a_dead_letter_with_all_that_the_event_was(way, place, fields):
    letters = Letters()
    script = [Partial({6: (400, "mapper_parsing_exception"), 2: (429, "full")})]
    with FakeElasticsearch(script=script) as server:
        events = many(**fields)
        output, _ = await deliver(server, way, events, letters=letters, **place)
        assert delivered(server) == [0, 1, 2, 3, 4, 5, 7, 8, 9]
    ((event, reason),) = letters.found
    assert event.to_map() == many(**fields)[6].to_map()
    assert event.metadata == {"secret": 6}
    assert event.origin == events[6].origin
    assert reason.startswith("400 mapper_parsing_exception")
    assert output.metrics.events_out == 9


async def test_ids_are_the_same_however_often_an_event_is_sent(way):
    with FakeElasticsearch(script=[503, Partial(dict.fromkeys(range(0, 10, 2), (429, "full")))]) as server:
        events = many()
        await deliver(server, way, events)
        assert sorted(ids_of(server)) == sorted(event.origin for event in events)


@pytest.mark.parametrize("is_alone", [True, False])
async def test_a_data_stream_is_written_into_documents_and_not_into_events(is_alone):
    with FakeElasticsearch() as server:
        events = many(6)
        _, taken = await deliver(server, (True, 1), events, data_stream="true", is_alone=is_alone)
        (stream,) = names(server)
        documents = server.documents[stream].values()
        assert [one["data_stream"]["type"] for one in documents] == ["logs"] * 6
    assert [one.is_packed for one in taken] == [is_alone] * 2
    assert [one for one in events if "data_stream" in one.fields] == []


async def test_an_index_that_takes_no_ids_gets_none(way):
    with FakeElasticsearch() as server:
        server.time_series.add("metrics")
        await deliver(server, way, many(4), many(4), index="metrics")
        assert ids_of(server, "metrics") == [f"made-{n}" for n in range(1, 9)]


async def test_a_document_with_an_id_of_the_users_is_encoded_ahead_and_its_event_kept():
    with FakeElasticsearch(script=[503]) as server:
        _, taken = await deliver(server, (True, 1), many(), document_id="%{n}")
        assert sorted(ids_of(server)) == [str(n) for n in range(10)]
    assert [one.is_packed for one in taken] == [False] * 3


async def test_lines_are_made_anew_for_a_server_that_turns_out_to_be_another():
    with FakeElasticsearch() as server:
        output = make(server, index="i")
        async with output.open():
            ready = await output._cluster.wait_ready()
            batch = output.encode(many(3))
            batch.pack(are_plain=True)
            batch.made_for = None
            await output.send_encoded([batch])
            assert output._cluster.ready is ready
        assert names(server) == {"i": 3}
    assert batch.is_packed is False


async def test_nothing_is_encoded_ahead_for_a_server_that_nobody_has_reached():
    output = make(hosts=["http://127.0.0.1:1"], log=Log())
    async with output.open():
        assert output.encode(many()) is None
