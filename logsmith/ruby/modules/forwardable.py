"""Forwardable: methods of a class that ask an instance variable, or what another method returns."""

from __future__ import annotations

from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.compare import from_key
from logsmith.ruby.dispatch import Method, call, forget_user_classes, methods_of
from logsmith.ruby.objects import Symbol
from logsmith.ruby.show import to_s
from logsmith.ruby.user_classes import variables_of
from logsmith.ruby.visibility import call_own

define("Forwardable", is_module=True)
FORWARDABLE = methods_of("Forwardable")
_NOT_FORWARDED = frozenset(("__send__", "__id__"))


def _target(receiver: Any, accessor: str) -> Any:
    if accessor.startswith("@"):
        return variables_of(receiver).get(accessor[1:])
    return call_own(receiver, accessor)


@FORWARDABLE.method("def_delegator", "def_instance_delegator")
def forward(owner: Any, accessor: Any, name: Any, as_name: Any = None) -> Symbol:
    """Give a class a method that another object has, perhaps under another name."""
    asked, wanted = to_s(accessor), to_s(name)

    def forwarded(receiver: Any, *args: Any, block: Any = None, **keywords: Any) -> Any:
        return call(_target(receiver, asked), wanted, args, block, keywords or None)

    own = wanted if as_name is None else to_s(as_name)
    owner.own[0][own] = Method(own, forwarded)
    forget_user_classes()
    return Symbol(own)


@FORWARDABLE.method("def_delegators", "def_instance_delegators")
def forward_all(owner: Any, accessor: Any, *names: Any) -> list[Symbol]:
    """Give a class several of them."""
    return [forward(owner, accessor, name) for name in names if to_s(name) not in _NOT_FORWARDED]


@FORWARDABLE.method("delegate", "instance_delegate")
def forward_by(owner: Any, accessors: dict[Any, Any]) -> None:
    """Give a class what a Hash names: `delegate [:size, :first] => :@items`."""
    for key, accessor in accessors.items():
        names = from_key(key)
        forward_all(owner, accessor, *(names if isinstance(names, list) else [names]))
