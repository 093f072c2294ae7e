"""Which outputs can get the same events: not those in different arms of one branch."""

import itertools

import pytest

from logsmith.compiler import compile_pipeline
from logsmith.compiler.arms import walk_arms
from logsmith.config.parser import parse
from logsmith.config.source import Source
from logsmith.plugins import Context

# The outputs of a pipeline are named by their ids; those in capitals share no event with any other
OUTPUTS = {
    "one": "A",
    "two, side by side": "a b",
    "in two arms": "if [x] { A } else { B }",
    "in three arms": "if [x] { A } else if [y] { B } else { C }",
    "two in one arm": "if [x] { a b } else { C }",
    "in two branches": "if [x] { a } if [y] { b }",
    "one beside a branch": "if [x] { a } else { b } c",
    "deeper in an arm": "if [x] { if [y] { A } else { B } } else { C }",
    "deeper in two arms": "if [x] { if [y] { A } } else { if [y] { B } }",
    "one beside a deeper branch": "if [x] { a if [y] { b } } else { C }",
}


@pytest.mark.parametrize("text", OUTPUTS.values(), ids=OUTPUTS)
def test_an_output_is_alone_if_all_others_are_in_other_arms(text):
    body = "".join(f'null {{ id => "{one}" }}' if one in "abcABC" else one for one in text)
    pipeline = compile_pipeline([Source("a.conf", f"output {{ {body} }}")], Context()).pipeline
    assert {one.id: one.is_alone for one in pipeline.outputs} == {
        one: one.isupper() for one in text if one in "abcABC"
    }


def test_branches_of_two_files_have_numbers_of_their_own():
    branches = itertools.count()
    arms = []
    for name in "ab":
        tree, _ = parse(Source(name, "output { if [x] { if [y] { null { } } } else { null { } } }"))
        arms.append({branch for _, one in walk_arms(tree.sections[0].body, branches) for branch in one})
    assert arms == [{0, 1}, {2, 3}]


def test_outputs_of_two_files_are_side_by_side():
    sources = [Source(f"{name}.conf", "output { if [x] { null { } } }") for name in "ab"]
    pipeline = compile_pipeline(sources, Context()).pipeline
    assert [one.is_alone for one in pipeline.outputs] == [False, False]
