"""What filters give of their own accord reaches the outputs: every five seconds, and before the end."""

from types import SimpleNamespace

import trio

from logsmith.compiler import CompiledPipeline
from logsmith.event import Event
from logsmith.plugins import Context, Filter, Input, Output
from logsmith.plugins.registry import find
from logsmith.runtime.delivery import Delivery
from logsmith.runtime.pipeline import FLUSH_EVERY_S, run_pipeline

CONTEXT = Context(make_codec=lambda chosen, context: find("codec", chosen.name)(context))


class Ticks(Filter):
    def filter(self, event):
        pass

    def flush(self, *, final):
        return [Event({"final": final})]


class Quiet(Input):
    """Brings nothing for a time."""

    lasts_s = 12

    async def run(self, send):
        await trio.sleep(self.lasts_s)


class Slow(Output):
    """Keeps what it got, and when; each send takes a second."""

    async def send(self, events):
        await trio.sleep(1)
        self.got = [
            *getattr(self, "got", []),
            *((trio.current_time(), one.fields["final"]) for one in events),
        ]


def pipeline(*, periodic):
    made = CompiledPipeline("main")
    made.filters, made.outputs = [Ticks(CONTEXT, {"periodic_flush": periodic})], [Slow(CONTEXT)]
    functions = {"filters": lambda events, _: events, "after_1": lambda events, _: events}
    outputs = {"outputs": lambda events, routed: routed[0].extend(events)}
    made.sections = [
        SimpleNamespace(kind="filter", load=lambda: functions, after={"after_1": made.filters[0]}),
        SimpleNamespace(kind="output", load=lambda: outputs, after={}),
    ]
    return made


async def flushed(made):
    begun = trio.current_time()
    await run_pipeline(
        made,
        inputs=[Quiet(CONTEXT)],
        stopping=trio.Event(),
        delivery=Delivery(made.outputs, None),
        stop_limit_s=10,
    )
    assert made.metrics.out == len(made.outputs[0].got)
    return [(round(at - begun), final) for at, final in made.outputs[0].got]


async def test_every_five_seconds_and_at_the_end(autojump_clock):
    assert await flushed(pipeline(periodic=True)) == [
        (FLUSH_EVERY_S + 1, False),
        (2 * FLUSH_EVERY_S + 2, False),
        (Quiet.lasts_s + 1, True),
    ]


async def test_a_filter_without_periodic_flush_only_at_the_end(autojump_clock):
    assert await flushed(pipeline(periodic=False)) == [(Quiet.lasts_s + 1, True)]
