"""Which files there are: globs (`*`, `?`, `[a-z]`, `{a,b}`, `**`) and what a look at a path shows."""

from __future__ import annotations

import glob
import os
import re
import stat
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BRACES = re.compile(r"\{([^{}]*)\}")


class Identity(NamedTuple):
    """What stays the same when a file is renamed."""

    inode: int
    major: int
    minor: int

    @classmethod
    def of(cls, status: os.stat_result) -> Identity:
        """Return the identity of the file that a stat was made of."""
        return cls(status.st_ino, os.major(status.st_dev), os.minor(status.st_dev))


class Sight(NamedTuple):
    """A file as it was seen at a path."""

    path: str
    identity: Identity
    size: int
    modified: float  # seconds since 1970


def look(path: str) -> Sight | None:
    """Return what is at `path`, through symlinks; None unless it is a regular file."""
    try:
        status = os.stat(path)  # noqa: PTH116  paths stay text here: a Path for each would cost more than the call
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    return Sight(path, Identity.of(status), status.st_size, status.st_mtime)


def look_all(paths: Iterable[str]) -> list[Sight | None]:
    """Look at each path, in order."""
    return [look(path) for path in paths]


def find_files(patterns: Iterable[str], exclude: Iterable[str]) -> list[Sight]:
    """Return the regular files that match, each path once, without those whose base name is excluded."""
    excluded = list(exclude)
    found: dict[str, Sight] = {}
    for pattern in (plain for one in patterns for plain in expand_braces(one)):
        for path in sorted(glob.iglob(pattern, recursive=True)):  # noqa: PTH207  Path.glob knows no absolute patterns
            name = os.path.basename(path)  # noqa: PTH119  as above: text
            if path in found or any(fnmatchcase(name, one) for one in excluded):
                continue
            sight = look(path)
            if sight is not None:
                found[path] = sight
    return list(found.values())


def expand_braces(pattern: str) -> Iterator[str]:
    """Yield the patterns that a pattern with `{a,b}` stands for; Python's globs do not know braces."""
    innermost = _BRACES.search(pattern)
    if innermost is None:
        yield pattern
        return
    for choice in innermost[1].split(","):
        yield from expand_braces(pattern[: innermost.start()] + choice + pattern[innermost.end() :])
