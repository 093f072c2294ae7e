"""The library of named patterns: the stock sets, the user's files over them, a filter's own definitions over those.

The legacy set is pygrok's files, with files of ours over them for what differs in Logstash; the ECS set lies over that, since
every name of the legacy set is in it too, and most small patterns mean the same. In a file,
leading white space and lines that start with `#` are skipped; a name, white space, and the rest of the line is the
pattern, trailing blanks included. A name alone on its line is the empty pattern.
"""

from __future__ import annotations

import glob
import importlib.util
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from logsmith.grok.errors import GrokError, MissingFileError

_definition = re.compile(r"\s*([^\s#]\S*)\s+(.*)", re.ASCII | re.DOTALL).fullmatch

OURS = Path(__file__).parent / "patterns"


class Library:
    """Patterns by name; a library is never changed, `with_…` return a new one if there is something new."""

    __slots__ = ("_patterns", "texts")

    def __init__(self, patterns: Mapping[str, str]) -> None:
        self._patterns = dict(patterns)
        self.texts: dict[tuple[str, bool], str] = {}  # what expressions expand to, kept by who expands them

    @staticmethod
    @cache
    def stock(*, ecs: bool) -> Library:
        """Return the patterns that come with Logstash in a mode."""
        legacy = {**dict(_read_folder(_pygrok_folder())), **dict(_read_folder(OURS / "legacy"))}
        return Library({**legacy, **dict(_read_folder(OURS / "ecs-v1"))} if ecs else legacy)

    def with_files(self, places: Sequence[str], files_glob: str = "*") -> Library:
        """Return a library with the patterns of files, folders or globs over these; raises GrokError."""
        found: dict[str, str] = {}
        for place in places:
            for path in _files_at(place, files_glob):
                found.update(_read_file(path))
        return Library({**self._patterns, **found}) if found else self

    def with_definitions(self, definitions: Mapping[str, str]) -> Library:
        """Return a library with these definitions over its own."""
        own = {name: text.removesuffix("\n") for name, text in definitions.items()}
        return Library({**self._patterns, **own}) if own else self

    def get(self, name: str) -> str | None:
        """Return a pattern's text, None if there is none of that name."""
        return self._patterns.get(name)

    @property
    def names(self) -> list[str]:
        """All names, sorted."""
        return sorted(self._patterns)


def _pygrok_folder() -> Path:
    found = importlib.util.find_spec("pygrok")  # without importing it: its files are all we need
    if found is None or found.origin is None:
        raise GrokError("the package pygrok, whose pattern files logsmith uses, is not installed")
    return Path(found.origin).parent / "patterns"


def _read_folder(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield from _read_file(path)


def pattern_files(places: Sequence[str], files_glob: str = "*") -> Iterator[Path]:
    """Return the files that `with_files` reads, and the places where there are none."""
    for place in places:
        try:
            yield from _files_at(place, files_glob)
        except GrokError:
            yield Path(place)


def _files_at(place: str, files_glob: str) -> Iterator[Path]:
    is_folder = Path(place).is_dir()
    names = glob.glob(str(Path(place) / files_glob) if is_folder else place)  # noqa: PTH207  may be absolute
    if not names and not is_folder:
        raise MissingFileError(f"no pattern file is at {place!r}")
    yield from (path for path in map(Path, sorted(names)) if not path.is_dir())


def _read_file(path: Path) -> Iterator[tuple[str, str]]:
    try:
        text = path.read_text("utf-8", "replace")
    except OSError as error:
        raise GrokError(f"cannot read the pattern file {str(path)!r}: {error.strerror}") from None
    for line in io.StringIO(text, "\n"):
        found = _definition(line)
        if found is not None:
            yield found[1], found[2].removesuffix("\n").removesuffix("\r")
