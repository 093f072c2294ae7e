"""OpenSSL::Cipher, with the ciphers and the errors of JRuby's."""

from __future__ import annotations

import secrets
from typing import Any

from logsmith.ruby.classes import RubyClass, define
from logsmith.ruby.coerce import to_int, to_text
from logsmith.ruby.dispatch import class_methods_of, methods_of
from logsmith.ruby.exceptions import RubyException, fault
from logsmith.ruby.objects import String
from logsmith.ruby.show import to_s
from logsmith.ruby.texts import binary, bytes_of

define("OpenSSL::OpenSSLError", "StandardError")
define("OpenSSL::Cipher", "Object")
define("OpenSSL::Cipher::CipherError", "OpenSSL::OpenSSLError")
for _bits in ("", 128, 192, 256):
    define(f"OpenSSL::Cipher::AES{_bits}", "OpenSSL::Cipher")
define("OpenSSL::Cipher::Cipher", "OpenSSL::Cipher")
_PLAIN = frozenset(("OpenSSL::Cipher", "OpenSSL::Cipher::Cipher"))
_ALGORITHMS = {  # the lengths of key and block
    **{f"AES-{bits}": (bits // 8, 16) for bits in (128, 192, 256)},
    "DES-EDE3": (24, 8),
}
_MODES = ("CBC", "ECB", "CTR", "GCM", "CFB", "OFB", "CFB8")
_AES_ALONE = frozenset(("CTR", "GCM"))
_ALIASES = {
    "AES128": "AES-128-CBC", "AES192": "AES-192-CBC", "AES256": "AES-256-CBC", "DES3": "DES-EDE3-CBC",
    "DES-EDE3": "DES-EDE3-ECB",
}  # fmt: skip
_LENGTH_OF_TAG = 16
_LONGEST_IV = 128
CIPHER = methods_of("OpenSSL::Cipher")


class Cipher:
    """A cipher with what it was told; `kept` is what is no whole block yet."""

    __slots__ = (
        *("algorithm", "block_length", "is_decrypting", "is_padded", "iv", "iv_length", "key"),
        *("key_length", "kept", "mode", "name", "ruby_class", "said", "stream", "tag"),
    )

    def __init__(self, ruby_class: RubyClass, name: str) -> None:
        self.ruby_class, self.name = ruby_class, name
        self.algorithm, _, self.mode = name.rpartition("-")
        if name == "RC4":
            self.algorithm, self.mode = name, ""
            self.key_length, self.block_length, self.iv_length = 16, 1, 0
        else:
            self.key_length, self.block_length = _ALGORITHMS[self.algorithm]
            self.iv_length = {"ECB": 0, "GCM": 12}.get(self.mode, self.block_length)
        self.is_decrypting, self.is_padded = False, True
        self.key: bytes | None = None
        self.reset()
        self.iv: bytes | None = None
        self.tag: bytes | None = None
        self.said = b""  # what is authenticated without being encrypted

    def reset(self) -> None:
        """Begin anew with the same key."""
        self.stream: Any = None
        self.kept = b""

    @property
    def pads(self) -> bool:
        """Return whether the last block is filled up."""
        return self.is_padded and self.mode in ("CBC", "ECB")

    def start(self) -> Any:
        """Return the stream, opened by the first bytes; raises CipherError without a key."""
        if self.stream is None:
            if self.key is None:
                raise _refused("key not specified")
            self.stream = self._opened(self.key)
            if self.mode == "GCM" and self.said:
                self.stream.authenticate_additional_data(self.said)
        return self.stream

    def _opened(self, key: bytes) -> Any:
        from logsmith.ruby.cipher_streams import open_stream  # noqa: PLC0415  it loads much

        tag = self.tag if self.is_decrypting else None
        if tag is not None and len(tag) < _LENGTH_OF_TAG:
            raise _refused("data too short")
        try:
            made = open_stream(self.algorithm, key, self.mode, self._first(), tag)
        except ValueError as error:  # the length of the initial vector, of which JRuby takes any
            raise _refused(str(error)) from None
        return made.decryptor() if self.is_decrypting else made.encryptor()

    def _first(self) -> bytes:
        return bytes(self.iv_length) if self.iv is None else self.iv

    def feed(self, given: bytes) -> bytes:
        """Return what the bytes given so far make, as far as whole blocks of them are there."""
        stream = self.start()
        if self.mode not in ("CBC", "ECB"):
            return bytes(stream.update(given))
        whole = self.kept + given
        ready = len(whole) - len(whole) % self.block_length
        if self.is_decrypting and self.pads and ready == len(whole):
            ready = max(ready - self.block_length, 0)  # the last one holds the padding
        self.kept = whole[ready:]
        return bytes(stream.update(whole[:ready]))

    def finish(self) -> bytes:
        """Return what is left; raises CipherError where it is not whole or not what was encrypted."""
        stream = self.start()
        if self.mode == "GCM":
            return self._finish_authenticated(stream)
        rest, self.kept, self.stream = self.kept, b"", None
        if self.is_decrypting and self.pads:
            return self._unpadded(bytes(stream.update(rest)), rest)
        if self.pads:
            count = self.block_length - len(rest)
            rest += bytes([count]) * count
        elif rest:
            where = "decryption" if self.is_decrypting else "encryption"
            raise _refused("data not block size aligned" if where == "encryption" else _PARTIAL)
        return bytes(stream.update(rest) + stream.finalize())

    def _finish_authenticated(self, stream: Any) -> bytes:
        from logsmith.ruby.cipher_streams import WrongTagError, finished  # noqa: PLC0415  it is loaded

        try:
            made = finished(stream)
        except WrongTagError:
            raise _refused("mac check in GCM failed") from None
        finally:
            self.stream = None
        if not self.is_decrypting:
            self.tag = bytes(stream.tag)
        return made

    def _unpadded(self, text: bytes, rest: bytes) -> bytes:
        if len(rest) != self.block_length:
            raise _refused(_PARTIAL)
        count = text[-1]
        if not 1 <= count <= self.block_length or text[-count:] != bytes([count]) * count:
            raise _refused("pad block corrupted")
        return text[:-count]


_PARTIAL = "last block incomplete in decryption"


def _refused(message: str) -> RubyException:
    return fault("OpenSSL::Cipher::CipherError", message)


def _modes_of(algorithm: str) -> tuple[str, ...]:
    if algorithm not in _ALGORITHMS:
        return ()
    return tuple(mode for mode in _MODES if algorithm.startswith("AES") or mode not in _AES_ALONE)


def _known_name(given: str) -> str:
    name = given.upper().replace("ID-AES", "AES-")
    name = _ALIASES.get(name, name)
    algorithm, _, mode = name.rpartition("-")
    if name == "RC4" or mode in _modes_of(algorithm):
        return name
    listed = name.split("-")
    mode = listed[-1] if len(listed) > 1 else "CBC"
    raise _refused(f"unsupported cipher algorithm ({listed[0]}/{mode}/PKCS5Padding)")


@class_methods_of("OpenSSL::Cipher").method("new")
def new(kind: RubyClass, *given: Any) -> Cipher:
    """Make a cipher by its name; `AES.new(256, :CBC)` by its parts."""
    before = [] if kind.name in _PLAIN else ["AES", kind.name.removeprefix("OpenSSL::Cipher::AES")]
    parts = [part for part in (*before, *map(to_s, given)) if part]
    return Cipher(kind, _known_name("-".join([*parts, "CBC"] if before and len(parts) < 3 else parts)))


@class_methods_of("OpenSSL::Cipher").method("ciphers")
def ciphers(_kind: RubyClass) -> list[String]:
    return [String(f"{name}-{mode}") for name in _ALGORITHMS for mode in _modes_of(name)]


def _turn(cipher: Cipher, *, is_decrypting: bool) -> Cipher:
    cipher.is_decrypting = is_decrypting
    cipher.reset()
    return cipher


CIPHER.add("encrypt", lambda cipher, *_key: _turn(cipher, is_decrypting=False))
CIPHER.add("decrypt", lambda cipher, *_key: _turn(cipher, is_decrypting=True))
CIPHER.add("name", lambda cipher: String(cipher.name))
CIPHER.add("key_len", lambda cipher: cipher.key_length)
CIPHER.add("iv_len", lambda cipher: cipher.iv_length)
CIPHER.add("block_size", lambda cipher: cipher.block_length)
CIPHER.add("authenticated?", lambda cipher: cipher.mode == "GCM")


@CIPHER.method("key=")
def set_key(cipher: Cipher, key: Any) -> Any:
    given = b"" if key is None else bytes_of(key)
    if len(given) < cipher.key_length:
        raise _refused("key length too short")
    cipher.key = given[: cipher.key_length]  # JRuby takes longer ones too
    cipher.reset()
    return key


@CIPHER.method("iv=")
def set_iv(cipher: Cipher, iv: Any) -> Any:
    given = bytes_of(iv)
    if len(given) < cipher.iv_length:
        raise _refused("iv length too short")
    cipher.iv = given if cipher.mode == "GCM" else given[: cipher.iv_length]
    cipher.reset()
    return iv


CIPHER.add("random_key", lambda cipher: set_key(cipher, binary(secrets.token_bytes(cipher.key_length))))
CIPHER.add("random_iv", lambda cipher: set_iv(cipher, binary(secrets.token_bytes(cipher.iv_length))))


@CIPHER.method("iv_len=")
def set_iv_length(cipher: Cipher, length: Any) -> Any:
    cipher.iv_length = to_int(length)
    if not 0 < cipher.iv_length <= _LONGEST_IV:
        raise _refused(str(cipher.iv_length))
    return length


@CIPHER.method("padding=")
def set_padding(cipher: Cipher, value: Any) -> Any:
    cipher.is_padded = bool(to_int(value))
    return value


@CIPHER.method("auth_data=")
def set_said(cipher: Cipher, text: Any) -> Any:
    cipher.said = bytes_of(text)
    return text


@CIPHER.method("auth_tag=")
def set_tag(cipher: Cipher, tag: Any) -> Any:
    cipher.tag = bytes_of(tag)
    return tag


@CIPHER.method("auth_tag")
def auth_tag(cipher: Cipher, length: Any = _LENGTH_OF_TAG) -> String | None:
    return None if cipher.tag is None else binary(cipher.tag[: to_int(length)])


@CIPHER.method("update")
def update(cipher: Cipher, text: Any) -> String:
    to_text(text)
    given = bytes_of(text)
    if not given:
        raise fault("ArgumentError", "data must not be empty")
    return binary(cipher.feed(given))


@CIPHER.method("final")
def final(cipher: Cipher) -> String:
    return binary(cipher.finish())


@CIPHER.method("reset")
def reset(cipher: Cipher) -> Cipher:
    cipher.reset()
    return cipher


@CIPHER.method("pkcs5_keyivgen")
def refuse_old_keys(_cipher: Cipher, *_given: Any) -> Any:
    """Refuse what makes keys as nobody should any more."""
    raise fault("NotImplementedError", "pkcs5_keyivgen is not supported: use OpenSSL::PKCS5.pbkdf2_hmac")
