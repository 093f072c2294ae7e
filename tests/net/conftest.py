"""A small world of certificates, good and bad, and handshakes in memory."""

import datetime as dt
import ssl
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from logsmith.net.authority import Issued, Request, issue, make_ca, make_key

NOW = dt.datetime.now(dt.UTC)
YEAR = dt.timedelta(days=365)


def bare_certificate(name, *, issuer=None, start=NOW - YEAR, end=NOW + YEAR, extensions=()):
    """A certificate with exactly these extensions: none of the key identifiers that `issue` always adds."""
    key = make_key()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=False)
    return Issued(builder.sign((issuer.key if issuer else key), hashes.SHA256()), key)


CA_TRUE = x509.BasicConstraints(ca=True, path_length=None)
SERVER_AUTH = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])


@dataclass
class Pki:
    """Certificates by what is special about them; `path` and `chain` write them to files."""

    folder: Path
    made: dict[str, Issued] = field(default_factory=dict)

    def key(self, name):
        path = self.folder / f"{name}.key"
        path.write_bytes(self.made[name].key_pem)
        return str(path)

    def path(self, *names):
        path = self.folder / ("+".join(names) + ".crt")
        path.write_bytes(b"".join(self.made[name].certificate_pem for name in names))
        return str(path)

    def der(self, name):
        return self.made[name].certificate.public_bytes(serialization.Encoding.DER)


def _client(authority, name="web-1", **term):
    return issue(authority, Request(name=name, role="client", days=term.pop("days", 30)), **term)


@pytest.fixture(scope="session")
def pki(tmp_path_factory):
    pki = Pki(tmp_path_factory.mktemp("pki"))
    made = pki.made
    root = made["root"] = make_ca("root")
    made["other root"] = make_ca("other root")
    intermediate = made["intermediate"] = make_ca("intermediate", issuer=root)
    long_ago = make_ca("old root", now=NOW - 3 * YEAR)
    made["server"] = issue(
        root, Request(name="logs.example.org", role="server", hosts=("logs.example.org", "localhost"))
    )
    made["server of intermediate"] = issue(
        intermediate, Request(name="logs.example.org", role="server", hosts=("logs.example.org",))
    )
    made["client"] = _client(root)
    made["client of intermediate"] = _client(intermediate)
    made["client of another CA"] = _client(made["other root"])
    made["old root"] = long_ago
    made["expired client"] = _client(long_ago, now=NOW - 2 * YEAR)
    made["client of tomorrow"] = _client(root, now=NOW + dt.timedelta(days=1))
    made["server as client"] = made["server"]
    made["self-signed client"] = bare_certificate("self")
    made["self-signed client that says CA:TRUE"] = bare_certificate("self CA", extensions=[CA_TRUE])
    made["expired self-signed client"] = bare_certificate("old self", end=NOW - dt.timedelta(days=1))
    made["expired root"] = bare_certificate(
        "expired root", end=NOW - dt.timedelta(days=1), extensions=[CA_TRUE]
    )
    made["client of expired root"] = bare_certificate("web-2", issuer=made["expired root"])
    made["root without key identifiers"] = bare_certificate("plain root", extensions=[CA_TRUE])
    made["client without key identifiers"] = bare_certificate(
        "web-3", issuer=made["root without key identifiers"]
    )
    made["root without constraints"] = bare_certificate("no CA")
    made["client of one who is no CA"] = bare_certificate("web-4", issuer=made["client"])
    return pki


@dataclass
class Handshake:
    """What each side ended with."""

    server: ssl.SSLObject
    client: ssl.SSLObject
    server_error: ssl.SSLError | None = None
    client_error: ssl.SSLError | None = None


@pytest.fixture
def shake():
    """Run a handshake between two contexts through memory, until both sides are done or have failed."""
    return _shake


def _shake(server_context, client_context, hostname="logs.example.org"):
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    result = Handshake(
        server_context.wrap_bio(to_server, to_client, server_side=True),
        client_context.wrap_bio(to_client, to_server, server_hostname=hostname),
    )
    pending = {"client", "server"}
    for _ in range(10):
        for side in sorted(pending):
            try:
                getattr(result, side).do_handshake()
                pending.discard(side)
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError as error:
                setattr(result, side + "_error", error)
                pending.discard(side)
    if result.server_error is not None and result.client_error is None:
        # with TLS 1.3 a client takes itself for connected and reads the refusal later
        with pytest.raises(ssl.SSLError) as refusal:
            result.client.read(1)
        result.client_error = refusal.value
    return result
