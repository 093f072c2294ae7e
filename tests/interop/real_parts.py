"""Which real programs the tests need, where they come from, and which tools this machine lacks for them."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
FETCH_TIMEOUT_S = 900
TAIL_LINES = 40

TOOLS = {
    "java": "a JDK, 17 or newer (Debian: openjdk-17-jdk-headless)",
    "javac": "a JDK, 17 or newer (Debian: openjdk-17-jdk-headless)",
    "mvn": "Maven (Debian: maven)",
    "go": "Go, 1.25 or newer",
    "node": "Node.js, 18 or newer (Debian: nodejs)",
    "npm": "npm (Debian: npm)",
}
"""What a tool comes with, for people who lack it."""


class PartError(Exception):
    """A real server or client could not be fetched, started or used."""


@dataclass(frozen=True, slots=True)
class Part:
    """One real program: its recipe's folder, the tools it needs, and its name in sentences."""

    recipe: Path
    tools: tuple[str, ...]
    title: str

    @property
    def missing_tools(self):
        return [tool for tool in self.tools if shutil.which(tool) is None]


PARTS = {
    "elasticsearch7": Part(HERE / "servers/es7", ("java", "mvn"), "Elasticsearch 7"),
    "elasticsearch8": Part(HERE / "servers/es8", ("java", "javac", "mvn"), "Elasticsearch 8"),
    "opensearch": Part(HERE / "servers/opensearch", ("java", "mvn"), "OpenSearch 2"),
    "s3": Part(HERE / "servers/s3proxy", ("java", "mvn"), "s3proxy"),
    "golumber": Part(HERE / "clients/golumber", ("go",), "go-lumber"),
    "node": Part(HERE / "clients/node", ("node", "npm"), "Beats clients from npm"),
}
"""By the name of the fixture."""


def is_required():
    """Return whether a missing part is a failure, as it is in CI."""
    return os.environ.get("CI") == "true" or os.environ.get("LOGSMITH_REQUIRE_INTEROP") == "1"


def how_to_get(tools):
    """Return the sentence's end that says what to install for these tools."""
    return "; ".join(dict.fromkeys(TOOLS[tool] for tool in tools))


def fetch(part):
    """Return the folder of the cache that holds the part, which is fetched if need be."""
    script = part.recipe / "fetch.sh"
    result = subprocess.run(
        [script],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=FETCH_TIMEOUT_S,
        check=False,
    )
    if result.returncode:
        raise PartError(f"{part.title} could not be fetched; {script} said\n{tail(result.stderr)}")
    return Path(result.stdout.strip())


def tail(text):
    """Return the last lines of a log."""
    return "\n".join(text.splitlines()[-TAIL_LINES:])
