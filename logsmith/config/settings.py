"""Settings: what `logsmith.yml` or `logstash.yml` and the command line say, over the defaults."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from logsmith.config.decoding import folder_trouble, read_source
from logsmith.config.diagnostics import Diagnostic, one_of, quoted
from logsmith.config.keystore import (
    FILE_NAME,
    LOGSTASH_FILE_NAME,
    Keystore,
    KeystoreError,
    KeystoreFile,
    find_password,
)
from logsmith.config.settings_file import Given, read_settings_map
from logsmith.config.settings_table import IGNORED_PREFIXES, ROWS, Kind, Row, Setting
from logsmith.config.source import Source, nowhere
from logsmith.config.variables import Variables
from logsmith.errors import in_words
from logsmith.password import Password

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

FILE_NAMES = ("logsmith.yml", "logstash.yml")
TABLE = {row.name: row for row in ROWS}

_BYTES = re.compile(r"([0-9]+)\s*(kb|mb|gb|tb|pb|b)", re.IGNORECASE)
_TIME = re.compile(r"(-?[0-9]+)\s*(d|h|m|s|ms|micros|nanos)")
_PORTS = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?")
_SIZES = {"b": 1, "kb": 2**10, "mb": 2**20, "gb": 2**30, "tb": 2**40, "pb": 2**50}
_SECONDS = {"nanos": 1e-9, "micros": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_MAX_PORT = 65535
_NEVER_OFF = ("pipeline.stop_limit", "config.reload.interval")  # times that cannot be -1

GONE = {
    "modules": "modules ended with Logstash 9: write the pipeline in a file, and name that in path.config",
    "cloud": "it belonged to modules, which ended with Logstash 9: the elasticsearch output has cloud_id and cloud_auth",
}

LEAST_MEANT_NANOS = 1_000_000  # a bare number below it was hardly meant as nanoseconds

COMMAND_LINE = nowhere("command line")


class Settings:
    """All settings by name, frozen: `settings["pipeline.workers"]`; and the secrets that go with them."""

    __slots__ = ("_values", "keystore")

    def __init__(
        self, values: Mapping[str, Setting] | None = None, keystore: Mapping[str, str] | None = None
    ) -> None:
        self._values = {name: row.default for name, row in TABLE.items()} | dict(values or {})
        self.keystore = Keystore() if keystore is None else keystore

    def __getitem__(self, name: str) -> Any:  # Any: of the kind its row in the table names
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Settings) and self._values == other._values and self.keystore == other.keystore
        )

    def __hash__(self) -> int:
        return hash(repr(self._values))

    def with_values(self, values: Mapping[str, Setting]) -> Settings:
        """These settings with others over them."""
        return Settings(self._values | dict(values), self.keystore)

    def with_keystore(self, keystore: Mapping[str, str]) -> Settings:
        """These settings with other secrets for pipelines to name."""
        return Settings(self._values, keystore)

    @property
    def keystore_path(self) -> Path:
        """Where the keystore is."""
        return Path(self["keystore.file"] or Path(self["path.settings"]) / FILE_NAME)


class LoadedSettings(NamedTuple):
    """The settings, and what was wrong; a bad value leaves its default."""

    settings: Settings
    diagnostics: tuple[Diagnostic, ...]


def load_settings(
    overrides: Mapping[str, Any],  # Any: text, or a value of the right type
    variables: Variables | None = None,
    *,
    is_root: bool | None = None,
) -> LoadedSettings:
    """Read the settings file in `path.settings`, if there is one, and lay the overrides over it."""
    folder = Path(str(overrides.get("path.settings", TABLE["path.settings"].default)))
    trouble = folder_trouble(folder)
    if trouble is not None:
        return LoadedSettings(Settings(), (trouble,))
    keystore, diagnostics = Keystore(), list[Diagnostic]()
    if variables is None:
        keystore, diagnostics = open_keystore(keystore_path(overrides, os.environ))
        variables = Variables(os.environ, keystore)
    if any(one.is_error for one in diagnostics):  # every secret would be reported as undefined
        return LoadedSettings(Settings(), tuple(diagnostics))
    values, found = _read_folder(folder, variables)
    diagnostics += found
    if "path.settings" in overrides and not folder.is_dir():
        message = f"there is no folder {quoted(str(folder))} for path.settings: every setting has its default"
        diagnostics.append(Diagnostic("missing-file", message, COMMAND_LINE, severity="warning"))
    given = [Given(name, value, COMMAND_LINE) for name, value in overrides.items()]
    over, found = read_values(given)
    diagnostics += found
    settings = Settings(values | over, keystore)
    diagnostics += _check_conflicts(settings, os.geteuid() == 0 if is_root is None else is_root)
    return LoadedSettings(settings, tuple(diagnostics))


def keystore_path(overrides: Mapping[str, Any], environment: Mapping[str, str]) -> Path:  # Any: as above
    """Return where the keystore is: as `keystore.file` says, or in `path.settings`."""
    folder = Path(str(overrides.get("path.settings") or TABLE["path.settings"].default))
    chosen = overrides.get("keystore.file")
    if not chosen:
        values, _ = _read_folder(folder, Variables(environment))  # it cannot be named by a secret
        chosen = values.get("keystore.file")
    return Path(str(chosen)) if chosen else folder / FILE_NAME


def open_keystore(path: Path) -> tuple[Keystore, list[Diagnostic]]:
    """Return the secrets at a path, none if nothing is there, and what is wrong."""
    place = nowhere(str(path))
    try:
        if path.exists():
            return KeystoreFile(path).read(find_password(os.environ)), []
    except (KeystoreError, PermissionError) as error:
        return Keystore(), [Diagnostic("bad-keystore", in_words(error), place)]
    if path.with_name(LOGSTASH_FILE_NAME).exists():
        message = f"{LOGSTASH_FILE_NAME} is not read: only Java can"
        hint = "put its secrets into one of logsmith: `logsmith keystore create`, `logsmith keystore add KEY`"
        return Keystore(), [Diagnostic("bad-keystore", message, place, hint, "warning")]
    return Keystore(), []


def read_values(
    given: Iterable[Given], *, only_pipeline: bool = False
) -> tuple[dict[str, Setting], list[Diagnostic]]:
    """Read named values; `only_pipeline` refuses what cannot be set for one pipeline."""
    values: dict[str, Setting] = {}
    diagnostics: list[Diagnostic] = []
    ignored: list[Given] = []
    for one in given:
        row = TABLE.get(one.name)
        if row is None and one.name.startswith(IGNORED_PREFIXES):
            ignored.append(one)
        elif row is None:
            diagnostics.append(_unknown(one))
        elif only_pipeline and not row.per_pipeline:
            message = f"{one.name} cannot be set for one pipeline"
            diagnostics.append(Diagnostic("unknown-setting", message, one.span))
        else:
            try:
                values[one.name] = read_value(row, one.value)
                diagnostics += _check_unit(row, one)
            except ValueError as error:
                diagnostics.append(Diagnostic("bad-value", str(error), one.span))
    if ignored:
        names = ", ".join(one.name for one in ignored)
        message = f"accepted without effect: {names}"
        diagnostics.append(Diagnostic("ignored-setting", message, ignored[0].span, severity="warning"))
    return values, diagnostics


def _check_unit(row: Row, one: Given) -> Iterator[Diagnostic]:
    text = str(one.value).strip()
    if row.kind is Kind.TIME and 0 < (_integer(text) or 0) < LEAST_MEANT_NANOS:
        message = f"{row.name} of {text} is {text} nanoseconds: a number has no unit"
        yield Diagnostic("bad-value", message, one.span, f"write {text}s for seconds", "warning")


def read_value(row: Row, value: Any) -> Setting:  # Any: what YAML or the command line gave
    """Read the value of one setting; ValueError says what it should be."""
    if value is None or value == "":
        return row.default
    if row.kind is Kind.LIST:
        return [str(item) for item in value] if isinstance(value, list) else [str(value)]
    if row.kind is Kind.PASSWORD:
        return _password(row, value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    read: Setting = _READERS[row.kind](text.strip())
    if read is None:
        raise ValueError(f"{row.name} is {row.kind.value}, not {quoted(text)}")
    if row.choices and read not in row.choices:
        raise ValueError(f"{row.name} is {one_of(row.choices)}, not {quoted(text)}")
    return read


def _password(row: Row, value: Any) -> Password:  # Any: as above
    if isinstance(value, list):
        raise ValueError(f"{row.name} is {row.kind.value}, not a list")  # noqa: TRY004  as for all settings; the list stays unsaid
    return value if isinstance(value, Password) else Password(str(value))


def _integer(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def _positive(text: str) -> int | None:
    number = _integer(text)
    return number if number is not None and number > 0 else None


def _boolean(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


def _bytes(text: str) -> int | None:
    found = _BYTES.fullmatch(text)
    return int(found[1]) * _SIZES[found[2].lower()] if found else _integer(text)


def _time(text: str) -> float | None:
    """A time in seconds; a bare number is nanoseconds, and -1 means off."""
    found = _TIME.fullmatch(text)
    if found:
        return int(found[1]) * _SECONDS[found[2]]
    if re.fullmatch(r"-[0-9]{1,18}", text):
        return float(text)
    number = _integer(text)
    return None if number is None else number * _SECONDS["nanos"]


def _ports(text: str) -> str | None:
    found = _PORTS.fullmatch(text)
    if found is None:
        return None
    first, last = int(found[1]), int(found[2] or found[1])
    return text if first <= last <= _MAX_PORT else None


_READERS: dict[Kind, Callable[[str], Any]] = {
    Kind.STRING: str,
    Kind.INTEGER: _integer,
    Kind.POSITIVE: _positive,
    Kind.BOOLEAN: _boolean,
    Kind.BYTES: _bytes,
    Kind.TIME: _time,
    Kind.PORTS: _ports,
}


def _unknown(one: Given) -> Diagnostic:
    from difflib import get_close_matches  # noqa: PLC0415  only a mistake needs it

    close = get_close_matches(one.name, TABLE, n=1)
    gone = next((reason for name, reason in GONE.items() if one.name.split(".")[0] == name), "")
    hint = gone or (f"did you mean {close[0]}?" if close else "")
    return Diagnostic("unknown-setting", f"there is no setting {quoted(one.name)}", one.span, hint)


def _check_conflicts(settings: Settings, is_root: bool) -> Iterator[Diagnostic]:
    span = nowhere("settings")
    if settings["path.config"] and settings["config.string"]:
        message = "path.config (-f) and config.string (-e) exclude each other"
        yield Diagnostic("conflicting-settings", message, span)
    if settings["config.string"] and settings["config.reload.automatic"]:
        message = "config.string (-e) cannot be reloaded (-r)"
        yield Diagnostic("conflicting-settings", message, span)
    for name in _NEVER_OFF:
        if settings[name] < 0:
            yield Diagnostic("bad-value", f"{name} is {Kind.TIME.value}, 0 or more", span)
    if is_root and settings["allow_superuser"]:
        hint = "run it as a user of its own; allow_superuser: false makes that sure"
        yield Diagnostic("superuser", "logsmith runs as root", span, hint, "warning")
    elif is_root:
        yield Diagnostic("superuser", "logsmith cannot run as root: allow_superuser is false", span)


def _read_folder(folder: Path, variables: Variables) -> tuple[dict[str, Setting], list[Diagnostic]]:
    trouble = folder_trouble(folder)
    if trouble is not None:
        return {}, [trouble]
    path = next((folder / name for name in FILE_NAMES if (folder / name).is_file()), None)
    if path is None:
        return {}, []
    source = read_source(str(path))
    if isinstance(source, Diagnostic):
        return {}, [source]
    values, diagnostics = read_settings_text(source, variables)
    return values, [*_other_files(folder, path), *diagnostics]


def _other_files(folder: Path, read: Path) -> Iterator[Diagnostic]:
    for path in (folder / name for name in FILE_NAMES):
        if path != read and path.is_file():
            message = f"this file is not read, since {read.name} is there"
            yield Diagnostic("skipped-file", message, nowhere(str(path)), severity="warning")


def read_settings_text(source: Source, variables: Variables) -> tuple[dict[str, Setting], list[Diagnostic]]:
    """Read the text of a settings file: YAML, its keys nested or dotted."""
    found = read_settings_map(source, variables)
    values, diagnostics = read_values(found.given)
    return values, found.diagnostics + diagnostics
