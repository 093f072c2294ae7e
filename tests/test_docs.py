"""The documentation is true: its pipelines compile, its links lead somewhere, its reference is what the plugins say."""

import contextlib
import re
import sqlite3
from pathlib import Path

import pytest

from logsmith.cli.demo import PLACES
from logsmith.cli.docs import KINDS, page_path, write_pages
from logsmith.compiler import compile_pipeline
from logsmith.config.source import Source
from logsmith.net.certplan import Wish, make_certificates
from logsmith.plugins import Context
from logsmith.plugins.registry import UnknownPluginError, find, names
from logsmith.plugins.setting import settings_of
from logsmith.spool.dead_letters import DeadLetter, DeadLetters

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
WRITTEN_BY_HAND = [
    *ROOT.glob("*.md"),
    *(ROOT / "docs").glob("*.md"),
    *(ROOT / "pipelines").glob("*.md"),
    *(ROOT / "certs").glob("*.md"),
    *(ROOT / "changelog.d").glob("*.md"),
]
PAGES = sorted([*WRITTEN_BY_HAND, *REFERENCE.rglob("*.md")])
PLUGINS = [find(kind, name) for kind in KINDS for name in names(kind, third_parties=False)]

BLOCK = re.compile(r"^```conf\n(.*?)^```", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]+\]\(([^)#\s]+)(?:#[^)]*)?\)")


def blocks():
    for page in sorted(WRITTEN_BY_HAND):
        text = page.read_text(encoding="utf-8")
        for found in BLOCK.finditer(text):
            line = text.count("\n", 0, found.start()) + 2
            yield pytest.param(found[1], id=f"{page.relative_to(ROOT)}:{line}")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the files that the documentation's pipelines name."""
    make_certificates(Wish(folder=tmp_path / "certs", names=("localhost",)))
    (tmp_path / "GeoLite2-City.mmdb").symlink_to(PLACES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("text", list(blocks()))
def test_every_pipeline_in_the_documentation_compiles_without_complaint(text, folder):
    compilation = compile_pipeline([Source("page.md", text)], Context(path_data=folder))
    assert [one.message for one in compilation.diagnostics] == []
    assert compilation.pipeline is not None


def test_the_readme_has_pipelines():
    assert sum(str(one.id).startswith("README.md") for one in blocks()) >= 2


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_pages_leads_to_a_file(page):
    prose = FENCED.sub("", page.read_text(encoding="utf-8"))
    targets = [target for target in LINK.findall(prose) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_reference_is_what_the_plugins_say():
    """`logsmith docs` brings it up to date; a page of a plugin that is gone is deleted by hand."""
    pages = write_pages()
    there = {
        str(path.relative_to(REFERENCE)): path.read_text(encoding="utf-8") for path in REFERENCE.rglob("*.md")
    }
    assert sorted(there) == sorted(pages)
    assert [name for name, text in pages.items() if there[name] != text] == []


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda one: f"{one.kind} {one.name}")
def test_every_plugin_has_a_page_with_every_setting_and_a_sentence_for_each(plugin):
    page = write_pages()[page_path(plugin)]
    for one in settings_of(plugin).values():
        row = next(line for line in page.splitlines() if line.startswith(f"| `{one.name}` |"))
        assert re.search(r"\w[^|]*\. \|$", row), row


@pytest.mark.parametrize("plugin", PLUGINS, ids=lambda one: f"{one.kind} {one.name}")
def test_every_plugin_is_in_the_index(plugin):
    assert f"[{plugin.name}]({page_path(plugin)})" in write_pages()["README.md"]


def test_what_the_readme_says_is_missing_is_missing():
    line = next(
        line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("- these plugins:")
    )
    missing = re.findall(r"`(\w+)` (\w+)", line)
    assert missing
    for name, kind in missing:
        with pytest.raises(UnknownPluginError):
            find(kind, name)


def test_the_readme_has_the_test_command_right_under_its_heading():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.search(r"^## Test\n\n```sh\n(.+)\n```$", text, re.MULTILINE)
    assert found is not None
    assert found[1].endswith("scripts/test")


def test_the_query_for_dead_letters_finds_them(tmp_path):
    query = re.search(r'^ +"(SELECT .*)"$', (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)[1]
    path = re.search(r"sqlite3 data/(\S+) ", (ROOT / "docs" / "operations.md").read_text())[1]
    letters = DeadLetters(tmp_path / "dead_letter_queue", "main")
    second = 1_795_132_800 * 1_000_000_000
    letters.append([DeadLetter(second, "s3", "id", 7, "key too long", b'{"a":1}', b"{}", b"{}")])
    letters.close()
    with contextlib.closing(sqlite3.connect(tmp_path / path)) as table:
        assert table.execute(query).fetchall() == [
            ("2026-11-20 00:00:00", "s3", 7, "key too long", '{"a":1}')
        ]


def test_the_changelog_holds_every_fragment():
    fragments = sorted(path for path in (ROOT / "changelog.d").glob("*.md") if path.name != "README.md")
    unreleased = (
        (ROOT / "CHANGELOG.md")
        .read_text(encoding="utf-8")
        .partition("## Unreleased\n\n")[2]
        .partition("\n## ")[0]
    )
    for fragment in fragments:
        text = fragment.read_text(encoding="utf-8")
        assert text.startswith("- "), fragment.name
        assert text in unreleased, fragment.name
