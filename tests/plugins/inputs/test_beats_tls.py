"""The Beats input over TLS on a real socket: the protocol table's cases 92 to 98, 101 to 103 and 106 to 108.

99, 100, 104 and 105 (trust anchors, several authorities, kinds of keys, renegotiation) are tested on the contexts
themselves, in tests/net; why 109 to 114 are not here is said in test_beats_events.py.
"""

import socket
import ssl
import struct

import pytest
import trio

from logsmith.net.certplan import Wish, make_certificates
from logsmith.plugins.build import BuildError
from tests.beats.serving import make_beats, read_answers, serving
from tests.lumberjack.lumberjack_cases import HI, ack, c, j, w

WINDOW = w(1) + c(j(1, HI))
NOT_TLS = "the peer does not speak TLS; is TLS off on its side?"
NO_CERTIFICATE = "the peer sent no client certificate, and one is required"
SUBJECT = "CN=filebeat"


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """A folder with a CA, a server's certificate and one for the client filebeat."""
    folder = tmp_path_factory.mktemp("ours")
    make_certificates(Wish(folder=folder, names=("localhost", "127.0.0.1")))
    return folder


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """The same of another CA."""
    folder = tmp_path_factory.mktemp("theirs")
    make_certificates(Wish(folder=folder, names=("localhost", "127.0.0.1")))
    return folder


def tls(folder, *, authorities=True, **more):
    settings = {
        "ssl_enabled": True,
        "ssl_certificate": str(folder / "server.crt"),
        "ssl_key": str(folder / "server.key"),
        **more,
    }
    return {**settings, "ssl_certificate_authorities": [str(folder / "ca.crt")]} if authorities else settings


def client(trusted, shown=None, *, lowest="TLSv1_2", highest="TLSv1_3", ciphers=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(trusted / "ca.crt")
    context.minimum_version = ssl.TLSVersion[lowest]
    context.maximum_version = ssl.TLSVersion[highest]
    if ciphers:
        context.set_ciphers(ciphers)
    if shown:
        context.load_cert_chain(shown / "filebeat.crt", shown / "filebeat.key")
    return context


async def ask_tls(served, context, sent=WINDOW, answers=1):
    """Return the answers, and the alert if there was one."""
    stream = trio.SSLStream(
        await served.connect(), context, server_hostname="localhost", https_compatible=True
    )
    try:
        with trio.fail_after(10):
            await stream.send_all(sent)
            return await read_answers(stream, answers)
    except trio.BrokenResourceError as error:
        return str(error.__cause__ or error)
    finally:
        await trio.aclose_forcefully(stream)


async def wait_logged(served, reason):
    with trio.fail_after(10):
        while not any(reason in str(one) for one in served.log.reasons):  # noqa: ASYNC110  what is waited for tells nobody
            await trio.sleep(0.005)


def case(number, *values):
    return pytest.param(*values, id=str(number))


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        case("93-beats", WINDOW, NOT_TLS),
        case("93-http", b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "the peer speaks plain HTTP on a TLS port"),
        case("93-proxy", b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n", NOT_TLS),
    ],
)
async def test_a_client_without_tls_is_recognised(sent, reason, ours):
    async with serving(**tls(ours)) as served:
        assert (await served.ask(sent))[:2] != b"2A"
        await wait_logged(served, reason)
    assert served.events == []


@pytest.mark.parametrize("sent", [case("94", b""), case("95", b"\x16\x03\x01\x02\x00" + bytes(40))])
async def test_a_handshake_has_a_time_limit_in_all(sent, ours):
    async with serving(**tls(ours, ssl_handshake_timeout=200)) as served:
        began = trio.current_time()
        async with await served.connect() as stream, trio.open_nursery() as nursery:

            async def drip():
                for byte in sent:
                    await stream.send_all(bytes([byte]))
                    await trio.sleep(0.03)

            nursery.start_soon(drip)
            with trio.fail_after(10):
                try:
                    assert await stream.receive_some() == b""
                except trio.BrokenResourceError:
                    pass  # it had not read all when it closed
            nursery.cancel_scope.cancel()
        assert 0.15 < trio.current_time() - began < 1.5
        await wait_logged(served, "the TLS handshake was not done in time")


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
@pytest.mark.parametrize(
    "more",
    [case("96", {"ssl_client_authentication": "required"}), case("101-implied", {})],
)
async def test_without_its_certificate_a_client_is_refused_and_nothing_it_sent_is_read(version, more, ours):
    async with serving(**tls(ours, **more)) as served:
        answer = await ask_tls(served, client(ours, lowest=version, highest=version))
        assert not isinstance(answer, bytes) or answer == b""
        await wait_logged(served, NO_CERTIFICATE)
    assert served.events == []


@pytest.mark.parametrize(
    ("shown", "status"), [case("97-none", None, "unverified"), case("97-valid", "ours", "verified")]
)
async def test_optional_takes_clients_with_and_without_certificates(shown, status, ours):
    settings = tls(ours, ssl_client_authentication="optional", enrich=["all"])
    async with serving(**settings) as served:
        assert await ask_tls(served, client(ours, ours if shown else None)) == ack(1)
    assert served.events[0].metadata["tls_peer"] == {"status": status}


@pytest.mark.parametrize("authentication", [case("97-untrusted", "optional"), case("98", "required")])
async def test_a_certificate_of_another_ca_is_refused(authentication, ours, theirs):
    async with serving(**tls(ours, ssl_client_authentication=authentication)) as served:
        answer = await ask_tls(served, client(ours, theirs))
        assert not isinstance(answer, bytes) or answer == b""
        await wait_logged(served, "the peer's certificate was issued by another CA")
    assert served.events == []


@pytest.mark.parametrize(
    ("servers", "version", "is_served"),
    [
        case("102-old", [], "TLSv1_1", False),
        case("103-only-1.2", ["TLSv1.2"], "TLSv1_2", True),
        case("103-only-1.3", ["TLSv1.3"], "TLSv1_3", True),
        case("103-none-in-common", ["TLSv1.3"], "TLSv1_2", False),
    ],
)
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated:DeprecationWarning")
async def test_protocols_are_the_configured_ones(servers, version, is_served, ours):
    ciphers = "DEFAULT@SECLEVEL=0" if version == "TLSv1_1" else None
    async with serving(**tls(ours, ssl_supported_protocols=servers)) as served:
        answer = await ask_tls(served, client(ours, ours, lowest=version, highest=version, ciphers=ciphers))
        assert (answer == ack(1)) == is_served
        if not is_served:
            await wait_logged(served, "TLS version is too old")


@pytest.mark.parametrize(
    ("suite", "is_served"),
    [
        case("103-common", "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384", True),
        case("103-uncommon", "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256", False),
    ],
)
async def test_cipher_suites_are_the_configured_ones(suite, is_served, ours):
    suites = ["TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"]
    async with serving(**tls(ours, ssl_cipher_suites=suites)) as served:
        answer = await ask_tls(served, client(ours, ours, highest="TLSv1_2", ciphers=suite))
        assert (answer == ack(1)) == is_served
        if not is_served:
            await wait_logged(served, "no cipher suite in common")


async def test_case_106_a_record_for_each_byte_works(ours):
    async with serving(**tls(ours)) as served:
        stream = trio.SSLStream(
            await served.connect(), client(ours, ours), server_hostname="localhost", https_compatible=True
        )
        for byte in WINDOW:
            await stream.send_all(bytes([byte]))
        assert await read_answers(stream, 1) == ack(1)
        await trio.aclose_forcefully(stream)


@pytest.mark.parametrize(
    ("sent", "answer", "reasons"),
    [
        case("107-whole", WINDOW, ack(1), 0),
        case("107-inside", WINDOW[:-3], None, 1),
    ],
)
async def test_an_end_without_goodbye_is_the_end_of_the_stream(sent, answer, reasons, ours):
    async with serving(**tls(ours)) as served:
        transport = await served.connect()
        stream = trio.SSLStream(
            transport, client(ours, ours), server_hostname="localhost", https_compatible=True
        )
        await stream.send_all(sent)
        if answer:
            assert await read_answers(stream, 1) == answer
        await trio.aclose_forcefully(transport)
        if reasons:
            await wait_logged(served, "got the end of the stream")
    assert len(served.log.reasons) == reasons
    assert len(served.events) == (1 if answer else 0)


@pytest.mark.parametrize(
    ("ecs", "version", "protocol"),
    [case("108-off", "disabled", "TLSv1_2", "TLSv1.2"), case("108-v8", "v8", "TLSv1_3", "TLSv1.3")],
)
async def test_the_peers_certificate_is_told_in_metadata(ecs, version, protocol, ours):
    async with serving(ecs=ecs, **tls(ours, enrich=["ssl_peer_metadata"])) as served:
        assert await ask_tls(served, client(ours, ours, lowest=version, highest=version)) == ack(1)
    metadata = served.events[0].metadata
    if ecs == "disabled":
        told = metadata["tls_peer"]
        assert told.pop("cipher_suite").startswith("TLS_ECDHE_")
        assert told == {"status": "verified", "protocol": protocol, "subject": subject_of(ours)}
    else:
        told = metadata["input"]["beats"]["tls"]
        assert told["cipher"].startswith("TLS_")
        assert (told["version_protocol"], told["client"]) == (protocol, {"subject": subject_of(ours)})
        assert metadata["tls_peer"] == {"status": "verified"}


def subject_of(folder):
    from cryptography import x509

    return x509.load_pem_x509_certificate((folder / "filebeat.crt").read_bytes()).subject.rfc4514_string()


@pytest.mark.parametrize("is_reset", [case("92-close", False), case("92-reset", True)])
@pytest.mark.parametrize("is_tls", [False, True], ids=["plain", "tls"])
async def test_a_health_check_that_connects_and_leaves_is_not_worth_a_line(is_reset, is_tls, ours):
    async with serving(**(tls(ours) if is_tls else {})) as served:
        for _ in range(5):
            stream = await served.connect()
            if is_reset:
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            await trio.aclose_forcefully(stream)
        await trio.sleep(0.05)
    assert served.log.lines == []
    assert not [name for name in served.plugin.metrics.extra if name.startswith("closed")]


async def test_a_health_check_does_not_hide_the_reason_of_a_refused_client(ours, theirs):
    async with serving(**tls(ours)) as served:
        await trio.aclose_forcefully(await served.connect())
        await ask_tls(served, client(ours))
        await wait_logged(served, NO_CERTIFICATE)
        await ask_tls(served, client(ours, theirs))
        await wait_logged(served, "issued by another CA")


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"ssl_certificate": None}, "ssl_certificate is needed"),
        ({"ssl_key": None}, "ssl_key is needed"),
        (
            {"ssl_client_authentication": "required", "ssl_certificate_authorities": []},
            "needs ssl_certificate_auth",
        ),
        (
            {"ssl_client_authentication": "optional", "ssl_certificate_authorities": []},
            "needs ssl_certificate_auth",
        ),
        ({"ssl_client_authentication": "none"}, "ssl_certificate_authorities has no use"),
        ({"ssl_certificate": "/nowhere/x.crt"}, "/nowhere/x.crt"),
        ({"ssl_key": "/nowhere/x.key"}, "/nowhere/x.key"),
    ],
)
def test_tls_settings_that_cannot_be_are_refused(more, complaint, ours):
    settings = {name: value for name, value in {**tls(ours), **more}.items() if value is not None}
    with pytest.raises(BuildError, match=complaint):
        make_beats(settings)


def test_without_tls_its_settings_are_warned_of(ours):
    settings = {**tls(ours), "ssl_enabled": False}
    _, warnings = make_beats(settings)
    assert any("without ssl_enabled => true these settings do nothing" in one.message for one in warnings)


WRONG_FILES = {
    "no certificate": ({"ssl_certificate": "none"}, "ssl_certificate", "missing-file"),
    "no key": ({"ssl_key": "none"}, "ssl_key", "missing-file"),
    "no authorities": (
        {"ssl_certificate_authorities": ["none"]},
        "ssl_certificate_authorities",
        "missing-file",
    ),
    "no revocation list": ({"ssl_crl_path": ["none"]}, "ssl_crl_path", "missing-file"),
    "one file that is nothing, for two": (
        {"ssl_certificate": __file__, "ssl_key": __file__},
        "ssl_certificate",
        "bad-value",
    ),
}


@pytest.mark.parametrize(("given", "setting", "code"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_a_file_that_is_wrong_is_told_at_the_setting_that_names_it(ours, given, setting, code):
    with pytest.raises(BuildError) as caught:
        make_beats(tls(ours, **given) | given)
    [problem] = [one for one in caught.value.problems if one.severity == "error"]
    assert (problem.setting, problem.code) == (setting, code)
