"""Field references: what a text names, what is none, and how brackets inside names are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logsmith.event import FieldRef, FieldReferenceError
from logsmith.event.fieldref import use_escape_style

PATHS = {
    "a": ("a",),
    "a.b": ("a.b",),
    "": ("",),
    "[a]": ("a",),
    "[a][b]": ("a", "b"),
    "[[a]][b]": ("a", "b"),
    "[[a][b]]": ("a", "b"),
    "[[a][b]][c]": ("a", "b", "c"),
    "[a b][%{c}]": ("a b", "%{c}"),
    "[a][0]": ("a", "0"),
}
NONE = (
    *("[", "]", "[]", "[a", "a]", "a[b]", "[a]b", "[a][]", "[]b[]", "[a]]", "[[a]", "]["),
    *("[[a]b]", "[[a][b]c]", "[[a][b]c][d]", "[[a] [b]]"),  # text behind a fragment, inside of another
)


@pytest.mark.parametrize(("text", "path"), PATHS.items(), ids=repr)
def test_names_a_path(text, path):
    ref = FieldRef.parse(text)
    assert (ref.path, ref.in_metadata) == (path, False)


@pytest.mark.parametrize("text", NONE)
def test_is_no_reference(text):
    with pytest.raises(FieldReferenceError, match="Invalid FieldReference"):
        FieldRef.parse(text)


METADATA = {"[@metadata]": (), "@metadata": (), "[@metadata][a]": ("a",), "[[@metadata][a]]": ("a",)}


@pytest.mark.parametrize(("text", "path"), METADATA.items(), ids=repr)
def test_names_metadata(text, path):
    ref = FieldRef.parse(text)
    assert (ref.path, ref.in_metadata, ref.top) == (path, True, None)


def test_only_one_key_of_the_event_itself_is_a_top_level_field():
    assert [FieldRef.parse(text).top for text in ("a", "[a]", "[a][b]", "[@metadata][a]")] == [
        "a",
        "a",
        None,
        None,
    ]


def test_references_to_the_same_field_are_equal_however_they_are_written():
    assert FieldRef.parse("a") == FieldRef.parse("[a]")
    assert hash(FieldRef.parse("a")) == hash(FieldRef.parse("[a]"))
    assert FieldRef.parse("[@metadata][a]") != FieldRef.parse("a")


ESCAPED = {
    "percent, brackets": ("percent", "[a%5B0%5D]", ("a[0]",)),
    "percent, a lower-case escape stays": ("percent", "[a%5b]", ("a%5b",)),
    "ampersand, brackets": ("ampersand", "[a&#91;0&#93;]", ("a[0]",)),
    "none": ("none", "[a%5B0%5D&#91;]", ("a%5B0%5D&#91;",)),
}


@pytest.mark.parametrize(("style", "text", "path"), ESCAPED.values(), ids=ESCAPED)
def test_escapes_of_style(style, text, path):
    use_escape_style(style)
    try:
        assert FieldRef.parse(text).path == path
    finally:
        use_escape_style("none")


names = st.text(st.characters(exclude_characters="[]", exclude_categories=["Cs"]), min_size=1, max_size=5)


@given(st.lists(names, min_size=1, max_size=4).filter(lambda path: path[0] != "@metadata"))
def test_a_path_in_brackets_is_read_as_it_is(path):
    assert FieldRef("".join(f"[{name}]" for name in path)).path == tuple(path)


@given(st.text("[]ab@", max_size=12))
def test_any_text_is_a_reference_or_refused(text):
    try:
        FieldRef(text)
    except FieldReferenceError:
        assert "[" in text or "]" in text
