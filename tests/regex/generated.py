"""Texts made from a pattern's tree, which mostly match it, and the same texts damaged, which mostly do not."""

from logsmith.regex.tree import (
    Alternation,
    Atomic,
    Capture,
    CharSet,
    Conditional,
    Dot,
    Literal,
    Repeat,
    Sequence,
)

PRINTABLE = range(0x20, 0x7F)


def text_for(node, random):
    """Return a text that the node may match; look-arounds and references are taken for empty."""
    match node:
        case Literal(char):
            return char
        case CharSet(ranges, negated):
            inside = [
                code for code in PRINTABLE if any(low <= code <= high for low, high in ranges) != negated
            ]
            return chr(random.choice(inside)) if inside else chr(ranges[0][0])
        case Dot():
            return random.choice("az09 -")
        case Sequence(items):
            return "".join(text_for(item, random) for item in items)
        case Alternation(branches):
            return text_for(random.choice(branches), random)
        case Capture(_, body) | Atomic(body):
            return text_for(body, random)
        case Repeat(body, least, most):
            times = random.randint(least, min(least + 2, least + 2 if most is None else most))
            return "".join(text_for(body, random) for _ in range(times))
        case Conditional(_, yes, _):
            return text_for(yes, random)
    return ""


def damaged(text, random):
    """Return the text with a piece taken out or another put in."""
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(["", "\n", '"', "é", " "]) + text[at + random.randint(0, 3) :]
