"""Write events to objects in S3, or in a store that speaks its protocol, gathered by prefix."""

from __future__ import annotations

import os
import time
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import trio

from logsmith.event import Event, Sprintf
from logsmith.log import RateLimited
from logsmith.plugins import (
    NOT_NEGATIVE,
    POSITIVE,
    Codec,
    CodecSetting,
    Output,
    Password,
    PluginError,
    Problem,
    UndeliveredError,
    setting,
)
from logsmith.s3.bucket import Bucket, BucketError, BucketSettings, read_credentials_file
from logsmith.s3.files import KeyTooLongError, ObjectFile, Workspace, confined_prefix, remove_object

Acl = Literal[
    "private",
    "public-read",
    "public-read-write",
    "authenticated-read",
    "aws-exec-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
    "log-delivery-write",
]
StorageClass = Literal[
    "STANDARD",
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER",
    "DEEP_ARCHIVE",
    "OUTPOSTS",
    "GLACIER_IR",
    "SNOW",
    "EXPRESS_ONEZONE",
]

MAX_SHOWN = 100
KNOWN_OPTIONS = {"force_path_style", "follow_redirects", "use_ssl", "ssl_verify_peer"}
LOOK_AT_AGES_S = 1.0
LAST_UPLOADS_S = 3.0  # at a stop; what is not uploaded then is found at the next start
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
SAME_COMPLAINT_EVERY_S = 60.0


class S3(Output):
    codec: Codec = setting(CodecSetting("line"), "How events become bytes; most people want json_lines.")
    bucket: str | None = setting(None, "The bucket that gets the objects.")
    prefix: Sprintf = setting(Sprintf(""), "What keys begin with; events are gathered by it.")
    size_file: int = setting(
        5 * 1024 * 1024,
        "Bytes after which an object is uploaded and the next one begun.",
        within=NOT_NEGATIVE,
    )
    time_file: float = setting(
        15, "Minutes after which an object is uploaded and the next one begun.", within=NOT_NEGATIVE
    )
    rotation_strategy: Literal["size_and_time", "size", "time"] = setting(
        "size_and_time", "What ends an object."
    )
    encoding: Literal["none", "gzip"] = setting("none", "Whether objects are compressed.")
    tags: list[str] = setting([], "Texts that become part of the objects' names.")
    temporary_directory: str | None = setting(
        None, "Where objects grow until they are uploaded; by default below path.data."
    )
    restore: bool = setting(True, "Upload what an earlier process left in the temporary directory.")
    canned_acl: Acl = setting("private", "Who may read the objects.")
    storage_class: StorageClass = setting("STANDARD", "The storage class of the objects.")
    server_side_encryption: bool = setting(False, "Have the objects encrypted by the store.")
    server_side_encryption_algorithm: Literal["AES256", "aws:kms"] = setting(
        "AES256", "How they are encrypted."
    )
    ssekms_key_id: str | None = setting(None, "The KMS key they are encrypted with.")
    upload_workers_count: int = setting(
        ((os.cpu_count() or 2) + 1) // 2, "How many objects are uploaded at a time.", within=POSITIVE
    )
    upload_queue_size: int = setting(
        2 * (((os.cpu_count() or 4) + 3) // 4),
        "Accepted; what waits for its upload is on disk.",
        within=POSITIVE,
    )
    upload_multipart_threshold: int = setting(
        15 * 1024 * 1024, "Bytes from which an object is uploaded in parts.", within=NOT_NEGATIVE
    )
    validate_credentials_on_root_bucket: bool = setting(
        True, "Store and delete an empty object at the start, as a check."
    )
    retry_count: int | None = setting(
        None, "Accepted; an upload is tried again until it succeeds.", within=NOT_NEGATIVE
    )
    retry_delay: float = setting(
        FIRST_PAUSE_S,
        "Seconds before an upload is tried again; they double up to a minute.",
        within=NOT_NEGATIVE,
    )
    signature_version: Literal["v2", "v4"] | None = setting(None, "How requests are signed.")
    additional_settings: dict[str, Any] = setting({}, "Settings of the client, such as `force_path_style`.")
    region: str = setting("us-east-1", "The region of the bucket.")
    endpoint: str | None = setting(None, "The address of a store that is not Amazon's.")
    access_key_id: str | None = setting(
        None, "The access key; by default the environment, a profile or a role is used."
    )
    secret_access_key: Password | None = setting(None, "The secret of the access key.")
    session_token: Password | None = setting(None, "The session token of temporary credentials.")
    aws_credentials_file: Path | None = setting(None, "A YAML file with access_key_id and secret_access_key.")
    role_arn: str | None = setting(None, "The role to assume.")
    role_session_name: str = setting("logstash", "The name of the session of an assumed role.")
    web_identity_token_file: str | None = setting(None, "The token to assume the role with.")
    proxy_uri: str | None = setting(None, "A proxy for requests to the store.")
    use_aws_bundled_ca: bool = setting(False, "Accepted; the client brings its own.")
    max_open_prefixes: int = setting(
        1000, "How many prefixes may have a growing object; the oldest is uploaded early.", within=POSITIVE
    )

    def prepare(self) -> Iterator[Problem]:
        self._complaints = RateLimited(SAME_COMPLAINT_EVERY_S)
        self._growing: OrderedDict[str, ObjectFile] = OrderedDict()
        self._parts: dict[str, int] = {}
        self._writing: ObjectFile | None = None  # a thread is at work on it: no time to close it
        if not self.bucket:
            yield Problem("s3 needs the setting 'bucket'", None, 'add bucket => "…"', "missing-setting")
        yield from self._check_rotation()
        forbidden = sorted(set("^`><") & set(self.prefix.text))
        if forbidden:
            yield Problem(f"the prefix has characters that S3 dislikes: {' '.join(forbidden)}", "prefix")
        for name in sorted(set(self.additional_settings) - KNOWN_OPTIONS):
            yield Problem(
                f"additional_settings has no {name!r}",
                "additional_settings",
                f"known: {', '.join(sorted(KNOWN_OPTIONS))}",
            )
        if (self.access_key_id is None) != (self.secret_access_key is None):
            yield Problem(
                "access_key_id and secret_access_key go together", "access_key_id", severity="warning"
            )
        if self.web_identity_token_file and not self.role_arn:
            yield Problem("web_identity_token_file needs role_arn", "web_identity_token_file")
        if self.endpoint is not None and urlsplit(self.endpoint).scheme not in ("http", "https"):
            hint = "write it with its scheme: http://127.0.0.1:9000"
            yield Problem(f"endpoint: expected a URL, got {self.endpoint!r}", "endpoint", hint)
        yield from self._check_folder()
        self._bucket = Bucket(self._bucket_settings())

    def preload(self) -> None:
        import boto3.s3.transfer  # noqa: F401, PLC0415  a large library, for those who use it

        import logsmith.s3.models  # noqa: F401, PLC0415  with the rest of it behind

    def _check_rotation(self) -> Iterator[Problem]:
        if "size" in self.rotation_strategy and self.size_file <= 0:
            yield Problem("size_file must be greater than 0", "size_file")
        if "time" in self.rotation_strategy and self.time_file <= 0:
            yield Problem("time_file must be greater than 0", "time_file")

    def _check_folder(self) -> Iterator[Problem]:
        self._folder = (
            Path(self.temporary_directory) if self.temporary_directory else self.context.path_data / "s3"
        )
        nearest = next(
            (path for path in (self._folder, *self._folder.absolute().parents) if path.exists()), Path("/")
        )
        if not nearest.is_dir() or not os.access(nearest, os.W_OK):
            yield Problem(
                f"the temporary directory {str(self._folder)!r} cannot be written", "temporary_directory"
            )

    def _bucket_settings(self) -> BucketSettings:
        key, secret, token = self.access_key_id, self.secret_access_key, self.session_token
        plain = (key, secret.value if secret else None, token.value if token else None)
        if key is None and self.aws_credentials_file is not None:
            plain = read_credentials_file(self.aws_credentials_file)
        return BucketSettings(
            bucket=self.bucket or "",
            region=self.region,
            endpoint=self.endpoint,
            access_key_id=plain[0],
            secret_access_key=plain[1],
            session_token=plain[2],
            role_arn=self.role_arn,
            role_session_name=self.role_session_name,
            web_identity_token_file=self.web_identity_token_file,
            proxy=self.proxy_uri,
            signature_version=self.signature_version,
            options={name: str(value) == "true" for name, value in self.additional_settings.items()},
            object_options=self._object_options(),
            multipart_threshold=self.upload_multipart_threshold,
        )

    def _object_options(self) -> dict[str, str]:
        options: dict[str, str] = {"ACL": self.canned_acl, "StorageClass": self.storage_class}
        if self.server_side_encryption:
            options["ServerSideEncryption"] = self.server_side_encryption_algorithm
        if self.server_side_encryption_algorithm == "aws:kms" and self.ssekms_key_id:
            options["SSEKMSKeyId"] = self.ssekms_key_id
        return options

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        self._workspace = Workspace(self._folder)
        try:
            self._workspace.open()
        except OSError as error:
            raise PluginError(
                f"s3: the temporary directory {str(self._folder)!r} cannot be used: {error.strerror}"
            ) from None
        self._limiter = trio.CapacityLimiter(max(1, self.upload_workers_count))
        async with trio.open_nursery() as uploads:
            self._uploads = uploads
            uploads.start_soon(self._rotate_by_age)
            uploads.start_soon(self._start)
            try:
                yield
            finally:
                uploads.cancel_scope.cancel()
        # What is left in the files was acknowledged and is on disk: a last try, then the next start has it
        with trio.move_on_after(LAST_UPLOADS_S, shield=True):
            await self._upload_the_rest()
        self._workspace.close()

    async def _start(self) -> None:
        if self.validate_credentials_on_root_bucket:
            key = f"logstash-programmatic-access-test-object-{time.strftime('%Y-%m-%dT%H-%M-%S')}"
            try:
                await trio.to_thread.run_sync(
                    self._bucket.put_test_object, key, limiter=self._limiter, abandon_on_cancel=True
                )
            except BucketError as error:
                self.log.error(
                    "the bucket cannot be written; events wait on disk until it can", reason=str(error)
                )
        if self.restore:
            await self._upload_leftovers()

    async def _upload_leftovers(self) -> None:
        for folder, lock, files in await trio.to_thread.run_sync(
            lambda: list(self._workspace.find_leftovers())
        ):
            self.log.info("found objects of an earlier process", folder=str(folder), objects=len(files))
            try:
                for file in files:
                    await self._upload(file)
                await trio.to_thread.run_sync(_remove_folder, folder)
            finally:
                os.close(lock)

    async def send(self, events: list[Event]) -> None:
        refused: list[tuple[Event, str]] = []
        gathered: dict[str, list[Event]] = {}
        for event in events:
            prefix = self.prefix.format(event)
            if "%{" in prefix:
                refused.append((event, f"the prefix {prefix[:MAX_SHOWN]!r} is not filled from the event"))
                continue
            try:
                gathered.setdefault(confined_prefix(prefix), []).append(event)
            except KeyTooLongError as error:
                refused.append((event, str(error)))
        undelivered: list[Event] = []
        reason = refused[0][1] if refused else ""
        for prefix, group in gathered.items():
            chunk = b"".join([self.codec.encode(event) for event in group])
            file = self._file_for(prefix)
            self._writing = file
            try:
                await trio.to_thread.run_sync(file.append, chunk)
            except OSError as error:
                undelivered.extend(group)
                reason = f"cannot write below {str(self._folder)!r}: {error.strerror}"
                continue
            finally:
                self._writing = None
            if "size" in self.rotation_strategy and file.size >= self.size_file:
                self._rotate(prefix)
        if undelivered or refused:
            raise UndeliveredError(reason, retry=undelivered, refused=refused)

    def _file_for(self, prefix: str) -> ObjectFile:
        file = self._growing.get(prefix)
        if file is not None:
            self._growing.move_to_end(prefix)
            return file
        while len(self._growing) >= self.max_open_prefixes:
            self._rotate(next(iter(self._growing)))
        part = self._parts.get(prefix, 0)
        file = self._workspace.new_file(
            prefix, self._object_name(part), time.time(), is_gzip=self.encoding == "gzip"
        )
        self._growing[prefix] = file
        return file

    def _object_name(self, part: int) -> str:
        tags = f".tag_{'.'.join(self.tags)}" if self.tags else ""
        ending = "txt.gz" if self.encoding == "gzip" else "txt"
        return f"ls.s3.{uuid.uuid4()}.{time.strftime('%Y-%m-%dT%H.%M')}{tags}.part{part}.{ending}"

    def _rotate(self, prefix: str) -> None:
        file = self._growing.pop(prefix)
        file.close()
        if len(self._parts) >= self.max_open_prefixes * 10:
            self._parts.clear()
        self._parts[prefix] = self._parts.get(prefix, 0) + 1
        if file.size:
            self._uploads.start_soon(self._upload, file)

    async def _rotate_by_age(self) -> None:
        while "time" in self.rotation_strategy:
            await trio.sleep(LOOK_AT_AGES_S)
            now = time.time()
            old = [
                prefix
                for prefix, file in self._growing.items()
                if file is not self._writing and file.size and now - file.opened_at >= self.time_file * 60
            ]
            for prefix in old:
                self._rotate(prefix)

    async def _upload(self, file: ObjectFile) -> None:
        """Upload one file and delete it; tries until it succeeds."""
        pause_s = float(self.retry_delay)
        while True:
            try:
                await trio.to_thread.run_sync(self._put, file, limiter=self._limiter, abandon_on_cancel=True)
            except BucketError as error:
                self.metrics.count("uploads.failures")
                if self._complaints.passes(str(error)) is not None:
                    self.log.warning("object not uploaded, trying again", key=file.key, reason=str(error))
                await trio.sleep(pause_s)
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)
            else:
                self.metrics.count("uploads.successes")
                # A stop between the two would have it uploaded, and counted, a second time
                with trio.CancelScope(shield=True):
                    await trio.to_thread.run_sync(remove_object, file)
                return

    def _put(self, file: ObjectFile) -> None:
        self._bucket.put_file(file.path, file.key, is_gzip=file.is_gzip)

    async def _upload_the_rest(self) -> None:
        for prefix in list(self._growing):
            self._growing.pop(prefix).close()
        files = await trio.to_thread.run_sync(lambda: list(self._workspace.files()))
        async with trio.open_nursery() as nursery:
            for file in files:
                nursery.start_soon(self._upload, file)


def _remove_folder(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        else:
            path.unlink()
    try:
        folder.rmdir()
    except OSError:
        pass  # another worker is just looking into it, and will find nothing
