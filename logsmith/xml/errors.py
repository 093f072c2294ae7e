"""The room's exception."""

from __future__ import annotations

from logsmith.errors import LogsmithError


class XmlError(LogsmithError):
    """A text is not the XML it must be, or an XPath expression is none; the message says where or why."""
