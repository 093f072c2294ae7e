"""Logstash's monitoring API: what a node is, what it counted, whether it is well."""

from logsmith.errors import LogsmithError


class ApiError(LogsmithError):
    """The API cannot be offered as asked."""
