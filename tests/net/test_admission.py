"""Who is let in by an allow-list, and who is not."""

import datetime as dt
import hashlib
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from logsmith.net.admission import Admission, NotAdmittedError, read_admission
from logsmith.net.authority import make_key
from logsmith.net.errors import TlsError

KEY = make_key()
START = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def certificate(*common, hosts=(), addresses=(), uris=(), mails=()):
    """A certificate with these names, DER."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, one) for one in common])
    names = [
        *map(x509.DNSName, hosts),
        *(x509.IPAddress(ipaddress.ip_address(one)) for one in addresses),
        *map(x509.UniformResourceIdentifier, uris),
        *map(x509.RFC822Name, mails),
    ]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(START)
        .not_valid_after(START + dt.timedelta(days=1))
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(KEY, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


WEB = certificate("web-1", hosts=["web-1.example.org"], addresses=["10.0.0.5"])
SPIFFE = certificate("x", uris=["spiffe://example.org/beats"], mails=["Ops@example.org"])
PRINT = hashlib.sha256(WEB).hexdigest()
COLONS = ":".join(PRINT.upper()[at : at + 2] for at in range(0, 64, 2))

LET_IN = [
    ("by host name", WEB, {"names": ["web-1.example.org"]}),
    ("whatever the case, and with a last dot", WEB, {"names": ["WEB-1.Example.ORG."]}),
    ("by one label for a star", WEB, {"names": ["*.example.org"]}),
    ("by address", WEB, {"names": ["10.0.0.5"]}),
    ("by an IPv6 address, however it is written", certificate("x", addresses=["2001:db8::1"]), {"names": ["2001:DB8:0::1"]}),
    ("by URI", SPIFFE, {"names": ["spiffe://example.org/beats"]}),
    ("by mail address", SPIFFE, {"names": ["ops@example.org"]}),
    ("by common name", WEB, {"common_names": ["web-1"]}),
    ("by fingerprint", WEB, {"fingerprints": [PRINT]}),
    ("by a fingerprint with colons", WEB, {"fingerprints": [COLONS]}),
    ("by any list", WEB, {"names": ["other"], "common_names": ["other"], "fingerprints": [PRINT]}),
    ("by all of several common names", certificate("a", "b"), {"common_names": ["a", "b"]}),
]  # fmt: skip
TURNED_AWAY = [
    ("another host", WEB, {"names": ["web-2.example.org"]}),
    ("a name that only ends alike", certificate("x", hosts=["evilexample.org"]), {"names": ["*.example.org", "example.org"]}),
    ("two labels for one star", certificate("x", hosts=["a.b.example.org"]), {"names": ["*.example.org"]}),
    ("no label for a star", certificate("x", hosts=["example.org"]), {"names": ["*.example.org"]}),
    ("a star in the certificate", certificate("x", hosts=["*.example.org"]), {"names": ["web-1.example.org", "*.example.org"]}),
    ("a host name that reads like an address", certificate("x", hosts=["10.0.0.5"]), {"names": ["10.0.0.5"]}),
    ("an address that is listed as a common name", WEB, {"common_names": ["10.0.0.5", "web-1.example.org"]}),
    ("a common name that is listed as a host", certificate("web-1.example.org"), {"names": ["web-1.example.org"]}),
    ("a common name in other letters", WEB, {"common_names": ["WEB-1"]}),
    ("one of two common names", certificate("a", "b"), {"common_names": ["a"]}),
    ("another fingerprint", WEB, {"fingerprints": ["0" * 64]}),
    ("nobody is listed", WEB, {}),
]  # fmt: skip


def ids(cases):
    return [case[0] for case in cases]


@pytest.mark.parametrize(("_", "der", "lists"), LET_IN, ids=ids(LET_IN))
def test_a_listed_client_is_let_in(_, der, lists):
    read_admission(**lists).check(der)


@pytest.mark.parametrize(("_", "der", "lists"), TURNED_AWAY, ids=ids(TURNED_AWAY))
def test_any_other_client_is_turned_away(_, der, lists):
    with pytest.raises(NotAdmittedError):
        read_admission(**lists).check(der)


def test_the_reason_says_whose_certificate_it_was():
    with pytest.raises(NotAdmittedError) as refusal:
        Admission().check(WEB)
    assert str(refusal.value) == (
        "the certificate of CN=web-1, web-1.example.org, 10.0.0.5 is on no list of allowed clients"
    )


def test_what_a_certificate_says_cannot_write_lines_of_the_log():
    with pytest.raises(NotAdmittedError) as refusal:
        Admission().check(certificate("a\n\u202e[ERROR] b"))
    assert str(refusal.value).isprintable()


@pytest.mark.parametrize("shown", [None, b"", b"\x30\x03abc"])
def test_without_a_certificate_that_can_be_read_nobody_is_let_in(shown):
    with pytest.raises(NotAdmittedError):
        read_admission(names=["web-1"]).check(shown)


@pytest.mark.parametrize(
    "name", ["", " ", "*", "*.", "*.org", "w*.example.org", "a.*.org", "*.*.example.org"]
)
def test_a_name_that_would_let_in_too_many_is_refused(name):
    with pytest.raises(TlsError, match="allowed name"):
        read_admission(names=[name])


@pytest.mark.parametrize("text", ["", "abc", "0" * 63, "g" * 64])
def test_a_fingerprint_that_is_none_is_refused(text):
    with pytest.raises(TlsError, match="64 hexadecimal digits"):
        read_admission(fingerprints=[text])
