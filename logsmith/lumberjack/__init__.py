"""The Beats protocol, Lumberjack: frames, both ends of a connection without I/O, and a small client."""

from logsmith.lumberjack.acks import ClientProtocol
from logsmith.lumberjack.client import LumberjackClient, open_client
from logsmith.lumberjack.connection import END_OF_STREAM, NEED_DATA, UNDONE, Connection
from logsmith.lumberjack.frames import Limits, ProtocolError, encode_pairs_window, encode_window
from logsmith.lumberjack.windows import Window

__all__ = [
    "END_OF_STREAM",
    "NEED_DATA",
    "UNDONE",
    "ClientProtocol",
    "Connection",
    "Limits",
    "LumberjackClient",
    "ProtocolError",
    "Window",
    "encode_pairs_window",
    "encode_window",
    "open_client",
]
