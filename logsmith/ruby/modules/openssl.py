"""OpenSSL's keys of passwords, random bytes and comparisons, and HMAC as an object."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Any

from logsmith.ruby.classes import CONSTANTS, define
from logsmith.ruby.coerce import check_length, to_int
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import fault
from logsmith.ruby.iteration import MISSING
from logsmith.ruby.modules.digest import algorithm
from logsmith.ruby.objects import String
from logsmith.ruby.texts import binary, bytes_of

MOST_ROUNDS = 1_000_000  # a second or so: the time budget does not see into them


def _count(given: Any) -> int:
    count = check_length(to_int(given))
    if count < 0:
        raise fault("ArgumentError", f"negative string size (or size too big) {count}")
    return count


class Hmac:
    """OpenSSL::HMAC that is still being fed."""

    __slots__ = ("key", "made", "name")

    def __init__(self, key: bytes, name: str) -> None:
        self.key, self.name = key, name
        self.made = hmac.new(key, digestmod=name)


define("OpenSSL", is_module=True)
for _name in ("PKCS5", "KDF", "Random"):
    define(f"OpenSSL::{_name}", is_module=True)
define("OpenSSL::KDF::KDFError", "OpenSSL::OpenSSLError")
define("OpenSSL::HMAC", "Object", python=Hmac)
CONSTANTS["OpenSSL::VERSION"] = String("2.2.3", is_frozen=True)
OPENSSL, HMAC = class_methods_of("OpenSSL"), methods_of("OpenSSL::HMAC")
class_methods_of("OpenSSL::HMAC").add(
    "new", lambda _class, key, digest: Hmac(bytes_of(key), algorithm(digest, for_mac=True))
)
class_methods_of("OpenSSL::Random").add(
    "random_bytes bytes", lambda _module, count: binary(secrets.token_bytes(_count(count)))
)
HMAC.add("digest", lambda one: binary(one.made.digest()))
HMAC.add("hexdigest to_s inspect", lambda one: String(one.made.hexdigest()))
HMAC.add("base64digest", lambda one: String(base64.b64encode(one.made.digest()).decode()))


@HMAC.method("update", "<<")
def update(one: Hmac, text: Any) -> Hmac:
    one.made = one.made.copy()  # what was copied before does not get it
    one.made.update(bytes_of(text))
    return one


@HMAC.method("reset")
def reset(one: Hmac) -> Hmac:
    one.made = hmac.new(one.key, digestmod=one.name)
    return one


def _derived(digest: str, *given: Any) -> String:
    password, salt = map(bytes_of, given[:2])
    rounds, length = map(to_int, given[2:])
    blocks = length // hashlib.new(digest).digest_size + 1
    if rounds <= 0 or length <= 0 or rounds * blocks > MOST_ROUNDS:
        raise fault("OpenSSL::KDF::KDFError", "PKCS5_PBKDF2_HMAC: invalid iteration count or length")
    return binary(hashlib.pbkdf2_hmac(digest, password, salt, rounds, length))


@class_methods_of("OpenSSL::PKCS5").method("pbkdf2_hmac_sha1")
def derive_sha1(_module: Any, password: Any, salt: Any, rounds: Any, length: Any) -> String:
    return _derived("sha1", password, salt, rounds, length)


@class_methods_of("OpenSSL::PKCS5").method("pbkdf2_hmac")
def derive(_module: Any, password: Any, salt: Any, rounds: Any, length: Any, digest: Any) -> String:
    return _derived(algorithm(digest), password, salt, rounds, length)


@class_methods_of("OpenSSL::KDF").method("pbkdf2_hmac")
def derive_by_names(
    _module: Any,
    password: Any,
    *,
    salt: Any = MISSING,
    iterations: Any = MISSING,
    length: Any = MISSING,
    hash: Any = MISSING,  # noqa: A002  its name
) -> String:
    given = {"salt": salt, "iterations": iterations, "length": length, "hash": hash}
    missing = [f":{name}" for name, value in given.items() if value is MISSING]
    if missing:
        raise fault("ArgumentError", f"missing keyword{'s' * (len(missing) > 1)}: {', '.join(missing)}")
    return _derived(algorithm(hash), password, salt, iterations, length)


@OPENSSL.method("fixed_length_secure_compare")
def compare_of_length(_module: Any, left: Any, right: Any) -> bool:
    """Compare in a time that does not depend on where the difference is."""
    one, other = bytes_of(left), bytes_of(right)
    if len(one) != len(other):
        raise fault("ArgumentError", "inputs must be of equal length")
    return hmac.compare_digest(one, other)


@OPENSSL.method("secure_compare")
def compare(_module: Any, left: Any, right: Any) -> bool:
    """Compare texts of any length so."""
    return hmac.compare_digest(bytes_of(left), bytes_of(right))
