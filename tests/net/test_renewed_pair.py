"""A certificate and its key that are read while they are being renewed."""

import ssl
import threading

import pytest

from logsmith.net.authority import Request, issue, make_ca
from logsmith.net.errors import TlsError
from logsmith.net.pem import Identity, load_identity


@pytest.fixture
def pairs():
    authority = make_ca()
    return [issue(authority, Request(name="server", role="server", hosts=("localhost",))) for _ in range(2)]


@pytest.fixture
def half(tmp_path, pairs):
    """A pair of which only the key is the new one."""
    old, new = pairs
    (tmp_path / "server.crt").write_bytes(old.certificate_pem)
    (tmp_path / "server.key").write_bytes(new.key_pem)
    return Identity(str(tmp_path / "server.crt"), str(tmp_path / "server.key"))


def load(identity):
    load_identity(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), identity)


def test_a_start_in_the_middle_of_a_renewal_waits_for_the_other_half(tmp_path, pairs, half):
    certificate = tmp_path / "new.crt"
    certificate.write_bytes(pairs[1].certificate_pem)
    renewal = threading.Timer(0.05, certificate.rename, [half.certificate])
    renewal.start()
    load(half)
    renewal.join()


def test_half_a_pair_that_stays_so_is_refused(half):
    with pytest.raises(TlsError, match="does not belong to certificate"):
        load(half)
