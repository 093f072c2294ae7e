"""The bucket: a boto3 client from the plugin's settings, and errors in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from logsmith.errors import LogsmithError

CONNECT_S, READ_S = 10, 60
ATTEMPTS = 3  # of one request; what still fails is tried again later, for ever

_WORDS = {
    "NoSuchBucket": "the bucket does not exist; make it, or correct the setting bucket",
    "AccessDenied": "access denied; the credentials need s3:PutObject on this bucket and prefix",
    "InvalidAccessKeyId": "the access key is unknown; check access_key_id",
    "SignatureDoesNotMatch": "the secret key is wrong; check secret_access_key",
    "ExpiredToken": "the session token has expired",
    "PermanentRedirect": "the bucket is in another region; check region",
    "AuthorizationHeaderMalformed": "the bucket is in another region; check region",
}


class BucketError(LogsmithError):
    """An object was not stored; the text says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketSettings:
    """Where the bucket is, who we are there, and how objects are stored."""

    bucket: str
    region: str = "us-east-1"
    endpoint: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = field(default=None, repr=False)
    session_token: str | None = field(default=None, repr=False)
    role_arn: str | None = None
    role_session_name: str = "logstash"
    web_identity_token_file: str | None = None
    proxy: str | None = None
    signature_version: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)  # force_path_style and the like
    object_options: Mapping[str, str] = field(default_factory=dict)
    multipart_threshold: int = 15 * 1024 * 1024


class Bucket:
    """Stores files as objects; its calls block."""

    def __init__(self, settings: BucketSettings) -> None:
        self._settings = settings
        self._client: Any = None  # Any: boto3 makes its classes at run time

    def put_file(self, path: Path, key: str, *, is_gzip: bool = False) -> None:
        """Store a local file under a key, in parts if it is large; raises BucketError."""
        from boto3.s3.transfer import TransferConfig  # noqa: PLC0415  imported by those who upload

        options = dict(self._settings.object_options)
        if is_gzip:
            options["ContentEncoding"] = "gzip"
        config = TransferConfig(multipart_threshold=self._settings.multipart_threshold, use_threads=False)
        self._call("upload_file", str(path), self._settings.bucket, key, ExtraArgs=options, Config=config)

    def put_test_object(self, key: str) -> None:
        """Store and delete an empty object, to see that it can be done; raises BucketError."""
        self._call(
            "put_object", Bucket=self._settings.bucket, Key=key, Body=b"", **self._settings.object_options
        )
        try:
            self._call("delete_object", Bucket=self._settings.bucket, Key=key)
        except BucketError:
            pass  # who may write need not be allowed to delete

    def _call(self, method: str, *arguments: Any, **named: Any) -> None:
        from boto3.exceptions import Boto3Error  # noqa: PLC0415  imported by those who upload
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  the same

        try:
            self._client = self._client or self._connect()
            getattr(self._client, method)(*arguments, **named)
        except ClientError as error:
            raise BucketError(self._in_words(error.response.get("Error", {}), str(error))) from None
        except (BotoCoreError, Boto3Error) as error:
            cause = error.__context__
            if isinstance(cause, ClientError):
                raise BucketError(self._in_words(cause.response.get("Error", {}), str(error))) from None
            raise BucketError(f"bucket {self._settings.bucket!r}: {error}") from None
        except OSError as error:
            raise BucketError(f"bucket {self._settings.bucket!r}: {error}") from None

    def _in_words(self, error: Mapping[str, str], text: str) -> str:
        return f"bucket {self._settings.bucket!r}: {_WORDS.get(error.get('Code', ''), text)}"

    def _connect(self) -> Any:
        from botocore.config import Config  # noqa: PLC0415  imported by those who upload

        wanted = self._settings
        style = "path" if wanted.options.get("force_path_style") else "auto"
        config = Config(
            region_name=wanted.region,
            connect_timeout=CONNECT_S,
            read_timeout=READ_S,
            retries={"max_attempts": ATTEMPTS, "mode": "standard"},
            signature_version={"v2": "s3", "v4": "s3v4"}.get(wanted.signature_version or ""),
            s3={"addressing_style": style},
            proxies={"http": wanted.proxy, "https": wanted.proxy} if wanted.proxy else None,
            request_checksum_calculation="when_required",  # stores of other makers refuse the newer checksums
            response_checksum_validation="when_required",
        )
        session = self._session(self._credentials())
        return session.client("s3", endpoint_url=wanted.endpoint, config=config)

    def _session(self, credentials: Mapping[str, str | None]) -> Any:
        import boto3  # noqa: PLC0415  imported by those who upload
        from botocore.session import get_session  # noqa: PLC0415  the same

        from logsmith.s3.models import TrimmedFiles  # noqa: PLC0415  it imports botocore

        inner = get_session()
        inner.get_component("data_loader").file_loader = TrimmedFiles()
        return boto3.Session(**credentials, region_name=self._settings.region, botocore_session=inner)

    def _credentials(self) -> dict[str, str | None]:
        wanted = self._settings
        static = {
            "aws_access_key_id": wanted.access_key_id,
            "aws_secret_access_key": wanted.secret_access_key,
            "aws_session_token": wanted.session_token,
        }
        if wanted.role_arn is None:
            return static if wanted.access_key_id else {}
        return self._assume_role(static if wanted.access_key_id else {})

    def _assume_role(self, static: dict[str, str | None]) -> dict[str, str | None]:
        wanted = self._settings
        sts = self._session(static).client("sts")
        who = {"RoleArn": wanted.role_arn, "RoleSessionName": wanted.role_session_name}
        if wanted.web_identity_token_file:
            token = Path(wanted.web_identity_token_file).read_text()
            answer = sts.assume_role_with_web_identity(**who, WebIdentityToken=token)
        else:
            answer = sts.assume_role(**who)
        found = answer["Credentials"]
        return {
            "aws_access_key_id": found["AccessKeyId"],
            "aws_secret_access_key": found["SecretAccessKey"],
            "aws_session_token": found["SessionToken"],
        }


def read_credentials_file(path: Path) -> tuple[str | None, str | None, str | None]:
    """Return key id, secret and session token of a YAML file, its keys written `access_key_id` or `:access_key_id`."""
    found = yaml.safe_load(path.read_text()) or {}
    plain = {str(key).lstrip(":"): value for key, value in found.items()}
    return plain.get("access_key_id"), plain.get("secret_access_key"), plain.get("session_token")
