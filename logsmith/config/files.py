"""Read what `path.config` and `config.string` name, as Logstash does: into one source for each file."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from logsmith.config.decoding import decode_source, folder_trouble, read_source
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
    if os.path.isdir(pattern):  # noqa: PTH112  False where one may not look, too
        pattern = str(Path(pattern) / "*")
    sources: list[Source] = []
    diagnostics: list[Diagnostic] = []
    for name in _glob(pattern):
        if os.path.isdir(name):  # noqa: PTH112  as above
            continue
        if name.endswith("~"):
            message = "this file looks like an editor's copy, and is not read"
            diagnostics.append(Diagnostic("skipped-file", message, nowhere(name), severity="warning"))
            continue
        found = read_source(name)
        if isinstance(found, Source):
            sources.append(found)
        else:
            diagnostics.append(found)
    if not sources and not any(diagnostic.is_error for diagnostic in diagnostics):
        diagnostics.append(_nothing_at(path.removeprefix("file://")))
    return Files(tuple(sources), tuple(diagnostics))


def _nothing_at(path: str) -> Diagnostic:
    """Return why a path leads to no file, and what may help."""
    is_folder = os.path.isdir(path)  # noqa: PTH112  as above
    folder = Path(path) if is_folder else Path(path).absolute().parent
    trouble = folder_trouble(folder)
    if trouble is not None:
        return trouble
    if is_folder:
        hint = "files in folders below it are read with a glob: **/*.conf"
        return Diagnostic("missing-file", "no file to read: the folder has none", nowhere(path), hint)
    hint = "" if re.search(r"[*?\[{]", path) else _path_hint(path, folder)
    return Diagnostic("missing-file", "no file to read: nothing matches path.config", nowhere(path), hint)


def _path_hint(path: str, folder: Path) -> str:
    if "," in path:
        return f"several files are a glob or a folder: {{{path}}}"
    return f"there is no such file in {folder}" if folder.is_dir() else f"there is no folder {folder}"


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
    found = decode_source(url, content)
    return Files((found,), ()) if isinstance(found, Source) else Files((), (found,))


def _unfetched(url: str, message: str) -> Files:
    return Files((), (Diagnostic("missing-file", message, nowhere(url)),))
