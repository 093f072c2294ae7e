"""Names of cipher suites and protocol versions."""

import ssl

import pytest

from logsmith.net.ciphers import (
    DEFAULT_SUITES,
    OPENSSL_NAMES,
    check_protocols,
    check_suites,
    default_suites,
    iana_cipher_name,
    usable_protocols,
)
from logsmith.net.errors import TlsError

# as `openssl ciphers -stdname` prints them
NAMES = [
    ("TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384"),
    ("TLS_AES_128_CCM_8_SHA256", "TLS_AES_128_CCM_8_SHA256"),
    ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"),
    ("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"),
    ("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384", "ECDHE-ECDSA-AES256-SHA384"),
    ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "ECDHE-RSA-AES128-SHA256"),
    ("TLS_DHE_RSA_WITH_AES_256_CBC_SHA256", "DHE-RSA-AES256-SHA256"),
    ("TLS_DHE_RSA_WITH_AES_256_CCM_8", "DHE-RSA-AES256-CCM8"),
    ("TLS_RSA_WITH_AES_128_CBC_SHA", "AES128-SHA"),
    ("TLS_RSA_WITH_AES_256_GCM_SHA384", "AES256-GCM-SHA384"),
    ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", "DES-CBC3-SHA"),
]


@pytest.mark.parametrize(("iana", "openssl"), NAMES)
def test_names_translate_both_ways(iana, openssl):
    assert OPENSSL_NAMES[iana] == openssl
    assert iana_cipher_name(openssl) == iana


def test_name_that_is_not_known_stays_as_it_is():
    assert iana_cipher_name("GOST2012-GOST8912-GOST8912") == "GOST2012-GOST8912-GOST8912"


def test_every_suite_that_openssl_offers_by_default_has_an_iana_name():
    offered = {cipher["name"] for cipher in ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).get_ciphers()}
    assert {name for name in offered if not iana_cipher_name(name).startswith("TLS_")} == set()


def test_openssl_has_every_default_suite():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers(":".join(OPENSSL_NAMES[name] for name in DEFAULT_SUITES[3:]))
    assert {iana_cipher_name(cipher["name"]) for cipher in context.get_ciphers()} == set(DEFAULT_SUITES)


UNKNOWN = [
    (
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA265",
        (
            "unknown cipher suite 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA265'; "
            "did you mean TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256?"
        ),
    ),
    (
        "ECDHE-RSA-AES128-GCM-SHA256",
        (
            "unknown cipher suite 'ECDHE-RSA-AES128-GCM-SHA256': this is OpenSSL's name; "
            "write TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
        ),
    ),
    (
        "strong",
        "unknown cipher suite 'strong'; expected an IANA name such as TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    ),
]


@pytest.mark.parametrize(("name", "message"), UNKNOWN)
def test_unknown_suite_is_refused_with_a_hint(name, message):
    with pytest.raises(TlsError) as refusal:
        check_suites([name])
    assert str(refusal.value) == message


def test_signalling_mark_in_java_lists_is_passed_over():
    assert check_suites(["TLS_EMPTY_RENEGOTIATION_INFO_SCSV"]) == ()


def test_unknown_protocol_is_refused():
    with pytest.raises(TlsError, match=r"unknown protocol 'SSLv3'; expected one of TLSv1, TLSv1.1"):
        check_protocols(["SSLv3"])


def test_no_protocols_means_the_default_ones():
    assert check_protocols([]) == {"TLSv1.2", "TLSv1.3"}


BOTH = frozenset({"TLSv1.2", "TLSv1.3"})
USABLE = [
    (["TLS_AES_128_GCM_SHA256"], {"TLSv1.3"}),
    (["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], {"TLSv1.2"}),
    (DEFAULT_SUITES, {"TLSv1.2", "TLSv1.3"}),
]


@pytest.mark.parametrize(("suites", "expected"), USABLE)
def test_protocol_without_a_suite_is_left_out(suites, expected):
    assert usable_protocols(BOTH, suites) == expected


def test_old_protocols_bring_suites_they_can_use():
    assert "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA" in default_suites(frozenset({"TLSv1.1"}))
    assert "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA" not in default_suites(BOTH)
