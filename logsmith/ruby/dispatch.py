"""Call a method of a value by its name, as Ruby does.

    call(receiver, "center", (20, String("*")))           # args are a tuple of Ruby values
    call(receiver, "map", (), block)                      # a block is a Proc, or None
    call(receiver, "round", (2,), keywords={"half": UP})  # names of keywords are plain texts
    call_function("format", (String("%d"), 3))            # what is called without a receiver: puts, format, rand, Integer()...

How to add a method. A module of `methods/` or `modules/` takes the table of a class and adds functions to it; to put the
file there is all (every module of both folders is imported at the first look-up):

    STRING = methods_of("String")             # instance methods, by the class's full name; also "Comparable", "Object"...
    TIME_CLASS = class_methods_of("Time")     # Time.now: the receiver is the RubyClass
    FUNCTIONS = functions()                   # Integer(), puts...: the receiver is None

    @STRING.method("center")                  # several names are aliases: @STRING.method("length", "size")
    def center(text: String, width: object, pad: object = _SPACE) -> String: ...

    @ARRAY.method("each_slice", enumerates=True)      # without a block, the call returns an Enumerator
    def each_slice(array: list[Any], size: object, *, block: Proc) -> object: ...

    @FLOAT.method("round")
    def round_(number: float, digits: object = 0, *, half: object = None) -> object: ...

    STRING.add("length size", lambda text: len(text.text))

The function's signature is the rule: positional parameters (with defaults, `*args`) give the ArgumentErrors of a wrong
number of arguments; a keyword-only `block` takes the block (None if there is none); any other keyword-only parameter, or
`**keywords`, takes Ruby's keywords. Where a function takes none, keywords arrive as a Hash in the last argument. Blocks are
called as Python functions: `block(value)`.

Looked up are the value's class, its mixins (Comparable, Enumerable), its ancestors, in the order of `RubyClass.lineage`. The
result is kept per Python type, so tables are complete before the first call.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from logsmith.ruby.classes import RubyClass, class_of, find_class
from logsmith.ruby.exceptions import arguments_fault, described, fault
from logsmith.ruby.objects import Enumerator, Proc, Symbol

Function = Callable[
    ..., Any
]  # what a method takes and returns depends on its name, which only the program knows
Named = TypeVar("Named", bound=Function)

_FOLDERS = ("logsmith.ruby.methods", "logsmith.ruby.modules")
_VARARGS, _VARKEYWORDS = 0x04, 0x08  # bits of a code object's flags


class Method:
    """A function and what its signature says about how to call it; `most` is None if there is no limit."""

    __slots__ = ("enumerates", "fewest", "function", "keywords", "most", "name", "takes_block")

    fewest: int
    most: int | None
    keywords: set[str] | None  # None where any are taken

    def __init__(
        self, name: str, function: Function, *, enumerates: bool = False, like: Function | None = None
    ) -> None:
        self.name, self.function, self.enumerates = name, function, enumerates
        declared: Any = like or function  # of a closure that takes anything, `like` is the one that says what
        code = getattr(declared, "__code__", None)
        if code is None:  # `abs`, `str`...: of Python's own, those that take the receiver alone
            self.fewest, self.most, self.takes_block, self.keywords = 0, 0, False, set()
            return
        count = code.co_argcount - 1
        self.fewest = count - len(declared.__defaults__ or ())
        self.most = None if code.co_flags & _VARARGS else count
        own = set(code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount])
        self.takes_block = "block" in own
        own.discard("block")
        self.keywords = None if code.co_flags & _VARKEYWORDS else own

    def __call__(
        self, receiver: Any, args: tuple[Any, ...], block: Proc | None, keywords: dict[str, Any] | None
    ) -> Any:
        if keywords:
            args, keywords = self._sorted(args, keywords)
        if len(args) < self.fewest or (self.most is not None and len(args) > self.most):
            raise arguments_fault(len(args), self.fewest, self.most)
        if block is None and self.enumerates:
            return Enumerator(receiver, self.name, args, keywords)
        if self.takes_block:
            return self.function(receiver, *args, block=block, **(keywords or {}))
        if keywords:
            return self.function(receiver, *args, **keywords)
        return self.function(receiver, *args)

    def _sorted(
        self, args: tuple[Any, ...], keywords: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any] | None]:
        if self.keywords is None:
            return args, keywords
        if not self.keywords:
            return (*args, {Symbol(name): value for name, value in keywords.items()}), None
        unknown = [f":{name}" for name in keywords if name not in self.keywords]
        if unknown:
            raise fault("ArgumentError", f"unknown keyword{'s' * (len(unknown) > 1)}: {', '.join(unknown)}")
        return args, keywords


class Table(dict[str, Method]):
    """The methods of one class by name."""

    def method(
        self, *names: str, enumerates: bool = False, like: Function | None = None
    ) -> Callable[[Named], Named]:
        """Add a function under its names; `like` is the one whose signature counts, if it is another."""

        def added(function: Named) -> Named:
            for name in names:
                if name in self:
                    raise KeyError(f"{name} is there already")
                self[name] = Method(name, function, enumerates=enumerates, like=like)
            return function

        return added

    def add(self, names: str, function: Function) -> None:
        """Add a function under names that blanks separate."""
        self.method(*names.split())(function)


_instance: dict[str, Table] = {}
_of_type: dict[type, Table] = {}
_singleton: dict[str, Table] = {}
_functions = Table()
_found: dict[Any, dict[str, Method]] = {}  # by Python type, or by RubyClass: all methods of its lineage
_is_loaded = False


def methods_of(class_name: str) -> Table:
    """Return the table of a class's or module's instance methods."""
    return _instance.setdefault(class_name, Table())


def class_methods_of(class_name: str) -> Table:
    """Return the table of what is called on a class or module itself."""
    return _singleton.setdefault(class_name, Table())


def methods_of_type(python: type) -> Table:
    """Return the table of what is looked up before a class's own methods, for its instances of one Python type."""
    return _of_type.setdefault(python, Table())


def functions() -> Table:
    """Return the table of what is called without a receiver."""
    return _functions


def call(
    receiver: Any,
    name: str,
    args: tuple[Any, ...] = (),
    block: Proc | None = None,
    keywords: dict[str, Any] | None = None,
) -> Any:
    """Return what a method answers; raises NoMethodError with Ruby's text if there is none."""
    table = _found.get(type(receiver))
    if table is None:
        table = _table_of(receiver)
    method = table.get(name)
    if method is None:
        answers = getattr(receiver, "answers", None)  # of what has methods that no table lists
        if answers is not None and answers(name):
            return receiver.answer(name, args)
        text = f"undefined method '{name}' for {described(receiver)}"
        raise fault("NoMethodError", text, name=Symbol(name), receiver=receiver, args=list(args))
    if block is None and not keywords and not method.takes_block and len(args) == method.fewest:
        return method.function(receiver, *args)
    return method(receiver, args, block, keywords)


def call_function(
    name: str,
    args: tuple[Any, ...] = (),
    block: Proc | None = None,
    keywords: dict[str, Any] | None = None,
) -> Any:
    """Return what a function of Kernel's answers, as called without a receiver; raises KeyError if there is none."""
    load()
    return _functions[name](None, args, block, keywords)


def responds(receiver: Any, name: str) -> bool:
    """Return Ruby's `receiver.respond_to?(name)`."""
    return name in (_found.get(type(receiver)) or _table_of(receiver))


def method_names(value: Any) -> list[str]:
    """Return the names of all methods of a value."""
    load()
    return list(_table_of(value))


def instance_methods(kind: RubyClass) -> dict[str, Method]:
    """Return all methods of a class's instances."""
    load()
    return _merged(kind.name if kind.own is None else (kind,), _instance_tables(kind))


def is_known(name: str) -> bool:
    """Return whether any class has a method of this name, or a function of Kernel's is called so."""
    return is_function(name) or any(name in table for table in (*_instance.values(), *_singleton.values()))


def is_function(name: str) -> bool:
    """Return whether a function of Kernel's is called so."""
    load()
    return name in _functions


def forget_user_classes(*, of_ruby: bool = False) -> None:
    """Look the methods of a program's own classes up anew, or those of all: there is another one."""
    for key in [one for one in _found if of_ruby or isinstance(one, (tuple, RubyClass))]:
        del _found[key]


def table_of(receiver: Any) -> dict[str, Method]:
    """Return all methods of a value."""
    return _found.get(type(receiver)) or _table_of(receiver)


def load() -> None:
    """Import all tables; later calls cost nothing."""
    global _is_loaded  # noqa: PLW0603  the tables are the module's too
    if _is_loaded:
        return
    _is_loaded = True
    for folder in _FOLDERS:
        package = import_module(folder)
        for module in pkgutil.iter_modules(package.__path__):
            import_module(f"{folder}.{module.name}")


def _table_of(receiver: Any) -> dict[str, Method]:
    load()
    if isinstance(receiver, RubyClass):
        found = _found.get(receiver)
        return found if found is not None else _merged(receiver, _class_tables(receiver))
    key = type(receiver)
    if key is bool or hasattr(receiver, "ruby_class"):  # the Python type says too little
        kind = class_of(receiver)
        mark = kind.name if kind.own is None else (kind,)
        found = _found.get(mark)
        return found if found is not None else _merged(mark, _instance_tables(kind))
    first = [_of_type[key]] if key in _of_type else []
    return _merged(key, first + _instance_tables(class_of(receiver)))


def _instance_tables(ruby_class: RubyClass) -> list[Table]:
    tables = [_instance.get(one.name) if one.own is None else one.own[0] for one in ruby_class.lineage]
    return [table for table in tables if table is not None]


def _class_tables(ruby_class: RubyClass) -> list[Table]:
    tables = [_singleton.get(one.name) if one.own is None else one.own[1] for one in ruby_class.lineage]
    own = [table for table in tables if table is not None]
    return own + _instance_tables(find_class("Module" if ruby_class.is_module else "Class"))


def _merged(key: Any, tables: list[Table]) -> dict[str, Method]:
    found: dict[str, Method] = {}
    for table in reversed(tables):
        found.update(table)
    _found[key] = found
    return found
