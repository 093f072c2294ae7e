"""Digest::MD5 and its kin, OpenSSL::Digest, OpenSSL::HMAC."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from logsmith.ruby.classes import RubyClass, class_of, define
from logsmith.ruby.coerce import to_int, to_text
from logsmith.ruby.dispatch import Table, class_methods_of, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.objects import String
from logsmith.ruby.show import to_s
from logsmith.ruby.texts import binary, bytes_of

_NAMES = ("MD5", "SHA1", "SHA256", "SHA384", "SHA512")
_CLASSES = {f"{room}::{name}": name.lower() for room in ("Digest", "OpenSSL::Digest") for name in _NAMES}
_BITS = {256: "sha256", 384: "sha384", 512: "sha512"}


class Digest:
    """A digest that is still being fed."""

    __slots__ = ("feeding", "name", "ruby_class", "shown")

    def __init__(self, ruby_class: RubyClass, name: str, shown: str = "") -> None:
        self.ruby_class, self.name, self.shown = ruby_class, name, shown or name.upper()
        self.reset()

    def reset(self) -> None:
        """Begin anew."""
        self.feeding = hashlib.new(self.name, usedforsecurity=False)

    def feed(self, content: bytes) -> None:
        """Take more bytes; a copy that was made before does not get them."""
        self.feeding = self.feeding.copy()
        self.feeding.update(content)

    def made(self) -> bytes:
        """Return the digest of what was fed."""
        return self.feeding.digest()


def algorithm(value: Any, *, for_mac: bool = False) -> str:
    """Return the hashlib name of an algorithm as OpenSSL names it; raises NotImplementedError."""
    if isinstance(value, Digest):
        return value.name
    name = to_text(value).lower().replace("-", "")
    if name not in _CLASSES.values() and name != "sha224":
        what = (
            f"MAC algorithm (HMAC[-]{to_text(value)})" if for_mac else f"digest algorithm ({to_text(value)})"
        )
        raise fault("NotImplementedError", f"Unsupported {what}")
    return name


def _forms(table: Table, content: Any) -> None:
    """Add the three ways to write a digest, of what `content` makes of receiver and arguments."""

    def digest(receiver: Any, *args: Any) -> String:
        return binary(content(receiver, *args))

    def hexdigest(receiver: Any, *args: Any) -> String:
        return String(content(receiver, *args).hex())

    def base64digest(receiver: Any, *args: Any) -> String:
        return String(base64.b64encode(content(receiver, *args)).decode())

    table.method("digest")(digest)
    table.method("hexdigest")(hexdigest)
    table.method("base64digest")(base64digest)


def _of_text(kind: RubyClass, *args: Any) -> bytes:
    if kind.name == "OpenSSL::Digest" and len(args) == 2:
        return hashlib.new(algorithm(args[0]), bytes_of(args[1]), usedforsecurity=False).digest()
    if len(args) != 1:
        raise fault(
            "ArgumentError",
            "no data given" if not args else f"wrong number of arguments (given {len(args)}, expected 1)",
        )
    name = _CLASSES.get(kind.name, "sha256")
    return hashlib.new(name, bytes_of(args[0]), usedforsecurity=False).digest()


def _of_fed(digest: Digest, text: Any = None) -> bytes:
    if text is not None:
        return hashlib.new(digest.name, bytes_of(text), usedforsecurity=False).digest()
    return digest.made()


define("Digest", is_module=True)
define("OpenSSL", is_module=True)
for _parent in ("Digest::Base", "OpenSSL::Digest"):
    define(_parent, "Object")
    _forms(class_methods_of(_parent), _of_text)
    _table = methods_of(_parent)
    _forms(_table, _of_fed)
    _table.add("to_s", lambda digest: String(digest.made().hex()))
    _table.add("digest_length size length", lambda digest: len(digest.made()))
    _table.add("block_length", lambda digest: hashlib.new(digest.name, usedforsecurity=False).block_size)
    _table.add("inspect", lambda digest: String(f"#<{class_of(digest).name}: {digest.made().hex()}>"))
for _name in _CLASSES:
    define(_name, "OpenSSL::Digest" if _name.startswith("OpenSSL") else "Digest::Base")
define("Digest::SHA2", "Digest::Base")
methods_of("OpenSSL::Digest").add("name", lambda digest: String(digest.shown))


@class_methods_of("Digest::Base").method("new")
def new(kind: RubyClass, bits: Any = 256) -> Digest:
    return Digest(kind, _CLASSES.get(kind.name) or _BITS[to_int(bits)])


def _shown(given: Any) -> str:
    return given.shown if isinstance(given, Digest) else to_s(given)


@class_methods_of("OpenSSL::Digest").method("new")
def new_openssl(kind: RubyClass, first: Any = None, second: Any = None) -> Digest:
    """Make one by its name, which a class that has one does not take; a text after it is fed at once."""
    is_named = kind.name == "OpenSSL::Digest"
    made = Digest(kind, algorithm(first), _shown(first)) if is_named else Digest(kind, _CLASSES[kind.name])
    text = second if is_named else first
    if text is not None:
        made.feed(bytes_of(text))
    return made


def _update(digest: Digest, text: Any) -> Digest:
    digest.feed(bytes_of(text))
    return digest


def _reset(digest: Digest) -> Digest:
    digest.reset()
    return digest


for _parent in ("Digest::Base", "OpenSSL::Digest"):
    methods_of(_parent).add("update <<", _update)
    methods_of(_parent).add("reset", _reset)


def _authentication(_class: Any, name: Any, key: Any, text: Any) -> bytes:
    return hmac.new(bytes_of(key), bytes_of(text), algorithm(name, for_mac=True)).digest()


_forms(class_methods_of("OpenSSL::HMAC"), _authentication)
