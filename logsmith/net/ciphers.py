"""Cipher suites and protocol versions: the names Logstash's users write, and OpenSSL's."""

import difflib
from collections.abc import Collection, Iterable

from logsmith.net.errors import TlsError

PROTOCOLS = ("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3")  # oldest first
DEFAULT_PROTOCOLS = ("TLSv1.2", "TLSv1.3")
OLD_PROTOCOLS = frozenset({"TLSv1", "TLSv1.1"})

TLS13_SUITES = (
    "TLS_AES_256_GCM_SHA384",
    "TLS_AES_128_GCM_SHA256",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_CCM_SHA256",
    "TLS_AES_128_CCM_8_SHA256",
)
OFFERED_TLS13_SUITES = frozenset(TLS13_SUITES[:3])  # what OpenSSL offers unless told otherwise

_KEY_EXCHANGES = {
    "ECDHE_ECDSA": "ECDHE-ECDSA-",
    "ECDHE_RSA": "ECDHE-RSA-",
    "DHE_RSA": "DHE-RSA-",
    "DHE_DSS": "DHE-DSS-",
    "RSA": "",
}
_CIPHERS = {
    "AES_256_GCM_SHA384": "AES256-GCM-SHA384",
    "AES_128_GCM_SHA256": "AES128-GCM-SHA256",
    "CHACHA20_POLY1305_SHA256": "CHACHA20-POLY1305",
    "AES_256_CCM": "AES256-CCM",
    "AES_128_CCM": "AES128-CCM",
    "AES_256_CCM_8": "AES256-CCM8",
    "AES_128_CCM_8": "AES128-CCM8",
    "AES_256_CBC_SHA384": "AES256-SHA384",
    "AES_256_CBC_SHA256": "AES256-SHA256",
    "AES_128_CBC_SHA256": "AES128-SHA256",
    "AES_256_CBC_SHA": "AES256-SHA",
    "AES_128_CBC_SHA": "AES128-SHA",
    "3DES_EDE_CBC_SHA": "DES-CBC3-SHA",
}
OPENSSL_NAMES = {suite: suite for suite in TLS13_SUITES} | {
    f"TLS_{exchange}_WITH_{cipher}": prefix + name
    for exchange, prefix in _KEY_EXCHANGES.items()
    for cipher, name in _CIPHERS.items()
}
_IANA_NAMES = {openssl: iana for iana, openssl in OPENSSL_NAMES.items()}

# a mark in Java's lists, not a suite: OpenSSL always signals secure renegotiation
_SIGNALLING = frozenset({"TLS_EMPTY_RENEGOTIATION_INFO_SCSV"})

# Logstash: the default of ssl_cipher_suites in the beats input, in its order
DEFAULT_SUITES = (
    *TLS13_SUITES[:3],
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
)
# every suite above is newer than TLS 1.1, so who asks for that gets these as well
OLD_SUITES = tuple(
    f"TLS_{exchange}_WITH_{cipher}"
    for exchange in ("ECDHE_ECDSA", "ECDHE_RSA", "RSA")
    for cipher in ("AES_256_CBC_SHA", "AES_128_CBC_SHA")
)


def iana_cipher_name(openssl_name: str) -> str:
    """Return the IANA name of a cipher suite, or the name itself if it is not known."""
    return _IANA_NAMES.get(openssl_name, openssl_name)


def check_suites(names: Iterable[str]) -> tuple[str, ...]:
    """Return the suites among the names that a user listed; raise TlsError at a name nobody knows."""
    suites = tuple(name for name in names if name not in _SIGNALLING)
    for name in suites:
        if name not in OPENSSL_NAMES:
            raise TlsError(f"unknown cipher suite {name!r}{_hint(name)}")
    return suites


def check_protocols(names: Collection[str]) -> frozenset[str]:
    """Return the protocol versions a user listed, else the default ones; raise TlsError at an unknown one."""
    for name in names:
        if name not in PROTOCOLS:
            raise TlsError(f"unknown protocol {name!r}; expected one of {', '.join(PROTOCOLS)}")
    return frozenset(names or DEFAULT_PROTOCOLS)


def usable_protocols(protocols: frozenset[str], suites: Collection[str]) -> frozenset[str]:
    """Return those protocols that have a suite: TLS 1.3 has its own, and the older ones share the rest."""
    has_new = any(suite in TLS13_SUITES for suite in suites)
    has_old = any(suite not in TLS13_SUITES for suite in suites)
    return frozenset(name for name in protocols if (has_new if name == "TLSv1.3" else has_old))


def default_suites(protocols: frozenset[str]) -> tuple[str, ...]:
    """Return the suites offered where the user lists none."""
    return DEFAULT_SUITES + OLD_SUITES if protocols & OLD_PROTOCOLS else DEFAULT_SUITES


def _hint(name: str) -> str:
    if name in _IANA_NAMES:
        return f": this is OpenSSL's name; write {_IANA_NAMES[name]}"
    near = difflib.get_close_matches(name, OPENSSL_NAMES, n=1)
    return f"; did you mean {near[0]}?" if near else "; expected an IANA name such as " + DEFAULT_SUITES[4]
