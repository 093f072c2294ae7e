"""Certificates for both sides of a connection, made as `logsmith certs` makes them."""

from dataclasses import dataclass
from pathlib import Path

from logsmith.net.certplan import Wish, make_certificates


@dataclass(frozen=True, slots=True)
class Identity:
    """The files with which one side of a connection proves who it is, and the CA it trusts."""

    ca: Path
    cert: Path | None = None
    key: Path | None = None


@dataclass(frozen=True, slots=True)
class Certificates:
    """A folder with a CA, a server's certificate for this machine, and one for each client asked for."""

    folder: Path

    @property
    def ca(self):
        return self.folder / "ca.crt"

    @property
    def server(self):
        return self._identity("server")

    @property
    def stranger(self):
        """Who knows the CA and has no certificate."""
        return Identity(self.ca)

    def client(self, name="filebeat"):
        """Return a client's identity, which is made if need be."""
        if not (self.folder / f"{name}.crt").exists():
            make_certificates(Wish(folder=self.folder, clients=(name,)))
        return self._identity(name)

    def _identity(self, name):
        return Identity(self.ca, self.folder / f"{name}.crt", self.folder / f"{name}.key")


def make(folder):
    """Return a folder of certificates: a CA, a server's for 127.0.0.1 and localhost, and the client `filebeat`."""
    make_certificates(Wish(folder=folder, names=("localhost", "127.0.0.1")))
    return Certificates(folder)
