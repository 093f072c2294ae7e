"""People's own configuration files run as they are; only addresses and the places of files are ours."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from real_clients import ClientError
from real_servers import free_port

SEEDS = Path(__file__).parent / "seeds"

NGINX = '{ip} - frank [10/Oct/2023:13:55:{second:02} -0700] "GET /shop/{n}?q=1 HTTP/1.1" {code} {size} "https://a.example/" "curl/8.5.0"'
BROKEN = "this is no line of an access log"


def seed(name, **replacements):
    """Return a file's text with pieces of it replaced, each of which must be there."""
    text = (SEEDS / name).read_text()
    for old, new in replacements.values():
        assert old in text
        text = text.replace(old, new)
    return text


def placed(folder, name, text):
    path = folder / name
    path.write_text(text)
    return path


def access_log(count):
    return [
        {
            "@metadata": {"beat": "filebeat", "version": "7.10.2", "type": "_doc"},
            "message": NGINX.format(
                ip=f"203.0.113.{n % 250}", second=n % 60, n=n, code=404 if n % 10 == 9 else 200, size=100 + n
            ),
            "kubernetes": {"pod": {"name": f"nginx-{n % 3}"}, "namespace": "shop"},
            "n": n,
        }
        for n in range(count)
    ] + [{"message": BROKEN, "n": count}]


@pytest.mark.parametrize(
    ("server", "words", "index"),
    [
        pytest.param(
            "elasticsearch7",
            ["--pipeline.ecs_compatibility", "disabled"],
            "logstash-2023.10.10",
            id="elasticsearch7",
        ),
        pytest.param("opensearch", [], "logs-generic-default", id="opensearch"),
    ],
)
def test_nginx_on_kubernetes_runs_unchanged(  # noqa: PLR0917  fixtures, each by its name
    server, words, index, request, golumber, logsmith_process, tmp_path
):
    server, port = request.getfixturevalue(server), free_port()
    # the broken line has no date of its own, and gets today's index; the other 500 are of one day
    text = seed(
        "elk-kubernetes.conf",
        port=("port => 5000", f"port => {port}"),
        host=("elasticsearch:9200", server.url),
    )
    process = logsmith_process(placed(tmp_path, "elk-kubernetes.conf", text), *words, ports=[port])

    before = server.count(index)
    assert golumber.send_events(port, access_log(500)) == 501
    is_stream = index.startswith("logs-")
    assert server.count(index) - before == (501 if is_stream else 500)
    stored = {hit["n"]: hit for hit in server.documents(index) if hit.get("kubernetes")}
    assert sorted(stored) == list(range(500))

    one = stored[9]
    assert one["@timestamp"] == "2023-10-10T20:55:09.000Z"
    assert not {"timestamp", "ident", "referrer", "request"} & one.keys()
    assert one["kubernetes"] == {"pod": {"name": "nginx-0"}, "namespace": "shop"}
    if is_stream:
        assert (one["source"]["address"], one["http"]["response"]["status_code"]) == ("203.0.113.9", 404)
        assert one["url"]["original"] == "/shop/9?q=1"
        assert one["event"]["original"] == one["message"]
    else:
        assert (one["clientip"], one["response"], one["bytes"]) == ("203.0.113.9", "404", "109")
        assert (one["verb"], one["httpversion"], one["auth"]) == ("GET", "1.1", "frank")

    process.stop()
    printed = process.stdout
    assert len(re.findall(r'^ +"n" => \d+,?$', printed, re.MULTILINE)) == 501
    assert printed.count('"_grokparsefailure"') == 1


def old_tls(port, certificates):
    """Return the TLS seed with this port and these files."""
    folder = "/usr/share/logstash/config/logstash"
    return seed(
        "filebeat-tls.conf",
        port=("port => 5044", f"port => {port}"),
        key=(f"{folder}.pkcs8.key", str(certificates.server.key)),
        certificate=(f"{folder}.crt", str(certificates.server.cert)),
    )


def test_filebeat_over_tls_with_old_spellings_runs_unchanged(
    golumber, logsmith_process, tmp_path, certificates
):
    port, pipeline, written = free_port(), tmp_path / "pipeline", tmp_path / "out.jsonl"
    pipeline.mkdir()
    placed(pipeline, "input.conf", old_tls(port, certificates))
    placed(pipeline, "output.conf", f'output {{ file {{ path => "{written}" }} }}')
    process = logsmith_process(pipeline, "-w", "1", ports=[port])

    assert golumber.send(port, 300, certificates.stranger) == 300
    assert [json.loads(line)["n"] for line in written.read_text().splitlines()] == list(range(300))
    assert "the setting 'ssl' of beats is now called 'ssl_enabled'" in process.log


def test_the_old_tls_input_takes_no_plain_client(golumber, logsmith_process, tmp_path, certificates):
    port = free_port()
    pipeline = placed(tmp_path, "input.conf", old_tls(port, certificates) + "output { null { } }")
    process = logsmith_process(pipeline, "-w", "1", ports=[port])
    with pytest.raises(ClientError) as failure:
        golumber.send(port, 10)
    assert failure.value.acknowledged == 0
    process.wait_logged("the peer does not speak TLS")


def test_kinesis_pipeline_is_checked_to_its_two_mistakes(tmp_path):
    words = ["-t", "-f", SEEDS / "eks-kinesis.conf", "--log.format", "json", "--path.data", tmp_path]
    checked = subprocess.run(
        [sys.executable, "-m", "logsmith", *words], capture_output=True, text=True, check=False
    )
    diagnostics = [json.loads(line) for line in checked.stdout.splitlines()]
    unknown, missing = (one for one in diagnostics if one["severity"] == "error")

    assert checked.returncode == 1
    assert (unknown["code"], unknown["line"], unknown["column"]) == ("unknown-plugin", 2, 3)
    assert "kinesis" in unknown["message"]
    assert (missing["line"], missing["column"]) == (29, 19)
    assert "file does not exist" in missing["message"]
    assert "GeoLite2-ASN.mmdb" in missing["message"]
