"""Marshal: values as bytes and back, which is how programs copy what is nested.

Plain values are written in Ruby's format 4.8. Times, dates, decimals and the objects of a program's classes have a form of
their own that only this room reads. Code and streams are refused, as in Ruby.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from weakref import WeakValueDictionary

from logsmith.errors import LogsmithError
from logsmith.event import Timestamp
from logsmith.ruby.classes import RubyClass, class_of, define, find_class
from logsmith.ruby.compare import from_key, to_key
from logsmith.ruby.dispatch import call, class_methods_of
from logsmith.ruby.encodings import from_bytes, to_bytes
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.hashes import RubyHash, RubySet, open_hash
from logsmith.ruby.objects import BINARY, Range, String, Symbol
from logsmith.ruby.show import to_s
from logsmith.ruby.texts import binary, bytes_of
from logsmith.ruby.times import Date, DateTime, Time
from logsmith.ruby.user_classes import UserObject

VERSION = b"\x04\x08"
MOST_LEVELS = 400
_SMALL = 1 << 30
define("Marshal", is_module=True)
MARSHAL = class_methods_of("Marshal")
_classes: WeakValueDictionary[str, RubyClass] = WeakValueDictionary()  # a program's, by name


class Writer:
    """Writes values; those that came before are named by their number."""

    def __init__(self) -> None:
        self.made = bytearray(VERSION)
        self.symbols: dict[str, int] = {}
        self.objects: dict[int, int] = {}
        self.kept: list[Any] = []  # so that no id is given twice
        self.level = 0

    def value(self, value: Any) -> None:
        """Write a value of any kind; raises TypeError of what has no bytes."""
        if value is None or isinstance(value, bool):
            self.made += {None: b"0", True: b"T", False: b"F"}[value]
        elif isinstance(value, int) and -_SMALL <= value < _SMALL:
            self.made += b"i" + number(value)
        elif isinstance(value, Symbol):
            self.symbol(value.name)
        elif id(value) in self.objects:
            self.made += b"@" + number(self.objects[id(value)])
        else:
            self.objects[id(value)] = len(self.objects)
            self.kept.append(value)
            self.level += 1
            if self.level > MOST_LEVELS:
                raise fault("ArgumentError", "exceed depth limit")
            self._object(value)
            self.level -= 1

    def _object(self, value: Any) -> None:
        write = _WRITERS.get(type(value))
        if write is None:
            kind = class_of(value).name
            reason = "no _dump_data is defined for class" if kind in _CODE else "can't dump"
            raise fault("TypeError", f"{reason} {kind}")
        write(self, value)

    def symbol(self, name: str) -> None:
        """Write a symbol, or the number of one that came before."""
        if name in self.symbols:
            self.made += b";" + number(self.symbols[name])
            return
        self.symbols[name] = len(self.symbols)
        self.text(b":", name.encode("utf-8", "surrogateescape"))

    def text(self, mark: bytes, content: bytes) -> None:
        """Write bytes after their number."""
        self.made += mark + number(len(content)) + content

    def large(self, value: int) -> None:
        """Write an Integer of any size."""
        size = (abs(value).bit_length() + 15) // 16
        self.made += b"l" + (b"+" if value > 0 else b"-") + number(size)
        self.made += abs(value).to_bytes(2 * size, "little")

    def string(self, value: String) -> None:
        """Write a String with its encoding."""
        content = to_bytes(value)
        if value.encoding == BINARY:
            self.text(b'"', content)
            return
        self.text(b'I"', content)
        self.made += number(1)
        if value.encoding in ("UTF-8", "US-ASCII"):
            self.symbol("E")
            self.made += b"T" if value.encoding == "UTF-8" else b"F"
        else:
            self.symbol("encoding")
            self.text(b'"', value.encoding.encode())

    def members(self, pairs: Any, count: int) -> None:
        """Write the members of a Hash or an object after their number."""
        self.made += number(count)
        for key, value in pairs:
            self.value(from_key(key))
            self.value(value)

    def hash(self, value: dict[Any, Any]) -> None:
        """Write a Hash with its default; raises TypeError of one with a block."""
        if isinstance(value, RubyHash) and value.maker is not None:
            raise fault("TypeError", "can't dump hash with default proc")
        default = value.default if isinstance(value, RubyHash) else None
        self.made += b"{" if default is None else b"}"
        self.members(value.items(), len(value))
        if default is not None:
            self.value(default)

    def array(self, value: list[Any]) -> None:
        """Write an Array."""
        self.made += b"[" + number(len(value))
        for member in value:
            self.value(member)

    def plain(self, kind: str, *parts: Any) -> None:
        """Write what is made anew of its parts."""
        self.made += b"U"
        self.symbol(kind)
        self.value(list(parts))

    def object(self, value: UserObject) -> None:
        """Write an object of a program's class."""
        _classes[value.ruby_class.name] = value.ruby_class
        members = {Symbol(name): one for name, one in value.members.items()}
        variables = {Symbol(name): one for name, one in value.variables.items()}
        self.plain(value.ruby_class.name, members, variables)


_CODE = frozenset(("Proc", "Method", "UnboundMethod", "Thread::Mutex", "MatchData"))
_WRITERS: dict[type, Callable[[Writer, Any], None]] = {
    int: lambda to, value: to.large(value),
    float: lambda to, value: to.text(b"f", _float_text(value)),
    String: Writer.string,
    list: Writer.array,
    dict: Writer.hash,
    RubyHash: Writer.hash,
    UserObject: Writer.object,
    Range: lambda to, value: to.plain("Range", value.first, value.last, value.is_exclusive),
    RubySet: lambda to, value: to.plain("Set", *value),
    Time: lambda to, value: to.plain("Time", call(value, "iso8601", (9,)), value.is_utc),
    Timestamp: lambda to, value: to.plain("LogStash::Timestamp", call(value, "to_iso8601")),
    Decimal: lambda to, value: to.plain("BigDecimal", String(str(value))),
    RubyClass: lambda to, value: to.text(b"m" if value.is_module else b"c", value.name.encode()),
}
for _python in (Date, DateTime):
    _WRITERS[_python] = lambda to, value: to.plain(class_of(value).name, call(value, "iso8601"))


def number(value: int) -> bytes:
    """Return a small number as Marshal writes it."""
    if value == 0:
        return b"\0"
    if 0 < value < 123 or -124 < value < 0:
        return bytes([(value + 5 if value > 0 else value - 5) & 0xFF])
    size = next(count for count in range(1, 5) if -(1 << 8 * count) <= value < 1 << 8 * count)
    return bytes([(size if value > 0 else -size) & 0xFF]) + (value & ((1 << 8 * size) - 1)).to_bytes(
        size, "little"
    )


def _float_text(value: float) -> bytes:
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124  NaN alone
        return {"nan": b"nan", "inf": b"inf", "-inf": b"-inf"}[repr(value)]
    text = repr(value).removesuffix(".0")
    return text.encode()


class Reader:
    """Reads what a Writer wrote."""

    def __init__(self, content: bytes) -> None:
        self.content, self.at = content, 2
        self.symbols: list[str] = []
        self.objects: list[Any] = []
        self.level = 0

    def take(self, count: int) -> bytes:
        """Return the next bytes; raises ArgumentError at the end."""
        found = self.content[self.at : self.at + count]
        if len(found) < count:
            raise fault("ArgumentError", "marshal data too short")
        self.at += count
        return found

    def number(self) -> int:
        """Read a small number."""
        first = int.from_bytes(self.take(1), "little", signed=True)
        if -4 <= first <= 4:
            found = int.from_bytes(self.take(abs(first)), "little")
            return found if first >= 0 else found - (1 << 8 * -first)
        return first - 5 if first > 0 else first + 5

    def count(self) -> int:
        """Read how many follow; raises ArgumentError of less than none."""
        found = self.number()
        if found < 0:
            raise fault("ArgumentError", "negative argument")
        return found

    def value(self) -> Any:
        """Read a value of any kind."""
        mark = self.take(1)
        if mark in _CONSTANT:
            return _CONSTANT[mark]
        if mark == b"i":
            return self.number()
        if mark in b":;":
            return Symbol(self.symbol(mark))
        if mark == b"@":
            return self._seen(self.number())
        read = _READERS.get(mark)
        if read is None:
            raise fault("ArgumentError", f"dump format error({mark.decode('latin-1')})")
        self.level += 1
        if self.level > MOST_LEVELS:
            raise fault("ArgumentError", "exceed depth limit")
        found = read(self)
        self.level -= 1
        return found

    def _seen(self, at: int) -> Any:
        if not 0 <= at < len(self.objects):
            raise fault("ArgumentError", f"dump format error (unlinked, index: {at})")
        return self.objects[at]

    def symbol(self, mark: bytes = b"") -> str:
        """Read a symbol's name."""
        if (mark or self.take(1)) == b";":
            at = self.number()
            if not 0 <= at < len(self.symbols):
                raise fault("TypeError", "bad symbol")
            return self.symbols[at]
        self.symbols.append(self.bytes().decode("utf-8", "surrogateescape"))
        return self.symbols[-1]

    def bytes(self) -> bytes:
        """Read bytes after their number."""
        return self.take(self.count())

    def keep(self, value: Any) -> Any:
        """Number an object."""
        self.objects.append(value)
        return value

    def string(self) -> String:
        """Read a String with its encoding."""
        if self.take(1) != b'"':
            raise fault("ArgumentError", "dump format error")
        at, content = len(self.objects), self.bytes()
        self.objects.append(None)
        encoding = "UTF-8"
        for _ in range(self.count()):
            name = self.symbol()
            mark = self.take(1)
            encoding = "UTF-8" if mark == b"T" else "US-ASCII"
            if name == "encoding":
                encoding = self.bytes().decode("ascii", "replace")
        self.objects[at] = from_bytes(content, encoding)
        return self.objects[at]  # type: ignore[no-any-return]  # it was put there above

    def hash(self, made: dict[Any, Any] | None = None) -> dict[Any, Any]:
        """Read the members of a Hash."""
        found = self.keep({} if made is None else made)
        for _ in range(self.number()):
            key = self.value()
            found[to_key(key)] = self.value()
        return found  # type: ignore[no-any-return]  # it is what was made above

    def hash_with_default(self) -> RubyHash:
        """Read a Hash and its default."""
        found = self.hash(open_hash({}))
        found.default = self.value()  # type: ignore[attr-defined]  # it was opened
        return found  # type: ignore[return-value]  # the same

    def array(self) -> list[Any]:
        """Read an Array."""
        found: list[Any] = self.keep([])
        for _ in range(self.count()):
            found.append(self.value())  # noqa: PERF401  a member may be the Array itself
        return found

    def plain(self) -> Any:
        """Read what is made anew of its parts."""
        at = len(self.objects)
        self.objects.append(None)
        kind = self.symbol()
        maker, parts = _MAKERS.get(kind), self.value()
        if not isinstance(parts, list):
            raise fault("ArgumentError", "dump format error")
        self.objects[at] = _object(kind, *parts) if maker is None else maker(*parts)
        return self.objects[at]

    def large(self) -> int:
        """Read an Integer of any size."""
        is_negative, size = self.take(1) == b"-", self.count()
        found = int.from_bytes(self.take(2 * size), "little")
        return self.keep(-found if is_negative else found)  # type: ignore[no-any-return]  # a number

    def named(self) -> RubyClass:
        """Read a class or module by its name; raises ArgumentError."""
        name = self.bytes().decode("utf-8", "replace")
        try:
            return self.keep(_classes.get(name) or find_class(name))  # type: ignore[no-any-return]  # a class
        except KeyError:
            raise fault("ArgumentError", f"undefined class/module {name}") from None


def _object(kind: str, members: dict[Any, Any], variables: dict[Any, Any]) -> UserObject:
    known = _classes.get(kind)
    if known is None:
        raise fault("ArgumentError", f"undefined class/module {kind}")
    made = UserObject(known)
    made.members = {to_s(from_key(name)): value for name, value in members.items()}
    made.variables = {to_s(from_key(name)): value for name, value in variables.items()}
    return made


def _time(text: String, is_utc: Any) -> Any:
    found = call(find_class("Time"), "iso8601", (text,))
    return call(found, "utc") if is_utc else found


_NOT_OURS = (
    ArithmeticError,
    AttributeError,
    LookupError,
    LogsmithError,
    TypeError,
    ValueError,
)  # of crafted bytes
_CONSTANT: dict[bytes, Any] = {b"0": None, b"T": True, b"F": False}
_MAKERS: dict[str, Callable[..., Any]] = {
    "Range": lambda first, last, is_exclusive: Range(first, last, is_exclusive=bool(is_exclusive)),
    "Set": lambda *values: RubySet(values),
    "Time": _time,
    "Date": lambda text: call(find_class("Date"), "parse", (text,)),
    "DateTime": lambda text: call(find_class("DateTime"), "parse", (text,)),
    "LogStash::Timestamp": lambda text: Timestamp.parse(text.text),
    "BigDecimal": lambda text: Decimal(text.text),
}
_READERS: dict[bytes, Callable[[Reader], Any]] = {
    b"f": lambda source: source.keep(float(source.bytes())),
    b"l": Reader.large,
    b"I": Reader.string,
    b'"': lambda source: source.keep(binary(source.bytes())),
    b"[": Reader.array,
    b"{": Reader.hash,
    b"}": Reader.hash_with_default,
    b"U": Reader.plain,
    b"c": Reader.named,
    b"m": Reader.named,
}


@MARSHAL.method("dump")
def dump(_module: Any, value: Any, *_limit: Any) -> String:
    """Return a value as bytes."""
    writer = Writer()
    writer.value(value)
    return binary(bytes(writer.made))


@MARSHAL.method("load", "restore")
def load(_module: Any, text: Any, *_more: Any, **_options: Any) -> Any:
    """Return what bytes hold; raises TypeError and ArgumentError of what is none of Marshal's."""
    if not isinstance(text, String):
        raise fault("TypeError", "instance of IO needed")
    content = bytes_of(text)
    if len(content) < len(VERSION):
        raise fault("ArgumentError", "marshal data too short")
    if content[0] != VERSION[0] or content[1] > VERSION[1]:
        given = f"{content[0]}.{content[1]}"
        raise _format_fault(given)
    try:
        return Reader(content).value()
    except RubyException:
        raise
    except _NOT_OURS:
        raise fault("ArgumentError", "dump format error") from None


def _format_fault(given: str) -> RubyException:
    return fault(
        "TypeError",
        f"incompatible marshal file format (can't be read)\n\tformat version 4.8 required; {given} given",
    )
