"""`logsmith docs`: what a page looks like, and where pages go."""

import inspect
from typing import Literal

import pytest

from logsmith.cli.docs import DEFAULT_FOLDER, _configuration, _default, _table, main, write_pages
from logsmith.event import FieldRef, Sprintf
from logsmith.plugins import (
    REQUIRED,
    ByteSize,
    Codec,
    CodecSetting,
    Duration,
    Example,
    Filter,
    Password,
    setting,
)
from logsmith.plugins.setting import settings_of


class Sample(Filter):
    wanted: str = setting(REQUIRED, "A text.")
    count: int = setting(3, "A number.", old={"number": None})
    size: ByteSize = setting(ByteSize(1024), "A size.")
    pause: Duration = setting(Duration(2.5), "A time.")
    on: bool = setting(True, "A switch.")
    maybe: str | None = setting(None, "Perhaps a text.")
    names: list[str] = setting(["a", 'b"c'], "Texts.")
    pairs: dict[str, str] = setting({"a": "b"}, "Pairs.")
    empty: dict[str, str] = setting({}, "Nothing.")
    field: FieldRef = setting(FieldRef.parse("[a][b]"), "A field.")
    text: Sprintf = setting(Sprintf.parse("x-%{a}"), "A text with fields.")
    secret: Password = setting(Password("hidden"), "A secret.")
    mode: Literal["a|b", "c"] = setting("c", "A choice.")
    codec: Codec = setting(CodecSetting("plain"), "A codec.")
    gone: str = setting("x", "Gone.", obsolete="use wanted")


ROWS = {
    "wanted": "| `wanted` | string | required | A text. |",
    "count": "| `count` | integer | `3` | A number. Formerly `number`. |",
    "size": "| `size` | bytes | `1024` | A size. |",
    "pause": "| `pause` | seconds | `2.5` | A time. |",
    "on": "| `on` | boolean | `true` | A switch. |",
    "maybe": "| `maybe` | string | – | Perhaps a text. |",
    "names": '| `names` | array of string | `["a", "b\\"c"]` | Texts. |',
    "pairs": '| `pairs` | hash of string | `{ "a" => "b" }` | Pairs. |',
    "empty": "| `empty` | hash of string | `{ }` | Nothing. |",
    "field": '| `field` | field reference | `"[a][b]"` | A field. |',
    "text": '| `text` | string, sprintf | `"x-%{a}"` | A text with fields. |',
    "secret": "| `secret` | password | `<password>` | A secret. |",
    "mode": '| `mode` | one of `a\\|b`, `c` | `"c"` | A choice. |',
    "codec": "| `codec` | codec | `plain` | A codec. |",
    "gone": "| `gone` | string | – | Obsolete: use wanted. |",
}


@pytest.mark.parametrize("name", ROWS)
def test_a_setting_is_a_row_with_type_default_and_sentence(name):
    assert list(_table(Sample, [settings_of(Sample)[name]]))[-1] == ROWS[name]


def test_an_example_is_written_as_a_pipeline():
    example = Example("works", config='wanted => "a"\ncount => 2', given={}, expect=[])
    assert list(_configuration(Sample, example)) == [
        "filter {",
        f"  {Sample.name} {{",
        '    wanted => "a"',
        "    count => 2",
        "  }",
        "}",
    ]


def test_a_default_that_the_machine_decides_is_told_in_words():
    page = write_pages()["outputs/s3.md"]
    row = next(line for line in page.splitlines() if line.startswith("| `upload_workers_count`"))
    assert "| half the CPUs |" in row


def test_a_page_has_summary_settings_and_examples():
    page = write_pages()["filters/drop.md"]
    assert page.startswith("# drop (filter)\n")
    headings = [line for line in page.splitlines() if line.startswith("## ")]
    assert headings == ["## Settings", "## Settings of every filter", "## Examples"]
    drop = inspect.getdoc(__import__("logsmith.plugins.filters.drop", fromlist=["_"]))
    assert drop.splitlines()[0] in page


def test_the_index_knows_other_names_of_a_plugin():
    assert "| elastic_agent | Another name of [beats](inputs/beats.md). |" in write_pages()["README.md"]


def test_pages_are_the_same_each_time():
    assert write_pages() == write_pages()


def test_docs_writes_all_pages_into_a_folder(tmp_path, capsys):
    assert main([str(tmp_path / "new" / "place")]) == 0
    written = {str(path.relative_to(tmp_path / "new" / "place")) for path in tmp_path.rglob("*.md")}
    assert written == set(write_pages())
    assert capsys.readouterr().out == f"{len(written)} pages in {tmp_path}/new/place\n"


def test_docs_goes_to_the_reference_of_this_folder_by_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main([]) == 0
    assert (tmp_path / DEFAULT_FOLDER / "README.md").exists()


def test_docs_says_what_stands_in_its_way(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert main([str(tmp_path / "file")]) == 1
    assert "logsmith docs: " in capsys.readouterr().err


def test_a_default_of_none_is_a_dash():
    assert _default(None, settings_of(Sample)["maybe"]) == "–"
