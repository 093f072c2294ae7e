"""What the log says of connections that were closed, and how often."""

import pytest

from logsmith.beats.complaints import MAX_LINES, SAME_COMPLAINT_EVERY_S, Complaints
from logsmith.lumberjack import ProtocolError
from logsmith.net.tlsstream import HandshakeError
from tests.beats.serving import Lines

PEER = "192.0.2.1"


class Written:
    """Complaints with a log, counters and a clock that is set by hand."""

    def __init__(self):
        self.log, self.counted, self.now = Lines(), [], 0.0
        self._complaints = Complaints(self.log, self.counted.append, lambda: self.now)

    def add(self, error, peer=PEER):
        self._complaints.add(peer, ExceptionGroup("", [ExceptionGroup("", [error])]))

    @property
    def lines(self):
        return self.log.lines


@pytest.fixture
def written():
    return Written()


def test_a_protocol_error_is_one_line_whatever_numbers_are_in_it(written):
    for number in range(1000):
        written.add(ProtocolError("length", f"expected at most 10 bytes, got {number}"))
    assert [facts["reason"] for _, facts in written.lines] == ["expected at most 10 bytes, got 0"]
    assert written.counted == ["closed.length"] * 1000


def test_what_was_held_back_is_told_after_a_minute(written):
    for _ in range(5):
        written.add(HandshakeError("the peer does not speak TLS"))
    written.now += SAME_COMPLAINT_EVERY_S
    written.add(HandshakeError("the peer does not speak TLS"))
    assert [facts["repeated"] for _, facts in written.lines] == [0, 4]


def test_another_reason_of_a_handshake_is_another_line(written):
    written.add(HandshakeError("the peer sent no client certificate"))
    written.add(HandshakeError("the peer's certificate has expired"))
    assert len(written.lines) == 2


def test_a_thousand_peers_are_as_many_lines_as_are_allowed_and_a_sum(written):
    for number in range(1000):
        written.add(
            ProtocolError("version", "expected version '1' or '2'"),
            peer=f"10.0.{number // 256}.{number % 256}",
        )
    assert len(written.lines) == MAX_LINES
    written.now += SAME_COMPLAINT_EVERY_S
    written.add(ProtocolError("version", "expected version '1' or '2'"))
    assert written.lines[MAX_LINES] == (
        "further connections were closed by this end",
        {"not_logged": 1000 - MAX_LINES},
    )
    assert len(written.lines) == MAX_LINES + 2


def test_a_health_check_is_no_line(written):
    written.add(HandshakeError("the peer closed the connection during the handshake"))
    assert written.lines == []
    assert written.counted == []
