"""`logsmith keystore`: secrets in an encrypted file, for pipelines and settings to name as `${KEY}`."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
import warnings
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from logsmith.cli.options import SETTINGS_FOLDER_VARIABLE
from logsmith.cli.places import PlaceError, check_folder
from logsmith.config.keystore import (
    PASSWORD_VARIABLES,
    Keystore,
    KeystoreError,
    KeystoreFile,
    check_name,
    find_password,
)
from logsmith.config.settings import TABLE, keystore_path
from logsmith.durable import alone_in

DESCRIPTION = f"""\
Keep secrets in an encrypted file beside logsmith.yml. Plugin settings, conditions, logsmith.yml and pipelines.yml name
them as ${{KEY}}; the keystore is asked before the environment.

  logsmith keystore create                       an empty keystore
  logsmith keystore add ES_PASSWORD S3_SECRET    asks for the values
  pass es | logsmith keystore add ES_PASSWORD --stdin
  logsmith keystore list                         the names, never the values
  logsmith keystore remove S3_SECRET

Set {PASSWORD_VARIABLES[0]} (or {PASSWORD_VARIABLES[1]}) to protect the keystore with a password; the server needs
it too. Without one the key lies in a file beside the keystore, which is better than plain text, and not by much.
Names are made of letters, digits, `_` and `.`, and ignore case. A server reads the keystore when it starts and
at each reload."""

NO_PASSWORD = f"""\
WARNING: {PASSWORD_VARIABLES[0]} is not set: who reads {{keystore}} and {{key}} has the secrets."""


def main(argv: Sequence[str]) -> int:
    """Run `logsmith keystore` and return its exit status."""
    options = _parser().parse_args(argv)
    folder = (
        options.path_settings or os.environ.get(SETTINGS_FOLDER_VARIABLE) or TABLE["path.settings"].default
    )
    overrides = {"path.settings": folder, "keystore.file": options.keystore_file}
    try:
        check_folder(Path(str(folder)))
        file = KeystoreFile(keystore_path(overrides, os.environ))
        password = find_password(os.environ)
        COMMANDS[options.command](file, password, options)
    except (KeystoreError, PlaceError) as error:
        print(f"ERROR: {error}", file=sys.stderr)
        return 1
    return 0


def _create(file: KeystoreFile, password: str | None, options: argparse.Namespace) -> None:
    del options
    file.create(password)
    print(f"Created {file.path}")
    if password is None:
        print(NO_PASSWORD.format(keystore=file.path, key=file.key_path), file=sys.stderr)


def _add(file: KeystoreFile, password: str | None, options: argparse.Namespace) -> None:
    names = [check_name(name) for name in options.keys]
    if len(set(names)) < len(names):
        raise KeystoreError("a key is named twice")
    known = _read(file, password)
    _check_new(names, () if options.force else known)
    added = _read_values(names, is_piped=options.stdin)  # before anyone else is made to wait
    with _changing(file, password) as values:
        _check_new(names, () if options.force else values)  # while somebody typed, another may have added it
        values.update(added)
    for name in names:
        print(f"Added {name}")


def _check_new(names: Iterable[str], known: Container[str]) -> None:
    taken = [name for name in names if name in known]
    if taken:
        raise KeystoreError(f"{', '.join(taken)}: in the keystore already; --force replaces")


def _list(file: KeystoreFile, password: str | None, options: argparse.Namespace) -> None:
    del options
    for name in _read(file, password):
        print(name)


def _remove(file: KeystoreFile, password: str | None, options: argparse.Namespace) -> None:
    names = [check_name(name) for name in options.keys]
    with _changing(file, password) as values:
        unknown = [name for name in names if name not in values]
        if unknown:
            raise KeystoreError(f"{', '.join(unknown)}: not in the keystore")
        for name in names:
            values.pop(name, None)
    for name in names:
        print(f"Removed {name}")


COMMANDS: Mapping[str, Callable[[KeystoreFile, str | None, argparse.Namespace], None]] = {
    "create": _create,
    "add": _add,
    "list": _list,
    "remove": _remove,
}


def _read(file: KeystoreFile, password: str | None) -> Keystore:
    if not file.exists():
        raise KeystoreError(f"there is no keystore {file.path}; `logsmith keystore create` makes one")
    return file.read(password)


@contextmanager
def _changing(file: KeystoreFile, password: str | None) -> Iterator[dict[str, str]]:
    """Give the secrets to be changed, and write them at the end; one at a time."""
    if not file.exists():
        _read(file, password)
    with alone_in(file.path.parent):
        values = dict(_read(file, password))
        yield values
        file.write(values, password)


def _read_values(names: Sequence[str], *, is_piped: bool) -> dict[str, str]:
    """Return a value for each name: typed, or from standard input, where several are a line each."""
    if not is_piped:
        values = {name: _ask(name) for name in names}
    else:
        text = sys.stdin.read().removesuffix("\n").removesuffix("\r")
        parts = [text] if len(names) == 1 else text.splitlines()
        if len(parts) != len(names):
            raise KeystoreError(f"expected {len(names)} lines of standard input, got {len(parts)}")
        values = dict(zip(names, parts, strict=True))
    for name, value in values.items():
        if not value:
            raise KeystoreError(f"the value of {name} is empty")
    return values


def _ask(name: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", getpass.GetPassWarning)  # that what is piped may be seen
        try:
            return getpass.getpass(f"Enter value for {name}: ")
        except EOFError:
            message = (
                f"there is no value for {name}: standard input has ended, and there is no terminal to ask at"
            )
            raise KeystoreError(f"{message}; pipe it in with --stdin") from None


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="logsmith keystore", description=DESCRIPTION, formatter_class=form)
    places = argparse.ArgumentParser(add_help=False)
    for one in (parser, places):  # before the command, as in Logstash, and behind it
        default = None if one is parser else argparse.SUPPRESS
        one.add_argument(
            "--path.settings", dest="path_settings", metavar="DIR", default=default, help="its folder"
        )
        one.add_argument(
            "--keystore.file",
            dest="keystore_file",
            metavar="FILE",
            default=default,
            help="or the file itself",
        )
    commands = parser.add_subparsers(dest="command", required=True, metavar="create|add|list|remove")
    commands.add_parser("create", parents=[places], help="make an empty keystore")
    add = commands.add_parser("add", parents=[places], help="put secrets into it")
    add.add_argument("keys", nargs="+", metavar="KEY")
    add.add_argument("-x", "--stdin", action="store_true", help="read the values from standard input")
    add.add_argument("-f", "--force", action="store_true", help="replace what is there")
    commands.add_parser("list", parents=[places], help="list the names")
    remove = commands.add_parser("remove", parents=[places], help="take secrets out of it")
    remove.add_argument("keys", nargs="+", metavar="KEY")
    return parser
