"""Indices or data streams: which of them the settings mean, and what contradicts it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from logsmith.elasticsearch.errors import Complaint

# Settings that mean nothing to a data stream; all others may stand beside `data_stream => true`
INDEX_ONLY = frozenset(
    [
        "index",
        "template",
        "template_name",
        "template_overwrite",
        "template_api",
        "ilm_enabled",
        "ilm_rollover_alias",
        "ilm_pattern",
        "ilm_policy",
        "version",
        "version_type",
        "script",
        "script_type",
        "script_lang",
        "script_var_name",
        "scripted_upsert",
        "upsert",
        "doc_as_upsert",
        "parent",
        "join_field",
        "document_type",
        "retry_on_conflict",
    ]
)
STREAM_ONLY = frozenset(
    [
        "data_stream_type",
        "data_stream_dataset",
        "data_stream_namespace",
        "data_stream_auto_routing",
        "data_stream_sync_fields",
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeSettings:
    """What decides: `given` are the settings that the user wrote."""

    wanted: bool | Literal["auto"]
    given: Collection[str]
    action: str | None
    manage_template: bool | None
    is_ecs: bool

    def incompatible(self) -> list[str]:
        """Return the settings that no data stream takes."""
        found = sorted(INDEX_ONLY & set(self.given))
        if self.action not in (None, "create"):
            found.append("action")
        if self.manage_template:
            found.append("manage_template")
        return found


def is_data_stream(settings: ModeSettings) -> bool:
    """Return whether events go to data streams."""
    if settings.wanted == "auto":
        return settings.is_ecs and not settings.incompatible()
    return settings.wanted


def check_mode(settings: ModeSettings) -> Iterator[Complaint]:
    """Yield what contradicts the mode."""
    if settings.wanted is True:
        for name in settings.incompatible():
            hint = f"remove {name}, or set data_stream => false"
            yield Complaint(f"the setting {name!r} cannot be used with data streams", name, hint)
        if not settings.is_ecs:
            hint = "set ecs_compatibility => v8, or data_stream => false"
            yield Complaint(
                "data streams need ECS names of fields, and they are switched off", "data_stream", hint
            )
    if is_data_stream(settings):
        return
    for name in sorted(STREAM_ONLY & set(settings.given)):
        why = ", ".join(settings.incompatible()) or (
            "ecs_compatibility" if settings.wanted else "data_stream"
        )
        hint = "set data_stream => true" if not settings.incompatible() else f"remove {name}, or {why}"
        yield Complaint(f"the setting {name!r} is for data streams, but {why} means an index", name, hint)
