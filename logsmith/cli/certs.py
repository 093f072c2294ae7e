"""`logsmith certs`: a certificate authority, and certificates for the server and its clients."""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from logsmith.errors import in_words
from logsmith.net.authority import CA_DAYS, DAYS, issue, make_ca, names_of
from logsmith.net.certfolder import CertificateFolder
from logsmith.net.certplan import CA, DEFAULT_CLIENT, SERVER, Report, Wish, make_certificates
from logsmith.net.errors import IssueError

__all__ = ["Report", "Wish", "issue", "main", "make_ca", "make_certificates"]

DEFAULT_PORT = 5044
LAST_PORT = 65_535

DESCRIPTION = """\
Make the certificates for mutual TLS between Filebeat and logsmith.

The first run makes a certificate authority (CA), a certificate for the server and one for the client
"filebeat". Later runs make what is missing and keep what is there, so adding a client is one more run."""

EPILOG = """\
examples:
  logsmith certs                                    for trying things on this machine
  logsmith certs --name logs.example.org            for a server that is reached under this name
  logsmith certs --name logs.example.org --name 10.0.0.5
  logsmith certs --client web-1 --client web-2      one certificate for each machine that sends
  logsmith certs --renew                            all certificates anew: same CA, same keys
  logsmith certs --renew --name logs2.example.org   all anew, and the server under another name
  logsmith certs --renew --client web-1             only this one

what goes where:
  the server    server.crt and server.key, and ca.crt to know its clients by
  each client   its own .crt and .key, and ca.crt to know the server by
  nowhere       ca.key makes certificates that the server trusts; keep it off the servers if you can

The name that Filebeat connects to must be one of the server's names. Renew in time: certificates of servers
and clients last 397 days unless --days says otherwise. The server and the clients need the new .crt files."""


def main(argv: list[str]) -> int:
    """Run `logsmith certs` and return its exit status."""
    parser = _parser()
    options = parser.parse_args(argv)
    if options.new_keys and not options.renew:
        parser.error("--new-keys goes with --renew")
    wish = Wish(
        folder=Path(options.out),
        names=tuple(options.names),
        clients=tuple(options.clients),
        days=options.days,
        ca_days=options.ca_days,
        key_type=options.key_type,
        renew=options.renew,
        new_keys=options.new_keys,
        force=options.force,
    )
    try:
        report = make_certificates(wish)
    except (IssueError, OSError) as error:
        print(f"logsmith certs: {in_words(error)}", file=sys.stderr)
        return 1
    print("\n".join(_print_report(report, wish, options.port)))
    return 0


def _print_report(report: Report, wish: Wish, port: int) -> Iterator[str]:
    yield f"certificates in {report.folder.path}"
    yield ""
    for name, certificate in report.certificates.items():
        hosts, addresses = names_of(certificate)
        names = ", ".join([*hosts, *map(str, addresses)])
        done = "written" if name in report.written else "kept   "
        expires = f"{certificate.not_valid_after_utc:%Y-%m-%d}"
        yield f"  {done}  {name + '.crt, ' + name + '.key':32}  expires {expires}  {names}".rstrip()
    advice = list(_print_advice(report, wish))
    yield from ["", *advice] if advice else []
    yield ""
    yield "in the pipeline:"
    yield ""
    yield from _print_pipeline(report.folder, port)
    clients = [*wish.clients, *sorted(set(report.certificates) - {CA, SERVER})]
    if not clients:
        return
    yield ""
    yield f"in filebeat.yml, on the machine that gets {clients[0]}.crt, {clients[0]}.key and {CA}.crt:"
    yield ""
    yield from _print_filebeat(report, clients[0], port)


def _print_advice(report: Report, wish: Wish) -> Iterator[str]:
    if CA in report.written:
        yield f"{CA}.key makes certificates that the server trusts: keep it safe, off the servers if you can."
    if wish.force:
        yield "The CA is new: the server and every client need their new files; the old ones no longer work."
    if not report.written:
        yield "Nothing was missing. --renew issues the certificates anew, --client NAME adds a client."
    until = report.certificates[CA].not_valid_after_utc
    if any(found.not_valid_after_utc >= until for name, found in report.certificates.items() if name != CA):
        yield f"The CA expires on {until:%Y-%m-%d}, and so does what it issued: plan a new one (--force)."


def _print_pipeline(folder: CertificateFolder, port: int) -> Iterator[str]:
    yield "    input {"
    yield "      beats {"
    yield f"        port => {port}"
    yield "        ssl_enabled => true"
    yield f"        ssl_certificate => {_quote(folder.certificate_path(SERVER))}"
    yield f"        ssl_key => {_quote(folder.key_path(SERVER))}"
    yield f"        ssl_certificate_authorities => [{_quote(folder.certificate_path(CA))}]"
    yield '        ssl_client_authentication => "required"'
    yield "      }"
    yield "    }"


def _quote(path: Path) -> str:
    # Logstash: a string ends at the quote it began with, and has no escapes
    return f"'{path}'" if '"' in str(path) else f'"{path}"'


def _print_filebeat(report: Report, client: str, port: int) -> Iterator[str]:
    folder = report.folder
    server = report.certificates.get(SERVER)  # it is not among them if another CA issued it
    hosts, addresses = names_of(server) if server else ((), ())
    reachable = [host for host in hosts if not host.startswith("*.")]
    reachable += [f"[{found}]" if found.version == 6 else str(found) for found in addresses]
    host = reachable[0] if reachable else "the-name-of-the-server"
    yield "    output.logstash:"
    yield f"      hosts: [{json.dumps(f'{host}:{port}')}]"
    yield f"      ssl.certificate_authorities: [{json.dumps(str(folder.certificate_path(CA)))}]"
    yield f"      ssl.certificate: {json.dumps(str(folder.certificate_path(client)))}"
    yield f"      ssl.key: {json.dumps(str(folder.key_path(client)))}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="logsmith certs",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    _add_subjects(parser)
    add = parser.add_argument
    add("--out", default="certs", metavar="DIR", help="the folder to write to (default: %(default)s)")
    add("--days", type=int, default=DAYS, help="how long server and clients are valid (default: %(default)s)")
    add("--ca-days", type=int, default=CA_DAYS, help="how long a new CA is valid (default: %(default)s)")
    add("--key-type", choices=["ec", "rsa"], default="ec", help="EC on P-256 (default) or RSA of 3072 bits")
    add("--port", type=_port, default=DEFAULT_PORT, help="the port in what is printed (default: %(default)s)")
    again = parser.add_mutually_exclusive_group().add_argument
    again("--renew", action="store_true", help="issue certificates anew from the same CA, for the same keys")
    again("--force", action="store_true", help="start afresh: replace the CA and everyone's certificates")
    add("--new-keys", action="store_true", help="with --renew: make new keys as well")
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= LAST_PORT:
        raise argparse.ArgumentTypeError(f"expected 1 to {LAST_PORT}, got {text!r}")
    return int(text)


def _add_subjects(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--name",
        dest="names",
        action="append",
        default=[],
        metavar="NAME",
        help="a host name or address of the server; repeat for more (default: localhost, 127.0.0.1, ::1 and "
        "the name of this machine; names given here replace these)",
    )
    parser.add_argument(
        "--address", dest="names", action="append", metavar="IP", help="the same, for those who look for it"
    )
    parser.add_argument(
        "--client",
        dest="clients",
        action="append",
        default=[],
        metavar="NAME",
        help=f"a client that gets a certificate; repeat for more (default: {DEFAULT_CLIENT})",
    )
