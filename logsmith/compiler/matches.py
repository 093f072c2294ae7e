"""Regular expressions of conditions to Python expressions.

A pattern that looks for no more than a few texts becomes calls of text methods; one that begins at a line is not looked for
in the midst of one. Whatever these leave open is decided by the pattern itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith.regex import Regex
from logsmith.regex.shapes import Shape, shape_of, starts_at_line
from logsmith.regex.tree import Alternation, Backref, Call, Conditional, Repeat, walk

if TYPE_CHECKING:
    from logsmith.compiler.code import CodeWriter

FEW_CHOICES = 8  # in a pattern without a real repeat: it tries at most two to this at each place


def match_of(code: CodeWriter, regex: Regex, value: str) -> tuple[str, bool]:
    """Return an expression for whether a text, the value of an expression, matches, and whether that may take long."""
    search = f"{code.bind((regex.re or regex).search, 'search')}({value})"
    shape = shape_of(regex.tree.root)
    if shape is None:
        if regex.re is not None and starts_at_line(regex.tree.root):  # of one line it is the start alone
            search = f"({code.bind(regex.re.match, 'match')}({value}) if '\\n' not in {value} else {search})"
        return f"{search} is not None", may_last(regex)
    test = f"({_test(shape, value)})"
    if not shape.sees_no_lines:
        test = f"({test} or '\\n' in {value} and {search} is not None)"
    if shape.ignores_case:
        test = f"({test} if {value}.isascii() else {search} is not None)"
    return test, search in test and may_last(regex)


def may_last(regex: Regex) -> bool:
    """Say whether a match may take long on a text of any kind; only words and the like surely do not."""
    if regex.re is None:
        return True
    nodes = list(walk(regex.tree.root))
    if any(isinstance(node, (Backref, Call, Conditional)) for node in nodes):
        return True
    repeats = [node for node in nodes if isinstance(node, Repeat)]
    choices = len(repeats) + sum(len(node.branches) > 1 for node in nodes if isinstance(node, Alternation))
    return any(one.most != 1 for one in repeats) or choices > FEW_CHOICES


def _test(shape: Shape, value: str) -> str:
    texts = shape.texts[0] if len(shape.texts) == 1 else shape.texts
    first, other = (f"(w := {value}.lower())", "w") if shape.ignores_case else (value, value)
    if shape.at_start and shape.at_end:
        return f"{first} {'==' if isinstance(texts, str) else 'in'} {texts!r}"
    if shape.at_start or shape.at_end:
        return f"{first}.{'startswith' if shape.at_start else 'endswith'}({texts!r})"
    places = [first, *(other for _ in shape.texts[1:])]
    return " or ".join(f"{text!r} in {place}" for text, place in zip(shape.texts, places, strict=True))
