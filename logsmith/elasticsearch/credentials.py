"""Who we are to Elasticsearch: the Authorization header from user and password, cloud_auth or an API key."""

import base64
import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from logsmith.elasticsearch.address import Host
from logsmith.elasticsearch.errors import Complaint, ElasticsearchError

ENCODED_KEY_PREFIX = "essu_"  # keys of Elastic Cloud itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """What the settings say; `hosts` may bring a user and a password in their URLs."""

    user: str | None = None
    password: str | None = field(default=None, repr=False)
    cloud_auth: str | None = field(default=None, repr=False)
    api_key: str | None = field(default=None, repr=False)
    hosts: Sequence[Host] = ()


def check_credentials(credentials: Credentials) -> Iterator[Complaint]:
    """Yield what is wrong with the credentials."""
    families = {
        "user": credentials.user is not None or credentials.password is not None,
        "cloud_auth": credentials.cloud_auth is not None,
        "api_key": credentials.api_key is not None,
    }
    given = [name for name, is_given in families.items() if is_given]
    if len(given) > 1:
        yield Complaint(
            f"expected one kind of credentials, got {' and '.join(given)}", given[-1], "remove all but one"
        )
        return
    if credentials.password is not None and credentials.user is None:
        yield Complaint("a password without a user", "password", "add user => …")
    if credentials.user is not None and credentials.password is None:
        yield Complaint("a user without a password", "user", "add password => …")
    if credentials.cloud_auth is not None and ":" not in credentials.cloud_auth:
        yield Complaint("expected cloud_auth of the form user:password", "cloud_auth")
    if credentials.api_key is not None:
        yield from _check_key(credentials)
    yield from _check_urls(credentials)


def authorization(credentials: Credentials) -> str | None:
    """Return the value of the Authorization header; None without credentials."""
    if credentials.api_key is not None:
        return "ApiKey " + _encoded_key(credentials.api_key)
    if credentials.cloud_auth is not None:
        return _basic(credentials.cloud_auth)
    if credentials.user is not None:
        return _basic(f"{credentials.user}:{credentials.password or ''}")
    for host in credentials.hosts:
        if host.user is not None:
            return _basic(f"{host.user}:{host.password or ''}")
    return None


def _check_key(credentials: Credentials) -> Iterator[Complaint]:
    if not all(host.is_secure for host in credentials.hosts):
        yield Complaint("an API key is only sent over TLS", "api_key", "write https:// before the hosts")
    try:
        _encoded_key(credentials.api_key or "")
    except ElasticsearchError as error:
        yield Complaint(
            str(error), "api_key", "copy `encoded` (or `id` and `api_key`) from the answer that made it"
        )


def _check_urls(credentials: Credentials) -> Iterator[Complaint]:
    in_urls = {(host.user, host.password) for host in credentials.hosts if host.user is not None}
    if not in_urls:
        return
    if credentials.api_key is not None or credentials.cloud_auth is not None:
        yield Complaint(
            "hosts name a user, and there are other credentials too", "hosts", "remove one of them"
        )
    elif (
        len(in_urls | ({(credentials.user, credentials.password)} if credentials.user is not None else set()))
        > 1
    ):
        yield Complaint(
            "hosts and settings name different users or passwords", "hosts", "set user and password once"
        )


def _encoded_key(key: str) -> str:
    if key.startswith(ENCODED_KEY_PREFIX):
        return key
    if ":" in key:
        return base64.b64encode(key.encode()).decode()
    try:
        decoded = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    if b":" not in decoded:
        raise ElasticsearchError('expected api_key as "id:key", or as the base64 text of it')
    return key


def _basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()
