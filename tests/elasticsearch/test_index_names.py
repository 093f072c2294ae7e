import pytest

from logsmith.elasticsearch.naming import why_no_index, why_no_stream_part

BAD = [
    "",
    ".",
    "..",
    "-x",
    "_x",
    "+x",
    "a/b",
    "a\\b",
    "a*",
    "a?",
    'a"b',
    "<x>",
    "a|b",
    "a b",
    "a,b",
    "a#b",
    "a:b",
    "a\nb",
    "a\x00b",
    "a\x85b",
    "x" * 256,
    "é" * 128,
]
GOOD = ["a", "logs-2024.05.06", ".hidden", "é", "x" * 255, "Alias"]


@pytest.mark.parametrize("name", BAD, ids=ascii)
def test_a_name_that_no_server_takes_is_refused_with_the_reason(name):
    assert why_no_index(name).startswith("the index name ")


@pytest.mark.parametrize("name", GOOD)
def test_other_names_are_the_servers_business(name):
    assert why_no_index(name) is None


def test_only_the_user_may_write_date_mathematics():
    assert why_no_index("<logs-{now/d}>", is_fixed=True) is None
    assert why_no_index("<logs-{now/d}>") is not None
    assert why_no_index("<logs-{now/", is_fixed=True) is not None


def test_parts_of_data_streams_have_a_limit_of_their_own():
    assert why_no_stream_part("x" * 100) is None
    assert why_no_stream_part("x" * 101) == "is longer than 100 bytes"
    assert why_no_stream_part("") == "is empty"
    assert why_no_stream_part("a/b") == "contains '/'"
