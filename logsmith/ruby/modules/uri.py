"""URI: parsing, joining, and the escapes of forms and components."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from logsmith.ruby.classes import class_of, define
from logsmith.ruby.coerce import to_text
from logsmith.ruby.compare import from_key
from logsmith.ruby.dispatch import class_methods_of, functions, methods_of
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.iteration import iterate
from logsmith.ruby.objects import String
from logsmith.ruby.show import inspect, to_s
from logsmith.ruby.texts import bytes_of, utf8

_PORTS = {"http": 80, "https": 443, "ftp": 21, "ldap": 389, "ldaps": 636, "ws": 80, "wss": 443}
_CLASSES = {
    "http": "HTTP",
    "https": "HTTPS",
    "ftp": "FTP",
    "ldap": "LDAP",
    "mailto": "MailTo",
    "file": "File",
    "ws": "WS",
    "wss": "WSS",
}
_CHARS = r"[A-Za-z0-9\-._~!$&'()*+,;=:@%/]"
_URI = re.compile(
    rf"(?:([A-Za-z][A-Za-z0-9+\-.]*):)?(?://(?:([A-Za-z0-9\-._~!$&'()*+,;=:%]*)@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~!$&'()*+,;=%]*)"
    rf"(?::([0-9]*))?(?=[/?#]|\Z))?({_CHARS}*)(?:\?((?:{_CHARS}|[?\[\]])*))?(?:\#((?:{_CHARS}|[?])*))?"
)
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
_LINK = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.\-]*):(?://[^\s<>\"'{}|\\^`]+|[^\s<>\"'{}|\\^`/][^\s<>\"'{}|\\^`]*)"
)
_FORM_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789*-._")

define("URI", is_module=True)
define("URI::Error", "StandardError")
define("URI::InvalidURIError", "URI::Error")
define("URI::InvalidComponentError", "URI::Error")
URI = class_methods_of("URI")


class Uri:
    """A URI in its parts; None for one that it has not."""

    __slots__ = ("fragment", "host", "opaque", "path", "port", "query", "ruby_class", "scheme", "userinfo")

    def __init__(self, parts: tuple[str | None, ...]) -> None:
        scheme, self.userinfo, self.host, port, path, self.query, self.fragment = parts
        self.scheme = scheme.lower() if scheme else None
        self.port = int(port) if port else _PORTS.get(self.scheme or "")
        self.opaque: str | None = None
        self.path: str | None = path or ""
        if scheme and self.host is None and path and not path.startswith("/"):
            self.opaque, self.path = path, None
        if self.scheme == "ftp":
            self.path = (self.path or "").removeprefix("/")
        self.ruby_class = define(f"URI::{_CLASSES.get(self.scheme or '', 'Generic')}")

    def text(self) -> str:
        """Return the whole of it."""
        scheme = f"{self.scheme}:" if self.scheme else ""
        query = "" if self.query is None else f"?{self.query}"
        fragment = "" if self.fragment is None else f"#{self.fragment}"
        if self.opaque is not None:
            return f"{scheme}{self.opaque}{query}{fragment}"
        user = f"{self.userinfo}@" if self.userinfo is not None else ""
        port = f":{self.port}" if self.port is not None and self.port != _PORTS.get(self.scheme or "") else ""
        authority = "" if self.host is None else f"//{user}{self.host}{port}"
        between = "/" if self.scheme == "ftp" and self.host is not None else ""
        return f"{scheme}{authority}{between}{self.path}{query}{fragment}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Uri) and self.text() == other.text()

    def __hash__(self) -> int:
        return hash(self.text())


define("URI::Generic", "Object", python=Uri)
for _name in ("HTTP", "FTP", "LDAP", "MailTo", "File", "WS"):
    define(f"URI::{_name}", "URI::Generic")
define("URI::HTTPS", "URI::HTTP")
define("URI::WSS", "URI::WS")


def _invalid(shown: str) -> RubyException:
    return fault("URI::InvalidURIError", shown)


@URI.method("parse")
def parse(_module: Any, text: Any) -> Uri:
    if not isinstance(text, String):
        raise _invalid(f"bad URI (is not URI?): {inspect(text)}")
    if not text.text.isascii():
        shown = "".join(char if ord(char) < 128 else f"\\u{ord(char):04X}" for char in text.text)
        raise _invalid(f'URI must be ascii only "{shown}"')
    found = _URI.fullmatch(text.text)
    if found is None or _BAD_PERCENT.search(text.text):
        raise _invalid(f"bad URI (is not URI?): {inspect(text)}")
    return Uri(found.groups())


@functions().method("URI")
def uri(_self: Any, text: Any) -> Uri:
    return text if isinstance(text, Uri) else parse(None, text)


@URI.method("join")
def join(_module: Any, first: Any, *others: Any) -> Uri:
    whole = to_s(first)
    for other in others:
        whole = urljoin(whole, to_s(other))
    return parse(None, String(whole))


@URI.method("split")
def split(_module: Any, text: Any) -> list[Any]:
    made = parse(None, text)
    explicit = re.match(r"[^/?#]*//[^/?#]*:(\d+)(?=[/?#]|\Z)", to_text(text))
    parts = (
        made.scheme,
        made.userinfo,
        made.host,
        explicit[1] if explicit else None,
        None,
        made.path,
        made.opaque,
        made.query,
        made.fragment,
    )
    return [_box(part) for part in parts]


@URI.method("extract")
def extract(_module: Any, text: Any, schemes: Any = None) -> list[Any]:
    wanted = (
        None
        if schemes is None
        else {to_s(one).lower() for one in iterate(schemes)}
        if not isinstance(schemes, String)
        else {schemes.text}
    )
    links = _LINK.findall(to_text(text))
    return [String(link) for link in links if wanted is None or link.partition(":")[0].lower() in wanted]


def _box(text: str | None) -> String | None:
    return None if text is None else String(text)


def _unbracketed(made: Uri) -> str | None:
    return None if made.host is None else made.host.removeprefix("[").removesuffix("]")


GENERIC = methods_of("URI::Generic")
for _name in ("scheme", "userinfo", "host", "path", "query", "fragment", "opaque"):
    GENERIC.add(_name, lambda made, name=_name: _box(getattr(made, name)))
GENERIC.add("port", lambda made: made.port)
GENERIC.add("default_port", lambda made: _PORTS.get(made.scheme or ""))
GENERIC.add("hostname", lambda made: _box(_unbracketed(made)))
GENERIC.add("user", lambda made: _box(made.userinfo and made.userinfo.partition(":")[0]))
GENERIC.add(
    "password", lambda made: _box(made.userinfo.partition(":")[2] if ":" in (made.userinfo or "") else None)
)
GENERIC.add("to_s to_str", lambda made: String(made.text()))
GENERIC.add("inspect", lambda made: String(f"#<{class_of(made).name} {made.text()}>"))
GENERIC.add("+ merge", lambda made, other: join(None, String(made.text()), other))
GENERIC.add("absolute? absolute", lambda made: made.scheme is not None)
GENERIC.add("relative?", lambda made: made.scheme is None)
GENERIC.add("hierarchical?", lambda made: made.path is not None)
GENERIC.add("== eql?", lambda made, other: made == other)
GENERIC.add("to", lambda made: _box(made.opaque))
GENERIC.add(
    "normalize",
    lambda made: parse(None, String(made.text().replace(made.host or "", (made.host or "").lower(), 1))),
)


@GENERIC.method("request_uri")
def request_uri(made: Uri) -> String:
    return String((made.path or "/") + ("" if made.query is None else f"?{made.query}"))


def _setter(name: str) -> Any:
    def change(made: Uri, value: Any) -> Any:
        setattr(made, name, value if name == "port" or value is None else to_s(value))
        return value

    return change


for _name in ("scheme", "userinfo", "host", "port", "path", "query", "fragment"):
    GENERIC.add(f"{_name}=", _setter(_name))


def escaped(content: bytes, safe: frozenset[int], space: str) -> str:
    """Return bytes with %XX for what is not safe."""
    return "".join(chr(one) if one in safe else space if one == 0x20 else f"%{one:02X}" for one in content)


def unescaped(content: bytes, *, plus_is_space: bool) -> String:
    """Return what %XX, and perhaps +, stand for."""
    content = content.replace(b"+", b" ") if plus_is_space else content
    return utf8(_PERCENT.sub(lambda found: bytes((int(found[1], 16),)), content))


def _bytes(value: Any) -> bytes:
    return bytes_of(value) if isinstance(value, String) else to_s(value).encode()


def _checked(text: Any) -> bytes:
    if _BAD_PERCENT.search(to_text(text)):
        raise fault("ArgumentError", f"invalid %-encoding ({to_text(text)})")
    return bytes_of(text)


@URI.method("encode_www_form_component")
def encode_form_component(_module: Any, value: Any, _encoding: Any = None) -> String:
    return String(escaped(_bytes(value), _FORM_SAFE, "+"))


@URI.method("encode_uri_component")
def encode_component(_module: Any, value: Any, _encoding: Any = None) -> String:
    return String(escaped(_bytes(value), _FORM_SAFE, "%20"))


@URI.method("decode_www_form_component")
def decode_form_component(_module: Any, text: Any, _encoding: Any = None) -> String:
    return unescaped(_checked(text), plus_is_space=True)


@URI.method("decode_uri_component")
def decode_component(_module: Any, text: Any, _encoding: Any = None) -> String:
    return unescaped(_checked(text), plus_is_space=False)


@URI.method("decode_www_form")
def decode_form(_module: Any, text: Any, _encoding: Any = None) -> list[Any]:
    pairs = []
    for part in to_text(text).split("&"):
        if not part:
            continue
        name, _, value = part.partition("=")
        pairs.append([decode_form_component(None, String(name)), decode_form_component(None, String(value))])
    return pairs


@URI.method("encode_www_form")
def encode_form(_module: Any, pairs: Any, _encoding: Any = None) -> String:
    parts: list[str] = []
    for pair in iterate(pairs):
        name, value = pair if isinstance(pair, list) and len(pair) == 2 else (pair, None)
        name = encode_form_component(None, from_key(name)).text
        if value is None:
            parts.append(name)
            continue
        values = value if isinstance(value, list) else [value]
        parts += [
            f"{name}={encode_form_component(None, one).text}" if one is not None else name for one in values
        ]
    return String("&".join(parts))
