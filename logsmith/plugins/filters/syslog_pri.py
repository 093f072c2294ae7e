"""Split the priority number of a syslog message into facility and severity."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.event import Event, FieldRef, Value, to_i
from logsmith.plugins import EcsMode, Example, Filter, Problem, setting

USER_NOTICE = 13  # the priority of a message that carries none (RFC 3164, 4.3.3)
SEVERITY_COUNT = 8

FACILITIES = [
    "kernel", "user-level", "mail", "daemon", "security/authorization", "syslogd", "line printer", "network news",
    "uucp", "clock", "security/authorization", "ftp", "ntp", "log audit", "log alert", "clock",
    "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
]  # fmt: skip
SEVERITIES = ["emergency", "alert", "critical", "error", "warning", "notice", "informational", "debug"]


class SyslogPri(Filter):
    makes_plain_values = True

    syslog_pri_field_name: FieldRef | None = setting(
        None, "The field that holds the priority: `syslog_pri`, in ECS modes `[log][syslog][priority]`."
    )
    use_labels: bool = setting(True, "Also add the names of facility and severity.")
    facility_labels: list[str] = setting(
        FACILITIES, "The names of the facilities, in the order of the codes."
    )
    severity_labels: list[str] = setting(
        SEVERITIES, "The names of the severities, in the order of the codes."
    )
    ecs_compatibility: EcsMode | None = setting(None, "Whether the fields are named as in ECS.")

    examples = (
        Example(
            "adds codes and names of facility and severity",
            config="",
            given={"syslog_pri": "34"},
            expect=[
                {
                    "syslog_pri": "34",
                    "syslog_facility_code": 4,
                    "syslog_facility": "security/authorization",
                    "syslog_severity_code": 2,
                    "syslog_severity": "critical",
                }
            ],
        ),
        Example(
            "takes priority 0 for kernel and emergency, not for a missing one",
            config="use_labels => false",
            given={"syslog_pri": 0},
            expect=[{"syslog_pri": 0, "syslog_facility_code": 0, "syslog_severity_code": 0}],
        ),
        Example(
            "takes a message without a priority for user-level and notice, in ECS's fields",
            config="",
            given={"message": "none"},
            expect=[
                {
                    "message": "none",
                    "log": {
                        "syslog": {
                            "facility": {"code": 1, "name": "user-level"},
                            "severity": {"code": 5, "name": "notice"},
                        }
                    },
                }
            ],
            ecs="v8",
        ),
        Example(
            "tags a priority beyond the last facility",
            config='add_tag => ["read"]',
            given={"syslog_pri": 192},
            expect=[
                {
                    "syslog_pri": 192,
                    "syslog_facility_code": 24,
                    "syslog_severity_code": 0,
                    "tags": ["_syslogpriparsefailure", "read"],
                }
            ],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        self._source = self.syslog_pri_field_name or self.ecs_name("syslog_pri", "[log][syslog][priority]")
        self._facility = self.ecs_name("syslog_facility", "[log][syslog][facility][name]")
        self._facility_code = self.ecs_name("syslog_facility_code", "[log][syslog][facility][code]")
        self._severity = self.ecs_name("syslog_severity", "[log][syslog][severity][name]")
        self._severity_code = self.ecs_name("syslog_severity_code", "[log][syslog][severity][code]")
        return iter(())

    def filter(self, event: Event) -> None:
        facility, severity = divmod(_priority(event.get(self._source)), SEVERITY_COUNT)
        event.set(self._facility_code, facility)
        event.set(self._severity_code, severity)
        if not self.use_labels:
            return
        if facility >= len(self.facility_labels):
            self.metrics.count("failures")
            event.tag("_syslogpriparsefailure")
            return
        if -facility <= len(self.facility_labels):  # a negative code counts from the end, as in Ruby
            event.set(self._facility, self.facility_labels[facility])
        if severity < len(self.severity_labels):
            event.set(self._severity, self.severity_labels[severity])


def _priority(value: Value) -> int:
    if isinstance(value, list):
        return to_i(value[0]) if value else 0
    return USER_NOTICE if value is None or value is False else to_i(value)
