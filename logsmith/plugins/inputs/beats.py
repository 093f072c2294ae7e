"""Receive events from Filebeat and other Beats, over TLS if you say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal

import trio

from logsmith.beats.budget import ByteBudget
from logsmith.beats.complaints import Complaints
from logsmith.beats.session import Pace, Session, SlowClientError
from logsmith.beats.shaping import Shaping
from logsmith.event import Value
from logsmith.lumberjack import Limits, ProtocolError
from logsmith.net.admission import Admission, NotAdmittedError, read_admission
from logsmith.net.errors import TlsError
from logsmith.net.listen import Seat, peer_address, serve_connections
from logsmith.net.rotation import FollowingContext
from logsmith.net.tls import TlsServerSettings, check_tls, describe_peer, server_context
from logsmith.net.tlsstream import HandshakeError, accept_tls
from logsmith.plugins import (
    NOT_NEGATIVE,
    PORT,
    POSITIVE,
    ByteSize,
    Duration,
    EcsMode,
    Input,
    Password,
    Problem,
    Range,
    Send,
    setting,
)

Enrichment = Literal["codec_metadata", "source_metadata", "ssl_peer_metadata", "all", "none"]
Protocol = Literal["TLSv1.1", "TLSv1.2", "TLSv1.3"]
Authentication = Literal["none", "optional", "required"]

ALL_ENRICHMENTS = ("codec_metadata", "source_metadata", "ssl_peer_metadata")
DEFAULT_ENRICHMENTS = ("codec_metadata", "source_metadata")
OLD_VERIFY_MODES = {"none": "none", "peer": "optional", "force_peer": "required"}
PROTOCOLS = ("TLSv1.1", "TLSv1.2", "TLSv1.3")
OLD_VERSIONS = {"1": "TLSv1.1", "1.0": "TLSv1.1", "1.1": "TLSv1.1", "1.2": "TLSv1.2", "1.3": "TLSv1.3"}
GONE = "gone since version 6 of the plugin"

# Settings, and what each is for `read_admission`, in its order
ALLOW_LISTS = {
    "ssl_allowed_subject_alt_names": "names",
    "ssl_allowed_common_names": "common_names",
    "ssl_allowed_fingerprints": "fingerprints",
}

MIB = 1024 * 1024

TLS_FILES = {  # what a complaint about a file begins with, and the setting that names it
    "certificate authorities ": "ssl_certificate_authorities",
    "key ": "ssl_key",
    "revocation list": "ssl_crl_path",
}


class Beats(Input):
    makes_plain_values = True
    is_shared = True

    port: int = setting(None, "The port to listen on; 0 is any free one.", within=PORT)
    host: str = setting("0.0.0.0", "The address to listen on; `::` takes IPv4 and IPv6.")
    ssl_enabled: bool = setting(False, "Speak TLS.", old={"ssl": None})
    ssl_certificate: str | None = setting(
        None, "The certificate of this server, PEM, with its chain behind it."
    )
    ssl_key: str | None = setting(
        None, "The key of the certificate, PEM: PKCS#8, PKCS#1 or SEC1, encrypted or not."
    )
    ssl_key_passphrase: Password | None = setting(None, "The passphrase of an encrypted key.")
    ssl_certificate_authorities: list[str] = setting(
        [], "Files of authorities whose client certificates are trusted."
    )
    ssl_crl_path: list[str] = setting(
        [], "Files of revocation lists, PEM: client certificates that they name are refused."
    )
    ssl_client_authentication: Authentication | None = setting(
        None,
        "Whether clients must show a certificate: by default they must if authorities are given.",
        old={"ssl_verify_mode": lambda mode: OLD_VERIFY_MODES.get(mode, mode)},
    )
    ssl_allowed_subject_alt_names: list[str] = setting(
        [],
        "Host names (`*.` is any one label), addresses, URIs or mail addresses of clients that are let in.",
    )
    ssl_allowed_common_names: list[str] = setting([], "Common names of clients that are let in.")
    ssl_allowed_fingerprints: list[str] = setting(
        [], "SHA-256 fingerprints of client certificates that are let in; one entry of any list suffices."
    )
    ssl_handshake_timeout: int = setting(10_000, "Milliseconds for a TLS handshake.", within=POSITIVE)
    ssl_cipher_suites: list[str] = setting([], "Cipher suites by IANA names.", old={"cipher_suites": None})
    ssl_supported_protocols: list[Protocol] = setting([], "TLS versions; by default 1.2 and 1.3.")
    tls_min_version: str | None = setting(
        None, "Deprecated: the lowest TLS version; use `ssl_supported_protocols`."
    )
    tls_max_version: str | None = setting(
        None, "Deprecated: the highest TLS version; use `ssl_supported_protocols`."
    )
    client_inactivity_timeout: Duration = setting(
        Duration(60), "Seconds until a silent client is closed; 0 is never."
    )
    enrich: list[Enrichment] = setting(
        list(DEFAULT_ENRICHMENTS),
        "What is added to events: how the line was read, where it came from, the peer's certificate.",
        old={
            "ssl_peer_metadata": lambda on: list(
                ALL_ENRICHMENTS if str(on) == "true" else DEFAULT_ENRICHMENTS
            )
        },
    )
    include_codec_tag: bool = setting(
        True, "Deprecated: tag events with the codec that read them; use `enrich`."
    )
    add_hostname: bool = setting(False, "Deprecated: copy `[beat][hostname]` of old Beats to the host field.")
    executor_threads: int | None = setting(None, "Accepted; workers are processes here.", within=POSITIVE)
    event_loop_threads: int | None = setting(None, "Accepted; workers are processes here.", within=POSITIVE)
    ecs_compatibility: EcsMode | None = setting(
        None, "Where metadata goes, and whether the line is kept in `[event][original]` (v1, v8)."
    )
    max_connections: int = setting(10_000, "The most connections at a time, of all workers.", within=POSITIVE)
    max_connections_per_ip: int | None = setting(None, "The most of them from one address.", within=POSITIVE)
    max_frame_bytes: ByteSize = setting(ByteSize(64 * MIB), "The longest frame.", within=POSITIVE)
    max_window_bytes: ByteSize = setting(
        ByteSize(256 * MIB), "The most bytes that a window may inflate to.", within=POSITIVE
    )
    max_pairs: int = setting(10_000, "The most fields of an event of protocol version 1.", within=POSITIVE)
    max_window_pairs: int = setting(1_000_000, "The most such fields in a window.", within=POSITIVE)
    max_window_frames: int = setting(10_000, "The most compressed frames in a window.", within=POSITIVE)
    max_frame_windows: int = setting(1_000, "The most windows in a compressed frame.", within=POSITIVE)
    max_window_events: int = setting(65_536, "The most events in a window.", within=POSITIVE)
    max_parked_windows: int = setting(3, "Windows of one client that are read ahead.", within=NOT_NEGATIVE)
    max_bytes_in_flight: ByteSize = setting(
        ByteSize(256 * MIB), "The most bytes that one worker holds of all clients.", within=POSITIVE
    )
    window_timeout: Duration = setting(
        Duration(60), "Seconds from the first byte of a window to its last.", within=Range(0.1)
    )
    keepalive_interval: Duration = setting(
        Duration(5), "Seconds between signs of life while a window waits for outputs.", within=Range(0.1)
    )
    write_timeout: Duration = setting(
        Duration(30), "Seconds in which a client must read what it is sent.", within=Range(0.1)
    )
    congestion_threshold: Any = setting(None, "Obsolete.", obsolete=GONE)
    target_field_for_codec: Any = setting(None, "Obsolete.", obsolete=GONE)

    def prepare(self) -> Iterator[Problem]:
        self._tls: FollowingContext | None = None
        self._admission: Admission | None = None
        self._sessions: set[Session] = set()
        if self.port is None:
            yield Problem("beats needs the setting 'port'", None, "add port => 5044", "missing-setting")
        yield from self._check_enrich()
        if self.codec.name == "multiline":
            hint = "join lines in Filebeat, with its own multiline settings: only Filebeat knows which file a line is of"
            yield Problem(
                "the multiline codec cannot be used with beats", "codec", hint, "conflicting-settings"
            )
        yield from self._check_tls() if self.ssl_enabled else self._check_unused()
        yield from self._check_admission()

    def _check_enrich(self) -> Iterator[Problem]:
        chosen = self.enrich
        if "enrich" in self.given and "include_codec_tag" in self.given:
            message = "enrich and include_codec_tag cannot be used together"
            yield Problem(message, "include_codec_tag", "use enrich alone", "conflicting-settings")
        if len(chosen) > 1 and {"all", "none"} & set(chosen):
            yield Problem(
                "enrich: all and none stand alone", "enrich", 'write enrich => "all"', "conflicting-settings"
            )
        self._enriched = set(ALL_ENRICHMENTS) if "all" in chosen else set(chosen) - {"none"}
        for name in ("include_codec_tag", "add_hostname", "tls_min_version", "tls_max_version"):
            if name in self.given:
                newer = "ssl_supported_protocols" if name.startswith("tls") else "enrich"
                yield Problem(f"{name} is deprecated", name, f"use {newer}", "deprecated-setting", "warning")

    def _check_unused(self) -> Iterator[Problem]:
        unused = sorted(name for name in self.given if name.startswith("ssl_") and name != "ssl_enabled")
        if unused:
            message = f"without ssl_enabled => true these settings do nothing: {', '.join(unused)}"
            yield Problem(message, unused[0], "add ssl_enabled => true", "ignored-setting", "warning")

    def _check_tls(self) -> Iterator[Problem]:
        missing = [name for name in ("ssl_certificate", "ssl_key") if getattr(self, name) is None]
        for name in missing:
            yield Problem(
                f"with ssl_enabled => true, {name} is needed",
                None,
                "`logsmith certs` makes one",
                "missing-setting",
            )
        authentication = self.ssl_client_authentication
        if authentication in ("optional", "required") and not self.ssl_certificate_authorities:
            message = f"ssl_client_authentication => {authentication} needs ssl_certificate_authorities"
            yield Problem(message, "ssl_client_authentication", code="conflicting-settings")
        elif authentication == "none" and self.ssl_certificate_authorities:
            message = "ssl_certificate_authorities has no use with ssl_client_authentication => none"
            yield Problem(message, "ssl_certificate_authorities", code="conflicting-settings")
        elif not missing:
            yield from self._open_tls()

    def _check_admission(self) -> Iterator[Problem]:
        lists = {name: getattr(self, name) for name in ALLOW_LISTS}
        given = next((name for name in ALLOW_LISTS if name in self.given), None)
        if given is None:
            return
        if not any(lists.values()):
            hint = "leave it out to let every client in whose certificate is trusted"
            yield Problem(f"{given} is empty: no client would be let in", given, hint)
        elif (
            not (self.ssl_enabled and self.ssl_certificate_authorities)
            or self.ssl_client_authentication == "optional"
        ):
            message = f"{given} works only where every client must show a certificate"
            hint = (
                "set ssl_enabled => true, ssl_certificate_authorities, ssl_client_authentication => required"
            )
            yield Problem(message, given, hint, "conflicting-settings")
        for name, listed in lists.items():
            try:
                read_admission(**{ALLOW_LISTS[name]: listed})
            except TlsError as error:
                yield Problem(f"{name}: {error}", name)
                return
        self._admission = read_admission(*lists.values())

    def _open_tls(self) -> Iterator[Problem]:
        settings = TlsServerSettings(
            certificate=str(self.ssl_certificate),
            key=str(self.ssl_key),
            key_passphrase=self.ssl_key_passphrase.value if self.ssl_key_passphrase else None,
            certificate_authorities=tuple(self.ssl_certificate_authorities),
            revocation_lists=tuple(self.ssl_crl_path),
            client_authentication=self.ssl_client_authentication,
            supported_protocols=frozenset(self._protocols()),
            cipher_suites=tuple(self.ssl_cipher_suites),
        )
        try:
            self._tls = FollowingContext(partial(server_context, settings), settings.files)
            for warning in check_tls(settings):
                yield Problem(warning, "ssl_certificate", severity="warning")
        except TlsError as error:
            text = str(error)
            named = (name for kind, name in TLS_FILES.items() if text.startswith(kind))
            code = "missing-file" if text.endswith("no such file") else "bad-value"
            yield Problem(text, next(named, "ssl_certificate"), code=code)

    def _protocols(self) -> Sequence[str]:
        if self.ssl_supported_protocols or not (self.tls_min_version or self.tls_max_version):
            return self.ssl_supported_protocols
        lowest = OLD_VERSIONS.get(self.tls_min_version or "1.2", "TLSv1.2")
        highest = OLD_VERSIONS.get(self.tls_max_version or "1.3", "TLSv1.3")
        return [one for one in PROTOCOLS if lowest <= one <= highest]

    def listens(self) -> Sequence[tuple[str, int]]:
        return ((self.host, self.port),)

    async def run(self, send: Send) -> None:
        self._budget = ByteBudget(self.max_bytes_in_flight)
        self._complaints = Complaints(self.log, self.metrics.count)
        place = self.place
        async with trio.open_nursery() as connections:
            async with trio.open_nursery() as doors:
                for number, listener in enumerate(place.sockets):
                    seat = Seat(
                        counts=place.connections,
                        listener=number,
                        worker=place.index,
                        log=self.log,
                        max_connections=self.max_connections,
                        max_connections_per_ip=self.max_connections_per_ip,
                        count=self.metrics.count,
                    )
                    serve = partial(self._serve, send)
                    doors.start_soon(
                        partial(serve_connections, listener, serve, seat=seat, nursery=connections)
                    )
                if self._tls is not None:
                    doors.start_soon(self._tls.follow, self.log)
                if place.stopping is not None:
                    await place.stopping.wait()
                    doors.cancel_scope.cancel()
            for session in self._sessions:
                session.stop_reading()

    async def _serve(self, send: Send, transport: trio.SocketStream) -> None:
        peer = peer_address(transport) or "unknown"
        metrics = self.metrics
        metrics.gauges["current_connections"] = metrics.gauges.get("current_connections", 0) + 1
        try:
            await self._serve_peer(send, transport, peer)
        except* (ProtocolError, SlowClientError, HandshakeError, NotAdmittedError) as errors:
            self._complaints.add(peer, errors)
        finally:
            metrics.gauges["current_connections"] -= 1

    async def _serve_peer(self, send: Send, transport: trio.SocketStream, peer: str) -> None:
        stream: trio.abc.Stream = transport
        tls: trio.SSLStream[trio.SocketStream] | None = None
        if self._tls is not None:
            with trio.move_on_after(self.ssl_handshake_timeout / 1000) as scope:
                stream = tls = await accept_tls(transport, self._tls.current)
            if scope.cancelled_caught:
                raise HandshakeError("the TLS handshake was not done in time")
            if self._admission is not None and tls is not None:
                self._admission.check(tls.getpeercert(binary_form=True))
        session = Session(stream, self._budget, self._pace(), self._limits())
        self._sessions.add(session)
        if self.place.stopping is not None and self.place.stopping.is_set():
            session.stop_reading()
        try:
            await session.run(self._shaping(peer, tls), send)
        finally:
            self._sessions.discard(session)
            self.log.debug("connection closed", peer=peer, windows=session.windows, events=session.events)
        with trio.move_on_after(1):
            await stream.aclose()

    def _pace(self) -> Pace:
        return Pace(
            idle_s=float(self.client_inactivity_timeout) or None,
            window_s=float(self.window_timeout),
            keepalive_s=float(self.keepalive_interval),
            write_s=float(self.write_timeout),
            parked_windows=self.max_parked_windows,
        )

    def _limits(self) -> Limits:
        return Limits(
            max_frame_bytes=self.max_frame_bytes,
            max_inflated_bytes=self.max_window_bytes,
            max_events_per_window=self.max_window_events,
            max_pairs=self.max_pairs,
            max_pairs_per_window=self.max_window_pairs,
            max_frames_per_window=self.max_window_frames,
            max_windows_per_frame=self.max_frame_windows,
        )

    def _shaping(self, peer: str, tls: trio.SSLStream[trio.SocketStream] | None) -> Shaping:
        codec = self.codec.fresh()
        marks_codec = "codec_metadata" in self._enriched
        is_plain = codec.name == "plain" and getattr(codec, "charset", "UTF-8") == "UTF-8"
        ecs = codec.ecs != "disabled" and (marks_codec or "codec" in self.given)
        return Shaping(
            codec=codec,
            is_plain=is_plain,
            keeps_original=ecs,
            codec_tag=f"beats_input_codec_{codec.name}_applied"
            if marks_codec and self.include_codec_tag
            else None,
            peer_metadata=self._peer_metadata(peer, tls),
            reserved=(("ip_address",), ("tls_peer",), ("input", "beats")),
            decorate=self.decorate if self.type is not None or self.add_field or self.tags else None,
            hostname_field=self._hostname_field(),
        )

    def _hostname_field(self) -> str | None:
        return "host" if self.add_hostname and self.ecs == "disabled" else None

    def _peer_metadata(self, peer: str, tls: trio.SSLStream[trio.SocketStream] | None) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        source = "source_metadata" in self._enriched and peer != "unknown"
        about_tls: Mapping[str, Value] = (
            describe_peer(tls) if tls is not None and self._asks_for_certificates() else {}
        )
        if self.ecs == "disabled":
            if source:
                found["ip_address"] = peer
            if about_tls:
                found["tls_peer"] = dict(about_tls)
            return found
        beats: dict[str, Value] = {"host": {"ip": peer}} if source else {}
        if about_tls:
            found["tls_peer"] = {"status": about_tls["status"]}
        if len(about_tls) > 1:
            beats["tls"] = {
                "version_protocol": about_tls["protocol"],
                "client": {"subject": about_tls["subject"]},
                "cipher": about_tls["cipher_suite"],
            }
        return {**found, "input": {"beats": beats}} if beats else found

    def _asks_for_certificates(self) -> bool:
        asks = self.ssl_client_authentication != "none" and bool(self.ssl_certificate_authorities)
        return asks and "ssl_peer_metadata" in self._enriched
