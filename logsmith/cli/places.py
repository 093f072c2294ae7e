"""Where commands look that work beside the server: the settings, and the folders that pipelines keep things in.

A folder that was named and is not there is a mistake of who named it, not good news.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from logsmith.cli.options import SETTINGS_FOLDER_VARIABLE
from logsmith.config.decoding import folder_trouble
from logsmith.config.pipelines_file import PipelinesFile, read_pipelines
from logsmith.config.settings import TABLE, Settings, load_settings
from logsmith.errors import LogsmithError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from logsmith.config.diagnostics import Diagnostic

FOLDERS = ("path.data", "path.queue", "path.dead_letter_queue")


class PlaceError(LogsmithError):
    """What a command was told to look at is not there, or cannot be read."""


def read_place(path_data: str | None, path_settings: str | None, **more: str) -> Settings:
    """Return the settings as the settings folder and the flags say; raises PlaceError."""
    folder = path_settings or os.environ.get(SETTINGS_FOLDER_VARIABLE)
    if folder and not Path(folder).is_dir():
        raise PlaceError(f"path.settings: there is no folder {folder!r}")
    check_folder(Path(folder or str(TABLE["path.settings"].default)))
    chosen = {"path.data": path_data, "path.settings": folder, **more}
    loaded = load_settings({name: value for name, value in chosen.items() if value})
    _check(loaded.diagnostics)
    check_data_folder(loaded.settings, is_chosen=bool(path_data))
    return loaded.settings


def _check(diagnostics: Iterable[Diagnostic]) -> None:
    """Raise PlaceError for what is wrong; not for secrets that only the server has, nor for who looks."""
    wrong = [one for one in diagnostics if one.is_error and one.code != "superuser"]
    said = [
        one.message
        for one in wrong
        if one.code != "undefined-variable" or any(name.endswith(one.span.text) for name in FOLDERS)
    ]
    if said:
        raise PlaceError("; ".join(said))


def check_data_folder(settings: Settings, *, is_chosen: bool = False) -> None:
    """Raise PlaceError if path.data was named and is not there; the default may be made yet."""
    folder = settings["path.data"]
    if (is_chosen or folder != TABLE["path.data"].default) and not Path(folder).is_dir():
        hint = "it is where the server keeps what it has, and is made at its first start"
        raise PlaceError(f"path.data: there is no folder {folder!r}; {hint}")
    for path in kept_in(settings):
        check_folder(path)


def check_folder(path: Path) -> None:
    """Raise PlaceError if one may not look into a folder."""
    trouble = folder_trouble(path)
    if trouble is not None:
        raise PlaceError(f"{path} {trouble.message}; be the user that the server runs as")


def kept_in(settings: Settings) -> Iterator[Path]:
    """Yield path.data, and where queues and dead letters are kept, there or elsewhere."""
    root = Path(settings["path.data"])
    yield root
    for name in FOLDERS[1:]:
        yield Path(settings[name] or root / name.removeprefix("path."))


def listed_pipelines(settings: Settings) -> list[Settings]:
    """Return the settings of the pipelines in pipelines.yml, none if there is none; raises PlaceError."""
    listed = read_pipelines(settings) or PipelinesFile((), ())
    _check(listed.diagnostics)
    return [one.settings for one in listed.entries]


def check_pipeline_id(wanted: str | None, found: Iterable[str], settings: Settings) -> None:
    """Raise PlaceError if a pipeline is wanted that has nothing here and that nobody has heard of."""
    names = [one["pipeline.id"] for one in listed_pipelines(settings)] or [settings["pipeline.id"]]
    check_name("pipeline", wanted, {*found, *names})


def check_name(kind: str, wanted: str | None, there: Collection[str]) -> None:
    """Raise PlaceError if something is named that is not there."""
    if wanted is not None and wanted not in there:
        raise PlaceError(f"no {kind} is named {wanted!r}; there are: {', '.join(sorted(there)) or 'none'}")
