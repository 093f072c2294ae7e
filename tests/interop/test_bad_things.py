"""What goes wrong around a server: each is said clearly in the log, and nothing acknowledged is lost by it."""

import json
import os
import resource
import secrets
import subprocess
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import real_certificates
from real_clients import ClientError
from real_pipelines import beats_input, objects_as_events, s3_output, search_output
from real_servers import free_port

from logsmith.spool.dead_letters import DeadLetters

NEVER = 10**6  # events, more than are sent while a test lasts


@pytest.fixture
def index():
    """An index name that no other test has."""
    return f"bad-things-{secrets.token_hex(4)}"


def letters_of(process):
    """Return the dead letters of a process that has been stopped, each with its event's fields."""
    letters = DeadLetters(process.order.path_data / "dead_letter_queue", "main")
    try:
        return [(letter, json.loads(letter.fields)) for letter in letters.read()]
    finally:
        letters.close()


def numbers(server, index):
    return sorted(document["n"] for document in server.documents(index))


def test_wrong_password_is_said_and_nothing_is_acknowledged(
    elasticsearch8, golumber, logsmith_process, certificates, index
):
    def start(server):
        port = free_port()
        pipeline = beats_input(port, certificates) + f"output {{ {search_output(server, index)} }}"
        return logsmith_process(pipeline, "-w", "1", ports=[port]), port

    process, port = start(replace(elasticsearch8, password="wrong"))
    sending = golumber.begin(port, 100, certificates.client())
    process.wait_logged("HTTP 401")  # the plugin's id, in hexadecimal, may have the number alone
    assert "password" in process.log
    assert '"wrong"' not in process.log
    process.stop()
    assert sending.wait().acknowledged == 0
    assert elasticsearch8.count(index) == 0

    _, port = start(elasticsearch8)
    assert golumber.send(port, 100, certificates.client()) == 100
    assert numbers(elasticsearch8, index) == list(range(100))


def test_a_dead_host_among_three_is_said_and_passed_over(
    elasticsearch7, golumber, logsmith_process, certificates, index
):
    port, dead = free_port(), f"http://127.0.0.1:{free_port()}"
    alive = elasticsearch7.url, elasticsearch7.url.replace("127.0.0.1", "localhost")
    three = replace(elasticsearch7, url='", "'.join((dead, *alive)))
    pipeline = beats_input(port, certificates) + f"output {{ {search_output(three, index)} }}"
    process = logsmith_process(pipeline, "-w", "1", ports=[port])
    assert golumber.send(port, 1_000, certificates.client(), window=20) == 1_000
    assert numbers(elasticsearch7, index) == list(range(1_000))
    (line,) = [line for line in process.log.splitlines() if "host does not answer and rests" in line]
    assert dead in line


@pytest.mark.parametrize("name", ["elasticsearch7", "elasticsearch8", "opensearch"])
def test_a_mapping_conflict_is_a_dead_letter_and_the_rest_is_delivered(  # noqa: PLR0917  fixtures, each by its name
    name, request, golumber, logsmith_process, certificates, index
):
    server, port = request.getfixturevalue(name), free_port()
    server.request("PUT", f"/{index}", {"mappings": {"properties": {"code": {"type": "long"}}}})
    pipeline = beats_input(port, certificates) + f"output {{ {search_output(server, index)} }}"
    process = logsmith_process(pipeline, "-w", "1", ports=[port])
    events = [{"n": n, "message": "m", "code": "oops" if n in (7, 150) else n} for n in range(200)]
    assert golumber.send_events(port, events, certificates.client()) == 200
    assert numbers(server, index) == [n for n in range(200) if n not in (7, 150)]
    process.wait_logged("events refused for good go to the dead letters")
    process.stop()

    letters = letters_of(process)
    assert sorted(fields["n"] for _, fields in letters) == [7, 150]
    for letter, fields in letters:
        assert (letter.plugin_type, fields["code"]) == ("elasticsearch", "oops")
        assert "code" in letter.reason
        assert "parsing_exception" in letter.reason


def test_an_index_name_that_is_not_allowed_is_a_dead_letter_and_the_rest_is_delivered(
    elasticsearch7, golumber, logsmith_process, certificates, index
):
    port = free_port()
    output = search_output(elasticsearch7, f"{index}-%{{kind}}")
    process = logsmith_process(
        beats_input(port, certificates) + f"output {{ {output} }}", "-w", "1", ports=[port]
    )
    names = {3: "Not Allowed", 4: "../../escape", 5: "a,b", 6: "*"}
    events = [{"n": n, "message": "m", "kind": names.get(n, "ok")} for n in range(50)]
    assert golumber.send_events(port, events, certificates.client()) == 50
    assert numbers(elasticsearch7, f"{index}-ok") == [n for n in range(50) if n not in names]
    assert elasticsearch7.count(f"{index}-*") == 46
    process.wait_logged("events refused for good go to the dead letters")
    process.stop()
    letters = letters_of(process)
    assert sorted(fields["n"] for _, fields in letters) == sorted(names)
    for letter, fields in letters:
        assert letter.reason.startswith(f"the index name '{index}-{fields['kind']}'")


def test_a_bucket_that_does_not_exist_is_said_and_gets_everything_once_it_does(
    s3, golumber, logsmith_process, certificates, tmp_path
):
    port, bucket = free_port(), f"logsmith-{secrets.token_hex(6)}"
    output = s3_output(s3, bucket, "late/", "size_file => 2000 retry_delay => 0.2")
    process = logsmith_process(
        beats_input(port, certificates) + f"output {{ {output} }}", "-w", "1", ports=[port]
    )
    process.wait_logged("the bucket does not exist; make it, or correct the setting bucket")
    assert golumber.send(port, 200, certificates.client(), window=20) == 200
    process.wait_logged("object not uploaded, trying again")

    s3.client().create_bucket(Bucket=bucket)
    process.stop()
    stored = objects_as_events(s3.objects(bucket, "late/"))
    assert sorted(event["n"] for event in stored) == list(range(200))


def test_a_wrong_secret_key_is_said(s3, golumber, logsmith_process, certificates):
    port, bucket = free_port(), s3.make_bucket()
    output = s3_output(replace(s3, secret_key="wrong"), bucket, "")
    process = logsmith_process(
        beats_input(port, certificates) + f"output {{ {output} }}", "-w", "1", ports=[port]
    )
    process.wait_logged("the secret key is wrong; check secret_access_key")


class SmallDisk:
    """A folder in which only so much can be written: a file system of its own where we may make one."""

    name = "file system"

    def __init__(self, folder, size):
        self.folder, self._size = folder, size

    def restrict(self, process):
        """Nothing to be done: the disk is small from the start."""

    def make_room(self):
        subprocess.run(["mount", "-o", "remount,size=64m", self.folder], check=True)


class SmallFiles(SmallDisk):
    """Files that cannot grow, for those who may not mount: a limit of the processes."""

    name = "limit of file sizes"

    def restrict(self, process):
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        self._pids = [int(pid) for pid in process.wait_until(lambda: children.read_text().split())]
        for pid in self._pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (self._size, resource.RLIM_INFINITY))

    def make_room(self):
        for pid in self._pids:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)


@contextmanager
def small_disk(folder, size):
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder]
    if os.geteuid() or subprocess.run(mount, check=False, capture_output=True).returncode:
        yield SmallFiles(folder, size)
        return
    try:
        yield SmallDisk(folder, size)
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.parametrize("kind", ["mounted", "limited"])
def test_a_full_disk_is_said_and_holds_events_back_until_there_is_room(  # noqa: PLR0917  fixtures, each by its name
    kind, s3, golumber, logsmith_process, certificates, tmp_path, record_property
):
    port, bucket, folder = free_port(), s3.make_bucket(), tmp_path / "small"
    folder.mkdir()
    output = s3_output(s3, bucket, "", f'temporary_directory => "{folder}"')
    text = beats_input(port, certificates) + f"output {{ {output} }}"
    disk_of = small_disk(folder, 256 * 1024) if kind == "mounted" else contained(folder)
    with disk_of as disk:
        record_property("full disk by", disk.name)
        process = logsmith_process(text, "-w", "1", ports=[port])
        disk.restrict(process)
        sending = golumber.begin(port, 2_000, certificates.client(), size=300, window=100, pipeline=2)
        process.wait_logged("cannot write below")
        disk.make_room()
        sent = sending.wait()
        assert (sent.error, sent.acknowledged) == ("", 2_000)
        process.stop()
    stored = objects_as_events(s3.objects(bucket))
    assert sorted(event["n"] for event in stored) == list(range(2_000))


@contextmanager
def contained(folder):
    yield SmallFiles(folder, 256 * 1024)


def test_a_certificate_of_another_ca_is_refused_with_the_reason_in_the_log(
    golumber, logsmith_process, certificates, tmp_path
):
    port, written = free_port(), tmp_path / "events.jsonl"
    pipeline = beats_input(port, certificates) + f'output {{ file {{ path => "{written}" }} }}'
    process = logsmith_process(pipeline, "-w", "1", ports=[port])
    others = real_certificates.make(tmp_path / "others").client()
    with pytest.raises(ClientError) as failure:
        golumber.send(port, 10, replace(others, ca=certificates.ca))
    assert failure.value.acknowledged == 0
    process.wait_logged("the peer's certificate was issued by another CA")
    assert not written.exists()
    assert golumber.send(port, 10, certificates.client()) == 10
