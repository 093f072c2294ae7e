"""The Beats protocol, Lumberjack: frames, the server's end and the client's end, without I/O, and a small client."""

from logsmith.lumberjack.client import LumberjackClient, open_client
from logsmith.lumberjack.connection import END_OF_STREAM, NEED_DATA, Connection, Window
from logsmith.lumberjack.frames import Limits, ProtocolError

__all__ = [
    "END_OF_STREAM",
    "NEED_DATA",
    "Connection",
    "Limits",
    "LumberjackClient",
    "ProtocolError",
    "Window",
    "open_client",
]
