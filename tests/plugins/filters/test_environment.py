"""What environment does beyond its example."""

from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.plugins.filters.environment import Environment


def test_variables_go_to_the_metadata_and_null_where_there_is_none(monkeypatch):
    monkeypatch.setenv("SITE", "north")
    monkeypatch.delenv("NOWHERE", raising=False)
    one = Environment(Context(), {"add_metadata_from_env": {"site": "SITE", "gone": "NOWHERE"}})
    assert list(one.prepare()) == []
    event = Event({"message": "m"})
    assert one.filter(event) is None
    assert event.metadata == {"site": "north", "gone": None}
    assert event.to_map() == {"message": "m"}


def test_a_name_that_is_no_field_is_found_at_the_start():
    one = Environment(Context(), {"add_metadata_from_env": {"a[": "SITE"}})
    assert [problem.setting for problem in one.prepare()] == ["add_metadata_from_env"]
