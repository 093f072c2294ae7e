"""Symbol: mostly what a String of the same text answers."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.compare import order
from logsmith.ruby.dispatch import call, methods_of
from logsmith.ruby.objects import Proc, String, Symbol
from logsmith.ruby.show import inspect_symbol

SYMBOL = methods_of("Symbol")
_SAME = "length size [] slice empty? start_with? end_with? =~ match match? encoding"
_CHANGED = "upcase downcase capitalize swapcase succ next"
_COMPARED = "casecmp casecmp?"

SYMBOL.add("to_s id2name", lambda symbol: String(symbol.name))
SYMBOL.add("name", lambda symbol: String(symbol.name, is_frozen=True))
SYMBOL.add("to_sym intern", lambda symbol: symbol)
SYMBOL.add("to_proc", lambda symbol: Proc.of_method(symbol.name))
SYMBOL.add("inspect", lambda symbol: String(inspect_symbol(symbol)))
SYMBOL.add("<=>", order)
SYMBOL.add("hash", lambda symbol: hash(symbol.name))


def _add_same(name: str) -> None:
    SYMBOL.add(name, lambda symbol, *args: call(String(symbol.name), name, args))


def _add_changed(name: str) -> None:
    SYMBOL.add(name, lambda symbol, *args: Symbol(call(String(symbol.name), name, args).text))


def _add_compared(name: str) -> None:
    def compared(symbol: Symbol, other: Any) -> Any:
        return call(String(symbol.name), name, (String(other.name),)) if isinstance(other, Symbol) else None

    SYMBOL.add(name, compared)


for _name in _SAME.split():
    _add_same(_name)
for _name in _CHANGED.split():
    _add_changed(_name)
for _name in _COMPARED.split():
    _add_compared(_name)
