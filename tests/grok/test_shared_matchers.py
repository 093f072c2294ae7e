"""What a pipeline uses again is compiled once, and only if it is the same."""

import pytest

from logsmith.grok import GrokError, Library, compile_grok
from logsmith.grok.expansion import MOST_TEXTS, expanded_text

LIBRARY = Library({"ONE": "a+", "TWO": "%{ONE:b}"})


def test_one_expression_over_one_library_is_one_matcher():
    assert compile_grok("%{TWO} x", LIBRARY) is compile_grok("%{TWO} x", LIBRARY)


@pytest.mark.parametrize(
    ("library", "named_captures_only"),
    [(LIBRARY.with_definitions({"ONE": "c+"}), True), (LIBRARY, False)],
)
def test_what_expands_to_something_else_is_another_matcher(library, named_captures_only):
    known = compile_grok("%{TWO} %{ONE}", LIBRARY)
    other = compile_grok("%{TWO} %{ONE}", library, named_captures_only=named_captures_only)
    assert (known.search("a a") is None, other.pattern) == (False, known.pattern)
    assert other.regex.pattern != known.regex.pattern


def test_a_library_with_nothing_laid_over_it_is_itself(tmp_path):
    assert LIBRARY.with_files([]).with_definitions({}).with_files([str(tmp_path)]) is LIBRARY


def test_a_wrong_expression_is_wrong_each_time():
    for _ in range(2):
        with pytest.raises(GrokError, match="THREE"):
            compile_grok("%{THREE}", LIBRARY)


def test_a_library_keeps_so_many_texts_and_no_more():
    library = Library({"ONE": "a"})
    for number in range(MOST_TEXTS + 1):
        expanded_text(f"%{{ONE}}{number}", library)
    assert len(library.texts) == 1
