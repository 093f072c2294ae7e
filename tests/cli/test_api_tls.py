"""The API of a real server over TLS, with a keystore of PKCS#12 as Logstash has it."""

import base64
import http.client
import json
import os
import signal
import ssl
from ipaddress import ip_address

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12

from logsmith.net.authority import Request, issue, make_ca
from tests.cli.test_run import ENDLESS, WAIT_S, Started

PASSWORD = "geheim-4711"
CA, NEW_CA = make_ca("ca"), make_ca("new")

pytestmark = pytest.mark.slow


def write_keystore(path, authority, days=30) -> None:
    """Put another keystore in the place of one, whole at any moment."""
    names = {"hosts": ("localhost",), "addresses": (ip_address("127.0.0.1"),)}
    made = issue(authority, Request(name="api", role="server", days=days, **names))
    secret = BestAvailableEncryption(PASSWORD.encode())
    draft = path.with_suffix(".draft")
    draft.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"api", made.key, made.certificate, [authority.certificate], secret
        )
    )
    draft.replace(path)


@pytest.fixture
def keystore(tmp_path):
    path = tmp_path / "api.p12"
    write_keystore(path, CA)
    return path


@pytest.fixture
def settings(tmp_path, keystore):
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "logsmith.yml").write_text(
        f"""
        api.ssl.enabled: true
        api.ssl.keystore: {{path: {keystore}, password: {PASSWORD}}}
        api.auth: {{type: basic, basic: {{username: admin, password: Klang-4712}}}}
        """
    )
    return folder


@pytest.fixture
def server(tmp_path, settings):
    one = Started(tmp_path / "data", "-e", ENDLESS, "--path.settings", str(settings), "--log.level", "debug")
    yield one
    if one.process.poll() is None:
        one.process.kill()
    one.process.communicate()


def port_of(server) -> int:
    line = server.wait_for("Successfully started Logstash API endpoint")
    facts = json.loads(line.partition("endpoint ")[2])
    assert facts["ssl_enabled"] is True
    return facts["port"]


def ask(port: int, authority, path: str = "/", *, password: str = "Klang-4712") -> tuple[int, dict]:
    context = ssl.create_default_context(cadata=authority.certificate.public_bytes(Encoding.PEM).decode())
    connection = http.client.HTTPSConnection("localhost", port, timeout=WAIT_S, context=context)
    try:
        credentials = base64.b64encode(f"admin:{password}".encode()).decode()
        connection.request("GET", path, headers={"Authorization": f"Basic {credentials}"})
        with connection.getresponse() as response:
            return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_answers_over_tls_to_those_who_have_the_password(server):
    port = port_of(server)
    status, body = ask(port, CA)
    assert (status, body["http_address"]) == (200, f"0.0.0.0:{port}")  # Logstash: with TLS and a password
    assert ask(port, CA, "/?wait_for_status=green&timeout=10s")[0] == 200
    assert ask(port, CA, password="wrong")[0] == 401
    plain = http.client.HTTPConnection("localhost", port, timeout=WAIT_S)
    plain.request("GET", "/")
    with pytest.raises((http.client.HTTPException, OSError)):
        plain.getresponse()
    plain.close()
    assert ask(port, CA, "/_node/stats")[0] == 200
    assert server.end(signal.SIGTERM)[0] == 0
    assert PASSWORD not in server.log
    assert "4712" not in server.log


def test_a_renewed_keystore_counts_without_a_restart_and_a_bad_one_does_not(server, keystore):
    port = port_of(server)
    assert ask(port, CA)[0] == 200
    write_keystore(keystore, NEW_CA)
    assert ask(port, NEW_CA)[0] == 200
    keystore.write_bytes(b"nonsense")
    os.utime(keystore, ns=(1, 1))
    assert ask(port, NEW_CA)[0] == 200
    assert server.end(signal.SIGTERM)[0] == 0
    assert "TLS files have changed and are used from now on" in server.log
    assert "changed TLS files cannot be used, the old ones stay" in server.log


def test_a_check_warns_of_a_certificate_that_expires_soon(tmp_path, keystore, settings):
    write_keystore(keystore, CA, days=2)
    one = Started(tmp_path / "data", "-t", "-e", ENDLESS, "--path.settings", str(settings))
    status, out = one.end()
    assert status == 0
    assert "expires on" in out + one.log


def test_a_keystore_without_tls_is_warned_of(tmp_path, settings):
    text = (settings / "logsmith.yml").read_text().replace("enabled: true", "enabled: false")
    (settings / "logsmith.yml").write_text(text)
    one = Started(tmp_path / "data", "-t", "-e", ENDLESS, "--path.settings", str(settings))
    status, out = one.end()
    assert status == 0
    assert "api.ssl.keystore.path has no effect: api.ssl.enabled is false" in out + one.log
