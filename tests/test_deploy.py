"""What is deployed fits together: every path, port, variable, command and name that one file says, another one has."""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml

from logsmith.cli import main
from logsmith.cli.options import parse_options
from logsmith.compiler import compile_pipeline
from logsmith.config.settings import load_settings
from logsmith.config.source import Source
from logsmith.net.authority import names_of
from logsmith.net.certfolder import CertificateFolder
from logsmith.plugins import Context

ROOT = Path(__file__).parents[1]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
FILEBEAT = yaml.safe_load((ROOT / "deploy" / "filebeat.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
MANIFESTS = {
    one["kind"]: one
    for one in yaml.safe_load_all((ROOT / "deploy" / "kubernetes" / "logsmith.yaml").read_text())
}
EXAMPLE_VARIABLES = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.example").read_text().splitlines()
    if "=" in line and line[0] != "#"
)

VARIABLE = re.compile(r"(?<!\$)\$\{(\w+)")
PIPELINE_VARIABLE = re.compile(r"\$\{(\w+)[:}]")


def mounts(service):
    """Return what is mounted where: a path of this repository or the name of a volume, by the path inside."""
    triples = [one.split(":") for one in SERVICES[service].get("volumes", [])]
    return {target: source for source, target, *_ in triples}


def expanded(text):
    return re.sub(r"\$\{(\w+)[^}]*\}", lambda found: EXAMPLE_VARIABLES[found[1]], text)


def environment(service):
    return {name: expanded(value) for name, value in SERVICES[service].get("environment", {}).items()}


def published(service):
    return {port.split(":")[-1] for port in SERVICES[service].get("ports", [])}


def dockerfile_words(instruction):
    lines = DOCKERFILE.replace("\\\n", " ").splitlines()
    return [line.split(maxsplit=1)[1] for line in lines if line.startswith(f"{instruction} ")]


def settings_in(folder):
    loaded = load_settings({"path.settings": str(folder)}, is_root=False)
    assert [one.message for one in loaded.diagnostics] == []
    return loaded.settings


@pytest.fixture
def certificates(tmp_path):
    """The folder that the service `certificates` fills, filled by its own command."""
    words = SERVICES["certificates"]["command"]
    at = words.index("--out") + 1
    assert words[at] in mounts("certificates")
    words = [*words[:at], str(tmp_path / "certs"), *words[at + 1 :]]
    assert main(words) == 0
    assert main(words) == 0  # as at every later `up`
    return CertificateFolder(tmp_path / "certs")


# docker-compose.yml


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_mounted_is_there(service):
    for source in mounts(service).values():
        if source.startswith("."):
            assert (ROOT / source).is_file()
        else:
            assert source in COMPOSE["volumes"]


def test_every_volume_is_used():
    assert set(COMPOSE["volumes"]) <= {source for service in SERVICES for source in mounts(service).values()}


def test_the_example_has_the_variables_that_compose_wants_and_no_others():
    prose_free = "\n".join(
        line for line in (ROOT / "docker-compose.yml").read_text().splitlines() if line.lstrip()[:1] != "#"
    )
    assert set(VARIABLE.findall(prose_free)) == set(EXAMPLE_VARIABLES)


@pytest.mark.parametrize("service", SERVICES)
def test_variables_of_a_shell_in_a_container_are_given_to_it(service):
    one = SERVICES[service]
    text = yaml.safe_dump([one.get("command"), one.get("healthcheck")])
    assert set(re.findall(r"\$\$(\w+)", text)) <= set(environment(service))


@pytest.mark.parametrize("service", SERVICES)
def test_who_waits_for_a_service_waits_for_one_that_can_get_there(service):
    wanted = SERVICES[service].get("depends_on", {})
    for name, how in wanted.items() if isinstance(wanted, dict) else ((name, {}) for name in wanted):
        has_check = "healthcheck" in SERVICES[name] or (
            "build" in SERVICES[name] and "HEALTHCHECK" in DOCKERFILE
        )
        assert how.get("condition") != "service_healthy" or has_check


@pytest.mark.parametrize("service", SERVICES)
def test_every_address_names_a_service(service):
    text = yaml.safe_dump([environment(service), SERVICES[service].get("command")])
    hosts = {urlsplit(url).hostname for url in re.findall(r"https?://[\w.:-]+", text)}
    assert hosts <= set(SERVICES)


def test_only_what_filebeat_needs_is_reachable_from_outside():
    ports = [port for one in SERVICES.values() for port in one.get("ports", [])]
    assert [port for port in ports if not port.startswith("127.0.0.1:")] == ["5044:5044"]


def test_the_pipeline_has_the_variables_that_it_is_given():
    text = (ROOT / mounts("logsmith")["/etc/logsmith/pipeline/nginx.conf"]).read_text()
    assert set(environment("logsmith")) <= set(PIPELINE_VARIABLE.findall(text))


def test_the_pipeline_compiles_with_what_it_is_given(certificates, tmp_path):
    text = (ROOT / mounts("logsmith")["/etc/logsmith/pipeline/nginx.conf"]).read_text()
    given = {
        name: value.replace("/certs/", f"{certificates.path}/")
        for name, value in environment("logsmith").items()
    }
    compilation = compile_pipeline(
        [Source("nginx.conf", text)], Context(path_data=tmp_path), environment=given
    )
    assert [one.message for one in compilation.diagnostics] == []
    [beats] = compilation.pipeline.inputs
    assert str(beats.port) in published("logsmith")


def test_filebeat_finds_logsmith_and_its_certificate_has_that_name(certificates):
    [address] = FILEBEAT["output.logstash"]["hosts"]
    host, port = address.split(":")
    assert port == environment("logsmith")["BEATS_PORT"]
    assert host in SERVICES
    assert host in names_of(certificates.find_certificate("server"))[0]


def test_filebeat_reads_files_that_it_is_given(certificates):
    [one] = FILEBEAT["filebeat.inputs"]
    assert set(one["paths"]) <= set(mounts("filebeat"))
    named = [*FILEBEAT["output.logstash"]["ssl.certificate_authorities"]]
    named += [FILEBEAT["output.logstash"][f"ssl.{what}"] for what in ("certificate", "key")]
    assert mounts("filebeat")["/certs"] == mounts("certificates")["/certs"]
    assert [
        name for name in named if not (certificates.path / Path(name).relative_to("/certs")).exists()
    ] == []


def test_filebeat_of_the_image_reads_its_settings_where_they_are_mounted():
    assert mounts("filebeat")["/usr/share/filebeat/filebeat.yml"] == "./deploy/filebeat.yml"


def test_the_settings_point_to_what_is_mounted_and_published():
    settings = settings_in(ROOT / "deploy")
    assert f"{settings['path.config']}/nginx.conf" in mounts("logsmith")
    assert settings["path.data"] in mounts("logsmith")
    assert settings["api.http.port"] in published("logsmith")
    assert settings["api.http.host"] == "0.0.0.0"


def test_logsmith_is_given_more_time_to_stop_than_it_takes():
    assert int(SERVICES["logsmith"]["stop_grace_period"].removesuffix("s")) > 13


@pytest.mark.skipif(
    not shutil.which("docker-compose") and not os.environ.get("CI"), reason="needs docker-compose"
)
def test_compose_itself_takes_the_file():
    command = ["docker-compose", "--env-file", ".env.example", "config"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    assert set(yaml.safe_load(done.stdout)["services"]) == set(SERVICES)


# Dockerfile


def test_what_the_image_copies_is_there_and_let_through():
    let_through = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    }
    sources = [
        word for line in dockerfile_words("COPY") if "--from" not in line for word in line.split()[:-1]
    ]
    assert sources
    assert set(sources) == let_through
    assert all((ROOT / source).exists() for source in sources)


def test_the_image_runs_logsmith_by_flags_that_it_has():
    [entry], [words] = dockerfile_words("ENTRYPOINT"), dockerfile_words("CMD")
    assert entry == '["logsmith"]'
    chosen = parse_options(yaml.safe_load(words), {})
    settings = settings_in(ROOT / "deploy")
    assert chosen.settings == {name: settings[name] for name in ("path.config", "path.data")}


def test_the_image_has_the_folders_that_it_writes_to_and_is_not_root():
    [user] = dockerfile_words("USER")
    made = next(line for line in dockerfile_words("RUN") if "install --directory --owner" in line)
    folders = re.search(rf"--owner={user} ([^&]+)", made)[1].split()
    assert user != "root"
    assert set(folders) == {settings_in(ROOT / "deploy")["path.data"], "/certs"}


def test_the_image_asks_for_its_health_where_the_api_is():
    check = next(line for line in DOCKERFILE.splitlines() if "urlopen" in line)
    port = urlsplit(re.search(r"http://[^']+", check)[0]).port
    assert str(port) == settings_in(ROOT / "deploy")["api.http.port"]
    assert str(port) in dockerfile_words("EXPOSE")[0].split()


def test_the_health_check_is_python_that_fails_where_nothing_listens():
    words = yaml.safe_load(re.search(r"CMD (\[.*urlopen.*\])", DOCKERFILE)[1])
    done = subprocess.run([*words[:2], words[2].replace(":9600", ":1")], capture_output=True, check=False)
    assert b"URLError" in done.stderr


# Kubernetes


@pytest.fixture
def container():
    [one] = MANIFESTS["Deployment"]["spec"]["template"]["spec"]["containers"]
    return one


def test_the_manifest_has_the_pipeline_of_the_repository():
    text = MANIFESTS["ConfigMap"]["data"]["pipeline.conf"]
    assert text == (ROOT / "pipelines" / "elk-kubernetes.conf").read_text()


def test_the_manifest_has_settings_that_logsmith_takes(tmp_path, container):
    (tmp_path / "logsmith.yml").write_text(MANIFESTS["ConfigMap"]["data"]["logsmith.yml"])
    settings = settings_in(tmp_path)
    places = [one["mountPath"] for one in container["volumeMounts"]]
    chosen = parse_options(container["args"], {}).settings
    assert chosen["path.settings"] in places
    assert settings["path.config"] == f"{chosen['path.settings']}/pipeline.conf"
    assert settings["path.data"] in places
    assert settings["api.http.port"] in [str(one["containerPort"]) for one in container["ports"]]


def test_the_manifest_opens_the_port_that_the_pipeline_listens_on(container):
    text = MANIFESTS["ConfigMap"]["data"]["pipeline.conf"]
    given = {one["name"]: one["value"] for one in container["env"]}
    assert set(given) <= set(PIPELINE_VARIABLE.findall(text))
    compilation = compile_pipeline(
        [Source("pipeline.conf", text)], Context(ecs="disabled"), environment=given
    )
    [beats] = compilation.pipeline.inputs
    named = {one["name"]: one["containerPort"] for one in container["ports"]}
    [port] = MANIFESTS["Service"]["spec"]["ports"]
    assert (beats.port, beats.port) == (named[port["targetPort"]], port["port"])


def test_the_manifest_probes_ports_that_it_names(container):
    names = {one["name"] for one in container["ports"]}
    assert container["livenessProbe"]["httpGet"]["port"] in names
    assert container["readinessProbe"]["tcpSocket"]["port"] in names


def test_the_service_and_the_deployment_mean_the_same_pods():
    spec = MANIFESTS["Deployment"]["spec"]
    labels = spec["template"]["metadata"]["labels"]
    assert MANIFESTS["Service"]["spec"]["selector"] == labels == spec["selector"]["matchLabels"]


def test_the_manifest_mounts_the_volumes_that_it_has(container):
    volumes = {one["name"]: one for one in MANIFESTS["Deployment"]["spec"]["template"]["spec"]["volumes"]}
    assert {one["name"] for one in container["volumeMounts"]} == set(volumes)
    assert volumes["settings"]["configMap"]["name"] == MANIFESTS["ConfigMap"]["metadata"]["name"]


def test_the_commands_that_the_files_begin_with_name_files_that_are_there():
    for path in (
        ROOT / "docker-compose.yml",
        ROOT / ".env.example",
        ROOT / "deploy" / "kubernetes" / "logsmith.yaml",
    ):
        for words in (
            shlex.split(line) for line in re.findall(r"(?:kubectl apply|cp) [^#\n]+", path.read_text())
        ):
            source = words[words.index("-f") + 1] if "-f" in words else words[1]
            assert (ROOT / source).exists()
