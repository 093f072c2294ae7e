"""CGI and ERB::Util: the escapes of HTML and URLs."""

from __future__ import annotations

import re
from typing import Any

from logsmith.ruby.classes import define
from logsmith.ruby.coerce import to_text
from logsmith.ruby.compare import to_key
from logsmith.ruby.dispatch import class_methods_of
from logsmith.ruby.modules.uri import escaped, unescaped
from logsmith.ruby.objects import String
from logsmith.ruby.show import to_s
from logsmith.ruby.texts import bytes_of

define("CGI", "Object")
define("ERB", "Object")
define("ERB::Util", is_module=True)
CGI = class_methods_of("CGI")
ERB_UTIL = class_methods_of("ERB::Util")
_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
_UNSAFE = re.compile("[&<>\"']")
_ENTITY = re.compile(r"&(apos|amp|quot|gt|lt|#[0-9]{1,10}|#[xX][0-9A-Fa-f]{1,8});")
_NAMED = {"apos": "'", "amp": "&", "quot": '"', "gt": ">", "lt": "<"}


def _char(found: re.Match[str]) -> str:
    name = found[1]
    if name in _NAMED:
        return _NAMED[name]
    code = int(f"0{name[1:]}", 16) if name[1] in "xX" else int(name[1:])
    is_character = code < 0x110000 and not 0xD800 <= code < 0xE000
    return chr(code) if is_character else found[0]


@CGI.method("escapeHTML", "escape_html", "h")
def escape_html(_class: Any, text: Any) -> String:
    return String(_UNSAFE.sub(lambda found: _HTML[found[0]], to_text(text)))


@CGI.method("unescapeHTML", "unescape_html")
def unescape_html(_class: Any, text: Any) -> String:
    return String(_ENTITY.sub(_char, to_text(text)))


@CGI.method("escape")
def escape(_class: Any, text: Any) -> String:
    return String(escaped(bytes_of(text), _SAFE, "+"))


@CGI.method("unescape")
def unescape(_class: Any, text: Any, _encoding: Any = None) -> String:
    return unescaped(bytes_of(text), plus_is_space=True)


@CGI.method("escapeURIComponent", "escape_uri_component")
def escape_component(_class: Any, text: Any) -> String:
    return String(escaped(bytes_of(text), _SAFE, "%20"))


@CGI.method("unescapeURIComponent", "unescape_uri_component")
def unescape_component(_class: Any, text: Any, _encoding: Any = None) -> String:
    return unescaped(bytes_of(text), plus_is_space=False)


@CGI.method("parse")
def parse(_class: Any, text: Any) -> dict[Any, Any]:
    fields: dict[Any, Any] = {}
    for part in re.split("[&;]", to_text(text)):
        name, equals, value = part.partition("=")
        values = fields.setdefault(to_key(unescape(None, String(name))), [])
        if equals:
            values.append(unescape(None, String(value)))
    return fields


@ERB_UTIL.method("url_encode", "u")
def url_encode(_module: Any, value: Any) -> String:
    return String(escaped(to_s(value).encode("utf-8", "surrogateescape"), _SAFE, "%20"))


@ERB_UTIL.method("html_escape", "h")
def html_escape(_module: Any, value: Any) -> String:
    return escape_html(None, String(to_s(value)))
