"""What a cluster needs before the first event: a template, and where indices roll over a policy and an alias.

Each step may be repeated: it looks first, and what is there already is left alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

import msgspec

from logsmith.elasticsearch import templates
from logsmith.elasticsearch.answer import Answer
from logsmith.elasticsearch.errors import AnswerError, ElasticsearchError
from logsmith.elasticsearch.server import Server

if TYPE_CHECKING:
    from logsmith.elasticsearch.connection import Connection

DEFAULT_POLICY = "logstash-policy"
# Logstash: the policy that is made if it is missing
_POLICY = {"policy": {"phases": {"hot": {"actions": {"rollover": {"max_size": "50gb", "max_age": "30d"}}}}}}
_TEMPLATE_PATHS = {"legacy": "/_template/", "composable": "/_index_template/"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle:
    """The `ilm_*` settings."""

    alias: str
    pattern: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateSettings:
    """The `template*` settings; `body` is the user's own template."""

    is_ecs: bool
    name: str | None = None
    body: templates.Body | None = None
    overwrite: bool = False
    api: Literal["auto", "legacy", "composable"] = "auto"


async def install_template(
    connection: Connection, server: Server, settings: TemplateSettings, lifecycle: Lifecycle | None
) -> str | None:
    """Install the index template; returns its name, or None if it was there. Raises ElasticsearchError."""
    api = templates.choose_api(settings.api, server)
    body = settings.body or templates.default_template(api, server, is_ecs=settings.is_ecs)
    name = settings.name or ("ecs-logstash" if settings.is_ecs else "logstash")
    if lifecycle is not None:
        body = templates.with_lifecycle(body, alias=lifecycle.alias, policy=lifecycle.policy)
        name = settings.name or lifecycle.alias
    target = _TEMPLATE_PATHS[api] + quote(name, safe="")
    if not settings.overwrite and await _exists(connection, target):
        return None
    await _put(connection, target, body)
    return name


async def ensure_stream_template(connection: Connection, kind: str) -> str | None:
    """Install a template for data streams of a kind; returns its name, or None if the server has one."""
    listed = (await connection.request("GET", connection.below("/_index_template"))).checked().json()
    for one in listed.get("index_templates", []):
        found = one.get("index_template", {})
        if "data_stream" in found and templates.covers(found.get("index_patterns", []), kind):
            return None
    name = f"logsmith-{kind}"
    await _put(connection, f"/_index_template/{name}", templates.data_stream_template(kind))
    return name


async def ensure_lifecycle(connection: Connection, lifecycle: Lifecycle) -> None:
    """Make sure that the policy exists, and the alias with its first index; raises ElasticsearchError."""
    policy = "/_ilm/policy/" + quote(lifecycle.policy, safe="")
    if not await _exists(connection, policy, method="GET"):
        if lifecycle.policy != DEFAULT_POLICY:
            raise ElasticsearchError(
                f"the policy ilm_policy => {lifecycle.policy!r} does not exist on the server"
            )
        await _put(connection, policy, _POLICY)
    if await _exists(connection, "/_alias/" + quote(lifecycle.alias, safe="")):
        return
    first_index = quote(f"<{lifecycle.alias}-{lifecycle.pattern}>", safe="")
    answer = await _send(
        connection, f"/{first_index}", {"aliases": {lifecycle.alias: {"is_write_index": True}}}
    )
    if answer.error_type() == "resource_already_exists_exception":
        return  # another worker was faster
    answer.checked()


async def _exists(connection: Connection, target: str, *, method: Literal["HEAD", "GET"] = "HEAD") -> bool:
    answer = await connection.request(method, connection.below(target))
    if answer.status == 404:
        return False
    answer.checked()
    return True


async def _put(connection: Connection, target: str, body: templates.Body) -> None:
    (await _send(connection, target, body)).checked()


async def _send(connection: Connection, target: str, body: templates.Body) -> Answer:
    return await connection.request("PUT", connection.below(target), msgspec.json.encode(body))


def is_worth_retrying(error: ElasticsearchError) -> bool:
    """Return whether the same step may succeed later without anybody's doing."""
    return not isinstance(error, AnswerError) or error.status == 429 or error.status >= 500
