"""`logsmith docs`: the reference of the plugins, written from what the plugins declare."""

from __future__ import annotations

import argparse
import inspect
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from logsmith.errors import in_words
from logsmith.event import FieldRef, Sprintf
from logsmith.password import Password
from logsmith.plugins import Codec, CodecSetting, Filter, Input, Output, Plugin
from logsmith.plugins.conversion import type_words
from logsmith.plugins.registry import ALIASES, find, names
from logsmith.plugins.setting import Setting, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from logsmith.plugins import Example
    from logsmith.plugins.contract import Kind

DEFAULT_FOLDER = "docs/reference"
INDEX = "README.md"
KINDS: Mapping[Kind, type[Plugin]] = {"input": Input, "filter": Filter, "output": Output, "codec": Codec}
CONTRACT = (Plugin, *KINDS.values())

# Defaults that the machine decides; a page says how, not what they are where it was written
BY_THE_MACHINE = {
    ("s3", "upload_workers_count"): "half the CPUs",
    ("s3", "upload_queue_size"): "twice a quarter of the CPUs",
}

DESCRIPTION = """\
Write the reference of the plugins: a page for each, with its settings and examples, and an index.

Installed plugins of others are left out."""

NOTE = "<!-- Written by `logsmith docs` from the plugin itself: change the plugin, not this page. -->"


def main(argv: Sequence[str]) -> int:
    """Run `logsmith docs` and return its exit status."""
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="logsmith docs", description=DESCRIPTION, formatter_class=form)
    parser.add_argument(
        "folder", nargs="?", default=DEFAULT_FOLDER, metavar="DIR", help="the folder (default: %(default)s)"
    )
    folder = Path(parser.parse_args(argv).folder)
    pages = write_pages()
    try:
        for name, text in pages.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        print(f"logsmith docs: {in_words(error)}", file=sys.stderr)
        return 1
    print(f"{len(pages)} pages in {folder}")
    return 0


def write_pages() -> dict[str, str]:
    """Return the text of every page by its path in the reference's folder."""
    plugins = {kind: [find(kind, name) for name in names(kind, third_parties=False)] for kind in KINDS}
    pages = {INDEX: _text(_index(plugins))}
    for members in plugins.values():
        pages |= {page_path(one): _text(_page(one)) for one in members}
    return pages


def page_path(plugin: type[Plugin]) -> str:
    """Return where a plugin's page is in the reference's folder."""
    return f"{plugin.kind}s/{plugin.name}.md"


def _text(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _index(plugins: Mapping[Kind, Sequence[type[Plugin]]]) -> Iterator[str]:
    yield from ("# Plugins", "", NOTE)
    for kind, members in plugins.items():
        yield from ("", f"## {kind.capitalize()}s", "", "| plugin | what it does |", "|---|---|")
        for one in members:
            yield f"| [{one.name}]({page_path(one)}) | {_cell(_summary(one))} |"
        for (_, other), name in sorted(pair for pair in ALIASES.items() if pair[0][0] == kind):
            yield f"| {other} | Another name of [{name}]({kind}s/{name}.md). |"


def _page(plugin: type[Plugin]) -> Iterator[str]:
    own, common = _divide(plugin)
    yield from (f"# {plugin.name} ({plugin.kind})", "", NOTE, "", _summary(plugin))
    if own:
        yield from ("", "## Settings", "", *_table(plugin, own))
    yield from ("", f"## Settings of every {plugin.kind}", "", *_table(plugin, common))
    if plugin.examples:
        yield from ("", "## Examples")
    for example in plugin.examples:
        yield from _example(plugin, example)


def _summary(plugin: type[Plugin]) -> str:
    return (inspect.getdoc(sys.modules[plugin.__module__]) or "").partition("\n\n")[0].replace("\n", " ")


def _divide(plugin: type[Plugin]) -> tuple[list[Setting], list[Setting]]:
    """Return the settings that a plugin declares itself, and those that all of its kind have."""
    declared = {name for cls in plugin.__mro__ if cls not in CONTRACT for name in vars(cls)}
    settings = settings_of(plugin).values()
    return [one for one in settings if one.name in declared], [
        one for one in settings if one.name not in declared
    ]


def _table(plugin: type[Plugin], settings: Sequence[Setting]) -> Iterator[str]:
    yield from ("| setting | type | default | meaning |", "|---|---|---|---|")
    for one in settings:
        default = BY_THE_MACHINE.get((plugin.name, one.name)) or _default(one.default, one)
        kind = type_words(one.type) + (f", {one.within}" if one.within else "")
        yield f"| `{one.name}` | {_cell(kind)} | {_cell(default)} | {_cell(_sentence(one))} |"


def _sentence(one: Setting) -> str:
    if one.obsolete:
        return f"Obsolete: {one.obsolete}."
    former = f" Formerly {', '.join(f'`{name}`' for name in one.old)}." if one.old else ""
    return one.sentence + former


def _default(value: Any, one: Setting) -> str:  # Any: of the setting's type
    if one.is_required:
        return "required"
    if value is None or one.obsolete:
        return "–"
    return f"`{_written(value)}`"


def _written(value: Any) -> str:  # Any: of any setting's type
    """Return a value as a pipeline's file would have it."""
    if isinstance(value, list):
        return "[" + ", ".join(_written(item) for item in value) + "]"
    if isinstance(value, dict):
        pairs = " ".join(f"{_written(name)} => {_written(item)}" for name, item in value.items())
        return f"{{ {pairs} }}" if pairs else "{ }"
    for types, write in WRITTEN:
        if isinstance(value, types):
            return write(value)
    return json.dumps(str(value), ensure_ascii=False)


WRITTEN: Sequence[tuple[type | tuple[type, ...], Callable[[Any], str]]] = (
    (bool, lambda value: str(value).lower()),
    (float, lambda value: f"{value:g}"),
    (int, lambda value: str(int(value))),
    (CodecSetting, lambda value: value.name),
    (Password, repr),
    ((FieldRef, Sprintf), lambda value: json.dumps(value.text, ensure_ascii=False)),
)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _example(plugin: type[Plugin], example: Example) -> Iterator[str]:
    yield from ("", f"### It {example.sentence}", "", "```conf", *_configuration(plugin, example), "```", "")
    if example.ecs != "disabled":
        yield from (f"With `pipeline.ecs_compatibility: {example.ecs}`.", "")
    taken = set(example.given) == {"bytes"} and plugin.kind == "codec"
    given = example.given["bytes"] if taken else _json(example.given)
    yield from ("In:", "", "```" if taken else "```json", *str(given).splitlines(), "```", "")
    if not example.expect:
        yield "Out: nothing."
        return
    yield from ("Out:", "", "```json", *"\n".join(map(_json, example.expect)).splitlines(), "```")


def _configuration(plugin: type[Plugin], example: Example) -> Iterator[str]:
    inside = [f"    {line}" for line in inspect.cleandoc(example.config).splitlines()]
    if plugin.kind == "codec":
        chosen = f"{plugin.name} {{ {example.config} }}" if example.config else plugin.name
        yield from ("input {", "  stdin {", f"    codec => {chosen}", "  }", "}")
        return
    yield from (f"{plugin.kind} {{", f"  {plugin.name} {{", *inside, "  }", "}")


def _json(value: Any) -> str:  # Any: JSON
    return json.dumps(value, ensure_ascii=False, indent=2)
