"""Ruby code: any text is compiled or refused; what is compiled runs to an end, a Ruby exception, or its time budget."""

from fuzz_target import Target, test_nothing_near_it_does_harm, test_what_is_kept_does_no_harm  # noqa: F401

from logsmith.event import Event
from logsmith.regex import budget
from logsmith.ruby.errors import RubyError
from logsmith.ruby.event_object import EventObject
from logsmith.ruby.exceptions import RubyException
from logsmith.ruby.program import Program, RubyTimeoutError, Self, compile_ruby

RUN_S = 0.1
TOKENS = (
    "(", ")", "[", "]", "{", "}", "do", "end", "if", "unless", "while", "until", "case", "when", "in", "begin", "rescue", "ensure", "def f", "class A", "module M", "lambda", "->",
    "|x|", "=>", "=", "==", "===", "&.", "&&", "||=", "..", "...", "?", ":", "::", ";", "\n", "\\", "'", '"', "#{", "%w[", "%q(", "/", "<<~A\n", "A\n", "=begin\n", "=end\n", "__END__\n",
    "@a", "@@a", "$a", "$1", "$~", ":a", "a:", "*a", "**a", "&a", "yield", "return", "break", "next", "redo", "retry", "super", "self", "nil", "1", "0x", "1e", "1_", "1r", "?a", "-", "!", "not", "~",
    "event.set('a', ", "event.get('a')", ".map", ".each { |x| ", "x.to_s", "loop {", "raise", "BEGIN {", "alias a b", "undef a", "é", "\x00", "\u2028", "* 10", "** 9", "<< 9",
)  # fmt: skip


def check(code):
    try:
        program = compile_ruby(code)
    except RubyError as error:
        refused = error
    else:
        run(program)
        return
    assert 0 <= refused.offset <= len(code)
    assert refused.line >= 1


def run(program: Program):
    event = EventObject(Event.from_map({"a": "b", "n": 1, "l": [1, {"m": None}]}))
    try:
        with budget.armed(0, RUN_S):
            program.run(Self(), event=event, new_event_block=None)
            event.settle()
    except (RubyException, RubyTimeoutError):
        pass


TARGETS = [Target("ruby", check, TOKENS, arms=False)]
