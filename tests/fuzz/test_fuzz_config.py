"""Pipeline text: any text gives a tree and diagnostics with places in it; conditions compile and run, or are refused."""

from fuzz_target import Target, test_nothing_near_it_does_harm, test_what_is_kept_does_no_harm  # noqa: F401

from logsmith.compiler import compile_pipeline
from logsmith.config import Source, parse
from logsmith.config.errors import ConfigError
from logsmith.config.printer import print_pipeline
from logsmith.event import Event
from logsmith.plugins import Context
from logsmith.regex import budget

TOKENS = (
    "{", "}", "[", "]", "(", ")", "=>", '"', "'", "/", "\\", "#", "\n", "if", "else", "else if", "input", "filter", "output",
    "and", "or", "not in", "in", "=~", "!~", "==", "!", "xor", "nand", "<=", "-", "1", "0x", "1.5", "%{", "${A}", "${A:b}", "[a]",
    "[a][b]", "mutate", "x { }", "if [a] {", "if !(", "[[", '{ "a" => ', "\r\n", "\ufeff", "\u2028", "\x00", "é",
)  # fmt: skip
MEMBERS = {"a": "x", "b": 5, "c": {"d": [1, "e"]}, "f": None, "tags": ["t"], "g": 1.5, "h": "x" * 40}


def check_text(text):
    source = Source("main.conf", text)
    pipeline, diagnostics = parse(source)
    for one in diagnostics:
        assert 0 <= one.span.start <= one.span.end <= len(text)
        assert one.span.line >= 1
        assert one.message
    if not any(one.is_error for one in diagnostics):
        printed = print_pipeline(pipeline)
        again, complaints = parse(Source("main.conf", printed))
        assert not any(one.is_error for one in complaints)
        assert print_pipeline(again) == printed


def check_condition(condition):
    text = "filter { if " + condition + " { drop { } } }"
    try:
        compiled = compile_pipeline([Source("main.conf", text)], Context(), environment={"A": "x"})
    except ConfigError:
        return
    for one in compiled.diagnostics:
        assert 0 <= one.span.start <= one.span.end <= len(text)
    if compiled.pipeline is not None and not compiled.pipeline.outputs:
        with budget.armed(compiled.pipeline.longest_match_s):
            compiled.pipeline.filter([Event.from_map(dict(MEMBERS))])


TARGETS = [Target("config", check_text, TOKENS), Target("condition", check_condition, TOKENS, arms=False)]
