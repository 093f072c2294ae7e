"""What of a configuration is secret, so that no diagnostic shows it: found by names, in texts that may be broken anywhere.

A text is looked at twice. As a whole, since a value may go on for many lines; and line by line, since a quote that is missing
turns all that follows inside out.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from logsmith.config.settings_table import PASSWORDS, ROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from logsmith.config.source import Source, Span

LEAST_HIDDEN = 4  # characters of a secret that is taken out of a message: shorter ones stand in any
CLOSE = 0.8  # as similar as what a slip of the finger makes
LONGEST_NAME = 100  # characters: no slip makes such a one
YAML_ENDINGS = (".yml", ".yaml")

_WORDS = re.compile(r"pass|pwd|secret|token|key(?!s$)|credential|auth|cookie|bearer")
_SECRETS = (
    "password",
    "passphrase",
    "passwd",
    "secret",
    "token",
    "api_key",
    "credentials",
    "authorization",
    "cookie",
)
# Hashes may have any keys: secret are those that well-known secrets and headers have
_SECRET_KEY = re.compile(
    r"(?:.*[\W_])?(?:password|passphrase|passwd|secret|api_?key|token|cloud_auth|key)(?:[\W_].*)?"
    r"|(?:proxy-)?authorization|(?:set-)?cookie"
)
# Settings of plugins and of the server that have such a word in their names, and hide nothing
_PLAIN = {row.name for row in ROWS} - PASSWORDS | {
    "access_key_id",
    "aws_credentials_file",
    "keystore",
    "remove_char_key",
    "ssekms_key_id",
    "ssl_certificate_authorities",
    "ssl_client_authentication",
    "ssl_key",
    "ssl_keystore_path",
    "ssl_keystore_type",
    "transform_key",
    "trim_key",
    "trimkey",
    "validate_credentials_on_root_bucket",
    "web_identity_token_file",
}

_PARTS = r"""(?P<skipped>\#[^\n]*|[=!]~\s*/(?:\\.|[^\\/\n])*/?|[=!<>]=)
    |(?P<text>"(?:\\.|[^"\\])*(?:"|\Z)|'(?:\\.|[^'\\])*(?:'|\Z))
    |(?P<arrow>=>?|:(?=\s))
    |(?P<open>[\[{])|(?P<close>[\]}])
    |(?P<word>(?:WORD)+)"""
_TOKEN = re.compile(_PARTS.replace("WORD", r"""[^\s"'\#\[\]{},=:]|:(?!\s)"""), re.VERBOSE | re.DOTALL)
_VALUE = re.compile(_PARTS.replace("WORD", r"""[^\s"'\[\]{}]"""), re.VERBOSE | re.DOTALL)
_IN_ADDRESS = re.compile(r"""//[^/@\s:"']*:([^@\s"']+)(?=@)""")
_IN_YAML = re.compile(r"""([\w.@-]+)["']?\s*:(?:\s+(\S.*)|\s*$)""")


class Mask(NamedTuple):
    """A piece of a text that is secret, from `start` up to but without `end`."""

    start: int
    end: int


def masked_line(source: Source, line: int) -> str:
    """Return a line of a source with asterisks over its secrets."""
    start = source.line_start(line)
    text = source.line_text(line)
    for mask in _masks_of_line(source, line):
        first, last = max(mask.start - start, 0), min(mask.end - start, len(text))
        text = text[:first] + "*" * (last - first) + text[last:]
    return text


def masked_message(text: str, span: Span) -> str:
    """Return a message about a place without the secrets that stand there."""
    if not text:
        return text
    secrets = set(_secrets_at(span))
    for secret in sorted(secrets, key=len, reverse=True):
        text = re.sub(rf"""(?<=["'\[{{(=:@,]){re.escape(secret)}""", "*" * len(secret), text)
    return text


def _secrets_at(span: Span) -> Iterator[str]:
    """Yield the secrets of a place as a message may quote them: without quotes, and from the place on."""
    text = span.source.text
    for mask in _masks_of_line(span.source, span.line):
        pieces = [mask] if mask.end <= span.start or mask.start >= span.end else [mask, _cut(mask, span)]
        for piece in pieces:
            for secret in (text[piece.start : piece.end], text[piece.start : piece.end].strip("\"'")):
                if len(secret) >= LEAST_HIDDEN:
                    yield secret


def _cut(mask: Mask, span: Span) -> Mask:
    return Mask(max(mask.start, span.start), mask.end)


def _masks_of_line(source: Source, line: int) -> list[Mask]:
    start = source.line_start(line)
    text = source.line_text(line)
    found = [mask for mask in _masks(source.text, is_yaml=_is_yaml(source)) if mask.end > start]
    found = [mask for mask in found if mask.start < start + len(text)]
    return [
        *found,
        *(Mask(start + one.start, start + one.end) for one in _masks(text, is_yaml=_is_yaml(source))),
    ]


def _is_yaml(source: Source) -> bool:
    return source.name.endswith(YAML_ENDINGS)


@lru_cache(maxsize=4)
def _masks(text: str, *, is_yaml: bool) -> tuple[Mask, ...]:
    addresses = (Mask(*found.span(1)) for found in _IN_ADDRESS.finditer(text))
    return (*_scanned(text), *addresses, *(_in_yaml(text) if is_yaml else ()))


def _scanned(text: str) -> Iterator[Mask]:
    """Yield what stands behind the names of secrets in a pipeline, or in a piece of one."""
    open_in: list[str] = []  # for each open bracket: a secret's, a hash's or another one
    name, at, is_value, is_secret = "", 0, False, False
    while found := (_VALUE if is_value else _TOKEN).search(text, at):
        at = found.end()
        match found.lastgroup:
            case "arrow":
                is_value, is_secret = True, _hides(name, is_key=_is_key(name, open_in))
            case "open":
                inherits = open_in[-1:] == ["secret"]
                open_in.append(
                    "secret" if inherits or (is_value and is_secret) else "hash" if is_value else ""
                )
                is_value, name = False, ""
            case "close":
                del open_in[-1:]
                is_value, name = False, ""
            case "text" | "word":
                follows = (
                    found.lastgroup == "text"
                    and name[:1] not in ("", '"', "'")
                    and _hides(name, is_key=False)
                )
                if open_in[-1:] == ["secret"] or (is_value and is_secret) or (not is_value and follows):
                    yield Mask(*found.span())
                name, is_value = ("", False) if is_value else (found[0], False)


def _is_key(name: str, open_in: list[str]) -> bool:
    return open_in[-1] == "hash" if open_in else name[:1] in ("", '"', "'")


def _in_yaml(text: str) -> Iterator[Mask]:
    """Yield what stands behind the names of secrets in YAML, in the lines below a name too."""
    at, below = 0, -1  # how far the name is indented whose value may go on
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        indent = len(line) - len(line.lstrip())
        if below >= 0 and stripped and (indent > below or (indent == below and stripped.startswith("-"))):
            yield Mask(at + indent, at + len(line.rstrip()))
        elif stripped:
            secret = next((one for one in _IN_YAML.finditer(line) if _hides(one[1], is_key=False)), None)
            below = -1 if secret is None else indent
            if secret is not None and secret[2]:
                yield Mask(at + secret.start(2), at + len(line.rstrip()))
        at += len(line)


@lru_cache(maxsize=1000)
def _hides(written: str, *, is_key: bool) -> bool:
    """Return whether a name is a secret's, or close to one; `is_key`: of a hash, whose keys may be anything."""
    name = written.strip("\"'").lower()
    if is_key:
        return _SECRET_KEY.fullmatch(name) is not None or _is_close(name)
    if name in _PLAIN:
        return False
    return _WORDS.search(name) is not None or any(map(_is_close, {name, *re.split(r"[\W_]", name)}))


def _is_close(name: str) -> bool:
    from difflib import get_close_matches  # noqa: PLC0415  most starts have nothing to say

    return len(name) <= LONGEST_NAME and bool(get_close_matches(name, _SECRETS, 1, CLOSE))
