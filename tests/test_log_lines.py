"""The log: what stands on every line."""

import io
import json
import os

import pytest

from logsmith import log


@pytest.fixture(autouse=True)
def _as_it_was():
    yield
    log.configure()
    log.bind()


@pytest.mark.parametrize("form", ["plain", "json"])
def test_facts_of_the_process_are_on_every_line(form):
    stream = io.StringIO()
    log.configure(format=form, stream=stream)
    log.bind(worker=1)
    log.Logger("logstash.worker").info("Pipeline started", **{"pipeline.id": "main"})
    facts = {"pipeline.id": "main", "worker": 1}
    if form == "json":
        assert json.loads(stream.getvalue())["logEvent"] == {"message": "Pipeline started", **facts}
    else:
        assert stream.getvalue().endswith(f"Pipeline started {json.dumps(facts)}{os.linesep}")
