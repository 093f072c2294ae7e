"""Who may import whom: the table that ARCHITECTURE.md shows."""

import ast
from pathlib import Path

import pytest

import logsmith

PACKAGE = Path(logsmith.__file__).parent
EVERYONE = {
    "deflated",
    "durable",
    "errors",
    "log",
    "password",
    "vectors",
}  # a leaf each: imported from anywhere
BOTTOM = {"s3", "event", "geoip", "lumberjack", "net", "regex", "spool", "metrics", "useragents"}
MAY_IMPORT = {
    **{room: set() for room in BOTTOM},
    "deflated": set(),
    "durable": set(),
    "errors": set(),
    "log": set(),
    "password": set(),
    "vectors": set(),
    "grok": {"regex"},
    "cef": {"event"},
    "files": {"event"},
    "letters": {"event", "spool"},
    "ruby": {"event", "regex"},
    "xml": {"event"},
    "config": {"event", "regex"},
    "elasticsearch": {"event", "net"},
    "beats": {"lumberjack", "event", "net"},
    "plugins": {"event", "regex", "metrics"},
    "plugin": {
        "plugins",
        "event",
        "lumberjack",
        "net",
        "grok",
        "regex",
        "metrics",
        "elasticsearch",
        "beats",
        "geoip",
        "useragents",
        "s3",
        "cef",
        "files",
        "letters",
        "ruby",
        "xml",
    },
    "compiler": {"config", "plugins", "event", "regex", "metrics"},
    "runtime": {
        "letters",
        "compiler",
        "config",
        "spool",
        "plugins",
        "event",
        "metrics",
        "net",
        "regex",
        "api",
    },
    "api": {"runtime", "metrics"},
    "cli": {
        "api",
        "compiler",
        "config",
        "event",
        "grok",
        "letters",
        "lumberjack",
        "metrics",
        "net",
        "plugins",
        "regex",
        "runtime",
        "spool",
    },
}


def room_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    if parts[0] == "plugins" and len(parts) == 3 and parts[2] != "__init__":
        return "plugin"
    return parts[0]


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        for name in names:
            parts = name.split(".")
            if parts[0] == "logsmith" and len(parts) > 1:
                is_plugin = parts[1] == "plugins" and len(parts) == 4
                rooms.add("plugin" if is_plugin else parts[1])
    return rooms


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if room_of(path) not in ("__init__", "__main__"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_the_rooms_beneath_it(path):
    room = room_of(path)
    assert imported_rooms(path) - {room} <= MAY_IMPORT[room] | EVERYONE
    assert room != "plugin" or "plugin" not in imported_rooms(path)
