"""Small is the most visible quality: modules and functions stay within their limits."""

import ast
from pathlib import Path

import pytest

import logsmith

MOST_LINES_OF_A_MODULE = 400
MOST_LINES_OF_A_FUNCTION = 60
FORBIDDEN_NAMES = {"util", "utils", "helper", "helpers", "common", "misc", "base", "core"}

MODULES = sorted(Path(logsmith.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_fits_in_the_head(path):
    text = path.read_text()
    assert text.count("\n") <= MOST_LINES_OF_A_MODULE
    assert path.stem not in FORBIDDEN_NAMES
    functions = [
        node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    long = {
        one.name: one.end_lineno - one.lineno + 1
        for one in functions
        if one.end_lineno - one.lineno >= MOST_LINES_OF_A_FUNCTION
    }
    assert not long
