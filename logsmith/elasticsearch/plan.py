"""What is written where, from the settings that say so: indices or data streams, templates, actions."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from logsmith.elasticsearch import checks
from logsmith.elasticsearch.actions import Actions, ActionSettings
from logsmith.elasticsearch.cluster import ClusterSettings, Ready
from logsmith.elasticsearch.destination import IndexDestination, StreamDestination, StreamSettings
from logsmith.elasticsearch.errors import Complaint, ElasticsearchError
from logsmith.elasticsearch.ids import OwnIds
from logsmith.elasticsearch.mode import STREAM_ONLY, ModeSettings, check_mode, is_data_stream
from logsmith.elasticsearch.setup import Lifecycle, TemplateSettings
from logsmith.event import Sprintf

if TYPE_CHECKING:
    from logsmith.elasticsearch.templates import Body


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSettings:
    """The settings of these names; `given` are the names that the user wrote."""

    given: Collection[str]
    ecs: Literal["disabled", "v1", "v8"]
    index: Sprintf | None
    data_stream: bool | Literal["auto"]
    ilm_enabled: bool | Literal["auto"]
    ilm_rollover_alias: str | None
    ilm_pattern: str
    ilm_policy: str
    manage_template: bool | None
    template: Path | None
    template_name: str | None
    template_overwrite: bool
    template_api: Literal["auto", "legacy", "composable"]
    dlq_on_failed_indexname_interpolation: bool
    retry_initial_interval: float
    retry_max_interval: float


class Plan:
    """The settings, checked: `complaints` is what is wrong; without errors, what to set up and to send."""

    def __init__(self, settings: PlanSettings, actions: ActionSettings, stream: StreamSettings) -> None:
        self._settings, self._stream = settings, stream
        self._is_ecs = settings.ecs != "disabled"
        self._mode = ModeSettings(
            wanted=settings.data_stream,
            given=settings.given,
            action=None if actions.action is None else actions.action.text,
            manage_template=settings.manage_template,
            is_ecs=self._is_ecs,
        )
        self._is_stream = is_data_stream(self._mode)
        self._actions = actions
        self._name = "ecs-logstash" if self._is_ecs else "logstash"
        self._daily_index = self._name + "-%{+yyyy.MM.dd}"
        self._index = settings.index or Sprintf.parse(self._daily_index)
        self._template: Body | None = None
        self.complaints = list(self._check())

    def cluster_settings(self) -> ClusterSettings:
        """Return what the cluster shall have before the first event."""
        settings = self._settings
        return ClusterSettings(
            wants_streams=self._wants_streams(),
            stream_type=self._stream.data_stream_type,
            wants_lifecycle=settings.ilm_enabled,
            lifecycle=self._lifecycle(),
            manages_template=settings.manage_template is not False,
            template=self._template_settings(),
            daily_index=self._daily_index if self._has_default_index else "",
            first_pause_s=settings.retry_initial_interval,
            longest_pause_s=settings.retry_max_interval,
        )

    def make_actions(
        self, ready: Ready, warn: Callable[[str], None], ids: OwnIds | None = None, *, is_alone: bool = False
    ) -> Actions:
        """Return what makes the lines of events for a cluster that is ready."""
        if ready.is_stream:
            create = replace(self._actions, action=Sprintf.parse("create"))
            return Actions(create, StreamDestination(self._stream, warn), warn, ids, is_alone=is_alone)
        index = self._index if ready.lifecycle is None else Sprintf.parse(ready.lifecycle.alias)
        settings = replace(
            self._actions,
            document_type=self._actions.document_type if ready.server.takes_types else None,
            takes_metadata_index=index.text == self._daily_index,
        )
        refuses_unfilled = self._settings.dlq_on_failed_indexname_interpolation
        return Actions(
            settings, IndexDestination(index, refuses_unfilled=refuses_unfilled), warn, ids, is_alone=is_alone
        )

    @property
    def _has_default_index(self) -> bool:
        return self._index.text == self._daily_index

    def _wants_streams(self) -> bool | Literal["auto"]:
        if not self._is_stream:
            return False
        # Logstash: insists on them; without a word about them, a server that has none gets indices instead
        return "auto" if self._mode.wanted == "auto" and not STREAM_ONLY & set(self._settings.given) else True

    def _lifecycle(self) -> Lifecycle | None:
        settings = self._settings
        alias = settings.ilm_rollover_alias or self._name
        # Logstash: a lifecycle is for the default index, or for whoever names an alias
        if not self._has_default_index and alias == self._name:
            return None
        return Lifecycle(alias=alias, pattern=settings.ilm_pattern, policy=settings.ilm_policy)

    def _template_settings(self) -> TemplateSettings:
        settings = self._settings
        return TemplateSettings(
            is_ecs=self._is_ecs,
            name=settings.template_name,
            body=self._template,
            overwrite=settings.template_overwrite,
            api=settings.template_api,
        )

    def _check(self) -> Iterator[Complaint]:
        settings = self._settings
        yield from check_mode(self._mode)
        yield from checks.check_actions(self._actions)
        if self._is_stream:
            yield from checks.check_stream(self._stream)
        else:
            yield from checks.check_index(self._index)
            yield from checks.check_alias(settings.ilm_rollover_alias or self._name, settings.given)
        if settings.template is not None:
            try:
                self._template = checks.read_template(settings.template)
            except ElasticsearchError as error:
                yield Complaint(str(error), "template")
