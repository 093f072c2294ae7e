"""Contexts that follow their files, and lists of revoked certificates."""

import datetime as dt
import os
import ssl

import pytest
import trio
import trio.testing
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from logsmith.net import rotation
from logsmith.net.authority import Request, issue, make_ca
from logsmith.net.errors import TlsError
from logsmith.net.rotation import FollowingContext
from logsmith.net.tls import (
    TlsClientSettings,
    TlsServerSettings,
    client_context,
    describe_tls_failure,
    server_context,
)

NOW = dt.datetime.now(dt.UTC)
HOST = "logs.example.org"


class Lines:
    def __init__(self):
        self.lines = []

    def info(self, message, **facts):
        self.lines.append((message, facts))

    warning = info


class Folder:
    """A server's files, as an operator writes and replaces them."""

    def __init__(self, path, authority):
        self.path, self.authority = path, authority
        self.write(self.issue())

    def issue(self):
        return issue(self.authority, Request(name=HOST, role="server", hosts=(HOST,)))

    def write(self, issued):
        self.path.mkdir(exist_ok=True)
        (self.path / "server.crt").write_bytes(issued.certificate_pem)
        (self.path / "server.key").write_bytes(issued.key_pem)

    def follow(self, **more):
        settings = TlsServerSettings(
            certificate=str(self.path / "server.crt"), key=str(self.path / "server.key"), **more
        )
        return FollowingContext(lambda: server_context(settings), settings.files)


@pytest.fixture(scope="module")
def root():
    return make_ca("root")


@pytest.fixture
def log():
    return Lines()


@pytest.fixture
def folder(root, tmp_path):
    return Folder(tmp_path / "tls", root)


@pytest.fixture
def serial(root, tmp_path, shake):
    """Return the serial number of the certificate that a context shows."""
    trusted = tmp_path / "root.crt"
    trusted.write_bytes(root.certificate_pem)

    def look(context):
        result = shake(
            context, client_context(TlsClientSettings(certificate_authorities=(str(trusted),))), HOST
        )
        assert result.client_error is None
        return x509.load_der_x509_certificate(result.client.getpeercert(binary_form=True)).serial_number

    return look


def test_a_new_certificate_and_key_are_taken_up(folder, log, serial):
    context = folder.follow()
    issued = folder.issue()
    folder.write(issued)
    context.look(log)
    assert serial(context.current) == issued.certificate.serial_number
    names = [str(folder.path / name) for name in ("server.crt", "server.key")]
    assert log.lines == [("TLS files have changed and are used from now on", {"files": names})]


def test_files_that_did_not_change_are_not_read(folder, log):
    context = folder.follow()
    before = context.current
    context.look(log)
    assert context.current is before
    assert log.lines == []


def test_half_a_pair_leaves_the_old_one_with_one_line_until_the_other_half_comes(folder, log, serial):
    context = folder.follow()
    old, issued = serial(context.current), folder.issue()
    (folder.path / "server.crt").write_bytes(issued.certificate_pem)
    for _ in range(3):
        context.look(log)
    assert serial(context.current) == old
    [(message, facts)] = log.lines
    assert message == "changed TLS files cannot be used, the old ones stay"
    assert "does not belong to certificate" in facts["reason"]
    (folder.path / "server.key").write_bytes(issued.key_pem)
    context.look(log)
    assert serial(context.current) == issued.certificate.serial_number


@pytest.mark.parametrize("damage", ["", "-----BEGIN CERTIFICATE-----\nMII", "nothing of the kind\n"])
def test_a_file_that_is_being_written_leaves_the_old_context(folder, log, damage):
    context = folder.follow()
    before = context.current
    (folder.path / "server.crt").write_text(damage)
    context.look(log)
    assert context.current is before
    (folder.path / "server.crt").unlink()
    context.look(log)
    assert context.current is before
    assert len(log.lines) == 2


def test_a_folder_that_is_swapped_behind_a_link_is_seen(root, tmp_path, log, serial):
    Folder(tmp_path / "..1", root)
    (tmp_path / "..data").symlink_to("..1")
    folder = Folder(tmp_path / "..data", root)
    context = folder.follow()
    second = Folder(tmp_path / "..2", root)
    (tmp_path / "..tmp").symlink_to("..2")
    (tmp_path / "..tmp").rename(tmp_path / "..data")
    context.look(log)
    shown = x509.load_pem_x509_certificate((second.path / "server.crt").read_bytes())
    assert serial(context.current) == shown.serial_number


def test_a_file_of_the_same_size_and_time_is_another_by_its_inode(folder, log):
    context = folder.follow()
    before, path = context.current, folder.path / "server.key"
    status = path.stat()
    twin = folder.path / "twin"
    twin.write_bytes(path.read_bytes())
    os.utime(twin, ns=(status.st_atime_ns, status.st_mtime_ns))
    twin.rename(path)
    context.look(log)
    assert context.current is not before


async def test_looks_every_two_seconds_and_at_once(folder, log, nursery, autojump_clock):
    taken = []
    context = folder.follow()
    folder.write(folder.issue())
    nursery.start_soon(context.follow, log, taken.append)
    await trio.testing.wait_all_tasks_blocked()
    assert len(log.lines) == 1
    folder.write(folder.issue())
    await trio.sleep(rotation.LOOK_EVERY_S + 0.1)
    assert len(log.lines) == 2
    assert taken[-1] is context.current


# revocation


def crl(authority, *revoked, end=NOW + dt.timedelta(days=1)):
    """A revocation list of an authority with these certificates on it, PEM."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(authority.certificate.subject)
    builder = builder.last_update(NOW - dt.timedelta(days=2)).next_update(end)
    for one in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(one.certificate.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(NOW).build())
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def clients(root):
    return [issue(root, Request(name=name, role="client")) for name in ("good", "bad")]


@pytest.fixture
def outcome(root, tmp_path, shake):
    """Return what a server makes of a client's certificate."""
    trusted = tmp_path / "root.crt"
    trusted.write_bytes(root.certificate_pem)

    def look(context, issued):
        certificate, key = tmp_path / "client.crt", tmp_path / "client.key"
        certificate.write_bytes(issued.certificate_pem)
        key.write_bytes(issued.key_pem)
        settings = TlsClientSettings(
            certificate=str(certificate), key=str(key), certificate_authorities=(str(trusted),)
        )
        error = shake(context, client_context(settings), HOST).server_error
        return "connected" if error is None else describe_tls_failure(error)

    return look


@pytest.fixture
def guarded(folder, root, tmp_path):
    """A server that trusts the root's clients, but for those on a list with this content, if there is one."""
    (tmp_path / "root.crt").write_bytes(root.certificate_pem)
    path = tmp_path / "list.crl"

    def open_with(content):
        lists = () if content is None else (str(path),)
        path.write_bytes(content or b"")
        trusted = (str(tmp_path / "root.crt"),)
        return folder.follow(certificate_authorities=trusted, revocation_lists=lists)

    return open_with


REVOKED = "the peer's certificate has been revoked"


def test_a_revoked_client_is_refused_and_another_is_not(guarded, root, clients, outcome, tmp_path):
    good, bad = clients
    context = guarded(crl(root, bad))
    assert [outcome(context.current, one) for one in clients] == ["connected", REVOKED]
    (tmp_path / "list.crl").write_bytes(crl(root, good, bad))
    context.look(Lines())
    assert [outcome(context.current, one) for one in clients] == [REVOKED, REVOKED]


LISTS = {
    "expired": (
        lambda root: crl(root, end=NOW - dt.timedelta(days=1)),
        "the peer's certificate cannot be checked: the revocation list of its authority has expired",
    ),
    "of another authority": (
        lambda _: crl(make_ca("other")),
        "the peer's certificate is of an authority without a revocation list, and all need one",
    ),
}


@pytest.mark.parametrize("case", LISTS.values(), ids=LISTS.keys())
def test_without_a_valid_list_nobody_is_let_in(guarded, root, clients, outcome, case):
    make, why = case
    assert outcome(guarded(make(root)).current, clients[0]) == why


BROKEN = {
    "no list": (b"-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "holds none in PEM"),
    "damaged": (b"-----BEGIN X509 CRL-----\nMIIB\n-----END X509 CRL-----\n", "is damaged"),
    "cut off": (b"-----BEGIN X509 CRL-----\nMIIB\n", "is cut off"),
}


@pytest.mark.parametrize(("content", "why"), BROKEN.values(), ids=BROKEN.keys())
def test_says_what_is_wrong_with_a_revocation_list(guarded, content, why):
    with pytest.raises(TlsError, match=f"revocation list .*list.crl: .*{why}"):
        guarded(content)


def test_a_revocation_list_needs_authorities(folder, tmp_path):
    with pytest.raises(TlsError, match="no certificate authorities"):
        folder.follow(revocation_lists=(str(tmp_path / "list.crl"),))


def test_a_context_without_lists_does_not_look_for_any(guarded, clients, outcome):
    context = guarded(None).current
    assert not context.verify_flags & ssl.VERIFY_CRL_CHECK_LEAF
    assert outcome(context, clients[0]) == "connected"
