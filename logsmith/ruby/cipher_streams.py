"""What encrypts and decrypts bytes: imported by the first cipher that a program opens."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4, TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_OLD = "cryptography.hazmat.decrepit.ciphers.modes"  # where newer versions keep modes that are little used


class WrongTagError(Exception):
    """What was decrypted is not what was encrypted."""


def _mode(name: str) -> Any:  # Any: a class of either module
    with suppress(ImportError, AttributeError):
        return getattr(import_module(_OLD), name)
    return getattr(modes, name)


def open_stream(algorithm: str, key: bytes, mode: str, first: bytes, tag: bytes | None) -> Any:
    """Return a cipher that is opened by its names, `first` being its initial vector and `tag` what must come out."""
    if algorithm == "RC4":
        return Cipher(ARC4(key), None)
    made = TripleDES(key) if algorithm == "DES-EDE3" else algorithms.AES(key)
    if mode == "GCM":
        return Cipher(made, modes.GCM(first, tag))
    if mode == "ECB":
        return Cipher(made, modes.ECB())  # noqa: S305  the program asks for it
    kind = _mode(mode) if mode in ("CFB", "CFB8", "OFB") else getattr(modes, mode)
    return Cipher(made, kind(first))


def finished(stream: Any) -> bytes:
    """Return what a stream's end makes; raises WrongTagError."""
    try:
        return bytes(stream.finalize())
    except (InvalidTag, ValueError):
        raise WrongTagError from None
