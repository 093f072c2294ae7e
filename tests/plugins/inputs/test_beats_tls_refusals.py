"""Every kind of client against every setting of the Beats input that could let it in: nothing of a refused one is read.

What is trusted by a context alone is a table of its own, in tests/net/test_tls_trust.py.
"""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from logsmith.net.tls import TlsClientSettings, client_context
from tests.beats.serving import serving
from tests.lumberjack.lumberjack_cases import ack
from tests.net.conftest import NOW, pki  # noqa: F401  a fixture
from tests.plugins.inputs.test_beats_tls import ask_tls, wait_logged

HOST = "localhost"
SERVED = ""
NONE_SENT = "the peer sent no client certificate, and one is required"
OTHER_CA = "the peer's certificate was issued by another CA"
SELF_SIGNED = "the peer's certificate is self-signed and not among the certificate authorities"
EXPIRED = "the peer's certificate has expired, or a CA above it has"
NOT_YET = "the peer's certificate is not valid yet"
PURPOSE = "the peer's certificate is not for this purpose"
REVOKED = "the peer's certificate has been revoked"
NO_LIST = "the peer's certificate is of an authority without a revocation list"
NOT_ADMITTED = "is on no list of allowed clients"
TOO_OLD = "TLS version is too old"

# what the client shows, and what becomes of it: without client authentication, if it is optional, and if it is required
CLIENTS = {
    "its certificate": ("client", SERVED, SERVED, SERVED),
    "none": (None, SERVED, SERVED, NONE_SENT),
    "one of another CA": ("client of another CA", SERVED, OTHER_CA, OTHER_CA),
    "a self-signed one": ("self-signed client", SERVED, SELF_SIGNED, SELF_SIGNED),
    "a self-signed one that says it is a CA": (
        "self-signed client that says CA:TRUE",
        SERVED,
        SELF_SIGNED,
        SELF_SIGNED,
    ),
    "an expired one": ("expired client", SERVED, EXPIRED, EXPIRED),
    "one of tomorrow": ("client of tomorrow", SERVED, NOT_YET, NOT_YET),
    "a server's": ("server as client", SERVED, PURPOSE, PURPOSE),
}
MODES = ["none", "optional", "required"]
TABLE = [
    pytest.param(shown, mode, outcomes[MODES.index(mode)], id=f"{name}, {mode}")
    for name, (shown, *outcomes) in CLIENTS.items()
    for mode in MODES
]
VERSIONS = pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])


def settings_of(pki, mode="required", **more):  # noqa: F811  the fixture
    settings = {
        "ssl_enabled": True,
        "ssl_certificate": pki.path("server"),
        "ssl_key": pki.key("server"),
        "ssl_client_authentication": mode,
        **more,
    }
    if mode != "none":
        settings["ssl_certificate_authorities"] = [pki.path("root"), pki.path("old root")]
    return settings


def client_of(pki, shown, *versions):  # noqa: F811  the fixture
    own = {} if shown is None else {"certificate": pki.path(shown), "key": pki.key(shown)}
    return client_context(
        TlsClientSettings(
            certificate_authorities=(pki.path("root"),), supported_protocols=frozenset(versions), **own
        )
    )


async def check(settings, context, reason):
    """A client is served, or closed: with the reason and the peer in the log, and without an event."""
    async with serving(**settings) as served:
        answer = await ask_tls(served, context)
        if reason == SERVED:
            assert answer == ack(1)
            assert served.log.lines == []
            return
        assert not isinstance(answer, bytes) or answer == b""
        await wait_logged(served, reason)
    assert served.events == []
    assert [(message, facts["peer"]) for message, facts in served.log.lines] == [
        ("connection closed by this end", "127.0.0.1")
    ]


@VERSIONS
@pytest.mark.parametrize(("shown", "mode", "reason"), TABLE)
async def test_a_client_is_served_or_refused_by_what_it_shows(shown, mode, reason, version, pki):  # noqa: F811  the fixture
    await check(settings_of(pki, mode), client_of(pki, shown, version), reason)


def revocation_list(authority, *revoked):
    builder = x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
    builder = builder.last_update(NOW - dt.timedelta(days=1)).next_update(NOW + dt.timedelta(days=1))
    for one in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(NOW - dt.timedelta(days=1)).build())
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.PEM)


REVOCATIONS = {
    "on the list": (["client"], "root", "client", REVOKED),
    "another is on the list": (["server"], "root", "client", SERVED),
    "the list is another CA's": ([], "other root", "client", NO_LIST),
    "on the list, and of another CA": (["client of another CA"], "root", "client of another CA", OTHER_CA),
}


@VERSIONS
@pytest.mark.parametrize("mode", ["optional", "required"])
@pytest.mark.parametrize(
    ("revoked", "authority", "shown", "reason"), REVOCATIONS.values(), ids=REVOCATIONS.keys()
)
async def test_a_revoked_client_is_refused(revoked, authority, shown, reason, mode, version, pki, tmp_path):  # noqa: F811, PLR0917  the fixture; the table
    path = tmp_path / "list.crl"
    path.write_bytes(revocation_list(pki.made[authority], *(pki.made[one] for one in revoked)))
    settings = settings_of(pki, mode, ssl_crl_path=[str(path)])
    await check(settings, client_of(pki, shown, version), reason)


@VERSIONS
@pytest.mark.parametrize("mode", ["optional", "required"])
async def test_with_revocation_lists_optional_is_still_optional(mode, version, pki, tmp_path):  # noqa: F811  the fixture
    path = tmp_path / "list.crl"
    path.write_bytes(revocation_list(pki.made["root"]))
    settings = settings_of(pki, mode, ssl_crl_path=[str(path)])
    await check(settings, client_of(pki, None, version), SERVED if mode == "optional" else NONE_SENT)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shown", [None, "client"])
@pytest.mark.parametrize(
    ("ours", "theirs", "reason"),
    [
        ([], "TLSv1.1", TOO_OLD),
        (["TLSv1.2", "TLSv1.3"], "TLSv1.1", TOO_OLD),
        (["TLSv1.3"], "TLSv1.2", TOO_OLD),
    ],
)
async def test_a_version_that_is_too_old_is_refused_whoever_comes(ours, theirs, reason, shown, mode, pki):  # noqa: F811, PLR0917  the fixture; the table
    await check(settings_of(pki, mode, ssl_supported_protocols=ours), client_of(pki, shown, theirs), reason)


@pytest.mark.parametrize("shown", ["client", "one of another CA", "a self-signed one", "an expired one"])
async def test_an_allow_list_comes_after_trust(shown, pki):  # noqa: F811  the fixture
    certificate, _, _, reason = CLIENTS.get(shown, CLIENTS["its certificate"])
    settings = settings_of(pki, ssl_allowed_common_names=["somebody else"])
    await check(settings, client_of(pki, certificate, "TLSv1.3"), reason or NOT_ADMITTED)
