"""Trust in a certificate authority that is known only by its fingerprint (`ca_trusted_fingerprint`).

OpenSSL can only trust certificates it holds, and here only the SHA-256 of one is known: the certificate
itself comes with the server's chain. So the context verifies nothing by itself, and the chain is followed
right after the handshake, before a byte of ours is sent: from the server's certificate upwards, each signed
by the next and valid today, until one is reached that is trusted. Constraints on names are not evaluated,
since the authority was chosen by hand.
"""

import datetime as dt
import hashlib
import ipaddress
import re
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.x509.oid import ExtendedKeyUsageOID

from logsmith.net.errors import TlsError

MAX_CHAIN = 10  # certificates above the server's own

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class PinnedTrust:
    """Whom a pinned context trusts: by SHA-256, or by certificate; and whether host names are compared."""

    fingerprints: frozenset[str]
    authorities: tuple[x509.Certificate, ...] = ()
    checks_name: bool = True

    def is_trusted(self, certificate: x509.Certificate) -> bool:
        return certificate in self.authorities or _fingerprint(certificate) in self.fingerprints


def read_fingerprint(text: str) -> str:
    """Return a SHA-256 in plain lower-case hexadecimal; raise TlsError if the text is none."""
    plain = text.replace(":", "").strip().lower()
    if _FINGERPRINT.fullmatch(plain) is None:
        raise TlsError(
            f"trusted fingerprint {text!r}: expected the SHA-256 of a certificate, 64 hexadecimal digits"
        )
    return plain


def pin(context: ssl.SSLContext, trust: PinnedTrust) -> None:
    """Make every connection of `context` fail its handshake unless the server's chain leads to `trust`."""

    class PinnedSocket(ssl.SSLSocket):
        def do_handshake(self, block: bool = False) -> None:
            super().do_handshake(block)
            verify_chain(_presented(self), trust, self.server_hostname)

    class PinnedObject(ssl.SSLObject):
        def do_handshake(self) -> None:
            super().do_handshake()
            verify_chain(_presented(self), trust, self.server_hostname)

    context.sslsocket_class = PinnedSocket
    context.sslobject_class = PinnedObject


def verify_chain(chain: Sequence[bytes], trust: PinnedTrust, hostname: str | None) -> None:
    """Raise ssl.SSLCertVerificationError unless a server's DER certificates lead to one that is trusted."""
    try:
        certificates = [x509.load_der_x509_certificate(der) for der in chain]
        reason = _why_untrusted(certificates, trust, hostname)
    except (ValueError, x509.DuplicateExtension) as error:
        reason = f"it cannot be read: {error}"
    if reason is not None:
        raise _refusal(reason)


def _refusal(reason: str) -> ssl.SSLCertVerificationError:
    refusal = ssl.SSLCertVerificationError(1, f"certificate verify failed: {reason}")
    refusal.verify_message = reason
    return refusal


def _presented(connection: ssl.SSLSocket | ssl.SSLObject) -> list[bytes]:
    public = getattr(connection, "get_unverified_chain", None)
    if public is not None:  # Python 3.13
        return list(public())
    inner = connection._sslobj  # type: ignore[union-attr]  # noqa: SLF001  the only way before 3.13
    return [ssl.PEM_cert_to_DER_cert(found.public_bytes()) for found in inner.get_unverified_chain() or ()]


def _why_untrusted(chain: list[x509.Certificate], trust: PinnedTrust, hostname: str | None) -> str | None:
    if not chain:
        return "the server sent no certificate"
    leaf, now = chain[0], dt.datetime.now(dt.UTC)
    if trust.checks_name and not _is_for(leaf, hostname):
        return f"the certificate is not for {hostname!r}"
    if not _serves(leaf):
        return "the certificate is not meant for servers (its extended key usage lacks serverAuth)"
    candidates = [*chain[1:], *trust.authorities]
    current = leaf
    for depth in range(MAX_CHAIN + 1):
        if not current.not_valid_before_utc <= now <= current.not_valid_after_utc:
            return f"the certificate of {current.subject.rfc4514_string()!r} has expired or is not valid yet"
        if trust.is_trusted(current):
            return None
        issuer = _find_issuer(current, candidates, depth)
        if issuer is None:
            break
        current = issuer
    return "no certificate in the server's chain has a trusted fingerprint"


def _find_issuer(
    certificate: x509.Certificate, candidates: Iterable[x509.Certificate], below: int
) -> x509.Certificate | None:
    for candidate in candidates:
        if candidate != certificate and _may_issue(candidate, below) and _has_issued(candidate, certificate):
            return candidate
    return None


def _may_issue(candidate: x509.Certificate, below: int) -> bool:
    try:
        constraints = candidate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except x509.ExtensionNotFound:
        return False
    return constraints.ca and (constraints.path_length is None or below <= constraints.path_length)


def _has_issued(candidate: x509.Certificate, certificate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(candidate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _serves(leaf: x509.Certificate) -> bool:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.SERVER_AUTH in usage or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in usage


def _is_for(leaf: x509.Certificate, hostname: str | None) -> bool:
    if hostname is None:
        return False
    try:
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ipaddress.ip_address(hostname) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        return any(_covers(pattern, hostname) for pattern in names.get_values_for_type(x509.DNSName))


def _covers(pattern: str, hostname: str) -> bool:
    pattern, hostname = pattern.lower().rstrip("."), hostname.lower().rstrip(".")
    if not pattern.startswith("*."):
        return pattern == hostname
    # RFC 6125, 6.4.3: the star stands for exactly one label
    first, dot, rest = hostname.partition(".")
    return bool(first and dot) and rest == pattern[2:]


def _fingerprint(certificate: x509.Certificate) -> str:
    return hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()
