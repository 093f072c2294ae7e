"""Trust in a CA by its fingerprint."""

import datetime as dt
import hashlib
import ipaddress
import socket
import ssl
import threading

import pytest
from cryptography.hazmat.primitives import serialization

from logsmith.net.authority import Request, issue, make_ca
from logsmith.net.pinning import PinnedTrust, read_fingerprint, verify_chain
from logsmith.net.tls import (
    TlsClientSettings,
    TlsError,
    TlsServerSettings,
    client_context,
    server_context,
)

NOW = dt.datetime.now(dt.UTC)


def der(made):
    return made.certificate.public_bytes(serialization.Encoding.DER)


def fingerprint(made):
    return hashlib.sha256(der(made)).hexdigest()


def server_of(authority, *, hosts=("es.example.org",), addresses=(), **term):
    request = Request(
        name="es",
        role=term.pop("role", "server"),
        hosts=hosts,
        addresses=addresses,
        days=term.pop("days", 30),
    )
    return issue(authority, request, **term)


ROOT = make_ca("root")
OTHER = make_ca("root")  # the same name, another key
MIDDLE = make_ca("middle", issuer=ROOT)
BELOW = make_ca("below", issuer=MIDDLE)  # the middle one allows no CA below itself
OLD = make_ca("old", now=NOW - dt.timedelta(days=900))
SERVER = server_of(ROOT)
MIDDLE_SERVER = server_of(MIDDLE)
WILD = server_of(ROOT, hosts=("*.example.org",))
BY_ADDRESS = server_of(ROOT, hosts=(), addresses=(ipaddress.ip_address("10.0.0.5"),))

UNTRUSTED = "no certificate in the server's chain has a trusted fingerprint"
# the chain the server sends, what is trusted, the host name, the reason for a refusal
CHAINS = {
    "its root": ([SERVER, ROOT], ROOT, "es.example.org", None),
    "the server's own": ([SERVER], SERVER, "es.example.org", None),
    "through an intermediate": ([MIDDLE_SERVER, MIDDLE, ROOT], ROOT, "es.example.org", None),
    "the intermediate": ([MIDDLE_SERVER, MIDDLE], MIDDLE, "es.example.org", None),
    "chain in any order": ([MIDDLE_SERVER, ROOT, MIDDLE], ROOT, "es.example.org", None),
    "another CA": ([SERVER, ROOT], OTHER, "es.example.org", UNTRUSTED),
    "trusted CA that did not sign": ([SERVER, OTHER], OTHER, "es.example.org", UNTRUSTED),
    "a link is missing": ([MIDDLE_SERVER, ROOT], ROOT, "es.example.org", UNTRUSTED),
    "a server that signs": (
        [server_of(SERVER), SERVER, ROOT],
        ROOT,
        "es.example.org",
        UNTRUSTED,
    ),
    "path longer than allowed": ([server_of(BELOW), BELOW, MIDDLE, ROOT], ROOT, "es.example.org", UNTRUSTED),
    "another host": ([SERVER, ROOT], ROOT, "es.example.com", "the certificate is not for 'es.example.com'"),
    "no host": ([SERVER, ROOT], ROOT, None, "the certificate is not for None"),
    "host in other letters": ([SERVER, ROOT], ROOT, "ES.Example.org.", None),
    "wildcard": ([WILD, ROOT], ROOT, "es.example.org", None),
    "wildcard over two labels": (
        [WILD, ROOT],
        ROOT,
        "a.es.example.org",
        "the certificate is not for 'a.es.example.org'",
    ),
    "wildcard over none": ([WILD, ROOT], ROOT, "example.org", "the certificate is not for 'example.org'"),
    "address": ([BY_ADDRESS, ROOT], ROOT, "10.0.0.5", None),
    "another address": ([BY_ADDRESS, ROOT], ROOT, "10.0.0.6", "the certificate is not for '10.0.0.6'"),
    "a client's certificate": (
        [server_of(ROOT, role="client"), ROOT],
        ROOT,
        "es.example.org",
        "the certificate is not meant for servers (its extended key usage lacks serverAuth)",
    ),
    "expired": (
        [server_of(OLD, days=10, now=NOW - dt.timedelta(days=800)), OLD],
        OLD,
        "es.example.org",
        "the certificate of 'CN=es' has expired or is not valid yet",
    ),
    "nothing": ([], ROOT, "es.example.org", "the server sent no certificate"),
}


@pytest.mark.parametrize(("chain", "trusted", "hostname", "reason"), CHAINS.values(), ids=CHAINS.keys())
def test_chain_must_lead_to_the_fingerprint(chain, trusted, hostname, reason):
    trust = PinnedTrust(frozenset({fingerprint(trusted)}))
    if reason is None:
        verify_chain([der(made) for made in chain], trust, hostname)
        return
    with pytest.raises(ssl.SSLCertVerificationError) as refusal:
        verify_chain([der(made) for made in chain], trust, hostname)
    assert refusal.value.verify_message == reason


def test_host_names_are_not_compared_where_nobody_asks():
    trust = PinnedTrust(frozenset({fingerprint(ROOT)}), checks_name=False)
    verify_chain([der(SERVER), der(ROOT)], trust, "elsewhere")


def test_authorities_that_are_known_whole_need_not_be_sent():
    trust = PinnedTrust(frozenset({fingerprint(OTHER)}), authorities=(ROOT.certificate,))
    verify_chain([der(SERVER)], trust, "es.example.org")


def test_chain_that_is_not_der_is_refused():
    with pytest.raises(ssl.SSLCertVerificationError, match="cannot be read"):
        verify_chain([b"\x30\x03abc"], PinnedTrust(frozenset()), "es.example.org")


PLAIN = "0123456789abcdef" * 4
FINGERPRINTS = [PLAIN, PLAIN.upper(), ":".join(PLAIN[at : at + 2] for at in range(0, 64, 2)), f" {PLAIN} "]


@pytest.mark.parametrize("text", FINGERPRINTS)
def test_fingerprints_are_read_in_every_spelling(text):
    assert read_fingerprint(text) == PLAIN


@pytest.mark.parametrize("text", ["", PLAIN[:-1], PLAIN + "0", "g" * 64])
def test_what_is_no_fingerprint_is_refused(text):
    with pytest.raises(TlsError, match="expected the SHA-256 of a certificate, 64 hexadecimal digits"):
        read_fingerprint(text)


@pytest.fixture
def server(tmp_path):
    chain, key = tmp_path / "server.crt", tmp_path / "server.key"
    chain.write_bytes(SERVER.certificate_pem + ROOT.certificate_pem)
    key.write_bytes(SERVER.key_pem)
    return server_context(TlsServerSettings(certificate=str(chain), key=str(key)))


TRUSTED = {"right": (ROOT, "es.example.org", True), "wrong": (OTHER, "es.example.org", False)}
TRUSTED["right, another name"] = (ROOT, "elsewhere", False)


@pytest.mark.parametrize(("trusted", "hostname", "connects"), TRUSTED.values(), ids=TRUSTED.keys())
def test_handshake_in_memory_fails_unless_the_chain_leads_there(server, shake, trusted, hostname, connects):
    client = client_context(TlsClientSettings(ca_trusted_fingerprints=(fingerprint(trusted),)))
    result = shake(server, client, hostname)
    assert (result.client_error is None) is connects


@pytest.mark.parametrize(("trusted", "hostname", "connects"), TRUSTED.values(), ids=TRUSTED.keys())
def test_handshake_over_a_socket_fails_unless_the_chain_leads_there(server, trusted, hostname, connects):
    client = client_context(TlsClientSettings(ca_trusted_fingerprints=(fingerprint(trusted),)))
    ours, theirs = socket.socketpair()
    accepting = threading.Thread(target=_accept, args=(server, theirs))
    accepting.start()
    try:
        with client.wrap_socket(ours, server_hostname=hostname) as stream:
            assert stream.version() == "TLSv1.3"
            assert connects
    except ssl.SSLCertVerificationError:
        assert not connects
    finally:
        ours.close()
        accepting.join()


def _accept(context, sock):
    with sock:
        try:
            context.wrap_socket(sock, server_side=True).close()
        except OSError:
            pass  # the client left, as some of these tests expect
