"""What can go wrong before a connection carries events."""

from logsmith.errors import LogsmithError


class NetError(LogsmithError):
    """A network setting cannot be put to work."""


class TlsError(NetError):
    """A certificate, a key or a TLS setting is unusable."""


class ListenError(NetError):
    """An address cannot be listened on."""


class IssueError(NetError):
    """A certificate cannot be made as asked."""
