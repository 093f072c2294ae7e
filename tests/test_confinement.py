"""Text from events never escapes: not from an index name, a bulk line, an object's key, or a file's path."""

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest

from logsmith.elasticsearch.actions import Actions, ActionSettings
from logsmith.elasticsearch.destination import IndexDestination
from logsmith.elasticsearch.errors import RefusedEventError
from logsmith.event import Event, Sprintf
from logsmith.files.confined import ConfinedPath, RefusedPathError
from logsmith.files.written import WritePlan, WrittenFiles
from logsmith.s3.files import LOCK, KeyTooLongError, Workspace, confined_prefix

CONTROL = [chr(code) for code in (*range(32), *range(127, 160))]
HOSTILE = [
    "",
    ".",
    "..",
    "../x",
    "../../etc/passwd",
    "/etc/passwd",
    "a/../../b",
    "./.",
    "//",
    "a//b",
    "..\\..\\x",
    "x" * 256,
    "x" * 5000,
    "é" * 200,
    "/".join(["d"] * 2000),
    "/".join([".."] * 2000),
    LOCK,
    f"{LOCK}/x",
    f"a/{LOCK}",
    "%{unfilled}",
    "*",
    "<x>",
    "a,b",
    "a b",
    '"}}\n{"delete":{"_index":"i","_id":"1"}}\n{"a":"',
    "\ud800",
    "\u2028",
    "\u202e",
    "\ufeff",
    "．．/x",
    *CONTROL,
]


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "s3")
    made.open()
    yield made
    made.close()


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_an_object_lies_below_its_workspace_under_a_key_without_control_characters(text, workspace):
    try:
        prefix = confined_prefix(text)
    except KeyTooLongError as error:
        reason = str(error)
    else:
        reason = ""
    if reason:
        assert "longer than" in reason
        return
    file = workspace.new_file(prefix, "ls.s3.x.part0.txt", 0.0, is_gzip=False)
    file.append(b"x")
    file.close()
    real = Path(os.path.realpath(file.path))
    assert real.is_relative_to(os.path.realpath(workspace.path))
    assert workspace.path / LOCK not in real.parents
    assert not set(file.key) & set(CONTROL)
    assert not {".", "..", ""} & set(file.key.split("/"))


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_a_file_lies_below_its_static_folder_or_is_refused_in_words(text, tmp_path):
    confined = ConfinedPath(Sprintf.parse(f"{tmp_path}/logs/%{{v}}.log"), "_failures")
    path, reason = "", ""
    try:
        path = confined.of(Event({"v": text}))
    except RefusedPathError as error:
        reason = str(error)
    if reason:
        assert reason.isprintable()
        return
    assert path.startswith(f"{tmp_path}/logs/")
    assert not set(path) & set(CONTROL)
    files = WrittenFiles(WritePlan())
    with suppress(OSError):  # too long: the output then takes the failure file
        files.write(path, b"x\n")
    files.close()
    assert sorted(one.name for one in tmp_path.iterdir()) in ([], ["logs"])


@pytest.mark.parametrize("index", ["%{v}", "logs-%{v}"])
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_an_index_is_refused_in_words_or_is_a_name_of_one_segment(text, index):
    actions = Actions(ActionSettings(), IndexDestination(Sprintf.parse(index)), lambda _: None)
    event = Event.from_map({"v": text, "@timestamp": "2024-05-06T07:08:09.123Z"})
    try:
        about, _ = actions.lines(event)[:-1].split(b"\n")
    except RefusedEventError as error:
        about, reason = b"", str(error)
    if not about:
        assert reason.isprintable()
        assert "index name" in reason
        return
    name = json.loads(about)["index"]["_index"]
    assert not set(name) & {*CONTROL, *'/\\*?"<>|,#: \u2028\u202e\ufeff'}
    assert name not in ("", ".", "..")
    assert "%{" not in name
    assert len(name.encode()) <= 255


@pytest.mark.parametrize("setting", ["document_id", "routing", "pipeline", "parent"])
@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:30])
def test_no_text_of_an_event_makes_a_line_of_its_own(text, setting):
    settings = ActionSettings(**{setting: Sprintf.parse("%{v}")})
    actions = Actions(settings, IndexDestination(Sprintf.parse("i")), lambda _: None)
    event = Event.from_map({"v": text, text: {text: [text]}, "@timestamp": "2024-05-06T07:08:09.123Z"})
    if setting == "document_id" and (not text or len(text.encode("utf-8", "replace")) > 512):
        with pytest.raises(RefusedEventError, match="document_id"):
            actions.lines(event)
        return
    written = actions.lines(event)
    assert written.count(b"\n") == 2
    about, document = (json.loads(line) for line in written[:-1].split(b"\n"))
    assert list(about) == ["index"]
    assert "delete" not in document
