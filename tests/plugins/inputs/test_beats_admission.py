"""The allow-lists of the Beats input, over TLS on a real socket."""

import hashlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from logsmith.net.authority import Issued, Request, issue
from logsmith.net.certplan import Wish, make_certificates
from logsmith.net.pem import read_certificates
from logsmith.plugins.build import BuildError
from tests.beats.serving import make_beats, serving
from tests.lumberjack.lumberjack_cases import ack
from tests.plugins.inputs.test_beats_tls import ask_tls, client, tls, wait_logged


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """A folder with a CA, a server's certificate and one for the client filebeat, which is also web-1.example.org."""
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    folder = tmp_path_factory.mktemp("ours")
    make_certificates(Wish(folder=folder, names=("localhost", "127.0.0.1")))
    key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
    authority = Issued(read_certificates(str(folder / "ca.crt"))[0], key)
    web = issue(authority, Request(name="filebeat", role="client", hosts=("web-1.example.org",)))
    (folder / "filebeat.crt").write_bytes(web.certificate_pem)
    (folder / "filebeat.key").write_bytes(web.key_pem)
    return folder


def fingerprint(folder):
    found = x509.load_pem_x509_certificate((folder / "filebeat.crt").read_bytes())
    return hashlib.sha256(found.public_bytes(Encoding.DER)).hexdigest()


ALT, COMMON, PRINTS = (
    "ssl_allowed_subject_alt_names",
    "ssl_allowed_common_names",
    "ssl_allowed_fingerprints",
)


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
@pytest.mark.parametrize(
    ("name", "value"),
    [(ALT, ["*.example.org"]), (COMMON, "filebeat"), (PRINTS, fingerprint)],
    ids=[ALT, COMMON, PRINTS],
)
async def test_a_listed_client_is_served(name, value, version, ours):
    listed = value(ours) if callable(value) else value
    async with serving(**tls(ours, **{name: listed})) as served:
        assert await ask_tls(served, client(ours, ours, lowest=version, highest=version)) == ack(1)
        assert len(served.events) == 1
    assert served.log.lines == []


@pytest.mark.parametrize("version", ["TLSv1_2", "TLSv1_3"])
@pytest.mark.parametrize(
    ("name", "value"),
    [(ALT, ["web-2.example.org"]), (COMMON, ["metricbeat"]), (PRINTS, "0" * 64)],
    ids=[ALT, COMMON, PRINTS],
)
async def test_any_other_client_is_closed_without_a_byte_read_and_named_once(name, value, version, ours):
    async with serving(**tls(ours, **{name: value})) as served:
        for _ in range(3):
            answer = await ask_tls(served, client(ours, ours, lowest=version, highest=version))
            assert not isinstance(answer, bytes) or answer == b""
        await wait_logged(served, "CN=filebeat, web-1.example.org is on no list of allowed clients")
    assert served.events == []
    assert [(message, facts["peer"]) for message, facts in served.log.lines] == [
        ("connection closed by this end", "127.0.0.1")
    ]
    assert served.plugin.metrics.extra["closed.NotAdmittedError"] == 3


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({COMMON: []}, "is empty: no client would be let in"),
        ({COMMON: [""]}, "ssl_allowed_common_names: an allowed name is empty"),
        ({ALT: ["*"]}, "ssl_allowed_subject_alt_names: allowed name"),
        ({PRINTS: ["abc"]}, "ssl_allowed_fingerprints: .*64 hexadecimal digits"),
        ({COMMON: ["x"], "ssl_client_authentication": "optional"}, "every client must show a certificate"),
        ({COMMON: ["x"], "ssl_enabled": False}, "every client must show a certificate"),
        ({COMMON: ["x"], "ssl_certificate_authorities": []}, "every client must show a certificate"),
    ],
)
def test_a_list_that_would_not_hold_is_refused(more, complaint, ours):
    with pytest.raises(BuildError, match=complaint):
        make_beats({**tls(ours), **more})


async def test_a_listed_name_on_a_certificate_of_another_ca_does_not_get_in(ours, tmp_path):
    make_certificates(Wish(folder=tmp_path, names=("localhost",)))
    async with serving(**tls(ours, **{COMMON: ["filebeat"]})) as served:
        answer = await ask_tls(served, client(ours, tmp_path))
        assert not isinstance(answer, bytes) or answer == b""
        await wait_logged(served, "issued by another CA")
    assert served.events == []
