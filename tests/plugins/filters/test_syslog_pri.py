"""The syslog_pri filter: priorities that are none, and those beyond the names."""

import pytest

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.build import make_plugin

PRIORITIES = {
    "false is no priority": (False, (1, "user-level", 5, "notice")),
    "null is none": (None, (1, "user-level", 5, "notice")),
    "a text that is no number": ("high", (0, "kernel", 0, "emergency")),
    "the first of an array": (["34", "0"], (4, "security/authorization", 2, "critical")),
    "an empty array": ([], (0, "kernel", 0, "emergency")),
    "a negative one counts from the end": (-1, (-1, "local7", 7, "debug")),
    "one beyond the other end has no name": (-200, (-25, "(none)", 0, "emergency")),
}


@pytest.mark.parametrize(("priority", "expected"), PRIORITIES.values(), ids=PRIORITIES)
def test_reads_a_priority(priority, expected):
    syslog_pri, _ = make_plugin("filter", "syslog_pri", {}, Context(ecs="disabled"))
    event = Event.from_map({"syslog_pri": priority})
    syslog_pri.filter(event)
    names = ("syslog_facility_code", "syslog_facility", "syslog_severity_code", "syslog_severity")
    assert tuple(event.fields.get(name, "(none)") for name in names) == expected
