"""What a certificate authority issues."""

import datetime as dt
import ipaddress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from logsmith.net.authority import Request, issue, make_ca, make_key, names_of
from logsmith.net.errors import IssueError

NOW = dt.datetime(2026, 5, 1, 12, 0, tzinfo=dt.UTC)
SERVER = Request(
    name="logs",
    role="server",
    hosts=("logs.example.org", "*.example.net"),
    addresses=(ipaddress.ip_address("10.0.0.5"), ipaddress.ip_address("::1")),
)
CLIENT = Request(name="web-1", role="client")


@pytest.fixture(scope="module")
def root():
    return make_ca("root", now=NOW)


def extension(made, kind):
    return made.certificate.extensions.get_extension_for_class(kind)


def usages(made):
    usage = extension(made, x509.KeyUsage).value
    names = ("digital_signature", "key_encipherment", "key_cert_sign", "crl_sign", "key_agreement")
    return {name for name in names if getattr(usage, name)}


def test_ca_is_one_and_says_so_critically(root):
    constraints = extension(root, x509.BasicConstraints)
    assert constraints.critical
    assert constraints.value.ca
    assert usages(root) == {"key_cert_sign", "crl_sign"}
    assert extension(root, x509.KeyUsage).critical


@pytest.mark.parametrize("request_", [SERVER, CLIENT], ids=["server", "client"])
def test_certificate_is_no_ca(root, request_):
    constraints = extension(issue(root, request_, now=NOW), x509.BasicConstraints)
    assert constraints.critical
    assert not constraints.value.ca


ROLES = [(SERVER, ExtendedKeyUsageOID.SERVER_AUTH), (CLIENT, ExtendedKeyUsageOID.CLIENT_AUTH)]


@pytest.mark.parametrize(("request_", "usage"), ROLES, ids=["server", "client"])
def test_certificate_is_for_one_purpose_only(root, request_, usage):
    assert list(extension(issue(root, request_, now=NOW), x509.ExtendedKeyUsage).value) == [usage]


@pytest.mark.slow
def test_rsa_key_may_also_encipher(root):
    assert usages(issue(root, CLIENT, now=NOW)) == {"digital_signature"}
    made = issue(root, CLIENT, key=make_key("rsa"), now=NOW)
    assert usages(made) == {"digital_signature", "key_encipherment"}
    assert isinstance(made.key, rsa.RSAPrivateKey)
    assert made.key.key_size == 3072


def test_names_and_addresses_are_alternative_names(root):
    assert names_of(issue(root, SERVER, now=NOW).certificate) == (SERVER.hosts, SERVER.addresses)
    assert names_of(issue(root, CLIENT, now=NOW).certificate) == ((), ())


def test_key_identifiers_link_a_certificate_to_its_issuer(root):
    made = issue(root, CLIENT, now=NOW)
    own = extension(root, x509.SubjectKeyIdentifier).value.digest
    assert extension(made, x509.AuthorityKeyIdentifier).value.key_identifier == own
    assert extension(root, x509.AuthorityKeyIdentifier).value.key_identifier == own
    made.certificate.verify_directly_issued_by(root.certificate)


def test_serial_numbers_are_random_and_long(root):
    serials = {issue(root, CLIENT, now=NOW).certificate.serial_number for _ in range(5)}
    assert len(serials) == 5
    assert all(serial.bit_length() > 100 for serial in serials)


def test_certificate_is_valid_from_five_minutes_ago(root):
    made = issue(make_ca(now=NOW - dt.timedelta(days=1)), CLIENT, now=NOW).certificate
    assert made.not_valid_before_utc == NOW - dt.timedelta(minutes=5)
    assert made.not_valid_after_utc == NOW + dt.timedelta(days=397)


def test_certificate_lasts_no_longer_than_its_issuer():
    made = issue(make_ca(days=10, now=NOW), CLIENT, now=NOW)
    assert made.expires == NOW + dt.timedelta(days=10)


def test_expired_ca_issues_nothing():
    with pytest.raises(IssueError, match="the CA expired on 2026-05-11"):
        issue(make_ca(days=10, now=NOW), CLIENT, now=NOW + dt.timedelta(days=10))


def test_given_key_is_kept(root):
    key = make_key()
    assert issue(root, CLIENT, key=key, now=NOW).certificate.public_key() == key.public_key()


def test_key_is_written_in_pkcs8(root):
    assert root.key_pem.startswith(b"-----BEGIN PRIVATE KEY-----")
    key = serialization.load_pem_private_key(root.key_pem, None)
    assert key.public_key() == root.certificate.public_key()


REFUSED = [
    (Request(name="", role="client"), "expected 1 to 64 characters"),
    (Request(name="x" * 65, role="client"), "expected 1 to 64 characters"),
    (Request(name="x", role="client", days=0), "at least 1 day, got 0"),
    (Request(name="x", role="client", days=10**7), "past the year 9999"),
]


@pytest.mark.parametrize(("request_", "message"), REFUSED)
def test_request_that_makes_no_certificate_is_refused(root, request_, message):
    with pytest.raises(IssueError, match=message):
        issue(root, request_, now=NOW)


def test_longest_name_is_taken(root):
    issue(root, Request(name="x" * 64, role="client"), now=NOW)
