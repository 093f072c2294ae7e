"""What was sent, acknowledged and found again: one byte for each event and output, so that long runs fit in memory."""

import threading
import time
from collections import Counter

from bench.chaos.events import OUTPUTS, Fleet, difference, is_poison, read_exactly

MOST_SHOWN = 5  # of a kind of mistake


class Ledger:
    """Counts of each event; every method may be called from any thread."""

    def __init__(self, fleet: Fleet, clients: int) -> None:
        self.fleet = fleet
        self.sent = [0] * clients  # how many events each client has sent, ever
        self.acked = [bytearray() for _ in range(clients)]
        self.found = {name: [bytearray() for _ in range(clients)] for name in OUTPUTS}
        self.buried = {name: [bytearray() for _ in range(clients)] for name in OUTPUTS}
        self.counts: Counter[tuple[str, str]] = Counter()  # by output and kind
        self.notes: list[str] = []
        self.longest_wait_s = 0.0
        self.moments: list[
            tuple[float, int, int, int]
        ] = []  # when a client's events from .. to were acknowledged
        self._last_ack = time.monotonic()
        self._lock = threading.Lock()

    def note_sent(self, client: int, upto: int) -> None:
        """Note that a client's events below a number were given to the connection."""
        self.sent[client] = max(self.sent[client], upto)

    def note_acked(self, client: int, numbers: range) -> None:
        """Note that the server acknowledged a client's events."""
        with self._lock:
            now = time.monotonic()
            self.longest_wait_s = max(self.longest_wait_s, now - self._last_ack)
            self._last_ack = now
            self.moments.append((time.time(), client, numbers.start, numbers.stop))
            for number in numbers:
                _count(self.acked[client], number)

    def start_waiting(self) -> None:
        """Begin to measure how long nothing is acknowledged."""
        self._last_ack = time.monotonic()

    def note_found(self, output: str, text: bytes) -> None:
        """Note a document or line of an output."""
        try:
            document = read_exactly(text)
        except (ValueError, TypeError):
            self._note(output, "torn", f"no JSON: {text[:60]!r} … {text[-60:]!r}")
            return
        self._count_and_compare(output, self.found[output], document)

    def note_buried(self, output: str, text: bytes) -> None:
        """Note a dead letter of an output; only Elasticsearch refuses anything, and only poison."""
        document = read_exactly(text)
        if output != "search" or not is_poison(document):
            self._note(output, "buried alive", f"there is no reason to refuse {document!r:.300}")
        self._count_and_compare(output, self.buried[output], document)

    def _count_and_compare(self, output: str, counts: list[bytearray], document: dict) -> None:
        client, number = document.get("client"), document.get("n")
        if not self._was_sent(client, number):
            self._note(output, "invented", f"never sent: {document!r:.300}")
            return
        wrong = difference(document, self.fleet.expected(client, number))
        if wrong:
            self._note(output, "altered", f"client {client} event {number}: {wrong}")
        elif not self.fleet.wants(output, client, number):
            self._note(output, "invented", f"client {client} event {number} was not routed here")
        with self._lock:
            _count(counts[client], number)

    def _was_sent(self, client: object, number: object) -> bool:
        return (
            isinstance(client, int)
            and isinstance(number, int)
            and 0 <= client < len(self.sent)
            and 0 <= number < self.sent[client]
        )

    def _note(self, output: str, kind: str, sentence: str) -> None:
        with self._lock:
            self.counts[output, kind] += 1
            if self.counts[output, kind] <= MOST_SHOWN:
                self.notes.append(f"{output} {kind}: {sentence}")

    def settle(self, output: str) -> dict[str, int]:
        """Return the sums of an output; a loss is acknowledged, wanted, and neither found nor buried."""
        kinds = ("torn", "altered", "invented", "buried alive")
        sums = Counter({kind: self.counts[output, kind] for kind in kinds})
        for client in range(len(self.sent)):
            for number in range(self.sent[client]):
                self._settle_one(output, client, number, sums)
        return dict(sums)

    def _settle_one(self, output: str, client: int, number: int, sums: Counter[str]) -> None:
        acked = _at(self.acked[client], number)
        found, buried = _at(self.found[output][client], number), _at(self.buried[output][client], number)
        wanted = self.fleet.wants(output, client, number)
        sums["sent"] += wanted
        sums["acked"] += wanted and acked > 0
        sums["delivered"] += found > 0
        sums["buried"] += buried > 0
        sums["duplicated"] += max(0, found - 1)
        sums["buried twice"] += max(0, buried - 1) + (found > 0 and buried > 0)
        if wanted and acked and not found and not buried:
            sums["lost"] += 1
            if sums["lost"] <= MOST_SHOWN:
                self.notes.append(
                    f"{output} lost: client {client} event {number}, {self._when(client, number)}"
                )
        if found > 1 and output == "search" and sums["duplicated"] <= MOST_SHOWN:
            times = f"{found} times, {self._when(client, number)}"
            self.notes.append(f"{output} duplicated: client {client} event {number}, {times}")

    def _when(self, client: int, number: int) -> str:
        moments = [
            f"{time.strftime('%H:%M:%S', time.localtime(moment))}.{int(moment * 1000) % 1000:03d} (events {first} to {end - 1})"
            for moment, who, first, end in self.moments
            if who == client and first <= number < end
        ]
        return f"acknowledged at {', '.join(moments) or 'no time'}"


def _count(counts: bytearray, number: int) -> None:
    if number >= len(counts):
        counts.extend(bytes(max(1000, number + 1 - len(counts))))
    counts[number] = min(255, counts[number] + 1)


def _at(counts: bytearray, number: int) -> int:
    return counts[number] if number < len(counts) else 0
