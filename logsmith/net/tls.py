"""TLS contexts from `ssl_*` settings, for both ends, trusting whom Logstash would trust.

What is trusted. Every certificate in a file of certificate authorities is an anchor, be it a root, an
intermediate or a single client's own certificate, as in Java; OpenSSL alone would insist on the root.
Chains without key identifiers pass, so the strict mode that Python switches on in its default context is
left off; contexts are therefore made bare and every flag is set here. No name is ever compared with a
client's certificate. One rule is OpenSSL's and stays: an anchor that has itself expired is refused, where
Java would go on trusting it; `check_tls` warns of it.

What is offered. The protocol versions are a set, and may have holes. A version for which no cipher suite is
listed is left out. TLS 1.3 suites are all or none, since Python cannot choose among them, and `check_tls`
says so.
"""

import datetime as dt
import ssl
import warnings
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Literal

import trio
from cryptography import x509

from logsmith.net.ciphers import (
    OFFERED_TLS13_SUITES,
    OLD_PROTOCOLS,
    OPENSSL_NAMES,
    PROTOCOLS,
    TLS13_SUITES,
    check_protocols,
    check_suites,
    default_suites,
    iana_cipher_name,
    usable_protocols,
)
from logsmith.net.errors import TlsError
from logsmith.net.pem import Identity, load_authorities, load_identity, load_revocations, read_certificates
from logsmith.net.pinning import PinnedTrust, pin, read_fingerprint
from logsmith.net.stores import Store, load_keystore, read_certificate
from logsmith.net.subject import peer_subject_rfc2253
from logsmith.net.tlsfailure import describe_tls_failure

__all__ = [
    "TlsClientSettings",
    "TlsError",
    "TlsServerSettings",
    "check_keystore",
    "check_tls",
    "client_context",
    "describe_peer",
    "describe_tls_failure",
    "keystore_context",
    "server_context",
]

ClientAuthentication = Literal["none", "optional", "required"]
VerificationMode = Literal["full", "certificate", "none"]

EXPIRES_SOON = dt.timedelta(days=14)

_CLIENT_CERTIFICATE = {
    "none": ssl.CERT_NONE,
    "optional": ssl.CERT_OPTIONAL,
    "required": ssl.CERT_REQUIRED,
}
_OP_NO = {
    "TLSv1": ssl.OP_NO_TLSv1,
    "TLSv1.1": ssl.OP_NO_TLSv1_1,
    "TLSv1.2": ssl.OP_NO_TLSv1_2,
    "TLSv1.3": ssl.OP_NO_TLSv1_3,
}
_VERSIONS = {
    "TLSv1": ssl.TLSVersion.TLSv1,
    "TLSv1.1": ssl.TLSVersion.TLSv1_1,
    "TLSv1.2": ssl.TLSVersion.TLSv1_2,
    "TLSv1.3": ssl.TLSVersion.TLSv1_3,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsServerSettings:
    """The `ssl_*` settings of an input. Paths are PEM files; an empty collection means the default."""

    certificate: str
    key: str
    key_passphrase: str | None = field(default=None, repr=False)
    certificate_authorities: tuple[str, ...] = ()
    revocation_lists: tuple[str, ...] = ()  # of client certificates; each of their authorities needs one
    client_authentication: ClientAuthentication | None = None  # None: required if there are authorities
    supported_protocols: frozenset[str] = frozenset()
    cipher_suites: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """All files that a context is made from."""
        return (self.certificate, self.key, *self.certificate_authorities, *self.revocation_lists)


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsClientSettings:
    """The `ssl_*` settings of an output; the system's authorities are trusted if it names none."""

    certificate: str | None = None
    key: str | None = None
    key_passphrase: str | None = field(default=None, repr=False)
    certificate_authorities: tuple[str, ...] = ()
    verification_mode: VerificationMode = "full"
    ca_trusted_fingerprints: tuple[str, ...] = ()  # SHA-256 in hexadecimal, with or without colons
    supported_protocols: frozenset[str] = frozenset()
    cipher_suites: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """All files that a context is made from."""
        own = tuple(path for path in (self.certificate, self.key) if path is not None)
        return (*own, *self.certificate_authorities)


def server_context(settings: TlsServerSettings) -> ssl.SSLContext:
    """Return a context for accepting connections; raise TlsError that says which file is wrong and how."""
    authentication = _client_authentication(settings)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _set_terms(context, settings)
    load_identity(context, Identity(settings.certificate, settings.key, settings.key_passphrase))
    load_authorities(context, settings.certificate_authorities)
    if settings.revocation_lists and not settings.certificate_authorities:
        raise TlsError(
            "revocation lists are set, but no certificate authorities whose certificates they revoke"
        )
    if settings.revocation_lists:
        load_revocations(context, settings.revocation_lists)
    context.verify_mode = _CLIENT_CERTIFICATE[authentication]
    _set_sessions(context)
    return context


def keystore_context(store: Store, protocols: Collection[str] = ()) -> ssl.SSLContext:
    """Return a context for accepting connections of clients without certificates; raises TlsError."""
    path = str(store.path)
    terms = TlsServerSettings(certificate=path, key=path, supported_protocols=frozenset(protocols))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _set_terms(context, terms)
    load_keystore(context, store)
    _set_sessions(context)
    return context


def check_keystore(store: Store, now: dt.datetime | None = None) -> list[str]:
    """Return warnings about a keystore that works but will surprise."""
    what = f"the certificate of keystore {store.path}"
    return [*_check_expiry(what, read_certificate(store), now or dt.datetime.now(dt.UTC))]


def client_context(settings: TlsClientSettings) -> ssl.SSLContext:
    """Return a context for making connections; raise TlsError that says which file is wrong and how."""
    if (settings.certificate is None) != (settings.key is None):
        raise TlsError("a client certificate and its key must be set together")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _set_terms(context, settings)
    if settings.certificate is not None and settings.key is not None:
        load_identity(context, Identity(settings.certificate, settings.key, settings.key_passphrase))
    _set_trust(context, settings)
    return context


def check_tls(settings: TlsServerSettings | TlsClientSettings, now: dt.datetime | None = None) -> list[str]:
    """Return warnings about settings that work but will surprise: expiry, weak versions, suites left out."""
    now = now or dt.datetime.now(dt.UTC)
    return [*_check_dates(settings, now), *_check_terms(settings)]


def _set_sessions(context: ssl.SSLContext) -> None:
    context.options |= ssl.OP_NO_TICKET | ssl.OP_CIPHER_SERVER_PREFERENCE
    # Beats resume no sessions, and a ticket after the handshake resets clients that only connect and close
    context.num_tickets = 0


def _client_authentication(settings: TlsServerSettings) -> ClientAuthentication:
    authentication, has_authorities = settings.client_authentication, bool(settings.certificate_authorities)
    if authentication is None:
        # Logstash: documented as "none", yet authorities alone make client certificates required
        return "required" if has_authorities else "none"
    if authentication == "none" and has_authorities:
        raise TlsError(
            'certificate authorities are set, but client authentication is "none"; remove one of them'
        )
    if authentication != "none" and not has_authorities:
        raise TlsError(f'client authentication is "{authentication}", but no certificate authorities are set')
    return authentication


def _set_trust(context: ssl.SSLContext, settings: TlsClientSettings) -> None:
    context.check_hostname = False  # before verify_mode, which it otherwise holds fast
    if settings.verification_mode == "none":
        context.verify_mode = ssl.CERT_NONE
        return
    checks_name = settings.verification_mode == "full"
    if settings.ca_trusted_fingerprints:
        context.verify_mode = ssl.CERT_NONE  # the chain is verified by `pin`
        pin(context, _pinned_trust(settings, checks_name))
        return
    context.verify_mode = ssl.CERT_REQUIRED
    context.check_hostname = checks_name
    if settings.certificate_authorities:
        load_authorities(context, settings.certificate_authorities)
    else:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)


def _pinned_trust(settings: TlsClientSettings, checks_name: bool) -> PinnedTrust:
    paths = settings.certificate_authorities
    authorities = [found for path in paths for found in read_certificates(path, "certificate authorities")]
    fingerprints = frozenset(read_fingerprint(text) for text in settings.ca_trusted_fingerprints)
    return PinnedTrust(fingerprints, tuple(authorities), checks_name)


def _terms(settings: TlsServerSettings | TlsClientSettings) -> tuple[frozenset[str], tuple[str, ...]]:
    """Return the protocol versions and cipher suites that will be offered."""
    protocols = check_protocols(settings.supported_protocols)
    suites = check_suites(settings.cipher_suites) or default_suites(protocols)
    usable = usable_protocols(protocols, suites)
    if not usable:
        raise TlsError(f"none of the cipher suites is for {' or '.join(sorted(protocols))}")
    return usable, suites


def _set_terms(context: ssl.SSLContext, settings: TlsServerSettings | TlsClientSettings) -> None:
    protocols, suites = _terms(settings)
    context.verify_flags = ssl.VERIFY_X509_TRUSTED_FIRST | ssl.VERIFY_X509_PARTIAL_CHAIN
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    _set_protocols(context, protocols)
    _set_suites(context, suites, protocols)


def _set_protocols(context: ssl.SSLContext, protocols: frozenset[str]) -> None:
    ordered = [name for name in PROTOCOLS if name in protocols]
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", DeprecationWarning
        )  # old versions and holes are what the user asked for
        context.minimum_version = _VERSIONS[ordered[0]]
        context.maximum_version = _VERSIONS[ordered[-1]]
        for name in PROTOCOLS[PROTOCOLS.index(ordered[0]) : PROTOCOLS.index(ordered[-1])]:
            if name not in protocols:
                context.options |= _OP_NO[name]


def _set_suites(context: ssl.SSLContext, suites: tuple[str, ...], protocols: frozenset[str]) -> None:
    older = [OPENSSL_NAMES[name] for name in suites if name not in TLS13_SUITES]
    if not older:
        return
    if protocols & OLD_PROTOCOLS:
        older.append("@SECLEVEL=0")  # OpenSSL 3 has no TLS 1.1 above it
    try:
        context.set_ciphers(":".join(older))
    except ssl.SSLError:
        raise TlsError(f"this OpenSSL has none of the cipher suites {', '.join(suites)}") from None


def _check_dates(settings: TlsServerSettings | TlsClientSettings, now: dt.datetime) -> Iterator[str]:
    if settings.certificate is not None:
        for certificate in read_certificates(settings.certificate)[:1]:
            yield from _check_expiry(f"certificate {settings.certificate}", certificate, now)
    for path in settings.certificate_authorities:
        kind = "certificate authorities"
        for authority in read_certificates(path, kind):
            yield from _check_expiry(f"{kind} {path}: {authority.subject.rfc4514_string()}", authority, now)


def _check_expiry(what: str, certificate: x509.Certificate, now: dt.datetime) -> Iterator[str]:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if end < now:
        yield f"{what} expired on {end:%Y-%m-%d}; peers will refuse the connection"
    elif end - now < EXPIRES_SOON:
        yield f"{what} expires on {end:%Y-%m-%d}"
    if start > now:
        yield f"{what} is not valid before {start:%Y-%m-%d}"


def _check_terms(settings: TlsServerSettings | TlsClientSettings) -> Iterator[str]:
    protocols, suites = _terms(settings)
    for name in sorted(protocols & OLD_PROTOCOLS):
        yield f"{name} is switched on; it lowers the security level of all connections of this plugin"
    asked = check_protocols(settings.supported_protocols)
    for name in sorted(asked - protocols):
        yield f"{name} is off: none of the cipher suites is for it"
    left_out = OFFERED_TLS13_SUITES - set(suites)
    if "TLSv1.3" in protocols and left_out:
        yield f"Python cannot switch off single TLS 1.3 suites; also offered: {', '.join(sorted(left_out))}"


def describe_peer(tls: trio.SSLStream[trio.SocketStream]) -> dict[str, str | None]:
    """Return what is known of a peer after its handshake: whether it showed a certificate, and whose."""
    certificate = tls.getpeercert(binary_form=True)
    if not certificate:
        return {"status": "unverified"}
    return {
        "status": "verified",
        "protocol": tls.version(),
        "subject": peer_subject_rfc2253(certificate),
        "cipher_suite": iana_cipher_name(tls.cipher()[0]),
    }
