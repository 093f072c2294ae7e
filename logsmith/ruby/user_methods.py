"""Methods, blocks and lambdas that a program defines, with Ruby's rules about their keywords."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from logsmith.ruby.exceptions import arguments_fault, fault
from logsmith.ruby.objects import Proc, Symbol, counted


class UserMethod:
    """A method that the program defines: `keywords` maps those it takes to whether they are required."""

    def __init__(
        self,
        function: Callable[..., Any],
        counts: tuple[int, int | None],
        keywords: dict[str, bool] | None = None,
        *,
        takes_rest: bool = False,
        takes_block: bool = False,
    ) -> None:
        self.function, self.counts = function, counts
        self.keywords, self.takes_rest, self.takes_block = keywords or {}, takes_rest, takes_block

    @property
    def needs_keywords(self) -> bool:
        """Return whether a keyword must be given."""
        return any(self.keywords.values())

    @property
    def arity(self) -> int:
        """Return Ruby's `method.arity`."""
        is_open = (bool(self.keywords) or self.takes_rest) and not self.needs_keywords
        fewest, most = self.counts
        return counted(fewest, None if is_open else most, is_strict=True, wants_keywords=self.needs_keywords)

    def __call__(
        self,
        args: tuple[Any, ...],
        block: Proc | None,
        keywords: dict[str, Any] | None,
        receiver: tuple[Any, ...] = (),
    ) -> Any:
        """Call the function; the receiver, of what a class of the program's has, is its first argument."""
        fewest, most = self.counts
        if keywords and not self.keywords and not self.takes_rest:
            args, keywords = (*args, {Symbol(name): value for name, value in keywords.items()}), None
        if len(args) < fewest or (most is not None and len(args) > most):
            raise arguments_fault(len(args), fewest, most)
        named = self._named(keywords or {})
        if self.takes_block:
            named["block"] = block
        return self.function(*receiver, *args, **named)

    def _named(self, keywords: dict[str, Any]) -> dict[str, Any]:
        missing = [
            name for name, is_required in self.keywords.items() if is_required and name not in keywords
        ]
        if missing:
            raise fault("ArgumentError", f"missing keyword: {missing[0]}")  # JRuby names the first alone
        unknown = [name for name in keywords if name not in self.keywords]
        if unknown and not self.takes_rest:
            listed = ", ".join(f":{name}" for name in unknown)
            raise fault("ArgumentError", f"unknown keyword{'s' * (len(unknown) > 1)}: {listed}")
        named = {f"kw_{name}": value for name, value in keywords.items() if name in self.keywords}
        if self.takes_rest:
            named["keywords"] = {Symbol(name): keywords[name] for name in unknown}
        return named


class KeywordProc(Proc):
    """A block or lambda with keyword parameters."""

    __slots__ = ("method",)

    def __init__(
        self,
        function: Callable[..., Any],
        counts: tuple[int, int | None],
        keywords: dict[str, bool] | None = None,
        *,
        takes_rest: bool = False,
        is_lambda: bool = False,
    ) -> None:
        super().__init__(function, *counts, is_lambda=is_lambda)
        self.method = UserMethod(function, counts, keywords, takes_rest=takes_rest)

    @property
    def arity(self) -> int:
        """Return Ruby's `proc.arity`."""
        is_open = self.is_lambda and bool(self.method.keywords) and not self.method.needs_keywords
        most = None if is_open else self.most
        return counted(self.fewest, most, is_strict=self.is_lambda, wants_keywords=self.method.needs_keywords)

    def __call__(self, *args: Any) -> Any:
        return self.named(args, None)

    def named(self, args: tuple[Any, ...], keywords: dict[str, Any] | None) -> Any:
        """Call it with keywords."""
        if not self.is_lambda:
            args = tuple(args[0]) if len(args) == 1 and self.spreads and isinstance(args[0], list) else args
            args += (None,) * (self.fewest - len(args))
            args = args if self.most is None else args[: self.most]
        return self.method(args, None, keywords)
