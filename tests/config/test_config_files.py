"""`path.config` and `config.string` are read as Logstash reads them."""

import errno
import http.server
import os
import threading
from typing import ClassVar

import pytest

from logsmith.config import files
from logsmith.config.files import read_path, read_string


@pytest.fixture
def folder(tmp_path):
    for name in ("b.conf", "a.conf", "c.txt", ".hidden", "a.conf~"):
        (tmp_path / name).write_text(f"# {name}\n")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "d.conf").write_text("# d.conf\n")
    return tmp_path


def names(read, folder):
    return [source.name.removeprefix(f"{folder}/") for source in read.sources]


PATTERNS = {
    "a file": ("a.conf", ["a.conf"]),
    "a folder, sorted, without folders and dot files": ("", ["a.conf", "b.conf", "c.txt"]),
    "a glob": ("*.conf", ["a.conf", "b.conf"]),
    "alternatives": ("{b,a,zz}.{conf,txt}", ["a.conf", "b.conf"]),
    "a character class": ("[bc].*", ["b.conf", "c.txt"]),
    "all depths": ("**/*.conf", ["a.conf", "b.conf", "sub/d.conf"]),
}


@pytest.mark.parametrize(("pattern", "expected"), PATTERNS.values(), ids=PATTERNS)
@pytest.mark.parametrize("scheme", ["", "file://"])
def test_reads(folder, pattern, expected, scheme):
    read = read_path(f"{scheme}{folder}/{pattern}".rstrip("/"))
    assert names(read, folder) == expected
    assert [source.text for source in read.sources] == [f"# {name.rpartition('/')[2]}\n" for name in expected]


def test_an_editors_copy_is_skipped_with_a_warning(folder):
    [diagnostic] = read_path(str(folder)).diagnostics
    assert (diagnostic.code, diagnostic.severity) == ("skipped-file", "warning")
    assert diagnostic.span.source.name == f"{folder}/a.conf~"


NOTHING = {
    "no such file": ("none.conf", "nothing matches path.config", "there is no such file in {folder}"),
    "no such folder": ("none/a.conf", "nothing matches path.config", "there is no folder {folder}/none"),
    "a glob": ("*.none", "nothing matches path.config", ""),
    "a list": (
        "a.conf,b.conf",
        "nothing matches path.config",
        "a glob or a folder: {{{folder}/a.conf,b.conf}}",
    ),
    "a folder without files": ("empty", "the folder has none", "with a glob: **/*.conf"),
}


@pytest.mark.parametrize(("name", "message", "hint"), NOTHING.values(), ids=NOTHING)
def test_nothing_to_read_is_an_error(folder, name, message, hint):
    (folder / "empty" / "below").mkdir(parents=True)
    read = read_path(f"{folder}/{name}")
    [found] = read.diagnostics
    assert (found.code, found.message) == ("missing-file", f"no file to read: {message}")
    assert found.hint.endswith(hint.format(folder=folder))
    assert not read.sources


@pytest.mark.parametrize("name", ["locked/a.conf", "locked", "locked/*.conf"])
def test_a_folder_that_one_may_not_look_into_is_not_called_empty(folder, monkeypatch, name):
    (folder / "locked").mkdir()
    stat = os.stat

    def forbidden(path, *words, **more):  # as root, who may run this test, nothing is
        if str(path).startswith(f"{folder}/locked/"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return stat(path, *words, **more)

    monkeypatch.setattr(os, "stat", forbidden)
    [found] = read_path(f"{folder}/{name}").diagnostics
    assert found.message == "cannot be looked into: Permission denied"
    assert found.span.source.name == f"{folder}/locked"


OTHER_TEXTS = {
    "a byte of Latin-1": (b"filter {\n # caf\xe9\n}", "not UTF-8: byte 0xe9", (2, 7)),
    "UTF-16 with its mark": ("filter { }".encode("utf-16"), "is UTF-16, not UTF-8", None),
    "UTF-16 without one": ("filter { }".encode("utf-16-le"), "is UTF-16, not UTF-8", None),
    "UTF-16, the other way round": ("filter { }".encode("utf-16-be"), "is UTF-16, not UTF-8", None),
    "an odd length": ("filter".encode("utf-16-le")[:-1] + b"\xff", "not UTF-8: byte 0xff", (1, 12)),
}


@pytest.mark.parametrize(("content", "message", "position"), OTHER_TEXTS.values(), ids=OTHER_TEXTS)
def test_what_is_not_utf8_is_an_error_and_the_rest_is_read(folder, content, message, position):
    (folder / "b.conf").write_bytes(content)
    read = read_path(f"{folder}/*.conf")
    assert names(read, folder) == ["a.conf"]
    [diagnostic] = read.diagnostics
    assert (diagnostic.code, diagnostic.message, diagnostic.position) == ("not-utf8", message, position)


def test_line_ends_and_a_byte_order_mark_stay(folder):
    (folder / "a.conf").write_bytes(b"\xef\xbb\xbffilter {\r\n}\r\n")
    [source] = read_path(f"{folder}/a.conf").sources
    assert source.text == "\ufefffilter {\r\n}\r\n"


STRINGS = {
    "both missing": ("filter { }", ["config.string", "default input", "default output"]),
    "no output": ("input{stdin{}}", ["config.string", "default output"]),
    "no input": ("output \n { }", ["config.string", "default input"]),
    "none missing": ("input { } output { }", ["config.string"]),
    "a comment counts": ("# input { output {", ["config.string"]),
    "an empty text": ("", ["config.string", "default input", "default output"]),
}


@pytest.mark.parametrize(("text", "expected"), STRINGS.values(), ids=STRINGS)
def test_a_string_gets_the_sections_it_lacks(text, expected):
    read = read_string(text)
    assert [source.name for source in read.sources] == expected
    assert [one.code for one in read.diagnostics] == ["default-section"] * (len(expected) - 1)
    assert not any(one.is_error for one in read.diagnostics)


class Pipelines(http.server.BaseHTTPRequestHandler):
    answers: ClassVar = {"/ok?x=1": (200, b"filter { }"), "/moved": (302, b""), "/long": (200, b"x" * 2000)}

    def do_GET(self):
        status, body = self.answers.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("Location", "/ok?x=1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def address():
    server = http.server.HTTPServer(("127.0.0.1", 0), Pipelines)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_address_is_fetched(address):
    [source] = read_path(f"{address}/ok?x=1").sources
    assert source.text == "filter { }"


@pytest.mark.parametrize("path", ["moved", "none"])
def test_redirects_are_not_followed(address, path):
    read = read_path(f"{address}/{path}")
    assert [one.code for one in read.diagnostics] == ["missing-file"]


@pytest.mark.parametrize(("limit", "is_read"), [(2000, True), (1999, False)])
def test_an_answer_has_a_most_length(address, limit, is_read, monkeypatch):
    monkeypatch.setattr(files, "FETCH_MAX_BYTES", limit)
    assert bool(read_path(f"{address}/long").sources) is is_read


def test_an_address_that_does_not_answer_is_an_error():
    [diagnostic] = read_path("http://127.0.0.1:1/x").diagnostics
    assert diagnostic.code == "missing-file"
