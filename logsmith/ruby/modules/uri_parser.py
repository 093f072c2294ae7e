"""`URI::DEFAULT_PARSER`, which escapes and unescapes whole URIs; `URI.regexp`; `URI::HTTP.build`."""

from __future__ import annotations

import re
from typing import Any

from logsmith.ruby.classes import CONSTANTS, define
from logsmith.ruby.coerce import to_text
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.iteration import iterate
from logsmith.ruby.modules.uri import URI, Uri, extract, join, parse, split
from logsmith.ruby.objects import Regexp, String
from logsmith.ruby.show import to_s
from logsmith.ruby.texts import bytes_of, utf8

_KEPT = re.compile(r"[A-Za-z0-9\-_.!~*'();/?:@&=+$,\[\]]")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_SCHEME = "[A-Za-z][A-Za-z0-9+.-]*"
_REST = r"(?:\/\/)?[A-Za-z0-9\-._~!$&'()*+,;=:@%\/?\[\]#]+"


class UriParser:
    """What reads and writes URIs."""

    __slots__ = ()


define("URI::RFC2396_Parser", "Object", python=UriParser)
PARSER = methods_of("URI::RFC2396_Parser")
CONSTANTS["URI::Parser"] = CONSTANTS["URI::RFC2396_Parser"]
CONSTANTS["URI::DEFAULT_PARSER"] = CONSTANTS["URI::RFC2396_PARSER"] = UriParser()
class_methods_of("URI::RFC2396_Parser").add("new", lambda _class, *_options: UriParser())


@PARSER.method("escape")
def escape(_parser: Any, text: Any, unsafe: Any = None) -> String:
    """Return a text with %XX for what has no place in a URI, or for what a pattern finds."""
    is_kept = _KEPT.match if unsafe is None else lambda char: unsafe.match(char) is None
    return String("".join(char if is_kept(char) else _escaped(char) for char in to_text(text)))


def _escaped(char: str) -> str:
    return "".join(f"%{one:02X}" for one in char.encode("utf-8", "surrogateescape"))


@PARSER.method("unescape")
def unescape(_parser: Any, text: Any) -> String:
    """Return what %XX stands for; a plus stays one."""
    return utf8(_PERCENT.sub(lambda found: bytes((int(found[1], 16),)), bytes_of(text)))


def _pattern(_own: Any, schemes: Any = None) -> Regexp:
    names = _SCHEME if schemes is None else "|".join(re.escape(to_s(one)) for one in iterate(schemes))
    return Regexp(f"(?:{names}):{_REST}")


URI.add("regexp", _pattern)
PARSER.add("make_regexp", _pattern)
PARSER.add("parse", parse)
PARSER.add("extract", extract)
PARSER.add("join", join)
PARSER.add("split", split)


def _build(kind: Any, parts: Any = None, **named: Any) -> Uri:
    given = {to_s(key): value for key, value in (parts or {}).items()} | named
    scheme = kind.name.rpartition("::")[2].lower()
    texts = {name: None if value is None else to_s(value) for name, value in given.items()}
    names = ("userinfo", "host", "port", "path", "query", "fragment")
    return Uri((scheme, *(texts.get(name) for name in names)))


for _name in ("HTTP", "HTTPS", "FTP", "WS", "WSS", "LDAP"):
    class_methods_of(f"URI::{_name}").add("build", _build)
