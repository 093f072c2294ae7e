import pytest

from logsmith.elasticsearch.mode import ModeSettings, check_mode, is_data_stream


def mode(wanted="auto", given=(), *, action=None, manage_template=None, is_ecs=True):
    return ModeSettings(
        wanted=wanted, given=given, action=action, manage_template=manage_template, is_ecs=is_ecs
    )


MODES = [
    ("nothing said, with ECS", mode(), True),
    ("nothing said, without ECS", mode(is_ecs=False), False),
    (
        "connection, routing, pipeline, id",
        mode(given={"hosts", "user", "routing", "pipeline", "document_id"}),
        True,
    ),
    ("parts of the name", mode(given={"data_stream_dataset"}), True),
    ("an index", mode(given={"index"}), False),
    ("a template", mode(given={"template_name"}), False),
    ("a lifecycle", mode(given={"ilm_enabled"}), False),
    ("a script", mode(given={"script"}), False),
    ("create", mode(action="create"), True),
    ("update", mode(action="update"), False),
    ("an action from the event", mode(action="%{a}"), False),
    ("a template not managed", mode(manage_template=False), True),
    ("a template managed", mode(manage_template=True), False),
    ("wanted", mode(True), True),
    ("not wanted", mode(False), False),
]


@pytest.mark.parametrize(
    ("settings", "expected"), [case[1:] for case in MODES], ids=[case[0] for case in MODES]
)
def test_the_settings_decide_between_data_streams_and_indices(settings, expected):
    assert is_data_stream(settings) is expected
    assert list(check_mode(settings)) == []


WRONG = [
    (mode(True, {"index", "upsert"}), ["index", "upsert"]),
    (mode(True, action="index"), ["action"]),
    (mode(True, manage_template=True), ["manage_template"]),
    (mode(True, is_ecs=False), ["data_stream"]),
    (mode(False, {"data_stream_type"}), ["data_stream_type"]),
    (mode("auto", {"index", "data_stream_type"}), ["data_stream_type"]),
    (mode("auto", {"data_stream_type"}, is_ecs=False), ["data_stream_type"]),
]


@pytest.mark.parametrize(("settings", "named"), WRONG)
def test_each_contradiction_is_named(settings, named):
    assert [one.setting for one in check_mode(settings)] == named
