"""Events as Filebeat sends them, each made from its client and number alone, and what an output should have of them."""

import json
import random
from datetime import date, timedelta
from decimal import Decimal

OUTPUTS = ("search", "store", "file")
"""Elasticsearch, S3 and a file, by the ids that the pipeline gives them."""

POISON = 0.01  # of the events: Elasticsearch refuses them for good
PROBES = 0.03  # the pipeline drops them
COLD = 0.7  # go to S3 as well
LONG = 0.02  # have a long message
EVENTS_A_DAY = 50

LINES = (
    '192.0.2.{b} - - [28/Feb/2026:13:{m:02d}:07 +0000] "GET /orders/{n}?q=%C3%A9 HTTP/1.1" 200 {k} "-" "curl/8.5.0"',
    'level=warn caller=store.go:{b} msg="took \\"too\\" long" path=C:\\temp\\{n} took={k}ms',
    "Größe überschritten: Žluťoučký kůň №{n} 漢字 🐎 \u2028{k}",
    "\ttabs\tand \u0001 control {n} characters\u007f, a slash / and a </script> {k}",
    "java.lang.IllegalStateException: order {n}\n\tat com.example.Shop.order(Shop.java:{b})\n\tat x.Y.z(Y.java:{k})",
    "",
)
PIECES = ("cached", "missed", "zwölf", "\\n is no newline", "0x1F4A9", '"quoted"', "%{not} a [reference]")


def _day(number: int) -> date:
    """Return the day of an event: all days of a leap year come up, since not all are read in one way."""
    return date(2028, 1, 1) + timedelta(days=number // EVENTS_A_DAY % 366)


class Fleet:
    """All events of a run: the same seed makes the same ones."""

    def __init__(self, seed: int, clients: int) -> None:
        self._seed = seed
        self._wishes = [
            bytearray() for _ in range(clients)
        ]  # which outputs want an event, remembered as bits

    def event(self, client: int, number: int) -> dict:
        """Return the event with this number of this client."""
        dice = random.Random(f"{self._seed}/{client}/{number}")
        message = dice.choice(LINES).format(
            n=number, b=dice.randrange(256), m=number % 60, k=dice.randrange(10**6)
        )
        if dice.random() < LONG:
            message += " ".join(dice.choices(PIECES, k=dice.randrange(100, 400)))
        return {
            "@timestamp": f"{_day(number)}T13:{number // 1000 % 60:02d}:{number % 60:02d}.{number % 1000:03d}Z",
            "@metadata": {"beat": "filebeat", "type": "_doc", "version": "8.17.0"},
            "message": message,
            "client": client,
            "n": number,
            "log": {
                "offset": 977 * number,
                "file": {
                    "path": f"/var/log/app-{client}.log",
                    "inode": str(918_000 + client),
                    "device_id": "64769",
                },
            },
            "code": "none" if dice.random() < POISON else dice.randrange(100, 600),
            "kind": "probe" if dice.random() < PROBES else "order",
            "is_cold": dice.random() < COLD,
            "took": dice.choice((0, 0.1, 1e-7, 12.5, 3.0, -0.25, 123456.789)),
            "large": dice.choice((2**53 + 1, 2**63 - 1, -(2**63), 0)),
            "nothing": None,
            "list": [number, "a", {"b": [True, False, None]}, []],
            "input": {"type": "filestream"},
            "agent": {
                "id": f"4f6f2b0e-9f0c-4a52-9c39-6b1a1e3d7a{client:02d}",
                "ephemeral_id": f"0d5ac0c5-6c2f-4c3e-93a5-2f0d6c52c0{client:02d}",
                "name": f"web-{client}",
                "type": "filebeat",
                "version": "8.17.0",
            },
            "ecs": {"version": "8.0.0"},
            "host": {"name": f"web-{client}"},
        }

    def encoded(self, client: int, number: int) -> bytes:
        """Return the event as it is sent: some with escapes, some with raw letters."""
        event = self.event(client, number)
        if number >= len(self._wishes[client]):
            self._wishes[client].extend(bytes(1000 + number - len(self._wishes[client])))
        self._wishes[client][number] = sum(_wants(one, event) << at for at, one in enumerate(OUTPUTS))
        return json.dumps(event, ensure_ascii=bool(number % 3), separators=(",", ":")).encode()

    def expected(self, client: int, number: int) -> dict:
        """Return what the pipeline should make of the event."""
        event = self.event(client, number)
        del event["@metadata"]
        kept = _exactly(json.dumps(event))
        return kept | {
            "@version": "1",
            "seen": f"{client}/{number}",
            "tags": ["beats_input_codec_plain_applied"],
        }

    def wants(self, output: str, client: int, number: int) -> bool:
        """Return whether an output should get the event, which was encoded before."""
        return bool(self._wishes[client][number] >> OUTPUTS.index(output) & 1)


def _wants(output: str, event: dict) -> bool:
    return event["kind"] != "probe" and (output != "store" or event["is_cold"])


def is_poison(document: dict) -> bool:
    """Return whether Elasticsearch refuses a document for good, as with a mapping where `code` is an integer."""
    return not isinstance(document.get("code"), int)


def read_exactly(text: bytes) -> dict:
    """Return a document with numbers that compare by their exact value; raises ValueError."""
    document = _exactly(text)
    if not isinstance(document, dict):
        raise TypeError(f"expected an object, got {text[:80]!r}")
    return document


def _exactly(text: bytes | str) -> dict:
    return json.loads(text, parse_float=Decimal)


def difference(found: dict, expected: dict) -> str:
    """Return which members differ, and how; empty if none does."""
    names = [
        name for name in {**expected, **found} if not _same(found.get(name, ...), expected.get(name, ...))
    ]
    return "; ".join(
        f"{name}: expected {expected.get(name, '(nothing)')!r:.200}, got {found.get(name, '(nothing)')!r:.200}"
        for name in names
    )


def _same(found: object, expected: object) -> bool:
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(_same(found[key], expected[key]) for key in found)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(_same, found, expected))
    return isinstance(found, bool) == isinstance(expected, bool) and found == expected
