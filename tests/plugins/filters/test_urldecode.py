"""The urldecode filter: what is no text of the charset, and charsets other than UTF-8."""

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.build import make_plugin

TEXTS = {
    "bytes that are no UTF-8 have the whole text inspected": ("UTF-8", '"a"%FF\t', r"\"a\"\xFF\t"),
    "what is UTF-8 stays": ("UTF-8", '"a"%C3%BC\\', '"a"ü\\'),
    "Latin-1": ("ISO-8859-1", "%FC", "ü"),
    "text is of the charset before it is decoded, too": ("ISO-8859-1", "ü", "Ã¼"),
    "no percent sign and ASCII": ("ISO-8859-1", "a b", "a b"),
}


@pytest.mark.parametrize(("charset", "given", "expected"), TEXTS.values(), ids=TEXTS)
def test_decodes(charset, given, expected):
    urldecode, _ = make_plugin("filter", "urldecode", {"charset": charset}, Context())
    event = Event.from_map({"message": given})
    urldecode.filter(event)
    assert event.top("message") == expected
