"""The grammar at the head of `logsmith/config/parser.py`, run as it stands: the oracle of what is accepted.

An expression is a function from (text, offset) to the offset behind what it matched, or None.
"""

import re
from functools import lru_cache


def rule(expression):
    return lru_cache(maxsize=None)(expression)


def token(pattern):
    compiled = re.compile(pattern)

    def match(text, at):
        found = compiled.match(text, at)
        return found.end() if found else None

    return match


def seq(*parts):
    def match(text, at):
        for part in parts:
            at = part(text, at)
            if at is None:
                return None
        return at

    return match


def first(*choices):
    def match(text, at):
        return next((end for end in (choice(text, at) for choice in choices) if end is not None), None)

    return match


def maybe(part):
    return first(part, token(""))


def many(part):
    def match(text, at):
        while (end := part(text, at)) is not None and end > at:
            at = end
        return at

    return match


def later(name):
    return lambda text, at: RULES[name](text, at)  # noqa: PLW0108  # the rule is defined later


def listed(part, comma):
    return maybe(seq(part, many(seq(comma, part))))


_ = rule(many(first(token(r"#[^\r\n]*(?:\r?\n|\Z)"), token(r"[ \t\r\n]+"))))
ws = token(r"[ \t\r\n]+")
string = rule(first(token(r"\"(?:\\\"|[^\"])*+\""), token(r"'(?:\\'|[^'])*+'")))
name = first(token(r"[A-Za-z0-9_-]+"), string)
bareword = token(r"[A-Za-z_][A-Za-z0-9_]+")
number = token(r"-?[0-9]+(?:\.[0-9]*)?")
selector = token(r"(?:\[[^\[\],]+\])+")
regex = token(r"/(?:\\/|[^/])*+/")
value, rvalue, condition = later("value"), later("rvalue"), later("condition")
statement, body = later("statement"), later("body")

comma = seq(_, token(","), _)
attribute = seq(name, _, token("=>"), _, value)
entry = seq(first(number, bareword, string), _, token("=>"), _, value)
array = seq(token(r"\["), _, listed(value, comma), _, token(r"\]"))
hash_ = seq(token("{"), _, listed(entry, _), _, token("}"))
plugin = rule(seq(name, _, token("{"), _, listed(attribute, seq(ws, _)), _, token("}")))
call = seq(bareword, _, token(r"\("), _, listed(rvalue, comma), _, token(r"\)"))
inside = seq(token(r"\("), _, condition, _, token(r"\)"))
expression = first(
    inside,
    seq(token("!"), _, inside),
    seq(token("!"), _, selector),
    seq(rvalue, _, token("in"), _, rvalue),
    seq(rvalue, _, token("not "), _, token("in"), _, rvalue),
    seq(rvalue, _, token("==|!=|<=|>=|<|>"), _, rvalue),
    seq(rvalue, _, token("=~|!~"), _, first(string, regex)),
    rvalue,
)
if_ = seq(token("if"), _, condition, _, body)
branch = seq(if_, many(seq(_, token("else"), _, if_)), maybe(seq(_, token("else"), _, body)))
section = seq(token("input|filter|output"), _, body)

RULES = {
    "value": rule(first(plugin, bareword, string, number, array, hash_)),
    "rvalue": rule(first(string, number, selector, array, call, regex)),
    "condition": rule(seq(expression, many(seq(_, token("and|or|xor|nand"), _, expression)))),
    "statement": rule(first(branch, plugin)),
    "body": rule(seq(token("{"), _, many(seq(statement, _)), token("}"))),
}

file = seq(many(seq(_, section)), _)


def accepts(text):
    """Tell whether Logstash's grammar accepts a text."""
    end = file(text, 0)
    for cached in (*RULES.values(), _, string, plugin):
        cached.cache_clear()
    return end == len(text)
