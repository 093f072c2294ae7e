"""What kv does beyond its examples."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from logsmith.compiler.code import CodeWriter
from logsmith.event import Event, FieldRef
from logsmith.plugins import Context
from logsmith.plugins.filters.kv import Kv
from logsmith.plugins.quick_pairs import AT_ONCE, MAX_QUICK, even_reader, find_none, quick_scanner, signs_of
from logsmith.regex import budget, compile_ruby


def kv(message, fields=None, **settings):
    """What is read from a message, the same by way of a call as by the code that is emitted."""
    called = read(message, fields, is_emitted=False, **settings)
    assert read(message, fields, is_emitted=True, **settings) == called
    return dict(called)


def read(message, fields=None, *, is_emitted, is_quick=True, **settings):
    one = Kv(Context(), settings)
    assert list(one.prepare()) == []
    if not is_quick:
        one._find_rows = one._read_even = find_none
    event = Event({"message": message, **(fields or {})})
    with budget.armed(one.longest_match_s):
        if is_emitted:
            emitted(one)(event, event.fields)
        else:
            one.filter(event)
    return [pair for pair in event.to_map().items() if pair[0] not in ("message", *(fields or {}))]


def emitted(one):
    code = CodeWriter()
    with code.block("def run(event, fields)"):
        one.emit(code)
    return code.load("t.conf")["run"]


@pytest.mark.parametrize(
    ("message", "settings", "expected"),
    [
        ("a=1 b = 2", {}, {"a": "1", "b": "2"}),
        ("a= b=2", {"whitespace": "strict"}, {"b": "2"}),
        ("a= b=2", {"whitespace": "strict", "allow_empty_values": True}, {"a": "", "b": "2"}),
        (r"a=x\ y b=1", {}, {"a": r"x\ y", "b": "1"}),
        ('a="x y" b=[1 2] c=<>', {}, {"a": "x y", "b": "1 2"}),
        ("a=[1 2]", {"include_brackets": False}, {"a": "[1"}),
        ("a=ab a=b a=c", {"allow_duplicate_values": False}, {"a": ["ab", "c"]}),
        ("a=1|b=2,c=3", {"field_split": "|,"}, {"a": "1", "b": "2", "c": "3"}),
        ("a=(b=1 c=2)", {"recursive": True, "prefix": "x_"}, {"x_a": {"x_b": "1", "x_c": "2"}}),
        (
            "A_b=<Xy>",
            {"trim_value": "<>", "remove_char_key": "_", "transform_key": "lowercase"},
            {"ab": "Xy"},
        ),
        ('a="x1\nx2"', {"trim_value": "x"}, {"a": "1\n2"}),
        ("a=1 b=2 c=3", {"include_keys": ["a", "b"], "exclude_keys": ["b"]}, {"a": "1"}),
        ("b=2", {"default_keys": {"a": "0", "b": "0"}, "prefix": "p"}, {"a": "0", "b": "0", "pb": "2"}),
        ("a b => 1&c=>2", {"field_split_pattern": "&", "value_split_pattern": "=>"}, {"a b": "1", "c": "2"}),
        (["a=1", "a=2"], {}, {"a": ["1", "2"]}),
        (["a=1", None, "b=2"], {}, {"a": "1", "b": "2"}),
        (["a=1", 5], {"default_keys": {"b": "0"}}, {"tags": ["_kv_filter_error"]}),
        ("a: x\ny b:z", {"value_split_pattern": ":\\s*"}, {"a": "x\ny", "b": "z"}),
        ("a=x\ny;b=z", {"field_split_pattern": ";"}, {"a": "x", "b": "z"}),
        ("a=();b=1", {"field_split_pattern": "(;)", "allow_empty_values": True}, {"a": ";", "b": "1"}),
        (
            "\u03a3=\u0391\u03a3",
            {"transform_key": "lowercase", "transform_value": "capitalize"},
            {"\u03c3": "\u0391\u03c3"},
        ),
        (5, {}, {}),
        (None, {"default_keys": {"a": "0"}}, {"a": "0"}),
        ("a=1 x[y=2 b=3", {}, {"a": "1", "tags": ["_kv_filter_error"]}),
        ("[n][m]=1", {}, {"n": {"m": "1"}}),
    ],
)
def test_pairs_are_read_as_in_logstash(message, settings, expected):
    assert kv(message, **settings) == expected


def test_pairs_nested_too_deeply_are_a_failure():
    assert kv("a=" * 2000 + "1", recursive=True) == {"tags": ["_kv_filter_error"]}


def test_keys_and_prefix_are_filled_from_the_event():
    found = kv("a=1 b=2", {"only": "b"}, include_keys=["%{only}"], prefix="%{only}_")
    assert found == {"b_b": "2"}


def test_a_search_that_takes_too_long_sets_nothing_and_tags():
    message = "foo==:bar baz" + "=" * 60 + "bingo"
    assert kv(message, value_split_pattern="(?:=+=+)+:", timeout_millis=50) == {
        "tags": ["_kv_filter_timeout"]
    }


@pytest.mark.parametrize(
    "settings",
    [{"value_split": ""}, {"value_split_pattern": ""}, {"field_split_pattern": ""}, {"trim_key": "z-a"}],
)
def test_bad_settings_are_refused(settings):
    assert len(list(Kv(Context(), settings).prepare())) == 1


def as_in_logstash(value_split, field_split, *, is_pattern):
    """Return the plugin's own expression for a pair, which tries two ways for each backslash."""
    if is_pattern:
        in_key = f"(?! *(?:{value_split})|(?:{field_split}))."
        in_value = f"(?!{field_split})."
    else:
        in_key, in_value = f"[^{value_split[1:-1]}{field_split[1:-1]}]", f"[^{field_split[1:-1]}]"
    wrapped = (r'"', r'"'), ("'", "'"), (r"\(", r"\)"), (r"\[", r"\]"), ("<", ">")
    values = [*(rf"{start}((?:\\.|[^{end}])+)?{end}" for start, end in wrapped), rf"((?:\\.|{in_value})+)"]
    key = rf"((?:\\.|{in_key})+)"
    return compile_ruby(f"{key} *(?:{value_split}) *(?:{'|'.join(values)})?(?:{field_split}|$)")


def pairs_of(scanner, text):
    """Return where pairs are, their keys, and their values or what else took part first."""
    found = [((match.start(), match.end()), *match.groups()) for match in scanner.find_all(text)]
    return [
        (span, key, next((one for one in rest if one is not None), None))
        for span, key, *rest in found
        if key is not None
    ]


SPLITS = [
    ("[=]", "[ ]"),
    ("[=]", "[&]"),
    ("[= ]", r"[ \n]"),
    ("[=]", r"[\\ ]"),
    (r"[\\]", "[ ]"),
    ("=", "&"),
    (r"\\=", " "),
    ("=", r"\\\\"),
    ("=", r"\\&| "),
    (r"(?<=\\\\)=", r"\\(?=\\)|&"),
    ("(=)|a", " +"),
    ("=| ", r"(?~&)&"),
]


@pytest.mark.parametrize(("value_split", "field_split"), SPLITS)
@example(r"\\ a=1")  # a run of two, which at first leaves the blank alone
@settings(deadline=None)
@given(text=st.text('\\\\\\= a"&\n([', max_size=12))
def test_the_pairs_are_those_that_the_plugins_own_expression_finds(value_split, field_split, text):
    is_pattern = not value_split.startswith("[")
    if is_pattern:
        settings = {"value_split_pattern": value_split, "field_split_pattern": field_split}
    else:
        settings = {"value_split": value_split[1:-1], "field_split": field_split[1:-1]}
    one = Kv(Context(), settings)
    assert list(one.prepare()) == []
    reference = as_in_logstash(value_split, field_split, is_pattern=is_pattern)
    assert pairs_of(one._scanner, text) == pairs_of(reference, text)


MANY = 100_000
CRAFTED = {
    "nothing but backslashes behind a pair": ("a=1 " + "\\" * MANY, {"a": "1"}),
    "backslashes and letters": ("a=1 " + r"\x" * MANY, {"a": "1"}),
    "backslashes and blanks": ("a=1 " + r"\ " * MANY, {"a": "1"}),
    "two backslashes and a blank": ("a=1 " + r"\\ " * MANY, {"a": "1"}),
    "letters": ("a=1 " + "x" * MANY, {"a": "1"}),
    "a quote that does not end": ('a="' + "\\" * MANY, {"a": '"' + "\\" * MANY}),
    "a quote that ends in the middle of a field": (
        'a="' + "\\" * MANY + '"x',
        {"a": '"' + "\\" * MANY + '"x'},
    ),
    "a bracket that ends at the last sign": ("a=(" + r"\)" * MANY, {"a": r"\)" * (MANY - 1) + "\\"}),
    "a value of backslashes": ("a=" + "\\" * MANY, {"a": "\\" * MANY}),
}


@pytest.mark.parametrize("settings", [{}, {"value_split_pattern": "="}], ids=["signs", "patterns"])
@pytest.mark.parametrize(("message", "expected"), CRAFTED.values(), ids=CRAFTED.keys())
def test_no_number_of_backslashes_takes_long(message, expected, settings):
    assert kv(message, timeout_millis=10_000, **settings) == expected


def test_only_short_texts_without_backslashes_are_searched_at_once():
    find = quick_scanner(" ", "=", [('"', '"')], is_strict=False)
    assert find("a=1  x b") == [("a", "1"), ("", "")]
    assert find("a=\\") is find("a=1" + " " * MAX_QUICK) is None


WRAPPED = [('"', '"'), ("(", ")")]
EVEN = {
    "one pair": ("a=1", {"a": "1"}),
    "quotes, also around nothing": ('a="x = y" b="" c=1', {"a": "x = y", "b": "", "c": "1"}),
    "signs at both ends, and several between": ("  a=1   b=2 ", {"a": "1", "b": "2"}),
    "signs inside of a value": ("a=b=c d=e(f)", {"a": "b=c", "d": "e(f)"}),
    "as many pairs as one match reads": (
        " ".join(f"k{n}={n}" for n in range(AT_ONCE)),
        {f"k{n}": str(n) for n in range(AT_ONCE)},
    ),
    "many pairs": (" ".join(f"k{n}={n}" for n in range(99)), {f"k{n}": str(n) for n in range(99)}),
    "nothing": ("", {}),
}
UNEVEN = [
    "a",
    "a=1 b",
    "a=1 b c=2",
    "a= 1",
    "a =1",
    "a=",
    "=1",
    'a="1"2',
    'a="1" 2',
    'a="1',
    "a=(1)",
    "a=1 a=2",
    "a=\\ b=1",
    " ".join(f"k{n}={n}" for n in range(AT_ONCE)) + " x",
]


@pytest.mark.parametrize(("text", "pairs"), EVEN.values(), ids=EVEN.keys())
def test_even_texts_are_read_without_a_search(text, pairs):
    assert even_reader(" ", "=", WRAPPED)(text) == pairs


@pytest.mark.parametrize("text", UNEVEN)
def test_a_text_that_is_not_even_is_left_to_the_search(text):
    assert even_reader(" ", "=", WRAPPED)(text) is None


@pytest.mark.parametrize(
    ("between", "inside"), [("?", "=-"), (" ", " ="), ('"', "="), ("=", "=:"), (" ", "(")]
)
def test_no_text_is_even_between_such_signs(between, inside):
    assert even_reader(between, inside, WRAPPED) is find_none


def test_a_long_search_is_interrupted():
    assert kv("a=( " * 20_000, timeout_millis=50) == {"tags": ["_kv_filter_timeout"]}


SIGNS = [  # in a configuration: between key and value, between pairs, and what else the expressions are made of
    {},
    {"whitespace": "strict", "allow_empty_values": True},
    {"include_brackets": False, "field_split": " ]"},
    {"value_split": ":=", "field_split": ", "},
    {"value_split": "=-", "field_split": "?"},
    {"value_split": "^=", "field_split": " "},
    {"value_split": " =", "field_split": ","},
    {"value_split": "'="},
    {"field_split": "&?"},
    {"field_split": r"\t\n"},
    {"field_split": "a-c "},
    {"field_split": "= "},
    {"field_split": "( '"},
    {"field_split": ') "'},
]
KEYS = st.sampled_from(["a", "b", "c1", "é", *"fghijklm"])
WORDS = st.sampled_from(
    ["1", "x y", '"x y"', "[x y]", "(a=1 b=2)", "<x>z", "'", '"', "", "\\ ", "(", "]", "\n"]
)
BETWEEN = st.sampled_from([" ", " ", "  ", ", ", ",", "&?", "\t", "\n", " x "])
PAIRS = st.builds("{}{}{}{}".format, KEYS, st.sampled_from(["=", "=", ":", " = ", "= "]), WORDS, BETWEEN)
EVEN_PAIRS = st.builds("{}={}".format, KEYS, st.sampled_from(["1", "x", "v=w", '"x y"', '""', "é"]))
EVEN_TEXTS = st.lists(EVEN_PAIRS, max_size=20, unique_by=lambda pair: pair[0]).map(" ".join)
MESSAGES = EVEN_TEXTS | (
    st.lists(PAIRS, max_size=6) | st.lists(st.text("=: a&\\\"\n([)]<>',-1"), max_size=6)
).map("".join)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "allow_duplicate_values": st.booleans(),
        "recursive": st.booleans(),
        "prefix": st.sampled_from(["p", "[p", "%{o}"]),
        "include_keys": st.sampled_from([["a", "b"], ["%{o}"], [""]]),
        "exclude_keys": st.sampled_from([["a"], ["%{o}"]]),
        "default_keys": st.sampled_from([{"a": "0", "z": "0"}, {"z": 1.5}]),
        "trim_key": st.sampled_from(["a", "a-z"]),
        "trim_value": st.sampled_from(["<>x", "^x", "\\s"]),
        "remove_char_key": st.just("a"),
        "remove_char_value": st.just("a-z "),
        "transform_key": st.sampled_from(["uppercase", "capitalize"]),
        "transform_value": st.just("uppercase"),
        "target": st.sampled_from(["t", "[t][u]", "o", "tags", "@timestamp"]).map(FieldRef.parse),
    },
)


@example('a=1 b="x y" c=(z) d=', {}, {})
@example("a=1&b=2&a=3", {"field_split": "&?"}, {})
@example("a-1?b=2-c=3", {"value_split": "=-", "field_split": "?"}, {})
@example("a =1", {"value_split": " =", "field_split": ","}, {})
@example("a='1 b=2", {"value_split": "'="}, {})
@example('a="1"\nb=2', {}, {})
@example("x a=1  y b=2", {}, {})
@example("a=1 A=2", {}, {"transform_key": "uppercase"})
@given(MESSAGES, st.sampled_from(SIGNS), SETTINGS)
@settings(deadline=None)  # each of the signs takes its time to be compiled
def test_pairs_found_at_once_are_those_found_one_by_one(message, signs, others):
    fields, chosen = {"o": "a"}, {**signs, **others}
    one_by_one = read(message, fields, is_emitted=False, is_quick=False, **chosen)
    assert read(message, fields, is_emitted=False, **chosen) == one_by_one
    assert read(message, fields, is_emitted=True, **chosen) == one_by_one


@pytest.mark.parametrize(
    ("members", "signs"),
    [("=", "="), ("&?", "&?"), (r"\t-\n", "\t\n"), ("^=", ""), (r"\p{L}", ""), ("a&&b", "")],
)
def test_the_signs_of_a_class_are_known_one_by_one(members, signs):
    assert signs_of(members) == frozenset(signs)
