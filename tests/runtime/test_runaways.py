"""Whatever runs away in a worker is interrupted there, and its event goes on, tagged."""

import json
import subprocess
import sys

import pytest

from logsmith.compiler import CompiledPipeline, compile_pipeline
from logsmith.config.source import Source
from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.codecs import multiline
from logsmith.plugins.codecs.multiline import Multiline
from logsmith.regex import LONGEST_MATCH_S, budget, match_watch

RUNAWAY, TEXT = "(?:x+x+)+y", "y" + "x" * 45  # what must be there is there, at the wrong place
BEYOND_RE = RUNAWAY + "(?~z)"  # only Oniguruma has words for it
LIMIT_S, TICKS = 0.1, 40

FILTERS = {
    "gsub": f'mutate {{ gsub => ["message", "{RUNAWAY}", ""] }}',
    "condition": f'if [message] =~ /{RUNAWAY}/ {{ mutate {{ add_tag => ["yes"] }} }} else {{ mutate {{ add_tag => ["no"] }} }}',
    "negated condition": f'if [message] !~ /{RUNAWAY}/ {{ mutate {{ add_tag => ["yes"] }} }}',
    "condition beyond re": f'if [message] =~ /{BEYOND_RE}/ {{ mutate {{ add_tag => ["yes"] }} }}',
    "second condition": f'if [message] == "" {{ drop {{}} }} else if [message] =~ /{RUNAWAY}/ {{ drop {{}} }} else if [message] =~ /x+/ {{ mutate {{ add_tag => ["x"] }} }}',
    "prune by name": f'prune {{ blacklist_names => ["{RUNAWAY}"] }}',
    "prune by value": f'prune {{ whitelist_values => {{ "message" => "{RUNAWAY}" }} }}',
    "translate": f'translate {{ source => "message" target => "t" regex => true dictionary => {{ "{RUNAWAY}" => "y" }} }}',
    "grok": f'grok {{ match => {{ "message" => "(?<a>{RUNAWAY})" }} timeout_millis => 100 }}',
    "grok on a list": f'grok {{ match => {{ "texts" => "(?<a>{RUNAWAY})" }} timeout_millis => 100 }}',
    "kv": f'kv {{ value_split_pattern => "{RUNAWAY}" timeout_millis => 100 }}',
    "ruby loop": 'ruby { code => "loop { }" }',
    "ruby rescue": 'ruby { code => "begin; while true; end; rescue Exception; event.set(1, 2); end" }',
    "ruby match": f'ruby {{ code => "event.get(%q(message)) =~ /{RUNAWAY}/" }}',
    "python loop": 'python { code => "while True: pass" }',
}  # fmt: skip
TAGS = {
    "gsub": ["_mutate_error"],
    "condition": ["_conditionfailure", "no"],
    "negated condition": ["_conditionfailure"],
    "condition beyond re": ["_conditionfailure"],
    "second condition": ["_conditionfailure", "x"],
    "prune by name": ["_prune_filter_error"],
    "prune by value": ["_prune_filter_error"],
    "translate": ["_translate_filter_error"],
    "grok": ["_groktimeout"],
    "grok on a list": ["_groktimeout"],
    "kv": ["_kv_filter_timeout"],
    "ruby loop": ["_rubyexception"],
    "ruby rescue": ["_rubyexception"],
    "ruby match": ["_rubyexception"],
    "python loop": ["_pythonexception"],
}
START = f"""
import sys
from logsmith.cli import main
from logsmith.plugins.filters import python, ruby
module = sys.modules["logsmith.regex.budget"]
module.TICKS, module.match_watch.limit_s = {TICKS}, {LIMIT_S}
ruby.BUDGET_S = python.BUDGET_S = {LIMIT_S}
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def came_out(tmp_path_factory):
    """What a real worker made of an event for each filter, by kind: to one file if its message ends in y, to another else."""
    folder = tmp_path_factory.mktemp("runaways")
    filters = "\n".join(f'if [kind] == "{kind}" {{ {text} }}' for kind, text in FILTERS.items())
    outputs = f"""if [kind] == "output" and [message] =~ /{RUNAWAY}/ {{ file {{ path => "{folder}/y" }} }}
        else {{ file {{ path => "{folder}/out" codec => json_lines }} }}"""
    text = f"input {{ stdin {{ codec => json_lines }} }} filter {{ {filters} }} output {{ {outputs} }}"
    (folder / "main.conf").write_text(text)
    given = [{"kind": kind, "message": TEXT, TEXT: 1, "texts": [TEXT]} for kind in (*FILTERS, "output")]
    words = ["-f", f"{folder}/main.conf", "--path.data", f"{folder}/data", "-w", "1", "--api.enabled=false"]
    done = subprocess.run(
        [sys.executable, "-c", START, *words],
        input="".join(json.dumps(one) + "\n" for one in given).encode(),
        capture_output=True,
        timeout=60,
        cwd=folder,
        check=False,
    )
    assert done.returncode == 0, done
    events = [json.loads(line) for line in (folder / "out").read_text().splitlines()]
    return {event["kind"]: event for event in events}


@pytest.mark.slow
@pytest.mark.parametrize("kind", FILTERS)
def test_a_runaway_is_interrupted_in_a_worker_and_its_event_goes_on(came_out, kind):
    assert came_out[kind].get("tags") == TAGS[kind]
    assert came_out[kind]["message"] == TEXT


@pytest.mark.slow
def test_a_condition_of_outputs_that_runs_away_counts_as_false(came_out):
    assert came_out["output"]["tags"] == ["_conditionfailure"]


def test_a_multiline_pattern_that_runs_away_counts_as_one_that_does_not_match(monkeypatch):
    monkeypatch.setattr(multiline, "LONGEST_MATCH_S", 0.02)
    monkeypatch.setattr(match_watch, "limit_s", 0.02)
    codec = Multiline(Context(), {"pattern": RUNAWAY, "what": "previous"})
    assert list(codec.prepare()) == []
    chunk = f"a\nxxy\n{TEXT}\n".encode()
    texts = [event.top("message") for event in (*codec.decode(chunk), *codec.flush())]
    assert texts == ["a\nxxy", TEXT]


@pytest.mark.parametrize(
    ("config", "limit_s"),
    [
        ('filter { mutate { gsub => ["a", "x", "y"] } }', LONGEST_MATCH_S),
        ('filter { mutate { uppercase => ["a"] } }', 0),
        ("filter { if [a] =~ /x+/ { drop {} } }", LONGEST_MATCH_S),
        ("filter { if [a] =~ /x/ { drop {} } }", 0),
        ("output { if [a] =~ /x+/ { null {} } }", LONGEST_MATCH_S),
        ("filter { grok { timeout_millis => 30000 } }", 30),
        ("filter { if [a] =~ /x+/ { grok { timeout_millis => 20 } } }", 0.02),
        ('filter { translate { source => "a" regex => true dictionary => { "a" => "b" } } }', LONGEST_MATCH_S),
        ('filter { translate { source => "a" dictionary => { "a" => "b" } } }', 0),
    ],
)  # fmt: skip
def test_a_pipeline_knows_the_shortest_limit_of_its_matches(config, limit_s):
    pipeline = compile_pipeline([Source("main.conf", config)], Context()).pipeline
    assert isinstance(pipeline, CompiledPipeline)
    assert pipeline.longest_match_s == limit_s


def test_each_filter_keeps_its_own_limit_beside_shorter_ones():
    config = f'filter {{ grok {{ match => {{ "message" => "(?:x+x+)+y|{"x" * 18}" }} timeout_millis => 30000 }} kv {{ timeout_millis => 1 }} }}'
    pipeline = compile_pipeline([Source("main.conf", config)], Context()).pipeline
    with budget.armed(pipeline.longest_match_s):
        (event,) = pipeline.filter([Event({"message": "x" * 22})])
    assert event.top("tags") is None
