"""What goes wrong in this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from logsmith.errors import LogsmithError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from logsmith.config.diagnostics import Diagnostic


class ConfigError(LogsmithError):
    """A configuration that cannot be used; `diagnostics` say what is wrong with it, and where."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("; ".join(diagnostic.message for diagnostic in self.diagnostics))


class UndefinedVariableError(LogsmithError):
    """A `${NAME}` without a value and without a default."""

    def __init__(self, placeholder: str, name: str) -> None:
        self.placeholder = placeholder
        self.name = name
        super().__init__(
            f"cannot evaluate {placeholder!r}: {name!r} is in neither the keystore nor the environment, "
            "and no default is given"
        )
