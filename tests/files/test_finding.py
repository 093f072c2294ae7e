"""Finding files and reading spans of time."""

import os

import pytest

from logsmith.files.discover import expand_braces, find_files
from logsmith.files.errors import FilesError
from logsmith.files.lines import split_lines, split_text
from logsmith.files.spans import parse_span


@pytest.mark.parametrize(
    ("pattern", "plain"),
    [
        ("/a/*.log", ["/a/*.log"]),
        ("/{a,b}/x", ["/a/x", "/b/x"]),
        ("/{a,b{1,2}}", ["/a", "/b1", "/a", "/b2"]),
        ("/{a", ["/{a"]),
        ("/a{,.1}", ["/a", "/a.1"]),
    ],
)
def test_braces_stand_for_each_choice(pattern, plain):
    assert list(expand_braces(pattern)) == plain


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        ("*.log", ["a.log", "b.log"]),
        ("**/*.log", ["a.log", "b.log", "deep/c.log"]),
        ("[a]*", ["a.log"]),
        ("?.log", ["a.log", "b.log"]),
        ("deep/../a.log", ["deep/../a.log"]),
        ("*", ["a.log", "b.log"]),
        ("none", []),
    ],
)
def test_only_regular_files_are_found(tmp_path, pattern, names):
    (tmp_path / "deep").mkdir()
    for name in ("a.log", "b.log", ".hidden", "deep/c.log"):
        (tmp_path / name).write_text("")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "broken").symlink_to("nowhere")
    found = find_files([f"{tmp_path}/{pattern}"], [])
    assert sorted(one.path.removeprefix(f"{tmp_path}/") for one in found) == names


@pytest.mark.parametrize(
    ("text", "unit_s", "seconds"),
    [
        ("15", 1, 15),
        ("14", 86_400, 14 * 86_400),
        ("0.5", 1, 0.5),
        ("1 hour", 1, 3600),
        ("2h", 86_400, 7200),
        ("1 w", 1, 604_800),
        ("500 msec", 1, 0.5),
        ("10usec", 1, 1e-5),
        ("3 minutes", 1, 180),
    ],
)
def test_a_span_is_read(text, unit_s, seconds):
    assert parse_span(text, unit_s) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "soon", "-1", "1 fortnight", "1 h 2 m"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(FilesError, match="expected a time"):
        parse_span(text)


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        (b"a\nb\n", ["a", "b"]),
        (b"a\nb", ["a", "b"]),
        (b"\n\n", ["", ""]),
        (b"a\xff\n\xc3\xa9\n", ["a\\xFF", "é"]),
        (b"a\x85b\x0bc\r\n", ["a\\x85b\\vc\\r"]),
    ],
)
def test_a_block_is_split_at_its_delimiter_only(block, lines):
    assert split_text(block, b"\n") == lines
    assert len(split_lines(block, b"\n")) == len(lines)
