"""Standard output: what several outputs print stands in their order."""

from logsmith.compiler import compile_pipeline
from logsmith.config import Source
from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.runtime.delivery import Delivery

BOTH = """output {
  stdout { codec => line { format => "%{message} first" } }
  stdout { codec => line { format => "%{message} second" } }
}"""
BATCHES = 50


class NoLetters:
    async def put(self, output, refused):
        raise AssertionError


async def test_two_outputs_print_in_the_order_in_which_they_stand(capfd):
    pipeline = compile_pipeline([Source("main.conf", BOTH)], Context()).pipeline
    delivery = Delivery(pipeline.outputs, NoLetters())
    async with delivery.open():
        for number in range(BATCHES):
            event = Event.from_map({"message": number})
            await delivery.deliver(delivery.take([[event], [event]]))
    printed = capfd.readouterr().out.splitlines()
    assert printed == [f"{number} {which}" for number in range(BATCHES) for which in ("first", "second")]
