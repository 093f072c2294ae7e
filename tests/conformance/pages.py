"""What the documentation says of conformance: docs/differences.md, and the table in the README."""

import re
import tomllib
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
DIFFERENCES = ROOT / "docs" / "differences.md"
README = ROOT / "README.md"
COLUMNS = 3  # of areas, side by side
TABLE = re.compile(r"(?<=<!-- conformance -->\n).*?(?=<!-- end of conformance -->)", re.DOTALL)

HEAD = """\
# Where logsmith differs from Logstash

logsmith runs Logstash 9's pipeline language. Where Logstash is plainly broken, or would lose events, logsmith does
something else. This page lists what does so on purpose; anything else that differs is a bug. It is made from
`tests/conformance/differs.toml` by `scripts/conformance --write`.
"""


def read_differences():
    """Return the deliberate differences, each with the ids of the cases that show it."""
    return tomllib.loads((HERE / "differs.toml").read_text(encoding="utf-8"))["difference"]


def differences_page():
    """Return the text of docs/differences.md."""
    areas = {}
    for one in read_differences():
        areas.setdefault(one["area"], []).append(one)
    return HEAD + "".join(f"\n## {area}\n\n{differences_table(listed)}" for area, listed in areas.items())


def differences_table(listed):
    rows = ["| | Logstash | logsmith | why |", "|---|---|---|---|"]
    rows += [
        f"| {one['subject']} | {one['logstash']} | {one['logsmith']} | {one.get('why', '')} |"
        for one in listed
    ]
    return "\n".join(rows) + "\n"


def readme_table(areas):
    """Return the README's table of counted outcomes by area."""
    total = sum(areas.values(), Counter())
    cells = [f"{area} | {counts['passed']} of {counts.total()}" for area, counts in sorted(areas.items())]
    cells += [" | "] * (-len(cells) % COLUMNS)
    height = len(cells) // COLUMNS
    rows = ["| " + " | ".join(cells[row::height]) + " |" for row in range(height)]
    head = ["|" + " area | holds |" * COLUMNS, "|" + "---|---:|" * COLUMNS]
    outcome = f"{total['passed']} of {total.total()} cases hold, {total['differs']} differ on purpose."
    return "\n".join(["", *head, *rows, "", outcome, "", ""])


def write_pages(areas):
    """Bring the pages up to date."""
    DIFFERENCES.write_text(differences_page(), encoding="utf-8")
    README.write_text(
        TABLE.sub(lambda _: readme_table(areas), README.read_text(encoding="utf-8")), encoding="utf-8"
    )


def table_in_readme():
    """Return the table as the README has it."""
    return TABLE.search(README.read_text(encoding="utf-8"))[0]
