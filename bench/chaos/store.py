"""A bucket of S3 in memory: objects are put, and deleted only if they are empty."""

from urllib.parse import unquote

from bench.chaos.front import Answer, Asked
from bench.chaos.ledger import Ledger

BUCKET = "chaos"


class Bucket:
    """Keeps objects by key; a key that is put again is replaced, as in S3."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._objects: dict[str, bytes] = {}

    def answer(self, asked: Asked) -> Answer:
        """Return the answer to a request."""
        key = unquote(asked.target.partition("?")[0])
        if asked.method == "PUT" and not asked.target.partition("?")[2]:
            self._objects[key] = _plain(asked)
            return Answer(200, b"", {"etag": '"chaos"'})
        if asked.method == "DELETE":
            self._objects.pop(key, None)
            return Answer(204)
        return Answer(200 if asked.method == "HEAD" else 501)

    def read_all(self) -> None:
        """Note every line of every object."""
        for body in list(self._objects.values()):
            for line in body.split(b"\n"):
                if line:
                    self._ledger.note_found("store", line)

    def __len__(self) -> int:
        return len(self._objects)


def _plain(asked: Asked) -> bytes:
    """Return the body without the chunks that a signature may need."""
    if "aws-chunked" not in asked.headers.get("content-encoding", ""):
        return asked.body
    plain, rest = b"", asked.body
    while rest:
        head, _, rest = rest.partition(b"\r\n")
        size = int(head.partition(b";")[0], 16)
        if not size:
            break
        plain, rest = plain + rest[:size], rest[size + 2 :]
    return plain
