"""The keystore: secrets in one encrypted file, which `${KEY}` finds before it looks in the environment.

The file is a JSON object:

    format       "logsmith-keystore"
    version      1
    derivation   how the key of 32 bytes is made: {"name": "scrypt", "n", "r", "p", "salt"} from a password,
                 or {"name": "key-file"}: it lies beside the keystore, in hexadecimal, in a file of mode 0600
    nonce        12 bytes, new with each writing
    secrets      AES-256-GCM of a JSON object of names and values

Bytes are in base64. What stands before `nonce` is authenticated together with the secrets (as JSON with sorted keys
and no blanks), so that nobody can weaken the derivation. A key file protects a keystore that is copied without it, and
nothing else: with a password in LOGSMITH_KEYSTORE_PASS the file alone is worth nothing. Names ignore case, as in Logstash.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from logsmith.durable import PRIVATE, make_folder, replace_file, sync_folder
from logsmith.errors import LogsmithError

FILE_NAME = "logsmith.keystore"
LOGSTASH_FILE_NAME = "logstash.keystore"  # PKCS#12 of a kind that only Java writes; it is not read
KEY_FILE_ENDING = ".key"
PASSWORD_VARIABLES = ("LOGSMITH_KEYSTORE_PASS", "LOGSTASH_KEYSTORE_PASS")
FORMAT, VERSION = "logsmith-keystore", 1
SCRYPT = {"n": 2**17, "r": 8, "p": 1}  # 128 MiB and a quarter of a second for each guess
# A file must not be able to ask for more than this
MAX_SCRYPT = {"n": 2**19, "r": 16, "p": 16}
MAX_FILE_BYTES = 16 * 1024 * 1024
MAX_KEY_FILE_BYTES = 1024
KEY_BYTES, SALT_BYTES, NONCE_BYTES = 32, 16, 12
REFUSED_MODES = 0o027  # the group may read: some platforms cannot do without

_NAME = re.compile(r"[A-Za-z_.][A-Za-z0-9_.]*")


class KeystoreError(LogsmithError):
    """A keystore cannot be opened or changed; the text says why and what to do."""


class Keystore(Mapping[str, str]):
    """Secrets by name, whatever its case; it never prints them."""

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = {name.lower(): value for name, value in (values or {}).items()}

    def __getitem__(self, name: str) -> str:
        return self._values[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._values))

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"<keystore of {len(self)} keys>"


def check_name(name: str) -> str:
    """Return a name as keystores have it; raise KeystoreError if `${…}` could never find it."""
    if not _NAME.fullmatch(name):
        raise KeystoreError(
            f"{name!r} is no name for a key: expected letters, digits, `_` and `.`, no digit first"
        )
    return name.lower()


def find_password(environment: Mapping[str, str]) -> str | None:
    """Return the password of keystores that the environment names; raise KeystoreError if it is empty."""
    for variable in PASSWORD_VARIABLES:
        password = environment.get(variable)
        if password == "":
            raise KeystoreError(f"{variable} is set and empty; give it a password, or unset it")
        if password is not None:
            return password
    return None


@dataclass(frozen=True, slots=True)
class KeystoreFile:
    """The file of a keystore; `read` and `write` take the password, or None to use the key file beside it."""

    path: Path

    @property
    def key_path(self) -> Path:
        return self.path.with_name(self.path.name + KEY_FILE_ENDING)

    def exists(self) -> bool:
        return self.path.exists()

    def read(self, password: str | None) -> Keystore:
        """Return the secrets; raise KeystoreError."""
        head, nonce, sealed = self._read_parts()
        key = self._key(head["derivation"], password)
        plain = self._open(key, nonce, sealed, head)
        return Keystore(json.loads(plain))

    def create(self, password: str | None) -> None:
        """Make an empty keystore, and a key file if there is no password; raise KeystoreError if there is one already."""
        if self.exists():
            raise KeystoreError(f"{self.path} exists already; delete it to begin anew")
        derivation: dict[str, Any] = {"name": "key-file"}  # Any: JSON
        if password is None:
            _write(self.key_path, secrets.token_bytes(KEY_BYTES).hex().encode() + b"\n")
        else:
            derivation = {"name": "scrypt", **SCRYPT, "salt": _text(secrets.token_bytes(SALT_BYTES))}
        self._seal({}, derivation, password)

    def write(self, values: Mapping[str, str], password: str | None) -> None:
        """Replace the secrets of a keystore; it is whole at any moment, the old one or the new."""
        self._seal(values, self._read_parts()[0]["derivation"], password)

    def _seal(self, values: Mapping[str, str], derivation: dict[str, Any], password: str | None) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  for those who have a keystore

        head = {"format": FORMAT, "version": VERSION, "derivation": derivation}
        nonce = secrets.token_bytes(NONCE_BYTES)
        plain = json.dumps(dict(values), ensure_ascii=False).encode()
        sealed = AESGCM(self._key(derivation, password)).encrypt(nonce, plain, _bound(head))
        whole = {**head, "nonce": _text(nonce), "secrets": _text(sealed)}
        _write(self.path, json.dumps(whole, indent=1).encode() + b"\n")

    def _open(self, key: bytes, nonce: bytes, sealed: bytes, head: dict[str, Any]) -> bytes:
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415  as above
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415  as above

        try:
            return AESGCM(key).decrypt(nonce, sealed, _bound(head))
        except (InvalidTag, ValueError):
            if head["derivation"]["name"] == "scrypt":
                wrong = f"the password in {' or '.join(PASSWORD_VARIABLES)} is wrong"
            else:
                wrong = f"{self.key_path} is another keystore's"
            raise KeystoreError(f"{self.path} cannot be opened: {wrong}, or the file is damaged") from None

    def _read_parts(self) -> tuple[dict[str, Any], bytes, bytes]:
        try:
            with self.path.open("rb") as file:
                whole = json.loads(file.read(MAX_FILE_BYTES))
            head = {name: whole[name] for name in ("format", "version", "derivation")}
            version = head["version"] if head["format"] == FORMAT else None
            parts = head, _bytes(whole["nonce"]), _bytes(whole["secrets"])
            _ = head["derivation"]["name"]
        except OSError as error:
            raise KeystoreError(f"{self.path} cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError, RecursionError):
            version = None
        if version is None:
            raise KeystoreError(f"{self.path} is no keystore of logsmith, or it is damaged")
        if version != VERSION:
            raise KeystoreError(
                f"{self.path} is of version {version!r}, and this logsmith reads version {VERSION}"
            )
        return parts

    def _key(self, derivation: dict[str, Any], password: str | None) -> bytes:
        if derivation["name"] == "key-file":
            return self._read_key_file()
        if password is None:
            raise KeystoreError(f"{self.path} has a password: put it into {PASSWORD_VARIABLES[0]}")
        from cryptography.hazmat.primitives.kdf.scrypt import Scrypt  # noqa: PLC0415  as above

        try:
            derive = Scrypt(salt=_bytes(derivation["salt"]), length=KEY_BYTES, **_costs(derivation))
            return derive.derive(password.encode("utf-8", "surrogateescape"))
        except (ValueError, KeyError, TypeError):
            raise KeystoreError(f"{self.path} is damaged: its key cannot be derived as it says") from None

    def _read_key_file(self) -> bytes:
        path = self.key_path
        try:
            mode = path.stat().st_mode & 0o777
            text = path.read_bytes()[:MAX_KEY_FILE_BYTES]
        except OSError as error:
            raise KeystoreError(f"{path}, the key of {self.path}, cannot be read: {error.strerror}") from None
        if mode & REFUSED_MODES:
            raise KeystoreError(f"{path} is open to others (mode {mode:04o}): chmod 600 it")
        try:
            key = bytes.fromhex(text.decode("ascii"))
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES:
            raise KeystoreError(f"{path} is no key of a keystore")
        return key


def _costs(derivation: Mapping[str, Any]) -> dict[str, int]:
    costs = {name: int(derivation[name]) for name in SCRYPT}
    if any(not 0 < costs[name] <= most for name, most in MAX_SCRYPT.items()):
        raise ValueError(costs)
    return costs


def _bound(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode()


def _text(plain: bytes) -> str:
    return base64.b64encode(plain).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _write(path: Path, content: bytes) -> None:
    try:
        make_folder(path.parent)
        replace_file(path, content, mode=PRIVATE)
        sync_folder(path.parent)
    except OSError as error:
        raise KeystoreError(f"{path} cannot be written: {error.strerror}") from None
