"""Which certificates a folder gets: for the server and for each client, from one CA.

The folder is the only state. Plainly, what is missing is made and what is there is kept; renewing issues
certificates anew from the same CA; force starts afresh. All is decided and issued before anything is written.
"""

import ipaddress
import re
import secrets
import socket
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from logsmith.net.authority import (
    CA_DAYS,
    DAYS,
    MAX_COMMON_NAME,
    Address,
    Issued,
    KeyType,
    Request,
    issue,
    make_ca,
    make_key,
    names_of,
)
from logsmith.net.certfolder import CertificateFolder
from logsmith.net.errors import IssueError

CA, SERVER = "ca", "server"
DEFAULT_CLIENT = "filebeat"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
MAX_HOST = 253

_CLIENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the user asks for; empty names and clients stand for the defaults."""

    folder: Path
    names: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    days: int = DAYS
    ca_days: int = CA_DAYS
    key_type: KeyType = "ec"
    renew: bool = False
    new_keys: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What is in the folder now: certificates by name, and which of them are new."""

    folder: CertificateFolder
    certificates: dict[str, x509.Certificate]
    written: frozenset[str]


def make_certificates(wish: Wish) -> Report:
    """Make what `wish` asks for; raise IssueError, with nothing written, if that cannot be."""
    folder = CertificateFolder(wish.folder)
    authority = None if wish.force else _find_authority(folder)
    held = _replaceable(folder) if wish.force else _held(folder, authority)
    requests = _decide(wish, folder, held)
    new: dict[str, Issued] = {}
    if authority is None:
        name = f"logsmith CA {secrets.token_hex(4)}"  # no two CAs are confused by their name
        authority = make_ca(name, days=wish.ca_days, key=make_key(wish.key_type))
        new[CA] = authority
    keeps_keys = wish.renew and not wish.new_keys
    for name, request in requests.items():
        key = folder.find_key(name) if keeps_keys else make_key(wish.key_type)
        new[name] = issue(authority, request, key=key)
    for name, pair in new.items():
        folder.write_pair(name, pair)
    certificates = {
        CA: authority.certificate,
        **held,
        **{name: pair.certificate for name, pair in new.items()},
    }
    return Report(folder, certificates, frozenset(new))


def _find_authority(folder: CertificateFolder) -> Issued | None:
    names = folder.names()
    if CA not in names:
        if SERVER in names:
            raise IssueError(
                f"{folder.path} holds a server's certificate but no CA; put {CA}.crt and {CA}.key back, "
                "or start afresh with --force"
            )
        return None
    return folder.find_pair(CA)


def _held(folder: CertificateFolder, authority: Issued | None) -> dict[str, x509.Certificate]:
    return {} if authority is None else _certificates_of(folder, authority.certificate)


def _replaceable(folder: CertificateFolder) -> dict[str, x509.Certificate]:
    """Return the certificates that force issues anew; what is damaged is passed over."""
    try:
        authority = folder.find_certificate(CA)
    except IssueError:
        return {}
    return _certificates_of(folder, authority, skips_damage=True)


def _certificates_of(
    folder: CertificateFolder, authority: x509.Certificate, *, skips_damage: bool = False
) -> dict[str, x509.Certificate]:
    """Return the certificates in the folder that this CA issued; what others put there is left alone."""
    held: dict[str, x509.Certificate] = {}
    names = sorted(path.stem for path in folder.path.glob("*.crt"))
    for name in names:
        try:
            certificate = folder.find_certificate(name)
        except IssueError:
            if skips_damage:
                continue
            raise
        if name != CA and _is_issued_by(certificate, authority):
            held[name] = certificate
    return held


def _is_issued_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _decide(wish: Wish, folder: CertificateFolder, held: dict[str, x509.Certificate]) -> dict[str, Request]:
    """Return what to issue, by the name of its files."""
    for client in wish.clients:
        _check_client(client)
    if wish.force:
        clients = {*wish.clients, *held} - {SERVER}
        targets = [SERVER, *sorted(clients or {DEFAULT_CLIENT})]
    elif wish.renew:
        targets = _decide_renewal(wish, held)
    else:
        targets = _decide_missing(wish, folder, held)
    return {name: _request(name, wish, held) for name in targets}


def _decide_renewal(wish: Wish, held: dict[str, x509.Certificate]) -> list[str]:
    if not held:
        raise IssueError(f"nothing to renew in {wish.folder}; run without --renew first")
    for client in wish.clients:
        if client not in held:
            raise IssueError(f"client {client!r} has no certificate to renew; without --renew it gets one")
    if not wish.clients:
        return list(held)
    return [*([SERVER] if wish.names else []), *dict.fromkeys(wish.clients)]


def _decide_missing(wish: Wish, folder: CertificateFolder, held: dict[str, x509.Certificate]) -> list[str]:
    present = folder.names()
    for client in wish.clients:
        if client in present:
            raise IssueError(
                f"{folder.certificate_path(client)} exists; `--renew --client {client}` issues it anew, "
                "and another name makes another client"
            )
    clients = list(dict.fromkeys(wish.clients))
    if not clients and not set(held) - {SERVER} and DEFAULT_CLIENT not in present:
        clients = [DEFAULT_CLIENT]
    if SERVER not in present:
        return [SERVER, *clients]
    lacking = [name for name in wish.names if SERVER in held and not _is_for(held[SERVER], name)]
    if lacking or (wish.names and SERVER not in held):
        raise IssueError(
            f"{folder.certificate_path(SERVER)} exists and is not for {', '.join(lacking or wish.names)}; "
            "`--renew` with all its names issues it anew"
        )
    return clients


def _check_client(name: str) -> None:
    if _CLIENT.fullmatch(name) is None or len(name) > MAX_COMMON_NAME:
        raise IssueError(f"client {name!r}: expected at most {MAX_COMMON_NAME} letters, digits, and . _ -")
    if name.lower() in (CA, SERVER):
        raise IssueError(f"client {name!r}: the name is taken by the files of the {name.lower()}")


def _request(name: str, wish: Wish, held: dict[str, x509.Certificate]) -> Request:
    if name != SERVER:
        return Request(name=name, role="client", days=wish.days)
    if wish.names:
        hosts, addresses = _read_names(wish.names)
    elif SERVER in held:
        hosts, addresses = names_of(held[SERVER])
    else:
        hosts, addresses = _read_names(_default_names())
    first = hosts[0] if hosts else str(addresses[0])
    common_name = first if len(first) <= MAX_COMMON_NAME else "logsmith server"
    return Request(name=common_name, role="server", hosts=hosts, addresses=addresses, days=wish.days)


def _default_names() -> list[str]:
    own = socket.gethostname()
    return [LOOPBACK[0], *([own] if _is_host(own) else []), *LOOPBACK[1:]]


def _read_names(names: Collection[str]) -> tuple[tuple[str, ...], tuple[Address, ...]]:
    hosts: dict[str, None] = {}
    addresses: dict[Address, None] = {}
    for name in names:
        try:
            addresses[ipaddress.ip_address(name.strip("[]"))] = None
        except ValueError:
            hosts[_read_host(name)] = None
    return tuple(hosts), tuple(addresses)


def _read_host(name: str) -> str:
    try:
        host = name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        host = ""
    if not _is_host(host):
        raise IssueError(f"name {name!r}: expected a host name or an address")
    return host


def _is_host(name: str) -> bool:
    labels = name.removeprefix("*.").split(".")
    return len(name) <= MAX_HOST and all(_LABEL.fullmatch(label) for label in labels)


def _is_for(certificate: x509.Certificate, name: str) -> bool:
    hosts, addresses = _read_names([name])
    held_hosts, held_addresses = names_of(certificate)
    return set(hosts) <= set(held_hosts) and set(addresses) <= set(held_addresses)
