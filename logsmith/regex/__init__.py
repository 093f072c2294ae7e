"""Ruby's regular expressions: compiled to Python's `re`, or to Oniguruma where `re` cannot express them."""

from logsmith.regex.budget import LONGEST_MATCH_S, Budget, TimeUp, Watch, budget, match_watch
from logsmith.regex.engine import Match, Regex, compile_re, compile_ruby
from logsmith.regex.errors import RegexError, RegexTimeoutError
from logsmith.regex.late import settled

__all__ = [
    "LONGEST_MATCH_S",
    "Budget",
    "Match",
    "Regex",
    "RegexError",
    "RegexTimeoutError",
    "TimeUp",
    "Watch",
    "budget",
    "compile_re",
    "compile_ruby",
    "match_watch",
    "settled",
]
