"""Outputs are told their names before they are opened: the same at every start, wherever they stand."""

import pytest
import trio

from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.plugins import Context
from logsmith.runtime.deal import Part
from logsmith.runtime.queue_writer import QueueSettings
from logsmith.runtime.worker import pipeline_runner


async def names_of(outputs, queue):
    text = f"input {{ generator {{ count => 1 }} }} output {{ {outputs} }}"
    pipeline = compile_pipeline([Source("main.conf", text)], Context()).pipeline
    run_part = pipeline_runner(lambda _: None, lambda _: queue)
    part = Part(pipeline, 0, 1, tuple(pipeline.inputs))
    await run_part(part, stopping=trio.Event(), stop_limit_s=5.0)
    return [output.cursor_name for output in pipeline.outputs]


@pytest.mark.parametrize("is_persisted", [False, True], ids=["in memory", "persisted"])
async def test_each_output_of_a_running_pipeline_knows_its_name(tmp_path, is_persisted):
    queue = QueueSettings(tmp_path / "queue.sqlite") if is_persisted else None
    first = await names_of('null { id => "a" } null { }', queue)
    second = await names_of('null { } null { id => "a" }', queue)
    assert first[0] == second[1] == "a"
    assert first[1] == second[0] != ""
