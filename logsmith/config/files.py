"""Read what `path.config` and `config.string` name, as Logstash does: into one source for each file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from logsmith.config.diagnostics import Diagnostic
from logsmith.config.source import Source, nowhere

FETCH_TIMEOUT_S = 10
FETCH_MAX_BYTES = 10 * 1024 * 1024

_DEFAULTS = {
    "input": "input { stdin { type => stdin } }",
    "output": "output { stdout { codec => rubydebug } }",
}


class Files(NamedTuple):
    """The sources in the order they are joined, and what kept others away."""

    sources: tuple[Source, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_path(path: str) -> Files:
    """Read the file, the files of the folder, the files that match the glob, or the address."""
    if path.startswith(("http://", "https://")):
        return _fetch(path)
    pattern = path.removeprefix("file://")
    if Path(pattern).is_dir():
        pattern = str(Path(pattern) / "*")
    sources: list[Source] = []
    diagnostics: list[Diagnostic] = []
    for name in _glob(pattern):
        if Path(name).is_dir():
            continue
        if name.endswith("~"):
            message = "this file looks like an editor's copy, and is not read"
            diagnostics.append(Diagnostic("skipped-file", message, nowhere(name), severity="warning"))
            continue
        found = _read(name)
        if isinstance(found, Source):
            sources.append(found)
        else:
            diagnostics.append(found)
    if not sources and not any(diagnostic.is_error for diagnostic in diagnostics):
        message = "no file to read: nothing matches path.config"
        diagnostics.append(Diagnostic("missing-file", message, nowhere(path)))
    return Files(tuple(sources), tuple(diagnostics))


def read_string(text: str) -> Files:
    """Take the text of `config.string`; a missing input or output is added, with a warning."""
    sources = [Source("config.string", text)]
    diagnostics: list[Diagnostic] = []
    for kind, default in _DEFAULTS.items():
        # Logstash looks at the raw text, comments included.
        if not re.search(rf"{kind}\s*\{{", text):
            sources.append(Source(f"default {kind}", default))
            message = f"there is no {kind} section, so this is added: {default}"
            diagnostics.append(
                Diagnostic("default-section", message, nowhere("config.string"), severity="warning")
            )
    return Files(tuple(sources), tuple(diagnostics))


def _glob(pattern: str) -> list[str]:
    import glob  # noqa: PLC0415  only a start needs it

    return sorted({name for one in _alternatives(pattern) for name in glob.glob(one, recursive=True)})  # noqa: PTH207  Path.glob takes no absolute patterns


def _alternatives(pattern: str) -> list[str]:
    """Write out `{a,b}`, which Ruby's globs have and Python's lack."""
    found = re.search(r"\{([^{}]*)\}", pattern)
    if found is None:
        return [pattern]
    before, after = pattern[: found.start()], pattern[found.end() :]
    return [whole for part in found[1].split(",") for whole in _alternatives(before + part + after)]


def _read(name: str) -> Source | Diagnostic:
    try:
        content = Path(name).read_bytes()
    except OSError as error:
        return Diagnostic("missing-file", f"cannot be read: {error.strerror}", nowhere(name))
    return _decoded(name, content)


def _decoded(name: str, content: bytes) -> Source | Diagnostic:
    try:
        return Source(name, content.decode())
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8: byte {content[error.start]:#04x} on line {line}"
        return Diagnostic("not-utf8", message, nowhere(name), "save the file as UTF-8")


def _fetch(url: str) -> Files:
    """Ask for a pipeline over HTTP, once; redirects are not followed."""
    from http.client import HTTPConnection, HTTPException, HTTPSConnection  # noqa: PLC0415  seldom needed

    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    try:
        connection = connect(parts.netloc, timeout=FETCH_TIMEOUT_S)
        connection.request("GET", (parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        response = connection.getresponse()
        content = response.read(FETCH_MAX_BYTES + 1)
        connection.close()
    except (OSError, HTTPException) as error:
        return _unfetched(url, f"cannot be fetched: {error}")
    if response.status != 200:
        return _unfetched(url, f"cannot be fetched: status {response.status}")
    if len(content) > FETCH_MAX_BYTES:
        return _unfetched(url, f"is longer than {FETCH_MAX_BYTES} bytes")
    found = _decoded(url, content)
    return Files((found,), ()) if isinstance(found, Source) else Files((), (found,))


def _unfetched(url: str, message: str) -> Files:
    return Files((), (Diagnostic("missing-file", message, nowhere(url)),))
