"""`${NAME}` and `${NAME:default}`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from logsmith.config.errors import UndefinedVariableError

_PLACE = re.compile(r"\$\{([A-Za-z_.][A-Za-z0-9_.]*)(?::([^}]*))?\}")


def expand(text: str, environment: Mapping[str, str]) -> str:
    """Return `text` with its variables replaced."""

    def value(found: re.Match[str]) -> str:
        known = environment.get(found[1], found[2])
        if known is None:
            raise UndefinedVariableError(found[0], found[1])
        return known

    return _PLACE.sub(value, text)
