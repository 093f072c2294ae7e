"""A small certificate authority: it makes a CA, and issues the certificates of servers and clients.

What it makes is what Filebeat (Go), Logstash (Java) and OpenSSL all take: X.509 version 3, SHA-256, random
serial numbers, key identifiers on every certificate, critical basic constraints and key usage, and one
extended key usage, so that a client's certificate can never pass for the server's. Certificates are valid
from five minutes ago, since clocks differ, and never longer than the CA that issued them.
"""

import datetime as dt
import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from logsmith.net.errors import IssueError

KeyType = Literal["ec", "rsa"]
Role = Literal["server", "client"]
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PublicKey = ec.EllipticCurvePublicKey | rsa.RSAPublicKey

CA_DAYS = 3650
DAYS = 397  # what browsers and Apple's libraries accept at most of a server
RSA_BITS = 3072
MAX_COMMON_NAME = 64  # RFC 5280, ub-common-name

_CLOCKS_DIFFER = dt.timedelta(minutes=5)
_EXTENDED_USAGE = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate and the private key that belongs to it."""

    certificate: x509.Certificate
    key: PrivateKey

    @property
    def certificate_pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The key in PKCS#8, the one form that Logstash reads too, not encrypted."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def expires(self) -> dt.datetime:
        return self.certificate.not_valid_after_utc


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a certificate is to say: for whom, for what, under which names, and for how long."""

    name: str
    role: Role
    hosts: tuple[str, ...] = ()
    addresses: tuple[Address, ...] = ()
    days: int = DAYS


def make_key(key_type: KeyType = "ec") -> PrivateKey:
    """Return a new private key: EC on P-256, or RSA of 3072 bits."""
    if key_type == "rsa":
        return rsa.generate_private_key(65537, RSA_BITS)
    return ec.generate_private_key(ec.SECP256R1())


def make_ca(
    name: str = "logsmith CA",
    *,
    days: int = CA_DAYS,
    key: PrivateKey | None = None,
    issuer: Issued | None = None,
    now: dt.datetime | None = None,
) -> Issued:
    """Return a new certificate authority: a root, or an intermediate if it has an issuer."""
    own = key or make_key()
    draft = _draft(name, own, days, issuer=issuer, now=now)
    constraints = x509.BasicConstraints(ca=True, path_length=1 if issuer is None else 0)
    builder = draft.builder().add_extension(constraints, critical=True)
    builder = builder.add_extension(_key_usage("key_cert_sign", "crl_sign"), critical=True)
    return draft.sign(builder)


def issue(
    authority: Issued, request: Request, *, key: PrivateKey | None = None, now: dt.datetime | None = None
) -> Issued:
    """Return a certificate of `authority`, for a new key unless one is given."""
    own = key or make_key()
    draft = _draft(request.name, own, request.days, issuer=authority, now=now)
    builder = draft.builder().add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    # RSA keys also decrypt what older clients encrypt to them; EC keys only sign
    usages = ["digital_signature", *(["key_encipherment"] if isinstance(own, rsa.RSAPrivateKey) else [])]
    builder = builder.add_extension(_key_usage(*usages), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([_EXTENDED_USAGE[request.role]]), critical=False)
    names = list(_alternative_names(request))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return draft.sign(builder)


def role_of(certificate: x509.Certificate) -> Role:
    """Return what a certificate is for, by its extended key usage."""
    usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    return "server" if ExtendedKeyUsageOID.SERVER_AUTH in usages else "client"


def names_of(certificate: x509.Certificate) -> tuple[tuple[str, ...], tuple[Address, ...]]:
    """Return the host names and the addresses that a certificate is for."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return (), ()
    addresses = [
        found
        for found in names.get_values_for_type(x509.IPAddress)
        if isinstance(found, ipaddress.IPv4Address | ipaddress.IPv6Address)
    ]
    return tuple(names.get_values_for_type(x509.DNSName)), tuple(addresses)


@dataclass(frozen=True, slots=True)
class _Draft:
    """What every certificate says, whatever it is for."""

    name: str
    key: PrivateKey
    start: dt.datetime
    days: int
    issuer: Issued | None

    def builder(self) -> x509.CertificateBuilder:
        public = self.key.public_key()
        authority = self.issuer.certificate if self.issuer else None
        start, end = self._term(authority)
        return (
            x509.CertificateBuilder()
            .subject_name(_common_name(self.name))
            .issuer_name(authority.subject if authority else _common_name(self.name))
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(end)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(_authority_key(authority, public), critical=False)
        )

    def sign(self, builder: x509.CertificateBuilder) -> Issued:
        signer = self.issuer.key if self.issuer else self.key
        return Issued(builder.sign(signer, hashes.SHA256()), self.key)

    def _term(self, authority: x509.Certificate | None) -> tuple[dt.datetime, dt.datetime]:
        start, end = self.start - _CLOCKS_DIFFER, _after(self.start, self.days)
        if authority is None:
            return start, end
        if authority.not_valid_after_utc <= self.start:
            raise IssueError(f"the CA expired on {authority.not_valid_after_utc:%Y-%m-%d}")
        return max(start, authority.not_valid_before_utc), min(end, authority.not_valid_after_utc)


def _draft(
    name: str, key: PrivateKey, days: int, *, issuer: Issued | None, now: dt.datetime | None
) -> _Draft:
    if not 0 < len(name) <= MAX_COMMON_NAME:
        raise IssueError(f"name {name!r}: expected 1 to {MAX_COMMON_NAME} characters")
    if days < 1:
        raise IssueError(f"expected a certificate to be valid for at least 1 day, got {days}")
    return _Draft(name, key, now or dt.datetime.now(dt.UTC), days, issuer)


def _after(start: dt.datetime, days: int) -> dt.datetime:
    try:
        return start + dt.timedelta(days=days)
    except OverflowError:
        raise IssueError(f"{days} days from now is past the year 9999") from None


def _authority_key(authority: x509.Certificate | None, own: PublicKey) -> x509.AuthorityKeyIdentifier:
    if authority is None:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(own)
    try:
        found = authority.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    except x509.ExtensionNotFound:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(_public_key(authority))
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(found)


def _public_key(certificate: x509.Certificate) -> PublicKey:
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return key
    raise IssueError("the CA has a key that is neither EC nor RSA")


def _common_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative_names(request: Request) -> Iterator[x509.GeneralName]:
    yield from (x509.DNSName(host) for host in request.hosts)
    yield from (x509.IPAddress(address) for address in request.addresses)


def _key_usage(*usages: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in usages for usage in _USAGES})
