"""`logsmith certs`: what is made, what is kept, what is refused, and what is printed."""

import datetime as dt
import ipaddress
import ssl
import stat
import subprocess
from pathlib import Path

import pytest
import yaml
from cryptography import x509

from logsmith.cli.certs import main
from logsmith.net.authority import Request, issue, make_ca, names_of
from logsmith.net.certfolder import CertificateFolder
from logsmith.net.certplan import Wish, make_certificates
from logsmith.net.errors import IssueError
from logsmith.net.tls import TlsClientSettings, TlsServerSettings, client_context, server_context

ROOM = Path(__file__).parents[2] / "certs"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "logs-1")
    return CertificateFolder(tmp_path / "certs")


@pytest.fixture
def certs(folder, capsys):
    """Run the command in the folder; return its exit status, its output and its errors."""

    def run(*arguments):
        status = main(["--out", str(folder.path), *arguments])
        output = capsys.readouterr()
        return status, output.out, output.err

    return run


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.path.iterdir())}


def changed(before, after):
    return sorted(name for name, content in after.items() if before.get(name) != content)


def test_first_run_makes_a_ca_a_server_and_a_client(certs, folder):
    status, _, _ = certs()
    assert status == 0
    assert list(files(folder)) == [
        "ca.crt",
        "ca.key",
        "filebeat.crt",
        "filebeat.key",
        "server.crt",
        "server.key",
    ]


def test_server_is_by_default_for_this_machine(certs, folder):
    certs()
    hosts, addresses = names_of(folder.find_certificate("server"))
    assert hosts == ("localhost", "logs-1")
    assert addresses == (ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"))


def test_name_of_the_machine_that_is_no_host_name_is_left_out(certs, folder, monkeypatch):
    monkeypatch.setattr("socket.gethostname", lambda: "my machine")
    certs()
    assert names_of(folder.find_certificate("server"))[0] == ("localhost",)


def test_names_may_be_hosts_or_addresses(certs, folder):
    certs(
        "--name", "logs.example.org", "--name", "10.0.0.5", "--address", "[::5]", "--name", "bücher.example"
    )
    hosts, addresses = names_of(folder.find_certificate("server"))
    assert hosts == ("logs.example.org", "xn--bcher-kva.example")
    assert addresses == (ipaddress.ip_address("10.0.0.5"), ipaddress.ip_address("::5"))


def test_name_too_long_for_a_subject_is_an_alternative_name_all_the_same(certs, folder):
    name = ".".join(["a" * 30] * 4)
    assert certs("--name", name)[0] == 0
    certificate = folder.find_certificate("server")
    assert names_of(certificate)[0] == (name,)
    assert certificate.subject.rfc4514_string() == "CN=logsmith server"


def test_keys_are_for_their_owner_only(certs, folder):
    certs()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.path.iterdir()}
    assert {name: mode for name, mode in modes.items() if name.endswith(".key")} == {
        "ca.key": 0o600,
        "server.key": 0o600,
        "filebeat.key": 0o600,
    }


def test_clients_that_are_named_replace_the_default(certs, folder):
    certs("--client", "web-1", "--client", "web-2", "--client", "web-1")
    assert sorted({Path(name).stem for name in files(folder)}) == ["ca", "server", "web-1", "web-2"]
    assert folder.find_certificate("web-1").subject.rfc4514_string() == "CN=web-1"


def test_another_run_adds_a_client_and_keeps_the_rest(certs, folder):
    certs()
    before = files(folder)
    assert certs("--client", "web-1")[0] == 0
    assert changed(before, files(folder)) == ["web-1.crt", "web-1.key"]
    folder.find_certificate("web-1").verify_directly_issued_by(folder.find_certificate("ca"))


def test_another_run_with_nothing_missing_changes_nothing_and_says_so(certs, folder):
    certs()
    before = files(folder)
    status, output, _ = certs()
    assert status == 0
    assert "Nothing was missing" in output
    assert files(folder) == before


def test_missing_server_is_made_again(certs, folder):
    certs()
    before = files(folder)
    folder.certificate_path("server").unlink()
    folder.key_path("server").unlink()
    certs()
    assert changed(before, files(folder)) == ["server.crt", "server.key"]


# arguments of the first run, what changes then, arguments of the second run, what it says
REFUSED = {
    "a client that exists": (
        ["--client", "filebeat"],
        "/filebeat.crt exists; `--renew --client filebeat` issues it anew, and another name makes another client",
    ),
    "a name the server lacks": (
        ["--name", "localhost", "--name", "new.example.org"],
        "/server.crt exists and is not for new.example.org; `--renew` with all its names issues it anew",
    ),
    "renewal of a client nobody knows": (
        ["--renew", "--client", "web-9"],
        "client 'web-9' has no certificate to renew; without --renew it gets one",
    ),
    "a client called ca": (["--client", "ca"], "client 'ca': the name is taken by the files of the ca"),
    "a client called Server": (
        ["--client", "Server"],
        "client 'Server': the name is taken by the files of the server",
    ),
    "a client that leaves the folder": (
        ["--client", "../web"],
        "client '../web': expected at most 64 letters, digits, and . _ -",
    ),
    "a client with a name too long": (["--client", "x" * 65], "expected at most 64 letters"),
    "a name that is none": (
        ["--renew", "--name", "two words"],
        "name 'two words': expected a host name or an address",
    ),
    "an empty name": (["--renew", "--name", ""], "name '': expected a host name or an address"),
    "no days": (["--renew", "--days", "0"], "expected a certificate to be valid for at least 1 day, got 0"),
}


@pytest.mark.parametrize(("arguments", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_done_is_refused_and_nothing_is_written(certs, folder, arguments, message):
    certs()
    before = files(folder)
    status, output, errors = certs(*arguments)
    assert status == 1
    assert output == ""
    assert errors.startswith("logsmith certs: ")
    assert message in errors
    assert files(folder) == before


def test_names_the_server_has_already_are_no_contradiction(certs):
    certs()
    assert certs("--name", "localhost", "--name", "127.0.0.1")[0] == 0


def test_renewal_without_a_first_run_is_refused(certs):
    assert "nothing to renew" in certs("--renew")[2]


def test_lost_ca_key_is_named(certs, folder):
    certs()
    folder.key_path("ca").unlink()
    status, _, errors = certs("--client", "web-1")
    assert status == 1
    assert f"key {folder.key_path('ca')}: no such file" in errors


def test_ca_key_of_another_ca_is_refused(certs, folder):
    certs()
    folder.key_path("ca").write_bytes(make_ca().key_pem)
    assert "does not belong to" in certs("--client", "web-1")[2]


def test_server_without_a_ca_is_not_given_a_new_one_unasked(certs, folder):
    certs()
    folder.certificate_path("ca").unlink()
    folder.key_path("ca").unlink()
    assert "or start afresh with --force" in certs()[2]


def test_damaged_certificate_is_named(certs, folder):
    certs()
    folder.certificate_path("server").write_text("half")
    assert f"certificate {folder.certificate_path('server')}: holds no PEM certificate" in certs()[2]


def serial(folder, name):
    return folder.find_certificate(name).serial_number


def test_renewal_issues_all_anew_and_keeps_ca_keys_and_names(certs, folder):
    certs("--name", "logs.example.org", "--name", "10.0.0.5", "--client", "web-1")
    before, names = files(folder), names_of(folder.find_certificate("server"))
    assert certs("--renew", "--days", "500")[0] == 0
    assert changed(before, files(folder)) == ["server.crt", "web-1.crt"]
    assert names_of(folder.find_certificate("server")) == names
    remaining = folder.find_certificate("server").not_valid_after_utc - dt.datetime.now(dt.UTC)
    assert remaining > dt.timedelta(days=499)
    folder.find_pair("server")
    folder.find_pair("web-1")


def test_renewal_with_new_keys_replaces_them_too(certs, folder):
    certs()
    before = files(folder)
    certs("--renew", "--new-keys")
    assert changed(before, files(folder)) == ["filebeat.crt", "filebeat.key", "server.crt", "server.key"]
    folder.find_pair("server")


def test_renewal_of_one_client_leaves_the_others(certs, folder):
    certs("--client", "web-1", "--client", "web-2")
    before = files(folder)
    certs("--renew", "--client", "web-1")
    assert changed(before, files(folder)) == ["web-1.crt"]


def test_renewal_may_give_the_server_other_names(certs, folder):
    certs()
    certs("--renew", "--name", "new.example.org")
    assert names_of(folder.find_certificate("server")) == (("new.example.org",), ())


def test_renewal_needs_the_key_it_keeps(certs, folder):
    certs()
    folder.key_path("filebeat").unlink()
    before = files(folder)
    assert f"key {folder.key_path('filebeat')}: no such file" in certs("--renew")[2]
    assert files(folder) == before


def test_force_starts_afresh_for_everyone(certs, folder):
    certs("--client", "web-1", "--name", "logs.example.org")
    before = files(folder)
    status, output, _ = certs("--force")
    assert status == 0
    assert changed(before, files(folder)) == list(before)
    assert names_of(folder.find_certificate("server"))[0] == ("logs.example.org",)
    folder.find_certificate("web-1").verify_directly_issued_by(folder.find_certificate("ca"))
    assert "The CA is new" in output


def test_force_goes_over_what_is_damaged(certs, folder):
    certs()
    folder.certificate_path("ca").write_text("half")
    assert certs("--force")[0] == 0
    folder.find_pair("ca")


def test_force_replaces_a_ca_whose_key_is_lost_and_forgets_no_client(certs, folder):
    certs("--client", "web-1", "--client", "web-2")
    folder.key_path("ca").unlink()
    folder.certificate_path("web-2").write_text("half")
    assert certs("--force")[0] == 0
    assert folder.find_pair("web-1").certificate.issuer == folder.find_certificate("ca").subject


def test_certificates_of_others_in_the_folder_are_left_alone(certs, folder):
    certs()
    other = issue(make_ca("other"), Request(name="theirs", role="client"))
    folder.write_pair("theirs", other)
    before = files(folder)
    certs("--renew")
    assert changed(before, files(folder)) == ["filebeat.crt", "server.crt"]
    assert "theirs.crt exists" in certs("--client", "theirs")[2]
    certs("--force")
    assert files(folder)["theirs.crt"] == before["theirs.crt"]


def test_client_of_another_ca_under_the_default_name_is_not_replaced(certs, folder):
    folder.write_pair("filebeat", issue(make_ca("other"), Request(name="filebeat", role="client")))
    before = files(folder)
    assert certs()[0] == 0
    assert changed(before, files(folder)) == ["ca.crt", "ca.key", "server.crt", "server.key"]


@pytest.mark.slow
def test_rsa_keys_are_made_when_asked_for(certs, folder):
    certs("--key-type", "rsa")
    assert {folder.find_key(name).key_size for name in ("ca", "server", "filebeat")} == {3072}


def test_ca_lasts_ten_years_unless_told_otherwise(certs, folder):
    certs("--ca-days", "30")
    remaining = folder.find_certificate("ca").not_valid_after_utc - dt.datetime.now(dt.UTC)
    assert dt.timedelta(days=29) < remaining <= dt.timedelta(days=30)
    assert Wish(folder=folder.path).ca_days == 3650


def test_ca_that_ends_soon_is_announced(certs):
    assert "and so does what it issued: plan a new one (--force)." in certs("--ca-days", "30")[1]


def test_report_names_every_file_its_expiry_and_whether_it_is_new(certs, folder):
    certs()
    _, output, _ = certs("--client", "web-1")
    until = f"{folder.find_certificate('server').not_valid_after_utc:%Y-%m-%d}"
    assert f"certificates in {folder.path}" in output
    assert (
        f"  kept     server.crt, server.key            expires {until}  localhost, logs-1, 127.0.0.1, ::1"
        in output
    )
    assert f"  written  web-1.crt, web-1.key              expires {until}" in output


def printed(output, start):
    """The indented block that begins with this line."""
    lines = output.split("\n")
    at = lines.index("    " + start)
    return "\n".join(line[4:] for line in lines[at : at + 10] if line.startswith("    "))


def test_printed_pipeline_has_the_paths(certs, folder):
    assert printed(certs()[1], "input {") == (
        "input {\n"
        "  beats {\n"
        "    port => 5044\n"
        "    ssl_enabled => true\n"
        f'    ssl_certificate => "{folder.path}/server.crt"\n'
        f'    ssl_key => "{folder.path}/server.key"\n'
        f'    ssl_certificate_authorities => ["{folder.path}/ca.crt"]\n'
        '    ssl_client_authentication => "required"\n'
        "  }\n"
        "}"
    )


def test_printed_filebeat_yml_is_yaml_with_the_paths(certs, folder):
    _, output, _ = certs("--name", "*.example.org", "--name", "::5", "--client", "web-1", "--port", "5055")
    assert yaml.safe_load(printed(output, "output.logstash:")) == {
        "output.logstash": {
            "hosts": ["[::5]:5055"],
            "ssl.certificate_authorities": [f"{folder.path}/ca.crt"],
            "ssl.certificate": f"{folder.path}/web-1.crt",
            "ssl.key": f"{folder.path}/web-1.key",
        }
    }


def test_path_with_a_quote_is_quoted_the_other_way(tmp_path, capsys):
    main(["--out", str(tmp_path / 'my "certs"')])
    assert f"""ssl_key => '{tmp_path}/my "certs"/server.key'""" in capsys.readouterr().out


def test_new_keys_without_renewal_are_refused_as_a_mistake(certs, capsys):
    with pytest.raises(SystemExit) as stop:
        certs("--new-keys")
    assert stop.value.code == 2
    assert "--new-keys goes with --renew" in capsys.readouterr().err


def test_help_teaches(capsys):
    with pytest.raises(SystemExit):
        main(["--help"])
    text = capsys.readouterr().out
    for taught in ("examples:", "what goes where:", "--renew", "--client web-1", "397"):
        assert taught in text


def test_folder_that_cannot_be_written_is_said_so(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert main(["--out", str(tmp_path / "file")]) == 1
    assert "logsmith certs: " in capsys.readouterr().err


def test_function_raises_what_the_command_prints(folder):
    with pytest.raises(IssueError, match="nothing to renew"):
        make_certificates(Wish(folder=folder.path, renew=True))


def test_server_and_client_trust_each_other(certs, folder):
    certs("--client", "web-1")
    authorities = (str(folder.certificate_path("ca")),)
    server = server_context(
        TlsServerSettings(
            certificate=str(folder.certificate_path("server")),
            key=str(folder.key_path("server")),
            certificate_authorities=authorities,
        )
    )
    client = client_context(
        TlsClientSettings(
            certificate=str(folder.certificate_path("web-1")),
            key=str(folder.key_path("web-1")),
            certificate_authorities=authorities,
        )
    )
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    sides = [
        client.wrap_bio(to_client, to_server, server_hostname="localhost"),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for side in (*sides, *sides):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            pass
    assert x509.load_der_x509_certificate(sides[1].getpeercert(True)) == folder.find_certificate("web-1")


def test_folder_of_the_repository_lets_only_its_page_be_committed():
    asked = ["ca.crt", "ca.key", "server.key", "web-1.crt", "README.md", ".gitignore"]
    answer = subprocess.run(
        ["git", "check-ignore", "--no-index", *asked], cwd=ROOM, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["ca.crt", "ca.key", "server.key", "web-1.crt"]


@pytest.mark.parametrize("port", ["99999", "0", "-1", "http"])
def test_a_port_that_is_none_is_refused(certs, folder, capsys, port):
    with pytest.raises(SystemExit) as ended:
        certs(f"--port={port}")
    assert ended.value.code == 2
    assert f"expected 1 to 65535, got '{port}'" in capsys.readouterr().err
    assert not folder.path.exists()
