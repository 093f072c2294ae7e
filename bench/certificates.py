"""The certificates of a run: an authority, a server and a client."""

from pathlib import Path

from logsmith.net.certplan import Wish, make_certificates


def write_certificates(folder: Path) -> None:
    """Write ca.crt, server.crt, server.key, client.crt and client.key."""
    make_certificates(Wish(folder=folder, names=("localhost", "127.0.0.1"), clients=("client",)))
