"""What dns does beyond its examples, against a small name server on a port of this machine."""

import dns.message
import dns.rcode
import dns.rrset
import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.plugins.filters import dns as module

RECORDS = {
    ("web.example.", "A"): ("A", ["192.0.2.7", "192.0.2.8"]),
    ("six.example.", "AAAA"): ("AAAA", ["2001:db8::6"]),
    ("xn--bcher-kva.example.", "A"): ("A", ["192.0.2.9"]),
    ("7.2.0.192.in-addr.arpa.", "PTR"): ("PTR", ["web.example."]),
    ("9.2.0.192.in-addr.arpa.", "PTR"): ("PTR", ["xn--bcher-kva.example."]),
    ("6.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.", "PTR"): (
        "PTR",
        ["six.example."],
    ),
}


class NameServer:
    """Answers over UDP from RECORDS; `silent` many questions get no answer, and `held` ones wait for `go`."""

    def __init__(self):
        self.asked, self.silent = [], 0
        self.go = trio.Event()
        self.go.set()

    async def serve(self, task_status):
        with trio.socket.socket(trio.socket.AF_INET, trio.socket.SOCK_DGRAM) as socket:
            await socket.bind(("127.0.0.1", 0))
            task_status.started(socket.getsockname()[1])
            while True:
                wire, peer = await socket.recvfrom(4096)
                await self.go.wait()
                answer = self.answer(dns.message.from_wire(wire))
                if answer is not None:
                    await socket.sendto(answer.to_wire(want_shuffle=False), peer)

    def answer(self, query):
        question = query.question[0]
        name, kind = question.name.to_text(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        if self.silent:
            self.silent -= 1
            return None
        response = dns.message.make_response(query)
        if name == "broken.example.":
            response.set_rcode(dns.rcode.SERVFAIL)
        elif (name, kind) in RECORDS:
            response.answer.append(
                dns.rrset.from_text(name, 60, "IN", *[RECORDS[name, kind][0]], *RECORDS[name, kind][1])
            )
        elif name not in {known for known, _ in RECORDS}:
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response


@pytest.fixture
async def server(nursery):
    one = NameServer()
    one.port = await nursery.start(one.serve)
    return one


def make(server, **settings):
    values = {"nameserver": "127.0.0.1", **settings}
    one, _ = make_plugin("filter", "dns", values, Context())
    one._resolver.port = server.port
    return one


async def looked_up(one, **fields):
    event = Event(fields)
    return await one.filter(event), event.to_map()


FOUND = {
    "a name's first address": ({"resolve": "f"}, "web.example", ["web.example", "192.0.2.7"]),
    "an IPv6 address where there is no other": ({"resolve": "f"}, "six.example", ["six.example", "2001:db8::6"]),
    "a name beyond ASCII": ({"resolve": "f", "action": "replace"}, "bücher.example", "192.0.2.9"),
    "an address's name": ({"reverse": "f", "action": "replace"}, "192.0.2.7", "web.example"),
    "an IPv6 address's name": ({"reverse": "f", "action": "replace"}, "2001:db8::6", "six.example"),
    "an address's name beyond ASCII": ({"reverse": "f", "action": "replace"}, "192.0.2.9", "bücher.example"),
    "an array of one, appended to": ({"resolve": "f"}, ["web.example"], ["web.example", "192.0.2.7"]),
    "an array of one, replaced": ({"resolve": "f", "action": "replace"}, ["web.example"], ["192.0.2.7"]),
    "both, one after the other": (
        {"resolve": "f", "reverse": "f", "action": "replace"}, "web.example", "web.example",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("settings", "given", "expected"), FOUND.values(), ids=FOUND)
async def test_finds(server, settings, given, expected):
    matched, fields = await looked_up(make(server, **settings), f=given)
    assert matched
    assert fields["f"] == expected


LEFT = {
    "a name that is not known": ({"resolve": "f"}, "gone.example"),
    "a server that fails": ({"resolve": "f"}, "broken.example"),
    "an array of two": ({"resolve": "f"}, ["web.example", "six.example"]),
    "a number": ({"resolve": "f"}, 5),
    "a name where an address is wanted": ({"reverse": "f"}, "web.example"),
    "an address without a name": ({"reverse": "f"}, "192.0.2.99"),
    "a label that is too long": ({"resolve": "f"}, "x" * 70 + ".example"),
    "an empty label": ({"resolve": "f"}, "a..example"),
}


@pytest.mark.parametrize(("settings", "given"), LEFT.values(), ids=LEFT)
async def test_leaves_alone_without_a_tag(server, settings, given):
    matched, fields = await looked_up(make(server, **settings), f=given)
    assert not matched
    assert fields == {"f": given}


async def test_a_missing_field_is_passed_over(server):
    matched, fields = await looked_up(make(server, resolve=["gone", "f"], action="replace"), f="web.example")
    assert matched
    assert fields == {"f": "192.0.2.7"}


async def test_the_first_field_without_an_answer_ends_it(server):
    matched, fields = await looked_up(make(server, resolve=["f", "g"]), f="gone.example", g="web.example")
    assert not matched
    assert fields["g"] == "web.example"


async def test_asks_again_after_silence(server):
    server.silent = 2
    one = make(server, resolve="f", timeout=0.01, action="replace")
    assert await looked_up(one, f="web.example") == (True, {"f": "192.0.2.7"})
    assert len(server.asked) == 3


async def test_tags_what_gets_no_answer_in_time(server):
    server.silent = 99
    one = make(server, resolve="f", timeout=0.01, max_retries=1, tag_on_timeout=["slow", "dns"])
    assert await looked_up(one, f="web.example") == (False, {"f": "web.example", "tags": ["slow", "dns"]})
    assert len(server.asked) == 2


async def test_events_that_wait_for_the_same_name_share_one_question(server, nursery):
    server.go = trio.Event()
    one = make(server, resolve="f", action="replace")
    events = [Event({"f": "web.example"}) for _ in range(50)]
    async with trio.open_nursery() as waiting:
        for event in events:
            waiting.start_soon(one.filter, event)
        await wait_all_tasks_blocked()
        server.go.set()
    assert {event.top("f") for event in events} == {"192.0.2.7"}
    assert server.asked == [("web.example.", "A")]


async def test_who_shares_a_question_asks_when_the_asker_is_cancelled(server):
    server.go = trio.Event()
    one = make(server, resolve="f", action="replace")
    first, second = Event({"f": "web.example"}), Event({"f": "web.example"})
    asker = trio.CancelScope()

    async def ask():
        with asker:
            await one.filter(first)

    async with trio.open_nursery() as waiting:
        waiting.start_soon(ask)
        await wait_all_tasks_blocked()
        waiting.start_soon(one.filter, second)
        await wait_all_tasks_blocked()
        asker.cancel()
        server.go.set()
    assert (first.top("f"), second.top("f")) == ("web.example", "192.0.2.7")


async def test_who_shares_a_question_is_told_that_there_is_no_answer(server):
    server.go = trio.Event()
    one = make(server, resolve="f")
    told = []

    async def ask():
        told.append(await one.filter(Event({"f": "gone.example"})))

    async with trio.open_nursery() as waiting:
        waiting.start_soon(ask)
        waiting.start_soon(ask)
        await wait_all_tasks_blocked()
        server.go.set()
    assert told == [False, False]
    assert len(server.asked) == 1


CACHES = {
    "answers, none": ({}, "web.example", 2),
    "answers": ({"hit_cache_size": 10}, "web.example", 1),
    "failures, none": ({}, "gone.example", 2),
    "failures": ({"failed_cache_size": 10}, "gone.example", 1),
}


@pytest.mark.parametrize(("settings", "name", "questions"), CACHES.values(), ids=CACHES)
async def test_remembers(server, settings, name, questions):
    one = make(server, resolve="f", **settings)
    for _ in range(2):
        await looked_up(one, f=name)
    assert len(server.asked) == questions


def test_what_is_remembered_ends_with_its_time_and_its_size():
    clock = trio.testing.MockClock()

    async def check():
        known = module._Remembered(2, 10)
        for name in "abc":
            known.put((name, False), name)
        assert [known.get((name, False)) for name in "abc"] == [None, "b", "c"]
        clock.jump(10)
        assert known.get(("c", False)) is None

    trio.run(check, clock=clock)


async def test_search_domains_complete_a_name(server):
    one = make(
        server,
        resolve="f",
        action="replace",
        nameserver={"address": "127.0.0.1", "search": ["nil", "example"]},
    )
    assert await looked_up(one, f="web") == (True, {"f": "192.0.2.7"})
    assert server.asked[0] == ("web.nil.", "A")


async def test_a_second_name_server_is_asked_when_the_first_fails(server):
    one = make(server, resolve="f", action="replace", nameserver=["127.0.0.2", "127.0.0.1"], timeout=0.05)
    assert await looked_up(one, f="web.example") == (True, {"f": "192.0.2.7"})


async def test_files_of_hosts_go_first(server, tmp_path):
    path = tmp_path / "hosts"
    path.write_text("# names\n10.1.1.1 One one.example # first\n10.1.1.2 one.example\n\nbroken\n")
    one = make(server, resolve="f", reverse="g", action="replace", hostsfile=[str(path)])
    assert await looked_up(one, f="ONE.example", g="10.1.1.1") == (True, {"f": "10.1.1.1", "g": "One"})
    assert server.asked == []


REFUSED = {
    "a name for a server": ({"nameserver": "dns.example"}, "does not appear to be"),
    "no address": ({"nameserver": {"search": "example"}}, "address of a name server is missing"),
    "another key": ({"nameserver": {"address": "127.0.0.1", "port": 53}}, "got port"),
    "seven domains": (
        {"nameserver": {"address": "127.0.0.1", "search": [f"d{n}" for n in range(7)]}},
        "at most 6",
    ),
    "dots that are no number": ({"nameserver": {"address": "127.0.0.1", "ndots": "x"}}, "invalid literal"),
    "a file that is not there": ({"hostsfile": "/nowhere/hosts"}, "cannot read"),
    "no time": ({"timeout": 0}, "more than 0"),
}


@pytest.mark.parametrize(("settings", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(settings, message):
    with pytest.raises(BuildError, match=message):
        make_plugin("filter", "dns", {"resolve": "f", **settings}, Context())


def test_two_name_servers_are_no_hash():
    one, _ = make_plugin(
        "filter", "dns", {"resolve": "f", "nameserver": ["127.0.0.1", "127.0.0.2"]}, Context()
    )
    assert one._resolver.nameservers == ["127.0.0.1", "127.0.0.2"]
