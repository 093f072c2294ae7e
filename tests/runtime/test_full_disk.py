"""A small disk that the persisted queue has filled to the last byte: it is emptied by outputs, and inputs go on."""

import os

import pytest
import trio
from test_persisted import Fake, delivery, some, stored

from logsmith.runtime.queue_writer import QueueSettings
from tests.fakes.small_disk import mounted

WINDOW = 50_000  # bytes that do not deflate
PATIENCE_S = 20


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a file system of its own."""
    with mounted(tmp_path, "4m") as folder:
        yield folder


@pytest.mark.slow
async def test_the_queue_empties_a_disk_that_it_has_filled(small_disk):
    settings, output, sent = QueueSettings(small_disk / "worker-0.sqlite"), Fake(is_away=True), []
    made = delivery(settings, output)
    async with made.open():
        with trio.move_on_after(3):
            while True:
                name = os.urandom(WINDOW // 2).hex()
                await made.deliver(made.take([some(name)]))
                sent.append(name)
        assert len(sent) > 20
        output.is_away = False
        with trio.fail_after(PATIENCE_S):
            for _ in range(2 * len(sent)):
                name = os.urandom(WINDOW // 2).hex()
                await made.deliver(made.take([some(name)]))
                sent.append(name)
            await made.finish(is_stopping=False)
    assert set(output.got) >= set(sent)
    assert stored(settings) == []
