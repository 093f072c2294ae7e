"""Every kind of server against every way the elasticsearch output verifies it: nothing is sent to one that is refused."""

import datetime as dt
import hashlib
import ssl
import warnings

import pytest

from logsmith.net.authority import Request, issue
from tests.fakes.elasticsearch import FakeElasticsearch
from tests.net.conftest import NOW, bare_certificate, pki  # noqa: F401  a fixture
from tests.plugins.outputs.test_elasticsearch import event_of, make, send

SERVED = ""
UNTRUSTED = "certificate"


@pytest.fixture(scope="module")
def servers(pki):  # noqa: F811  the fixture
    """The certificates of servers, by what is special about them."""
    made = pki.made
    long_ago = {"now": NOW - dt.timedelta(days=700)}
    wanted = Request(name="es", role="server", hosts=("localhost",), days=30)
    made["es"] = issue(made["root"], wanted)
    made["es of another CA"] = issue(made["other root"], wanted)
    made["es, expired"] = issue(made["old root"], wanted, **long_ago)
    made["es of tomorrow"] = issue(made["root"], wanted, now=NOW + dt.timedelta(days=1))
    made["es, self-signed"] = bare_certificate("localhost")
    made["es with a client's"] = issue(
        made["root"], Request(name="es", role="client", hosts=("localhost",), days=30)
    )
    return pki


OTHER_CA = "issued by another CA"
SELF_SIGNED = "is self-signed"
EXPIRED = "has expired"
NOT_YET = "is not valid yet"
PURPOSE = "is not for this purpose"
OTHER_HOST = "is for other"

# what the server shows, the host we ask for, and what becomes of it: full, certificate, none
SERVERS = {
    "its certificate": ("es", "localhost", SERVED, SERVED, SERVED),
    "another host": ("es", "127.0.0.1", OTHER_HOST, SERVED, SERVED),
    "another CA": ("es of another CA", "localhost", OTHER_CA, OTHER_CA, SERVED),
    "expired": ("es, expired", "localhost", EXPIRED, EXPIRED, SERVED),
    "not valid yet": ("es of tomorrow", "localhost", NOT_YET, NOT_YET, SERVED),
    "self-signed": ("es, self-signed", "localhost", SELF_SIGNED, SELF_SIGNED, SERVED),
    "a client's": ("es with a client's", "localhost", PURPOSE, PURPOSE, SERVED),
}
MODES = ["full", "certificate", "none"]
TABLE = [
    pytest.param(shown, host, mode, outcomes[MODES.index(mode)], id=f"{name}, {mode}")
    for name, (shown, host, *outcomes) in SERVERS.items()
    for mode in MODES
]


def context_of(pki, shown, *, lowest=None, highest=None, wants_client=False):  # noqa: F811  the fixture
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pki.path(shown), pki.key(shown))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = lowest or context.minimum_version
        context.maximum_version = highest or context.maximum_version
    if wants_client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(pki.path("root"))
    return context


async def outcome(context, host, **settings):
    """What a send says, nothing if all was delivered; and that nothing arrived where it was not."""
    with FakeElasticsearch(tls=context) as server:
        failure = await send(
            server, event_of(a=1), hosts=[f"https://{host}:{server.port}"], index="i", **settings
        )
        if failure is not None:
            assert len(failure.retry) == 1
            assert server.requests == []
            return str(failure)
        assert len(server.documents["i"]) == 1
        return SERVED


def trusting(pki, *authorities):  # noqa: F811  the fixture
    return {"ssl_certificate_authorities": [pki.path(one) for one in authorities]}


@pytest.mark.parametrize(("shown", "host", "mode", "reason"), TABLE)
async def test_a_server_is_taken_or_refused_by_what_it_shows(shown, host, mode, reason, servers):
    trusted = {} if mode == "none" else trusting(servers, "root", "old root")
    said = await outcome(context_of(servers, shown), host, ssl_verification_mode=mode, **trusted)
    assert said == SERVED if reason == SERVED else reason in said


def fingerprint(pki, name):  # noqa: F811  the fixture
    return hashlib.sha256(pki.der(name)).hexdigest()


@pytest.mark.parametrize(
    ("shown", "host", "pinned", "reason"),
    [
        ("es", "localhost", "es", SERVED),
        ("es", "127.0.0.1", "es", "is not for '127.0.0.1'"),
        ("es", "localhost", "client", "has a trusted fingerprint"),
        ("es of another CA", "localhost", "es", "has a trusted fingerprint"),
        ("es, expired", "localhost", "es, expired", "has expired"),
        ("es with a client's", "localhost", "es with a client's", "is not meant for servers"),
    ],
)
async def test_a_fingerprint_is_no_way_around_the_other_rules(shown, host, pinned, reason, servers):
    said = await outcome(
        context_of(servers, shown), host, ca_trusted_fingerprint=fingerprint(servers, pinned)
    )
    assert said == SERVED if reason == SERVED else reason in said


@pytest.mark.parametrize("mode", ["full", "none"])
async def test_a_server_whose_version_is_too_old_is_refused(mode, servers):
    context = context_of(servers, "es", lowest=ssl.TLSVersion.TLSv1_1, highest=ssl.TLSVersion.TLSv1_1)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    trusted = {} if mode == "none" else trusting(servers, "root")
    said = await outcome(context, "localhost", ssl_verification_mode=mode, **trusted)
    assert "TLS version" in said


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=["1.2", "1.3"])
@pytest.mark.parametrize(
    ("shown", "is_served"), [("client", True), (None, False), ("client of another CA", False)]
)
async def test_a_server_that_wants_our_certificate_gets_it(shown, is_served, version, servers):
    context = context_of(servers, "es", lowest=version, highest=version, wants_client=True)
    own = {} if shown is None else {"ssl_certificate": servers.path(shown), "ssl_key": servers.key(shown)}
    said = await outcome(context, "localhost", **trusting(servers, "root"), **own)
    assert (said == SERVED) == is_served


def test_by_default_a_server_is_verified_in_full(servers):
    assert make(hosts=["https://localhost"]).ssl_verification_mode == "full"
