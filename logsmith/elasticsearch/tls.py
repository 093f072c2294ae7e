"""TLS to a cluster: the `ssl_*` settings in PEM, and the keystores and truststores of Java users."""

import secrets
import ssl
import tempfile
from dataclasses import dataclass, field, replace
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    pkcs12,
)

from logsmith.elasticsearch.errors import ElasticsearchError
from logsmith.net.tls import TlsClientSettings, client_context

_JKS = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")  # how files of Java's own two formats begin
_CONVERT = "keytool -importkeystore -srckeystore OLD -destkeystore NEW.p12 -deststoretype pkcs12"


@dataclass(frozen=True, slots=True)
class Store:
    """A PKCS#12 file and its password."""

    path: Path
    password: str | None = field(default=None, repr=False)


def make_context(
    settings: TlsClientSettings, *, keystore: Store | None = None, truststore: Store | None = None
) -> ssl.SSLContext:
    """Return the context for connections; raises TlsError or ElasticsearchError that says what is wrong."""
    trusts_store = truststore is not None and settings.verification_mode != "none"
    context = client_context(replace(settings, verification_mode="none") if trusts_store else settings)
    if truststore is not None and trusts_store:
        _trust(context, truststore, checks_name=settings.verification_mode == "full")
    if keystore is not None:
        _load_identity(context, keystore)
    return context


def _trust(context: ssl.SSLContext, store: Store, *, checks_name: bool) -> None:
    content = _read(store, "truststore")
    authorities = [one.certificate for one in content.additional_certs]
    if content.cert is not None:
        authorities.append(content.cert.certificate)
    if not authorities:
        raise ElasticsearchError(f"truststore {store.path}: holds no certificate")
    context.load_verify_locations(cadata=_pem(authorities))
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = checks_name


def _load_identity(context: ssl.SSLContext, store: Store) -> None:
    content = _read(store, "keystore")
    if content.key is None or content.cert is None:
        raise ElasticsearchError(f"keystore {store.path}: holds no private key with its certificate")
    # a context takes keys from files only, so the key is encrypted anew and never lies on disk in plain
    password = secrets.token_hex()
    key = content.key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode())
    ).decode()
    chain = [content.cert.certificate, *(one.certificate for one in content.additional_certs)]
    with tempfile.NamedTemporaryFile("w", prefix="logsmith-") as file:  # its mode is 0600
        file.write(key + _pem(chain))
        file.flush()
        try:
            context.load_cert_chain(file.name, password=password)
        except ssl.SSLError as error:
            raise ElasticsearchError(f"keystore {store.path}: {error.reason or error}") from None


def _read(store: Store, kind: str) -> pkcs12.PKCS12KeyAndCertificates:
    try:
        content = store.path.read_bytes()
    except OSError as error:
        raise ElasticsearchError(f"{kind} {store.path}: {error.strerror}") from None
    if content.startswith(_JKS):
        raise ElasticsearchError(
            f"{kind} {store.path}: is of Java's own format, not PKCS#12; convert it: {_CONVERT}"
        )
    password = None if store.password is None else store.password.encode()
    try:
        return pkcs12.load_pkcs12(content, password)
    except ValueError as error:
        raise ElasticsearchError(f"{kind} {store.path}: {error} (is its password right?)") from None


def _pem(certificates: list[x509.Certificate]) -> str:
    return "".join(one.public_bytes(Encoding.PEM).decode() for one in certificates)
