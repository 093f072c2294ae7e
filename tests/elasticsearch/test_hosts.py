import base64

import pytest

from logsmith.elasticsearch.address import Host, read_cloud_id, read_hosts, shared_path
from logsmith.elasticsearch.errors import ElasticsearchError

HOSTS = [
    ("a bare name gets Logstash's scheme and port", ["es1"], None, ["http://es1:9200"]),
    ("the default", ["//127.0.0.1"], None, ["http://127.0.0.1:9200"]),
    ("TLS switched on makes bare names https", ["es1:9201"], True, ["https://es1:9201"]),
    ("https keeps Logstash's port", ["https://es1"], None, ["https://es1:9200"]),
    ("a port is kept", ["http://es1:80/"], None, ["http://es1:80"]),
    ("IPv6", ["http://[::1]:9200"], None, ["http://[::1]:9200"]),
    ("several, each once", ["es1", "http://es1:9200", "es2"], None, ["http://es1:9200", "http://es2:9200"]),
    ("several in one text", ["es1 es2,es3"], None, ["http://es1:9200", "http://es2:9200", "http://es3:9200"]),
]


@pytest.mark.parametrize(
    ("texts", "ssl_enabled", "expected"), [case[1:] for case in HOSTS], ids=[case[0] for case in HOSTS]
)
def test_hosts_are_read_as_logstash_reads_them(texts, ssl_enabled, expected):
    assert [str(host) for host in read_hosts(texts, ssl_enabled=ssl_enabled)] == expected


def test_a_url_may_hold_a_user_a_path_and_a_query():
    (host,) = read_hosts(["https://bob:s%2Fe@es1:9243/es?pretty=true"])
    assert (host.user, host.password, host.path, host.parameters) == (
        "bob",
        "s/e",
        "/es",
        (("pretty", "true"),),
    )
    assert "s/e" not in repr(host)


@pytest.mark.parametrize("text", ["ftp://es1", "http://:9200", "http://es1:no", "http://es1:99999"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(ElasticsearchError, match="no address of a host"):
        read_hosts([text])


def test_a_refused_address_does_not_show_its_password():
    with pytest.raises(ElasticsearchError) as refused:
        read_hosts(["ftp://bob:secret@es1"])
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(("text", "ssl_enabled"), [("http://es1", True), ("https://es1", False)])
def test_a_scheme_that_contradicts_ssl_enabled_is_refused(text, ssl_enabled):
    with pytest.raises(ElasticsearchError, match="contradicts ssl_enabled"):
        read_hosts([text], ssl_enabled=ssl_enabled)


def test_a_cloud_id_names_a_host():
    text = "label:" + base64.b64encode(b"us-east-1.aws.found.io:9243$uuid$kibana").decode()
    assert str(read_cloud_id(text)) == "https://uuid.us-east-1.aws.found.io:9243"


@pytest.mark.parametrize("text", ["", "label:", "label:???", "label:" + base64.b64encode(b"only").decode()])
def test_what_is_no_cloud_id_is_refused(text):
    with pytest.raises(ElasticsearchError, match="cloud_id is not one"):
        read_cloud_id(text)


def test_hosts_and_setting_agree_on_the_path():
    hosts = [Host("http", "a", 1, "/es"), Host("http", "b", 1)]
    assert shared_path(hosts, None) == "/es"
    assert shared_path(hosts, "es/") == "/es"
    assert shared_path([Host("http", "b", 1)], "/") == ""
    with pytest.raises(ElasticsearchError, match="one path for all hosts"):
        shared_path(hosts, "/other")
