"""What botocore reads about Amazon's services, without what a bucket does not need.

botocore makes its clients from files that describe every operation of a service and the addresses of all services, and
keeps what it has read: 14 MiB in each worker. Here only the operations that are called are kept, with the shapes they
lead to and without their documentation, and the addresses of the services that are asked: those of S3, and those
from which credentials may come. Files of which nothing is known are read as they are.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from botocore.loaders import JSONFileLoader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Json = dict[str, Any]  # Any: what a file of JSON holds

OPERATIONS = {
    "s3": (
        "PutObject",
        "DeleteObject",
        "CreateMultipartUpload",
        "UploadPart",
        "CompleteMultipartUpload",
        "AbortMultipartUpload",
        "HeadBucket",  # by which botocore finds the region of a bucket
        "CreateSession",  # with which it enters directory buckets (`--x-s3`)
    )
}
ADDRESSES = ("s3", "sts", "sso", "portal.sso", "oidc", "signin")
NOTHING = msgspec.Raw(b"{}")
_OPENERS: dict[str, Callable[[Path], bytes]] = {
    ".json": Path.read_bytes,
    ".json.gz": lambda path: gzip.decompress(path.read_bytes()),
}


class TrimmedFiles(JSONFileLoader):  # type: ignore[misc]  # botocore publishes no types
    """Takes the place of the `file_loader` of botocore's loader."""

    def load_file(self, file_path: str) -> Json | None:
        """Return what a file of this name holds, its ending left out; None if there is none."""
        for ending, read in _OPENERS.items():
            path = Path(file_path + ending)
            if path.is_file():
                return _trimmed(Path(file_path), read(path))
        return None


def _trimmed(path: Path, text: bytes) -> Json:
    if path.name == "endpoints":
        return _trim_addresses(text)
    service = path.parent.parent.name
    if path.name == "service-2" and service in OPERATIONS:
        return _trim_service(text, OPERATIONS[service])
    whole: Json = msgspec.json.decode(text)
    return whole


def _trim_addresses(text: bytes) -> Json:
    found = _members(text)
    partitions = []
    for one in msgspec.json.decode(found.pop("partitions", b"[]"), type=list[dict[str, msgspec.Raw]]):
        services = _members(one.get("services", NOTHING))
        kept = {name: services[name] for name in ADDRESSES if name in services}
        partitions.append(_decoded({**one, "services": kept}))
    return {**_decoded(found), "partitions": partitions}


def _trim_service(text: bytes, wanted: tuple[str, ...]) -> Json:
    found = _members(text)
    operations, shapes = (_members(found.get(name, NOTHING)) for name in ("operations", "shapes"))
    kept = {
        name: _without_prose(msgspec.json.decode(operations[name])) for name in wanted if name in operations
    }
    found["operations"] = found["shapes"] = NOTHING
    return {**_decoded(found), "operations": kept, "shapes": _reached(kept, shapes)}


def _reached(operations: Json, shapes: Mapping[str, msgspec.Raw]) -> Json:
    """Return the shapes that operations lead to."""
    reached: Json = {}
    waiting = list(_names_of_shapes(operations))
    while waiting:
        name = waiting.pop()
        if name not in reached and name in shapes:
            reached[name] = _without_prose(msgspec.json.decode(shapes[name]))
            waiting.extend(_names_of_shapes(reached[name]))
    return reached


def _names_of_shapes(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        shape = value.get("shape")
        if isinstance(shape, str):
            yield shape
        value = [*value.values()]
    if isinstance(value, list):
        for one in value:
            yield from _names_of_shapes(one)


def _without_prose(value: Any) -> Any:  # Any: JSON
    if isinstance(value, dict):
        prose = isinstance(value.get("documentation"), str)
        return {
            name: _without_prose(one) for name, one in value.items() if not prose or name != "documentation"
        }
    return [_without_prose(one) for one in value] if isinstance(value, list) else value


def _members(text: bytes | msgspec.Raw) -> dict[str, msgspec.Raw]:
    """Return the members of an object, none of them decoded: most will not be."""
    return msgspec.json.decode(text, type=dict[str, msgspec.Raw])


def _decoded(value: Any) -> Any:  # Any: JSON, or what becomes it
    """Return a value with what is not decoded in it decoded."""
    if isinstance(value, dict):
        return {name: _decoded(one) for name, one in value.items()}
    return msgspec.json.decode(value) if isinstance(value, msgspec.Raw) else value
