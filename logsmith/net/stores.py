"""Keystores and truststores of Java users: PKCS#12 files with a password."""

from __future__ import annotations

import secrets
import ssl
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    pkcs12,
)

from logsmith.net.errors import TlsError

if TYPE_CHECKING:
    from cryptography import x509

_JKS = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")  # how files of Java's own two formats begin
_CONVERT = "keytool -importkeystore -srckeystore OLD -destkeystore NEW.p12 -deststoretype pkcs12"


@dataclass(frozen=True, slots=True)
class Store:
    """A PKCS#12 file and its password."""

    path: Path
    password: str | None = field(default=None, repr=False)


def read_certificate(store: Store) -> x509.Certificate:
    """Return the certificate of the private key in a keystore; raises TlsError."""
    content = _read(store, "keystore")
    if content.key is None or content.cert is None:
        raise TlsError(f"keystore {store.path}: holds no private key with its certificate")
    return content.cert.certificate


def load_keystore(context: ssl.SSLContext, store: Store) -> None:
    """Put the key and the certificates of a keystore into `context`; raises TlsError."""
    content = _read(store, "keystore")
    if content.key is None or content.cert is None:
        raise TlsError(f"keystore {store.path}: holds no private key with its certificate")
    # a context takes keys from files only, so the key is encrypted anew and never lies on disk in plain
    password = secrets.token_hex()
    key = content.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode())
    ).decode()
    chain = [content.cert.certificate, *(one.certificate for one in content.additional_certs)]
    with tempfile.NamedTemporaryFile("w", prefix="logsmith-") as file:  # its mode is 0600
        file.write(key + in_pem(chain))
        file.flush()
        try:
            context.load_cert_chain(file.name, password=password)
        except ssl.SSLError as error:
            raise TlsError(f"keystore {store.path}: {error.reason or error}") from None


def read_truststore(store: Store) -> list[x509.Certificate]:
    """Return the authorities in a truststore; raises TlsError."""
    content = _read(store, "truststore")
    authorities = [one.certificate for one in content.additional_certs]
    if content.cert is not None:
        authorities.append(content.cert.certificate)
    if not authorities:
        raise TlsError(f"truststore {store.path}: holds no certificate")
    return authorities


def in_pem(certificates: list[x509.Certificate]) -> str:
    """Return certificates as the text of a PEM file."""
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)


def _read(store: Store, kind: str) -> pkcs12.PKCS12KeyAndCertificates:
    try:
        content = store.path.read_bytes()
    except OSError as error:
        raise TlsError(f"{kind} {store.path}: {error.strerror}") from None
    if content.startswith(_JKS):
        raise TlsError(f"{kind} {store.path}: is of Java's own format, not PKCS#12; convert it: {_CONVERT}")
    password = None if store.password is None else store.password.encode()
    try:
        return pkcs12.load_pkcs12(content, password)
    except ValueError as error:
        raise TlsError(f"{kind} {store.path}: {error} (is its password right?)") from None
