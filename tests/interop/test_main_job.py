"""The main job, with real parts: Filebeat's events over mutual TLS, parsed and enriched, into daily indices and S3 prefixes.

And what may go wrong in the middle of it: workers that are stopped or killed. Nothing acknowledged is ever missing.
"""

import json
import os
import signal
import time
import urllib.request
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from real_clients import ClientError
from real_pipelines import (
    access_log,
    access_log_filter,
    beats_input,
    geoip_database,
    objects_as_events,
    s3_output,
    search_output,
)
from real_servers import free_port

ECS_OFF = ("--pipeline.ecs_compatibility", "disabled")
WITH_STREAMS_OFF = ("elasticsearch7", "elasticsearch8", "opensearch")
EVENTS = 2_000
STOP_LIMIT_S = 10


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return geoip_database(tmp_path_factory.mktemp("geoip") / "city.mmdb")


@pytest.mark.parametrize("name", WITH_STREAMS_OFF)
def test_access_log_goes_into_daily_indices_and_prefixes(  # noqa: PLR0917  fixtures, each by its name
    name, request, s3, golumber, logsmith_process, certificates, database
):
    server, port, bucket = request.getfixturevalue(name), free_port(), s3.make_bucket()
    outputs = f"""
    output {{
      if [@metadata][kind] == "access" {{
        {search_output(server, "shop-%{[fields][env]}-%{+YYYY.MM.dd}")}
        {s3_output(s3, bucket, "access/%{+YYYY}/%{+MM}/%{+dd}/")}
      }} else {{
        {search_output(server, "shop-broken-%{[@metadata][beat]}")}
      }}
    }}
    """
    process = logsmith_process(
        beats_input(port, certificates) + access_log_filter(database) + outputs,
        *ECS_OFF,
        ports=[port],
    )
    samples = access_log(EVENTS)
    sent = golumber.send_events(port, [one.sent for one in samples], certificates.client(), pipeline=2)
    assert sent == EVENTS

    found = sorted(server.search("shop-*"), key=lambda hit: hit["_source"]["n"])
    expected = [one for one in samples if one.stored is not None]
    assert Counter(hit["_index"] for hit in found) == Counter(index_of(one) for one in expected)
    for hit, one in zip(found, expected, strict=True):
        assert (hit["_index"], hit["_source"]) == (index_of(one), one.stored)
    server.request("DELETE", "/" + ",".join({hit["_index"] for hit in found}))

    process.stop()  # uploads what has not been rotated
    objects = s3.objects(bucket)
    assert not [key for key in objects if not key.startswith("access/2024/")]
    for day in {one.day for one in expected if not one.is_broken}:
        stored = objects_as_events(s3.objects(bucket, f"access/{day.replace('-', '/')}/ls.s3."))
        of_the_day = [one.stored for one in expected if one.day == day and not one.is_broken]
        assert sorted(stored, key=lambda event: event["n"]) == of_the_day


def index_of(sample):
    return "shop-broken-filebeat" if sample.is_broken else f"shop-prod-{sample.day.replace('-', '.')}"


class Receiver:
    """A logsmith with two workers that writes what comes into a file or a folder of files."""

    def __init__(self, start, folder, certificates, *words):
        self.port, self.path = free_port(), folder / "events.jsonl"
        pipeline = beats_input(self.port, certificates) + f'output {{ file {{ path => "{self.path}" }} }}'
        self.process = start(pipeline, "-w", "2", *words, ports=[self.port])

    def numbers(self):
        """Return the numbers of the events in the file, without a line that a killed process did not finish."""
        found = []
        for line in self.path.read_text().splitlines() if self.path.exists() else ():
            with suppress(ValueError):
                found.append(json.loads(line)["n"])
        return found

    def wait_events(self, count):
        self.process.wait_until(lambda: len(self.numbers()) >= count)


def workers(process):
    """Return the process ids of the workers."""
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def connections_of(pid, port):
    """Return how many connections to the port a process holds."""
    rows = [row.split() for row in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]]
    established = {row[9] for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "01"}
    held = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            held.add(str(descriptor.readlink()).removeprefix("socket:[").removesuffix("]"))
        except OSError:
            pass  # closed meanwhile
    return len(established & held)


def test_two_workers_share_the_connections_and_all_is_counted(
    golumber, logsmith_process, tmp_path, certificates
):
    api = free_port()
    receiver = Receiver(logsmith_process, tmp_path, certificates, f"--api.http.port={api}")
    each = 20_000
    sendings = [
        golumber.begin(receiver.port, each, certificates.client(), first=each * n, window=50)
        for n in range(6)
    ]
    pids = receiver.process.wait_until(lambda: len(now := workers(receiver.process)) == 2 and now)
    held = receiver.process.wait_until(
        lambda: (now := [connections_of(pid, receiver.port) for pid in pids]) and sum(now) == 6 and now
    )
    assert min(held) > 0, held  # evenly when there is time for turns, which a busy machine may not have
    assert [(sent.error, sent.acknowledged) for sent in (one.wait() for one in sendings)] == [("", each)] * 6
    assert sorted(receiver.numbers()) == list(range(6 * each))

    def counts():
        with urllib.request.urlopen(f"http://127.0.0.1:{api}/_node/stats/pipelines/main") as answer:
            pipeline = json.load(answer)["pipelines"]["main"]
        events, plugins = pipeline["events"], pipeline["plugins"]
        (beats,), (file,) = plugins["inputs"], plugins["outputs"]
        return (
            events["in"],
            events["out"],
            beats["events"]["out"],
            file["events"]["in"],
            file["events"]["out"],
        )

    receiver.process.wait_until(lambda: counts() == (6 * each,) * 5, 10)


def test_stopped_while_sending_it_ends_soon_and_nothing_acknowledged_is_missing(
    golumber, logsmith_process, tmp_path, certificates
):
    receiver = Receiver(logsmith_process, tmp_path, certificates)
    sendings = [
        golumber.begin(receiver.port, 1_000_000, certificates.client(), first=1_000_000 * n, pipeline=2)
        for n in range(2)
    ]
    receiver.wait_events(2_000)
    began = time.monotonic()
    receiver.process.stop()  # which sees that it ends with 0
    assert time.monotonic() - began < STOP_LIMIT_S
    stored = set(receiver.numbers())
    for n, sent in enumerate(one.wait() for one in sendings):
        assert sent.error
        assert 0 < sent.acknowledged < 1_000_000
        assert not set(range(1_000_000 * n, 1_000_000 * n + sent.acknowledged)) - stored


def test_killed_while_sending_nothing_acknowledged_is_missing(
    golumber, logsmith_process, tmp_path, certificates
):
    """A client that sends again from its first unacknowledged event, over a worker killed three times."""
    receiver, count, done = Receiver(logsmith_process, tmp_path, certificates), 30_000, 0
    for kill in range(3):
        sending = golumber.begin(
            receiver.port, count - done, certificates.client(), first=done, window=20, pipeline=2
        )
        receiver.wait_events(len(receiver.numbers()) + 200)
        for pid in workers(receiver.process):
            os.kill(pid, signal.SIGKILL)
        sent = sending.wait()
        assert sent.error, f"kill {kill} came too late"
        done += sent.acknowledged
        assert not set(range(done)) - set(receiver.numbers())
        receiver.process.wait_until(lambda: is_served(golumber, receiver.port, certificates))
    assert golumber.send(receiver.port, count - done, certificates.client(), first=done) == count - done
    assert set(receiver.numbers()) >= set(range(count))
    assert receiver.process.is_running


def is_served(golumber, port, certificates):
    """Return whether somebody acknowledges; the event is one that no test counts."""
    try:
        return golumber.send(port, 1, certificates.client(), first=10**9, timeout_s=2) == 1
    except ClientError:
        return False


def test_killed_while_sending_to_elasticsearch_nothing_acknowledged_is_missing(
    elasticsearch7, golumber, logsmith_process, certificates
):
    port, index = free_port(), "killed"
    output = search_output(elasticsearch7, index, 'document_id => "%{n}"')
    process = logsmith_process(
        beats_input(port, certificates) + f"output {{ {output} }}", "-w", "1", ports=[port]
    )
    sending = golumber.begin(port, 1_000_000, certificates.client(), pipeline=2, window=200)
    process.wait_until(lambda: elasticsearch7.count(index) > 2_000)
    process.kill()
    acknowledged = sending.wait().acknowledged
    assert acknowledged > 0
    query = {"query": {"range": {"n": {"lt": acknowledged}}}, "track_total_hits": True, "size": 0}
    elasticsearch7.request("POST", f"/{index}/_refresh")
    _, answer = elasticsearch7.request("POST", f"/{index}/_search", query)
    assert answer["hits"]["total"]["value"] == acknowledged


def test_objects_of_a_killed_process_are_uploaded_at_the_next_start_under_the_same_keys(
    s3, golumber, logsmith_process, certificates, tmp_path
):
    port, bucket, folder = free_port(), s3.make_bucket(), tmp_path / "s3"
    output = s3_output(s3, bucket, "host-%{[host]}/", f'temporary_directory => "{folder}"')
    pipeline = beats_input(port, certificates) + f"output {{ {output} }}"
    process = logsmith_process(pipeline, "-w", "2", ports=[port])
    events = [{"n": n, "message": f"event {n}", "host": f"h{n % 3}"} for n in range(900)]
    assert golumber.send_events(port, events, certificates.client(), window=100) == 900
    process.kill()
    assert s3.objects(bucket, "host-") == {}
    waiting = {
        "/".join(path.relative_to(folder).parts[1:]): path.read_bytes() for path in folder.rglob("ls.s3.*")
    }
    assert {key.partition("/")[0] for key in waiting} == {"host-h0", "host-h1", "host-h2"}

    process.start()
    process.wait_until(lambda: len(s3.objects(bucket, "host-")) == len(waiting))
    assert s3.objects(bucket, "host-") == waiting
    assert sorted(event["n"] for event in objects_as_events(waiting)) == list(range(900))
    process.wait_until(lambda: not list(folder.rglob("ls.s3.*")))
