r"""Parse Logstash's pipeline language.

The grammar is a PEG: alternatives are tried in order, tokens are never given back, and there is no separate
lexer. `_` is any amount of white space (blank, tab, CR, LF) and comments; `ws` is at least one character of
white space.

    file        = (_ section)* _
    section     = ("input" / "filter" / "output") _ body
    body        = "{" _ ((branch / plugin) _)* "}"
    branch      = "if" _ condition _ body (_ "else" _ "if" _ condition _ body)* (_ "else" _ body)?
    plugin      = name _ "{" _ (attribute (ws _ attribute)*)? _ "}"
    attribute   = name _ "=>" _ value
    name        = [A-Za-z0-9_-]+ / string
    value       = plugin / bareword / string / number / array / hash
    bareword    = [A-Za-z_] [A-Za-z0-9_]+
    string      = '"' ('\"' / !'"' .)* '"'  /  "'" ("\'" / !"'" .)* "'"
    number      = "-"? [0-9]+ ("." [0-9]*)?
    array       = "[" _ (value (_ "," _ value)*)? _ "]"
    hash        = "{" _ (entry (_ entry)*)? _ "}"
    entry       = (number / bareword / string) _ "=>" _ value
    condition   = expression (_ ("and" / "or" / "xor" / "nand") _ expression)*
    expression  = "(" _ condition _ ")"  /  "!" _ "(" _ condition _ ")"  /  "!" _ selector
                / rvalue _ "in" _ rvalue  /  rvalue _ "not " _ "in" _ rvalue
                / rvalue _ ("==" / "!=" / "<=" / ">=" / "<" / ">") _ rvalue
                / rvalue _ ("=~" / "!~") _ (string / regex)  /  rvalue
    rvalue      = string / number / selector / array / call / regex
    selector    = ("[" [^\[\],]+ "]")+
    call        = bareword _ "(" _ (rvalue (_ "," _ rvalue)*)? _ ")"
    regex       = "/" ("\/" / !"/" .)* "/"
    comment     = "#" [^\r\n]* (CR? LF / end of file)

Three places need a look ahead, since words have no boundary: a plugin may be called `iffy`, `if5` or `else`.

Every mistake is reported once. A bracket that is left open is found by what follows it and by indentation;
after any other mistake parsing goes on at the next setting, item, plugin or section. A `syntax-error` is
reported exactly when the grammar refuses the text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from logsmith.config.ast import Pipeline, Section, SectionKind
from logsmith.config.cursor import WORD, Cursor, TooDeepError
from logsmith.config.diagnostics import Diagnostic
from logsmith.config.hints import hint_for_statement
from logsmith.config.parse_body import SECTION_AHEAD, parse_body
from logsmith.config.repair import Repair
from logsmith.config.source import Source, Span
from logsmith.config.structure import check_structure

if TYPE_CHECKING:
    from collections.abc import Sequence


MAX_REPAIRS = 50  # of one source; each parses it anew

_SECTION = re.compile(r"(input|filter|output)")
_KINDS: dict[str, SectionKind] = {"input": "input", "filter": "filter", "output": "output"}
_A_SECTION = ('"input"', '"filter"', '"output"')


class Parsed(NamedTuple):
    """A tree, and what was found wrong on the way; after an error the tree is what could be read."""

    pipeline: Pipeline
    diagnostics: tuple[Diagnostic, ...]

    @property
    def has_errors(self) -> bool:
        return any(diagnostic.is_error for diagnostic in self.diagnostics)


def parse_sources(sources: Sequence[Source]) -> Parsed:
    """Parse each source on its own and join their sections into one pipeline."""
    parts = [parse(source) for source in sources]
    sections = tuple(section for part in parts for section in part.pipeline.sections)
    return Parsed(Pipeline(sections), tuple(diagnostic for part in parts for diagnostic in part.diagnostics))


def parse(source: Source) -> Parsed:
    """Parse one source; all mistakes are collected, in the order of their places."""
    text, repaired = source.text, list[Diagnostic]()
    while True:
        cursor = Cursor(source, text, repairing=len(repaired) < MAX_REPAIRS)
        sections: list[Section] = []
        try:
            _parse_file(cursor, sections)
        except Repair as repair:
            repaired.append(repair.diagnostic)
            text = repair.text
            continue
        except TooDeepError:
            pass
        break
    pipeline = Pipeline(tuple(sections))
    found = [*repaired, *map(_within, cursor.diagnostics), *check_structure(pipeline)]
    return Parsed(pipeline, tuple(sorted(found, key=lambda diagnostic: diagnostic.span.start)))


def _within(diagnostic: Diagnostic) -> Diagnostic:
    """Return what was found in a mended text, which may be longer by a quote, at a place of the text itself."""
    source, start, end = diagnostic.span
    last = len(source.text)
    if end <= last:
        return diagnostic
    return replace(diagnostic, span=Span(source, min(start, last), last))


def _parse_file(cursor: Cursor, sections: list[Section]) -> None:
    while cursor.blank():
        start = cursor.at
        keyword = cursor.take(_SECTION)
        if keyword is not None and cursor.blank() == "{":
            kind = _KINDS[keyword]
            body = parse_body(cursor, kind, keyword)
            sections.append(Section(kind, body, cursor.span(start)))
            continue
        cursor.at = start
        section = _read_misnamed_section(cursor, keyword)
        if section is not None:
            sections.append(section)


def _read_misnamed_section(cursor: Cursor, keyword: str | None) -> Section | None:
    """Report what is no section; read it as one if its name is a slip, else go on at the next section."""
    start = cursor.at
    word = WORD.match(cursor.text, start)
    found = word[0] if word is not None else cursor.text[start]
    if keyword is not None and found == keyword:
        cursor.at = start + len(keyword)
        cursor.blank()
        cursor.unexpected(f'after "{keyword}"', ('"{"',), f"a section is written {keyword} {{ … }}")
        _skip_to_section(cursor)
        return None
    meant = _meant_section(found)
    if found != "}" or not cursor.forgive_brace():
        cursor.unexpected("outside any section", _A_SECTION, _hint_outside(cursor, found, meant))
    if word is None or cursor.next_char(word.end()) != "{":
        cursor.at = start + len(found)
        _skip_to_section(cursor)
        return None
    cursor.at = cursor.after_blank(word.end())
    if meant is not None:
        body = parse_body(cursor, meant, meant)
        return Section(meant, body, cursor.span(start))
    _skip_to_section(cursor)
    return None


def _meant_section(word: str) -> SectionKind | None:
    stem = word.lower().removesuffix("s")
    return _KINDS.get(stem)


def _hint_outside(cursor: Cursor, found: str, meant: str | None) -> str:
    if meant is not None:
        return f"did you mean {meant}?"
    if found == "}":
        return "this bracket closes nothing: every { before it is closed already"
    if found in ("if", "else"):
        return "conditions stand inside a section: filter { if … { … } }"
    if found[0].isalnum():
        return "plugins stand inside a section: input { … }, filter { … } or output { … }"
    return hint_for_statement(cursor.text, cursor.at)


def _skip_to_section(cursor: Cursor) -> None:
    cursor.skip_to(lambda at_cursor, at, _token: SECTION_AHEAD.match(at_cursor.text, at) is not None)
    if cursor.at == len(cursor.text):
        cursor.give_up()
