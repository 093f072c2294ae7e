"""Ruby's values that Python has no type for.

nil, true, false, Integer, Float, BigDecimal, Array and Hash are Python's None, True, False, int, float, Decimal, list and
dict. A String is a box, since Ruby changes texts in place and two names can hold the same one: `text` is what it holds now,
and who changes it calls `change` (which looks whether it is frozen). Texts in another encoding than UTF-8 are held
decoded; bytes that are invalid in the encoding are lone surrogates, as Python's `surrogateescape` makes them; of
`ASCII-8BIT`, binary, each byte is a character. Keys of a dict are made by `compare.to_key` and read by
`compare.from_key`, since Python's dict takes 1, 1.0 and true for one key and no list at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from weakref import KeyedRef

from logsmith.regex import Match, Regex, RegexError, compile_ruby
from logsmith.ruby.classes import bind, define
from logsmith.ruby.exceptions import arguments_fault, fault, frozen_fault

BINARY = "ASCII-8BIT"
MAX_LENGTH = 100_000_000  # characters of a String, and members that one call may make


class String:
    """A text that can change in place; equal to another of the same text."""

    __slots__ = ("encoding", "is_frozen", "text")

    def __init__(self, text: str, *, is_binary: bool = False, is_frozen: bool = False) -> None:
        self.text = text
        self.encoding = BINARY if is_binary else "UTF-8"
        self.is_frozen = is_frozen

    @property
    def is_binary(self) -> bool:
        """Return whether the text's characters are bytes."""
        return self.encoding == BINARY

    def like(self, text: str) -> String:
        """Return a new String of another text in the same encoding."""
        made = String(text)
        made.encoding = self.encoding
        return made

    def change(self, text: str) -> String:
        """Put another text in the box; raises FrozenError."""
        if self.is_frozen:
            from logsmith.ruby.show import inspect_text  # noqa: PLC0415  it imports this module

            raise frozen_fault(self, inspect_text(self))
        if len(text) > MAX_LENGTH:
            raise fault("ArgumentError", "argument too big")
        self.text = text
        return self

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not String:
            return False
        if self.text != other.text:
            return False
        return self.encoding == other.encoding or self.text.isascii()

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"String({self.text!r})"


_symbols: dict[str, KeyedRef[str, Symbol]] = {}  # programs make names of fields, so these come and go


def _forget(gone: KeyedRef[str, Symbol]) -> None:
    if _symbols.get(gone.key) is gone:
        del _symbols[gone.key]


class Symbol:
    """A name; there is one Symbol of a name, so `is` compares them. Who holds none any more lets it go."""

    __slots__ = ("__weakref__", "name")

    name: str

    def __new__(cls, name: str) -> Symbol:  # noqa: PYI034  there are no subclasses
        interned = _symbols.get(name)
        found = None if interned is None else interned()
        if found is None:
            found = object.__new__(cls)
            found.name = name
            _symbols[name] = KeyedRef(found, _forget, name)
        return found

    def __repr__(self) -> str:
        return f"Symbol({self.name!r})"


class Range:
    """`first..last`, or `first...last` without its last; None on either side is no bound."""

    __slots__ = ("first", "is_exclusive", "last")

    def __init__(self, first: Any, last: Any, *, is_exclusive: bool = False) -> None:
        self.first, self.last, self.is_exclusive = first, last, is_exclusive

    def __eq__(self, other: object) -> bool:
        from logsmith.ruby.compare import ruby_eq  # noqa: PLC0415  it imports this module

        if not isinstance(other, Range) or self.is_exclusive != other.is_exclusive:
            return False
        return ruby_eq(self.first, other.first) and ruby_eq(self.last, other.last)

    def __hash__(self) -> int:
        return hash((self.first, self.last, self.is_exclusive))

    def span(self, length: int) -> tuple[int, int] | None:
        """Return where the range begins and ends in something so long, None if it begins outside of it."""
        from logsmith.ruby.coerce import to_int  # noqa: PLC0415  it imports this module

        start = 0 if self.first is None else to_int(self.first)
        end = -1 if self.last is None else to_int(self.last)
        start = start + length if start < 0 else start
        end = end + length if end < 0 else end
        if self.last is None or not self.is_exclusive:
            end += 1
        return (start, max(start, min(end, length))) if 0 <= start <= length else None


_BROKEN = re.compile("[\ud800-\udfff]")


def check_valid(text: str, message: str = "invalid byte sequence in UTF-8") -> None:
    """Refuse a text with invalid bytes, where Ruby looks at characters."""
    if not text.isascii() and _BROKEN.search(text):
        raise fault("ArgumentError", message)


class Regexp:
    """A pattern and its options; `regex` is the compiled one. Raises RegexpError."""

    __slots__ = ("is_extended", "is_ignoring_case", "is_multiline", "regex", "source")

    def __init__(self, source: str, options: str = "") -> None:
        self.source = source
        self.is_ignoring_case, self.is_extended = "i" in options, "x" in options
        self.is_multiline = "m" in options
        inline = options.translate(_INLINE_ONLY)
        try:
            # A comment of /x may reach the end, so that the group is closed on a line of its own
            pattern = f"(?{inline}:{source}{chr(10) * self.is_extended})" if inline else source
            self.regex: Regex = compile_ruby(pattern, multiline=self.is_multiline)
        except RegexError as error:
            raise fault("RegexpError", f"{_POSITION.sub('', str(error))}: /{source}/") from None

    @property
    def options(self) -> str:
        """Return the letters of the options in Ruby's order."""
        flags = (self.is_multiline, self.is_ignoring_case, self.is_extended)
        return "".join(letter for letter, is_set in zip("mix", flags, strict=True) if is_set)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Regexp) and (self.source, self.options) == (other.source, other.options)

    def __hash__(self) -> int:
        return hash((self.source, self.options))

    def match(self, text: str, at: int = 0) -> MatchData | None:
        """Return the first match from a place on; raises ArgumentError for a text with invalid bytes."""
        check_valid(text)
        found = self.regex.search(text, at)
        return None if found is None else MatchData(self, found, text)


_POSITION = re.compile(r" at position \d+\Z")  # which Ruby does not say
_INLINE_ONLY = {ord(letter): None for letter in "mounse"}


class MatchData:
    """What matched, in which text."""

    __slots__ = ("match", "regexp", "text")

    def __init__(self, regexp: Regexp, match: Match, text: str) -> None:
        self.regexp, self.match, self.text = regexp, match, text

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, MatchData) or self.regexp != other.regexp or self.text != other.text:
            return False
        return self.match.start() == other.match.start()

    def __hash__(self) -> int:
        return hash((self.text, self.match.start()))

    def group(self, number: int) -> String | None:
        """Return a group's text in a new box, nil if it took no part or does not exist."""
        if number > len(self.match.groups()) or number < 0:
            return None
        found = self.match.group(number)
        return None if found is None else String(found)

    def named(self, name: str) -> String | None:
        """Return the text of the last group of this name that took part; raises IndexError."""
        numbers = dict(self.regexp.regex.names).get(name)
        if numbers is None:
            raise fault("IndexError", f"undefined group name reference: {name}")
        taken = [number for number in numbers if self.match.group(number) is not None]
        return self.group(taken[-1]) if taken else None


class Proc:
    """A block, proc or lambda: callable as `proc(*args)`, with Ruby's rules about the number of arguments.

    `function` takes positional arguments: at least `fewest`, at most `most` (None: any number). What a proc gets beyond is
    dropped, what is missing is nil, and one Array alone is spread over several parameters (`spreads`, which follows from the
    counts unless it is given: `|a, |` has one parameter and spreads). A lambda wants what it declares. Optional parameters
    are defaults of the Python function.
    """

    __slots__ = ("_exact", "fewest", "function", "is_lambda", "most", "spreads")

    def __init__(
        self,
        function: Callable[..., Any],
        fewest: int = 1,
        most: int | None = -1,
        *,
        is_lambda: bool = False,
        spreads: bool | None = None,
    ) -> None:
        self.function, self.fewest, self.is_lambda = function, fewest, is_lambda
        self.most = most = fewest if most == -1 else most
        by_count = fewest > 0 if most is None else most > 1
        self.spreads = not is_lambda and (by_count if spreads is None else spreads)
        self._exact = fewest if fewest == most and not (self.spreads and fewest == 1) else -1

    @classmethod
    def of_method(cls, name: str) -> Proc:
        """Return `&:name`: what calls that method of its first argument."""
        from logsmith.ruby.dispatch import call  # noqa: PLC0415  it imports this module

        return cls(lambda receiver, *args: call(receiver, name, args), 1, None, is_lambda=True)

    @property
    def arity(self) -> int:
        """Return Ruby's `proc.arity`."""
        return counted(self.fewest, self.most, is_strict=self.is_lambda)

    def __call__(self, *args: Any) -> Any:
        if len(args) == self._exact:
            return self.function(*args)
        if self.is_lambda:
            return self._strict(args)
        if len(args) == 1 and self.spreads and isinstance(args[0], list):
            args = tuple(args[0])
        if len(args) < self.fewest:
            args += (None,) * (self.fewest - len(args))
        return self.function(*(args if self.most is None else args[: self.most]))

    def _strict(self, args: tuple[Any, ...]) -> Any:
        if len(args) < self.fewest or (self.most is not None and len(args) > self.most):
            raise arguments_fault(len(args), self.fewest, self.most)
        return self.function(*args)


def counted(fewest: int, most: int | None, *, is_strict: bool, wants_keywords: bool = False) -> int:
    """Return Ruby's `arity`: keywords that are required count as one argument."""
    is_open = most is None or (is_strict and most != fewest)
    return -fewest - 1 - wants_keywords if is_open else fewest + wants_keywords


class BoundMethod(Proc):
    """What `object.method(:name)` returns."""

    __slots__ = ("entry", "name", "owner", "receiver")

    def __init__(
        self, function: Callable[..., Any], name: str, receiver: Any, owner: Any, entry: Any
    ) -> None:
        super().__init__(function, 0, None, is_lambda=True)
        self.name, self.receiver, self.owner, self.entry = name, receiver, owner, entry


class UnboundMethod:
    """What `Class.instance_method(:name)` and `method.unbind` return."""

    __slots__ = ("entry", "name", "owner")

    def __init__(self, name: str, owner: Any, entry: Any) -> None:
        self.name, self.owner, self.entry = name, owner, entry


class Enumerator:
    """A method that was called without the block it wants: `each` calls it with one."""

    __slots__ = ("args", "keywords", "name", "position", "receiver")

    def __init__(
        self, receiver: Any, name: str, args: tuple[Any, ...] = (), keywords: dict[str, Any] | None = None
    ) -> None:
        self.receiver, self.name, self.args, self.keywords = receiver, name, args, keywords
        self.position: Any = None  # of `next`, for who implements it

    def each(self, block: Callable[..., Any]) -> Any:
        """Call the method with a block; return what it returns."""
        from logsmith.ruby.dispatch import call  # noqa: PLC0415  it imports this module

        given = block if isinstance(block, Proc) else Proc(block, 0, None)
        return call(self.receiver, self.name, self.args, given, self.keywords)


class RubyObject:
    """`Object.new`: nothing but itself."""

    __slots__ = ()


for _python in (String, Symbol, Range, Regexp, MatchData, Proc, Enumerator, UnboundMethod):
    bind(_python, _python.__name__)
bind(BoundMethod, "Method")
define("Object", python=RubyObject)
