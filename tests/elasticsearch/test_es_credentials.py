import base64

import pytest

from logsmith.elasticsearch.address import read_hosts
from logsmith.elasticsearch.credentials import Credentials, authorization, check_credentials

SECURE = read_hosts(["https://es1"])
KEY = base64.b64encode(b"id:key").decode()
BASIC = "Basic " + base64.b64encode(b"bob:secret").decode()

HEADERS = [
    ("nothing", {}, None),
    ("user and password", {"user": "bob", "password": "secret"}, BASIC),
    ("cloud_auth", {"cloud_auth": "bob:secret"}, BASIC),
    ("a user in a URL", {"hosts": read_hosts(["http://bob:secret@es1"])}, BASIC),
    ("an API key as id and key", {"api_key": "id:key", "hosts": SECURE}, "ApiKey " + KEY),
    ("an API key in base64", {"api_key": KEY, "hosts": SECURE}, "ApiKey " + KEY),
    ("a key of the cloud's own", {"api_key": "essu_abc", "hosts": SECURE}, "ApiKey essu_abc"),
]


@pytest.mark.parametrize(
    ("given", "expected"), [case[1:] for case in HEADERS], ids=[case[0] for case in HEADERS]
)
def test_credentials_become_a_header(given, expected):
    credentials = Credentials(**given)
    assert list(check_credentials(credentials)) == []
    assert authorization(credentials) == expected


WRONG = [
    (
        {"user": "bob", "password": "x", "api_key": "a:b", "hosts": SECURE},
        "api_key",
        "expected one kind of credentials, got user and api_key",
    ),
    ({"password": "x"}, "password", "a password without a user"),
    ({"user": "bob"}, "user", "a user without a password"),
    ({"cloud_auth": "bob"}, "cloud_auth", "expected cloud_auth of the form user:password"),
    ({"api_key": "a:b", "hosts": read_hosts(["http://es1"])}, "api_key", "an API key is only sent over TLS"),
    (
        {"api_key": "nonsense", "hosts": SECURE},
        "api_key",
        'expected api_key as "id:key", or as the base64 text of it',
    ),
    (
        {"user": "bob", "password": "x", "hosts": read_hosts(["http://bob:y@es1"])},
        "hosts",
        "hosts and settings name different users or passwords",
    ),
    (
        {"cloud_auth": "a:b", "hosts": read_hosts(["http://bob:y@es1"])},
        "hosts",
        "hosts name a user, and there are other credentials too",
    ),
]


@pytest.mark.parametrize(("given", "where", "message"), WRONG, ids=[case[2] for case in WRONG])
def test_credentials_that_cannot_be_meant_are_refused(given, where, message):
    (complaint,) = check_credentials(Credentials(**given))
    assert (complaint.setting, complaint.message) == (where, message)


def test_secrets_do_not_print():
    assert "secret" not in repr(
        Credentials(user="bob", password="secret", cloud_auth="x:secret", api_key="secret")
    )
