"""The Common Event Format of ArcSight: its names, its text, its times."""

from logsmith.cef.line import CefError, CefLine, header_text, key_text, parse_line, unquoted, value_text
from logsmith.cef.names import Device, ecs_names, full_names, names_to_write, time_fields
from logsmith.cef.times import TimeReader, find_named_zone

__all__ = [
    "CefError",
    "CefLine",
    "Device",
    "TimeReader",
    "ecs_names",
    "find_named_zone",
    "full_names",
    "header_text",
    "key_text",
    "names_to_write",
    "parse_line",
    "time_fields",
    "unquoted",
    "value_text",
]
