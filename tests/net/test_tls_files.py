"""Certificates and keys in files: what loads, and what is said of what does not."""

import contextlib
import datetime as dt
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import NameOID

from logsmith.net.tls import (
    TlsClientSettings,
    TlsError,
    TlsServerSettings,
    check_tls,
    client_context,
    server_context,
)

KEYS = Path(__file__).parent / "keys"
NOW = dt.datetime.now(dt.UTC)

PLAIN = {"ec": "ec-pkcs8.pem", "rsa": "rsa-pkcs8.pem", "ed25519": "ed25519-pkcs8.pem"}
UNREADABLE = "ec-pkcs8-pbe-sha1-des.pem"
ALL_KEYS = sorted(path.name for path in KEYS.glob("*.pem") if path.name != UNREADABLE)
ENCRYPTED = [name for name in ALL_KEYS if "ENCRYPTED" in (KEYS / name).read_text()]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """A certificate for each of the keys in the folder, by kind of key."""
    folder = tmp_path_factory.mktemp("certificates")
    return {kind: _write_certificate(folder / f"{kind}.crt", KEYS / name) for kind, name in PLAIN.items()}


def _write_certificate(path, key_path, days=30):
    key = serialization.load_pem_private_key(key_path.read_bytes(), None)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW - dt.timedelta(days=60))
    made = builder.not_valid_after(NOW + dt.timedelta(days=days)).sign(key, digest)
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return str(path)


def settings_for(certificates, key, passphrase=None, **more):
    kind = Path(key).name.split("-")[0]
    return TlsServerSettings(
        certificate=certificates.get(kind, certificates["ec"]),
        key=str(KEYS / key),
        key_passphrase=passphrase,
        **more,
    )


@pytest.mark.parametrize("key", ALL_KEYS)
def test_key_loads_in_every_form(certificates, key):
    passphrase = "secret" if key in ENCRYPTED else None
    server_context(settings_for(certificates, key, passphrase))


@pytest.mark.parametrize("key", ENCRYPTED)
def test_wrong_passphrase_is_named(certificates, key):
    with pytest.raises(TlsError) as refusal:
        server_context(settings_for(certificates, key, "wrong"))
    assert str(refusal.value) == f"key {KEYS / key}: the passphrase is wrong"


@pytest.mark.parametrize("key", ENCRYPTED)
def test_encrypted_key_without_a_passphrase_is_refused_and_nobody_is_asked(certificates, key):
    with pytest.raises(TlsError) as refusal:
        server_context(settings_for(certificates, key))
    assert str(refusal.value) == f"key {KEYS / key}: is encrypted, and no passphrase is set"


def test_passphrase_for_a_plain_key_does_no_harm(certificates):
    server_context(settings_for(certificates, "ec-pkcs8.pem", "not needed"))


def test_passphrase_longer_than_openssl_takes_is_refused_as_wrong(certificates):
    with pytest.raises(TlsError, match="the passphrase is wrong"):
        server_context(settings_for(certificates, "ec-pkcs8-aes256.pem", "x" * 5000))


def test_passphrase_is_never_printed(certificates):
    assert "hunter2" not in repr(settings_for(certificates, "ec-pkcs8.pem", "hunter2"))
    assert "hunter2" not in repr(TlsClientSettings(key_passphrase="hunter2"))


def test_encryption_that_nothing_here_reads_is_named_with_a_way_out(certificates):
    with pytest.raises(TlsError, match=r"cannot be read \(Unknown key encryption .*`openssl pkcs8 -topk8`"):
        server_context(settings_for(certificates, UNREADABLE, "secret"))


def test_key_that_openssl_cannot_decrypt_leaves_no_file_behind(certificates, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    server_context(settings_for(certificates, "ec-pkcs8-pbe-md5-des.pem", "secret"))
    assert list(tmp_path.iterdir()) == []


def test_key_and_certificate_may_lie_in_one_file(certificates, tmp_path):
    both = tmp_path / "both.pem"
    both.write_bytes((KEYS / "ec-pkcs8.pem").read_bytes() + Path(certificates["ec"]).read_bytes())
    server_context(TlsServerSettings(certificate=str(both), key=str(both)))


GARBAGE = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
GARBAGE_KEY = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"


def _der(certificates):
    return x509.load_pem_x509_certificate(Path(certificates["ec"]).read_bytes()).public_bytes(
        serialization.Encoding.DER
    )


BAD_CERTIFICATES = {
    "nothing": (lambda _: b"", "holds no PEM certificate (a line -----BEGIN CERTIFICATE-----)"),
    "text": (lambda _: b"hello", "holds no PEM certificate (a line -----BEGIN CERTIFICATE-----)"),
    "a key": (
        lambda _: (KEYS / "ec-pkcs8.pem").read_bytes(),
        "holds a private key but no certificate",
    ),
    "DER": (
        _der,
        "is DER or PKCS#12, not PEM; `openssl x509 -inform der` or `openssl pkcs12` converts it",
    ),
    "half a file": (
        lambda certificates: Path(certificates["ec"]).read_bytes()[:200],
        "is cut off: its last BEGIN line has no END line",
    ),
    "damage": (lambda _: GARBAGE, "a certificate in it is damaged: "),
}


@pytest.mark.parametrize(("content", "message"), BAD_CERTIFICATES.values(), ids=BAD_CERTIFICATES.keys())
def test_bad_certificate_is_refused_by_name(certificates, tmp_path, content, message):
    path = tmp_path / "server.crt"
    path.write_bytes(content(certificates))
    with pytest.raises(TlsError) as refusal:
        server_context(TlsServerSettings(certificate=str(path), key=str(KEYS / "ec-pkcs8.pem")))
    assert str(refusal.value).startswith(f"certificate {path}: {message}")


@pytest.mark.parametrize(("content", "message"), BAD_CERTIFICATES.values(), ids=BAD_CERTIFICATES.keys())
def test_bad_authorities_are_refused_by_name(certificates, tmp_path, content, message):
    path = tmp_path / "ca.crt"
    path.write_bytes(content(certificates))
    with pytest.raises(TlsError) as refusal:
        server_context(settings_for(certificates, "ec-pkcs8.pem", certificate_authorities=(str(path),)))
    assert str(refusal.value).startswith(f"certificate authorities {path}: {message}")


BAD_KEYS = {
    "text": (b"hello", "holds no valid private key in PEM (a line -----BEGIN PRIVATE KEY-----)"),
    "a certificate": (GARBAGE, "holds a certificate but no private key"),
    "DER": (
        b"\x30\x82\x01\x02",
        "is DER or PKCS#12, not PEM; `openssl pkey -inform der` or `openssl pkcs12` converts it",
    ),
    "half a file": ((KEYS / "rsa-pkcs8.pem").read_bytes()[:300], "is cut off"),
    "damage": (GARBAGE_KEY, "cannot be read ("),
}


@pytest.mark.parametrize(("content", "message"), BAD_KEYS.values(), ids=BAD_KEYS.keys())
def test_bad_key_is_refused_by_name(certificates, tmp_path, content, message):
    path = tmp_path / "server.key"
    path.write_bytes(content)
    with pytest.raises(TlsError) as refusal:
        server_context(TlsServerSettings(certificate=certificates["ec"], key=str(path)))
    assert str(refusal.value).startswith(f"key {path}: {message}")


MISMATCHES = {
    "another key of the same kind": ("server.key", "does not belong to certificate"),
    "another kind of key": ("rsa-pkcs8.pem", "is of another kind than that of certificate"),
}


@pytest.mark.parametrize(("key", "message"), MISMATCHES.values(), ids=MISMATCHES.keys())
def test_key_of_another_certificate_is_refused(certificates, pki, key, message):
    path = pki.key("server") if key == "server.key" else str(KEYS / key)
    with pytest.raises(TlsError) as refusal:
        server_context(TlsServerSettings(certificate=certificates["ec"], key=path))
    assert str(refusal.value).startswith(f"key {path}: {message} {certificates['ec']}")


def test_chain_in_the_wrong_order_is_refused_with_the_right_order(pki):
    chain = pki.path("intermediate", "server of intermediate")
    with pytest.raises(TlsError, match="must begin with the one that was issued for this key"):
        server_context(TlsServerSettings(certificate=chain, key=pki.key("server of intermediate")))


@pytest.mark.parametrize("what", ["certificate", "key"])
def test_missing_file_is_named(certificates, tmp_path, what):
    paths = {"certificate": certificates["ec"], "key": str(KEYS / "ec-pkcs8.pem")}
    paths[what] = str(tmp_path / "absent.pem")
    with pytest.raises(TlsError) as refusal:
        server_context(TlsServerSettings(**paths))
    assert str(refusal.value) == f"{what} {tmp_path}/absent.pem: no such file"


def test_folder_of_authorities_is_refused(certificates, tmp_path):
    with pytest.raises(TlsError, match="is a directory; name a file"):
        server_context(settings_for(certificates, "ec-pkcs8.pem", certificate_authorities=(str(tmp_path),)))


@contextlib.contextmanager
def _as_nobody():
    """Lose root's power to read everything, where the tests run as root."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_unreadable_file_is_refused_with_a_hint_at_permissions(certificates):
    with tempfile.TemporaryDirectory(dir="/tmp") as name:  # pytest's own folders are closed to nobody
        key, certificate = Path(name) / "server.key", Path(name) / "server.crt"
        shutil.copy(KEYS / "ec-pkcs8.pem", key)
        shutil.copy(certificates["ec"], certificate)
        Path(name).chmod(0o755)
        certificate.chmod(0o644)
        key.chmod(0)
        with _as_nobody(), pytest.raises(TlsError) as refusal:
            server_context(TlsServerSettings(certificate=str(certificate), key=str(key)))
    assert str(refusal.value).startswith(f"key {key}: is not readable by user id ")
    assert "check the permissions" in str(refusal.value)


def test_certificate_with_a_short_key_is_refused(tmp_path):
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 1024)
    path = tmp_path / "short.key"
    path.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificate = _write_certificate(tmp_path / "short.crt", path)
    with pytest.raises(TlsError, match="has a key that is too short for TLS"):
        server_context(TlsServerSettings(certificate=certificate, key=str(path)))


SETTINGS = {
    "authorities and none": (
        {"certificate_authorities": ("ca.crt",), "client_authentication": "none"},
        'certificate authorities are set, but client authentication is "none"; remove one of them',
    ),
    "required without authorities": (
        {"client_authentication": "required"},
        'client authentication is "required", but no certificate authorities are set',
    ),
    "optional without authorities": (
        {"client_authentication": "optional"},
        'client authentication is "optional", but no certificate authorities are set',
    ),
    "no suite for the protocol": (
        {"supported_protocols": frozenset({"TLSv1.3"}), "cipher_suites": ("TLS_RSA_WITH_AES_128_CBC_SHA",)},
        "none of the cipher suites is for TLSv1.3",
    ),
    "a suite that this OpenSSL lacks": (
        {"cipher_suites": ("TLS_RSA_WITH_3DES_EDE_CBC_SHA",)},
        "this OpenSSL has none of the cipher suites TLS_RSA_WITH_3DES_EDE_CBC_SHA",
    ),
}


@pytest.mark.parametrize(("more", "message"), SETTINGS.values(), ids=SETTINGS.keys())
def test_settings_that_contradict_each_other_are_refused(certificates, more, message):
    with pytest.raises(TlsError) as refusal:
        server_context(settings_for(certificates, "ec-pkcs8.pem", **more))
    assert str(refusal.value) == message


def test_client_certificate_needs_its_key(certificates):
    with pytest.raises(TlsError, match="must be set together"):
        client_context(TlsClientSettings(certificate=certificates["ec"]))


def test_expired_certificate_loads_with_a_warning(tmp_path):
    certificate = _write_certificate(tmp_path / "old.crt", KEYS / "ec-pkcs8.pem", days=-1)
    settings = TlsServerSettings(certificate=certificate, key=str(KEYS / "ec-pkcs8.pem"))
    server_context(settings)
    yesterday = f"{NOW - dt.timedelta(days=1):%Y-%m-%d}"
    assert check_tls(settings) == [
        f"certificate {certificate} expired on {yesterday}; peers will refuse the connection"
    ]


WARNINGS = {
    "nothing to say": ({}, 0, []),
    "expires within two weeks": ({}, 20, ["certificate {certificate} expires on {end}"]),
    "not valid yet": ({}, -90, ["certificate {certificate} is not valid before {start}"]),
    "TLS 1.1": (
        {"supported_protocols": frozenset({"TLSv1.1", "TLSv1.2"})},
        0,
        ["TLSv1.1 is switched on; it lowers the security level of all connections of this plugin"],
    ),
    "a protocol without suites": (
        {"cipher_suites": ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",)},
        0,
        ["TLSv1.3 is off: none of the cipher suites is for it"],
    ),
    "some suites of TLS 1.3": (
        {"cipher_suites": ("TLS_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")},
        0,
        [
            (
                "Python cannot switch off single TLS 1.3 suites; "
                "also offered: TLS_AES_128_GCM_SHA256, TLS_CHACHA20_POLY1305_SHA256"
            )
        ],
    ),
}


@pytest.mark.parametrize(("more", "days", "expected"), WARNINGS.values(), ids=WARNINGS.keys())
def test_surprises_are_warned_of(certificates, more, days, expected):
    settings = settings_for(certificates, "ec-pkcs8.pem", **more)
    places = {
        "certificate": certificates["ec"],
        "start": f"{NOW - dt.timedelta(days=60):%Y-%m-%d}",
        "end": f"{NOW + dt.timedelta(days=30):%Y-%m-%d}",
    }
    warnings = check_tls(settings, NOW + dt.timedelta(days=days))
    assert warnings == [line.format(**places) for line in expected]


def test_expired_authority_is_warned_of(certificates, pki):
    authorities = pki.path("expired root", "root")
    settings = settings_for(certificates, "ec-pkcs8.pem", certificate_authorities=(authorities,))
    (warning,) = check_tls(settings)
    assert warning.startswith(f"certificate authorities {authorities}: CN=expired root expired on ")
