"""Who runs what."""

from types import SimpleNamespace

import pytest

from logsmith.runtime.deal import Wish, count_workers, deal


def pipeline(
    name: str = "main", inputs: str = "", to: str = "", *, is_stateful: bool = False
) -> SimpleNamespace:
    """A pipeline with an input for each letter; capitals are shared, digits are addresses; `to` are such too."""
    made = [
        SimpleNamespace(
            name=letter,
            is_shared=not letter.islower(),
            receives_at=lambda letter=letter: letter if letter.isdigit() else None,
        )
        for letter in inputs
    ]
    outputs = [SimpleNamespace(sends_to=lambda: to)]
    return SimpleNamespace(id=name, inputs=made, outputs=outputs, is_stateful=is_stateful)


COUNTS = [
    ("a shared input is in every worker", Wish(pipeline(inputs="B"), 4), 4),
    ("an input that is not shared is in one", Wish(pipeline(inputs="s"), 4), 1),
    ("several of them are in one each", Wish(pipeline(inputs="stu"), 4), 3),
    ("but in no more than are wanted", Wish(pipeline(inputs="stu"), 2), 2),
    ("a shared one beside them", Wish(pipeline(inputs="sB"), 4), 4),
    ("state is kept in one worker", Wish(pipeline(inputs="B", is_stateful=True), 4), 1),
    ("unless the user says otherwise", Wish(pipeline(inputs="B", is_stateful=True), 4, is_explicit=True), 4),
    ("no input at all", Wish(pipeline(), 4), 1),
]


@pytest.mark.parametrize(("wish", "count"), [case[1:] for case in COUNTS], ids=[case[0] for case in COUNTS])
def test_how_many_workers_a_pipeline_gets(wish, count):
    assert count_workers([wish]) == [count]


def shown(hands: list) -> list[list[str]]:
    return [
        [
            f"{part.pipeline.id}:{part.index}/{part.count}:{''.join(one.name for one in part.inputs)}"
            for part in hand
        ]
        for hand in hands
    ]


DEALS = [
    ("one pipeline", [Wish(pipeline("a", "Bs"), 3)], [["a:0/3:Bs"], ["a:1/3:B"], ["a:2/3:B"]]),
    ("inputs in turn", [Wish(pipeline("a", "Bstu"), 2)], [["a:0/2:Bsu"], ["a:1/2:Bt"]]),
    (
        "two pipelines of one worker do not share a process if there is another",
        [Wish(pipeline("a", "B"), 2), Wish(pipeline("b", "s"), 2), Wish(pipeline("c", "t"), 2)],
        [["a:0/2:B", "b:0/1:s"], ["a:1/2:B", "c:0/1:t"]],
    ),
    (
        "small ones together",
        [Wish(pipeline("a", "s"), 2), Wish(pipeline("b", "t"), 2)],
        [["a:0/1:s", "b:0/1:t"]],
    ),
    (
        "where one sends, the other is",
        [Wish(pipeline("a", "B", "1"), 2), Wish(pipeline("b", "1"), 2)],
        [["a:0/2:B", "b:0/2:1"], ["a:1/2:B", "b:1/2:1"]],
    ),
    (
        "the one with state decides for those it is linked with",
        [
            Wish(pipeline("x", "B"), 2),
            Wish(pipeline("a", "B", "1"), 2),
            Wish(pipeline("b", "1"), 2, is_explicit=True),
            Wish(pipeline("c", "s", "1", is_stateful=True), 2),
        ],
        [["x:0/2:B", "a:0/1:B", "b:0/1:1", "c:0/1:s"], ["x:1/2:B"]],
    ),
    (
        "a receiver is only where its sender is",
        [Wish(pipeline("a", "s", "1"), 4), Wish(pipeline("b", "1", "2"), 4), Wish(pipeline("c", "2"), 4)],
        [["a:0/1:s", "b:0/1:1", "c:0/1:2"]],
    ),
    (
        "a sender that cannot be shared is in one of the receiver's processes",
        [Wish(pipeline("a", "s", "1"), 2), Wish(pipeline("b", "1B"), 2)],
        [["a:0/1:s", "b:0/2:1B"], ["b:1/2:1B"]],
    ),
    (
        "a receiver without a sender has one",
        [Wish(pipeline("a", "1"), 4), Wish(pipeline("b", "B", "9"), 2)],
        [["a:0/1:1", "b:0/2:B"], ["b:1/2:B"]],
    ),
    ("no pipeline", [], []),
]


@pytest.mark.parametrize(("wishes", "hands"), [case[1:] for case in DEALS], ids=[case[0] for case in DEALS])
def test_parts_are_dealt_out(wishes, hands):
    assert shown(deal(wishes)) == hands
