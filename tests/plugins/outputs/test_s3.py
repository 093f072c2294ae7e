"""The s3 output: what goes into which file and when it is uploaded, with a bucket of our own."""

import json
import time
from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing

from logsmith.event import Event
from logsmith.plugins import Context, UndeliveredError
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.plugins.setting import CodecSetting
from logsmith.s3.bucket import BucketError


class Bucket:
    """Keeps objects; the next uploads meet its `fates`: errors to raise."""

    def __init__(self, *fates):
        self.fates, self.objects, self.tests = list(fates), {}, []

    def put_file(self, path, key, *, is_gzip=False):
        if self.fates:
            raise BucketError(self.fates.pop(0))
        self.objects[key] = path.read_bytes()

    def put_test_object(self, key):
        self.tests.append(key)

    @property
    def numbers(self):
        """The events' numbers in each object, by the object's prefix, objects in the order of their upload."""
        found = {}
        for key, body in self.objects.items():
            numbers = [json.loads(line)["n"] for line in body.splitlines()]
            found.setdefault(key.rpartition("/")[0], []).append(numbers)
        return found


def make_output(folder, **settings):
    settings = {"bucket": "logs", "codec": CodecSetting("json_lines"), **settings}
    output, _ = make_plugin("output", "s3", settings, Context(path_data=folder))
    return output


@asynccontextmanager
async def opened(folder, bucket=None, **settings):
    output = make_output(folder, **settings)
    output._bucket = bucket or Bucket()
    async with output.open():
        yield output, output._bucket


def some(*numbers, **fields):
    return [Event.from_map({"n": n, **fields}) for n in numbers]


async def until(condition):
    with trio.fail_after(10):
        while not condition():  # noqa: ASYNC110  what is waited for tells nobody
            await trio.sleep(0.01)


async def test_events_are_gathered_by_prefix_and_uploaded_at_the_end(tmp_path):
    async with opened(tmp_path, prefix="of/%{kind}/") as (output, bucket):
        await output.send(some(1, 2, kind="a") + some(3, kind="b") + some(4, kind="a"))
        await output.send(some(5, kind="a"))
        assert bucket.objects == {}
    assert bucket.numbers == {"of/a": [[1, 2, 4, 5]], "of/b": [[3]]}
    assert list((tmp_path / "s3").iterdir()) == []


async def test_what_send_has_taken_is_on_disk(tmp_path):
    async with opened(tmp_path) as (output, _):
        await output.send(some(1, 2))
        (file,) = (tmp_path / "s3").rglob("ls.s3.*")
        assert [json.loads(line)["n"] for line in file.read_text().splitlines()] == [1, 2]


async def test_an_object_that_is_large_enough_is_uploaded_and_the_next_begun(tmp_path):
    async with opened(tmp_path, size_file=50, rotation_strategy="size") as (output, bucket):
        await output.send(some(1, filling="x" * 50))
        await output.send(some(2))
        await until(lambda: bucket.objects)
        assert bucket.numbers == {"": [[1]]}
    assert bucket.numbers == {"": [[1], [2]]}
    assert [key.rsplit(".", 2)[1] for key in bucket.objects] == ["part0", "part1"]


async def test_an_object_that_is_old_enough_is_uploaded(tmp_path, monkeypatch):
    async with opened(tmp_path, time_file=5) as (output, bucket):
        await output.send(some(1))
        later = time.time() + 301
        monkeypatch.setattr(time, "time", lambda: later)
        await until(lambda: bucket.objects)
        assert bucket.numbers == {"": [[1]]}


async def test_an_old_object_is_not_closed_under_the_hands_that_write_it(tmp_path, monkeypatch):
    async with opened(tmp_path, time_file=5) as (output, bucket):
        await output.send(some(1))
        later = time.time() + 301
        (file,) = output._growing.values()
        append = type(file).append

        def slowly(self, chunk):
            time.sleep(1.3)  # in a thread, while the ages are looked at
            append(self, chunk)

        monkeypatch.setattr(type(file), "append", slowly)
        monkeypatch.setattr(time, "time", lambda: later)
        await output.send(some(2))
    assert bucket.numbers == {"": [[1, 2]]}


async def test_the_oldest_prefix_makes_room(tmp_path):
    async with opened(tmp_path, prefix="%{kind}/", max_open_prefixes=2) as (output, bucket):
        for n, kind in enumerate("abac"):
            await output.send(some(n, kind=kind))
        await until(lambda: bucket.objects)
        assert bucket.numbers == {"b": [[1]]}
    assert bucket.numbers == {"b": [[1]], "a": [[0, 2]], "c": [[3]]}


async def test_an_upload_that_fails_is_tried_again(tmp_path):
    bucket = Bucket("no route", "no route")
    async with opened(tmp_path, bucket, size_file=1, rotation_strategy="size", retry_delay=0.01) as (
        output,
        _,
    ):
        await output.send(some(1))
        await until(lambda: bucket.objects)
    assert bucket.numbers == {"": [[1]]}
    assert output.metrics.extra["uploads.failures"] == 2
    assert output.metrics.extra["uploads.successes"] == 1


async def test_what_could_not_be_uploaded_is_found_at_the_next_start_under_the_same_key(
    tmp_path, autojump_clock
):
    dead = Bucket(*["no route"] * 100)
    async with opened(tmp_path, dead) as (output, _):
        await output.send(some(1, 2))
    (left,) = (tmp_path / "s3").rglob("ls.s3.*")
    alive = Bucket()
    async with opened(tmp_path, alive):
        for _ in range(500):  # the clock that jumps does not wait for threads
            if alive.objects and not left.exists():
                break
            time.sleep(0.01)  # noqa: ASYNC251
            await trio.lowlevel.checkpoint()
    assert alive.numbers == {"": [[1, 2]]}
    assert list(alive.objects) == [left.name]
    assert not left.exists()


async def test_an_object_whose_upload_was_not_noted_before_a_crash_is_uploaded_again_under_its_key(
    tmp_path, monkeypatch
):
    with monkeypatch.context() as crashing:
        crashing.setattr("logsmith.plugins.outputs.s3.remove_object", lambda file: None)
        async with opened(tmp_path, prefix="logs/%{app}") as (output, before):
            await output.send(some(1, 2, app="shop"))
    (left,) = (tmp_path / "s3").rglob("ls.s3.*")
    after = Bucket()
    async with opened(tmp_path, after):
        await until(lambda: not left.exists())
    assert after.objects == before.objects
    assert list(before.objects) == [f"logs/shop/{left.name}"]


async def test_leftovers_stay_if_nobody_wants_them_restored(tmp_path, autojump_clock):
    async with opened(tmp_path, Bucket(*["no route"] * 100)) as (output, _):
        await output.send(some(1))
    async with opened(tmp_path, restore=False) as (_, bucket):
        await trio.sleep(100)
    assert bucket.objects == {}
    assert list((tmp_path / "s3").rglob("ls.s3.*"))


async def test_a_prefix_that_is_too_long_makes_a_dead_letter_and_holds_up_nothing(tmp_path):
    async with opened(tmp_path, prefix="%{kind}/") as (output, bucket):
        with pytest.raises(UndeliveredError) as failure:
            await output.send(some(1, kind="x" * 300) + some(2, kind="ok"))
    assert [event.top("n") for event, _ in failure.value.refused] == [1]
    assert failure.value.retry == []
    assert bucket.numbers == {"ok": [[2]]}


async def test_what_cannot_be_written_is_to_be_sent_again(tmp_path, monkeypatch):
    async with opened(tmp_path, prefix="%{kind}/") as (output, bucket):
        await output.send(some(1, kind="bad"))
        (file,) = output._growing.values()
        append = type(file).append

        def fail_some(self, chunk):
            if self.key.startswith("bad/"):
                raise OSError(28, "No space left on device")
            append(self, chunk)

        monkeypatch.setattr(type(file), "append", fail_some)
        with pytest.raises(
            UndeliveredError, match=r"cannot write below .* No space left on device"
        ) as failure:
            await output.send(some(2, kind="bad") + some(3, kind="ok"))
        assert [event.top("n") for event in failure.value.retry] == [2]
        monkeypatch.undo()
        await output.send(failure.value.retry)
    assert bucket.numbers == {"bad": [[1, 2]], "ok": [[3]]}


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"bucket": None}, "needs the setting 'bucket'"),
        ({"size_file": 0}, "size_file must be greater than 0"),
        ({"time_file": 0}, "time_file must be greater than 0"),
        ({"prefix": "a^b"}, "the prefix has characters that S3 dislikes"),
        ({"canned_acl": "everybody"}, "canned_acl"),
        ({"temporary_directory": "/dev/null/s3"}, "cannot be written"),
        ({"additional_settings": {"nonsense": True}}, "additional_settings has no 'nonsense'"),
        ({"web_identity_token_file": "/x"}, "web_identity_token_file needs role_arn"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path, settings, complaint):
    settings = {name: value for name, value in {"bucket": "logs", **settings}.items() if value is not None}
    with pytest.raises(BuildError, match=complaint):
        make_plugin("output", "s3", settings, Context(path_data=tmp_path))


@pytest.mark.parametrize("name", ["size_file", "time_file"])
def test_a_limit_that_the_strategy_does_not_use_may_be_anything(tmp_path, name):
    other = "time" if name == "size_file" else "size"
    make_output(tmp_path, rotation_strategy=other, **{name: 0})


async def test_an_event_that_does_not_fill_the_prefix_is_refused_and_holds_up_nothing(tmp_path):
    async with opened(tmp_path, prefix="%{kind}/") as (output, bucket):
        with pytest.raises(UndeliveredError) as failure:
            await output.send(some(1) + some(2, kind="ok"))
    ((event, reason),) = failure.value.refused
    assert event.top("n") == 1
    assert reason == "the prefix '%{kind}/' is not filled from the event"
    assert bucket.numbers == {"ok": [[2]]}


async def test_an_object_that_is_uploaded_when_a_stop_comes_is_uploaded_once(tmp_path, monkeypatch):
    uploads = []
    stop = trio.CancelScope()

    class Stopping(Bucket):
        def put_file(self, path, key, *, is_gzip=False):
            uploads.append(key)
            super().put_file(path, key, is_gzip=is_gzip)

    async with opened(tmp_path, Stopping(), rotation_strategy="size", size_file=1) as (output, _):
        count = type(output.metrics).count

        def count_and_stop(self, name):
            count(self, name)
            stop.cancel()  # after the upload, before the file is gone

        monkeypatch.setattr(type(output.metrics), "count", count_and_stop)
        file = output._file_for("")
        file.append(b'{"n":1}\n')
        file.close()
        del output._growing[""]
        with stop:
            await output._upload(file)
        assert not file.path.exists()
    assert len(uploads) == 1
    assert output.metrics.extra["uploads.successes"] == 1
