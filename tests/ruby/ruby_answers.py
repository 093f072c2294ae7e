"""Tables of what Ruby 3.4 answers: a line is `expression  # => what inspect shows`, or the exception's class and message."""

from logsmith.ruby.exceptions import RubyException
from logsmith.ruby.program import Self, compile_ruby
from logsmith.ruby.show import inspect

MARK = "  # => "


def cases(table):
    """Return the pairs of expression and answer of a table's lines."""
    return [tuple(line.split(MARK)) for line in table.splitlines() if MARK in line]


def answer(source):
    """Return what an expression answers, as the tables write it."""
    try:
        return inspect(compile_ruby(source, parameters=()).run(Self()))
    except RubyException as error:
        return f"{error.ruby_class.name}: {error.message}"
