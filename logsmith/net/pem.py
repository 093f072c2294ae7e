"""Certificates and private keys in PEM files: read into a context, or refused with what is wrong."""

import os
import re
import secrets
import ssl
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

from logsmith.net.errors import TlsError
from logsmith.net.stamps import stamp_of

MAX_PEM_BYTES = 16 * 1024 * 1024  # the largest public bundles of certificate authorities have half a megabyte

_BEGIN = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----")
_CERTIFICATE_LABELS = (b"CERTIFICATE", b"X509 CERTIFICATE", b"TRUSTED CERTIFICATE")
_REVOCATION_LABEL = b"X509 CRL"
_KEY_LABEL = b"PRIVATE KEY"  # the end of every label of a private key, whatever its format
_DER_SEQUENCE = b"\x30\x82"  # how a certificate or key starts that is not in PEM

MISMATCH = "KEY_VALUES_MISMATCH"
RENEWAL_LOOKS, RENEWAL_PAUSE_S = 10, 0.02  # for the other half of a pair that is being renewed

_OTHER_KIND = "is of another kind than that of certificate {certificate}"
_KEY_REASONS = {
    MISMATCH: "does not belong to certificate {certificate}; the file of the certificate must "
    "begin with the one that was issued for this key, followed by its chain",
    "KEY_TYPE_MISMATCH": _OTHER_KIND,
    "NO_CERTIFICATE_ASSIGNED": _OTHER_KIND,
}
_CERTIFICATE_REASONS = {
    "EE_KEY_TOO_SMALL": "has a key that is too short for TLS; RSA needs at least 2048 bits",
    "CA_KEY_TOO_SMALL": "has a CA whose key is too short for TLS; RSA needs at least 2048 bits",
    "CA_MD_TOO_WEAK": "is signed with a digest that TLS no longer accepts, such as SHA-1 or MD5",
}


class _MismatchError(TlsError):
    """A key does not belong to its certificate."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Where a certificate chain and its private key lie, and what decrypts the key."""

    certificate: str
    key: str
    passphrase: str | None = None

    def __repr__(self) -> str:
        return f"Identity(certificate={self.certificate!r}, key={self.key!r})"


def read_certificates(path: str, kind: str = "certificate") -> list[x509.Certificate]:
    """Return the certificates of a PEM file, in their order; `kind` is what a message calls the file."""
    try:
        return x509.load_pem_x509_certificates(_read_certificate_pem(path, kind))
    except ValueError as error:
        raise TlsError(f"{kind} {path}: a certificate in it is damaged: {error}") from None


def load_identity(context: ssl.SSLContext, identity: Identity) -> None:
    """Put a certificate chain and its key into `context`; raise TlsError that says which is wrong and how.

    Where the two do not belong together they may be on their way: if one is replaced soon, they are read again.
    """
    paths = identity.certificate, identity.key
    stamps = [stamp_of(path) for path in paths]
    try:
        _load_identity(context, identity)
    except _MismatchError:
        for _ in range(RENEWAL_LOOKS):
            if [stamp_of(path) for path in paths] != stamps:
                break
            time.sleep(RENEWAL_PAUSE_S)
        else:
            raise
        _load_identity(context, identity)


def _load_identity(context: ssl.SSLContext, identity: Identity) -> None:
    _read_certificate_pem(identity.certificate, "certificate")
    pem = _read_key(identity)
    try:
        context.load_cert_chain(identity.certificate, identity.key, lambda: identity.passphrase or "")
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None)
        if reason is not None:
            kind = _MismatchError if reason == MISMATCH else TlsError
            raise kind(_describe_mismatch(identity, reason)) from None
        # OpenSSL does not say more than "PEM lib": find out why, or read the key in its place
        read_certificates(identity.certificate)
        _load_decrypted(context, identity, _decrypt(identity, pem))


def load_authorities(context: ssl.SSLContext, paths: Sequence[str]) -> None:
    """Trust every certificate of these files: roots, intermediates, and single certificates alike."""
    for path in paths:
        _read_certificate_pem(path, "certificate authorities")
        try:
            context.load_verify_locations(cafile=path)
        except OSError as error:
            read_certificates(path, "certificate authorities")  # says more, if it finds the damage
            raise TlsError(f"certificate authorities {path}: {error}") from None


def load_revocations(context: ssl.SSLContext, paths: Sequence[str]) -> None:
    """Refuse the certificates that the revocation lists in these files name."""
    for path in paths:
        kind = "revocation list"
        pem = _read_pem(path, kind)
        if _REVOCATION_LABEL not in _labels(pem):
            raise TlsError(f"{kind} {path}: holds none in PEM (a line -----BEGIN X509 CRL-----)")
        try:
            x509.load_pem_x509_crl(pem)
            context.load_verify_locations(cafile=path)
        except (OSError, ValueError) as error:
            raise TlsError(f"{kind} {path}: is damaged: {error}") from None
    context.verify_flags |= ssl.VERIFY_CRL_CHECK_LEAF


def _read_certificate_pem(path: str, kind: str) -> bytes:
    pem = _read_pem(path, kind)
    if not any(label in _CERTIFICATE_LABELS for label in _labels(pem)):
        raise TlsError(f"{kind} {path}: {_why_no_certificate(pem)}")
    return pem


def _read_pem(path: str, kind: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            pem = file.read(MAX_PEM_BYTES + 1)
    except OSError as error:
        raise TlsError(f"{kind} {path}: {_describe_unreadable(error)}") from None
    if len(pem) > MAX_PEM_BYTES:
        raise TlsError(f"{kind} {path}: is larger than {MAX_PEM_BYTES} bytes")
    labels = _labels(pem)
    if labels and b"-----END " + labels[-1] + b"-----" not in pem:
        raise TlsError(f"{kind} {path}: is cut off: its last BEGIN line has no END line")
    return pem


def _describe_unreadable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, IsADirectoryError):
        return "is a directory; name a file (one file may hold several certificates)"
    if isinstance(error, PermissionError):
        return f"is not readable by {_describe_user()}; check the permissions of it and of the folders above"
    return f"is not readable: {error.strerror}"


def _describe_user() -> str:
    return f"user id {os.geteuid()}" if hasattr(os, "geteuid") else "this user"


def _labels(pem: bytes) -> list[bytes]:
    return _BEGIN.findall(pem)


def _why_no_certificate(pem: bytes) -> str:
    if any(label.endswith(_KEY_LABEL) for label in _labels(pem)):
        return "holds a private key but no certificate"
    if pem.startswith(_DER_SEQUENCE):
        return "is DER or PKCS#12, not PEM; `openssl x509 -inform der` or `openssl pkcs12` converts it"
    return "holds no PEM certificate (a line -----BEGIN CERTIFICATE-----)"


def _read_key(identity: Identity) -> bytes:
    pem = _read_pem(identity.key, "key")
    if not any(label.endswith(_KEY_LABEL) for label in _labels(pem)):
        raise TlsError(f"key {identity.key}: {_why_no_key(pem)}")
    if not identity.passphrase and (b"ENCRYPTED PRIVATE KEY" in pem or b"Proc-Type: 4,ENCRYPTED" in pem):
        raise TlsError(f"key {identity.key}: is encrypted, and no passphrase is set")
    return pem


def _why_no_key(pem: bytes) -> str:
    if any(label in _CERTIFICATE_LABELS for label in _labels(pem)):
        return "holds a certificate but no private key"
    if pem.startswith(_DER_SEQUENCE):
        return "is DER or PKCS#12, not PEM; `openssl pkey -inform der` or `openssl pkcs12` converts it"
    return "holds no valid private key in PEM (a line -----BEGIN PRIVATE KEY-----)"


def _describe_mismatch(identity: Identity, reason: str) -> str:
    if reason in _CERTIFICATE_REASONS:
        return f"certificate {identity.certificate}: {_CERTIFICATE_REASONS[reason]}"
    words = _KEY_REASONS.get(reason, "cannot be used: " + reason.replace("_", " ").lower())
    return f"key {identity.key}: " + words.format(certificate=identity.certificate)


def _decrypt(identity: Identity, pem: bytes) -> PrivateKeyTypes:
    passphrase = identity.passphrase.encode() if identity.passphrase else None
    begin = next(found for found in _BEGIN.finditer(pem) if found[1].endswith(_KEY_LABEL))
    try:
        return serialization.load_pem_private_key(pem[begin.start() :], passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise TlsError(f"key {identity.key}: {_why_undecryptable(str(error))}") from None


def _why_undecryptable(reason: str) -> str:
    if "password" in reason.lower():
        return "the passphrase is wrong"
    return f"cannot be read ({reason.rstrip('.')}); `openssl pkcs8 -topk8` writes a form that can"


def _load_decrypted(context: ssl.SSLContext, identity: Identity, key: PrivateKeyTypes) -> None:
    # a context takes keys from files only, so the key is encrypted anew and never lies on disk in plain
    passphrase = secrets.token_hex()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    with tempfile.NamedTemporaryFile(prefix="logsmith-") as file:  # its mode is 0600
        file.write(pem)
        file.flush()
        try:
            context.load_cert_chain(identity.certificate, file.name, passphrase)
        except ssl.SSLError as error:
            raise TlsError(_describe_mismatch(identity, error.reason or "PEM")) from None
