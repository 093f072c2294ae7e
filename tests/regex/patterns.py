"""Random patterns in Ruby's dialect, of what the engines and the rewriting treat differently, and texts for them."""

from hypothesis import strategies as st

ATOMS = [
    "a",
    "b",
    "ab",
    ".",
    r"\w",
    r"\d",
    "[ab]",
    "[^a]",
    r"\b",
    r"\B",
    "^",
    "$",
    r"\A",
    r"\z",
    r"\Z",
    r"\s",
    r"\n",
]
ATOMS += ["é", r"\h", "-", "1", '[^"a]', "[^é]"]
GROUPS = ["(?:%s)", "(%s)", "(?>%s)", "(?=%s)", "(?!%s)", "(?i:%s)", "(?m:%s)", "(?-m:%s)", "(?i)%s"]
SETS = [
    "[[:alpha:]&&[^b]]",
    "[a-c&&[^b]]",
    "[^[:space:]]",
    r"(?<=a|bb)",
    r"(?<!b)",
    "(?!ab)",
    "(?![0-9])",
    "a|b",
    "a|ab",
]
QUANTIFIERS = [
    "",
    "",
    "",
    "",
    "*",
    "+",
    "?",
    "*?",
    "+?",
    "??",
    "{2}",
    "{1,2}",
    "{,2}",
    "*+",
    "++",
    "?+",
    "{1,2}?",
    "{2}?",
]
REPEATED = ["a", "b", ".", r"\w", "[ab]", "[^b]", "-", "(?:ab)", "(?:a|b)", "(?:-|[-a]+)", "(?:aa|a*)"]

atoms = st.sampled_from(ATOMS + SETS)
quantified = st.builds("".join, st.tuples(st.sampled_from(REPEATED), st.sampled_from(QUANTIFIERS)))
patterns = st.recursive(
    st.lists(atoms | quantified, min_size=1, max_size=4).map("".join),
    lambda inner: st.builds(
        lambda group, body, times, more: group % body + times + more,
        st.sampled_from(GROUPS), inner, st.sampled_from(["", "", "", "?", "*", "{1,2}", "??"]), quantified,
    ),
    max_leaves=4,
)  # fmt: skip
texts = st.text(alphabet='aabbAB \nc1é-"', max_size=9)
