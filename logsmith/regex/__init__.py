"""Ruby's regular expressions: compiled to Python's `re`, or to Oniguruma where `re` cannot express them."""

from logsmith.regex.budget import Budget, TimeUp, budget
from logsmith.regex.engine import Match, Regex, compile_re, compile_ruby
from logsmith.regex.errors import RegexError, RegexTimeoutError

__all__ = [
    "Budget",
    "Match",
    "Regex",
    "RegexError",
    "RegexTimeoutError",
    "TimeUp",
    "budget",
    "compile_re",
    "compile_ruby",
]
