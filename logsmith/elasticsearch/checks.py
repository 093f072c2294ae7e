"""What is wrong across settings: found before a pipeline runs, so that no server need refuse it for ever."""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

import msgspec

from logsmith.elasticsearch.actions import ACTIONS, EXTERNAL_VERSIONS, ActionSettings
from logsmith.elasticsearch.destination import PARTS, StreamSettings
from logsmith.elasticsearch.errors import Complaint, ElasticsearchError
from logsmith.elasticsearch.naming import why_no_index, why_no_stream_part
from logsmith.elasticsearch.templates import Body
from logsmith.event import Sprintf

_NEVER_REFUSED = frozenset({200, 201, 400, 404, 409})
_PLACE = re.compile(r"%\{[^}]*\}+")


def check_actions(settings: ActionSettings) -> Iterator[Complaint]:
    """Yield what is wrong with the settings of actions."""
    action = None if settings.action is None else settings.action.static
    if action is not None and action not in ACTIONS:
        yield Complaint(f"expected one of {', '.join(ACTIONS)}, got {action!r}", "action")
    if action in ("update", "delete") and settings.document_id is None:
        yield Complaint(f"the action {action} needs a document_id", "action", "add document_id => …")
    if settings.update.doc_as_upsert and settings.update.scripted_upsert:
        yield Complaint(
            "doc_as_upsert and scripted_upsert exclude each other", "doc_as_upsert", "remove one of them"
        )
    if settings.parent is not None and settings.join_field is None:
        yield Complaint("a parent needs a join_field since Elasticsearch 7", "parent", "add join_field => …")
    if settings.update.script_type == "file":
        hint = "store the script in the cluster, and set script_type => indexed"
        yield Complaint("scripts in files are gone since Elasticsearch 6", "script_type", hint)
    if settings.document_type is not None:
        hint = "remove it; only Elasticsearch 7 is still told"
        yield Complaint("types of documents are deprecated", "document_type", hint, "warning")
    yield from _check_version(settings, action)


def _check_version(settings: ActionSettings, action: str | None) -> Iterator[Complaint]:
    if settings.version_type == "force":
        yield Complaint(
            "version_type force is gone since Elasticsearch 6", "version_type", "use external_gte"
        )
    elif settings.version_type in EXTERNAL_VERSIONS and settings.version is None:
        yield Complaint(
            f"version_type {settings.version_type} needs a version", "version_type", "add version => …"
        )
    if settings.version is None:
        return
    if action in ("create", "update"):
        yield Complaint(
            f"the action {action} takes no version", "version", "remove it, or use the action index"
        )
    elif settings.version_type not in (*EXTERNAL_VERSIONS, "force"):
        hint = "add version_type => external"
        yield Complaint("a version of Elasticsearch's own counting cannot be set since 7", "version", hint)


def check_index(index: Sprintf) -> Iterator[Complaint]:
    """Yield why an index can never have this name, as far as it does not depend on events."""
    name = index.text if index.static is not None else _PLACE.sub("x", index.text)
    reason = why_no_index(name, is_fixed=index.static is not None)
    if reason is not None:
        yield Complaint(reason, "index")
    elif name.lower() != name and index.unfinished is None:
        hint = "write it in lower case"
        yield Complaint(
            "an index cannot have upper-case letters, only an alias can", "index", hint, "warning"
        )


def check_stream(settings: StreamSettings) -> Iterator[Complaint]:
    """Yield what is wrong with the name of the data stream."""
    for part in PARTS:
        text = str(settings.parts()[part])
        reason = why_no_stream_part(text)
        if reason is not None:
            yield Complaint(f"{text!r} {reason}", f"data_stream_{part}")


def check_codes(codes: Iterable[int]) -> Iterator[Complaint]:
    """Yield the codes whose fate is settled without `dlq_custom_codes`."""
    for code in sorted(_NEVER_REFUSED & set(codes)):
        yield Complaint(f"the fate of {code} cannot be changed", "dlq_custom_codes", f"remove {code}")


def check_alias(alias: str, given: Collection[str]) -> Iterator[Complaint]:
    """Yield what is wrong with the rollover alias."""
    if "%{" in alias:
        hint = "name one alias; events cannot choose it"
        yield Complaint("a rollover alias is no sprintf", "ilm_rollover_alias", hint)
    elif "ilm_rollover_alias" in given and "index" in given:
        hint = "remove index, or set ilm_enabled => false"
        yield Complaint("events go to ilm_rollover_alias, index has no effect", "index", hint, "warning")


def read_template(path: Path) -> Body:
    """Return the template in a user's file; raises ElasticsearchError if there is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Body)
    except OSError as error:
        raise ElasticsearchError(f"the template {path} cannot be read: {error.strerror}") from None
    except msgspec.MsgspecError as error:
        raise ElasticsearchError(f"the template {path} is no JSON object: {error}") from None
