"""What the csv codec makes of rows, and the rows that it writes."""

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.build import BuildError, make_plugin

STAMP = "2020-01-01T00:00:00.000Z"
FAILED = ["_csvparsefailure"]


def codec(ecs="disabled", **values):
    made, _ = make_plugin("codec", "csv", values, Context(ecs=ecs))
    return made.fresh()


def decoded(made, *chunks):
    events = [event for chunk in chunks for event in made.decode(chunk.encode())]
    return [{k: v for k, v in event.to_map().items() if not k.startswith("@")} for event in events]


READ = {
    "columns without names": ({}, 'a,,"b,c"', {"column1": "a", "column2": None, "column3": "b,c"}),
    "without names for the rest": ({"columns": "x", "autogenerate_column_names": False}, "a,b", {"x": "a"}),
    "no empty columns": ({"skip_empty_columns": True}, ',"",c', {"column3": "c"}),
    "the first row only": ({}, "a\nb", {"column1": "a"}),
    "another separator and quote": ({"separator": "::", "quote_char": "'"}, "'a::b'::c", {"column1": "a::b", "column2": "c"}),
    "references": ({"columns": ["[a][b]", "c"]}, "1,2", {"a": {"b": "1"}, "c": "2"}),
    "below a target": ({"columns": ["a", "[b][c]"], "target": "[t]"}, "1,2", {"t": {"a": "1", "b": {"c": "2"}}}),
    "converted": ({"convert": {"column1": "integer", "column2": "boolean"}}, "0x10,TRUE", {"column1": 16, "column2": True}),
    "in a charset": ({"charset": "ASCII-8BIT"}, "é", {"column1": "\ufffd\ufffd"}),
    "wrong quotes": ({}, 'a"b,c', {"message": 'a"b,c', "tags": FAILED}),
    "no row": ({}, "", {"message": "", "tags": FAILED}),
    "an empty row": ({}, "\n", {}),
    "an empty boolean": ({"convert": {"column1": "boolean"}}, ",x", {"message": ",x", "tags": FAILED}),
}  # fmt: skip


@pytest.mark.parametrize(("values", "text", "expected"), READ.values(), ids=READ)
def test_reads(values, text, expected):
    assert decoded(codec(**values), text) == [expected]


def test_a_column_may_be_the_time():
    (event,) = codec(columns=["@timestamp"]).decode(STAMP.encode())
    assert str(event.top("@timestamp")) == STAMP


def test_keeps_the_row_as_it_came_in_ecs_mode():
    assert decoded(codec("v8"), "a,b\n")[0]["event"] == {"original": "a,b\n"}
    assert "event" not in decoded(codec("v8"), '"a')[0]


def test_the_first_row_of_each_stream_names_the_columns():
    made, _ = make_plugin("codec", "csv", {"autodetect_column_names": True}, Context(ecs="disabled"))
    first, second = made.fresh(), made.fresh()
    assert decoded(first, "id,name", "1,ann") == [{"id": "1", "name": "ann"}]
    assert decoded(second, "key", "2") == [{"key": "2"}]


WRITTEN = {
    "columns in order": ({"columns": ["b", "[n][x]", "gone"]}, "b,5,\n"),
    "all fields": ({}, f'a;b,b,"{{""x"" => 5}}",{STAMP},1\n'),
    "quoted where it must be": ({"columns": ["a", "b"], "separator": ";", "quote_char": "'"}, "'a;b';b\n"),
    "the names first": ({"columns": ["b", "[n][x]"], "include_headers": True}, "b,[n][x]\nb,5\n"),
    "the names of all fields first": ({"include_headers": True}, f'a,b,n,@timestamp,@version\na;b,b,"{{""x"" => 5}}",{STAMP},1\n'),
}  # fmt: skip


@pytest.mark.parametrize(("values", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_writes(values, expected):
    event = Event.from_map({"a": "a;b", "b": "b", "n": {"x": 5}, "@timestamp": STAMP})
    assert codec(**values).encode(event).decode() == expected


def test_the_names_are_written_once():
    made = codec(columns=["a"], include_headers=True)
    assert [made.encode(Event.from_map({"a": a})) for a in "xy"] == [b"a\nx\n", b"y\n"]


CELLS = [(None, ""), ("", '""'), ("a b", "a b"), (" a", " a"), ('a"b', '"a""b"'), ("a\nb", '"a\nb"'), ("a\rb", '"a\rb"'),
         (True, "true"), (1.0, "1.0"), ([1, "a"], '"[1, ""a""]"')]  # fmt: skip


@pytest.mark.parametrize(("value", "expected"), CELLS)
def test_cells_are_written_as_ruby_writes_them(value, expected):
    assert codec(columns=["a", "b"]).encode(Event.from_map({"a": value})).decode() == expected + ",\n"


@pytest.mark.parametrize(
    ("name", "value"), [("quote_char", "ab"), ("separator", ""), ("charset", "EBCDIC-7"), ("columns", ["[a"])]
)
def test_bad_settings_are_refused(name, value):
    with pytest.raises(BuildError):
        codec(**{name: value})
