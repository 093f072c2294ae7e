"""What Ruby's dialect means: where it finds what, what it refuses, how names and replacements work."""

import pytest

from logsmith.regex import RegexError, compile_ruby

# phrase, pattern, text, where the match is found (None: nowhere)
FOUND = [
    ("a caret matches at each line", r"^b", "a\nb", (2, 3)),
    ("there is no line behind the last line break", r"^$", "a\n", None),
    ("nor an end of text at its start", r"^\z", "a\n", None),
    ("an empty text has a line", r"^$", "", (0, 0)),
    ("a dollar matches before each line break", r"a$", "a\nb", (0, 1)),
    ("a dollar matches behind the last line break", r"\n$", "a\n", (1, 2)),
    ("Z allows a last line break", r"a\Z", "a\n", (0, 1)),
    ("Z allows one only", r"a\Z", "a\n\n", None),
    ("z allows none", r"a\z", "a\n", None),
    ("A is the start of the text alone", r"\Ab", "a\nb", None),
    ("a dot stops at a line break", r"a.b", "a\nb", None),
    ("an option m makes it pass", r"(?m)a.b", "a\nb", (0, 3)),
    ("h is a hexadecimal digit", r"\h+", "xyzBEEF", (3, 7)),
    ("H is none", r"\H+", "BEEFxy", (4, 6)),
    ("w is ASCII", r"\w+", "éab", (1, 3)),
    ("d is ASCII", r"\d", "٣4", (1, 2)),
    ("s is ASCII and has the vertical tab", r"\s+", "\u00a0\v ", (1, 3)),
    ("u makes w Unicode", r"(?u)\w+", "éab", (0, 3)),
    ("a word boundary is Unicode", r"\bna", "éna", None),
    ("with option a it is ASCII", r"(?a)\bna", "éna", (1, 3)),
    ("no boundary in an empty text", r"\B", "", (0, 0)),
    ("POSIX classes are Unicode", r"[[:alpha:]]+", "1éa", (1, 3)),
    (
        "the POSIX class of punctuation has the symbols of ASCII",
        r"[[:punct:]]+",
        "1$+<=>^`|~!_\u20ac",
        (1, 12),
    ),
    ("the property has not", r"\p{Punct}+", "1$+<=>^`|~!_", (10, 12)),
    ("outside of it", r"[[:^punct:]]+", "=a~", (1, 2)),
    ("POSIX classes may be negated", r"[[:^alpha:]]+", "éa1", (2, 3)),
    ("properties", r"\p{Lu}+", "aÉA", (1, 3)),
    ("negated properties", r"\P{L}+\p{^N}", "a1!", (1, 3)),
    ("sets nest", r"[a[bc]]+", "xabc", (1, 4)),
    ("sets intersect", r"[a-z&&[^aeiou]]+", "aeixyz", (3, 6)),
    ("a bracket that comes first stands for itself", r"[]a]+", "b]a", (1, 3)),
    ("a hyphen before the end stands for itself", r"[a-]+", "b-a", (1, 3)),
    ("a hyphen behind a range stands for itself", r"[a-c-\d]+", "d-1", (1, 3)),
    ("a hyphen behind a class and before an intersection does too", r"[\w-&&[-x]]+", "a-x", (1, 3)),
    ("the last of several code points begins a range", r"[\u{61 63}-e]+", "bcde", (1, 4)),
    ("in a set b is a backspace", r"[\b]", "a\b", (1, 2)),
    ("an option in the middle takes the rest as one", r"a(?i)b|c", "aC", (0, 2)),
    ("and ends with its group", r"(?:a(?i)b)c", "aBC", None),
    ("an option may be taken off", r"(?i:a(?-i)b)", "AB", None),
    ("x leaves out blanks and comments", "(?x) a b # c\n d", "abd", (0, 3)),
    ("a comment is nothing", r"a(?# b )c", "ac", (0, 2)),
    ("{,n} begins at none", r"a{,2}b", "aaab", (1, 4)),
    ("{n}? is an optional {n}", r"a{2}?b", "aab", (0, 3)),
    ("so it may be missing", r"xa{2}?b", "xb", (0, 2)),
    ("{n,m}+ repeats and gives back", r"a{1,2}+ab", "aaaaab", (0, 6)),
    ("a quantifier may follow a quantifier", r"a.?*b", "axyzb", (0, 5)),
    ("an anchor may be repeated", r"^*a", "ba", (1, 2)),
    ("++ does not give back", r"a++ab", "aaab", None),
    ("an atomic group does not either", r"(?>a|ab)c", "abc", None),
    ("a brace without numbers stands for itself", r"a{x}{}", "a{x}{}", (0, 6)),
    ("alternatives of a look-behind may differ in length", r"(?<=a|bc)d", "bcd", (2, 3)),
    ("also in a negative one", r"(?<!a|bc)d", "ad bcd d", (7, 8)),
    ("Q is a letter", r"\Qa", "Qa", (0, 2)),
    ("R is any line break", r"a\Rb", "a\r\nb", (0, 4)),
    ("R does not take a line break apart", r"\R\n", "\r\n", None),
    ("X is a character as people see it", r"^\X$", "e\u0301", (0, 2)),
    ("hexadecimal, octal and Unicode escapes", r"\x41\101\u0041\u{41}", "AAAA", (0, 4)),
    ("bytes of one character", r"\xC3\xA9", "é", (0, 1)),
    ("bytes of one character in octal", r"[\303\251]", "é", (0, 1)),
    ("a number beyond the groups is octal", r"(?<a>\101)", "A", (0, 1)),
    ("case is ignored beyond ASCII", r"(?i)É", "é", (0, 1)),
    ("one character may match two where case is ignored", r"(?i)straße", "STRASSE", (0, 7)),
    ("a name refers back", r"(?<q>['\"]).*?\k<q>", "a 'b\"c' d", (2, 7)),
    ("to the last group of the name that matches", r"(?:(?<n>a)|(?<n>b))\k<n>", "abb", (1, 3)),
    ("of several with a text, to the last", r"(?<n>a)(?<n>ab)\k<n>", "aabab", (0, 5)),
    ("a number refers back", r"(.)\1", "abb", (1, 3)),
    ("relative numbers do", r"(.)(.)\k<-2>", "aba", (0, 3)),
    ("a group calls itself", r"(?<b>\((?:[^()]|\g<b>)*\))", "((x)", (1, 4)),
    ("a condition asks for a group", r"^(?<o>\()?\w+(?(<o>)\)|!)$", "(ab)", (0, 4)),
    ("and takes the other branch without it", r"^(?<o>\()?\w+(?(<o>)\)|!)$", "ab!", (0, 3)),
    ("the absent operator", r"/\*(?~\*/)\*/", "x /* a */ */", (2, 9)),
    ("it takes all but the end of what must be absent", r"(?~abc)", "xabcd", (0, 3)),
    ("it gives back what is needed", r"(?~abc)bc", "xabc", (0, 4)),
    ("what must be absent may have several forms", r"(?~ab|cd)", "xcda", (0, 2)),
    ("of one character, it ends before it", r"(?~b)", "aabb", (0, 2)),
    ("a place may be repeated", r"(?:x|\b)*\X", "xxa", (0, 3)),
    ("and so may a look, deeper too", r"(?:(?:(?=a)|y)|x)?\X", "xb", (0, 2)),
    ("and an end of line", r"k(?:,|$)?(?~a+)b", "k,b", (0, 3)),
    ("an option i counts for properties", r"(?i)\p{Lu}+", "1fO", (1, 3)),
    ("but not for w", r"(?i)\w+", "\u017fs", (1, 2)),
    ("K forgets what was matched before it", r"a\Kb", "ab", (1, 2)),
]
REFUSED = [
    (r"(", "end pattern with unmatched parenthesis at position 0"),
    (r"a)", "unmatched close parenthesis at position 1"),
    (r"*a", "target of repeat operator is not specified at position 0"),
    (r"a|+", "target of repeat operator is not specified at position 2"),
    (r"{2}", "target of repeat operator is not specified at position 0"),
    (r"a{3,1}", "upper is smaller than lower in repeat range at position 1"),
    (r"a{100001}", "too big number is specified at position 1"),
    (r"[a", "premature end of char-class at position 0"),
    (r"x[]", "empty char-class at position 1"),
    (r"[z-a]", "empty range in char class at position 0"),
    (
        r"x[\w-.]",
        r"unmatched range specifier in char-class; a hyphen beside a class such as \w is written \- at position 1",
    ),
    (
        r"[[:alnum:]-_]",
        r"unmatched range specifier in char-class; a hyphen beside a class such as \w is written \- at position 0",
    ),
    (
        r"[a-\d]",
        r"char-class value at end of range; a hyphen beside a class such as \w is written \- at position 0",
    ),
    (
        r"[a-[:digit:]]",
        r"char-class value at end of range; a hyphen beside a class such as \w is written \- at position 0",
    ),
    (r"[[:foo:]]", "invalid POSIX bracket type [:foo:] at position 1"),
    (r"\p{Nope}", "invalid character property name {Nope} at position 0"),
    (r"(?<=a+)b", "invalid pattern in look-behind at position 0"),
    (r"(?<=a(?:b|cd))e", "invalid pattern in look-behind at position 0"),
    (r"(?<!(a))b", "invalid pattern in look-behind at position 0"),
    (r"(?<=(?>a))b", "invalid pattern in look-behind at position 0"),
    (r"(?<=a(?!b))c", "invalid pattern in look-behind at position 0"),
    (r"x(?<=a\z)", "invalid pattern in look-behind at position 1"),
    (r"\k<x>", "undefined name <x> reference at position 0"),
    (r"\k<n>(?<n>x)", "undefined name <n> reference at position 0"),
    (r"(a)\2", "invalid backref number/name at position 3"),
    (r"(?<n>x)\1", "numbered backref/call is not allowed. (use name) at position 7"),
    (r"(?<1a>x)", "invalid group name <1a> at position 0"),
    (r"(?<>x)", "group name is empty at position 0"),
    (r"(?q)", "undefined group option at position 0"),
    (r"(?)", "undefined group option at position 0"),
    (r"(?(<n>)a|b|c)(?<n>d)", "invalid conditional pattern at position 0"),
    (r"a\x", "invalid hex escape at position 1"),
    (r"\x{66}", "invalid hex escape at position 0"),
    (r"\xff", "invalid multibyte escape at position 0"),
    (r"\377", "invalid multibyte escape at position 0"),
    (r"\400", "invalid multibyte escape at position 0"),
    (r"\u12", "too short escape sequence at position 0"),
    (r"\u{110000}", "invalid code point value at position 0"),
    ("a\\", "end pattern at escape at position 1"),
    ("(" * 5000 + ")" * 5000, "too deep nest level in the pattern"),
]
BEYOND_RE = [r"\X", r"(?~a+)", r"a\Kb", r"(?<b>x\g<b>?)", r"(?i)ß"]
REPLACED = [
    (
        "groups of what must be absent hold what ended it",
        r"(?~(?<m>ab))(?<n>a)",
        r"<\k<m>:\k<n>>",
        "xxab",
        "<ab:a>b",
    ),
    ("a number is a group", r"(a)(b)", r"\2\1", "ab", "ba"),
    ("0 and & are the whole", r"b", r"[\0\&]", "abc", "a[bb]c"),
    ("a name is a group", r"(?<x>a)", r"<\k<x>>", "ab", "<a>b"),
    ("beside names, numbers are nothing", r"(?<x>a)", r"<\1>", "ab", "<>b"),
    ("a group without a part is empty", r"(a)|(b)", r"[\1]", "b", "[]"),
    ("two backslashes are one", r"a", r"\\1", "a", r"\1"),
    ("any other escape stays", r"a", r"\n", "a", r"\n"),
    ("before and behind", r"b", r"\`-\'", "abc", "aa-cc"),
    ("plus is the last group that took part", r"(a)(x)?|(b)", r"<\+>", "ab", "<a><b>"),
    ("plus without groups is nothing", r"a", r"<\+>", "ab", "<>b"),
    ("plus is a named group too", r"(?<x>a)", r"<\+>", "ab", "<a>b"),
    ("an empty match is replaced too", r"x*", "-", "abxd", "-a-b--d-"),
    ("offsets are characters, whatever the engine", r"(?~a+)a", "<\\0>", "éaüa", "<éa><üa>"),
]
SPLIT = [
    (r",\s*", "a, b,c", ["a", "b", "c"]),
    (r",", "a,,b,,", ["a", "", "b"]),
    (r"", "abc", ["a", "b", "c"]),
    (r"(-)", "a-b", ["a", "-", "b"]),
    (r",", "", []),
]


def found_by(regex, text):
    match = regex.search(text)
    return match and (match.start(), match.end())


@pytest.mark.parametrize(
    ("pattern", "text", "place"), [case[1:] for case in FOUND], ids=[case[0] for case in FOUND]
)
def test_finds(pattern, text, place):
    assert found_by(compile_ruby(pattern), text) == place


@pytest.mark.parametrize(("pattern", "message"), REFUSED, ids=[case[0][:20] for case in REFUSED])
def test_refuses_what_ruby_refuses_and_says_where(pattern, message):
    with pytest.raises(RegexError) as caught:
        compile_ruby(pattern)
    assert str(caught.value) == message


@pytest.mark.parametrize("pattern", BEYOND_RE)
def test_oniguruma_takes_what_re_cannot_express(pattern):
    assert compile_ruby(pattern).re is None


@pytest.mark.parametrize(
    ("pattern", "new", "text", "expected"),
    [case[1:] for case in REPLACED],
    ids=[case[0] for case in REPLACED],
)
def test_replaces_as_gsub_does(pattern, new, text, expected):
    assert compile_ruby(pattern).sub_ruby(new, text) == expected


def test_a_replacement_with_an_unknown_name_is_refused():
    with pytest.raises(RegexError, match="undefined group name reference: y"):
        compile_ruby("(?<x>a)").sub_ruby(r"\k<y>", "a")


@pytest.mark.parametrize(("pattern", "text", "pieces"), SPLIT)
def test_splits_as_ruby_does(pattern, text, pieces):
    assert compile_ruby(pattern).split(text) == pieces


def test_multiline_lets_every_dot_pass_line_breaks():
    assert found_by(compile_ruby(r"a.(?-m:.)", multiline=True), "a\nb") == (0, 3)
    assert found_by(compile_ruby(r"a(?-m:.)", multiline=True), "a\n") is None


def test_names_may_be_any_text_and_come_again():
    regex = compile_ruby(r"(?<[a][b]>.)(x)?(?<IP:[c.d]:int>.)(?<[a][b]>.)")
    assert regex.names == (("[a][b]", (1, 3)), ("IP:[c.d]:int", (2,)))
    assert regex.search("123").groups() == ("1", "2", "3")


def test_plain_groups_capture_only_without_names():
    assert compile_ruby(r"(a)(b)").search("ab").groups() == ("a", "b")
    assert compile_ruby(r"(a)(?<n>b)").search("ab").groups() == ("b",)


@pytest.mark.parametrize("pattern", [r"(é)(x)?(b)", r"(é)(x)?(b)(?~c+)"], ids=["re", "oniguruma"])
def test_matches_look_the_same_from_both_engines(pattern):
    match = compile_ruby(pattern).search("aüéb")
    assert match.groups() == ("é", None, "b")
    assert [match.start(), match.start(1), match.start(2), match.end(3)] == [2, 2, -1, 4]
    assert [match.group(), match.group(2), match.group(3)] == ["éb", None, "b"]


def test_a_lone_surrogate_in_the_text_is_no_error():
    assert found_by(compile_ruby(r"\Xb"), "\ud800b") == (0, 2)


def test_long_patterns_are_refused():
    with pytest.raises(RegexError, match="too long"):
        compile_ruby("a" * 1_000_001)
