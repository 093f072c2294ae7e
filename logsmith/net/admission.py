"""Which clients with a valid certificate are let in: allow-lists by subject alternative name, common name, fingerprint.

A certificate authority says who somebody is, not what they may do. An entry of a list says by its form what it is
compared with: an address with the addresses of a certificate, what holds `://` with its URIs, `@` with its mail
addresses, all else with its host names. So a host name that reads like an address opens no door. `*.` at the start
of an entry stands for one label; a star in a certificate stands for nothing but itself. One entry of any list suffices.
"""

import hashlib
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.x509.oid import NameOID

from logsmith.net.errors import NetError, TlsError
from logsmith.net.pinning import read_fingerprint
from logsmith.net.subject import peer_subject_rfc2253

Kind = Literal["address", "uri", "mail", "host"]
Name = tuple[Kind, str]

MAX_NAME_SHOWN = 200  # characters of what a certificate says, in a log
NAMES_SHOWN = 3


class NotAdmittedError(NetError):
    """A client's certificate is valid, and on no allow-list; the text says whose it is."""


@dataclass(frozen=True, slots=True)
class Admission:
    """The allow-lists of one listener; with all of them empty nobody is let in."""

    names: frozenset[Name] = frozenset()
    common_names: frozenset[str] = frozenset()
    fingerprints: frozenset[str] = frozenset()

    def check(self, der: bytes | None) -> None:
        """Raise NotAdmittedError unless this certificate, DER, is on a list."""
        if not der:
            raise NotAdmittedError("the peer showed no certificate, and only listed ones are allowed")
        if hashlib.sha256(der).hexdigest() in self.fingerprints:
            return
        try:
            certificate = x509.load_der_x509_certificate(der)
            names, common = _alternative_names(certificate), _common_names(certificate)
        except (ValueError, TypeError, x509.DuplicateExtension) as error:
            raise NotAdmittedError(f"the peer's certificate cannot be read: {error}") from None
        # with several common names, each must be allowed: no one knows which of them is meant
        if common and common <= self.common_names:
            return
        if any(self._has(name) for name in names):
            return
        raise NotAdmittedError(f"the certificate of {_shown(der, names)} is on no list of allowed clients")

    def _has(self, name: Name) -> bool:
        kind, text = name
        if name in self.names:
            return True
        _, dot, rest = text.partition(".")
        return kind == "host" and bool(dot) and (kind, f"*.{rest}") in self.names


def read_admission(
    names: Sequence[str] = (), common_names: Sequence[str] = (), fingerprints: Sequence[str] = ()
) -> Admission:
    """Return the allow-lists of these texts; raise TlsError that says which entry is wrong."""
    if not all(text.strip() for text in (*names, *common_names)):
        raise TlsError("an allowed name is empty")
    return Admission(
        frozenset(_read_name(text.strip()) for text in names),
        frozenset(common_names),
        frozenset(read_fingerprint(text) for text in fingerprints),
    )


def _read_name(text: str) -> Name:
    if "://" in text:
        return "uri", text
    if "@" in text:
        return "mail", text.lower()
    try:
        return "address", str(ipaddress.ip_address(text))
    except ValueError:
        pass
    if "*" in text.removeprefix("*.") or ("*" in text and text.count(".") < 2):
        raise TlsError(f"allowed name {text!r}: a star stands for one label, as in *.web.example.org")
    return "host", text.lower().rstrip(".")


def _alternative_names(certificate: x509.Certificate) -> list[Name]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    hosts: list[Name] = [("host", one.lower().rstrip(".")) for one in found.get_values_for_type(x509.DNSName)]
    addresses: list[Name] = [("address", str(one)) for one in found.get_values_for_type(x509.IPAddress)]
    mails: list[Name] = [("mail", one.lower()) for one in found.get_values_for_type(x509.RFC822Name)]
    uris: list[Name] = [("uri", one) for one in found.get_values_for_type(x509.UniformResourceIdentifier)]
    # a star in a certificate would else meet the user's own entry `*.example.org`
    return [name for name in (*hosts, *addresses, *mails, *uris) if name[0] != "host" or "*" not in name[1]]


def _common_names(certificate: x509.Certificate) -> set[str]:
    return {str(one.value) for one in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)}


def _shown(der: bytes, names: Sequence[Name]) -> str:
    """Return whose a certificate is as a log may have it: cut, and without control characters."""
    told = [peer_subject_rfc2253(der) or "an empty subject", *(text for _, text in names[:NAMES_SHOWN])]
    text = ", ".join(told)[:MAX_NAME_SHOWN]
    return text if text.isprintable() else ascii(text)
