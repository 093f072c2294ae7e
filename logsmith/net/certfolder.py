"""A folder of certificates and keys: `NAME.crt` and `NAME.key` in PEM, keys readable by their owner only."""

from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from logsmith.durable import PRIVATE, make_folder, replace_file
from logsmith.net.authority import Issued, PrivateKey
from logsmith.net.errors import IssueError, TlsError
from logsmith.net.pem import read_certificates


class CertificateFolder:
    """Reads and writes the certificates and keys of one folder; raises IssueError that names the file."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()

    def certificate_path(self, name: str) -> Path:
        return self.path / f"{name}.crt"

    def key_path(self, name: str) -> Path:
        return self.path / f"{name}.key"

    def names(self) -> list[str]:
        """Return the names of all certificates and keys here, sorted."""
        found = [*self.path.glob("*.crt"), *self.path.glob("*.key")]
        return sorted({path.stem for path in found})

    def find_certificate(self, name: str) -> x509.Certificate:
        try:
            return read_certificates(str(self.certificate_path(name)))[0]
        except TlsError as error:
            raise IssueError(str(error)) from None

    def find_key(self, name: str) -> PrivateKey:
        path = self.key_path(name)
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), None)
        except FileNotFoundError:
            raise IssueError(f"key {path}: no such file") from None
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise IssueError(f"key {path}: cannot be read: {error}") from None
        if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
            return key
        raise IssueError(f"key {path}: expected an EC or RSA key")

    def find_pair(self, name: str) -> Issued:
        """Return a certificate with its key, having checked that they belong together."""
        pair = Issued(self.find_certificate(name), self.find_key(name))
        if pair.certificate.public_key() != pair.key.public_key():
            raise IssueError(f"key {self.key_path(name)}: does not belong to {self.certificate_path(name)}")
        return pair

    def write_pair(self, name: str, pair: Issued) -> None:
        """Write a certificate and its key, replacing each file in one step."""
        make_folder(self.path)
        # the key first: a server that reloads in between sees a pair that does not match, and keeps the old
        replace_file(self.key_path(name), pair.key_pem, mode=PRIVATE)
        replace_file(self.certificate_path(name), pair.certificate_pem, mode=0o644)
