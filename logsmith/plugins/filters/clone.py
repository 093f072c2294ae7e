"""Copy an event, once for each name in a list; the copies follow the original."""

from __future__ import annotations

from collections.abc import Iterator

from logsmith.event import Event
from logsmith.plugins import EcsMode, Example, Filter, Problem, setting


class Clone(Filter):
    clones: list[str] = setting(
        [], "A name for each copy, required: it becomes the copy's `type`, or a tag of it with ECS on."
    )
    ecs_compatibility: EcsMode | None = setting(
        None,
        "Whether a copy's name is a tag (v1, v8) or its `type` (disabled); by default as the pipeline has it.",
    )

    examples = (
        Example(
            "tags the copy with its name, and leaves the original alone",
            config='clones => ["archive"] add_field => { "copy" => "yes" }',
            given={"message": "hello"},
            expect=[{"message": "hello"}, {"message": "hello", "tags": ["archive"], "copy": "yes"}],
            ecs="v8",
        ),
        Example(
            "makes the name the type of the copy with ECS off",
            config='clones => ["archive"]',
            given={"message": "hello", "type": "web"},
            expect=[{"message": "hello", "type": "web"}, {"message": "hello", "type": "archive"}],
        ),
        Example(
            "makes as many copies as there are names, in their order",
            config='clones => ["a", "b"] remove_field => ["secret"]',
            given={"n": 1, "secret": "x"},
            expect=[{"n": 1, "secret": "x"}, {"n": 1, "type": "a"}, {"n": 1, "type": "b"}],
        ),
    )

    def prepare(self) -> Iterator[Problem]:
        if "clones" not in self.given:
            yield Problem("clone needs the setting 'clones'", code="missing-setting")
        elif not self.clones:
            yield Problem("no clones are made: the list is empty", "clones", severity="warning")

    def expand(self, event: Event) -> list[Event]:
        return [event, *(self._copy(event, name) for name in self.clones)]

    def _copy(self, event: Event, name: str) -> Event:
        twin = event.clone()
        if self.ecs == "disabled":
            twin.fields["type"] = name
        else:
            known = twin.top("tags")
            listed = known if isinstance(known, list) else [] if known is None else [known]
            twin.fields["tags"] = [*listed, name]
        self.decorate(twin)
        return twin
