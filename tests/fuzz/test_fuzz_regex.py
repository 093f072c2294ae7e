"""Ruby's regular expressions: any text is compiled or refused, and matching ends."""

from fuzz_target import Target, test_nothing_near_it_does_harm, test_what_is_kept_does_no_harm  # noqa: F401

from logsmith.regex import RegexError, RegexTimeoutError, budget, compile_ruby
from logsmith.regex.runaway import complaints

MATCH_S = 0.02
LINES = ("", "a", "GET /index.html HTTP/1.1\n200", "x" * 60, "ab" * 30 + "!", "\ud800é\u0301\n" * 9)
TOKENS = (
    "(", ")", "[", "]", "{", "}", "*", "+", "?", "*+", "|", "^", "$", ".", "\\", "(?:", "(?<a>", "(?=", "(?<!", "(?>", "(?i)", "(?mx-i:",
    "\\k<a>", "\\g<a>", "\\g<0>", "\\1", "{2,}", "{,3}", "{1,99999}", "[[:alpha:]]", "&&", "[^", "\\p{L}", "\\p{^Greek}",
    "\\h", "\\R", "\\X", "\\K", "\\x{", "\\u{1F600}", "\\M-\\C-a", "(?~", "(?(1)a|b)", "(?<=a|bc)", "#", "\\b", "\\Z", "(a+)+", "é", "-", "\n",
)  # fmt: skip


def check(pattern):
    try:
        regex = compile_ruby(pattern)
        complaints(pattern)
    except RegexError as error:
        assert not isinstance(error, RegexTimeoutError)  # noqa: PT017  nothing is matched yet
        return
    watch = budget.watch(MATCH_S)
    with budget.armed(MATCH_S):
        for line in LINES:
            try:
                watch.text = line
                found = regex.search(line)
                if found is not None:
                    assert 0 <= found.start() <= found.end() <= len(line)
                regex.split(line)
                regex.sub_ruby(r"<\0\1\k<a>>", line)
            except RegexError:
                continue
            finally:
                watch.text = None


TARGETS = [Target("regex", check, TOKENS, most_chars=2_000, arms=False)]
