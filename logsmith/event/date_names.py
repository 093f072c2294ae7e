"""The names of months, days, halves of the day and eras, by locale."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from logsmith.event.locale_table import LANGUAGES, REGIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ENGLISH = "en"

# The languages of the table that write a decimal point; all others write a comma
_POINT = {"en", "ja", "zh", "ko"}
_ALIASES = {"no": "nb"}
_LATIN_AMERICA = "419"
_SPAIN = {"ES", "GQ", "PH", "EA", "IC", ""}
_PORTUGUESE_OF_BRAZIL = {"BR", ""}
_ENGLISH_ERAS = {"BCE": 0, "bce": 0, "CE": 1, "ce": 1}  # Joda takes them beside BC and AD


@dataclass(frozen=True, slots=True)
class DateNames:
    """The names of one locale; days begin with Monday."""

    language: str
    months: tuple[str, ...]
    short_months: tuple[str, ...]
    days: tuple[str, ...]
    short_days: tuple[str, ...]
    halves: tuple[str, ...]
    eras: tuple[str, ...]

    def month_numbers(self) -> Mapping[str, int]:
        """Return every way to write a month, short or full, as is, lower and upper case, with its number."""
        return dict(_spellings(1, self.short_months, self.months))

    def day_numbers(self) -> Mapping[str, int]:
        """Return every way to write a day of the week with its number, Monday = 1."""
        return dict(_spellings(1, self.short_days, self.days))

    def half_numbers(self) -> Mapping[str, int]:
        """Return every way to write AM (0) and PM (1)."""
        return dict(_spellings(0, self.halves))

    def era_numbers(self) -> Mapping[str, int]:
        """Return every way to write BC (0) and AD (1)."""
        return dict(_spellings(0, self.eras)) | (_ENGLISH_ERAS if self.language == ENGLISH else {})


def _spellings(first: int, *lists: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    for names in lists:
        for number, name in enumerate(names, first):
            yield from ((name, number), (name.lower(), number), (name.upper(), number))


def knows_locale(locale: str) -> bool:
    """Return whether the language of a locale such as `fr` or `pt-BR` is in the table."""
    return _language(locale) in LANGUAGES


@cache
def names_of(locale: str) -> DateNames:
    """Return the names of a locale such as `fr` or `pt-BR`; English ones if the table lacks it."""
    language = _language(locale) if knows_locale(locale) else ENGLISH
    lines = LANGUAGES[language].strip("\n").split("\n")
    for number, line in REGIONS.get(_region_key(language, locale), {}).items():
        lines[number] = line
    months, short_months, days, short_days, halves, eras = (tuple(line.split(",")) for line in lines)
    return DateNames(
        language, months, short_months, days[1:] + days[:1], short_days[1:] + short_days[:1], halves, eras
    )


def system_locale() -> str:
    """Return the locale of the process, such as `fr-FR`, from the environment; `en` if it says none."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        locale = os.environ.get(variable, "").partition(".")[0].partition("@")[0]
        if locale:
            return ENGLISH if locale in ("C", "POSIX") else locale.replace("_", "-")
    return ENGLISH


def has_decimal_comma(locale: str) -> bool:
    """Return whether numbers of a locale have a comma before the fraction."""
    return knows_locale(locale) and _language(locale) not in _POINT


def _language(locale: str) -> str:
    language = locale.replace("_", "-").partition("-")[0].lower()
    return _ALIASES.get(language, language)


def _region_key(language: str, locale: str) -> str:
    parts = locale.replace("_", "-").split("-")[1:]
    region = next((part.upper() for part in parts if len(part) in (2, 3)), "")
    if language == "es" and region not in _SPAIN:
        region = _LATIN_AMERICA
    elif language == "pt" and region not in _PORTUGUESE_OF_BRAZIL:
        region = "PT"
    elif language == "zh" and (region in ("HK", "MO") or "Hant" in parts):
        region = "TW"
    return f"{language}-{region}"
