"""How a cluster is reached, from the settings that say so: hosts, credentials, TLS, proxy."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from logsmith.elasticsearch.address import Host, read_cloud_id, read_hosts, shared_path
from logsmith.elasticsearch.credentials import Credentials, authorization, check_credentials
from logsmith.elasticsearch.errors import Complaint, ElasticsearchError
from logsmith.elasticsearch.reach import ConnectionSettings
from logsmith.elasticsearch.tls import Store, make_context
from logsmith.net.errors import TlsError
from logsmith.net.rotation import FollowingContext, Log
from logsmith.net.tls import TlsClientSettings, check_tls

if TYPE_CHECKING:
    import ssl

_EXCLUSIVE = (
    ("ssl_certificate_authorities", "ssl_truststore_path"),
    ("ca_trusted_fingerprint", "ssl_truststore_path"),
    ("ssl_certificate", "ssl_keystore_path"),
)


class Secret(Protocol):
    """A password that does not print."""

    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSettings:
    """The settings of these names; `given` are the names that the user wrote."""

    given: Collection[str]
    hosts: Sequence[str]
    cloud_id: str | None
    user: str | None
    password: Secret | None
    cloud_auth: Secret | None
    api_key: Secret | None
    path: str | None
    parameters: Mapping[str, str]
    custom_headers: Mapping[str, str] = field(repr=False)
    proxy: str | None = field(repr=False)
    timeout: float
    resurrect_delay: float
    pool_max: int
    pool_max_per_route: int
    compression_level: int
    ssl_enabled: bool | None
    ssl_verification_mode: Literal["full", "certificate", "none"]
    ssl_certificate_authorities: Sequence[Path]
    ssl_certificate: Path | None
    ssl_key: Path | None
    ssl_truststore_path: Path | None
    ssl_truststore_password: Secret | None
    ssl_keystore_path: Path | None
    ssl_keystore_password: Secret | None
    ssl_supported_protocols: Sequence[str]
    ssl_cipher_suites: Sequence[str]
    ca_trusted_fingerprint: Sequence[str]


class Access:
    """The settings, checked: `complaints` is what is wrong; without errors, `connection_settings()`."""

    def __init__(self, settings: AccessSettings) -> None:
        self._settings = settings
        self._hosts: tuple[Host, ...] = ()
        self._path = ""
        self._context: FollowingContext | None = None
        self.complaints = list(self._check())

    def connection_settings(self) -> ConnectionSettings:
        """Return how to connect."""
        settings = self._settings
        secret = authorization(self._credentials())
        from_urls = dict(pair for host in self._hosts for pair in host.parameters)
        return ConnectionSettings(
            hosts=self._hosts,
            path=self._path,
            parameters={**from_urls, **settings.parameters},
            headers={**({} if secret is None else {"authorization": secret}), **settings.custom_headers},
            timeout_s=settings.timeout,
            rest_s=settings.resurrect_delay,
            connections=max(1, min(settings.pool_max, settings.pool_max_per_route)),
            compression_level=settings.compression_level,
            proxy=settings.proxy or None,
            tls=None if self._context is None else self._context.current,
            checks_name=settings.ssl_verification_mode == "full",
        )

    async def follow_files(self, log: Log, use: Callable[["ssl.SSLContext"], None]) -> None:
        """Have a new TLS context in `use` whenever the files have changed that it is made from; until cancelled."""
        if self._context is not None:
            await self._context.follow(log, use)

    def _check(self) -> Iterator[Complaint]:
        settings = self._settings
        try:
            self._hosts = self._read_hosts()
            self._path = shared_path(self._hosts, settings.path)
        except ElasticsearchError as error:
            yield Complaint(str(error), "hosts" if settings.cloud_id is None else "cloud_id")
            return
        yield from check_credentials(self._credentials())
        if not 0 <= settings.compression_level <= 9:
            yield Complaint(f"expected 0 to 9, got {settings.compression_level}", "compression_level")
        if settings.proxy == "":
            yield Complaint("an empty proxy means none", "proxy", "remove it", "warning")
        yield from self._check_tls()

    def _read_hosts(self) -> tuple[Host, ...]:
        settings = self._settings
        if settings.cloud_id is None:
            return tuple(read_hosts(settings.hosts, ssl_enabled=settings.ssl_enabled))
        if "hosts" in settings.given:
            raise ElasticsearchError("cloud_id and hosts exclude each other")
        return (read_cloud_id(settings.cloud_id),)

    def _credentials(self) -> Credentials:
        settings = self._settings
        return Credentials(
            user=settings.user or None,
            password=_text(settings.password),
            cloud_auth=_text(settings.cloud_auth),
            api_key=_text(settings.api_key),
            hosts=self._hosts,
        )

    def _check_tls(self) -> Iterator[Complaint]:
        settings = self._settings
        given = sorted(
            name for name in settings.given if name.startswith(("ssl_", "ca_")) and name != "ssl_enabled"
        )
        where = given[0] if given else "hosts"
        if not any(host.is_secure for host in self._hosts):
            if given:
                hint = "write https:// before the hosts, or set ssl_enabled => true"
                yield Complaint(
                    f"no effect, since the hosts are http: {', '.join(given)}", where, hint, "warning"
                )
            return
        for one, other in _EXCLUSIVE:
            if getattr(settings, one) and getattr(settings, other):
                yield Complaint(f"{one} and {other} exclude each other", other, "remove one of them")
        if settings.ssl_verification_mode == "none":
            hint = "trust a certificate by ssl_certificate_authorities or ca_trusted_fingerprint"
            yield Complaint("anyone can pose as the cluster", "ssl_verification_mode", hint, "warning")
        yield from self._make_context(where)

    def _make_context(self, where: str) -> Iterator[Complaint]:
        settings, tls = self._settings, self._tls_settings()
        keystore = _store(settings.ssl_keystore_path, settings.ssl_keystore_password)
        truststore = _store(settings.ssl_truststore_path, settings.ssl_truststore_password)
        try:
            make = partial(make_context, tls, keystore=keystore, truststore=truststore)
            stores = [str(one.path) for one in (keystore, truststore) if one is not None]
            self._context = FollowingContext(make, [*tls.files, *stores])
            warnings = check_tls(tls)
        except (TlsError, ElasticsearchError) as error:
            yield Complaint(str(error), where)
            return
        for warning in warnings:
            yield Complaint(warning, where, severity="warning")

    def _tls_settings(self) -> TlsClientSettings:
        settings = self._settings
        return TlsClientSettings(
            certificate=None if settings.ssl_certificate is None else str(settings.ssl_certificate),
            key=None if settings.ssl_key is None else str(settings.ssl_key),
            certificate_authorities=tuple(map(str, settings.ssl_certificate_authorities)),
            verification_mode=settings.ssl_verification_mode,
            ca_trusted_fingerprints=tuple(settings.ca_trusted_fingerprint),
            supported_protocols=frozenset(settings.ssl_supported_protocols),
            cipher_suites=tuple(settings.ssl_cipher_suites),
        )


def _text(secret: Secret | None) -> str | None:
    return None if secret is None else secret.value


def _store(path: Path | None, password: Secret | None) -> Store | None:
    return None if path is None else Store(path, _text(password))
