"""Whom a server and a client trust: handshakes in memory, one certificate after another."""

import ssl

import pytest

from logsmith.net.ciphers import iana_cipher_name
from logsmith.net.subject import peer_subject_rfc2253
from logsmith.net.tls import (
    TlsClientSettings,
    TlsServerSettings,
    client_context,
    describe_tls_failure,
    server_context,
)

TLS12, TLS13 = frozenset({"TLSv1.2"}), frozenset({"TLSv1.3"})


def server_for(pki, *authorities, **more):
    return server_context(
        TlsServerSettings(
            certificate=pki.path("server"),
            key=pki.key("server"),
            certificate_authorities=authorities,
            **more,
        )
    )


def client_for(pki, name=None, **more):
    """A client that sends the certificate `name`, or a chain if it is several names."""
    chain = () if name is None else (name,) if isinstance(name, str) else name
    settings = {"certificate_authorities": (pki.path("root"),), **more}
    if chain:
        settings |= {"certificate": pki.path(*chain), "key": pki.key(chain[0])}
    return client_context(TlsClientSettings(**settings))


def outcome(result):
    if result.server_error is not None:
        return describe_tls_failure(result.server_error)
    return "client: " + describe_tls_failure(result.client_error) if result.client_error else "connected"


OTHER_CA = "the peer's certificate was issued by another CA, or an intermediate certificate is missing from what was sent"
EXPIRED = "the peer's certificate has expired, or a CA above it has"
NOT_FOR_CLIENTS = (
    "the peer's certificate is not for this purpose: "
    "its extended key usage lacks clientAuth (client) or serverAuth (server)"
)
NO_CA = "the peer's certificate was issued by a certificate that is no CA"
SELF_SIGNED = "the peer's certificate is self-signed and not among the certificate authorities"
NONE_SENT = "the peer sent no client certificate, and one is required"
NOT_YET = "the peer's certificate is not valid yet; compare the clocks of both machines"

# what the client sends, the file of authorities, the outcome
CLIENTS = {
    "issued by the root": ("client", ["root"], "connected"),
    "another CA": ("client of another CA", ["root"], OTHER_CA),
    "no certificate": (None, ["root"], NONE_SENT),
    "expired": ("expired client", ["old root"], EXPIRED),
    "not valid yet": ("client of tomorrow", ["root"], NOT_YET),
    "serverAuth only": ("server as client", ["root"], NOT_FOR_CLIENTS),
    "intermediate alone as anchor": ("client of intermediate", ["intermediate"], "connected"),
    "root as anchor, leaf alone sent": ("client of intermediate", ["root"], OTHER_CA),
    "root as anchor, chain sent": (("client of intermediate", "intermediate"), ["root"], "connected"),
    "both as anchors": ("client of intermediate", ["root", "intermediate"], "connected"),
    "pinned leaf": ("client", ["client"], "connected"),
    "pinned leaf of an intermediate": ("client of intermediate", ["client of intermediate"], "connected"),
    "self-signed and pinned": ("self-signed client", ["self-signed client"], "connected"),
    "self-signed with CA:TRUE, pinned": (
        "self-signed client that says CA:TRUE",
        ["self-signed client that says CA:TRUE"],
        "connected",
    ),
    "self-signed": ("self-signed client", ["root"], SELF_SIGNED),
    "pinned, but expired": ("expired self-signed client", ["expired self-signed client"], EXPIRED),
    "expired anchor": ("client of expired root", ["expired root"], EXPIRED),
    "no key identifiers": (
        "client without key identifiers",
        ["root without key identifiers"],
        "connected",
    ),
    "issued by another client": (("client of one who is no CA", "client"), ["root"], NO_CA),
    "several CAs, an unrelated one first": ("client", ["other root", "root"], "connected"),
}


@pytest.mark.parametrize("protocol", [TLS12, TLS13], ids=["1.2", "1.3"])
@pytest.mark.parametrize("case", CLIENTS.values(), ids=CLIENTS.keys())
def test_server_trusts_clients_as_logstash_does(pki, shake, case, protocol):
    sent, anchors, expected = case
    server = server_for(pki, pki.path(*anchors))
    result = shake(server, client_for(pki, sent, supported_protocols=protocol))
    assert outcome(result) == expected


def test_authorities_in_two_files_are_all_trusted(pki, shake):
    server = server_for(pki, pki.path("other root"), pki.path("root"))
    assert outcome(shake(server, client_for(pki, "client"))) == "connected"
    assert outcome(shake(server, client_for(pki, "client of another CA"))) == "connected"


OPTIONAL = [(None, "connected"), ("client", "connected"), ("client of another CA", OTHER_CA)]


@pytest.mark.parametrize(("sent", "expected"), OPTIONAL)
def test_optional_takes_no_certificate_or_a_good_one(pki, shake, sent, expected):
    server = server_for(pki, pki.path("root"), client_authentication="optional")
    result = shake(server, client_for(pki, sent))
    assert outcome(result) == expected
    if expected == "connected":
        assert result.server.getpeercert(binary_form=True) == (pki.der(sent) if sent else None)


def test_authorities_alone_make_client_certificates_required(pki, shake):
    assert server_for(pki, pki.path("root")).verify_mode is ssl.CERT_REQUIRED
    assert server_for(pki).verify_mode is ssl.CERT_NONE


def test_peer_of_a_handshake_has_subject_and_cipher_in_java_names(pki, shake):
    server = server_for(pki, pki.path("root"))
    result = shake(server, client_for(pki, "client", supported_protocols=TLS12))
    assert peer_subject_rfc2253(result.server.getpeercert(binary_form=True)) == "CN=web-1"
    assert iana_cipher_name(result.server.cipher()[0]) == "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384"
    assert result.server.version() == "TLSv1.2"


HOSTS = {
    "one of its names": ("logs.example.org", "full", "connected"),
    "another name": (
        "elsewhere.example.org",
        "full",
        "client: the peer's certificate is for other host names",
    ),
    "an address it lacks": ("127.0.0.1", "full", "client: the peer's certificate is for other addresses"),
    "another name, certificate mode": ("elsewhere.example.org", "certificate", "connected"),
    "another name, none": ("elsewhere.example.org", "none", "connected"),
}


@pytest.mark.parametrize(("hostname", "mode", "expected"), HOSTS.values(), ids=HOSTS.keys())
def test_client_compares_the_host_name_only_in_full_mode(pki, shake, hostname, mode, expected):
    client = client_for(pki, verification_mode=mode)
    result = shake(server_for(pki), client, hostname)
    assert _client_outcome(result) == expected


TRUSTED = {
    "its root": (["root"], "full", "connected"),
    "the server itself": (["server"], "full", "connected"),
    "another root": (["other root"], "full", "client: " + OTHER_CA),
    "another root, certificate mode": (["other root"], "certificate", "client: " + OTHER_CA),
    "another root, none": (["other root"], "none", "connected"),
}


@pytest.mark.parametrize(("anchors", "mode", "expected"), TRUSTED.values(), ids=TRUSTED.keys())
def test_client_trusts_the_authorities_it_is_given(pki, shake, anchors, mode, expected):
    client = client_for(pki, certificate_authorities=(pki.path(*anchors),), verification_mode=mode)
    assert _client_outcome(shake(server_for(pki), client)) == expected


def _client_outcome(result):
    if result.client_error is None:
        return "connected"
    return "client: " + describe_tls_failure(result.client_error)


def test_client_without_authorities_trusts_the_systems(pki, shake, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", pki.path("root"))
    client = client_for(pki, certificate_authorities=())
    assert _client_outcome(shake(server_for(pki), client)) == "connected"


def test_server_learns_why_a_client_left(pki, shake):
    result = shake(server_for(pki), client_for(pki, certificate_authorities=(pki.path("other root"),)))
    assert describe_tls_failure(result.server_error) == (
        "the peer does not trust our certificate: our CA is not among its authorities"
    )


ALL_OLD = frozenset({"TLSv1.1", "TLSv1.2", "TLSv1.3"})
TOO_OLD = "the peer's TLS version is too old, or is not among the supported protocols"
# server's protocols, client's protocols, the version they agree on or why they do not
VERSIONS = {
    "defaults": ((), (), "TLSv1.3"),
    "client of 1.2": ((), ("TLSv1.2",), "TLSv1.2"),
    "client of 1.1": ((), ("TLSv1.1",), TOO_OLD),
    "client of 1.1, asked for": (ALL_OLD, ("TLSv1.1",), "TLSv1.1"),
    "only 1.3": (("TLSv1.3",), ("TLSv1.2",), TOO_OLD),
    "hole, above it": (("TLSv1.1", "TLSv1.3"), ("TLSv1.2", "TLSv1.3"), "TLSv1.3"),
    "hole, below it": (("TLSv1.1", "TLSv1.3"), ("TLSv1.1",), "TLSv1.1"),
    "hole, in it": (("TLSv1.1", "TLSv1.3"), ("TLSv1.2",), "the two sides have no cipher suite in common"),
}


@pytest.mark.parametrize(("servers", "clients", "expected"), VERSIONS.values(), ids=VERSIONS.keys())
def test_supported_protocols_are_a_set(pki, shake, servers, clients, expected):
    server = server_for(pki, supported_protocols=frozenset(servers))
    result = shake(server, client_for(pki, supported_protocols=frozenset(clients)))
    seen = describe_tls_failure(result.server_error) if result.server_error else result.server.version()
    assert seen == expected


SUITE = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"
OTHER_SUITE = "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256"


def test_listed_suite_is_used(pki, shake):
    result = shake(server_for(pki, cipher_suites=(SUITE,)), client_for(pki))
    assert iana_cipher_name(result.server.cipher()[0]) == SUITE


def test_order_of_suites_is_the_servers(pki, shake):
    server = server_for(pki, cipher_suites=(SUITE, OTHER_SUITE))
    result = shake(server, client_for(pki, cipher_suites=(OTHER_SUITE, SUITE)))
    assert iana_cipher_name(result.server.cipher()[0]) == SUITE


def test_no_common_suite_is_said_so_on_both_sides(pki, shake):
    result = shake(server_for(pki, cipher_suites=(SUITE,)), client_for(pki, cipher_suites=(OTHER_SUITE,)))
    assert describe_tls_failure(result.server_error) == "the two sides have no cipher suite in common"
    assert describe_tls_failure(result.client_error) == (
        "the peer refuses: no common cipher suite, or no client certificate"
    )


@pytest.mark.parametrize("protocol", [TLS12, TLS13], ids=["1.2", "1.3"])
def test_server_writes_nothing_after_the_handshake(pki, protocol):
    server, client = server_for(pki), client_for(pki, supported_protocols=protocol)
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        client.wrap_bio(to_client, to_server, server_hostname="localhost"),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for side in [*sides, *sides, *sides]:
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            pass
    assert sides[1].version() is not None
    assert to_client.pending == 0
    assert sides[0].session.has_ticket is False


def test_server_refuses_renegotiation(pki):
    assert server_for(pki).options & ssl.OP_NO_RENEGOTIATION


def test_strict_checks_of_new_pythons_are_off(pki):
    flags = ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_TRUSTED_FIRST
    assert server_for(pki).verify_flags == flags
    assert client_for(pki).verify_flags == flags
