import pytest

from logsmith.event import Event, Timestamp
from logsmith.plugins import Context
from logsmith.plugins.build import BuildError, make_plugin
from logsmith.regex import budget


def make(**values):
    return make_plugin("filter", "python", values, Context())[0]


def run(fields, **values):
    return [event.to_map() for event in make(**values).expand(Event(dict(fields)))]


CODES = [
    ("event.set('b', event.get('a') + 1)", {"a": 1}, [{"a": 1, "b": 2}]),
    ("event.set('[x][y]', (1, {'k': {2}}))", {}, [{"x": {"y": [1, {"k": [2]}]}}]),
    ("event.remove('a')\nevent.tag('t')", {"a": 1}, [{"tags": ["t"]}]),
    ("event.get('l').append(1)\nevent.to_dict()['l'].append(2)", {"l": []}, [{"l": []}]),
    ("if event.include('a'):\n    return\nevent.tag('none')", {"a": None}, [{"a": None}]),
    ("event.cancel()", {}, []),
    (
        "emit(event.clone())\nevent.set('s', event.sprintf('%{a}!'))",
        {"a": 1},
        [{"a": 1, "s": "1!"}, {"a": 1}],
    ),
    ("    # indented\n    event.set('p', params['k'])", {}, [{"p": "v"}]),
    (
        "import datetime\nevent.set('t', datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc))",
        {},
        [{"t": Timestamp(0)}],
    ),
    ("event.set('x', object())", {}, [{"tags": ["_pythonexception"]}]),
    ("return 5", {}, [{"tags": ["_pythonexception"]}]),
    ("return []", {}, []),
    ("raise ValueError", {}, [{"tags": ["_pythonexception"]}]),
]


@pytest.mark.parametrize(("code", "given", "expected"), CODES)
def test_the_code_changes_the_event_so(code, given, expected):
    assert run(given, code=code, script_params={"k": "v"}) == expected


def test_init_runs_once_in_the_same_module():
    python = make(init="seen = []", code="seen.append(1)\nevent.set('n', len(seen))")
    assert [python.expand(Event({}))[0].top("n") for _ in range(2)] == [1, 2]
    assert python.is_stateful


@pytest.mark.parametrize(
    ("code", "is_stateful"),
    [
        ("x = []\nx.append(1)", False),
        ("event.set('a', 1)", False),
        ("seen['a'] = 1", True),
        ("global n\nn = 1", True),
    ],
)
def test_only_code_that_changes_what_is_outside_is_stateful(code, is_stateful):
    assert make(init="seen, n = {}, 0", code=code).is_stateful is is_stateful


def test_code_that_runs_away_is_interrupted():
    python = make(code="while True:\n  try:\n    while True: pass\n  except Exception: pass")
    with budget.armed(0, 0.02):
        assert python.expand(Event({}))[0].to_map() == {"tags": ["_pythonexception"]}


def test_a_file_defines_the_filter(tmp_path):
    path = tmp_path / "f.py"
    path.write_text(
        "def register(params):\n    global k\n    k = params['k']\n\ndef filter(event):\n    event.set('k', k)\n"
    )
    assert run({}, path=str(path), script_params={"k": 1}, add_tag=["x"]) == [{"k": 1, "tags": ["x"]}]


@pytest.mark.parametrize(
    ("values", "setting", "offset"),
    [
        ({"code": "  x = 1\n  y = = 2"}, "code", 14),
        ({"code": "x = 1", "init": "1 / 0"}, "init", None),
        ({"code": "x = 1", "init": "(x"}, "init", 0),
        ({}, None, None),
    ],
)
def test_what_is_wrong_is_told_at_its_place(values, setting, offset):
    with pytest.raises(BuildError) as caught:
        make(**values)
    assert [(one.setting, one.offset) for one in caught.value.problems] == [(setting, offset)]
